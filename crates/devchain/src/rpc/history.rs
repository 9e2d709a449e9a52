//! Transactions and applied operations.

use serde_json::{Value, json};
use tartan_graphene::{JsonForm, Time, TransactionId};

use super::params::{self, Params};
use super::{Ctx, Methods, Outcome};
use crate::chain::{MainChain, StoredBlock};
use crate::errors::{CALL_FAILED, CHAIN_EXCEPTION, NodeError};
use crate::state::{HistoryEntry, OpPlace};

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_ops_in_block", ops_in_block),
    ("account_history_api.get_ops_in_block", api_ops_in_block),
    ("account_history_api.enum_virtual_ops", enum_virtual_ops),
    ("condenser_api.get_transaction", transaction),
    ("account_history_api.get_transaction", api_transaction),
    ("transaction_status_api.find_transaction", find_transaction),
    ("condenser_api.get_account_history", account_history),
    (
        "account_history_api.get_account_history",
        api_account_history,
    ),
];

/// Most entries of an account's history in one answer.
const MAX_HISTORY: u64 = 1000;
/// Most blocks for virtual operations in one answer.
const MAX_VIRTUAL_RANGE: u32 = 2000;

/// An applied operation in the shape of its API.
fn applied(
    chain: &MainChain,
    block: &StoredBlock,
    place: OpPlace,
    form: JsonForm,
) -> Option<Value> {
    let (cause, operation, is_virtual) = match place {
        OpPlace::Signed {
            transaction,
            operation,
        } => {
            let signed = block.block.transactions.get(transaction as usize)?;
            let json = signed
                .transaction
                .operations
                .get(operation as usize)?
                .to_json(chain.protocol(), form);
            let id = *block.transaction_ids.get(transaction as usize)?;
            (Some((id, transaction, operation)), json, false)
        }
        OpPlace::Virtual(index) => {
            let operation = block.virtual_ops.get(index as usize)?;
            // As nodes count: a virtual operation comes after the one that caused it.
            let cause = operation
                .cause
                .map(|(id, transaction, operation)| (id, transaction, operation + 1));
            (cause, operation.to_json(chain.protocol(), form), true)
        }
    };
    let (id, transaction, index) = cause.unwrap_or((TransactionId::default(), u32::MAX, 1));
    let mut value = json!({
        "trx_id": id,
        "block": block.number(),
        "trx_in_block": transaction,
        "op_in_trx": index,
        "virtual_op": is_virtual,
        "timestamp": block.timestamp(),
        "op": operation,
    });
    if form == JsonForm::Appbase {
        value["operation_id"] = json!(0);
    }
    Some(value)
}

/// Everything applied in a block: each transaction's operations with what they caused, then what the chain did.
fn all_applied(
    chain: &MainChain,
    block: &StoredBlock,
    only_virtual: bool,
    form: JsonForm,
) -> Vec<Value> {
    let mut places = Vec::new();
    for (transaction, signed) in (0..).zip(&block.block.transactions) {
        for (operation, _) in (0..).zip(&signed.transaction.operations) {
            if !only_virtual {
                places.push(OpPlace::Signed {
                    transaction,
                    operation,
                });
            }
            places.extend(
                (0..)
                    .zip(&block.virtual_ops)
                    .filter(|(_, row)| {
                        row.cause
                            .is_some_and(|(_, t, o)| (t, o) == (transaction, operation))
                    })
                    .map(|(index, _)| OpPlace::Virtual(index)),
            );
        }
    }
    let own = (0..)
        .zip(&block.virtual_ops)
        .filter(|(_, row)| row.cause.is_none());
    places.extend(own.map(|(index, _)| OpPlace::Virtual(index)));
    places
        .into_iter()
        .filter_map(|place| applied(chain, block, place, form))
        .collect()
}

fn ops_in_block(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let number = params::block_number(&items[0])?;
    let only_virtual = items.get(1).map_or(Ok(false), params::flag)?;
    let chain = ctx.chain();
    let block = ctx.block(&chain, number);
    Ok(json!(block.map_or_else(Vec::new, |block| all_applied(
        &chain,
        &block,
        only_virtual,
        JsonForm::Legacy
    )))
    .into())
}

fn api_ops_in_block(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    // Nodes read all arguments before they look at any of them.
    params.flag_or("include_reversible", false)?;
    let only_virtual = params.flag_or("only_virtual", false)?;
    let number = params::block_number(params.required("block_num")?)?;
    let chain = ctx.chain();
    let block = ctx.block(&chain, number);
    let ops = block.map_or_else(Vec::new, |block| {
        all_applied(&chain, &block, only_virtual, JsonForm::Appbase)
    });
    Ok(json!({ "ops": ops }).into())
}

fn enum_virtual_ops(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let from = params::block_number(params.required("block_range_begin")?)?;
    let to = params::block_number(params.required("block_range_end")?)?;
    if to <= from || to - from > MAX_VIRTUAL_RANGE {
        let error = NodeError::assert(
            "blockRangeEnd > blockRangeBegin",
            "Block range must be upward and at most 2000 blocks",
            json!({ "from": from, "to": to }),
        );
        return Err(error.with_code(CALL_FAILED));
    }
    let chain = ctx.chain();
    let blocks = (from..to).filter_map(|number| ctx.block(&chain, number));
    let ops: Vec<Value> = blocks
        .flat_map(|block| all_applied(&chain, &block, true, JsonForm::Appbase))
        .collect();
    let next = if to <= ctx.head_number(&chain) { to } else { 0 };
    Ok(json!({ "ops": ops, "ops_by_block": [], "next_block_range_begin": next, "next_operation_begin": 0 }).into())
}

