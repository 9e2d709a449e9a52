use serde_json::{Value as Json, json};

use super::{Community, config};
use crate::testing::{ENGINE, text};

const ACTIVE: &str = "operation must be signed with your active key";

/// A key, the values it must not have, and what is said of them: in the order of the checks.
fn refusals() -> Vec<(&'static str, Vec<Json>, &'static str)> {
    let none = || json!(null);
    vec![
        (
            "postRewardCurve",
            vec![none(), json!("linear"), json!(1)],
            "postRewardCurve should be one of: [power]",
        ),
        (
            "postRewardCurveParameter",
            vec![
                none(),
                json!(1),
                json!("0.9"),
                json!("2.01"),
                json!("1.001"),
                json!("x"),
                json!("Infinity"),
            ],
            "postRewardCurveParameter should be between \"1\" and \"2\" with precision at most 2",
        ),
        (
            "curationRewardCurve",
            vec![none(), json!("sqrt")],
            "curationRewardCurve should be one of: [power]",
        ),
        (
            "curationRewardCurveParameter",
            vec![
                none(),
                json!(1),
                json!("0.49"),
                json!("1.01"),
                json!("0.501"),
            ],
            "curationRewardCurveParameter can only be between \"0.5\" and \"1\" with precision at most 2",
        ),
        (
            "curationRewardPercentage",
            vec![none(), json!("50"), json!(-1), json!(101), json!(0.5)],
            "curationRewardPercentage should be an integer between 0 and 100",
        ),
        (
            "cashoutWindowDays",
            vec![none(), json!("7"), json!(0), json!(31), json!(1.5)],
            "cashoutWindowDays should be an integer between 1 and 30",
        ),
        (
            "rewardPerInterval",
            vec![
                none(),
                json!(1.5),
                json!("0"),
                json!("-1"),
                json!("x"),
                json!("Infinity"),
                json!("1e40"),
            ],
            "rewardPerInterval invalid",
        ),
        (
            "rewardPerInterval",
            vec![json!("0.000000001")],
            "token precision mismatch for rewardPerInterval",
        ),
        (
            "rewardIntervalSeconds",
            vec![
                none(),
                json!("3"),
                json!(0),
                json!(2),
                json!(4),
                json!(86_403),
            ],
            "rewardIntervalSeconds should be an integer between 3 and 86400, and divisible by 3",
        ),
        (
            "voteRegenerationDays",
            vec![none(), json!(0), json!(31)],
            "voteRegenerationDays should be an integer between 1 and 30",
        ),
        (
            "downvoteRegenerationDays",
            vec![none(), json!(0), json!(31)],
            "downvoteRegenerationDays should be an integer between 1 and 30",
        ),
        (
            "stakedRewardPercentage",
            vec![none(), json!(-1), json!(101)],
            "stakedRewardPercentage should be an integer between 0 and 100",
        ),
        (
            "votePowerConsumption",
            vec![none(), json!(0), json!(10_001)],
            "votePowerConsumption should be an integer between 1 and 10000",
        ),
        (
            "downvotePowerConsumption",
            vec![none(), json!(0), json!(10_001)],
            "downvotePowerConsumption should be an integer between 1 and 10000",
        ),
        (
            "tags",
            vec![
                none(),
                json!("cool"),
                json!([]),
                json!([1]),
                json!(["a", "b", "c", "d", "e", "f"]),
            ],
            "tags should be a non-empty array of strings of length at most 5",
        ),
        (
            "disableDownvote",
            vec![none(), json!(1)],
            "disableDownvote should be boolean",
        ),
        (
            "ignoreDeclinePayout",
            vec![none(), json!("no")],
            "ignoreDeclinePayout should be boolean",
        ),
        (
            "appTaxConfig",
            vec![json!("x"), json!(5)],
            "appTaxConfig invalid",
        ),
        (
            "appTaxConfig",
            vec![json!({}), json!([]), json!({ "app": "" })],
            "appTaxConfig app invalid",
        ),
        (
            "appTaxConfig",
            vec![
                json!({ "app": "x" }),
                json!({ "app": "x", "percent": 0 }),
                json!({ "app": "x", "percent": 101 }),
            ],
            "appTaxConfig percent should be an integer between 1 and 100",
        ),
        (
            "appTaxConfig",
            vec![
                json!({ "app": "x", "percent": 1 }),
                json!({ "app": "x", "percent": 1, "beneficiary": "a" }),
            ],
            "appTaxConfig beneficiary invalid",
        ),
        (
            "excludeTags",
            vec![
                json!("x"),
                json!([]),
                json!([{}]),
                json!(["a", "b", "c", "d", "e", "f"]),
            ],
            "excludeTags should be a non-empty array of strings of length at most 5",
        ),
        (
            "rewardReductionIntervalSeconds",
            vec![json!("6"), json!(2), json!(3.5)],
            "rewardReductionIntervalSeconds should be an integer greater or equal to rewardIntervalSeconds",
        ),
        (
            "rewardReductionPercentage",
            vec![json!(1), json!("-1"), json!("100.1"), json!("0.55")],
            "rewardReductionPercentage should be between \"0\" and \"100\" with precision at most 1",
        ),
    ]
}

