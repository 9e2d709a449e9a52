//! Orders that are filled at once.

use serde_json::json;

use super::world::{BASE, SIGN, TOKEN, World};

#[test]
fn the_parameters_are_checked() {
    let mut world = World::new(&["anna"]);
    for action in ["marketBuy", "marketSell"] {
        let order = json!({ "symbol": TOKEN, "quantity": "1" });
        world
            .chain
            .post("anna", "market", action, order)
            .fails_with(SIGN);
        for order in [
            json!({ "quantity": "1" }),
            json!({ "symbol": "", "quantity": "1" }),
            json!({ "symbol": BASE, "quantity": "1" }),
            json!({ "symbol": TOKEN }),
            json!({ "symbol": TOKEN, "quantity": 1 }),
            json!({ "symbol": TOKEN, "quantity": "x" }),
            json!({ "symbol": TOKEN, "quantity": "0" }),
            json!({ "symbol": TOKEN, "quantity": "-1" }),
        ] {
            world.act("anna", action, order).does_nothing();
        }
        for (symbol, quantity, error) in [
            ("NONE", "1", "invalid params"),
            (TOKEN, "0.000000001", "invalid params"),
            (TOKEN, "1001", "overdrawn balance"),
            (TOKEN, "Infinity", "overdrawn balance"),
        ] {
            let order = json!({ "symbol": symbol, "quantity": quantity });
            world.act("anna", action, order).fails_with(error);
        }
    }
    let order = json!({ "symbol": TOKEN, "quantity": "0.0001" });
    world
        .act("anna", "marketSell", order)
        .fails_with("invalid params");
    world.check();
}

#[test]
fn what_is_not_filled_comes_back() {
    let mut world = World::new(&["anna", "bert"]);
    for (action, symbol) in [("marketBuy", BASE), ("marketSell", TOKEN)] {
        let precision = if symbol == BASE {
            "0.50000000"
        } else {
            "0.500"
        };
        world.at_once("anna", action, "0.5").succeeds().emits(&[
            &format!(r#"transferToContract {{"from":"anna","to":"market","symbol":"{symbol}","quantity":"{precision}"}}"#),
            &format!(r#"transferFromContract {{"from":"market","to":"anna","symbol":"{symbol}","quantity":"{precision}"}}"#),
        ]);
    }
    world.sell("bert", "1", "0.3");
    world.sell("bert", "1", "0.4");
    world.at_once("anna", "marketBuy", "2").succeeds();
    world.has("anna", "1002.000", "999.30000000");
    world.buy("bert", "1", "0.2");
    world.buy("bert", "1", "0.1");
    world.at_once("anna", "marketSell", "5").succeeds();
    world.has("anna", "1000.000", "999.60000000");
    world.check();
}

/// Prices only get worse: nothing behind an order that is too dear is any better.
#[test]
fn too_little_buys_and_sells_nothing() {
    let mut world = World::new(&["anna", "bert"]);
    for price in ["0.234", "0.235", "0.236"] {
        world.sell("bert", "1", price);
    }
    world.at_once("anna", "marketBuy", "0.00000001").succeeds();
    world.has("anna", "1000.000", "1000.00000000");
    for price in ["0.00000002", "0.00000003"] {
        world.buy("bert", "1", price);
    }
    let sent = world.at_once("anna", "marketSell", "0.001");
    assert_eq!(sent.logs.errors, ["the order cannot be filled"]);
    world.has("anna", "1000.000", "1000.00000000");
    world.check();
}

/// With a token that cannot be divided, what is left over may be worth a lot.
#[test]
fn what_rounding_leaves_over_comes_back_if_it_is_much() {
    let mut world = World::new(&["anna", "bert"]);
    world.token("WHOLE", 0, &["bert"]);
    let sell = json!({ "symbol": "WHOLE", "quantity": "10", "price": "100" });
    world.act("bert", "sell", sell).succeeds();
    let buy = |quantity: &str| json!({ "symbol": "WHOLE", "quantity": quantity });
    world.act("anna", "marketBuy", buy("150")).succeeds();
    world.chain.balance("anna", "WHOLE").is("1");
    world.chain.balance("anna", BASE).is("900.00000000");
    world.chain.balance("bert", BASE).is("1100.00000000");
    world.check();
    world
        .act("anna", "marketBuy", buy("100.09999999"))
        .succeeds();
    world.chain.balance("anna", BASE).is("799.90000001");
    world.check();
    world.act("anna", "marketBuy", buy("100.1")).succeeds();
    world.chain.balance("anna", BASE).is("699.90000001");
    world.check();
}

#[test]
fn dust_that_is_left_of_the_other_order_returns() {
    let mut world = World::new(&["anna", "bert"]);
    world.sell("bert", "1.4", "0.00000001");
    world.at_once("anna", "marketBuy", "0.00000001").succeeds().emits(&[
        r#"transferToContract {"from":"anna","to":"market","symbol":"SWAP.HIVE","quantity":"0.00000001"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"TKN","quantity":"1.000"}"#,
        r#"transferFromContract {"from":"market","to":"bert","symbol":"SWAP.HIVE","quantity":"0.00000001"}"#,
        r#"transferFromContract {"from":"market","to":"bert","symbol":"TKN","quantity":"0.400"}"#,
    ]);
    world.book_is("sellBook", &[]);
    world.check();
    world.buy("bert", "1.4", "0.00000001");
    world.at_once("anna", "marketSell", "1").succeeds();
    world.book_is("buyBook", &[]);
    world.has("bert", "1000.000", "1000.00000000");
    world.check();
}
