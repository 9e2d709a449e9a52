//! `tartan contract inspect` and `tartan contract table`: what is deployed, and what it has written.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::{Value, json};

use super::costs::Deposit;
use crate::config::Settings;
use crate::output;
use crate::side_chain::{PAGE, Page, SideChain};

/// A contract.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspected {
    name: String,
    owner: String,
    version: u32,
    code_hash: String,
    code_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Units of work that a call may use, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_budget: Option<u64>,
    /// What is locked for what it stores.
    #[serde(flatten)]
    deposit: Option<Deposit>,
    tables: Vec<Table>,
}

/// A table of a contract.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    name: String,
    rows: usize,
    /// There are more rows than were counted.
    more: bool,
    indexes: u64,
    primary_key: Value,
    hash: Value,
}

impl fmt::Display for Inspected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            return f.write_str(code);
        }
        writeln!(f, "{} version {}", self.name, self.version)?;
        writeln!(f, "owner      {}", self.owner)?;
        writeln!(f, "code hash  {}", self.code_hash)?;
        writeln!(f, "code       {} bytes", self.code_bytes)?;
        if let Some(budget) = self.call_budget {
            writeln!(f, "budget     {budget} units a call")?;
        }
        if let Some(deposit) = &self.deposit {
            writeln!(f, "deposit    {deposit}")?;
        }
        for table in &self.tables {
            writeln!(f, "table      {table}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u64| if count == 1 { "" } else { "es" };
        let rows = match (self.rows, self.more) {
            (rows, true) => format!("{rows} rows or more"),
            (1, false) => "1 row".to_string(),
            (rows, false) => format!("{rows} rows"),
        };
        write!(
            f,
            "{}: {rows}, {} index{}",
            self.name,
            self.indexes,
            plural(self.indexes)
        )?;
        match self.primary_key.as_array() {
            Some(fields) => {
                let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
                write!(f, ", key {}", fields.join(" + "))
            }
            None => Ok(()),
        }
    }
}

pub(super) async fn contract(
    settings: &Settings,
    name: &str,
    code: bool,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let Some(found) = side_chain.contract(name).await? else {
        bail!("there is no contract {name} on this sidechain");
    };
    let mut tables = Vec::new();
    for (table, details) in found.own_tables() {
        let page = Page {
            query: json!({}),
            limit: PAGE,
            offset: 0,
        };
        let rows = side_chain.find(name, table, &page).await?.len();
        tables.push(Table {
            name: table.to_string(),
            rows,
            more: rows == PAGE,
            indexes: details["nbIndexes"].as_u64().unwrap_or_default(),
            primary_key: details["primaryKey"].clone(),
            hash: details["hash"].clone(),
        });
    }
    let network = &settings.network;
    let (holder, table) = Deposit::TABLE;
    let held = side_chain.find_one(holder, table, json!({ "contract": name }));
    let deposit = held.await?.and_then(|row| Deposit::of(network, &row));
    let metered = network.rules.metered && !network.is_native(name);
    let inspected = Inspected {
        call_budget: metered.then_some(network.limits.call_budget),
        deposit,
        name: found.name,
        owner: found.owner,
        version: found.version,
        code_hash: found.code_hash,
        code_bytes: found.code.len(),
        code: code.then_some(found.code),
        tables,
    };
    output::print(&inspected, json)
}

/// Rows of a table.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Rows(Vec<Value>);

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no rows");
        }
        for row in &self.0 {
            writeln!(f, "{row}")?;
        }
        Ok(())
    }
}

pub(super) async fn table(
    settings: &Settings,
    contract: &str,
    table: &str,
    page: &Page,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let rows = side_chain.find(contract, table, page).await?;
    output::print(&Rows(rows), json)
}
