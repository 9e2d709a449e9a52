//! Blocks and headers, from both APIs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tartan_graphene::JsonForm;

use super::Answer;
use super::params::{self, Params};
use super::{Ctx, Methods, Outcome};
use crate::chain::{MainChain, StoredBlock};
use crate::errors::{CALL_FAILED, NodeError};
use crate::faults::FaultKind;

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_block", condenser_block),
    ("condenser_api.get_block_header", condenser_header),
    ("block_api.get_block", api_block),
    ("block_api.get_block_header", api_header),
    ("block_api.get_block_range", api_range),
];

/// Most blocks in one range.
const MAX_RANGE: u64 = 1000;

fn condenser_block(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [number] = params.array()?;
    let text = block_text(
        ctx,
        &ctx.chain(),
        params::block_number(number)?,
        JsonForm::Legacy,
    );
    Ok(Answer::Raw(text.unwrap_or_else(|| "null".to_owned())))
}

fn api_block(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let number = params::block_number(params.required("block_num")?)?;
    let text = block_text(ctx, &ctx.chain(), number, JsonForm::Appbase);
    Ok(Answer::Raw(text.map_or_else(
        || "{}".to_owned(),
        |block| format!("{{\"block\":{block}}}"),
    )))
}

fn condenser_header(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [number] = params.array()?;
    let block = ctx.block(&ctx.chain(), params::block_number(number)?);
    Ok(block
        .map_or(Value::Null, |block| block.header_json())
        .into())
}

fn api_header(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let block = ctx.block(
        &ctx.chain(),
        params::block_number(params.required("block_num")?)?,
    );
    Ok(block
        .map_or_else(
            || json!({}),
            |block| json!({ "header": block.header_json() }),
        )
        .into())
}

fn api_range(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    if ctx.node.config.flavor == tartan_graphene::Flavor::Steem {
        let text = "Could not find method ${name}";
        let name = json!({ "name": "get_block_range" });
        return Err(
            NodeError::assert("method_itr != api_itr->second.end()", text, name).with_code(-32002),
        );
    }
    let start = params.number("starting_block_num")?;
    let count = params.number("count")?;
    let limit = |condition, text| {
        Err(NodeError::assert(
            condition,
            text,
            json!({ "starting_block_num": start, "count": count }),
        )
        .with_code(CALL_FAILED))
    };
    if start < 1 {
        return limit(
            "args.starting_block_num > 0",
            "Invalid starting block number",
        );
    }
    if count < 1 {
        return limit("args.count > 0", "Why ask for zero blocks?");
    }
    if count > MAX_RANGE {
        return limit(
            "args.count <= 1000",
            "You can only ask for 1000 blocks at a time",
        );
    }
    let chain = ctx.chain();
    let mut text = String::from("{\"blocks\":[");
    for (index, number) in (start..start.saturating_add(count)).enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let Some(block) = block_text(ctx, &chain, number, JsonForm::Appbase) else {
            break;
        };
        if index > 0 {
            text.push(',');
        }
        // Writing into a String cannot fail.
        let _ = text.write_str(&block);
    }
    text.push_str("]}");
    Ok(Answer::Raw(text))
}

/// A block as text, with the faults that concern blocks.
fn block_text(ctx: &Ctx<'_>, chain: &MainChain, number: u32, form: JsonForm) -> Option<String> {
    let mut number = number;
    for fault in ctx.faults {
        match fault {
            FaultKind::NullBlock { number: missing }
                if missing.is_none_or(|missing| missing == number) =>
            {
                return None;
            }
            FaultKind::WrongBlock { offset } => {
                number = u32::try_from(i64::from(number).saturating_add(*offset)).unwrap_or(number);
            }
            _ => {}
        }
    }
    let block = ctx.block(chain, number)?;
    spoiled(ctx, &block, form).or_else(|| {
        Some(match form {
            JsonForm::Legacy => block.condenser_json().to_owned(),
            JsonForm::Appbase => block.block_api_json().to_owned(),
        })
    })
}

/// The block with members missing, if a fault says so.
fn spoiled(ctx: &Ctx<'_>, block: &StoredBlock, form: JsonForm) -> Option<String> {
    let mut json = None;
    for fault in ctx.faults {
        match fault {
            FaultKind::MissingFields { fields } => {
                let value = json.get_or_insert_with(|| block.to_json(form));
                if let Some(object) = value.as_object_mut() {
                    object.retain(|name, _| !fields.contains(name));
                }
            }
            FaultKind::EmptyBlocks => {
                let value = json.get_or_insert_with(|| block.to_json(form));
                value["transactions"] = json!([]);
                value["transaction_ids"] = json!([]);
            }
            _ => {}
        }
    }
    json.map(|value: Value| value.to_string())
}
