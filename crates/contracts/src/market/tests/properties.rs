//! Many orders at random, for tokens of all precisions and at prices from dust to fortunes: what is traded is what the
//! simple market of [`reference`](super::reference) trades, nobody trades at a worse price than asked for, nothing is lost,
//! and who cancels everything has everything back.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tartan_decimal::{Precision, Quantity};
use tartan_document::Object;
use tartan_runtime::Limits;

use super::reference::{Ask, Books, Model, Order, Trade};
use super::world::{BASE, World, units};
use crate::testing::{TestCall, text};

/// Orders of the test; `TARTAN_MARKET_ORDERS` says otherwise.
const ORDERS: u64 = 100_000;
const PER_BLOCK: u64 = 500;
const TRADERS: u64 = 60;
const MARKETS: u64 = 45;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Of all sizes.
    fn sized(&mut self, limit: u64) -> i128 {
        let size = 1 + self.below(limit.max(2).ilog2().into());
        (1 + self.below(1 << size)).into()
    }
}

fn symbol(market: u64) -> String {
    let letter = |number: u64| char::from(b'A' + (number % 26) as u8);
    [letter(market / 26), letter(market), 'X'].iter().collect()
}

fn trader(number: u64) -> String {
    format!("trader{number}")
}

fn precision(market: u64) -> Precision {
    Precision::new((market % 9) as u8).expect("at most 8")
}

/// The price around which a token trades, in units of the base token.
fn middle(market: u64) -> i128 {
    10_i128.pow((market / 9 * 3) as u32 % 13)
}

struct Test {
    world: World,
    model: Model,
    random: Random,
    /// The limits of all orders so far, by id; none: filled at once.
    limits: BTreeMap<String, Option<i128>>,
    trades: u64,
    refused: u64,
}

impl Test {
    fn new(seed: u64) -> Test {
        let mut world = World::empty(Limits::default());
        let mut model = Model {
            now: 1_600_000_000,
            ..Model::default()
        };
        for market in 0..MARKETS {
            world.token(&symbol(market), precision(market).decimals(), &[]);
            let unit = precision(market).units_per_token();
            model.books.insert(
                symbol(market),
                Books {
                    unit,
                    ..Books::default()
                },
            );
        }
        let tokens = (0..MARKETS).map(symbol).chain([BASE.to_string()]);
        let issue = |symbol: &String, trader: &String| {
            let issue = json!({ "to": trader, "symbol": symbol, "quantity": "1000000000000", "isSignedWithActiveKey": true });
            call("issue", "wrapper", "tokens", "issue", issue)
        };
        let traders: Vec<String> = (0..TRADERS).map(trader).collect();
        let calls = tokens.flat_map(|symbol| {
            traders
                .iter()
                .map(|trader| issue(&symbol, trader))
                .collect::<Vec<_>>()
        });
        for sent in world.chain.transactions(calls.collect()) {
            sent.succeeds();
        }
        let random = Random(seed);
        Test {
            world,
            model,
            random,
            limits: BTreeMap::new(),
            trades: 0,
            refused: 0,
        }
    }

    /// What somebody asks for.
    fn ask(&mut self, market: u64) -> Ask {
        let random = &mut self.random;
        let buys = random.below(2) == 0;
        let unit = precision(market).units_per_token();
        let middle = middle(market);
        match random.below(20) {
            0 => Ask::BuyAtOnce(random.sized(1 << 20) * middle / unit + random.sized(4)),
            1 => Ask::SellAtOnce(random.sized(1 << 20)),
            2..5 => {
                let books = &self.model.books[&symbol(market)];
                let orders = if buys { &books.bids } else { &books.asks };
                let live = orders
                    .iter()
                    .filter(|order| order.expiration > self.model.now);
                let live: Vec<&Order> = live.collect();
                let id = match live.is_empty() {
                    true => "none".to_string(),
                    false => live[random.below(live.len() as u64) as usize].id.clone(),
                };
                Ask::Cancel { buys, id }
            }
            _ => {
                // few prices, so that many orders have the same; mostly buyers offer less than sellers ask for
                let steps = random.below(12) as i128;
                let step = (middle / 50).max(1);
                let price = match buys {
                    true => middle + 3 * step - steps * step,
                    false => middle - 3 * step + steps * step,
                };
                // what one unit of the base token buys is about the least that can be ordered
                let least = (unit / middle).max(1);
                let quantity = match random.below(3) {
                    0 => least + random.sized(8) - 2,
                    _ => least * random.sized(1 << 10) + random.sized(1 << 10),
                };
                let seconds = (random.below(4) == 0).then(|| 1 + random.below(300) as i64);
                Ask::Limit {
                    buys,
                    quantity: quantity.max(1),
                    price: price.max(1),
                    seconds,
                }
            }
        }
    }

