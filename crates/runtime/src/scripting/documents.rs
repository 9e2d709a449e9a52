use std::sync::Arc;

use tartan_document::{ExtendedError, Object, Value};
use tartan_state::{Filter, IfMissing, QueryError, Read, StateError};

use super::row_cache::{is_cached, strip};
use super::{Dialect, arguments};
use crate::executor::{CREATE, Frame};
use crate::{ActionResult, ContractRecord, Executor, Failure, Fatal};

/// The tables as a script sees them (`api.db`): those of its own contract to write, those of all contracts to read.
///
/// Records and results are documents whose decimals and dates are in their extended forms. Sources of the behaviour:
/// protocol, c.4, d.9 and e.
pub struct Documents<'a> {
    pub(super) executor: &'a mut Executor,
    pub(super) frame: &'a Frame,
}

/// What a table is looked up for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Searching it.
    Search,
    /// Everything else.
    Use,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(executor: &'a mut Executor, frame: &'a Frame) -> Documents<'a> {
        Documents { executor, frame }
    }

    /// The rows of a table that match (`find`, `findInTable`; `None` for the script's own contract), in the order of
    /// indexes: `[{index, descending}]`. `None` (`null`) when there is no such table, or an argument is wrong.
    ///
    /// # Errors
    /// When more rows are asked for, or looked at, than the network allows.
    pub fn find(
        &mut self,
        contract: Option<&str>,
        table: &str,
        query: &Value,
        limit: &Value,
        offset: &Value,
        indexes: &Value,
    ) -> ActionResult<Option<Vec<Object>>> {
        self.executor.flush_rows()?;
        let (contract, dialect) = (self.contract(contract), self.dialect());
        if !self.is_visible(&contract, table, For::Search) {
            return Ok(None);
        }
        let limits = self.executor.rules.limits;
        let options = arguments::find_options(dialect, &limits, limit, offset, indexes)?;
        let keyed = self.executor.overlay.table(&contract, table);
        let keyed = keyed.is_some_and(|info| info.primary_key.is_some());
        let query = arguments::find_query(dialect, query, keyed);
        let (Some(options), Some(query)) = (options, query) else {
            return Ok(None);
        };
        let Some(filter) = answer(Filter::parse_object(&query))? else {
            return Ok(None);
        };
        let overlay = &self.executor.overlay;
        let rows = answer(overlay.find(&contract, table, &filter, &options))?;
        Ok(rows.map(|rows| rows.iter().map(Object::to_extended).collect()))
    }

    /// The row inserted first of those that match (`findOne`, `findOneInTable`); `None` when there is none, no such
    /// table, or the query is wrong.
    ///
    /// # Errors
    /// When more rows would be looked at than the network allows.
    pub fn find_one(
        &mut self,
        contract: Option<&str>,
        table: &str,
        query: &Value,
    ) -> ActionResult<Option<Object>> {
        let contract = self.contract(contract);
        let cached = self.is_cached(&contract, table);
        let known = self.is_visible(&contract, table, For::Search);
        let Some(query) = arguments::find_one_query(query).filter(|_| known) else {
            return Ok(None);
        };
        let mut found = None;
        if cached {
            found = self.executor.row_cache.get(&query).cloned();
        } else {
            self.executor.flush_rows()?;
        }
        if found.is_none() {
            let Some(filter) = answer(Filter::parse_object(&query))? else {
                return Ok(None);
            };
            let limit = Some(self.executor.rules.limits.scan_rows as u64);
            let overlay = &self.executor.overlay;
            let row = answer(overlay.find_one(&contract, table, &filter, limit))?.flatten();
            found = row.map(|row| row.to_extended());
        }
        if let (true, Some(row)) = (cached, &mut found) {
            strip(row);
        }
        Ok(found)
    }

    /// How many rows of a table of the contract match (`count`); `None` when there is no such table or the query is
    /// wrong.
    ///
    /// # Errors
    /// When more rows would be looked at than the network allows. On the reference's Hive lineage always in a
    /// deployment, on its Steem lineage always: there is no such function.
    pub fn count(&mut self, table: &str, query: &Value) -> ActionResult<Option<u64>> {
        match self.dialect() {
            Dialect::Steem => {
                let message = "api.db.count is not a function";
                return Err(Failure::exception("TypeError", message));
            }
            Dialect::Hive if self.creating() => {
                let message = "ivmExternalCopy is not defined";
                return Err(Failure::exception("ReferenceError", message));
            }
            _ => self.executor.flush_rows()?,
        }
        let contract = self.contract(None);
        let known = self.is_visible(&contract, table, For::Search);
        let query = query.as_object().filter(|_| known);
        let query = query.and_then(|query| query.clone().from_extended().ok());
        let Some(query) = query else {
            return Ok(None);
        };
        let Some(filter) = answer(Filter::parse_object(&query))? else {
            return Ok(None);
        };
        let limit = Some(self.executor.rules.limits.scan_rows as u64);
        answer(
            self.executor
                .overlay
                .count(&contract, table, &filter, limit),
        )
    }

    /// A contract as it is shown (`findContract`), if there is one.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn find_contract(&mut self, name: &str) -> ActionResult<Option<Object>> {
        let overlay = &self.executor.overlay;
        let Some(record) = ContractRecord::find(overlay, name)? else {
            return Ok(None);
        };
        let mut document = record.document(overlay)?;
        let new = &self.executor.new_tables;
        if let Some(Value::Object(tables)) = document.get_mut("tables") {
            tables.retain(|full, _| {
                let table = full.as_str().and_then(|full| full.split_once('_'));
                !table.is_some_and(|(_, table)| new.contains(name, table))
            });
        }
        Ok(Some(document))
    }

    /// Inserts a row (`insert`) and gives it back with its `_id`: behind the other fields unless the record had one
    /// already, whereas the row has it in front. `None` when the contract has no such table.
    ///
    /// On the reference a deployment inserts past the contract's record: also into tables made just now, with a number
    /// for `_id` whatever the primary key, and without an effect on the hash of the database.
    ///
    /// # Errors
    /// When the record cannot be a row: a text that is no decimal, a primary key that exists, too large.
    pub fn insert(&mut self, table: &str, record: Object) -> ActionResult<Option<Object>> {
        let contract = self.frame.contract.clone();
        if self.creating() && self.dialect().is_reference() {
            return self.insert_past_record(&contract, table, record);
        }
        if !self.is_known(&contract, table) {
            return Ok(None);
        }
        let record = values(record)?;
        let mut shown = record.to_extended();
        let row = written(self.executor.overlay.insert(&contract, table, record))?;
        self.note_write(&contract, table)?;
        if let Some(id) = row.get("_id") {
            shown.insert("_id", id.to_extended());
        }
        Ok(Some(shown))
    }

    fn insert_past_record(
        &mut self,
        contract: &str,
        table: &str,
        record: Object,
    ) -> ActionResult<Option<Object>> {
        let overlay = &mut self.executor.overlay;
        if overlay.catalog().get(contract, table).is_none() {
            // there is no counter
            let message = "Cannot read properties of null (reading 'seq')";
            return Err(Failure::exception("TypeError", message));
        }
        let mut shown = record.clone();
        let row = written(overlay.insert_numbered(contract, table, values(record)?))?;
        if let Some(id) = row.get("_id") {
            shown.insert("_id", id.clone());
        }
        Ok(Some(shown))
    }

    /// Merges a record into the row with its `_id` (`update`): its fields are set, those that `unsets` names are
    /// removed. Where there is no such row, one is added, but not on the Steem lineage. Nothing happens when the
    /// contract has no such table.
    ///
    /// # Errors
    /// When the result cannot be a row, or a field is both set and unset.
    pub fn update(
        &mut self,
        table: &str,
        mut record: Object,
        unsets: Option<Object>,
    ) -> ActionResult {
        let contract = self.frame.contract.clone();
        if !self.is_known(&contract, table) {
            return Ok(());
        }
        self.note_write(&contract, table)?;
        if self.is_cached(&contract, table) {
            strip(&mut record);
            self.executor.row_cache.put(record);
            return Ok(());
        }
        let record = values(record)?;
        let unsets = unsets.unwrap_or_default();
        let unsets: Vec<&str> = unsets.keys().filter_map(|field| field.as_str()).collect();
        self.executor.put_row(&contract, table, &record, &unsets)
    }

    /// Removes the row with the record's `_id` (`remove`), of which nothing else is looked at. Nothing happens when
    /// there is no such row or table.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn remove(&mut self, table: &str, record: &Object) -> ActionResult {
        let contract = self.frame.contract.clone();
        if !self.is_known(&contract, table) {
            return Ok(());
        }
        self.note_write(&contract, table)?;
        let id = record.get("_id").unwrap_or(&Value::Null);
        written(self.executor.overlay.remove(&contract, table, id))?;
        if self.is_cached(&contract, table) {
            self.executor.row_cache.forget(record);
        }
        Ok(())
    }

    /// Whether the contract has a table (`tableExists`).
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn table_exists(&self, table: &str) -> ActionResult<bool> {
        Ok(self.is_known(&self.frame.contract, table))
    }

    /// A block of the chain as it is shown (`getBlockInfo`); `None` when there is none with this number.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn block_info(&mut self, number: f64) -> ActionResult<Option<Value>> {
        let whole = number.trunc() == number && (0.0..=9_007_199_254_740_991.0).contains(&number);
        match &self.executor.blocks {
            Some(blocks) if whole => Ok(blocks.block(&self.executor.overlay, number as u64)?),
            _ => Ok(None),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.executor.rules.dialect
    }

    fn creating(&self) -> bool {
        &*self.frame.action == CREATE
    }

    fn contract(&self, contract: Option<&str>) -> Arc<str> {
        contract.map_or_else(|| self.frame.contract.clone(), Arc::from)
    }

    /// Whether this is the table whose updates are held back.
    fn is_cached(&self, contract: &str, table: &str) -> bool {
        self.dialect() == Dialect::Hive && is_cached(contract, table)
    }

    /// Whether a table is there to be used, other than for a search.
    pub(super) fn is_known(&self, contract: &str, table: &str) -> bool {
        self.is_visible(contract, table, For::Use)
    }

    fn is_visible(&self, contract: &str, table: &str, purpose: For) -> bool {
        // the Steem lineage looks for the table itself when it searches, not in the contract's record
        let at_once = self.dialect() == Dialect::Steem && purpose == For::Search;
        self.executor
            .overlay
            .catalog()
            .get(contract, table)
            .is_some()
            && (at_once || !self.executor.new_tables.contains(contract, table))
    }

    fn note_write(&mut self, contract: &str, table: &str) -> ActionResult {
        let Executor { overlay, hash, .. } = &mut *self.executor;
        Ok(hash.count(overlay, contract, table)?)
    }
}

