//! Whether a block is what its header and the node say.

use thiserror::Error;

use super::{BlockFacts, SignedBlock, merkle_root};
use crate::{
    chain::{Chain, Flavor},
    hash::{BlockId, MerkleRoot, TransactionId},
    keys::PublicKey,
    signature::SignatureError,
    wire::{AssetForm, EncodeError},
};

/// Why a block is not what it claims to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BlockError {
    /// The claimed id is not that of the header.
    #[error("expected block id {computed} as the header says, found {claimed}")]
    Id {
        /// From the header.
        computed: BlockId,
        /// From the node.
        claimed: BlockId,
    },
    /// The witness's signature is not valid.
    #[error("witness signature: {0}")]
    Signature(#[from] SignatureError),
    /// The claimed signing key is not the one that signed.
    #[error("expected signing key {computed} as the signature says, found {claimed}")]
    SigningKey {
        /// From the signature.
        computed: PublicKey,
        /// From the node.
        claimed: PublicKey,
    },
    /// There are more or fewer ids than transactions.
    #[error("expected {transactions} transaction ids, found {ids}")]
    IdCount {
        /// How many transactions there are.
        transactions: usize,
        /// How many ids are claimed.
        ids: usize,
    },
    /// A claimed transaction id is that of no form of the transaction.
    #[error("transaction {index}: expected id {computed} as its content says, found {claimed}")]
    TransactionId {
        /// Which, from 0.
        index: usize,
        /// From the content, in the legacy form.
        computed: TransactionId,
        /// From the node.
        claimed: TransactionId,
    },
    /// The transactions are not those that the witness signed.
    #[error("expected transactions with merkle root {header} as the header says, found {computed}")]
    MerkleRoot {
        /// In the header.
        header: MerkleRoot,
        /// From the transactions.
        computed: MerkleRoot,
    },
}

/// What [`SignedBlock::verify`] could check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Id, witness signature, transaction ids, Merkle root.
    All,
    /// Id and witness signature only: a transaction has an operation without a known binary form.
    HeaderOnly,
}

impl SignedBlock {
    /// Recomputes what the header commits to and what the node claims: id, signing key, transaction ids, Merkle root.
    ///
    /// On Hive a transaction is in one of two forms. Its claimed id tells which; without claimed ids, all legacy and
    /// all HF26 are tried.
    ///
    /// # Errors
    /// Names the first difference.
    pub fn verify(&self, chain: &Chain, facts: &BlockFacts) -> Result<Verified, BlockError> {
        let computed = self.id();
        if let Some(claimed) = facts.block_id.filter(|claimed| *claimed != computed) {
            return Err(BlockError::Id { computed, claimed });
        }
        let computed = self.header.signing_key()?;
        if let Some(claimed) = facts.signing_key.filter(|claimed| *claimed != computed) {
            return Err(BlockError::SigningKey { computed, claimed });
        }
        let roots = match &facts.transaction_ids {
            Some(ids) => self.root_by_ids(chain, ids),
            None => self.roots_by_form(chain),
        };
        let roots = match roots {
            Ok(roots) => roots,
            Err(Unverifiable::Encode) => return Ok(Verified::HeaderOnly),
            Err(Unverifiable::Block(error)) => return Err(error),
        };
        let header = self.header.header.transaction_merkle_root;
        if roots.contains(&header) {
            return Ok(Verified::All);
        }
        Err(BlockError::MerkleRoot {
            header,
            computed: roots[0],
        })
    }

    /// The ids of the transactions, each in the form that makes up the Merkle root, as far as it can be told.
    fn root_by_ids(
        &self,
        chain: &Chain,
        ids: &[TransactionId],
    ) -> Result<Vec<MerkleRoot>, Unverifiable> {
        let transactions = self.transactions.len();
        if ids.len() != transactions {
            return Err(Unverifiable::Block(BlockError::IdCount {
                transactions,
                ids: ids.len(),
            }));
        }
        let leaves =
            self.transactions
                .iter()
                .zip(ids)
                .enumerate()
                .map(|(index, (signed, claimed))| {
                    for form in forms(chain) {
                        if signed.transaction.id(chain, *form)? == *claimed {
                            return Ok(signed.merkle_leaf(chain, *form)?);
                        }
                    }
                    let computed = signed.transaction.id(chain, AssetForm::Legacy)?;
                    Err(Unverifiable::Block(BlockError::TransactionId {
                        index,
                        computed,
                        claimed: *claimed,
                    }))
                });
        Ok(vec![merkle_root(&leaves.collect::<Result<Vec<_>, _>>()?)])
    }

    fn roots_by_form(&self, chain: &Chain) -> Result<Vec<MerkleRoot>, Unverifiable> {
        let root = |form: &AssetForm| {
            let leaves = self
                .transactions
                .iter()
                .map(|signed| signed.merkle_leaf(chain, *form));
            Ok(merkle_root(&leaves.collect::<Result<Vec<_>, _>>()?))
        };
        forms(chain).iter().map(root).collect()
    }
}

enum Unverifiable {
    Encode,
    Block(BlockError),
}

impl From<EncodeError> for Unverifiable {
    fn from(_: EncodeError) -> Self {
        Self::Encode
    }
}

/// The forms of assets that transactions of a chain can be in.
pub(crate) fn forms(chain: &Chain) -> &'static [AssetForm] {
    match chain.flavor {
        Flavor::Steem => &[AssetForm::Legacy],
        Flavor::Hive => &[AssetForm::Legacy, AssetForm::Hf26],
    }
}
