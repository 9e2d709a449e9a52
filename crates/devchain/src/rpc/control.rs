//! `devchain.*`: the control API over JSON-RPC. Only on loopback listeners, unless the configuration says otherwise.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tartan_graphene::{Asset, SignedTransaction, Time};

use super::params::{self, Params};
use super::{Ctx, Methods, Outcome};
use crate::api::Api;
use crate::chain::{Cheat, ForkSpec};
use crate::config::{Balances, Irreversibility, Mining};
use crate::errors::{INVALID_PARAMS, NodeError};
use crate::faults::Fault;

pub(super) const METHODS: Methods = &[
    ("devchain.info", info),
    ("devchain.accounts", accounts),
    ("devchain.mine", mine),
    ("devchain.pause", pause),
    ("devchain.resume", resume),
    ("devchain.miss", miss),
    ("devchain.set_mining", set_mining),
    ("devchain.set_irreversibility", set_irreversibility),
    ("devchain.increase_time", increase_time),
    ("devchain.set_next_block_time", set_next_block_time),
    ("devchain.fork", fork),
    ("devchain.snapshot", snapshot),
    ("devchain.revert", revert),
    ("devchain.reset", reset),
    ("devchain.create_account", create_account),
    ("devchain.set_balance", set_balance),
    ("devchain.set_key", set_key),
    ("devchain.impersonate", impersonate),
    ("devchain.exhaust_credits", exhaust_credits),
    ("devchain.set_fault", set_fault),
    ("devchain.clear_fault", clear_fault),
    ("devchain.clear_faults", clear_faults),
    ("devchain.faults", faults),
    ("devchain.push_blocks", push_blocks),
];

/// Most blocks one command makes.
const MAX_BLOCKS: u64 = 100_000;

/// The control API, if this endpoint may use it.
fn control(ctx: &Ctx<'_>) -> Result<Api, NodeError> {
    if ctx.endpoint.control {
        return Ok(Api::new(std::sync::Arc::clone(ctx.node)));
    }
    Err(NodeError::plain(
        -32601,
        "control methods are only available on loopback listeners",
    ))
}

/// Arguments come as an object or as a list in the order of `names`.
fn argument<'a>(params: &Params<'a>, index: usize, name: &str) -> Option<&'a Value> {
    match params.whole() {
        Value::Array(items) => items.get(index).filter(|value| !value.is_null()),
        _ => params.get(name),
    }
}

fn required<'a>(params: &Params<'a>, index: usize, name: &str) -> Result<&'a Value, NodeError> {
    argument(params, index, name)
        .ok_or_else(|| invalid(format!("expected an argument {name}, found none")))
}

fn invalid(text: String) -> NodeError {
    NodeError::plain(INVALID_PARAMS, text)
}

fn small(value: &Value, most: u64) -> Result<u32, NodeError> {
    let number = params::unsigned(value)?;
    if number > most {
        return Err(invalid(format!(
            "expected a number up to {most}, found {number}"
        )));
    }
    u32::try_from(number)
        .map_err(|_| invalid(format!("expected a number of 32 bits, found {number}")))
}

fn parsed<T: DeserializeOwned>(value: &Value, expected: &str) -> Result<T, NodeError> {
    T::deserialize(value).map_err(|error| invalid(format!("expected {expected}: {error}")))
}

fn block(api: &Api) -> Value {
    json!(api.head())
}

fn info(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let chain = ctx.chain();
    Ok(json!({
        "flavor": chain.config().flavor_name(),
        "chain_id": hex::encode(chain.protocol().chain_id),
        "head_block_number": chain.head_number(),
        "head_block_id": chain.head_id(),
        "time": chain.head_time(),
        "last_irreversible_block_num": chain.last_irreversible(),
        "pending": chain.pending().len(),
        "mining": chain.mining(),
        "irreversibility": chain.irreversibility(),
        "paused": chain.is_paused(),
        "endpoints": api.urls(),
    })
    .into())
}

fn accounts(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(control(ctx)?.accounts()).into())
}

fn mine(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let count = argument(params, 0, "blocks").map_or(Ok(1), |value| small(value, MAX_BLOCKS))?;
    Ok(json!(api.mine(count)).into())
}

fn pause(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.pause();
    Ok(block(&api).into())
}

fn resume(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.resume();
    Ok(block(&api).into())
}

fn miss(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.miss(argument(params, 0, "slots").map_or(Ok(1), |value| small(value, MAX_BLOCKS))?);
    Ok(block(&api).into())
}

/// `"instant"`, `"manual"`, or milliseconds, or an object as in the configuration.
fn set_mining(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let mining = match required(params, 0, "mode") {
        Ok(Value::String(mode)) if mode == "interval" => {
            let millis = argument(params, 1, "millis").map_or(Ok(3000), params::unsigned)?;
            Mining::Interval { millis }
        }
        Ok(mode @ Value::String(_)) => {
            parsed(&json!({ "mode": mode }), "interval, instant or manual")?
        }
        Ok(Value::Number(millis)) => Mining::Interval {
            millis: millis.as_u64().unwrap_or(3000),
        },
        Ok(other) => parsed(other, "a way of mining")?,
        Err(error) => return Err(error),
    };
    api.set_mining(mining);
    Ok(json!(mining).into())
}

