use serde_json::json;
use tartan_document::Value;

use super::{act, chain};
use crate::testing::ENGINE;

#[test]
fn the_owner_sets_fees_and_limits() {
    let mut chain = chain();
    let update = json!({
        "distCreationFee": "1", "distUpdateFee": "0", "distTickHours": "2", "maxDistributionsLimit": "3",
        "maxTransferLimit": "4", "processQueryLimit": "5",
    });
    act(&mut chain, "founder", "updateParams", update.clone()).does_nothing();
    act(&mut chain, ENGINE, "updateParams", update).does_nothing();
    let params = chain.find_in("distribution", "params", json!({}));
    let expected = r#"{"_id":1,"distCreationFee":"1","distUpdateFee":"0","distTickHours":"2","maxDistributionsLimit":3,"maxTransferLimit":4,"processQueryLimit":5,"updateIndex":2}"#;
    assert_eq!(Value::Object(params[0].clone()).stringify(), expected);
}

#[test]
fn parameters_are_checked() {
    let mut chain = chain();
    for (update, error) in [
        (json!({ "distCreationFee": 1 }), "invalid distCreationFee"),
        (json!({ "distUpdateFee": "-1" }), "invalid distUpdateFee"),
        (json!({ "distTickHours": "0.5" }), "invalid distTickHours"),
        (
            json!({ "maxDistributionsLimit": "0" }),
            "invalid maxDistributionsLimit",
        ),
        (
            json!({ "maxTransferLimit": "x" }),
            "invalid maxTransferLimit",
        ),
        (
            json!({ "processQueryLimit": 7 }),
            "invalid processQueryLimit",
        ),
    ] {
        act(&mut chain, ENGINE, "updateParams", update).fails_with(error);
    }
    act(&mut chain, "founder", "refund", json!({})).fails_with("unknown error");
}
