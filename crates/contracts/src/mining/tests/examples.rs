//! The worked examples of the specification, section 10, to the last digit.

use serde_json::json;

use super::world::{TICK, World, bulls_and_bears, one_token, only_nfts, two_tokens};

const ID: &str = "TKN:MTKN,TKN";

/// What satoshi and satoshi2 weigh, and the total.
#[track_caller]
fn check(world: &World, id: &str, expected: [&str; 3]) {
    let found = [
        world.power(id, "satoshi"),
        world.power(id, "satoshi2"),
        world.total(id),
    ];
    assert_eq!(found, expected);
}

fn staked() -> World {
    let mut world = World::new(&["satoshi", "satoshi2"]);
    world.stake("satoshi", "TKN", "30");
    world.stake("satoshi2", "TKN", "20");
    world.stake("satoshi", "MTKN", "5");
    world.stake("satoshi2", "MTKN", "20");
    world.create(two_tokens());
    world
}

#[test]
fn stakes_and_delegations() {
    let mut world = staked();
    check(&world, ID, ["-", "-", "0"]);
    world.tick();
    check(&world, ID, ["30", "20", "50"]);
    assert_eq!(world.progress(ID), "[true,1,0,0]");
    world.tick();
    check(&world, ID, ["50", "100", "150"]);
    assert_eq!(world.progress(ID), "[false,0,0,0]");
    world.stake("satoshi", "TKN", "10");
    world.stake("satoshi2", "MTKN", "10");
    check(&world, ID, ["60", "140", "200"]);
    let five =
        |to: &str, symbol: &str| json!({ "to": to, "from": to, "symbol": symbol, "quantity": "5" });
    world.act("satoshi", "tokens", "delegate", five("satoshi2", "TKN"));
    world.act("satoshi2", "tokens", "delegate", five("satoshi", "MTKN"));
    check(&world, ID, ["75", "125", "200"]);
    world.act("satoshi", "tokens", "undelegate", five("satoshi2", "TKN"));
    world.act("satoshi2", "tokens", "undelegate", five("satoshi", "MTKN"));
    check(&world, ID, ["55", "120", "175"]);
    world
        .0
        .days_later(1, "checkPendingUndelegations")
        .succeeds();
    check(&world, ID, ["60", "140", "200"]);

    let row = world.miner(ID, "satoshi").unwrap();
    let begun = world
        .pool(ID)
        .get("updating")
        .unwrap()
        .get("updatePoolTimestamp")
        .unwrap()
        .clone();
    let expected = format!(
        r#"{{"_id":1,"id":"TKN:MTKN,TKN","account":"satoshi","balances":{{"0":"40","1":"5"}},"power":{{"$numberDecimal":"60"}},"updatePoolTimestamp":{}}}"#,
        begun.stringify()
    );
    assert_eq!(row.to_extended().stringify(), expected);
}

#[test]
fn unstaking_slice_by_slice() {
    let mut world = staked();
    world.stake("satoshi", "TKN", "10");
    world.stake("satoshi2", "MTKN", "10");
    world.count();
    check(&world, ID, ["60", "140", "200"]);
    world.unstake("satoshi", "TKN", "0.00000005");
    let first = world.0.last_transaction();
    world.unstake("satoshi2", "MTKN", "0.00000005");
    let second = world.0.last_transaction();
    check(&world, ID, ["59.99999998", "139.99999992", "199.9999999"]);
    world.0.days_later(1, "checkPendingUnstakes").succeeds();
    check(&world, ID, ["59.99999995", "139.9999998", "199.99999975"]);
    world.act(
        "satoshi",
        "tokens",
        "cancelUnstake",
        json!({ "txID": first }),
    );
    world.act(
        "satoshi2",
        "tokens",
        "cancelUnstake",
        json!({ "txID": second }),
    );
    check(&world, ID, ["59.99999998", "139.99999992", "199.9999999"]);
}

