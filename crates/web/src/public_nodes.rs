//! Public nodes of the same network, as this node has found them: what the page of nodes shows.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

/// What is known of the public nodes, in the operator's order; replaced as a whole after each round of asking.
pub type PublicNodes = watch::Receiver<Arc<Vec<PublicNode>>>;

/// A public node of the same network, as this node has found it. What a node says of itself is not to be believed; its
/// texts are short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicNode {
    /// Its address, without credentials.
    pub url: String,
    /// How it stands to this node.
    pub standing: Standing,
    /// What it says that its software is.
    pub version: Option<String>,
    /// The number of its latest block.
    pub head: Option<u64>,
    /// The block at which it was compared with this node.
    pub compared: Option<Comparison>,
    /// How long it took to tell its status, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Whether it keeps only the latest blocks, as it says.
    pub light: Option<bool>,
    /// Methods that it refuses, as it says.
    pub disabled_methods: Vec<String>,
    /// When it last had another history, and from where on.
    pub last_divergence: Option<Divergence>,
    /// When it was asked last, in seconds since 1970.
    pub asked: Option<i64>,
}

impl PublicNode {
    /// A node that was not asked yet.
    pub fn new(url: String) -> PublicNode {
        PublicNode {
            url,
            standing: Standing::Asking,
            version: None,
            head: None,
            compared: None,
            latency_ms: None,
            light: None,
            disabled_methods: Vec::new(),
            last_divergence: None,
            asked: None,
        }
    }
}

/// How a node stands to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
    /// It was not asked yet.
    Asking,
    /// It has the same block at the highest height that both have reached.
    Agrees,
    /// The same, but it is behind.
    Behind {
        /// By so many blocks.
        blocks: u64,
    },
    /// It has other blocks at the head, which can still be taken back.
    Fork,
    /// It has another history.
    Differs,
    /// It belongs to another sidechain.
    Foreign {
        /// Which.
        chain_id: String,
    },
    /// It does not show the block that is needed to tell.
    Unclear,
    /// It did not answer, or not what was expected.
    Unreachable {
        /// Why, in words.
        reason: String,
    },
}

/// One block, on both nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Its number.
    pub block: u64,
    /// Its hash on this node.
    pub ours: String,
    /// Its hash on the other one.
    pub theirs: String,
}

/// Where a node has left this node's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Divergence {
    /// The first block that differs, or the lowest one that could be compared.
    pub at: Comparison,
    /// When that was seen last, in seconds since 1970.
    pub seen: i64,
}
