//! The task behind a follower: learn the head, fetch up to it, hand over in order, wait.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tartan_graphene::BlockId;
use tartan_graphene::MainBlock;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::ballot::head_of;
use super::branch::{Branch, Link};
use super::crosscheck::CrossCheck;
use super::pace::Pace;
use super::running::Running;
use super::status::seconds_since;
use super::{Event, Finality, FollowError, FollowState, FollowerConfig, Start, StatusHandle};
use crate::backoff::Backoff;
use crate::blocks::{Chunk, MAX_RANGE};
use crate::client::{Client, Want};
use crate::error::{Error, NodeError};
use crate::telemetry;

/// Pauses while no node answers.
const RETRY: Backoff = Backoff {
    first: Duration::from_millis(500),
    max: Duration::from_secs(30),
};
/// At least this many blocks are under way while catching up.
const BLOCKS_UNDER_WAY: u32 = 16;
/// Difference between the local clock and the chain's beyond which the operator is told, in seconds.
const CLOCK_TOLERANCE: i64 = 5;
/// Limit for a node's answer when all nodes are asked the same.
pub(super) const ONE_OF_MANY: Duration = Duration::from_secs(3);
/// Size assumed for a block before any was seen.
const TYPICAL_BLOCK: f64 = 20_000.0;

/// Why a step ended early.
#[derive(Debug)]
pub(super) enum Halt {
    /// The consumer is gone.
    Closed,
    /// The stream ends with this error.
    Fatal(FollowError),
    /// Try again later.
    Again(String),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        match error {
            Error::NoAnswer { .. } | Error::Refused { .. } => Halt::Again(error.to_string()),
            Error::Config(_) | Error::ForeignChain(_) => Halt::Fatal(error.into()),
        }
    }
}

enum Progress {
    Moved,
    Idle,
}

pub(super) struct Task {
    pub(super) client: Client,
    pub(super) config: FollowerConfig,
    pub(super) status: StatusHandle,
    events: mpsc::Sender<Result<Event, FollowError>>,
    pub(super) branch: Branch,
    /// The number this follower started at, unless it started after known blocks.
    pub(super) free_start: Option<u32>,
    /// Blocks of the branch up to here can never be reverted.
    pub(super) irreversible: u32,
    /// Blocks of the branch up to here are irreversible by the word of some node.
    pub(super) claimed: u32,
    /// Blocks of the branch that are not handed over before they are irreversible.
    pub(super) held: VecDeque<Arc<MainBlock>>,
    pub(super) check: CrossCheck,
    /// Whether the last known block has been looked up on the chain.
    start_checked: bool,
    pace: Pace,
    /// Moving average of a block's size in bytes.
    block_size: f64,
}

/// Runs until the consumer is gone or a fatal error was handed over.
pub(super) async fn run(
    client: Client,
    config: FollowerConfig,
    events: mpsc::Sender<Result<Event, FollowError>>,
    status: StatusHandle,
) {
    let result = match Task::new(client, config, events.clone(), status.clone()) {
        Ok(mut task) => task.follow().await,
        Err(error) => Err(error),
    };
    if let Err(error) = result {
        tracing::error!(%error, "stopped following the main chain");
        status.set(FollowState::Stopped {
            reason: error.to_string(),
        });
        // Nobody listens any more: nobody to tell.
        events.send(Err(error)).await.ok();
    }
}

impl Task {
    fn new(
        client: Client,
        mut config: FollowerConfig,
        events: mpsc::Sender<Result<Event, FollowError>>,
        status: StatusHandle,
    ) -> Result<Task, FollowError> {
        config.chunk = config.chunk.clamp(1, MAX_RANGE);
        config.in_flight = config.in_flight.max(1);
        let limit = config.max_reversible;
        let (branch, free_start, irreversible) = match &config.start {
            // The number becomes known when the first node has answered.
            Start::Latest => (Branch::starting_at(0, limit), None, 0),
            Start::At(number) => {
                let number = (*number).max(1);
                (Branch::starting_at(number, limit), Some(number), 0)
            }
            Start::After(ids) => {
                let branch = Branch::of(ids, limit)
                    .ok_or_else(|| FollowError::InvalidStart(format!("{ids:?}")))?;
                let irreversible = ids.first().map_or(0, BlockId::number);
                (branch, None, irreversible)
            }
        };
        Ok(Task {
            start_checked: branch.tip().is_none_or(|tip| tip.number() == 0),
            check: CrossCheck::new(client.nodes().len(), &config),
            pace: Pace::new(config.slot, config.poll, Instant::now()),
            client,
            config,
            status,
            events,
            branch,
            free_start,
            irreversible,
            claimed: irreversible,
            held: VecDeque::new(),
            block_size: TYPICAL_BLOCK,
        })
    }

