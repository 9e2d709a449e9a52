//! Transactions in a line each, for pages that are not the explorer's own.

use std::sync::Arc;

use tartan_chain::{Block, ReadError, Reader};
use tartan_index::{Index, IndexError, TransactionQuery, block_of};

use super::record::{self, Record, Setting};
use super::rows::Row;
use crate::page::Page;
use crate::ui;

/// A transaction in a line.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) status: ui::Status,
    /// In words.
    pub(crate) said: String,
    /// Why it failed.
    pub(crate) reason: Option<String>,
    /// The block's time, `YYYY-MM-DDTHH:MM:SS`, UTC.
    pub(crate) time: String,
}

impl Told {
    fn new(page: &Page, record: &Record) -> Told {
        let row = Row::new(page, record);
        Told {
            id: row.id,
            status: row.status,
            said: row.said,
            reason: row.reason,
            time: record.time.clone(),
        }
    }
}

/// The latest transactions that accounts sent in these blocks, the latest of which comes first; at most so many.
pub(crate) fn latest(
    page: &Page,
    reader: &Reader,
    blocks: &[Arc<Block>],
    most: usize,
) -> Vec<Told> {
    let setting = Setting::of(reader);
    let records = blocks.iter().flat_map(|block| {
        let sent = block.transactions.iter().enumerate().rev();
        sent.map(|(place, sent)| Record::new(block, place, sent, false, setting))
    });
    records
        .take(most)
        .map(|record| Told::new(page, &record))
        .collect()
}

/// The latest transactions that put a contract's code there or changed it, not before a time: their blocks and ids.
///
/// # Errors
/// When the database fails.
pub(crate) async fn deployments(
    index: &Index,
    since: i64,
    most: i64,
) -> Result<Vec<(i64, String)>, IndexError> {
    let query = TransactionQuery {
        contract: Some("contract".to_owned()),
        failed: Some(false),
        is_virtual: Some(false),
        limit: most,
        ..TransactionQuery::default()
    };
    let rows = index.transactions(&query).await?;
    let recent = rows.into_iter().filter(|row| row.time >= since);
    Ok(recent
        .map(|row| (block_of(row.id), row.transaction_id))
        .collect())
}

/// The transactions with these ids in these blocks.
///
/// # Errors
/// When a block cannot be read.
pub(crate) fn of_ids(
    page: &Page,
    reader: &Reader,
    wanted: &[(i64, String)],
) -> Result<Vec<Told>, ReadError> {
    let setting = Setting::of(reader);
    let mut told = Vec::new();
    for (number, id) in wanted {
        let block = reader.block(u64::try_from(*number).unwrap_or_default())?;
        let record = block.and_then(|block| record::of_id(&block, id, setting));
        told.extend(record.map(|record| Told::new(page, &record)));
    }
    Ok(told)
}
