//! Making pools, and what the owner of the contract may change.

use serde_json::json;

use super::{ACTIVE, PAIR, World, refuses};
use crate::testing::{ENGINE, text};

fn with_fee() -> World {
    let mut world = World::new();
    let fee = json!({ "poolCreationFee": "1000" });
    world.act(ENGINE, "updateParams", fee).does_nothing();
    world
}

#[test]
fn a_pool_is_made() {
    let mut world = with_fee();
    let transfer = json!({ "to": "alice", "symbol": "ENG", "quantity": "1500" });
    world
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    let create = json!({ "tokenPair": PAIR });
    world.act("alice", "createPool", create).succeeds().emits(&[
        r#"transfer {"from":"alice","to":"null","symbol":"ENG","quantity":"1000"}"#,
        r#"createPool {"tokenPair":"GLD:SLV"}"#,
    ]);
    assert_eq!(world.balance("alice", "ENG"), "500.00000000");
    let mut row = world.row();
    row.remove("_id");
    let expected = r#"{"tokenPair":"GLD:SLV","baseQuantity":0,"baseVolume":0,"basePrice":0,"quoteQuantity":0,"quoteVolume":0,"quotePrice":0,"totalShares":0,"precision":8,"creator":"alice"}"#;
    assert_eq!(tartan_document::Value::from(row).stringify(), expected);
    world.check();
}

#[test]
fn the_owner_pays_nothing_for_a_pool() {
    let mut world = with_fee();
    let create = json!({ "tokenPair": PAIR });
    let sent = world.act(ENGINE, "createPool", create).succeeds();
    sent.emits(&[r#"createPool {"tokenPair":"GLD:SLV"}"#]);
}

#[test]
fn the_precision_is_the_higher_one() {
    let world = World::with_pool([3, 5]);
    assert_eq!(world.pool(&["precision"]), "5");
}

#[test]
fn a_pool_is_refused() {
    let mut world = with_fee();
    let create = json!({ "tokenPair": PAIR });
    let fee = "you must have enough tokens to cover the creation fee";
    refuses(
        &mut world,
        "bob",
        "createPool",
        &create,
        &[(json!({}), fee)],
    );
    let fee = json!({ "poolCreationFee": "0" });
    world.act(ENGINE, "updateParams", fee).does_nothing();
    let format = "invalid tokenPair format";
    let cases = [
        (json!({ "tokenPair": null }), format),
        (json!({ "tokenPair": 7 }), format),
        (json!({ "tokenPair": "GLDSLV" }), format),
        (json!({ "tokenPair": "GLD:SLV:X" }), format),
        (
            json!({ "tokenPair": "GLD:GLD" }),
            "tokenPair cannot be the same token",
        ),
        (
            json!({ "tokenPair": "TKN:SLV" }),
            "baseSymbol does not exist",
        ),
        (
            json!({ "tokenPair": "GLD:TKN" }),
            "quoteSymbol does not exist",
        ),
        (json!({ "tokenPair": "GLD:" }), "quoteSymbol does not exist"),
    ];
    refuses(&mut world, "bob", "createPool", &create, &cases);
    let posted = world
        .0
        .post("bob", "marketpools", "createPool", create.clone());
    posted.fails_with(ACTIVE);
    world.act("bob", "createPool", create.clone()).succeeds();
    let known = "a pool already exists for this tokenPair";
    let cases = [
        (json!({}), known),
        (json!({ "tokenPair": "SLV:GLD" }), known),
    ];
    refuses(&mut world, "bob", "createPool", &create, &cases);
}

#[test]
fn the_owner_sets_the_fee() {
    let mut world = World::new();
    let params = |world: &World| {
        let rows = world.0.find_in("marketpools", "params", json!({}));
        ["poolCreationFee", "updateIndex", "tradeFeeMul"]
            .map(|field| text(&rows[0], field))
            .join(" ")
    };
    for invalid in [json!("x"), json!("-1"), json!(5), json!(true)] {
        let update = json!({ "poolCreationFee": invalid });
        world
            .act(ENGINE, "updateParams", update)
            .fails_with("invalid poolCreationFee");
    }
    let update = json!({ "poolCreationFee": "0.5", "tradeFeeMul": "1" });
    world
        .act("alice", "updateParams", update.clone())
        .does_nothing();
    assert_eq!(params(&world), "0 2 0.9975");
    world.act(ENGINE, "updateParams", update).does_nothing();
    assert_eq!(params(&world), "0.5 2 0.9975");
    world.0.redeploy("marketpools");
    assert_eq!(params(&world), "0.5 2 0.9975");
}

#[test]
fn other_actions_are_unknown() {
    let mut world = World::new();
    world
        .act("alice", "toString", json!({}))
        .fails_with("unknown error");
}
