use serde::{Deserialize, Serialize};

/// Number of a table, given when it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TableId(pub u32);

/// Number of an index, given when it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IndexId(pub u32);

/// A separate range of keys. All spaces are written by the same overlay, so all roll back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Which tables and indexes there are. Written through [`Overlay::create_table`](crate::Overlay::create_table).
    Catalog,
    /// Counters of the tables.
    Sequences,
    /// Whatever the chain wants to remember next to its blocks.
    Meta,
    /// Sidechain block number → block.
    Blocks,
    /// Transaction id → where it is.
    Transactions,
    /// Main-chain block number → sidechain block number.
    MainBlocks,
    /// Rows of a table, by encoded `_id`.
    Rows(TableId),
    /// Entries of an index.
    Index(IndexId),
}

/// Longest key of a space, in bytes: what LMDB allows (511) without the number of the table or index.
pub const MAX_KEY: usize = 511 - PREFIX;
/// Bytes that the number of a table or index takes in a key on disk.
const PREFIX: usize = 4;

/// The named databases of the store, in the order of [`Space::database`].
pub(crate) const DATABASES: [&str; 9] = [
    "catalog",
    "sequences",
    "meta",
    "blocks",
    "transactions",
    "main_blocks",
    "rows",
    "indexes",
    "system",
];
/// Place of the store's own records in [`DATABASES`].
pub(crate) const SYSTEM: usize = 8;

impl Space {
    /// Place in [`DATABASES`] of the database that holds this space, and the number its keys start with there.
    pub(crate) fn database(self) -> (usize, Option<u32>) {
        match self {
            Space::Catalog => (0, None),
            Space::Sequences => (1, None),
            Space::Meta => (2, None),
            Space::Blocks => (3, None),
            Space::Transactions => (4, None),
            Space::MainBlocks => (5, None),
            Space::Rows(TableId(id)) => (6, Some(id)),
            Space::Index(IndexId(id)) => (7, Some(id)),
        }
    }
}

/// The smallest key greater than every key that starts with `prefix`; `None` if there is none.
pub(crate) fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != 0xff)?;
    let mut next = prefix[..=last].to_vec();
    next[last] += 1;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_ends_a_prefix() {
        assert_eq!(successor(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(successor(b"a\xff\xff"), Some(b"b".to_vec()));
        assert_eq!(successor(b"\xff"), None);
        assert_eq!(successor(b""), None);
    }
}
