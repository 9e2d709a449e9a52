//! Arguments of searches, read as the reference and the database behind it read them.

use tartan_document::{Object, Value};
use tartan_state::{DEFAULT_LIMIT, FindOptions, Sort, UnknownIndex};

use super::Dialect;
use crate::{ActionResult, Failure, Limits};

/// Beyond it a number is no count of rows.
const MAX_COUNT: f64 = 9_223_372_036_854_775_807.0;

/// How a search is to be run; `None` if its answer is `null` whatever the table holds.
pub(super) fn find_options(
    dialect: Dialect,
    limits: &Limits,
    limit: &Value,
    offset: &Value,
    indexes: &Value,
) -> ActionResult<Option<FindOptions>> {
    let (Some(limit), Some(offset), Some(sort)) = (
        row_limit(dialect, limit),
        count(offset, 0),
        sorts(dialect, indexes),
    ) else {
        return Ok(None);
    };
    if limit > limits.find_rows {
        let most = limits.find_rows;
        return Err(Failure::exception(
            "RangeError",
            format!("a search for {limit} rows, expected at most {most}"),
        ));
    }
    Ok(Some(FindOptions {
        limit,
        offset,
        sort,
        scan_limit: Some(limits.scan_rows as u64),
        unknown_index: match dialect {
            Dialect::Steem => UnknownIndex::Error,
            _ => UnknownIndex::IgnoreSort,
        },
    }))
}

/// How many rows are wanted. The Hive lineage checks nothing; to the database a negative limit is a positive one.
fn row_limit(dialect: Dialect, limit: &Value) -> Option<usize> {
    match limit {
        Value::Number(number) if *number < 0.0 && dialect == Dialect::Hive => {
            count(&Value::Number(-number), DEFAULT_LIMIT)
        }
        limit => count(limit, DEFAULT_LIMIT)
            .filter(|limit| dialect != Dialect::Steem || *limit <= DEFAULT_LIMIT),
    }
}

/// A count of rows; what is falsy stands for the usual one.
fn count(value: &Value, usual: usize) -> Option<usize> {
    match value {
        value if !value.is_truthy() => Some(usual),
        Value::Number(number) => {
            let whole = number.trunc() == *number && (0.0..MAX_COUNT).contains(number);
            whole.then_some(*number as usize)
        }
        _ => None,
    }
}

fn sorts(dialect: Dialect, indexes: &Value) -> Option<Vec<Sort>> {
    match indexes {
        indexes if !indexes.is_truthy() => Some(Vec::new()),
        Value::Array(indexes) => indexes.iter().map(|index| sort(dialect, index)).collect(),
        // text has a length, and then none of a list's functions
        Value::String(_) => None,
        _ => (dialect != Dialect::Steem).then(Vec::new),
    }
}

fn sort(dialect: Dialect, sort: &Value) -> Option<Sort> {
    if sort.is_null() {
        return None;
    }
    let (index, descending) = (sort.get("index"), sort.get("descending"));
    if dialect == Dialect::Steem {
        index?.as_str().filter(|index| !index.is_empty())?;
        descending?.as_bool()?;
    }
    Some(Sort {
        index: text(index),
        descending: descending == Some(&Value::Bool(true)),
    })
}

/// A value as a template string shows it; of what is neither text nor number only roughly.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        None => "undefined".to_string(),
        Some(Value::String(text)) => text.to_string_lossy().into_owned(),
        Some(Value::Object(_)) => "[object Object]".to_string(),
        Some(value) => value.stringify(),
    }
}

/// The query of `find`; `None` if there is no answer to it.
pub(super) fn find_query(dialect: Dialect, query: &Value, keyed: bool) -> Option<Object> {
    match query {
        // the database's client takes no query for one that everything matches
        Value::Null if dialect == Dialect::Hive && !keyed => Some(Object::new()),
        // only `findOne` knows the old name of `_id`
        Value::Object(query) if dialect.is_reference() && query.contains_key("$loki") => None,
        Value::Object(query) => query.clone().from_extended().ok(),
        _ => None,
    }
}

/// The query of `findOne`; `None` if there is no answer to it.
pub(super) fn find_one_query(query: &Value) -> Option<Object> {
    let mut query = query.as_object()?.clone();
    match query.get("$loki") {
        Some(id) if id.is_truthy() => {
            let id = id.clone();
            query.insert("_id", id);
            query.remove("$loki");
        }
        Some(_) => return None,
        None => {}
    }
    query.from_extended().ok()
}
