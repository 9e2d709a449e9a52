//! Changing pools, switching them on and off, paying for other values of NFTs.

use serde_json::json;

use super::world::{World, bulls_and_bears, one_token, only_nfts, pool, two_tokens};

const ID: &str = "TKN:MTKN,TKN";
const NFT_ID: &str = "TKN::TSTNFT";

fn update(id: &str, miners: serde_json::Value) -> serde_json::Value {
    let mut payload = pool(miners);
    payload["id"] = json!(id);
    payload
}

/// A payload with fields changed does not update a pool, and costs nothing.
#[track_caller]
fn check(id: &str, miners: serde_json::Value, change: serde_json::Value, error: &str) {
    let mut world = World::new(&["alice"]).with_nfts();
    world.create(two_tokens());
    world.create(only_nfts());
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "poolUpdateFee": "300" }),
    );
    let pay = json!({ "to": "founder", "symbol": "ENG", "quantity": "300" });
    world.act("engine", "tokens", "transfer", pay);
    let before = world.pool(ID);
    let mut payload = update(id, miners);
    for (key, value) in change.as_object().unwrap() {
        payload[key] = value.clone();
    }
    world
        .0
        .send("founder", "mining", "updatePool", payload)
        .fails_with(error);
    assert_eq!(world.pool(ID), before);
    world.0.balance("founder", "ENG").is("300");
}

#[test]
fn new_prizes_are_checked() {
    let check = |change, error| check(ID, two_tokens(), change, error);
    for id in [json!(2), json!(""), json!(null)] {
        check(json!({ "id": id }), "invalid params");
    }
    for amount in ["0", "-1", "blah", "Infinity"] {
        check(json!({ "lotteryAmount": amount }), "invalid params");
    }
    let winners = "invalid lotteryWinners: integer between 1 and 20 only";
    check(json!({ "lotteryWinners": 2.7 }), winners);
    let hours = "invalid lotteryIntervalHours: integer between 1 and 720 only";
    check(json!({ "lotteryIntervalHours": 721 }), hours);
    check(json!({ "id": "TKN:NONE" }), "pool id not found");
    let decimals = "minedToken precision mismatch for lotteryAmount";
    check(json!({ "lotteryAmount": "0.000000001" }), decimals);
}

#[test]
fn tokens_that_mine_stay() {
    let check = |miners, error| check(ID, two_tokens(), json!({ "tokenMiners": miners }), error);
    let token =
        |symbol: &str, multiplier: u32| json!({ "symbol": symbol, "multiplier": multiplier });
    let other = "cannot change which tokens are in tokenMiners";
    check(json!(null), other);
    check(json!([token("TKN", 1)]), other);
    check(json!([token("MTKN", 4), token("TKN", 1)]), other);
    check(json!([token("TKN", 1), null]), other);
    let multiplier = "tokenMiner multiplier must be an integer from 1 to 100";
    check(json!([token("TKN", 0), token("MTKN", 1)]), multiplier);
    check(json!([token("TKN", 1), token("MTKN", 101)]), multiplier);
    let text = json!({ "symbol": "MTKN", "multiplier": "2" });
    check(json!([token("TKN", 1), text]), multiplier);
}

#[test]
fn nfts_that_mine_stay() {
    let token = "cannot change nftTokenMiner token";
    check(NFT_ID, json!({ "tokenMiners": [] }), json!({}), token);
    let added = json!({ "nftTokenMiner": bulls_and_bears() });
    check(ID, two_tokens(), added, token);
    let check = |change: serde_json::Value, error| {
        let mut nft = bulls_and_bears();
        for (key, value) in change.as_object().unwrap() {
            nft[key] = value.clone();
        }
        check(NFT_ID, only_nfts(), json!({ "nftTokenMiner": nft }), error);
    };
    check(json!({ "symbol": "STILL" }), token);
    let field = "cannot change nftTokenMiner typeField";
    check(json!({ "typeField": "size" }), field);
    check(json!({ "typeField": null }), field);
    check(json!({ "typeMap": "bad" }), "invalid nftTokenMiner typeMap");
    check(
        json!({ "properties": 1 }),
        "invalid nftTokenMiner properties",
    );
    let superset = "typeConfig types must be a superset of old typeConfig types";
    check(json!({ "typeMap": { "bull": ["1", "1"] } }), superset);
    let factor = "nftTokenMiner typeConfig MULTIPLY property should be between 0.01 and 100";
    check(
        json!({ "typeMap": { "bull": ["1", "0"], "bear": ["1", "1"] } }),
        factor,
    );
}

