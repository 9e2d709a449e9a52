use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tartan_document::codec::{self, RawDocument};
use tartan_document::order::{Key, KeyPart};
use tartan_document::{Object, Value};

use crate::catalog::{Catalog, IndexInfo, IndexKind, IndexSpec, TableInfo};
use crate::error::{QueryError, StateError};
use crate::overlay::{Overlay, Typed};
use crate::query::{Filter, FindOptions, Scan, scan};
use crate::read::{Read, query};
use crate::row::{Row, primary_key, row_key, undecodable, unique_key};
use crate::space::Space;
use crate::writes::Wanted;

/// An index of a typed table.
#[derive(Clone, Copy, Debug)]
pub enum Index {
    /// Of one field, ascending; called `<field>_1`.
    Field(&'static str),
    /// With a name, of several fields, each ascending (`false`) or descending (`true`).
    Named(&'static str, &'static [(&'static str, bool)]),
}

/// A struct that is the rows of a table, without their `_id`. Its serde form is the document.
pub trait Record: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The contract.
    const CONTRACT: &'static str;
    /// The table.
    const TABLE: &'static str;
    /// Its declared indexes.
    const INDEXES: &'static [Index] = &[];
    /// The fields that make up `_id`; none: `_id` is a number from a counter.
    const PRIMARY_KEY: &'static [&'static str] = &[];
    /// The fields whose values together name a row: a hidden unique index. None: there is none.
    const LOOKUP: &'static [&'static str] = &[];
    /// The values of the fields of the primary key, where the record can say so itself: otherwise they are looked up in
    /// its encoded form.
    fn primary_key(&self) -> Option<Vec<Value>> {
        None
    }

    /// Whether another record has the same values in all fields of declared indexes and of the lookup, where the record can
    /// say so itself: otherwise their encoded forms are compared. `false` is never wrong.
    fn is_indexed_as(&self, _other: &Self) -> bool {
        Self::INDEXES.is_empty() && Self::LOOKUP.is_empty()
    }
}

/// The `_id` of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowId {
    /// From the table's counter.
    Number(u64),
    /// The fields of the primary key, an object.
    Key(Arc<Value>),
}

impl RowId {
    /// The number, if it is one.
    pub fn number(&self) -> Option<u64> {
        match self {
            RowId::Number(number) => Some(*number),
            RowId::Key(_) => None,
        }
    }

    /// As it stands in the document.
    pub fn to_value(&self) -> Value {
        match self {
            RowId::Number(number) => Value::Number(*number as f64),
            RowId::Key(key) => Value::clone(key),
        }
    }

    fn key(&self) -> Key {
        match self {
            RowId::Number(number) => row_key(KeyPart::Number(*number as f64)),
            RowId::Key(key) => row_key(&**key),
        }
    }
}

impl From<Object> for RowId {
    fn from(key: Object) -> RowId {
        RowId::Key(Arc::new(Value::Object(key)))
    }
}

impl From<u64> for RowId {
    fn from(number: u64) -> RowId {
        RowId::Number(number)
    }
}

/// A row of a typed table.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<T> {
    /// Its `_id`.
    pub id: RowId,
    /// The rest of it.
    pub record: T,
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

impl<T> DerefMut for Stored<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.record
    }
}

/// A table of typed rows: the same rows that queries see as documents.
pub struct Table<T>(PhantomData<fn() -> T>);

impl<T: Record> Table<T> {
    /// Creates the table with its indexes.
    ///
    /// # Errors
    /// As [`Overlay::create_table`].
    pub fn create(overlay: &mut Overlay) -> Result<Arc<TableInfo>, StateError> {
        let mut indexes: Vec<IndexSpec> = T::INDEXES
            .iter()
            .map(|index| match index {
                Index::Field(path) => IndexSpec::field(path),
                Index::Named(name, fields) => IndexSpec::named(name, fields),
            })
            .collect();
        if !T::LOOKUP.is_empty() {
            indexes.push(IndexSpec::lookup(T::LOOKUP));
        }
        let primary_key = (!T::PRIMARY_KEY.is_empty()).then_some(T::PRIMARY_KEY);
        overlay.create_table(T::CONTRACT, T::TABLE, &indexes, primary_key)
    }

