//! Transactions that a search has found.

use serde::Serialize;
use tartan_index::{FoundTransactions, TransactionRow, TransactionSearch, block_of, place_of};

use super::record::{self, Outcome, Record};
use super::rows::Row;
use super::said;
use crate::error::Error;
use crate::page::Page;
use crate::site::Site;

/// Transactions of one page.
const SIZE: i64 = 30;

/// What was found, page by page.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each with its time.
    pub(super) rows: Vec<(Row, String)>,
    /// For programs.
    pub(super) told: Vec<Told>,
    /// For `before`, to go on.
    pub(super) next: Option<i64>,
    /// It was left at this time because it took long.
    pub(super) left_at: Option<i64>,
}

/// A transaction, as programs get it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    /// For `before`.
    cursor: i64,
    id: String,
    block: u64,
    time: String,
    sender: String,
    contract: String,
    action: String,
    status: Outcome,
    /// In words.
    said: String,
    /// The first error.
    error: Option<String>,
}

/// Looks for them.
pub(super) async fn transactions(
    site: &Site,
    page: &Page,
    search: TransactionSearch,
    before: Option<i64>,
) -> Result<Found, Error> {
    let search = TransactionSearch {
        before,
        limit: SIZE,
        ..search
    };
    let FoundTransactions {
        transactions,
        next,
        left_at,
    } = site.index()?.find_transactions(&search).await?;
    let wanted: Vec<(u64, usize)> = transactions.iter().map(place).collect();
    let records = site
        .read(move |reader| record::at_places(reader, &wanted))
        .await?;
    let pairs = transactions.iter().zip(&records);
    let pairs = pairs.filter_map(|(row, record)| Some((row, record.as_ref()?)));
    let mut found = Found {
        next,
        left_at,
        ..Found::default()
    };
    for (row, record) in pairs {
        found.told.push(Told::new(page, row, record));
        found
            .rows
            .push((Row::new(page, record), record.time.clone()));
    }
    Ok(found)
}

impl Told {
    fn new(page: &Page, row: &TransactionRow, record: &Record) -> Told {
        Told {
            cursor: row.id,
            id: record.id.clone(),
            block: record.block,
            time: record.time.clone(),
            sender: record.sender.clone(),
            contract: record.contract.clone(),
            action: record.action.clone(),
            status: record.status,
            said: said::sentence(page, record),
            error: record.errors.first().cloned(),
        }
    }
}

/// Where a transaction is: its block, and its place in there.
pub(super) fn place(row: &TransactionRow) -> (u64, usize) {
    let block = u64::try_from(block_of(row.id)).unwrap_or_default();
    (
        block,
        usize::try_from(place_of(row.id)).unwrap_or(usize::MAX),
    )
}
