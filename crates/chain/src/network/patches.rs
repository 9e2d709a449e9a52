use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a public chain's history contains besides its rules: interventions of its operators, as data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patches {
    /// Main-chain blocks whose calls are thrown away.
    pub discard_transactions: Vec<u64>,
    /// Main-chain blocks whose virtual transactions are recorded twice.
    pub double_virtual_transactions: Vec<u64>,
    /// Rows that were rewritten by hand.
    pub rows: Vec<RowPatch>,
    /// Transactions put in front of a block's own.
    pub first_transaction: Vec<InsertedTransaction>,
    /// Contract updates whose code the node replaced by its own.
    pub replace_code: Vec<CodePatch>,
}

/// Fields of a row, set before the transactions of a block run. No part of any hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowPatch {
    /// The main-chain block.
    pub block: u64,
    /// The contract that owns the table.
    pub contract: String,
    /// The table.
    pub table: String,
    /// The row's `_id`.
    pub id: u64,
    /// The fields and their new values. A row that does not exist stays so.
    pub set: BTreeMap<String, String>,
}

/// A contract update that no one sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsertedTransaction {
    /// The main-chain block it is put into, in front.
    pub block: u64,
    /// Its transaction id.
    pub id: String,
    /// Its sender.
    pub sender: String,
    /// The contract it updates.
    pub update: String,
    /// Which of the network's sources it carries. Without that source the transaction is left out.
    pub source: String,
}

/// The code of the contract updates in a block, replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodePatch {
    /// The main-chain block.
    pub block: u64,
    /// Which of the network's sources takes the place of the transmitted code.
    pub source: String,
}
