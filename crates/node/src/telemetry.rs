//! What the node counts.

use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};
use tartan_rpc::SyncStatus;

/// The handles that the executor counts with.
pub(crate) struct Telemetry {
    blocks: Counter,
    sidechain_blocks: Counter,
    transactions: Counter,
    reverts: Counter,
    execution: Histogram,
    finalization: Histogram,
    position: Gauge,
    pending: Gauge,
}

impl Telemetry {
    pub(crate) fn new() -> Telemetry {
        tartan_rpc::recorder();
        describe_counter!("tartan_main_blocks_total", "main-chain blocks executed");
        describe_counter!("tartan_blocks_total", "sidechain blocks made");
        describe_counter!(
            "tartan_transactions_total",
            "sidechain transactions executed, virtual ones included"
        );
        describe_counter!("tartan_reverts_total", "times that blocks were taken back");
        describe_histogram!(
            "tartan_execution_seconds",
            Unit::Seconds,
            "time to execute and commit a main-chain block"
        );
        describe_histogram!(
            "tartan_flush_seconds",
            Unit::Seconds,
            "time to write irreversible blocks to disk"
        );
        describe_counter!(
            "tartan_flushed_entries_total",
            "rows and index entries written to disk"
        );
        describe_histogram!(
            "tartan_finalization_seconds",
            Unit::Seconds,
            "time to declare a block irreversible, waiting for flushes included"
        );
        describe_gauge!(
            "tartan_position",
            "the last main-chain block that was executed"
        );
        describe_gauge!(
            "tartan_unflushed_bytes",
            Unit::Bytes,
            "irreversible data in memory that is not on disk yet"
        );
        describe_gauge!(
            "tartan_lag_blocks",
            "main-chain blocks between the position and the head"
        );
        describe_gauge!(
            "tartan_public_node_agrees",
            "1 for each public node that has the same blocks"
        );
        Telemetry {
            blocks: counter!("tartan_main_blocks_total"),
            sidechain_blocks: counter!("tartan_blocks_total"),
            transactions: counter!("tartan_transactions_total"),
            reverts: counter!("tartan_reverts_total"),
            execution: histogram!("tartan_execution_seconds"),
            finalization: histogram!("tartan_finalization_seconds"),
            position: gauge!("tartan_position"),
            pending: gauge!("tartan_unflushed_bytes"),
        }
    }

    /// A main-chain block was executed; `transactions` came of it if a sidechain block was made.
    pub(crate) fn executed(&self, number: u32, transactions: Option<usize>, elapsed: Duration) {
        self.blocks.increment(1);
        if let Some(transactions) = transactions {
            self.sidechain_blocks.increment(1);
            self.transactions.increment(transactions as u64);
        }
        self.execution.record(elapsed.as_secs_f64());
        self.position.set(f64::from(number));
    }

    pub(crate) fn finalized(&self, pending: usize, elapsed: Duration) {
        self.finalization.record(elapsed.as_secs_f64());
        self.pending.set(pending as f64);
    }

    pub(crate) fn reverted(&self, to: u32) {
        self.reverts.increment(1);
        self.position.set(f64::from(to));
    }
}

/// Whether a public node has the same blocks.
pub(crate) fn public_node(url: &str, agrees: bool) {
    let agrees = if agrees { 1.0 } else { 0.0 };
    gauge!("tartan_public_node_agrees", "node" => url.to_owned()).set(agrees);
}

/// What is sampled.
pub(crate) fn progress(status: &SyncStatus) {
    if let Some(lag) = status.lag() {
        gauge!("tartan_lag_blocks").set(lag as f64);
    }
    for node in &status.nodes {
        let usable = if node.usable { 1.0 } else { 0.0 };
        gauge!("tartan_main_node_usable", "node" => node.url.clone()).set(usable);
    }
}
