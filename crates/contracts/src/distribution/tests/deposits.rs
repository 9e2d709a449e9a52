use serde_json::json;

use super::{
    act, balance, chain, check_conservation, contract_balance, deposit, fixed, held, pool, refuses,
    tick, tick_after, with_batch,
};
use crate::testing::ENGINE;

#[test]
fn anyone_gives_tokens() {
    let mut chain = chain();
    let id = with_batch(&mut chain, fixed());
    let quantity = |quantity: &str| json!({ "id": id, "symbol": "TKN", "quantity": quantity });
    act(&mut chain, "founder", "deposit", quantity("5"))
        .succeeds()
        .emits(&[
            r#"transferToContract {"from":"founder","to":"distribution","symbol":"TKN","quantity":"5.00000000"}"#,
            r#"deposit {"distId":1,"symbol":"TKN","quantity":"5"}"#,
        ]);
    assert_eq!(held(&chain, id, "TKN"), "5");
    deposit(&mut chain, id, "TKN", "0.5");
    assert_eq!(held(&chain, id, "TKN"), "5.50000000");
    // a text that is no plain number is written as one
    act(&mut chain, "founder", "deposit", quantity("0x10")).succeeds();
    assert_eq!(held(&chain, id, "TKN"), "21.50000000");
    check_conservation(&chain);
}

#[test]
fn deposits_are_checked() {
    let mut chain = chain();
    act(&mut chain, "founder", "create", fixed()).succeeds();
    let give = json!({ "id": 1, "symbol": "TKN", "quantity": "5" });
    chain
        .post("founder", "distribution", "deposit", give.clone())
        .fails_with("you must use a custom_json signed with your active key");
    act(&mut chain, "founder", "deposit", give.clone())
        .fails_with("distribution must be active to deposit");
    act(
        &mut chain,
        "founder",
        "setActive",
        json!({ "id": 1, "active": true }),
    )
    .succeeds();
    let cases = [
        (json!({ "quantity": 5 }), "invalid quantity"),
        (json!({ "quantity": "0" }), "invalid quantity"),
        (json!({ "quantity": "5x" }), "invalid quantity"),
        (
            json!({ "quantity": "0.123456789" }),
            "quantity precision mismatch",
        ),
        (json!({ "symbol": "NONE" }), "symbol does not exist"),
        (json!({ "symbol": null }), "symbol does not exist"),
        (json!({ "id": 2 }), "distribution id not found"),
        (json!({ "id": "1" }), "distribution id not found"),
        (
            json!({ "symbol": "SIM" }),
            "SIM is not accepted by this distribution",
        ),
        (json!({ "quantity": "10001" }), "overdrawn balance"),
        (json!({ "quantity": "Infinity" }), "overdrawn balance"),
    ];
    refuses(&mut chain, "deposit", &give, &cases);
    check_conservation(&chain);
}

