//! What follows from a block: rows added, rows changed.
//!
//! ```text
//!   block ─▶ needs (rows that may change) ─▶ loaded ─▶ holders, markets, histories ─▶ written, with the position
//! ```

mod days;
mod directory;
mod histories;
mod holders;
mod markets;
mod pools;
mod settings;
mod spreads;
mod telling;
mod tokens;
mod versions;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use crate::IndexError;
use crate::event::{IndexedBlock, PLACES};
use crate::store::{self, Journal, Kind};

use days::Days;
pub use days::{Day, DayBurns, DayCalls, DayFailures};
use directory::Directory;
pub use directory::{Account, Activity, ContractRow};
use histories::Histories;
pub use histories::{Operation, TransactionRow};
pub use holders::Holder;
use holders::{Holders, Unstake};
pub(crate) use markets::bucket;
pub use markets::{Candle, Market, Order, Trade};
use markets::{Markets, Places};
use pools::Pools;
pub use pools::{Pool, Swap};
pub(crate) use settings::{Settings, Staking};
pub use spreads::SpreadStep;
use spreads::Spreads;
pub use tokens::Token;
pub(crate) use tokens::TokenFacts;
use tokens::Tokens;
pub use versions::ContractVersion;
use versions::Versions;
use words::Words;

/// Rows of one kind that stay in memory between batches.
const CACHED_ROWS: usize = 200_000;

/// Everything that is derived, in memory until it is written.
#[derive(Debug)]
pub(crate) struct Derived {
    settings: Settings,
    journal: Journal,
    holders: Holders,
    histories: Histories,
    markets: Markets,
    pools: Pools,
    tokens: Tokens,
    spreads: Spreads,
    directory: Directory,
    days: Days,
    versions: Versions,
    words: Words,
}

impl Derived {
    pub(crate) fn new(settings: Settings) -> Derived {
        Derived {
            settings,
            journal: Journal::default(),
            holders: Holders::default(),
            histories: Histories::default(),
            markets: Markets::default(),
            pools: Pools::default(),
            tokens: Tokens::default(),
            spreads: Spreads::default(),
            directory: Directory::default(),
            days: Days::default(),
            versions: Versions::default(),
            words: Words::default(),
        }
    }

    /// Whether it knows which contracts there are.
    pub(crate) fn knows_contracts(&self) -> bool {
        self.settings.knows_contracts
    }

    /// Takes note of the contracts that there are.
    pub(crate) fn know_contracts(&mut self, names: Vec<String>) {
        self.settings.contracts.extend(names);
        self.settings.knows_contracts = true;
    }

    /// Reads the rows that these blocks may change.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        self.holders.load(connection, blocks).await?;
        self.markets.load(connection, blocks).await?;
        self.pools.load(connection, blocks).await?;
        self.tokens.load(connection, blocks).await?;
        self.spreads.load(connection, blocks).await?;
        self.directory.load(connection, blocks).await?;
        self.days.load(connection, blocks).await
    }

    /// The tokens in these blocks, which have been loaded, of which no transaction tells what they are.
    pub(crate) fn unknown_tokens(&self, blocks: &[IndexedBlock]) -> Vec<String> {
        self.tokens.unknown(blocks)
    }

    /// Takes note of what contracts say of tokens.
    pub(crate) fn know_tokens(&mut self, facts: Vec<(String, TokenFacts)>) {
        self.tokens.know(facts);
    }

    /// Takes in a block. `staking` knows the tokens that it unstakes.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        can_be_taken_back: bool,
        staking: &BTreeMap<String, Staking>,
    ) {
        self.journal.begin(block.number, can_be_taken_back);
        let (mut place, mut places, mut swaps) = (0, Places::default(), 0);
        for (number, transaction) in block.transactions.iter().enumerate() {
            self.versions.add(block, number, transaction);
            self.words
                .add(block.id(number), transaction, self.settings.atomic);
            let held = self.holders.add(
                block,
                transaction,
                (&self.settings, staking),
                &mut self.journal,
            );
            self.pools
                .add(block, transaction, &mut swaps, &mut self.journal);
            self.spreads.add(&held, &mut self.journal);
            self.tokens.add(block, transaction, held, &mut self.journal);
            let met = self
                .directory
                .add(block, transaction, &self.settings, &mut self.journal);
            self.days.add(block, transaction, &met, &mut self.journal);
            let told = match markets::is_about_market(transaction) {
                true => self.markets.add(
                    block,
                    transaction,
                    &self.settings,
                    (&mut places, &mut self.journal),
                ),
                false => telling::told(transaction),
            };
            self.histories.add(block, transaction, &mut place, told);
        }
        self.histories.end(block, &mut self.journal);
    }

    /// Writes everything that was derived since the last time, and gives the trades among it.
    ///
    /// # Errors
    /// When the database fails. This is of no use any more then.
    pub(crate) async fn write(
        &mut self,
        connection: &mut AnyConnection,
        kind: Kind,
    ) -> Result<Vec<Trade>, IndexError> {
        store::put(connection, &self.journal.take()).await?;
        self.holders.write(connection).await?;
        let trades = self.markets.write(connection).await?;
        self.histories.write(connection).await?;
        self.pools.write(connection).await?;
        self.tokens.write(connection).await?;
        self.spreads.write(connection).await?;
        self.directory.write(connection).await?;
        self.days.write(connection).await?;
        self.versions.write(connection).await?;
        self.words.write(connection, kind).await?;
        Ok(trades)
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self) {
        self.holders.settle(CACHED_ROWS);
        self.markets.settle(CACHED_ROWS);
        self.pools.settle(CACHED_ROWS);
        self.tokens.settle(CACHED_ROWS);
        self.spreads.settle(CACHED_ROWS);
        self.directory.settle(CACHED_ROWS);
        self.days.settle(CACHED_ROWS);
    }
}

