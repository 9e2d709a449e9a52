use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use tartan_state::{Overlay, Read, Savepoint, Space, StateError};

use crate::Fatal;
use crate::code_hash::sha256_hex;

/// Bytes of what a transaction changes, about.
const TYPICAL_CONTENT: usize = 2 << 10;

/// How writes enter a block's `databaseHash`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WriteHash {
    /// As on the reference: every write advances the hash of its table, and that of the database, by count. What was
    /// written does not enter.
    Counting,
    /// The content of everything a transaction changed is hashed when it ends: rows that differ give hashes that
    /// differ.
    #[default]
    Content,
}

/// What becomes of a block's database hash by what a transaction changed. To hash needs nothing of the state, so it can be
/// done elsewhere while the next transaction is carried out.
#[derive(Debug, Clone)]
pub struct HashStep(Step);

#[derive(Debug, Clone)]
enum Step {
    /// It is this by now.
    Counted(String),
    /// These go into it, one after the other.
    Contents(SmallVec<[Vec<u8>; 1]>),
}

impl HashStep {
    /// The database hash behind the transaction.
    pub fn apply(self, before: String) -> String {
        match self.0 {
            Step::Counted(now) => now,
            Step::Contents(contents) => contents.iter().fold(before, |hash, content| {
                let hasher = Sha256::new().chain_update(hash).chain_update(content);
                hex::encode(hasher.finalize())
            }),
        }
    }
}

/// What enters the running database hash of a block.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseHash(Step);

impl DatabaseHash {
    pub(crate) fn new(rule: WriteHash, value: String) -> DatabaseHash {
        DatabaseHash(match rule {
            WriteHash::Counting => Step::Counted(value),
            WriteHash::Content => Step::Contents(SmallVec::new()),
        })
    }

    /// What became of it since this was asked last.
    pub(crate) fn take_step(&mut self) -> HashStep {
        HashStep(match &mut self.0 {
            Step::Counted(value) => Step::Counted(value.clone()),
            Step::Contents(contents) => Step::Contents(std::mem::take(contents)),
        })
    }

    /// Notes a write to a table: `tableHash' = H(tableHash)`, `databaseHash' = H(databaseHash || tableHash')`.
    ///
    /// Source: the reference's database layer; every insert, update and remove counts, whatever it does.
    pub(crate) fn count(
        &mut self,
        overlay: &mut Overlay,
        contract: &str,
        table: &str,
    ) -> Result<(), Fatal> {
        let Step::Counted(value) = &mut self.0 else {
            return Ok(());
        };
        let key = table_hash_key(contract, table);
        let table_hash = sha256_hex(table_hash(overlay, contract, table)?.as_bytes());
        value.push_str(&table_hash);
        *value = sha256_hex(value.as_bytes());
        overlay.put(Space::Meta, &key, table_hash.into_bytes())?;
        Ok(())
    }

    /// Notes what a transaction changed since `start`:
    /// `databaseHash' = H(databaseHash || for each changed key, in order: space, key, value)`. Index entries follow
    /// from the rows and are left out.
    pub(crate) fn settle(&mut self, overlay: &Overlay, start: &Savepoint) {
        let Step::Contents(contents) = &mut self.0 else {
            return;
        };
        let mut content = Vec::with_capacity(TYPICAL_CONTENT);
        let hashed = |space| tag(space).is_some();
        for (space, key, value) in overlay.changed_since(start, hashed) {
            let Some(tag) = tag(space) else { continue };
            content.extend_from_slice(&tag);
            content.extend_from_slice(&(key.len() as u32).to_be_bytes());
            content.extend_from_slice(key);
            match value {
                Some(value) => {
                    content.extend_from_slice(&(value.len() as u32).to_be_bytes());
                    content.extend_from_slice(value);
                }
                None => content.extend_from_slice(&u32::MAX.to_be_bytes()),
            }
        }
        if !content.is_empty() {
            contents.push(content);
        }
    }
}

/// The write-counting hash of a table, as its entry in the contract's record shows it; empty at first.
///
/// # Errors
/// When the state cannot be read.
pub fn table_hash(state: &impl Read, contract: &str, table: &str) -> Result<String, StateError> {
    let bytes = state.get(Space::Meta, &table_hash_key(contract, table))?;
    Ok(bytes.map_or_else(String::new, |bytes| {
        String::from_utf8_lossy(bytes).into_owned()
    }))
}

pub(crate) fn table_hash_key(contract: &str, table: &str) -> Vec<u8> {
    format!("table-hash/{contract}_{table}").into_bytes()
}

/// Which part of the state a key belongs to; `None` for what follows from other parts.
fn tag(space: Space) -> Option<[u8; 5]> {
    let (kind, number) = match space {
        Space::Catalog => (0, 0),
        Space::Sequences => (1, 0),
        Space::Meta => (2, 0),
        Space::Rows(table) => (3, table.0),
        Space::Blocks | Space::Transactions | Space::MainBlocks | Space::Index(_) => return None,
    };
    let [a, b, c, d] = number.to_be_bytes();
    Some([kind, a, b, c, d])
}
