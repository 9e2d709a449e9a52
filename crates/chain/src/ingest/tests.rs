use expect_test::{Expect, expect};
use proptest::prelude::*;
use tartan_graphene::operation::Beneficiary;
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};

use super::{Call, calls};
use crate::Network;
use crate::network::Flavor;

fn block(number: u32, transactions: Vec<Vec<MainOperation>>) -> MainBlock {
    let transaction = |(index, operations)| MainTransaction {
        id: TransactionId([index; 20]),
        operations,
    };
    MainBlock {
        number,
        id: BlockId([2; 20]),
        previous: BlockId([1; 20]),
        timestamp: Time(1_600_000_000),
        transactions: (0x0a..).zip(transactions).map(transaction).collect(),
    }
}

/// One line for each call, ids shortened to the two digits that the transactions above are told apart by.
fn show(calls: &[Call]) -> String {
    calls
        .iter()
        .map(|call| {
            let text = |text: &Option<String>| text.clone().unwrap_or("-".to_string());
            let id = call.id.to_string();
            format!(
                "{}{} {} {}.{} {}\n",
                &id[..2],
                &id[40..],
                text(&call.sender),
                text(&call.contract),
                text(&call.action),
                text(&call.payload)
            )
        })
        .collect()
}

fn check_at(network: &str, number: u32, operations: Vec<MainOperation>, expected: Expect) {
    check_on(
        &Network::preset(network).unwrap(),
        number,
        operations,
        expected,
    );
}

fn check_on(network: &Network, number: u32, operations: Vec<MainOperation>, expected: Expect) {
    expected.assert_eq(&show(&calls(network, &block(number, vec![operations]))));
}

/// On the Hive chain of today.
fn check(operations: Vec<MainOperation>, expected: Expect) {
    check_at("hive", 100_000_000, operations, expected);
}

fn posting(json: &str) -> MainOperation {
    custom_json(&[], &["alice"], json)
}

fn custom_json(active: &[&str], posting: &[&str], json: &str) -> MainOperation {
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    MainOperation::CustomJson {
        required_auths: names(active),
        required_posting_auths: names(posting),
        id: "ssc-mainnet-hive".to_string(),
        json: json.to_string(),
    }
}

fn transfer(memo: &str) -> MainOperation {
    MainOperation::Transfer {
        from: "alice".to_string(),
        to: "honey-swap".to_string(),
        amount: "1.000 HIVE".to_string(),
        memo: memo.to_string(),
    }
}

fn comment(json_metadata: &str, body: &str) -> MainOperation {
    MainOperation::Comment {
        parent_author: "bob".to_string(),
        parent_permlink: "first".to_string(),
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        title: String::new(),
        body: body.to_string(),
        json_metadata: json_metadata.to_string(),
    }
}

fn comment_options() -> MainOperation {
    MainOperation::CommentOptions {
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        max_accepted_payout: "1000000.000 HBD".to_string(),
        percent: 10_000,
        allow_votes: true,
        allow_curation_rewards: false,
        beneficiaries: vec![Beneficiary {
            account: "carol".to_string(),
            weight: 500,
        }],
    }
}

fn vote() -> MainOperation {
    MainOperation::Vote {
        voter: "dave".to_string(),
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        weight: -5000,
    }
}

fn call(payload: &str) -> String {
    format!(
        r#"{{"contractName":"tokens","contractAction":"transfer","contractPayload":{payload}}}"#
    )
}

// a.1: operations, senders, candidate calls

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

// a.2: the payload

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

// a.4: what is invalid ends its operation only

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

// a.5: feeding the comments contract

