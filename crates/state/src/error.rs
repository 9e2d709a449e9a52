use std::path::PathBuf;

/// Why the state could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process works in the directory.
    #[error(
        "data directory {path} is in use by another process; stop that process or choose another directory"
    )]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds something that is not a state of ours.
    #[error(
        "data directory {path} is not a state: found {found}, expected an empty directory or a FORMAT file of ours; choose another directory"
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// What is there instead.
        found: String,
    },
    /// The directory was written by another version of the format.
    #[error(
        "data directory {path} has format {found}, this program reads format {expected}; use the version that wrote it, or replay into an empty directory"
    )]
    Format {
        /// The directory.
        path: PathBuf,
        /// Format number in the directory.
        found: String,
        /// Format number of this program.
        expected: u32,
    },
    /// The directory belongs to another network.
    #[error(
        "data directory {path} belongs to network {found:?}, expected {expected:?}; choose the directory of that network, or an empty one"
    )]
    Identity {
        /// The directory.
        path: PathBuf,
        /// Identity in the directory.
        found: String,
        /// Identity in the options.
        expected: String,
    },
    /// The files are damaged.
    #[error(
        "state in {path} is damaged: {found}; move the directory away and start again from a snapshot or a replay"
    )]
    Corrupt {
        /// The directory.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// The store has reached its map size.
    #[error(
        "the store has reached its map size of {size} bytes; raise the map size in the configuration and restart"
    )]
    MapFull {
        /// The map size, in bytes.
        size: usize,
    },
    /// More views are alive than the store has reader slots.
    #[error(
        "all {limit} reader slots of the store are taken; hold fewer views at a time or raise the limit"
    )]
    TooManyViews {
        /// Reader slots.
        limit: u32,
    },
    /// The disk does not take what is written.
    #[error("cannot write the state in {path}: {error}; is its disk full, or failing?")]
    Disk {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The store failed.
    #[error("store: {0}")]
    Store(String),
    /// Reading or writing a file of the directory failed.
    #[error("{action} {path}: {error}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// An earlier write to disk failed; nothing more is accepted.
    #[error(
        "the state stopped accepting blocks because writing to disk failed: {reason}; mend the cause and restart"
    )]
    Failed {
        /// The first failure.
        reason: String,
    },
    /// A key that no store can hold.
    #[error("key of {found} bytes, expected 1 to {expected}")]
    KeyLength {
        /// Length found.
        found: usize,
        /// Longest key, in bytes.
        expected: usize,
    },
    /// A block that does not come after the head.
    #[error("position {found} does not come after the head {head}")]
    OutOfOrder {
        /// Position of the block.
        found: u32,
        /// Position of the head.
        head: u32,
    },
    /// The overlay was begun on another head.
    #[error("the writes were begun on a head that is no longer the head")]
    Stale,
    /// Blocks that are irreversible cannot be reverted.
    #[error("cannot revert to position {to}: blocks up to {irreversible} are irreversible")]
    Irreversible {
        /// Position asked for.
        to: u32,
        /// Last irreversible position.
        irreversible: u32,
    },
    /// Stored bytes that do not decode.
    #[error("stored {what} does not decode: {reason}")]
    Undecodable {
        /// Which kind of thing.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// A table that exists already.
    #[error("table {contract}.{table} exists")]
    TableExists {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
    },
    /// A table that does not exist.
    #[error("table {contract}.{table} does not exist")]
    UnknownTable {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
    },
    /// A declaration of a table or index that cannot be.
    #[error("table {contract}.{table}: {reason}")]
    InvalidTable {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
        /// What was expected and what was found.
        reason: String,
    },
    /// A row with this primary key or lookup value exists.
    #[error("duplicate key in table {contract}.{table}: {key}")]
    Duplicate {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
        /// The key, as JSON.
        key: String,
    },
    /// A record with more bytes than records have.
    #[error("table {contract}.{table}: {found} bytes, expected at most {limit}")]
    RecordTooLarge {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
        /// Its bytes.
        found: usize,
        /// The most that there may be.
        limit: usize,
    },
    /// A record that cannot be stored.
    #[error("table {contract}.{table}: {reason}")]
    InvalidRecord {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
        /// What was expected and what was found.
        reason: String,
    },
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// An operator outside the query language.
    #[error("unknown operator {0}")]
    UnknownOperator(String),
    /// A query that says nothing sensible.
    #[error("malformed query: {0}")]
    Malformed(String),
    /// A pattern that is not a regular expression, or not one that runs in linear time.
    #[error("invalid regular expression {pattern:?}: {reason}")]
    Regex {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
    /// The query would have examined more rows than allowed.
    #[error(
        "query too expensive: examined {examined} rows, the limit is {limit}; narrow it by an index"
    )]
    TooExpensive {
        /// Rows examined.
        examined: u64,
        /// The limit.
        limit: u64,
    },
    /// There is no such table.
    #[error("table {contract}.{table} does not exist")]
    UnknownTable {
        /// Contract.
        contract: String,
        /// Table.
        table: String,
    },
    /// A sort by something that is not indexed, where this is an error.
    #[error("cannot sort by {0:?}: no such index")]
    UnknownIndex(String),
    /// An operator that met values it is not defined for.
    #[error("cannot evaluate $expr: {0}")]
    Expression(String),
    /// The state could not be read.
    #[error(transparent)]
    State(#[from] StateError),
}
