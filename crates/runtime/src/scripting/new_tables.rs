use tartan_state::{Overlay, Read, Space};

use crate::write_hash::table_hash_key;
use crate::{Executor, Fatal};

/// Tables that executions under way have made. On the reference they are not in their contract's record before the
/// execution ends, so no one sees them until then.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewTables(Vec<(String, String)>);

impl NewTables {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn add(&mut self, contract: &str, table: &str) {
        self.0.push((contract.to_string(), table.to_string()));
    }

    pub(crate) fn contains(&self, contract: &str, table: &str) -> bool {
        self.0
            .iter()
            .any(|(of, name)| of == contract && name == table)
    }

    /// Forgets those made since there were this many: from now on they are tables like others. Returns whether there
    /// were any.
    pub(crate) fn publish(&mut self, since: usize) -> bool {
        let any = self.0.len() > since;
        self.0.truncate(since);
        any
    }
}

impl Executor {
    /// Takes back the tables that an execution has made which then threw.
    ///
    /// On the reference they stay behind without belonging to anyone, and making them again stops the node.
    pub(crate) fn drop_new_tables(&mut self, since: usize) -> Result<(), Fatal> {
        for (contract, table) in self.new_tables.0.split_off(since) {
            self.overlay.drop_table(&contract, &table)?;
        }
        Ok(())
    }
}

/// The write-counting hashes of a contract's tables at some time.
///
/// The Steem lineage of the reference puts a contract's record back as it was before the execution when a table was
/// made in it, and with it these hashes.
#[derive(Debug, Default)]
pub(crate) struct TableHashes(Vec<(Vec<u8>, Option<Vec<u8>>)>);

impl TableHashes {
    pub(crate) fn of(overlay: &Overlay, contract: &str) -> Result<TableHashes, Fatal> {
        let mut hashes = Vec::new();
        for table in overlay.catalog().tables(contract) {
            let key = table_hash_key(contract, &table.name);
            let hash = overlay.get(Space::Meta, &key)?.map(<[u8]>::to_vec);
            hashes.push((key, hash));
        }
        Ok(TableHashes(hashes))
    }

    pub(crate) fn restore(self, overlay: &mut Overlay) -> Result<(), Fatal> {
        for (key, hash) in self.0 {
            let now = overlay.get(Space::Meta, &key)?;
            if now == hash.as_deref() {
                continue;
            }
            match hash {
                Some(hash) => overlay.put(Space::Meta, &key, hash)?,
                None => overlay.delete(Space::Meta, &key)?,
            }
        }
        Ok(())
    }
}
