mod admin;
mod batches;
mod deposits;
mod properties;
mod spread;
mod ticks;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_decimal::{Decimal, Precision};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, Payload};

use crate::holdings::{ARITHMETIC, computed};
use crate::marketpools::tables::{LiquidityPosition, Pool};
use crate::testing::{ENGINE, Sent, TestChain, text};

/// Makes pools and positions as its payload says.
struct Pools;

impl Contract for Pools {
    fn code(&self) -> &str {
        "test:marketpools"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        ctx.create_table::<Pool>()?;
        ctx.create_table::<LiquidityPosition>()
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = |key: &str| {
            payload
                .text(key)
                .map(|text| text.into_owned())
                .unwrap_or_default()
        };
        match action {
            "createPool" => {
                let pair = text("tokenPair");
                let mut pool = Pool::empty(pair, Precision::MAX, String::new());
                pool.total_shares = "1".into();
                ctx.rows::<Pool>().insert(pool).map(drop)
            }
            "addLiquidity" => {
                let position = LiquidityPosition {
                    account: ctx.sender().to_string(),
                    token_pair: text("tokenPair"),
                    shares: text("shares"),
                    time_factor: ctx.time()?,
                };
                let key = [position.account.as_str(), position.token_pair.as_str()];
                let mut positions = ctx.rows::<LiquidityPosition>();
                let Some(mut known) = positions.get(&key)? else {
                    return positions.insert(position).map(drop);
                };
                let shares = Decimal::parse(&known.shares);
                let more = Decimal::parse(&position.shares);
                known.shares = computed(shares.plus(&more, ARITHMETIC))?.to_string();
                positions.update(&known)
            }
            _ => Err(Failure::Unknown),
        }
    }
}

/// A contract that is paid, and does with that what its payload says: `{does}`.
struct Receiver;

impl Contract for Receiver {
    fn code(&self) -> &str {
        "test:receiver"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if action != "receiveDistTokens" {
            return Err(Failure::Unknown);
        }
        let does = payload.get("data").and_then(|data| data.get("does"));
        match does.and_then(Value::as_str) {
            Some("accept") => {
                let sender = ctx.sender().to_string();
                ctx.emit(
                    "accepted",
                    tartan_document::object! { "sender": sender, "active": ctx.is_active() },
                );
                Ok(())
            }
            // what only the holder may do
            Some("steal") => ctx
                .call(
                    "tokens",
                    "transfer",
                    tartan_document::object! { "to": "thief", "symbol": "TKN", "quantity": "1" },
                )
                .map(drop),
            Some("waste") => Err(ctx.out_of_units()),
            _ => Err(Failure::check("I do not want it")),
        }
    }
}

const PAIR: &str = "TKN:TKNA";
const DAY: i64 = 86_400;

