use tartan_graphene::MainBlock;

use crate::Network;
use crate::ingest::{self, Call};

/// What a sidechain block is made from: a main-chain block's head and the calls it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockInput {
    /// Number of the main-chain block. Only a sandbox leaves it unset.
    pub ref_block: Option<u64>,
    /// Its id.
    pub ref_block_id: String,
    /// Id of the main-chain block before.
    pub prev_ref_block_id: String,
    /// Its time as text, as contracts see it.
    pub timestamp: String,
    /// The same in milliseconds since 1970; `None` if the text is not a time.
    pub time: Option<i64>,
    /// The calls, in order.
    pub calls: Vec<Call>,
}

impl BlockInput {
    /// Reads a main-chain block. Pure, so that it can be done ahead and on another thread.
    pub fn new(network: &Network, block: &MainBlock) -> BlockInput {
        BlockInput {
            ref_block: Some(u64::from(block.number)),
            ref_block_id: block.id.to_string(),
            prev_ref_block_id: block.previous.to_string(),
            timestamp: block.timestamp.to_string(),
            time: Some(i64::from(block.timestamp.seconds()) * 1000),
            calls: ingest::calls(network, block),
        }
    }
}
