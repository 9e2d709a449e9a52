//! Going back: forks, snapshots, branches.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_graphene::{BlockId, SignedTransaction, TransactionId};

use super::log::Record;
use super::production::{Trust, identified};
use super::store::{Accepted, StoredBlock};
use super::{Inclusion, MainChain};
use crate::config::BLOCK_INTERVAL;
use crate::errors::{INVALID_PARAMS, NodeError};

/// Number of a branch that was left.
pub type BranchId = u32;
/// Number of a snapshot.
pub type SnapshotId = u32;

/// Where the transactions of replaced blocks go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForkOrder {
    /// Into the block of the same number, in the same order.
    #[default]
    Keep,
    /// Into the block of the same number, in reverse order.
    Reverse,
    /// Into the block after.
    Delay,
}

/// How the newest blocks are replaced.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ForkSpec {
    /// How many blocks are replaced.
    pub depth: u32,
    /// How many blocks the new branch is longer; a branch has to be longer to win, so 0 counts as 1.
    pub grow: u32,
    /// What happens to the transactions that are not dropped.
    pub order: ForkOrder,
    /// Leave all transactions out.
    pub drop_all: bool,
    /// Leave these transactions out.
    pub drop: BTreeSet<TransactionId>,
    /// Put what is left out back into the pool, as a real node does.
    pub requeue: bool,
    /// Go back to a branch that was left, instead of making another one. `depth` and all of the above but `grow` follow
    /// from it.
    pub restore: Option<BranchId>,
    /// Replace irreversible blocks too, which a real chain never does.
    pub below_irreversible: bool,
    /// Transactions to add, unchecked: how many blocks after the common one (from 0), and the transaction.
    #[serde(skip)]
    pub add: Vec<(u32, SignedTransaction)>,
}

impl ForkSpec {
    /// Replaces the last `depth` blocks by others with the same transactions.
    pub fn depth(depth: u32) -> Self {
        ForkSpec {
            depth,
            ..ForkSpec::default()
        }
    }
}

/// What a fork did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForkOutcome {
    /// Number of the newest block both branches have.
    pub base: u32,
    /// Number of the new head.
    pub head: u32,
    /// The branch that was left, for [`ForkSpec::restore`].
    pub left: BranchId,
}

/// Blocks that were left, and the base they stand on.
#[derive(Debug)]
pub(super) struct Branch {
    base: BlockId,
    blocks: Vec<Arc<StoredBlock>>,
}

#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    number: u32,
    id: BlockId,
    cheats: usize,
}

impl MainChain {
    /// Replaces the newest blocks by a longer branch.
    pub(crate) fn fork(&mut self, spec: &ForkSpec) -> Result<ForkOutcome, NodeError> {
        let old_head = self.head_number();
        let base = match spec.restore {
            Some(id) => self.branch_base(id)?,
            None => old_head
                .checked_sub(spec.depth)
                .filter(|base| *base >= self.store.first().saturating_sub(1))
                .ok_or_else(|| {
                    refused(format!(
                        "expected a depth of at most the chain's length, found {}",
                        spec.depth
                    ))
                })?,
        };
        if base < self.last_irreversible && !spec.below_irreversible {
            return Err(refused(format!(
                "block {} is irreversible: expected a depth of at most {}, found {}",
                self.last_irreversible,
                old_head - self.last_irreversible,
                old_head - base
            )));
        }
        let added = self.checked_additions(spec)?;
        let dropped = self.go_back(base, None);
        self.salt = self.salt.wrapping_add(1);
        let target = old_head.saturating_add(spec.grow.max(1));
        let mut requeued = Vec::new();
        match spec.restore {
            Some(id) => {
                for block in self.branches[id as usize - 1].blocks.clone() {
                    self.reapply(&block);
                }
            }
            None => {
                let (plan, left_out) = plan(spec, &dropped, added);
                requeued = left_out;
                for (index, transactions) in
                    plan.into_iter().enumerate().take((target - base) as usize)
                {
                    let time = match dropped.get(index) {
                        Some(old) => old.timestamp(),
                        None => self.head_time().plus(BLOCK_INTERVAL),
                    };
                    self.make_block_without_pending(
                        time.max(self.head_time().plus(BLOCK_INTERVAL)),
                        transactions,
                        Trust::Forced,
                    );
                }
            }
        }
        while self.head_number() < target {
            let time = self.head_time().plus(BLOCK_INTERVAL);
            self.make_block_without_pending(time, Vec::new(), Trust::Forced);
        }
        self.branches.push(Branch {
            base: self.id_at(base),
            blocks: dropped,
        });
        if spec.requeue {
            self.pending.extend(requeued);
        }
        self.reopen_pending(Vec::new());
        let left = u32::try_from(self.branches.len()).unwrap_or(u32::MAX);
        tracing::info!(base, head = self.head_number(), left, "forked");
        Ok(ForkOutcome {
            base,
            head: self.head_number(),
            left,
        })
    }

