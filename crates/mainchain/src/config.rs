//! How to reach a main chain: nodes, limits, times.

use std::time::Duration;

use tartan_graphene::Chain;
use tartan_graphene::main_block::Verification;

use crate::backoff::Backoff;

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeConfig {
    /// `http://` or `https://` address.
    pub url: String,
    /// Requests per second that we allow ourselves; `None`: no limit.
    pub requests_per_second: Option<f64>,
    /// Requests that may be made at once after a pause.
    pub burst: u32,
    /// Requests that may be under way at the same time.
    pub in_flight: usize,
}

impl NodeConfig {
    /// A node with the usual limits: none for an address of this machine, 20 requests per second for others (public
    /// nodes allow a few to some tens).
    #[must_use]
    pub fn new(url: impl Into<String>) -> NodeConfig {
        let url = url.into();
        let own = reqwest::Url::parse(&url).is_ok_and(|url| is_loopback(&url));
        NodeConfig {
            url,
            requests_per_second: (!own).then_some(20.0),
            burst: 40,
            in_flight: 32,
        }
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// How to reach a main chain. [`ClientConfig::new`] gives values that suit public nodes.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The chain the nodes must belong to.
    pub chain: Chain,
    /// Takes nodes of whatever chain id: for a development chain that chooses its own. The flavour must still be that
    /// of `chain`.
    pub any_chain: bool,
    /// The nodes, the preferred one first.
    pub nodes: Vec<NodeConfig>,
    /// Limit of one request to one node.
    pub request_timeout: Duration,
    /// Limit of one request for many blocks.
    pub range_timeout: Duration,
    /// Limit for establishing a connection.
    pub connect_timeout: Duration,
    /// Limit of a call over all its attempts.
    pub deadline: Duration,
    /// When a node has not answered for this long, another one is asked the same. `None`: wait for the time-out.
    pub hedge_after: Option<Duration>,
    /// After this many failures in a row a node rests.
    pub failure_threshold: u32,
    /// How long it rests: the first time, and at most after many.
    pub cool_down: Backoff,
    /// Largest answer read, in bytes after decompression.
    pub max_response_bytes: usize,
    /// How much of a block is recomputed before it is believed. Whatever the level, block numbers must be consecutive
    /// and each block must name the one before it. With `Full`, nothing in a block can differ from what its witness
    /// signed; `None` is for a node of one's own.
    pub verification: Verification,
}

impl ClientConfig {
    /// The usual settings for `chain` and these nodes, the preferred one first.
    #[must_use]
    pub fn new<U: Into<String>>(chain: Chain, urls: impl IntoIterator<Item = U>) -> ClientConfig {
        ClientConfig {
            chain,
            any_chain: false,
            nodes: urls.into_iter().map(NodeConfig::new).collect(),
            request_timeout: Duration::from_secs(8),
            range_timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(4),
            deadline: Duration::from_secs(30),
            hedge_after: Some(Duration::from_millis(1500)),
            failure_threshold: 2,
            cool_down: Backoff {
                first: Duration::from_secs(5),
                max: Duration::from_secs(300),
            },
            max_response_bytes: 64 << 20,
            verification: Verification::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_nodes_are_not_limited() {
        for (url, limited) in [
            ("http://127.0.0.1:8090", false),
            ("http://localhost:8090/", false),
            ("http://[::1]:8090/", false),
            ("https://api.example.org", true),
            ("http://10.0.0.1", true),
            ("nonsense", true),
        ] {
            assert_eq!(
                NodeConfig::new(url).requests_per_second.is_some(),
                limited,
                "{url}"
            );
        }
    }
}
