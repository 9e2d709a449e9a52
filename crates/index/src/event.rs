//! Blocks as the index reads them: transactions with their events.

use serde::Deserialize;
use serde_json::{Map, Value};
use tartan_chain::{Block, Transaction};

use crate::Amount;

/// Places in a block that an id has room for.
pub(crate) const PLACES: i64 = 1 << 24;

/// The block of a row, by the row's id. Ids of rows are made of the number of the block and a place in it, so that they
/// sort like history; they serve as cursors.
pub const fn block_of(id: i64) -> i64 {
    id / PLACES
}

/// The place of a row among those of its kind in its block, from 0 on, by the row's id.
pub const fn place_of(id: i64) -> i64 {
    id % PLACES
}

/// The id of the row at a place of a block, the other way round.
pub const fn id_of(block: i64, place: i64) -> i64 {
    block * PLACES + place
}

/// What the index needs of a block.
#[derive(Debug, Clone)]
pub(crate) struct IndexedBlock {
    pub(crate) number: i64,
    pub(crate) hash: String,
    pub(crate) previous_hash: String,
    /// The main-chain block it was made from; 0 for genesis.
    pub(crate) main_block: i64,
    /// Seconds since 1970.
    pub(crate) time: i64,
    pub(crate) transactions: Vec<IndexedTransaction>,
}

/// What the index needs of a transaction.
#[derive(Debug, Clone)]
pub(crate) struct IndexedTransaction {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) contract: String,
    pub(crate) action: String,
    pub(crate) payload: Map<String, Value>,
    pub(crate) events: Vec<Event>,
    pub(crate) error: Option<String>,
    pub(crate) is_virtual: bool,
}

/// An event of a contract.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Event {
    #[serde(default)]
    pub(crate) contract: String,
    #[serde(default)]
    pub(crate) event: String,
    #[serde(default)]
    pub(crate) data: Value,
}

#[derive(Deserialize, Default)]
struct Logs {
    #[serde(default)]
    errors: Vec<Value>,
    #[serde(default)]
    events: Vec<Event>,
}

impl IndexedBlock {
    pub(crate) fn read(block: &Block) -> IndexedBlock {
        let sent = block.transactions.iter().map(|sent| (sent, false));
        let made = block.virtual_transactions.iter().map(|made| (made, true));
        IndexedBlock {
            number: number(block.number),
            hash: block.hash.as_str().to_owned(),
            previous_hash: block.previous_hash.as_str().to_owned(),
            main_block: number(block.ref_block.unwrap_or(0)),
            time: seconds(&block.timestamp),
            transactions: sent
                .chain(made)
                .map(|(transaction, is_virtual)| IndexedTransaction::read(transaction, is_virtual))
                .collect(),
        }
    }

    /// The id of what is at a place of the block.
    pub(crate) fn id(&self, place: usize) -> i64 {
        self.number * PLACES + i64::try_from(place).unwrap_or(PLACES - 1).min(PLACES - 1)
    }
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SS`; 0 for what is no time.
fn seconds(timestamp: &str) -> i64 {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    time::PrimitiveDateTime::parse(timestamp.trim_end_matches('Z'), &format)
        .map_or(0, |time| time.assume_utc().unix_timestamp())
}

impl IndexedTransaction {
    fn read(transaction: &Transaction, is_virtual: bool) -> IndexedTransaction {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let payload = transaction.payload.as_deref().unwrap_or_default();
        let (logs, lost) = match serde_json::from_str::<Logs>(&transaction.logs) {
            Ok(logs) => (logs, None),
            Err(_) => (Logs::default(), Some(transaction.logs.clone())),
        };
        let first_error = logs.errors.first().map(|error| match error {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        IndexedTransaction {
            id: transaction.id.to_string(),
            sender: text(&transaction.sender),
            contract: text(&transaction.contract),
            action: text(&transaction.action),
            payload: serde_json::from_str(payload).unwrap_or_default(),
            events: logs.events,
            error: lost.or(first_error),
            is_virtual,
        }
    }

    /// A text of the payload.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.payload.get(field)?.as_str()
    }
}

impl Event {
    /// Whether it is this event of the contract `tokens`.
    pub(crate) fn is_of_tokens(&self, event: &str) -> bool {
        self.contract == "tokens" && self.event == event
    }

    /// A text of it; empty where there is none.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.data
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Its `quantity`, which old contracts gave as a number.
    pub(crate) fn quantity(&self) -> Option<Amount> {
        match self.data.get("quantity")? {
            Value::String(text) => Amount::parse(text),
            Value::Number(number) => Amount::parse(&number.to_string()),
            _ => None,
        }
    }
}
