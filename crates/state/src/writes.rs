use std::cell::OnceCell;
use std::ops::Bound;

use crate::key::Key;
use crate::layer::{Change, Entries, Wanted};

/// What the block in progress writes to one space.
///
/// Nearly every access is to a single key, found through the hash table. Only a range needs the keys in order: their
/// positions are put in order when someone asks for one, and what was in order before stays so.
#[derive(Default)]
pub(crate) struct Writes {
    /// In the order in which the keys were first written.
    entries: Entries,
    /// Positions of all entries in ascending order of keys; unset from a new key to the next range.
    order: OnceCell<Vec<u32>>,
    /// The last order there was: of the entries written until then.
    previous: Vec<u32>,
}

impl Writes {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&Change> {
        self.entries.get(key)
    }

    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Option<&Change> {
        wanted.find(&self.entries)
    }

    /// Returns what was written to the key before.
    pub(crate) fn insert(&mut self, key: Key, value: Change) -> Option<Change> {
        let before = self.entries.insert(key, value);
        if before.is_none() {
            self.outdate();
        }
        before
    }

    /// Takes back the key that was written last for the first time.
    pub(crate) fn pop(&mut self) {
        self.outdate();
        self.entries.pop();
        let gone = self.entries.len();
        if self.previous.len() > gone {
            self.previous.retain(|position| (*position as usize) < gone);
        }
    }

    fn outdate(&mut self) {
        if let Some(order) = self.order.take() {
            self.previous = order;
        }
    }

    /// The writes within the bounds, in ascending order of keys.
    pub(crate) fn range(&self, start: Bound<&[u8]>, end: Bound<&[u8]>) -> Ordered<'_> {
        let order = self.order.get_or_init(|| self.put_in_order());
        let first = |includes: &dyn Fn(&[u8]) -> bool| {
            order.partition_point(|position| includes(self.key(*position)))
        };
        let from = match start {
            Bound::Unbounded => 0,
            Bound::Included(start) => first(&|key| key < start),
            Bound::Excluded(start) => first(&|key| key <= start),
        };
        let to = match end {
            Bound::Unbounded => order.len(),
            Bound::Included(end) => first(&|key| key <= end),
            Bound::Excluded(end) => first(&|key| key < end),
        };
        Ordered {
            entries: &self.entries,
            positions: order.get(from..to).unwrap_or_default().iter(),
        }
    }

    fn put_in_order(&self) -> Vec<u32> {
        let mut order = self.previous.clone();
        let known = order.len();
        let new = known as u32..self.entries.len() as u32;
        // a few keys find their places faster than all are sorted
        if new.len() > known / 8 {
            order.extend(new);
            order.sort_unstable_by(|a, b| self.key(*a).cmp(self.key(*b)));
            return order;
        }
        for position in new {
            let key = self.key(position);
            let place = order.partition_point(|other| self.key(*other) < key);
            order.insert(place, position);
        }
        order
    }

    fn key(&self, position: u32) -> &Key {
        let (key, _) = self
            .entries
            .get_index(position as usize)
            .expect("positions are those of entries");
        key
    }

    /// The entries in ascending order of keys.
    pub(crate) fn into_sorted(mut self) -> Entries {
        self.entries.sort_unstable_keys();
        self.entries
    }
}

/// Writes in order of keys.
pub(crate) struct Ordered<'a> {
    entries: &'a Entries,
    positions: std::slice::Iter<'a, u32>,
}

impl<'a> Ordered<'a> {
    fn at(&self, position: u32) -> Option<(&'a Key, &'a Change)> {
        self.entries.get_index(position as usize)
    }
}

impl<'a> Iterator for Ordered<'a> {
    type Item = (&'a Key, &'a Change);

    fn next(&mut self) -> Option<Self::Item> {
        let position = *self.positions.next()?;
        self.at(position)
    }
}

impl DoubleEndedIterator for Ordered<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let position = *self.positions.next_back()?;
        self.at(position)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8),
        Pop,
        Range(Bound<u8>, Bound<u8>),
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
            6 => any::<u8>().prop_map(Step::Insert),
            1 => Just(Step::Pop),
            2 => (bound(), bound()).prop_map(|(start, end)| Step::Range(start, end)),
        ];
        proptest::collection::vec(step, 0..200)
    }

    /// The model: a sorted map, and the keys in the order in which they came.
    #[derive(Default)]
    struct Model {
        entries: BTreeMap<Vec<u8>, Change>,
        came: Vec<Vec<u8>>,
    }

    impl Model {
        fn insert(&mut self, key: u8, value: Change) -> Option<Change> {
            let before = self.entries.insert(vec![key], value);
            if before.is_none() {
                self.came.push(vec![key]);
            }
            before
        }

        fn range(&self, start: Bound<&[u8]>, end: Bound<&[u8]>) -> Vec<(Vec<u8>, Change)> {
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
            self.entries.iter().filter(within).map(owned).collect()
        }
    }

    fn owned((key, value): (&Key, &Change)) -> (Vec<u8>, Change) {
        (key.to_vec(), value.clone())
    }

    proptest! {
        #[test]
        fn behave_like_a_sorted_map(steps in steps()) {
            let (mut writes, mut model) = (Writes::default(), Model::default());
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(key) => {
                        let value: Change = Some(number.to_be_bytes().as_slice().into());
                        let before = writes.insert([key].as_slice().into(), value.clone());
                        prop_assert_eq!(before, model.insert(key, value));
                    }
                    Step::Pop => {
                        writes.pop();
                        if let Some(last) = model.came.pop() {
                            model.entries.remove(&last);
                        }
                    }
                    Step::Range(start, end) => {
                        let (start, end) = (start.map(|b| [b]), end.map(|b| [b]));
                        let bounds = (start.as_ref().map(<[u8; 1]>::as_slice), end.as_ref().map(<[u8; 1]>::as_slice));
                        let mut expected = model.range(bounds.0, bounds.1);
                        let found: Vec<_> = writes.range(bounds.0, bounds.1).map(owned).collect();
                        prop_assert_eq!(&found, &expected);
                        expected.reverse();
                        let found: Vec<_> = writes.range(bounds.0, bounds.1).rev().map(owned).collect();
                        prop_assert_eq!(found, expected);
                    }
                }
            }
            let sorted: Vec<_> = writes.into_sorted().iter().map(owned).collect();
            prop_assert_eq!(sorted, model.range(Bound::Unbounded, Bound::Unbounded));
        }
    }
}