impl Executor {
    /// Merges a record into its row, or adds it where the network has it so.
    pub(super) fn put_row(
        &mut self,
        contract: &str,
        table: &str,
        record: &Object,
        unsets: &[&str],
    ) -> ActionResult {
        let dialect = self.rules.dialect;
        let if_missing = match dialect {
            Dialect::Steem => IfMissing::Ignore,
            _ => IfMissing::Insert,
        };
        let overlay = &mut self.overlay;
        if record.contains_key("_id") || !dialect.is_reference() {
            written(overlay.update(contract, table, record, unsets, if_missing))?;
        } else {
            // to the database, no `_id` is one that is null
            let mut record = record.clone();
            record.insert("_id", Value::Null);
            written(overlay.update(contract, table, &record, unsets, if_missing))?;
        }
        Ok(())
    }
}

/// A record with the values that its extended forms stand for.
fn values(record: Object) -> ActionResult<Object> {
    let refused = |error: ExtendedError| Failure::exception("TypeError", error.to_string());
    record.from_extended().map_err(refused)
}

/// What came of a write: what the store refuses is the script's exception, what it cannot do ends everything.
pub(super) fn written<T>(result: Result<T, StateError>) -> ActionResult<T> {
    result.map_err(|error| match error {
        StateError::Duplicate { .. }
        | StateError::InvalidRecord { .. }
        | StateError::RecordTooLarge { .. }
        | StateError::InvalidTable { .. }
        | StateError::TableExists { .. }
        | StateError::KeyLength { .. } => Failure::exception("Error", error.to_string()),
        error => Failure::Fatal(Fatal::State(error)),
    })
}

/// What came of a search: a wrong query has no answer, one that costs too much is the script's exception.
pub(super) fn answer<T>(result: Result<T, QueryError>) -> ActionResult<Option<T>> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(QueryError::State(error)) => Err(error.into()),
        Err(error @ QueryError::TooExpensive { .. }) => {
            Err(Failure::exception("RangeError", error.to_string()))
        }
        Err(_) => Ok(None),
    }
}
