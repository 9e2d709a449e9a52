//! `createPool`: every check, and what it makes.

use serde_json::json;

use super::world::{World, bulls_and_bears, one_token, pool, two_tokens};

/// A payload with a field changed does not make a pool.
#[track_caller]
fn check(change: serde_json::Value, error: &str) {
    let mut world = World::new(&["alice"]).with_nfts();
    let create = json!({ "name": "Token", "symbol": "PLAIN", "precision": 0, "maxSupply": "1000" });
    world.act("founder", "tokens", "create", create);
    let mut payload = pool(two_tokens());
    for (key, value) in change.as_object().unwrap() {
        payload[key] = value.clone();
    }
    let sent = world.0.send("founder", "mining", "createPool", payload);
    sent.fails_with(error);
    assert_eq!(world.0.find_in("mining", "tokenPools", json!({})).len(), 0);
}

/// NFTs that mine, with a field changed.
#[track_caller]
fn check_nft(change: serde_json::Value, error: &str) {
    let mut nft = bulls_and_bears();
    for (key, value) in change.as_object().unwrap() {
        nft[key] = value.clone();
    }
    check(json!({ "nftTokenMiner": nft }), error);
}

#[test]
fn prizes_are_checked() {
    let winners = "invalid lotteryWinners: integer between 1 and 20 only";
    let hours = "invalid lotteryIntervalHours: integer between 1 and 720 only";
    check(json!({ "minedToken": 2 }), "invalid params");
    check(json!({ "minedToken": "" }), "invalid params");
    for amount in [
        json!(1),
        json!("0"),
        json!("-1"),
        json!("x"),
        json!("Infinity"),
        json!(""),
    ] {
        check(json!({ "lotteryAmount": amount }), "invalid params");
    }
    let long = "invalid symbol: uppercase letters only, max length of 10";
    check(json!({ "minedToken": "ABCDEFGHIJK" }), long);
    for wrong in [json!(0), json!(21), json!(1.5), json!("1"), json!(null)] {
        check(json!({ "lotteryWinners": wrong }), winners);
    }
    for wrong in [json!(0), json!(721), json!(1.5), json!("1"), json!(null)] {
        check(json!({ "lotteryIntervalHours": wrong }), hours);
    }
    check(json!({ "minedToken": "NONE" }), "minedToken does not exist");
    check(
        json!({ "minedToken": "ENG" }),
        "must be issuer of minedToken",
    );
    let decimals = "minedToken precision mismatch for lotteryAmount";
    check(json!({ "lotteryAmount": "0.000000001" }), decimals);
    check(
        json!({ "minedToken": "PLAIN", "lotteryAmount": "1.5" }),
        decimals,
    );
}

#[test]
fn tokens_that_mine_are_checked() {
    let with = |miners: serde_json::Value| json!({ "tokenMiners": miners });
    let token = |symbol: &str| json!({ "symbol": symbol, "multiplier": 1 });
    check(with(json!("TKN")), "tokenMiners invalid");
    check(with(json!(null)), "tokenMiners invalid");
    check(with(json!([])), "only 1 or 2 tokenMiners allowed");
    let three = with(json!([token("TKN"), token("MTKN"), token("ENG")]));
    check(three, "only 1 or 2 tokenMiners allowed");
    for wrong in [
        json!(null),
        json!({}),
        json!({ "symbol": 1 }),
        json!({ "symbol": "" }),
    ] {
        check(with(json!([wrong])), "tokenMiners invalid");
    }
    let twice = "tokenMiners cannot have duplicate symbols";
    check(with(json!([token("TKN"), token("TKN")])), twice);
    for symbol in ["NONE", "PLAIN"] {
        let staking = "tokenMiners must have staking enabled";
        check(with(json!([token(symbol)])), staking);
    }
    for wrong in [json!(0), json!(101), json!(1.5), json!("1"), json!(null)] {
        check(
            with(json!([{ "symbol": "TKN", "multiplier": wrong }])),
            "tokenMiner multiplier must be an integer from 1 to 100",
        );
    }
}

