use serde_json::json;

use super::{
    DAY, act, balance, chain, check_conservation, contract_balance, deposit, field, fixed, held,
    pool, provide, tick, tick_after, with_batch,
};
use crate::testing::ENGINE;

#[test]
fn only_the_node_runs_it() {
    let mut chain = chain();
    act(&mut chain, "alice", "checkPendingDistributions", json!({})).fails_with("not authorized");
    tick(&mut chain).does_nothing();
}

/// Example 1 of the specification.
#[test]
fn a_list_is_paid() {
    let mut chain = chain();
    let id = with_batch(&mut chain, fixed());
    deposit(&mut chain, id, "TKN", "100");
    deposit(&mut chain, id, "TKNA", "100");
    tick_after(&mut chain, DAY - 1).does_nothing();
    let sent = tick_after(&mut chain, 1).succeeds();
    let events: Vec<String> = sent
        .logs
        .events
        .iter()
        .map(|event| format!("{} {}", event.event, event.data.stringify()))
        .collect();
    assert_eq!(
        events[..2],
        [
            r#"transferFromContract {"from":"distribution","to":"alice","symbol":"TKN","quantity":"50.00000000"}"#,
            r#"payment {"distId":1,"symbol":"TKN","account":"alice","quantity":"50.00000000"}"#,
        ]
    );
    assert_eq!(events.len(), 12);
    for symbol in ["TKN", "TKNA"] {
        assert_eq!(balance(&chain, "alice", symbol), "50.00000000");
        assert_eq!(balance(&chain, "bob", symbol), "25.00000000");
        assert_eq!(contract_balance(&chain, "airdrops", symbol), "25.00000000");
        assert_eq!(held(&chain, id, symbol), "0.00000000");
    }
    assert_eq!(field(&chain, id, "numTicksLeft"), "0");
    tick_after(&mut chain, DAY).does_nothing();
    check_conservation(&chain);
    // beginning again, it pays what it is given
    let again = super::but(
        &fixed(),
        json!({ "id": id, "strategy": null, "numTicks": "2" }),
    );
    act(&mut chain, "founder", "update", again).succeeds();
    deposit(&mut chain, id, "TKN", "100");
    tick(&mut chain).succeeds();
    assert_eq!(held(&chain, id, "TKN"), "50.00000000");
}

/// Example 2 of the specification.
#[test]
fn providers_are_paid() {
    let mut chain = chain();
    provide(&mut chain, "investor", "1");
    provide(&mut chain, "whale", "10");
    provide(&mut chain, "minnow", "0.00000001");
    provide(&mut chain, "founder", "1");
    let id = with_batch(&mut chain, pool());
    deposit(&mut chain, id, "TKN", "100");
    chain.seconds_later(1);
    provide(&mut chain, "late", "100");
    tick_after(&mut chain, DAY - 1).succeeds().emits(&[
        r#"transferFromContract {"from":"distribution","to":"investor","symbol":"TKN","quantity":"0.30303030"}"#,
        r#"payment {"distId":1,"tokenPair":"TKN:TKNA","symbol":"TKN","account":"investor","quantity":"0.30303030"}"#,
        r#"transferFromContract {"from":"distribution","to":"whale","symbol":"TKN","quantity":"3.03030302"}"#,
        r#"payment {"distId":1,"tokenPair":"TKN:TKNA","symbol":"TKN","account":"whale","quantity":"3.03030302"}"#,
    ]);
    assert_eq!(held(&chain, id, "TKN"), "96.66666668");
    act(
        &mut chain,
        "founder",
        "update",
        json!({ "id": id, "excludeAccount": ["founder", "late"] }),
    )
    .succeeds();
    tick_after(&mut chain, DAY).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "0.60606060");
    assert_eq!(balance(&chain, "whale", "TKN"), "6.06060604");
    assert_eq!(balance(&chain, "minnow", "TKN"), "none");
    assert_eq!(balance(&chain, "late", "TKN"), "none");
    assert_eq!(held(&chain, id, "TKN"), "93.33333336");
    assert_eq!(field(&chain, id, "numTicksLeft"), "28");
    check_conservation(&chain);
}

