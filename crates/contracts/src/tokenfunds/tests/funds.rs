use serde_json::json;
use tartan_document::Value;

use super::{act, chain, fund, refuses, with_fund};
use crate::testing::ENGINE;

const SIGN: &str = "you must use a transaction signed with your active key";

#[test]
fn the_issuer_makes_a_fund() {
    let mut chain = chain();
    let fee = json!({ "method": "burn", "symbol": "SLV", "amount": "2.5" });
    let fund = super::but(&fund(), json!({ "proposalFee": fee }));
    act(&mut chain, "founder", "createFund", fund)
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"1000"}"#,
            r#"createFund {"id":"GLD:SLV"}"#,
        ]);
    chain.balance("founder", "ENG").is("9000.00000000");
    let rows = chain.find_in("tokenfunds", "funds", json!({}));
    let expected = concat!(
        r#"{"_id":1,"payToken":"GLD","voteToken":"SLV","voteThreshold":"1000","maxDays":"365","#,
        r#""maxAmountPerDay":"1000","proposalFee":{"method":"burn","symbol":"SLV","amount":"2.5"},"active":false,"#,
        r#""creator":"founder","lastTickTime":1600000000000,"id":"GLD:SLV"}"#,
    );
    assert_eq!(Value::Object(rows[0].clone()).stringify(), expected);
}

