use tartan_runtime::Fatal;
use tartan_state::{QueryError, StateError};

use crate::network::Identity;
use crate::records::RecordError;

/// Why the chain could not be opened, extended or read. None of it is a transaction's doing.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The store failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// A block could not be executed.
    #[error(transparent)]
    Execution(#[from] Fatal),
    /// A stored block cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The system has no thread to write transactions down.
    #[error(
        "cannot start the thread that writes transactions down: {0}; give the process more memory or a higher limit on threads"
    )]
    Thread(std::io::Error),
    /// Another stored record cannot be read.
    #[error("the stored {what} is damaged: {reason}")]
    Damaged {
        /// Which record.
        what: String,
        /// Why.
        reason: String,
    },
    /// The state belongs to another network.
    #[error(
        "the state belongs to network {found}, expected {expected}; \
         choose the directory of that network, or an empty one"
    )]
    Foreign {
        /// Whose it is.
        found: Identity,
        /// Whose it should be.
        expected: Identity,
    },
    /// A main-chain block that does not come next.
    #[error("expected main-chain block {expected}, found {found}")]
    NotNext {
        /// The number that comes next.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A main-chain block that does not follow the last one: one of the two is on a fork.
    #[error("main-chain block {number} follows {found}, expected it to follow {expected}")]
    NotLinked {
        /// The block's number.
        number: u64,
        /// The id of the last block that was executed.
        expected: String,
        /// The id that the block names as its predecessor's.
        found: String,
    },
    /// A block number beyond what a main chain can have.
    #[error("main-chain block numbers end at {}, found {found}", u32::MAX)]
    Height {
        /// The number.
        found: u64,
    },
    /// A made-up block has a transaction with an id that is taken.
    #[error("there is a transaction {id} already")]
    KnownTransaction {
        /// The id.
        id: String,
    },
    /// A native contract that the network names, but no one brought.
    #[error(
        "the network has the native contract {name:?}, which this program does not have; it has {known}"
    )]
    UnknownNative {
        /// The contract.
        name: String,
        /// Those there are.
        known: String,
    },
    /// Genesis did not go as it must.
    #[error("genesis transaction {index} ({call}) failed: {errors}")]
    Genesis {
        /// Its place in the block, from 0.
        index: usize,
        /// The contract and action.
        call: String,
        /// Its log.
        errors: String,
    },
}

/// Why a question to the [`Reader`](crate::Reader) has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The query is malformed, too expensive, or about a table that does not exist.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The chain's records cannot be read.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl From<StateError> for ReadError {
    fn from(error: StateError) -> ReadError {
        ReadError::Chain(error.into())
    }
}
