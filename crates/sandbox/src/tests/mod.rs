//! Whole sessions: requests in, answers out.

mod blocks;
mod natives;
mod protocol;
mod scripts;
mod tables;

use expect_test::Expect;
use serde_json::{Value, json};

use crate::Sandbox;

/// The result of a request that is served.
fn ask(sandbox: &mut Sandbox, method: &str, params: Value) -> Value {
    let answer = answer(sandbox, method, params);
    assert_eq!(answer.get("error"), None, "{method}: {answer}");
    answer["result"].clone()
}

fn answer(sandbox: &mut Sandbox, method: &str, params: Value) -> Value {
    let request = json!({ "id": "x", "method": method, "params": params });
    let answer: Value = serde_json::from_str(&sandbox.handle_line(&request.to_string())).unwrap();
    assert_eq!(answer["id"], "x");
    answer
}

fn check_error(sandbox: &mut Sandbox, method: &str, params: Value, expected: Expect) {
    let answer = answer(sandbox, method, params);
    let error = &answer["error"];
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_string();
    expected.assert_eq(&format!("{}: {}", text("code"), text("message")));
    assert_eq!(answer.get("result"), None);
}

fn deploy(name: &str, sender: &str) -> Value {
    let payload = json!({ "name": name, "params": "", "code": "aWdub3JlZA==" }).to_string();
    json!({ "transactionId": 0, "sender": sender, "contract": "contract", "action": "deploy", "payload": payload })
}

fn transaction(id: &str, sender: &str, action: &str, payload: Value) -> Value {
    json!({ "refHiveBlockNumber": 60_000_000, "transactionId": id, "sender": sender,
        "contract": "tokens", "action": action, "payload": payload.to_string() })
}

fn block(number: u64, transactions: Vec<Value>) -> Value {
    json!({ "block": { "refHiveBlockNumber": number, "refHiveBlockId": "bb", "prevRefHiveBlockId": "aa",
        "timestamp": "2026-01-01T00:00:00", "transactions": transactions } })
}

/// A chain with the native token ledger, a token and an account that holds some.
fn with_tokens() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let call = |action, payload: Value| {
        let mut call = transaction("", "null", action, payload);
        call["transactionId"] = json!(0);
        call
    };
    let genesis = json!([
        deploy("tokens", "hive-engine"),
        call(
            "create",
            json!({ "name": "Bee", "symbol": "BEE", "precision": 8, "maxSupply": "1000", "isSignedWithActiveKey": true })
        ),
        call(
            "issue",
            json!({ "symbol": "BEE", "to": "alice", "quantity": "10", "isSignedWithActiveKey": true })
        ),
    ]);
    let config = json!({ "chainId": "demo", "native": ["tokens"] });
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": config, "genesis": genesis }),
    );
    sandbox
}

fn transfer(id: &str, quantity: &str) -> Value {
    transaction(
        id,
        "alice",
        "transfer",
        json!({ "symbol": "BEE", "to": "bob", "quantity": quantity, "isSignedWithActiveKey": true }),
    )
}

fn balances(sandbox: &mut Sandbox) -> Value {
    let query = json!({ "contract": "tokens", "table": "balances", "query": {}, "project": { "_id": 0, "account": 1, "balance": 1 } });
    ask(sandbox, "find", query)
}
