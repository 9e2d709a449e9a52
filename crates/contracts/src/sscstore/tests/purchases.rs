use serde_json::json;
use tartan_document::Value;

use super::{act, chain, pay, refunds, registry, set};
use crate::testing::{ENGINE, TestChain};

/// The only refund that is queued, with the transaction's id left out.
#[track_caller]
fn refunded(chain: &TestChain, expected: &str) {
    let transaction = chain.last_transaction();
    let mut refunds = refunds(chain);
    assert_eq!(refunds.len(), 1);
    let mut refund = refunds.remove(0);
    refund.remove("_id");
    let shown = Value::Object(refund).stringify();
    assert_eq!(shown.replace(&transaction, "TX"), expected);
}

#[test]
fn coins_buy_tokens() {
    let mut chain = chain();
    pay(&mut chain, "alice", "0.001 HIVE").succeeds().emits(&[
        r#"transfer {"from":"engine","to":"alice","symbol":"ENG","quantity":"0.00100000"}"#,
    ]);
    set(&mut chain, json!({ "priceHive": "0.003" }));
    pay(&mut chain, "alice", "1.234 HIVE").succeeds();
    chain.balance("alice", "ENG").is("0.41233300");
    set(&mut chain, json!({ "priceHive": 2, "quantity": 5 }));
    pay(&mut chain, "bob", "1.000 HIVE").succeeds();
    chain.balance("bob", "ENG").is("2.50000000");
    assert_eq!(refunds(&chain), []);
    chain.check_conservation();
}

#[test]
fn steem_buys_on_its_own_chain() {
    let mut chain = TestChain::on_steem(registry());
    let mut pay = |amount: &str| {
        let payload = json!({ "recipient": ENGINE, "amountSTEEMSBD": amount });
        act(&mut chain, "alice", "buy", payload)
    };
    pay("2.000 STEEM").succeeds();
    assert_eq!(pay("5.000 SBD").logs.errors, ["only STEEM can be used"]);
    chain.balance("alice", "ENG").is("2.00000000");
    refunded(
        &chain,
        r#"{"id":"TX-refund","type":"SBD","recipient":"alice","memo":"refund tx TX","quantity":"5.000"}"#,
    );
}

#[test]
fn what_is_no_payment_buys_nothing() {
    let mut chain = chain();
    for payload in [
        json!({}),
        json!({ "recipient": "bob", "amountHIVEHBD": "1.000 HIVE" }),
        json!({ "amountHIVEHBD": "1.000 HIVE" }),
    ] {
        act(&mut chain, "alice", "buy", payload).does_nothing();
    }
    for payload in [
        json!({ "recipient": ENGINE }),
        json!({ "recipient": ENGINE, "amountHIVEHBD": 1 }),
        json!({ "recipient": ENGINE, "amountHIVEHBD": "1.000" }),
        json!({ "recipient": ENGINE, "amountHIVEHBD": "much HIVE" }),
        json!({ "recipient": ENGINE, "amountHIVEHBD": "0.000 HIVE" }),
    ] {
        act(&mut chain, "alice", "buy", payload).fails_with("invalid params");
    }
    let payment = json!({ "recipient": ENGINE, "amountHIVEHBD": "1.000 HIVE" });
    chain
        .post("alice", "sscstore", "buy", payment)
        .fails_with("invalid params");
    pay(&mut chain, ENGINE, "1.000 HIVE").does_nothing();
    assert_eq!(refunds(&chain), []);
}

#[test]
fn payments_that_buy_nothing_go_back() {
    for (params, amount, error) in [
        (
            json!({ "disabled": true }),
            "1.000 HIVE",
            "the store is closed",
        ),
        (json!({}), "1.000 HBD", "only HIVE can be used"),
        (
            json!({ "priceHive": "3" }),
            "0.001 HIVE",
            "the payment is too small",
        ),
        (
            json!({ "quantity": 0 }),
            "1.000 HIVE",
            "the payment is too small",
        ),
        (
            json!({ "quantity": "1e-12" }),
            "1.000 HIVE",
            "the payment is too small",
        ),
        (
            json!({ "quantity": "1000" }),
            "2.000 HIVE",
            "overdrawn balance",
        ),
        (
            json!({ "priceHive": "1e-400", "quantity": "1e300" }),
            "2.000 HIVE",
            "overdrawn balance",
        ),
    ] {
        let mut chain = chain();
        set(&mut chain, params);
        let sent = pay(&mut chain, "alice", amount);
        assert_eq!(sent.logs.errors, [error]);
        assert_eq!(sent.logs.events, []);
        let (quantity, coin) = amount.split_once(' ').unwrap();
        refunded(
            &chain,
            &format!(
                r#"{{"id":"TX-refund","type":"{coin}","recipient":"alice","memo":"refund tx TX","quantity":"{quantity}"}}"#
            ),
        );
        assert_eq!(chain.find("balances", json!({ "account": "alice" })), []);
    }
}

#[test]
fn no_contract_makes_a_payment_up_or_lets_one_count_twice() {
    let mut chain = chain();
    let error = "only a payment on the main chain can buy";
    let payment = json!({ "recipient": ENGINE, "amountHIVEHBD": "1.000 HIVE" });
    chain
        .send("alice", "agent", "buy", json!({ "params": payment }))
        .fails_with(error);
    let mut carried = payment;
    carried["params"] = json!({});
    chain
        .send("alice", "agent", "buy", carried)
        .fails_with(error);
    assert_eq!(chain.find("balances", json!({ "account": "alice" })), []);
}
