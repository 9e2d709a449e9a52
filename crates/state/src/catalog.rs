use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::ops::Bound;
use std::sync::Arc;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use tartan_document::codec;

use crate::error::StateError;
use crate::query::Path;
use crate::space::{IndexId, Space, TableId};
use crate::store::Snapshot;
use crate::writes::SEEDED;

/// Between contract and table in a key; not part of any name.
const SEPARATOR: u8 = 0;
/// Key of the counters: shorter than any table's key.
const COUNTERS: &[u8] = &[SEPARATOR];

/// Most indexes of one table.
pub(crate) const MAX_INDEXES: usize = 64;
/// Most fields of one index.
pub(crate) const MAX_INDEX_FIELDS: usize = 32;
/// Longest name of a contract, table, index or field path, in bytes.
pub(crate) const MAX_NAME: usize = 200;

/// What an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexKind {
    /// Declared by a contract: shown in table details, sorts results.
    Declared,
    /// Declared by a native contract for itself: hidden, unique, finds a row by the values of all its fields.
    Lookup,
}

/// A field of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexField {
    /// Where it is.
    pub path: Path,
    /// Whether greater values come first.
    pub descending: bool,
}

/// Declaration of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexSpec {
    /// Unique within the table.
    pub name: String,
    /// Its fields, the most significant first.
    pub fields: Vec<IndexField>,
    /// What it is for.
    pub kind: IndexKind,
}

impl IndexSpec {
    /// The index of one field, ascending; it is called `<field>_1`.
    pub fn field(path: &str) -> IndexSpec {
        IndexSpec::named(&format!("{path}_1"), &[(path, false)])
    }

    /// An index with a name, over fields that are ascending (`false`) or descending (`true`).
    pub fn named(name: &str, fields: &[(&str, bool)]) -> IndexSpec {
        let field = |&(path, descending): &(&str, bool)| IndexField {
            path: path.into(),
            descending,
        };
        let fields = fields.iter().map(field).collect();
        IndexSpec {
            name: name.into(),
            fields,
            kind: IndexKind::Declared,
        }
    }

    /// A hidden unique index.
    pub fn lookup(fields: &[&str]) -> IndexSpec {
        let fields: Vec<IndexField> = fields
            .iter()
            .map(|path| IndexField {
                path: Path::from(*path),
                descending: false,
            })
            .collect();
        // `@` cannot stand in a declared name.
        let name = fields
            .iter()
            .fold("@lookup".to_owned(), |name, f| format!("{name},{}", f.path));
        IndexSpec {
            name,
            fields,
            kind: IndexKind::Lookup,
        }
    }
}

/// An index as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexInfo {
    /// Its number.
    pub id: IndexId,
    /// Its declaration.
    pub spec: IndexSpec,
    /// Whether a row has, or ever had, an array at one of the fields. Such a row has several entries.
    pub multikey: bool,
}

/// A table as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Its number.
    pub id: TableId,
    /// The contract it belongs to.
    pub contract: String,
    /// Its name.
    pub name: String,
    /// Its indexes in order of creation, hidden ones included.
    pub indexes: Vec<IndexInfo>,
    /// How many declared indexes it was created with; later ones do not count here.
    #[serde(default)]
    pub first_indexes: usize,
    /// The fields that make up `_id`; `None` where `_id` is a number from a counter.
    pub primary_key: Option<Vec<String>>,
    /// Whether rows in ascending order of `_id` are in order of insertion.
    pub natural: bool,
}

impl TableInfo {
    /// The indexes that contracts and users see, in order of creation.
    pub fn declared(&self) -> impl Iterator<Item = &IndexInfo> {
        self.indexes
            .iter()
            .filter(|index| index.spec.kind == IndexKind::Declared)
    }

    /// The declared index with that name.
    pub fn index(&self, name: &str) -> Option<&IndexInfo> {
        self.declared().find(|index| index.spec.name == name)
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        [self.contract.as_bytes(), &[SEPARATOR], self.name.as_bytes()].concat()
    }

    pub(crate) fn unknown(contract: &str, table: &str) -> StateError {
        StateError::UnknownTable {
            contract: contract.into(),
            table: table.into(),
        }
    }

