use std::fmt;

use serde::{Deserialize, Serialize};

use super::{HashText, Hasher};

/// A sidechain transaction as it was executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Number of the main-chain block it came in. Only a sandbox leaves it unset.
    pub ref_block: Option<u64>,
    /// Its id.
    pub id: TransactionId,
    /// Who sent it. Unset only where an operation names no account at all.
    pub sender: Option<String>,
    /// The contract it calls.
    pub contract: Option<String>,
    /// The action it calls.
    pub action: Option<String>,
    /// JSON text of what it passes.
    pub payload: Option<String>,
    /// Hashes of the code that ran; empty if the call failed before or by an exception.
    pub executed_code_hash: String,
    /// The hash over everything here.
    pub hash: HashText,
    /// The running database hash behind this transaction.
    pub database_hash: HashText,
    /// JSON text of the errors and events, or [`LOST_LOG`](tartan_runtime::LOST_LOG).
    pub logs: String,
}

/// The id of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TransactionId {
    /// Made from the main-chain transaction's, or `<main-chain block>-<n>` for a virtual one.
    Text(String),
    /// Genesis transactions have the number 0.
    Number(u64),
}

impl TransactionId {
    /// The id as text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            TransactionId::Text(text) => Some(text),
            TransactionId::Number(_) => None,
        }
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransactionId::Text(text) => f.write_str(text),
            TransactionId::Number(number) => number.fmt(f),
        }
    }
}

impl Transaction {
    /// The hash over the other fields: their texts one after the other, `null` for what is null and `undefined` for
    /// what is not set.
    pub fn compute_hash(&self) -> HashText {
        let mut hasher = Hasher::new();
        match (self.ref_block, &self.id) {
            (Some(number), TransactionId::Text(id)) => {
                hasher.update_number(number);
                hasher.update(id);
            }
            (None, TransactionId::Text(id)) => {
                hasher.update("undefined");
                hasher.update(id);
            }
            // the reference joins the fields with `+`, which adds up two numbers
            (Some(number), TransactionId::Number(id)) => hasher.update_number(number + id),
            (None, TransactionId::Number(_)) => hasher.update("NaN"),
        }
        hasher.update(self.sender.as_deref().unwrap_or("undefined"));
        for field in [&self.contract, &self.action, &self.payload] {
            hasher.update(field.as_deref().unwrap_or("null"));
        }
        hasher.update(&self.executed_code_hash);
        hasher.update(self.database_hash.as_bytes());
        hasher.update(&self.logs);
        hasher.finish()
    }
}
