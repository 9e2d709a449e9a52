//! Sidechain blocks: networks, genesis, ingestion, execution, hashes, replay.
//!
//! ```text
//!              Network (presets, files): names, genesis, rules by height
//!                 │
//!   MainBlock ─▶ ingest ─▶ BlockInput ─▶ execute ─▶ records ─▶ one layer of the state ─▶ Reader
//!              (calls)                   (runtime)  (hashes)   rows, block, index   │
//!                                                                                   └─▶ Committed / Reverted
//! ```
//!
//! In flow main-chain blocks, one after the other, and word of what is irreversible or was taken back. Out flow
//! sidechain blocks, the state behind them, and an ordered stream of notifications.
//!
//! - [`Network`] holds everything that differs between sidechains, as data.
//! - [`ingest`] turns a main-chain block into calls.
//! - [`Chain`] executes them and keeps the result; [`Reader`] answers questions about it from any thread.
//! - [`records`] are the blocks and transactions, with the hashes of the reference.
//! - [`recording`] reads and writes files of main-chain blocks.
//!
//! **Invariant: a block is all or nothing.** Everything that comes of a main-chain block is one layer of the state.
//!
//! **Invariant: the same main-chain blocks give the same bytes.** Nothing here looks at a clock, draws a random
//! number or goes through an unordered map.

mod block_input;
mod chain;
mod error;
mod execute;
mod genesis;
pub mod ingest;
mod ledger;
mod made_up;
pub mod network;
mod notification;
mod reader;
pub mod recording;
pub mod records;
mod replay;
mod rules;
mod time;

pub use block_input::BlockInput;
pub use chain::{Chain, Links, OpenOptions};
pub use error::{ChainError, ReadError};
pub use execute::decode_source;
pub use network::Network;
pub use notification::{Notification, Subscription, SubscriptionError};
pub use reader::{FindRequest, MAX_BLOCK_RANGE, Reader, Status, TransactionFound};
pub use records::{Block, Transaction};
pub use replay::{Progress, ReplayError};
