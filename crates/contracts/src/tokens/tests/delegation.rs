use serde_json::{Value, json};

use crate::testing::{TestChain, text};

const ACTIVE: &str = "you must use a custom_json signed with your active key";
const TICK: &str = "checkPendingUndelegations";

fn to(to: &str, quantity: &str) -> Value {
    json!({ "to": to, "symbol": "COOL", "quantity": quantity })
}

fn from(from: &str, quantity: &str) -> Value {
    json!({ "from": from, "symbol": "COOL", "quantity": quantity })
}

/// Alice has staked 10 COOL; undelegating takes seven days.
fn chain() -> TestChain {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain.enable_staking("COOL", 3, 3);
    chain.enable_delegation("COOL", 7);
    chain
        .send("alice", "tokens", "stake", to("alice", "10"))
        .succeeds();
    chain
}

#[test]
fn stake_is_lent_and_comes_back() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "delegate", to(" bob ", "4"))
        .succeeds()
        .emits(&[r#"delegate {"to":"bob","symbol":"COOL","quantity":"4.000"}"#]);
    chain.holding("alice", "COOL", "stake").is("6.000");
    chain.holding("alice", "COOL", "delegationsOut").is("4.000");
    chain.holding("bob", "COOL", "delegationsIn").is("4.000");
    chain.token("COOL", "totalStaked").is("10.000");
    chain
        .send("alice", "tokens", "delegate", to("bob", "1"))
        .succeeds();
    let row = chain.row("delegations", json!({ "from": "alice", "to": "bob" }));
    assert_eq!(text(&row, "quantity"), "5.000");
    chain.check_conservation();

    chain
        .send("alice", "tokens", "undelegate", from("bob", "1.5"))
        .succeeds()
        .emits(&[r#"undelegateStart {"from":"bob","symbol":"COOL","quantity":"1.500"}"#]);
    chain.holding("alice", "COOL", "delegationsOut").is("3.500");
    chain
        .holding("alice", "COOL", "pendingUndelegations")
        .is("1.500");
    chain.holding("bob", "COOL", "delegationsIn").is("3.500");
    chain
        .send("alice", "tokens", "undelegate", from("bob", "3.5"))
        .succeeds();
    assert!(chain.find("delegations", json!({})).is_empty());
    chain
        .holding("alice", "COOL", "pendingUndelegations")
        .is("5.000");
    chain.check_conservation();

    chain.days_later(6, TICK).does_nothing();
    chain.days_later(1, TICK).succeeds().emits(&[
        r#"undelegateDone {"account":"alice","symbol":"COOL","quantity":"1.500"}"#,
        r#"undelegateDone {"account":"alice","symbol":"COOL","quantity":"3.500"}"#,
    ]);
    chain.holding("alice", "COOL", "stake").is("10.000");
    chain
        .holding("alice", "COOL", "pendingUndelegations")
        .is("0.000");
    chain.check_conservation();
}

#[test]
fn delegate_checks_in_order() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain
        .post("alice", "tokens", "delegate", to("bob", "1"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", "delegate", json!({ "to": "bob" }))
        .fails_with("invalid params");
    chain
        .send("alice", "tokens", "delegate", to("Bob", "1"))
        .fails_with("invalid to");
    let unknown = json!({ "to": "bob", "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", "delegate", unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", "delegate", to("bob", "0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("alice", "tokens", "delegate", to("alice", "0"))
        .fails_with("delegation not enabled");
    chain.enable_staking("COOL", 3, 3);
    chain.enable_delegation("COOL", 7);
    chain
        .send("alice", "tokens", "delegate", to("alice", "0"))
        .fails_with("cannot delegate to yourself");
    chain
        .send("alice", "tokens", "delegate", to("bob", "0"))
        .fails_with("must delegate positive quantity");
    chain
        .send("carol", "tokens", "delegate", to("bob", "1"))
        .fails_with("balanceFrom does not exist");
    chain
        .send("alice", "tokens", "delegate", to("bob", "1"))
        .fails_with("overdrawn stake");
}

#[test]
fn what_is_being_unstaked_cannot_be_lent() {
    let mut chain = TestChain::with_token("COOL", 0);
    chain.issue("COOL", "alice", "9");
    chain.enable_staking("COOL", 3, 3);
    chain.enable_delegation("COOL", 7);
    chain
        .send("alice", "tokens", "stake", to("alice", "9"))
        .succeeds();
    chain
        .send(
            "alice",
            "tokens",
            "unstake",
            json!({ "symbol": "COOL", "quantity": "7" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "delegate", to("bob", "3"))
        .fails_with("overdrawn stake");
    chain
        .send("alice", "tokens", "delegate", to("bob", "2"))
        .succeeds();
    chain.check_conservation();
}

#[test]
fn what_was_lent_is_not_the_holders() {
    let mut chain = chain();
    chain
        .send("alice", "tokens", "delegate", to("bob", "4"))
        .succeeds();
    chain
        .send(
            "bob",
            "tokens",
            "unstake",
            json!({ "symbol": "COOL", "quantity": "1" }),
        )
        .fails_with("overdrawn stake");
    chain
        .send("bob", "tokens", "delegate", to("carol", "1"))
        .fails_with("overdrawn stake");
}

#[test]
fn undelegate_checks_in_order() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    let action = "undelegate";
    chain
        .post("alice", "tokens", action, from("bob", "1"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", action, json!({ "from": "bob" }))
        .fails_with("invalid params");
    chain
        .send("alice", "tokens", action, from("ab", "1"))
        .fails_with("invalid from");
    let unknown = json!({ "from": "bob", "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", action, unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", action, from("bob", "0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("alice", "tokens", action, from("alice", "0"))
        .fails_with("delegation not enabled");
    chain.enable_staking("COOL", 3, 3);
    chain.enable_delegation("COOL", 7);
    chain
        .send("alice", "tokens", action, from("alice", "0"))
        .fails_with("cannot undelegate from yourself");
    chain
        .send("alice", "tokens", action, from("bob", "0"))
        .fails_with("must undelegate positive quantity");
    chain
        .send("carol", "tokens", action, from("bob", "1"))
        .fails_with("balanceTo does not exist");
    chain
        .send("alice", "tokens", action, from("bob", "1"))
        .fails_with("overdrawn delegation");
    chain
        .send("alice", "tokens", "stake", to("alice", "10"))
        .succeeds();
    chain
        .send("alice", "tokens", "delegate", to("carol", "4"))
        .succeeds();
    chain
        .send("alice", "tokens", "delegate", to("dave", "1"))
        .succeeds();
    chain
        .send("alice", "tokens", action, from("nobody", "1"))
        .fails_with("balanceFrom does not exist");
    chain.issue("COOL", "bob", "1");
    chain
        .send("alice", "tokens", action, from("bob", "1"))
        .fails_with("delegation does not exist");
    chain
        .send("alice", "tokens", action, from("dave", "2"))
        .fails_with("overdrawn delegation");
}
