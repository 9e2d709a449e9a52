//! The worked examples of the contract's specification (section 14), explained.
//!
//! Common set-up: precision 8, curation and staked 50 %, 7 days, 1.5 tokens each 3 s, two voters with a stake of 10.
//! Ten intervals have been run, then the pool was set to 302398.5, so that the interval in which posts are paid starts
//! with 302400 tokens.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tartan_decimal::Precision;
use tartan_rewards::{Claims, claims_window};

use crate::{Due, Explained, Pool, Post, Vote, explain, forecast};

/// When the paying interval begins.
const BEFORE: i64 = 1_767_830_400_000;
const WINDOW: u64 = 7 * tartan_rewards::DAY;

fn eight() -> Precision {
    Precision::new(8).expect("eight decimals")
}

/// The pool with these exponents, and with claims that were these ten intervals ago.
fn pool(post: &str, curation: &str, claims: &str) -> Value {
    let mut left: Claims = claims.parse().expect("claims");
    for _ in 0..10 {
        left = left.decay(3000, claims_window(WINDOW));
    }
    json!({
        "_id": 1, "symbol": "TKN", "active": true, "rewardPool": "302398.50000000", "pendingClaims": left.to_string(),
        "lastRewardTimestamp": BEFORE, "lastClaimDecayTimestamp": BEFORE, "createdTimestamp": BEFORE - 30_000,
        "intervalRewardPool": "1.50000000", "intervalPendingClaims": "1.0000000000",
        "config": {
            "postRewardCurve": "power", "postRewardCurveParameter": post,
            "curationRewardCurve": "power", "curationRewardCurveParameter": curation,
            "curationRewardPercentage": 50, "stakedRewardPercentage": 50, "cashoutWindowDays": 7,
            "rewardPerInterval": "1.5", "rewardIntervalSeconds": 3, "tags": ["scottest"],
        },
    })
}

fn post(author: &str, positive: &str, sum: &str) -> Value {
    json!({
        "rewardPoolId": 1, "symbol": "TKN", "authorperm": format!("@{author}/test"), "author": author,
        "created": BEFORE - 7 * 86_400_000 + 1000, "cashoutTime": BEFORE + 1000,
        "votePositiveRshareSum": positive, "voteRshareSum": sum,
    })
}

fn vote(voter: &str, weight: i32, rshares: &str, curation_weight: &str) -> Value {
    json!({
        "authorperm": "", "voter": voter, "weight": weight, "rshares": rshares,
        "curationWeight": curation_weight, "timestamp": 0,
    })
}

fn read<T: serde::de::DeserializeOwned>(row: &Value) -> T {
    serde_json::from_value(row.clone()).expect("a row")
}

/// Forecasts these posts and explains the one at this place.
fn explained(
    pool: &Value,
    posts: &[Value],
    at: usize,
    votes: &[Value],
    muted: &[&str],
) -> Explained {
    let pool: Pool = read(pool);
    let posts: Vec<Post> = posts.iter().map(read).collect();
    let votes: Vec<Vote> = votes.iter().map(read).collect();
    let dues = forecast(&pool, eight(), &posts).expect("a forecast");
    let muted: BTreeSet<String> = muted.iter().map(|name| (*name).to_string()).collect();
    explain(&pool, eight(), &posts[at], &votes, &muted, &dues[at]).expect("an explanation")
}

/// Role, account, amount.
fn shares(explained: &Explained) -> Vec<(&str, &str, &str)> {
    let shares = explained.outcome.shares.iter();
    shares
        .map(|share| (share.role, share.account.as_str(), share.quantity.as_str()))
        .collect()
}

