use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_chain::{FindRequest, ReadError};
use tartan_state::Sort;

use super::answer;
use super::record::plain;
use crate::error::Error;
use crate::extract::{Asked, Format};
use crate::page::Page;
use crate::pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows of one page.
const SIZE: usize = 50;
/// Rows that can be left out in front.
const MOST_SKIPPED: usize = 10_000;
/// Fields that have a column.
const COLUMNS: usize = 16;
/// Characters of a value that are shown.
const LONGEST: usize = 120;

/// The rows of a table, in the query language of JSON-RPC's `find`.
#[derive(Template)]
#[template(path = "explorer/table.html")]
struct TablePage {
    page: Page,
    contract: String,
    table: String,
    indexes: Vec<String>,
    asked: Query,
    /// Why the query cannot be answered.
    problem: Option<String>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    next: Option<String>,
    json: String,
}

#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    query: String,
    #[serde(default)]
    index: String,
    #[serde(default)]
    descending: String,
    #[serde(default)]
    offset: usize,
}

#[derive(Serialize)]
struct Answer {
    rows: Vec<Value>,
    /// What to ask for as `offset` for those after these.
    next: Option<usize>,
}

/// `GET /contract/<name>/table/<table>`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path((contract, table)): Path<(String, String)>,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let (table, format) = Format::split(&table);
    let table = table.to_owned();
    let names = (contract.clone(), table.clone());
    let details = site
        .read(move |reader| reader.table_details(&names.0, &names.1))
        .await?;
    let details = details.ok_or_else(|| {
        Error::not_found(format!("table {table:.60} of the contract {contract:.60}"))
    })?;
    let indexes = details.get("indexes").and_then(Value::as_object);
    let indexes: Vec<String> = indexes
        .map(|all| all.keys().cloned().collect())
        .unwrap_or_default();
    let found = rows(&site, &contract, &table, &asked).await;
    let next = match &found {
        Ok(rows) if rows.len() > SIZE => Some(asked.offset + SIZE),
        _ => None,
    };
    if format == Format::Json {
        let mut rows = found?;
        rows.truncate(SIZE);
        return Ok(answer::json(&Answer { rows, next }));
    }
    let (rows, problem) = match found {
        Ok(mut rows) => {
            rows.truncate(SIZE);
            (rows, None)
        }
        // the form stays, with what is wrong beside it
        Err(Error::BadRequest(reason)) => (Vec::new(), Some(reason)),
        Err(error) => return Err(error),
    };
    let columns = columns(&rows);
    let cells = |row: &Value| columns.iter().map(|column| cell(&row[column])).collect();
    Ok(answer::html(TablePage {
        rows: rows.iter().map(cells).collect(),
        next: next.map(|next| pager::with(&page, "offset", &next.to_string())),
        json: answer::json_address(&page),
        page,
        contract,
        table,
        indexes,
        asked,
        problem,
        columns,
    }))
}

/// One row more than a page has tells that there is another page.
async fn rows(
    site: &Site,
    contract: &str,
    table: &str,
    asked: &Query,
) -> Result<Vec<Value>, Error> {
    let query = match asked.query.trim() {
        "" => json!({}),
        text => serde_json::from_str(text)
            .map_err(|error| Error::bad_request(format!("expected a query as JSON: {error}")))?,
    };
    if asked.offset > MOST_SKIPPED {
        return Err(Error::bad_request(format!(
            "expected an offset of at most {MOST_SKIPPED}, found {}; ask for less by a query",
            asked.offset
        )));
    }
    let mut sort = Vec::new();
    if !asked.index.is_empty() && asked.index != "_id_" {
        sort.push(Sort {
            index: asked.index.clone(),
            descending: !asked.descending.is_empty(),
        });
    } else if !asked.descending.is_empty() {
        sort.push(Sort {
            index: "_id".to_owned(),
            descending: true,
        });
    }
    let (contract, table, offset) = (contract.to_owned(), table.to_owned(), asked.offset);
    let found = site.read(move |reader| {
        let request = FindRequest {
            limit: SIZE + 1,
            offset,
            sort,
            ..FindRequest::new(&contract, &table, &query)
        };
        Ok::<_, ReadError>(reader.find(&request)?.unwrap_or_default())
    });
    found.await
}

/// The fields of these rows, `_id` first.
fn columns(rows: &[Value]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in rows
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|row| row.keys())
    {
        if seen.insert(name.as_str()) && columns.len() < COLUMNS {
            columns.push(name.clone());
        }
    }
    columns.sort_by_key(|name| name != "_id");
    columns
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Object(fields) if fields.len() == 1 => match fields.get("$numberDecimal") {
            Some(number) => plain(number),
            None => value.to_string(),
        },
        other => plain(other),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
