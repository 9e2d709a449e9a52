use serde_json::{Value, json};

use super::chain_with_forwarders;
use crate::testing::{TestChain, text};

const ACTIVE: &str = "you must use a custom_json signed with your active key";

fn payload(to: &str, quantity: &str) -> Value {
    json!({ "to": to, "symbol": "COOL", "quantity": quantity })
}

#[test]
fn tokens_come_into_being() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain
        .send("founder", "tokens", "issue", payload("alice", "10"))
        .succeeds()
        .emits(&[r#"transferFromContract {"from":"tokens","to":"alice","symbol":"COOL","quantity":"10.000"}"#]);
    chain.balance("alice", "COOL").is("10.000");
    chain.balance("founder", "COOL").is("0.000");
    chain
        .send("founder", "tokens", "issue", payload("founder", "5.5"))
        .succeeds();
    chain.balance("founder", "COOL").is("5.500");
    chain.token("COOL", "supply").is("15.500");
    chain.token("COOL", "circulatingSupply").is("15.500");
    chain
        .send("founder", "tokens", "issue", payload("null", "1"))
        .succeeds();
    chain.token("COOL", "supply").is("16.500");
    chain.token("COOL", "circulatingSupply").is("15.500");
    chain.check_conservation();
}

#[test]
fn issue_checks_in_order() {
    let mut chain = TestChain::with_token("COOL", 3);
    for action in ["issue", "issueToContract"] {
        chain
            .post("founder", "tokens", action, payload("alice", "1"))
            .fails_with(ACTIVE);
        chain
            .send("founder", "tokens", action, json!({ "to": "alice" }))
            .fails_with("invalid params");
        let unknown = json!({ "to": "alice", "symbol": "NONE", "quantity": "1" });
        chain
            .send("founder", "tokens", action, unknown)
            .fails_with("symbol does not exist");
        chain
            .send("alice", "tokens", action, payload("alice", "1"))
            .fails_with("not allowed to issue tokens");
        chain
            .send("founder", "tokens", action, payload("alice", "0.0001"))
            .fails_with("symbol precision mismatch");
        chain
            .send("founder", "tokens", action, payload("alice", "0"))
            .fails_with("must issue positive quantity");
        let over = "quantity exceeds available supply";
        chain
            .send(
                "founder",
                "tokens",
                action,
                payload("alice", "1000000000.001"),
            )
            .fails_with(over);
        chain
            .send("founder", "tokens", action, payload("alice", "Infinity"))
            .fails_with(over);
        chain
            .send("founder", "tokens", action, payload("x", "1"))
            .fails_with("invalid to");
    }
    chain
        .send("founder", "tokens", "issue", payload("Alice", "1"))
        .fails_with("invalid to");
}

#[test]
fn the_whole_supply_and_not_more() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "1000000000");
    let over = "quantity exceeds available supply";
    chain
        .send("founder", "tokens", "issue", payload("alice", "0.001"))
        .fails_with(over);
}

#[test]
fn to_a_contract() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain
        .send("founder", "tokens", "issueToContract", payload(" Market", "10"))
        .succeeds()
        .emits(&[r#"issueToContract {"from":"tokens","to":"Market","symbol":"COOL","quantity":"10.000"}"#]);
    let row = chain.row("contractsBalances", json!({ "account": "Market" }));
    assert_eq!(text(&row, "balance"), "10.000");
    assert!(
        chain
            .find("balances", json!({ "symbol": "COOL" }))
            .is_empty()
    );
    chain
        .send("founder", "tokens", "issueToContract", payload("null", "1"))
        .succeeds();
    chain.token("COOL", "circulatingSupply").is("10.000");
    chain.check_conservation();
}

#[test]
fn by_contracts_of_the_network() {
    let mut chain = chain_with_forwarders(&["comments", "burndollar", "game"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    let forward = |sender: &str, action: &str| json!({ "as": sender, "action": action, "params": payload("alice", "1") });
    chain
        .post("alice", "comments", "forward", forward("null", "issue"))
        .succeeds();
    chain
        .post(
            "alice",
            "comments",
            "forward",
            forward("null", "issueToContract"),
        )
        .succeeds();
    chain
        .post("alice", "burndollar", "forward", forward("alice", "issue"))
        .succeeds();
    chain.token("COOL", "supply").is("3.000");
    // Only as the node, and only those.
    chain
        .post("alice", "comments", "forward", forward("alice", "issue"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "game", "forward", forward("null", "issue"))
        .fails_with("not allowed to issue tokens");
    chain
        .send(
            "alice",
            "burndollar",
            "forward",
            forward("alice", "issueToContract"),
        )
        .fails_with("not allowed to issue tokens");
    chain.check_conservation();
}
