//! A main chain in a process, for development and tests, in the manner of anvil.
//!
//! ```text
//! clients (dsteem, dhive, hive-tx, beem, …) ──JSON-RPC──▶ server ──▶ rpc ──▶ chain ──▶ state
//! tests, `tartan devchain` ──────────────────────Api───────────────────────────┘
//! ```
//!
//! What flows in: signed transactions from any client library of Steem or Hive, and commands (make a block, fork, let
//! time pass, misbehave). What flows out: blocks, accounts and posts in the words of a real node.
//!
//! Signatures, authorities, references, expirations and duplicates are checked as on the real chains, and refused with
//! the real error shapes; what only a full node computes (rewards, elections, resource credits) is generous in value
//! but right in shape.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tartan_devchain::{Config, spawn};
//! use tartan_graphene::{Asset, Flavor, Role, operation::Transfer};
//!
//! let (chain, handle) = spawn(Config::test(Flavor::Hive)).await?;
//! let transfer = Transfer {
//!     from: "alice".into(),
//!     to: "bob".into(),
//!     amount: Asset::liquid(1_500),
//!     memo: "lunch".into(),
//! };
//! let id = chain.send("alice", Role::Active, vec![transfer.into()])?;
//! let block = chain.mine(1);
//! assert_eq!(chain.find(&id), Some((block.number, 0)));
//! handle.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod api;
mod apply;
mod chain;
mod config;
mod errors;
mod faults;
mod node;
mod rpc;
mod server;
mod state;

pub use accounts::{
    Banner, DevAccount, FIXED, KEYLESS, KeyPair, MASTER_PASSWORD, MEMBERS, WITNESSES,
};
pub use api::{Api, BlockRef};
pub use chain::{
    Accepted, BalanceKind, BranchId, Cheat, ForkOrder, ForkOutcome, ForkSpec, Inclusion, LogError,
    SnapshotId, StoredBlock,
};
pub use config::{
    AccountSpec, BLOCK_INTERVAL, Balances, Config, EndpointKind, Irreversibility, Mining,
};
pub use errors::{CALL_FAILED, CHAIN_EXCEPTION, Exception, INVALID_PARAMS, NodeError};
pub use faults::{Fault, FaultId, FaultKind};
pub use node::{Handle, SpawnError, spawn};
