use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Bound;
use std::sync::{Arc, LazyLock, OnceLock};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::arena::{Arena, Piece};
use crate::sorting::sort_by_key;
use crate::space::Space;

/// Longest value that is kept in the arena. There it stays until the block is on disk, however often its key is written
/// over; longer ones go at once.
const SHORT: usize = 4 << 10;

/// What is said of a key: its value, or that it is gone.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Removed,
    Short(Piece),
    Long(Arc<Vec<u8>>),
}

/// A key to be looked for, with its hash. One hash function serves all tables of keys, so that a key that is looked for
/// in many of them is hashed once. Its seed is random, lest somebody chooses keys that collide.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'k> {
    pub(crate) space: Space,
    pub(crate) key: &'k [u8],
    pub(crate) hash: u64,
}

pub(crate) static SEEDED: LazyLock<FixedState> = LazyLock::new(|| {
    let random = std::hash::RandomState::new().hash_one(0);
    FixedState::with_seed(random)
});

impl<'k> Wanted<'k> {
    pub(crate) fn new(space: Space, key: &'k [u8]) -> Wanted<'k> {
        let hash = SEEDED.hash_one((space, key));
        Wanted { space, key, hash }
    }
}

/// A key that was written, and what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written<'a> {
    pub(crate) key: &'a [u8],
    /// `None`: it is gone.
    pub(crate) value: Option<&'a [u8]>,
}

/// A value that is written: two parts, put together where they are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a>(pub(crate) &'a [u8], pub(crate) &'a [u8]);

impl Parts<'_> {
    pub(crate) fn len(self) -> usize {
        self.0.len() + self.1.len()
    }
}

impl<'a> From<&'a [u8]> for Parts<'a> {
    fn from(value: &'a [u8]) -> Parts<'a> {
        Parts(&[], value)
    }
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    space: Space,
    key: Piece,
    change: Change,
}

/// Keys with what is said of them, each once, in the order in which they came; found by hash.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
    /// Keys, and most values.
    arena: Arena,
    /// Bytes of values outside of the arena, of those that were written over as well.
    outside: usize,
    /// Places in the list, by hash.
    places: HashTable<u32>,
}

impl Entries {
    pub(crate) fn with_capacity(entries: usize) -> Entries {
        Entries {
            list: Vec::with_capacity(entries),
            places: HashTable::with_capacity(entries),
            ..Entries::default()
        }
    }

    /// Bytes of keys and values, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.arena.bytes() + self.outside
    }

    pub(crate) fn key(&self, place: u32) -> &[u8] {
        self.arena.get(self.list[place as usize].key)
    }

    pub(crate) fn value(&self, place: u32) -> Option<&[u8]> {
        match &self.list[place as usize].change {
            Change::Removed => None,
            Change::Short(piece) => Some(self.arena.get(*piece)),
            Change::Long(value) => Some(value),
        }
    }

    pub(crate) fn wanted(&self, place: u32) -> Wanted<'_> {
        let entry = &self.list[place as usize];
        Wanted {
            space: entry.space,
            key: self.arena.get(entry.key),
            hash: entry.hash,
        }
    }

    /// Whether this is the key at that place.
    pub(crate) fn is_at(&self, place: u32, wanted: Wanted<'_>) -> bool {
        let entry = &self.list[place as usize];
        entry.hash == wanted.hash
            && entry.space == wanted.space
            && self.arena.get(entry.key) == wanted.key
    }

    /// Where the key is, if anything is said of it.
    pub(crate) fn place(&self, wanted: Wanted<'_>) -> Option<u32> {
        let is = |place: &u32| self.is_at(*place, wanted);
        self.places.find(wanted.hash, is).copied()
    }

    fn change(&mut self, value: Option<Parts<'_>>) -> Change {
        let Some(parts @ Parts(head, tail)) = value else {
            return Change::Removed;
        };
        if parts.len() <= SHORT {
            return Change::Short(self.arena.keep(head, tail));
        }
        self.change_to_owned([head, tail].concat())
    }

    fn change_to_owned(&mut self, value: Vec<u8>) -> Change {
        if value.len() <= SHORT {
            return Change::Short(self.arena.keep(&value, &[]));
        }
        self.outside += value.len();
        Change::Long(Arc::new(value))
    }

    /// Adds a key that is not there.
    pub(crate) fn push(&mut self, wanted: Wanted<'_>, value: Option<Parts<'_>>) -> u32 {
        let change = self.change(value);
        self.push_change(wanted, change)
    }

    fn push_change(&mut self, wanted: Wanted<'_>, change: Change) -> u32 {
        let Wanted { space, hash, key } = wanted;
        let place = self.list.len() as u32;
        let key = self.arena.keep(key, &[]);
        self.list.push(Entry {
            hash,
            space,
            key,
            change,
        });
        let list = &self.list;
        let rehash = |place: &u32| list[*place as usize].hash;
        self.places.insert_unique(hash, place, rehash);
        place
    }

    fn replace(&mut self, place: u32, change: Change) -> Change {
        std::mem::replace(&mut self.list[place as usize].change, change)
    }

    /// Takes the last key away again; returns its space and place.
    fn pop(&mut self) -> Option<(Space, u32)> {
        let entry = self.list.pop()?;
        let gone = self.list.len() as u32;
        if let Ok(found) = self.places.find_entry(entry.hash, |place| *place == gone) {
            found.remove();
        }
        Some((entry.space, gone))
    }
}

