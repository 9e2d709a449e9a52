//! The worked examples of the specification, whose numbers are those of the reference's own tests.

use serde_json::{Value as Json, json};

use super::{Community, rewards};
use crate::testing::ENGINE;

const WEEK: i64 = 7 * 86_400;

/// Ten intervals, then the rest of the week with tokens as if they had come in all the time.
fn forward(community: &mut Community) {
    community.chain.seconds_later(WEEK - 3);
    for _ in 0..10 {
        community.maintain();
    }
    community.forward("302398.50000000");
    community.chain.seconds_later(3);
}

/// Two posts; alice votes for both, bob for the second with 80 %.
fn two_posts(changes: Json) -> Community {
    let mut community = Community::with_pool(changes);
    community.post("carol", "one").succeeds();
    community.post("dan", "two").succeeds();
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.vote("alice", "dan", "two", 10_000).succeeds();
    community.vote("bob", "dan", "two", 8_000).succeeds();
    forward(&mut community);
    community
}

#[test]
fn linear_claims() {
    let mut community = two_posts(json!({}));
    community.check_pool("pendingClaims", "27.7993564875");
    let sent = community.maintain();
    community.check_pool("intervalPendingClaims", "55.5992921371");
    assert_eq!(
        rewards(&sent),
        [
            "curationReward alice 27194.59082809",
            "authorReward carol 27194.59082809",
            "curationReward alice 35917.45594651",
            "curationReward bob 12488.91572748",
            "authorReward dan 48406.37167400",
        ]
    );
    community.check_pool("rewardPool", "151198.07499582");
    community.check_pool("unclaimed", "0.00000001");
    community.check();
    community
        .chain
        .balance("carol", "COOL")
        .is("13597.29541405");
    community
        .chain
        .holding("carol", "COOL", "stake")
        .is("13597.29541404");
    assert_eq!(
        community.posts() + community.rows("votes", json!({})).len(),
        0
    );
    // the fraction is in the pool again
    community.chain.seconds_later(3);
    community.maintain();
    community.check_pool("rewardPool", "151199.57499583");
    community.check();
}

fn bent() -> Json {
    json!({ "postRewardCurveParameter": "1.03", "curationRewardCurveParameter": "0.7" })
}

#[test]
fn bent_claims() {
    let mut community = two_posts(bent());
    community.check_pool("pendingClaims", "30.1203427857");
    let sent = community.maintain();
    community.check_pool("intervalPendingClaims", "60.2413130878");
    assert_eq!(
        rewards(&sent),
        [
            "curationReward alice 26894.12143368",
            "authorReward carol 26894.12143368",
            "curationReward alice 32074.08052775",
            "curationReward bob 16632.76054036",
            "authorReward dan 48706.84106812",
        ]
    );
    community.check_pool("rewardPool", "151198.07499640");
    community.check();
}

#[test]
fn in_four_blocks() {
    let mut community = two_posts(bent());
    let limits = json!({ "maxPostsProcessedPerRound": 1, "voteQueryLimit": 2 });
    community.act(ENGINE, "updateParams", limits).succeeds();
    let mut blocks = Vec::new();
    for paid_ahead in [None, Some("48706.84106811"), None, None] {
        let sent = community.maintain();
        community.check();
        let pool = community.pool(1);
        let ahead = pool
            .get("paidAhead")
            .map(|ahead| ahead.as_str().unwrap().to_string());
        assert_eq!(ahead.as_deref(), paid_ahead);
        blocks.push(rewards(&sent).join(", "));
    }
    assert_eq!(
        blocks,
        [
            "curationReward alice 26894.12143368, authorReward carol 26894.12143368",
            "curationReward alice 32074.08052775, curationReward bob 16632.76054036",
            "authorReward dan 48706.84106812",
            "",
        ]
    );
    community.check_pool("rewardPool", "151198.07499640");
    community.check_pool(
        "lastClaimDecayTimestamp",
        &community.chain.now().to_string(),
    );
}

/// Example 3: one post with two beneficiaries, and a tax for other apps.
fn check_tax(tax: Json, shares: Json, expected: &[&str]) {
    let changes = json!({ "curationRewardCurveParameter": "1", "appTaxConfig": tax });
    let mut community = Community::with_pool(changes);
    let metadata = json!({ "tags": ["cool"], "app": "Other/1.0" });
    let post = json!({ "author": "carol", "permlink": "one", "jsonMetadata": metadata });
    community.act("null", "comment", post).succeeds();
    community.options("carol", "one", "1000000.000 HBD", shares);
    community.vote("alice", "carol", "one", 10_000).succeeds();
    forward(&mut community);
    let sent = community.maintain();
    assert_eq!(rewards(&sent), expected);
    community.check();
}

fn shares() -> Json {
    json!([{ "account": "bene1", "weight": 5000 }, { "account": "bene2", "weight": 1 }])
}

fn tax(percent: u32) -> Json {
    json!({ "app": "Mine", "percent": percent, "beneficiary": "taxman" })
}

#[test]
fn beneficiaries_without_tax() {
    let expected = [
        "curationReward alice 75600.96250306",
        "beneficiaryReward bene1 37800.48125153",
        "beneficiaryReward bene2 7.56009625",
        "authorReward carol 37792.92115529",
    ];
    check_tax(json!(null), shares(), &expected);
    // the app of the post is the exempt one
    let exempt = json!({ "app": "OTHER", "percent": 50, "beneficiary": "taxman" });
    check_tax(exempt, shares(), &expected);
}

#[test]
fn beneficiaries_with_tax() {
    check_tax(
        tax(50),
        shares(),
        &[
            "curationReward alice 75600.96250306",
            "appTax taxman 37800.48125153",
            "beneficiaryReward bene1 18900.24062577",
            "beneficiaryReward bene2 3.78004812",
            "authorReward carol 18896.46057765",
        ],
    );
    check_tax(
        tax(100),
        shares(),
        &[
            "curationReward alice 75600.96250306",
            "appTax taxman 75600.96250307",
            "beneficiaryReward bene1 0.00000000",
            "beneficiaryReward bene2 0.00000000",
            "authorReward carol 0.00000000",
        ],
    );
}

#[test]
fn the_author_bears_the_tax_alone() {
    check_tax(
        tax(50),
        json!([]),
        &[
            "curationReward alice 75600.96250306",
            "appTax taxman 37800.48125153",
            "authorReward carol 37800.48125154",
        ],
    );
}

#[test]
fn a_lowered_vote() {
    let mut community = Community::with_pool(json!({ "postRewardCurveParameter": "1.03" }));
    community.post("carol", "one").succeeds();
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.vote("alice", "carol", "one", 1_000).succeeds();
    forward(&mut community);
    let sent = community.maintain();
    community.check_pool("intervalPendingClaims", "11.6943264346");
    assert_eq!(rewards(&sent), ["authorReward carol 12663.08250736"]);
    // what the curator forfeits is on its way back to the pool
    community.check_pool("rewardPool", "277073.83498528");
    community.check_pool("unclaimed", "12663.08250736");
    community.check();
}
