use std::sync::Arc;

use tartan_document::codec::{self, RawDocument};
use tartan_document::{Object, Value};

use crate::catalog::TableInfo;
use crate::changes::{Changes, index_changes};
use crate::entries;
use crate::error::StateError;
use crate::overlay::Overlay;
use crate::read::Read;
use crate::row::{Row, row_key};
use crate::space::Space;

/// What [`Overlay::update`] does when there is no row with that `_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// Inserts one, as on Hive.
    Insert,
    /// Nothing, as on Steem.
    Ignore,
}

/// Counters of a table.
#[derive(Clone, Copy, Debug, Default)]
struct Sequence {
    /// The last `_id` given.
    id: u64,
    /// Insertions so far.
    inserted: u64,
}

impl Sequence {
    fn read(bytes: Option<&[u8]>) -> Result<Sequence, StateError> {
        let Some(bytes) = bytes else {
            return Ok(Sequence::default());
        };
        match <[u8; 16]>::try_from(bytes) {
            Ok(bytes) => {
                let both = u128::from_be_bytes(bytes);
                Ok(Sequence {
                    id: (both >> 64) as u64,
                    inserted: both as u64,
                })
            }
            Err(_) => Err(StateError::Undecodable {
                what: "counter",
                reason: format!("{} bytes, expected 16", bytes.len()),
            }),
        }
    }

    fn bytes(self) -> [u8; 16] {
        (u128::from(self.id) << 64 | u128::from(self.inserted)).to_be_bytes()
    }
}

impl Overlay {
    pub(crate) fn table_info(
        &self,
        contract: &str,
        table: &str,
    ) -> Result<Arc<TableInfo>, StateError> {
        let found = self.catalog().get(contract, table).cloned();
        found.ok_or_else(|| TableInfo::unknown(contract, table))
    }

    /// Inserts a record and returns it as stored: `_id` first, whatever `_id` the record had.
    ///
    /// # Errors
    /// When the table does not exist, the record is too large, or its primary key or lookup exists already.
    pub fn insert(
        &mut self,
        contract: &str,
        table: &str,
        record: Object,
    ) -> Result<Object, StateError> {
        let info = self.table_info(contract, table)?;
        let (id, inserted) = self.next_id(&info, |field| record.get(field).cloned())?;
        self.insert_document(&info, id, inserted, record)
    }

    /// Inserts a record with a number of the table's counter for its `_id`, also where the table has a primary key.
    ///
    /// # Errors
    /// As [`insert`](Overlay::insert).
    pub fn insert_numbered(
        &mut self,
        contract: &str,
        table: &str,
        record: Object,
    ) -> Result<Object, StateError> {
        let info = self.table_info(contract, table)?;
        if info.primary_key.is_none() {
            return self.insert(contract, table, record);
        }
        let key = info.id.0.to_be_bytes();
        let mut sequence = Sequence::read(self.get(Space::Sequences, &key)?)?;
        sequence.inserted += 1;
        sequence.id += 1;
        self.put(Space::Sequences, &key, sequence.bytes())?;
        let id = Value::Number(sequence.id as f64);
        self.insert_document(&info, id, sequence.inserted, record)
    }

    fn insert_document(
        &mut self,
        info: &TableInfo,
        id: Value,
        inserted: u64,
        record: Object,
    ) -> Result<Object, StateError> {
        let key = row_key(&id);
        let document = with_id(id, record);
        let encoded = encode_document(info, &document)?;
        self.insert_row(
            info,
            &key,
            Row {
                inserted,
                document: &encoded,
            },
        )?;
        Ok(document)
    }

    /// The `_id` of the next row and the number of its insertion; counts both.
    pub(crate) fn next_id(
        &mut self,
        info: &TableInfo,
        field: impl Fn(&str) -> Option<Value>,
    ) -> Result<(Value, u64), StateError> {
        let key = info.id.0.to_be_bytes();
        let mut sequence = Sequence::read(self.get(Space::Sequences, &key)?)?;
        sequence.inserted += 1;
        let id = match &info.primary_key {
            None => {
                sequence.id += 1;
                Value::Number(sequence.id as f64)
            }
            Some(fields) => {
                let present = fields.iter().filter_map(|f| Some((f.as_str(), field(f)?)));
                Value::Object(present.collect())
            }
        };
        self.put(Space::Sequences, &key, sequence.bytes())?;
        Ok((id, sequence.inserted))
    }

