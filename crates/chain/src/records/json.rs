use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use tartan_runtime::LOST_LOG;

use super::{Block, Transaction, TransactionId};
use crate::network::Naming;

/// What the JSON text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For a hash: a field that is not set is left out.
    Hashed,
    /// For people and programs: it is null.
    Reported,
}

/// A transaction as JSON, with the field names of a network.
#[derive(Debug, Clone, Copy)]
pub struct TransactionJson<'a> {
    transaction: &'a Transaction,
    naming: &'a Naming,
    form: Form,
    block_number: Option<u64>,
    index: Option<Option<u64>>,
}

impl<'a> TransactionJson<'a> {
    pub(super) fn new(transaction: &'a Transaction, naming: &'a Naming, form: Form) -> Self {
        TransactionJson {
            transaction,
            naming,
            form,
            block_number: None,
            index: None,
        }
    }

    pub(super) fn write(&self, text: &mut Vec<u8>) {
        serde_json::to_writer(text, self)
            .expect("text keys and plain values are JSON, and memory takes all");
    }

    /// With `blockNumber` in front, as transactions are looked up.
    #[must_use]
    pub fn with_block_number(mut self, block_number: u64) -> Self {
        self.block_number = Some(block_number);
        self
    }

    /// With `transactionIndex` in front too, as the parts of a bundle are looked up; `None` is shown as null.
    #[must_use]
    pub fn with_index(mut self, index: Option<u64>) -> Self {
        self.index = Some(index);
        self
    }
}

impl Transaction {
    /// As it is shown to people and programs.
    pub fn json<'a>(&'a self, naming: &'a Naming) -> TransactionJson<'a> {
        TransactionJson::new(self, naming, Form::Reported)
    }
}

impl Serialize for TransactionJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let transaction = self.transaction;
        let mut map = serializer.serialize_map(None)?;
        if let Some(block_number) = self.block_number {
            map.serialize_entry("blockNumber", &block_number)?;
        }
        if let Some(index) = self.index {
            map.serialize_entry("transactionIndex", &index)?;
        }
        if transaction.ref_block.is_some() || self.form == Form::Reported {
            map.serialize_entry(&self.naming.ref_block_number, &transaction.ref_block)?;
        }
        match &transaction.id {
            TransactionId::Text(text) => map.serialize_entry("transactionId", text)?,
            TransactionId::Number(number) => map.serialize_entry("transactionId", number)?,
        }
        if transaction.sender.is_some() || self.form == Form::Reported {
            map.serialize_entry("sender", &transaction.sender)?;
        }
        map.serialize_entry("contract", &transaction.contract)?;
        map.serialize_entry("action", &transaction.action)?;
        map.serialize_entry("payload", &transaction.payload)?;
        map.serialize_entry("executedCodeHash", &transaction.executed_code_hash)?;
        map.serialize_entry("hash", &transaction.hash)?;
        map.serialize_entry("databaseHash", &transaction.database_hash)?;
        let logs = Some(&transaction.logs).filter(|logs| *logs != LOST_LOG);
        if logs.is_some() || self.form == Form::Reported {
            map.serialize_entry("logs", &logs)?;
        }
        map.end()
    }
}

/// A block as JSON, with the field names of a network.
#[derive(Debug, Clone, Copy)]
pub struct BlockJson<'a> {
    block: &'a Block,
    naming: &'a Naming,
}

impl Block {
    /// As it is shown to people and programs.
    pub fn json<'a>(&'a self, naming: &'a Naming) -> BlockJson<'a> {
        BlockJson {
            block: self,
            naming,
        }
    }
}

impl Serialize for BlockJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let BlockJson { block, naming } = *self;
        if let Some(given) = &block.given {
            return given.serialize(block.place, serializer);
        }
        let list = |transactions| TransactionList {
            transactions,
            naming,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_id", &block.place)?;
        map.serialize_entry("blockNumber", &block.number)?;
        map.serialize_entry(&naming.ref_block_number, &block.ref_block)?;
        map.serialize_entry(&naming.ref_block_id, &block.ref_block_id)?;
        map.serialize_entry(&naming.prev_ref_block_id, &block.prev_ref_block_id)?;
        map.serialize_entry("previousHash", &block.previous_hash)?;
        map.serialize_entry("previousDatabaseHash", &block.previous_database_hash)?;
        map.serialize_entry("timestamp", &block.timestamp)?;
        map.serialize_entry("transactions", &list(&block.transactions))?;
        map.serialize_entry("virtualTransactions", &list(&block.virtual_transactions))?;
        map.serialize_entry("hash", &block.hash)?;
        map.serialize_entry("databaseHash", &block.database_hash)?;
        map.serialize_entry("merkleRoot", &block.merkle_root)?;
        map.serialize_entry("round", &block.round)?;
        map.serialize_entry("roundHash", &block.round_hash)?;
        map.serialize_entry("witness", &block.witness)?;
        map.serialize_entry("signingKey", &block.signing_key)?;
        map.serialize_entry("roundSignature", &block.round_signature)?;
        if let Some(on) = block.per_user_limit {
            map.serialize_entry("enablePerUserTxLimit", &on)?;
        }
        if let Some(name) = &naming.other_hash_changes
            && !block.other_hash_changes.is_empty()
        {
            map.serialize_entry(name, &block.other_hash_changes)?;
        }
        map.end()
    }
}

struct TransactionList<'a> {
    transactions: &'a [Transaction],
    naming: &'a Naming,
}

impl Serialize for TransactionList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.transactions.len()))?;
        for transaction in self.transactions {
            list.serialize_element(&transaction.json(self.naming))?;
        }
        list.end()
    }
}
