//! Talking to main-chain nodes.
//!
//! ```text
//!   nodes (HTTP JSON-RPC; slow, lagging, lying, gone)
//!     │ ▲
//!     ▼ │
//!   Client ──── failover, hedging, rate limits, health, chain id, checked blocks
//!     │    └──▶ call, dynamic_properties, accounts, block(s)
//!     ├───────▶ Follower ──▶ Event::Block { block, irreversible } / Event::Reverted { to }, in order
//!     └───────▶ Broadcaster: transaction out, the same bytes again on doubt, until included, irreversible or expired
//! ```
//!
//! In: the addresses of nodes and the [`Chain`](tartan_graphene::Chain) they must belong to. Out: an ordered stream
//! of [`MainBlock`](tartan_graphene::MainBlock)s that links block to block, and typed outcomes of broadcasts.
//!
//! **Invariants.** A node is asked for its chain id before anything else is believed. A block is handed over only if
//! it links to the one before it. With several nodes, none alone decides what is irreversible. A lower head is never a fork. What the chain called irreversible is never reverted:
//! the stream ends instead. No loop here spins: each repetition waits, longer each time, up to a limit.
//!
//! [`http`] has what clients of other nodes begin with, too.
//!
//! Following a chain:
//!
//! ```no_run
//! use tartan_graphene::Chain;
//! use tartan_mainchain::{Client, ClientConfig, Event, Follower, FollowerConfig, Start};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(ClientConfig::new(
//!     Chain::hive(),
//!     ["https://api.hive.blog", "https://api.deathwing.me"],
//! ))?;
//! let mut follower = Follower::spawn(client, FollowerConfig::new(Start::Latest));
//! while let Some(event) = follower.next().await {
//!     match event? {
//!         Event::Block { block, irreversible } => println!("{} (final up to {irreversible})", block.number),
//!         Event::Reverted { to } => println!("back to {to}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod api;
mod backoff;
mod blocks;
mod broadcast;
mod client;
mod config;
mod error;
mod follower;
mod health;
pub mod http;
mod limiter;
mod node;
mod probe;
pub mod response;
mod telemetry;
mod transport;

pub use self::api::{Account, DynamicProperties};
pub use self::backoff::Backoff;
pub use self::broadcast::{
    BroadcastError, Broadcaster, Confirmed, Goal, Outcome, Refusal, RefusalKind, Submitted,
};
pub use self::client::Client;
pub use self::config::{ClientConfig, NodeConfig};
pub use self::error::{Error, NodeError, NodeFailure};
pub use self::follower::{
    Dispute, Event, Finality, FollowError, FollowState, Follower, FollowerConfig, FollowerStatus,
    Start, StatusHandle,
};
pub use self::health::{Features, NodeState, NodeStatus};
