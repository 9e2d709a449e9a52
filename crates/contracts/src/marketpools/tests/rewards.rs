//! Lotteries among liquidity providers.

use serde_json::{Value as Json, json};

use super::{ACTIVE, PAIR, World, refuses};
use crate::testing::{ENGINE, text};

const ID: &str = "GLD:EXT-GLDSLV";

fn lottery(winners: u32) -> Json {
    json!({
        "tokenPair": PAIR, "lotteryWinners": winners, "lotteryIntervalHours": 1, "lotteryAmount": "1",
        "minedToken": "GLD",
    })
}

fn reward_pool(world: &World, id: &str) -> Option<tartan_document::Object> {
    world
        .0
        .find_in("mining", "pools", json!({ "id": id }))
        .pop()
}

#[test]
fn reward_pools_are_refused() {
    let mut world = World::with_pool([8, 8]);
    let none = "pool must have liquidity positions";
    let create = lottery(20);
    refuses(
        &mut world,
        "founder",
        "createRewardPool",
        &create,
        &[(json!({}), none)],
    );
    refuses(
        &mut world,
        "founder",
        "updateRewardPool",
        &create,
        &[(json!({}), none)],
    );
    world.add("alice", "1000", "16000").succeeds();
    let cases = [
        (json!({ "tokenPair": "SLVGLD" }), "invalid tokenPair format"),
        (
            json!({ "tokenPair": "GLD:TKN" }),
            "quoteSymbol does not exist",
        ),
        (
            json!({ "lotteryWinners": 40 }),
            "invalid lotteryWinners: integer between 1 and 20 only",
        ),
        (
            json!({ "lotteryIntervalHours": 800 }),
            "invalid lotteryIntervalHours: integer between 1 and 720 only",
        ),
        (json!({ "minedToken": "TKN" }), "minedToken does not exist"),
        (json!({ "minedToken": null }), "invalid params"),
        (
            json!({ "minedToken": "ENG" }),
            "must be issuer of minedToken",
        ),
        (json!({ "lotteryAmount": 1 }), "invalid params"),
    ];
    refuses(&mut world, "founder", "createRewardPool", &create, &cases);
    refuses(
        &mut world,
        "founder",
        "updateRewardPool",
        &create,
        &[(json!({}), "pool id not found")],
    );
    let set = json!({ "tokenPair": PAIR, "minedToken": "GLD", "active": true });
    refuses(
        &mut world,
        "founder",
        "setRewardPoolActive",
        &set,
        &[(json!({}), "pool id not found")],
    );
    for action in ["createRewardPool", "updateRewardPool"] {
        let posted = world
            .0
            .post("founder", "marketpools", action, create.clone());
        posted.fails_with(ACTIVE);
    }
    let posted = world
        .0
        .post("founder", "marketpools", "setRewardPoolActive", set.clone());
    posted.fails_with("you must use a custom_json signed with your active key");
    world
        .act("founder", "createRewardPool", create.clone())
        .succeeds();
    let again = [(json!({}), "pool already exists")];
    refuses(&mut world, "founder", "createRewardPool", &create, &again);
    let issuer = [(json!({}), "must be issuer of minedToken")];
    refuses(&mut world, "bob", "updateRewardPool", &create, &issuer);
    refuses(&mut world, "bob", "setRewardPoolActive", &set, &issuer);
}

#[test]
fn fees_are_those_of_the_lotteries() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let fees = json!({ "poolCreationFee": "10", "poolUpdateFee": "3" });
    world
        .send(ENGINE, "mining", "updateParams", fees)
        .succeeds();
    let create = lottery(20);
    let message = "you must have enough tokens to cover the creation fee";
    refuses(
        &mut world,
        "founder",
        "createRewardPool",
        &create,
        &[(json!({}), message)],
    );
    let transfer = json!({ "to": "founder", "symbol": "ENG", "quantity": "12" });
    world
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    world
        .act("founder", "createRewardPool", create.clone())
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"10"}"#,
            r#"createPool {"id":"GLD:EXT-GLDSLV"}"#,
            r#"createRewardPool {"tokenPair":"GLD:SLV","rewardPoolId":"GLD:EXT-GLDSLV"}"#,
        ]);
    let message = "you must have enough tokens to cover the update fee";
    refuses(
        &mut world,
        "founder",
        "updateRewardPool",
        &create,
        &[(json!({}), message)],
    );
    let transfer = json!({ "to": "founder", "symbol": "ENG", "quantity": "1" });
    world
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    world
        .act("founder", "updateRewardPool", lottery(10))
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"3"}"#,
            r#"updateRewardPool {"tokenPair":"GLD:SLV","rewardPoolId":"GLD:EXT-GLDSLV"}"#,
        ]);
    assert_eq!(world.balance("founder", "ENG"), "0.00000000");
    let pool = reward_pool(&world, ID).expect("it was made");
    assert_eq!(text(&pool, "lotteryWinners"), "10");
    world.check();
}

#[test]
fn draws_begin_and_end() {
    let mut world = World::filled([8, 8], "1000", "16000");
    world.add("bob", "1000", "16000").succeeds();
    world
        .act("founder", "createRewardPool", lottery(20))
        .succeeds();
    world
        .0
        .hours_later(0, "mining", "checkPendingLotteries")
        .does_nothing();
    let sent = world
        .0
        .hours_later(1, "mining", "checkPendingLotteries")
        .succeeds();
    assert_eq!(
        sent.logs
            .events
            .iter()
            .filter(|event| event.event == "issue" || event.event == "transferFromContract")
            .count()
            .max(20),
        20
    );
    assert_eq!(super::draws::winners(&sent).len(), 20);
    world.0.token("GLD", "supply").is("3000001.00000000");
    let set = json!({ "tokenPair": PAIR, "minedToken": "GLD", "active": false });
    world
        .act("founder", "setRewardPoolActive", set)
        .succeeds()
        .emits(&[r#"setRewardPoolActive {"rewardPoolId":"GLD:EXT-GLDSLV","active":false}"#]);
    world
        .0
        .hours_later(5, "mining", "checkPendingLotteries")
        .does_nothing();
    world.check();
}

/// `mining` writes a dash for the dot.
#[test]
fn a_token_with_a_dot() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let create =
        json!({ "name": "Token", "symbol": "SWAP.COOL", "precision": 8, "maxSupply": "1000" });
    world.send("wrapper", "tokens", "create", create).succeeds();
    let mut dotted = lottery(3);
    dotted["minedToken"] = json!("SWAP.COOL");
    let sent = world
        .act("wrapper", "createRewardPool", dotted.clone())
        .succeeds();
    sent.emits(&[
        r#"createPool {"id":"SWAP-COOL:EXT-GLDSLV"}"#,
        r#"createRewardPool {"tokenPair":"GLD:SLV","rewardPoolId":"SWAP-COOL:EXT-GLDSLV"}"#,
    ]);
    let pool = reward_pool(&world, "SWAP-COOL:EXT-GLDSLV").expect("it was made");
    assert_eq!(text(&pool, "active"), "true");
    world.act("wrapper", "updateRewardPool", dotted).succeeds();
    let set = json!({ "tokenPair": PAIR, "minedToken": "SWAP.COOL", "active": false });
    world.act("wrapper", "setRewardPoolActive", set).succeeds();
}
