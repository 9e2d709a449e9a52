use std::sync::Arc;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::Reader;
use crate::network::Naming;
use crate::records::{Block, GivenTransactionJson, Transaction, TransactionId};
use crate::{ReadError, ledger};

/// Length of a main-chain transaction id.
const MAIN_ID: usize = 40;

/// What an id leads to.
#[derive(Debug, Clone)]
pub enum TransactionFound {
    /// The transaction with that id.
    Single {
        /// The block it is in.
        block: Arc<Block>,
        /// Its place there.
        place: usize,
    },
    /// The transactions `<id>-0`, `<id>-1`, … that a main-chain transaction with several calls became.
    Bundle {
        /// The block they are in.
        block: Arc<Block>,
        /// Their places there, with the number behind the dash if it is one, in order of that number ([`Reader::transaction`]),
        /// or as they were executed ([`Reader::main_transaction`]).
        places: Vec<(usize, Option<u64>)>,
    },
}

impl Reader {
    /// The transaction with an id, or the bundle that the id of a main-chain transaction stands for.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn transaction(&self, id: &str) -> Result<Option<TransactionFound>, ReadError> {
        let id = TransactionId::Text(id.to_string());
        if let Some(single) = self.transaction_by(&id)? {
            return Ok(Some(single));
        }
        let TransactionId::Text(id) = id else {
            return Ok(None);
        };
        if id.len() != MAIN_ID {
            return Ok(None);
        }
        let view = self.view()?;
        let first = TransactionId::Text(format!("{id}-0"));
        let Some(first) = ledger::place(&view, &first)? else {
            return Ok(None);
        };
        let block = self.blocks.get(&view, first.block)?;
        Ok(block.map(|block| TransactionFound::Bundle {
            places: bundle(&block, &format!("{id}-")),
            block,
        }))
    }

    /// All that a transaction of the main chain became: the transaction with its id, or those with its id and a number, or
    /// two, behind it. Other than [`Reader::transaction`], which answers as the reference does, this finds them also where none
    /// ends in `-0`: where the first operation has several calls (`-0-0`, `-0-1`, …), or none that the sidechain reads.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn main_transaction(&self, id: &str) -> Result<Option<TransactionFound>, ReadError> {
        if id.len() != MAIN_ID {
            return Ok(None);
        }
        if let Some(single) = self.transaction_by(&TransactionId::Text(id.to_string()))? {
            return Ok(Some(single));
        }
        let view = self.view()?;
        let Some(part) = ledger::place_of_part(&view, id)? else {
            return Ok(None);
        };
        let block = self.blocks.get(&view, part.block)?;
        Ok(block.map(|block| {
            let mut places = bundle(&block, &format!("{id}-"));
            places.sort_by_key(|(place, _)| *place);
            TransactionFound::Bundle { places, block }
        }))
    }

    /// The transaction with exactly this id, which may be a number where a sandbox was given such.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn transaction_by(
        &self,
        id: &TransactionId,
    ) -> Result<Option<TransactionFound>, ReadError> {
        let view = self.view()?;
        let Some(place) = ledger::place(&view, id)? else {
            return Ok(None);
        };
        let block = self.blocks.get(&view, place.block)?;
        Ok(block.map(|block| TransactionFound::Single {
            block,
            place: place.index as usize,
        }))
    }
}

fn bundle(block: &Block, prefix: &str) -> Vec<(usize, Option<u64>)> {
    let mut places: Vec<_> = block
        .transactions
        .iter()
        .enumerate()
        .filter_map(|(place, transaction)| {
            let number = transaction.id.as_text()?.strip_prefix(prefix)?;
            Some((place, number.parse().ok()))
        })
        .collect();
    // numbers such as `1-0`, which are none, behind those that are
    places.sort_by_key(|(_, number)| (number.is_none(), *number));
    places
}

impl TransactionFound {
    /// The transactions, in the order in which they are shown.
    pub fn transactions(&self) -> Vec<&Transaction> {
        match self {
            TransactionFound::Single { block, place } => {
                block.transactions.get(*place).into_iter().collect()
            }
            TransactionFound::Bundle { block, places } => places
                .iter()
                .filter_map(|(place, _)| block.transactions.get(*place))
                .collect(),
        }
    }

    /// As it is shown to people and programs: an object, or a list for a bundle.
    pub fn json<'a>(&'a self, naming: &'a Naming) -> impl Serialize + 'a {
        FoundJson {
            found: self,
            naming,
        }
    }
}

struct FoundJson<'a> {
    found: &'a TransactionFound,
    naming: &'a Naming,
}

impl Serialize for FoundJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.found {
            TransactionFound::Single { block, place } => {
                PlacedJson(block, *place, None, self.naming).serialize(serializer)
            }
            TransactionFound::Bundle { block, places } => {
                let mut list = serializer.serialize_seq(Some(places.len()))?;
                for (place, number) in places {
                    let placed = PlacedJson(block, *place, Some(*number), self.naming);
                    list.serialize_element(&placed)?;
                }
                list.end()
            }
        }
    }
}

/// The transaction at a place of a block, with the number behind the dash where it is part of a bundle.
struct PlacedJson<'a>(&'a Block, usize, Option<Option<u64>>, &'a Naming);

impl Serialize for PlacedJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PlacedJson(block, place, index, naming) = *self;
        let given = block.given.as_ref();
        if let Some(record) = given.and_then(|given| given.transaction(place)) {
            let block_number = block.number;
            return GivenTransactionJson {
                record,
                block_number,
                index,
            }
            .serialize(serializer);
        }
        let Some(transaction) = block.transactions.get(place) else {
            return serializer.serialize_none();
        };
        let shown = transaction.json(naming).with_block_number(block.number);
        match index {
            Some(index) => shown.with_index(index).serialize(serializer),
            None => shown.serialize(serializer),
        }
    }
}
