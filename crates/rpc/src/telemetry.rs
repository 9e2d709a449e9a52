//! Counters and times, and the page that Prometheus reads.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use tartan_chain::network::Flavor;

use crate::methods::Method;

/// Bounds of the buckets of every time, in seconds.
const BUCKETS: [f64; 14] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5,
    2.0, 10.0,
];

/// What the metrics of this process are collected in.
///
/// The first call makes it the process's recorder, so call it before anything is counted. If the process has another
/// recorder already, `/metrics` stays empty.
pub fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
            .expect("the list of buckets is not empty")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("this process records metrics elsewhere already: /metrics stays empty");
        }
        describe();
        handle
    })
}

fn describe() {
    describe_counter!("tartan_rpc_requests_total", "JSON-RPC requests, by method");
    describe_counter!(
        "tartan_rpc_errors_total",
        "JSON-RPC requests answered with an error, by code"
    );
    describe_histogram!(
        "tartan_rpc_request_seconds",
        "time to answer a JSON-RPC request, waiting included, by method"
    );
    describe_counter!(
        "tartan_rpc_busy_total",
        "queries refused because no thread became free in time"
    );
    describe_gauge!("tartan_rpc_connections", "open connections");
    describe_gauge!("tartan_rpc_websockets", "open WebSocket connections");
    describe_gauge!(
        "tartan_rpc_subscriptions",
        "subscriptions of WebSocket clients"
    );
    describe_counter!(
        "tartan_rpc_slow_clients_total",
        "WebSocket clients dropped because they did not keep up"
    );
}

/// The handles that the server counts with, looked up once.
pub(crate) struct Telemetry {
    methods: Vec<(Counter, Histogram)>,
    pub(crate) busy: Counter,
    pub(crate) connections: Gauge,
    pub(crate) websockets: Gauge,
    pub(crate) subscriptions: Gauge,
    pub(crate) slow_clients: Counter,
}

impl Telemetry {
    pub(crate) fn new() -> Telemetry {
        recorder();
        let of = |method: &Method| {
            // one name for both flavours
            let (group, name) = method.name(Flavor::Hive);
            let name = format!("{group}.{name}");
            (
                counter!("tartan_rpc_requests_total", "method" => name.clone()),
                histogram!("tartan_rpc_request_seconds", "method" => name),
            )
        };
        Telemetry {
            methods: Method::ALL.iter().map(of).collect(),
            busy: counter!("tartan_rpc_busy_total"),
            connections: gauge!("tartan_rpc_connections"),
            websockets: gauge!("tartan_rpc_websockets"),
            subscriptions: gauge!("tartan_rpc_subscriptions"),
            slow_clients: counter!("tartan_rpc_slow_clients_total"),
        }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, method: Method, elapsed: Duration) {
        if let Some((count, time)) = self.methods.get(method as usize) {
            count.increment(1);
            time.record(elapsed.as_secs_f64());
        }
    }

    /// A request was answered with an error.
    pub(crate) fn failed(&self, code: i32) {
        counter!("tartan_rpc_errors_total", "code" => code.to_string()).increment(1);
    }
}

/// Counts one for as long as it lives.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn new(gauge: &Gauge) -> Counted {
        gauge.increment(1.0);
        Counted(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