    fn info(reader: &dyn Read) -> Result<&Arc<TableInfo>, StateError> {
        let info = reader.catalog().get(T::CONTRACT, T::TABLE);
        info.ok_or_else(|| TableInfo::unknown(T::CONTRACT, T::TABLE))
    }

    /// The row with that `_id`.
    ///
    /// # Errors
    /// When the table does not exist, or what is stored is no such record.
    pub fn get(reader: &impl Read, id: &RowId) -> Result<Option<Stored<T>>, StateError> {
        let info = Self::info(reader)?;
        reader
            .get(Space::Rows(info.id), &id.key())?
            .map(read)
            .transpose()
    }

    /// The row with these values in the fields of the lookup, or of the primary key if there is no lookup.
    ///
    /// # Errors
    /// When the table does not exist, the number of values is another than that of fields, or what is stored
    /// is no such record.
    pub fn get_by<V>(reader: &impl Read, values: &[V]) -> Result<Option<Stored<T>>, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        let info = Self::info(reader)?;
        let Some(key) = Self::key_by(reader, info, values)? else {
            return Ok(None);
        };
        let row = reader.get(Space::Rows(info.id), &key)?;
        row.map(read).transpose()
    }

    /// As [`get`](Self::get), of a row that is likely to be written next: that will not look for it in the store again.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_to_write(
        overlay: &mut Overlay,
        id: &RowId,
    ) -> Result<Option<Stored<T>>, StateError> {
        let row = Self::shared(overlay, id)?;
        Ok(row.map(Arc::unwrap_or_clone))
    }

    /// As [`get_by`](Self::get_by), of a row that is likely to be written next.
    ///
    /// # Errors
    /// As [`get_by`](Self::get_by).
    pub fn get_by_to_write<V>(
        overlay: &mut Overlay,
        values: &[V],
    ) -> Result<Option<Stored<T>>, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        let row = Self::shared_by(overlay, values)?;
        Ok(row.map(Arc::unwrap_or_clone))
    }

    /// The key of the row with these values in the fields of the lookup or primary key; there need be no such row
    /// for the latter.
    fn key_by<'r, V>(
        reader: &'r impl Read,
        info: &TableInfo,
        values: &[V],
    ) -> Result<Option<Cow<'r, [u8]>>, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        if T::LOOKUP.is_empty() {
            let key = Self::primary_key(values)?;
            return Ok(Some(Cow::Owned(key.into_vec())));
        }
        let index = lookup(info)?.id;
        let wanted = Self::lookup_key(values)?;
        let key = reader.get(Space::Index(index), &wanted)?;
        Ok(key.map(Cow::Borrowed))
    }

    /// The key of the row with these values in the fields of the primary key.
    fn primary_key<V>(values: &[V]) -> Result<Key, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        Self::check_count(values, T::PRIMARY_KEY)?;
        let fields = T::PRIMARY_KEY.iter().copied();
        Ok(primary_key(fields.zip(values)))
    }

    /// Where these values are in the index of the lookup.
    fn lookup_key<V>(values: &[V]) -> Result<Key, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        Self::check_count(values, T::LOOKUP)?;
        Ok(unique_key(values))
    }

    fn check_count<V>(values: &[V], fields: &[&str]) -> Result<(), StateError> {
        let (found, expected) = (values.len(), fields.len());
        if found == expected {
            return Ok(());
        }
        Err(invalid::<T>(format!("{found} values, expected {expected}")))
    }

    /// Where the table is.
    fn place(overlay: &mut Overlay) -> Result<Typed, StateError> {
        let find = |catalog: &Catalog| {
            let info = catalog.get(T::CONTRACT, T::TABLE);
            let info = info.ok_or_else(|| TableInfo::unknown(T::CONTRACT, T::TABLE))?;
            let lookup = match T::LOOKUP {
                [] => None,
                _ => Some(lookup(info)?.id),
            };
            Ok(Typed {
                table: info.id,
                lookup,
            })
        };
        overlay.typed::<T>(find)
    }

    /// As [`get`](Self::get), but as long as nobody writes the row it is looked for and decoded once: calls read the same rows
    /// again and again.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn shared(overlay: &mut Overlay, id: &RowId) -> Result<Option<Arc<Stored<T>>>, StateError> {
        let table = Self::place(overlay)?.table;
        let key = id.key();
        overlay.decoded_row(Wanted::new(Space::Rows(table), &key), read_counted)
    }

    /// As [`get_by`](Self::get_by), but decoded once, as with [`shared`](Self::shared).
    ///
    /// # Errors
    /// As [`get_by`](Self::get_by).
    pub fn shared_by<V>(
        overlay: &mut Overlay,
        values: &[V],
    ) -> Result<Option<Arc<Stored<T>>>, StateError>
    where
        for<'v> &'v V: Into<KeyPart<'v>>,
    {
        let Typed { table, lookup } = Self::place(overlay)?;
        let rows = Space::Rows(table);
        let Some(index) = lookup else {
            let key = Self::primary_key(values)?;
            return overlay.decoded_row(Wanted::new(rows, &key), read_counted);
        };
        // which row it is stays known as well
        let wanted = Self::lookup_key(values)?;
        let found = overlay.locate(Wanted::new(Space::Index(index), &wanted), rows)?;
        match found {
            Some(found) => overlay.decoded_row(found.wanted(rows), read_counted),
            None => Ok(None),
        }
    }

    /// Inserts a record; returns its `_id`.
    ///
    /// # Errors
    /// When the table does not exist, the record is too large, or its primary key or lookup exists already.
    pub fn insert(overlay: &mut Overlay, record: &T) -> Result<RowId, StateError> {
        Self::add(overlay, record, false)
    }

    /// As [`insert`](Self::insert), for a record whose primary key was looked for and not found: it is not looked for again.
    /// Where it exists all the same, its row is lost and its index entries are left behind.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn insert_absent(overlay: &mut Overlay, record: &T) -> Result<RowId, StateError> {
        Self::add(overlay, record, true)
    }

    fn add(overlay: &mut Overlay, record: &T, absent: bool) -> Result<RowId, StateError> {
        let info = Self::info(overlay)?.clone();
        let given = record.primary_key();
        let bare = if T::PRIMARY_KEY.is_empty() || given.is_some() {
            Vec::new()
        } else {
            codec::to_vec(record).map_err(|error| info.invalid_record(error.to_string()))?
        };
        let field = |name: &str| match &given {
            Some(values) => {
                let place = T::PRIMARY_KEY.iter().position(|field| *field == name)?;
                values.get(place).cloned()
            }
            None => {
                let value = RawDocument::new(&bare).and_then(|document| document.field(name));
                value.ok().flatten().and_then(|value| value.to_value().ok())
            }
        };
        let (id, inserted) = overlay.next_id(&info, field)?;
        let id = row_id(id)?;
        let mut document = overlay.take_scratch();
        let added = encode(&id, record, &mut document).and_then(|()| {
            let row = Row {
                inserted,
                document: &document,
            };
            match absent {
                true => overlay.write_row(&info, &id.key(), None, Some(row)),
                false => overlay.insert_row(&info, &id.key(), row),
            }
        });
        overlay.return_scratch(document);
        added.map(|()| id)
    }

    /// Puts the record in the place of what the row has.
    ///
    /// # Errors
    /// When there is no such table or row, the record is too large, or its lookup exists already.
    pub fn put(overlay: &mut Overlay, id: &RowId, record: &T) -> Result<(), StateError> {
        let row = Stored {
            id: id.clone(),
            record: record.clone(),
        };
        Self::put_row(overlay, Cow::Owned(row))
    }

    /// As [`put`](Self::put), with a row as it was read; one that is not needed any more is not copied.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_row(overlay: &mut Overlay, row: Cow<'_, Stored<T>>) -> Result<(), StateError> {
        let mut document = overlay.take_scratch();
        let put = Self::put_encoded(overlay, row, &mut document);
        overlay.return_scratch(document);
        put
    }

    fn put_encoded(
        overlay: &mut Overlay,
        row: Cow<'_, Stored<T>>,
        document: &mut Vec<u8>,
    ) -> Result<(), StateError> {
        let table = Self::place(overlay)?.table;
        let key = row.id.key();
        encode(&row.id, &row.record, document)?;
        let id = row.id.clone();
        if document.len() <= overlay.max_record_bytes() {
            #[cfg(debug_assertions)]
            let alike = overlay.is_indexed_alike(&Self::info(overlay)?.clone(), &key, document)?;
            let change = |old: &Stored<T>| {
                let may = old.record.is_indexed_as(&row.record);
                #[cfg(debug_assertions)]
                assert!(!may || alike, "{}.{}", T::CONTRACT, T::TABLE);
                may.then(|| row.into_owned())
            };
            let wanted = Wanted::new(Space::Rows(table), &key);
            if overlay.rewrite(wanted, document, change) {
                return Ok(());
            }
        }
        let info = Self::info(overlay)?.clone();
        match overlay.replace_row(&info, &key, document)? {
            true => Ok(()),
            false => {
                let id = id.to_value().to_extended().stringify();
                Err(info.invalid_record(format!("there is no row with _id {id}")))
            }
        }
    }

    /// Removes a row; returns whether there was one.
    ///
    /// # Errors
    /// When the table does not exist.
    pub fn remove(overlay: &mut Overlay, id: &RowId) -> Result<bool, StateError> {
        let info = Self::info(overlay)?.clone();
        overlay.remove_row(&info, &id.key())
    }

    /// The rows that match, as [`Read::find`].
    ///
    /// # Errors
    /// As [`Read::find`], and when what is stored is no such record.
    pub fn find(
        reader: &impl Read,
        filter: &Filter,
        options: &FindOptions,
    ) -> Result<Vec<Stored<T>>, QueryError> {
        let find = |query: crate::query::Query<'_>| query.find(options);
        let rows = query(reader, T::CONTRACT, T::TABLE, filter, find)?;
        let info = Self::info(reader)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(bytes) = reader.get(Space::Rows(info.id), &row.key)? {
                found.push(read(bytes)?);
            }
        }
        Ok(found)
    }

    /// Rows in the order of an index, without a filter: the fast way through many rows.
    ///
    /// # Errors
    /// When there is no such table or index, or what is stored is no such record.
    pub fn scan(reader: &impl Read, scan_of: &Scan<'_>) -> Result<Vec<Stored<T>>, QueryError> {
        let info = Self::info(reader)?;
        let mut found = Vec::new();
        scan(reader, info, scan_of, &mut |bytes| {
            found.push(read(bytes)?);
            Ok(())
        })?;
        Ok(found)
    }
}

