use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Bound;
use std::sync::{Arc, LazyLock, OnceLock};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::key::Key;
use crate::space::Space;

/// What is said of a key: its value, or that it is gone.
pub(crate) type Change = Option<Arc<[u8]>>;

/// A key to be looked for, with its hash. One hash function serves all tables of keys, so that a key that is looked for
/// in many of them is hashed once. Its seed is random, lest somebody chooses keys that collide.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'k> {
    pub(crate) space: Space,
    pub(crate) key: &'k [u8],
    pub(crate) hash: u64,
}

static SEEDED: LazyLock<FixedState> = LazyLock::new(|| {
    let random = std::hash::RandomState::new().hash_one(0);
    FixedState::with_seed(random)
});

impl<'k> Wanted<'k> {
    pub(crate) fn new(space: Space, key: &'k [u8]) -> Wanted<'k> {
        let hash = SEEDED.hash_one((space, key));
        Wanted { space, key, hash }
    }
}

/// A key that was written.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) hash: u64,
    pub(crate) space: Space,
    pub(crate) key: Key,
    pub(crate) change: Change,
}

impl Entry {
    pub(crate) fn is(&self, wanted: Wanted<'_>) -> bool {
        self.hash == wanted.hash && self.space == wanted.space && *self.key == *wanted.key
    }

    pub(crate) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            space: self.space,
            key: &self.key,
            hash: self.hash,
        }
    }
}

/// What a block writes, each key once.
///
/// Nearly every access is to a single key, found through the hash table. Only a range needs the keys of a space in
/// order: they are put in order when someone asks for one, and what was in order before stays so. The hash never decides
/// an order.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    /// In the order in which the keys were first written.
    entries: Vec<Entry>,
    /// Places of the entries, by hash.
    places: HashTable<u32>,
    spaces: BTreeMap<Space, Places>,
}

/// Places of the entries of a space.
#[derive(Debug, Default)]
struct Places {
    /// As they came.
    all: Vec<u32>,
    /// In ascending order of keys; unset from a new key to the next range.
    order: OnceLock<Vec<u32>>,
    /// The last order there was: of the entries written until then.
    previous: Vec<u32>,
}

