//! Transactions as rows of a table.

use super::record::{Outcome, Record};
use super::{reasons, said};
use crate::page::Page;
use crate::ui;

/// A transaction as a row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) status: ui::Status,
    pub(super) contract: String,
    pub(super) action: String,
    /// In words.
    pub(super) said: String,
    /// Why it failed, in words or as the contract says it.
    pub(super) reason: Option<String>,
}

impl Row {
    pub(super) fn new(page: &Page, record: &Record) -> Row {
        let reason = record
            .errors
            .first()
            .filter(|_| record.status == Outcome::Failed);
        Row {
            id: record.id.clone(),
            status: record.status.chip(),
            contract: record.contract.clone(),
            action: record.action.clone(),
            said: said::sentence(page, record),
            reason: reason.map(|error| {
                let known = reasons::explained(page, error);
                known.unwrap_or_else(|| error.chars().take(200).collect())
            }),
        }
    }
}
