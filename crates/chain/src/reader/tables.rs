use serde_json::{Map, Value, json};
use tartan_runtime::ContractRecord;
use tartan_state::{Read, TableInfo};

use super::Reader;
use crate::{ChainError, ReadError, ledger};

impl Reader {
    /// Whether there is such a table of a deployed contract.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn has_table(&self, contract: &str, table: &str) -> Result<bool, ReadError> {
        let view = self.view()?;
        let record = ContractRecord::find(&view, contract).map_err(ChainError::from)?;
        Ok(record.is_some() && view.table(contract, table).is_some())
    }

    /// A table as its contract's record shows it, and its indexes by name:
    /// `{size, hash, nbIndexes, primaryKey, indexes}`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn table_details(
        &self,
        contract: &str,
        table: &str,
    ) -> Result<Option<Map<String, Value>>, ReadError> {
        if !self.has_table(contract, table)? {
            return Ok(None);
        }
        let view = self.view()?;
        let Some(info) = view.table(contract, table) else {
            return Ok(None);
        };
        let entry = tartan_runtime::table_document(&view, &info).map_err(ChainError::from)?;
        let mut details = Map::from(entry);
        details.insert("indexes".to_string(), indexes(&info));
        Ok(Some(details))
    }

    /// The names of all deployed contracts, sorted.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn contract_names(&self) -> Result<Vec<String>, ReadError> {
        Ok(ContractRecord::names(&self.view()?).map_err(ChainError::from)?)
    }

    /// What runs after every block, as it is shown: `{contractTicks: [{contract, action, startRefBlock}, …]}`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn contracts_config(&self) -> Result<Value, ReadError> {
        let ticks = ledger::ticks(&self.view()?)?;
        let list: Vec<Value> = ticks
            .into_iter()
            .map(|tick| {
                json!({
                    "contract": tick.contract,
                    "action": tick.action,
                    "startRefBlock": tick.from,
                })
            })
            .collect();
        Ok(json!({ "contractTicks": list }))
    }
}

/// The indexes that contracts and users see, by name, with their fields in order: 1 ascending, -1 descending.
fn indexes(table: &TableInfo) -> Value {
    let mut indexes = Map::new();
    indexes.insert("_id_".to_string(), json!([["_id", 1]]));
    for index in table.declared() {
        let fields: Vec<Value> = index
            .spec
            .fields
            .iter()
            .map(|field| {
                json!([
                    field.path.to_string(),
                    if field.descending { -1 } else { 1 }
                ])
            })
            .collect();
        indexes.insert(index.spec.name.clone(), Value::Array(fields));
    }
    Value::Object(indexes)
}
