use tartan_chain::ReadError;

/// Why the index cannot be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The address of the database is not one.
    #[error("expected a database address that begins with sqlite: or postgres:, found {0:?}")]
    Address(String),
    /// The database said no, or nothing.
    #[error("the index's database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables cannot be brought up to date.
    #[error("the tables of the index cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The chain cannot be read.
    #[error(transparent)]
    Chain(#[from] ReadError),
    /// The index belongs to another chain.
    #[error(
        "the index was built from another chain (its genesis block is {found}, this chain's is {expected}); \
         use another database, or `tartan index rebuild`"
    )]
    Foreign {
        /// The hash of the genesis block it was built from.
        found: String,
        /// The hash of this chain's.
        expected: String,
    },
    /// The index holds a block that the chain does not, and that cannot be taken back any more.
    #[error(
        "the index holds block {number} with the hash {found}, the chain has {expected}, and it is too old to be \
         taken back; run `tartan index rebuild`"
    )]
    Diverged {
        /// The number of the block.
        number: i64,
        /// The hash in the index.
        found: String,
        /// The hash in the chain.
        expected: String,
    },
    /// The index was built by a version of this program that derived less.
    #[error(
        "the index was built by an earlier version of this program; run `tartan index rebuild`"
    )]
    Outdated,
    /// Something else wrote to the index.
    #[error(
        "another indexer writes to the same database: it was at block {expected} and is not any more; run only one"
    )]
    Taken {
        /// The block it was at.
        expected: i64,
    },
    /// A row that no version of this program wrote.
    #[error("the index is damaged: {0}; run `tartan index rebuild`")]
    Damaged(String),
    /// A thread of the program ended before its work did.
    #[error("reading blocks ended in a crash; this is a bug, the log has its message")]
    Crashed,
    /// A question that cannot be answered; the words are for who asked.
    #[error("{0}")]
    Question(String),
}

impl IndexError {
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            IndexError::Database(_) | IndexError::Chain(_) | IndexError::Crashed
        )
    }
}
