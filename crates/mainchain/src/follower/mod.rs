//! The main chain as one ordered stream that survives bad nodes and micro-forks.
//!
//! ```text
//!   nodes ──▶ head, last irreversible block ──▶ goal
//!                                                │
//!   nodes ──▶ chunks of blocks, many under way ──▶ in order ──▶ linked? ──▶ Event::Block
//!                                                                │ no
//!                                     who else extends our branch? ── some node ──▶ that block
//!                                                                │ nobody
//!                                       back to the common block ──▶ Event::Reverted
//!                                                                │ below the last irreversible block
//!                                                                ▼
//!                                                  FollowError::IrreversibleFork
//! ```
//!
//! What one node calls irreversible is so once most of the configured nodes have the same block:
//!
//! ```text
//!   a node's "irreversible up to n" ──▶ all nodes: id of block n? ── most have ours ──▶ irreversible up to n
//!                                                                 ── most have another ──▶ Event::Reverted
//!                                                                 ── neither ──▶ waits, and tells (Dispute)
//! ```

mod ballot;
mod branch;
mod crosscheck;
mod fork;
mod pace;
mod running;
mod status;
mod task;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;
use tartan_graphene::BlockId;
use tartan_graphene::MainBlock;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use self::crosscheck::Dispute;
pub use self::status::{FollowState, FollowerStatus, StatusHandle};
use crate::client::Client;
use crate::error::Error;

/// What happens on the main chain, in order.
///
/// Blocks come without gaps: after `Block` number n comes `Block` number n + 1 that links to it, or `Reverted`.
#[derive(Clone, Debug)]
pub enum Event {
    /// The next block of the chain.
    Block {
        /// The block.
        block: Arc<MainBlock>,
        /// Blocks of this stream up to this number can never be reverted: with several nodes, most of them have the
        /// same ones. At most the number of `block`; 0 when nothing is known to be irreversible yet.
        irreversible: u32,
    },
    /// The blocks above number `to` were replaced by others on the main chain; the next block is `to + 1`.
    Reverted {
        /// The last block that still holds.
        to: u32,
    },
}

/// Where to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the next block that the chain produces.
    Latest,
    /// With the block of this number.
    At(u32),
    /// After the last of these known blocks: consecutive ids, the oldest first. If the chain has replaced the last
    /// ones, the stream begins with `Reverted` to the newest one that still holds. The oldest must be irreversible:
    /// if even that one was replaced, the stream ends with [`FollowError::IrreversibleFork`].
    After(Vec<BlockId>),
}

/// Which blocks are handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finality {
    /// Every block at once; `Reverted` when the chain replaces it.
    #[default]
    Head,
    /// A block only when it is irreversible; `Reverted` never occurs.
    Irreversible,
}

/// How to follow. [`FollowerConfig::new`] gives the usual values.
#[derive(Clone, Debug)]
pub struct FollowerConfig {
    /// Where to begin.
    pub start: Start,
    /// Which blocks are handed over.
    pub finality: Finality,
    /// Time between two blocks of the chain; shorter for development chains. The next block is first asked for when
    /// it is due.
    pub slot: Duration,
    /// Shortest and longest pause between two questions for a block that is due.
    pub poll: (Duration, Duration),
    /// Most blocks in one request while catching up (1 to 1000).
    pub chunk: u32,
    /// Most requests for blocks under way at the same time while catching up.
    pub in_flight: usize,
    /// Rough limit for the answers under way, in bytes: large blocks are fetched in smaller chunks.
    pub memory: usize,
    /// Events that may wait for a slow consumer.
    pub buffer: usize,
    /// Most block ids kept for reverting when the last irreversible block stands still.
    pub max_reversible: usize,
}

impl FollowerConfig {
    /// The usual values for a public chain.
    #[must_use]
    pub fn new(start: Start) -> FollowerConfig {
        FollowerConfig {
            start,
            finality: Finality::default(),
            slot: Duration::from_secs(u64::from(tartan_graphene::Chain::BLOCK_INTERVAL)),
            poll: (Duration::from_millis(200), Duration::from_millis(500)),
            chunk: 100,
            in_flight: 8,
            memory: 32 << 20,
            buffer: 128,
            max_reversible: 65_536,
        }
    }
}

/// Why a stream ended for good. Anything that may pass is retried instead and shown in the status.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// The chain replaced a block that it had called irreversible, or that the consumer holds as such. Do not go on
    /// without a decision of the operator: either the nodes are on a wrong chain or the state built so far is.
    #[error(
        "the main chain replaced irreversible block {number}: expected id {ours}, found {theirs} at {node}; \
         check whether the nodes are on the right chain before anything else"
    )]
    IrreversibleFork {
        /// The block.
        number: u32,
        /// The id it had.
        ours: BlockId,
        /// The id it has now.
        theirs: BlockId,
        /// The node that says so, without credentials.
        node: String,
    },
    /// The ids given as [`Start::After`] are empty or not consecutive.
    #[error("expected consecutive ids of known blocks to start after, found {0}")]
    InvalidStart(String),
    /// No node is usable, and waiting will not help.
    #[error(transparent)]
    Client(#[from] Error),
}

/// A stream of [`Event`]s, produced by a task of its own that is ended when this is dropped.
///
/// [`Follower::next`] is cancellation safe. When the consumer is slow, the task waits.
#[derive(Debug)]
pub struct Follower {
    events: mpsc::Receiver<Result<Event, FollowError>>,
    task: JoinHandle<()>,
    status: StatusHandle,
}

impl Follower {
    /// Starts to follow. Must be called within a tokio runtime.
    #[must_use]
    pub fn spawn(client: Client, config: FollowerConfig) -> Follower {
        let (sender, events) = mpsc::channel(config.buffer.max(1));
        let status = StatusHandle::new(client.clone());
        let task = tokio::spawn(task::run(client, config, sender, status.clone()));
        Follower {
            events,
            task,
            status,
        }
    }

    /// The next event; `None` after an error has ended the stream.
    pub async fn next(&mut self) -> Option<Result<Event, FollowError>> {
        self.events.recv().await
    }

    /// Where the follower stands.
    #[must_use]
    pub fn status(&self) -> FollowerStatus {
        self.status.get()
    }

    /// A handle that gives the status and can be passed around.
    #[must_use]
    pub fn status_handle(&self) -> StatusHandle {
        self.status.clone()
    }
}

impl Stream for Follower {
    type Item = Result<Event, FollowError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(context)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}
