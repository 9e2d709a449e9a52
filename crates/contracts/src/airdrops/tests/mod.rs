mod admin;
mod creation;
mod properties;
mod ticks;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Limits, Payload};
use tartan_state::Scan;

use super::tables::Airdrop;
use crate::testing::{ENGINE, Sent, TestChain, text};

/// Changes what no action changes: renames an account in all airdrops that wait.
struct Tamper;

impl Contract for Tamper {
    fn code(&self) -> &str {
        "test:tamper"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, name: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let other = payload.text("to").expect("another name").into_owned();
        for mut airdrop in ctx.rows::<Airdrop>().scan(Scan::of("_id"))? {
            let accounts = airdrop.list.iter_mut().map(|payment| &mut payment.to);
            let renamed: Vec<_> = accounts.filter(|account| *account == name).collect();
            for account in renamed {
                account.clone_from(&other);
            }
            if airdrop.from == name {
                airdrop.from.clone_from(&other);
            }
            ctx.rows::<Airdrop>().update(&airdrop)?;
        }
        Ok(())
    }
}

fn chain_with(limits: Limits) -> TestChain {
    let settings = crate::testing::settings();
    let registry = crate::registry(["tokens", "airdrops"], &settings).expect("both are native");
    let registry = registry.with_native("tamper", Arc::new(Tamper));
    let mut chain = TestChain::over(registry, limits);
    for (symbol, precision) in [("TKN", 8), ("SIM", 3)] {
        let create = json!({ "name": "Token", "symbol": symbol, "precision": precision, "maxSupply": "10000000" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain.issue(symbol, "founder", "10000");
    }
    chain.enable_staking("SIM", 7, 1);
    let transfer = json!({ "to": "founder", "symbol": "ENG", "quantity": "1000" });
    chain
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    chain
}

fn chain() -> TestChain {
    chain_with(Limits::default())
}

fn act(chain: &mut TestChain, sender: &str, action: &str, payload: Json) -> Sent {
    chain.send(sender, "airdrops", action, payload)
}

/// What the node does behind a block.
fn tick(chain: &mut TestChain) -> Sent {
    act(chain, "null", "checkPendingAirdrops", json!({}))
}

/// An airdrop of the founder.
fn airdrop(chain: &mut TestChain, symbol: &str, kind: &str, list: Json) -> Sent {
    let payload = json!({ "symbol": symbol, "type": kind, "list": list });
    act(chain, "founder", "newAirdrop", payload)
}

/// So many accounts, each with the quantity.
fn many(count: usize, quantity: &str) -> Json {
    (0..count)
        .map(|number| json!([format!("account{number}"), quantity]))
        .collect()
}

fn pending(chain: &TestChain) -> usize {
    chain
        .find_in("airdrops", "pendingAirdrops", json!({}))
        .len()
}

/// What an account or contract holds, 0 if it never held any.
fn held(chain: &TestChain, table: &str, account: &str, symbol: &str, field: &str) -> String {
    let rows = chain.find(table, json!({ "account": account, "symbol": symbol }));
    rows.first()
        .map_or_else(|| "0".to_string(), |row| text(row, field))
}

fn balance(chain: &TestChain, account: &str, symbol: &str) -> String {
    held(chain, "balances", account, symbol, "balance")
}

/// What the contract holds.
fn locked(chain: &TestChain, symbol: &str) -> String {
    held(chain, "contractsBalances", "airdrops", symbol, "balance")
}

/// What the contract holds is what its airdrops have to pay.
#[track_caller]
fn check_conservation(chain: &TestChain) {
    chain.check_conservation();
    for symbol in ["TKN", "SIM", "ENG"] {
        let mut owed = 0;
        for row in chain.find_in("airdrops", "pendingAirdrops", json!({ "symbol": symbol })) {
            let list = row.get("list").and_then(Value::as_array).expect("a list");
            for payment in list {
                owed += units(&text(payment.as_object().expect("a payment"), "quantity"));
            }
        }
        assert_eq!(units(&locked(chain, symbol)), owed, "{symbol}");
    }
}

fn units(quantity: &str) -> i128 {
    let value = tartan_decimal::Decimal::parse(quantity);
    value.to_units(8).expect("an amount")
}
