//! Making blocks.

use std::collections::HashSet;
use std::sync::Arc;

use tartan_graphene::{
    Asset, BlockHeader, Chain as Protocol, SignedTransaction, Time, Transaction, TransactionId,
    merkle_root,
};

use super::genesis::witness_key;
use super::log::{BlockRecord, Record};
use super::store::{Accepted, StoredBlock, VirtualField, VirtualOp};
use super::{Inclusion, MainChain, UNDO_BLOCKS};
use crate::accounts::{WITNESSES, witness_name};
use crate::apply::Applier;
use crate::config::{BLOCK_INTERVAL, Mining};
use crate::errors::NodeError;
use crate::state::{HistoryEntry, Moment, OpPlace};
use tartan_graphene::{JsonForm, SignedBlockHeader};

/// Most bytes of transactions in a block (HIVE_MAX_BLOCK_SIZE, less the header).
const MAX_BLOCK_SIZE: usize = 2_097_152 - 256;

/// How a block's transactions are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Those that fail or came too late are left out.
    Checked,
    /// All are in the block; those that fail have no effect.
    Forced,
}

impl MainChain {
    /// Accepts a transaction, and in instant mode makes its block.
    pub(crate) fn broadcast(
        &mut self,
        transaction: SignedTransaction,
        wall: u32,
    ) -> Result<TransactionId, NodeError> {
        let id = self.accept(transaction)?;
        if self.mining == Mining::Instant && !self.paused {
            self.produce(wall);
        }
        Ok(id)
    }

    /// Makes the next block of what is pending.
    pub(crate) fn produce(&mut self, wall: u32) -> Arc<StoredBlock> {
        let time = self.clock.next(self.head_time(), wall);
        let mut size = 0;
        let mut chosen = std::mem::take(&mut self.pending);
        let fitting = chosen
            .iter()
            .take_while(|accepted| {
                size += accepted
                    .transaction
                    .encode(&self.protocol, accepted.form)
                    .map_or(0, |bytes| bytes.len());
                size <= MAX_BLOCK_SIZE
            })
            .count();
        let left = chosen.split_off(fitting);
        let block = self.make_block(time, chosen, Trust::Checked);
        self.reopen_pending(left);
        block
    }

