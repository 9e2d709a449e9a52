//! When to ask for the next block: not before it is due, often while it is overdue, seldom when the chain stands still.

use std::time::Duration;

use tokio::time::Instant;

use crate::backoff::between;

/// A chain that has not moved for this many slots is called stalled and asked less often.
const STALLED_SLOTS: u32 = 10;
/// So many blocks at once at the head mean that blocks come faster than the slot says; more are a backlog.
const BURST: u32 = 16;
/// Waits of more than this many questions mean that blocks come slower than expected.
const WAITED: u32 = 2;

/// The rhythm of the chain as it is observed.
#[derive(Debug)]
pub(super) struct Pace {
    /// Time between two blocks by the rules of the chain.
    slot: Duration,
    /// Shortest and longest pause between two questions.
    poll: (Duration, Duration),
    /// Expected time between two blocks: the slot, less when blocks are seen to come faster.
    expected: Duration,
    /// When a new block was last seen.
    moved_at: Instant,
    /// Questions without a new block since then.
    idle: u32,
}

impl Pace {
    pub(super) fn new(slot: Duration, poll: (Duration, Duration), now: Instant) -> Pace {
        let shortest = poll.0.max(Duration::from_millis(5));
        Pace {
            slot,
            poll: (shortest, poll.1.max(shortest)),
            expected: slot,
            moved_at: now,
            idle: 0,
        }
    }

    /// A new block was seen.
    pub(super) fn moved(&mut self, now: Instant) {
        self.moved_at = now;
        self.idle = 0;
    }

    /// Questions without a new block.
    pub(super) fn idle(&self) -> u32 {
        self.idle
    }

    /// `count` blocks were there at once, after `idle` questions without one.
    pub(super) fn adapt(&mut self, count: u32, idle: u32) {
        if (2..=BURST).contains(&count) {
            self.expected = (self.expected / 2).max(self.poll.0);
        } else if count == 1 && idle > WAITED {
            self.expected = (self.expected + self.slot / 8).min(self.slot.max(self.poll.0));
        }
    }

    /// The next block is late enough to doubt the node that was asked.
    pub(super) fn overdue(&self, now: Instant) -> bool {
        self.since(now) > self.expected * 2 + self.poll.1 * 2
    }

    /// For how long the chain has stood still, if that is unusually long.
    pub(super) fn stalled(&self, now: Instant) -> Option<Duration> {
        let since = self.since(now);
        (since > self.patience()).then_some(since)
    }

    /// How long to wait before the next question.
    pub(super) fn pause(&mut self, now: Instant) -> Duration {
        self.idle = self.idle.saturating_add(1);
        let (shortest, longest) = self.poll;
        let since = self.since(now);
        // A little early: otherwise the delay of one question would be carried over to the next block.
        let due = self.expected.saturating_sub(longest);
        if since < due {
            return due - since + between(Duration::ZERO, shortest);
        }
        let patience = since.as_secs_f64() / self.patience().as_secs_f64();
        between(shortest, longest)
            .mul_f64(patience.clamp(1.0, 100.0))
            .min(self.slot.max(longest))
    }

    fn since(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.moved_at)
    }

    fn patience(&self) -> Duration {
        self.slot.max(Duration::from_secs(1)) * STALLED_SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn main_net(now: Instant) -> Pace {
        Pace::new(3000 * MS, (200 * MS, 500 * MS), now)
    }

    #[test]
    fn waits_until_the_block_is_due_and_then_asks_in_short_steps() {
        let now = Instant::now();
        let mut pace = main_net(now);
        let first = pace.pause(now);
        assert!(first >= 2500 * MS && first <= 2700 * MS, "{first:?}");
        for late in [2600, 3000, 5000, 29_000] {
            let step = pace.pause(now + late * MS);
            assert!(step >= 200 * MS && step <= 500 * MS, "{late}: {step:?}");
        }
        assert_eq!(pace.idle(), 5);
    }

    #[test]
    fn a_chain_that_stands_still_is_asked_once_a_slot_at_least() {
        let now = Instant::now();
        let mut pace = main_net(now);
        let hours = now + 3 * Duration::from_secs(3600);
        assert_eq!(pace.stalled(now + Duration::from_secs(29)), None);
        assert_eq!(pace.stalled(hours), Some(3 * Duration::from_secs(3600)));
        for _ in 0..50 {
            assert_eq!(pace.pause(hours), 3000 * MS);
        }
    }

    #[test]
    fn follows_a_chain_that_is_faster_than_its_slots() {
        let now = Instant::now();
        let mut pace = main_net(now);
        for _ in 0..10 {
            pace.adapt(3, 0);
        }
        assert!(pace.pause(now) <= 500 * MS, "it asks all the time");
        for _ in 0..10 {
            pace.adapt(1, 5);
        }
        assert!(pace.pause(now) >= 2500 * MS, "and recovers");
    }

    #[test]
    fn a_backlog_is_no_pace() {
        let now = Instant::now();
        let mut pace = main_net(now);
        pace.adapt(5000, 0);
        assert!(pace.pause(now) >= 2500 * MS);
    }

    #[test]
    fn only_a_late_block_is_overdue() {
        let now = Instant::now();
        let mut pace = main_net(now);
        assert!(!pace.overdue(now + 6900 * MS));
        assert!(pace.overdue(now + 7100 * MS));
        pace.moved(now + 7100 * MS);
        assert!(!pace.overdue(now + 7200 * MS));
    }
}
