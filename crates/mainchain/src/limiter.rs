//! How often a node may be asked: a token bucket that also honours the pauses a node asks for.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Longest pause that a node's `Retry-After` can impose on us.
const MAX_PAUSE: Duration = Duration::from_secs(300);

/// Token bucket of one node. Each request takes a token; tokens come back at `rate` per second up to `burst`.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// Tokens per second; `None`: no limit (a node of our own).
    rate: Option<f64>,
    burst: f64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// May be negative: tokens promised to requests that are still waiting.
    tokens: f64,
    at: Instant,
    paused_until: Option<Instant>,
}

impl RateLimiter {
    pub(crate) fn new(rate: Option<f64>, burst: u32) -> RateLimiter {
        let burst = f64::from(burst.max(1));
        RateLimiter {
            rate: rate.filter(|rate| rate.is_finite() && *rate > 0.0),
            burst,
            bucket: Mutex::new(Bucket {
                tokens: burst,
                at: Instant::now(),
                paused_until: None,
            }),
        }
    }

    /// How long a request made now would have to wait.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let mut bucket = self.bucket.lock();
        self.refill(&mut bucket, now);
        self.wait_for(bucket.tokens - 1.0, &bucket, now)
    }

    /// Takes a token and returns how long to wait before using it.
    pub(crate) fn take(&self, now: Instant) -> Duration {
        let mut bucket = self.bucket.lock();
        self.refill(&mut bucket, now);
        if self.rate.is_some() {
            bucket.tokens -= 1.0;
        }
        self.wait_for(bucket.tokens, &bucket, now)
    }

    /// No request for `pause` from now on (bounded to five minutes).
    pub(crate) fn pause(&self, now: Instant, pause: Duration) {
        let until = now + pause.min(MAX_PAUSE);
        let mut bucket = self.bucket.lock();
        if bucket.paused_until.is_none_or(|earlier| earlier < until) {
            bucket.paused_until = Some(until);
        }
    }

    fn refill(&self, bucket: &mut Bucket, now: Instant) {
        if let Some(rate) = self.rate {
            let elapsed = now.saturating_duration_since(bucket.at).as_secs_f64();
            bucket.tokens = (bucket.tokens + elapsed * rate).min(self.burst);
            bucket.at = bucket.at.max(now);
        }
    }

    fn wait_for(&self, tokens_left: f64, bucket: &Bucket, now: Instant) -> Duration {
        let tokens = match self.rate {
            Some(rate) if tokens_left < 0.0 => {
                Duration::from_secs_f64((-tokens_left / rate).min(3600.0))
            }
            _ => Duration::ZERO,
        };
        let pause = bucket
            .paused_until
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        tokens.max(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(duration: Duration) -> u64 {
        duration.as_micros().div_ceil(1000) as u64
    }

    #[test]
    fn burst_then_rate() {
        let limiter = RateLimiter::new(Some(10.0), 3);
        let now = Instant::now();
        let waits: Vec<u64> = (0..6).map(|_| ms(limiter.take(now))).collect();
        assert_eq!(waits, [0, 0, 0, 100, 200, 300]);
        assert_eq!(ms(limiter.wait(now)), 400, "the next in line");
        let later = now + Duration::from_millis(300);
        assert_eq!(
            ms(limiter.take(later)),
            100,
            "what was promised has been used up"
        );
    }

    #[test]
    fn tokens_come_back_up_to_the_burst() {
        let limiter = RateLimiter::new(Some(1.0), 2);
        let now = Instant::now();
        limiter.take(now);
        let later = now + Duration::from_secs(3600);
        assert_eq!(ms(limiter.take(later)), 0);
        assert_eq!(ms(limiter.take(later)), 0);
        assert_eq!(ms(limiter.take(later)), 1000);
    }

    #[test]
    fn pause_holds_even_without_a_rate() {
        let limiter = RateLimiter::new(None, 1);
        let now = Instant::now();
        limiter.pause(now, Duration::from_secs(7));
        limiter.pause(now, Duration::from_secs(2));
        assert_eq!(ms(limiter.take(now)), 7000, "the longer pause wins");
        assert_eq!(ms(limiter.take(now + Duration::from_secs(8))), 0);
    }

    #[test]
    fn a_node_cannot_send_us_away_for_a_year() {
        let limiter = RateLimiter::new(None, 1);
        let now = Instant::now();
        limiter.pause(now, Duration::from_secs(31_536_000));
        assert_eq!(limiter.take(now), MAX_PAUSE);
    }

    #[test]
    fn nonsense_rates_mean_no_limit() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let limiter = RateLimiter::new(Some(rate), 0);
            let now = Instant::now();
            assert!((0..100).all(|_| limiter.take(now).is_zero()), "{rate}");
        }
    }
}