impl Writes {
    pub(crate) fn with_capacity(entries: usize) -> Writes {
        Writes {
            entries: Vec::with_capacity(entries),
            places: HashTable::with_capacity(entries),
            spaces: BTreeMap::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// In the order in which the keys were first written.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The spaces that were written to, in order.
    pub(crate) fn spaces(&self) -> impl Iterator<Item = Space> {
        self.spaces.keys().copied()
    }

    fn place(&self, wanted: Wanted<'_>) -> Option<u32> {
        let is = |place: &u32| self.entries[*place as usize].is(wanted);
        self.places.find(wanted.hash, is).copied()
    }

    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Option<&Change> {
        let place = self.place(wanted)?;
        Some(&self.entries[place as usize].change)
    }

    /// Returns the place of the key, and what was written to it before.
    pub(crate) fn insert(&mut self, wanted: Wanted<'_>, change: Change) -> (u32, Option<Change>) {
        match self.place(wanted) {
            Some(place) => (place, Some(self.replace(place, change))),
            None => (self.push(wanted, wanted.key.into(), change), None),
        }
    }

    /// Adds a key that was not written yet.
    fn push(&mut self, wanted: Wanted<'_>, key: Key, change: Change) -> u32 {
        let Wanted { space, hash, .. } = wanted;
        let place = self.entries.len() as u32;
        self.entries.push(Entry {
            hash,
            space,
            key,
            change,
        });
        let entries = &self.entries;
        let rehash = |place: &u32| entries[*place as usize].hash;
        self.places.insert_unique(hash, place, rehash);
        let places = self.spaces.entry(space).or_default();
        places.outdate();
        places.all.push(place);
        place
    }

    /// Writes all that other writes say over what these say.
    pub(crate) fn extend(&mut self, newer: &Writes) {
        for entry in &newer.entries {
            let wanted = entry.wanted();
            match self.place(wanted) {
                Some(place) => drop(self.replace(place, entry.change.clone())),
                None => drop(self.push(wanted, entry.key.clone(), entry.change.clone())),
            }
        }
    }

    /// The same writes without removals.
    pub(crate) fn without_removals(self) -> Writes {
        if self.entries.iter().all(|entry| entry.change.is_some()) {
            return self;
        }
        let mut kept = Writes::with_capacity(self.entries.len());
        for entry in self.entries {
            if entry.change.is_some() {
                kept.push(entry.wanted(), entry.key.clone(), entry.change.clone());
            }
        }
        kept
    }

    /// Puts another change in the place of the one that is there; returns that.
    pub(crate) fn replace(&mut self, place: u32, change: Change) -> Change {
        std::mem::replace(&mut self.entries[place as usize].change, change)
    }

    /// Takes back the key that was written last for the first time.
    pub(crate) fn pop(&mut self) {
        let Some(entry) = self.entries.pop() else {
            return;
        };
        let gone = self.entries.len() as u32;
        if let Ok(found) = self.places.find_entry(entry.hash, |place| *place == gone) {
            found.remove();
        }
        if let Some(places) = self.spaces.get_mut(&entry.space) {
            places.outdate();
            places.all.pop();
            if places.previous.len() > places.all.len() {
                places.previous.retain(|place| *place < gone);
            }
        }
    }

    /// Places of the entries of a space in ascending order of keys.
    pub(crate) fn ordered(&self, space: Space) -> &[u32] {
        let Some(places) = self.spaces.get(&space) else {
            return &[];
        };
        places.order.get_or_init(|| places.put_in_order(self))
    }

    /// The writes to a space within the bounds, in ascending order of keys.
    pub(crate) fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
    ) -> Ordered<'_> {
        let key = |place: &u32| -> &[u8] { self.key(*place) };
        Ordered {
            entries: &self.entries,
            places: within(self.ordered(space), key, start, end).iter(),
        }
    }

    fn key(&self, place: u32) -> &Key {
        &self.entries[place as usize].key
    }
}

impl Places {
    fn outdate(&mut self) {
        if let Some(order) = self.order.take() {
            self.previous = order;
        }
    }

    fn put_in_order(&self, writes: &Writes) -> Vec<u32> {
        let mut order = self.previous.clone();
        let new = &self.all[order.len()..];
        // a few keys find their places faster than all are sorted
        if new.len() > order.len() / 8 {
            order.extend(new);
            order.sort_unstable_by(|a, b| writes.key(*a).cmp(writes.key(*b)));
            return order;
        }
        for place in new {
            let key = writes.key(*place);
            let at = order.partition_point(|other| writes.key(*other) < key);
            order.insert(at, *place);
        }
        order
    }
}

/// The part of a list in ascending order of keys that is within the bounds.
pub(crate) fn within<'l, 'k, T>(
    list: &'l [T],
    key: impl Fn(&T) -> &'k [u8],
    start: Bound<&[u8]>,
    end: Bound<&[u8]>,
) -> &'l [T] {
    let from = match start {
        Bound::Unbounded => 0,
        Bound::Included(start) => list.partition_point(|item| key(item) < start),
        Bound::Excluded(start) => list.partition_point(|item| key(item) <= start),
    };
    let to = match end {
        Bound::Unbounded => list.len(),
        Bound::Included(end) => list.partition_point(|item| key(item) <= end),
        Bound::Excluded(end) => list.partition_point(|item| key(item) < end),
    };
    list.get(from..to).unwrap_or_default()
}

/// Writes in order of keys.
pub(crate) struct Ordered<'a> {
    entries: &'a [Entry],
    places: std::slice::Iter<'a, u32>,
}

impl<'a> Iterator for Ordered<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<Self::Item> {
        let place = *self.places.next()?;
        self.entries.get(place as usize)
    }
}