    /// A block of orders, then what was traded is compared.
    fn block(&mut self, first: u64, last: u64) {
        let passed = self.random.below(60) as i64;
        self.model.now += passed;
        self.world.chain.seconds_later(passed);
        let before = self.model.trades.len();
        let (mut calls, mut expected) = (Vec::new(), Vec::new());
        for number in first..last {
            let market = self.random.below(MARKETS);
            let account = trader(self.random.below(TRADERS));
            let id = format!("order-{number}");
            let ask = self.ask(market);
            let owner = match &ask {
                Ask::Cancel { buys, id } => {
                    let books = &self.model.books[&symbol(market)];
                    let orders = if *buys { &books.bids } else { &books.asks };
                    let order = orders.iter().find(|order| order.id == *id);
                    order.map_or(account, |order| order.account.clone())
                }
                _ => account,
            };
            let limit = match &ask {
                Ask::Limit { price, .. } => Some(*price),
                _ => None,
            };
            self.limits.insert(id.clone(), limit);
            expected.push(self.model.run(&symbol(market), &owner, &id, &ask));
            let (action, payload) = payload(market, &ask);
            calls.push(call(&id, &owner, "market", action, payload));
        }
        let sent = self.world.chain.transactions(calls.clone());
        for ((sent, expected), call) in sent.iter().zip(&expected).zip(&calls) {
            let refused = !sent.logs.errors.is_empty();
            assert_eq!(
                refused,
                expected.is_err(),
                "{:?}: {} {}",
                sent.logs.errors,
                call.action,
                call.payload
            );
            self.refused += u64::from(refused);
        }
        self.compare(before);
    }

    /// The trades since the last block, one by one.
    fn compare(&mut self, before: usize) {
        let rows = self.world.chain.find_in(
            "market",
            "tradesHistory",
            json!({ "_id": { "$gt": self.trades } }),
        );
        let expected = &self.model.trades[before..];
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(traded(row), *expected);
            self.trades += 1;
        }
        assert_eq!(rows.len(), expected.len());
        for trade in expected {
            self.check_limits(trade);
        }
    }

    /// Nobody pays more than the own price, rounded up, or gets less than it, rounded down.
    fn check_limits(&self, trade: &Trade) {
        let unit = self.model.books[&trade.symbol].unit;
        if let Some(limit) = self.limits[&trade.buy_id] {
            assert!(trade.price <= limit, "{trade:?}");
            assert!(
                trade.paid <= (limit * trade.quantity + unit - 1) / unit,
                "{trade:?}"
            );
        }
        if let Some(limit) = self.limits[&trade.sell_id] {
            assert!(trade.price >= limit, "{trade:?}");
            assert!(trade.paid >= limit * trade.quantity / unit, "{trade:?}");
        }
    }

    /// The books are those of the model, once what has expired is swept.
    fn compare_books(&mut self) {
        while !self.world.tick().succeeds().logs.events.is_empty() {}
        let now = self.model.now;
        for (symbol, books) in &self.model.books {
            let unit = Quantity::from_units(books.unit);
            let decimals = unit.units().ilog10() as u8;
            let precision = Precision::new(decimals).expect("a precision of a token");
            for (table, orders) in [("buyBook", &books.bids), ("sellBook", &books.asks)] {
                let rows = self
                    .world
                    .chain
                    .find_in("market", table, json!({ "symbol": symbol }));
                let found: Vec<Order> = rows.iter().map(|row| order(row, precision)).collect();
                let live = orders.iter().filter(|order| order.expiration > now);
                let live: Vec<Order> = live.cloned().collect();
                assert_eq!(found, live, "{table} of {symbol}");
            }
        }
    }

    /// Who cancels everything has everything back.
    fn cancel_all(&mut self) {
        let mut calls = Vec::new();
        for books in self.model.books.values() {
            for (kind, orders) in [("buy", &books.bids), ("sell", &books.asks)] {
                for order in orders
                    .iter()
                    .filter(|order| order.expiration > self.model.now)
                {
                    let cancel =
                        json!({ "type": kind, "id": order.id, "isSignedWithActiveKey": true });
                    calls.push(call("cancel", &order.account, "market", "cancel", cancel));
                }
            }
        }
        for sent in self.world.chain.transactions(calls) {
            sent.succeeds();
        }
        for table in ["buyBook", "sellBook", "openOrders"] {
            assert_eq!(self.world.rows(table), Vec::<Object>::new(), "{table}");
        }
        for row in self.world.chain.find_in(
            "tokens",
            "contractsBalances",
            json!({ "account": "market" }),
        ) {
            assert_eq!(units(&text(&row, "balance"), Precision::MAX), 0, "{row:?}");
        }
        self.world.check();
        self.check_balances();
    }

    /// What everybody has is what they began with and what they traded.
    fn check_balances(&self) {
        let mut expected: BTreeMap<(String, String), i128> = BTreeMap::new();
        for trade in &self.model.trades {
            let mut add = |account: &str, symbol: &str, units| {
                *expected
                    .entry((account.to_string(), symbol.to_string()))
                    .or_default() += units;
            };
            add(&trade.buyer, &trade.symbol, trade.quantity);
            add(&trade.seller, &trade.symbol, -trade.quantity);
            add(&trade.buyer, BASE, -trade.paid);
            add(&trade.seller, BASE, trade.paid);
        }
        for row in self.world.chain.find("balances", json!({})) {
            let (account, symbol) = (text(&row, "account"), text(&row, "symbol"));
            if !account.starts_with("trader") {
                continue;
            }
            let precision = match (0..MARKETS).find(|market| self::symbol(*market) == symbol) {
                Some(market) => precision(market),
                None => Precision::MAX,
            };
            let began = 1_000_000_000_000 * precision.units_per_token();
            let balance = units(&text(&row, "balance"), precision);
            let traded = expected.remove(&(account, symbol)).unwrap_or_default();
            assert_eq!(balance - began, traded, "{row:?}");
        }
        assert_eq!(expected, BTreeMap::new());
    }
}

