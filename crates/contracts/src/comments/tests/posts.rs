use serde_json::{Value as Json, json};

use super::{Community, config};
use crate::testing::text;

/// Pools `cool` and `hot`, the second of which does not want `spam`.
fn two_pools() -> Community {
    let mut community = Community::with_pool(json!({ "tags": ["cool", "both"] }));
    community.token("HOT", 3);
    let hot = json!({ "tags": ["hot", "both"], "excludeTags": ["spam"], "cashoutWindowDays": 1 });
    community.create("HOT", config(hot)).succeeds();
    community
}

fn check_pools(community: &mut Community, permlink: &str, mut payload: Json, expected: &[u64]) {
    payload["author"] = json!("carol");
    payload["permlink"] = json!(permlink);
    community.act("null", "comment", payload).succeeds();
    let query = json!({ "authorperm": format!("@carol/{permlink}") });
    let rows = community.rows("posts", query);
    let pools: Vec<String> = rows.iter().map(|row| text(row, "rewardPoolId")).collect();
    let expected: Vec<String> = expected.iter().map(u64::to_string).collect();
    assert_eq!(pools, expected, "{permlink}");
}

fn tagged(tags: Json) -> Json {
    json!({ "jsonMetadata": { "tags": tags }, "parentAuthor": "", "parentPermlink": "general" })
}

#[test]
fn tags_lead_into_pools() {
    let mut community = two_pools();
    let check = &mut |permlink: &str, payload: Json, expected: &[u64]| {
        check_pools(&mut community, permlink, payload, expected);
    };
    check("one", tagged(json!(["cool"])), &[1]);
    check("two", tagged(json!(["x", "hot"])), &[2]);
    check("both", tagged(json!(["both", "both"])), &[1, 2]);
    check("each", tagged(json!(["cool", "hot"])), &[1, 2]);
    check("spam", tagged(json!(["both", "spam"])), &[1]);
    check("case", tagged(json!(["Cool"])), &[]);
    check("none", tagged(json!([])), &[]);
    check("mixed", tagged(json!(["cool", 1])), &[]);
    check("text", tagged(json!("cool")), &[]);
    check("missing", json!({ "jsonMetadata": {} }), &[]);
    check(
        "null",
        json!({ "jsonMetadata": null, "parentPermlink": "cool" }),
        &[],
    );
    check(
        "list",
        json!({ "jsonMetadata": ["cool"], "parentPermlink": "cool" }),
        &[],
    );
    // the category counts like a tag if there is a list of tags
    let category =
        |tags: Json| json!({ "jsonMetadata": { "tags": tags }, "parentPermlink": "hot" });
    check("category", category(json!([])), &[2]);
    check("excluded", category(json!(["spam"])), &[]);
}

#[test]
fn a_post_is_stored() {
    let mut community = two_pools();
    let now = community.chain.now();
    let metadata = json!({ "tags": ["both"], "app": "PeakD/2020.1" });
    let post = json!({ "author": "carol", "permlink": "one", "jsonMetadata": metadata });
    community.act("null", "comment", post).succeeds().emits(&[
        r#"newComment {"rewardPoolId":1,"symbol":"COOL"}"#,
        r#"newComment {"rewardPoolId":2,"symbol":"HOT"}"#,
    ]);
    let cashout = now + 7 * 86_400_000;
    assert_eq!(
        community.rows("posts", json!({ "rewardPoolId": 1 }))[0].stringify(),
        format!(
            r#"{{"_id":{{"authorperm":"@carol/one","rewardPoolId":1}},"rewardPoolId":1,"symbol":"COOL","authorperm":"@carol/one","author":"carol","created":{now},"cashoutTime":{cashout},"votePositiveRshareSum":"0","voteRshareSum":"0","app":"peakd"}}"#
        )
    );
    assert_eq!(
        community.row("postMetadata", json!({})).stringify(),
        r#"{"_id":{"authorperm":"@carol/one"},"authorperm":"@carol/one","rewardPoolIds":[1,2]}"#
    );
}

#[test]
fn apps_are_read_leniently() {
    let mut community = Community::with_pool(json!({}));
    let long = "x".repeat(257);
    for (permlink, app, expected) in [
        ("plain", json!("App"), Some("app")),
        ("slash", json!("/1"), Some("")),
        ("number", json!(5), None),
        ("empty", json!(""), None),
        ("long", json!(long), None),
    ] {
        let metadata = json!({ "tags": ["cool"], "app": app });
        let post = json!({ "author": "carol", "permlink": permlink, "jsonMetadata": metadata });
        community.act("null", "comment", post).succeeds();
        let row = community.row(
            "posts",
            json!({ "authorperm": format!("@carol/{permlink}") }),
        );
        assert_eq!(
            row.get("app").map(|_| text(&row, "app")).as_deref(),
            expected,
            "{permlink}"
        );
    }
}

