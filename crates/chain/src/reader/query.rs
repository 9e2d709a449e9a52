use serde_json::Value;
use tartan_state::{Filter, FindOptions, Projection, QueryError, Read, Sort};

use super::Reader;
use crate::ReadError;

/// Rows that one question may look at.
const SCAN_LIMIT: u64 = 100_000;
/// Rows that are given if a question does not say how many.
const DEFAULT_LIMIT: usize = 1000;

/// A question about the rows of a table.
#[derive(Debug, Clone)]
pub struct FindRequest<'a> {
    /// The contract.
    pub contract: &'a str,
    /// Its table.
    pub table: &'a str,
    /// The query, in extended JSON.
    pub query: &'a Value,
    /// How many rows.
    pub limit: usize,
    /// How many to leave out in front.
    pub offset: usize,
    /// By which indexes to sort, the most significant first.
    pub sort: Vec<Sort>,
    /// Which fields to show; `None` for all.
    pub projection: Option<Projection>,
}

impl<'a> FindRequest<'a> {
    /// All rows that match, in order of `_id`, up to 1000 of them.
    pub fn new(contract: &'a str, table: &'a str, query: &'a Value) -> FindRequest<'a> {
        FindRequest {
            contract,
            table,
            query,
            limit: DEFAULT_LIMIT,
            offset: 0,
            sort: Vec::new(),
            projection: None,
        }
    }
}

impl Reader {
    /// The rows that match, as they are shown (decimals and dates in their extended forms); `None` if there is no
    /// such contract or table.
    ///
    /// # Errors
    /// When the query is malformed or looks at too many rows, or the state cannot be read.
    pub fn find(&self, request: &FindRequest<'_>) -> Result<Option<Vec<Value>>, ReadError> {
        let options = FindOptions {
            limit: request.limit,
            offset: request.offset,
            sort: request.sort.clone(),
            scan_limit: Some(SCAN_LIMIT),
            ..FindOptions::default()
        };
        let filter = filter(request.query)?;
        let found = self
            .view()?
            .find(request.contract, request.table, &filter, &options);
        let Some(rows) = if_there(found)? else {
            return Ok(None);
        };
        let shown = rows.into_iter().map(|row| match &request.projection {
            Some(projection) => shown(projection.apply(row)),
            None => shown(row),
        });
        Ok(Some(shown.collect()))
    }

    /// The first row that matches, in the order of insertion.
    ///
    /// # Errors
    /// As [`find`](Reader::find).
    pub fn find_one(
        &self,
        contract: &str,
        table: &str,
        query: &Value,
    ) -> Result<Option<Value>, ReadError> {
        let found = self
            .view()?
            .find_one(contract, table, &filter(query)?, Some(SCAN_LIMIT));
        Ok(if_there(found)?.flatten().map(shown))
    }

    /// How many rows match; `None` if there is no such contract or table.
    ///
    /// # Errors
    /// As [`find`](Reader::find).
    pub fn count(
        &self,
        contract: &str,
        table: &str,
        query: &Value,
    ) -> Result<Option<u64>, ReadError> {
        if_there(
            self.view()?
                .count(contract, table, &filter(query)?, Some(SCAN_LIMIT)),
        )
    }
}

fn filter(query: &Value) -> Result<Filter, ReadError> {
    let query = tartan_document::Value::from_extended(query.clone().into())
        .map_err(|error| QueryError::Malformed(error.to_string()))?;
    Ok(Filter::parse(&query)?)
}

/// An unknown table is an ordinary answer.
fn if_there<T>(found: Result<T, QueryError>) -> Result<Option<T>, ReadError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(QueryError::UnknownTable { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A row with its decimals and dates in their extended forms.
fn shown(row: tartan_document::Object) -> Value {
    tartan_document::Value::Object(row).to_extended().into()
}
