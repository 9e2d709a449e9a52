use serde_json::json;
use tartan_runtime::testing::ENGINE;

use super::{Gateway, HIVE, PEG, STEEM};

#[test]
fn a_withdrawal_queues_a_payment_and_a_fee() {
    for (peg, quantity, rest, fee) in [
        (HIVE, "0.002", "0.001", "0.001"),
        (HIVE, "0.3", "0.298", "0.002"),
        (HIVE, "3.3", "3.275", "0.025"),
        (HIVE, "1e0", "0.992", "0.008"),
        (STEEM, "0.3", "0.297", "0.003"),
        (STEEM, "0.050", "0.049", "0.001"),
    ] {
        let mut gateway = Gateway::new(peg);
        let unit = peg.unit;
        gateway
            .deposit("alice", &format!("10.000 {unit}"))
            .succeeds();
        let deposit = gateway.chain.last_transaction();
        gateway.pay(&format!("{deposit}-fee"));
        gateway.withdraw("alice", quantity).succeeds();
        let tx = gateway.chain.last_transaction();
        gateway.queued(&[
            &format!("{tx} {rest} {unit} to alice: withdrawal tx {tx}"),
            &format!("{tx}-fee {fee} {unit} to {ENGINE}: fee tx {tx}"),
        ]);
        gateway.check_cover();
    }
}

#[test]
fn withdraw_checks_its_parameters() {
    let mut gateway = Gateway::new(HIVE);
    gateway.deposit("alice", "10.000 HIVE").succeeds();
    for quantity in [
        json!("0.0021"),
        json!(""),
        json!("much"),
        json!(1),
        json!(null),
    ] {
        let payload = json!({ "quantity": quantity });
        gateway
            .chain
            .send("alice", HIVE.contract, "withdraw", payload)
            .fails_with("invalid params");
    }
    gateway
        .chain
        .post(
            "alice",
            HIVE.contract,
            "withdraw",
            json!({ "quantity": "1" }),
        )
        .fails_with("invalid params");
    for quantity in ["0.001", "0", "-1", "-Infinity"] {
        gateway
            .withdraw("alice", quantity)
            .fails_with("minimum withdrawal is 0.002");
    }
    gateway.withdraw("alice", "Infinity").does_nothing();
    gateway
        .withdraw("alice", "11")
        .fails_with("overdrawn balance");
    gateway
        .withdraw("bob", "1")
        .fails_with("balance does not exist");
    gateway
        .withdraw(PEG, "1")
        .fails_with("cannot transfer to self");
    assert_eq!(
        gateway
            .queue(json!({ "memo": { "$regex": "^withdrawal" } }))
            .len(),
        0
    );
    gateway.check_cover();
}

#[test]
fn a_withdrawal_through_a_contract_can_be_told_apart() {
    let mut gateway = Gateway::new(HIVE);
    gateway.deposit("alice", "10.000 HIVE").succeeds();
    let deposit = gateway.chain.last_transaction();
    gateway.pay(&format!("{deposit}-fee"));
    let forward = |times: u32| {
        json!({
            "contract": HIVE.contract, "action": "withdraw", "params": { "quantity": "0.01" }, "times": times,
        })
    };
    gateway
        .chain
        .send("alice", "forwarder", "forward", forward(2))
        .succeeds();
    let tx = gateway.chain.last_transaction();
    gateway.queued(&[
        &format!("{tx} 0.009 HIVE to alice: withdrawal tx {tx}"),
        &format!("{tx}-fee 0.001 HIVE to {ENGINE}: fee tx {tx}"),
        &format!("{tx}.2 0.009 HIVE to alice: withdrawal tx {tx}.2"),
        &format!("{tx}.2-fee 0.001 HIVE to {ENGINE}: fee tx {tx}.2"),
    ]);
    gateway.pay(&format!("{tx}.2"));
    gateway.check_cover();
    gateway
        .chain
        .send("alice", "forwarder", "forward", forward(101))
        .fails_with("too many withdrawals in one transaction");
    gateway.check_cover();
    // it is the user's signature that counts
    gateway
        .chain
        .post("alice", "forwarder", "forward", forward(1))
        .fails_with("invalid params");
}

#[test]
fn only_the_peg_account_removes_payments() {
    let mut gateway = Gateway::new(HIVE);
    gateway.deposit("alice", "10.000 HIVE").succeeds();
    let fee = format!("{}-fee", gateway.chain.last_transaction());
    gateway.remove("alice", &fee).does_nothing();
    gateway.remove(ENGINE, &fee).does_nothing();
    gateway
        .chain
        .post(PEG, HIVE.contract, "removeWithdrawal", json!({ "id": fee }))
        .does_nothing();
    for id in [json!(null), json!(1), json!(""), json!("unknown")] {
        gateway
            .chain
            .send(PEG, HIVE.contract, "removeWithdrawal", json!({ "id": id }))
            .does_nothing();
    }
    assert_eq!(gateway.queue(json!({})).len(), 1);
    gateway.pay(&fee);
    gateway.queued(&[]);
    gateway.check_cover();
}

#[test]
fn a_new_version_keeps_the_queue() {
    let mut gateway = Gateway::new(STEEM);
    gateway.deposit("alice", "10.000 STEEM").succeeds();
    gateway.chain.redeploy(STEEM.contract);
    assert_eq!(gateway.queue(json!({})).len(), 1);
}