#[test]
fn posts_options_and_votes_become_calls() {
    check(
        vec![
            comment(r#"{"tags":["a"],"other":1,"app":"x"}"#, "a post"),
            comment_options(),
            vote(),
        ],
        expect![[r#"
            0a-0 null comments.comment {"author":"alice","jsonMetadata":{"tags":["a"],"app":"x"},"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
            0a-1 null comments.commentOptions {"author":"alice","maxAcceptedPayout":"1000000.000 HBD","allowVotes":true,"allowCurationRewards":false,"beneficiaries":[{"account":"carol","weight":500}],"permlink":"re-first"}
            0a-2 null comments.vote {"voter":"dave","author":"alice","weight":-5000,"permlink":"re-first"}
        "#]],
    );
    check(
        vec![comment("", "null")],
        expect![[r#"
            0a null comments.comment {"author":"alice","jsonMetadata":null,"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
        "#]],
    );
    check(
        vec![comment(r#"["a","b"]"#, ""), comment("\"text\"", "")],
        expect![[r#"
            0a-0 null comments.comment {"author":"alice","jsonMetadata":[null,null],"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
            0a-1 null comments.comment {"author":"alice","jsonMetadata":"text","parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
        "#]],
    );
}

#[test]
fn feeding_follows_the_heights() {
    check_at(
        "hive",
        54_106_799,
        vec![comment("", "a post"), vote()],
        expect![[r#"
        0a-1 null comments.vote {"voter":"dave","author":"alice","weight":-5000,"permlink":"re-first"}
    "#]],
    );
    check_at(
        "hive",
        54_106_800,
        vec![comment(r#"{"other":1}"#, "a post")],
        expect![[r#"
        0a null comments.comment {"author":"alice","jsonMetadata":{"other":1},"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
    "#]],
    );
    check_at(
        "hive",
        83_680_408,
        vec![comment(r#"{"other":1}"#, "a post")],
        expect![[r#"
        0a null comments.comment {"author":"alice","jsonMetadata":{"other":1},"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
    "#]],
    );
    check_at(
        "hive",
        83_680_409,
        vec![comment(r#"{"other":1}"#, "a post")],
        expect![[r#"
        0a null comments.comment {"author":"alice","jsonMetadata":{},"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
    "#]],
    );
    check_at(
        "steem",
        100_000_000,
        vec![comment("", "a post"), vote()],
        expect![[r#"
        0a-1 null comments.vote {"voter":"dave","author":"alice","weight":-5000,"permlink":"re-first"}
    "#]],
    );
    check_at(
        "dev",
        100,
        vec![comment("", "a post"), vote(), comment_options()],
        expect![[r#"
            0a-0 null comments.comment {"author":"alice","jsonMetadata":null,"parentAuthor":"bob","parentPermlink":"first","permlink":"re-first"}
            0a-1 null comments.vote {"voter":"dave","author":"alice","weight":-5000,"permlink":"re-first"}
            0a-2 null comments.commentOptions {"author":"alice","maxAcceptedPayout":"1000000.000 HBD","allowVotes":true,"allowCurationRewards":false,"beneficiaries":[{"account":"carol","weight":500}],"permlink":"re-first"}
        "#]],
    );
    check_on(
        &Network::from_toml("extends = \"dev\"\nrules.feeds = []").unwrap(),
        100,
        vec![comment("", "a post"), vote(), comment_options()],
        expect![""],
    );
}

/// What a new network of either flavour makes of an operation's JSON, from the main-chain block on.
fn check_fed(flavor: Flavor, operation: serde_json::Value, expected: &Expect) {
    let base = match flavor {
        Flavor::Steem => "dev",
        Flavor::Hive => "dev-hive",
    };
    let feeds = r#"rules.feeds = ["comment", "comment_options", "vote"]"#;
    let network = Network::from_toml(&format!("extends = \"{base}\"\n{feeds}")).unwrap();
    let block = serde_json::json!({
        "previous": "0000000000000000000000000000000000000000",
        "timestamp": "2020-09-13T12:26:40",
        "witness": "alice",
        "transaction_merkle_root": "0000000000000000000000000000000000000000",
        "extensions": [],
        "witness_signature": "00".repeat(65),
        "block_id": "0000000100000000000000000000000000000000",
        "transaction_ids": ["0a00000000000000000000000000000000000000"],
        "transactions": [{ "operations": [operation], "extensions": [] }],
    });
    let chain = flavor.chain();
    let block = MainBlock::from_json(&block.to_string(), &chain, 1);
    expected.assert_eq(&show(&calls(&network, &block.unwrap().unwrap())));
}

fn post_json(json_metadata: &str, body: &str) -> serde_json::Value {
    serde_json::json!(["comment", {
        "parent_author": "", "parent_permlink": "cool", "author": "alice", "permlink": "first",
        "title": "", "body": body, "json_metadata": json_metadata,
    }])
}

#[test]
fn new_networks_are_fed_with_posts() {
    let fed = expect![[r#"
        0a null comments.comment {"author":"alice","jsonMetadata":{"tags":["cool"],"app":"x/1"},"parentAuthor":"","parentPermlink":"cool","permlink":"first"}
    "#]];
    let metadata = r#"{"tags":["cool"],"app":"x/1","image":["y"]}"#;
    check_fed(Flavor::Steem, post_json(metadata, "a post"), &fed);
    check_fed(Flavor::Hive, post_json(metadata, "a post"), &fed);
    // an edit: the body is a patch
    check_fed(Flavor::Steem, post_json(metadata, "@@ -1,4 +1,5 @@"), &fed);
    let named = post_json(metadata, "a post")[1].clone();
    let appbase = serde_json::json!({ "type": "comment_operation", "value": named });
    check_fed(Flavor::Hive, appbase, &fed);
    check_fed(
        Flavor::Steem,
        post_json("", ""),
        &expect![[r#"
            0a null comments.comment {"author":"alice","jsonMetadata":null,"parentAuthor":"","parentPermlink":"cool","permlink":"first"}
        "#]],
    );
}

#[test]
fn new_networks_pass_over_posts_that_are_something_else() {
    let metadata = r#"{"tags":["cool"]}"#;
    for (json_metadata, body) in [
        ("{tags:[]}", "a post"),
        (r#"{"tags":["cool"]"#, "a post"),
        (metadata, "{}"),
        (metadata, "[1,2]"),
        (metadata, "123"),
        (metadata, "\"text\""),
        (metadata, r#"{"id":"ssc-dev"}"#),
        (
            r#"{"tags":["cool"],"ssc":{"id":"ssc-other","transactions":[]}}"#,
            "a post",
        ),
        (r#"{"tags":["cool"],"ssc":1}"#, "a post"),
        (
            r#"{"tags":["cool"],"ssc":{"id":"ssc-dev","transactions":[]}}"#,
            "a post",
        ),
    ] {
        check_fed(Flavor::Steem, post_json(json_metadata, body), &expect![""]);
    }
    // what counts as none is none
    check_fed(
        Flavor::Steem,
        post_json(r#"{"ssc":null}"#, "null"),
        &expect![[r#"
            0a null comments.comment {"author":"alice","jsonMetadata":{"ssc":null},"parentAuthor":"","parentPermlink":"cool","permlink":"first"}
        "#]],
    );
}

#[test]
fn authors_say_themselves_how_a_post_is_indexed() {
    let made = r#"{"contractName":"comments","contractAction":"comment","contractPayload":{"author":"bob","permlink":"other","jsonMetadata":{"tags":["cool"]}}}"#;
    let vote = r#"{"contractName":"comments","contractAction":"vote","contractPayload":{"voter":"bob","author":"alice","weight":10000}}"#;
    let metadata = format!(r#"{{"ssc":{{"id":"ssc-dev","transactions":[{made},{vote}]}}}}"#);
    // the names are the operation's, and nothing but a comment is made by the node
    check_fed(
        Flavor::Steem,
        post_json(&metadata, "a post"),
        &expect![[r#"
            0a-0 null comments.comment {"author":"alice","permlink":"first","jsonMetadata":{"tags":["cool"]}}
            0a-1 alice comments.vote {"voter":"bob","author":"alice","weight":10000,"permlink":"first"}
        "#]],
    );
}

#[test]
fn new_networks_are_fed_with_options_and_votes() {
    let options = |payout: serde_json::Value, extensions: serde_json::Value| {
        serde_json::json!(["comment_options", {
            "author": "alice", "permlink": "first", "max_accepted_payout": payout,
            "percent_steem_dollars": 10000, "allow_votes": true, "allow_curation_rewards": true,
            "extensions": extensions,
        }])
    };
    let shares = serde_json::json!({ "beneficiaries": [{ "account": "bob", "weight": 500 }] });
    let expected = expect![[r#"
        0a null comments.commentOptions {"author":"alice","maxAcceptedPayout":"0.000 SBD","allowVotes":true,"allowCurationRewards":true,"beneficiaries":[{"account":"bob","weight":500}],"permlink":"first"}
    "#]];
    let classic = serde_json::json!([[0, shares]]);
    check_fed(
        Flavor::Steem,
        options("0.000 SBD".into(), classic.clone()),
        &expected,
    );
    let named = serde_json::json!([{ "type": "comment_payout_beneficiaries", "value": shares }]);
    check_fed(Flavor::Steem, options("0.000 SBD".into(), named), &expected);
    let nai = serde_json::json!({ "amount": "1000000000", "precision": 3, "nai": "@@000000013" });
    check_fed(
        Flavor::Hive,
        options(nai, serde_json::json!([])),
        &expect![[r#"
            0a null comments.commentOptions {"author":"alice","maxAcceptedPayout":"1000000.000 HBD","allowVotes":true,"allowCurationRewards":true,"beneficiaries":[],"permlink":"first"}
        "#]],
    );
    // only the first extension counts
    check_fed(
        Flavor::Steem,
        options("1.000 SBD".into(), serde_json::json!([[1, {}], classic[0]])),
        &expect![[r#"
            0a null comments.commentOptions {"author":"alice","maxAcceptedPayout":"1.000 SBD","allowVotes":true,"allowCurationRewards":true,"beneficiaries":[],"permlink":"first"}
        "#]],
    );
    let vote = serde_json::json!(["vote", { "voter": "bob", "author": "alice", "permlink": "first", "weight": -1 }]);
    check_fed(
        Flavor::Steem,
        vote,
        &expect![[r#"
            0a null comments.vote {"voter":"bob","author":"alice","weight":-1,"permlink":"first"}
        "#]],
    );
}

#[test]
fn a_call_of_the_comment_action_is_made_by_the_node() {
    let ssc = |id: &str| {
        let made = r#"{"contractName":"comments","contractAction":"comment","contractPayload":{"author":"bob","x":1}}"#;
        let transactions = [made.to_string(), call("{}"), made.to_string()].join(",");
        comment(
            &format!(r#"{{"ssc":{{"id":"{id}","transactions":[{transactions}]}}}}"#),
            "",
        )
    };
    // on the public chains, all that comes behind it is, too
    check(
        vec![ssc("ssc-mainnet-hive")],
        expect![[r#"
        0a-0 null comments.comment {"author":"alice","x":1,"permlink":"re-first"}
        0a-1 null tokens.transfer {"permlink":"re-first"}
        0a-2 null comments.comment {"author":"null","x":1,"permlink":"re-first"}
    "#]],
    );
    check_at(
        "dev",
        100,
        vec![ssc("ssc-dev")],
        expect![[r#"
        0a-0 null comments.comment {"author":"alice","x":1,"permlink":"re-first"}
        0a-1 alice tokens.transfer {"permlink":"re-first"}
        0a-2 null comments.comment {"author":"alice","x":1,"permlink":"re-first"}
    "#]],
    );
    // a custom_json cannot make a comment
    let made = r#"{"contractName":"comments","contractAction":"comment","contractPayload":{"author":"bob"}}"#;
    check(
        vec![posting(made)],
        expect![[r#"
        0a alice comments.comment {"author":"bob","isSignedWithActiveKey":false}
    "#]],
    );
}

// real blocks

fn check_block(network: &Network, text: &str, number: u32, expected: Expect) {
    let chain = network.main_chain.flavor.chain();
    let block = MainBlock::from_json(text, &chain, number).unwrap().unwrap();
    let shown: String = calls(network, &block)
        .iter()
        .map(|call| {
            let payload: String = call.payload.as_ref().unwrap().chars().take(90).collect();
            let name = |name: &Option<String>| name.clone().unwrap();
            format!(
                "{} {} {}.{} {payload}\n",
                call.id,
                name(&call.sender),
                name(&call.contract),
                name(&call.action)
            )
        })
        .collect();
    expected.assert_eq(&shown);
}

#[test]
fn real_steem_blocks() {
    let network = Network::preset("steem").unwrap();
    check_block(
        &network,
        include_str!("../../tests/data/steem-48404510.json"),
        48_404_510,
        expect![[r#"
        4597943de21b2b0c2a5f7b799a651b317aa77f77 null comments.vote {"voter":"sayeeda","author":"elitogold","weight":4600,"permlink":"appics-v1-appics-im-3215
        dd599cc5c4bea40ce5c5cd57df6cb0151d99d92c null comments.vote {"voter":"double-u","author":"sumon02","weight":10000,"permlink":"the-diary-game-07-11-202
        b265f9e825fad6a518202ea8b5d9e983f72cf81e appics-pool tokens.stake {"symbol":"APX","to":"jon24jon24","quantity":"158.7790","isSignedWithActiveKey":true}
    "#]],
    );
}

#[test]
fn real_hive_blocks() {
    let network = Network::preset("hive").unwrap();
    check_block(
        &network,
        include_str!("../../tests/data/hive-97477292.json"),
        97_477_292,
        expect![[r#"
        87e2ce32069d5438bfadc65d5d0dabd2bba74a21 null comments.vote {"voter":"pixelfan","author":"balaenoptera","weight":660,"permlink":"untoandbisunto-35-con
        89cf8c3431e606059f07b2f9943bbc77737169db spshards market.sell {"symbol":"SPS","quantity":"794.16660815","price":"0.03339746","isSignedWithActiveKey":tru
        1fbdb470f3270a1790d29411e2c536e88079f37b demonicore tokens.transfer {"symbol":"DCORE","to":"vassal","quantity":"46.24","memo":"reward","isSignedWithActiveKey"
        d922f33b96aabd1e5ccec4a7fd39847a42800901 hannahjames710 market.cancel {"type":"buy","id":"168299c9838cb96d0612ab3fb4bf21ea8499ecf5","isSignedWithActiveKey":true
        c35c1f6f0b5e8033d28645710811dd2eaaa3b6d8 iamchessguy marketpools.addLiquidity {"tokenPair":"CENT:POB","baseQuantity":"68.25427923","quoteQuantity":"13.09052202","maxSli
        a5464f3173b38a523d72853e160dca385b20ac51 otomo market.cancel {"type":"sell","id":"416c3f6e8fc8212820737362e7b20027d69a7869","isSignedWithActiveKey":tru
        03c1eb88c416bd33555df4e78f26f639f1b0d4a4 threesteps tokens.issue {"symbol":"CTP","to":"ikigaidesign","quantity":"1.974","isSignedWithActiveKey":true}
    "#]],
    );
}

// whatever anyone writes

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_string()),
        Just("true".to_string()),
        Just("-0".to_string()),
        Just("1e999".to_string()),
        Just("\"ssc-dev\"".to_string()),
        Just("\"tokens\"".to_string()),
        Just("\"\\ud800\"".to_string()),
        any::<f64>().prop_map(|number| if number.is_finite() {
            number.to_string()
        } else {
            "0".to_string()
        }),
        ".{0,8}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let key = prop_oneof![
        Just("contractName".to_string()),
        Just("contractAction".to_string()),
        Just("contractPayload".to_string()),
        Just("callingContractInfo".to_string()),
        Just("transactions".to_string()),
        Just("length".to_string()),
        Just("id".to_string()),
        Just("json".to_string()),
        Just("ssc".to_string()),
        Just("0".to_string()),
        ".{0,4}",
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..4).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", serde_json::to_string(key).unwrap()))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any_json(),
        any_json().prop_map(|json| format!(r#"{{"id":"ssc-dev","json":{json}}}"#)),
        any_json()
            .prop_map(|json| format!(r#"{{"ssc":{{"id":"ssc-dev","transactions":{json}}}}}"#)),
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn no_operation_is_too_much(a in any_text(), b in any_text(), legacy in any::<bool>()) {
        let mut network = Network::dev(Flavor::Steem);
        network.rules.legacy_null_sender = legacy;
        network.rules.feeds = Network::preset("hive").unwrap().rules.feeds;
        let mut json = posting(&a);
        if let MainOperation::CustomJson { id, .. } = &mut json {
            *id = "ssc-dev".to_string();
        }
        let operations = vec![json, transfer(&a), comment(&a, &b), comment(&b, &a)];
        for call in calls(&network, &block(1, vec![operations])) {
            // what is recorded says what the contract sees
            let payload = call.payload.unwrap();
            let reread = tartan_document::parse(&payload).unwrap();
            prop_assert_eq!(reread.stringify(), payload);
            prop_assert_eq!(call.value, Some(reread));
            let by_node = call.sender.as_deref() == Some("null");
            let comments = call.contract.as_deref() == Some("comments");
            prop_assert!(!by_node || comments || legacy);
        }
    }
}
