//! A sorted table with a stack of undo sessions, the scheme of Steem's chainbase.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeBounds;
use std::sync::Arc;

/// Rows by key. Every session on the stack remembers what its first change of each row replaced.
#[derive(Debug, Clone)]
pub(crate) struct Table<K, V> {
    rows: BTreeMap<K, Arc<V>>,
    sessions: VecDeque<BTreeMap<K, Option<Arc<V>>>>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table {
            rows: BTreeMap::new(),
            sessions: VecDeque::new(),
        }
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.rows.get(key).map(Arc::as_ref)
    }

    pub(crate) fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.rows.contains_key(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter().map(|(key, row)| (key, row.as_ref()))
    }

    pub(crate) fn range<R: RangeBounds<K>>(
        &self,
        range: R,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range).map(|(key, row)| (key, row.as_ref()))
    }

    pub(crate) fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), Arc::new(value));
        if let Some(session) = self.sessions.back_mut() {
            session.entry(key).or_insert(old);
        }
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Some(old) = self.rows.remove(key)
            && let Some(session) = self.sessions.back_mut()
        {
            session.entry(key.clone()).or_insert(Some(old));
        }
    }

    /// Changes the row of `key`, if there is one.
    pub(crate) fn modify(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        let Some(row) = self.rows.get_mut(key) else {
            return;
        };
        if let Some(session) = self.sessions.back_mut()
            && !session.contains_key(key)
        {
            session.insert(key.clone(), Some(Arc::clone(row)));
        }
        change(Arc::make_mut(row));
    }

    pub(crate) fn push_session(&mut self) {
        self.sessions.push_back(BTreeMap::new());
    }

    /// Takes back everything since the newest session began, and closes it.
    pub(crate) fn undo_session(&mut self) {
        for (key, old) in self.sessions.pop_back().unwrap_or_default() {
            match old {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    /// Makes the newest session part of the one below it.
    pub(crate) fn squash_session(&mut self) {
        let newest = self.sessions.pop_back().unwrap_or_default();
        if let Some(below) = self.sessions.back_mut() {
            for (key, old) in newest {
                below.entry(key).or_insert(old);
            }
        }
    }

    /// Forgets the oldest session: its changes can no longer be taken back.
    pub(crate) fn commit_oldest(&mut self) {
        self.sessions.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(table: &Table<u8, u8>) -> Vec<(u8, u8)> {
        table.iter().map(|(k, v)| (*k, *v)).collect()
    }

    #[test]
    fn undo_brings_back_what_was() {
        let mut table = Table::default();
        table.put(1, 10);
        table.push_session();
        table.put(1, 11);
        table.put(2, 20);
        table.modify(&2, |v| *v += 1);
        table.remove(&1);
        assert_eq!(rows(&table), [(2, 21)]);
        table.undo_session();
        assert_eq!(rows(&table), [(1, 10)]);
    }

    #[test]
    fn squash_keeps_the_oldest_memory() {
        let mut table = Table::default();
        table.put(1, 10);
        table.push_session();
        table.put(1, 11);
        table.push_session();
        table.put(1, 12);
        table.squash_session();
        assert_eq!(rows(&table), [(1, 12)]);
        table.undo_session();
        assert_eq!(rows(&table), [(1, 10)]);
    }

    proptest! {
        /// Whatever is done in a session, with or without an inner squashed one: undoing it restores the rows.
        #[test]
        fn any_session_can_be_undone(
            before in prop::collection::vec((0u8..8, any::<u8>()), 0..8),
            outer in prop::collection::vec((0u8..8, prop::option::of(any::<u8>())), 0..16),
            inner in prop::collection::vec((0u8..8, prop::option::of(any::<u8>())), 0..16),
            squash in any::<bool>(),
        ) {
            let mut table = Table::default();
            for (key, value) in before {
                table.put(key, value);
            }
            let expected = rows(&table);
            let change = |table: &mut Table<u8, u8>, key: u8, value: Option<u8>| match value {
                Some(value) if value % 2 == 0 => table.put(key, value),
                Some(value) => table.modify(&key, |row| *row = value),
                None => table.remove(&key),
            };
            table.push_session();
            for (key, value) in outer {
                change(&mut table, key, value);
            }
            let middle = rows(&table);
            table.push_session();
            for (key, value) in inner {
                change(&mut table, key, value);
            }
            if squash {
                table.squash_session();
            } else {
                table.undo_session();
                prop_assert_eq!(rows(&table), middle);
            }
            table.undo_session();
            prop_assert_eq!(rows(&table), expected);
        }
    }
}
