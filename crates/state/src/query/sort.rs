use tartan_document::{Object, order};

use super::path::Path;
use crate::catalog::{Catalog, IndexField, TableInfo};
use crate::entries::append_sort_key;
use crate::error::QueryError;

/// One of the `indexes` of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// `_id`, `$loki`, a field with an index of its own, or the name of an index.
    pub index: String,
    /// Whether to turn the order of the index around.
    pub descending: bool,
}

impl Sort {
    /// In the order of the index.
    pub fn ascending(index: &str) -> Sort {
        Sort {
            index: index.into(),
            descending: false,
        }
    }

    /// Against the order of the index.
    pub fn descending(index: &str) -> Sort {
        Sort {
            index: index.into(),
            descending: true,
        }
    }
}

/// What to do with a sort by something that is not indexed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownIndex {
    /// The whole sort is passed over, as on Hive.
    #[default]
    IgnoreSort,
    /// An error, as on Steem.
    Error,
}

/// The order of results: by fields, then by `_id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) fields: Vec<IndexField>,
    pub(crate) id_descending: bool,
}

impl Order {
    /// The order that a search asks for. Only what was indexed before the block in progress counts.
    pub(crate) fn resolve(
        sorts: &[Sort],
        table: &TableInfo,
        committed: &Catalog,
        unknown: UnknownIndex,
    ) -> Result<Order, QueryError> {
        let committed = committed.get(&table.contract, &table.name);
        let mut parts: Vec<IndexField> = Vec::new();
        for sort in sorts {
            let Some(found) = parts_of(sort, committed.map(|info| &**info)) else {
                return match unknown {
                    UnknownIndex::IgnoreSort => Ok(Order::default()),
                    UnknownIndex::Error => Err(QueryError::UnknownIndex(sort.index.clone())),
                };
            };
            for part in found {
                // As in a JavaScript map: a repeated field keeps its place and takes the last direction.
                match parts.iter_mut().find(|other| other.path == part.path) {
                    Some(other) => other.descending = part.descending,
                    None => parts.push(part),
                }
            }
        }
        // Nothing after `_id` matters: no two rows have the same.
        let id = parts.iter().position(|part| part.path.is_id());
        let id_descending = id.is_some_and(|place| parts[place].descending);
        parts.truncate(id.unwrap_or(parts.len()));
        Ok(Order {
            fields: parts,
            id_descending,
        })
    }

    /// The order of an index, or against it; equal documents by ascending `_id` either way.
    pub(crate) fn of_index(fields: &[IndexField], descending: bool) -> Order {
        if fields.iter().any(|field| field.path.is_id()) {
            return Order {
                fields: Vec::new(),
                id_descending: descending,
            };
        }
        let turned = fields.iter().cloned().map(|mut field| {
            field.descending ^= descending;
            field
        });
        Order {
            fields: turned.collect(),
            id_descending: false,
        }
    }

    /// Bytes that sort as the documents do.
    pub(crate) fn key(&self, document: &Object) -> Vec<u8> {
        let mut key = Vec::with_capacity(32);
        for field in &self.fields {
            append_sort_key(document, &field.path, field.descending, &mut key);
        }
        order::encode_key(document.get("_id"), self.id_descending, &mut key);
        key
    }
}

/// The fields that a sort stands for; `None` if there is no such index.
fn parts_of(sort: &Sort, table: Option<&TableInfo>) -> Option<Vec<IndexField>> {
    let name = sort.index.as_str();
    let field = |path: Path| {
        vec![IndexField {
            path,
            descending: sort.descending,
        }]
    };
    if matches!(name, "_id" | "$loki" | "_id_") {
        return Some(field(Path::from("_id")));
    }
    let table = table?;
    if let Some(index) = table.index(name) {
        let turned = index.spec.fields.iter().cloned().map(|mut field| {
            field.descending ^= sort.descending;
            field
        });
        return Some(turned.collect());
    }
    table
        .index(&format!("{name}_1"))
        .map(|_| field(Path::from(name)))
}
