use serde_json::{Map, Value, json};

use crate::network::Naming;
use crate::records::HashText;

/// Where a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The sidechain's name in custom_json ids.
    pub chain_id: String,
    /// Number of the latest block.
    pub last_block_number: Option<u64>,
    /// The main-chain block that one was made from.
    pub last_ref_block: Option<u64>,
    /// Its hash.
    pub last_hash: Option<HashText>,
    /// The last main-chain block that was looked at.
    pub last_parsed_block: Option<u32>,
    /// The last main-chain block that cannot be taken back any more.
    pub irreversible_block: Option<u32>,
}

impl Status {
    /// With the field names of a network. What a server knows of itself (`SSCnodeVersion`, `domain`, …) is its to add.
    pub fn json(&self, naming: &Naming) -> Map<String, Value> {
        let mut status = Map::new();
        status.insert("lastBlockNumber".to_string(), json!(self.last_block_number));
        status.insert(naming.status_ref_block.clone(), json!(self.last_ref_block));
        status.insert("lastHash".to_string(), json!(self.last_hash));
        status.insert(
            naming.status_parsed_block.clone(),
            json!(self.last_parsed_block),
        );
        status.insert("chainId".to_string(), json!(self.chain_id));
        status
    }
}
