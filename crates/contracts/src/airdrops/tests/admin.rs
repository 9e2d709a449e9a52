use serde_json::json;
use tartan_document::Value;

use super::{act, chain};
use crate::testing::ENGINE;

#[test]
fn the_owner_sets_fee_and_limits() {
    let mut chain = chain();
    let update = json!({
        "feePerTransaction": "1", "maxTransactionsPerBlock": 2, "maxAirdropsPerBlock": 3,
    });
    act(&mut chain, "founder", "updateParams", update.clone()).fails_with("not authorized");
    act(&mut chain, ENGINE, "updateParams", update).does_nothing();
    let falsy = json!({
        "feePerTransaction": "", "maxTransactionsPerBlock": 0, "maxAirdropsPerBlock": null,
    });
    act(&mut chain, ENGINE, "updateParams", falsy).does_nothing();
    let params = chain.find_in("airdrops", "params", json!({}));
    assert_eq!(
        Value::Object(params[0].clone()).stringify(),
        r#"{"_id":1,"feePerTransaction":"1","maxTransactionsPerBlock":2,"maxAirdropsPerBlock":3}"#
    );
}

#[test]
fn parameters_are_checked() {
    let mut chain = chain();
    let before = chain.find_in("airdrops", "params", json!({}));
    let fee = "invalid feePerTransaction";
    let payments = "invalid maxTransactionsPerBlock";
    let airdrops = "invalid maxAirdropsPerBlock";
    for (update, error) in [
        (json!({ "feePerTransaction": 1 }), fee),
        (json!({ "feePerTransaction": "x" }), fee),
        (json!({ "feePerTransaction": "-1" }), fee),
        (json!({ "maxTransactionsPerBlock": "1" }), payments),
        (json!({ "maxTransactionsPerBlock": 1.5 }), payments),
        (json!({ "maxTransactionsPerBlock": -1 }), payments),
        (
            json!({ "maxTransactionsPerBlock": 7, "maxAirdropsPerBlock": "1" }),
            airdrops,
        ),
        (json!({ "maxAirdropsPerBlock": -2 }), airdrops),
    ] {
        act(&mut chain, ENGINE, "updateParams", update).fails_with(error);
    }
    assert_eq!(chain.find_in("airdrops", "params", json!({})), before);
    act(&mut chain, ENGINE, "refund", json!({})).fails_with("unknown error");
}

#[test]
fn deploying_it_again_changes_nothing() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "feePerTransaction": "7" }),
    )
    .does_nothing();
    let before = chain.find_in("airdrops", "params", json!({}));
    chain.redeploy("airdrops");
    assert_eq!(chain.find_in("airdrops", "params", json!({})), before);
}
