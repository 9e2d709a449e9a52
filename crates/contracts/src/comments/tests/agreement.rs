//! The contract agrees with a model of it, written apart from it, to the last digit: every event and every row of 200
//! random scenarios.

use serde_json::{Value, json};

use super::pair::{Pair, Seen};
use super::scenario::{ACCOUNTS, FOUNDERS};

/// What each set of scenarios comes across.
const EVERYWHERE: [&str; 22] = [
    "comments.appTax",
    "comments.authorReward",
    "comments.beneficiaryReward",
    "comments.createRewardPool",
    "comments.curationReward",
    "comments.newComment",
    "comments.newVote",
    "comments.updateVote",
    "tokens.issueToContract",
    "tokens.stakeFromContract",
    "tokens.transferFromContract",
    "tokens.undelegateDone",
    "muted",
    "unclaimed",
    "paid ahead",
    "resumed",
    "reduced",
    "exhausted",
    "unpaid interval",
    "must be issuer of token",
    "post not found",
    "you must have enough tokens to cover the update fee",
];

fn check(seeds: std::ops::Range<u64>) {
    let mut seen = Seen::new();
    for seed in seeds {
        let mut pair = Pair::new(seed);
        for _ in 0..60 {
            pair.random_block();
        }
        pair.settle();
        for (name, count) in pair.seen {
            *seen.entry(name).or_default() += count;
        }
    }
    for name in EVERYWHERE {
        assert!(
            seen.get(name).is_some_and(|count| *count > 0),
            "no {name} in {seen:#?}"
        );
    }
}

#[test]
fn scenarios_0_to_49() {
    check(0..50);
}

#[test]
fn scenarios_50_to_99() {
    check(50..100);
}

#[test]
fn scenarios_100_to_149() {
    check(100..150);
}

#[test]
fn scenarios_150_to_199() {
    check(150..200);
}

#[test]
fn a_crowd_of_posts_is_counted_over_several_blocks() {
    let mut pair = Pair::new(0);
    let mut config = pair.random.config("art", 0);
    config["rewardIntervalSeconds"] = 43_200.into();
    config["rewardPerInterval"] = "5000".into();
    config["cashoutWindowDays"] = 1.into();
    config["postRewardCurveParameter"] = "1".into();
    config["rewardReductionIntervalSeconds"] = Value::Null;
    let update = json!({ "rewardPoolId": 1, "config": config, "isSignedWithActiveKey": true });
    let params = json!({ "maxPostsProcessedPerRound": 400, "voteQueryLimit": 100, "maxVotesProcessedPerRound": 1_000 });
    pair.block(vec![
        (FOUNDERS[0].into(), "comments", "updateRewardPool", update),
        ("engine".into(), "comments", "updateParams", params),
    ]);
    let node = |action, payload| ("null".to_string(), "comments", action, payload);
    for group in 0..4 {
        // Two groups of posts cash out at the same time each.
        pair.model.now += 3_000 * (group % 2);
        let comment = |number: i64| {
            let permlink = format!("crowd-{group}-{number}");
            let metadata = json!({ "tags": ["art"] });
            node(
                "comment",
                json!({ "author": "alice", "permlink": permlink, "jsonMetadata": metadata }),
            )
        };
        pair.block((0..240).map(comment).collect());
        let vote = |number: i64| {
            let permlink = format!("crowd-{group}-{number}");
            let voter = ACCOUNTS[number as usize % ACCOUNTS.len()];
            node(
                "vote",
                json!({ "voter": voter, "author": "alice", "permlink": permlink, "weight": 100 }),
            )
        };
        pair.block((0..240).step_by(7).map(vote).collect());
    }
    for _ in 0..12 {
        pair.model.now += 14_400_000;
        let late = json!({ "voter": "bob", "author": "alice", "permlink": "crowd-3-239", "weight": 10_000 });
        pair.block(vec![node("maintain", json!({})), node("vote", late)]);
    }
    pair.compare();
    assert!(
        pair.seen["counting"] > 0 && pair.model.posts.is_empty(),
        "{:?}",
        pair.seen
    );
}