#[test]
fn example_1_linear_and_square_root() {
    let pool = pool("1", "0.5", "27.8");
    let posts = [
        post("author1", "10.0000000000", "10.0000000000"),
        post("author2", "17.8000000000", "17.8000000000"),
    ];
    let first = vote("voter1", 10_000, "10.0000000000", "3.1622776601");
    let told = explained(&pool, &posts, 0, &[first], &[]);
    let json = serde_json::to_value(&told).expect("JSON");
    assert_eq!(json["claims"]["now"], "27.7993564875");
    assert_eq!(json["claims"]["leftThen"], "27.7992921371");
    assert_eq!(json["claims"]["addedThen"], "27.8000000000");
    assert_eq!(json["claims"]["then"], "55.5992921371");
    assert_eq!(json["pool"]["then"], "302400.00000000");
    assert_eq!(json["value"], "54389.18165618");
    assert_eq!(
        shares(&told),
        [
            ("curator", "voter1", "27194.59082809"),
            ("author", "author1", "27194.59082809"),
        ]
    );
    let author = told.outcome.shares.last().expect("the author");
    assert_eq!(
        (author.staked.as_str(), author.liquid.as_str()),
        ("13597.29541404", "13597.29541405")
    );
    assert_eq!(told.paid_after, super::time(BEFORE + 3000));

    let votes = [
        vote("voter1", 10_000, "9.8000000000", "3.1304951684"),
        vote("voter2", 8_000, "8.0000000000", "1.0885094535"),
    ];
    let told = explained(&pool, &posts, 1, &votes, &[]);
    assert_eq!(told.outcome.value, "96812.74334800");
    assert_eq!(
        shares(&told),
        [
            ("curator", "voter1", "35917.45594651"),
            ("curator", "voter2", "12488.91572748"),
            ("author", "author2", "48406.37167400"),
        ]
    );
    assert_eq!(told.outcome.nobody, "0.00000001");
}

#[test]
fn example_2_other_exponents() {
    let pool = pool("1.03", "0.7", "30.1210400252");
    let posts = [
        post("author1", "10.0000000000", "10.0000000000"),
        post("author2", "17.8000000000", "17.8000000000"),
    ];
    let votes = [
        vote("voter1", 10_000, "9.8000000000", "4.9414937793"),
        vote("voter2", 8_000, "8.0000000000", "2.5625265445"),
    ];
    let told = explained(&pool, &posts, 1, &votes, &[]);
    let json = serde_json::to_value(&told).expect("JSON");
    assert_eq!(json["claim"], "19.4058469729");
    assert_eq!(json["claims"]["then"], "60.2413130878");
    assert_eq!(json["value"], "97413.68213624");
    assert_eq!(
        shares(&told),
        [
            ("curator", "voter1", "32074.08052775"),
            ("curator", "voter2", "16632.76054036"),
            ("author", "author2", "48706.84106812"),
        ]
    );
}

/// One post with one vote of 10, two beneficiaries and an app tax of so many percent.
fn taxed(percent: u32, app: &str, muted: &[&str]) -> Explained {
    let mut pool = pool("1", "1", "10");
    if percent > 0 {
        pool["config"]["appTaxConfig"] =
            json!({ "app": "ours", "percent": percent, "beneficiary": "taxman" });
    }
    let mut row = post("author1", "10.0000000000", "10.0000000000");
    row["app"] = json!(app);
    row["beneficiaries"] =
        json!([{ "account": "bene1", "weight": 5000 }, { "account": "bene2", "weight": 1 }]);
    let votes = [vote("voter1", 10_000, "10.0000000000", "10.0000000000")];
    explained(&pool, &[row], 0, &votes, muted)
}

#[test]
fn example_3_beneficiaries_and_app_tax() {
    let told = taxed(0, "theirs", &[]);
    assert_eq!(told.outcome.value, "151201.92500613");
    assert_eq!(
        shares(&told),
        [
            ("curator", "voter1", "75600.96250306"),
            ("beneficiary", "bene1", "37800.48125153"),
            ("beneficiary", "bene2", "7.56009625"),
            ("author", "author1", "37792.92115529"),
        ]
    );
    let told = taxed(50, "theirs", &[]);
    assert_eq!(
        shares(&told)[1..],
        [
            ("app tax", "taxman", "37800.48125153"),
            ("beneficiary", "bene1", "18900.24062577"),
            ("beneficiary", "bene2", "3.78004812"),
            ("author", "author1", "18896.46057765"),
        ]
    );
    // the tax is not staked
    assert_eq!(told.outcome.shares[1].staked, "0.00000000");
    assert_eq!(shares(&taxed(100, "theirs", &[]))[4].2, "0.00000000");
    assert_eq!(
        shares(&taxed(50, "ours", &[])),
        shares(&taxed(0, "ours", &[]))
    );
}

