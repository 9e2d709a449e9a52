use super::json::{Form, TransactionJson};
use super::storage::encode_transaction;
use super::{HashText, Transaction};
use crate::network::Naming;

/// Executed transactions on their way into a block, each with what is made of it while it is at hand: its hash, its
/// JSON text for the block's hash and its bytes for the store.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    transactions: Vec<Transaction>,
    json: Vec<u8>,
    stored: Vec<u8>,
}

/// Memory that drafts are written in, from block to block: what is new to the process has to be cleared first.
#[derive(Debug, Default)]
pub(crate) struct Room {
    json: Vec<u8>,
    stored: Vec<u8>,
}

/// Bytes of room that are kept at most.
const KEPT: usize = 16 << 20;

impl Room {
    /// What is left of it when a block is made; an uncommonly large one is given back.
    fn kept(mut self) -> Room {
        for bytes in [&mut self.json, &mut self.stored] {
            bytes.clear();
            bytes.shrink_to(KEPT);
        }
        self
    }
}

impl Draft {
    /// An empty draft of so many transactions, written in this room.
    pub(crate) fn within(room: Room, count: usize) -> Draft {
        Draft {
            transactions: Vec::with_capacity(count),
            json: room.json,
            stored: room.stored,
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

    /// The JSON text of the list, in two pieces.
    pub(super) fn json(&self) -> [&[u8]; 2] {
        match self.is_empty() {
            true => [b"[", b"]"],
            false => [&self.json, b"]"],
        }
    }

    /// How many there are, and their bytes.
    pub(super) fn stored(&self) -> (usize, &[u8]) {
        (self.transactions.len(), &self.stored)
    }

    pub(super) fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// The transactions, and the room they were written in.
    pub(crate) fn into_transactions(self) -> (Vec<Transaction>, Room) {
        let Draft {
            transactions,
            json,
            stored,
        } = self;
        (transactions, Room { json, stored }.kept())
    }
}
