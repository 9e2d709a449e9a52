//! Placing and cancelling orders: what is refused, and in which words.

use serde_json::json;
use tartan_document::{Object, Value};

use super::world::{BASE, SIGN, TOKEN, World};
use crate::testing::text;

#[test]
fn the_parameters_of_an_order_are_checked() {
    let invalid = "invalid params";
    let cases = [
        (json!({ "price": "" }), invalid),
        (json!({ "price": 1 }), invalid),
        (json!({ "price": "x" }), invalid),
        (json!({ "quantity": "" }), invalid),
        (json!({ "quantity": 1 }), invalid),
        (json!({ "quantity": "1,5" }), invalid),
        (json!({ "symbol": "" }), invalid),
        (json!({ "symbol": BASE }), invalid),
        (json!({ "symbol": "NONE" }), invalid),
        (json!({ "expiration": 0 }), invalid),
        (json!({ "expiration": -1 }), invalid),
        (json!({ "expiration": 1.5 }), invalid),
        (json!({ "expiration": "10" }), invalid),
        (json!({ "expiration": null }), invalid),
        (json!({ "price": "0" }), invalid),
        (json!({ "price": "-1" }), invalid),
        (json!({ "price": "0.000000001" }), invalid),
        (json!({ "price": "Infinity" }), invalid),
        (json!({ "price": "10000000000000000000000000.1" }), invalid),
        (json!({ "quantity": "1.0001" }), invalid),
        (
            json!({ "quantity": "0" }),
            "order cannot be placed as it cannot be filled",
        ),
        (
            json!({ "quantity": "-1" }),
            "order cannot be placed as it cannot be filled",
        ),
        (
            json!({ "quantity": "0.001", "price": "0.00000999" }),
            "order cannot be placed as it cannot be filled",
        ),
        (json!({ "quantity": "Infinity" }), "overdrawn balance"),
        (json!({ "quantity": "1e60" }), "overdrawn balance"),
        (
            json!({ "quantity": "1000.001", "price": "1" }),
            "overdrawn balance",
        ),
    ];
    let mut world = World::new(&["anna"]);
    for kind in ["buy", "sell"] {
        for (change, error) in &cases {
            let mut order = json!({ "symbol": TOKEN, "quantity": "1", "price": "0.5" });
            for (key, value) in change.as_object().expect("an object") {
                order[key] = value.clone();
            }
            eprintln!("{kind} {order}");
            world.act("anna", kind, order).fails_with(error);
        }
        let order = json!({ "symbol": TOKEN, "quantity": "1", "price": "0.5" });
        world
            .chain
            .post("anna", "market", kind, order.clone())
            .fails_with(SIGN);
        world
            .act("nobody", kind, order)
            .fails_with("balance does not exist");
    }
    world.has("anna", "1000.000", "1000.00000000");
    world.check();
}

#[test]
fn an_order_is_a_row() {
    let mut world = World::new(&["anna"]);
    world.buy("anna", "1.5", "0.25");
    let buy = world.chain.last_transaction();
    let order = json!({ "symbol": TOKEN, "quantity": "2.50", "price": "1e1", "expiration": 60 });
    world.act("anna", "sell", order).succeeds();
    let sell = world.chain.last_transaction();
    let shown = |table: &str| {
        let rows = world.rows(table);
        Value::Object(rows[0].clone()).to_extended().stringify()
    };
    let expected = [
        r#"{"_id":1,"txId":"BUY","timestamp":1600000000,"account":"anna","symbol":"TKN","quantity":"1.500","#,
        r#""price":"0.25000000","priceDec":{"$numberDecimal":"0.25000000"},"tokensLocked":"0.37500000","#,
        r#""expiration":1602592000}"#,
    ];
    assert_eq!(shown("buyBook"), expected.concat().replace("BUY", &buy));
    let expected = [
        r#"{"_id":1,"txId":"SELL","timestamp":1600000000,"account":"anna","symbol":"TKN","quantity":"2.500","#,
        r#""price":"10.00000000","priceDec":{"$numberDecimal":"10.00000000"},"expiration":1600000060}"#,
    ];
    assert_eq!(shown("sellBook"), expected.concat().replace("SELL", &sell));
    world.check();
}

