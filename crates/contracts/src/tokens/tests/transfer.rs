use serde_json::{Value, json};

use super::chain_with_forwarders;
use crate::testing::TestChain;

const ACTIVE: &str = "you must use a custom_json signed with your active key";

/// `founder` has issued 10 COOL with three decimals to alice.
fn chain() -> TestChain {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain
}

fn payload(to: &str, quantity: &str) -> Value {
    json!({ "to": to, "symbol": "COOL", "quantity": quantity })
}

#[test]
fn tokens_move() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transfer", payload("bob", "2.5"))
        .succeeds()
        .emits(&[r#"transfer {"from":"alice","to":"bob","symbol":"COOL","quantity":"2.5"}"#]);
    chain.balance("alice", "COOL").is("7.500");
    // A first credit keeps the text as sent, the next one has the token's decimals.
    chain.balance("bob", "COOL").is("2.5");
    chain
        .send("alice", "tokens", "transfer", payload(" bob ", "1"))
        .succeeds();
    chain.balance("bob", "COOL").is("3.500");
    chain.check_conservation();
}

#[test]
fn transfer_needs_funds() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transfer", payload("bob", "10.001"))
        .fails_with("overdrawn balance");
    chain
        .send("alice", "tokens", "transfer", payload("bob", "Infinity"))
        .fails_with("overdrawn balance");
    chain
        .send("alice", "tokens", "transfer", payload("bob", "1e400"))
        .fails_with("overdrawn balance");
    chain
        .send("carol", "tokens", "transfer", payload("bob", "1"))
        .fails_with("balance does not exist");
    chain.balance("alice", "COOL").is("10.000");
}