    fn branch_base(&self, id: BranchId) -> Result<u32, NodeError> {
        let unknown = || {
            refused(format!(
                "expected a branch between 1 and {}, found {id}",
                self.branches.len()
            ))
        };
        let branch = (id as usize)
            .checked_sub(1)
            .and_then(|index| self.branches.get(index))
            .ok_or_else(unknown)?;
        let number = branch.base.number();
        if self.id_at(number) == branch.base {
            Ok(number)
        } else {
            Err(refused(format!(
                "branch {id} stands on block {}, which is not in this chain",
                branch.base
            )))
        }
    }

    pub(super) fn id_at(&self, number: u32) -> BlockId {
        self.store
            .get(number)
            .map_or_else(|| self.genesis.previous(), |block| block.id)
    }

    fn checked_additions(&self, spec: &ForkSpec) -> Result<Vec<(u32, Accepted)>, NodeError> {
        let (offsets, transactions): (Vec<u32>, Vec<SignedTransaction>) =
            spec.add.iter().cloned().unzip();
        Ok(offsets
            .into_iter()
            .zip(identified(&self.protocol, transactions)?)
            .collect())
    }

    /// Takes back all blocks after `number` and the pending session. Commands given since are carried out again, or
    /// forgotten from the index `forget` on.
    pub(super) fn go_back(&mut self, number: u32, forget: Option<usize>) -> Vec<Arc<StoredBlock>> {
        let depth = (self.head_number() - number) as usize;
        let undoable = self.state.sessions().saturating_sub(1);
        self.state.undo_session();
        let again: Vec<_> = match forget {
            Some(index) => {
                let forgotten = self.cheats.split_off(index.min(self.cheats.len()));
                // Commands given right after the block are part of its session and cannot be undone alone.
                let inseparable = forgotten.iter().any(|(after, _)| *after <= number);
                self.take_back(number, depth, if inseparable { 0 } else { undoable });
                Vec::new()
            }
            None => {
                let first = self.cheats.partition_point(|(after, _)| *after <= number);
                let later = self.cheats.split_off(first);
                self.take_back(number, depth, undoable);
                later
            }
        };
        let dropped = self.store.truncate(number);
        self.last_irreversible = self.last_irreversible.min(number);
        self.append(&Record::Revert { to: number, forget });
        for (_, cheat) in again {
            // It may make no sense any more (an account created on the other branch); then it has no effect here.
            if self.apply_cheat(&cheat).is_ok() {
                self.cheats.push((number, cheat));
            }
        }
        dropped
    }

    fn take_back(&mut self, number: u32, depth: usize, undoable: usize) {
        if depth <= undoable && undoable > 0 {
            for _ in 0..depth {
                self.state.undo_session();
            }
        } else {
            self.rebuild(number);
        }
    }