#[test]
fn nfts_that_mine_are_checked() {
    check(
        json!({ "nftTokenMiner": "TSTNFT" }),
        "nftTokenMiner invalid",
    );
    check_nft(json!({ "symbol": 1 }), "nftTokenMiner invalid");
    let delegation = "nftTokenMiner must have delegation enabled";
    check_nft(json!({ "symbol": "NONE" }), delegation);
    check_nft(json!({ "symbol": "STILL" }), delegation);
    check_nft(json!({ "typeField": 1 }), "typeField must be a string");
    let kind = "nftTokenMiner must have string type property";
    check_nft(json!({ "typeField": "none" }), kind);
    check_nft(json!({ "typeField": "size" }), kind);
    check_nft(
        json!({ "properties": "power" }),
        "invalid nftTokenMiner properties",
    );
    let size = "nftTokenMiner properties size must be between 1 and 4";
    check_nft(json!({ "properties": [] }), size);
    let add = json!({ "op": "ADD" });
    check_nft(json!({ "properties": [add, add, add, add, add] }), size);
    let op = "nftTokenMiner properties op should be ADD or MULTIPLY";
    for wrong in [json!("add"), json!(1), json!("constructor")] {
        check_nft(json!({ "properties": [{ "op": wrong }] }), op);
    }
    check_nft(json!({ "properties": [{ "name": "power" }] }), op);
    let name = "nftTokenMiner properties name should be a string of length <= 16";
    check_nft(json!({ "properties": [{ "op": "ADD", "name": 1 }] }), name);
    check_nft(
        json!({ "properties": [{ "op": "ADD", "name": "12345678901234567" }] }),
        name,
    );
    let burn = "nftTokenMiner properties burnChange invalid";
    for wrong in [
        json!(null),
        json!("1"),
        json!({ "symbol": 1, "quantity": "1" }),
        json!({ "symbol": "TKN" }),
        json!({ "symbol": "TKN", "quantity": "-1" }),
        json!({ "symbol": "TKN", "quantity": "Infinity" }),
    ] {
        check_nft(
            json!({ "properties": [{ "op": "ADD", "burnChange": wrong }] }),
            burn,
        );
    }
    let unknown = json!({ "symbol": "NONE", "quantity": "1" });
    check_nft(
        json!({ "properties": [{ "op": "ADD", "burnChange": unknown }] }),
        "nftTokenMiner properties burnChange symbol not found",
    );
    let field = "nftTokenMiner properties field invalid";
    check_nft(
        json!({ "properties": [{ "op": "ADD", "colour": "red" }] }),
        field,
    );
    check_nft(json!({ "properties": [1] }), field);
}

#[test]
fn types_of_nfts_are_checked() {
    for wrong in [json!(null), json!("bull"), json!([])] {
        check_nft(json!({ "typeMap": wrong }), "invalid nftTokenMiner typeMap");
    }
    let length = "nftTokenMiner typeConfig length mismatch";
    for wrong in [json!(["1"]), json!("12"), json!(["1", "1", "1"])] {
        check_nft(json!({ "typeMap": { "bull": wrong } }), length);
    }
    for wrong in [
        json!(["x", "1"]),
        json!(["Infinity", "1"]),
        json!([null, "1"]),
    ] {
        check_nft(
            json!({ "typeMap": { "bull": wrong } }),
            "nftTokenMiner typeConfig invalid",
        );
    }
    let factor = "nftTokenMiner typeConfig MULTIPLY property should be between 0.01 and 100";
    for wrong in ["0.009", "100.1", "-1"] {
        check_nft(json!({ "typeMap": { "bull": ["1", wrong] } }), factor);
    }
}

#[test]
fn a_pool_costs_a_fee() {
    let mut world = World::new(&["alice"]);
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "poolCreationFee": "1000" }),
    );
    let create = |world: &mut World| {
        let payload = pool(one_token());
        world.0.send("founder", "mining", "createPool", payload)
    };
    create(&mut world).fails_with("you must have enough tokens to cover the creation fee");
    let pay = json!({ "to": "founder", "symbol": "ENG", "quantity": "1000.5" });
    world.act("engine", "tokens", "transfer", pay);
    let sent = world
        .0
        .post("founder", "mining", "createPool", pool(one_token()));
    sent.fails_with("you must use a custom_json signed with your active key");
    create(&mut world).succeeds().emits(&[
        r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"1000"}"#,
        r#"createPool {"id":"TKN:TKN"}"#,
    ]);
    world.0.balance("founder", "ENG").is("0.50000000");
    let again = "you must have enough tokens to cover the creation fee";
    create(&mut world).fails_with(again);
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "poolCreationFee": "0" }),
    );
    create(&mut world).fails_with("pool already exists");
}

/// The owner of the contract pays nothing, and may make pools of the utility token, whoever issues that.
#[test]
fn the_owner_makes_pools_of_the_utility_token() {
    let mut world = World::new(&["alice"]);
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "poolCreationFee": "1000" }),
    );
    let mut payload = pool(one_token());
    payload["minedToken"] = json!("ENG");
    world.act("engine", "mining", "createPool", payload);
    world.0.balance("engine", "ENG").is("1000000.00000000");
}

