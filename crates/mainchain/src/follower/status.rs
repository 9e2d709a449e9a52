//! Where a follower stands, for operators.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use serde::Serialize;
use tartan_graphene::BlockId;
use tartan_graphene::Time;
use tokio::time::Instant;

use super::Dispute;
use crate::client::Client;
use crate::health::NodeStatus;

/// Blocks per second are counted over at least this long.
const RATE_WINDOW: Duration = Duration::from_secs(2);

/// What a follower does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum FollowState {
    /// It has not heard of the chain's head yet.
    Starting,
    /// It fetches blocks that exist already.
    CatchingUp,
    /// It waits for the next block.
    AtHead,
    /// The chain has not produced a block for several slots.
    Stalled {
        /// Seconds since the last new block was seen.
        for_s: u64,
    },
    /// The nodes fail; it tries again.
    Retrying {
        /// The last failure, in words.
        reason: String,
    },
    /// It has ended with an error.
    Stopped {
        /// The error, in words.
        reason: String,
    },
}

/// A follower's position and the state of its nodes.
#[derive(Clone, Debug, Serialize)]
pub struct FollowerStatus {
    /// What it does.
    pub state: FollowState,
    /// The last block handed over.
    pub position: Option<u32>,
    /// Its id.
    pub position_id: Option<BlockId>,
    /// Its time.
    pub position_time: Option<Time>,
    /// The highest head that a node reported.
    pub head: Option<u32>,
    /// Local clock minus the time of that head, in seconds: large when the chain or all nodes stand still.
    pub head_age_s: Option<i64>,
    /// Blocks up to this number are irreversible.
    pub irreversible: u32,
    /// Blocks between position and head.
    pub behind: Option<u32>,
    /// Blocks handed over per second, lately.
    pub blocks_per_second: f64,
    /// Blocks handed over since the start.
    pub blocks: u64,
    /// Micro-forks followed since the start.
    pub forks: u64,
    /// Local clock minus the time of a block that just appeared, in seconds, when they disagree by more than a slot.
    pub clock_skew_s: Option<i64>,
    /// What the nodes disagree about, as long as no majority settles it.
    pub dispute: Option<Dispute>,
    /// The nodes, in the configured order.
    pub nodes: Vec<NodeStatus>,
}

/// Gives the status of a follower; stays valid after it ended.
#[derive(Clone, Debug)]
pub struct StatusHandle {
    client: Client,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    state: FollowState,
    position: Option<(BlockId, Time)>,
    irreversible: u32,
    blocks: u64,
    forks: u64,
    clock_skew_s: Option<i64>,
    dispute: Option<Dispute>,
    window_start: Instant,
    window_blocks: u64,
    rate: f64,
}

impl StatusHandle {
    pub(super) fn new(client: Client) -> StatusHandle {
        StatusHandle {
            client,
            shared: Arc::new(Mutex::new(Shared {
                state: FollowState::Starting,
                position: None,
                irreversible: 0,
                blocks: 0,
                forks: 0,
                clock_skew_s: None,
                dispute: None,
                window_start: Instant::now(),
                window_blocks: 0,
                rate: 0.0,
            })),
        }
    }

    /// The status now.
    #[must_use]
    pub fn get(&self) -> FollowerStatus {
        let mut shared = self.shared.lock();
        shared.roll(Instant::now());
        let position = shared.position.map(|(id, _)| id.number());
        let best = self.client.best();
        let head = best.map(|head| head.number);
        FollowerStatus {
            state: shared.state.clone(),
            position,
            position_id: shared.position.map(|(id, _)| id),
            position_time: shared.position.map(|(_, time)| time),
            head,
            head_age_s: best.map(|head| seconds_since(head.time)),
            irreversible: shared.irreversible,
            behind: position
                .zip(head)
                .map(|(position, head)| head.saturating_sub(position)),
            blocks_per_second: shared.rate,
            blocks: shared.blocks,
            forks: shared.forks,
            clock_skew_s: shared.clock_skew_s,
            dispute: shared.dispute.clone(),
            nodes: self.client.status(),
        }
    }

    pub(super) fn set(&self, state: FollowState) {
        self.shared.lock().state = state;
    }

    pub(super) fn handed_over(&self, id: BlockId, time: Time, irreversible: u32) {
        let mut shared = self.shared.lock();
        shared.position = Some((id, time));
        shared.irreversible = shared.irreversible.max(irreversible);
        shared.blocks += 1;
        shared.window_blocks += 1;
        shared.roll(Instant::now());
    }

    pub(super) fn reverted(&self, to: Option<BlockId>) {
        let mut shared = self.shared.lock();
        let time = shared.position.map(|(_, time)| time);
        shared.position = to.zip(time);
        shared.forks += 1;
    }

    pub(super) fn irreversible(&self, number: u32) {
        self.shared.lock().irreversible = number;
    }

    pub(super) fn dispute(&self, dispute: Option<Dispute>) {
        self.shared.lock().dispute = dispute;
    }

    pub(super) fn clock_skew(&self, skew: Option<i64>) {
        self.shared.lock().clock_skew_s = skew;
    }
}

/// Local clock minus `time`, in seconds.
pub(super) fn seconds_since(time: Time) -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    now - i64::from(time.seconds())
}

impl Shared {
    fn roll(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.window_start);
        if elapsed >= RATE_WINDOW {
            self.rate = self.window_blocks as f64 / elapsed.as_secs_f64();
            self.window_start = now;
            self.window_blocks = 0;
        }
    }
}
