use super::json::{Form, TransactionJson};
use super::merkle::{Merkle, MerkleRoots};
use super::storage::encode_transaction;
use super::{HashText, Transaction};
use crate::network::Naming;

/// Executed transactions on their way into a block, each with what is made of it while it is at hand: its hash, its
/// JSON text for the block's hash, its bytes for the store and its part in the roots.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    transactions: Vec<Transaction>,
    json: Vec<u8>,
    stored: Vec<u8>,
    merkle: Merkle,
}

/// Room for a draft, as the one before it needed.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Memory that texts are written in, from block to block: what is new to the process has to be cleared first.
    json: Vec<u8>,
    /// How long the bytes for the store were, which go into the store's own memory.
    stored: usize,
}

/// Bytes of room that are kept at most.
const KEPT: usize = 16 << 20;

impl Room {
    /// What is left behind a block whose text was this, and whose bytes for the store so many. Uncommonly large memory is
    /// given back.
    pub(super) fn left(mut json: Vec<u8>, stored: usize) -> Room {
        json.clear();
        json.shrink_to(KEPT);
        Room {
            json,
            stored: stored.min(KEPT),
        }
    }
}

impl Draft {
    /// An empty draft of so many transactions, written in this room.
    pub(crate) fn within(room: Room, count: usize) -> Draft {
        Draft {
            transactions: Vec::with_capacity(count),
            json: room.json,
            // a little more, as what has to grow is copied
            stored: Vec::with_capacity(room.stored + room.stored / 8),
            merkle: Merkle::default(),
        }
    }

    /// Adds a transaction, whose hash is still open.
    pub(crate) fn add(&mut self, mut transaction: Transaction, naming: &Naming) {
        transaction.hash = transaction.compute_hash();
        self.add_hashed(transaction, naming);
    }

    /// Adds a transaction that has its hash.
    pub(super) fn add_hashed(&mut self, transaction: Transaction, naming: &Naming) {
        debug_assert_ne!(transaction.hash, HashText::EMPTY);
        self.json.push(if self.transactions.is_empty() {
            b'['
        } else {
            b','
        });
        TransactionJson::new(&transaction, naming, Form::Hashed).write(&mut self.json);
        encode_transaction(&transaction, &mut self.stored);
        self.merkle.add(&transaction);
        self.transactions.push(transaction);
    }

    /// Adds all of its transactions once more.
    pub(crate) fn double(&mut self, naming: &Naming) {
        for transaction in self.transactions.clone() {
            self.add_hashed(transaction, naming);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.transactions.is_empty()
    }

    /// Takes the JSON text of the list out.
    pub(super) fn take_json(&mut self) -> Vec<u8> {
        let mut json = std::mem::take(&mut self.json);
        let end: &[u8] = if self.is_empty() { b"[]" } else { b"]" };
        json.extend_from_slice(end);
        json
    }

    /// The roots over these transactions and then the others; `None` if there are none.
    pub(super) fn roots_with(&self, others: &Draft) -> Option<MerkleRoots> {
        let mut merkle = self.merkle.clone();
        let others = &others.transactions;
        others
            .iter()
            .for_each(|transaction| merkle.add(transaction));
        merkle.roots()
    }

    pub(crate) fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// The transactions, and their bytes for the store.
    pub(super) fn into_parts(self) -> (Vec<Transaction>, Vec<u8>) {
        (self.transactions, self.stored)
    }

    /// The room it was written in, if nothing comes of it.
    pub(crate) fn into_room(self) -> Room {
        Room::left(self.json, self.stored.len())
    }
}