    async fn follow(&mut self) -> Result<(), FollowError> {
        let mut failures = 0;
        loop {
            match self.step().await {
                Ok(Progress::Moved) => failures = 0,
                Ok(Progress::Idle) => {
                    failures = 0;
                    self.wait().await;
                }
                Err(Halt::Closed) => return Ok(()),
                Err(Halt::Fatal(error)) => return Err(error),
                Err(Halt::Again(reason)) => {
                    let pause = RETRY.delay(failures);
                    failures = failures.saturating_add(1);
                    tracing::warn!(%reason, ?pause, "following the main chain is interrupted");
                    self.status.set(FollowState::Retrying { reason });
                    tokio::time::sleep(pause).await;
                }
            }
            if self.events.is_closed() {
                return Ok(());
            }
        }
    }

    async fn step(&mut self) -> Result<Progress, Halt> {
        let goal = self.goal().await?;
        let reverted = self.cross_check().await? || self.hold_back().await?;
        self.release().await?;
        if reverted {
            return Ok(Progress::Moved);
        }
        if self.branch.next() == 0 {
            // Start::Latest
            let first = goal.saturating_add(1);
            self.branch = Branch::starting_at(first, self.config.max_reversible);
            self.free_start = Some(first);
        }
        if !self.start_checked {
            return self.check_start().await;
        }
        if goal < self.branch.next() {
            return Ok(Progress::Idle);
        }
        self.advance(goal).await
    }

    /// The highest block to fetch now.
    async fn goal(&mut self) -> Result<u32, Halt> {
        let overdue = self.pace.overdue(Instant::now());
        let nodes = self.client.nodes().len();
        let properties = if overdue && nodes > 1 && self.pace.idle() % 4 == 3 {
            // The preferred node may be stuck, or a cache before it: hear all of them.
            let nodes = self.client.nodes().iter();
            let all: Vec<_> = nodes
                .filter(|node| !node.is_outvoted())
                .map(|node| head_of(&self.client, node.index).boxed())
                .collect();
            let heads = futures::future::join_all(all).await;
            heads
                .into_iter()
                .flatten()
                .max_by_key(|properties| properties.head_block_number)
        } else {
            None
        };
        let properties = match properties {
            Some(properties) => properties,
            None => self.client.properties_of(&Want::default()).await?.0,
        };
        self.confirm();
        Ok(match self.config.finality {
            Finality::Head => properties.head_block_number,
            Finality::Irreversible => properties.last_irreversible_block_num,
        })
    }

