use serde_json::{Value as Json, json};

use super::{Community, rewards};
use crate::testing::text;

const DAY: i64 = 86_400;

/// A pool of a day's interval and window, in which 8 tokens come in each day.
fn daily(changes: Json) -> Json {
    let mut config = json!({
        "rewardIntervalSeconds": DAY, "cashoutWindowDays": 1, "rewardPerInterval": "8",
        "curationRewardCurveParameter": "1",
    });
    for (key, value) in changes.as_object().unwrap() {
        config[key] = value.clone();
    }
    config
}

/// A post of carol's with a vote of alice's, on the day it is paid.
fn due(changes: Json) -> Community {
    let mut community = Community::with_pool(daily(changes));
    community.post("carol", "one").succeeds();
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community
}

fn pay(community: &mut Community) -> Vec<String> {
    community.chain.seconds_later(DAY);
    let sent = community.maintain();
    community.check();
    rewards(&sent)
}

fn mute(community: &mut Community, account: &str) {
    let mute = json!({ "rewardPoolId": 1, "account": account, "mute": true });
    community.act("founder", "setMute", mute).succeeds();
}

#[test]
fn nothing_for_posts_that_decline() {
    let mut community = due(json!({}));
    community.options("carol", "one", "0.000 HBD", json!([]));
    assert_eq!(pay(&mut community), ["authorReward carol 0"]);
    assert_eq!(
        community.posts() + community.rows("votes", json!({})).len(),
        0
    );
    community.check_pool("rewardPool", "8.00000000");
    assert!(
        community
            .chain
            .find("balances", json!({ "account": "carol", "symbol": "COOL" }))
            .is_empty()
    );
}

#[test]
fn declining_can_be_ignored() {
    let mut community = due(json!({ "ignoreDeclinePayout": true }));
    community.options("carol", "one", "0.000 HBD", json!([]));
    assert_eq!(pay(&mut community).len(), 2);
}

#[test]
fn nothing_for_muted_posts() {
    let mut community = due(json!({}));
    let mute = json!({ "rewardPoolId": 1, "authorperm": "@carol/one", "mute": true });
    community.act("founder", "setPostMute", mute).succeeds();
    assert_eq!(pay(&mut community), ["authorReward carol 0"]);
    community.check_pool("rewardPool", "8.00000000");
    assert!(community.rows("votes", json!({})).is_empty());
}

#[test]
fn votes_of_unpaid_posts_are_removed_in_rounds() {
    let mut community = due(json!({}));
    community.vote("bob", "carol", "one", 10_000).succeeds();
    community.vote("dave", "carol", "one", 10_000).succeeds();
    community.options("carol", "one", "0.000 HBD", json!([]));
    let limit = json!({ "voteQueryLimit": 2 });
    community
        .act(crate::testing::ENGINE, "updateParams", limit)
        .succeeds();
    assert!(pay(&mut community).is_empty());
    assert_eq!(community.rows("votes", json!({})).len(), 1);
    let sent = community.maintain();
    assert_eq!(rewards(&sent), ["authorReward carol 0"]);
    assert!(community.rows("votes", json!({})).is_empty());
}

#[test]
fn muted_accounts_get_nothing() {
    let mut community = due(json!({ "rewardPerInterval": "30" }));
    community.options(
        "carol",
        "one",
        "1.000 HBD",
        json!([{ "account": "bene", "weight": 5000 }]),
    );
    for account in ["carol", "alice", "bene"] {
        mute(&mut community, account);
    }
    let paid = pay(&mut community);
    assert_eq!(paid.len(), 3);
    assert!(
        paid.iter().all(|reward| reward.ends_with(" muted")),
        "{paid:?}"
    );
    let unclaimed = text(&community.pool(1), "unclaimed");
    community.check_pool("rewardPool", "12.00000000");
    assert_eq!(unclaimed, "18.00000000");
    community.chain.seconds_later(DAY);
    community.maintain();
    community.check_pool("rewardPool", "60.00000000");
}

#[test]
fn posts_without_votes_and_with_downvotes_get_nothing() {
    let mut community = Community::with_pool(daily(json!({})));
    community.post("carol", "unseen").succeeds();
    community.post("dan", "hated").succeeds();
    community.vote("alice", "dan", "hated", -10_000).succeeds();
    community.post("erin", "even").succeeds();
    community.vote("alice", "erin", "even", 5_000).succeeds();
    community.vote("bob", "erin", "even", -5_000).succeeds();
    let mut paid = pay(&mut community);
    paid.sort();
    assert_eq!(
        paid,
        [
            "authorReward carol 0.00000000",
            "authorReward dan 0.00000000",
            "authorReward erin 0.00000000",
            "curationReward alice 0.00000000",
        ]
    );
    community.check_pool("rewardPool", "8.00000000");
}

