//! Orders and trades, compared with the tables of the native market.

use proptest::prelude::*;
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_chain::network::{Flavor, Tick};
use tartan_index::{Amount, OrderQuery, TradeQuery};

use crate::common::*;

const BASE: &str = "STEEMP";
const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];
const TOKENS: [(&str, u8); 3] = [("COOL", 3), ("FINE", 8), ("WHOLE", 0)];

/// A network with the native market.
pub(crate) fn network() -> Network {
    let mut network = Network::dev(Flavor::Steem);
    if !network.rules.native.iter().any(|name| name == "market") {
        network.rules.native.push("market".to_owned());
        network.contracts.market = Some(tartan_contracts::market::Settings {
            base: BASE.to_owned(),
            ..Default::default()
        });
        network.ticks.push(Tick {
            contract: "market".to_owned(),
            action: "tick".to_owned(),
            from: 0,
            if_deployed: false,
        });
    }
    network
}

/// Four traders with base tokens and three tokens of 3, 8 and 0 decimals.
pub(crate) fn market() -> TestChain {
    let mut chain = TestChain::of(network());
    let eng = json!({ "symbol": "ENG", "to": "founder", "quantity": "1000" });
    chain.does(tokens("steemsc", "transfer", eng));
    for (symbol, precision) in TOKENS {
        let create = json!({
            "symbol": symbol, "name": "Cool", "precision": precision, "maxSupply": "1000000000",
        });
        chain.does(tokens("founder", "create", create));
        for name in PEOPLE {
            chain.issue(symbol, name, "100000");
        }
    }
    for name in PEOPLE {
        let base = json!({ "symbol": BASE, "to": name, "quantity": "100000" });
        chain.does(tokens("steem-peg", "transfer", base));
    }
    chain
}

#[derive(Debug, Clone)]
struct Order {
    who: usize,
    token: usize,
    action: u8,
    price: u32,
    quantity: u32,
    expires: Option<u32>,
}

fn order() -> impl Strategy<Value = Order> {
    let price = prop_oneof![1..6_u32, 95..106_u32, 90_000..110_000_u32];
    let quantity = prop_oneof![1..20_u32, 1..5_000_u32, 1_000..3_000_000_u32];
    let expires = prop::option::weighted(0.3, 1..60_u32);
    (0..4_usize, 0..3_usize, 0..14_u8, price, quantity, expires).prop_map(
        |(who, token, action, price, quantity, expires)| Order {
            who,
            token,
            action,
            price,
            quantity,
            expires,
        },
    )
}

fn steps(orders: usize) -> impl Strategy<Value = Vec<Step<Order>>> {
    let step = prop_oneof![
        10 => prop::collection::vec(order(), 1..8).prop_map(Step::Do),
        2 => (1..40_u32).prop_map(Step::SecondsPass),
        1 => (1..4_u32).prop_map(Step::Fork),
        1 => Just(Step::CatchUp),
    ];
    prop::collection::vec(step, 1..orders)
}

/// So many of the smallest unit of a token.
fn units(count: u32, decimals: u8) -> String {
    let unit = 10_i128.pow(8 - u32::from(decimals));
    Amount::from_units(i128::from(count) * unit).to_string()
}

fn random_call(chain: &TestChain, order: &Order) -> Call {
    let sender = PEOPLE[order.who];
    let (symbol, precision) = TOKENS[order.token];
    let quantity = units(order.quantity, precision);
    let mut limit = json!({
        "symbol": symbol, "quantity": quantity, "price": units(order.price, 8 - precision / 2),
    });
    if let Some(seconds) = order.expires {
        limit["expiration"] = seconds.into();
    }
    let (contract, action, payload) = match order.action {
        0..=4 => ("market", "buy", limit),
        5..=9 => ("market", "sell", limit),
        10 => {
            let spent = units(order.quantity, 8);
            (
                "market",
                "marketBuy",
                json!({ "symbol": symbol, "quantity": spent }),
            )
        }
        11 => (
            "market",
            "marketSell",
            json!({ "symbol": symbol, "quantity": quantity }),
        ),
        kind => {
            let (side, book) = [("buy", "buyBook"), ("sell", "sellBook")][usize::from(kind - 12)];
            let query = json!({ "account": sender });
            let row = chain.reader().find_one("market", book, &query).unwrap();
            let by_number = order.quantity.is_multiple_of(3);
            let field = if by_number { "_id" } else { "txId" };
            let id = row.map_or(json!("none"), |row| row[field].clone());
            ("market", "cancel", json!({ "type": side, "id": id }))
        }
    };
    call(sender, contract, action, payload)
}