#[test]
fn the_terms_of_a_fund_are_checked() {
    let mut chain = chain();
    let create = json!({ "name": "Lead", "symbol": "LEAD", "precision": 2, "maxSupply": "1000" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain
        .post("founder", "tokenfunds", "createFund", fund())
        .fails_with(SIGN);
    act(&mut chain, "poor", "createFund", fund())
        .fails_with("you must have enough tokens to cover the creation fee");
    act(&mut chain, "organizer", "createFund", fund()).fails_with("must be issuer of payToken");
    let fee = |method: &str, symbol: &str, amount: &str| json!({ "proposalFee": { "method": method, "symbol": symbol, "amount": amount } });
    let cases = [
        (
            json!({ "voteThreshold": 1000 }),
            "invalid voteThreshold: greater than 0",
        ),
        (
            json!({ "voteThreshold": "0" }),
            "invalid voteThreshold: greater than 0",
        ),
        (
            json!({ "voteThreshold": null }),
            "invalid voteThreshold: greater than 0",
        ),
        (
            json!({ "maxDays": "731" }),
            "invalid maxDays: integer between 1 and 730",
        ),
        (
            json!({ "maxDays": "0" }),
            "invalid maxDays: integer between 1 and 730",
        ),
        (
            json!({ "maxDays": "1.5" }),
            "invalid maxDays: integer between 1 and 730",
        ),
        (
            json!({ "maxDays": 30 }),
            "invalid maxDays: integer between 1 and 730",
        ),
        (
            json!({ "maxAmountPerDay": "x" }),
            "invalid maxAmountPerDay: greater than 0",
        ),
        (
            json!({ "maxAmountPerDay": "-1" }),
            "invalid maxAmountPerDay: greater than 0",
        ),
        (json!({ "proposalFee": "1" }), "invalid proposalFee"),
        (json!({ "proposalFee": [] }), "invalid proposalFee"),
        (fee("free", "GLD", "1"), "invalid proposalFee"),
        (fee("burn", "GLD", "0"), "invalid proposalFee"),
        (
            json!({ "proposalFee": { "method": "burn", "symbol": "GLD", "amount": 1 } }),
            "invalid proposalFee",
        ),
        (
            fee("issuer", "NONE", "1"),
            "invalid proposalFee token or precision",
        ),
        (
            fee("issuer", "GLD", "0.123456789"),
            "invalid proposalFee token or precision",
        ),
        (json!({ "payToken": "NONE" }), "must be issuer of payToken"),
        (
            json!({ "payToken": { "$gt": "" } }),
            "must be issuer of payToken",
        ),
        (json!({ "payToken": "ENG" }), "must be issuer of payToken"),
        (
            json!({ "voteToken": "NONE" }),
            "voteToken must have staking enabled",
        ),
        (
            json!({ "voteToken": "LEAD" }),
            "voteToken must have staking enabled",
        ),
        (
            json!({ "maxAmountPerDay": "1.123456789" }),
            "maxAmountPerDay precision mismatch",
        ),
        (
            json!({ "voteThreshold": "1.123456789" }),
            "voteThreshold precision mismatch",
        ),
    ];
    refuses(&mut chain, "founder", "createFund", &fund(), &cases);
    act(&mut chain, "founder", "createFund", fund()).succeeds();
    act(&mut chain, "founder", "createFund", fund()).fails_with("DTF already exists");
    // a refusal costs nothing
    chain.balance("founder", "ENG").is("9000.00000000");
}

#[test]
fn the_owner_of_the_contract_makes_funds_of_the_utility_token() {
    let mut chain = chain();
    let fund = super::but(&fund(), json!({ "payToken": "ENG" }));
    act(&mut chain, ENGINE, "createFund", fund)
        .succeeds()
        .emits(&[r#"createFund {"id":"ENG:SLV"}"#]);
}

#[test]
fn terms_change() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    let update = json!({ "fundId": "GLD:SLV", "voteThreshold": "5", "maxDays": "30", "maxAmountPerDay": "2" });
    chain
        .post("founder", "tokenfunds", "updateFund", update.clone())
        .fails_with(SIGN);
    act(&mut chain, "poor", "updateFund", update.clone())
        .fails_with("you must have enough tokens to cover the update fee");
    act(&mut chain, "organizer", "updateFund", update.clone()).fails_with("must be DTF creator");
    let cases = [
        (
            json!({ "voteThreshold": "0" }),
            "invalid voteThreshold: greater than 0",
        ),
        (
            json!({ "maxDays": "731" }),
            "invalid maxDays: integer between 1 and 730",
        ),
        (
            json!({ "maxAmountPerDay": "0" }),
            "invalid maxAmountPerDay: greater than 0",
        ),
        (json!({ "proposalFee": 1 }), "invalid proposalFee"),
        (json!({ "fundId": "SLV:GLD" }), "DTF not found"),
        (json!({ "fundId": null }), "DTF not found"),
        (
            json!({ "maxAmountPerDay": "1.123456789" }),
            "maxAmountPerDay precision mismatch",
        ),
        (
            json!({ "voteThreshold": "1.123456789" }),
            "voteThreshold precision mismatch",
        ),
    ];
    refuses(&mut chain, "founder", "updateFund", &update, &cases);
    act(&mut chain, "founder", "updateFund", update.clone())
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"300"}"#,
            r#"updateFund {"id":"GLD:SLV"}"#,
        ]);
    act(&mut chain, ENGINE, "updateFund", update)
        .succeeds()
        .emits(&[r#"updateFund {"id":"GLD:SLV"}"#]);
    let row = &chain.find_in("tokenfunds", "funds", json!({}))[0];
    let fields = ["voteThreshold", "maxDays", "maxAmountPerDay"];
    assert_eq!(
        fields.map(|field| row.get_str(field).unwrap_or_default()),
        ["5", "30", "2"]
    );
}

#[test]
fn a_fund_is_switched_on_and_off() {
    let mut chain = chain();
    act(&mut chain, "founder", "createFund", fund()).succeeds();
    let on = json!({ "fundId": "GLD:SLV", "active": true });
    chain
        .post("founder", "tokenfunds", "setDtfActive", on.clone())
        .fails_with(SIGN);
    refuses(
        &mut chain,
        "founder",
        "setDtfActive",
        &on,
        &[(json!({ "fundId": "x" }), "DTF does not exist")],
    );
    act(&mut chain, "organizer", "setDtfActive", on.clone()).fails_with("must be DTF creator");
    act(&mut chain, ENGINE, "setDtfActive", on)
        .succeeds()
        .emits(&[r#"setDtfActive {"id":"GLD:SLV","active":true}"#]);
    // without a name: the first fund
    act(&mut chain, "founder", "setDtfActive", json!({}))
        .succeeds()
        .emits(&[r#"setDtfActive {"id":"GLD:SLV","active":false}"#]);
}
