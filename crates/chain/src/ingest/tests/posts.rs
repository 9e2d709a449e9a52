//! Feeding the contract `comments` with posts, options and votes, on the public chains.

use expect_test::expect;

use super::{call, check, check_at, check_on, comment, comment_options, posting, vote};
use crate::Network;

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
