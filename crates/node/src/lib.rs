//! A sidechain node: follower, chain, JSON-RPC server and pages in one.
//!
//! ```text
//!   main-chain nodes ──▶ Follower ──▶ feed ──▶ queue ──▶ execution (a thread) ──▶ state
//!                        (tasks)    (a task)             Chain, one block at a time │
//!                                                                                   ├──▶ Reader ──▶ Server (tasks), pages
//!                                                                                   ├──▶ Indexer (a task) ─▶ SQL ─▶ Server
//!                                        progress (a task) ◀── counters ◀───────────┘
//! ```
//!
//! In flow a [`NodeConfig`] and the blocks of a main chain; out flow a [`Node`] to look at and a [`Handle`] to stop
//! it. The binary and the tests start nodes through the same door, [`spawn`].
//!
//! **Invariant: a node never hangs on its own end.** Whatever ends first, a follower that must not go on, an executor
//! that failed or crashed, ends everything else, and the handle says why.
//!
//! **Invariant: a restart goes on where the disk is.** The node follows the main chain after the last block on disk,
//! and refuses to go on if the main chain no longer has that block.

mod config;
mod error;
mod executor;
mod indexing;
mod node;
mod progress;
mod public_nodes;
mod registry;
mod telemetry;

pub use config::{Data, NodeConfig};
pub use error::NodeError;
pub use node::{Handle, Node, spawn};
pub use registry::registry_for;
pub use tartan_graphene::main_block::Verification;
pub use tartan_mainchain::Finality;
pub use tartan_rpc::{RpcConfig, SyncState, SyncStatus};
pub use tartan_web::{
    Comparison, DemoAccount, Divergence, PublicNode, PublicNodes, SiteConfig, Standing,
};
