use super::{HashText, Hasher, Transaction};

/// The two roots over a block's transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerkleRoots {
    /// Over their hashes: the block's `merkleRoot`.
    pub hash: HashText,
    /// Over their database hashes: the block's `databaseHash`.
    pub database_hash: HashText,
}

/// The roots over transactions, in order; `None` if there are none.
///
/// Neighbours are paired and an odd last one pairs with itself, until one is left; a single transaction is paired
/// with itself once. (Protocol, b.3.)
pub fn merkle_roots<'a>(
    transactions: impl IntoIterator<Item = &'a Transaction>,
) -> Option<MerkleRoots> {
    let mut merkle = Merkle::default();
    transactions
        .into_iter()
        .for_each(|transaction| merkle.add(transaction));
    merkle.roots()
}

/// The roots over transactions that come one after the other: neighbours are paired as soon as both are there.
#[derive(Debug, Clone, Default)]
pub(super) struct Merkle {
    /// What has no neighbour to its right yet, of each level from the transactions up.
    alone: Vec<Option<MerkleRoots>>,
}

impl Merkle {
    pub(super) fn add(&mut self, transaction: &Transaction) {
        let mut node = MerkleRoots {
            hash: transaction.hash,
            database_hash: transaction.database_hash,
        };
        for level in &mut self.alone {
            match level.take() {
                Some(left) => node = pair(&left, &node),
                None => {
                    *level = Some(node);
                    return;
                }
            }
        }
        self.alone.push(Some(node));
    }

    /// As [`merkle_roots`] of all that were added.
    pub(super) fn roots(&self) -> Option<MerkleRoots> {
        let top = self.alone.len().checked_sub(1)?;
        // the last one of a level, made of odd ones below
        let mut last: Option<MerkleRoots> = None;
        for (level, alone) in self.alone.iter().enumerate() {
            let (left, right) = match (alone, &last) {
                (None, None) => continue,
                (Some(root), None) if level == top && level > 0 => return Some(*root),
                (Some(odd), None) => (odd, odd),
                (None, Some(odd)) => (odd, odd),
                (Some(left), Some(right)) => (left, right),
            };
            last = Some(pair(left, right));
        }
        last
    }
}

fn pair(left: &MerkleRoots, right: &MerkleRoots) -> MerkleRoots {
    MerkleRoots {
        hash: join(&left.hash, &right.hash),
        database_hash: join(&left.database_hash, &right.database_hash),
    }
}

fn join(left: &HashText, right: &HashText) -> HashText {
    let mut hasher = Hasher::new();
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    hasher.finish()
}
