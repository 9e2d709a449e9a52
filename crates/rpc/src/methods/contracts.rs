//! Contracts and the rows of their tables.

use tartan_document::{Object, Value};
use tartan_state::{Filter, FindOptions, Projection, QueryError, Read, Sort, View};

use super::params::{Params, integer, required};
use super::{Effort, needs_thread};
use crate::envelope::Failure;
use crate::error::RpcError;
use crate::service::{Service, internal};

/// Rows that a query may examine where others wait for it.
const FEW_ROWS: u64 = 100;
/// A `find` of more rows is not even tried there.
const SMALL_LIMIT: u64 = 50;
/// Most indexes to sort by.
const MAX_SORT: usize = 16;

/// `getContract`: a contract with its code and tables, or null.
pub(super) fn contract(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let name = Params::read(params)?
        .text("name")
        .ok_or_else(|| required(service.wording().contract_name))?;
    needs_thread(effort)?;
    let contract = service
        .reader()
        .contract(name)
        .map_err(|error| internal(&error))?;
    match contract {
        Some(contract) => out.push_str(&contract.to_string()),
        None => out.push_str("null"),
    }
    Ok(())
}

/// `findOne`: the first row that the query matches, or null.
pub(super) fn find_one(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let params = Params::read(params)?;
    let projection = projection(params.truthy("project"))?;
    let question = Question::read(service, params)?;
    match question.ask(service, effort, |view, filter, most| {
        view.find_one(question.contract, question.table, filter, Some(most))
    })? {
        Some(Some(row)) => write_row(row, projection.as_ref(), out),
        Some(None) | None => out.push_str("null"),
    }
    Ok(())
}

/// `find`: the rows that the query matches, or null if there is no such table.
pub(super) fn find(
    service: &Service,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    let params = Params::read(params)?;
    let question = Question::read(service, params)?;
    let limits = service.limits();
    let limit = count(params, "limit", limits.max_limit)?.max(1);
    if limit > limits.max_limit {
        return Err(too_high("limit", limits.max_limit));
    }
    let offset = count(params, "offset", 0)?;
    if let Some(most) = limits.max_offset.filter(|most| offset > *most) {
        return Err(too_high("offset", most));
    }
    let projection = projection(params.truthy("project"))?;
    let sort = sort(params.truthy("indexes"))?;
    if limit > SMALL_LIMIT {
        needs_thread(effort)?;
    }
    let (limit, offset) = (rows(limit), rows(offset));
    let found = question.ask(service, effort, |view, filter, most| {
        let options = FindOptions {
            limit,
            offset,
            sort,
            scan_limit: Some(most),
            ..FindOptions::default()
        };
        view.find(question.contract, question.table, filter, &options)
    })?;
    let Some(rows) = found else {
        out.push_str("null");
        return Ok(());
    };
    out.push('[');
    for (index, row) in rows.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_row(row, projection.as_ref(), out);
        if out.len() > limits.max_response_bytes {
            return Err(RpcError::too_large(limits.max_response_bytes).into());
        }
    }
    out.push(']');
    Ok(())
}

/// What `find` and `findOne` have in common.
struct Question<'a> {
    contract: &'a str,
    table: &'a str,
    query: &'a Object,
}

impl<'a> Question<'a> {
    fn read(service: &Service, params: Params<'a>) -> Result<Question<'a>, RpcError> {
        let given = || {
            let query = params.get("query")?.as_object()?;
            Some(Question {
                contract: params.text("contract")?,
                table: params.text("table")?,
                query,
            })
        };
        given().ok_or(RpcError::bad(service.wording().query))
    }

    /// Looks into a view, examining no more rows than the effort allows; `None` if there is no such table.
    fn ask<T>(
        &self,
        service: &Service,
        effort: Effort,
        look: impl FnOnce(&View, &Filter, u64) -> Result<T, QueryError>,
    ) -> Result<Option<T>, Failure> {
        let most = match effort {
            Effort::Little => FEW_ROWS,
            Effort::Full => service.limits().max_examined_rows,
        };
        let query = self
            .query
            .clone()
            .from_extended()
            .map_err(|error| RpcError::bad(error.to_string()))?;
        let filter = Filter::parse_object(&query).map_err(refused)?;
        let view = service.reader().view().map_err(|error| internal(&error))?;
        match look(&view, &filter, most) {
            Ok(found) => Ok(Some(found)),
            Err(QueryError::UnknownTable { .. }) => Ok(None),
            Err(QueryError::TooExpensive { .. }) if effort == Effort::Little => {
                Err(Failure::TooMuch)
            }
            Err(error) => Err(refused(error).into()),
        }
    }
}

/// A query that has no answer is refused with the reason; where the reference answers null it hides a mistake.
fn refused(error: QueryError) -> RpcError {
    match error {
        QueryError::State(error) => internal(&error),
        error => RpcError::bad(error.to_string()),
    }
}

/// A number of rows; zero and other false values stand for the default. The reference lets some others pass, which
/// end in null or unlimited answers there (protocol, W19).
fn count(params: Params<'_>, name: &str, default: u64) -> Result<u64, RpcError> {
    let Some(value) = params.truthy(name) else {
        return Ok(default);
    };
    integer(value)
        .and_then(|number| u64::try_from(number).ok())
        .ok_or_else(|| {
            let found = value.stringify();
            RpcError::bad(format!(
                "missing or wrong parameters: expected {name} to be a number of rows, found {found}"
            ))
        })
}

fn too_high(name: &str, most: u64) -> Failure {
    RpcError::bad(format!("{name} is too high, maximum {name} is {most}")).into()
}

fn rows(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Which fields to answer; keys may be included (1) or excluded (0), and nothing be computed. `None`: all.
fn projection(project: Option<&Value>) -> Result<Option<Projection>, RpcError> {
    let Some(project) = project else {
        return Ok(None);
    };
    let plain = |object: &Object| {
        object
            .values()
            .all(|value| matches!(value.as_f64(), Some(0.0 | 1.0)))
    };
    match project {
        Value::Object(object) if object.is_empty() => Ok(None),
        Value::Object(object) if plain(object) => {
            Projection::parse(project).map(Some).map_err(refused)
        }
        _ => Err(RpcError::bad(
            "arbitrary key for project is not allowed, you may only include or exclude existing keys",
        )),
    }
}

/// The indexes to sort by, each with whether descending.
fn sort(indexes: Option<&Value>) -> Result<Vec<Sort>, RpcError> {
    let Some(indexes) = indexes else {
        return Ok(Vec::new());
    };
    let wrong = || {
        RpcError::bad(
            "missing or wrong parameters: expected indexes to be a list of {\"index\": name, \"descending\": bool}",
        )
    };
    let indexes = indexes
        .as_array()
        .filter(|indexes| indexes.len() <= MAX_SORT)
        .ok_or_else(wrong)?;
    let one = |index: &Value| {
        let name = index
            .get("index")?
            .as_str()
            .filter(|name| !name.is_empty())?;
        let descending = index
            .get("descending")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        Some(Sort {
            index: name.to_owned(),
            descending,
        })
    };
    indexes
        .iter()
        .map(|index| one(index).ok_or_else(wrong))
        .collect()
}

fn write_row(row: Object, projection: Option<&Projection>, out: &mut String) {
    match projection {
        Some(projection) => projection.apply(row).stringify_into(out),
        None => row.stringify_into(out),
    }
}
