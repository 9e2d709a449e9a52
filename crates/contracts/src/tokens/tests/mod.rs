mod admin;
mod conservation;
mod create;
mod delegation;
mod issue;
mod staking;
mod ticks;
mod transfer;
mod unstaking;

use std::sync::Arc;

use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Limits, Payload};

use crate::testing::TestChain;

/// A contract that calls the token ledger as its payload says: `{as, action, params}`.
pub(super) struct Forwarder;

impl Contract for Forwarder {
    fn code(&self) -> &str {
        "test:forwarder"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = |key: &str| {
            payload
                .text(key)
                .map(|text| text.into_owned())
                .unwrap_or_default()
        };
        let params: Object = payload
            .get("params")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        match action {
            "forward" => ctx
                .call_as(&text("as"), "tokens", &text("action"), params)
                .map(|_| ()),
            "notify" => ctx.notify("tokens", &text("action"), params),
            "failLater" => {
                ctx.call_as(&text("as"), "tokens", &text("action"), params)?;
                Err(Failure::check("changed my mind"))
            }
            _ => Err(Failure::Unknown),
        }
    }
}

/// A chain with the token ledger and contracts of these names that forward calls to it.
pub(super) fn chain_with_forwarders(names: &[&str]) -> TestChain {
    let settings = crate::testing::settings();
    let mut registry = crate::registry(["tokens"], &settings).expect("tokens is native");
    for name in names {
        registry = registry.with_native(*name, Arc::new(Forwarder));
    }
    TestChain::over(registry, Limits::default())
}
