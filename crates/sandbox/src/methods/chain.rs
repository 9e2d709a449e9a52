//! Blocks and transactions.

use serde_json::json;
use tartan_chain::records::TransactionId;
use tartan_chain::{Chain, MAX_BLOCK_RANGE};
use tartan_document::Object;

use super::{NOTHING, json};
use crate::Sandbox;
use crate::config::Config;
use crate::failure::Failure;
use crate::given;
use crate::params::Params;

/// A chain with only its genesis block, in place of whatever there was.
pub(super) fn reset(sandbox: &mut Sandbox, params: Params<'_>) -> Result<String, Failure> {
    let nothing = Object::new();
    let config = Config::read(params.optional_object("config")?.unwrap_or(&nothing))?;
    let genesis = params
        .optional_list("genesis")?
        .map(|list| given::calls(list, config.network.main_chain.genesis_block))
        .transpose()?;
    let engine = sandbox.engine(config.scripts);
    let registry = config.registry(engine)?;
    let genesis = config.network.sandbox_genesis(genesis);
    let chain = Chain::sandbox(config.network, registry, genesis)?;
    let block = chain.latest_block();
    let result = json!({
        "blockNumber": block.number,
        "hash": block.hash,
        "databaseHash": block.database_hash,
    });
    sandbox.set_chain(chain);
    Ok(result.to_string())
}

/// Runs transactions and appends the block made of them, if there is anything to store.
pub(super) fn produce_block(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let input = given::block(params.object("block")?)?;
    let nothing = || json!({ "produced": false }).to_string();
    let passed = match (input.ref_block, chain.latest_block().last_ref_block()) {
        (Some(number), Some(last)) => number <= last,
        // comparisons with a number that is not set are false
        _ => false,
    };
    if input.calls.is_empty() || passed {
        return Ok(nothing());
    }
    Ok(match chain.produce(input)? {
        Some(block) => json!({
            "produced": true,
            "blockNumber": block.number,
            "hash": block.hash,
            "databaseHash": block.database_hash,
        })
        .to_string(),
        None => nothing(),
    })
}

/// Appends a block as it is given.
pub(super) fn add_block(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    chain.append_given(params.object("block")?.clone())?;
    Ok(NOTHING.to_string())
}

pub(super) fn latest_block(chain: &mut Chain, _: Params<'_>) -> Result<String, Failure> {
    // a transaction may have verified the one that the chain holds
    let block = chain.reader().latest_block()?;
    let naming = &chain.network().naming;
    json(&block.as_ref().map(|block| block.json(naming)))
}

/// The block at a place, or null.
pub(super) fn block(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let number = params.number("blockNumber")?;
    if number < 0.0 || number.fract() != 0.0 {
        return Ok(NOTHING.to_string());
    }
    let block = chain.reader().block(number as u64)?;
    let naming = &chain.network().naming;
    json(&block.as_ref().map(|block| block.json(naming)))
}

/// The blocks from a place on.
pub(super) fn block_range(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let start = params.number("startBlockNumber")?.ceil();
    let end = start + params.number("count")?;
    let start = start.max(0.0);
    // what is no number of blocks becomes 0
    let count = (end - start).ceil() as u64;
    let blocks = chain
        .reader()
        .block_range(start as u64, count.min(MAX_BLOCK_RANGE))?;
    let naming = &chain.network().naming;
    let shown: Vec<_> = blocks.iter().map(|block| block.json(naming)).collect();
    json(&shown)
}

/// A transaction, the parts of a bundle, or null.
pub(super) fn transaction(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let reader = chain.reader();
    let found = match params.get("txid").and_then(given::transaction_id) {
        Some(TransactionId::Text(id)) => reader.transaction(&id)?,
        Some(id @ TransactionId::Number(_)) => reader.transaction_by(&id)?,
        None => {
            // a string is missing, whatever there is
            params.text("txid")?;
            None
        }
    };
    let naming = reader.naming();
    json(&found.as_ref().map(|found| found.json(naming)))
}