    /// Makes blocks of transactions that nobody checks: for benchmarks and prepared histories.
    pub(crate) fn push_blocks(
        &mut self,
        blocks: Vec<Vec<SignedTransaction>>,
        wall: u32,
    ) -> Result<u32, NodeError> {
        self.state.undo_session();
        let mut failed = None;
        for transactions in blocks {
            match identified(&self.protocol, transactions) {
                Ok(transactions) => {
                    let time = self.clock.next(self.head_time(), wall);
                    self.make_block_without_pending(time, transactions, Trust::Forced);
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let pending = std::mem::take(&mut self.pending);
        self.reopen_pending(pending);
        failed.map_or(Ok(self.head_number()), Err)
    }

    /// A transaction of `operations` that refers to the head block, unsigned.
    pub(crate) fn transaction(&self, operations: Vec<tartan_graphene::Operation>) -> Transaction {
        Transaction::new(&self.head_id(), self.head_time().plus(60), operations)
    }

    /// Closes the pending session, makes a block, and leaves it to the caller to open another one.
    pub(super) fn make_block(
        &mut self,
        time: Time,
        transactions: Vec<Accepted>,
        trust: Trust,
    ) -> Arc<StoredBlock> {
        self.state.undo_session();
        self.make_block_without_pending(time, transactions, trust)
    }

    pub(super) fn make_block_without_pending(
        &mut self,
        time: Time,
        candidates: Vec<Accepted>,
        trust: Trust,
    ) -> Arc<StoredBlock> {
        let witness = self.witness_at(time);
        let (transactions, virtual_ops) = self.apply_block(&witness, time, candidates, trust);
        let leaves: Vec<_> = transactions
            .iter()
            .filter_map(|accepted| {
                accepted
                    .transaction
                    .merkle_leaf(&self.protocol, accepted.form)
                    .ok()
            })
            .collect();
        let header = BlockHeader {
            previous: self.head_id(),
            timestamp: time,
            witness: witness.clone(),
            transaction_merkle_root: merkle_root(&leaves),
            extensions: Vec::new(),
        };
        let key = witness_key(&witness, &self.config.master_password);
        let header = header.sign(&key);
        let protocol = Arc::clone(&self.protocol);
        let block = Arc::new(StoredBlock::new(
            header,
            key.public_key(),
            transactions,
            virtual_ops,
            protocol,
        ));
        self.adopt(Arc::clone(&block));
        block
    }

    /// Applies a block's content in a session of its own, and answers what is in the block.
    pub(super) fn apply_block(
        &mut self,
        witness: &str,
        time: Time,
        candidates: Vec<Accepted>,
        trust: Trust,
    ) -> (Vec<Accepted>, Vec<VirtualOp>) {
        self.state.push_session();
        let mut virtual_ops = Vec::new();
        let mut included = Vec::with_capacity(candidates.len());
        for accepted in candidates {
            let index = u32::try_from(included.len()).unwrap_or(u32::MAX);
            let applied = match trust {
                Trust::Checked => self.check_time(&accepted),
                Trust::Forced => Ok(()),
            }
            .and_then(|()| self.apply_transaction(&accepted, index, &mut virtual_ops));
            match (applied, trust) {
                (Ok(()), _) => included.push(accepted),
                (Err(error), Trust::Forced) => {
                    tracing::debug!(id = %accepted.id, %error, "a forced transaction has no effect");
                    included.push(accepted);
                }
                (Err(error), Trust::Checked) => {
                    tracing::info!(id = %accepted.id, %error, "transaction dropped");
                    self.tell_waiting(Inclusion {
                        id: accepted.id,
                        block: 0,
                        index: 0,
                        expired: true,
                    });
                }
            }
        }
        self.finish_block(witness, time, &mut virtual_ops);
        (included, virtual_ops)
    }

    /// What the chain does by itself at the end of a block.
    fn finish_block(&mut self, witness: &str, time: Time, virtual_ops: &mut Vec<VirtualOp>) {
        let block = self.head_number() + 1;
        let moment = Moment {
            now: self.head_time(),
            block,
            transaction: TransactionId::default(),
            transaction_index: 0,
            operation_index: 0,
        };
        let slots = time.seconds().saturating_sub(self.head_time().seconds()) / BLOCK_INTERVAL;
        let rules = self.rules();
        let mut applier = Applier {
            state: &mut self.state,
            rules,
            moment,
            virtual_ops,
        };
        applier.complete_savings();
        applier.pay_withdrawals();
        if self.config.account_history {
            for (index, operation) in (0..).zip(virtual_ops.iter()) {
                for name in operation.accounts() {
                    self.state.remember(
                        name,
                        HistoryEntry {
                            block,
                            place: OpPlace::Virtual(index),
                        },
                    );
                }
            }
        }
        virtual_ops.push(VirtualOp {
            name: "producer_reward",
            fields: vec![
                ("producer", VirtualField::Text(witness.to_owned())),
                // No inflation here.
                ("vesting_shares", VirtualField::Asset(Asset::vests(0))),
            ],
            cause: None,
        });
        self.state.change_totals(|totals| {
            totals.recent_slots = totals.recent_slots.checked_shl(slots).unwrap_or(0) | 1;
        });
    }

    /// Puts a block whose content has been applied on top of the chain.
    pub(super) fn adopt(&mut self, block: Arc<StoredBlock>) {
        self.store.push(Arc::clone(&block));
        while self.state.sessions() > UNDO_BLOCKS {
            self.state.commit_oldest();
        }
        self.advance_irreversible();
        if self.log.is_some() {
            let record = Record::Block(BlockRecord::new(&block, &self.protocol));
            self.append(&record);
        }
        if !self.waiting.is_empty() {
            for (index, id) in (0..).zip(&block.transaction_ids) {
                self.tell_waiting(Inclusion {
                    id: *id,
                    block: block.number(),
                    index,
                    expired: false,
                });
            }
        }
        tracing::debug!(number = block.number(), id = %block.id, transactions = block.transaction_ids.len(), "block");
    }

    /// Opens the session of pending transactions and applies those that are left again.
    pub(super) fn reopen_pending(&mut self, left: Vec<Accepted>) {
        let waiting = if left.is_empty() {
            std::mem::take(&mut self.pending)
        } else {
            left
        };
        self.state.push_session();
        self.pending = Vec::with_capacity(waiting.len());
        for accepted in waiting {
            if self.store.find(&accepted.id).is_some() {
                continue;
            }
            let index = u32::try_from(self.pending.len()).unwrap_or(u32::MAX);
            match self.apply_transaction(&accepted, index, &mut Vec::new()) {
                Ok(()) => self.pending.push(accepted),
                Err(error) => {
                    tracing::info!(id = %accepted.id, %error, "pending transaction dropped");
                    self.tell_waiting(Inclusion {
                        id: accepted.id,
                        block: 0,
                        index: 0,
                        expired: true,
                    });
                }
            }
        }
        self.pending_ids = self
            .pending
            .iter()
            .map(|accepted| accepted.id)
            .collect::<HashSet<_>>();
    }

    /// Slots since genesis at `time`.
    pub(crate) fn slot_at(&self, time: Time) -> u32 {
        time.seconds().saturating_sub(self.genesis.time.seconds()) / BLOCK_INTERVAL
    }

    /// Whose turn it is at `time`.
    pub(crate) fn witness_at(&self, time: Time) -> String {
        witness_name((self.slot_at(time).wrapping_add(self.salt)) as usize % WITNESSES)
    }
}

/// Finds the ids of transactions in the legacy serialization.
pub(super) fn identified(
    protocol: &Protocol,
    transactions: Vec<SignedTransaction>,
) -> Result<Vec<Accepted>, NodeError> {
    let form = tartan_graphene::AssetForm::Legacy;
    transactions
        .into_iter()
        .map(|transaction| {
            let id = transaction
                .transaction
                .id(protocol, form)
                .map_err(|error| {
                    NodeError::plain(crate::errors::CHAIN_EXCEPTION, error.to_string())
                })?;
            Ok(Accepted {
                transaction,
                id,
                form,
            })
        })
        .collect()
}

impl BlockRecord {
    fn new(block: &StoredBlock, protocol: &Protocol) -> Self {
        let SignedBlockHeader {
            header,
            witness_signature,
        } = &block.block.header;
        BlockRecord {
            id: block.id,
            timestamp: header.timestamp,
            witness: header.witness.clone(),
            signature: witness_signature.to_string(),
            transactions: block
                .block
                .transactions
                .iter()
                .map(|transaction| transaction.to_json(protocol, JsonForm::Legacy))
                .collect(),
            hf26: block
                .forms
                .iter()
                .enumerate()
                .filter(|(_, form)| **form == tartan_graphene::AssetForm::Hf26)
                .map(|(index, _)| index)
                .collect(),
        }
    }
}
