use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_index::{ContractRow, TransactionQuery, TransactionRow};

use super::answer;
use super::contracts_page::is_marker;
use super::record;
use super::rows::Row;
use super::source::Source;
use super::tree::Tree;
use super::versions::{self, Version};
use super::{found, interface};
use crate::error::Error;
use crate::extract::Format;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Calls that are listed.
const CALLS: usize = 10;
/// Calls that are counted for the share of failures.
const COUNTED: i64 = 1_000;
const DAY: i64 = 86_400;

/// A contract: what it is, what calls it, its tables and its source.
#[derive(Template)]
#[template(path = "explorer/contract.html")]
struct ContractPage {
    page: Page,
    contract: Contract,
    known: Option<ContractRow>,
    actions: Vec<String>,
    recent: Option<Recent>,
    calls: Vec<Row>,
    versions: Vec<Version>,
    source: Option<Source>,
    /// What it is set to: the rows of its table `params`.
    settings: Option<Tree>,
    json: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contract {
    name: String,
    owner: String,
    version: u64,
    code_hash: String,
    #[serde(rename = "native")]
    is_native: bool,
    tables: Vec<Table>,
    /// The row of its table `params`, where it has one.
    params: Option<Value>,
    code: String,
}

#[derive(Debug, Clone, Serialize)]
struct Table {
    name: String,
    indexes: Vec<String>,
}

/// Calls of the last 24 hours, of the last thousand at most.
#[derive(Debug, Clone, Copy, Serialize)]
struct Recent {
    calls: usize,
    failed: usize,
    /// There were more than are counted.
    more: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(flatten)]
    contract: &'a Contract,
    deployed: Option<i64>,
    updated: Option<i64>,
    calls: Option<i64>,
    calls_in_day: Option<Recent>,
    actions: &'a [String],
    versions: &'a [Version],
}

fn find(reader: &Reader, name: &str) -> Result<Option<Contract>, ReadError> {
    let Some(document) = reader.contract(name)? else {
        return Ok(None);
    };
    let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
    let mut tables = Vec::new();
    if let Some(fields) = document["tables"].as_object() {
        for full in fields.keys() {
            let table = full.strip_prefix(&format!("{name}_")).unwrap_or(full);
            let indexes = reader.table_details(name, table)?;
            let indexes = indexes.and_then(|details| details.get("indexes").cloned());
            let indexes = indexes.as_ref().and_then(Value::as_object);
            tables.push(Table {
                name: table.to_owned(),
                indexes: indexes
                    .map(|all| all.keys().cloned().collect())
                    .unwrap_or_default(),
            });
        }
    }
    let code = text("code");
    let mut params = reader.find_one(name, "params", &json!({}))?;
    if let Some(fields) = params.as_mut().and_then(Value::as_object_mut) {
        fields.remove("_id");
    }
    Ok(Some(Contract {
        name: name.to_owned(),
        owner: text("owner"),
        version: document["version"].as_u64().unwrap_or_default(),
        code_hash: text("codeHash"),
        is_native: is_marker(&code),
        tables,
        params,
        code,
    }))
}

/// `GET /contract/<name>`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let asked = name.to_owned();
    let contract = site.read(move |reader| find(reader, &asked)).await?;
    let contract = contract.ok_or_else(|| Error::not_found(format!("contract {name:.60}")))?;
    let mut known = None;
    let mut recent = None;
    let (mut calls, mut versions) = (Vec::new(), Vec::new());
    if let Ok(index) = site.index() {
        known = index.contract(&contract.name).await?;
        let now = index.position().await?.map_or(0, |position| position.time);
        let query = TransactionQuery {
            contract: Some(contract.name.clone()),
            limit: COUNTED,
            ..TransactionQuery::default()
        };
        let found = index.transactions(&query).await?;
        recent = Some(Recent::of(&found, now - DAY));
        calls = latest(&site, &page, &found).await?;
        versions = versions::of(&site, &contract.name).await?;
        versions.reverse();
    }
    let actions = actions(&contract, &calls);
    if format == Format::Json {
        return Ok(answer::json(&Answer {
            deployed: known.as_ref().map(|row| row.time).filter(|time| *time > 0),
            updated: known
                .as_ref()
                .map(|row| row.updated)
                .filter(|time| *time > 0),
            calls: known.as_ref().map(|row| row.calls),
            calls_in_day: recent,
            contract: &contract,
            actions: &actions,
            versions: &versions,
        }));
    }
    let source = match contract.is_native {
        true => None,
        false => {
            // as it was sent; what the chain keeps has the network's template around it
            let code = match versions.first() {
                Some(version) => version.source(&site).await?,
                None => contract.code.clone(),
            };
            // a long source takes a while
            let made = tokio::task::spawn_blocking(move || Source::new(&code)).await;
            Some(made.map_err(Error::internal)?)
        }
    };
    Ok(answer::html(ContractPage {
        settings: contract.params.as_ref().map(Tree::of),
        json: format!("{}.json", links::contract(&contract.name)),
        page,
        contract,
        known,
        actions,
        recent,
        calls,
        versions,
        source,
    }))
}

impl Recent {
    fn of(found: &[TransactionRow], after: i64) -> Recent {
        let of_day: Vec<_> = found.iter().filter(|row| row.time > after).collect();
        let failed = of_day.iter().filter(|row| row.error.is_some()).count();
        let most = usize::try_from(COUNTED).unwrap_or(usize::MAX);
        Recent {
            calls: of_day.len(),
            failed,
            more: of_day.len() >= most,
        }
    }

    /// The share of failures, in percent with one decimal.
    fn share(&self) -> String {
        let tenths = match self.calls {
            0 => 0,
            calls => self.failed * 1_000 / calls,
        };
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// The last calls, in words.
async fn latest(site: &Site, page: &Page, rows: &[TransactionRow]) -> Result<Vec<Row>, Error> {
    let wanted: Vec<(u64, usize)> = rows.iter().take(CALLS).map(found::place).collect();
    let records = site
        .read(move |reader| record::at_places(reader, &wanted))
        .await?;
    Ok(records
        .iter()
        .flatten()
        .map(|record| Row::new(page, record))
        .collect())
}

/// What people can call: of native contracts what their interface says, of others what was called lately.
fn actions(contract: &Contract, calls: &[Row]) -> Vec<String> {
    if contract.is_native {
        return interface::native_names(&contract.name)
            .map(str::to_owned)
            .collect();
    }
    let calls = calls.iter().filter(|row| row.status != ui::Status::Failed);
    let mut called: Vec<String> = calls.map(|row| row.action.clone()).collect();
    called.sort_unstable();
    called.dedup();
    called
}
