//! What the pages count.

use std::time::Duration;

use metrics::{Gauge, counter, describe_counter, describe_gauge, describe_histogram, gauge};

/// Says what the counters are, once.
pub(crate) fn describe() {
    describe_counter!("tartan_web_requests_total", "requests for pages, by status");
    describe_histogram!(
        "tartan_web_request_seconds",
        "time to make a page, waiting included"
    );
    describe_gauge!(
        "tartan_web_listeners",
        "pages that listen to the stream of events"
    );
}

/// A page was made.
pub(crate) fn answered(status: u16, elapsed: Duration) {
    counter!("tartan_web_requests_total", "status" => status.to_string()).increment(1);
    metrics::histogram!("tartan_web_request_seconds").record(elapsed.as_secs_f64());
}

/// Counts a listener for as long as it lives.
pub(crate) struct Listening(Gauge);

impl Listening {
    pub(crate) fn new() -> Listening {
        let listeners = gauge!("tartan_web_listeners");
        listeners.increment(1.0);
        Listening(listeners)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
