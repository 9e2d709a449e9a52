//! The JSON-RPC methods.
//!
//! Each module lists its methods in a table of full name and handler. A handler reads its arguments, locks the chain,
//! and answers; anything slow (waiting for a block) is left to the envelope.

mod accounts;
mod blocks;
mod bridge;
mod broadcast;
mod chain_info;
mod constants;
mod content;
mod control;
mod discussions;
mod history;
mod keys;
mod params;
mod promises;
mod render;
mod unused;
mod witnesses;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLockReadGuard;
use serde_json::{Value, json};
use tartan_graphene::JsonForm;
use tokio::sync::oneshot;

use crate::chain::{Inclusion, MainChain, StoredBlock};
use crate::config::EndpointKind;
use crate::errors::NodeError;
use crate::faults::FaultKind;
use crate::node::{Endpoint, Node};
pub(crate) use params::Params;
use render::Render;

/// What a handler answers.
pub(crate) enum Answer {
    /// A value.
    Value(Value),
    /// Text that is JSON already.
    Raw(String),
    /// The place of a transaction, once it has one.
    Inclusion(oneshot::Receiver<Inclusion>),
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Answer::Value(value)
    }
}

type Outcome = Result<Answer, NodeError>;
type Handler = fn(&Ctx<'_>, &Params<'_>) -> Outcome;
type Methods = &'static [(&'static str, Handler)];

/// What handlers work with.
pub(crate) struct Ctx<'a> {
    pub(crate) node: &'a Arc<Node>,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) faults: &'a [FaultKind],
}

impl Ctx<'_> {
    fn chain(&self) -> RwLockReadGuard<'_, MainChain> {
        self.node.chain.read()
    }

    /// How many blocks the answer lags behind: the endpoint's distance and any fault's.
    fn lag(&self) -> u32 {
        let endpoint = match self.endpoint.kind {
            EndpointKind::Lagging { blocks } => blocks,
            _ => 0,
        };
        let faults = self.faults.iter().map(|fault| match fault {
            FaultKind::StaleHead { blocks } => *blocks,
            _ => 0,
        });
        faults.fold(endpoint, u32::saturating_add)
    }

    /// The head this endpoint knows of.
    fn head_number(&self, chain: &MainChain) -> u32 {
        let floor = chain.store().first().min(chain.head_number());
        chain.head_number().saturating_sub(self.lag()).max(floor)
    }

    /// A block as this endpoint knows it.
    fn block(&self, chain: &MainChain, number: u32) -> Option<Arc<StoredBlock>> {
        if number > self.head_number(chain) {
            return None;
        }
        if matches!(self.endpoint.kind, EndpointKind::Lying { .. })
            && let Some(block) = self.endpoint.lie(chain, number)
        {
            return Some(block);
        }
        chain.store().get(number).cloned()
    }
}

const TABLES: &[Methods] = &[
    accounts::METHODS,
    blocks::METHODS,
    bridge::METHODS,
    broadcast::METHODS,
    chain_info::METHODS,
    content::METHODS,
    control::METHODS,
    discussions::METHODS,
    history::METHODS,
    keys::METHODS,
    promises::METHODS,
    unused::METHODS,
    witnesses::METHODS,
    &[
        ("jsonrpc.get_methods", get_methods),
        ("jsonrpc.get_signature", get_signature),
    ],
];

fn methods() -> &'static HashMap<&'static str, Handler> {
    static METHODS: OnceLock<HashMap<&'static str, Handler>> = OnceLock::new();
    METHODS.get_or_init(|| TABLES.iter().copied().flatten().copied().collect())
}

/// Whether a method of this full name exists.
pub(crate) fn exists(name: &str) -> bool {
    methods().contains_key(name)
}

/// Whether old clients `call` this API with positional arguments and mean the condenser.
pub(crate) fn is_legacy(api: &str) -> bool {
    matches!(
        api,
        "database_api"
            | "network_broadcast_api"
            | "follow_api"
            | "tags_api"
            | "market_history_api"
            | "account_by_key_api"
            | "account_history_api"
            | "login_api"
            | "witness_api"
    )
}

/// Runs a method.
pub(crate) fn dispatch(ctx: &Ctx<'_>, name: &str, params: &Params<'_>) -> Outcome {
    match methods().get(name) {
        Some(handler) => handler(ctx, params),
        None => Err(unknown(ctx, name)),
    }
}

fn unknown(ctx: &Ctx<'_>, name: &str) -> NodeError {
    let (api, method) = name.split_once('.').unwrap_or((name, ""));
    let code = match ctx.node.config.flavor {
        tartan_graphene::Flavor::Hive => -32601,
        tartan_graphene::Flavor::Steem => -32002,
    };
    let known = methods()
        .keys()
        .any(|known| known.split_once('.').is_some_and(|(known, _)| known == api));
    let (condition, text, value) = if known {
        (
            "method_itr != api_itr->second.end()",
            "Could not find method ${name}",
            method,
        )
    } else {
        ("api_itr != data_.end()", "Could not find API ${name}", api)
    };
    NodeError::assert(condition, text, json!({ "name": value })).with_code(code)
}

fn get_methods(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let mut names: Vec<&str> = methods().keys().copied().collect();
    names.sort_unstable();
    Ok(json!(names).into())
}

fn get_signature(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let name = params.text("method")?;
    if !exists(name) {
        return Err(unknown(ctx, name));
    }
    let args = if name.starts_with("condenser_api.") {
        json!([])
    } else {
        json!({})
    };
    Ok(json!({ "args": args, "ret": {} }).into())
}

/// The two shapes of answers.
fn legacy(chain: &MainChain) -> Render<'_> {
    Render::new(chain, JsonForm::Legacy)
}

fn appbase(chain: &MainChain) -> Render<'_> {
    Render::new(chain, JsonForm::Appbase)
}
