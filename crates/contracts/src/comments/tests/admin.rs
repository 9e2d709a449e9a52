use serde_json::json;

use super::Community;
use crate::testing::{ENGINE, text};

const ACTIVE: &str = "operation must be signed with your active key";
const NOT_FOUND: &str = "reward pool not found";
const NOT_ISSUER: &str = "must be issuer of token";

#[test]
fn parameters_are_the_owners_to_change() {
    let mut community = Community::new();
    let changes = json!({
        "setupFee": "2000",
        "updateFee": "0.5",
        "maintenanceTokensPerBlock": 3,
        "maxPostsProcessedPerRound": 4,
        "maxVotesProcessedPerRound": 5,
        "voteQueryLimit": 6,
        "maxPoolsPerPost": 7,
    });
    community
        .act("founder", "updateParams", changes.clone())
        .does_nothing();
    assert_eq!(
        text(&community.row("params", json!({})), "setupFee"),
        "1000"
    );
    community
        .act(ENGINE, "updateParams", changes)
        .does_nothing();
    let params = community.row("params", json!({}));
    for (field, expected) in [
        ("setupFee", "2000"),
        ("updateFee", "0.5"),
        ("maxPoolsPerPost", "20"),
        ("maxTagsPerPool", "5"),
        ("maintenanceTokensPerBlock", "3"),
        ("maxPostsProcessedPerRound", "4"),
        ("maxVotesProcessedPerRound", "5"),
        ("voteQueryLimit", "6"),
        ("lastProcessedPoolId", "0"),
    ] {
        assert_eq!(text(&params, field), expected, "{field}");
    }
}

#[test]
fn parameters_are_checked() {
    let mut community = Community::new();
    for key in ["setupFee", "updateFee"] {
        for value in [json!(1), json!("-1"), json!("x"), json!({})] {
            community
                .act(ENGINE, "updateParams", json!({ key: value }))
                .fails_with(&format!("invalid {key}"));
        }
    }
    for key in [
        "maintenanceTokensPerBlock",
        "maxPostsProcessedPerRound",
        "maxVotesProcessedPerRound",
        "voteQueryLimit",
    ] {
        for value in [json!("1"), json!(-1), json!(1.5), json!(true)] {
            community
                .act(ENGINE, "updateParams", json!({ key: value }))
                .fails_with(&format!("invalid {key}"));
        }
        community
            .act(ENGINE, "updateParams", json!({ key: 0, "setupFee": "" }))
            .succeeds();
    }
    let partly = json!({ "setupFee": "1", "voteQueryLimit": -1 });
    community
        .act(ENGINE, "updateParams", partly)
        .fails_with("invalid voteQueryLimit");
    assert_eq!(
        text(&community.row("params", json!({})), "setupFee"),
        "1000"
    );
}

#[test]
fn pools_are_stopped_and_started() {
    let mut community = Community::with_pool(json!({}));
    let stop = json!({ "rewardPoolId": 1, "active": false });
    community
        .chain
        .post("founder", "comments", "setActive", stop.clone())
        .fails_with(ACTIVE);
    community
        .act(
            "founder",
            "setActive",
            json!({ "rewardPoolId": 2, "active": false }),
        )
        .fails_with(NOT_FOUND);
    community
        .act("stranger", "setActive", stop.clone())
        .fails_with(NOT_ISSUER);
    community
        .act("founder", "setActive", json!({ "rewardPoolId": 1 }))
        .fails_with("active must be a boolean");
    community.act("founder", "setActive", stop).does_nothing();
    community.check_pool("active", "false");
    community
        .act(
            ENGINE,
            "setActive",
            json!({ "rewardPoolId": 1, "active": true }),
        )
        .does_nothing();
    community.check_pool("active", "true");
}

#[test]
fn an_inactive_pool_takes_and_pays_nothing() {
    let mut community = Community::with_pool(json!({}));
    community.post("carol", "before").succeeds();
    let stop = json!({ "rewardPoolId": 1, "active": false });
    community.act("founder", "setActive", stop).succeeds();
    community.chain.seconds_later(86_400);
    community.post("carol", "after").does_nothing();
    community
        .vote("alice", "carol", "before", 10_000)
        .does_nothing();
    community.check_pool("rewardPool", "0");
    assert_eq!(community.posts(), 1);
    assert!(community.rows("votingPower", json!({})).is_empty());
    assert_eq!(
        text(
            &community.row("postMetadata", json!({ "authorperm": "@carol/after" })),
            "rewardPoolIds"
        ),
        "[1]"
    );
}

#[test]
fn a_pause_is_not_made_up_for() {
    let mut community = Community::with_pool(json!({ "rewardIntervalSeconds": 3600 }));
    community.chain.seconds_later(3600);
    community.catch_up();
    community.check_pool("rewardPool", "1.50000000");
    let stop = json!({ "rewardPoolId": 1, "active": false });
    community.act("founder", "setActive", stop).succeeds();
    community.chain.seconds_later(10 * 3600 + 1800);
    let start = json!({ "rewardPoolId": 1, "active": true });
    community.act("founder", "setActive", start).succeeds();
    community.catch_up();
    community.check_pool("rewardPool", "1.50000000");
    community.chain.seconds_later(1800);
    community.catch_up();
    community.check_pool("rewardPool", "3.00000000");
    assert!(community.pool(1).get("resumedTimestamp").is_none());
}