#[test]
fn shares_of_no_accounts_come_back() {
    let mut community = due(json!({ "rewardPerInterval": "41", "curationRewardPercentage": 0 }));
    community.options(
        "carol",
        "one",
        "1.000 HBD",
        json!([{ "account": "No One", "weight": 10_000 }]),
    );
    let paid = pay(&mut community);
    assert_eq!(paid[1], "beneficiaryReward No One 24.60000000");
    community.check_pool("unclaimed", "24.60000000");
}

#[test]
fn payments_to_null_are_burnt() {
    let mut community = due(
        json!({ "rewardPerInterval": "30", "stakedRewardPercentage": 0, "curationRewardPercentage": 0 }),
    );
    community.options(
        "carol",
        "one",
        "1.000 HBD",
        json!([{ "account": "null", "weight": 10_000 }]),
    );
    pay(&mut community);
    community.chain.token("COOL", "supply").is("1030.00000000");
    community
        .chain
        .token("COOL", "circulatingSupply")
        .is("1012.00000000");
}

#[test]
fn a_changed_configuration_pays_no_more_than_there_is() {
    let mut community = due(json!({ "rewardPerInterval": "30", "curationRewardPercentage": 100 }));
    let limit = json!({ "voteQueryLimit": 1 });
    community
        .act(crate::testing::ENGINE, "updateParams", limit)
        .succeeds();
    let paid = pay(&mut community);
    assert_eq!(paid, ["curationReward alice 18.00000000"]);
    community.check_pool("paidAhead", "18.00000000");
    // the curator has everything; now the author should
    community
        .update(daily(
            json!({ "rewardPerInterval": "30", "curationRewardPercentage": 0 }),
        ))
        .succeeds();
    let sent = community.maintain();
    assert_eq!(rewards(&sent), ["authorReward carol 0.00000000"]);
    community.check();
    community.check_pool("rewardPool", "12.00000000");
}

#[test]
fn a_reset_pool_forgets_a_payment_under_way() {
    let mut community = due(json!({ "rewardPerInterval": "30" }));
    let limit = json!({ "voteQueryLimit": 1 });
    community
        .act(crate::testing::ENGINE, "updateParams", limit)
        .succeeds();
    pay(&mut community);
    let reset = json!({ "rewardPoolId": 1 });
    community.act("founder", "resetPool", reset).succeeds();
    community.check();
    community.check_pool("rewardPool", "0");
    let paid = pay(&mut community);
    assert_eq!(paid, ["authorReward carol 15.00000000"]);
    community.check_pool("unclaimed", "15.00000000");
}

#[test]
fn an_interval_pays_what_it_counted() {
    let every = |seconds: i64| daily(json!({ "rewardIntervalSeconds": seconds }));
    let mut community = Community::with_pool(every(43_200));
    let limit = json!({ "maxPostsProcessedPerRound": 1 });
    community
        .act(crate::testing::ENGINE, "updateParams", limit)
        .succeeds();
    community.post("carol", "one").succeeds();
    community.chain.seconds_later(3);
    community.post("carol", "two").succeeds();
    community.chain.seconds_later(DAY - 3);
    community.maintain();
    let sent = community.maintain();
    assert_eq!(rewards(&sent), ["authorReward carol 0.00000000"]);
    // the interval that is being paid does not grow
    community.update(every(DAY)).succeeds();
    community.chain.seconds_later(DAY / 2);
    community.maintain();
    assert_eq!(community.posts(), 1);
    let paid = text(&community.pool(1), "lastRewardTimestamp");
    community.check_pool("lastClaimDecayTimestamp", &paid);
    community.chain.seconds_later(DAY);
    community.maintain();
    assert_eq!(community.posts(), 0);
}

/// Names so long that the keys of their rows end in a hash.
#[test]
fn long_names_are_paid_like_others() {
    let mut community = Community::with_pool(daily(json!({ "rewardPerInterval": "30" })));
    let limits = json!({ "maxPostsProcessedPerRound": 2, "voteQueryLimit": 2 });
    community
        .act(crate::testing::ENGINE, "updateParams", limits)
        .succeeds();
    let names: Vec<String> = (0..5).map(|n| format!("{}-{n}", "x".repeat(250))).collect();
    for name in &names {
        community.post("carol", name).succeeds();
        for voter in ["alice", "bob", "dave"] {
            community.vote(voter, "carol", name, 10_000).succeeds();
        }
    }
    community.chain.seconds_later(DAY);
    let mut paid = Vec::new();
    for _ in 0..20 {
        let sent = community.maintain();
        community.check();
        paid.extend(rewards(&sent));
    }
    assert_eq!(
        community.posts() + community.rows("votes", json!({})).len(),
        0
    );
    let of = |event: &str| {
        paid.iter()
            .filter(|reward| reward.starts_with(event))
            .count()
    };
    assert_eq!((of("authorReward"), of("curationReward")), (5, 10));
}