#[test]
fn an_update_is_the_issuers_and_costs_a_fee() {
    let mut world = World::new(&["alice"]);
    world.create(two_tokens());
    let payload = update(ID, two_tokens());
    let sent = world
        .0
        .send("alice", "mining", "updatePool", payload.clone());
    sent.fails_with("must be issuer of minedToken");
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "poolUpdateFee": "300" }),
    );
    let sent = world
        .0
        .send("founder", "mining", "updatePool", payload.clone());
    sent.fails_with("you must have enough tokens to cover the update fee");
    let pay = json!({ "to": "founder", "symbol": "ENG", "quantity": "301" });
    world.act("engine", "tokens", "transfer", pay);
    let sent = world
        .0
        .post("founder", "mining", "updatePool", payload.clone());
    sent.fails_with("you must use a custom_json signed with your active key");
    let sent = world.act("founder", "mining", "updatePool", payload);
    sent.emits(&[r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"300"}"#]);
    world.0.balance("founder", "ENG").is("1.00000000");
}

/// Other weights make a pool count anew; other prizes do not.
#[test]
fn an_update_counts_anew_only_what_weighs_otherwise() {
    let mut world = World::new(&["alice"]).with_nfts();
    world.stake("alice", "TKN", "30");
    world.stake("alice", "MTKN", "5");
    world.create(two_tokens());
    world.count();
    world.0.hours_later(5, "mining", "handleNftChange");
    let mut payload = update(ID, two_tokens());
    payload["lotteryWinners"] = json!(2);
    payload["lotteryIntervalHours"] = json!(3);
    payload["lotteryAmount"] = json!("15.7");
    world.act("founder", "mining", "updatePool", payload.clone());
    let row = world.pool(ID);
    assert_eq!(world.total(ID), "50");
    assert_eq!(row.get("lotteryWinners").unwrap().as_u64(), Some(2));
    assert_eq!(row.get_str("lotteryAmount"), Some("15.7"));
    let next = row.get("nextLotteryTimestamp").unwrap().as_i64().unwrap();
    assert_eq!(next, world.0.now() + 3 * 3_600_000);
    assert_eq!(world.progress(ID), "[false,0,0,0]");

    payload["tokenMiners"][1]["multiplier"] = json!(9);
    world.act("founder", "mining", "updatePool", payload);
    assert_eq!(
        (world.total(ID).as_str(), world.progress(ID).as_str()),
        ("0", "[true,0,0,0]")
    );
    world.count();
    assert_eq!(
        (world.total(ID).as_str(), world.power(ID, "alice").as_str()),
        ("75", "75")
    );
}

#[test]
fn nfts_count_anew_when_their_values_change() {
    let mut world = World::new(&["alice"]).with_nfts();
    world.delegate_nft("alice", "bull", ("mining", "c"));
    world.delegate_nft("alice", "cow", ("mining", "c"));
    world.create(only_nfts());
    world.activate(NFT_ID);
    world.count();
    assert_eq!(world.total(NFT_ID), "3");
    let mut nft = bulls_and_bears();
    let mut update_with = |world: &mut World, key: &str, value: serde_json::Value| {
        nft[key] = value;
        let payload = update(NFT_ID, json!({ "tokenMiners": [], "nftTokenMiner": nft }));
        world.act("founder", "mining", "updatePool", payload);
        world.count();
        world.total(NFT_ID)
    };
    let names = json!([{ "op": "ADD", "name": "strength" }, { "op": "MULTIPLY" }]);
    assert_eq!(update_with(&mut world, "properties", names), "3");
    let types = json!({ "bull": ["4", "1.5"], "bear": ["1", "1"] });
    assert_eq!(update_with(&mut world, "typeMap", types), "6");
    let more = json!({ "bull": ["4", "1.5"], "bear": ["1", "1"], "cow": ["1", "2"] });
    assert_eq!(update_with(&mut world, "typeMap", more), "15");
    let ops = json!([{ "op": "ADD" }, { "op": "ADD" }]);
    assert_eq!(update_with(&mut world, "properties", ops), "17.5");
}

#[test]
fn the_issuer_switches_a_pool_on_and_off() {
    let mut world = World::new(&["alice"]);
    world.create(two_tokens());
    let active = |id: &str, active: serde_json::Value| json!({ "id": id, "active": active });
    let sent = world
        .0
        .post("founder", "mining", "setActive", active(ID, json!(true)));
    sent.fails_with("you must use a custom_json signed with your active key");
    for id in [json!("TKN:NONE"), json!(1), json!(null)] {
        let payload = json!({ "id": id, "active": true });
        let sent = world.0.send("founder", "mining", "setActive", payload);
        sent.fails_with("pool id not found");
    }
    let sent = world
        .0
        .send("alice", "mining", "setActive", active(ID, json!(true)));
    sent.fails_with("must be issuer of minedToken");
    for (asked, expected) in [
        (json!(true), true),
        (json!(""), false),
        (json!("yes"), true),
    ] {
        let sent = world.act("founder", "mining", "setActive", active(ID, asked));
        sent.emits(&[]);
        assert_eq!(
            world.pool(ID).get("active").unwrap().as_bool(),
            Some(expected)
        );
    }
}