#[test]
fn orders_expire_within_thirty_days() {
    let mut world = World::new(&["anna"]);
    for (expiration, expected) in [
        (json!(2_592_000), 2_592_000),
        (json!(1e300), 2_592_000),
        (json!(1), 1),
    ] {
        let order =
            json!({ "symbol": TOKEN, "quantity": "1", "price": "1", "expiration": expiration });
        world.act("anna", "buy", order).succeeds();
        let rows = world.rows("buyBook");
        let last = rows.last().expect("an order");
        assert_eq!(
            text(last, "expiration"),
            (1_600_000_000_i64 + expected).to_string()
        );
    }
}

#[test]
fn an_account_has_at_most_200_orders() {
    let mut world = World::new(&["anna", "bert"]);
    for number in 0..200 {
        let (kind, price) = if number % 2 == 0 {
            ("buy", "0.1")
        } else {
            ("sell", "1.1")
        };
        world.order("anna", kind, "1", price).succeeds();
    }
    for kind in ["buy", "sell"] {
        world
            .order("anna", kind, "1", "0.5")
            .fails_with("too many open orders");
    }
    // orders that are filled at once are none that are open
    world.at_once("anna", "marketBuy", "1.1").succeeds();
    world.order("anna", "sell", "1", "1.2").succeeds();
    world.order("bert", "buy", "1", "0.1").succeeds();
    world.check();
    let cancel = json!({ "type": "buy", "id": 1 });
    world.act("anna", "cancel", cancel).succeeds();
    world.order("anna", "buy", "1", "0.1").succeeds();
    world
        .order("anna", "buy", "1", "0.1")
        .fails_with("too many open orders");
    world.check();
}

#[test]
fn some_accounts_are_passed_over() {
    let mut world = World::new(&["temp", "anna"]);
    for kind in ["buy", "sell"] {
        world.order("temp", kind, "1", "1").does_nothing();
    }
    for action in ["marketBuy", "marketSell"] {
        world.at_once("temp", action, "1").does_nothing();
    }
    let order = json!({ "account": "temp", "symbol": TOKEN, "quantity": "1", "price": "1" });
    world.act("null", "buy", order).does_nothing();
    world.has("temp", "1000.000", "1000.00000000");
}

#[test]
fn the_node_trades_for_an_account() {
    let mut world = World::new(&["anna", "bert"]);
    let order = |id: &str| json!({ "account": "anna", "txId": id, "symbol": TOKEN, "quantity": "1", "price": "1" });
    world.act("null", "buy", order("made-1")).succeeds();
    world.act("null", "sell", order("made-2")).succeeds().emits(&[
        r#"transferToContract {"from":"anna","to":"market","symbol":"TKN","quantity":"1.000"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"TKN","quantity":"1.000"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"SWAP.HIVE","quantity":"1.00000000"}"#,
        r#"orderClosed {"account":"anna","type":"buy","txId":"made-1"}"#,
        r#"orderClosed {"account":"anna","type":"sell","txId":"made-2"}"#,
    ]);
    world
        .act("null", "buy", order(""))
        .fails_with("invalid params");
    world
        .act("null", "buy", order(&"x".repeat(50)))
        .fails_with("invalid params");
    world.act("null", "buy", order(&"x".repeat(49))).succeeds();
    // nobody else can
    world.act("bert", "sell", order("made-3")).succeeds();
    world.chain.balance("bert", TOKEN).is("999.000");
    let mut strange = order("made-4");
    strange["account"] = json!(7);
    world
        .act("null", "buy", strange)
        .fails_with("invalid params");
    world.check();
}

