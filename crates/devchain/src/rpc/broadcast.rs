//! Taking transactions.

use serde_json::{Value, json};
use tartan_graphene::{AssetForm, Flavor, SignedTransaction};

use super::params::Params;
use super::{Answer, Ctx, Methods, Outcome};
use crate::errors::NodeError;
use crate::node::wall_clock;

pub(super) const METHODS: Methods = &[
    ("condenser_api.broadcast_transaction", broadcast),
    (
        "condenser_api.broadcast_transaction_synchronous",
        broadcast_synchronous,
    ),
    ("condenser_api.broadcast_block", broadcast_block),
    ("network_broadcast_api.broadcast_transaction", api_broadcast),
    (
        "network_broadcast_api.broadcast_transaction_synchronous",
        api_broadcast_synchronous,
    ),
    ("condenser_api.get_transaction_hex", get_transaction_hex),
    ("database_api.get_transaction_hex", api_get_transaction_hex),
];

/// Reads a transaction in either form.
pub(super) fn read(ctx: &Ctx<'_>, value: &Value) -> Result<SignedTransaction, NodeError> {
    SignedTransaction::from_json(value, &ctx.node.config.protocol())
        .map_err(|error| NodeError::parse(error.to_string()))
}

fn push(ctx: &Ctx<'_>, value: &Value) -> Result<tartan_graphene::TransactionId, NodeError> {
    let transaction = read(ctx, value)?;
    ctx.node
        .change(|chain| chain.broadcast(transaction, wall_clock()))
}

fn push_and_wait(ctx: &Ctx<'_>, value: &Value) -> Outcome {
    let transaction = read(ctx, value)?;
    let waiting = ctx.node.change(|chain| {
        let id = chain.broadcast(transaction, wall_clock())?;
        Ok::<_, NodeError>(chain.wait_for(id))
    })?;
    Ok(Answer::Inclusion(waiting))
}

fn broadcast(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [transaction] = params.array()?;
    push(ctx, transaction)?;
    // Older nodes answered null.
    Ok(match ctx.node.config.flavor {
        Flavor::Hive => json!({}),
        Flavor::Steem => Value::Null,
    }
    .into())
}

fn broadcast_synchronous(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [transaction] = params.array()?;
    push_and_wait(ctx, transaction)
}

fn api_broadcast(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    push(ctx, params.required("trx")?)?;
    Ok(json!({}).into())
}

fn api_broadcast_synchronous(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    push_and_wait(ctx, params.required("trx")?)
}

/// Nobody else makes blocks here.
fn broadcast_block(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [_] = params.array()?;
    let head = ctx.chain().head_number();
    Err(NodeError::assert(
        "item->num > std::max<int64_t>( 0, int64_t(_head->num) - (_max_size) )",
        "attempting to push a block that is too old",
        json!({ "head": head, "max_size": 16 }),
    ))
}

fn hex_of(ctx: &Ctx<'_>, value: &Value) -> Result<String, NodeError> {
    let transaction = read(ctx, value)?;
    // The legacy serialization is what clients sign that ask for it.
    let bytes = transaction
        .encode(&ctx.node.config.protocol(), AssetForm::Legacy)
        .map_err(|error| NodeError::parse(error.to_string()))?;
    Ok(hex::encode(bytes))
}

fn get_transaction_hex(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [transaction] = params.array()?;
    Ok(json!(hex_of(ctx, transaction)?).into())
}

fn api_get_transaction_hex(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    Ok(json!({ "hex": hex_of(ctx, params.required("trx")?)? }).into())
}