#[test]
fn a_new_pool_waits_to_be_counted_and_activated() {
    let mut world = World::new(&["alice"]).with_nfts();
    let mut payload = two_tokens();
    payload["nftTokenMiner"] = bulls_and_bears();
    world
        .create(payload)
        .emits(&[r#"createPool {"id":"TKN:MTKN,TKN:TSTNFT"}"#]);
    let row = world.pool("TKN:MTKN,TKN:TSTNFT").stringify();
    let now = world.0.now();
    let expected = json!({
        "_id": 1, "minedToken": "TKN", "lotteryWinners": 1, "lotteryIntervalHours": 1, "lotteryAmount": "1",
        "tokenMiners": two_tokens()["tokenMiners"], "nftTokenMiner": bulls_and_bears(), "active": false,
        "nextLotteryTimestamp": now + 3_600_000, "totalPower": "0", "id": "TKN:MTKN,TKN:TSTNFT",
        "updating": {
            "inProgress": true, "updatePoolTimestamp": now, "tokenIndex": 0, "nftTokenIndex": 0, "lastId": 0,
        },
    });
    let row: serde_json::Value = serde_json::from_str(&row).unwrap();
    assert_eq!(row, expected);
    let uses = world.0.find_in("mining", "tokenPools", json!({}));
    let uses: Vec<&str> = uses
        .iter()
        .filter_map(|row| row.get_str("symbol"))
        .collect();
    assert_eq!(uses, ["TKN", "MTKN"]);
}

#[test]
fn names_of_pools() {
    let mut world = World::new(&["alice"]).with_nfts();
    world
        .create(two_tokens())
        .emits(&[r#"createPool {"id":"TKN:MTKN,TKN"}"#]);
    let mut nfts = json!({ "tokenMiners": [], "nftTokenMiner": bulls_and_bears() });
    world
        .create(nfts.clone())
        .emits(&[r#"createPool {"id":"TKN::TSTNFT"}"#]);
    nfts["tokenMiners"] = one_token()["tokenMiners"].clone();
    world
        .create(nfts)
        .emits(&[r#"createPool {"id":"TKN:TKN:TSTNFT"}"#]);
}

#[test]
fn only_a_contract_brings_weights_of_its_own() {
    let mut world = World::new(&["alice"]);
    let mut payload = pool(json!({ "externalMiners": 1 }));
    let sent = world
        .0
        .send("founder", "mining", "createPool", payload.clone());
    sent.fails_with("externalMiners must be a string");
    payload["externalMiners"] = json!("TKN:MTKN");
    let sent = world
        .0
        .send("founder", "mining", "createPool", payload.clone());
    sent.fails_with("must be called from a contract");
    let by_contract = |payload: &serde_json::Value| json!({ "params": payload });
    let mut with_nft = payload.clone();
    with_nft["nftTokenMiner"] = bulls_and_bears();
    let sent = world.0.send(
        "founder",
        "marketpools",
        "createPool",
        by_contract(&with_nft),
    );
    sent.fails_with("external nftTokenMiner not currently supported");
    let long = json!({ "externalMiners": "A".repeat(101) });
    let sent = world.0.send(
        "founder",
        "marketpools",
        "createPool",
        by_contract(&pool(long)),
    );
    sent.fails_with("invalid externalMiners: max length of 100");
    let none = by_contract(&pool(json!({})));
    let sent = world.0.send("founder", "marketpools", "createPool", none);
    sent.fails_with("tokenMiners invalid");
    let sent = world.act(
        "founder",
        "marketpools",
        "createPool",
        by_contract(&payload),
    );
    sent.emits(&[r#"createPool {"id":"TKN:EXT-TKNMTKN"}"#]);
    let row = world.pool("TKN:EXT-TKNMTKN");
    assert_eq!(row.get_str("externalContract"), Some("marketpools"));
    assert_eq!(row.get_str("externalMiners"), Some("TKN:MTKN"));
}

/// Every change of a stake goes through all pools of the token.
#[test]
fn a_token_mines_in_so_many_pools() {
    let limits = tartan_runtime::Limits {
        rows_per_account: 1,
        ..tartan_runtime::Limits::default()
    };
    let mut world = World::with_limits(&[], limits);
    world.create(one_token());
    let sent = world
        .0
        .send("founder", "mining", "createPool", pool(two_tokens()));
    sent.fails_with("too many pools for tokenMiner TKN, maximum is 1");
}