#[test]
fn transfer_checks_in_order() {
    let mut chain = chain();
    chain
        .post("alice", "tokens", "transfer", json!({}))
        .fails_with(ACTIVE);
    for bad in [
        json!({}),
        json!({ "to": "bob", "symbol": "COOL" }),
        json!({ "to": "", "symbol": "COOL", "quantity": "1" }),
        json!({ "to": "bob", "symbol": 1, "quantity": "1" }),
        json!({ "to": "bob", "symbol": "COOL", "quantity": 1 }),
        json!({ "to": "bob", "symbol": "COOL", "quantity": "one" }),
        json!({ "to": "bob", "symbol": "COOL", "quantity": "1,000" }),
    ] {
        chain
            .send("alice", "tokens", "transfer", bad)
            .fails_with("invalid params");
    }
    chain
        .send("alice", "tokens", "transfer", payload(" alice", "1"))
        .fails_with("cannot transfer to self");
    for to in ["Bob", "bo", "seventeen-letters", "bob-", "\u{fffd}bob"] {
        chain
            .send("alice", "tokens", "transfer", payload(to, "1"))
            .fails_with("invalid to");
    }
    chain
        .send("alice", "tokens", "transfer", payload("bittrex", "1"))
        .fails_with("not allowed to send to bittrex");
    let unknown = json!({ "to": "bob", "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", "transfer", unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", "transfer", payload("bob", "0.0001"))
        .fails_with("symbol precision mismatch");
    for quantity in ["0", "-1", "-0.000", "-Infinity"] {
        chain
            .send("alice", "tokens", "transfer", payload("bob", quantity))
            .fails_with("must transfer positive quantity");
    }
}

#[test]
fn only_listed_names_are_blacklisted() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transfer", payload("constructor", "1"))
        .succeeds();
    chain.balance("constructor", "COOL").is("1");
}

#[test]
fn strange_spellings_of_numbers_are_normalised() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transfer", payload("bob", "0x2"))
        .succeeds()
        .emits(&[r#"transfer {"from":"alice","to":"bob","symbol":"COOL","quantity":"2.000"}"#]);
    chain.balance("bob", "COOL").is("2.000");
    chain
        .send("alice", "tokens", "transfer", payload("carol", " 1.0000 "))
        .succeeds();
    chain.balance("carol", "COOL").is("1.000");
    chain
        .send("alice", "tokens", "transfer", payload("dave", "1e-3"))
        .succeeds();
    chain.balance("dave", "COOL").is("0.001");
    chain.check_conservation();
}

#[test]
fn burning_leaves_circulation() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transfer", payload("null", "4"))
        .succeeds();
    chain.balance("null", "COOL").is("4");
    chain.token("COOL", "supply").is("10.000");
    chain.token("COOL", "circulatingSupply").is("6.000");
    chain.check_conservation();
}

#[test]
fn into_a_contract() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "transferToContract", payload(" Market ", "2.5"))
        .succeeds()
        .emits(&[r#"transferToContract {"from":"alice","to":"market","symbol":"COOL","quantity":"2.500"}"#]);
    chain
        .send(
            "alice",
            "tokens",
            "transferToContract",
            payload("NULL", "1"),
        )
        .succeeds();
    chain.token("COOL", "circulatingSupply").is("9.000");
    let row = chain.row("contractsBalances", json!({ "account": "market" }));
    assert_eq!(crate::testing::text(&row, "balance"), "2.500");
    chain.check_conservation();
}

#[test]
fn into_a_contract_checks_in_order() {
    let mut chain = chain();
    let action = "transferToContract";
    chain
        .post("alice", "tokens", action, payload("market", "1"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", action, json!({}))
        .fails_with("invalid params");
    chain
        .send("alice", "tokens", action, payload("Alice", "1"))
        .fails_with("cannot transfer to self");
    chain
        .send("alice", "tokens", action, payload("ab", "1"))
        .fails_with("invalid to");
    chain
        .send("alice", "tokens", action, payload(&"x".repeat(51), "1"))
        .fails_with("invalid to");
    let unknown = json!({ "to": "market", "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", action, unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", action, payload("market", "0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("alice", "tokens", action, payload("market", "0"))
        .fails_with("must transfer positive quantity");
    chain
        .send("alice", "tokens", action, payload("market", "11"))
        .fails_with("overdrawn balance");
    chain
        .send("bob", "tokens", action, payload("market", "1"))
        .fails_with("balance does not exist");
}

#[test]
fn a_user_cannot_name_another_payer() {
    let mut chain = chain();
    let theft = json!({ "to": "market", "symbol": "COOL", "quantity": "1", "from": "alice" });
    chain
        .send("mallory", "tokens", "transferToContract", theft.clone())
        .fails_with("balance does not exist");
    chain.balance("alice", "COOL").is("10.000");
    // The node may: that is how contracts collect.
    chain
        .send("null", "tokens", "transferToContract", theft)
        .succeeds();
    chain.balance("alice", "COOL").is("9.000");
}

#[test]
fn out_of_a_contract() {
    let mut chain = chain();
    chain
        .send(
            "alice",
            "tokens",
            "transferToContract",
            payload("market", "5"),
        )
        .succeeds();
    let pay = |to: &str, kind: &str, quantity: &str| json!({ "from": "market", "to": to, "symbol": "COOL", "quantity": quantity, "type": kind });
    let action = "transferFromContract";
    chain
        .send("null", "tokens", action, pay("bob", "user", "2"))
        .succeeds()
        .emits(&[r#"transferFromContract {"from":"market","to":"bob","symbol":"COOL","quantity":"2.000"}"#]);
    chain.balance("bob", "COOL").is("2.000");
    chain
        .send("null", "tokens", action, pay("mining", "contract", "1"))
        .succeeds();
    chain
        .send("null", "tokens", action, pay("null", "user", "1"))
        .succeeds();
    chain.token("COOL", "circulatingSupply").is("9.000");
    chain.check_conservation();

    chain
        .send("market", "tokens", action, pay("bob", "user", "1"))
        .fails_with("not authorized");
    chain
        .send("null", "tokens", action, json!({}))
        .fails_with("invalid params");
    chain
        .send("null", "tokens", action, pay("bob", "friend", "1"))
        .fails_with("invalid params");
    chain
        .send("null", "tokens", action, pay("market ", "contract", "1"))
        .fails_with("cannot transfer to self");
    chain
        .send("null", "tokens", action, pay("Bob", "user", "1"))
        .fails_with("invalid to");
    chain
        .send("null", "tokens", action, pay("ab", "contract", "1"))
        .fails_with("invalid to");
    chain
        .send("null", "tokens", action, pay("bob", "user", "0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("null", "tokens", action, pay("bob", "user", "0"))
        .fails_with("must transfer positive quantity");
    chain
        .send("null", "tokens", action, pay("bob", "user", "2"))
        .fails_with("overdrawn balance");
    let unknown =
        json!({ "from": "market", "to": "bob", "symbol": "NONE", "quantity": "1", "type": "user" });
    chain
        .send("null", "tokens", action, unknown)
        .fails_with("symbol does not exist");
    let stranger =
        json!({ "from": "nobody", "to": "bob", "symbol": "COOL", "quantity": "1", "type": "user" });
    chain
        .send("null", "tokens", action, stranger)
        .fails_with("balance does not exist");
}

#[test]
fn a_contract_cannot_claim_an_authority_that_was_not_signed() {
    let mut chain = chain_with_forwarders(&["game"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.issue("COOL", "alice", "10");
    let mut params = payload("mallory", "10");
    params["isSignedWithActiveKey"] = json!(true);
    let trick = json!({ "as": "alice", "action": "transfer", "params": params });
    chain
        .post("alice", "game", "forward", trick.clone())
        .fails_with(ACTIVE);
    chain.balance("alice", "COOL").is("10.000");
    chain.send("alice", "game", "forward", trick).succeeds();
    chain.balance("alice", "COOL").is("0.000");
}

#[test]
fn what_a_failed_call_did_is_undone() {
    let mut chain = chain_with_forwarders(&["game"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.issue("COOL", "alice", "10");
    let forward = |quantity: &str| json!({ "as": "alice", "action": "transfer", "params": payload("bob", quantity) });
    chain
        .send("alice", "game", "failLater", forward("1"))
        .fails_with("changed my mind");
    chain.balance("alice", "COOL").is("10.000");
    assert!(
        chain
            .find("balances", json!({ "account": "bob" }))
            .is_empty()
    );
    // A caller that can live with the failure goes on; the error is there to read.
    chain
        .send("alice", "game", "notify", forward("11"))
        .fails_with("overdrawn balance");
    chain.check_conservation();
}

#[test]
fn actions_that_are_not_there() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "steal", json!({}))
        .fails_with("unknown error");
    chain
        .send("alice", "nothing", "transfer", json!({}))
        .fails_with("contract doesn't exist");
    chain
        .send("alice", "tokens", "createSSC", json!({}))
        .fails_with("you cannot trigger this action");
}
