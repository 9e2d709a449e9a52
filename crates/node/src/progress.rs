//! How far the node is: sampled a few times a second from the follower and the executor.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tartan_mainchain::{FollowState, FollowerStatus, NodeState, NodeStatus, StatusHandle};
use tartan_rpc::{MainNode, SyncState, SyncStatus};
use tokio::sync::watch;

use crate::executor::Executed;
use crate::telemetry;

/// Time between two samples.
const SAMPLE: Duration = Duration::from_millis(250);
/// Rates are averages over about this long.
const RATE_WINDOW: Duration = Duration::from_secs(4);
/// A node this close to the head follows it; the newest block may just be under way.
const CLOSE: u64 = 2;

/// Samples until nobody listens any more or the task is ended.
pub(crate) async fn run(
    follower: StatusHandle,
    executed: Arc<Executed>,
    progress: watch::Sender<SyncStatus>,
) {
    let mut blocks = Rate::new();
    let mut transactions = Rate::new();
    let mut timer = tokio::time::interval(SAMPLE);
    let mut state = SyncState::Starting;
    loop {
        tokio::select! {
            _ = timer.tick() => {}
            () = progress.closed() => return,
        }
        let now = Instant::now();
        let blocks = blocks.sample(now, executed.blocks());
        let transactions = transactions.sample(now, executed.transactions());
        let status = status(&follower.get(), &executed, blocks, transactions);
        log_change(&state, &status);
        state = status.state.clone();
        telemetry::progress(&status);
        progress.send_replace(status);
    }
}

/// An average that forgets: over all samples at first, over about [`RATE_WINDOW`] later.
struct Rate {
    last: Option<(Instant, u64)>,
    /// Time that the average is over, in seconds.
    over: f64,
    rate: f64,
}

impl Rate {
    fn new() -> Rate {
        Rate {
            last: None,
            over: 0.0,
            rate: 0.0,
        }
    }

    fn sample(&mut self, now: Instant, count: u64) -> f64 {
        if let Some((then, before)) = self.last {
            let elapsed = now.saturating_duration_since(then).as_secs_f64();
            self.over = (self.over + elapsed).min(RATE_WINDOW.as_secs_f64());
            if elapsed > 0.0 {
                let rate = count.saturating_sub(before) as f64 / elapsed;
                let weight = (elapsed / self.over).min(1.0);
                self.rate += weight * (rate - self.rate);
            }
        }
        self.last = Some((now, count));
        self.rate
    }
}

/// What follower and executor say together.
fn status(
    follower: &FollowerStatus,
    executed: &Executed,
    blocks: f64,
    transactions: f64,
) -> SyncStatus {
    let (position, position_id) = executed.position();
    let mut status = SyncStatus {
        state: SyncState::Starting,
        position,
        position_id,
        main_head: follower.head.map(u64::from),
        irreversible: executed.irreversible(),
        blocks_per_second: blocks,
        transactions_per_second: transactions,
        eta_s: None,
        forks: follower.forks,
        dispute: follower.dispute.as_ref().map(ToString::to_string),
        nodes: follower.nodes.iter().map(node).collect(),
    };
    let lag = status.lag();
    status.state = match &follower.state {
        FollowState::Starting => SyncState::Starting,
        FollowState::CatchingUp | FollowState::AtHead => match lag {
            Some(lag) if lag <= CLOSE => SyncState::Synced,
            _ => SyncState::CatchingUp,
        },
        FollowState::Stalled { for_s } => SyncState::Stalled { for_s: *for_s },
        FollowState::Retrying { reason } => SyncState::Retrying {
            reason: reason.clone(),
        },
        FollowState::Stopped { reason } => SyncState::Stopped {
            reason: reason.clone(),
        },
    };
    if status.state == SyncState::CatchingUp && blocks >= 0.1 {
        status.eta_s = lag.map(|lag| (lag as f64 / blocks).ceil() as u64);
    }
    status
}

fn node(node: &NodeStatus) -> MainNode {
    MainNode {
        url: node.url.clone(),
        usable: matches!(node.state, NodeState::Healthy | NodeState::Untried),
        head: node.head.map(u64::from),
        latency_ms: node.latency_ms,
        requests: node.requests,
        failures: node.failures,
        last_failure: node.last_failure.clone(),
    }
}

/// Tells the log what an operator wants to know once, not four times a second.
fn log_change(before: &SyncState, now: &SyncStatus) {
    if std::mem::discriminant(before) == std::mem::discriminant(&now.state) {
        return;
    }
    let (position, head) = (now.position, now.main_head);
    match &now.state {
        SyncState::Starting | SyncState::Stopped { .. } => {}
        SyncState::CatchingUp => tracing::info!(position, head, "catching up"),
        SyncState::Synced => tracing::info!(position, "in sync"),
        SyncState::Stalled { for_s } => {
            tracing::warn!(position, for_s, "the main chain makes no blocks")
        }
        SyncState::Retrying { reason } => {
            tracing::warn!(reason, "the main-chain nodes fail; trying again")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_follow_the_count() {
        let mut rate = Rate::new();
        let start = Instant::now();
        assert_eq!(
            rate.sample(start, 1000),
            0.0,
            "what was there at the start is no progress"
        );
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        assert_eq!(
            rate.sample(after(1), 1050),
            50.0,
            "the first second counts at once"
        );
        for second in 2..60 {
            rate.sample(after(second), 1000 + second * 50);
        }
        assert!((rate.rate - 50.0).abs() < 0.1, "{}", rate.rate);
        assert!(
            rate.sample(after(64), 1000 + 59 * 50) < 1.0,
            "a long pause is seen at once"
        );
    }
}
