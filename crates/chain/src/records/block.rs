use serde::{Deserialize, Serialize};
use tartan_document::{Object, Value};

use super::storage::encode;
use super::{Draft, GivenBlock, HashText, Hasher, Room, Transaction, merkle_roots};
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
    /// Its place in the chain: its number, unless a sandbox was given blocks with numbers of their own.
    #[serde(skip)]
    pub place: u64,
    /// The record that a sandbox was given in place of a block.
    #[serde(skip)]
    pub given: Option<GivenBlock>,
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

/// What a block's hash is taken over.
pub(crate) struct Hashed {
    /// Has taken in what stands before the transactions.
    hasher: Hasher,
    /// The JSON text of the transactions.
    json: Vec<u8>,
}

impl Hashed {
    /// Bytes of the text.
    pub(crate) fn len(&self) -> usize {
        self.json.len()
    }

    /// The hash, and the text again.
    pub(crate) fn finish(self) -> (HashText, Vec<u8>) {
        let Hashed { mut hasher, json } = self;
        hasher.update(&json);
        (hasher.finish(), json)
    }
}

/// A block that has all but its hash.
pub(crate) struct Unsealed {
    /// Without transactions.
    head: Block,
    transactions: Draft,
    virtual_transactions: Draft,
}

impl Unsealed {
    /// A block out of a head without transactions and the drafts of its two lists.
    pub(crate) fn new(
        mut head: Block,
        transactions: Draft,
        virtual_transactions: Draft,
    ) -> Unsealed {
        if let Some(roots) = transactions.roots_with(&virtual_transactions) {
            head.merkle_root = roots.hash;
            head.database_hash = roots.database_hash;
        }
        Unsealed {
            head,
            transactions,
            virtual_transactions,
        }
    }

    /// What its hash is to be taken over: once, as the text goes with it.
    pub(crate) fn take_hashed(&mut self, hashing: BlockHashing<'_>) -> Hashed {
        self.head
            .hashed_with(hashing, self.transactions.take_json())
    }

    /// The block without its transactions.
    pub(crate) fn head(&self) -> &Block {
        &self.head
    }

    /// What accounts sent.
    pub(crate) fn transactions(&self) -> &[Transaction] {
        self.transactions.transactions()
    }

    /// The block with its hash, its bytes for the store, and room for the next draft.
    pub(crate) fn seal(self, hash: HashText, json: Vec<u8>) -> (Block, Vec<u8>, Room) {
        let head = Block { hash, ..self.head };
        let (transactions, stored) = self.transactions.into_parts();
        let room = Room::left(json, stored.len());
        let (virtual_transactions, virtually) = self.virtual_transactions.into_parts();
        let bytes = encode(
            &head,
            (transactions.len(), stored),
            (virtual_transactions.len(), virtually),
        );
        let block = Block {
            transactions,
            virtual_transactions,
            ..head
        };
        (block, bytes, room)
    }
}

impl Block {
    /// Sets the roots and the hash from the transactions. A block without any keeps empty roots.
    pub fn seal(&mut self, hashing: BlockHashing<'_>) {
        self.set_roots();
        self.hash = self.compute_hash(hashing);
    }

    fn set_roots(&mut self) {
        if let Some(roots) = merkle_roots(self.all_transactions()) {
            self.merkle_root = roots.hash;
            self.database_hash = roots.database_hash;
        }
    }

    /// The block without its transactions.
    pub(super) fn head(&self) -> Block {
        Block {
            ref_block_id: self.ref_block_id.clone(),
            prev_ref_block_id: self.prev_ref_block_id.clone(),
            timestamp: self.timestamp.clone(),
            transactions: Vec::new(),
            virtual_transactions: Vec::new(),
            round_hash: self.round_hash.clone(),
            witness: self.witness.clone(),
            signing_key: self.signing_key.clone(),
            round_signature: self.round_signature.clone(),
            other_hash_changes: self.other_hash_changes.clone(),
            given: self.given.clone(),
            ..*self
        }
    }

    /// Whether all but the transactions is the same, wherever the two are kept.
    pub(crate) fn has_head(&self, head: &Block) -> bool {
        let own = Block {
            place: head.place,
            ..self.head()
        };
        own == *head
    }

    /// The hash over the block's head and the JSON text of its transactions. (Protocol, b.3.)
    pub fn compute_hash(&self, hashing: BlockHashing<'_>) -> HashText {
        let mut draft = Draft::default();
        for transaction in &self.transactions {
            draft.add_hashed(transaction.clone(), hashing.naming);
        }
        self.hashed_with(hashing, draft.take_json()).finish().0
    }

    /// What its hash is taken over, given the JSON text of its transactions.
    fn hashed_with(&self, hashing: BlockHashing<'_>, json: Vec<u8>) -> Hashed {
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
        Hashed { hasher, json }
    }

    /// Notes that a later main-chain block changed state without making a block of its own.
    pub(crate) fn note_hash_change(&mut self, ref_block: u64, naming: &Naming) {
        self.other_hash_changes.push(ref_block);
        if let (Some(given), Some(field)) = (&mut self.given, &naming.other_hash_changes) {
            given.set_hash_changes(field, &self.other_hash_changes);
        }
    }

    /// Notes who verified the block: `witness`, `round`, `roundHash`, `signingKey`, `roundSignature`.
    pub(crate) fn verify(&mut self, verification: &Object) {
        let text = |key: &str| verification.get_str(key).unwrap_or_default().to_string();
        self.witness = text("witness");
        self.round = verification.get("round").and_then(Value::as_u64);
        self.round_hash = text("roundHash");
        self.signing_key = text("signingKey");
        self.round_signature = text("roundSignature");
        if let Some(given) = &mut self.given {
            given.verify(verification);
        }
    }

    /// The last main-chain block that this one takes account of.
    pub fn last_ref_block(&self) -> Option<u64> {
        self.other_hash_changes.last().copied().or(self.ref_block)
    }

    /// The transactions of accounts, then the virtual ones.
    pub fn all_transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.iter().chain(&self.virtual_transactions)
    }
}
