//! A transaction with its log, as pages show it.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_chain::{Block, ReadError, Reader, Transaction};

use super::changes::{self, Change};
use crate::ui;

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// It did what it says.
    Success,
    /// It has errors, and changed nothing.
    Failed,
    /// Some of several operations failed.
    Partly,
    /// The chain made it by itself.
    Virtual,
}

/// An event of a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Event {
    /// The contract.
    #[serde(default)]
    pub(super) contract: String,
    /// Its name.
    #[serde(default)]
    pub(super) event: String,
    /// What it tells.
    #[serde(default)]
    pub(super) data: Value,
}

/// A transaction as `/tx/<id>.json` has it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    /// Its id.
    pub(super) id: String,
    /// What became of it.
    pub(super) status: Outcome,
    /// Nobody can take its block back.
    #[serde(rename = "final")]
    pub(super) is_final: bool,
    /// Number of its block.
    pub(super) block: u64,
    /// Its place in the block, among those of its kind.
    pub(super) index: usize,
    /// The block's time, `YYYY-MM-DDTHH:MM:SS`, UTC.
    pub(super) time: String,
    /// Number of the main-chain block.
    pub(super) main_block: Option<u64>,
    /// Who sent it.
    pub(super) sender: String,
    /// The contract.
    pub(super) contract: String,
    /// The action.
    pub(super) action: String,
    /// What the action was given.
    pub(super) payload: Value,
    /// `active` or `posting`: the key that it was signed with, where that is known.
    pub(super) key: Option<&'static str>,
    /// Errors, as the contract says them.
    pub(super) errors: Vec<String>,
    /// Events, in order.
    pub(super) events: Vec<Event>,
    /// What it changed in balances.
    pub(super) changes: Vec<Change>,
    /// Hash of the transaction.
    pub(super) hash: String,
    /// Hash of what it wrote.
    pub(super) database_hash: String,
    /// Hash of the code that ran.
    pub(super) code_hash: String,
}

#[derive(Debug, Default, Deserialize)]
struct Log {
    #[serde(default)]
    errors: Vec<Value>,
    #[serde(default)]
    events: Vec<Event>,
}

/// What of the chain decides how its transactions are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// A call that fails leaves no trace.
    atomic: bool,
    /// The last main-chain block that cannot be taken back.
    irreversible: Option<u64>,
}

impl Setting {
    pub(super) fn of(reader: &Reader) -> Setting {
        Setting {
            atomic: reader.network().rules.atomic,
            irreversible: reader.irreversible().map(u64::from),
        }
    }

    /// Whether nobody can take a block back that was made from this block of the main chain. Genesis is made from none.
    pub(super) fn is_final(self, main_block: Option<u64>) -> bool {
        match main_block {
            Some(number) => self.irreversible.is_some_and(|last| number <= last),
            None => true,
        }
    }
}

/// Some of a block: of what accounts sent, or of what the chain made by itself. Blocks have up to thousands.
pub(super) fn of_block(
    block: &Block,
    is_virtual: bool,
    places: Range<usize>,
    setting: Setting,
) -> impl DoubleEndedIterator<Item = Record> {
    let list = match is_virtual {
        true => &block.virtual_transactions,
        false => &block.transactions,
    };
    let wanted = list.iter().enumerate().take(places.end).skip(places.start);
    wanted.map(move |(index, transaction)| {
        Record::new(block, index, transaction, is_virtual, setting)
    })
}