fn lookup(info: &TableInfo) -> Result<&IndexInfo, StateError> {
    let found = info
        .indexes
        .iter()
        .find(|index| index.spec.kind == IndexKind::Lookup);
    found.ok_or_else(|| info.invalid_record("the table was created without its lookup"))
}

/// Writes the document of a record, with its `_id` in front.
fn encode<T: Record>(id: &RowId, record: &T, document: &mut Vec<u8>) -> Result<(), StateError> {
    let number;
    let id = match id {
        RowId::Number(id) => {
            number = Value::Number(*id as f64);
            &number
        }
        RowId::Key(key) => key,
    };
    let written = codec::write_behind("_id", id, record, document);
    written.map_err(|error| invalid::<T>(error.to_string()))
}

fn invalid<T: Record>(reason: String) -> StateError {
    StateError::InvalidRecord {
        contract: T::CONTRACT.into(),
        table: T::TABLE.into(),
        reason,
    }
}

fn row_id(id: Value) -> Result<RowId, StateError> {
    match id {
        Value::Object(_) => Ok(RowId::Key(Arc::new(id))),
        id => id.as_u64().map(RowId::Number).ok_or_else(|| {
            undecodable(format!(
                "_id is a {}, expected a whole number or an object",
                id.kind()
            ))
        }),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Stored<T>, StateError> {
    read_counted(bytes).map(|(stored, _)| stored)
}

/// A row, and which insertion of its table it was.
fn read_counted<T: DeserializeOwned>(bytes: &[u8]) -> Result<(Stored<T>, u64), StateError> {
    let row = Row::read(bytes)?;
    let document = RawDocument::new(row.document).map_err(undecodable)?;
    let id = document.field("_id").map_err(undecodable)?;
    let id = id
        .ok_or_else(|| undecodable("it has no _id"))?
        .to_value()
        .map_err(undecodable)?;
    let record = codec::from_slice(row.document).map_err(undecodable)?;
    let stored = Stored {
        id: row_id(id)?,
        record,
    };
    Ok((stored, row.inserted))
}
