//! Rows that are changed again and again, in memory until the end of a batch and beyond.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use super::field::Field;
use super::journal::Journal;
use super::sql::{self, Row};
use crate::IndexError;

type Key = Vec<Field>;

/// Rows of a table, as they are in the database but for what is still to be written.
#[derive(Debug)]
pub(crate) struct Cache<R> {
    slots: BTreeMap<Key, Slot<R>>,
    dirty: Vec<Key>,
}

#[derive(Debug)]
struct Slot<R> {
    /// `None`: there is no such row.
    row: Option<R>,
    is_dirty: bool,
    /// The last block for which the journal knows what the row was before.
    noted: Option<i64>,
}

impl<R> Default for Cache<R> {
    fn default() -> Cache<R> {
        Cache {
            slots: BTreeMap::new(),
            dirty: Vec::new(),
        }
    }
}

impl<R: Row + Clone + serde::Serialize> Cache<R> {
    /// Reads the rows with these keys, unless they are known.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<(), IndexError> {
        let unknown: Vec<_> = keys
            .into_iter()
            .filter(|key| !self.slots.contains_key(key))
            .collect();
        let found = sql::find::<R>(connection, &R::COLUMNS[..R::KEY], &unknown, "").await?;
        for key in unknown {
            self.slots.insert(key, Slot::of(None));
        }
        for row in found {
            self.know(row);
        }
        Ok(())
    }

    /// Takes a row that was read from the database in some other way.
    pub(crate) fn know(&mut self, row: R) {
        let slot = self
            .slots
            .entry(row.key())
            .or_insert_with(|| Slot::of(None));
        if !slot.is_dirty {
            slot.row = Some(row);
        }
    }

    /// A row that has been loaded.
    pub(crate) fn get(&self, key: &Key) -> Option<&R> {
        self.slots.get(key)?.row.as_ref()
    }

    /// Changes a row that has been loaded or, from `None`, makes it; to `None` removes it.
    pub(crate) fn set(&mut self, key: Key, row: Option<R>, journal: &mut Journal) {
        let slot = self
            .slots
            .entry(key.clone())
            .or_insert_with(|| Slot::of(None));
        if let Some(block) = journal.block()
            && slot.noted != Some(block)
        {
            slot.noted = Some(block);
            journal.note(&key, slot.row.as_ref());
        }
        slot.row = row;
        if !slot.is_dirty {
            slot.is_dirty = true;
            self.dirty.push(key);
        }
    }

    /// Changes a row that has been loaded.
    pub(crate) fn put(&mut self, row: R, journal: &mut Journal) {
        self.set(row.key(), Some(row), journal);
    }

    /// Writes what changed.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        let (mut changed, mut removed) = (Vec::new(), Vec::new());
        for key in &self.dirty {
            match self.slots.get(key) {
                Some(Slot { row: Some(row), .. }) => changed.push(row),
                _ => removed.push(key.clone()),
            }
        }
        sql::put(connection, changed).await?;
        sql::remove::<R>(connection, &removed).await
    }

    /// What was written is in the database for good; forgets all rows when they have become more than `limit`, and says
    /// whether it did.
    pub(crate) fn settle(&mut self, limit: usize) -> bool {
        for key in std::mem::take(&mut self.dirty) {
            if let Some(slot) = self.slots.get_mut(&key) {
                slot.is_dirty = false;
            }
        }
        let forgets = self.slots.len() > limit;
        if forgets {
            self.slots.clear();
        }
        forgets
    }
}

impl<R> Slot<R> {
    fn of(row: Option<R>) -> Slot<R> {
        Slot {
            row,
            is_dirty: false,
            noted: None,
        }
    }
}