#[test]
fn who_is_muted_gets_nothing_and_is_told() {
    let told = taxed(0, "theirs", &["bene1"]);
    let bene = &told.outcome.shares[1];
    assert_eq!(bene.quantity, "37800.48125153");
    assert_eq!(
        (bene.liquid.as_str(), bene.staked.as_str()),
        ("0.00000000", "0.00000000")
    );
    assert_eq!(
        bene.because,
        "50 % of the author side; muted, so it is not paid"
    );
    assert_eq!(told.outcome.nobody, "37800.48125153");
}

#[test]
fn example_4_a_lowered_vote_forfeits_curation() {
    let pool = pool("1.03", "0.5", "10.7151930523");
    let posts = [post("author1", "10.0000000000", "0.9800000000")];
    let votes = [vote("voter1", 1000, "0.9800000000", "0")];
    let told = explained(&pool, &posts, 0, &votes, &[]);
    let json = serde_json::to_value(&told).expect("JSON");
    assert_eq!(json["claims"]["then"], "11.6943264346");
    assert_eq!(json["value"], "25326.16501472");
    assert_eq!(shares(&told), [("author", "author1", "12663.08250736")]);
    assert_eq!(told.outcome.nobody, "12663.08250736");
}

#[test]
fn declined_and_muted_posts_get_nothing_and_say_why() {
    let pool = pool("1", "1", "20");
    let mut declined = post("author1", "10.0000000000", "10.0000000000");
    declined["declinePayout"] = json!(true);
    let told = explained(&pool, &[declined], 0, &[], &[]).to_string();
    assert!(
        told.ends_with("value        nothing: the author declined payment\n"),
        "{told}"
    );
    let mut muted = post("author1", "10.0000000000", "10.0000000000");
    muted["mute"] = json!(true);
    let told = explained(&pool, &[muted], 0, &[], &[]).to_string();
    assert!(
        told.ends_with("value        nothing: the community has muted this post\n"),
        "{told}"
    );
}

/// When each of these posts is paid and what it gets, from a pool that is changed.
fn dues(change: impl FnOnce(&mut Value), cashouts: &[i64]) -> Vec<Due> {
    let mut row = pool("1", "1", "0");
    change(&mut row);
    let posts: Vec<Post> = cashouts
        .iter()
        .map(|after| {
            let mut row = post("author1", "10.0000000000", "10.0000000000");
            row["cashoutTime"] = json!(BEFORE + after);
            read(&row)
        })
        .collect();
    forecast(&read(&row), eight(), &posts).expect("a forecast")
}

#[test]
fn a_post_is_paid_when_its_interval_ends() {
    let ends: Vec<i64> = dues(|_| {}, &[7000, 1, 3000, 3001])
        .iter()
        .map(|due| due.paid_after - BEFORE)
        .collect();
    // at the very end of an interval a post still belongs to it
    assert_eq!(ends, [9000, 3000, 3000, 6000]);
}

#[test]
fn who_comes_later_finds_less_and_new_tokens() {
    let dues = dues(|_| {}, &[1000, 4000]);
    assert_eq!(dues[0].pool.format(eight()), "302400.00000000");
    // no other claims: all of it
    assert_eq!(dues[0].value, dues[0].pool);
    assert_eq!(dues[1].paid_before, dues[0].value);
    assert_eq!(dues[1].pool.format(eight()), "1.50000000");
    assert_eq!(dues[1].new_tokens.format(eight()), "3.00000000");
    assert_eq!(dues[1].intervals, 2);
    assert_eq!(dues[1].old_claims.to_string(), "9.9999768518");
}

#[test]
fn an_interval_that_is_being_paid_has_its_own_pool_and_claims() {
    let open = |row: &mut Value| {
        row["lastRewardTimestamp"] = json!(BEFORE + 3000);
        row["intervalRewardPool"] = json!("100.00000000");
        row["intervalPendingClaims"] = json!("40.0000000000");
    };
    let dues = dues(open, &[1000]);
    assert_eq!(dues[0].value.format(eight()), "25.00000000");
    assert_eq!(dues[0].intervals, 0);
    assert_eq!(dues[0].paid_after, BEFORE + 3000);
}