impl DoubleEndedIterator for Ordered<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let place = *self.places.next_back()?;
        self.entries.get(place as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPACES: [Space; 2] = [Space::Meta, Space::Blocks];

    #[derive(Clone, Debug)]
    enum Step {
        Insert(usize, u8),
        Pop,
        Range(usize, Bound<u8>, Bound<u8>),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let bound = || {
            prop_oneof![
                Just(Bound::Unbounded),
                any::<u8>().prop_map(Bound::Included),
                any::<u8>().prop_map(Bound::Excluded),
            ]
        };
        let step = prop_oneof![
            6 => (0..2usize, any::<u8>()).prop_map(|(space, key)| Step::Insert(space, key)),
            1 => Just(Step::Pop),
            2 => (0..2usize, bound(), bound()).prop_map(|(space, start, end)| Step::Range(space, start, end)),
        ];
        proptest::collection::vec(step, 0..200)
    }

    /// The model: sorted maps, and the keys in the order in which they came.
    #[derive(Default)]
    struct Model {
        entries: [BTreeMap<Vec<u8>, Change>; 2],
        came: Vec<(usize, Vec<u8>)>,
    }

    impl Model {
        fn insert(&mut self, space: usize, key: u8, value: Change) -> Option<Change> {
            let before = self.entries[space].insert(vec![key], value);
            if before.is_none() {
                self.came.push((space, vec![key]));
            }
            before
        }

        fn range(
            &self,
            space: usize,
            start: Bound<&[u8]>,
            end: Bound<&[u8]>,
        ) -> Vec<(Vec<u8>, Change)> {
            let after = |key: &[u8]| match start {
                Bound::Unbounded => true,
                Bound::Included(start) => key >= start,
                Bound::Excluded(start) => key > start,
            };
            let before = |key: &[u8]| match end {
                Bound::Unbounded => true,
                Bound::Included(end) => key <= end,
                Bound::Excluded(end) => key < end,
            };
            let within = |(key, _): &(&Vec<u8>, &Change)| after(key) && before(key);
            let owned = |(key, value): (&Vec<u8>, &Change)| (key.clone(), value.clone());
            let entries = self.entries[space].iter();
            entries.filter(within).map(owned).collect()
        }
    }

    fn owned(entry: &Entry) -> (Vec<u8>, Change) {
        (entry.key.to_vec(), entry.change.clone())
    }

    proptest! {
        #[test]
        fn behave_like_sorted_maps(steps in steps()) {
            let (mut writes, mut model) = (Writes::default(), Model::default());
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(space, key) => {
                        let value: Change = Some(number.to_be_bytes().as_slice().into());
                        let wanted = [key];
                        let wanted = Wanted::new(SPACES[space], &wanted);
                        let (_, before) = writes.insert(wanted, value.clone());
                        prop_assert_eq!(before, model.insert(space, key, value.clone()));
                        prop_assert_eq!(writes.find(wanted), Some(&value));
                    }
                    Step::Pop => {
                        writes.pop();
                        if let Some((space, last)) = model.came.pop() {
                            model.entries[space].remove(&last);
                            prop_assert_eq!(writes.find(Wanted::new(SPACES[space], &last)), None);
                        }
                    }
                    Step::Range(space, start, end) => {
                        let (start, end) = (start.map(|b| [b]), end.map(|b| [b]));
                        let (start, end) = (start.as_ref().map(<[u8; 1]>::as_slice), end.as_ref().map(<[u8; 1]>::as_slice));
                        let mut expected = model.range(space, start, end);
                        let range = || writes.range(SPACES[space], start, end);
                        let found: Vec<_> = range().map(owned).collect();
                        prop_assert_eq!(&found, &expected);
                        expected.reverse();
                        let found: Vec<_> = range().rev().map(owned).collect();
                        prop_assert_eq!(found, expected);
                    }
                }
            }
            for (space, name) in SPACES.into_iter().enumerate() {
                let sorted: Vec<_> = writes.range(name, Bound::Unbounded, Bound::Unbounded).map(owned).collect();
                prop_assert_eq!(sorted, model.range(space, Bound::Unbounded, Bound::Unbounded));
            }
        }
    }
}
