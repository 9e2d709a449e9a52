mod admin;
mod approvals;
mod funds;
mod properties;
mod proposals;
mod ticks;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, Payload};

use crate::testing::{ENGINE, Sent, TestChain};

/// A contract that is paid by a fund, and does with that what its payload says: `{does}`.
struct Receiver;

impl Contract for Receiver {
    fn code(&self) -> &str {
        "test:receiver"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if action != "receiveDtfTokens" {
            return Err(Failure::Unknown);
        }
        let does = payload.get("data").and_then(|data| data.get("does"));
        match does.and_then(Value::as_str) {
            Some("accept") => {
                let caller = ctx.caller().map(|caller| caller.name.clone());
                let sender = ctx.sender().to_string();
                let event = tartan_document::object! {
                    "sender": sender, "caller": caller.unwrap_or_default(), "active": ctx.is_active(),
                    "quantity": payload.get("quantity").cloned().unwrap_or(Value::Null),
                };
                ctx.emit("accepted", event);
                Ok(())
            }
            Some("waste") => Err(ctx.out_of_units()),
            // what only the node may do
            Some("steal") => ctx
                .call(
                    "tokens",
                    "transferFromContract",
                    tartan_document::object! {
                        "from": "distribution", "to": "thief", "symbol": "GLD", "quantity": "1", "type": "user",
                    },
                )
                .map(drop),
            _ => Err(Failure::check("I do not want it")),
        }
    }
}

const START: &str = "2020-09-15T00:00:00.000Z";
const END: &str = "2020-10-15T00:00:00.000Z";

fn chain_with(limits: Limits) -> TestChain {
    let settings = crate::testing::settings();
    let registry = crate::registry(["tokens", "tokenfunds"], &settings).expect("both are native");
    let registry = registry.with_native("receiver", Arc::new(Receiver));
    let mut chain = TestChain::over(registry, limits);
    for symbol in ["GLD", "SLV"] {
        let create =
            json!({ "name": "Metal", "symbol": symbol, "precision": 8, "maxSupply": "1000000" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain.enable_staking(symbol, 7, 1);
        chain.enable_delegation(symbol, 7);
    }
    for account in ["founder", "organizer"] {
        let transfer = json!({ "to": account, "symbol": "ENG", "quantity": "10000" });
        chain
            .send(ENGINE, "tokens", "transfer", transfer)
            .succeeds();
    }
    chain
}

fn chain() -> TestChain {
    chain_with(Limits::default())
}

fn act(chain: &mut TestChain, sender: &str, action: &str, payload: Json) -> Sent {
    chain.send(sender, "tokenfunds", action, payload)
}

/// What the node does behind a block.
fn tick(chain: &mut TestChain) -> Sent {
    act(chain, "null", "checkPendingDtfs", json!({}))
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
fn refuses(
    chain: &mut TestChain,
    sender: &str,
    action: &str,
    payload: &Json,
    cases: &[(Json, &str)],
) {
    for (changes, error) in cases {
        act(chain, sender, action, but(payload, changes.clone())).fails_with(error);
    }
}

fn fund() -> Json {
    json!({
        "payToken": "GLD", "voteToken": "SLV", "voteThreshold": "1000", "maxDays": "365", "maxAmountPerDay": "1000",
    })
}

fn proposal() -> Json {
    json!({
        "fundId": "GLD:SLV", "title": "A Big Community Project", "startDate": START, "endDate": END,
        "amountPerDay": "800", "authorPermlink": "@abc123/test", "payout": { "type": "user", "name": "rambo" },
    })
}

/// With the fund GLD:SLV, which pays.
fn with_fund(chain: &mut TestChain, terms: Json) {
    act(chain, "founder", "createFund", but(&fund(), terms)).succeeds();
    let row = chain.find_in("tokenfunds", "funds", json!({}));
    let id = crate::testing::text(row.last().expect("it was made"), "id");
    act(
        chain,
        "founder",
        "setDtfActive",
        json!({ "fundId": id, "active": true }),
    )
    .succeeds();
}

fn propose(chain: &mut TestChain, changes: Json) {
    act(
        chain,
        "organizer",
        "createProposal",
        but(&proposal(), changes),
    )
    .succeeds();
}

/// Stakes so much of a token for an account.
fn stake(chain: &mut TestChain, account: &str, symbol: &str, quantity: &str) {
    chain.issue(symbol, account, quantity);
    let stake = json!({ "to": account, "symbol": symbol, "quantity": quantity });
    chain.send(account, "tokens", "stake", stake).succeeds();
}

/// Approves proposals with the posting key.
fn approve(chain: &mut TestChain, account: &str, proposals: &[u32]) {
    for id in proposals {
        let approve = json!({ "id": id.to_string() });
        chain
            .post(account, "tokenfunds", "approveProposal", approve)
            .succeeds();
    }
}

/// The approval weight of a proposal.
fn weight(chain: &TestChain, id: u32) -> String {
    let rows = chain.find_in("tokenfunds", "proposals", json!({ "_id": id }));
    let weight = rows[0].get("approvalWeight").and_then(Value::as_decimal);
    weight.expect("a decimal").to_string()
}

/// The stored weight of an account.
fn account_weight(chain: &TestChain, account: &str, symbol: &str) -> String {
    let rows = chain.find_in("tokenfunds", "accounts", json!({ "account": account }));
    let weights = rows[0]
        .get("weights")
        .and_then(Value::as_array)
        .expect("a list");
    let weight = weights
        .iter()
        .find(|weight| weight.get("symbol").and_then(Value::as_str) == Some(symbol))
        .and_then(|weight| weight.get("weight"))
        .expect("a weight");
    weight
        .as_str()
        .map_or_else(|| weight.stringify(), str::to_string)
}

/// What a contract holds.
fn contract_balance(chain: &TestChain, contract: &str, symbol: &str) -> String {
    let rows = chain.find(
        "contractsBalances",
        json!({ "account": contract, "symbol": symbol }),
    );
    rows.first().map_or_else(
        || "none".to_string(),
        |row| crate::testing::text(row, "balance"),
    )
}
