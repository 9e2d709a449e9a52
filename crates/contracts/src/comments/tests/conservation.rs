//! Whatever members and founders do, no token is created or lost, and all that the contract holds is accounted for.

use proptest::prelude::*;
use serde_json::json;

use super::{Community, config};
use crate::testing::ENGINE;

const MEMBERS: [&str; 4] = ["alice", "bob", "carol", "null"];

#[derive(Debug, Clone)]
enum Step {
    Post {
        author: usize,
        number: u8,
        tag: usize,
    },
    Options {
        author: usize,
        number: u8,
        declined: bool,
        shares: Vec<(usize, u32)>,
    },
    Vote {
        voter: usize,
        author: usize,
        number: u8,
        weight: i64,
    },
    Mute {
        account: usize,
        mute: bool,
    },
    MutePost {
        author: usize,
        number: u8,
        mute: bool,
    },
    Active(bool),
    Reset,
    Update {
        curation: u32,
        staked: u32,
        exponent: usize,
        emission: usize,
        tax: u32,
    },
    Limits {
        posts: u32,
        votes: u32,
    },
    Stake {
        account: usize,
    },
    Hours(i64),
    Maintain,
}

fn step() -> impl Strategy<Value = Step> {
    let member = 0..MEMBERS.len();
    let author = 0..3_usize;
    let number = 0..4_u8;
    prop_oneof![
        6 => (author.clone(), number.clone(), 0..3_usize).prop_map(|(author, number, tag)| Step::Post { author, number, tag }),
        2 => (author.clone(), number.clone(), any::<bool>(), prop::collection::vec((member.clone(), 0..6000_u32), 0..3))
            .prop_map(|(author, number, declined, shares)| Step::Options { author, number, declined, shares }),
        10 => (author.clone(), author.clone(), number.clone(), prop_oneof![4 => 1..=10_000_i64, 1 => -10_000..=0_i64])
            .prop_map(|(voter, author, number, weight)| Step::Vote { voter, author, number, weight }),
        1 => (author.clone(), any::<bool>()).prop_map(|(account, mute)| Step::Mute { account, mute }),
        1 => (author.clone(), number, any::<bool>()).prop_map(|(author, number, mute)| Step::MutePost { author, number, mute }),
        1 => any::<bool>().prop_map(Step::Active),
        1 => Just(Step::Reset),
        1 => (0..=100_u32, 0..=100_u32, 0..4_usize, 0..3_usize, 0..=100_u32)
            .prop_map(|(curation, staked, exponent, emission, tax)| Step::Update { curation, staked, exponent, emission, tax }),
        1 => (1..4_u32, 1..4_u32).prop_map(|(posts, votes)| Step::Limits { posts, votes }),
        1 => author.prop_map(|account| Step::Stake { account }),
        4 => (1..30_i64).prop_map(Step::Hours),
        6 => Just(Step::Maintain),
    ]
}

/// A pool whose posts are paid after a day, in intervals of eight hours.
fn pool(
    curation: u32,
    staked: u32,
    exponent: usize,
    emission: usize,
    tax: u32,
) -> serde_json::Value {
    let exponents = [("1", "0.5"), ("1.03", "0.7"), ("2", "1"), ("1.5", "0.51")];
    let (posts, curators) = exponents[exponent];
    let emission = ["0.00000007", "1.5", "400000000"][emission];
    let mut changes = json!({
        "rewardIntervalSeconds": 8 * 3600,
        "cashoutWindowDays": 1,
        "postRewardCurveParameter": posts,
        "curationRewardCurveParameter": curators,
        "curationRewardPercentage": curation,
        "stakedRewardPercentage": staked,
        "rewardPerInterval": emission,
        "rewardReductionIntervalSeconds": 100_000,
        "rewardReductionPercentage": "12.5",
    });
    // for networks that know these
    if exponent == 2 {
        changes["commentPoolPercentage"] = json!(curation);
        changes["votesPerRegenerationPeriod"] = json!(10);
        changes["reverseAuctionSeconds"] = json!(7_000);
    }
    if tax > 0 {
        changes["appTaxConfig"] = json!({ "app": "x", "percent": tax, "beneficiary": "taxman" });
    }
    changes
}

