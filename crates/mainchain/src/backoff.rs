//! Waiting longer after each failure, never longer than a limit, never in step with other clients.

use std::time::Duration;

/// Exponential back-off: `first`, twice as long each time, at most `max`, each with jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Pause after the first failure.
    pub first: Duration,
    /// No pause is longer than this, jitter included.
    pub max: Duration,
}

impl Backoff {
    /// The pause after failure number `level` (0 is the first): between 75 % and 100 % of
    /// `min(first * 2^level, max)`.
    #[must_use]
    pub fn delay(&self, level: u32) -> Duration {
        let factor = 2_u32.saturating_pow(level.min(31));
        let full = self.first.saturating_mul(factor).min(self.max);
        full.mul_f64(0.75 + 0.25 * fastrand::f64())
    }
}

/// A random duration between the two.
pub(crate) fn between(from: Duration, to: Duration) -> Duration {
    from + to.saturating_sub(from).mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(2),
        max: Duration::from_secs(60),
    };

    #[test]
    fn grows_and_is_bounded() {
        for level in [0, 1, 4, 5, 31, 32, u32::MAX] {
            let full = Duration::from_secs(2_u64.pow(level.min(5) + 1).min(60));
            for _ in 0..100 {
                let delay = BACKOFF.delay(level);
                assert!(delay <= full, "{level}: {delay:?} > {full:?}");
                assert!(delay >= full.mul_f64(0.74), "{level}: {delay:?} too short");
            }
        }
    }

    #[test]
    fn delays_differ() {
        let delays: std::collections::BTreeSet<_> = (0..20).map(|_| BACKOFF.delay(3)).collect();
        assert!(delays.len() > 10, "no jitter: {delays:?}");
    }

    #[test]
    fn between_stays_inside() {
        let (from, to) = (Duration::from_millis(200), Duration::from_millis(500));
        for _ in 0..100 {
            let pause = between(from, to);
            assert!(pause >= from && pause <= to, "{pause:?}");
        }
        assert_eq!(between(to, from), to, "an inverted range is its start");
    }
}
