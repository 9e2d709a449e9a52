use serde::de::DeserializeOwned;

use super::{Block, GivenBlock, Transaction};

/// The first byte of a stored block.
const VERSION: u8 = 1;
/// The first byte of a record that a sandbox was given in place of a block.
const GIVEN: u8 = 0xff;

/// Stored bytes are not a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Made by another version of the program.
    #[error("expected a stored block of format {VERSION}, found format {0}")]
    Version(u8),
    /// Damaged.
    #[error("a stored block is damaged: {0}")]
    Damaged(String),
}

/// A block as bytes for the store, in the format of `postcard`, with hashes as 32 bytes: a version byte, the block
/// with empty lists, then each list as the number of its transactions and the transactions. A record that a sandbox was
/// given is another version byte and its JSON text.
pub fn encode_block(block: &Block) -> Vec<u8> {
    if let Some(given) = &block.given {
        let mut bytes = vec![GIVEN];
        bytes.extend_from_slice(given.json().as_bytes());
        return bytes;
    }
    let list = |transactions: &[Transaction]| {
        let mut bytes = Vec::new();
        transactions
            .iter()
            .for_each(|transaction| encode_transaction(transaction, &mut bytes));
        (transactions.len(), bytes)
    };
    let transactions = list(&block.transactions);
    encode(
        &block.head(),
        transactions,
        list(&block.virtual_transactions),
    )
}

/// The same from a block without its transactions, and the number and the bytes of those.
pub(super) fn encode(
    head: &Block,
    transactions: (usize, Vec<u8>),
    virtual_transactions: (usize, Vec<u8>),
) -> Vec<u8> {
    let (count, mut bytes) = transactions;
    let mut front = vec![VERSION];
    append(head, &mut front);
    append(&count, &mut front);
    // the long part stays where it is
    bytes.splice(0..0, front);
    let (count, list) = virtual_transactions;
    append(&count, &mut bytes);
    bytes.extend_from_slice(&list);
    if bytes.capacity() > 2 * bytes.len() {
        // they are kept, and there was room for a longer block
        bytes.shrink_to_fit();
    }
    bytes
}

/// Appends a transaction's bytes.
pub(super) fn encode_transaction(transaction: &Transaction, bytes: &mut Vec<u8>) {
    append(transaction, bytes);
}

fn append(value: &impl serde::Serialize, bytes: &mut Vec<u8>) {
    let so_far = std::mem::take(bytes);
    *bytes = postcard::to_extend(value, so_far).expect("a growing vector takes any record");
}

/// The block in these bytes. Its place is its number; whoever keeps it elsewhere says so.
///
/// # Errors
/// The bytes are not what [`encode_block`] makes.
pub fn decode_block(bytes: &[u8]) -> Result<Block, RecordError> {
    let (version, mut rest) = bytes
        .split_first()
        .ok_or_else(|| RecordError::Damaged("there are no bytes".to_string()))?;
    match *version {
        VERSION => {}
        GIVEN => return given(rest),
        other => return Err(RecordError::Version(other)),
    }
    let mut block: Block = take(&mut rest)?;
    block.transactions = take_list(&mut rest)?;
    block.virtual_transactions = take_list(&mut rest)?;
    block.place = block.number;
    match rest {
        [] => Ok(block),
        _ => Err(RecordError::Damaged(format!(
            "{} bytes too many",
            rest.len()
        ))),
    }
}

/// What such bytes have in front of the transactions; `None` for a record that a sandbox was given.
///
/// # Errors
/// The bytes are not what [`encode_block`] makes.
pub(crate) fn decode_head(bytes: &[u8]) -> Result<Option<Block>, RecordError> {
    match bytes.split_first() {
        None => Err(RecordError::Damaged("there are no bytes".to_string())),
        Some((&VERSION, mut rest)) => take(&mut rest).map(Some),
        Some((&GIVEN, _)) => Ok(None),
        Some((other, _)) => Err(RecordError::Version(*other)),
    }
}

fn given(json: &[u8]) -> Result<Block, RecordError> {
    let damaged = |reason: String| RecordError::Damaged(reason);
    let text = std::str::from_utf8(json).map_err(|error| damaged(error.to_string()))?;
    match tartan_document::parse(text) {
        Ok(tartan_document::Value::Object(record)) => Ok(GivenBlock::new(record).into_block()),
        Ok(other) => Err(damaged(format!(
            "expected an object, found {}",
            other.kind()
        ))),
        Err(error) => Err(damaged(error.to_string())),
    }
}

fn take_list(rest: &mut &[u8]) -> Result<Vec<Transaction>, RecordError> {
    let count: usize = take(rest)?;
    // every transaction takes some bytes, so a wrong count ends with the bytes
    (0..count).map(|_| take(rest)).collect()
}

fn take<T: DeserializeOwned>(rest: &mut &[u8]) -> Result<T, RecordError> {
    let (value, after) =
        postcard::take_from_bytes(rest).map_err(|error| RecordError::Damaged(error.to_string()))?;
    *rest = after;
    Ok(value)
}
