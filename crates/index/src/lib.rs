//! Derived data in SQL: what people look at and consensus does not need.
//!
//! ```text
//!   chain: Committed / Reverted ─▶ Indexer ─▶ derive ─▶ SQL (SQLite or PostgreSQL) ─▶ Index: histories, holders, …
//!          blocks missed (Reader) ─▶┘        (rows, and how to take them back)
//! ```
//!
//! In flow the blocks of a chain, as it makes and takes them back; out flow answers about accounts, tokens and markets.
//!
//! - [`Indexer`] writes; one for each database.
//! - [`Index`] reads; any number of them, in any process that reaches the database.
//!
//! **Invariant: everything here follows from the blocks.** A database can be thrown away and built anew.
//!
//! **Invariant: a block is all or nothing.** The position is written in the same transaction as the rows.
//!
//! **Invariant: what can be taken back, can.** As long as a block is reversible, the table `undo` says what the rows that
//! it changed were before; rows that are only ever added have the block's number in their key.
//!
//! **Invariant: execution never waits for the index.** It reads at its own pace, and what it missed it reads again.

mod amount;
mod derive;
mod error;
mod event;
mod index;
mod indexer;
mod position;
mod store;
mod terms;

pub use amount::Amount;
pub use derive::{
    Account, Activity, Candle, ContractRow, ContractVersion, Day, DayBurns, DayCalls, DayFailures,
    Holder, Market, Operation, Order, Pool, SpreadStep, Swap, Token, Trade, TransactionRow,
};
pub use error::IndexError;
pub use event::{block_of, id_of, place_of};
pub use index::{
    AmountBound, Bar, Counters, FailureReason, Found, FoundTransactions, HistoryPages,
    HistoryQuery, HolderOrder, HolderQuery, Index, Interval, Kind, OrderQuery, PoolListing,
    PoolQuery, Ranked, RichCursor, Span, Sparkline, SwapQuery, Ticker, TokenListing, TokenOrder,
    TokenPage, TokenQuery, TradeQuery, TransactionQuery, TransactionSearch,
};
pub use indexer::{IndexChange, Indexer};
pub use position::Position;
pub use store::Database;
pub use terms::{Outcome, words};
