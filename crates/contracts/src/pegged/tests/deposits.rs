use serde_json::json;
use tartan_runtime::testing::ENGINE;

use super::{Gateway, HIVE, PEG, STEEM};

#[test]
fn a_deposit_releases_the_token_less_a_fee() {
    for (peg, deposit, received, fee) in [
        (HIVE, "0.002", "0.001", "0.001"),
        (HIVE, "0.066", "0.065", "0.001"),
        (HIVE, "0.879", "0.872", "0.007"),
        (STEEM, "0.879", "0.870", "0.009"),
        (STEEM, "100.000", "99.000", "1.000"),
    ] {
        let mut gateway = Gateway::new(peg);
        let amount = format!("{deposit} {}", peg.unit);
        gateway.deposit("alice", &amount).emits(&[&format!(
            r#"transfer {{"from":"peg","to":"alice","symbol":"{}","quantity":"{received}"}}"#,
            peg.symbol
        )]);
        gateway.holds("alice", received);
        let tx = gateway.chain.last_transaction();
        let unit = peg.unit;
        gateway.queued(&[&format!("{tx}-fee {fee} {unit} to {ENGINE}: fee tx {tx}")]);
        gateway.check_cover();
    }
}

#[test]
fn another_coin_is_paid_back() {
    let mut gateway = Gateway::new(STEEM);
    gateway
        .deposit("alice", "5.000 SBD")
        .fails_with("only STEEM can be used");
    let tx = gateway.chain.last_transaction();
    gateway.queued(&[&format!("{tx}-refund 5.000 SBD to alice: refund tx {tx}")]);
    let mut gateway = Gateway::new(HIVE);
    gateway
        .deposit("alice", "5.000 HBD")
        .fails_with("only HIVE can be used");
}

#[test]
fn a_deposit_that_the_fee_would_eat_is_paid_back() {
    let mut gateway = Gateway::new(HIVE);
    gateway
        .deposit("alice", "0.001 HIVE")
        .fails_with("minimum deposit is 0.002");
    let tx = gateway.chain.last_transaction();
    gateway.queued(&[&format!("{tx}-refund 0.001 HIVE to alice: refund tx {tx}")]);
    gateway.check_cover();
}

#[test]
fn a_deposit_that_cannot_be_released_is_paid_back() {
    let mut gateway = Gateway::new(HIVE);
    gateway
        .deposit("alice", "5000.000 HIVE")
        .fails_with("overdrawn balance");
    let tx = gateway.chain.last_transaction();
    // whom the ledger sends nothing
    gateway
        .deposit("bittrex", "5.000 HIVE")
        .fails_with("not allowed to send to bittrex");
    let tx2 = gateway.chain.last_transaction();
    gateway.queued(&[
        &format!("{tx}-refund 5000.000 HIVE to alice: refund tx {tx}"),
        &format!("{tx2}-refund 5.000 HIVE to bittrex: refund tx {tx2}"),
    ]);
    gateway.check_cover();
}

#[test]
fn what_the_peg_account_pays_itself_stays() {
    let mut gateway = Gateway::new(HIVE);
    gateway
        .deposit(PEG, "5.000 HIVE")
        .fails_with("cannot transfer to self");
    gateway.queued(&[]);
    gateway.check_cover();
}

#[test]
fn what_is_no_payment_to_the_peg_account_is_passed_over() {
    let mut gateway = Gateway::new(HIVE);
    for payload in [
        json!({}),
        json!({ "recipient": PEG }),
        json!({ "recipient": "bob", "amountHIVEHBD": "1.000 HIVE" }),
        json!({ "recipient": PEG, "amountHIVEHBD": "1.000" }),
        json!({ "recipient": PEG, "amountHIVEHBD": "much HIVE" }),
        json!({ "recipient": PEG, "amountHIVEHBD": "0.000 HIVE" }),
        json!({ "recipient": PEG, "amountHIVEHBD": 1 }),
    ] {
        gateway
            .chain
            .send("alice", HIVE.contract, "buy", payload)
            .does_nothing();
    }
    let payment = json!({ "recipient": PEG, "amountHIVEHBD": "1.000 HIVE" });
    gateway
        .chain
        .post("alice", HIVE.contract, "buy", payment)
        .does_nothing();
    gateway.queued(&[]);
}

#[test]
fn no_contract_makes_a_payment_up_or_lets_one_count_twice() {
    let mut gateway = Gateway::new(HIVE);
    // made up
    let payment = json!({ "recipient": PEG, "amountHIVEHBD": "100.000 HIVE" });
    let forward = json!({ "contract": HIVE.contract, "action": "buy", "params": payment });
    gateway
        .chain
        .send("alice", "forwarder", "forward", forward)
        .fails_with("only a payment on the main chain can buy");
    // a payment whose memo calls the contract in between
    let forward = json!({
        "recipient": PEG, "amountHIVEHBD": "1.000 HIVE",
        "contract": HIVE.contract, "action": "buy", "params": {}, "times": 2,
    });
    gateway
        .chain
        .send("alice", "forwarder", "forward", forward)
        .fails_with("only a payment on the main chain can buy");
    gateway.queued(&[]);
    gateway.holds(PEG, "1000.00000000");
}

#[test]
fn there_are_three_actions() {
    let mut gateway = Gateway::new(HIVE);
    gateway
        .chain
        .send("alice", HIVE.contract, "sell", json!({}))
        .fails_with("unknown error");
}
