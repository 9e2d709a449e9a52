//! What the tests of the market have in common: a token that is traded against the base token, and what must hold whatever
//! was done.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Limits, Payload};

use crate::testing::{Sent, TestChain, text};

pub(super) const BASE: &str = "SWAP.HIVE";
pub(super) const TOKEN: &str = "TKN";
pub(super) const SIGN: &str = "you must use a custom_json signed with your active key";

/// A chain with TKN, of three decimals. Everybody named has 1000 of it and of the base token.
pub(super) struct World {
    pub(super) chain: TestChain,
}

impl World {
    pub(super) fn new(traders: &[&str]) -> World {
        let mut world = World::empty(Limits::default());
        world.token(TOKEN, 3, traders);
        for trader in traders {
            world.issue(BASE, trader, "1000");
        }
        world
    }

    pub(super) fn empty(limits: Limits) -> World {
        let settings = crate::testing::settings();
        let registry = crate::registry(["tokens", "market"], &settings)
            .expect("both are native")
            .with_native("caller", Arc::new(Caller));
        let mut chain = TestChain::over(registry, limits);
        let create = json!({ "name": "Swap", "symbol": BASE, "precision": 8, "maxSupply": "9007199254740991" });
        chain.send("wrapper", "tokens", "create", create).succeeds();
        World { chain }
    }

    /// Another token. Everybody named has 1000 of it.
    pub(super) fn token(&mut self, symbol: &str, precision: u8, traders: &[&str]) {
        let create = json!({ "name": "Token", "symbol": symbol, "precision": precision, "maxSupply": "9007199254740991" });
        let sent = self.chain.send("wrapper", "tokens", "create", create);
        sent.succeeds();
        for trader in traders {
            self.issue(symbol, trader, "1000");
        }
    }

    pub(super) fn issue(&mut self, symbol: &str, to: &str, quantity: &str) {
        let issue = json!({ "to": to, "symbol": symbol, "quantity": quantity });
        let sent = self.chain.send("wrapper", "tokens", "issue", issue);
        sent.succeeds();
    }

    pub(super) fn act(&mut self, account: &str, action: &str, payload: Json) -> Sent {
        self.chain.send(account, "market", action, payload)
    }

    /// Places an order for TKN; it is called by the block it is in.
    pub(super) fn order(&mut self, account: &str, kind: &str, quantity: &str, price: &str) -> Sent {
        let order = json!({ "symbol": TOKEN, "quantity": quantity, "price": price });
        self.act(account, kind, order)
    }

    pub(super) fn buy(&mut self, account: &str, quantity: &str, price: &str) -> Sent {
        self.order(account, "buy", quantity, price).succeeds()
    }

    pub(super) fn sell(&mut self, account: &str, quantity: &str, price: &str) -> Sent {
        self.order(account, "sell", quantity, price).succeeds()
    }

    /// An order that is filled at once.
    pub(super) fn at_once(&mut self, account: &str, action: &str, quantity: &str) -> Sent {
        let order = json!({ "symbol": TOKEN, "quantity": quantity });
        self.act(account, action, order)
    }

    #[track_caller]
    pub(super) fn has(&self, account: &str, tokens: &str, base: &str) {
        self.chain.balance(account, TOKEN).is(tokens);
        self.chain.balance(account, BASE).is(base);
    }

    pub(super) fn rows(&self, table: &str) -> Vec<Object> {
        self.chain.find_in("market", table, json!({}))
    }

    /// The orders of a book as `account quantity @ price`, buy orders with what they have locked, by `_id`.
    #[track_caller]
    pub(super) fn book_is(&self, table: &str, expected: &[&str]) {
        let shown = |row: &Object| {
            let field = |name: &str| text(row, name);
            let locked = match row.get("tokensLocked") {
                Some(_) => format!(" for {}", field("tokensLocked")),
                None => String::new(),
            };
            let (account, quantity, price) = (field("account"), field("quantity"), field("price"));
            format!("{account} {quantity} @ {price}{locked}")
        };
        let found: Vec<String> = self.rows(table).iter().map(shown).collect();
        assert_eq!(found, expected, "{table}");
    }

    /// A figure of a token's market.
    #[track_caller]
    pub(super) fn figure(&self, symbol: &str, field: &str) -> String {
        let rows = self
            .chain
            .find_in("market", "metrics", json!({ "symbol": symbol }));
        assert_eq!(rows.len(), 1, "metrics of {symbol}");
        text(&rows[0], field)
    }

    /// Lets the node sweep.
    pub(super) fn tick(&mut self) -> Sent {
        self.act("null", "tick", json!({}))
    }

