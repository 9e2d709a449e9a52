use serde_json::json;

use super::{DAY, act, ask, chain, rows, set, throttle};
use crate::testing::ENGINE;

const TOO_MANY: &str = "max transaction limit per block reached.";
const TOO_MANY_A_DAY: &str = "max transaction limit per day reached.";
const NO_TOKENS: &str = "not enough tokens for multiTransaction fee";

#[test]
fn orders_behind_the_first_cost_a_fee() {
    let mut chain = chain();
    ask(&mut chain, "alice", 1, "market").does_nothing();
    ask(&mut chain, "alice", 2, "market").succeeds().emits(&[
        r#"transfer {"from":"alice","to":"null","symbol":"BEED","quantity":"0.001"}"#,
        r#"burnFee {"from":"alice","to":"null","symbol":"BEED","fee":"0.001"}"#,
    ]);
    for count in 3..=50 {
        ask(&mut chain, "alice", count, "market").succeeds();
    }
    chain.balance("alice", "BEED").is("10.9510");
    chain.check_conservation();
}

#[test]
fn other_contracts_have_twenty_calls() {
    let mut chain = chain();
    for count in 1..=20 {
        ask(&mut chain, "bob", count, "tokens").does_nothing();
    }
    ask(&mut chain, "bob", 21, "tokens").fails_with(TOO_MANY);
    ask(&mut chain, "bob", 5000, "marketpools").does_nothing();
}

#[test]
fn who_cannot_pay_is_refused() {
    let mut chain = chain();
    let refused = ask(&mut chain, "bob", 2, "market");
    assert_eq!(refused.logs.errors, ["balance does not exist", NO_TOKENS]);
    assert_eq!(refused.logs.events, []);
    let transfer = json!({ "to": "bob", "symbol": "BEED", "quantity": "0.0009" });
    chain
        .send("alice", "tokens", "transfer", transfer)
        .succeeds();
    let refused = ask(&mut chain, "bob", 2, "market");
    assert_eq!(refused.logs.errors, ["overdrawn balance", NO_TOKENS]);
    set(&mut chain, json!({ "multiTransactionFee": "0.0009" }));
    ask(&mut chain, "bob", 2, "market").succeeds();
    chain.check_conservation();
}

/// The posting key does not spend tokens.
#[test]
fn fees_take_the_active_key() {
    let mut chain = chain();
    let payload = json!({ "userActionCount": 2, "contract": "market" });
    let refused = chain.post("alice", "resourcemanager", "burnFee", payload);
    let key = "you must use a custom_json signed with your active key";
    assert_eq!(refused.logs.errors, [key, NO_TOKENS]);
    chain.balance("alice", "BEED").is("11.0000");
}

#[test]
fn free_calls_and_fees_are_parameters() {
    let mut chain = chain();
    let params = json!({ "numberOfFreeTx": 2, "multiTransactionFee": "0.01", "burnSymbol": "ENG" });
    set(&mut chain, params);
    ask(&mut chain, ENGINE, 2, "market").does_nothing();
    ask(&mut chain, ENGINE, 3, "market").succeeds().emits(&[
        r#"transfer {"from":"engine","to":"null","symbol":"ENG","quantity":"0.01"}"#,
        r#"burnFee {"from":"engine","to":"null","symbol":"ENG","fee":"0.01"}"#,
    ]);
    set(&mut chain, json!({ "multiTransactionFee": "0" }));
    ask(&mut chain, "bob", 30, "market").does_nothing();
}

#[test]
fn throttled_accounts_have_a_call_a_day() {
    let mut chain = chain();
    throttle(&mut chain, "alice", true);
    ask(&mut chain, "alice", 1, "tokens").does_nothing();
    ask(&mut chain, "alice", 1, "tokens").fails_with(TOO_MANY_A_DAY);
    ask(&mut chain, "bob", 1, "tokens").does_nothing();
    chain.seconds_later(DAY - 1);
    ask(&mut chain, "alice", 1, "tokens").fails_with(TOO_MANY_A_DAY);
    chain.seconds_later(1);
    ask(&mut chain, "alice", 1, "tokens").does_nothing();
    // a day from the call that was let through
    chain.seconds_later(DAY / 2);
    ask(&mut chain, "alice", 1, "tokens").fails_with(TOO_MANY_A_DAY);
    set(&mut chain, json!({ "denyMaxTx": 3 }));
    ask(&mut chain, "alice", 1, "tokens").does_nothing();
    chain.seconds_later(DAY - 1);
    ask(&mut chain, "alice", 1, "tokens").does_nothing();
    ask(&mut chain, "alice", 1, "tokens").fails_with(TOO_MANY_A_DAY);
    throttle(&mut chain, "alice", false);
    ask(&mut chain, "alice", 1, "tokens").does_nothing();
}

/// What is refused later on does not count.
#[test]
fn refused_calls_do_not_count() {
    let mut chain = chain();
    throttle(&mut chain, "bob", true);
    let before = rows(&chain, "accountControls");
    ask(&mut chain, "bob", 21, "tokens").fails_with(TOO_MANY);
    let refused = ask(&mut chain, "bob", 2, "market");
    assert_eq!(refused.logs.errors.len(), 2);
    assert_eq!(rows(&chain, "accountControls"), before);
    ask(&mut chain, "bob", 20, "tokens").does_nothing();
}

/// Anyone may ask; it costs nobody else anything.
#[test]
fn a_call_without_a_count_is_beyond_all_limits() {
    let mut chain = chain();
    act(&mut chain, "bob", "burnFee", json!({})).fails_with(TOO_MANY);
    act(
        &mut chain,
        "bob",
        "burnFee",
        json!({ "contract": "marketpools" }),
    )
    .does_nothing();
    act(&mut chain, "null", "burnFee", json!({})).does_nothing();
}

/// What is paid on the main chain is paid.
#[test]
fn payments_to_the_network_are_let_through() {
    let mut chain = chain();
    throttle(&mut chain, "bob", true);
    let mut pay = |recipient: &str, amount: &str| {
        let payment = json!({ "recipient": recipient, amount: "1.000 HIVE" });
        let payload = json!({
            "userActionCount": 30, "contract": "sscstore", "action": "buy", "payload": payment,
        });
        act(&mut chain, "bob", "burnFee", payload)
    };
    for recipient in [ENGINE, "peg"] {
        pay(recipient, "amountHIVEHBD").does_nothing();
    }
    pay("alice", "amountHIVEHBD").fails_with(TOO_MANY);
    pay(ENGINE, "amount").fails_with(TOO_MANY);
}
