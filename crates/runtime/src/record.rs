use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_document::{Object, Value, object};
use tartan_state::{Overlay, Read, Space, StateError, TableInfo};

use crate::code_hash::sha256_hex;
use crate::{Fatal, table_hash};

/// What the chain keeps of a deployed contract, besides its code and its tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractRecord {
    /// Its name, unique.
    pub name: String,
    /// The account that may update it.
    pub owner: String,
    /// SHA-256 of its complete code (or of the marker of a native contract), hexadecimal.
    pub code_hash: String,
    /// 1 at first, one more with every update.
    pub version: u32,
}

impl ContractRecord {
    /// A contract deployed for the first time.
    pub fn new(name: &str, owner: &str, code: &str) -> ContractRecord {
        ContractRecord {
            name: name.to_string(),
            owner: owner.to_string(),
            code_hash: sha256_hex(code.as_bytes()),
            version: 1,
        }
    }

    /// The record of a contract, if it is deployed.
    ///
    /// # Errors
    /// When the state cannot be read, or what it holds is not a record.
    pub fn find(state: &impl Read, name: &str) -> Result<Option<ContractRecord>, Fatal> {
        let bytes = state.get(Space::Meta, &key(name))?;
        bytes
            .map(|bytes| ContractRecord::read(name, bytes))
            .transpose()
    }

    /// As [`find`](Self::find), but decoded once in a block.
    ///
    /// # Errors
    /// As for [`find`](Self::find).
    pub(crate) fn shared(
        overlay: &mut Overlay,
        name: &str,
    ) -> Result<Option<Arc<ContractRecord>>, Fatal> {
        overlay.decoded(Space::Meta, &key(name), |bytes| {
            ContractRecord::read(name, bytes)
        })
    }

    fn read(name: &str, bytes: &[u8]) -> Result<ContractRecord, Fatal> {
        tartan_document::codec::from_slice(bytes).map_err(|error| Fatal::Corrupt {
            what: format!("the record of contract {name}"),
            reason: error.to_string(),
        })
    }

    /// The complete code of the contract, or the marker of a native one.
    ///
    /// # Errors
    /// When the state cannot be read, or has no code for the record.
    pub fn code(&self, state: &impl Read) -> Result<String, Fatal> {
        let bytes = state.get(Space::Meta, &code_key(&self.name))?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        text.ok_or_else(|| Fatal::Corrupt {
            what: format!("the code of contract {}", self.name),
            reason: "missing, or not text".to_string(),
        })
    }

    /// The contract as it is shown to people, programs and scripts: `{_id, owner, code, codeHash, tables, version}`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn document(&self, state: &impl Read) -> Result<Object, Fatal> {
        let mut known: Vec<_> = state.catalog().tables(&self.name).collect();
        known.sort_by_key(|table| table.id); // in the order in which they were made
        let mut tables = Object::with_capacity(known.len());
        for table in known {
            let details = table_document(state, table)?;
            tables.insert(format!("{}_{}", self.name, table.name), details);
        }
        Ok(object! {
            "_id": self.name.as_str(),
            "owner": self.owner.as_str(),
            "code": self.code(state)?,
            "codeHash": self.code_hash.as_str(),
            "tables": tables,
            "version": self.version,
        })
    }

    /// The names of all deployed contracts, sorted.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn names(state: &impl Read) -> Result<Vec<String>, StateError> {
        let mut names = Vec::new();
        for entry in state.prefix(Space::Meta, PREFIX, false)? {
            let (key, _) = entry?;
            names.push(String::from_utf8_lossy(&key[PREFIX.len()..]).into_owned());
        }
        Ok(names)
    }

    pub(crate) fn store(&self, overlay: &mut Overlay, code: &str) -> Result<(), Fatal> {
        let bytes = tartan_document::codec::to_vec(self).map_err(|error| Fatal::Corrupt {
            what: format!("the record of contract {}", self.name),
            reason: error.to_string(),
        })?;
        overlay.put(Space::Meta, &key(&self.name), bytes)?;
        overlay.put(Space::Meta, &code_key(&self.name), code.as_bytes())?;
        Ok(())
    }
}

/// A table as its contract's record shows it: `{size, hash, nbIndexes, primaryKey}`.
///
/// # Errors
/// When the state cannot be read.
pub fn table_document(state: &impl Read, table: &TableInfo) -> Result<Object, Fatal> {
    Ok(object! {
        "size": 0, // the reference never maintains it
        "hash": table_hash(state, &table.contract, &table.name)?,
        "nbIndexes": table.first_indexes as f64,
        "primaryKey": table.primary_key.clone().map_or(Value::Null, Value::from),
    })
}

const PREFIX: &[u8] = b"contract/";

fn key(name: &str) -> Vec<u8> {
    [PREFIX, name.as_bytes()].concat()
}

fn code_key(name: &str) -> Vec<u8> {
    [b"contract-code/", name.as_bytes()].concat()
}
