use serde_json::{Value, json};

use super::chain_with_forwarders;
use crate::testing::TestChain;

const ACTIVE: &str = "you must use a custom_json signed with your active key";

fn payload(to: &str, quantity: &str) -> Value {
    json!({ "to": to, "symbol": "COOL", "quantity": quantity })
}

#[test]
fn tokens_are_locked() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "100");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send("alice", "tokens", "stake", payload("alice", "20"))
        .succeeds()
        .emits(&[r#"stake {"account":"alice","symbol":"COOL","quantity":"20.000"}"#]);
    chain.balance("alice", "COOL").is("80.000");
    chain.holding("alice", "COOL", "stake").is("20.000");
    chain.token("COOL", "totalStaked").is("20.000");
    chain
        .send("alice", "tokens", "stake", payload(" bob", "5"))
        .succeeds();
    chain.balance("bob", "COOL").is("0");
    chain.holding("bob", "COOL", "stake").is("5.000");
    chain
        .send("alice", "tokens", "stake", payload("null", "1"))
        .succeeds();
    chain.token("COOL", "totalStaked").is("26.000");
    chain.check_conservation();
}

#[test]
fn stake_checks_in_order() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain
        .post("alice", "tokens", "stake", payload("alice", "1"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", "stake", json!({ "to": "alice" }))
        .fails_with("invalid params");
    chain
        .send("alice", "tokens", "stake", payload("Al", "1"))
        .fails_with("invalid to");
    let unknown = json!({ "to": "alice", "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", "stake", unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", "stake", payload("alice", "0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("alice", "tokens", "stake", payload("alice", "0"))
        .fails_with("staking not enabled");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send("alice", "tokens", "stake", payload("alice", "0"))
        .fails_with("must stake positive quantity");
    chain
        .send("alice", "tokens", "stake", payload("alice", "11"))
        .fails_with("overdrawn balance");
    chain
        .send("bob", "tokens", "stake", payload("alice", "1"))
        .fails_with("balance does not exist");
}

#[test]
fn contracts_lock_what_they_hold() {
    let mut chain = chain_with_forwarders(&["mining"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.enable_staking("COOL", 3, 3);
    chain
        .send(
            "founder",
            "tokens",
            "issueToContract",
            payload("mining", "10"),
        )
        .succeeds();
    // Nobody else can call it, and it says nothing.
    chain
        .send(
            "alice",
            "tokens",
            "stakeFromContract",
            payload("alice", "4"),
        )
        .does_nothing();
    let forward = |quantity: &str| json!({ "as": "alice", "action": "stakeFromContract", "params": payload("alice", quantity) });
    let sent = chain.post("alice", "mining", "forward", forward("4"));
    assert_eq!(sent.logs.events[0].event, "stakeFromContract");
    chain.holding("alice", "COOL", "stake").is("4.000");
    chain
        .post("alice", "mining", "forward", forward("7"))
        .fails_with("overdrawn balance");
    chain.check_conservation();
}

#[test]
fn a_contract_that_watches_stakes_cannot_stop_them() {
    // The forwarder has no action `handleStakeChange`: its failure is logged, and the stake stands.
    let mut chain = chain_with_forwarders(&["mining"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.issue("COOL", "alice", "10");
    chain.enable_staking("COOL", 3, 3);
    let sent = chain.send("alice", "tokens", "stake", payload("alice", "4"));
    assert_eq!(sent.logs.errors, ["unknown error"]);
    assert_eq!(sent.logs.events.len(), 1);
    chain.holding("alice", "COOL", "stake").is("4.000");
}