    /// Looks the last known block up before anything is built on it.
    async fn check_start(&mut self) -> Result<Progress, Halt> {
        let Some(tip) = self.branch.tip() else {
            self.start_checked = true;
            return Ok(Progress::Moved);
        };
        match self.client.chunk(tip.number(), 1, &Want::default()).await {
            Ok(chunk) => {
                self.start_checked = true;
                if let Some(block) = chunk.blocks.first()
                    && block.id != tip
                {
                    self.diverged(tip.number(), block.id, &chunk.node).await?;
                }
                Ok(Progress::Moved)
            }
            // Pruned everywhere: the link of the next block will tell.
            Err(error) if only_missing(&error) => {
                self.start_checked = true;
                Ok(Progress::Moved)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Fetches the blocks up to `goal`, many at a time, and hands them over in order.
    async fn advance(&mut self, goal: u32) -> Result<Progress, Halt> {
        let first = self.branch.next();
        let waiting = goal - first + 1;
        let idle = self.pace.idle();
        self.status.set(if waiting > BLOCKS_UNDER_WAY {
            FollowState::CatchingUp
        } else {
            FollowState::AtHead
        });
        let mut under_way: VecDeque<(u32, Fetch)> = VecDeque::new();
        let mut planned = Some(first);
        loop {
            let size = self.chunk_size();
            let requests = self
                .config
                .in_flight
                .max(BLOCKS_UNDER_WAY.div_ceil(size) as usize);
            while let Some(from) = planned.filter(|_| under_way.len() < requests) {
                let count = size.min(goal - from + 1);
                under_way.push_back((count, self.fetch(from, count)));
                planned = from.checked_add(count).filter(|next| *next <= goal);
            }
            let Some((count, fetch)) = under_way.pop_front() else {
                break;
            };
            let chunk = match fetched(fetch).await {
                Ok(chunk) => chunk,
                Err(error) if only_missing(&error) => {
                    tracing::debug!(%error, "announced block is not there");
                    if self.pace.stalled(Instant::now()).is_some() {
                        return Err(error.into());
                    }
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            if !self.take(chunk, count).await?
                || self.cross_check().await?
                || self.hold_back().await?
            {
                break;
            }
        }
        let moved = self.branch.next().saturating_sub(first);
        if moved == waiting {
            self.pace.adapt(moved, idle);
        }
        Ok(if moved == 0 {
            Progress::Idle
        } else {
            Progress::Moved
        })
    }

    fn chunk_size(&self) -> u32 {
        let share = self.config.memory as f64 / self.config.in_flight as f64;
        // Float to integer saturates.
        ((share / self.block_size.max(1.0)) as u32).clamp(1, self.config.chunk)
    }

    fn fetch(&self, from: u32, count: u32) -> Fetch {
        let client = self.client.clone();
        let want = Want {
            irreversible: (self.config.finality == Finality::Irreversible)
                .then_some(from + (count - 1)),
            ..Want::default()
        };
        // A task of its own, so that a slow consumer does not look like a slow node.
        Running::spawn(async move { client.chunk(from, count, &want).await })
    }

    /// Hands over the blocks of a chunk; `false` when the chunks after it do not follow.
    async fn take(&mut self, chunk: Chunk, expected: u32) -> Result<bool, Halt> {
        if !chunk.blocks.is_empty() {
            let size = chunk.bytes as f64 / chunk.blocks.len() as f64;
            self.block_size += 0.2 * (size - self.block_size);
        }
        let complete = chunk.blocks.len() == expected as usize;
        for block in &chunk.blocks {
            let is_final = block.number <= chunk.irreversible;
            if self.config.finality == Finality::Irreversible && !is_final {
                return Ok(false);
            }
            match self.branch.link(block.number, block.previous) {
                Link::Extends => self.hand_over(block, is_final).await?,
                Link::Gap => return Ok(false),
                Link::Elsewhere => {
                    self.diverged(block.number - 1, block.previous, &chunk.node)
                        .await?;
                    return Ok(false);
                }
            }
        }
        Ok(complete)
    }

    pub(super) async fn hand_over(
        &mut self,
        block: &Arc<MainBlock>,
        is_final: bool,
    ) -> Result<(), Halt> {
        self.branch.push(block.id);
        if is_final {
            self.claimed = self.claimed.max(block.number);
        }
        self.confirm();
        self.pace.moved(Instant::now());
        self.check_clock(block);
        self.held.push_back(Arc::clone(block));
        self.release().await
    }

    /// Sends the blocks that need not be held any longer.
    pub(super) async fn release(&mut self) -> Result<(), Halt> {
        while let Some(block) = self.held.front()
            && (self.config.finality == Finality::Head || block.number <= self.irreversible)
        {
            let block = Arc::clone(block);
            let irreversible = self.irreversible.min(block.number);
            let (id, time) = (block.id, block.timestamp);
            self.send(Event::Block {
                block,
                irreversible,
            })
            .await?;
            self.held.pop_front();
            self.status.handed_over(id, time, irreversible);
            telemetry::followed(id.number(), irreversible);
        }
        Ok(())
    }

    pub(super) async fn send(&self, event: Event) -> Result<(), Halt> {
        self.events.send(Ok(event)).await.map_err(|_| Halt::Closed)
    }

    /// Takes note of what the nodes said about irreversible blocks: it holds for our branch if the head they named with
    /// it is one of our blocks. Of a single node it is believed; several have to agree.
    fn confirm(&mut self) {
        for node in self.client.nodes() {
            if let Some(head) = node.head()
                && self.branch.id(head.number) == Some(head.id)
                && !node.is_outvoted()
            {
                self.claimed = self.claimed.max(head.irreversible);
            }
        }
        if !self.has_several_nodes() {
            self.irreversible = self.claimed;
        }
        self.branch.forget_below(self.irreversible);
    }

    /// Waits until the next block is due, or, when it is overdue, a little.
    async fn wait(&mut self) {
        let now = Instant::now();
        self.status.set(match self.pace.stalled(now) {
            Some(since) => FollowState::Stalled {
                for_s: since.as_secs(),
            },
            None => FollowState::AtHead,
        });
        let pause = self.pace.pause(now);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.events.closed() => {}
        }
    }

    fn check_clock(&mut self, block: &MainBlock) {
        // Only blocks that have just appeared tell something about the clock.
        if self.client.best_head() != Some(block.number) {
            return;
        }
        let skew = seconds_since(block.timestamp);
        let slot = i64::try_from(self.config.slot.as_secs()).unwrap_or(0);
        let odd = skew < -CLOCK_TOLERANCE || skew > slot + CLOCK_TOLERANCE;
        self.status.clock_skew(odd.then_some(skew));
    }
}

/// Blocks under way.
type Fetch = Running<Result<Chunk, Error>>;

async fn fetched(mut fetch: Fetch) -> Result<Chunk, Error> {
    fetch.end().await.unwrap_or_else(|error| {
        Err(Error::NoAnswer {
            what: format!("blocks (the request broke off: {error})"),
            failures: Vec::new(),
        })
    })
}

/// Whether the nodes merely do not have the block.
fn only_missing(error: &Error) -> bool {
    matches!(error, Error::NoAnswer { failures, .. }
        if !failures.is_empty() && failures.iter().all(|failure| matches!(failure.error, NodeError::NotHere(_))))
}
