//! Counters and gauges, in one place so that their names stay consistent.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

/// HTTP exchanges with a node.
pub(crate) fn exchanged(node: &str, elapsed: Duration, answered: bool) {
    let node = node.to_owned();
    let outcome = if answered { "answered" } else { "failed" };
    counter!("tartan_mainchain_requests_total", "node" => node.clone(), "outcome" => outcome)
        .increment(1);
    histogram!("tartan_mainchain_request_seconds", "node" => node).record(elapsed.as_secs_f64());
}

/// A request that could not be used, by kind of failure.
pub(crate) fn node_failed(node: &str, kind: &'static str) {
    counter!("tartan_mainchain_node_failures_total", "node" => node.to_owned(), "kind" => kind)
        .increment(1);
}

/// A second request for the same was sent because the first was slow.
pub(crate) fn hedged() {
    counter!("tartan_mainchain_hedged_total").increment(1);
}

/// Blocks handed over by a follower.
pub(crate) fn followed(number: u32, irreversible: u32) {
    counter!("tartan_mainchain_blocks_total").increment(1);
    gauge!("tartan_mainchain_position").set(f64::from(number));
    gauge!("tartan_mainchain_irreversible").set(f64::from(irreversible));
}

/// The highest head any node reported.
pub(crate) fn head(number: u32) {
    gauge!("tartan_mainchain_head").set(f64::from(number));
}

/// A micro-fork made a follower go back by `depth` blocks.
pub(crate) fn reverted(depth: u32) {
    counter!("tartan_mainchain_reverts_total").increment(1);
    counter!("tartan_mainchain_reverted_blocks_total").increment(u64::from(depth));
}

/// Whether nodes disagree about an irreversible block without a majority.
pub(crate) fn disputed(disputed: bool) {
    gauge!("tartan_mainchain_disputed").set(f64::from(u8::from(disputed)));
}

/// A node was found to have another irreversible block than most nodes.
pub(crate) fn outvoted(node: &str) {
    counter!("tartan_mainchain_outvoted_total", "node" => node.to_owned()).increment(1);
}

/// A transaction's fate.
pub(crate) fn broadcast(outcome: &'static str) {
    counter!("tartan_mainchain_broadcasts_total", "outcome" => outcome).increment(1);
}
