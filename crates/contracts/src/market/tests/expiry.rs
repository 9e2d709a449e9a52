//! Orders whose time is over.

use serde_json::json;
use tartan_document::Value;
use tartan_runtime::Limits;
use tartan_state::Table;

use super::world::{BASE, TOKEN, World};
use crate::testing::Sent;
use crate::tokens::tables::ContractBalance;

fn order(world: &mut World, account: &str, kind: &str, price: &str, seconds: i64) -> Sent {
    let order = json!({ "symbol": TOKEN, "quantity": "1", "price": price, "expiration": seconds });
    world.act(account, kind, order).succeeds()
}

#[test]
fn an_order_of_the_other_side_sweeps() {
    let mut world = World::new(&["anna", "bert"]);
    order(&mut world, "anna", "buy", "1", 10);
    let id = world.chain.last_transaction();
    assert_eq!(world.figure(TOKEN, "highestBid"), "1.00000000");
    world.chain.seconds_later(10);
    world.sell("bert", "1", "1").emits(&[
        r#"transferToContract {"from":"bert","to":"market","symbol":"TKN","quantity":"1.000"}"#,
        r#"transferFromContract {"from":"market","to":"anna","symbol":"SWAP.HIVE","quantity":"1.00000000"}"#,
        &format!(r#"orderExpired {{"type":"buy","txId":"{id}"}}"#),
    ]);
    world.book_is("buyBook", &[]);
    world.book_is("sellBook", &["bert 1.000 @ 1.00000000"]);
    // the reference leaves the price of the order that is gone
    assert_eq!(world.figure(TOKEN, "highestBid"), "0");
    world.check();
}

#[test]
fn an_order_lives_up_to_its_last_second() {
    let mut world = World::new(&["anna", "bert"]);
    order(&mut world, "anna", "sell", "1", 10);
    world.chain.seconds_later(9);
    world.buy("bert", "1", "1");
    world.book_is("sellBook", &[]);
    world.has("bert", "1001.000", "999.00000000");
    world.check();
}

#[test]
fn the_node_sweeps_orders_of_all_tokens() {
    let mut world = World::new(&["anna"]);
    world.token("OTHER", 0, &["anna"]);
    for symbol in [TOKEN, "OTHER"] {
        for (kind, price) in [("buy", "1"), ("sell", "2")] {
            for seconds in [5, 10, 20] {
                let order = json!({ "symbol": symbol, "quantity": "1", "price": price, "expiration": seconds });
                world.act("anna", kind, order).succeeds();
            }
        }
    }
    world.tick().does_nothing();
    world.chain.seconds_later(10);
    world.act("anna", "tick", json!({})).does_nothing();
    let events = world.tick().succeeds().logs.events;
    assert_eq!(events.len(), 16);
    assert_eq!(world.rows("buyBook").len(), 2);
    assert_eq!(world.rows("sellBook").len(), 2);
    world.check();
    world.tick().does_nothing();
    world.chain.seconds_later(10);
    world.tick().succeeds();
    assert_eq!(world.rows("openOrders").len(), 0);
    world.chain.balance("anna", BASE).is("1000.00000000");
    world.check();
}

/// However many there are, a block sweeps a bounded number; none of the others trades meanwhile.
#[test]
fn sweeping_is_bounded() {
    let limits = Limits {
        tick_rows: 400,
        ..Limits::default()
    };
    let mut world = World::empty(limits);
    world.token(TOKEN, 3, &["anna", "bert"]);
    for trader in ["anna", "bert"] {
        world.issue(BASE, trader, "1000");
    }
    for _ in 0..100 {
        order(&mut world, "anna", "buy", "1", 10);
    }
    order(&mut world, "anna", "buy", "0.5", 60);
    world.chain.seconds_later(10);
    // 25 in passing
    world.sell("bert", "1", "2");
    assert_eq!(world.rows("buyBook").len(), 76);
    world.check();
    // 10 in a block
    world.tick().succeeds();
    assert_eq!(world.rows("buyBook").len(), 66);
    world.check();
    // 25 in passing, then all that are in the way; none of them is filled
    world.sell("bert", "1", "0.4");
    world.book_is("buyBook", &[]);
    world.has("bert", "998.000", "1000.50000000");
    world.check();
    while world.tick().logs.events.len() > 1 {}
    world.check();
}

/// A payment that cannot be made keeps nobody from trading.
#[test]
fn an_order_that_cannot_be_paid_back_stays() {
    let mut world = World::new(&["anna", "bert"]);
    order(&mut world, "anna", "buy", "1", 10);
    let balance = |world: &mut World, amount: &str| {
        let amount = amount.to_string();
        world.chain.tamper(|overlay| {
            let place = ["market", BASE].map(Value::from);
            let mut row = Table::<ContractBalance>::get_by(overlay, &place)?.expect("a row");
            row.balance = amount.as_str().into();
            Table::put(overlay, &row.id, &row.record)
        });
    };
    // as no contract can, the test makes the ledger forget what the market holds
    balance(&mut world, "0.50000000");
    world.chain.seconds_later(10);
    let errors = world.order("bert", "sell", "1", "0.8").logs.errors;
    assert_eq!(errors, ["overdrawn balance"; 2]);
    world.book_is("sellBook", &["bert 1.000 @ 0.80000000"]);
    assert_eq!(world.tick().logs.errors, Vec::<String>::new());
    world.buy("anna", "1", "0.9");
    world.has("anna", "1001.000", "998.20000000");
    let cancel = json!({ "type": "buy", "id": 1 });
    let sent = world.act("anna", "cancel", cancel.clone());
    sent.fails_with("overdrawn balance");
    balance(&mut world, "1.00000000");
    world.act("anna", "cancel", cancel).succeeds();
    world.check();
}