/// Example 3 of the specification.
#[test]
fn payments_are_put_off() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxTransferLimit": "1" }),
    )
    .does_nothing();
    provide(&mut chain, "investor", "1");
    provide(&mut chain, "whale", "10");
    provide(&mut chain, "minnow", "0.5");
    let terms =
        json!({ "numTicks": "1", "bonusCurve": { "numPeriods": "100", "periodBonusPct": "1" } });
    let id = with_batch(&mut chain, super::but(&pool(), terms));
    deposit(&mut chain, id, "TKN", "100");
    deposit(&mut chain, id, "TKNA", "100");
    tick_after(&mut chain, DAY).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "8.69565217");
    assert_eq!(held(&chain, id, "TKN"), "0.00000002");
    assert_eq!(held(&chain, id, "TKNA"), "0.00000002");
    check_conservation(&chain);
    // not in the same second
    tick(&mut chain).does_nothing();
    for left in (0..5).rev() {
        let sent = tick_after(&mut chain, 3).succeeds();
        assert_eq!(sent.logs.events.len(), 2);
        if left == 4 {
            let payment = r#"{"distId":1,"account":"investor","symbol":"TKNA","quantity":"8.69565217","pending":true}"#;
            assert_eq!(sent.logs.events[1].data.stringify(), payment);
        }
        let rows = chain.find_in("distribution", "pendingPayments", json!({}));
        let owed = rows.first().map_or(0, |row| {
            row.get("accounts")
                .and_then(|a| a.as_array())
                .map_or(0, Vec::len)
        });
        assert_eq!(owed, left);
        check_conservation(&chain);
    }
    tick_after(&mut chain, 3).does_nothing();
    assert_eq!(balance(&chain, "whale", "TKN"), "86.95652173");
    assert_eq!(balance(&chain, "minnow", "TKNA"), "4.34782608");
}

/// Example 4 of the specification.
#[test]
fn who_stays_is_paid_more() {
    let mut chain = chain();
    provide(&mut chain, "investor", "1");
    provide(&mut chain, "minnow", "0.5");
    let terms =
        json!({ "numTicks": "100", "bonusCurve": { "numPeriods": "100", "periodBonusPct": "1" } });
    let id = with_batch(&mut chain, super::but(&pool(), terms));
    deposit(&mut chain, id, "TKN", "100");
    tick_after(&mut chain, DAY).succeeds();
    chain.seconds_later(DAY);
    provide(&mut chain, "whale", "10");
    tick(&mut chain).succeeds();
    tick_after(&mut chain, DAY).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "1.42254943");
    assert_eq!(balance(&chain, "whale", "TKN"), "0.86617583");
    assert_eq!(balance(&chain, "minnow", "TKN"), "0.71127471");
    assert_eq!(held(&chain, id, "TKN"), "97.00000003");
    check_conservation(&chain);
}

#[test]
fn the_bonus_has_a_ceiling() {
    let mut chain = chain();
    provide(&mut chain, "investor", "1");
    let terms =
        json!({ "numTicks": "1", "bonusCurve": { "numPeriods": "2", "periodBonusPct": "50" } });
    let id = with_batch(&mut chain, super::but(&pool(), terms));
    chain.seconds_later(6 * DAY);
    provide(&mut chain, "whale", "2");
    deposit(&mut chain, id, "TKN", "100");
    // six and a half days: two periods of 50 percent; half a day less than two: one
    chain.seconds_later(DAY + DAY / 2);
    tick(&mut chain).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "40.00000000");
    assert_eq!(balance(&chain, "whale", "TKN"), "60.00000000");
}

#[test]
fn without_providers_nothing_is_lost() {
    let mut chain = chain();
    let id = with_batch(&mut chain, pool());
    deposit(&mut chain, id, "TKN", "100");
    let nobody = "no liquidity shares for this tokenPair";
    tick_after(&mut chain, DAY).fails_with(nobody);
    tick(&mut chain).does_nothing();
    assert_eq!(field(&chain, id, "numTicksLeft"), "30");
    act(&mut chain, "founder", "flush", json!({ "id": id })).fails_with(nobody);
    assert_eq!(held(&chain, id, "TKN"), "100");
    check_conservation(&chain);
}

