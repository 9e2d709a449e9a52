//! What we know about a node: whether to use it now, how fast it is, where its head was.

use std::time::Duration;

use serde::Serialize;
use tartan_graphene::BlockId;
use tartan_graphene::Time;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::error::NodeError;

/// When no better node is left, a resting one is tried again after this long.
pub(crate) const LAST_RESORT: Duration = Duration::from_secs(5);
/// After this long a node that was refused for its chain, or rested, is probed anew.
pub(crate) const PROBE_AGAIN: Duration = Duration::from_secs(600);
/// Weight of a new latency in the moving average.
const LATENCY_WEIGHT: f64 = 0.2;

/// Which requests a node understands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Features {
    /// `block_api.get_block_range`: up to 1000 blocks in one request (Hive).
    pub block_range: bool,
    /// `block_api.get_block`.
    pub block_api: bool,
    /// Several requests in one JSON array.
    pub batch: bool,
}

/// What a node said about its own head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeadSeen {
    pub(crate) number: u32,
    pub(crate) id: BlockId,
    pub(crate) time: Time,
    pub(crate) irreversible: u32,
    pub(crate) at: Instant,
}

/// What a probe found.
#[derive(Clone, Debug)]
pub(crate) enum Probe {
    Usable(Features),
    Foreign(NodeError),
}

/// The record of one node.
#[derive(Debug, Default)]
pub(crate) struct Health {
    pub(crate) requests: u64,
    pub(crate) failures: u64,
    pub(crate) consecutive_failures: u32,
    rest_level: u32,
    rest: Option<Rest>,
    pub(crate) last_failure: Option<(Instant, NodeError)>,
    latency: Option<f64>,
    pub(crate) head: Option<HeadSeen>,
    pub(crate) probe: Option<(Instant, Probe)>,
    /// The node is not expected to have blocks up to here, as it lacked one.
    pub(crate) lacks: Option<u32>,
    /// It does not know `condenser_api.get_block_header`.
    pub(crate) lacks_headers: bool,
    /// The block that it has where most nodes have another, irreversible one.
    pub(crate) outvoted: Option<BlockId>,
}

#[derive(Clone, Copy, Debug)]
struct Rest {
    since: Instant,
    until: Instant,
}

impl Health {
    /// A request did what it should.
    pub(crate) fn succeeded(&mut self) {
        self.consecutive_failures = 0;
        self.rest = None;
        self.rest_level = self.rest_level.saturating_sub(1);
    }

    /// An HTTP exchange took this long, whatever came of it.
    pub(crate) fn exchanged(&mut self, latency: Duration) {
        self.requests += 1;
        let seconds = latency.as_secs_f64();
        self.latency = Some(match self.latency {
            Some(average) => average + LATENCY_WEIGHT * (seconds - average),
            None => seconds,
        });
    }

    /// Counts a failure of a request made at `started`; `weight` failures at once for a node that lies.
    ///
    /// The node rests after `threshold` failures in a row, longer each time. The many requests that were under way
    /// when it went down count as one reason to rest.
    pub(crate) fn failed(
        &mut self,
        started: Instant,
        now: Instant,
        error: NodeError,
        weight: u32,
        threshold: u32,
        cool_down: Backoff,
    ) {
        self.failures += 1;
        self.last_failure = Some((now, error));
        if self
            .rest
            .is_some_and(|rest| started < rest.since && now < rest.until)
        {
            return;
        }
        self.consecutive_failures = self.consecutive_failures.saturating_add(weight);
        if self.consecutive_failures >= threshold.max(1) {
            let delay = cool_down.delay(self.rest_level);
            self.rest_level = self.rest_level.saturating_add(1).min(16);
            self.rest = Some(Rest {
                since: now,
                until: now + delay,
            });
        }
    }

    pub(crate) fn resting(&self, now: Instant) -> Option<Duration> {
        let rest = self.rest?;
        let remaining = rest.until.saturating_duration_since(now);
        (!remaining.is_zero()).then_some(remaining)
    }

    /// How long until a resting node may be tried for want of a better one.
    pub(crate) fn last_resort(&self, now: Instant) -> Duration {
        let Some(remaining) = self.resting(now) else {
            return Duration::ZERO;
        };
        let since = self.last_failure.as_ref().map_or(now, |(at, _)| *at);
        remaining.min((since + LAST_RESORT).saturating_duration_since(now))
    }

    pub(crate) fn is_foreign(&self, now: Instant) -> bool {
        matches!(&self.probe, Some((at, Probe::Foreign(_))) if now < *at + PROBE_AGAIN)
    }

