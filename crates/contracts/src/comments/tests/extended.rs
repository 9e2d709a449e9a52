//! Pools with options that the reference does not know.

use serde_json::{Value as Json, json};

use super::{Community, config, rewards};
use crate::testing::text;

const DAY: i64 = 86_400;

fn with_pool(changes: Json) -> Community {
    let mut community = Community::on(true);
    community.create("COOL", config(changes)).succeeds();
    community.post("carol", "one").succeeds();
    community
}

fn weights(community: &Community) -> Vec<String> {
    let votes = community.rows("votes", json!({}));
    votes
        .iter()
        .map(|vote| text(vote, "curationWeight"))
        .collect()
}

fn sums(community: &Community) -> (String, String) {
    let post = community.row("posts", json!({ "authorperm": "@carol/one" }));
    (
        text(&post, "voteRshareSum"),
        text(&post, "votePositiveRshareSum"),
    )
}

#[test]
fn the_network_must_allow_them() {
    let mut community = Community::new();
    let linear = json!({ "postRewardCurve": "linear" });
    community
        .create("COOL", config(linear))
        .fails_with("postRewardCurve should be one of: [power]");
    // other keys are unknown there
    let unknown = json!({ "reverseAuctionSeconds": "x", "commentPoolPercentage": 10 });
    community.create("COOL", config(unknown)).succeeds();
    assert!(!text(&community.pool(1), "config").contains("commentPoolPercentage"));
}

#[test]
fn keys_are_checked() {
    let mut community = Community::on(true);
    for (changes, expected) in [
        (
            json!({ "postRewardCurve": "sqrt" }),
            "postRewardCurve should be one of: [power,linear,quadratic,convergent]",
        ),
        (
            json!({ "curationRewardCurve": "quadratic" }),
            "curationRewardCurve should be one of: [power,linear,sqrt,bounded]",
        ),
        (
            json!({ "contentConstant": "0" }),
            "contentConstant should be above \"0\" and up to \"1000000000000\" with precision at most 10",
        ),
        (
            json!({ "contentConstant": 5 }),
            "contentConstant should be above \"0\" and up to \"1000000000000\" with precision at most 10",
        ),
        (
            json!({ "postRewardCurve": "convergent" }),
            "contentConstant should be given for the curves [convergent,bounded]",
        ),
        (json!({ "exactPower": 1 }), "exactPower should be boolean"),
        (
            json!({ "reverseAuctionSeconds": 86_401 }),
            "reverseAuctionSeconds should be an integer between 0 and 86400",
        ),
        (
            json!({ "votesPerRegenerationPeriod": 0 }),
            "votesPerRegenerationPeriod should be an integer between 1 and 10000",
        ),
        (
            json!({ "downvotesPerRegenerationPeriod": "5" }),
            "downvotesPerRegenerationPeriod should be an integer between 1 and 10000",
        ),
        (
            json!({ "commentPoolPercentage": 101 }),
            "commentPoolPercentage should be an integer between 0 and 100",
        ),
    ] {
        community
            .create("COOL", config(changes))
            .fails_with(expected);
    }
    // they come behind the others
    let both = json!({ "exactPower": 1, "disableDownvote": 1 });
    community
        .create("COOL", config(both))
        .fails_with("disableDownvote should be boolean");
}

/// The vectors of the specification: votes of 10, a constant of 5.
fn check_curves(post: &str, curation: &str, claims: &str, expected: &[&str]) {
    let changes =
        json!({ "postRewardCurve": post, "curationRewardCurve": curation, "contentConstant": "5" });
    let mut community = with_pool(changes);
    community.stake("dave", "COOL", "10");
    for voter in ["alice", "bob", "dave"] {
        community.vote(voter, "carol", "one", 10_000).succeeds();
    }
    assert_eq!(weights(&community), expected);
    community.check_pool("pendingClaims", claims);
}

#[test]
fn curves() {
    check_curves(
        "quadratic",
        "bounded",
        "1200.0000000000",
        &["5.0000000000", "1.6666666666", "0.8333333334"],
    );
    check_curves(
        "linear",
        "sqrt",
        "30.0000000000",
        &["3.1622776601", "1.3098582948", "1.0050896201"],
    );
    check_curves(
        "convergent",
        "linear",
        "24.0000000000",
        &["10.0000000000", "10.0000000000", "10.0000000000"],
    );
}

#[test]
fn early_votes_keep_part_of_their_weight() {
    let changes = json!({ "curationRewardCurve": "sqrt", "reverseAuctionSeconds": 300 });
    let mut community = with_pool(changes);
    community.chain.seconds_later(90);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.chain.seconds_later(210);
    community.vote("bob", "carol", "one", 10_000).succeeds();
    assert_eq!(weights(&community), ["0.9486832980", "1.3098582948"]);
}