fn run(community: &mut Community, step: &Step) {
    match step {
        Step::Post {
            author,
            number,
            tag,
        } => {
            let tag = ["cool", "warm", "cold"][*tag];
            let metadata = json!({ "tags": [tag] });
            let mut post = json!({ "author": MEMBERS[*author], "permlink": format!("p{number}"), "jsonMetadata": metadata });
            if *number == 3 {
                post["parentAuthor"] = json!("alice");
                post["parentPermlink"] = json!("p0");
            }
            community.act("null", "comment", post).succeeds();
        }
        Step::Options {
            author,
            number,
            declined,
            shares,
        } => {
            let shares: Vec<_> = shares
                .iter()
                .map(|(account, weight)| json!({ "account": MEMBERS[*account], "weight": weight }))
                .collect();
            let most = if *declined {
                "0.000 SBD"
            } else {
                "1000000.000 SBD"
            };
            community.options(MEMBERS[*author], &format!("p{number}"), most, json!(shares));
        }
        Step::Vote {
            voter,
            author,
            number,
            weight,
        } => {
            community
                .vote(
                    MEMBERS[*voter],
                    MEMBERS[*author],
                    &format!("p{number}"),
                    *weight,
                )
                .succeeds();
        }
        Step::Mute { account, mute } => {
            let mute = json!({ "rewardPoolId": 1, "account": MEMBERS[*account], "mute": mute });
            community.act("founder", "setMute", mute).succeeds();
        }
        Step::MutePost {
            author,
            number,
            mute,
        } => {
            let name = format!("@{}/p{number}", MEMBERS[*author]);
            let mute = json!({ "rewardPoolId": 1, "authorperm": name, "mute": mute });
            community.act("founder", "setPostMute", mute);
        }
        Step::Active(active) => {
            let active = json!({ "rewardPoolId": 1, "active": active });
            community.act("founder", "setActive", active).succeeds();
        }
        Step::Reset => {
            let reset = json!({ "rewardPoolId": 1 });
            community.act("founder", "resetPool", reset).succeeds();
        }
        Step::Update {
            curation,
            staked,
            exponent,
            emission,
            tax,
        } => {
            community
                .update(pool(*curation, *staked, *exponent, *emission, *tax))
                .succeeds();
        }
        Step::Limits { posts, votes } => {
            let limits = json!({
                "maxPostsProcessedPerRound": posts, "voteQueryLimit": votes, "maxVotesProcessedPerRound": votes,
            });
            community.act(ENGINE, "updateParams", limits).succeeds();
        }
        Step::Stake { account } => community.stake(MEMBERS[*account], "COOL", "0.12345678"),
        Step::Hours(hours) => community.chain.seconds_later(hours * 3600),
        Step::Maintain => drop(community.maintain()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_token_is_accounted_for(extended in any::<bool>(), steps in prop::collection::vec(step(), 1..80)) {
        let mut community = Community::on(extended);
        community.create("COOL", config(pool(50, 50, 1, 1, 10))).succeeds();
        let mut warm = config(pool(25, 0, 0, 1, 0));
        warm["tags"] = json!(["warm", "cool"]);
        community.token("WARM", 3);
        warm["rewardPerInterval"] = json!("2.345");
        community.create("WARM", warm).succeeds();
        for step in &steps {
            run(&mut community, step);
            community.check();
        }
        // in the end every post is paid, and no vote is left
        let active = json!({ "rewardPoolId": 1, "active": true });
        community.act("founder", "setActive", active).succeeds();
        community.chain.seconds_later(3 * 86_400);
        for _ in 0..400 {
            community.maintain();
        }
        community.check();
        prop_assert_eq!(community.posts() + community.rows("votes", json!({})).len(), 0);
    }
}
