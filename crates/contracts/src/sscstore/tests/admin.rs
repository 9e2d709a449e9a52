use serde_json::json;

use super::{act, chain, params, pay, refunds, registry, set};
use crate::testing::{ENGINE, TestChain};

#[test]
fn a_new_store_has_a_price() {
    let hive = chain();
    assert_eq!(
        params(&hive),
        r#"{"_id":1,"priceHBD":"1000000","priceHive":"0.001","quantity":"0.00100000","disabled":false}"#
    );
    let mut steem = TestChain::on_steem(registry());
    let first = r#"{"_id":1,"priceSBD":"1000000","priceSteem":"0.001","quantity":"0.001","disabled":false}"#;
    assert_eq!(params(&steem), first);
    steem.redeploy("sscstore");
    assert_eq!(params(&steem), first);
}

#[test]
fn the_owner_sets_the_price() {
    let mut chain = chain();
    let update = json!({ "priceHBD": 0.002, "priceHive": 0.003, "quantity": 5, "disabled": true });
    set(&mut chain, update);
    let expected = r#"{"_id":1,"priceHBD":0.002,"priceHive":0.003,"quantity":5,"disabled":true}"#;
    assert_eq!(params(&chain), expected);
    let update = json!({ "priceHive": "1", "quantity": "1000000", "disabled": false });
    act(&mut chain, "alice", "updateParams", update).does_nothing();
    assert_eq!(params(&chain), expected);
    set(&mut chain, json!({ "quantity": "7" }));
    assert_eq!(
        params(&chain),
        r#"{"_id":1,"priceHBD":0.002,"priceHive":0.003,"quantity":"7","disabled":true}"#
    );
}

#[test]
fn parameters_are_checked() {
    let mut chain = chain();
    let before = params(&chain);
    for (update, error) in [
        (json!({ "priceHBD": "x" }), "invalid priceHBD"),
        (json!({ "priceHive": null }), "invalid priceHive"),
        (json!({ "priceHive": "0" }), "invalid priceHive"),
        (json!({ "priceHive": -1 }), "invalid priceHive"),
        (json!({ "priceHive": "Infinity" }), "invalid priceHive"),
        (
            json!({ "priceHive": 1, "quantity": "-1" }),
            "invalid quantity",
        ),
        (json!({ "quantity": [] }), "invalid quantity"),
        (json!({ "quantity": "Infinity" }), "invalid quantity"),
        (json!({ "quantity": 7, "disabled": 1 }), "invalid disabled"),
    ] {
        act(&mut chain, ENGINE, "updateParams", update).fails_with(error);
    }
    assert_eq!(params(&chain), before);
    let mut steem = TestChain::on_steem(registry());
    for (key, error) in [
        ("priceSBD", "invalid priceSBD"),
        ("priceSteem", "invalid priceSteem"),
    ] {
        act(&mut steem, ENGINE, "updateParams", json!({ key: 0 })).fails_with(error);
    }
    act(&mut chain, ENGINE, "sell", json!({})).fails_with("unknown error");
}

#[test]
fn the_owner_removes_what_it_paid_back() {
    let mut chain = chain();
    set(&mut chain, json!({ "disabled": true }));
    pay(&mut chain, "alice", "1.000 HIVE");
    let id = json!({ "id": format!("{}-refund", chain.last_transaction()) });
    act(&mut chain, "alice", "removeWithdrawal", id.clone()).does_nothing();
    chain
        .post(ENGINE, "sscstore", "removeWithdrawal", id.clone())
        .does_nothing();
    act(
        &mut chain,
        ENGINE,
        "removeWithdrawal",
        json!({ "id": "other" }),
    )
    .does_nothing();
    act(&mut chain, ENGINE, "removeWithdrawal", json!({})).does_nothing();
    assert_eq!(refunds(&chain).len(), 1);
    act(&mut chain, ENGINE, "removeWithdrawal", id.clone()).does_nothing();
    assert_eq!(refunds(&chain), []);
    act(&mut chain, ENGINE, "removeWithdrawal", id).does_nothing();
}