#[test]
fn emission_is_reduced_on_the_way() {
    let reduced = |row: &mut Value| {
        row["lastRewardReductionTimestamp"] = json!(BEFORE);
        row["config"]["rewardReductionIntervalSeconds"] = json!(6);
        row["config"]["rewardReductionPercentage"] = json!("50");
    };
    // 1.5, then 0.75 from the second interval on, then 0.375 from the fourth
    let dues = dues(reduced, &[11_000]);
    assert_eq!(dues[0].new_tokens.format(eight()), "3.37500000");
}

#[test]
fn replies_may_have_a_fund_of_their_own() {
    let mut row = pool("1", "1", "0");
    row["config"]["commentPoolPercentage"] = json!(40);
    row["commentPool"] = json!({
        "rewardPool": "10.00000000", "pendingClaims": "6.0000000000",
        "intervalRewardPool": "0", "intervalPendingClaims": "0",
    });
    let root = post("author1", "10.0000000000", "10.0000000000");
    let mut reply = post("author2", "5.0000000000", "5.0000000000");
    reply["reply"] = json!(true);
    let told = explained(&row, &[root, reply], 1, &[], &[]);
    let json = serde_json::to_value(&told).expect("JSON");
    // 40 % of the new 1.5
    assert_eq!(json["pool"]["now"], "10.00000000");
    assert_eq!(json["pool"]["newTokens"], "0.60000000");
    assert_eq!(json["pool"]["then"], "10.60000000");
    assert_eq!(json["claims"]["leftThen"], "5.9999861111");
    assert_eq!(json["claims"]["then"], "10.9999861111");
    assert_eq!(json["value"], "4.81818790");
}

#[test]
fn other_curves_are_computed_and_named() {
    let mut row = pool("1", "1", "0");
    row["config"]["postRewardCurve"] = json!("quadratic");
    row["config"]["contentConstant"] = json!("3");
    let told = explained(
        &row,
        &[post("author1", "10.0000000000", "10.0000000000")],
        0,
        &[],
        &[],
    );
    // r * r + 2 * r * s
    assert!(
        told.to_string().contains(
            "its claim    160.0000000000 = 10.0000000000 on the quadratic curve with the constant 3\n"
        ),
        "{told}"
    );
    row["config"]["postRewardCurve"] = json!("cubic");
    let posts: Vec<Post> = Vec::new();
    let error = forecast(&read(&row), eight(), &posts).expect_err("an unknown curve");
    assert_eq!(
        error.to_string(),
        "this program does not know the curve \"cubic\" of posts"
    );
}

#[test]
fn claims_that_are_being_counted_are_counted_to_the_end() {
    let counting = |row: &mut Value| {
        row["lastRewardTimestamp"] = json!(BEFORE + 3000);
        row["rewardPool"] = json!("100.00000000");
        row["pendingClaims"] = json!("30.0000000000");
        row["counting"] = json!({ "claims": "0", "cashoutTime": 0, "posts": 0 });
    };
    let dues = dues(counting, &[1000]);
    assert_eq!(dues[0].value.format(eight()), "25.00000000");
}

#[test]
fn intervals_of_a_pause_are_dropped() {
    let resumed = |row: &mut Value| row["resumedTimestamp"] = json!(BEFORE + 10_000);
    let dues = dues(resumed, &[1000, 11_000]);
    // three whole intervals are missed; what was due is paid with the first after them
    assert_eq!(dues[0].paid_after, BEFORE + 12_000);
    assert_eq!(dues[1].intervals, 1);
    assert_eq!(dues[1].new_tokens.format(eight()), "1.50000000");
}

#[test]
fn what_went_to_nobody_comes_back() {
    let unclaimed = |row: &mut Value| row["unclaimed"] = json!("0.50000000");
    let dues = dues(unclaimed, &[1000]);
    assert_eq!(dues[0].pool.format(eight()), "302400.50000000");
}
