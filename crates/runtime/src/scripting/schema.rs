use tartan_document::Value;
use tartan_state::{Filter, Read};

use super::Dialect;
use super::declaration::{Declaration, read_indexes};
use super::documents::{Documents, answer, written};
use crate::{ActionResult, Failure};

impl Documents<'_> {
    /// Makes a table of the contract (`createTable`). Nothing happens when there is one already, or when the
    /// declaration is not one.
    ///
    /// On the reference the table is not seen by anyone before the execution ends; only a deployment can insert.
    ///
    /// # Errors
    /// When a declaration's part is of a kind that the reference trips over, or too large. Making a table twice in one
    /// execution, which stops the reference's node, is an exception too.
    pub fn create_table(&mut self, table: &str, indexes: &Value, params: &Value) -> ActionResult {
        let dialect = self.dialect();
        let Some(declared) = Declaration::read(dialect, table, indexes, params)? else {
            return Ok(());
        };
        let contract = self.frame.contract.clone();
        if self
            .executor
            .overlay
            .catalog()
            .get(&contract, table)
            .is_some()
        {
            let twice =
                dialect == Dialect::Hive && self.executor.new_tables.contains(&contract, table);
            return match twice {
                true => Err(Failure::exception("Error", format!("table {table} exists"))),
                false => Ok(()),
            };
        }
        let limits = self.executor.rules.limits;
        let tables = self.executor.overlay.catalog().tables(&contract).count();
        check_most("tables", tables + 1, limits.tables_per_contract)?;
        check_most("indexes", declared.indexes.len(), limits.indexes_per_table)?;
        let key = declared.primary_key.as_deref();
        let key: Option<Vec<&str>> = key.map(|fields| fields.iter().map(String::as_str).collect());
        let overlay = &mut self.executor.overlay;
        written(overlay.create_table(&contract, table, &declared.indexes, key.as_deref()))?;
        if dialect.is_reference() {
            self.executor.new_tables.add(&contract, table);
        }
        Ok(())
    }

    /// Adds indexes to a table of the contract (`addIndexes`), which only a deployment can; those whose name exists
    /// are passed over. They are of use from the next block on.
    ///
    /// # Errors
    /// As for [`create_table`](Self::create_table), and when the table has more rows than may be looked at.
    pub fn add_indexes(&mut self, table: &str, indexes: &Value) -> ActionResult {
        let Some(specs) = read_indexes(self.dialect(), table, indexes)? else {
            return Ok(());
        };
        let contract = self.frame.contract.clone();
        if !self.is_known(&contract, table) {
            return Ok(());
        }
        let limits = self.executor.rules.limits;
        let overlay = &mut self.executor.overlay;
        let known = overlay.table(&contract, table);
        let known = known.map_or(0, |info| info.declared().count());
        check_most("indexes", known + specs.len(), limits.indexes_per_table)?;
        let rows = Some(limits.scan_rows as u64);
        answer(overlay.count(&contract, table, &Filter::all(), rows))?;
        written(overlay.add_indexes(&contract, table, &specs))?;
        Ok(())
    }
}

fn check_most(what: &str, found: usize, most: usize) -> ActionResult {
    match found > most {
        true => Err(Failure::exception(
            "RangeError",
            format!("{found} {what}, expected at most {most}"),
        )),
        false => Ok(()),
    }
}
