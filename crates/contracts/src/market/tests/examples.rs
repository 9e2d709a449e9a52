//! What the reference was seen to do, step by step.

use serde_json::json;

use super::world::{TOKEN, World};

#[test]
fn a_buy_order_takes_the_cheapest_first_and_gets_the_difference_back() {
    let mut world = World::new(&["anna", "bert", "carl"]);
    world.sell("anna", "10", "0.12345678");
    let anna = world.chain.last_transaction();
    world.sell("bert", "5.5", "0.12");
    let bert = world.chain.last_transaction();
    let sent = world.buy("carl", "7.777", "0.13");
    let carl = world.chain.last_transaction();
    sent.emits(&[
        r#"transferToContract {"from":"carl","to":"market","symbol":"SWAP.HIVE","quantity":"1.01101000"}"#,
        r#"transferFromContract {"from":"market","to":"carl","symbol":"TKN","quantity":"5.500"}"#,
        r#"transferFromContract {"from":"market","to":"bert","symbol":"SWAP.HIVE","quantity":"0.66000000"}"#,
        &format!(r#"orderClosed {{"account":"bert","type":"sell","txId":"{bert}"}}"#),
        r#"transferFromContract {"from":"market","to":"carl","symbol":"TKN","quantity":"2.277"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"SWAP.HIVE","quantity":"0.28111109"}"#,
        r#"transferFromContract {"from":"market","to":"carl","symbol":"SWAP.HIVE","quantity":"0.06989891"}"#,
        &format!(r#"orderClosed {{"account":"carl","type":"buy","txId":"{carl}"}}"#),
    ]);
    world.book_is("sellBook", &["anna 7.723 @ 0.12345678"]);
    world.book_is("buyBook", &[]);
    for (field, expected) in [
        ("volume", "0.94111109"),
        ("lastPrice", "0.12345678"),
        ("lastDayPrice", "0.12000000"),
        ("priceChangeHive", "0.00345678"),
        ("priceChangePercent", "2.88%"),
        ("lowestAsk", "0.12345678"),
        ("highestBid", "0"),
    ] {
        assert_eq!(world.figure(TOKEN, field), expected, "{field}");
    }
    let trades = world.chain.find_in("market", "tradesHistory", json!({}));
    let shown = tartan_document::Value::Object(trades[1].clone()).stringify();
    let expected = format!(
        concat!(
            r#"{{"_id":2,"type":"buy","buyer":"carl","seller":"anna","symbol":"TKN","quantity":"2.277","#,
            r#""price":"0.12345678","timestamp":1600000000,"volume":"0.28111109","buyTxId":"{}","sellTxId":"{}"}}"#
        ),
        carl, anna
    );
    assert_eq!(shown, expected);
    world.check();

    // the seller keeps what rounding leaves over
    world.at_once("carl", "marketBuy", "0.5").succeeds().emits(&[
        r#"transferToContract {"from":"carl","to":"market","symbol":"SWAP.HIVE","quantity":"0.50000000"}"#,
        r#"transferFromContract {"from":"market","to":"carl","symbol":"TKN","quantity":"4.050"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"SWAP.HIVE","quantity":"0.50000000"}"#,
    ]);
    world.book_is("sellBook", &["anna 3.673 @ 0.12345678"]);
    assert_eq!(world.figure(TOKEN, "volume"), "1.44111109");
    world.check();
}

#[test]
fn tokens_are_sold_at_once_to_several_buyers() {
    let mut world = World::new(&["anna", "bert", "carl"]);
    world.buy("anna", "3", "0.00000333");
    world.buy("bert", "2", "0.00000333");
    world.book_is(
        "buyBook",
        &[
            "anna 3.000 @ 0.00000333 for 0.00000999",
            "bert 2.000 @ 0.00000333 for 0.00000666",
        ],
    );
    world.at_once("carl", "marketSell", "4.001").succeeds().emits(&[
        r#"transferToContract {"from":"carl","to":"market","symbol":"TKN","quantity":"4.001"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"TKN","quantity":"3.000"}"#,
        r#"transferFromContract {"from":"market","to":"carl","symbol":"SWAP.HIVE","quantity":"0.00000999"}"#,
        r#"transferFromContract {"from":"market","to":"bert","symbol":"TKN","quantity":"1.001"}"#,
        r#"transferFromContract {"from":"market","to":"carl","symbol":"SWAP.HIVE","quantity":"0.00000333"}"#,
    ]);
    world.book_is("buyBook", &["bert 0.999 @ 0.00000333 for 0.00000333"]);
    world
        .at_once("carl", "marketSell", "4.0005")
        .fails_with("invalid params");
    world.check();
}

/// With the reference this leaves a buy order in the book that has nothing to pay with.
#[test]
fn a_buy_order_that_has_used_up_its_funds_is_closed() {
    let mut world = World::new(&["anna", "bert"]);
    for _ in 0..4 {
        world.sell("anna", "0.001", "0.000015");
    }
    world.buy("bert", "0.005", "0.000015");
    world.book_is("buyBook", &[]);
    world.book_is("sellBook", &[]);
    world.has("bert", "1000.004", "999.99999992");
    world.has("anna", "999.996", "1000.00000008");
    assert_eq!(world.figure(TOKEN, "highestBid"), "0");
    world.check();
}

/// What rests is what the rest of the funds pays for: nobody who sells to it gets less than the price.
#[test]
fn a_buy_order_rests_with_what_its_funds_pay_for() {
    let mut world = World::new(&["anna", "bert", "carl"]);
    for _ in 0..3 {
        world.sell("anna", "0.001", "0.000015");
    }
    world.buy("bert", "0.005", "0.000015");
    world.book_is("buyBook", &["bert 0.001 @ 0.00001500 for 0.00000002"]);
    world.check();
    world.sell("carl", "0.001", "0.000015");
    world.has("carl", "999.999", "1000.00000001");
    // what rounding down for the seller leaves comes back
    world.has("bert", "1000.004", "999.99999993");
    world.check();
}

#[test]
fn dust_returns_to_whom_it_belongs() {
    let mut world = World::new(&["anna", "bert"]);
    world.sell("anna", "1.4", "0.00000001");
    world.buy("bert", "1", "0.00000001");
    world.has("anna", "999.000", "1000.00000001");
    world.has("bert", "1001.000", "999.99999999");
    world.book_is("sellBook", &[]);
    world.check();
    // the other way round
    world.buy("bert", "1.4", "0.00000001");
    world.sell("anna", "1", "0.00000001");
    world.has("anna", "998.000", "1000.00000002");
    world.has("bert", "1002.000", "999.99999998");
    world.book_is("buyBook", &[]);
    world.check();
    // what is left of the order that comes in
    world.buy("bert", "1", "0.00000001");
    world.sell("anna", "1.4", "0.00000001");
    world.has("anna", "997.000", "1000.00000003");
    world.book_is("sellBook", &[]);
    world.check();
}

#[test]
fn orders_of_one_account_trade_with_each_other() {
    let mut world = World::new(&["anna"]);
    world.sell("anna", "2", "0.5");
    world.buy("anna", "2", "0.6");
    world.has("anna", "1000.000", "1000.00000000");
    assert_eq!(world.figure(TOKEN, "volume"), "1.00000000");
    world.check();
}

#[test]
fn orders_of_the_same_price_are_filled_in_the_order_they_came() {
    let mut world = World::new(&["anna", "bert", "carl", "dora"]);
    world.sell("bert", "1", "0.5");
    world.sell("anna", "1", "0.5");
    world.sell("carl", "1", "0.4");
    world.buy("dora", "1.5", "1");
    world.book_is(
        "sellBook",
        &["bert 0.500 @ 0.50000000", "anna 1.000 @ 0.50000000"],
    );
    world.check();
    world.buy("dora", "1", "0.5");
    world.book_is("sellBook", &["anna 0.500 @ 0.50000000"]);
    world.check();
}
