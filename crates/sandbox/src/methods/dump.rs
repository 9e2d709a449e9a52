//! The whole state.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tartan_chain::{Chain, Reader};
use tartan_runtime::ContractRecord;
use tartan_state::{Filter, FindOptions, Read, View};

use super::json;
use crate::failure::{Code, Failure};
use crate::params::Params;

/// Every contract, table and row, in order; or those of one contract.
pub(super) fn dump(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let only = params.optional_text("contract")?;
    let codes = params.optional_bool("codes")?.unwrap_or(false);
    let reader = chain.reader();
    let mut names = reader.contract_names()?;
    names.retain(|name| only.is_none_or(|only| only == name));
    let mut text = String::from("{\"contracts\":{");
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&json(name)?);
        text.push(':');
        contract(&reader, name, codes, &mut text)?;
    }
    text.push_str("},\"contractsConfig\":");
    text.push_str(&json(&reader.contracts_config()?)?);
    text.push('}');
    Ok(text)
}

/// Writes a contract: what its record says, and its tables in order of name.
fn contract(reader: &Reader, name: &str, codes: bool, text: &mut String) -> Result<(), Failure> {
    let view = reader.view()?;
    let internal = |error: tartan_runtime::Fatal| Failure::new(Code::Internal, error.to_string());
    let Some(record) = ContractRecord::find(&view, name).map_err(internal)? else {
        text.push_str("null");
        return Ok(());
    };
    let mut head = Map::new();
    head.insert("owner".to_string(), json!(record.owner));
    head.insert("version".to_string(), json!(record.version));
    head.insert("codeHash".to_string(), json!(record.code_hash));
    if codes {
        let code = record.code(&view).map_err(internal)?;
        head.insert("code".to_string(), json!(code));
    }
    open(text, &Value::Object(head));
    text.push_str(",\"tables\":{");
    for (index, table) in view.catalog().tables(name).enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&json(&table.name)?);
        text.push(':');
        let details = reader.table_details(name, &table.name)?;
        open(text, &Value::Object(details.unwrap_or_default()));
        text.push_str(",\"records\":");
        records(&view, name, &table.name, text)?;
        text.push('}');
    }
    text.push_str("}}");
    Ok(())
}

/// Writes an object but for its closing brace, so that more can follow.
fn open(text: &mut String, object: &Value) {
    let object = object.to_string();
    text.push_str(object.strip_suffix('}').unwrap_or(&object));
}

/// Writes the rows of a table in order of `_id`.
fn records(view: &View, contract: &str, table: &str, text: &mut String) -> Result<(), Failure> {
    let everything = FindOptions {
        limit: usize::MAX,
        ..FindOptions::default()
    };
    let rows = view.find(contract, table, &Filter::all(), &everything)?;
    let rows: Vec<Box<RawValue>> = rows.iter().map(|row| row.to_raw()).collect();
    text.push_str(&json(&rows)?);
    Ok(())
}
