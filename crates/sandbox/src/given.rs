//! Blocks and transactions as requests give them.

use tartan_chain::BlockInput;
use tartan_chain::ingest::Call;
use tartan_chain::records::TransactionId;
use tartan_document::{Object, Value};
use tartan_graphene::Time;

use crate::failure::Failure;
use crate::params::Params;

/// The main-chain block's number, on blocks and transactions.
const REF_BLOCK: &str = "refHiveBlockNumber";

/// Reads the `block` of a `produceBlock`.
pub(crate) fn block(fields: &Object) -> Result<BlockInput, Failure> {
    let block = Params::new("block", fields);
    let timestamp = block.text("timestamp")?;
    let time = timestamp.parse::<Time>().ok();
    Ok(BlockInput {
        ref_block: block.optional_count(REF_BLOCK)?,
        ref_block_id: block.text("refHiveBlockId")?.to_string(),
        prev_ref_block_id: block.text("prevRefHiveBlockId")?.to_string(),
        timestamp: timestamp.to_string(),
        time: time.map(|time| i64::from(time.seconds()) * 1000),
        calls: calls(block.list("transactions")?, None)?,
    })
}

/// Reads a list of transactions. Those that do not say in which main-chain block they came, came in `ref_block`.
pub(crate) fn calls(list: &[Value], ref_block: Option<u64>) -> Result<Vec<Call>, Failure> {
    list.iter()
        .enumerate()
        .map(|(index, transaction)| {
            let of = format!("transaction {index}");
            let fields = transaction.as_object().ok_or_else(|| {
                let found = transaction.kind();
                Failure::invalid(format!("{of}: expected an object, found {found}"))
            })?;
            call(Params::new(&of, fields), ref_block)
        })
        .collect()
}

fn call(transaction: Params<'_>, ref_block: Option<u64>) -> Result<Call, Failure> {
    // what is no string counts as missing
    let text = |field: &str| {
        let text = transaction.get(field)?.as_text()?;
        Some(text.to_string_lossy().into_owned())
    };
    let payload = text("payload");
    let value = payload.as_deref().map(tartan_document::parse);
    Ok(Call {
        ref_block: transaction.optional_count(REF_BLOCK)?.or(ref_block),
        id: id(transaction)?,
        sender: text("sender"),
        contract: text("contract"),
        action: text("action"),
        payload,
        value: value.and_then(Result::ok),
    })
}

fn id(transaction: Params<'_>) -> Result<TransactionId, Failure> {
    let field = "transactionId";
    let found = transaction.get(field).unwrap_or(&Value::Null);
    transaction_id(found)
        .ok_or_else(|| transaction.wrong(field, "a string or a whole number from 0 on", found))
}

/// The id that a value stands for.
pub(crate) fn transaction_id(value: &Value) -> Option<TransactionId> {
    match value {
        Value::String(text) => Some(TransactionId::Text(text.to_string_lossy().into_owned())),
        number => number.as_u64().map(TransactionId::Number),
    }
}
