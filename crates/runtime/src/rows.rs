use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use tartan_document::Value;
use tartan_state::{
    Filter, FindOptions, QueryError, Record, RowId, Scan, StateError, Stored, Table,
};

use crate::{ActionResult, Executor, Failure, Fatal};

/// The row that the only one of a table usually is: its first.
const USUAL: RowId = RowId::Number(1);

/// The typed rows of one of the contract's tables, with every write noted as the network demands.
pub struct Rows<'a, T> {
    executor: &'a mut Executor,
    record: PhantomData<fn() -> T>,
}

impl<'a, T: Record> Rows<'a, T> {
    pub(crate) fn new(executor: &'a mut Executor) -> Rows<'a, T> {
        Rows {
            executor,
            record: PhantomData,
        }
    }

    /// The row with these texts in the fields of the table's lookup, in their order.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn get(&mut self, texts: &[&str]) -> ActionResult<Option<Stored<T>>> {
        let overlay = &mut self.executor.overlay;
        Ok(Table::<T>::get_by_to_write(overlay, texts)?)
    }

    /// As [`get`](Self::get), to look at only: without a copy of the row.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn shared(&mut self, texts: &[&str]) -> ActionResult<Option<Arc<Stored<T>>>> {
        Ok(Table::<T>::shared_by(&mut self.executor.overlay, texts)?)
    }

    /// As [`single`](Self::single), to look at only, as with [`shared`](Self::shared).
    ///
    /// # Errors
    /// As for [`single`](Self::single).
    pub fn shared_single(&mut self) -> ActionResult<Arc<Stored<T>>> {
        match Table::<T>::shared(&mut self.executor.overlay, &USUAL)? {
            Some(row) => Ok(row),
            None => self.single().map(Arc::new),
        }
    }

    /// As [`get`](Self::get), with values of any kind.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_by(&mut self, values: &[Value]) -> ActionResult<Option<Stored<T>>> {
        Ok(Table::<T>::get_by_to_write(
            &mut self.executor.overlay,
            values,
        )?)
    }

    /// The row with this number for its `_id`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn numbered(&mut self, id: u64) -> ActionResult<Option<Stored<T>>> {
        let overlay = &mut self.executor.overlay;
        Ok(Table::<T>::get_to_write(overlay, &RowId::Number(id))?)
    }

    /// As [`numbered`](Self::numbered), to look at only, as with [`shared`](Self::shared).
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn shared_numbered(&mut self, id: u64) -> ActionResult<Option<Arc<Stored<T>>>> {
        let id = RowId::Number(id);
        Ok(Table::<T>::shared(&mut self.executor.overlay, &id)?)
    }

    /// The row of a table that has exactly one.
    ///
    /// # Errors
    /// When the state cannot be read, or the table is empty, which is a bug.
    pub fn single(&mut self) -> ActionResult<Stored<T>> {
        // a look-up is far cheaper than a search
        let usual = Table::<T>::get_to_write(&mut self.executor.overlay, &USUAL)?;
        let only = match usual {
            Some(row) => Some(row),
            None => self.scan(Scan::of("_id").limit(1))?.pop(),
        };
        only.ok_or_else(|| {
            Failure::Fatal(Fatal::Corrupt {
                what: format!("table {}.{}", T::CONTRACT, T::TABLE),
                reason: "it has no row".to_string(),
            })
        })
    }

    /// The rows with this text in an indexed field, in order of `_id`, at most `limit`.
    ///
    /// # Errors
    /// When the state cannot be read, or the field has no index, which is a bug.
    pub fn all_by(&self, field: &str, text: &str, limit: usize) -> ActionResult<Vec<Stored<T>>> {
        self.scan(Scan::of(field).equal(text).limit(limit))
    }

    /// The rows whose time, in an indexed field, has come: the oldest first, at most `limit`.
    ///
    /// # Errors
    /// As for [`all_by`](Self::all_by).
    pub fn due(&self, field: &str, now: i64, limit: usize) -> ActionResult<Vec<Stored<T>>> {
        self.scan(Scan::of(field).to(now as f64).limit(limit))
    }

    /// The rows that match a query, as [`Read::find`](tartan_state::Read::find).
    ///
    /// # Errors
    /// When the state cannot be read, or the query is none, which is a bug.
    pub fn find(&self, filter: &Filter, options: &FindOptions) -> ActionResult<Vec<Stored<T>>> {
        Ok(Table::<T>::find(&self.executor.overlay, filter, options)?)
    }

    /// The rows of a stretch of an index, in its order.
    ///
    /// # Errors
    /// When the state cannot be read, or there is no such index, which is a bug.
    pub fn scan(&self, scan: Scan<'_>) -> ActionResult<Vec<Stored<T>>> {
        Ok(Table::<T>::scan(&self.executor.overlay, &scan)?)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When there is a row with the same lookup, or the state cannot be written.
    pub fn insert(&mut self, record: T) -> ActionResult<Stored<T>> {
        let id = Table::<T>::insert(&mut self.executor.overlay, &record)?;
        self.note_write()?;
        Ok(Stored { id, record })
    }

    /// Adds a row that was just looked for by its primary key and not found, which saves looking for it again.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn insert_absent(&mut self, record: T) -> ActionResult<Stored<T>> {
        let id = Table::<T>::insert_absent(&mut self.executor.overlay, &record)?;
        self.note_write()?;
        Ok(Stored { id, record })
    }

    /// Puts a changed row in the place of what was there.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn update(&mut self, row: &Stored<T>) -> ActionResult {
        Table::<T>::put_row(&mut self.executor.overlay, Cow::Borrowed(row))?;
        self.note_write()
    }

    /// As [`update`](Self::update), with a row that is not needed any more: without a copy of it.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn put(&mut self, row: Stored<T>) -> ActionResult {
        Table::<T>::put_row(&mut self.executor.overlay, Cow::Owned(row))?;
        self.note_write()
    }

    /// Removes a row.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn remove(&mut self, row: &Stored<T>) -> ActionResult {
        Table::<T>::remove(&mut self.executor.overlay, &row.id)?;
        self.note_write()
    }

    fn note_write(&mut self) -> ActionResult {
        let Executor { overlay, hash, .. } = &mut *self.executor;
        Ok(hash.count(overlay, T::CONTRACT, T::TABLE)?)
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Failure {
        match error {
            QueryError::State(error) => Failure::Fatal(Fatal::State(error)),
            // The queries of native contracts are fixed: one that cannot run is a bug.
            error => Failure::Fatal(Fatal::State(StateError::Store(error.to_string()))),
        }
    }
}
