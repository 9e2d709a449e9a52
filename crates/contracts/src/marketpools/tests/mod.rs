mod agreement;
mod create;
mod draws;
mod examples;
mod liquidity;
mod model;
mod properties;
mod rewards;
mod swaps;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, OrFail, Payload};
use tartan_state::{Index, Record};

use crate::holdings::ARITHMETIC;
use crate::testing::{ENGINE, Sent, TestChain, text};
use crate::tokens::Tokens;

const PAIR: &str = "GLD:SLV";
const ACTIVE: &str = "you must use a transaction signed with your active key";

/// The order book, as far as pools look at it: sets a price.
struct OrderBook;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    symbol: String,
    last_price: String,
}

impl Record for Metrics {
    const CONTRACT: &'static str = "market";
    const TABLE: &'static str = "metrics";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
}

impl Contract for OrderBook {
    fn code(&self) -> &str {
        "test:market"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        ctx.create_table::<Metrics>()
    }

    fn call(&self, _action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = |key: &str| payload.text(key).map(|text| text.into_owned());
        ctx.rows::<Metrics>().insert(Metrics {
            symbol: text("symbol").or_fail("no symbol")?,
            last_price: text("price").or_fail("no price")?,
        })?;
        Ok(())
    }
}

/// The ledger, but it does not move what is called STUCK in or out of contracts, whichever is frozen.
struct Ledger(Tokens);

impl Contract for Ledger {
    fn code(&self) -> &str {
        self.0.code()
    }

    fn create(&self, params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        self.0.create(params, ctx)
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let symbol = payload.text("symbol").unwrap_or_default();
        match (action, &*symbol) {
            ("transferToContract", "NOIN") | ("transferFromContract", "NOOUT") => {
                Err(Failure::check("frozen"))
            }
            _ => self.0.call(action, payload, ctx),
        }
    }
}

/// A chain with tokens of which alice, bob and carol have a million each. Pools cost nothing.
struct World(TestChain);

impl World {
    fn new() -> World {
        World::with_tokens(&[("GLD", 8), ("SLV", 8)])
    }

    fn with_tokens(tokens: &[(&str, u8)]) -> World {
        let mut settings = crate::testing::settings();
        settings.market = Some(crate::market::Settings {
            base: "STEEMP".to_string(),
            ..crate::market::Settings::default()
        });
        let names = ["tokens", "mining", "marketpools"];
        let registry = crate::registry(names, &settings).expect("all are native");
        let ledger = Ledger(Tokens::new(settings.tokens));
        let registry = registry
            .with_native("tokens", Arc::new(ledger))
            .with_native("market", Arc::new(OrderBook));
        let mut world = World(TestChain::over(registry, Limits::default()));
        for (symbol, precision) in tokens {
            let create = json!({
                "name": "Token", "symbol": symbol, "precision": precision, "maxSupply": "9007199254740991",
            });
            world.send("founder", "tokens", "create", create).succeeds();
            for account in ["alice", "bob", "carol"] {
                world.0.issue(symbol, account, "1000000");
            }
        }
        for contract in ["marketpools", "mining"] {
            let free = json!({ "poolCreationFee": "0", "poolUpdateFee": "0" });
            world
                .send(ENGINE, contract, "updateParams", free)
                .succeeds();
        }
        world
    }

    /// With an empty pool of GLD and SLV.
    fn with_pool(tokens: [u8; 2]) -> World {
        let mut world = World::with_tokens(&[("GLD", tokens[0]), ("SLV", tokens[1])]);
        world
            .act("alice", "createPool", json!({ "tokenPair": PAIR }))
            .succeeds();
        world
    }

    /// With a pool that alice has filled.
    fn filled(tokens: [u8; 2], base: &str, quote: &str) -> World {
        let mut world = World::with_pool(tokens);
        world.add("alice", base, quote).succeeds();
        world
    }

    fn send(&mut self, sender: &str, contract: &str, action: &str, payload: Json) -> Sent {
        self.0.send(sender, contract, action, payload)
    }

    fn act(&mut self, sender: &str, action: &str, payload: Json) -> Sent {
        self.0.send(sender, "marketpools", action, payload)
    }

    fn add(&mut self, account: &str, base: &str, quote: &str) -> Sent {
        self.act(account, "addLiquidity", deposit(base, quote))
    }

    fn remove(&mut self, account: &str, percent: &str) -> Sent {
        let remove = json!({ "tokenPair": PAIR, "sharesOut": percent });
        self.act(account, "removeLiquidity", remove)
    }

    fn swap_in(&mut self, account: &str, symbol: &str, amount: &str) -> Sent {
        self.act(account, "swapTokens", swap("exactInput", symbol, amount))
    }

    fn swap_out(&mut self, account: &str, symbol: &str, amount: &str) -> Sent {
        self.act(account, "swapTokens", swap("exactOutput", symbol, amount))
    }