#[test]
fn all_is_paid_at_once() {
    let mut chain = chain();
    let id = with_batch(
        &mut chain,
        super::but(&fixed(), json!({ "numTicks": "30" })),
    );
    let flush = json!({ "id": id });
    deposit(&mut chain, id, "TKN", "5");
    act(&mut chain, "founder", "flush", json!({ "id": 7 })).fails_with("distribution id not found");
    chain
        .post("founder", "distribution", "flush", flush.clone())
        .fails_with("you must use a transaction signed with your active key");
    act(&mut chain, "stranger", "flush", flush.clone()).fails_with("must be owner or creator");
    let sent = act(&mut chain, "founder", "flush", flush.clone()).succeeds();
    let last = sent.logs.events.last().expect("it pays");
    assert_eq!(
        (last.event.as_str(), last.data.stringify().as_str()),
        ("flush", r#"{"distId":1}"#)
    );
    assert_eq!(balance(&chain, "alice", "TKN"), "2.50000000");
    assert_eq!(held(&chain, id, "TKN"), "0.00000000");
    assert_eq!(field(&chain, id, "numTicksLeft"), "0");

    provide(&mut chain, "investor", "1");
    provide(&mut chain, "whale", "10");
    let id = with_batch(&mut chain, pool());
    act(&mut chain, ENGINE, "flush", json!({ "id": id }))
        .succeeds()
        .emits(&[r#"flush {"distId":2}"#]);
    act(
        &mut chain,
        "founder",
        "update",
        json!({ "id": id, "numTicks": "30" }),
    )
    .succeeds();
    deposit(&mut chain, id, "TKN", "100");
    chain.seconds_later(DAY);
    act(&mut chain, ENGINE, "flush", json!({ "id": id })).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "9.09090909");
    assert_eq!(balance(&chain, "whale", "TKN"), "90.90909090");
    assert_eq!(held(&chain, id, "TKN"), "0.00000001");
    check_conservation(&chain);
}

#[test]
fn a_token_that_is_no_longer_accepted_waits_for_a_flush() {
    let mut chain = chain();
    let id = with_batch(&mut chain, fixed());
    deposit(&mut chain, id, "TKN", "100");
    deposit(&mut chain, id, "TKNA", "100");
    let list = json!([{ "symbol": "TKNA", "quantity": "5" }]);
    let terms = json!({ "id": id, "strategy": null, "tokenMinPayout": list });
    act(&mut chain, "founder", "update", super::but(&fixed(), terms)).succeeds();
    tick_after(&mut chain, DAY).succeeds();
    assert_eq!(held(&chain, id, "TKN"), "100");
    assert_eq!(held(&chain, id, "TKNA"), "0.00000000");
    act(&mut chain, "founder", "flush", json!({ "id": id })).succeeds();
    assert_eq!(held(&chain, id, "TKN"), "0.00000000");
    check_conservation(&chain);
}

/// Half to alice, half to a contract that does something with it.
fn half_to_contract(does: &str) -> serde_json::Value {
    let recipients = json!([
        { "account": "receiver", "type": "contract", "contractPayload": { "does": does }, "pct": 50 },
        { "account": "alice", "type": "user", "pct": 50 },
    ]);
    super::but(&fixed(), json!({ "tokenRecipients": recipients }))
}

#[test]
fn contracts_are_told_of_what_they_receive() {
    let mut chain = chain();
    let id = with_batch(&mut chain, half_to_contract("accept"));
    deposit(&mut chain, id, "TKN", "100");
    act(&mut chain, "founder", "flush", json!({ "id": id })).succeeds().emits(&[
        r#"transferFromContract {"from":"distribution","to":"receiver","symbol":"TKN","quantity":"50.00000000"}"#,
        r#"accepted {"sender":"contract:distribution","active":false}"#,
        r#"payment {"distId":1,"symbol":"TKN","account":"receiver","quantity":"50.00000000"}"#,
        r#"transferFromContract {"from":"distribution","to":"alice","symbol":"TKN","quantity":"50.00000000"}"#,
        r#"payment {"distId":1,"symbol":"TKN","account":"alice","quantity":"50.00000000"}"#,
        r#"flush {"distId":1}"#,
    ]);
    assert_eq!(contract_balance(&chain, "receiver", "TKN"), "50.00000000");
}

#[test]
fn a_contract_that_does_not_accept_gets_nothing() {
    for (does, error) in [
        ("refuse", "I do not want it"),
        (
            "steal",
            "you must use a custom_json signed with your active key",
        ),
        ("waste", "Error: the call used up its budget of 50 units"),
    ] {
        let mut chain = chain();
        chain.count_work(1_000);
        let id = with_batch(&mut chain, half_to_contract(does));
        deposit(&mut chain, id, "TKN", "100");
        let sent = act(&mut chain, "founder", "flush", json!({ "id": id }));
        assert_eq!(sent.logs.errors, [error]);
        assert_eq!(contract_balance(&chain, "receiver", "TKN"), "none");
        assert_eq!(balance(&chain, "alice", "TKN"), "50.00000000");
        assert_eq!(held(&chain, id, "TKN"), "50.00000000");
        check_conservation(&chain);
    }
}

#[test]
fn parts_that_are_rounded_up_take_nothing_from_others() {
    let mut chain = chain();
    let create =
        json!({ "name": "Big", "symbol": "BIG", "precision": 8, "maxSupply": "9007199254740991" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.issue("BIG", "founder", "9007199254740990");
    for account in ["one", "two", "three", "four", "five", "six"] {
        provide(&mut chain, account, "1");
    }
    let other = with_batch(&mut chain, fixed());
    let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "1" })));
    deposit(&mut chain, id, "BIG", "9000000000000000");
    deposit(&mut chain, other, "TKN", "1");
    tick_after(&mut chain, DAY).succeeds();
    tick_after(&mut chain, 3).succeeds();
    assert_eq!(balance(&chain, "one", "BIG"), "1500000000000000.00003000");
    assert_eq!(balance(&chain, "six", "BIG"), "1499999999999999.99985000");
    assert_eq!(held(&chain, id, "BIG"), "0.00000000");
    assert_eq!(
        contract_balance(&chain, "distribution", "BIG"),
        "0.00000000"
    );
}
