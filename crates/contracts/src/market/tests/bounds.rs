//! The work of one order is bounded.

use serde_json::json;

use super::world::{BASE, TOKEN, World};
use crate::market::MOST_FILLS;

/// A book with more orders than one order meets.
fn crowded(kind: &str) -> World {
    let mut world = World::new(&["anna"]);
    let mut calls = Vec::new();
    for number in 0..=MOST_FILLS {
        let account = format!("maker{}", number / 100);
        if number % 100 == 0 {
            world.issue(TOKEN, &account, "1000");
            world.issue(BASE, &account, "1000");
        }
        let order = json!({ "symbol": TOKEN, "quantity": "1", "price": "0.5", "isSignedWithActiveKey": true });
        calls.push((account, "market", kind, order));
    }
    world.chain.block(&calls);
    world.check();
    world
}

#[test]
fn what_is_left_of_an_order_that_meets_too_many_comes_back() {
    for (kind, against) in [("sell", "buyBook"), ("buy", "sellBook")] {
        let mut world = crowded(if kind == "sell" { "buy" } else { "sell" });
        let events = world
            .order("anna", kind, "300", "0.5")
            .succeeds()
            .logs
            .events;
        let last = events.last().expect("there are events");
        assert_eq!(
            (last.event.as_str(), last.data.stringify().contains("anna")),
            ("orderClosed", true)
        );
        assert_eq!(world.rows(against).len(), 1);
        match kind {
            "sell" => world.has("anna", "750.000", "1125.00000000"),
            _ => world.has("anna", "1250.000", "875.00000000"),
        }
        world.check();
        // the next one goes on
        world.order("anna", kind, "50", "0.5").succeeds();
        assert_eq!(world.rows(against).len(), 0);
        world.check();
    }
}

/// Where the next order would not be met anyway, the rest is in nobody's way.
#[test]
fn what_is_left_rests_if_the_books_do_not_cross() {
    let mut world = crowded("sell");
    world.sell("anna", "1", "0.4");
    world.sell("anna", "1", "0.6");
    let cancel = json!({ "type": "sell", "id": 1 });
    world.act("maker0", "cancel", cancel).succeeds();
    // 250 at 0.5, of which the cheaper one takes a place
    world.buy("anna", "250", "0.5");
    world.book_is("buyBook", &[]);
    assert_eq!(world.rows("sellBook").len(), 2);
    world.check();
    let mut world = crowded("sell");
    let cancel = json!({ "type": "sell", "id": 1 });
    world.act("maker0", "cancel", cancel).succeeds();
    world.sell("anna", "1", "0.6");
    world.buy("anna", "251", "0.5");
    world.book_is("buyBook", &["anna 1.000 @ 0.50000000 for 0.50000000"]);
    world.check();
}

#[test]
fn an_order_that_is_filled_at_once_meets_no_more_either() {
    for (action, against) in [("marketSell", "buyBook"), ("marketBuy", "sellBook")] {
        let mut world = crowded(if against == "buyBook" { "buy" } else { "sell" });
        world.at_once("anna", action, "300").succeeds();
        assert_eq!(world.rows(against).len(), 1);
        world.check();
    }
}