#[test]
fn bulls_and_a_bear() {
    let id = "TKN::TSTNFT";
    let mut world = World::new(&[]).with_nfts();
    world.delegate_nft("satoshi", "bull", ("mining", "c"));
    world.create(only_nfts());
    world.activate(id);
    world.tick();
    check(&world, id, ["3", "-", "3"]);
    let values = |world: &World| {
        let row = world.miner(id, "satoshi").unwrap();
        row.get("nftBalances").unwrap().stringify()
    };
    assert_eq!(values(&world), r#"{"0":"2","1":"1.5"}"#);
    world.delegate_nft("satoshi", "bear", ("mining", "c"));
    check(&world, id, ["1.35", "-", "1.35"]);
    assert_eq!(values(&world), r#"{"0":"1","1":"1.35"}"#);
    world.delegate_nft("satoshi2", "bull", ("satoshi", "u"));
    check(&world, id, ["6.075", "-", "6.075"]);
    assert_eq!(values(&world), r#"{"0":"3","1":"2.025"}"#);
    world.undelegate_nft(3).succeeds();
    check(&world, id, ["1.35", "-", "1.35"]);
    world.undelegate_nft(1).succeeds();
    check(&world, id, ["0", "-", "0"]);
    assert_eq!(values(&world), r#"{"0":"-1","1":"0.9"}"#);
}

#[test]
fn paying_for_power() {
    let id = "TKN:TKN:TSTNFT";
    let mut world = World::new(&["satoshi"]).with_nfts();
    let mut nft = bulls_and_bears();
    nft["typeMap"] = json!({ "bear": ["-1.0", "0.5"], "bull": ["2.0", "1.5"] });
    nft["properties"][0]["burnChange"] = json!({ "symbol": "TKN", "quantity": "0.1" });
    world.stake("satoshi", "TKN", "50");
    world.delegate_nft("satoshi", "bear", ("mining", "c"));
    world.delegate_nft("satoshi", "bull", ("mining", "c"));
    world.create(json!({ "tokenMiners": one_token()["tokenMiners"], "nftTokenMiner": nft }));
    world.count();
    check(&world, id, ["50.75", "-", "50.75"]);
    for (change, fee, power) in [
        ("10", "949.00000000", "58.25"),
        ("-5", "948.50000000", "54.5"),
    ] {
        world.0.hours_later(1, "mining", "handleNftChange");
        let payload =
            json!({ "id": id, "type": "bear", "propertyName": "power", "changeAmount": change });
        world.act("satoshi", "mining", "changeNftProperty", payload);
        world.0.balance("satoshi", "TKN").is(fee);
        world.count();
        check(&world, id, [power, "-", power]);
    }
}

#[test]
fn an_hourly_draw() {
    let mut world = World::new(&["satoshi", "satoshi2"]);
    world.stake("satoshi", "TKN", "50");
    world.stake("satoshi2", "TKN", "10");
    world.create(one_token());
    world.activate("TKN:TKN");
    world.tick().emits(&[]);
    let before = world.0.token("TKN", "supply");
    before.is("2000.00000000");
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    // the seed is made of the ids of blocks and of the transaction, which the test chain numbers
    sent.emits(&[
        r#"miningLottery {"poolId":"TKN:TKN","winners":[{"winner":"satoshi","winningNumber":"8.69875849300269","winningAmount":"1.00000000"}]}"#,
        r#"transferFromContract {"from":"tokens","to":"satoshi","symbol":"TKN","quantity":"1.00000000"}"#,
    ]);
    world.0.balance("satoshi", "TKN").is("951.00000000");
    let next = world
        .pool("TKN:TKN")
        .get("nextLotteryTimestamp")
        .unwrap()
        .as_i64();
    assert_eq!(next, Some(world.0.now() + 3_600_000));
    world.tick().does_nothing();
    world.0.check_conservation();
}
