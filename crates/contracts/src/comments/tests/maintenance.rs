use serde_json::json;

use super::super::maintenance::{POOLS_LOOKED_AT, POSTS_COUNTED};
use super::{Community, config, rewards};
use crate::testing::{ENGINE, text};

const DAY: i64 = 86_400;

#[test]
fn tokens_come_in_each_interval() {
    let mut community =
        Community::with_pool(json!({ "rewardPerInterval": "0.01", "rewardIntervalSeconds": 6 }));
    community.chain.seconds_later(5);
    community.maintain();
    community.check_pool("rewardPool", "0");
    community.chain.seconds_later(1);
    let sent = community.maintain();
    community.check_pool("rewardPool", "0.01000000");
    sent.emits(&[r#"issueToContract {"from":"tokens","to":"comments","symbol":"COOL","quantity":"0.01000000"}"#]);
    // those that were missed come one by one
    community.chain.seconds_later(18);
    assert_eq!(community.catch_up(), 3);
    community.check_pool("rewardPool", "0.04000000");
}

#[test]
fn emission_is_reduced() {
    let changes = json!({
        "rewardPerInterval": "0.01", "rewardIntervalSeconds": 6,
        "rewardReductionIntervalSeconds": 12, "rewardReductionPercentage": "0.5",
    });
    let mut community = Community::with_pool(changes);
    for (pool, rate) in [
        ("0.01000000", "0.01"),
        ("0.01995000", "0.00995000"),
        ("0.02990000", "0.00995000"),
        ("0.03980025", "0.00990025"),
    ] {
        community.chain.seconds_later(6);
        community.maintain();
        community.check_pool("rewardPool", pool);
        let config = text(&community.pool(1), "config");
        assert!(
            config.contains(&format!(r#""rewardPerInterval":"{rate}""#)),
            "{config}"
        );
    }
}

#[test]
fn an_emission_can_end() {
    let changes = json!({
        "rewardReductionIntervalSeconds": 3, "rewardReductionPercentage": "100",
    });
    let mut community = Community::with_pool(changes);
    community.chain.seconds_later(6);
    community.catch_up();
    community.check_pool("rewardPool", "0.00000000");
}

#[test]
fn a_pool_grows_by_what_was_issued() {
    let mut community = Community::with_pool(json!({ "rewardPerInterval": "600000000" }));
    community.chain.seconds_later(6);
    community.maintain();
    community.check_pool("rewardPool", "600000000.00000000");
    community.maintain().does_nothing();
    community.check_pool("rewardPool", "600000000.00000000");
    community.check_pool("lastRewardTimestamp", &community.chain.now().to_string());
    community.check();
}

#[test]
fn once_in_a_block_for_so_many_pools() {
    let mut community = Community::with_pool(json!({}));
    for symbol in ["TWO", "THREE"] {
        community.token(symbol, 8);
        community.create(symbol, config(json!({}))).succeeds();
    }
    let pools = |community: &Community| -> Vec<String> {
        (1..=3)
            .map(|id| text(&community.pool(id), "rewardPool"))
            .collect()
    };
    let (none, one, two) = ("0", "1.50000000", "3.00000000");
    community.chain.seconds_later(300);
    community.maintain();
    assert_eq!(pools(&community), [one, one, none]);
    community.maintain();
    assert_eq!(pools(&community), [two, one, one]);
    assert_eq!(
        text(&community.row("params", json!({})), "lastProcessedPoolId"),
        "1"
    );
    let more = json!({ "maintenanceTokensPerBlock": 9 });
    community.act(ENGINE, "updateParams", more).succeeds();
    community.maintain();
    assert_eq!(pools(&community), ["4.50000000", two, two]);
    // inactive ones have no turn
    let stop = json!({ "rewardPoolId": 2, "active": false });
    community.act("founder", "setActive", stop).succeeds();
    community.maintain();
    assert_eq!(text(&community.pool(2), "rewardPool"), two);
    assert_eq!(text(&community.pool(3), "rewardPool"), "4.50000000");
}

/// However many pools there are, each has its turn.
#[test]
fn a_block_looks_at_so_many_pools() {
    let mut community = Community::with_pool(json!({}));
    let pools = 2 * POOLS_LOOKED_AT as u64 + 3;
    for id in 2..=pools {
        let symbol = format!("P{}", char::from(b'A' + id as u8));
        community.token(&symbol, 8);
        community.create(&symbol, config(json!({}))).succeeds();
        // all but the first and the last sleep
        if id < pools {
            let stop = json!({ "rewardPoolId": id, "active": false });
            community.act("founder", "setActive", stop).succeeds();
        }
        let fee = json!({ "to": "founder", "symbol": "ENG", "quantity": "1000" });
        community
            .chain
            .send(ENGINE, "tokens", "transfer", fee)
            .succeeds();
    }
    community.chain.seconds_later(3_000);
    for _ in 0..12 {
        community.maintain();
    }
    for id in [1, pools] {
        let tokens: f64 = text(&community.pool(id), "rewardPool").parse().unwrap();
        assert!((3.0..=12.0).contains(&tokens), "pool {id} has {tokens}");
    }
}

/// Counting takes several blocks, and comes to the same sum.
#[test]
fn claims_are_counted_so_many_in_a_block() {
    let changes = json!({ "rewardIntervalSeconds": DAY, "cashoutWindowDays": 1, "postRewardCurveParameter": "1.03" });
    let mut community = Community::with_pool(changes);
    let posts = POSTS_COUNTED + 3;
    // all are paid in the second interval, the last one at its very end
    community.chain.seconds_later(DAY - 6);
    for index in 0..posts {
        // all but the last few at one time
        if index == POSTS_COUNTED - 2 || index == posts - 1 {
            community.chain.seconds_later(3);
        }
        community.post("carol", &format!("post-{index}")).succeeds();
    }
    community.stake("alice", "COOL", "100");
    for permlink in ["post-0", "post-499", "post-500", "post-502"] {
        community.vote("alice", "carol", permlink, 2_000).succeeds();
    }
    let votes = community.rows("votes", json!({}));
    assert_eq!(votes.len(), 4);
    let claims: f64 = votes
        .iter()
        .map(|vote| text(vote, "rshares").parse::<f64>().unwrap().powf(1.03))
        .sum();
    community.chain.seconds_later(DAY);
    let sent = community.maintain();
    assert!(
        rewards(&sent).is_empty(),
        "nothing is paid before all is counted"
    );
    assert!(community.pool(1).get("counting").is_some());
    // what is counted takes no votes, whatever else the block allows
    community.vote("bob", "carol", "post-0", 10_000).succeeds();
    assert_eq!(community.rows("votes", json!({ "voter": "bob" })).len(), 0);
    assert!(community.pool(1).get("counting").is_none());
    let all: f64 = text(&community.pool(1), "intervalPendingClaims")
        .parse()
        .unwrap();
    let kept = claims * (1.0 - 1.0 / 3.0);
    assert!(
        (all - kept - claims).abs() < 1e-6,
        "{all} is not {kept} + {claims}"
    );
    let blocks = community.catch_up();
    assert_eq!(
        blocks,
        posts / 20,
        "twenty in a block, twenty of them with the last counted"
    );
    assert_eq!(community.posts(), 0);
}

#[test]
fn a_flood_in_one_pool_holds_up_no_other() {
    let changes = json!({ "rewardIntervalSeconds": DAY, "cashoutWindowDays": 1 });
    let mut community = Community::with_pool(changes.clone());
    let one = json!({ "maintenanceTokensPerBlock": 1, "maxPostsProcessedPerRound": 2 });
    community.act(ENGINE, "updateParams", one).succeeds();
    for index in 0..40 {
        community
            .post("carol", &format!("flood-{index}"))
            .succeeds();
    }
    let mut quiet = config(changes);
    quiet["tags"] = json!(["quiet"]);
    community.token("QUIET", 8);
    community.create("QUIET", quiet).succeeds();
    let metadata = json!({ "tags": ["quiet"] });
    let post = json!({ "author": "dan", "permlink": "one", "jsonMetadata": metadata });
    community.act("null", "comment", post).succeeds();
    community.chain.seconds_later(DAY);
    for _ in 0..2 {
        community.maintain();
    }
    assert!(
        community
            .rows("posts", json!({ "symbol": "QUIET" }))
            .is_empty()
    );
    assert_eq!(
        community.rows("posts", json!({ "symbol": "COOL" })).len(),
        38
    );
    for _ in 0..20 {
        community.maintain();
        community.check();
    }
    assert_eq!(community.posts(), 0);
}

/// A vote that fails does not undo the block's maintenance, nor is it done twice.
#[test]
fn failing_votes_leave_maintenance_alone() {
    let mut community = Community::with_pool(json!({}));
    community.chain.seconds_later(3);
    community
        .vote("alice", "carol", "one", 20_000)
        .fails_with("weight must be an integer from -10000 to 10000");
    community.check_pool("rewardPool", "0");
    community.vote("alice", "carol", "one", 10_000).succeeds();
    community.check_pool("rewardPool", "1.50000000");
}
