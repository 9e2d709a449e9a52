use sha2::{Digest, Sha256};
use tartan_state::{Overlay, Read, Savepoint, Space, StateError};

use crate::Fatal;
use crate::code_hash::sha256_hex;

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

/// The running database hash of a block.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseHash {
    rule: WriteHash,
    value: String,
}

impl DatabaseHash {
    pub(crate) fn new(rule: WriteHash, value: String) -> DatabaseHash {
        DatabaseHash { rule, value }
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
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
        if self.rule != WriteHash::Counting {
            return Ok(());
        }
        let key = table_hash_key(contract, table);
        let table_hash = sha256_hex(table_hash(overlay, contract, table)?.as_bytes());
        self.value.push_str(&table_hash);
        self.value = sha256_hex(self.value.as_bytes());
        overlay.put(Space::Meta, &key, table_hash.into_bytes())?;
        Ok(())
    }

    /// Notes what a transaction changed since `start`:
    /// `databaseHash' = H(databaseHash || for each changed key, in order: space, key, value)`. Index entries follow
    /// from the rows and are left out.
    pub(crate) fn settle(&mut self, overlay: &Overlay, start: &Savepoint) {
        if self.rule != WriteHash::Content {
            return;
        }
        let mut hasher = Sha256::new();
        hasher.update(self.value.as_bytes());
        let mut changed = false;
        let hashed = |space| tag(space).is_some();
        for (space, key, value) in overlay.changed_since(start, hashed) {
            let Some(tag) = tag(space) else { continue };
            changed = true;
            hasher.update(tag);
            hasher.update((key.len() as u32).to_be_bytes());
            hasher.update(key);
            match value {
                Some(value) => {
                    hasher.update((value.len() as u32).to_be_bytes());
                    hasher.update(value);
                }
                None => hasher.update(u32::MAX.to_be_bytes()),
            }
        }
        if changed {
            self.value = hex::encode(hasher.finalize());
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
