//! Questions about derived data.

mod candles;
mod counters;
mod days;
mod directory;
mod history;
mod holders;
mod markets;
mod pools;
mod tokens;
mod words;

use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{Any, Row as _};
use tokio::sync::broadcast;

use crate::position::{self, Position};
use crate::store::{self, Database, Field, Row};
use crate::{IndexChange, IndexError, Indexer};

pub use candles::{Bar, Interval};
pub use counters::Counters;
pub use days::FailureReason;
pub use directory::Found;
pub use history::{HistoryPages, HistoryQuery, TransactionQuery};
pub use holders::{HolderOrder, HolderQuery, Kind, Ranked, RichCursor};
pub use markets::{OrderQuery, Span, Sparkline, Ticker, TradeQuery};
pub use pools::{PoolListing, PoolQuery, SwapQuery};
pub use tokens::{TokenListing, TokenOrder, TokenPage, TokenQuery};
pub use words::{AmountBound, FoundTransactions, TransactionSearch};

/// Most rows of one answer.
const MOST: i64 = 1_000;

/// Reads an index. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Index {
    database: Database,
    changes: Option<broadcast::Sender<Arc<IndexChange>>>,
}

impl Index {
    /// Reads this database.
    pub fn new(database: Database) -> Index {
        Index {
            database,
            changes: None,
        }
    }

    /// Reads this database, which an indexer in the same process writes, and hears of what it writes.
    pub fn following(database: Database, indexer: &Indexer) -> Index {
        Index {
            database,
            changes: Some(indexer.changes()),
        }
    }

    /// What happens to the index from now on; `None` if another process writes it.
    pub fn subscribe(&self) -> Option<broadcast::Receiver<Arc<IndexChange>>> {
        self.changes.as_ref().map(broadcast::Sender::subscribe)
    }

    /// Where it is kept.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The block up to which the index is; `None` if it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(&self) -> Result<Option<Position>, IndexError> {
        position::read(&mut *self.connection().await?).await
    }

    /// How many rows a table has, by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn row_counts(&self) -> Result<Vec<(&'static str, i64)>, IndexError> {
        let mut connection = self.connection().await?;
        let mut counts = Vec::new();
        for table in [
            "transactions",
            "operations",
            "holders",
            "orders",
            "trades",
            "candles",
        ] {
            let statement = format!("SELECT COUNT(*) FROM {table}");
            let row = store::query(statement, &[], true)
                .fetch_one(&mut *connection)
                .await?;
            counts.push((table, row.try_get(0)?));
        }
        Ok(counts)
    }

    async fn connection(&self) -> Result<PoolConnection<Any>, IndexError> {
        Ok(self.database.pool().acquire().await?)
    }

    /// The rows that conditions are true for, the latest first: so many, at most [`MOST`].
    async fn latest<R: Row>(
        &self,
        mut conditions: Conditions,
        limit: i64,
    ) -> Result<Vec<R>, IndexError> {
        let limit = conditions.place(limit.clamp(1, MOST));
        let rest = format!("{} ORDER BY id DESC LIMIT {limit}", conditions.text());
        self.rows(&rest, &conditions.fields).await
    }

    /// The rows that a condition is true for; `rest` is the statement behind the name of the table.
    async fn rows<R: Row>(&self, rest: &str, fields: &[Field]) -> Result<Vec<R>, IndexError> {
        let mut connection = self.connection().await?;
        let statement = format!("SELECT {} FROM {} {rest}", R::COLUMNS.join(","), R::TABLE);
        let rows = store::query(statement, fields, true)
            .fetch_all(&mut *connection)
            .await?;
        Ok(rows.iter().map(R::read).collect::<Result<_, _>>()?)
    }
}

/// The first text, byte by byte, behind all that begin with this one.
fn prefix_end(text: &str) -> String {
    format!("{text}{}", char::MAX)
}

/// Conditions of a statement with their values.
#[derive(Debug, Default)]
struct Conditions {
    texts: Vec<String>,
    fields: Vec<Field>,
}

impl Conditions {
    /// Adds a condition in which `$` stands for the value.
    fn add(&mut self, condition: &str, value: impl Into<Field>) {
        let place = self.place(value);
        self.texts.push(condition.replace('$', &place));
    }

    /// Adds a condition if there is a value.
    fn maybe(&mut self, condition: &str, value: Option<impl Into<Field>>) {
        if let Some(value) = value {
            self.add(condition, value);
        }
    }

    /// Adds that something happened not before a time, and not after one, as far as they are given.
    fn between(&mut self, from: Option<i64>, until: Option<i64>) {
        self.maybe("time >= $", from);
        self.maybe("time <= $", until);
    }

    /// Adds that a column has one of these values.
    fn among(&mut self, column: &str, values: &[String]) {
        let places: Vec<_> = values
            .iter()
            .map(|value| self.place(value.as_str()))
            .collect();
        self.texts
            .push(format!("{column} IN ({})", places.join(",")));
    }

    /// The place of a value in the statement.
    fn place(&mut self, value: impl Into<Field>) -> String {
        self.fields.push(value.into());
        format!("${}", self.fields.len())
    }

    /// `WHERE …`, or nothing.
    fn text(&self) -> String {
        match self.texts.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", self.texts.join(" AND ")),
        }
    }
}
