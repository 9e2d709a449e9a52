use std::path::PathBuf;

use tartan_chain::ChainError;
use tartan_mainchain::FollowError;
use tartan_rpc::ServeError;
use tartan_state::StateError;

/// Why a node did not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The data directory cannot be made.
    #[error("cannot make data directory {path}: {source}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The state cannot be opened, or not be written to any more.
    #[error(transparent)]
    State(#[from] StateError),
    /// The chain cannot be opened or extended.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The network names a native contract that there is none of.
    #[error(transparent)]
    Native(#[from] tartan_contracts::UnknownNative),
    /// The main chain cannot be followed.
    #[error(transparent)]
    MainChain(#[from] tartan_mainchain::Error),
    /// The main chain cannot be followed any further.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// The position of the state cannot be right.
    #[error(
        "the state is after main-chain block {number} with the id {id:?}, which is no block id; \
         move the data directory away and start again"
    )]
    Position {
        /// The number.
        number: u32,
        /// The id.
        id: String,
    },
    /// The server cannot be started.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The database of the index cannot be opened.
    #[error(transparent)]
    Index(#[from] tartan_index::IndexError),
    /// The thread that executes blocks could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// The thread that executes blocks is gone: a bug. The state holds whole blocks only; start the node again.
    #[error(
        "the execution of blocks crashed; this is a bug, the log has its message; the state is sound, start again"
    )]
    Crashed,
    /// The same error was reported to someone else already.
    #[error("the node has stopped: {0}")]
    Stopped(String),
}