    /// Computes the state after `number` from genesis.
    fn rebuild(&mut self, number: u32) {
        let blocks: Vec<_> = (self.store.first()..=number)
            .filter_map(|n| self.store.get(n).cloned())
            .collect();
        let cheats = std::mem::take(&mut self.cheats);
        let rest = self.store.truncate(self.store.first().saturating_sub(1));
        self.state = self.genesis.state(&self.protocol);
        // The data file knows all this.
        let log = self.log.take();
        let mut given = cheats.iter().peekable();
        for block in blocks {
            self.repeat_cheats(&mut given, block.number() - 1);
            self.reapply(&block);
        }
        self.repeat_cheats(&mut given, number);
        for block in rest
            .into_iter()
            .skip(self.head_number().saturating_sub(self.store.first() - 1) as usize)
        {
            self.store.push(block);
        }
        self.log = log;
        self.cheats = cheats;
    }

    fn repeat_cheats<'a>(
        &mut self,
        given: &mut std::iter::Peekable<impl Iterator<Item = &'a (u32, super::Cheat)>>,
        until: u32,
    ) {
        while let Some((_, cheat)) = given.next_if(|(after, _)| *after <= until) {
            // It worked the first time.
            let _ = self.apply_cheat(cheat);
        }
    }

    /// Applies a finished block as it is.
    pub(super) fn reapply(&mut self, block: &Arc<StoredBlock>) {
        let transactions = block.transactions().collect();
        self.apply_block(
            block.witness(),
            block.timestamp(),
            transactions,
            Trust::Forced,
        );
        self.adopt(Arc::clone(block));
    }

    /// Remembers the present state under a number.
    pub(crate) fn snapshot(&mut self) -> SnapshotId {
        let id = self.next_snapshot;
        self.next_snapshot += 1;
        let snapshot = Snapshot {
            number: self.head_number(),
            id: self.head_id(),
            cheats: self.cheats.len(),
        };
        self.snapshots.insert(id, snapshot);
        id
    }

    /// Goes back to a snapshot; later blocks, commands and pending transactions are gone.
    pub(crate) fn revert(&mut self, id: SnapshotId) -> Result<u32, NodeError> {
        let Some(snapshot) = self.snapshots.get(&id).cloned() else {
            return Err(refused(format!(
                "expected the number of a snapshot, found {id}"
            )));
        };
        if self.id_at(snapshot.number) != snapshot.id {
            return Err(refused(format!(
                "the block of snapshot {id} is no longer in the chain"
            )));
        }
        for accepted in std::mem::take(&mut self.pending) {
            self.tell_waiting(Inclusion {
                id: accepted.id,
                block: 0,
                index: 0,
                expired: true,
            });
        }
        self.go_back(snapshot.number, Some(snapshot.cheats));
        self.reopen_pending(Vec::new());
        // Later snapshots are of blocks that are gone.
        self.snapshots.retain(|known, _| *known <= id);
        Ok(snapshot.number)
    }
}

/// The transactions of each block of the new branch, and those that are left out.
fn plan(
    spec: &ForkSpec,
    dropped: &[Arc<StoredBlock>],
    added: Vec<(u32, Accepted)>,
) -> (Vec<Vec<Accepted>>, Vec<Accepted>) {
    let mut blocks: Vec<Vec<Accepted>> =
        vec![Vec::new(); dropped.len() + spec.grow.max(1) as usize];
    let mut left_out = Vec::new();
    for (index, block) in dropped.iter().enumerate() {
        let mut transactions = Vec::new();
        for accepted in block.transactions() {
            if spec.drop_all || spec.drop.contains(&accepted.id) {
                left_out.push(accepted);
            } else {
                transactions.push(accepted);
            }
        }
        if spec.order == ForkOrder::Reverse {
            transactions.reverse();
        }
        // There is always one more block than there was.
        blocks[index + usize::from(spec.order == ForkOrder::Delay)].extend(transactions);
    }
    for (offset, accepted) in added {
        let last = blocks.len() - 1;
        blocks[(offset as usize).min(last)].push(accepted);
    }
    (blocks, left_out)
}

fn refused(text: String) -> NodeError {
    NodeError::plain(INVALID_PARAMS, text)
}
