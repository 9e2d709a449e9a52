use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_graphene::{BlockId, Time, TransactionId};

use crate::Payment;

/// What a signed transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It pays, and takes the row out of the queue.
    Pay,
    /// It only takes the row out: the payment was made without that.
    Remove,
}

/// A transaction that was signed, so that it may be in the chain from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    /// What for.
    pub purpose: Purpose,
    /// The row.
    pub payment: Payment,
    /// Its id.
    pub id: TransactionId,
    /// The last main-chain block that cannot have it.
    pub after: u32,
    /// The block in which it is in force no more.
    pub expires: Time,
    /// The time of block `after`, by which limits count.
    pub at: Time,
    /// The transaction with its signatures, as it was sent.
    pub transaction: Value,
}

/// A line of the journal: something that happened and must not be forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "record",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Record {
    /// The first one: whose journal it is.
    Opened {
        /// Format.
        version: u32,
        /// The sidechain.
        side_chain: String,
        /// The peg account.
        account: String,
        /// The contract whose queue is paid.
        contract: String,
        /// The first main-chain block that is looked through for payments.
        start: u32,
        /// No payment is made before an irreversible block after this time: by then, whatever an earlier journal
        /// had signed is in the chain or never will be.
        quiet_until: Time,
    },
    /// A transaction was signed.
    Signed(Box<Signed>),
    /// What became of it, irreversibly.
    Settled {
        /// The transaction.
        id: TransactionId,
        /// The block that has it; none: it expired, and no block has it.
        block: Option<u32>,
    },
    /// A payment that is not in this journal was found in an irreversible block.
    Found {
        /// Id of the row that its memo names.
        row: String,
        /// Whom it paid.
        recipient: String,
        /// How much.
        amount: String,
        /// The transaction.
        id: TransactionId,
        /// The block.
        block: u32,
    },
    /// All irreversible blocks up to this one were looked through, and what they had is in the lines before.
    Scanned {
        /// The block.
        block: BlockId,
        /// Its time.
        time: Time,
    },
}
