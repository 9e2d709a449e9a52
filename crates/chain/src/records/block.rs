use serde::{Deserialize, Serialize};

use super::json::{Form, TransactionJson};
use super::{HashText, Hasher, Transaction, merkle_roots};
use crate::Network;
use crate::network::Naming;

/// A sidechain block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its number: one more than the block before; genesis is 0.
    pub number: u64,
    /// Number of the main-chain block it was made from; genesis has 0.
    pub ref_block: Option<u64>,
    /// Id of that main-chain block.
    pub ref_block_id: String,
    /// Id of the main-chain block before that.
    pub prev_ref_block_id: String,
    /// Hash of the sidechain block before; `0` for genesis.
    pub previous_hash: HashText,
    /// Database hash of the sidechain block before.
    pub previous_database_hash: HashText,
    /// Time of the main-chain block, `YYYY-MM-DDTHH:MM:SS` in UTC.
    pub timestamp: String,
    /// What accounts sent.
    pub transactions: Vec<Transaction>,
    /// What the node did by itself and had something to tell about.
    pub virtual_transactions: Vec<Transaction>,
    /// The block's hash.
    pub hash: HashText,
    /// Root over the database hashes of its transactions.
    pub database_hash: HashText,
    /// Root over the hashes of its transactions.
    pub merkle_root: HashText,
    /// The witnesses' verification; unset until it took place.
    pub round: Option<u64>,
    /// Hash of the round that verified it.
    pub round_hash: String,
    /// The witness that proposed the round.
    pub witness: String,
    /// The key it signed with.
    pub signing_key: String,
    /// Its signature.
    pub round_signature: String,
    /// Whether the per-user limit is on, where the network records it.
    pub per_user_limit: Option<bool>,
    /// Later main-chain blocks that changed state without making a block of their own.
    pub other_hash_changes: Vec<u64>,
}

/// What a network lays down about the hash of its blocks.
#[derive(Debug, Clone, Copy)]
pub struct BlockHashing<'a> {
    /// The name of the main-chain block number in a transaction's JSON text.
    pub naming: &'a Naming,
    /// Whether the merkle root is hashed too.
    pub covers_merkle_root: bool,
}

impl Network {
    /// How this network's blocks are hashed.
    pub fn block_hashing(&self) -> BlockHashing<'_> {
        BlockHashing {
            naming: &self.naming,
            covers_merkle_root: self.rules.block_hash_covers_merkle_root,
        }
    }
}

impl Block {
    /// Sets the roots and the hash from the transactions. A block without any keeps empty roots.
    pub fn seal(&mut self, hashing: BlockHashing<'_>) {
        if let Some(roots) = merkle_roots(self.all_transactions()) {
            self.merkle_root = roots.hash;
            self.database_hash = roots.database_hash;
        }
        self.hash = self.compute_hash(hashing);
    }

    /// The hash over the block's head and the JSON text of its transactions. (Protocol, b.3.)
    pub fn compute_hash(&self, hashing: BlockHashing<'_>) -> HashText {
        let mut hasher = Hasher::new();
        hasher.update(self.previous_hash.as_bytes());
        hasher.update(self.previous_database_hash.as_bytes());
        hasher.update_number(self.number);
        match self.ref_block {
            Some(number) => hasher.update_number(number),
            None => hasher.update("undefined"),
        }
        hasher.update(&self.ref_block_id);
        hasher.update(&self.prev_ref_block_id);
        hasher.update(&self.timestamp);
        if hashing.covers_merkle_root {
            hasher.update(self.merkle_root.as_bytes());
        }
        let mut text = Vec::with_capacity(1024);
        for (index, transaction) in self.transactions.iter().enumerate() {
            text.push(if index == 0 { b'[' } else { b',' });
            TransactionJson::new(transaction, hashing.naming, Form::Hashed).write(&mut text);
            hasher.update(&text);
            text.clear();
        }
        hasher.update(if self.transactions.is_empty() {
            "[]"
        } else {
            "]"
        });
        hasher.finish()
    }

    /// The transactions of accounts, then the virtual ones.
    pub fn all_transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.iter().chain(&self.virtual_transactions)
    }
}