/// The tokens that unstakes begin of in these blocks.
pub(crate) fn unstaked_symbols(blocks: &[IndexedBlock]) -> impl Iterator<Item = &str> {
    let transactions = blocks.iter().flat_map(|block| &block.transactions);
    let events = transactions.flat_map(|transaction| &transaction.events);
    let starts = events.filter(|event| event.is_of_tokens("unstakeStart"));
    let symbols: BTreeSet<_> = starts.map(|event| event.text("symbol")).collect();
    symbols.into_iter()
}

/// Takes back what one block did. Everything in memory is wrong then.
///
/// # Errors
/// When the database fails or is damaged.
pub(crate) async fn take_back(
    connection: &mut AnyConnection,
    block: i64,
) -> Result<(), IndexError> {
    let mut entries: Vec<store::Undo> = store::find(
        connection,
        &["block"],
        &[vec![block.into()]],
        " ORDER BY seq",
    )
    .await?;
    while let Some(entry) = entries.pop() {
        match entry.changed.as_str() {
            "holders" => restore::<Holder>(connection, entry).await?,
            "orders" => restore::<Order>(connection, entry).await?,
            "markets" => restore::<Market>(connection, entry).await?,
            "candles" => restore::<Candle>(connection, entry).await?,
            "unstakes" => restore::<Unstake>(connection, entry).await?,
            "pools" => restore::<Pool>(connection, entry).await?,
            "tokens" => restore::<Token>(connection, entry).await?,
            "spreads" => restore::<SpreadStep>(connection, entry).await?,
            "accounts" => restore::<Account>(connection, entry).await?,
            "contracts" => restore::<ContractRow>(connection, entry).await?,
            "days" => restore::<Day>(connection, entry).await?,
            "daily_calls" => restore::<DayCalls>(connection, entry).await?,
            "daily_failures" => restore::<DayFailures>(connection, entry).await?,
            "daily_burns" => restore::<DayBurns>(connection, entry).await?,
            "activity" => restore::<Activity>(connection, entry).await?,
            "account_operations" => histories::take_back(connection, block, &entry.row_key).await?,
            other => {
                return Err(IndexError::Damaged(format!(
                    "undo of the unknown table {other}"
                )));
            }
        }
    }
    for table in [
        "transactions",
        "operations",
        "trades",
        "swaps",
        "contract_versions",
    ] {
        let statement = format!("DELETE FROM {table} WHERE id >= $1 AND id < $2");
        let bounds = [(block * PLACES).into(), ((block + 1) * PLACES).into()];
        store::query(statement, &bounds, true)
            .execute(&mut *connection)
            .await?;
    }
    words::take_back(connection, block).await?;
    for table in ["undo", "recent_blocks"] {
        let statement = format!("DELETE FROM {table} WHERE block = $1");
        store::query(statement, &[block.into()], true)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn restore<R: store::Row + serde::de::DeserializeOwned>(
    connection: &mut AnyConnection,
    entry: store::Undo,
) -> Result<(), IndexError> {
    let damaged = |error: serde_json::Error| IndexError::Damaged(error.to_string());
    match entry.before {
        Some(before) => {
            let row: R = serde_json::from_str(&before).map_err(damaged)?;
            store::put(connection, [&row]).await
        }
        None => {
            let key = serde_json::from_str(&entry.row_key).map_err(damaged)?;
            store::remove::<R>(connection, &[key]).await
        }
    }
}
