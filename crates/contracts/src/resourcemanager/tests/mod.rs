mod admin;
mod calls;
mod model;
mod subscriptions;

use serde_json::{Value as Json, json};
use tartan_document::Value;
use tartan_runtime::Limits;

use crate::testing::{ENGINE, Sent, TestChain};

const DAY: i64 = 86_400;

/// A chain where the accounts have these amounts of the token that is burnt.
fn chain_with(accounts: &[(&str, &str)]) -> TestChain {
    let settings = crate::testing::settings();
    let names = ["tokens", "resourcemanager"];
    let registry = crate::registry(names, &settings).expect("both are native");
    let mut chain = TestChain::over(registry, Limits::default());
    let create =
        json!({ "name": "Dollar", "symbol": "BEED", "precision": 4, "maxSupply": "1000000" });
    chain.send("founder", "tokens", "create", create).succeeds();
    for (account, quantity) in accounts {
        chain.issue("BEED", account, quantity);
    }
    chain
}

fn chain() -> TestChain {
    chain_with(&[("alice", "11")])
}

fn act(chain: &mut TestChain, sender: &str, action: &str, payload: Json) -> Sent {
    chain.send(sender, "resourcemanager", action, payload)
}

/// What the node asks before the how manieth call of an account in a block.
fn ask(chain: &mut TestChain, sender: &str, count: u32, contract: &str) -> Sent {
    let payload = json!({
        "userActionCount": count, "contract": contract, "action": "something", "payload": {},
    });
    act(chain, sender, "burnFee", payload)
}

fn set(chain: &mut TestChain, params: Json) {
    act(chain, ENGINE, "updateParams", params).does_nothing();
}

fn throttle(chain: &mut TestChain, account: &str, denied: bool) {
    let update = json!({ "account": account, "isDenied": denied });
    act(chain, ENGINE, "updateAccount", update).succeeds();
}

/// The rows of a table, as text.
fn rows(chain: &TestChain, table: &str) -> Vec<String> {
    let rows = chain.find_in("resourcemanager", table, json!({}));
    rows.into_iter()
        .map(|row| Value::Object(row).stringify())
        .collect()
}
