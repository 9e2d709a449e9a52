//! Where the chain's own records are in the state, next to the tables of the contracts.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tartan_document::order::{Key, KeyBuffer};
use tartan_state::{Overlay, Read, Space};

use crate::ChainError;
use crate::network::Tick;
use crate::records::{Block, Transaction, TransactionId, decode_block, encode_block};

/// `Meta`: the place of the latest block.
const LATEST: &[u8] = b"chain/latest";
/// `Meta`: the list of ticks.
const TICKS: &[u8] = b"chain/ticks";

/// Bytes of a main-chain transaction id.
const MAIN_ID: usize = 20;
/// Bytes that a number takes in a record at most.
const LONGEST_NUMBER: usize = 10;

/// Where a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(crate) struct Place {
    /// The place of the block.
    pub(crate) block: u64,
    /// The place among its transactions, from 0.
    pub(crate) index: u64,
}

/// The place of the latest block; `None` before genesis.
pub(crate) fn latest_place(state: &impl Read) -> Result<Option<u64>, ChainError> {
    match state.get(Space::Meta, LATEST)? {
        Some(bytes) => decode("place of the latest block", bytes).map(Some),
        None => Ok(None),
    }
}

/// A block by its place, which is its number but in a sandbox.
pub(crate) fn block(state: &impl Read, place: u64) -> Result<Option<Arc<Block>>, ChainError> {
    match state.get(Space::Blocks, &place.to_be_bytes())? {
        Some(bytes) => {
            let mut block = decode_block(bytes)?;
            block.place = place;
            Ok(Some(Arc::new(block)))
        }
        None => Ok(None),
    }
}

/// The latest block; `None` before genesis.
pub(crate) fn latest_block(state: &impl Read) -> Result<Option<Arc<Block>>, ChainError> {
    match latest_place(state)? {
        Some(place) => block(state, place),
        None => Ok(None),
    }
}

/// The place of the block made from a main-chain block.
pub(crate) fn place_by_main(state: &impl Read, main: u64) -> Result<Option<u64>, ChainError> {
    match state.get(Space::MainBlocks, &main.to_be_bytes())? {
        Some(bytes) => decode("place of a block", bytes).map(Some),
        None => Ok(None),
    }
}

/// Where the transaction with this id is.
pub(crate) fn place(state: &impl Read, id: &TransactionId) -> Result<Option<Place>, ChainError> {
    let Some(key) = transaction_key(id) else {
        return Ok(None);
    };
    match state.get(Space::Transactions, &key)? {
        Some(bytes) => decode("place of a transaction", bytes).map(Some),
        None => Ok(None),
    }
}

/// Where one of the transactions is whose ids begin with this one and a dash.
pub(crate) fn place_of_part(state: &impl Read, id: &str) -> Result<Option<Place>, ChainError> {
    let Some(key) = transaction_key(&TransactionId::Text(format!("{id}-"))) else {
        return Ok(None);
    };
    let mut parts = state.prefix(Space::Transactions, &key, false)?;
    match parts.next().transpose()? {
        Some((_, bytes)) => decode("place of a transaction", bytes).map(Some),
        None => Ok(None),
    }
}

/// The ticks, in order.
pub(crate) fn ticks(state: &impl Read) -> Result<Vec<Tick>, ChainError> {
    match state.get(Space::Meta, TICKS)? {
        Some(bytes) => decode("list of ticks", bytes),
        None => Ok(Vec::new()),
    }
}

/// Writes the ticks.
pub(crate) fn put_ticks(overlay: &mut Overlay, ticks: &[Tick]) -> Result<(), ChainError> {
    Ok(overlay.put(Space::Meta, TICKS, encode(&ticks))?)
}

/// Writes how a new block and its transactions are found.
pub(crate) fn index(
    overlay: &mut Overlay,
    head: &Block,
    transactions: &[Transaction],
) -> Result<(), ChainError> {
    let place = encode(&head.place);
    overlay.put(Space::Meta, LATEST, place.clone())?;
    if let Some(main) = head.ref_block {
        overlay.put(Space::MainBlocks, &main.to_be_bytes(), place)?;
    }
    // the transactions of genesis all have the same number for an id
    let found = match head.place {
        0 => &[],
        _ => transactions,
    };
    for (index, transaction) in (0..).zip(found) {
        if let Some(key) = transaction_key(&transaction.id) {
            let place = Place {
                block: head.place,
                index,
            };
            let mut bytes = [0; 2 * LONGEST_NUMBER];
            let place = postcard::to_slice(&place, &mut bytes).expect("two numbers fit");
            overlay.put(Space::Transactions, &key, place)?;
        }
    }
    Ok(())
}

/// Writes a new block, given as bytes.
pub(crate) fn append(overlay: &mut Overlay, place: u64, bytes: Vec<u8>) -> Result<(), ChainError> {
    Ok(overlay.put_owned(Space::Blocks, &place.to_be_bytes(), bytes)?)
}

/// Checks that no transaction of a new block has the id of another one. A main chain sees to that by itself.
pub(crate) fn check_new_ids(state: &impl Read, block: &Block) -> Result<(), ChainError> {
    let mut seen = BTreeSet::new();
    for transaction in &block.transactions {
        let id = &transaction.id;
        if !seen.insert(id) || place(state, id)?.is_some() {
            return Err(ChainError::KnownTransaction { id: id.to_string() });
        }
    }
    Ok(())
}

/// The key of a transaction: the bytes of the main-chain id, then the text behind it (`-3`). An id that does not start
/// so, as only a sandbox makes it, is put behind a longer prefix than that. `None` if it is longer than a key.
fn transaction_key(id: &TransactionId) -> Option<Key> {
    let mut key = Key::new();
    match id {
        TransactionId::Text(id) => match main_id(id) {
            Some((main, rest)) => {
                key.append(&main);
                key.append_byte(0);
                key.append(rest);
            }
            None => {
                key.append(&[0; MAIN_ID]);
                key.append_byte(1);
                key.append(id.as_bytes());
            }
        },
        TransactionId::Number(number) => {
            key.append(&[0; MAIN_ID]);
            key.append_byte(2);
            key.append(&number.to_be_bytes());
        }
    }
    (key.len() <= tartan_state::MAX_KEY).then_some(key)
}

/// The main-chain id that an id begins with, in lower-case digits, and the text behind it.
fn main_id(id: &str) -> Option<([u8; MAIN_ID], &[u8])> {
    let (digits, rest) = id.as_bytes().split_at_checked(2 * MAIN_ID)?;
    let mut main = [0; MAIN_ID];
    if digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    hex::decode_to_slice(digits, &mut main).ok()?;
    Some((main, rest))
}

/// Writes a block that is there already.
pub(crate) fn replace(overlay: &mut Overlay, block: &Block) -> Result<(), ChainError> {
    Ok(overlay.put(
        Space::Blocks,
        &block.place.to_be_bytes(),
        encode_block(block),
    )?)
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("a growing vector takes any record")
}

fn decode<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, ChainError> {
    postcard::from_bytes(bytes).map_err(|error| ChainError::Damaged {
        what: what.to_string(),
        reason: error.to_string(),
    })
}
