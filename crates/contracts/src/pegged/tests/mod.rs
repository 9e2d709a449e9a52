mod deposits;
mod properties;
mod withdrawals;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, Payload};

use crate::testing::{Sent, TestChain, text};

/// The account that holds the main chain's coins.
const PEG: &str = "peg";

/// One of the two contracts, on a chain of its own.
#[derive(Clone, Copy)]
struct Peg {
    contract: &'static str,
    symbol: &'static str,
    unit: &'static str,
}

const STEEM: Peg = Peg {
    contract: "steempegged",
    symbol: "STEEMP",
    unit: "STEEM",
};
const HIVE: Peg = Peg {
    contract: "hivepegged",
    symbol: "SWAP.HIVE",
    unit: "HIVE",
};

/// A chain and the main chain's coins that the peg account holds, in their smallest unit.
struct Gateway {
    peg: Peg,
    chain: TestChain,
    coins: i64,
}

/// A contract that calls others as its payload says: `{contract, action, params, times}`.
struct Forwarder;

impl Contract for Forwarder {
    fn code(&self) -> &str {
        "test:forwarder"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if action != "forward" {
            return Err(Failure::Unknown);
        }
        let name = |key: &str| payload.text(key).unwrap_or_default().into_owned();
        let params = payload.get("params").and_then(Value::as_object);
        let params: Object = params.cloned().unwrap_or_default();
        for _ in 0..payload.integer("times").unwrap_or(1) {
            ctx.call(&name("contract"), &name("action"), params.clone())?;
        }
        Ok(())
    }
}

impl Gateway {
    /// The peg account holds a thousand of the token.
    fn new(peg: Peg) -> Gateway {
        let settings = crate::testing::settings();
        let registry = crate::registry(["tokens", "steempegged", "hivepegged"], &settings);
        let registry = registry.expect("they are native");
        let registry = registry.with_native("forwarder", Arc::new(Forwarder));
        let mut chain = TestChain::over(registry, Limits::default());
        let wrapping =
            json!({ "name": "Pegged", "symbol": peg.symbol, "precision": 8, "maxSupply": "1000" });
        chain
            .send("wrapper", "tokens", "create", wrapping)
            .succeeds();
        let issue = json!({ "to": PEG, "symbol": peg.symbol, "quantity": "1000" });
        chain.send("wrapper", "tokens", "issue", issue).succeeds();
        Gateway {
            peg,
            chain,
            coins: 0,
        }
    }

    /// A transfer to the peg account whose memo calls the contract.
    fn deposit(&mut self, from: &str, amount: &str) -> Sent {
        let (number, unit) = amount.split_once(' ').expect("a coin");
        if unit == self.peg.unit && from != PEG {
            self.coins += thousandths(number);
        }
        let payload = json!({ "recipient": PEG, "amountHIVEHBD": amount });
        self.chain.send(from, self.peg.contract, "buy", payload)
    }

    fn withdraw(&mut self, from: &str, quantity: &str) -> Sent {
        let payload = json!({ "quantity": quantity });
        self.chain
            .send(from, self.peg.contract, "withdraw", payload)
    }

    /// Pays what is queued under this id on the main chain, and says so.
    fn pay(&mut self, id: &str) {
        for row in self.queue(json!({ "id": id })) {
            if text(&row, "type") == self.peg.unit {
                self.coins -= thousandths(&text(&row, "quantity"));
            }
        }
        self.remove(PEG, id).does_nothing();
    }

    fn remove(&mut self, sender: &str, id: &str) -> Sent {
        let payload = json!({ "id": id });
        self.chain
            .send(sender, self.peg.contract, "removeWithdrawal", payload)
    }

    fn queue(&self, query: Json) -> Vec<Object> {
        self.chain.find_in(self.peg.contract, "withdrawals", query)
    }

    /// The rows of the queue without their `_id`.
    #[track_caller]
    fn queued(&self, expected: &[&str]) {
        let rows: Vec<String> = self.queue(json!({})).iter().map(shown).collect();
        assert_eq!(rows, expected);
    }

    fn holds(&self, account: &str, expected: &str) {
        self.chain.balance(account, self.peg.symbol).is(expected);
    }

    /// What others hold and what is queued is covered by the coins, to the last unit.
    fn check_cover(&self) {
        self.chain.check_conservation();
        let query = json!({ "symbol": self.peg.symbol, "account": { "$ne": PEG } });
        let held: Vec<Object> = self.chain.find("balances", query);
        let owed = held.iter().map(|row| thousandths(&text(row, "balance")));
        let queue = self.queue(json!({ "type": self.peg.unit }));
        let queued = queue.iter().map(|row| thousandths(&text(row, "quantity")));
        assert_eq!(owed.chain(queued).sum::<i64>(), self.coins);
    }
}

fn shown(row: &Object) -> String {
    let field = |name: &str| text(row, name);
    format!(
        "{} {} {} to {}: {}",
        field("id"),
        field("quantity"),
        field("type"),
        field("recipient"),
        field("memo")
    )
}

/// An amount in thousandths, of which it has no fractions.
fn thousandths(amount: &str) -> i64 {
    let decimal = Decimal::parse(amount);
    assert!(decimal.decimals().expect("a number") <= 3, "{amount}");
    let digits = decimal.to_fixed(3, tartan_decimal::Rounding::Down);
    let digits = digits.expect("a number").replace('.', "");
    digits.parse().expect("digits")
}