#[test]
fn replies_inherit_the_pools() {
    let mut community = two_pools();
    let reply = |to: &str| json!({ "parentAuthor": "carol", "parentPermlink": to, "jsonMetadata": { "tags": ["cool"] } });
    check_pools(&mut community, "root", tagged(json!(["hot"])), &[2]);
    check_pools(&mut community, "reply", reply("root"), &[2]);
    check_pools(&mut community, "deeper", reply("reply"), &[2]);
    check_pools(&mut community, "orphan", reply("elsewhere"), &[]);
    // posts from before there was metadata
    let old = json!({ "authorperm": "@carol/old" });
    community
        .chain
        .send("founder", "meddler", "insertPost", old)
        .succeeds();
    check_pools(&mut community, "late", reply("old"), &[1]);
    let again =
        json!({ "author": "carol", "permlink": "old", "jsonMetadata": { "tags": ["hot"] } });
    community.act("null", "comment", again).does_nothing();
}

#[test]
fn a_post_comes_once() {
    let mut community = two_pools();
    check_pools(&mut community, "one", tagged(json!(["cool"])), &[1]);
    check_pools(&mut community, "one", tagged(json!(["hot"])), &[1]);
    // one that is in no pool leaves nothing, and may be edited into one
    check_pools(&mut community, "two", tagged(json!(["x"])), &[]);
    assert_eq!(community.rows("postMetadata", json!({})).len(), 1);
    check_pools(&mut community, "two", tagged(json!(["hot"])), &[2]);
}

#[test]
fn a_paid_post_does_not_come_back() {
    let day = json!({ "rewardIntervalSeconds": 86_400, "cashoutWindowDays": 1 });
    let mut community = Community::with_pool(day);
    community.post("carol", "one").succeeds();
    community.chain.seconds_later(86_400);
    community.maintain();
    assert_eq!(community.posts(), 0);
    community.post("carol", "one").does_nothing();
    assert_eq!(community.posts(), 0);
}

#[test]
fn only_the_node_posts() {
    let mut community = Community::with_pool(json!({}));
    let post =
        json!({ "author": "carol", "permlink": "one", "jsonMetadata": { "tags": ["cool"] } });
    community
        .act("carol", "comment", post.clone())
        .fails_with("action must use comment operation");
    community
        .act("carol", "commentOptions", post)
        .fails_with("action must use commentOptions operation");
    community
        .act("carol", "vote", json!({}))
        .fails_with("can only vote with voting op");
    community
        .act("carol", "maintain", json!({}))
        .fails_with("not authorized");
}

#[test]
fn a_post_is_in_so_many_pools() {
    let mut community = Community::with_pool(json!({}));
    let letters = "ABCDEFGHIJKLMNOPQRSTUV";
    for letter in letters.chars() {
        let symbol = format!("{letter}AA");
        community.token(&symbol, 3);
        let fee = json!({ "to": "founder", "symbol": "ENG", "quantity": "1000" });
        community
            .chain
            .send(crate::testing::ENGINE, "tokens", "transfer", fee)
            .succeeds();
        community.create(&symbol, config(json!({}))).succeeds();
    }
    let first: Vec<u64> = (1..=20).collect();
    check_pools(&mut community, "one", tagged(json!(["cool"])), &first);
}

#[test]
fn options_are_noted() {
    let mut community = Community::with_pool(json!({}));
    community.token("HOT", 3);
    community
        .create("HOT", config(json!({ "ignoreDeclinePayout": true })))
        .succeeds();
    community.post("carol", "one").succeeds();
    let shares = json!([{ "account": "dan", "weight": 5000 }, { "account": "erin", "weight": 1 }]);
    community.options("carol", "one", "0.000 HBD", shares.clone());
    let rows = community.rows("posts", json!({}));
    assert_eq!(text(&rows[0], "declinePayout"), "true");
    assert!(rows[1].get("declinePayout").is_none());
    for row in &rows {
        assert_eq!(
            text(row, "beneficiaries"),
            r#"[{"account":"dan","weight":5000},{"account":"erin","weight":1}]"#
        );
    }
    community.options("carol", "one", "1000000.000 HBD", json!([]));
    assert_eq!(
        text(&community.rows("posts", json!({}))[0], "declinePayout"),
        "false"
    );
    assert_eq!(
        text(&community.rows("posts", json!({}))[0], "beneficiaries"),
        "[]"
    );
    // what the main chain would refuse is cut off
    let wild = json!([{ "account": "dan", "weight": 9000 }, { "account": "erin", "weight": 9000 }, { "weight": 1 }, 5]);
    community.options("carol", "one", "1.000 HBD", wild);
    assert_eq!(
        text(&community.rows("posts", json!({}))[0], "beneficiaries"),
        r#"[{"account":"dan","weight":9000},{"account":"erin","weight":1000}]"#
    );
    community.options("carol", "unknown", "1.000 HBD", json!([]));
    let odd = json!({ "author": "carol", "permlink": "one", "maxAcceptedPayout": 5 });
    community.act("null", "commentOptions", odd).does_nothing();
}
