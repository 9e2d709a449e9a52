//! The same on new networks, from the operation's JSON on.

use expect_test::{Expect, expect};
use tartan_graphene::MainBlock;

use super::{calls, show};
use crate::Network;
use crate::network::Flavor;

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