fn chain_with(limits: Limits) -> TestChain {
    let settings = crate::testing::settings();
    let names = ["tokens", "tokenfunds", "distribution"];
    let registry = crate::registry(names, &settings).expect("all are native");
    let registry = registry
        .with_native("marketpools", Arc::new(Pools))
        .with_native("receiver", Arc::new(Receiver));
    let mut chain = TestChain::over(registry, limits);
    for (symbol, precision) in [("TKN", 8), ("TKNA", 8), ("SIM", 3)] {
        let create = json!({ "name": "Token", "symbol": symbol, "precision": precision, "maxSupply": "10000000" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain.issue(symbol, "founder", "10000");
    }
    let transfer = json!({ "to": "founder", "symbol": "ENG", "quantity": "10000" });
    chain
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    chain
        .send(
            "founder",
            "marketpools",
            "createPool",
            json!({ "tokenPair": PAIR }),
        )
        .succeeds();
    chain
}

fn chain() -> TestChain {
    chain_with(Limits::default())
}

fn act(chain: &mut TestChain, sender: &str, action: &str, payload: Json) -> Sent {
    chain.send(sender, "distribution", action, payload)
}

/// What the node does behind a block.
fn tick(chain: &mut TestChain) -> Sent {
    act(chain, "null", "checkPendingDistributions", json!({}))
}

/// What the node does behind a block some time later.
fn tick_after(chain: &mut TestChain, seconds: i64) -> Sent {
    chain.seconds_later(seconds);
    tick(chain)
}

/// A payload with some fields changed; null: left out.
fn but(payload: &Json, changes: Json) -> Json {
    let mut changed = payload.clone();
    let (Some(fields), Json::Object(changes)) = (changed.as_object_mut(), changes) else {
        panic!("payloads are objects");
    };
    for (key, value) in changes {
        if value.is_null() {
            fields.remove(&key);
        } else {
            fields.insert(key, value);
        }
    }
    changed
}

/// Every change of the payload is refused with its error.
#[track_caller]
fn refuses(chain: &mut TestChain, action: &str, payload: &Json, cases: &[(Json, &str)]) {
    for (changes, error) in cases {
        act(chain, "founder", action, but(payload, changes.clone())).fails_with(error);
    }
}

fn fixed() -> Json {
    json!({
        "strategy": "fixed", "numTicks": "1",
        "tokenMinPayout": [{ "symbol": "TKN", "quantity": "10" }, { "symbol": "TKNA", "quantity": 5 }],
        "tokenRecipients": [
            { "account": "alice", "type": "user", "pct": 50 }, { "account": "bob", "type": "user", "pct": 25 },
            { "account": "airdrops", "type": "contract", "contractPayload": { "distId": "1" }, "pct": 25 },
        ],
    })
}

fn pool() -> Json {
    json!({ "strategy": "pool", "numTicks": "30", "tokenPair": PAIR, "excludeAccount": ["founder"] })
}

/// An active distribution.
fn with_batch(chain: &mut TestChain, terms: Json) -> u32 {
    act(chain, "founder", "create", terms).succeeds();
    let id = chain.find_in("distribution", "batches", json!({})).len() as u32;
    act(
        chain,
        "founder",
        "setActive",
        json!({ "id": id, "active": true }),
    )
    .succeeds();
    id
}

fn deposit(chain: &mut TestChain, id: u32, symbol: &str, quantity: &str) {
    let deposit = json!({ "id": id, "symbol": symbol, "quantity": quantity });
    act(chain, "founder", "deposit", deposit).succeeds();
}

fn provide(chain: &mut TestChain, account: &str, shares: &str) {
    let add = json!({ "tokenPair": PAIR, "shares": shares });
    chain
        .send(account, "marketpools", "addLiquidity", add)
        .succeeds();
}

/// What a distribution holds.
fn held(chain: &TestChain, id: u32, symbol: &str) -> String {
    let rows = chain.find_in("distribution", "batches", json!({ "_id": id }));
    let amounts = rows[0].get("tokenBalances").and_then(Value::as_array);
    let mut amounts = amounts.expect("it was given something").iter();
    let amount =
        amounts.find(|amount| amount.get("symbol").and_then(Value::as_str) == Some(symbol));
    text(
        amount.and_then(Value::as_object).expect("it holds some"),
        "quantity",
    )
}

/// A field of a distribution.
fn field(chain: &TestChain, id: u32, name: &str) -> String {
    text(
        &chain.find_in("distribution", "batches", json!({ "_id": id }))[0],
        name,
    )
}

/// What an account holds, if it ever held any.
fn balance(chain: &TestChain, account: &str, symbol: &str) -> String {
    let rows = chain.find("balances", json!({ "account": account, "symbol": symbol }));
    rows.first()
        .map_or_else(|| "none".to_string(), |row| text(row, "balance"))
}

/// What a contract holds.
fn contract_balance(chain: &TestChain, contract: &str, symbol: &str) -> String {
    let rows = chain.find(
        "contractsBalances",
        json!({ "account": contract, "symbol": symbol }),
    );
    rows.first()
        .map_or_else(|| "none".to_string(), |row| text(row, "balance"))
}

/// What the contract holds is what its distributions hold and what is owed.
fn check_conservation(chain: &TestChain) {
    chain.check_conservation();
    let units = |text: &str| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{fraction:0<8}")
            .parse::<i128>()
            .expect("an amount")
    };
    let all = |table: &str| chain.find_in("distribution", table, json!({}));
    for symbol in ["TKN", "TKNA", "SIM", "ENG"] {
        let mut expected = 0;
        for (table, list) in [
            ("batches", "tokenBalances"),
            ("pendingPayments", "accounts"),
        ] {
            for row in all(table) {
                for amount in row
                    .get(list)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let amount = amount.as_object().expect("an amount");
                    if text(amount, "symbol") == symbol {
                        expected += units(&text(amount, "quantity"));
                    }
                }
            }
        }
        let held = match contract_balance(chain, "distribution", symbol).as_str() {
            "none" => 0,
            held => units(held),
        };
        assert_eq!(held, expected, "{symbol} of the distributions");
    }
}
