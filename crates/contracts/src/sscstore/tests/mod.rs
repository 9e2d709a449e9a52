mod admin;
mod model;
mod purchases;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Limits, Payload, Registry};

use crate::testing::{ENGINE, Sent, TestChain};

/// Buys on behalf of its caller: `{times, params}`.
struct Agent;

impl Contract for Agent {
    fn code(&self) -> &str {
        "test:agent"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, _: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let params = payload.get("params").and_then(Value::as_object);
        let params = params.expect("what to buy with").clone();
        for _ in 0..2 {
            ctx.call("sscstore", "buy", params.clone())?;
        }
        Ok(())
    }
}

fn registry() -> Registry {
    let settings = crate::testing::settings();
    let registry = crate::registry(["tokens", "sscstore"], &settings).expect("both are native");
    registry.with_native("agent", Arc::new(Agent))
}

fn chain() -> TestChain {
    TestChain::over(registry(), Limits::default())
}

fn act(chain: &mut TestChain, sender: &str, action: &str, payload: Json) -> Sent {
    chain.send(sender, "sscstore", action, payload)
}

/// A transfer to the owner whose memo buys.
fn pay(chain: &mut TestChain, from: &str, amount: &str) -> Sent {
    let payload = json!({ "recipient": ENGINE, "amountHIVEHBD": amount });
    act(chain, from, "buy", payload)
}

fn set(chain: &mut TestChain, params: Json) {
    act(chain, ENGINE, "updateParams", params).does_nothing();
}

fn params(chain: &TestChain) -> String {
    let rows = chain.find_in("sscstore", "params", json!({}));
    assert_eq!(rows.len(), 1);
    Value::Object(rows[0].clone()).stringify()
}

fn refunds(chain: &TestChain) -> Vec<Object> {
    chain.find_in("sscstore", "withdrawals", json!({}))
}
