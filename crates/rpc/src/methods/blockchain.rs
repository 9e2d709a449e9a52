//! Blocks and transactions.

use serde::Serialize;
use tartan_chain::{Block, ReadError, Reader};
use tartan_document::Value;

use super::params::{Params, required};
use super::{Effort, needs_thread};
use crate::envelope::Failure;
use crate::error::RpcError;
use crate::service::{Service, internal};

/// Most blocks that one `getBlockRangeInfo` may ask for; more is an error.
const MAX_COUNT: i64 = 1000;

/// `getLatestBlockInfo`: the latest block or null.
pub(super) fn latest_block(
    service: &Service,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    needs_thread(effort)?;
    let block = service.latest_block()?;
    write(
        out,
        &block
            .as_ref()
            .map(|block| block.json(service.reader().naming())),
    )
}

/// `getBlockInfo`: a block by its number, or null.
pub(super) fn block(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let number = Params::read(params)?.integer("blockNumber")?;
    needs_thread(effort)?;
    write_block(service, out, |reader| match u64::try_from(number) {
        Ok(number) => reader.block(number),
        Err(_) => Ok(None),
    })
}

/// `getBlockInfoByHiveBlock`: the block made from a main-chain block, or null.
pub(super) fn block_by_main_block(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let number = Params::read(params)?.integer(service.wording().main_block)?;
    needs_thread(effort)?;
    write_block(service, out, |reader| match u64::try_from(number) {
        Ok(number) => reader.block_by_main(number),
        Err(_) => Ok(None),
    })
}

/// `getBlockRangeInfo`: up to 1000 blocks in ascending order.
pub(super) fn block_range(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let params = Params::read(params)?;
    let start = params.integer("startBlockNumber")?;
    let count = params.integer("count")?;
    if count > MAX_COUNT {
        return Err(RpcError::bad(format!("count can not be over {MAX_COUNT}")).into());
    }
    needs_thread(effort)?;
    let end = start.saturating_add(count);
    let (start, end) = (start.max(0) as u64, end.max(0) as u64);
    let most = service.limits().max_response_bytes;
    out.push('[');
    for number in start..end {
        // one by one, so that no more than one is held beside the text
        let block = service
            .reader()
            .block(number)
            .map_err(|error| internal(&error))?;
        let Some(block) = block else { break };
        if number > start {
            out.push(',');
        }
        write(out, &block.json(service.reader().naming()))?;
        if out.len() > most {
            return Err(RpcError::too_large(most).into());
        }
    }
    out.push(']');
    Ok(())
}

/// `getTransactionInfo`: a transaction, the list of those that a main-chain transaction became, or null.
pub(super) fn transaction(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let id = Params::read(params)?
        .text("txid")
        .ok_or_else(|| required("txid"))?;
    needs_thread(effort)?;
    let reader = service.reader();
    let found = reader.transaction(id).map_err(|error| internal(&error))?;
    write(
        out,
        &found.as_ref().map(|found| found.json(reader.naming())),
    )
}

fn write_block(
    service: &Service,
    out: &mut String,
    read: impl FnOnce(&Reader) -> Result<Option<std::sync::Arc<Block>>, ReadError>,
) -> Result<(), Failure> {
    let reader = service.reader();
    let block = read(reader).map_err(|error| internal(&error))?;
    write(
        out,
        &block.as_ref().map(|block| block.json(reader.naming())),
    )
}

/// Appends a value's JSON text.
fn write(out: &mut String, value: &impl Serialize) -> Result<(), Failure> {
    let mut bytes = std::mem::take(out).into_bytes();
    let written = serde_json::to_writer(&mut bytes, value);
    // JSON text behind JSON text is UTF-8
    *out = String::from_utf8(bytes).map_err(|error| internal(&error))?;
    written.map_err(|error| internal(&error).into())
}