#[test]
fn a_distribution_holds_a_bounded_number_of_tokens() {
    let mut chain = chain();
    let id = with_batch(&mut chain, pool());
    let symbol = |n: u32| {
        let letter = |n: u32| char::from(b'A' + (n % 26) as u8);
        format!("DUST{}{}", letter(n / 26), letter(n))
    };
    for n in 0..101 {
        let create =
            json!({ "name": "Dust", "symbol": symbol(n), "precision": 0, "maxSupply": "1" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain.issue(&symbol(n), "founder", "1");
        if n < 100 {
            deposit(&mut chain, id, &symbol(n), "1");
        }
    }
    let more = json!({ "id": id, "symbol": symbol(100), "quantity": "1" });
    act(&mut chain, "founder", "deposit", more)
        .fails_with("a distribution holds at most 100 tokens");
    balance(&chain, "founder", &symbol(100));
    chain.balance("founder", &symbol(100)).is("1");
}

#[test]
fn only_funds_say_that_they_have_paid() {
    let mut chain = chain();
    let id = with_batch(&mut chain, fixed());
    let told = json!({ "data": { "distId": id.to_string() }, "symbol": "TKN", "quantity": "5" });
    act(&mut chain, "founder", "receiveDtfTokens", told.clone()).fails_with("not authorized");
    act(&mut chain, "null", "receiveDtfTokens", told).fails_with("not authorized");
}

/// A fund that issues up to 1000 TKN a day to one proposal, which pays to this contract.
fn fund(chain: &mut crate::testing::TestChain, payload: serde_json::Value) {
    chain.enable_staking("TKNA", 1, 1);
    chain.issue("TKNA", "voter", "1000");
    let stake = json!({ "to": "voter", "symbol": "TKNA", "quantity": "1000" });
    chain.send("voter", "tokens", "stake", stake).succeeds();
    let fund = json!({ "payToken": "TKN", "voteToken": "TKNA", "voteThreshold": "1", "maxDays": "365", "maxAmountPerDay": "1000" });
    chain
        .send("founder", "tokenfunds", "createFund", fund)
        .succeeds();
    let on = json!({ "fundId": "TKN:TKNA", "active": true });
    chain
        .send("founder", "tokenfunds", "setDtfActive", on)
        .succeeds();
    let payout = json!({ "type": "contract", "name": "distribution", "contractPayload": payload });
    let proposal = json!({
        "fundId": "TKN:TKNA", "title": "Distribution Reward", "startDate": "2020-09-14T12:26:41.000Z",
        "endDate": "2020-12-31T00:00:00.000Z", "amountPerDay": "1000", "authorPermlink": "@abc123/test", "payout": payout,
    });
    chain
        .send("founder", "tokenfunds", "createProposal", proposal)
        .succeeds();
    chain
        .post(
            "voter",
            "tokenfunds",
            "approveProposal",
            json!({ "id": "1" }),
        )
        .succeeds();
}

/// Example 5 of the specification.
#[test]
fn funds_pay_into_distributions() {
    let mut chain = chain();
    super::provide(&mut chain, "investor", "1");
    super::provide(&mut chain, "whale", "10");
    let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "2" })));
    fund(&mut chain, json!({ "distId": "1" }));
    chain.seconds_later(2 * super::DAY);
    chain
        .send("null", "tokenfunds", "checkPendingDtfs", json!({}))
        .succeeds()
        .emits(&[
            r#"issueToContract {"from":"tokens","to":"distribution","symbol":"TKN","quantity":"1000.00000000"}"#,
            r#"receiveDtfTokens {"distId":"1","symbol":"TKN","quantity":"1000.00000000"}"#,
            r#"fundProposals {"fundId":"TKN:TKNA","funded":[{"id":1,"tickPay":"1000.00000000"}]}"#,
        ]);
    tick(&mut chain).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "45.45454545");
    assert_eq!(balance(&chain, "whale", "TKN"), "454.54545454");
    assert_eq!(held(&chain, id, "TKN"), "500.00000001");
    check_conservation(&chain);
}

#[test]
fn what_a_distribution_does_not_take_is_not_issued() {
    for (payload, error) in [
        (json!({ "id": "1" }), "invalid DTF payload"),
        (json!({ "distId": 1 }), "invalid DTF payload"),
        (json!({ "distId": "x" }), "invalid DTF payload"),
        (json!([]), "invalid DTF payload"),
        (json!({ "distId": "7" }), "distribution id not found"),
        (
            json!({ "distId": "1" }),
            "TKN is not accepted by this distribution",
        ),
        (
            json!({ "distId": "2" }),
            "distribution must be active to deposit",
        ),
    ] {
        let mut chain = chain();
        let sim = json!({ "tokenMinPayout": [{ "symbol": "SIM", "quantity": "1" }] });
        with_batch(&mut chain, super::but(&fixed(), sim));
        act(&mut chain, ENGINE, "create", fixed()).succeeds();
        fund(&mut chain, payload);
        chain.seconds_later(2 * super::DAY);
        let sent = chain.send("null", "tokenfunds", "checkPendingDtfs", json!({}));
        assert_eq!(sent.logs.errors, [error]);
        assert_eq!(contract_balance(&chain, "distribution", "TKN"), "none");
        check_conservation(&chain);
    }
}

#[test]
fn too_little_is_held_back() {
    let mut chain = chain();
    let id = with_batch(&mut chain, fixed());
    deposit(&mut chain, id, "TKN", "10");
    // exactly the minimum is not enough, and the tick does not count
    tick_after(&mut chain, super::DAY).does_nothing();
    assert_eq!(super::field(&chain, id, "numTicksLeft"), "1");
    deposit(&mut chain, id, "TKN", "0.1");
    tick(&mut chain).does_nothing();
    tick_after(&mut chain, super::DAY).succeeds();
    assert_eq!(balance(&chain, "alice", "TKN"), "5.05000000");
    assert_eq!(super::field(&chain, id, "numTicksLeft"), "0");
    check_conservation(&chain);
}
