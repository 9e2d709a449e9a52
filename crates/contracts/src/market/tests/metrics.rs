//! The figures of a token's market, and the history of its trades.

use serde_json::json;

use super::world::{TOKEN, World};

#[test]
fn a_market_begins_with_nothing() {
    let mut world = World::new(&["anna"]);
    world.sell("anna", "1", "0.5");
    let rows = world.rows("metrics");
    let shown = tartan_document::Value::Object(rows[0].clone()).stringify();
    let expected = concat!(
        r#"{"_id":1,"symbol":"TKN","volume":"0","volumeExpiration":0,"lastPrice":"0","lowestAsk":"0.50000000","#,
        r#""highestBid":"0","lastDayPrice":"0","lastDayPriceExpiration":0,"priceChangeHive":"0","#,
        r#""priceChangePercent":"0","oldestTradeId":0,"oldestTrade":0}"#
    );
    assert_eq!(shown, expected);
}

#[test]
fn trades_of_the_day_before_are_forgotten() {
    let mut world = World::new(&["anna", "bert"]);
    let trade = |world: &mut World, price: &str| {
        world.sell("anna", "1", price);
        world.buy("bert", "1", price);
        world.check();
    };
    trade(&mut world, "2");
    world.chain.seconds_later(3_600);
    trade(&mut world, "3");
    assert_eq!(world.figure(TOKEN, "volume"), "5.00000000");
    assert_eq!(world.figure(TOKEN, "priceChangeHive"), "1.00000000");
    assert_eq!(world.figure(TOKEN, "priceChangePercent"), "50.00%");
    // exactly a day old is not older than a day
    world.chain.seconds_later(82_800);
    trade(&mut world, "1");
    assert_eq!(world.rows("tradesHistory").len(), 3);
    assert_eq!(world.figure(TOKEN, "volume"), "6.00000000");
    assert_eq!(world.figure(TOKEN, "priceChangePercent"), "-50.00%");
    world.chain.seconds_later(1);
    trade(&mut world, "1");
    assert_eq!(world.rows("tradesHistory").len(), 3);
    assert_eq!(world.figure(TOKEN, "volume"), "5.00000000");
    assert_eq!(world.figure(TOKEN, "priceChangePercent"), "0%");
    // after a day without trades all begins anew
    world.chain.seconds_later(86_402);
    trade(&mut world, "7");
    assert_eq!(world.rows("tradesHistory").len(), 1);
    assert_eq!(world.figure(TOKEN, "volume"), "7.00000000");
    assert_eq!(world.figure(TOKEN, "lastDayPrice"), "7.00000000");
}

#[test]
fn a_change_that_is_hardly_one_keeps_its_sign() {
    let mut world = World::new(&["anna", "bert"]);
    for price in ["1", "0.99999999"] {
        world.sell("anna", "1", price);
        world.buy("bert", "1", price);
    }
    assert_eq!(world.figure(TOKEN, "priceChangeHive"), "-0.00000001");
    assert_eq!(world.figure(TOKEN, "priceChangePercent"), "-0.00%");
}

#[test]
fn a_bounded_number_of_trades_is_forgotten_at_once() {
    let mut world = World::new(&["anna", "bert"]);
    world.sell("anna", "500", "0.01");
    let buy =
        json!({ "symbol": TOKEN, "quantity": "1", "price": "0.01", "isSignedWithActiveKey": true });
    let calls: Vec<_> = (0..120)
        .map(|_| ("bert".to_string(), "market", "buy", buy.clone()))
        .collect();
    world.chain.block(&calls);
    assert_eq!(world.figure(TOKEN, "volume"), "1.20000000");
    world.chain.seconds_later(86_401);
    for left in [71, 22, 3] {
        world.buy("bert", "1", "0.01");
        assert_eq!(world.rows("tradesHistory").len(), left);
    }
    world.check();
}

#[test]
fn the_best_prices_follow_the_books() {
    let mut world = World::new(&["anna", "bert"]);
    let first = |world: &World, bid: &str, ask: &str| {
        assert_eq!(world.figure(TOKEN, "highestBid"), bid);
        assert_eq!(world.figure(TOKEN, "lowestAsk"), ask);
        world.check();
    };
    world.buy("anna", "1", "3");
    world.buy("anna", "1", "2");
    world.sell("anna", "1", "5");
    world.sell("anna", "1", "4");
    first(&world, "3.00000000", "4.00000000");
    world.buy("anna", "1", "3");
    let cancel = |kind: &str, id: u64| json!({ "type": kind, "id": id });
    world.act("anna", "cancel", cancel("buy", 1)).succeeds();
    first(&world, "3.00000000", "4.00000000");
    world.act("anna", "cancel", cancel("buy", 3)).succeeds();
    first(&world, "2.00000000", "4.00000000");
    world.act("anna", "cancel", cancel("sell", 1)).succeeds();
    first(&world, "2.00000000", "4.00000000");
    world.at_once("bert", "marketBuy", "10").succeeds();
    first(&world, "2.00000000", "0");
    world.sell("bert", "0.5", "1");
    first(&world, "2.00000000", "0");
    world.sell("bert", "5", "1");
    first(&world, "0", "1.00000000");
}