fn call(
    id: &str,
    sender: &str,
    contract: &'static str,
    action: &'static str,
    payload: Json,
) -> TestCall {
    TestCall {
        id: id.to_string(),
        sender: sender.to_string(),
        contract,
        action,
        payload,
    }
}

fn payload(market: u64, ask: &Ask) -> (&'static str, Json) {
    let precision = precision(market);
    let tokens = |units: i128| Quantity::from_units(units).format(precision);
    let base = |units: i128| Quantity::from_units(units).format(Precision::MAX);
    let (action, mut payload) = match ask {
        Ask::Limit {
            buys,
            quantity,
            price,
            seconds,
        } => {
            let mut order = json!({ "quantity": tokens(*quantity), "price": base(*price) });
            if let Some(seconds) = seconds {
                order["expiration"] = json!(seconds);
            }
            (if *buys { "buy" } else { "sell" }, order)
        }
        Ask::BuyAtOnce(funds) => ("marketBuy", json!({ "quantity": base(*funds) })),
        Ask::SellAtOnce(quantity) => ("marketSell", json!({ "quantity": tokens(*quantity) })),
        Ask::Cancel { buys, id } => {
            let kind = if *buys { "buy" } else { "sell" };
            ("cancel", json!({ "type": kind, "id": id }))
        }
    };
    payload["symbol"] = json!(symbol(market));
    payload["isSignedWithActiveKey"] = json!(true);
    (action, payload)
}

/// A row of the history, as the model has it.
fn traded(row: &Object) -> Trade {
    let field = |name: &str| text(row, name);
    let symbol = field("symbol");
    let market = (0..MARKETS)
        .find(|market| self::symbol(*market) == symbol)
        .expect("a token");
    Trade {
        kind: if field("type") == "buy" {
            "buy"
        } else {
            "sell"
        },
        buyer: field("buyer"),
        seller: field("seller"),
        quantity: units(&field("quantity"), precision(market)),
        price: units(&field("price"), Precision::MAX),
        paid: units(&field("volume"), Precision::MAX),
        buy_id: field("buyTxId"),
        sell_id: field("sellTxId"),
        symbol,
    }
}

/// A row of a book, as the model has it.
fn order(row: &Object, precision: Precision) -> Order {
    let locked = row
        .get("tokensLocked")
        .map(|_| units(&text(row, "tokensLocked"), Precision::MAX));
    Order {
        id: text(row, "txId"),
        account: text(row, "account"),
        quantity: units(&text(row, "quantity"), precision),
        price: units(&text(row, "price"), Precision::MAX),
        locked: locked.unwrap_or_default(),
        expiration: text(row, "expiration").parse().expect("a number"),
    }
}

#[test]
fn random_orders_trade_as_in_the_simple_market() {
    let orders = std::env::var("TARTAN_MARKET_ORDERS");
    let orders = orders.map_or(ORDERS, |text| text.parse().expect("a number of orders"));
    let mut test = Test::new(0x7A27_A117);
    for (number, first) in (0..orders).step_by(PER_BLOCK as usize).enumerate() {
        test.block(first, (first + PER_BLOCK).min(orders));
        if number % 40 == 0 {
            test.compare_books();
        }
    }
    test.compare_books();
    test.world.check();
    test.cancel_all();
    let (trades, refused) = (test.trades, test.refused);
    eprintln!("{trades} trades of {orders} orders, {refused} refused");
    assert!(trades > orders / 4 && refused < orders / 2);
}