    /// Writes a row that must not exist yet.
    pub(crate) fn insert_row(
        &mut self,
        info: &TableInfo,
        key: &[u8],
        row: Row<'_>,
    ) -> Result<(), StateError> {
        // where every `_id` came from the counter there can be none
        if !info.natural && self.get(Space::Rows(info.id), key)?.is_some() {
            return Err(info.duplicate(row.document, &["_id".into()]));
        }
        self.write_row(info, key, None, Some(row))
    }

    /// Merges the fields of the record into the row with its `_id`: fields that are there stay in place, new
    /// ones come behind, sorted by name. The fields named in `unsets` go. Returns whether a row was written.
    ///
    /// Names are names of fields of the row; dots in them have no meaning.
    ///
    /// # Errors
    /// When the table does not exist, the record has no `_id`, a field is both set and unset, the row becomes
    /// too large, or its lookup exists already.
    pub fn update(
        &mut self,
        contract: &str,
        table: &str,
        record: &Object,
        unsets: &[&str],
        if_missing: IfMissing,
    ) -> Result<bool, StateError> {
        let info = self.table_info(contract, table)?;
        let Some(id) = record.get("_id") else {
            return Err(info.invalid_record("an update needs an _id"));
        };
        if let Some(field) = unsets.iter().find(|field| record.contains_key(field)) {
            return Err(info.invalid_record(format!("field {field:?} is both set and unset")));
        }
        let key = row_key(id);
        let old = self.get(Space::Rows(info.id), &key)?.map(<[u8]>::to_vec);
        let old = old.as_deref().map(Row::read).transpose()?;
        let (inserted, mut document) = match &old {
            Some(row) => (row.inserted, row.decode()?),
            None if if_missing == IfMissing::Ignore => return Ok(false),
            None => (
                self.next_upsert(&info, id)?,
                Object::from_iter([("_id", id.clone())]),
            ),
        };
        merge(&mut document, record, unsets);
        let encoded = encode_document(&info, &document)?;
        let row = Row {
            inserted,
            document: &encoded,
        };
        self.write_row(&info, &key, old.map(|row| row.document), Some(row))?;
        Ok(true)
    }

    /// The number of insertion of a row whose `_id` comes from the caller.
    fn next_upsert(&mut self, info: &TableInfo, id: &Value) -> Result<u64, StateError> {
        if matches!(id, Value::Array(_)) {
            return Err(info.invalid_record("_id cannot be an array"));
        }
        let key = info.id.0.to_be_bytes();
        let mut sequence = Sequence::read(self.get(Space::Sequences, &key)?)?;
        sequence.inserted += 1;
        self.put(Space::Sequences, &key, sequence.bytes())?;
        if info.natural {
            // From now on the order of `_id` may be another than that of insertion.
            self.save_table(TableInfo {
                natural: false,
                ..info.clone()
            })?;
        }
        Ok(sequence.inserted)
    }

    /// Removes the row with that `_id`; returns whether there was one.
    ///
    /// # Errors
    /// When the table does not exist.
    pub fn remove(&mut self, contract: &str, table: &str, id: &Value) -> Result<bool, StateError> {
        let info = self.table_info(contract, table)?;
        self.remove_row(&info, &row_key(id))
    }

    pub(crate) fn remove_row(&mut self, info: &TableInfo, key: &[u8]) -> Result<bool, StateError> {
        let Some(old) = self.get(Space::Rows(info.id), key)?.map(<[u8]>::to_vec) else {
            return Ok(false);
        };
        self.write_row(info, key, Some(Row::read(&old)?.document), None)?;
        Ok(true)
    }

    /// Puts the new row in the place of the old one, in the table and in its indexes.
    pub(crate) fn write_row(
        &mut self,
        info: &TableInfo,
        key: &[u8],
        old: Option<&[u8]>,
        new: Option<Row<'_>>,
    ) -> Result<(), StateError> {
        self.check_size(info, new)?;
        let document = new.map(|row| row.document);
        let changes = index_changes(info, info.indexes.iter(), old, document)?;
        self.apply_index_changes(info, key, changes)?;
        match new {
            Some(row) => row.put(self, info.id, key),
            None => self.delete(Space::Rows(info.id), key),
        }
    }

    /// Puts a document in the place of the one that the row has; `false` if there is no such row.
    pub(crate) fn replace_row(
        &mut self,
        info: &TableInfo,
        key: &[u8],
        document: &[u8],
    ) -> Result<bool, StateError> {
        // what the indexes need is made of the old row where it lies: most rows change without a copy of it
        let Some(old) = self.get(Space::Rows(info.id), key)? else {
            return Ok(false);
        };
        let old = Row::read(old)?;
        let new = Row {
            inserted: old.inserted,
            document,
        };
        self.check_size(info, Some(new))?;
        let changes = index_changes(
            info,
            info.indexes.iter(),
            Some(old.document),
            Some(document),
        )?;
        self.apply_index_changes(info, key, changes)?;
        new.put(self, info.id, key)?;
        Ok(true)
    }

