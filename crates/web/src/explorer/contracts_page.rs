use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use tartan_chain::{ReadError, Reader};
use tartan_index::ContractRow;
use tartan_runtime::ContractRecord;

use super::answer;
use crate::error::Error;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// All contracts, those that are called most first.
#[derive(Template)]
#[template(path = "explorer/contracts.html")]
struct ContractsPage {
    page: Page,
    rows: Vec<Row>,
    json: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: String,
    owner: String,
    version: u32,
    code_hash: String,
    #[serde(rename = "native")]
    is_native: bool,
    deployed: Option<i64>,
    updated: Option<i64>,
    calls: Option<i64>,
}

#[derive(Serialize)]
struct Answer<'a> {
    contracts: &'a [Row],
}

/// `GET /contracts`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Response, Error> {
    let known: Vec<ContractRow> = match site.index() {
        Ok(index) => index.contracts(1_000, 0).await?,
        Err(_) => Vec::new(),
    };
    let mut rows = site.read(move |reader| list(reader, known)).await?;
    rows.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.name.cmp(&b.name)));
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer { contracts: &rows }));
    }
    let json = answer::json_address(&page);
    Ok(answer::html(ContractsPage { page, rows, json }))
}

fn list(reader: &Reader, known: Vec<ContractRow>) -> Result<Vec<Row>, ReadError> {
    let known: HashMap<String, ContractRow> = known
        .into_iter()
        .map(|row| (row.name.clone(), row))
        .collect();
    let view = reader.view()?;
    let mut rows = Vec::new();
    for name in reader.contract_names()? {
        let record = ContractRecord::find(&view, &name).map_err(tartan_chain::ChainError::from)?;
        let Some(record) = record else { continue };
        let seen = known.get(&name);
        let time = |time: Option<i64>| time.filter(|time| *time > 0);
        rows.push(Row {
            is_native: is_native(reader, &record)?,
            owner: record.owner,
            version: record.version,
            code_hash: record.code_hash,
            deployed: time(seen.map(|row| row.time)),
            updated: time(seen.map(|row| row.updated)),
            calls: seen.map(|row| row.calls),
            name,
        });
    }
    Ok(rows)
}

/// Whether a contract is part of the node: it has a marker in place of code.
fn is_native(reader: &Reader, record: &ContractRecord) -> Result<bool, ReadError> {
    let code = record
        .code(&reader.view()?)
        .map_err(tartan_chain::ChainError::from)?;
    Ok(is_marker(&code))
}

/// Whether this stands in place of the code of a native contract.
pub(super) fn is_marker(code: &str) -> bool {
    code.len() < 100 && code.starts_with("native:")
}
