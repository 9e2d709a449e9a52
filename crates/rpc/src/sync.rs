//! How far the node is, as the server tells it.

use serde::Serialize;

/// Seconds without a new block of the main chain after which a node is not healthy.
const MAX_STALL: u64 = 300;

/// What the node does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SyncState {
    /// It has not heard of the main chain's head yet.
    Starting,
    /// It executes blocks that exist already.
    CatchingUp,
    /// It waits for the next block.
    Synced,
    /// The main chain has not produced a block for several slots.
    Stalled {
        /// Seconds since the last new block was seen.
        for_s: u64,
    },
    /// The main-chain nodes fail; it tries again.
    Retrying {
        /// The last failure, in words.
        reason: String,
    },
    /// It has stopped.
    Stopped {
        /// Why, in words.
        reason: String,
    },
}

/// One main-chain node.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MainNode {
    /// Its address, without credentials.
    pub url: String,
    /// Whether it is asked at present.
    pub usable: bool,
    /// The head block it reported last.
    pub head: Option<u64>,
    /// Average time of an answer in milliseconds, lately.
    pub latency_ms: Option<u64>,
    /// Requests to it.
    pub requests: u64,
    /// Those that failed.
    pub failures: u64,
    /// The last failure, in words.
    pub last_failure: Option<String>,
}

/// How far the node is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    /// What it does.
    pub state: SyncState,
    /// The last main-chain block that was executed.
    pub position: Option<u64>,
    /// Its id.
    pub position_id: Option<String>,
    /// The main chain's head, as far as known.
    pub main_head: Option<u64>,
    /// Main-chain blocks up to this one are irreversible and executed.
    pub irreversible: Option<u64>,
    /// Main-chain blocks executed per second, lately.
    pub blocks_per_second: f64,
    /// Sidechain transactions executed per second, lately.
    pub transactions_per_second: f64,
    /// Seconds until the head is reached at this rate, while catching up.
    pub eta_s: Option<u64>,
    /// Forks of the main chain that were followed since the start.
    pub forks: u64,
    /// What the main-chain nodes disagree about, in words: nothing from there on is taken for irreversible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<String>,
    /// The main-chain nodes, in the configured order.
    pub nodes: Vec<MainNode>,
}

impl SyncStatus {
    /// The status before anything is known.
    pub fn starting() -> SyncStatus {
        SyncStatus {
            state: SyncState::Starting,
            position: None,
            position_id: None,
            main_head: None,
            irreversible: None,
            blocks_per_second: 0.0,
            transactions_per_second: 0.0,
            eta_s: None,
            forks: 0,
            dispute: None,
            nodes: Vec::new(),
        }
    }

    /// Main-chain blocks between the position and the head.
    pub fn lag(&self) -> Option<u64> {
        self.position
            .zip(self.main_head)
            .map(|(position, head)| head.saturating_sub(position))
    }

    /// Whether what the node answers is up to date, within `lag` blocks.
    pub fn is_healthy(&self, lag: u64) -> bool {
        let follows = match self.state {
            SyncState::Synced | SyncState::CatchingUp => true,
            // a development chain may rest for a while; on a public one something is wrong
            SyncState::Stalled { for_s } => for_s <= MAX_STALL,
            SyncState::Starting | SyncState::Retrying { .. } | SyncState::Stopped { .. } => false,
        };
        follows && self.lag().is_some_and(|found| found <= lag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn healthy_is_who_follows_closely() {
        let mut status = SyncStatus::starting();
        assert!(!status.is_healthy(20), "nothing is known yet");
        status.state = SyncState::CatchingUp;
        status.main_head = Some(120);
        assert!(!status.is_healthy(20), "no block was executed yet");
        status.position = Some(99);
        assert!(!status.is_healthy(20));
        status.position = Some(100);
        assert!(status.is_healthy(20));
        status.position = Some(121);
        assert!(
            status.is_healthy(0),
            "a lagging main-chain node makes no lag of ours"
        );
        status.state = SyncState::Stalled { for_s: 60 };
        assert!(status.is_healthy(20));
        status.state = SyncState::Stalled { for_s: 301 };
        assert!(!status.is_healthy(20));
    }
}
