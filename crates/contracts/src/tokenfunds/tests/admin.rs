use serde_json::json;

use super::{act, chain, refuses};
use crate::testing::ENGINE;

#[test]
fn the_owner_sets_fees_and_limits() {
    let mut chain = chain();
    let update = json!({
        "dtfCreationFee": "1", "dtfUpdateFee": "0.5", "dtfTickHours": "2", "maxDtfsPerBlock": "3",
        "maxAccountApprovals": "4", "processQueryLimit": "5",
    });
    act(&mut chain, "founder", "updateParams", update.clone()).does_nothing();
    act(&mut chain, ENGINE, "updateParams", update).does_nothing();
    let params = chain.find_in("tokenfunds", "params", json!({}));
    let expected = r#"{"_id":1,"dtfCreationFee":"1","dtfUpdateFee":"0.5","dtfTickHours":"2","maxDtfsPerBlock":3,"maxAccountApprovals":4,"processQueryLimit":5}"#;
    assert_eq!(
        tartan_document::Value::Object(params[0].clone()).stringify(),
        expected
    );
}

#[test]
fn parameters_are_checked() {
    let mut chain = chain();
    let cases = [
        (json!({ "dtfCreationFee": 1 }), "invalid dtfCreationFee"),
        (json!({ "dtfCreationFee": "-1" }), "invalid dtfCreationFee"),
        (json!({ "dtfUpdateFee": "x" }), "invalid dtfUpdateFee"),
        (json!({ "dtfTickHours": "1.5" }), "invalid dtfTickHours"),
        (json!({ "dtfTickHours": "0" }), "invalid dtfTickHours"),
        (json!({ "maxDtfsPerBlock": "0" }), "invalid maxDtfsPerBlock"),
        (json!({ "maxDtfsPerBlock": 3 }), "invalid maxDtfsPerBlock"),
        (
            json!({ "maxAccountApprovals": "Infinity" }),
            "invalid maxDtfsPerBlock",
        ),
        (
            json!({ "processQueryLimit": "" , "maxAccountApprovals": "-1" }),
            "invalid maxDtfsPerBlock",
        ),
        (
            json!({ "processQueryLimit": "x" }),
            "invalid processQueryLimit",
        ),
    ];
    refuses(&mut chain, ENGINE, "updateParams", &json!({}), &cases);
}

#[test]
fn there_are_no_other_actions() {
    act(&mut chain(), "founder", "removeFund", json!({})).fails_with("unknown error");
}