#[test]
fn so_many_votes_in_a_period() {
    let changes = json!({ "votesPerRegenerationPeriod": 50, "voteRegenerationDays": 5 });
    let mut community = with_pool(changes);
    for (left, mana) in [("9800", "980000000000"), ("9604", "960400000000")] {
        community.vote("alice", "carol", "one", 10_000).succeeds();
        let row = community.row("votingPower", json!({}));
        assert_eq!(text(&row, "votingPower"), left);
        assert!(text(&row, "mana").contains(mana), "{}", text(&row, "mana"));
    }
    // downvotes go on using what they used
    community.vote("alice", "carol", "one", -10_000).succeeds();
    let row = community.row("votingPower", json!({}));
    assert_eq!(text(&row, "downvotingPower"), "8000");
    assert!(row.get("downvoteMana").is_none());
    // nothing of the time is lost, however often one votes
    for _ in 0..40 {
        community.chain.seconds_later(1);
        community.vote("alice", "carol", "one", 0).succeeds();
    }
    community.vote("alice", "carol", "one", 1).succeeds();
    let expected = 960_400_000_000_u64 + 40_000_000_000_000 / (5 * DAY as u64);
    let used = expected.div_ceil(500_000);
    let row = community.row("votingPower", json!({}));
    assert!(
        text(&row, "mana").contains(&(expected - used).to_string()),
        "{}",
        text(&row, "mana")
    );
}

#[test]
fn changed_votes_keep_what_they_deserve() {
    let changes = json!({ "curationRewardCurve": "linear" });
    let mut community = with_pool(changes);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.vote("alice", "carol", "one", 5_000).succeeds();
    assert_eq!(
        sums(&community),
        ("4.9000000000".to_string(), "4.9000000000".to_string())
    );
    assert_eq!(weights(&community), ["4.9000000000"]);
    community.check_pool("pendingClaims", "4.9000000000");
    community.vote("alice", "carol", "one", -10_000).succeeds();
    assert_eq!(sums(&community).1, "0.0000000000");
    assert_eq!(weights(&community), ["0.0000000000"]);
    community.check_pool("pendingClaims", "0.0000000000");
}

#[test]
fn replies_have_a_fund_of_their_own() {
    let changes = json!({
        "commentPoolPercentage": 25, "rewardPerInterval": "8", "rewardIntervalSeconds": DAY, "cashoutWindowDays": 1,
        "curationRewardPercentage": 0, "stakedRewardPercentage": 0,
    });
    let mut community = with_pool(changes.clone());
    let reply = json!({ "author": "dan", "permlink": "re", "parentAuthor": "carol", "parentPermlink": "one" });
    community.act("null", "comment", reply).succeeds();
    community.chain.seconds_later(DAY);
    let sent = community.maintain();
    community.check();
    assert_eq!(
        rewards(&sent),
        [
            "authorReward carol 0.00000000",
            "authorReward dan 0.00000000"
        ]
    );
    community.check_pool("rewardPool", "6.00000000");
    // both kinds, with votes
    community.post("carol", "two").succeeds();
    let reply = json!({ "author": "dan", "permlink": "re-two", "parentAuthor": "carol", "parentPermlink": "two" });
    community.act("null", "comment", reply).succeeds();
    assert_eq!(
        text(&community.row("posts", json!({ "author": "dan" })), "reply"),
        "true"
    );
    community.vote("alice", "carol", "two", 10_000).succeeds();
    community.vote("bob", "dan", "re-two", 10_000).succeeds();
    community.chain.seconds_later(DAY);
    let sent = community.maintain();
    community.check();
    // each is alone in its fund: ten claims of the young pool have decayed by a third, ten are added
    assert_eq!(
        rewards(&sent),
        [
            "curationReward alice 0.00000000",
            "authorReward carol 7.20000000",
            "curationReward bob 0.00000000",
            "authorReward dan 2.40000000",
        ]
    );
    community.check_pool("rewardPool", "4.80000000");
    // without the option the funds are one again
    let mut one = changes;
    one["commentPoolPercentage"] = json!(null);
    community.update(one).succeeds();
    community.chain.seconds_later(DAY);
    community.maintain();
    community.check();
    community.check_pool("rewardPool", "14.40000000");
    assert!(community.pool(1).get("commentPool").is_none());
}

#[test]
fn integers_take_the_place_of_doubles() {
    let changes = json!({ "exactPower": true, "postRewardCurveParameter": "1.5", "curationRewardCurveParameter": "0.75" });
    let mut community = with_pool(changes);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.check_pool("pendingClaims", "31.6227766016");
    assert_eq!(weights(&community), ["5.6234132519"]);
}
