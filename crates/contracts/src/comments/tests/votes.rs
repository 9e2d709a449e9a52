use serde_json::{Value as Json, json};

use super::{Community, config};
use crate::testing::text;

const DAY: i64 = 86_400;

/// Powers to vote and to downvote of an account in a pool.
fn powers(community: &Community, pool: u64, account: &str) -> (String, String) {
    let row = community.row(
        "votingPower",
        json!({ "rewardPoolId": pool, "account": account }),
    );
    (text(&row, "votingPower"), text(&row, "downvotingPower"))
}

#[track_caller]
fn check_powers(community: &Community, account: &str, up: u32, down: u32) {
    let expected = (up.to_string(), down.to_string());
    assert_eq!(powers(community, 1, account), expected, "{account}");
}

#[track_caller]
fn check_sums(community: &Community, permlink: &str, sum: &str, positive: &str) {
    let row = community.row(
        "posts",
        json!({ "authorperm": format!("@carol/{permlink}") }),
    );
    assert_eq!(text(&row, "voteRshareSum"), sum);
    assert_eq!(text(&row, "votePositiveRshareSum"), positive);
}

#[track_caller]
fn check_weight(community: &Community, voter: &str, permlink: &str, expected: &str) {
    let query = json!({ "authorperm": format!("@carol/{permlink}"), "voter": voter });
    assert_eq!(
        text(&community.row("votes", query), "curationWeight"),
        expected
    );
}

fn with_posts(changes: Json) -> Community {
    let mut community = Community::with_pool(changes);
    community.post("carol", "one").succeeds();
    community.post("carol", "two").succeeds();
    community
}