    pub(crate) fn invalid_record(&self, reason: impl Into<String>) -> StateError {
        let (contract, table) = (self.contract.clone(), self.name.clone());
        StateError::InvalidRecord {
            contract,
            table,
            reason: reason.into(),
        }
    }
}

/// Counters of the numbers given to tables and indexes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counters {
    pub(crate) tables: u32,
    pub(crate) indexes: u32,
}

type Tables = BTreeMap<Arc<str>, Arc<TableInfo>>;

/// All tables of all contracts, in memory. Its records in [`Space::Catalog`] are what is stored.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    contracts: BTreeMap<Arc<str>, Arc<Tables>>,
    by_number: BTreeMap<TableId, Arc<TableInfo>>,
    /// The same tables: nearly everything that is read or written looks for its table first.
    by_name: HashTable<Arc<TableInfo>>,
    pub(crate) counters: Counters,
}

impl Catalog {
    /// The table, if there is one.
    pub fn get(&self, contract: &str, table: &str) -> Option<&Arc<TableInfo>> {
        let is = |info: &Arc<TableInfo>| info.name == table && info.contract == contract;
        self.by_name.find(hash_name(contract, table), is)
    }

    /// The table with that number, if there is one.
    pub fn numbered(&self, id: TableId) -> Option<&Arc<TableInfo>> {
        self.by_number.get(&id)
    }

    /// The tables of a contract, in order of name.
    pub fn tables(&self, contract: &str) -> impl Iterator<Item = &Arc<TableInfo>> {
        self.contracts
            .get(contract)
            .into_iter()
            .flat_map(|tables| tables.values())
    }

    /// The names of all contracts that have tables, in order.
    pub fn contracts(&self) -> impl Iterator<Item = &str> {
        self.contracts.keys().map(|name| &**name)
    }

    pub(crate) fn set(&mut self, info: Arc<TableInfo>) {
        let tables = self
            .contracts
            .entry(info.contract.as_str().into())
            .or_default();
        self.by_number.insert(info.id, info.clone());
        let is = |known: &Arc<TableInfo>| known.id == info.id;
        let hash = hash_name(&info.contract, &info.name);
        match self.by_name.find_mut(hash, is) {
            Some(known) => *known = info.clone(),
            None => {
                let rehash = |info: &Arc<TableInfo>| hash_name(&info.contract, &info.name);
                self.by_name.insert_unique(hash, info.clone(), rehash);
            }
        }
        Arc::make_mut(tables).insert(info.name.as_str().into(), info);
    }

    pub(crate) fn forget(&mut self, contract: &str, table: &str) {
        if let Some(tables) = self.contracts.get_mut(contract) {
            if let Some(info) = Arc::make_mut(tables).remove(table) {
                self.by_number.remove(&info.id);
                let is = |known: &Arc<TableInfo>| known.id == info.id;
                if let Ok(found) = self.by_name.find_entry(hash_name(contract, table), is) {
                    found.remove();
                }
            }
            if tables.is_empty() {
                self.contracts.remove(contract);
            }
        }
    }

    pub(crate) fn load(snapshot: &Snapshot) -> Result<Catalog, StateError> {
        let mut catalog = Catalog::default();
        let mut range =
            snapshot.range(Space::Catalog, Bound::Unbounded, Bound::Unbounded, false)?;
        while let Some((key, value)) = range.next()? {
            if key == COUNTERS {
                catalog.counters = decode(value)?;
            } else {
                catalog.set(Arc::new(decode(value)?));
            }
        }
        Ok(catalog)
    }

    /// The record of the counters.
    pub(crate) fn counters_record(&self) -> (&'static [u8], Vec<u8>) {
        (COUNTERS, encode(&self.counters))
    }
}

fn hash_name(contract: &str, table: &str) -> u64 {
    SEEDED.hash_one((contract, table))
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    codec::to_vec(value)
        .expect("a catalog record consists of objects, arrays, names and small numbers")
}

fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, StateError> {
    codec::from_slice(bytes).map_err(|error| StateError::Undecodable {
        what: "catalog record",
        reason: error.to_string(),
    })
}