impl Record {
    pub(super) fn new(
        block: &Block,
        index: usize,
        transaction: &Transaction,
        is_virtual: bool,
        setting: Setting,
    ) -> Record {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let payload = text(&transaction.payload);
        // what is no JSON is shown as the text that it is
        let payload = serde_json::from_str(&payload).unwrap_or(Value::String(payload));
        let log: Log = serde_json::from_str(&transaction.logs).unwrap_or_default();
        let errors: Vec<String> = log.errors.iter().map(plain).collect();
        // on atomic networks a failed call has no events: with events, the errors are of others that were told of it
        let ok = errors.is_empty() || (setting.atomic && !log.events.is_empty());
        let sender = text(&transaction.sender);
        let contract = text(&transaction.contract);
        let key = match payload.get("isSignedWithActiveKey") {
            Some(Value::Bool(true)) => Some("active"),
            Some(Value::Bool(false)) => Some("posting"),
            _ => None,
        };
        Record {
            id: transaction.id.to_string(),
            status: match (ok, is_virtual) {
                (false, _) => Outcome::Failed,
                (true, true) => Outcome::Virtual,
                (true, false) => Outcome::Success,
            },
            is_final: setting.is_final(transaction.ref_block.or(block.ref_block)),
            block: block.number,
            index,
            time: block.timestamp.clone(),
            main_block: transaction.ref_block.or(block.ref_block),
            changes: match ok {
                true => changes::of(&sender, &contract, &log.events),
                false => Vec::new(),
            },
            sender,
            contract,
            action: text(&transaction.action),
            payload,
            key,
            errors,
            events: log.events,
            hash: transaction.hash.to_string(),
            database_hash: transaction.database_hash.to_string(),
            code_hash: transaction.executed_code_hash.clone(),
        }
    }

    /// The contracts that told something besides the one that was called, in order: those that it called.
    pub(super) fn inner(&self) -> Vec<(&str, usize)> {
        let mut called: Vec<(&str, usize)> = Vec::new();
        for event in &self.events {
            let name = event.contract.as_str();
            if name.is_empty() || name == self.contract {
                continue;
            }
            match called.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => called.push((name, 1)),
            }
        }
        called
    }
}

impl Outcome {
    /// That of several operations of one id.
    pub(super) fn of_all(records: &[Record]) -> Outcome {
        let failed = |record: &&Record| record.status == Outcome::Failed;
        match (records.iter().filter(failed).count(), records) {
            (0, [first, ..]) => first.status,
            (0, []) => Outcome::Success,
            (count, all) if count == all.len() => Outcome::Failed,
            _ => Outcome::Partly,
        }
    }

    /// Its chip.
    pub(super) fn chip(self) -> ui::Status {
        match self {
            Outcome::Success => ui::Status::Success,
            Outcome::Failed => ui::Status::Failed,
            Outcome::Partly => ui::Status::Partly,
            Outcome::Virtual => ui::Status::Virtual,
        }
    }
}

/// A value as people read it: texts without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The transaction of a block with this id, sent or made by the chain.
pub(super) fn of_id(block: &Block, id: &str, setting: Setting) -> Option<Record> {
    let find = |list: &[Transaction], is_virtual| {
        let place = list.iter().position(|one| one.id.to_string() == id)?;
        Some(Record::new(block, place, &list[place], is_virtual, setting))
    };
    find(&block.transactions, false).or_else(|| find(&block.virtual_transactions, true))
}

/// The transactions at these places of these blocks, those that the chain made by itself behind the others; `None` for
/// what is not there any more.
pub(super) fn at_places(
    reader: &Reader,
    wanted: &[(u64, usize)],
) -> Result<Vec<Option<Record>>, ReadError> {
    let setting = Setting::of(reader);
    let mut found = Vec::new();
    let mut last: Option<Arc<Block>> = None;
    for (number, place) in wanted {
        // those of one block come one behind the other
        if last.as_ref().is_none_or(|block| block.number != *number) {
            last = reader.block(*number)?;
        }
        let block = last.as_ref();
        found.push(block.and_then(|block| at(block, *place, setting)));
    }
    Ok(found)
}

fn at(block: &Block, place: usize, setting: Setting) -> Option<Record> {
    let sent = block.transactions.len();
    let (index, list, is_virtual) = match place.checked_sub(sent) {
        None => (place, &block.transactions, false),
        Some(index) => (index, &block.virtual_transactions, true),
    };
    let transaction = list.get(index)?;
    Some(Record::new(block, index, transaction, is_virtual, setting))
}
