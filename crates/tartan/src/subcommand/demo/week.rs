//! The first week of the demo's community: posts with its tag, votes on them, and then time passes.

use serde_json::json;
use tartan_graphene::operation::{Beneficiary, Comment, CommentOptions, Vote};
use tartan_graphene::{Asset, Operation};

use super::story::{Deed, FOUNDER, Step, TOKEN};
use crate::reward_pool::CONTRACT;

/// What makes a post one of the community's.
const TAG: &str = "cool";
/// Days in which posts can be voted for.
const DAYS: u32 = 7;
/// The days, and one interval for the payment.
pub(super) const SECONDS: u32 = (DAYS + 1) * 86_400;
/// "No limit" for the payout that an author accepts of the main chain: a million dollars.
const ANY_PAYOUT: i64 = 1_000_000_000;

/// From the pool to the last vote.
pub(super) fn steps() -> Vec<Step> {
    let call = |action, payload, told| Step {
        who: FOUNDER.to_string(),
        deed: Deed::Call {
            contract: CONTRACT,
            action,
            payload,
        },
        told,
    };
    let config = json!({
        "postRewardCurve": "power", "postRewardCurveParameter": "1",
        "curationRewardCurve": "power", "curationRewardCurveParameter": "0.5",
        "curationRewardPercentage": 50, "cashoutWindowDays": DAYS,
        "rewardPerInterval": "100", "rewardIntervalSeconds": 86_400,
        "voteRegenerationDays": 5, "downvoteRegenerationDays": 5, "stakedRewardPercentage": 50,
        "votePowerConsumption": 200, "downvotePowerConsumption": 2000,
        "tags": [TAG], "disableDownvote": false, "ignoreDeclinePayout": false,
    });
    let muted = json!({ "rewardPoolId": 1, "authorperm": "@frank/buy-now", "mute": true });
    let mut steps = vec![call(
        "createRewardPool",
        json!({ "symbol": TOKEN, "config": config }),
        "alice makes a reward pool: 100 COOL a day for posts tagged #cool, after 7 days of votes",
    )];
    steps.extend(posts());
    steps.extend(votes());
    steps.push(call(
        "setPostMute",
        muted,
        "alice mutes frank's advertisement",
    ));
    steps
}

fn social(who: &str, operations: Vec<Operation>, told: &'static str) -> Step {
    Step {
        who: who.to_string(),
        deed: Deed::Social(operations),
        told,
    }
}

fn posts() -> Vec<Step> {
    let shared = vec![Beneficiary {
        account: "erin".to_string(),
        weight: 2000,
    }];
    vec![
        social(
            "bob",
            vec![
                post("bob", "my-garden", "My garden", TAG),
                options("bob", "my-garden", ANY_PAYOUT, shared),
            ],
            "bob posts about his garden, and lets erin, who took the pictures, have 20 %",
        ),
        social(
            "carol",
            vec![reply("carol", "re-my-garden", ("bob", "my-garden"))],
            "carol replies",
        ),
        social(
            "dave",
            vec![post("dave", "a-walk", "A walk", TAG)],
            "dave posts about a walk",
        ),
        social(
            "erin",
            vec![
                post("erin", "for-free", "For free", TAG),
                options("erin", "for-free", 0, Vec::new()),
            ],
            "erin posts and declines payment",
        ),
        social(
            "frank",
            vec![post("frank", "buy-now", "Buy now!", TAG)],
            "frank posts an advertisement",
        ),
    ]
}

fn votes() -> Vec<Step> {
    vec![
        vote(
            "alice",
            ("bob", "my-garden"),
            10_000,
            "alice votes for bob's post",
        ),
        vote(
            "carol",
            ("bob", "my-garden"),
            5000,
            "carol votes for it with half of her weight",
        ),
        vote(
            "dave",
            ("carol", "re-my-garden"),
            10_000,
            "dave votes for carol's reply",
        ),
        vote(
            "bob",
            ("dave", "a-walk"),
            10_000,
            "bob votes for dave's post, with the stake that dave has lent him",
        ),
        vote(
            "carol",
            ("dave", "a-walk"),
            10_000,
            "carol votes for it too",
        ),
        vote(
            "carol",
            ("dave", "a-walk"),
            2500,
            "carol thinks again: a quarter is enough",
        ),
        vote(
            "alice",
            ("erin", "for-free"),
            10_000,
            "alice votes for erin's post all the same",
        ),
        vote(
            "dave",
            ("frank", "buy-now"),
            10_000,
            "dave falls for frank's advertisement",
        ),
        vote(
            "alice",
            ("frank", "buy-now"),
            -5000,
            "alice votes against it",
        ),
    ]
}

/// Messages that are not the community's: payments are made when anything is posted or voted for.
pub(super) fn messages(round: u32) -> Vec<Step> {
    let days = 1..=DAYS + 1;
    days.map(|day| {
        let permlink = format!("day-{}", round * (DAYS + 1) + day);
        let message = post("erin", &permlink, "Another day", "diary");
        social("erin", vec![message], "erin writes her diary")
    })
    .collect()
}

fn post(author: &str, permlink: &str, title: &str, tag: &str) -> Operation {
    let comment = Comment {
        parent_author: String::new(),
        parent_permlink: tag.to_string(),
        author: author.to_string(),
        permlink: permlink.to_string(),
        title: title.to_string(),
        body: format!("{title}, by {author}."),
        json_metadata: json!({ "tags": [tag], "app": "demo/1.0" }).to_string(),
    };
    comment.into()
}

fn reply(author: &str, permlink: &str, (parent, parent_permlink): (&str, &str)) -> Operation {
    let comment = Comment {
        parent_author: parent.to_string(),
        parent_permlink: parent_permlink.to_string(),
        author: author.to_string(),
        permlink: permlink.to_string(),
        title: String::new(),
        body: "How lovely!".to_string(),
        json_metadata: json!({ "app": "demo/1.0" }).to_string(),
    };
    comment.into()
}

fn options(author: &str, permlink: &str, most: i64, beneficiaries: Vec<Beneficiary>) -> Operation {
    let options = CommentOptions {
        author: author.to_string(),
        permlink: permlink.to_string(),
        max_accepted_payout: Asset::dollar(most),
        percent_dollar: 10_000,
        allow_votes: true,
        allow_curation_rewards: true,
        beneficiaries,
    };
    options.into()
}

fn vote(
    voter: &'static str,
    (author, permlink): (&str, &str),
    weight: i16,
    told: &'static str,
) -> Step {
    let vote = Vote {
        voter: voter.to_string(),
        author: author.to_string(),
        permlink: permlink.to_string(),
        weight,
    };
    social(voter, vec![vote.into()], told)
}