#[test]
fn accounts_are_muted() {
    let mut community = Community::with_pool(json!({}));
    let mute =
        |account: &str, mute: bool| json!({ "rewardPoolId": 1, "account": account, "mute": mute });
    let unknown = json!({ "rewardPoolId": 2 });
    community
        .act("founder", "setMute", unknown)
        .fails_with(NOT_FOUND);
    community
        .act("stranger", "setMute", mute("carol", true))
        .fails_with(NOT_ISSUER);
    for account in [json!("c"), json!(1), json!(null)] {
        let invalid = json!({ "rewardPoolId": 1, "account": account, "mute": true });
        community
            .act("founder", "setMute", invalid)
            .fails_with("invalid account");
    }
    community
        .act(
            "founder",
            "setMute",
            json!({ "rewardPoolId": 1, "account": "carol", "mute": "yes" }),
        )
        .fails_with("mute must be a boolean");
    // the posting key is enough
    let now = community.chain.now();
    community
        .chain
        .post("founder", "comments", "setMute", mute("carol", true))
        .does_nothing();
    assert_eq!(
        community
            .row("votingPower", json!({}))
            .iter()
            .map(|(key, value)| format!("{key}={}", value.stringify()))
            .collect::<Vec<_>>(),
        [
            r#"_id={"rewardPoolId":1,"account":"carol"}"#.to_string(),
            "rewardPoolId=1".to_string(),
            r#"account="carol""#.to_string(),
            format!("lastVoteTimestamp={now}"),
            "votingPower=10000".to_string(),
            "downvotingPower=10000".to_string(),
            "mute=true".to_string(),
        ]
    );
    community
        .act(ENGINE, "setMute", mute("carol", false))
        .does_nothing();
    assert_eq!(
        text(&community.row("votingPower", json!({})), "mute"),
        "false"
    );
}

#[test]
fn posts_are_muted() {
    let mut community = Community::with_pool(json!({}));
    community.post("carol", "one").succeeds();
    let mute = |authorperm: serde_json::Value, mute: serde_json::Value| json!({ "rewardPoolId": 1, "authorperm": authorperm, "mute": mute });
    community
        .act("founder", "setPostMute", json!({}))
        .fails_with(NOT_FOUND);
    community
        .act(
            "stranger",
            "setPostMute",
            mute(json!("@carol/one"), json!(true)),
        )
        .fails_with(NOT_ISSUER);
    community
        .act("founder", "setPostMute", mute(json!(1), json!(true)))
        .fails_with("authorperm must be a string");
    community
        .act(
            "founder",
            "setPostMute",
            mute(json!("@carol/two"), json!(1)),
        )
        .fails_with("post not found");
    community
        .act(
            "founder",
            "setPostMute",
            mute(json!("@carol/one"), json!(1)),
        )
        .fails_with("mute must be a boolean");
    community
        .chain
        .post(
            "founder",
            "comments",
            "setPostMute",
            mute(json!("@carol/one"), json!(true)),
        )
        .does_nothing();
    assert_eq!(text(&community.row("posts", json!({})), "mute"), "true");
}

#[test]
fn a_pool_is_reset() {
    let mut community = Community::with_pool(json!({ "rewardIntervalSeconds": 3600 }));
    community.post("carol", "one").succeeds();
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.chain.seconds_later(3600);
    community.catch_up();
    let reset = json!({ "rewardPoolId": 1 });
    community
        .chain
        .post("founder", "comments", "resetPool", reset.clone())
        .fails_with(ACTIVE);
    community
        .act("founder", "resetPool", json!({ "rewardPoolId": 2 }))
        .fails_with(NOT_FOUND);
    community
        .act("stranger", "resetPool", reset.clone())
        .fails_with(NOT_ISSUER);
    community.chain.seconds_later(7 * 86_400 + 5);
    community
        .act("founder", "resetPool", reset)
        .succeeds()
        .emits(&[r#"transferFromContract {"from":"comments","to":"null","symbol":"COOL","quantity":"1.50000000"}"#]);
    community.check();
    community.check_pool("rewardPool", "0");
    community.check_pool("pendingClaims", "0");
    let now = community.chain.now().to_string();
    for field in [
        "lastRewardTimestamp",
        "lastClaimDecayTimestamp",
        "createdTimestamp",
    ] {
        community.check_pool(field, &now);
    }
    // the post whose time had come before is paid all the same
    community.chain.seconds_later(3600);
    community.catch_up();
    assert_eq!(community.posts(), 0);
    community.chain.balance("carol", "COOL").is("0.38000000");
    community.check_pool("rewardPool", "0.00000000");
}