    /// Whether a document would have the same entries in all indexes as the one that the row has.
    #[cfg(debug_assertions)]
    pub(crate) fn is_indexed_alike(
        &self,
        info: &TableInfo,
        key: &[u8],
        document: &[u8],
    ) -> Result<bool, StateError> {
        let old = self.get(Space::Rows(info.id), key)?;
        let old = old.map(Row::read).transpose()?.map(|row| row.document);
        let changes = index_changes(info, info.indexes.iter(), old, Some(document))?;
        let lists = [
            &changes.added,
            &changes.removed,
            &changes.claimed,
            &changes.released,
        ];
        Ok(old.is_some() && lists.iter().all(|list| list.is_empty()))
    }

    fn check_size(&self, info: &TableInfo, row: Option<Row<'_>>) -> Result<(), StateError> {
        let limit = self.max_record_bytes();
        let found = row.map_or(0, |row| row.document.len());
        if found > limit {
            return Err(StateError::RecordTooLarge {
                contract: info.contract.clone(),
                table: info.name.clone(),
                found,
                limit,
            });
        }
        Ok(())
    }

    pub(crate) fn apply_index_changes(
        &mut self,
        info: &TableInfo,
        key: &[u8],
        changes: Changes<'_>,
    ) -> Result<(), StateError> {
        for (index, entry) in &changes.claimed {
            let owner = self.get(Space::Index(index.id), entry)?;
            if owner.is_some_and(|owner| owner != key) {
                let paths = index.spec.fields.iter().map(|field| field.path.to_string());
                let paths: Vec<String> = paths.collect();
                return Err(info.duplicate(changes.document.unwrap_or_default(), &paths));
            }
        }
        for (index, entry) in changes.released {
            self.delete(Space::Index(index.id), &entry)?;
        }
        for (index, entry) in changes.claimed {
            self.put(Space::Index(index.id), &entry, key)?;
        }
        for (index, fields) in changes.removed {
            self.set_entry(index.id, &entries::entry_key(fields, key), false)?;
        }
        for (index, fields) in changes.added {
            self.set_entry(index.id, &entries::entry_key(fields, key), true)?;
        }
        if !changes.multikey.is_empty() {
            let mut info = (*self.table_info(&info.contract, &info.name)?).clone();
            for index in &mut info.indexes {
                index.multikey |= changes.multikey.contains(&index.id);
            }
            self.save_table(info)?;
        }
        Ok(())
    }
}

impl TableInfo {
    pub(crate) fn invalid(&self, reason: String) -> StateError {
        let (contract, table) = (self.contract.clone(), self.name.clone());
        StateError::InvalidTable {
            contract,
            table,
            reason,
        }
    }

    fn duplicate(&self, document: &[u8], paths: &[String]) -> StateError {
        let field = |path: &String| {
            let found = RawDocument::new(document).and_then(|document| document.get(path));
            let value = found.ok().flatten().and_then(|value| value.to_value().ok());
            let text = value.map_or("missing".into(), |value| value.to_extended().stringify());
            format!("{path} {text}")
        };
        StateError::Duplicate {
            contract: self.contract.clone(),
            table: self.name.clone(),
            key: paths.iter().map(field).collect::<Vec<_>>().join(", "),
        }
    }
}

fn encode_document(info: &TableInfo, document: &Object) -> Result<Vec<u8>, StateError> {
    codec::encode(document).map_err(|error| info.invalid_record(error.to_string()))
}

fn with_id(id: Value, record: Object) -> Object {
    let mut document = Object::with_capacity(record.len() + 1);
    document.insert("_id", id);
    document.extend(record.into_iter().filter(|(key, _)| *key != "_id"));
    document
}

fn merge(document: &mut Object, record: &Object, unsets: &[&str]) {
    let mut added = Vec::new();
    for (key, value) in record.iter().filter(|(key, _)| **key != "_id") {
        match key.as_str().and_then(|key| document.get_mut(key)) {
            Some(place) => *place = value.clone(),
            None => added.push((key.clone(), value.clone())),
        }
    }
    added.sort_by(|(a, _), (b, _)| a.cmp(b));
    document.extend(added);
    for field in unsets.iter().filter(|field| **field != "_id") {
        document.remove(field);
    }
}