/// What a block writes, each key once.
///
/// Nearly every access is to a single key, found through the hash table. Only a range needs the keys of a space in
/// order: they are put in order when someone asks for one, and what was in order before stays so. The hash never decides
/// an order.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    entries: Entries,
    spaces: Vec<Places>,
    /// Where a space is in that list.
    numbers: HashMap<Space, u32, FixedState>,
}

/// Places of the entries of a space.
#[derive(Debug)]
struct Places {
    space: Space,
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
            entries: Entries::with_capacity(entries),
            ..Writes::default()
        }
    }

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.entries.list.len()
    }

    /// Bytes of keys and values, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.bytes()
    }

    /// The spaces that were written to, in order.
    pub(crate) fn spaces(&self) -> impl Iterator<Item = Space> {
        let mut spaces: Vec<Space> = self.spaces.iter().map(|places| places.space).collect();
        spaces.sort_unstable();
        spaces.into_iter()
    }

    /// The hashes of all keys, by place.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.entries.list.iter().map(|entry| entry.hash)
    }

    pub(crate) fn at(&self, place: u32) -> Written<'_> {
        Written {
            key: self.key(place),
            value: self.value(place),
        }
    }

    pub(crate) fn key(&self, place: u32) -> &[u8] {
        self.entries.key(place)
    }

    pub(crate) fn value(&self, place: u32) -> Option<&[u8]> {
        self.entries.value(place)
    }

    pub(crate) fn wanted(&self, place: u32) -> Wanted<'_> {
        self.entries.wanted(place)
    }

    /// Whether this is the key at that place.
    pub(crate) fn is_at(&self, place: u32, wanted: Wanted<'_>) -> bool {
        self.entries.is_at(place, wanted)
    }

    pub(crate) fn place(&self, wanted: Wanted<'_>) -> Option<u32> {
        self.entries.place(wanted)
    }

    /// `None`: nothing is said of the key; `Some(None)`: it is gone.
    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Option<Option<&[u8]>> {
        self.place(wanted).map(|place| self.value(place))
    }

    /// Returns the place of the key, and what was written to it before.
    pub(crate) fn insert(
        &mut self,
        wanted: Wanted<'_>,
        value: Option<Parts<'_>>,
    ) -> (u32, Option<Change>) {
        let change = self.entries.change(value);
        self.insert_change(wanted, change)
    }

    /// As [`insert`](Self::insert), of a value that is kept without a copy if it is long.
    pub(crate) fn insert_owned(
        &mut self,
        wanted: Wanted<'_>,
        value: Vec<u8>,
    ) -> (u32, Option<Change>) {
        let change = self.entries.change_to_owned(value);
        self.insert_change(wanted, change)
    }

    fn insert_change(&mut self, wanted: Wanted<'_>, change: Change) -> (u32, Option<Change>) {
        if let Some(place) = self.place(wanted) {
            return (place, Some(self.entries.replace(place, change)));
        }
        let place = self.entries.push_change(wanted, change);
        let places = self.places_of(wanted.space);
        places.outdate();
        places.all.push(place);
        (place, None)
    }

    fn places_of(&mut self, space: Space) -> &mut Places {
        let spaces = &mut self.spaces;
        let number = self.numbers.entry(space).or_insert_with(|| {
            spaces.push(Places::of(space));
            spaces.len() as u32 - 1
        });
        &mut spaces[*number as usize]
    }

    /// Writes all that other writes say over what these say.
    pub(crate) fn extend(&mut self, newer: &Writes) {
        for place in 0..newer.len() as u32 {
            self.insert(newer.wanted(place), newer.value(place).map(Parts::from));
        }
    }

    /// The same writes without removals.
    pub(crate) fn without_removals(self) -> Writes {
        let mut kept = Writes::with_capacity(self.len());
        for place in 0..self.len() as u32 {
            let value = self.value(place);
            if value.is_some() {
                kept.insert(self.wanted(place), value.map(Parts::from));
            }
        }
        kept
    }

    /// Puts another change in the place of the one that is there; returns that.
    pub(crate) fn replace(&mut self, place: u32, change: Change) -> Change {
        self.entries.replace(place, change)
    }

    /// Takes back the key that was written last for the first time.
    pub(crate) fn pop(&mut self) {
        let Some((space, gone)) = self.entries.pop() else {
            return;
        };
        let places = self.places_of(space);
        places.outdate();
        places.all.pop();
        if places.previous.len() > places.all.len() {
            places.previous.retain(|place| *place < gone);
        }
    }

    /// Places of the entries of a space, as they came.
    pub(crate) fn of_space(&self, space: Space) -> &[u32] {
        let number = self.numbers.get(&space);
        number.map_or(&[], |number| &self.spaces[*number as usize].all)
    }

    /// Places of the entries of a space in ascending order of keys.
    pub(crate) fn ordered(&self, space: Space) -> &[u32] {
        let Some(number) = self.numbers.get(&space) else {
            return &[];
        };
        let places = &self.spaces[*number as usize];
        places.order.get_or_init(|| places.put_in_order(self))
    }

    /// The writes to a space within the bounds, in ascending order of keys.
    pub(crate) fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
    ) -> Ordered<'_> {
        let key = |place: &u32| self.key(*place);
        Ordered {
            writes: self,
            places: within(self.ordered(space), key, start, end).iter(),
        }
    }
}

