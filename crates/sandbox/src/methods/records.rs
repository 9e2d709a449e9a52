//! The rows of tables: looking at them, and changing them from outside.

use tartan_chain::Chain;
use tartan_document::{Object, Value};
use tartan_state::{Filter, FindOptions, IfMissing, Projection, QueryError, Read, Sort};

use super::{NOTHING, json};
use crate::failure::Failure;
use crate::params::Params;

/// Rows that are given if a request does not say how many.
const DEFAULT_LIMIT: u64 = 1000;

pub(super) fn find(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let question = Question::read(params)?;
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let limit = params.optional_count("limit")?.filter(|limit| *limit > 0);
    let options = FindOptions {
        limit: count(limit.unwrap_or(DEFAULT_LIMIT)),
        offset: count(params.optional_count("offset")?.unwrap_or_default()),
        sort: sort(params)?,
        ..FindOptions::default()
    };
    let Some((contract, table)) = question.table(chain)? else {
        return Ok(NOTHING.to_string());
    };
    let view = chain.reader().view()?;
    let rows = view.find(contract, table, &question.filter, &options)?;
    let mut text = String::from("[");
    for (index, row) in rows.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        question.show(row).stringify_into(&mut text);
    }
    text.push(']');
    Ok(text)
}

pub(super) fn find_one(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let question = Question::read(params)?;
    let Some((contract, table)) = question.table(chain)? else {
        return Ok(NOTHING.to_string());
    };
    let view = chain.reader().view()?;
    let row = view.find_one(contract, table, &question.filter, None)?;
    Ok(row.map_or(NOTHING.to_string(), |row| question.show(row).stringify()))
}

pub(super) fn count(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let question = Question::read(params)?;
    let Some((contract, table)) = question.table(chain)? else {
        return Ok(NOTHING.to_string());
    };
    let view = chain.reader().view()?;
    json(&view.count(contract, table, &question.filter, None)?)
}

/// What the searching methods have in common.
struct Question<'a> {
    contract: &'a str,
    table: &'a str,
    filter: Filter,
    projection: Option<Projection>,
}

impl<'a> Question<'a> {
    fn read(params: Params<'a>) -> Result<Question<'a>, Failure> {
        let query = params.object("query")?.clone().from_extended();
        let query = query.map_err(|error| QueryError::Malformed(error.to_string()))?;
        let project = params.get("project");
        Ok(Question {
            contract: params.text("contract")?,
            table: params.text("table")?,
            filter: Filter::parse_object(&query)?,
            projection: project.map(Projection::parse).transpose()?,
        })
    }

    /// The contract and table, if they are there.
    fn table(&self, chain: &Chain) -> Result<Option<(&'a str, &'a str)>, Failure> {
        let there = chain.reader().has_table(self.contract, self.table)?;
        Ok(there.then_some((self.contract, self.table)))
    }

    /// The fields of a row that are wanted.
    fn show(&self, row: Object) -> Object {
        match &self.projection {
            Some(projection) => projection.apply(row),
            None => row,
        }
    }
}

/// The indexes to sort by.
fn sort(params: Params<'_>) -> Result<Vec<Sort>, Failure> {
    let expected = "a list of {\"index\": string, \"descending\": boolean}";
    let one = |index: &Value| {
        let descending = match index.get("descending") {
            None | Some(Value::Null) => false,
            Some(descending) => descending.as_bool()?,
        };
        let index = index.get("index")?.as_str()?.to_string();
        Some(Sort { index, descending })
    };
    let indexes = params.optional_list("indexes")?.unwrap_or_default();
    indexes
        .iter()
        .map(|index| one(index).ok_or_else(|| params.wrong("indexes", expected, index)))
        .collect()
}

pub(super) fn insert(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let change = Change::read(params)?;
    if !change.has_table(chain)? {
        return Ok(NOTHING.to_string());
    }
    let record = chain.meddle(|overlay| {
        let inserted = overlay.insert(change.contract, change.table, change.record);
        inserted.map_err(Failure::from)
    })?;
    Ok(record.stringify())
}

pub(super) fn update(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let change = Change::read(params)?;
    let unsets = params.optional_object("unsets")?;
    let unsets: Vec<&str> = unsets
        .into_iter()
        .flat_map(Object::keys)
        .filter_map(|field| field.as_str())
        .collect();
    if change.has_table(chain)? {
        chain.meddle(|overlay| {
            let Change {
                contract,
                table,
                record,
            } = &change;
            let updated = overlay.update(contract, table, record, &unsets, IfMissing::Insert);
            updated.map_err(Failure::from)
        })?;
    }
    Ok(NOTHING.to_string())
}

pub(super) fn remove(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let change = Change::read(params)?;
    if let Some(id) = change.record.get("_id")
        && change.has_table(chain)?
    {
        chain.meddle(|overlay| {
            let removed = overlay.remove(change.contract, change.table, id);
            removed.map_err(Failure::from)
        })?;
    }
    Ok(NOTHING.to_string())
}

/// What the changing methods have in common.
struct Change<'a> {
    contract: &'a str,
    table: &'a str,
    record: Object,
}

impl<'a> Change<'a> {
    fn read(params: Params<'a>) -> Result<Change<'a>, Failure> {
        let record = params.object("record")?.clone().from_extended();
        Ok(Change {
            contract: params.text("contract")?,
            table: params.text("table")?,
            record: record.map_err(|error| Failure::invalid(format!("record: {error}")))?,
        })
    }

    fn has_table(&self, chain: &Chain) -> Result<bool, Failure> {
        Ok(chain.reader().has_table(self.contract, self.table)?)
    }
}
