use serde_json::{Value as Json, json};
use tartan_document::Value;

use super::{act, airdrop, balance, chain, check_conservation, locked, many, pending};
use crate::testing::ENGINE;

#[test]
fn an_airdrop_is_made() {
    let mut chain = chain();
    let list = json!([["alice", "1.5"], ["bob", 2], ["alice", "1e-3", "ignored"]]);
    let sent = airdrop(&mut chain, "TKN", "transfer", list).succeeds();
    let id = chain.last_transaction();
    sent.emits(&[
        r#"transferToContract {"from":"founder","to":"airdrops","symbol":"TKN","quantity":"3.50100000"}"#,
        r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"0.30000000"}"#,
        &format!(r#"newAirdrop {{"airdropId":"{id}"}}"#),
    ]);
    let row = chain
        .find_in("airdrops", "pendingAirdrops", json!({ "airdropId": id }))
        .remove(0);
    assert_eq!(
        Value::Object(row).stringify(),
        format!(
            concat!(
                r#"{{"_id":1,"airdropId":"{}","symbol":"TKN","type":"transfer","list":[{{"to":"alice","quantity":"1.5"}},"#,
                r#"{{"to":"bob","quantity":"2"}},{{"to":"alice","quantity":"1e-3"}}],"blockNumber":{},"from":"founder"}}"#,
            ),
            id,
            chain.number()
        )
    );
    assert_eq!(locked(&chain, "TKN"), "3.50100000");
    assert_eq!(balance(&chain, "founder", "TKN"), "9996.49900000");
    check_conservation(&chain);
}

#[test]
fn what_is_asked_for_is_checked() {
    let mut chain = chain();
    let payload = |symbol: Json, kind: Json, list: Json| json!({ "symbol": symbol, "type": kind, "list": list });
    let (token, transfer, list) = (json!("TKN"), json!("transfer"), json!([["alice", "1"]]));
    chain
        .post(
            "founder",
            "airdrops",
            "newAirdrop",
            payload(token.clone(), transfer.clone(), list.clone()),
        )
        .fails_with("you must use a custom_json signed with your active key");
    for (payload, error) in [
        (
            payload(json!(1), transfer.clone(), list.clone()),
            "invalid params",
        ),
        (
            payload(token.clone(), json!(""), list.clone()),
            "invalid params",
        ),
        (
            payload(token.clone(), transfer.clone(), json!(1)),
            "invalid params",
        ),
        (json!({}), "invalid params"),
        (
            payload(token.clone(), json!("gift"), list.clone()),
            "invalid type",
        ),
        (
            payload(json!("NONE"), transfer.clone(), list.clone()),
            "symbol does not exist",
        ),
        (
            payload(token.clone(), json!("stake"), list.clone()),
            "staking not enabled",
        ),
        (payload(token, transfer, json!([])), "list cannot be empty"),
    ] {
        act(&mut chain, "founder", "newAirdrop", payload).fails_with(error);
    }
    assert_eq!(pending(&chain), 0);
}

#[test]
fn entries_are_checked() {
    let mut chain = chain();
    for (entry, error) in [
        (json!(null), "account name cannot be undefined"),
        (json!("alice"), "account name cannot be undefined"),
        (json!([]), "account name cannot be undefined"),
        (json!(["", "1"]), "account name cannot be undefined"),
        (json!(["Alice", "1"]), "invalid account name"),
        (json!([5, "1"]), "invalid account name"),
        (json!(["alice"]), "quantity cannot be undefined"),
        (json!(["alice", 0]), "quantity cannot be undefined"),
        (json!(["alice", "x"]), "invalid quantity"),
        (json!(["alice", ["1"]]), "invalid quantity"),
        (json!(["alice", true]), "invalid quantity"),
        (json!(["alice", "0"]), "quantity must be positive"),
        (json!(["alice", "-1"]), "quantity must be positive"),
        (json!(["alice", "0.0001"]), "quantity precision mismatch"),
    ] {
        airdrop(&mut chain, "SIM", "transfer", json!([entry.clone()]))
            .fails_with(&format!("list[0]: {error}"));
        airdrop(&mut chain, "SIM", "stake", json!([["bob", "1"], entry]))
            .fails_with(&format!("list[1]: {error}"));
    }
    assert_eq!(pending(&chain), 0);
    check_conservation(&chain);
}

#[test]
fn the_sender_must_have_what_it_takes() {
    let mut chain = chain();
    let not_enough = "you must have enough tokens to do the airdrop";
    for quantity in ["10000.00000001", "Infinity"] {
        airdrop(&mut chain, "TKN", "transfer", json!([["alice", quantity]])).fails_with(not_enough);
    }
    let payload = json!({ "symbol": "TKN", "type": "transfer", "list": [["alice", "1"]] });
    act(&mut chain, "stranger", "newAirdrop", payload.clone())
        .fails_with("you must have enough tokens to cover the airdrop fee");
    let transfer = json!({ "to": "stranger", "symbol": "ENG", "quantity": "0.1" });
    chain
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    act(&mut chain, "stranger", "newAirdrop", payload).fails_with(not_enough);
    assert_eq!(balance(&chain, "stranger", "ENG"), "0.1");
}

/// Either the fee or the airdrop could be paid.
#[test]
fn fee_and_airdrop_can_be_of_the_same_token() {
    let mut chain = chain();
    airdrop(&mut chain, "ENG", "transfer", json!([["alice", "1000"]]))
        .fails_with("overdrawn balance");
    assert_eq!(balance(&chain, "founder", "ENG"), "1000");
    assert_eq!(locked(&chain, "ENG"), "0");
    airdrop(&mut chain, "ENG", "transfer", json!([["alice", "999.9"]])).succeeds();
    assert_eq!(balance(&chain, "founder", "ENG"), "0.00000000");
    check_conservation(&chain);
}

#[test]
fn without_a_fee_an_airdrop_is_free() {
    let mut chain = chain();
    let transfer = json!({ "to": "stranger", "symbol": "TKN", "quantity": "5" });
    chain
        .send("founder", "tokens", "transfer", transfer)
        .succeeds();
    let free = json!({ "feePerTransaction": "0" });
    act(&mut chain, ENGINE, "updateParams", free).does_nothing();
    let payload = json!({ "symbol": "TKN", "type": "transfer", "list": [["alice", "1"]] });
    let sent = act(&mut chain, "stranger", "newAirdrop", payload).succeeds();
    let id = chain.last_transaction();
    sent.emits(&[
        r#"transferToContract {"from":"stranger","to":"airdrops","symbol":"TKN","quantity":"1.00000000"}"#,
        &format!(r#"newAirdrop {{"airdropId":"{id}"}}"#),
    ]);
}

#[test]
fn what_is_stored_is_bounded() {
    let mut chain = chain();
    airdrop(&mut chain, "TKN", "transfer", many(1000, "1"))
        .fails_with("payload too large: at most 16384 bytes");
    airdrop(&mut chain, "TKN", "transfer", many(400, "1")).succeeds();
}
