use tartan_document::{Kind, Object, Value, order};

use super::DEFAULT_LIMIT;
use super::execute::Query;
use super::filter::{Comparison, Filter, Node, Predicate, malformed};
use super::matcher::is_nan;
use super::path::Path;
use super::planner::{Access, Direction};
use super::ranges::{KeyRange, prefix_range, value_range};
use super::sort::Order;
use super::walk::{Next, walk};
use crate::catalog::{IndexField, IndexInfo, TableInfo};
use crate::entries::{MAX_FIELDS, entry_key};
use crate::error::{QueryError, StateError};
use crate::read::Read;
use crate::row::{KEY_CUT, row_key};
use crate::space::Space;

/// A stretch of an index: where its first fields have given values and the next one is within bounds, in the
/// order of the index and then of `_id`.
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    index: &'a str,
    equal: Vec<Value>,
    from: Option<Value>,
    to: Option<Value>,
    behind: Option<(Vec<Value>, Value)>,
    descending: bool,
    skip: usize,
    limit: usize,
}

impl<'a> Scan<'a> {
    /// All of an index: `_id`, a field with an index of its own, or the name of an index.
    pub fn of(index: &'a str) -> Scan<'a> {
        let (from, to) = (None, None);
        let (equal, limit) = (Vec::new(), DEFAULT_LIMIT);
        Scan {
            index,
            equal,
            from,
            to,
            behind: None,
            descending: false,
            skip: 0,
            limit,
        }
    }

    /// Where the next field of the index is equal to the value.
    pub fn equal(mut self, value: impl Into<Value>) -> Scan<'a> {
        self.equal.push(value.into());
        self
    }

    /// Where the field after those that are equal is of the kind of the value and not less than it.
    pub fn from(mut self, value: impl Into<Value>) -> Scan<'a> {
        self.from = Some(value.into());
        self
    }

    /// Where the field after those that are equal is of the kind of the value and not greater than it.
    pub fn to(mut self, value: impl Into<Value>) -> Scan<'a> {
        self.to = Some(value.into());
        self
    }

    /// Only what stands behind a place in the order of the index: that of a row with these values in all its fields
    /// and this number as `_id`, whether there is such a row or not. So a walk through many rows goes on where it
    /// stopped, without a look at what it has seen. Not together with [`descending`](Self::descending), nor in an index
    /// with arrays or with fields too long to be kept whole: that is an error.
    pub fn behind(mut self, values: impl IntoIterator<Item = Value>, id: u64) -> Scan<'a> {
        let values = values.into_iter().collect();
        self.behind = Some((values, Value::Number(id as f64)));
        self
    }

    /// Against the order of the index; equal rows still in ascending order of `_id`.
    pub fn descending(mut self) -> Scan<'a> {
        self.descending = true;
        self
    }

    /// Without the first so many rows. They are passed over one by one, but not read.
    pub fn skip(mut self, skip: usize) -> Scan<'a> {
        self.skip = skip;
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, limit: usize) -> Scan<'a> {
        self.limit = limit;
        self
    }
}

/// Visits the rows of a scan.
pub(crate) fn scan(
    reader: &dyn Read,
    table: &TableInfo,
    scan: &Scan<'_>,
    visit: &mut dyn FnMut(&[u8]) -> Result<(), StateError>,
) -> Result<(), QueryError> {
    let (fields, index) = fields_of(table, scan)?;
    let bounded = usize::from(scan.from.is_some() || scan.to.is_some());
    if scan.equal.len() + bounded > fields.len() {
        let found = scan.equal.len() + bounded;
        return Err(malformed(format!(
            "values for {found} fields of an index of {}",
            fields.len()
        )));
    }
    if let Some(access) = place(access(index, &fields, scan), &fields, scan)?
        && let Some(rows) = direct(reader, table, scan, &access)?
    {
        return rows
            .into_iter()
            .try_for_each(visit)
            .map_err(QueryError::from);
    }
    if scan.behind.is_some() {
        return Err(no_place("its keys are cut off"));
    }
    by_query(reader, table, scan, &fields, visit)
}

fn no_place(reason: &str) -> QueryError {
    malformed(format!("a scan cannot begin behind a row here: {reason}"))
}

/// The access, narrowed to what stands behind the place that the scan begins at.
fn place(
    access: Option<Access>,
    fields: &[IndexField],
    scan: &Scan<'_>,
) -> Result<Option<Access>, QueryError> {
    let Some((values, id)) = &scan.behind else {
        return Ok(access);
    };
    let Some(Access::Index {
        index,
        multikey,
        ranges,
    }) = access
    else {
        return Err(no_place("keys alone do not decide"));
    };
    if scan.descending || values.len() != fields.len() {
        return Err(no_place("it is ascending, and names every field"));
    }
    let mut key = Vec::new();
    for (field, value) in fields.iter().zip(values) {
        order::encode_key(Some(value), field.descending, &mut key);
    }
    if key.len() >= MAX_FIELDS {
        return Err(no_place("its keys are cut off"));
    }
    let mut start = entry_key(key, &row_key(id));
    start.push(0); // the least key behind it
    let behind = |(from, to): KeyRange| (from.max(start.clone()), to);
    let ranges = ranges.into_iter().map(behind);
    let ranges = ranges
        .filter(|(from, to)| to.as_ref().is_none_or(|to| from < to))
        .collect();
    Ok(Some(Access::Index {
        index,
        multikey,
        ranges,
    }))
}

