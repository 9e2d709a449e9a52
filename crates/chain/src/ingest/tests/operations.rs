//! Operations, senders, candidate calls.

use expect_test::expect;
use tartan_graphene::MainOperation;

use super::{call, check, comment, custom_json, posting, transfer};

#[test]
fn custom_json_is_sent_by_the_first_account_of_the_stronger_authority() {
    check(
        vec![custom_json(&["alice", "bob"], &["carol"], &call("{}"))],
        expect![[r#"
            0a alice tokens.transfer {"isSignedWithActiveKey":true}
        "#]],
    );
    check(
        vec![custom_json(&[], &["carol", "alice"], &call("{}"))],
        expect![[r#"
            0a carol tokens.transfer {"isSignedWithActiveKey":false}
        "#]],
    );
    check(
        vec![custom_json(&[], &[], &call("{}"))],
        expect![[r#"
            0a - tokens.transfer {"isSignedWithActiveKey":false}
        "#]],
    );
}

#[test]
fn custom_json_of_other_chains_is_passed_over() {
    let mut other = posting(&call("{}"));
    if let MainOperation::CustomJson { id, .. } = &mut other {
        *id = "ssc-mainnet1".to_string();
    }
    check(vec![other], expect![""]);
}

#[test]
fn transfers_carry_one_call_in_their_memo() {
    let memo = |json: &str| format!(r#"{{"id":"ssc-mainnet-hive","json":{json}}}"#);
    let buy = r#"{"contractName":"hivepegged","contractAction":"buy","contractPayload":{}}"#;
    let expected = || {
        expect![[r#"
            0a alice hivepegged.buy {"recipient":"honey-swap","amountHIVEHBD":"1.000 HIVE","isSignedWithActiveKey":true}
        "#]]
    };
    check(vec![transfer(&memo(buy))], expected());
    check(vec![transfer(&memo(&format!("[{buy}]")))], expected());
    check(vec![transfer(&format!(" \n{}", memo(buy)))], expected());
    for nothing in [
        memo(&format!("[{buy},{buy}]")),
        memo("[]"),
        memo("null"),
        r#"{"id":"ssc-mainnet-hive"}"#.to_string(),
        format!(r#"{{"id":"ssc-mainnet1","json":{buy}}}"#),
        format!(r#"{{"id":["ssc-mainnet-hive"],"json":{buy}}}"#),
        "thank you".to_string(),
        "{not json".to_string(),
        "null".to_string(),
        "\"ssc-mainnet-hive\"".to_string(),
    ] {
        check(vec![transfer(&nothing)], expect![""]);
    }
}

#[test]
fn comments_carry_calls_in_their_metadata() {
    let ssc = |transactions: &str| {
        format!(r#"{{"ssc":{{"id":"ssc-mainnet-hive","transactions":{transactions}}}}}"#)
    };
    check(
        vec![comment(
            &ssc(&format!("[{},{}]", call("{}"), call(r#"{"to":"bob"}"#))),
            "a post",
        )],
        expect![[r#"
            0a-0 alice tokens.transfer {"permlink":"re-first"}
            0a-1 alice tokens.transfer {"to":"bob","permlink":"re-first"}
        "#]],
    );
    // addressed elsewhere, or not a list: the body does not count any more
    check(
        vec![comment(
            r#"{"ssc":{"id":"ssc-mainnet1","transactions":[]}}"#,
            "a post",
        )],
        expect![""],
    );
    check(vec![comment(&ssc("5"), "a post")], expect![""]);
    check(vec![comment(&ssc("null"), "a post")], expect![""]);
    check(vec![comment(&ssc("\"text\""), "a post")], expect![""]);
    check(vec![comment(r#"{"ssc":true}"#, "a post")], expect![""]);
    // things with a length are lists, too
    check(
        vec![comment(
            &ssc(&format!(
                r#"{{"length":"2","0":{},"1":{}}}"#,
                call("{}"),
                call("{}")
            )),
            "",
        )],
        expect![[r#"
            0a-0 alice tokens.transfer {"permlink":"re-first"}
            0a-1 alice tokens.transfer {"permlink":"re-first"}
        "#]],
    );
    check(
        vec![comment(
            &ssc(&format!(r#"{{"length":1e300,"0":{}}}"#, call("{}"))),
            "",
        )],
        expect![[r#"
            0a-0 alice tokens.transfer {"permlink":"re-first"}
        "#]],
    );
}

#[test]
fn comments_carry_calls_in_their_body() {
    let body = |json: &str| format!(r#"{{"id":"ssc-mainnet-hive","json":{json}}}"#);
    check(
        vec![comment(
            "",
            &body(&call(r#"{"permlink":"mine","recipient":"me"}"#)),
        )],
        expect![[r#"
            0a alice tokens.transfer {}
        "#]],
    );
    check(
        vec![comment(
            "{}",
            &body(&format!("[{},{}]", call("{}"), call("{}"))),
        )],
        expect![[r#"
            0a-0 alice tokens.transfer {}
            0a-1 alice tokens.transfer {}
        "#]],
    );
    // JSON, but no call
    for body in [
        "123",
        "\"text\"",
        "true",
        "[]",
        "{}",
        r#"{"id":"ssc-mainnet-hive"}"#,
    ] {
        check(vec![comment("", body)], expect![""]);
    }
}

#[test]
fn other_operations_count_in_ids_only() {
    check(
        vec![
            MainOperation::Other,
            posting(&call("{}")),
            posting(&format!("[{},{}]", call("{}"), call("{}"))),
        ],
        expect![[r#"
            0a-1 alice tokens.transfer {"isSignedWithActiveKey":false}
            0a-2-0 alice tokens.transfer {"isSignedWithActiveKey":false}
            0a-2-1 alice tokens.transfer {"isSignedWithActiveKey":false}
        "#]],
    );
}

#[test]
fn calls_need_a_name_an_action_and_a_payload() {
    let malformed = [
        r#"{"contractName":"","contractAction":"a","contractPayload":{}}"#,
        r#"{"contractName":"c","contractAction":"","contractPayload":{}}"#,
        r#"{"contractName":5,"contractAction":"a","contractPayload":{}}"#,
        r#"{"contractName":"c","contractAction":["a"],"contractPayload":{}}"#,
        r#"{"contractName":"c","contractAction":"a","contractPayload":null}"#,
        r#"{"contractName":"c","contractAction":"a","contractPayload":"{}"}"#,
        r#"{"contractName":"c","contractAction":"a"}"#,
        r#"{"contractName":"\ud800","contractAction":"a","contractPayload":{}}"#,
        "5",
        "\"text\"",
        "[[]]",
        "[]",
        "{}",
    ];
    for json in malformed {
        check(vec![posting(json)], expect![""]);
    }
    // what is malformed still counts in the ids
    check(
        vec![posting(&format!("[{},{}]", malformed[0], call("{}")))],
        expect![[r#"
            0a-1 alice tokens.transfer {"isSignedWithActiveKey":false}
        "#]],
    );
}
