use serde_json::json;

use super::{act, ask, chain, rows, set};
use crate::testing::ENGINE;

#[test]
fn the_owner_sets_limits_and_fees() {
    let mut chain = chain();
    assert_eq!(
        rows(&chain, "params"),
        [concat!(
            r#"{"_id":1,"numberOfFreeTx":1,"denyMaxTx":1,"multiTransactionFee":"0.001","burnSymbol":"BEED","#,
            r#""allowlistBurnFee":"10"}"#,
        )]
    );
    let update = json!({
        "numberOfFreeTx": 2, "multiTransactionFee": "0.01", "burnSymbol": "ENG", "denyMaxTx": 3, "allowlistBurnFee": "7",
    });
    act(&mut chain, "alice", "updateParams", update.clone()).fails_with("not authorized");
    set(&mut chain, update);
    let falsy = json!({
        "numberOfFreeTx": 0, "multiTransactionFee": "", "burnSymbol": null, "denyMaxTx": 0, "allowlistBurnFee": 0,
    });
    set(&mut chain, falsy);
    assert_eq!(
        rows(&chain, "params"),
        [concat!(
            r#"{"_id":1,"numberOfFreeTx":2,"denyMaxTx":3,"multiTransactionFee":"0.01","burnSymbol":"ENG","#,
            r#""allowlistBurnFee":"7"}"#,
        )]
    );
    chain.redeploy("resourcemanager");
    assert_eq!(rows(&chain, "params").len(), 1);
}

#[test]
fn parameters_are_checked() {
    let mut chain = chain();
    let before = rows(&chain, "params");
    let free = "invalid numberOfFreeTx";
    let fee = "invalid multiTransactionFee";
    let price = "invalid allowlistBurnFee";
    for (update, error) in [
        (json!({ "numberOfFreeTx": -1 }), free),
        (json!({ "numberOfFreeTx": 1.5 }), free),
        (json!({ "numberOfFreeTx": "1" }), free),
        (json!({ "multiTransactionFee": 1 }), fee),
        (json!({ "multiTransactionFee": "x" }), fee),
        (json!({ "multiTransactionFee": "-1" }), fee),
        (json!({ "multiTransactionFee": "Infinity" }), fee),
        (json!({ "multiTransactionFee": "0.00001" }), fee),
        (json!({ "denyMaxTx": -1 }), "invalid denyMaxTx"),
        (json!({ "denyMaxTx": 0.5 }), "invalid denyMaxTx"),
        (json!({ "burnSymbol": 1 }), "invalid burnSymbol"),
        (json!({ "burnSymbol": "NONE" }), "burnSymbol not available"),
        (json!({ "allowlistBurnFee": 1 }), price),
        (json!({ "allowlistBurnFee": "Infinity" }), price),
        (json!({ "allowlistBurnFee": "-0.1" }), price),
        (json!({ "allowlistBurnFee": "1.00001" }), price),
        (
            json!({ "numberOfFreeTx": 9, "allowlistBurnFee": "x" }),
            price,
        ),
    ] {
        act(&mut chain, ENGINE, "updateParams", update).fails_with(error);
    }
    assert_eq!(rows(&chain, "params"), before);
    act(&mut chain, ENGINE, "refund", json!({})).fails_with("unknown error");
}

#[test]
fn the_owner_has_moderators() {
    let mut chain = chain();
    let update = |action: &str| json!({ "account": "carol", "action": action });
    act(&mut chain, "carol", "updateModerator", update("add")).fails_with("not authorized");
    act(&mut chain, ENGINE, "updateModerator", update("remove")).does_nothing();
    act(&mut chain, ENGINE, "updateModerator", update("praise")).does_nothing();
    act(&mut chain, ENGINE, "updateModerator", update("add"))
        .succeeds()
        .emits(&[r#"updateModerator {"from":"engine","account":"carol","action":"add"}"#]);
    act(&mut chain, ENGINE, "updateModerator", update("add")).does_nothing();
    assert_eq!(
        rows(&chain, "moderators"),
        [r#"{"_id":{"account":"carol"},"account":"carol"}"#]
    );

    let deny = json!({ "account": "alice", "isDenied": true });
    chain
        .post("carol", "resourcemanager", "updateAccount", deny)
        .succeeds()
        .emits(&[r#"updateAccount {"from":"carol","updatedAccount":"alice","isDenied":true}"#]);
    act(&mut chain, ENGINE, "updateModerator", update("remove"))
        .succeeds()
        .emits(&[r#"updateModerator {"from":"engine","account":"carol","action":"remove"}"#]);
    let allow = json!({ "account": "alice", "isDenied": false });
    act(&mut chain, "carol", "updateAccount", allow).fails_with("not authorized");
}

#[test]
fn accounts_are_throttled_and_freed() {
    let mut chain = chain();
    let deny = json!({ "account": "alice", "isDenied": true, "isAllowed": null });
    act(&mut chain, ENGINE, "updateAccount", deny)
        .succeeds()
        .emits(&[
            r#"updateAccount {"from":"engine","updatedAccount":"alice","isDenied":true,"isAllowed":null}"#,
        ]);
    let row = |flags: &str, time: i64| {
        format!(r#"{{"_id":{{"account":"alice"}},"account":"alice",{flags},"lastAction":{time}}}"#)
    };
    let time = chain.now();
    assert_eq!(
        rows(&chain, "accountControls"),
        [row(r#""isDenied":true"#, time)]
    );
    chain.seconds_later(60);
    let free = json!({ "account": "alice", "isDenied": false, "isAllowed": true });
    act(&mut chain, ENGINE, "updateAccount", free).succeeds();
    assert_eq!(
        rows(&chain, "accountControls"),
        [row(r#""isDenied":false,"isAllowed":true"#, time + 60_000)]
    );
}

#[test]
fn accounts_are_checked() {
    let mut chain = chain();
    let invalid = "invalid account";
    for (update, error) in [
        (json!({}), invalid),
        (json!({ "account": null }), invalid),
        (json!({ "account": "undefined" }), invalid),
        (json!({ "account": 5 }), invalid),
        (json!({ "account": "Alice" }), invalid),
        (
            json!({ "account": "alice", "isDenied": 1 }),
            "invalid isDenied",
        ),
        (
            json!({ "account": "alice", "isAllowed": "true" }),
            "invalid isAllowed",
        ),
        (
            json!({ "account": ENGINE, "isDenied": true }),
            "not authorized",
        ),
    ] {
        act(&mut chain, ENGINE, "updateAccount", update.clone()).fails_with(error);
        if error == invalid {
            act(&mut chain, ENGINE, "updateModerator", update).fails_with(error);
        }
    }
    assert_eq!(rows(&chain, "accountControls"), [""; 0]);
}

/// What a moderator allows without a subscription ends with the first call that is not free.
#[test]
fn moderators_cannot_give_subscriptions() {
    let mut chain = chain();
    let allow = json!({ "account": "alice", "isAllowed": true });
    act(&mut chain, ENGINE, "updateAccount", allow).succeeds();
    ask(&mut chain, "alice", 1, "market").does_nothing();
    ask(&mut chain, "alice", 2, "tokens")
        .emits(&[r#"allowListSubscriptionExpired {"from":"alice"}"#]);
    ask(&mut chain, "alice", 2, "tokens").does_nothing();
}