/// The fields of the index, and the index unless it is that of `_id`.
fn fields_of<'t>(
    table: &'t TableInfo,
    scan: &Scan<'_>,
) -> Result<(Vec<IndexField>, Option<&'t IndexInfo>), QueryError> {
    if scan.index == "_id" {
        let id = IndexField {
            path: Path::from("_id"),
            descending: false,
        };
        return Ok((vec![id], None));
    }
    let index = table
        .index(scan.index)
        .or_else(|| table.index(&format!("{}_1", scan.index)));
    let index = index.ok_or_else(|| QueryError::UnknownIndex(scan.index.into()))?;
    Ok((index.spec.fields.clone(), Some(index)))
}

/// The stretch of keys, where keys alone decide.
fn access(index: Option<&IndexInfo>, fields: &[IndexField], scan: &Scan<'_>) -> Option<Access> {
    let mut prefix = Vec::new();
    for (field, value) in fields.iter().zip(&scan.equal) {
        order::encode_key(Some(value), field.descending, &mut prefix);
    }
    let (mut from, to) = (scan.from.as_ref(), scan.to.as_ref());
    if from.is_some_and(|from| to.is_some_and(|to| from.kind() != to.kind()))
        || from.into_iter().chain(to).any(is_nan)
    {
        return None;
    }
    // NaN stands before all other numbers and is not less than any.
    let least_number = Value::Number(f64::NEG_INFINITY);
    if from.is_none() && to.is_some_and(|to| to.kind() == Kind::Number) {
        from = Some(&least_number);
    }
    let given = || scan.equal.iter().chain(from).chain(to);
    let next = fields.get(scan.equal.len());
    let max_len = if index.is_some() { MAX_FIELDS } else { KEY_CUT };
    let range = match next {
        Some(next) => value_range(&prefix, from, to, next.descending, max_len),
        None => prefix_range(&prefix, max_len),
    };
    // a bound that is cut off lets keys in that are cut off at the same place
    let is_cut = |value: &Value| {
        let mut key = prefix.clone();
        order::encode_key(Some(value), false, &mut key);
        key.len() >= max_len
    };
    let exact = prefix.len() < max_len
        && !given().any(|value| matches!(value, Value::Array(_)))
        && !from.into_iter().chain(to).any(is_cut);
    match index {
        _ if !exact => None,
        Some(index) if index.multikey => None,
        Some(index) => Some(Access::Index {
            index: index.id,
            multikey: false,
            ranges: vec![range],
        }),
        None => Some(Access::Rows(range)),
    }
}

/// The rows, read straight along the keys; `None` where keys that were cut off leave something open.
fn direct<'a>(
    reader: &'a dyn Read,
    table: &TableInfo,
    scan: &Scan<'_>,
    access: &'a Access,
) -> Result<Option<Vec<&'a [u8]>>, StateError> {
    let mut rows = Vec::new();
    let mut exact = true;
    let mut skip = scan.skip;
    let by_id = matches!(access, Access::Rows(_));
    let direction = Direction {
        reverse: scan.descending,
        turn_ids: scan.descending && !by_id,
    };
    walk(reader, table, access, Some(direction), &mut |batch| {
        // one alone is in order with itself
        exact &= !batch.unsorted || batch.candidates.len() == 1;
        for candidate in &batch.candidates {
            if rows.len() >= scan.limit || !exact {
                return Ok(Next::Stop);
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let row = match candidate.row {
                Some(row) => Some(row),
                None => reader.get(Space::Rows(table.id), candidate.key)?,
            };
            rows.extend(row);
        }
        Ok::<Next, StateError>(if rows.len() >= scan.limit {
            Next::Stop
        } else {
            Next::Go
        })
    })?;
    Ok(exact.then_some(rows))
}

/// The same by a query, which compares documents.
fn by_query(
    reader: &dyn Read,
    table: &TableInfo,
    scan: &Scan<'_>,
    fields: &[IndexField],
    visit: &mut dyn FnMut(&[u8]) -> Result<(), StateError>,
) -> Result<(), QueryError> {
    let mut conditions = Vec::new();
    let mut add = |field: &IndexField, comparison, value: &Value| {
        let predicate = Predicate::Compare(comparison, value.clone());
        let node = Node::Field(field.path.clone(), vec![predicate]);
        conditions.push((field.path.to_string().into(), node));
    };
    for (field, value) in fields.iter().zip(&scan.equal) {
        add(field, Comparison::Equal, value);
    }
    if let Some(field) = fields.get(scan.equal.len()) {
        let (least, most) = (&scan.from, &scan.to);
        least
            .iter()
            .for_each(|value| add(field, Comparison::GreaterOrEqual, value));
        most.iter()
            .for_each(|value| add(field, Comparison::LessOrEqual, value));
    }
    let filter = Filter {
        conditions,
        source: Object::new(),
    };
    let order = Order::of_index(fields, scan.descending);
    let query = Query {
        reader,
        table,
        filter: &filter,
    };
    for row in query.find_in(&order, scan.skip, scan.limit, None)? {
        if let Some(bytes) = reader.get(Space::Rows(table.id), &row.key)? {
            visit(bytes)?;
        }
    }
    Ok(())
}
