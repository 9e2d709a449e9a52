//! What an operator chooses about the server.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What an operator chooses about the server.
#[derive(Debug, Clone)]
pub struct RpcConfig {
    /// Where HTTP is served, and WebSocket at `/ws`. Port 0 takes any free port.
    pub listen: SocketAddr,
    /// A further address where every path is a WebSocket, as on the reference node.
    pub websocket_listen: Option<SocketAddr>,
    /// Methods that are refused, by their full names (`blockchain.getBlockRangeInfo`). `blockchain.getStatus` always
    /// works.
    pub disabled_methods: BTreeSet<String>,
    /// Shown in the status.
    pub domain: String,
    /// Bounds of what clients can ask for.
    pub limits: Limits,
}

impl Default for RpcConfig {
    fn default() -> RpcConfig {
        RpcConfig {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 5000)),
            websocket_listen: None,
            disabled_methods: BTreeSet::new(),
            domain: String::new(),
            limits: Limits::default(),
        }
    }
}

/// Bounds of what clients can ask for. Every loop and queue of the server ends at one of these.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most rows of one `find`, and their number when the client names none.
    pub max_limit: u64,
    /// Most rows that a `find` may skip; `None`: any number.
    pub max_offset: Option<u64>,
    /// Most requests in a batch. The reference node allows one; this is generous because a batch costs little more
    /// than its queries, and the other bounds hold for the whole of it.
    pub max_batch_length: usize,
    /// Most blocks of one `getBlockRangeInfo`.
    pub max_block_range: u64,
    /// Largest request, in bytes.
    pub max_request_bytes: usize,
    /// Largest answer, in bytes. A batch ends there with errors for the rest.
    pub max_response_bytes: usize,
    /// Most rows that one query may examine.
    pub max_examined_rows: u64,
    /// Queries that are worked on at the same time, besides those that take a few microseconds.
    pub concurrent_queries: usize,
    /// How long a query waits for its turn, and how long a batch may take.
    pub query_timeout: Duration,
    /// How long a client may take to send a request.
    pub read_timeout: Duration,
    /// Most HTTP connections at the same time, and most WebSocket connections.
    pub max_connections: u32,
    /// Most subscriptions of one WebSocket connection.
    pub max_subscriptions: usize,
    /// Notifications that may wait for a slow WebSocket client before it is dropped.
    pub notification_queue: usize,
    /// How long sending to a WebSocket client may take before it is dropped.
    pub send_timeout: Duration,
    /// Blocks behind the main chain's head up to which `/health` says that all is well.
    pub healthy_lag: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_limit: 1000,
            max_offset: None,
            max_batch_length: 100,
            max_block_range: 1000,
            max_request_bytes: 1 << 20,
            max_response_bytes: 64 << 20,
            max_examined_rows: 250_000,
            concurrent_queries: 8,
            query_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            max_connections: 4096,
            max_subscriptions: 64,
            notification_queue: 256,
            send_timeout: Duration::from_secs(20),
            healthy_lag: 20,
        }
    }
}
