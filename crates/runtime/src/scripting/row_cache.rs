use tartan_document::Object;

use super::arguments::text;
use crate::{Executor, Failure, Fatal};

/// The one table whose updates the reference's Hive lineage holds back.
const CONTRACT: &str = "mining";
const TABLE: &str = "miningPower";
/// A field that this table's rows are stripped of, on the way in and out.
const STRIPPED: &str = "equippedNfts";

/// Updates of `mining.miningPower` that are not written yet, by `id` and `account`.
///
/// The reference's Hive lineage holds them back until a search of another kind, or the end of the transaction. Meanwhile
/// a `findOne` for both fields gives back what was put here, which may be less than the row; any other `findOne` on
/// this table sees the rows as they were.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowCache(Vec<(String, Object)>);

/// Whether the rows of this table go through the cache.
pub(super) fn is_cached(contract: &str, table: &str) -> bool {
    contract == CONTRACT && table == TABLE
}

/// Takes off the field that is not kept.
pub(super) fn strip(record: &mut Object) {
    if record.get(STRIPPED).is_some_and(|value| value.is_truthy()) {
        record.remove(STRIPPED);
    }
}

fn key(record: &Object) -> String {
    format!("{}_{}", text(record.get("id")), text(record.get("account")))
}

impl RowCache {
    pub(super) fn get(&self, query: &Object) -> Option<&Object> {
        let key = key(query);
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map(|(_, record)| record)
    }

    pub(super) fn put(&mut self, record: Object) {
        let key = key(&record);
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = record,
            None => self.0.push((key, record)),
        }
    }

    pub(super) fn forget(&mut self, record: &Object) {
        let key = key(record);
        self.0.retain(|(known, _)| *known != key);
    }
}

impl Executor {
    /// Writes what was held back. The writes were counted when they were asked for.
    pub(crate) fn flush_rows(&mut self) -> Result<(), Fatal> {
        for (_, record) in std::mem::take(&mut self.row_cache.0) {
            let Ok(record) = record.from_extended() else {
                continue;
            };
            // what cannot be a row stops the reference's node; here it is lost, as nobody waits for an answer
            if let Err(Failure::Fatal(fatal)) = self.put_row(CONTRACT, TABLE, &record, &[]) {
                return Err(fatal);
            }
        }
        Ok(())
    }
}
