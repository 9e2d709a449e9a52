use serde_json::json;

use super::{DAY, act, ask, chain, rows, set, throttle};

#[test]
fn a_subscription_frees_for_thirty_days() {
    let mut chain = chain();
    let until = chain.now() + 30 * DAY * 1_000;
    act(&mut chain, "alice", "subscribe", json!({}))
        .succeeds()
        .emits(&[
            r#"transfer {"from":"alice","to":"null","symbol":"BEED","quantity":"10"}"#,
            &format!(
                r#"subscribe {{"from":"alice","to":"null","symbol":"BEED","fee":"10","subscribedUntil":{until}}}"#
            ),
        ]);
    assert_eq!(
        rows(&chain, "accountControls"),
        [format!(
            r#"{{"_id":{{"account":"alice"}},"account":"alice","isDenied":false,"isAllowed":true,"allowedUntil":{until}}}"#
        )]
    );
    act(&mut chain, "alice", "subscribe", json!({}))
        .fails_with("can only be purchased once a month.");
    chain.seconds_later(30 * DAY - 1);
    ask(&mut chain, "alice", 5000, "market").does_nothing();
    ask(&mut chain, "alice", 5000, "tokens").does_nothing();
    chain.seconds_later(1);
    ask(&mut chain, "alice", 1, "market").does_nothing();
    ask(&mut chain, "alice", 2, "market").succeeds().emits(&[
        r#"allowListSubscriptionExpired {"from":"alice"}"#,
        r#"transfer {"from":"alice","to":"null","symbol":"BEED","quantity":"0.001"}"#,
        r#"burnFee {"from":"alice","to":"null","symbol":"BEED","fee":"0.001"}"#,
    ]);
    chain.balance("alice", "BEED").is("0.9990");
    chain.check_conservation();
}

#[test]
fn it_can_be_renewed_when_it_is_over() {
    let mut chain = chain();
    set(&mut chain, json!({ "allowlistBurnFee": "4" }));
    act(&mut chain, "alice", "subscribe", json!({})).succeeds();
    chain.seconds_later(30 * DAY);
    act(&mut chain, "alice", "subscribe", json!({})).succeeds();
    ask(&mut chain, "alice", 21, "tokens").does_nothing();
    chain.balance("alice", "BEED").is("3.0000");
}

#[test]
fn it_has_its_price() {
    let mut chain = chain();
    let refused = act(&mut chain, "bob", "subscribe", json!({}));
    assert_eq!(
        refused.logs.errors,
        [
            "balance does not exist",
            "not enough tokens for allowList fee"
        ]
    );
    assert_eq!(refused.logs.events, []);
    chain
        .post("alice", "resourcemanager", "subscribe", json!({}))
        .fails_with("you must use a custom_json signed with your active key");
    act(&mut chain, "null", "subscribe", json!({})).does_nothing();
    assert_eq!(rows(&chain, "accountControls"), [""; 0]);
    set(&mut chain, json!({ "allowlistBurnFee": "0" }));
    act(&mut chain, "bob", "subscribe", json!({})).succeeds();
    ask(&mut chain, "bob", 21, "tokens").does_nothing();
}

#[test]
fn throttled_accounts_cannot_buy_it() {
    let mut chain = chain();
    throttle(&mut chain, "alice", true);
    act(&mut chain, "alice", "subscribe", json!({}))
        .fails_with("cannot be purchased as long as you are throttled.");
    chain.balance("alice", "BEED").is("11.0000");
    throttle(&mut chain, "alice", false);
    act(&mut chain, "alice", "subscribe", json!({})).succeeds();
    // throttled all the same, later on
    throttle(&mut chain, "alice", true);
    ask(&mut chain, "alice", 9, "market").does_nothing();
    ask(&mut chain, "alice", 9, "market").fails_with("max transaction limit per day reached.");
}