    /// What holds whatever was done: no token is created or lost, the contract has what the books have locked, the first
    /// orders and the counts of orders are what the rows say, no order is dust, none has locked less than it is worth,
    /// and the books do not cross.
    #[track_caller]
    pub(super) fn check(&self) {
        self.chain.check_conservation();
        let mut held: BTreeMap<String, i128> = BTreeMap::new();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let precisions: BTreeMap<String, Precision> = self.precisions();
        let books = [Book::of(self, "buyBook", -1), Book::of(self, "sellBook", 1)];
        for book in &books {
            for order in &book.orders {
                let precision = precisions[&order.symbol];
                let worth = Quantity::from_units(order.price)
                    .mul_div(order.quantity, precision.units_per_token(), Rounding::Down)
                    .expect("it fits");
                assert!(worth.units() > 0, "dust: {order:?}");
                *counts.entry(order.account.clone()).or_default() += 1;
                let (symbol, amount) = match order.locked {
                    Some(locked) => {
                        assert!(locked >= worth.units(), "not covered: {order:?}");
                        (BASE.to_string(), locked)
                    }
                    None => (order.symbol.clone(), order.quantity),
                };
                *held.entry(symbol).or_default() += amount;
            }
        }
        for row in self.chain.find_in(
            "tokens",
            "contractsBalances",
            json!({ "account": "market" }),
        ) {
            let symbol = text(&row, "symbol");
            let balance = units(&text(&row, "balance"), precisions[&symbol]);
            let locked = held.remove(&symbol).unwrap_or_default();
            assert_eq!(balance, locked, "locked {symbol}");
        }
        assert_eq!(held, BTreeMap::new());
        for row in self.rows("openOrders") {
            let count: u64 = text(&row, "orders").parse().expect("a number");
            assert_eq!(counts.remove(&text(&row, "account")), Some(count));
        }
        assert_eq!(counts, BTreeMap::new());
        for row in self.rows("tops") {
            let (symbol, kind) = (text(&row, "symbol"), text(&row, "type"));
            let book = &books[usize::from(kind == "sell")];
            let sorted = book.in_order(&symbol);
            let places = row.get("orders").and_then(Value::as_array).expect("places");
            let known: Vec<u64> = places.iter().map(number).collect();
            let far = match row.get("known") {
                None => sorted.len(),
                Some(place) => {
                    let known_to = number(place);
                    let last = sorted.iter().position(|order| order.id == known_to);
                    last.map_or(known.len(), |last| last + 1)
                }
            };
            let first: Vec<u64> = sorted[..far].iter().map(|order| order.id).collect();
            assert_eq!(known, first, "first orders: {row:?}");
        }
        for row in self.rows("metrics") {
            let symbol = text(&row, "symbol");
            let [bid, ask] = books.each_ref().map(|book| book.first(&symbol));
            assert_eq!(shown(bid), text(&row, "highestBid"), "{symbol}");
            assert_eq!(shown(ask), text(&row, "lowestAsk"), "{symbol}");
            if let (Some(bid), Some(ask)) = (bid, ask) {
                assert!(bid.price < ask.price, "{symbol} crosses: {bid:?} {ask:?}");
            }
        }
    }

    fn precisions(&self) -> BTreeMap<String, Precision> {
        let tokens = self.chain.find("tokens", json!({}));
        let precision = |row: &Object| {
            let decimals = text(row, "precision").parse().expect("a number");
            Precision::new(decimals).expect("decimals of a token")
        };
        let pairs = tokens
            .iter()
            .map(|row| (text(row, "symbol"), precision(row)));
        pairs.collect()
    }
}

/// A contract that passes its calls on to the market.
struct Caller;

impl Contract for Caller {
    fn code(&self) -> &str {
        "test:caller"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.call("market", action, payload.0.clone()).map(drop)
    }
}

#[derive(Debug)]
struct Resting {
    id: u64,
    account: String,
    symbol: String,
    quantity: i128,
    price: i128,
    locked: Option<i128>,
}

/// A book as its rows have it.
struct Book {
    orders: Vec<Resting>,
    /// -1: the highest price comes first.
    sign: i128,
}

impl Book {
    fn of(world: &World, table: &str, sign: i128) -> Book {
        let precisions = world.precisions();
        let order = |row: &Object| {
            let symbol = text(row, "symbol");
            let precision = precisions[&symbol];
            let locked = row.get("tokensLocked");
            Resting {
                id: text(row, "_id").parse().expect("a number"),
                account: text(row, "account"),
                quantity: units(&text(row, "quantity"), precision),
                price: units(&text(row, "price"), Precision::MAX),
                locked: locked.map(|_| units(&text(row, "tokensLocked"), Precision::MAX)),
                symbol,
            }
        };
        let orders = world.rows(table).iter().map(order).collect();
        Book { orders, sign }
    }

    /// The orders for a token, in the order in which they are matched.
    fn in_order(&self, symbol: &str) -> Vec<&Resting> {
        let of_token = self.orders.iter().filter(|order| order.symbol == symbol);
        let mut orders: Vec<&Resting> = of_token.collect();
        orders.sort_by_key(|order| (self.sign * order.price, order.id));
        orders
    }

    fn first(&self, symbol: &str) -> Option<&Resting> {
        self.in_order(symbol).first().copied()
    }
}

/// The `_id` in a place.
fn number(place: &Value) -> u64 {
    let id = place.as_array().and_then(|place| place.get(1));
    id.and_then(Value::as_u64).expect("a place")
}

fn shown(first: Option<&Resting>) -> String {
    let price = |order: &Resting| Quantity::from_units(order.price).format(Precision::MAX);
    first.map_or_else(|| "0".to_string(), price)
}

pub(super) fn units(text: &str, precision: Precision) -> i128 {
    let value = Decimal::parse(text);
    let quantity = Quantity::from_decimal(&value, precision, Rounding::HalfUp);
    quantity.expect("an amount").units()
}