#[test]
fn an_order_is_cancelled_by_its_owner() {
    let mut world = World::new(&["anna", "bert"]);
    world.buy("anna", "2", "0.5");
    let id = world.chain.last_transaction();
    world.sell("anna", "2", "0.7");
    let cancel = |kind: &str, id: serde_json::Value| json!({ "type": kind, "id": id });
    world
        .act("bert", "cancel", cancel("buy", json!(id)))
        .does_nothing();
    world.act("anna", "cancel", cancel("buy", json!(id))).succeeds().emits(&[
        r#"transferFromContract {"from":"market","to":"anna","symbol":"SWAP.HIVE","quantity":"1.00000000"}"#,
    ]);
    assert_eq!(world.figure(TOKEN, "highestBid"), "0");
    world.check();
    world.act("anna", "cancel", cancel("sell", json!(1))).succeeds().emits(&[
        r#"transferFromContract {"from":"market","to":"anna","symbol":"TKN","quantity":"2.000"}"#,
    ]);
    world.has("anna", "1000.000", "1000.00000000");
    assert_eq!(world.rows("openOrders"), Vec::<Object>::new());
    world.check();
}

#[test]
fn what_is_to_be_cancelled_has_to_exist() {
    let mut world = World::new(&["anna"]);
    world.buy("anna", "2", "0.5");
    let id = world.chain.last_transaction();
    let cancel = json!({ "type": "buy", "id": id });
    world
        .chain
        .post("anna", "market", "cancel", cancel)
        .fails_with(SIGN);
    for payload in [
        json!({ "id": id }),
        json!({ "type": "both", "id": id }),
        json!({ "type": 1, "id": id }),
        json!({ "type": "buy" }),
        json!({ "type": "buy", "id": "" }),
        json!({ "type": "buy", "id": 0 }),
        json!({ "type": "buy", "id": null }),
    ] {
        world
            .act("anna", "cancel", payload)
            .fails_with("invalid params");
    }
    for payload in [
        json!({ "type": "sell", "id": id }),
        json!({ "type": "buy", "id": 2 }),
        json!({ "type": "buy", "id": -1 }),
        json!({ "type": "buy", "id": 1.5 }),
        json!({ "type": "buy", "id": true }),
        json!({ "type": "buy", "id": ["1"] }),
        json!({ "type": "buy", "id": "x".repeat(60) }),
    ] {
        world
            .act("anna", "cancel", payload)
            .fails_with("order does not exist or invalid params");
    }
    world.check();
}

#[test]
fn the_node_cancels_for_an_account() {
    let mut world = World::new(&["anna"]);
    world.buy("anna", "2", "0.5");
    let cancel = |account: &str| json!({ "type": "buy", "id": 1, "account": account });
    world.act("null", "cancel", cancel("bert")).does_nothing();
    world.act("null", "cancel", cancel("anna")).succeeds();
    world.has("anna", "1000.000", "1000.00000000");
    world.check();
}

#[test]
fn orders_of_other_contracts_have_no_id() {
    let mut world = World::new(&["anna", "bert"]);
    let order = json!({ "symbol": TOKEN, "quantity": "1", "price": "1" });
    let sent = world.chain.send("anna", "caller", "buy", order);
    sent.fails_with("invalid params");
    // what is filled at once needs none
    world.sell("bert", "1", "1");
    let order = json!({ "symbol": TOKEN, "quantity": "1" });
    world
        .chain
        .send("anna", "caller", "marketBuy", order)
        .succeeds();
    let trades = world.rows("tradesHistory");
    assert_eq!(trades[0].get("buyTxId"), Some(&Value::Null));
    world.check();
}

#[test]
fn deploying_again_keeps_the_books() {
    let mut world = World::new(&["anna"]);
    world.buy("anna", "2", "0.5");
    world.chain.redeploy("market");
    world.book_is("buyBook", &["anna 2.000 @ 0.50000000 for 1.00000000"]);
    world.check();
}
