//! What can go wrong between us and the nodes, said so that an operator can act on it.

use std::fmt;
use std::time::Duration;

use tartan_graphene::Flavor;

use crate::response::RpcError;

/// Why the answer of one node could not be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// No connection: name not found, refused, unreachable, TLS handshake.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The connection broke before the answer was complete, or the compressed answer is broken.
    #[error("the connection broke: {0}")]
    Connection(String),
    /// Nothing came in time.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The answer has an HTTP status other than 200.
    #[error("expected http status 200, found {status}: {excerpt}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long the node asked us to stay away.
        retry_after: Option<Duration>,
        /// The start of the body.
        excerpt: String,
    },
    /// The answer is not JSON at all: HTML, plain text, nothing.
    #[error("expected json, found {content_type}: {excerpt}")]
    NotJson {
        /// What the node says it sent.
        content_type: String,
        /// The start of the body.
        excerpt: String,
    },
    /// The answer starts like JSON and then breaks off or goes wrong.
    #[error("broken json: {0}")]
    Malformed(String),
    /// JSON, but not the answer to our request.
    #[error("expected {expected}, found {found}")]
    Envelope {
        /// What a JSON-RPC answer to the request has here.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The answer is larger than we are willing to read.
    #[error("the answer exceeds {0} bytes")]
    TooLarge(usize),
    /// The node, or a proxy before it, answered with a JSON-RPC error.
    #[error("{0}")]
    Rpc(RpcError),
    /// A well-formed answer whose content is wrong: another block, hashes that do not match.
    #[error("wrong content: {0}")]
    Content(String),
    /// The node does not have a block that exists: it lags, or it keeps no old blocks.
    #[error("{0}")]
    NotHere(String),
    /// The node belongs to another chain.
    #[error("it is a node of another chain: expected chain id {expected}, found {found}")]
    ForeignChain {
        /// Chain id of the configured network, hex.
        expected: String,
        /// Chain id of the node, hex.
        found: String,
    },
    /// The node belongs to a chain of the other family, with other names and rules.
    #[error("it is a node of a {found:?}-flavoured chain: expected a {expected:?}-flavoured one")]
    ForeignFlavor {
        /// Of the configured network.
        expected: Flavor,
        /// Of the node.
        found: Flavor,
    },
    /// The node rests after failures or because it asked us to wait longer than the call may take.
    #[error("it rests for another {} ms after: {reason}", .remaining.as_millis())]
    Resting {
        /// Until the next attempt.
        remaining: Duration,
        /// Its last failure.
        reason: String,
    },
}

impl NodeError {
    /// Short name for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            NodeError::Connect(_) => "connect",
            NodeError::Connection(_) => "connection",
            NodeError::Timeout(_) => "timeout",
            NodeError::Status { status: 429, .. } => "rate_limit",
            NodeError::Status { .. } => "status",
            NodeError::NotJson { .. } => "not_json",
            NodeError::Malformed(_) => "malformed",
            NodeError::Envelope { .. } => "envelope",
            NodeError::TooLarge(_) => "too_large",
            NodeError::Rpc(_) => "rpc",
            NodeError::Content(_) => "content",
            NodeError::NotHere(_) => "not_here",
            NodeError::ForeignChain { .. } | NodeError::ForeignFlavor { .. } => "foreign_chain",
            NodeError::Resting { .. } => "resting",
        }
    }

    /// Whether the node may nevertheless have received and acted on the request.
    #[must_use]
    pub fn leaves_doubt(&self) -> bool {
        match self {
            NodeError::Connect(_)
            | NodeError::ForeignChain { .. }
            | NodeError::ForeignFlavor { .. }
            | NodeError::Resting { .. }
            | NodeError::NotHere(_) => false,
            NodeError::Rpc(error) => error.is_transient(),
            NodeError::Connection(_)
            | NodeError::Timeout(_)
            | NodeError::Status { .. }
            | NodeError::NotJson { .. }
            | NodeError::Malformed(_)
            | NodeError::Envelope { .. }
            | NodeError::TooLarge(_)
            | NodeError::Content(_) => true,
        }
    }
}

/// What one node did to a request.
#[derive(Clone, Debug)]
pub struct NodeFailure {
    /// The node, without credentials.
    pub node: String,
    /// What happened.
    pub error: NodeError,
}

impl fmt::Display for NodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.node, self.error)
    }
}

/// Why a request to the main chain failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot work.
    #[error("main-chain nodes: {0}")]
    Config(String),
    /// A node understood the request and refused it. Asking again will not help.
    #[error("{node} refused {method}: {error}")]
    Refused {
        /// The node, without credentials.
        node: String,
        /// The method called.
        method: String,
        /// The error it answered with.
        error: Box<RpcError>,
    },
    /// No node gave a usable answer.
    #[error("no main-chain node answered {what}: {}", list(.failures))]
    NoAnswer {
        /// The request.
        what: String,
        /// What each node did, oldest first.
        failures: Vec<NodeFailure>,
    },
    /// Every configured node belongs to another chain.
    #[error("every configured node belongs to another chain than the network: {}", list(.0))]
    ForeignChain(Vec<NodeFailure>),
}

/// At most this many failures are spelled out in a message.
const LISTED: usize = 6;

fn list(failures: &[NodeFailure]) -> String {
    if failures.is_empty() {
        return "no node was free in time".to_owned();
    }
    let skipped = failures.len().saturating_sub(LISTED);
    let mut text = failures
        .iter()
        .skip(skipped)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    if skipped > 0 {
        text.push_str(&format!(" (and {skipped} earlier failures)"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_names_each_node_and_what_it_did() {
        let error = Error::NoAnswer {
            what: "get_block 7".to_owned(),
            failures: vec![
                NodeFailure {
                    node: "http://a".to_owned(),
                    error: NodeError::Timeout(Duration::from_secs(8)),
                },
                NodeFailure {
                    node: "http://b".to_owned(),
                    error: NodeError::Status {
                        status: 502,
                        retry_after: None,
                        excerpt: "<html>".to_owned(),
                    },
                },
            ],
        };
        assert_eq!(
            error.to_string(),
            "no main-chain node answered get_block 7: http://a: no answer within 8000 ms; \
             http://b: expected http status 200, found 502: <html>"
        );
    }

    #[test]
    fn long_lists_are_cut() {
        let failure = NodeFailure {
            node: "n".to_owned(),
            error: NodeError::Connect("refused".to_owned()),
        };
        let text = Error::NoAnswer {
            what: "x".to_owned(),
            failures: vec![failure; 100],
        }
        .to_string();
        assert!(text.ends_with("(and 94 earlier failures)"), "{text}");
        assert_eq!(text.matches("refused").count(), LISTED);
    }
}
