use serde::{Deserialize, Serialize};

/// How fields of records and answers are called: the two public chains differ in these words only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Main-chain block number, on transactions and blocks (`refHiveBlockNumber`).
    pub ref_block_number: String,
    /// Main-chain block id, on blocks (`refHiveBlockId`).
    pub ref_block_id: String,
    /// Id of the main-chain block before, on blocks (`prevRefHiveBlockId`).
    pub prev_ref_block_id: String,
    /// The amount of a main-chain transfer, put into the payload (`amountHIVEHBD`).
    pub amount: String,
    /// The block's time, as scripted contracts see it (`hiveBlockTimestamp`).
    pub timestamp: String,
    /// The genesis block's number, in the payload of the first transaction (`genesisHiveBlock`).
    pub genesis_block: String,
    /// Main-chain block of the last sidechain block, in the status (`lastBlockRefHiveBlockNumber`).
    pub status_ref_block: String,
    /// Last main-chain block that was looked at, in the status (`lastParsedHiveBlockNumber`).
    pub status_parsed_block: String,
    /// Later main-chain blocks that changed state without making a sidechain block
    /// (`otherHashChangeRefHiveBlocks`). Absent: the chain keeps no such note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_hash_changes: Option<String>,
}
