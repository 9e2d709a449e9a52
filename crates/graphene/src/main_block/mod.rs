//! Main-chain blocks as the sidechain reads them.
//!
//! A follower catching up reads millions of blocks, most of whose operations nobody wants. So the JSON text is read
//! once, front to back: operations the sidechain does not know are skipped without being built, and an operation that
//! is malformed becomes [`MainOperation::Other`] instead of an error, as in the reference node, where an exception
//! ends that operation only.

mod read;
#[cfg(test)]
mod tests;
mod wanted;

use thiserror::Error;

use crate::{
    block::{BlockError, SignedBlock, Verified},
    chain::Chain,
    hash::{BlockId, TransactionId},
    json::JsonError,
    operation::Beneficiary,
    time::Time,
};

/// What the sidechain reads of a main-chain block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainBlock {
    /// The height.
    pub number: u32,
    /// Its id.
    pub id: BlockId,
    /// The id of the block before.
    pub previous: BlockId,
    /// The slot.
    pub timestamp: Time,
    /// All transactions in order, also those without anything for the sidechain.
    pub transactions: Vec<MainTransaction>,
}

/// What the sidechain reads of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainTransaction {
    /// Its id.
    pub id: TransactionId,
    /// All operations in order: how many there are, and the place of each, are part of sidechain transaction ids.
    pub operations: Vec<MainOperation>,
}

/// What the sidechain reads of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MainOperation {
    /// The usual carrier of sidechain transactions.
    CustomJson {
        /// Who signed with active authority.
        required_auths: Vec<String>,
        /// Who signed with posting authority.
        required_posting_auths: Vec<String>,
        /// Whom it is for.
        id: String,
        /// The JSON text.
        json: String,
    },
    /// A payment; its memo may carry a sidechain transaction.
    Transfer {
        /// Who pays.
        from: String,
        /// Who receives.
        to: String,
        /// The legacy text, such as `1.000 HIVE`, whatever form the node answered.
        amount: String,
        /// The memo.
        memo: String,
    },
    /// A post or reply.
    Comment {
        /// The author replied to; empty for a root post.
        parent_author: String,
        /// The permlink replied to.
        parent_permlink: String,
        /// Who writes.
        author: String,
        /// Names the post.
        permlink: String,
        /// The title.
        title: String,
        /// The text.
        body: String,
        /// JSON as the client sent it, or empty.
        json_metadata: String,
    },
    /// How a post is rewarded.
    CommentOptions {
        /// The author.
        author: String,
        /// The post.
        permlink: String,
        /// The legacy text, such as `1000000.000 HBD`, whatever form the node answered.
        max_accepted_payout: String,
        /// The share of dollars, in hundredths of a percent.
        percent: u16,
        /// Whether votes count.
        allow_votes: bool,
        /// Whether voters share in the reward.
        allow_curation_rewards: bool,
        /// Those of the first extension.
        beneficiaries: Vec<Beneficiary>,
    },
    /// A vote.
    Vote {
        /// Who votes.
        voter: String,
        /// The post's author.
        author: String,
        /// The post.
        permlink: String,
        /// -10000 to 10000.
        weight: i16,
    },
    /// Anything else, or one of the above that could not be read.
    Other,
}

/// Why an answer is not the block that was asked for.
#[derive(Debug, Error)]
pub enum MainBlockError {
    /// The text is not JSON of a block.
    #[error("expected a block in JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A value in the block is wrong (found when verifying everything).
    #[error(transparent)]
    Value(#[from] JsonError),
    /// It is another block.
    #[error("expected block {expected}, found block {found}")]
    Number {
        /// What was asked for.
        expected: u32,
        /// What the block's `previous` says.
        found: u32,
    },
    /// There are more or fewer ids than transactions.
    #[error("expected {transactions} transaction ids, found {ids}")]
    IdCount {
        /// How many transactions there are.
        transactions: usize,
        /// How many ids are given.
        ids: usize,
    },
    /// Neither the block nor the transaction tells the transaction's id, and it cannot be computed.
    #[error(
        "expected an id for transaction {0} (its operations have no known binary form), found none"
    )]
    NoTransactionId(usize),
    /// The block is not what it claims to be.
    #[error(transparent)]
    Block(#[from] BlockError),
}

/// How much of a block to recompute when reading it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verification {
    /// Nothing but the number.
    None,
    /// The block id from the header: two hashes. Detects blocks that do not belong to their id.
    #[default]
    Header,
    /// Also the witness's signature, the transaction ids and the Merkle root, where all operations are known.
    Full,
}

impl MainBlock {
    /// Reads an answer of `condenser_api.get_block` or `block_api.get_block`: the block itself or `{"block":…}`.
    /// `None` when the node has no such block (`null`, `{}` or `{"block":null}`).
    ///
    /// # Errors
    /// When the text is no block, or not block `number`.
    pub fn from_json(
        text: &str,
        chain: &Chain,
        number: u32,
    ) -> Result<Option<Self>, MainBlockError> {
        Self::from_json_verified(text, chain, number, Verification::None)
    }

    /// Like [`Self::from_json`], and recomputes what `verification` says.
    ///
    /// # Errors
    /// Also when the block is not what it claims to be.
    pub fn from_json_verified(
        text: &str,
        chain: &Chain,
        number: u32,
        verification: Verification,
    ) -> Result<Option<Self>, MainBlockError> {
        read::answer(text)?
            .map(|block| read::block(&block, chain, number, verification))
            .transpose()
    }

    /// Reads an answer of `block_api.get_block_range`, whose first block must be `first`, without gaps.
    ///
    /// # Errors
    /// When the text is no range of blocks from `first` on, or a block is not what it claims to be.
    pub fn from_range_json(
        text: &str,
        chain: &Chain,
        first: u32,
        verification: Verification,
    ) -> Result<Vec<Self>, MainBlockError> {
        let numbers = first..=u32::MAX;
        let blocks = read::range(text)?;
        blocks
            .iter()
            .zip(numbers)
            .map(|(block, number)| read::block(block, chain, number, verification))
            .collect()
    }

    /// Recomputes everything a node claims about a block: id, witness signature, transaction ids, Merkle root.
    ///
    /// # Errors
    /// When the text is no block, or the block is not what it claims to be.
    pub fn verify(text: &str, chain: &Chain) -> Result<Verified, MainBlockError> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        let value = value.get("block").unwrap_or(&value);
        let (block, facts) = SignedBlock::from_json(value, chain)?;
        Ok(block.verify(chain, &facts)?)
    }
}