#[test]
fn two_active_pools_may_use_an_nft() {
    let mut world = World::new(&["alice"]).with_nfts();
    let ids = [NFT_ID, "TKN:TKN:TSTNFT", "TKN:MTKN:TSTNFT"];
    for miners in [json!([]), json!(["TKN"]), json!(["MTKN"])] {
        let miners = miners.as_array().unwrap().iter();
        let miners: Vec<_> = miners
            .map(|symbol| json!({ "symbol": symbol, "multiplier": 1 }))
            .collect();
        world.create(json!({ "tokenMiners": miners, "nftTokenMiner": bulls_and_bears() }));
    }
    let set = |id: &str, active: bool| json!({ "id": id, "active": active });
    world.activate(ids[0]);
    world.activate(ids[1]);
    world.activate(ids[1]);
    let sent = world
        .0
        .send("founder", "mining", "setActive", set(ids[2], true));
    sent.fails_with("can have at most 2 active nft token pools for nft token");
    world.act("founder", "mining", "setActive", set(ids[0], false));
    world.activate(ids[2]);
    let uses = world.0.find_in("mining", "nftTokenPools", json!({}));
    let uses: Vec<&str> = uses.iter().filter_map(|row| row.get_str("id")).collect();
    assert_eq!(uses, [ids[1], ids[2]]);
}

/// Pools of TKN and NFTs whose power can be had for 0.1 TKN each.
fn burning() -> World {
    let mut world = World::new(&["alice", "bob"]).with_nfts();
    let mut nft = bulls_and_bears();
    nft["typeMap"] = json!({ "bear": ["-1.0", "0.5"], "bull": ["2.0", "1.5"] });
    nft["properties"][0]["burnChange"] = json!({ "symbol": "TKN", "quantity": "0.1" });
    world.create(json!({ "tokenMiners": one_token()["tokenMiners"], "nftTokenMiner": nft }));
    world.create(one_token());
    world
}

#[test]
fn a_change_of_a_value_is_checked() {
    let mut world = burning();
    let poor = json!({ "to": "bob", "symbol": "TKN", "quantity": "999.5" });
    world.act("alice", "tokens", "transfer", poor);
    let payload = json!({ "id": "TKN:TKN:TSTNFT", "type": "bear", "propertyName": "power", "changeAmount": "10" });
    let mut check = |key: &str, value: serde_json::Value, error: &str| {
        let mut payload = payload.clone();
        payload[key] = value;
        let sent = world
            .0
            .send("alice", "mining", "changeNftProperty", payload);
        sent.fails_with(error);
    };
    for key in ["id", "type", "propertyName", "changeAmount"] {
        check(key, json!(0), "invalid params");
        check(key, json!(""), "invalid params");
    }
    check("changeAmount", json!("null"), "invalid params");
    check("changeAmount", json!("Infinity"), "invalid params");
    check("id", json!("NO"), "pool id not found");
    let disabled = "property not enabled for burn change";
    check("id", json!("TKN:TKN"), disabled);
    check("propertyName", json!("boost"), disabled);
    check("propertyName", json!("none"), disabled);
    check("type", json!("none"), "type not found");
    check("type", json!("constructor"), "type not found");
    check(
        "changeAmount",
        json!("0.000000001"),
        "fee precision mismatch for amount 1e-10",
    );
    let poor = "you must have enough tokens to cover the update fee of 1 TKN";
    check("changeAmount", json!("10"), poor);
    let sent = world
        .0
        .post("alice", "mining", "changeNftProperty", payload);
    sent.fails_with("you must use a custom_json signed with your active key");
}

#[test]
fn factors_stay_within_bounds() {
    let mut world = World::new(&["alice"]).with_nfts();
    let mut nft = bulls_and_bears();
    nft["properties"][1]["burnChange"] = json!({ "symbol": "TKN", "quantity": "0" });
    world.create(json!({ "tokenMiners": [], "nftTokenMiner": nft }));
    for wrong in ["-0.891", "100"] {
        let payload =
            json!({ "id": NFT_ID, "type": "bear", "propertyName": "boost", "changeAmount": wrong });
        let sent = world
            .0
            .send("alice", "mining", "changeNftProperty", payload);
        sent.fails_with(
            "nftTokenMiner typeConfig MULTIPLY property should be between 0.01 and 100",
        );
    }
}