/// A transaction id, with the node's complaints.
fn transaction_id(text: &str) -> Result<TransactionId, NodeError> {
    if let Some(character) = text
        .chars()
        .find(|character| !character.is_ascii_hexdigit())
    {
        let text = format!("unspecified:Invalid hex character '{character}'");
        return Err(NodeError::plain(CHAIN_EXCEPTION, text));
    }
    text.parse().map_err(|_| {
        NodeError::assert(
            "false",
            "Transaction hash '${t}' has invalid size. Transaction hash should have size of 160 bits",
            json!({ "t": text }),
        )
        .with_code(CALL_FAILED)
    })
}

fn found(ctx: &Ctx<'_>, id: &str, form: JsonForm) -> Outcome {
    let id = transaction_id(id)?;
    let chain = ctx.chain();
    let place = chain
        .store()
        .find(&id)
        .filter(|(number, _)| *number <= ctx.head_number(&chain));
    let value = place.and_then(|(number, index)| Some((ctx.block(&chain, number)?, index)));
    match value {
        Some((block, index)) => Ok(block.transaction_json(index as usize, form).into()),
        None => {
            let error = NodeError::assert("false", "Unknown Transaction ${t}", json!({ "t": id }));
            Err(error.with_code(CALL_FAILED))
        }
    }
}

fn transaction(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [id] = params.array()?;
    found(ctx, params::text(id)?, JsonForm::Legacy)
}

fn api_transaction(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    params.flag_or("include_reversible", false)?;
    found(ctx, params.text("id")?, JsonForm::Appbase)
}

fn find_transaction(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let id = transaction_id(params.text("transaction_id")?)?;
    let expiration: Option<Time> = match params.get("expiration") {
        Some(text) => Some(
            params::text(text)?
                .parse()
                .map_err(|_| NodeError::parse("Couldn't parse time"))?,
        ),
        None => None,
    };
    let chain = ctx.chain();
    let status = match chain.store().find(&id) {
        Some((number, _)) if number <= ctx.head_number(&chain) => {
            let reversible = number > chain.last_irreversible();
            let status = if reversible {
                "within_reversible_block"
            } else {
                "within_irreversible_block"
            };
            return Ok(json!({ "status": status, "block_num": number }).into());
        }
        _ if chain.pending().iter().any(|pending| pending.id == id) => "within_mempool",
        _ => not_included(ctx, &chain, expiration),
    };
    Ok(json!({ "status": status }).into())
}

/// What can be said about a transaction that is nowhere.
fn not_included(ctx: &Ctx<'_>, chain: &MainChain, expiration: Option<Time>) -> &'static str {
    /// Nodes remember an hour.
    const REMEMBERED: u32 = 3600;
    let Some(expiration) = expiration else {
        return "unknown";
    };
    let irreversible = ctx.block(chain, chain.last_irreversible());
    if expiration.plus(REMEMBERED) < chain.head_time() {
        "too_old"
    } else if irreversible.is_some_and(|block| block.timestamp() > expiration) {
        "expired_irreversible"
    } else if chain.head_time() > expiration {
        "expired_reversible"
    } else {
        "unknown"
    }
}

/// The last `limit` entries up to the number `start` (−1: the newest), oldest first.
fn history(
    ctx: &Ctx<'_>,
    account: &str,
    start: u64,
    limit: u64,
    form: JsonForm,
) -> Result<Vec<Value>, NodeError> {
    if limit > MAX_HISTORY {
        let error = NodeError::assert(
            "args.limit <= 1000",
            "limit of ${l} is greater than maxmimum allowed",
            json!({ "l": limit }),
        );
        return Err(error.with_code(CALL_FAILED));
    }
    let chain = ctx.chain();
    let head = ctx.head_number(&chain);
    let all = (account.to_owned(), 0)..=(account.to_owned(), u32::MAX);
    // Pending operations are in the rows already, but not yet in the history.
    let newest = chain
        .state()
        .history
        .range(all)
        .rev()
        .find(|(_, entry)| entry.block <= head);
    let Some(((_, newest), _)) = newest else {
        return Ok(Vec::new());
    };
    let last = u32::try_from(start).unwrap_or(u32::MAX).min(*newest);
    if start.saturating_add(1) < limit && start < u64::from(u32::MAX) {
        let error = NodeError::assert(
            "args.start >= args.limit-1",
            "start must be greater than or equal to limit-1 (start is 0-based index)",
            json!({ "start": start, "limit": limit }),
        );
        return Err(error.with_code(CALL_FAILED));
    }
    let count = u32::try_from(limit).unwrap_or(0);
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = last.saturating_sub(count - 1);
    let rows = chain
        .state()
        .history
        .range((account.to_owned(), first)..=(account.to_owned(), last));
    Ok(rows
        .filter_map(|((_, number), HistoryEntry { block, place })| {
            let block = ctx.block(&chain, *block)?;
            Some(json!([number, applied(&chain, &block, *place, form)?]))
        })
        .collect())
}

fn account_history(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(3, 5)?;
    let (start, limit) = (params::unsigned(&items[1])?, params::unsigned(&items[2])?);
    Ok(json!(history(
        ctx,
        params::text(&items[0])?,
        start,
        limit,
        JsonForm::Legacy
    )?)
    .into())
}

fn api_account_history(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let start = params.number_or("start", u64::MAX)?;
    let limit = params.number_or("limit", MAX_HISTORY)?;
    let entries = history(
        ctx,
        params.text("account")?,
        start,
        limit,
        JsonForm::Appbase,
    )?;
    Ok(json!({ "history": entries }).into())
}