    fn row(&self) -> Object {
        let mut rows = self
            .0
            .find_in("marketpools", "pools", json!({ "tokenPair": PAIR }));
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    /// Some fields of the pool.
    fn pool(&self, fields: &[&str]) -> String {
        let row = self.row();
        let fields: Vec<String> = fields.iter().map(|field| text(&row, field)).collect();
        fields.join(" ")
    }

    fn reserves(&self) -> String {
        self.pool(&["baseQuantity", "quoteQuantity"])
    }

    fn position(&self, account: &str) -> Option<Object> {
        let query = json!({ "tokenPair": PAIR, "account": account });
        self.0
            .find_in("marketpools", "liquidityPositions", query)
            .pop()
    }

    fn shares(&self, account: &str) -> String {
        self.position(account)
            .map_or_else(|| "-".to_string(), |row| text(&row, "shares"))
    }

    fn balance(&self, account: &str, symbol: &str) -> String {
        let query = json!({ "account": account, "symbol": symbol });
        let rows = self.0.find("balances", query);
        rows.first()
            .map_or_else(|| "0".to_string(), |row| text(row, "balance"))
    }

    /// Nothing is created or lost, shares add up, and what the contract has is what its pools have.
    fn check(&self) {
        self.0.check_conservation();
        let all = |table: &str| self.0.find_in("marketpools", table, json!({}));
        let mut held = std::collections::BTreeMap::<String, Decimal>::new();
        for pool in all("pools") {
            let pair = text(&pool, "tokenPair");
            let total = amount(&pool, "totalShares");
            let mut of_pool = self.0.find_in(
                "marketpools",
                "liquidityPositions",
                json!({ "tokenPair": pair.as_str() }),
            );
            let shares = sum(of_pool.iter().map(|position| amount(position, "shares")));
            assert!(
                shares.equals(&total),
                "shares of {pair}: {shares}, not {total}"
            );
            check_stretches(&self.0, &pair, &mut of_pool);
            let (base, quote) = pair.split_once(':').expect("it is a pair");
            let remainder = pool.get("remainder").and_then(Value::as_object);
            for (symbol, field, key) in [
                (base, "baseQuantity", "base"),
                (quote, "quoteQuantity", "quote"),
            ] {
                let reserve = amount(&pool, field);
                assert_eq!(
                    reserve.is_greater(&Decimal::ZERO),
                    !total.is_zero(),
                    "{pair}"
                );
                let beyond = remainder.map_or(Decimal::ZERO, |beyond| amount(beyond, key));
                assert!(!beyond.is_negative(), "{beyond}");
                let of_symbol = held.entry(symbol.to_string()).or_insert(Decimal::ZERO);
                *of_symbol = sum([of_symbol.clone(), reserve, beyond]);
            }
        }
        for (symbol, held) in held {
            let query = json!({ "account": "marketpools", "symbol": symbol.as_str() });
            let rows = self.0.find("contractsBalances", query);
            let has = rows
                .first()
                .map_or(Decimal::ZERO, |row| amount(row, "balance"));
            assert!(
                has.equals(&held),
                "{symbol}: the contract has {has}, its pools {held}"
            );
        }
    }
}

/// The stretches of a pool have all its positions, in order, and their sums.
fn check_stretches(chain: &TestChain, pair: &str, positions: &mut [Object]) {
    let number =
        |row: &Object, field: &str| row.get(field).and_then(Value::as_u64).expect("a number");
    positions.sort_by_key(|position| number(position, "_id"));
    let mut stretches = chain.find_in("marketpools", "shareBlocks", json!({ "tokenPair": pair }));
    stretches.sort_by_key(|stretch| number(stretch, "first"));
    let mut rest = &*positions;
    for (place, stretch) in stretches.iter().enumerate() {
        let (members, behind) = rest.split_at(number(stretch, "count") as usize);
        let end = stretches
            .get(place + 1)
            .map_or(u64::MAX, |next| number(next, "first"));
        let range = number(stretch, "first")..end;
        assert!(!members.is_empty() && members.len() <= 6);
        assert!(
            members
                .iter()
                .all(|member| range.contains(&number(member, "_id")))
        );
        let expected = sum(members.iter().map(|member| amount(member, "shares")));
        assert!(expected.equals(&amount(stretch, "sum")), "{expected}");
        rest = behind;
    }
    assert!(rest.is_empty());
}

fn amount(row: &Object, field: &str) -> Decimal {
    Decimal::parse(&text(row, field))
}

fn sum(numbers: impl IntoIterator<Item = Decimal>) -> Decimal {
    let plus = |sum: Decimal, number: Decimal| sum.plus(&number, ARITHMETIC).expect("a sum");
    numbers.into_iter().fold(Decimal::ZERO, plus)
}

fn deposit(base: &str, quote: &str) -> Json {
    json!({ "tokenPair": PAIR, "baseQuantity": base, "quoteQuantity": quote })
}

fn swap(trade: &str, symbol: &str, amount: &str) -> Json {
    json!({ "tokenPair": PAIR, "tokenSymbol": symbol, "tokenAmount": amount, "tradeType": trade })
}

/// A payload with some fields changed; null: left out.
fn but(payload: &Json, changes: &Json) -> Json {
    let mut changed = payload.clone();
    let (Some(fields), Some(changes)) = (changed.as_object_mut(), changes.as_object()) else {
        panic!("payloads are objects");
    };
    for (key, value) in changes {
        match value {
            Json::Null => fields.remove(key),
            value => fields.insert(key.clone(), value.clone()),
        };
    }
    changed
}

/// Every change of the payload is refused with its error, and changes nothing.
#[track_caller]
fn refuses(world: &mut World, sender: &str, action: &str, payload: &Json, cases: &[(Json, &str)]) {
    for (changes, error) in cases {
        let before = tables(world);
        let sent = world.act(sender, action, but(payload, changes));
        assert_eq!(sent.logs.errors, [*error], "{changes}");
        sent.fails_with(error);
        assert_eq!(tables(world), before, "{changes}");
    }
    world.check();
}

fn tables(world: &World) -> [Vec<Object>; 3] {
    ["pools", "liquidityPositions", "shareBlocks"]
        .map(|table| world.0.find_in("marketpools", table, json!({})))
}
