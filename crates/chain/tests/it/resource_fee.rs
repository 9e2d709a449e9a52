//! The fee before the calls of users, on a new network whose native contract charges it.

use expect_test::expect;
use serde_json::json;
use tartan_chain::{Chain, Network};
use tartan_graphene::MainOperation;

use crate::common::*;

/// The gate opens with main-chain block 3.
fn charging() -> (Chain, Main) {
    let network = Network::from_toml(
        r#"
        extends = "dev"
        rules.native = ["tokens", "comments", "mining", "tokenfunds", "distribution", "marketpools", "sscstore", "resourcemanager"]
        contracts.resourcemanager.burn_symbol = "${tokens.utility.symbol}"
        gates.resource_fee = 3
        "#,
    )
    .unwrap();
    let (mut chain, mut main) = (open(network), Main::new());
    let made = chain.apply(&main.block(vec![pay("alice", "20"), pay("bob", "1")]));
    assert_eq!(errors(&made.unwrap()), [""; 2]);
    (chain, main)
}

fn order(account: &str) -> MainOperation {
    active(account, "market", "sell", json!({}))
}

fn small(account: &str) -> MainOperation {
    transfer(account, "carol", "ENG", "0.01")
}

/// There is no market: whether it is called at all is what counts.
const CALLED: &str = "contract doesn't exist";

#[test]
fn orders_are_charged_from_the_gate_on() {
    let (mut chain, mut main) = charging();
    let orders = || vec![order("alice"), order("alice"), order("bob"), order("alice")];
    let before = chain.apply(&main.block(orders())).unwrap();
    assert_eq!(errors(&before), [CALLED; 4]);
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "20");

    let behind = chain.apply(&main.block(orders())).unwrap();
    expect![[r#"
        {"errors":["contract doesn't exist"]}
        {"events":[{"contract":"tokens","event":"transfer","data":{"from":"alice","to":"null","symbol":"ENG","quantity":"0.001"}},{"contract":"resourcemanager","event":"burnFee","data":{"from":"alice","to":"null","symbol":"ENG","fee":"0.001"}}],"errors":["contract doesn't exist"]}
        {"errors":["contract doesn't exist"]}
        {"events":[{"contract":"tokens","event":"transfer","data":{"from":"alice","to":"null","symbol":"ENG","quantity":"0.001"}},{"contract":"resourcemanager","event":"burnFee","data":{"from":"alice","to":"null","symbol":"ENG","fee":"0.001"}}],"errors":["contract doesn't exist"]}
    "#]]
    .assert_eq(&logs(&behind));
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "19.99800000");
    assert_eq!(balance(&chain.reader(), "bob", "ENG"), "1");
}

/// The fee is taken with the authority of the call it is for.
#[test]
fn the_posting_key_pays_no_fee() {
    let (mut chain, mut main) = charging();
    chain.apply(&main.block(vec![])).unwrap();
    let post = || {
        posting(
            "alice",
            "market",
            "cancel",
            json!({ "isSignedWithActiveKey": true }),
        )
    };
    let made = chain.apply(&main.block(vec![post(), post()])).unwrap();
    let refused = "you must use a custom_json signed with your active key; not enough tokens for multiTransaction fee";
    assert_eq!(errors(&made), [CALLED, refused]);
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "20");
}

#[test]
fn other_calls_are_free_and_limited() {
    let (mut chain, mut main) = charging();
    chain.apply(&main.block(vec![])).unwrap();
    let mut calls = vec![small("alice"); 22];
    calls.push(small("bob"));
    let made = errors(&chain.apply(&main.block(calls)).unwrap());
    assert_eq!(made[..20], [""; 20]);
    assert_eq!(
        made[20..],
        [
            "max transaction limit per block reached.",
            "max transaction limit per block reached.",
            "",
        ]
    );
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "19.80000000");
    let again = chain.apply(&main.block(vec![small("alice")])).unwrap();
    assert_eq!(errors(&again), [""]);
}

#[test]
fn throttled_accounts_and_subscribers() {
    let (mut chain, mut main) = charging();
    let deny = json!({ "account": "bob", "isDenied": true });
    let setup = vec![
        posting("steemsc", "resourcemanager", "updateAccount", deny),
        active("alice", "resourcemanager", "subscribe", json!({})),
    ];
    assert_eq!(errors(&chain.apply(&main.block(setup)).unwrap()), [""; 2]);
    let mut calls = vec![small("bob"), small("bob")];
    calls.extend(vec![order("alice"); 30]);
    let made = errors(&chain.apply(&main.block(calls)).unwrap());
    assert_eq!(made[..2], ["", "max transaction limit per day reached."]);
    assert_eq!(made[2..], [CALLED; 30]);
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "10.00000000");
}
