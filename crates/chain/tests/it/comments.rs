//! Posts, options and votes of the main chain, from its blocks into reward pools.

use serde_json::{Value, json};
use tartan_chain::{Chain, Network};
use tartan_graphene::operation::Beneficiary;
use tartan_graphene::{MainOperation, Time};

use crate::common::*;

fn post(author: &str, permlink: &str, tag: &str) -> MainOperation {
    MainOperation::Comment {
        parent_author: String::new(),
        parent_permlink: "general".to_string(),
        author: author.to_string(),
        permlink: permlink.to_string(),
        title: "A post".to_string(),
        body: "It says something.".to_string(),
        json_metadata: json!({ "tags": [tag], "app": "test/1" }).to_string(),
    }
}

fn vote(voter: &str, permlink: &str) -> MainOperation {
    MainOperation::Vote {
        voter: voter.to_string(),
        author: "carol".to_string(),
        permlink: permlink.to_string(),
        weight: 10_000,
    }
}

/// A token COOL, of which alice has staked 10, with a pool of 8 a day.
fn community() -> (Chain, Main) {
    let network = Network::preset("dev").unwrap();
    let (mut chain, mut main) = (open(network), Main::new());
    let config = json!({
        "postRewardCurve": "power", "postRewardCurveParameter": "1",
        "curationRewardCurve": "power", "curationRewardCurveParameter": "0.5",
        "curationRewardPercentage": 50, "cashoutWindowDays": 1,
        "rewardPerInterval": "8", "rewardIntervalSeconds": 86_400,
        "voteRegenerationDays": 5, "downvoteRegenerationDays": 5,
        "stakedRewardPercentage": 50, "votePowerConsumption": 200, "downvotePowerConsumption": 2000,
        "tags": ["cool"], "disableDownvote": false, "ignoreDeclinePayout": false,
    });
    let founder =
        |contract: &str, action: &str, payload: Value| active("founder", contract, action, payload);
    let made = chain.apply(&main.block(vec![
        pay("founder", "3000"),
        founder(
            "tokens",
            "create",
            json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "1000000" }),
        ),
        founder(
            "tokens",
            "enableStaking",
            json!({ "symbol": "COOL", "unstakingCooldown": 1, "numberTransactions": 1 }),
        ),
        founder(
            "tokens",
            "issue",
            json!({ "symbol": "COOL", "to": "founder", "quantity": "10" }),
        ),
        founder(
            "tokens",
            "stake",
            json!({ "symbol": "COOL", "to": "alice", "quantity": "10" }),
        ),
        founder(
            "comments",
            "createRewardPool",
            json!({ "symbol": "COOL", "config": config }),
        ),
    ]));
    assert_eq!(errors(&made.unwrap()), [""; 6]);
    (chain, main)
}

fn rows(chain: &Chain, contract: &str, table: &str, query: Value) -> Vec<Value> {
    let found = chain.reader().find_one(contract, table, &query).unwrap();
    found.into_iter().collect()
}

#[test]
fn from_a_post_to_its_reward() {
    let (mut chain, mut main) = community();
    let options = MainOperation::CommentOptions {
        author: "carol".to_string(),
        permlink: "one".to_string(),
        max_accepted_payout: "1000000.000 SBD".to_string(),
        percent: 10_000,
        allow_votes: true,
        allow_curation_rewards: true,
        beneficiaries: vec![Beneficiary {
            account: "dan".to_string(),
            weight: 2_500,
        }],
    };
    let block = main.block_of(vec![
        vec![post("carol", "one", "cool"), options],
        vec![post("carol", "two", "hot")],
        vec![vote("alice", "one")],
        vec![vote("alice", "two")],
        vec![active(
            "carol",
            "comments",
            "vote",
            json!({ "voter": "carol", "author": "carol", "permlink": "one", "weight": 10_000 }),
        )],
    ]);
    let made = chain.apply(&block).unwrap();
    assert_eq!(
        logs(&made),
        r#"{"events":[{"contract":"comments","event":"newComment","data":{"rewardPoolId":1,"symbol":"COOL"}}]}
{}
{}
{"events":[{"contract":"comments","event":"newVote","data":{"rewardPoolId":1,"symbol":"COOL","rshares":"10.0000000000"}}]}
{}
{"errors":["can only vote with voting op"]}
"#
    );
    let stored = rows(
        &chain,
        "comments",
        "posts",
        json!({ "authorperm": "@carol/one" }),
    );
    assert_eq!(
        stored[0]["beneficiaries"],
        json!([{ "account": "dan", "weight": 2_500 }])
    );
    assert_eq!(stored[0]["app"], "test");

    let mut later = main.block(vec![vote("nobody", "unknown")]);
    later.timestamp = Time(block.timestamp.0 + 86_400);
    let made = chain.apply(&later).unwrap();
    assert_eq!(errors(&made), [""]);
    let mut last = main.block(vec![vote("nobody", "unknown")]);
    last.timestamp = Time(block.timestamp.0 + 2 * 86_400);
    let made = chain.apply(&last).unwrap();
    assert_eq!(errors(&made), [""]);
    let log: Value = serde_json::from_str(logs(&made).trim()).unwrap();
    let rewards: Vec<String> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["contract"] == "comments")
        .map(|event| {
            let data = &event["data"];
            format!(
                "{} {} {}",
                event["event"].as_str().unwrap(),
                data["account"].as_str().unwrap(),
                data["quantity"].as_str().unwrap()
            )
        })
        .collect();
    // 16 in the pool, claims of 10 that decayed twice by a third, and 10
    assert_eq!(
        rewards,
        [
            "curationReward alice 5.538",
            "beneficiaryReward dan 1.384",
            "authorReward carol 4.154"
        ]
    );
    let held = rows(
        &chain,
        "tokens",
        "contractsBalances",
        json!({ "account": "comments" }),
    );
    assert_eq!(held[0]["balance"], "4.924");
    assert!(rows(&chain, "comments", "posts", json!({})).is_empty());
    assert!(rows(&chain, "comments", "votes", json!({})).is_empty());
}

/// The node's own action does what the first vote of a block would.
#[test]
fn a_tick_maintains_the_pools_of_a_quiet_chain() {
    let network = Network::preset("dev").unwrap();
    assert!(network.ticks.iter().any(|tick| tick.action == "maintain"));
    let (mut chain, mut main) = (open(network), Main::new());
    let made = chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    assert!(made.unwrap().virtual_transactions.is_empty());
    let params = &rows(&chain, "comments", "params", json!({}))[0];
    assert_eq!(params["lastMaintenanceBlock"], 1);
}