fn set_irreversibility(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let mode: Irreversibility = match required(params, 0, "mode")? {
        mode @ Value::String(_) => {
            parsed(&json!({ "mode": mode }), "instant, hive, steem or frozen")?
        }
        other => parsed(other, "a mode of irreversibility")?,
    };
    api.set_irreversibility(mode);
    Ok(json!({ "last_irreversible_block_num": api.last_irreversible() }).into())
}

fn increase_time(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.increase_time(small(required(params, 0, "seconds")?, 1 << 30)?);
    Ok(block(&api).into())
}

fn set_next_block_time(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let time = match required(params, 0, "time")? {
        Value::Number(seconds) => Time(
            seconds
                .as_u64()
                .and_then(|s| u32::try_from(s).ok())
                .unwrap_or(0),
        ),
        text => parsed::<Time>(text, "a time")?,
    };
    api.set_next_block_time(time)?;
    Ok(block(&api).into())
}

/// A depth, or an object with the members of a fork's description; added transactions as
/// `{"add": [[offset, transaction], …]}`.
fn fork(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let mut spec = match params.whole() {
        Value::Array(items) => match items.first() {
            Some(Value::Number(depth)) => {
                ForkSpec::depth(small(&Value::Number(depth.clone()), MAX_BLOCKS)?)
            }
            Some(description) => parsed(description, "a description of a fork")?,
            None => return Err(invalid("expected a depth, found nothing".to_owned())),
        },
        description => parsed::<ForkSpec>(description, "a description of a fork")?,
    };
    let spec_size = u64::from(spec.depth) + u64::from(spec.grow);
    if spec_size > MAX_BLOCKS {
        return Err(invalid(format!(
            "expected at most {MAX_BLOCKS} blocks, found {spec_size}"
        )));
    }
    if let Some(Value::Array(added)) = params.get("add") {
        let protocol = ctx.node.config.protocol();
        for item in added {
            let offset = small(item.get(0).unwrap_or(&Value::Null), MAX_BLOCKS)?;
            let transaction =
                SignedTransaction::from_json(item.get(1).unwrap_or(&Value::Null), &protocol);
            spec.add.push((
                offset,
                transaction.map_err(|error| invalid(error.to_string()))?,
            ));
        }
    }
    Ok(json!(api.fork(&spec)?).into())
}

fn snapshot(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(control(ctx)?.snapshot()).into())
}

fn revert(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.revert(small(
        required(params, 0, "snapshot")?,
        u64::from(u32::MAX),
    )?)?;
    Ok(block(&api).into())
}

fn reset(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    api.reset();
    Ok(block(&api).into())
}

fn create_account(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let name = params::text(required(params, 0, "name")?)?.to_owned();
    let balances = argument(params, 1, "balances")
        .map_or(Ok(Balances::PLENTY), |value| parsed(value, "balances"))?;
    api.cheat(Cheat::CreateAccount { name, balances })?;
    Ok(json!({}).into())
}

fn set_balance(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let account = params::text(required(params, 0, "account")?)?;
    let amount = Asset::from_json(required(params, 1, "amount")?, &api.protocol())
        .map_err(|error| invalid(error.to_string()))?;
    api.set_balance(account, amount)?;
    Ok(json!({}).into())
}

fn set_key(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let text =
        |index, name| Ok::<_, NodeError>(params::text(required(params, index, name)?)?.to_owned());
    api.cheat(Cheat::SetKey {
        account: text(0, "account")?,
        role: text(1, "role")?,
        key: text(2, "key")?,
    })?;
    Ok(json!({}).into())
}

fn impersonate(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let on = argument(params, 1, "on").map_or(Ok(true), params::flag)?;
    api.impersonate(params::text(required(params, 0, "account")?)?, on);
    Ok(json!({}).into())
}

fn exhaust_credits(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let on = argument(params, 1, "on").map_or(Ok(true), params::flag)?;
    api.exhaust_credits(params::text(required(params, 0, "account")?)?, on);
    Ok(json!({}).into())
}

fn set_fault(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let description = match params.whole() {
        Value::Array(items) => items.first().unwrap_or(&Value::Null),
        description => description,
    };
    Ok(json!(api.set_fault(parsed::<Fault>(description, "a fault")?)).into())
}

fn clear_fault(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    Ok(json!(control(ctx)?.clear_fault(params::unsigned(required(params, 0, "id")?)?)).into())
}

fn clear_faults(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    control(ctx)?.clear_faults();
    Ok(json!({}).into())
}

fn faults(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let list = control(ctx)?.faults();
    Ok(list
        .into_iter()
        .map(|(id, fault)| json!({ "id": id, "fault": fault }))
        .collect::<Value>()
        .into())
}

/// Blocks of unchecked transactions: `[[transaction, …], …]`.
fn push_blocks(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let api = control(ctx)?;
    let protocol = api.protocol();
    let blocks = required(params, 0, "blocks")?
        .as_array()
        .ok_or_else(|| invalid("expected a list of blocks".into()))?;
    let read = |transaction: &Value| {
        SignedTransaction::from_json(transaction, &protocol)
            .map_err(|error| invalid(error.to_string()))
    };
    let blocks: Vec<Vec<SignedTransaction>> = blocks
        .iter()
        .map(|block| {
            let list = block
                .as_array()
                .ok_or_else(|| invalid("expected a list of transactions".into()))?;
            list.iter().map(read).collect()
        })
        .collect::<Result<_, _>>()?;
    Ok(json!(api.push_blocks(blocks)?).into())
}
