//! The payload, and what is invalid, which ends its operation only.

use expect_test::expect;

use super::{block, call, calls, check, comment, custom_json, posting};
use crate::Network;

#[test]
fn only_the_node_sets_what_only_the_node_may_say() {
    check(
        vec![posting(&call(
            r#"{"isSignedWithActiveKey":true,"recipient":"me","amountHIVEHBD":"9","permlink":"p","to":"bob"}"#,
        ))],
        expect![[r#"
            0a alice tokens.transfer {"isSignedWithActiveKey":false,"to":"bob"}
        "#]],
    );
    check(
        vec![posting(&call(
            r#"{"callingContractInfo":{"name":"market"},"a":1}"#,
        ))],
        expect![[r#"
            0a alice tokens.transfer {"a":1,"isSignedWithActiveKey":false}
        "#]],
    );
    // falsy, so the reference leaves it
    check(
        vec![posting(&call(r#"{"callingContractInfo":0}"#))],
        expect![[r#"
            0a alice tokens.transfer {"callingContractInfo":0,"isSignedWithActiveKey":false}
        "#]],
    );
    // the other chain's name for an amount is nothing special
    check(
        vec![posting(&call(r#"{"amountSTEEMSBD":"9"}"#))],
        expect![[r#"
            0a alice tokens.transfer {"amountSTEEMSBD":"9","isSignedWithActiveKey":false}
        "#]],
    );
}

#[test]
fn payloads_are_written_as_ecmascript_writes_them() {
    check(
        vec![posting(&call(
            r#"{"b":1.0,"2":1e21,"1":0.0000001,"b":"twice","z":-0,"big":123456789012345678901234567890,"s":"\u002f\u007f\u0001\ud800","inf":1e999}"#,
        ))],
        expect![[r#"
            0a alice tokens.transfer {"1":1e-7,"2":1e+21,"b":"twice","z":0,"big":1.2345678901234568e+29,"s":"/\u0001\ud800","inf":null,"isSignedWithActiveKey":false}
        "#]],
    );
}

#[test]
fn a_list_as_payload_has_no_room_for_the_nodes_words() {
    check(
        vec![custom_json(&["alice"], &[], &call(r#"[1,{"a":2}]"#))],
        expect![[r#"
            0a alice tokens.transfer [1,{"a":2}]
        "#]],
    );
}

#[test]
fn contracts_see_what_is_recorded() {
    let network = Network::preset("hive").unwrap();
    let json = call(r#"{"zero":-0,"many":1e999,"list":[-0],"deep":{"x":-1e999}}"#);
    let calls = calls(&network, &block(100_000_000, vec![vec![posting(&json)]]));
    let reread = tartan_document::parse(calls[0].payload.as_ref().unwrap()).unwrap();
    assert_eq!(calls[0].value, Some(reread));
    let zero = calls[0]
        .value
        .as_ref()
        .and_then(|value| value.get("zero"))
        .and_then(|zero| zero.as_f64());
    assert!(zero.is_some_and(f64::is_sign_positive));
}

#[test]
fn a_null_in_a_bundle_ends_the_operation() {
    check(
        vec![
            posting(&format!("[{},null,{}]", call("{}"), call("{}"))),
            posting("not json"),
            posting("null"),
            comment("not json", "a post"),
            posting(&call("{}")),
        ],
        expect![[r#"
            0a-0-0 alice tokens.transfer {"isSignedWithActiveKey":false}
            0a-4 alice tokens.transfer {"isSignedWithActiveKey":false}
        "#]],
    );
}
