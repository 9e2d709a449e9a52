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
    let mut level: Vec<MerkleRoots> = transactions
        .into_iter()
        .map(|transaction| MerkleRoots {
            hash: transaction.hash,
            database_hash: transaction.database_hash,
        })
        .collect();
    if level.is_empty() {
        return None;
    }
    loop {
        let above = level.len().div_ceil(2);
        for index in 0..above {
            let left = level[2 * index];
            let right = level.get(2 * index + 1).copied().unwrap_or(left);
            level[index] = MerkleRoots {
                hash: join(&left.hash, &right.hash),
                database_hash: join(&left.database_hash, &right.database_hash),
            };
        }
        level.truncate(above);
        if above == 1 {
            return Some(level[0]);
        }
    }
}

fn join(left: &HashText, right: &HashText) -> HashText {
    let mut hasher = Hasher::new();
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    hasher.finish()
}
