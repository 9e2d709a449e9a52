use std::ops::Bound;
use std::sync::Arc;

use tartan_document::{Object, Value};

use crate::catalog::{Catalog, TableInfo};
use crate::error::{QueryError, StateError};
use crate::query::{Filter, FindOptions, Query, Scan, scan, with_primary_key};
use crate::range::Range;
use crate::row::{Row, row_key};
use crate::space::{Space, successor};

/// Reading, the same from a [`View`](crate::View) and from an [`Overlay`](crate::Overlay).
pub trait Read {
    /// The value of a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<&[u8]>, StateError>;

    /// The entries within the bounds, in ascending order of keys, or descending with `reverse`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<Range<'_>, StateError>;

    /// The tables there are, including those created in the block in progress.
    fn catalog(&self) -> &Catalog;

    /// The tables there were before the block in progress: what results can be sorted by.
    fn committed_catalog(&self) -> &Catalog;

    /// The same reader, without its type.
    fn as_read(&self) -> &dyn Read;

    /// A search has looked at so many rows of the usual size; large ones count for several.
    fn note_examined(&self, _rows: u64) {}

    /// The entries whose key starts with `prefix`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn prefix(&self, space: Space, prefix: &[u8], reverse: bool) -> Result<Range<'_>, StateError> {
        let end = successor(prefix);
        let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let start = if prefix.is_empty() {
            Bound::Unbounded
        } else {
            Bound::Included(prefix)
        };
        self.range(space, start, end, reverse)
    }

    /// The table, if there is one.
    fn table(&self, contract: &str, table: &str) -> Option<Arc<TableInfo>> {
        self.catalog().get(contract, table).cloned()
    }

    /// The row with that `_id`.
    ///
    /// # Errors
    /// When the table does not exist or the store cannot be read.
    fn row(&self, contract: &str, table: &str, id: &Value) -> Result<Option<Object>, StateError> {
        let info = self.catalog().get(contract, table);
        let info = info.ok_or_else(|| TableInfo::unknown(contract, table))?;
        let bytes = self.get(Space::Rows(info.id), &row_key(id))?;
        bytes.map(|bytes| Row::read(bytes)?.decode()).transpose()
    }

    /// The rows that match: those after `offset`, at most `limit`, in the order of `sort` and then of `_id`.
    ///
    /// On a table with a primary key, a query that has all its fields also has to match the key exactly.
    ///
    /// # Errors
    /// When the table does not exist, the query fails or is too expensive.
    fn find(
        &self,
        contract: &str,
        table: &str,
        filter: &Filter,
        options: &FindOptions,
    ) -> Result<Vec<Object>, QueryError> {
        let rows = query(self.as_read(), contract, table, filter, |query| {
            query.find(options)
        })?;
        Ok(rows.into_iter().map(|row| row.document).collect())
    }

    /// The rows of a stretch of an index, in its order: the fast way through many rows.
    ///
    /// # Errors
    /// When there is no such table or index.
    fn scan(
        &self,
        contract: &str,
        table: &str,
        scan_of: &Scan<'_>,
    ) -> Result<Vec<Object>, QueryError> {
        let Some(info) = self.catalog().get(contract, table) else {
            let (contract, table) = (contract.into(), table.into());
            return Err(QueryError::UnknownTable { contract, table });
        };
        let mut rows = Vec::new();
        scan(self.as_read(), info, scan_of, &mut |bytes| {
            rows.push(Row::read(bytes)?.decode()?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The row that was inserted first, of those that match.
    ///
    /// # Errors
    /// When the table does not exist, the query fails, or more than `scan_limit` rows would be looked at.
    fn find_one(
        &self,
        contract: &str,
        table: &str,
        filter: &Filter,
        scan_limit: Option<u64>,
    ) -> Result<Option<Object>, QueryError> {
        let find = |query: Query<'_>| query.find_one(scan_limit);
        let row = query(self.as_read(), contract, table, filter, find)?;
        Ok(row.map(|row| row.document))
    }

    /// How many rows match the filter as it stands: unlike [`find`](Read::find), a table's primary key plays no part.
    ///
    /// # Errors
    /// When the table does not exist, the query fails, or more than `scan_limit` rows would be looked at.
    fn count(
        &self,
        contract: &str,
        table: &str,
        filter: &Filter,
        scan_limit: Option<u64>,
    ) -> Result<u64, QueryError> {
        let Some(table) = self.catalog().get(contract, table) else {
            let (contract, table) = (contract.into(), table.into());
            return Err(QueryError::UnknownTable { contract, table });
        };
        let reader = self.as_read();
        let query = Query {
            reader,
            table,
            filter,
        };
        query.count(scan_limit)
    }
}

/// Prepares a query on a table and runs it.
pub(crate) fn query<T>(
    reader: &dyn Read,
    contract: &str,
    table: &str,
    filter: &Filter,
    run: impl FnOnce(Query<'_>) -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    let Some(info) = reader.catalog().get(contract, table) else {
        let (contract, table) = (contract.into(), table.into());
        return Err(QueryError::UnknownTable { contract, table });
    };
    match with_primary_key(info, filter) {
        Some(filter) => run(Query {
            reader,
            table: info,
            filter: &filter,
        }),
        None => run(Query {
            reader,
            table: info,
            filter,
        }),
    }
}