#[test]
fn a_vote_is_stored() {
    let mut community = with_posts(json!({}));
    let now = community.chain.now();
    community
        .vote("alice", "carol", "one", 10_000)
        .succeeds()
        .emits(&[r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"10.0000000000"}"#]);
    assert_eq!(
        community.row("votes", json!({})).stringify(),
        format!(
            r#"{{"_id":{{"rewardPoolId":1,"authorperm":"@carol/one","voter":"alice"}},"rewardPoolId":1,"symbol":"COOL","authorperm":"@carol/one","weight":10000,"rshares":"10.0000000000","curationWeight":"3.1622776601","timestamp":{now},"voter":"alice"}}"#
        )
    );
    assert_eq!(
        community.row("votingPower", json!({})).stringify(),
        format!(
            r#"{{"_id":{{"rewardPoolId":1,"account":"alice"}},"rewardPoolId":1,"account":"alice","lastVoteTimestamp":{now},"votingPower":9800,"downvotingPower":10000}}"#
        )
    );
    check_sums(&community, "one", "10.0000000000", "10.0000000000");
    community.check_pool("pendingClaims", "10.0000000000");
}

#[test]
fn weights_are_checked() {
    let mut community = with_posts(json!({}));
    for weight in [
        json!("10"),
        json!(-10_001),
        json!(10_001),
        json!(0.5),
        json!(null),
    ] {
        let vote =
            json!({ "voter": "alice", "author": "carol", "permlink": "one", "weight": weight });
        community
            .act("null", "vote", vote)
            .fails_with("weight must be an integer from -10000 to 10000");
    }
    assert!(community.rows("votes", json!({})).is_empty());
}

#[test]
fn votes_elsewhere_change_nothing() {
    let mut community = with_posts(json!({}));
    community
        .vote("alice", "carol", "elsewhere", 10_000)
        .does_nothing();
    assert!(community.rows("votingPower", json!({})).is_empty());
}

#[test]
fn power_is_used_and_weights_add_up() {
    let mut community = with_posts(json!({}));
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community
        .vote("alice", "carol", "two", 10_000)
        .succeeds()
        .emits(&[r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"9.8000000000"}"#]);
    community.vote("bob", "carol", "two", 8_000).succeeds();
    check_powers(&community, "alice", 9604, 10_000);
    check_powers(&community, "bob", 9840, 10_000);
    check_weight(&community, "alice", "two", "3.1304951684");
    check_weight(&community, "bob", "two", "1.0885094535");
    check_sums(&community, "two", "17.8000000000", "17.8000000000");
    community.check_pool("pendingClaims", "27.8000000000");
}

#[test]
fn curves_bend_claims_and_weights() {
    let changes =
        json!({ "postRewardCurveParameter": "1.03", "curationRewardCurveParameter": "0.7" });
    let mut community = with_posts(changes);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.check_pool("pendingClaims", "10.7151930523");
    community.vote("alice", "carol", "two", 10_000).succeeds();
    community.vote("bob", "carol", "two", 8_000).succeeds();
    community.check_pool("pendingClaims", "30.1210400252");
    check_weight(&community, "alice", "one", "5.0118723362");
    check_weight(&community, "alice", "two", "4.9414937793");
    check_weight(&community, "bob", "two", "2.5625265445");
}

#[test]
fn a_second_vote_has_no_weight() {
    let changes = json!({ "postRewardCurveParameter": "1.03" });
    let mut community = with_posts(changes);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community
        .vote("alice", "carol", "one", 1_000)
        .succeeds()
        .emits(&[r#"updateVote {"rewardPoolId":1,"symbol":"COOL","rshares":"0.9800000000"}"#]);
    check_sums(&community, "one", "0.9800000000", "10.0000000000");
    check_weight(&community, "alice", "one", "0");
    check_powers(&community, "alice", 9780, 10_000);
    community.check_pool("pendingClaims", "10.7151930523");
}

#[test]
fn downvotes_have_a_power_of_their_own() {
    let mut community = with_posts(json!({}));
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community
        .vote("bob", "carol", "one", -10_000)
        .succeeds()
        .emits(&[r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"-10.0000000000"}"#]);
    check_sums(&community, "one", "0.0000000000", "10.0000000000");
    check_powers(&community, "bob", 10_000, 8_000);
    check_weight(&community, "bob", "one", "0");
    community.vote("bob", "carol", "two", -10_000).succeeds();
    check_sums(&community, "two", "-8.0000000000", "0");
    community.check_pool("pendingClaims", "10.0000000000");
    // from a downvote to an upvote is the whole way
    community.vote("bob", "carol", "one", 10_000).succeeds();
    check_sums(&community, "one", "20.0000000000", "30.0000000000");
}

#[test]
fn downvotes_can_be_disabled() {
    let mut community = with_posts(json!({ "disableDownvote": true }));
    community
        .vote("bob", "carol", "one", -10_000)
        .succeeds()
        .emits(&[r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"0"}"#]);
    check_powers(&community, "bob", 10_000, 10_000);
    check_sums(&community, "one", "0.0000000000", "0");
}

#[test]
fn a_vote_is_taken_back() {
    let mut community = with_posts(json!({}));
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community
        .vote("alice", "carol", "one", 0)
        .succeeds()
        .emits(&[r#"updateVote {"rewardPoolId":1,"symbol":"COOL","rshares":"0"}"#]);
    check_sums(&community, "one", "0.0000000000", "10.0000000000");
    check_powers(&community, "alice", 9800, 10_000);
}

#[test]
fn muted_voters_use_power_for_nothing() {
    let mut community = with_posts(json!({}));
    let mute = json!({ "rewardPoolId": 1, "account": "alice", "mute": true });
    community.act("founder", "setMute", mute).succeeds();
    community
        .vote("alice", "carol", "one", 10_000)
        .succeeds()
        .emits(&[r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"0","mute":true}"#]);
    check_powers(&community, "alice", 9800, 10_000);
    check_weight(&community, "alice", "one", "0");
    check_sums(&community, "one", "0.0000000000", "0");
}

#[test]
fn delegated_stake_votes_for_whom_it_was_delegated_to() {
    let mut community = with_posts(json!({}));
    let delegate = json!({ "to": "bob", "symbol": "COOL", "quantity": "4" });
    community
        .chain
        .send("alice", "tokens", "delegate", delegate)
        .succeeds();
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.vote("bob", "carol", "two", 10_000).succeeds();
    community.vote("nobody", "carol", "two", 10_000).succeeds();
    check_sums(&community, "one", "6.0000000000", "6.0000000000");
    check_sums(&community, "two", "14.0000000000", "14.0000000000");
    check_weight(&community, "nobody", "two", "0.0000000000");
}

#[test]
fn power_wears_out_and_comes_back() {
    let changes = json!({ "voteRegenerationDays": 5, "downvoteRegenerationDays": 10, "cashoutWindowDays": 30 });
    let mut community = with_posts(changes);
    for _ in 0..300 {
        community.vote("alice", "carol", "one", 10_000).succeeds();
        community.vote("alice", "carol", "two", -10_000).succeeds();
    }
    check_powers(&community, "alice", 0, 0);
    community.chain.seconds_later(5 * DAY);
    community.vote("alice", "carol", "one", 1).succeeds();
    check_powers(&community, "alice", 9999, 5000);
    community.chain.seconds_later(5 * DAY);
    community.vote("alice", "carol", "one", 0).succeeds();
    check_powers(&community, "alice", 10_000, 10_000);
}

#[test]
fn each_pool_counts_for_itself() {
    let mut community = Community::with_pool(json!({ "curationRewardCurveParameter": "1" }));
    community.token("HOT", 3);
    community.stake("alice", "HOT", "40");
    let hot = json!({ "postRewardCurveParameter": "2", "votePowerConsumption": 300 });
    community.create("HOT", config(hot)).succeeds();
    community.post("carol", "one").succeeds();
    community
        .vote("alice", "carol", "one", 10_000)
        .succeeds()
        .emits(&[
            r#"newVote {"rewardPoolId":1,"symbol":"COOL","rshares":"10.0000000000"}"#,
            r#"newVote {"rewardPoolId":2,"symbol":"HOT","rshares":"50.0000000000"}"#,
        ]);
    assert_eq!(powers(&community, 2, "alice").0, "9700");
    assert_eq!(text(&community.pool(2), "pendingClaims"), "2500.0000000000");
}

#[test]
fn votes_end_with_the_window() {
    let changes = json!({ "cashoutWindowDays": 1, "rewardIntervalSeconds": 86_400 });
    let mut community = Community::with_pool(changes);
    community.chain.seconds_later(3);
    community.post("carol", "one").succeeds();
    community.chain.seconds_later(DAY);
    // the last moment counts
    community.vote("alice", "carol", "one", 10_000).succeeds();
    check_sums(&community, "one", "10.0000000000", "10.0000000000");
    community.chain.seconds_later(1);
    community.vote("bob", "carol", "one", 10_000).does_nothing();
    assert_eq!(community.rows("votes", json!({})).len(), 1);
}

#[test]
fn claims_grow_with_votes_while_a_pool_is_young() {
    let mut community =
        with_posts(json!({ "rewardIntervalSeconds": 86_400, "cashoutWindowDays": 1 }));
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.check_pool("pendingClaims", "10.0000000000");
    community.chain.seconds_later(3 * DAY);
    community.catch_up();
    community.post("carol", "three").succeeds();
    let before = text(&community.pool(1), "pendingClaims");
    community.vote("bob", "carol", "three", 10_000).succeeds();
    community.check_pool("pendingClaims", &before);
}