#[test]
fn each_key_is_checked_in_its_turn() {
    let mut community = Community::with_pool(json!({}));
    community.token("NEXT", 8);
    // all of the keys are wrong; they are mended one by one
    let mut wrong = config(json!({}));
    for (key, values, _) in refusals().iter().rev() {
        wrong[*key] = values[0].clone();
    }
    for (key, values, expected) in refusals() {
        for value in values {
            wrong[key] = value;
            community.create("NEXT", wrong.clone()).fails_with(expected);
            let update = json!({ "rewardPoolId": 1, "config": wrong });
            community
                .act("founder", "updateRewardPool", update)
                .fails_with(expected);
        }
        match config(json!({})).get(key) {
            Some(right) => wrong[key] = right.clone(),
            None => drop(wrong.as_object_mut().unwrap().remove(key)),
        }
    }
    community.create("NEXT", wrong).succeeds();
}

#[test]
fn a_pool_is_made() {
    let mut community = Community::new();
    let now = community.chain.now();
    let changes = json!({ "unknown": 1, "excludeTags": ["spam"], "rewardPerInterval": " 1e-3 " });
    community
        .create("COOL", config(changes))
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"1000"}"#,
            r#"createRewardPool {"_id":1}"#,
        ]);
    let pool = community.pool(1);
    for field in [
        "lastRewardTimestamp",
        "lastClaimDecayTimestamp",
        "createdTimestamp",
        "lastRewardReductionTimestamp",
    ] {
        assert_eq!(text(&pool, field), now.to_string());
    }
    community.check_pool("rewardPool", "0");
    community.check_pool("pendingClaims", "0");
    community.check_pool("active", "true");
    assert_eq!(
        text(&pool, "config"),
        r#"{"postRewardCurve":"power","postRewardCurveParameter":"1","curationRewardCurve":"power","curationRewardCurveParameter":"0.5","curationRewardPercentage":50,"cashoutWindowDays":7,"rewardPerInterval":"0.001","rewardIntervalSeconds":3,"voteRegenerationDays":14,"downvoteRegenerationDays":14,"stakedRewardPercentage":50,"votePowerConsumption":200,"downvotePowerConsumption":2000,"tags":["cool"],"disableDownvote":false,"ignoreDeclinePayout":false,"excludeTags":["spam"]}"#
    );
    community
        .chain
        .balance("founder", "ENG")
        .is("9000.00000000");
}

