use serde_json::{Value, json};

use crate::testing::{TestChain, text};

const ACTIVE: &str = "you must use a custom_json signed with your active key";
const TICK: &str = "checkPendingUnstakes";

fn payload(quantity: &str) -> Value {
    json!({ "symbol": "COOL", "quantity": quantity })
}

/// Alice has 100 COOL, `staked` of them staked; unstaking takes three days in three slices.
fn chain(staked: &str) -> TestChain {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "100");
    chain.enable_staking("COOL", 3, 3);
    let stake = json!({ "to": "alice", "symbol": "COOL", "quantity": staked });
    chain.send("alice", "tokens", "stake", stake).succeeds();
    chain
}

#[track_caller]
fn alice(chain: &TestChain, balance: &str, stake: &str, pending: &str, total: &str) {
    chain.balance("alice", "COOL").is(balance);
    chain.holding("alice", "COOL", "stake").is(stake);
    chain.holding("alice", "COOL", "pendingUnstake").is(pending);
    chain.token("COOL", "totalStaked").is(total);
    chain.check_conservation();
}

#[test]
fn stake_is_released_in_slices() {
    let mut chain = chain("20");
    chain.enable_delegation("COOL", 7);
    chain
        .send("alice", "tokens", "unstake", payload("10"))
        .succeeds()
        .emits(&[r#"unstakeStart {"account":"alice","symbol":"COOL","quantity":"10.000"}"#]);
    alice(&chain, "80.000", "16.667", "10.000", "16.667");
    let row = chain.row("pendingUnstakes", json!({}));
    assert_eq!(
        text(&row, "nextTransactionTimestamp"),
        (chain.now() + 86_400_000).to_string()
    );
    assert_eq!(text(&row, "millisecPerPeriod"), "86400000");
    assert_eq!(text(&row, "numberTransactionsLeft"), "3");
    assert_eq!(text(&row, "txID"), chain.last_transaction());

    chain
        .send("alice", "tokens", "unstake", payload("11"))
        .fails_with("overdrawn stake");
    let delegate = json!({ "to": "bob", "symbol": "COOL", "quantity": "4" });
    chain
        .send("alice", "tokens", "delegate", delegate)
        .succeeds();
    alice(&chain, "80.000", "12.667", "10.000", "16.667");

    chain.tick(TICK).does_nothing();
    let unstake = r#"unstake {"account":"alice","symbol":"COOL","quantity":"3.333"}"#;
    chain.days_later(1, TICK).succeeds().emits(&[unstake]);
    alice(&chain, "83.333", "9.334", "6.667", "13.334");
    chain.days_later(1, TICK).succeeds().emits(&[unstake]);
    alice(&chain, "86.666", "6.000", "3.334", "10.000");
    chain
        .days_later(1, TICK)
        .succeeds()
        .emits(&[r#"unstake {"account":"alice","symbol":"COOL","quantity":"3.334"}"#]);
    alice(&chain, "90.000", "6.000", "0.000", "10.000");
    assert!(chain.find("pendingUnstakes", json!({})).is_empty());
}

#[test]
fn a_late_tick_catches_up() {
    let mut chain = chain("20");
    chain
        .send("alice", "tokens", "unstake", payload("10"))
        .succeeds();
    let sent = chain.days_later(30, TICK).succeeds();
    assert_eq!(sent.logs.events.len(), 3);
    alice(&chain, "90.000", "10.000", "0.000", "10.000");
}

#[test]
fn all_at_once_with_one_slice() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain.enable_staking("COOL", 2, 1);
    chain
        .send(
            "alice",
            "tokens",
            "stake",
            json!({ "to": "alice", "symbol": "COOL", "quantity": "10" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("10"))
        .succeeds();
    alice(&chain, "0.000", "0.000", "10.000", "0.000");
    chain.days_later(2, TICK).succeeds();
    alice(&chain, "10.000", "0.000", "0.000", "0.000");
}

#[test]
fn six_units_in_three_slices() {
    let mut chain = TestChain::with_token("COOL", 8);
    chain.issue("COOL", "alice", "0.00000006");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send(
            "alice",
            "tokens",
            "stake",
            json!({ "to": "alice", "symbol": "COOL", "quantity": "0.00000006" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("0.00000006"))
        .succeeds();
    for balance in ["0.00000002", "0.00000004", "0.00000006"] {
        chain.days_later(1, TICK).succeeds();
        chain.balance("alice", "COOL").is(balance);
        chain.check_conservation();
    }
}

#[test]
fn unstake_checks_in_order() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "10");
    chain
        .post("alice", "tokens", "unstake", payload("1"))
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", "unstake", json!({ "symbol": "COOL" }))
        .fails_with("invalid params");
    let unknown = json!({ "symbol": "NONE", "quantity": "1" });
    chain
        .send("alice", "tokens", "unstake", unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", "unstake", payload("0.0001"))
        .fails_with("staking not enabled");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send("alice", "tokens", "unstake", payload("0.0001"))
        .fails_with("symbol precision mismatch");
    chain
        .send("alice", "tokens", "unstake", payload("0"))
        .fails_with("must unstake positive quantity");
    chain
        .send("bob", "tokens", "unstake", payload("1"))
        .fails_with("balance does not exist");
    chain
        .send("alice", "tokens", "unstake", payload("1"))
        .fails_with("overdrawn stake");
}

#[test]
fn dust_creates_nothing() {
    let mut chain = TestChain::with_token("COOL", 0);
    chain.issue("COOL", "alice", "10");
    chain.enable_staking("COOL", 4, 4);
    chain
        .send(
            "alice",
            "tokens",
            "stake",
            json!({ "to": "alice", "symbol": "COOL", "quantity": "10" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("3"))
        .fails_with("cannot subtract");
    assert!(chain.find("pendingUnstakes", json!({})).is_empty());
    chain.days_later(10, TICK).does_nothing();
    chain.check_conservation();
}

#[test]
fn a_change_of_precision_creates_nothing() {
    let mut chain = chain("1");
    chain
        .send("alice", "tokens", "unstake", payload("1"))
        .succeeds();
    chain
        .send(
            "founder",
            "tokens",
            "updatePrecision",
            json!({ "symbol": "COOL", "precision": 8 }),
        )
        .succeeds();
    for _ in 0..3 {
        chain.check_conservation();
        chain.days_later(1, TICK).succeeds();
    }
    alice(
        &chain,
        "100.00000000",
        "0.00000000",
        "0.00000000",
        "0.00000000",
    );
}

#[test]
fn an_unstake_can_be_cancelled() {
    let mut chain = chain("20");
    chain
        .send("alice", "tokens", "unstake", payload("10"))
        .succeeds();
    let id = chain.last_transaction();
    let cancel = json!({ "txID": id });
    chain
        .post("alice", "tokens", "cancelUnstake", cancel.clone())
        .fails_with(ACTIVE);
    chain
        .send("alice", "tokens", "cancelUnstake", json!({}))
        .fails_with("invalid params");
    chain
        .send("bob", "tokens", "cancelUnstake", cancel.clone())
        .fails_with("unstake does not exist");
    chain
        .send(
            "alice",
            "tokens",
            "cancelUnstake",
            json!({ "txID": "other" }),
        )
        .fails_with("unstake does not exist");
    chain.days_later(1, TICK).succeeds();
    chain
        .send("alice", "tokens", "cancelUnstake", cancel.clone())
        .succeeds()
        .emits(&[r#"unstakeCancel {"account":"alice","symbol":"COOL","quantity":"6.667"}"#]);
    alice(&chain, "83.333", "16.667", "0.000", "16.667");
    chain
        .send("alice", "tokens", "cancelUnstake", cancel)
        .fails_with("unstake does not exist");
}

#[test]
fn cancelling_before_and_after_the_first_slice() {
    for (days, stake) in [(0, "0.00000003"), (1, "0.00000002")] {
        let mut chain = TestChain::with_token("COOL", 8);
        chain.issue("COOL", "alice", "0.00000003");
        chain.enable_staking("COOL", 2, 2);
        chain
            .send(
                "alice",
                "tokens",
                "stake",
                json!({ "to": "alice", "symbol": "COOL", "quantity": "0.00000003" }),
            )
            .succeeds();
        chain
            .send("alice", "tokens", "unstake", payload("0.00000003"))
            .succeeds();
        let id = chain.last_transaction();
        chain.holding("alice", "COOL", "stake").is("0.00000002");
        chain.days_later(days, TICK);
        chain
            .send("alice", "tokens", "cancelUnstake", json!({ "txID": id }))
            .succeeds();
        chain.holding("alice", "COOL", "stake").is(stake);
        chain.check_conservation();
    }
}

#[test]
fn an_account_has_a_bounded_number_of_unstakes() {
    let limits = tartan_runtime::Limits {
        rows_per_account: 2,
        ..Default::default()
    };
    let mut chain = TestChain::with_limits(limits);
    chain
        .send(
            "founder",
            "tokens",
            "create",
            json!({ "name": "C", "symbol": "COOL", "precision": 3, "maxSupply": "100" }),
        )
        .succeeds();
    chain.issue("COOL", "alice", "10");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send(
            "alice",
            "tokens",
            "stake",
            json!({ "to": "alice", "symbol": "COOL", "quantity": "10" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("1"))
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("1"))
        .succeeds();
    chain
        .send("alice", "tokens", "unstake", payload("1"))
        .fails_with("too many pending unstakes, maximum is 2");
}
