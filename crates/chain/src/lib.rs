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

pub mod ingest;
pub mod network;
pub mod recording;
pub mod records;

pub use network::Network;
pub use records::{Block, Transaction};

/// The account name that the node itself acts under.
pub(crate) const NODE: &str = "null";