#[test]
fn creation_checks_in_order() {
    let mut community = Community::new();
    let create = json!({ "symbol": "COOL", "config": config(json!({})) });
    community
        .chain
        .post("founder", "comments", "createRewardPool", create.clone())
        .fails_with(ACTIVE);
    community
        .act("stranger", "createRewardPool", json!({}))
        .fails_with("you must have enough tokens to cover the creation fee");
    let unknown = json!({ "symbol": "NONE" });
    community
        .act("founder", "createRewardPool", unknown)
        .fails_with("token not found");
    for config in [json!(null), json!("x"), json!(1)] {
        let invalid = json!({ "symbol": "COOL", "config": config });
        community
            .act("founder", "createRewardPool", invalid)
            .fails_with("config invalid");
    }
    community
        .act(
            "founder",
            "createRewardPool",
            json!({ "symbol": "COOL", "config": [] }),
        )
        .fails_with("postRewardCurve should be one of: [power]");
    // the owner of the contract pays nothing, and may make the pool of the utility token alone
    community
        .act(ENGINE, "createRewardPool", create)
        .fails_with("must be issuer of token");
    let utility = json!({ "symbol": "ENG", "config": config(json!({})) });
    community
        .act(ENGINE, "createRewardPool", utility.clone())
        .fails_with("token must have staking enabled");
    let enable = json!({ "symbol": "ENG", "unstakingCooldown": 1, "numberTransactions": 1 });
    community
        .chain
        .send("null", "tokens", "enableStaking", enable)
        .succeeds();
    community
        .act(ENGINE, "createRewardPool", utility)
        .succeeds()
        .emits(&[r#"createRewardPool {"_id":1}"#]);
    community.create("COOL", config(json!({}))).succeeds();
    community
        .create("COOL", config(json!({})))
        .fails_with("cannot create multiple reward pools per token");
}

#[test]
fn a_pool_is_updated() {
    let mut community = Community::with_pool(json!({}));
    let created = community.chain.now().to_string();
    community.chain.seconds_later(1);
    community
        .update(json!({ "rewardPerInterval": "2", "tags": ["hot"] }))
        .succeeds()
        .emits(&[r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"20"}"#]);
    community.check_pool("lastRewardReductionTimestamp", &created);
    let config = text(&community.pool(1), "config");
    assert!(config.contains(r#""rewardPerInterval":"2""#) && config.contains(r#""tags":["hot"]"#));
    // another interval of reduction begins now
    let now = community.chain.now().to_string();
    community
        .update(json!({ "rewardReductionIntervalSeconds": 6, "rewardReductionPercentage": "0.5" }))
        .succeeds();
    community.check_pool("lastRewardReductionTimestamp", &now);
}

#[test]
fn updates_check_in_order() {
    let mut community = Community::with_pool(json!({}));
    let update = json!({ "rewardPoolId": 1, "config": config(json!({})) });
    community
        .chain
        .post("founder", "comments", "updateRewardPool", update.clone())
        .fails_with(ACTIVE);
    community
        .act("stranger", "updateRewardPool", json!({}))
        .fails_with("you must have enough tokens to cover the update fee");
    community
        .act("founder", "updateRewardPool", json!({ "rewardPoolId": 9 }))
        .fails_with("config invalid");
    for id in [json!(9), json!("1"), json!(-1), json!(1.5)] {
        let unknown = json!({ "rewardPoolId": id, "config": {} });
        community
            .act("founder", "updateRewardPool", unknown)
            .fails_with("reward pool not found");
    }
    community
        .act(ENGINE, "updateRewardPool", update)
        .fails_with("must be issuer of token");
}

#[test]
fn a_fee_that_cannot_be_paid_leaves_nothing() {
    let mut community = Community::new();
    // the fee is covered, but not a number of ENG that can be sent
    let fee = json!({ "setupFee": "0.000000001" });
    community.act(ENGINE, "updateParams", fee).succeeds();
    community
        .create("COOL", config(json!({})))
        .fails_with("symbol precision mismatch");
    assert!(community.rows("rewardPools", json!({})).is_empty());
}