impl Places {
    fn of(space: Space) -> Places {
        Places {
            space,
            all: Vec::new(),
            order: OnceLock::new(),
            previous: Vec::new(),
        }
    }

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
            // no two of them have the same key
            sort_by_key(&mut order, |place| writes.key(place), |a, b| a.cmp(b));
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
    writes: &'a Writes,
    places: std::slice::Iter<'a, u32>,
}

impl<'a> Iterator for Ordered<'a> {
    type Item = Written<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.places.next().map(|place| self.writes.at(*place))
    }
}

impl DoubleEndedIterator for Ordered<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.places.next_back().map(|place| self.writes.at(*place))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Value = Option<Vec<u8>>;

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
        entries: [BTreeMap<Vec<u8>, Value>; 2],
        came: Vec<(usize, Vec<u8>)>,
    }

    impl Model {
        fn insert(&mut self, space: usize, key: u8, value: Value) -> Option<Value> {
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
        ) -> Vec<(Vec<u8>, Value)> {
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
            let within = |(key, _): &(&Vec<u8>, &Value)| after(key) && before(key);
            let owned = |(key, value): (&Vec<u8>, &Value)| (key.clone(), value.clone());
            let entries = self.entries[space].iter();
            entries.filter(within).map(owned).collect()
        }
    }

    fn owned(written: Written<'_>) -> (Vec<u8>, Value) {
        (written.key.to_vec(), written.value.map(<[u8]>::to_vec))
    }

    proptest! {
        #[test]
        fn behave_like_sorted_maps(steps in steps()) {
            let (mut writes, mut model) = (Writes::default(), Model::default());
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(space, key) => {
                        let value = match number % 3 {
                            0 => None,
                            1 => Some(number.to_be_bytes().to_vec()),
                            _ => Some(vec![number as u8; 5_000]),
                        };
                        let wanted = [key];
                        let wanted = Wanted::new(SPACES[space], &wanted);
                        let before = writes.find(wanted).map(|value| value.map(<[u8]>::to_vec));
                        let (_, known) = writes.insert(wanted, value.as_deref().map(Parts::from));
                        prop_assert_eq!(known.is_some(), before.is_some());
                        prop_assert_eq!(before, model.insert(space, key, value.clone()));
                        prop_assert_eq!(writes.find(wanted), Some(value.as_deref()));
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
