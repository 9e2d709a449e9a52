use std::ops::Bound;
use std::sync::Arc;

use crate::catalog::{
    IndexInfo, IndexKind, IndexSpec, MAX_INDEX_FIELDS, MAX_INDEXES, MAX_NAME, TableInfo, encode,
};
use crate::changes::index_changes;
use crate::error::StateError;
use crate::overlay::Overlay;
use crate::read::Read;
use crate::row::Row;
use crate::space::{IndexId, Space, TableId};

impl Overlay {
    /// Creates a table. With a primary key, `_id` is an object of these fields; otherwise a number from a
    /// counter that starts at 1.
    ///
    /// # Errors
    /// When the table exists, or names, paths or indexes are not acceptable.
    pub fn create_table(
        &mut self,
        contract: &str,
        table: &str,
        indexes: &[IndexSpec],
        primary_key: Option<&[&str]>,
    ) -> Result<Arc<TableInfo>, StateError> {
        if self.catalog().get(contract, table).is_some() {
            let (contract, table) = (contract.into(), table.into());
            return Err(StateError::TableExists { contract, table });
        }
        let mut info = TableInfo {
            id: TableId(self.catalog().counters.tables + 1),
            contract: contract.into(),
            name: table.into(),
            indexes: Vec::new(),
            first_indexes: indexes
                .iter()
                .filter(|spec| spec.kind == IndexKind::Declared)
                .count(),
            primary_key: primary_key.map(|fields| fields.iter().map(|&f| f.to_owned()).collect()),
            natural: primary_key.is_none(),
        };
        check_table(&info).map_err(|reason| info.invalid(reason))?;
        for spec in indexes {
            check_index(&info, spec).map_err(|reason| info.invalid(reason))?;
            self.append_index(&mut info, spec);
        }
        self.change_catalog(|catalog| catalog.counters.tables = info.id.0);
        self.save_table(info)
    }

    /// Adds indexes to a table and enters its rows; those whose name exists are passed over. Returns how many
    /// were added.
    ///
    /// # Errors
    /// When the table does not exist, an index is not acceptable, or rows do not fit a lookup.
    pub fn add_indexes(
        &mut self,
        contract: &str,
        table: &str,
        indexes: &[IndexSpec],
    ) -> Result<usize, StateError> {
        let old = self.table_info(contract, table)?;
        let mut info = (*old).clone();
        for spec in indexes {
            if !info
                .indexes
                .iter()
                .any(|index| index.spec.name == spec.name)
            {
                check_index(&info, spec).map_err(|reason| info.invalid(reason))?;
                self.append_index(&mut info, spec);
            }
        }
        let added: Vec<IndexId> = info.indexes[old.indexes.len()..]
            .iter()
            .map(|i| i.id)
            .collect();
        if added.is_empty() {
            return Ok(0);
        }
        self.save_table(info)?;
        let rows: Result<Vec<Vec<u8>>, StateError> = self
            .range(
                Space::Rows(old.id),
                Bound::Unbounded,
                Bound::Unbounded,
                false,
            )?
            .map(|entry| entry.map(|(key, _)| key.to_vec()))
            .collect();
        for key in rows? {
            let Some(bytes) = self.get(Space::Rows(old.id), &key)? else {
                continue;
            };
            let document = Row::read(bytes)?.document.to_vec();
            let info = self.table_info(contract, table)?;
            let new = info
                .indexes
                .iter()
                .filter(|index| added.contains(&index.id));
            let changes = index_changes(&info, new, None, Some(&document))?;
            self.apply_index_changes(&info, &key, changes)?;
        }
        Ok(added.len())
    }

    /// Removes a table with its rows, indexes and counters, as if it had never been. The numbers given to it and to
    /// its indexes are not given again.
    ///
    /// # Errors
    /// When the table does not exist, or the store cannot be read.
    pub fn drop_table(&mut self, contract: &str, table: &str) -> Result<(), StateError> {
        let info = self.table_info(contract, table)?;
        let indexes = info.indexes.iter().map(|index| Space::Index(index.id));
        for space in [Space::Rows(info.id)].into_iter().chain(indexes) {
            let keys: Result<Vec<Vec<u8>>, StateError> = self
                .range(space, Bound::Unbounded, Bound::Unbounded, false)?
                .map(|entry| entry.map(|(key, _)| key.to_vec()))
                .collect();
            for key in keys? {
                self.delete(space, &key)?;
            }
        }
        self.delete(Space::Sequences, &info.id.0.to_be_bytes())?;
        self.delete(Space::Catalog, &info.key())?;
        self.change_catalog(|catalog| catalog.forget(contract, table));
        Ok(())
    }

    fn append_index(&mut self, info: &mut TableInfo, spec: &IndexSpec) {
        let id = self.change_catalog(|catalog| {
            catalog.counters.indexes += 1;
            IndexId(catalog.counters.indexes)
        });
        info.indexes.push(IndexInfo {
            id,
            spec: spec.clone(),
            multikey: false,
        });
    }

    pub(crate) fn save_table(&mut self, info: TableInfo) -> Result<Arc<TableInfo>, StateError> {
        let info = Arc::new(info);
        let (key, counters) = self.change_catalog(|catalog| {
            catalog.set(info.clone());
            catalog.counters_record()
        });
        self.put(Space::Catalog, key, counters)?;
        self.put(Space::Catalog, &info.key(), encode(&*info))?;
        Ok(info)
    }
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    match name.len() {
        1..=MAX_NAME if !name.contains('\0') => Ok(()),
        1..=MAX_NAME => Err(format!("{what} name {name:?} contains a NUL")),
        length => Err(format!(
            "{what} name of {length} bytes, expected 1 to {MAX_NAME}"
        )),
    }
}

fn check_table(info: &TableInfo) -> Result<(), String> {
    check_name("contract", &info.contract)?;
    check_name("table", &info.name)?;
    let Some(fields) = &info.primary_key else {
        return Ok(());
    };
    if fields.is_empty() || fields.len() > MAX_INDEX_FIELDS {
        let found = fields.len();
        return Err(format!(
            "primary key of {found} fields, expected 1 to {MAX_INDEX_FIELDS}"
        ));
    }
    fields
        .iter()
        .try_for_each(|field| check_name("field", field))
}

fn check_index(info: &TableInfo, spec: &IndexSpec) -> Result<(), String> {
    let name = &spec.name;
    check_name("index", name)?;
    if name == "_id_" || info.indexes.iter().any(|index| index.spec.name == *name) {
        return Err(format!("index {name} exists"));
    }
    if info.indexes.len() >= MAX_INDEXES {
        return Err(format!("more than {MAX_INDEXES} indexes"));
    }
    if spec.fields.is_empty() || spec.fields.len() > MAX_INDEX_FIELDS {
        let found = spec.fields.len();
        return Err(format!(
            "index {name} of {found} fields, expected 1 to {MAX_INDEX_FIELDS}"
        ));
    }
    spec.fields.iter().try_for_each(|field| {
        check_name("path", &field.path.to_string())?;
        field
            .path
            .check()
            .map_err(|reason| format!("index {name}: {reason}"))
    })
}