    pub(crate) fn foreign(&self) -> Option<&NodeError> {
        match &self.probe {
            Some((_, Probe::Foreign(error))) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn features(&self) -> Option<Features> {
        match &self.probe {
            Some((_, Probe::Usable(features))) => Some(*features),
            _ => None,
        }
    }

    /// Whether the node has to be asked who it is before it is used: never asked, or failed since and long ago.
    pub(crate) fn needs_probe(&self, now: Instant) -> bool {
        match &self.probe {
            None => true,
            Some((at, Probe::Foreign(_))) => now >= *at + PROBE_AGAIN,
            Some((at, Probe::Usable(_))) => {
                now >= *at + PROBE_AGAIN
                    && self
                        .last_failure
                        .as_ref()
                        .is_some_and(|(failed, _)| failed > at)
            }
        }
    }

    /// The head stated within the last `age`.
    pub(crate) fn recent_head(&self, now: Instant, age: Duration) -> Option<HeadSeen> {
        self.head.filter(|head| now < head.at + age)
    }

    /// The head it last stated, unless nothing it says about its chain counts.
    pub(crate) fn credible_head(&self, now: Instant) -> Option<HeadSeen> {
        self.head
            .filter(|_| self.outvoted.is_none() && !self.is_foreign(now))
    }

    pub(crate) fn latency(&self) -> Option<Duration> {
        self.latency.map(Duration::from_secs_f64)
    }
}

/// A node as operators see it.
#[derive(Clone, Debug, Serialize)]
pub struct NodeStatus {
    /// Address without credentials.
    pub url: String,
    /// Whether it is used.
    pub state: NodeState,
    /// Failures since the last success.
    pub consecutive_failures: u32,
    /// The last failure, in words.
    pub last_failure: Option<String>,
    /// Milliseconds since then.
    pub last_failure_ms_ago: Option<u64>,
    /// Moving average of the time an answer takes, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Number of its head block when last asked.
    pub head: Option<u32>,
    /// Its last irreversible block when last asked.
    pub irreversible: Option<u32>,
    /// What it understands.
    pub features: Option<Features>,
    /// Requests made.
    pub requests: u64,
    /// Requests failed.
    pub failures: u64,
}

/// Whether a node is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum NodeState {
    /// Not asked yet.
    Untried,
    /// In use.
    Healthy,
    /// Not asked while there are others.
    Resting {
        /// Milliseconds until it is asked again.
        for_ms: u64,
    },
    /// Asked last: most other nodes have another block in the place of an irreversible one.
    Outvoted {
        /// The block it has there.
        id: BlockId,
    },
    /// Refused: it belongs to another chain.
    Foreign {
        /// Expected and found chain ids.
        reason: String,
    },
}

impl Health {
    pub(crate) fn status(&self, url: &str, now: Instant) -> NodeStatus {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let state = if let Some(error) = self.foreign() {
            NodeState::Foreign {
                reason: error.to_string(),
            }
        } else if let Some(id) = self.outvoted {
            NodeState::Outvoted { id }
        } else if let Some(remaining) = self.resting(now) {
            NodeState::Resting {
                for_ms: millis(remaining),
            }
        } else if self.requests == 0 {
            NodeState::Untried
        } else {
            NodeState::Healthy
        };
        NodeStatus {
            url: url.to_owned(),
            state,
            consecutive_failures: self.consecutive_failures,
            last_failure: self
                .last_failure
                .as_ref()
                .map(|(_, error)| error.to_string()),
            last_failure_ms_ago: self
                .last_failure
                .as_ref()
                .map(|(at, _)| millis(now.saturating_duration_since(*at))),
            latency_ms: self.latency().map(millis),
            head: self.head.map(|head| head.number),
            irreversible: self.head.map(|head| head.irreversible),
            features: self.features(),
            requests: self.requests,
            failures: self.failures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOL_DOWN: Backoff = Backoff {
        first: Duration::from_secs(10),
        max: Duration::from_secs(100),
    };

    fn fail(health: &mut Health, started: Instant, now: Instant) {
        health.failed(
            started,
            now,
            NodeError::Connect("refused".to_owned()),
            1,
            2,
            COOL_DOWN,
        );
    }

    #[test]
    fn rests_after_the_threshold_and_longer_each_time() {
        let mut health = Health::default();
        let mut now = Instant::now();
        fail(&mut health, now, now);
        assert_eq!(health.resting(now), None, "one failure is nothing");
        fail(&mut health, now, now);
        let first = health.resting(now).expect("two are");
        assert!(first <= Duration::from_secs(10) && first >= Duration::from_secs(7));
        now += first;
        assert_eq!(health.resting(now), None, "over");
        fail(&mut health, now, now);
        let second = health.resting(now).expect("still broken");
        assert!(second > Duration::from_secs(14), "{second:?}");
        health.succeeded();
        assert_eq!(health.resting(now), None, "an answer ends it");
        assert_eq!(health.consecutive_failures, 0);
    }

    #[test]
    fn one_outage_is_one_reason_to_rest() {
        let mut health = Health::default();
        let start = Instant::now();
        for i in 0..50 {
            fail(&mut health, start, start + Duration::from_millis(i));
        }
        let remaining = health
            .resting(start + Duration::from_millis(50))
            .expect("rests");
        assert!(remaining <= Duration::from_secs(10), "{remaining:?}");
        assert_eq!(health.failures, 50);
    }

    #[test]
    fn a_liar_rests_at_once() {
        let mut health = Health::default();
        let now = Instant::now();
        health.failed(
            now,
            now,
            NodeError::Content("x".to_owned()),
            2,
            2,
            COOL_DOWN,
        );
        assert!(health.resting(now).is_some());
    }

    #[test]
    fn the_only_node_is_tried_again_soon() {
        let mut health = Health::default();
        let mut now = Instant::now();
        for _ in 0..10 {
            fail(&mut health, now, now);
            now += Duration::from_millis(1);
        }
        assert!(health.last_resort(now) <= LAST_RESORT);
        assert_eq!(health.last_resort(now + LAST_RESORT), Duration::ZERO);
    }

    #[test]
    fn foreign_nodes_are_asked_again_much_later() {
        let mut health = Health::default();
        let now = Instant::now();
        assert!(health.needs_probe(now));
        let error = NodeError::ForeignChain {
            expected: "be".to_owned(),
            found: "00".to_owned(),
        };
        health.probe = Some((now, Probe::Foreign(error)));
        assert!(health.is_foreign(now) && !health.needs_probe(now));
        let later = now + PROBE_AGAIN;
        assert!(!health.is_foreign(later) && health.needs_probe(later));
    }
}