/// People who trade.
struct Trading;

impl Story for Trading {
    type Deed = Order;

    fn chain(&self) -> TestChain {
        market()
    }

    fn call(&self, chain: &TestChain, order: &Order) -> Call {
        random_call(chain, order)
    }

    async fn check(&self, indexed: &Indexed, chain: &TestChain) -> usize {
        check(indexed, chain).await
    }
}

/// Every trade and every order of the contract is in the index, and no other; gives the number of trades.
async fn check(indexed: &Indexed, chain: &TestChain) -> usize {
    let reader = chain.reader();
    let amount = |row: &Value, field: &str| Amount::parse(row[field].as_str().unwrap()).unwrap();
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();

    let expected: Vec<_> = table(&reader, "market", "tradesHistory")
        .iter()
        .map(|row| {
            let parties = (text(row, "buyer"), text(row, "seller"));
            let amounts = ["quantity", "price", "volume"].map(|field| amount(row, field));
            let orders = (text(row, "buyTxId"), text(row, "sellTxId"));
            (
                text(row, "symbol"),
                text(row, "type"),
                row["timestamp"].as_i64().unwrap(),
                parties,
                amounts,
                orders,
            )
        })
        .collect();
    let mut found = Vec::new();
    let mut query = TradeQuery {
        limit: 1000,
        ..TradeQuery::default()
    };
    loop {
        let page = indexed.index.trades(&query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        found.extend(page.into_iter().map(|trade| {
            let amounts = [trade.quantity, trade.price, trade.volume];
            let orders = (trade.buy_order, trade.sell_order);
            (
                trade.symbol,
                trade.side,
                trade.time,
                (trade.buyer, trade.seller),
                amounts,
                orders,
            )
        }));
    }
    found.reverse();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }

    let mut books = Vec::new();
    for (name, side) in [("buyBook", "buy"), ("sellBook", "sell")] {
        for row in table(&reader, "market", name) {
            let locked = row
                .get("tokensLocked")
                .map(|_| amount(&row, "tokensLocked"));
            let amounts = [
                amount(&row, "quantity"),
                amount(&row, "price"),
                locked.unwrap_or_default(),
            ];
            books.push((
                text(&row, "txId"),
                text(&row, "account"),
                side.to_owned(),
                text(&row, "symbol"),
                amounts,
                row["expiration"].as_i64().unwrap(),
            ));
        }
    }
    books.sort();
    let mut open = Vec::new();
    for name in PEOPLE {
        let query = OrderQuery {
            account: name.to_owned(),
            open: Some(true),
            limit: 1000,
            ..OrderQuery::default()
        };
        open.extend(
            indexed
                .index
                .orders(&query)
                .await
                .unwrap()
                .into_iter()
                .map(|order| {
                    let amounts = [order.remaining, order.price, order.locked];
                    (
                        order.order_id,
                        order.account,
                        order.side,
                        order.symbol,
                        amounts,
                        order.expires,
                    )
                }),
        );
    }
    open.sort();
    assert_eq!(open.len(), books.len());
    for (open, of_book) in open.iter().zip(&books) {
        assert_eq!(open, of_book);
    }
    found.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn trades_and_orders_are_those_of_the_contract(steps in steps(80)) {
        Trading.play_everywhere(&steps);
    }
}

#[test]
fn thousands_of_random_orders_are_read_trade_by_trade() {
    let trades = Trading.play_everywhere(&always_the_same(order(), (250, 20), 30));
    assert!(trades > 1_500, "only {trades} trades");
}
