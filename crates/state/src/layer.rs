use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Bound;
use std::sync::{Arc, LazyLock};

use foldhash::fast::{FixedState, FoldHasher};
use indexmap::IndexMap;
use indexmap::map::Slice;
use indexmap::map::raw_entry_v1::RawEntryApiV1;

use crate::catalog::Catalog;
use crate::key::Key;
use crate::space::Space;

/// What a layer says of a key: its value, or that it is gone.
pub(crate) type Change = Option<Arc<[u8]>>;

/// The changes to one space in ascending order of keys. The hash table finds a key, the position in the
/// map finds a range; the hash never decides an order.
pub(crate) type Entries = IndexMap<Key, Change, KeyHasher>;

/// The hash function of all maps of entries: one for the process, so that a key that is looked for in many layers is
/// hashed once. Its seed is random, lest somebody chooses keys that collide.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyHasher;

static SEEDED: LazyLock<FixedState> = LazyLock::new(|| {
    let random = std::hash::RandomState::new().hash_one(0);
    FixedState::with_seed(random)
});

impl BuildHasher for KeyHasher {
    type Hasher = FoldHasher<'static>;

    fn build_hasher(&self) -> FoldHasher<'static> {
        SEEDED.build_hasher()
    }
}

/// A key to be looked for, with its hash.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'k> {
    key: &'k [u8],
    hash: u64,
}

impl<'k> From<&'k [u8]> for Wanted<'k> {
    fn from(key: &'k [u8]) -> Wanted<'k> {
        let hash = KeyHasher.hash_one(key);
        Wanted { key, hash }
    }
}

impl Wanted<'_> {
    pub(crate) fn find(self, entries: &Entries) -> Option<&Change> {
        let found = entries
            .raw_entry_v1()
            .from_hash(self.hash, |key| **key == *self.key);
        found.map(|(_, change)| change)
    }
}

/// Memory that an entry takes besides its key and value, roughly.
const ENTRY_OVERHEAD: usize = 100;

/// What one block changed, or several blocks merged. Immutable.
#[derive(Debug)]
pub struct Layer {
    spaces: BTreeMap<Space, Entries>,
    bytes: usize,
    /// The catalog after the last of its blocks.
    catalog: Arc<Catalog>,
}

impl Layer {
    /// The entries must be in ascending order of keys.
    pub(crate) fn new(mut spaces: BTreeMap<Space, Entries>, catalog: Arc<Catalog>) -> Layer {
        spaces.retain(|_, entries| !entries.is_empty());
        Layer::measured(spaces, catalog)
    }

    fn measured(spaces: BTreeMap<Space, Entries>, catalog: Arc<Catalog>) -> Layer {
        let bytes = spaces
            .values()
            .flat_map(|entries| entries.iter())
            .map(|(key, value)| key.len() + value.as_ref().map_or(0, |v| v.len()) + ENTRY_OVERHEAD)
            .sum();
        Layer {
            spaces,
            bytes,
            catalog,
        }
    }

    /// Memory taken, in bytes, roughly.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.spaces.values().map(IndexMap::len).sum()
    }

    /// All changes in ascending order of space and key; a value of `None` is a removal. This is what a
    /// state root or a snapshot is computed from.
    pub fn changes(&self) -> impl Iterator<Item = (Space, &[u8], Option<&[u8]>)> {
        self.spaces.iter().flat_map(|(space, entries)| {
            entries
                .iter()
                .map(|(key, value)| (*space, &**key, value.as_deref()))
        })
    }

    /// The changes to one space, in ascending order of keys.
    pub fn changes_in(&self, space: Space) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.spaces.get(&space).into_iter().flat_map(|entries| {
            entries
                .iter()
                .map(|(key, value)| (&**key, value.as_deref()))
        })
    }

    /// `None`: this layer says nothing of the key; `Some(None)`: it removed it.
    pub(crate) fn get(&self, space: Space, wanted: Wanted<'_>) -> Option<Option<&[u8]>> {
        wanted.find(self.spaces.get(&space)?).map(Option::as_deref)
    }

    /// The changes within the bounds, in order; `None` if there are none.
    pub(crate) fn slice(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
    ) -> Option<&Slice<Key, Change>> {
        let entries = self.spaces.get(&space)?;
        let from = match start {
            Bound::Unbounded => 0,
            Bound::Included(start) => entries.partition_point(|key, _| &**key < start),
            Bound::Excluded(start) => entries.partition_point(|key, _| &**key <= start),
        };
        let to = match end {
            Bound::Unbounded => entries.len(),
            Bound::Included(end) => entries.partition_point(|key, _| &**key <= end),
            Bound::Excluded(end) => entries.partition_point(|key, _| &**key < end),
        };
        if from < to {
            entries.get_range(from..to)
        } else {
            None
        }
    }

    /// One layer that reads as `newer` over `older`. With `bottom`, nothing lies below, so removals need
    /// not be remembered.
    pub(crate) fn merge(older: &Layer, newer: &Layer, bottom: bool) -> Layer {
        let mut spaces = BTreeMap::new();
        let empty = Entries::default();
        let names: std::collections::BTreeSet<Space> = older
            .spaces
            .keys()
            .chain(newer.spaces.keys())
            .copied()
            .collect();
        for space in names {
            let old = older.spaces.get(&space).unwrap_or(&empty);
            let new = newer.spaces.get(&space).unwrap_or(&empty);
            let merged = merge_entries(old, new, bottom);
            if !merged.is_empty() {
                spaces.insert(space, merged);
            }
        }
        Layer::measured(spaces, newer.catalog.clone())
    }

    /// Merges layers given from oldest to newest; `None` if there are none.
    pub(crate) fn merge_all(mut layers: Vec<Arc<Layer>>) -> Option<Arc<Layer>> {
        // Pairwise rounds: each entry is copied log(n) times.
        while layers.len() > 1 {
            layers = layers
                .chunks(2)
                .map(|pair| match pair {
                    [older, newer] => Arc::new(Layer::merge(older, newer, false)),
                    _ => pair[0].clone(),
                })
                .collect();
        }
        layers.pop()
    }
}

fn merge_entries(old: &Entries, new: &Entries, bottom: bool) -> Entries {
    let mut merged = Entries::with_capacity_and_hasher(old.len() + new.len(), Default::default());
    let mut push = |(key, value): (&Key, &Change)| {
        if !(bottom && value.is_none()) {
            merged.insert(key.clone(), value.clone());
        }
    };
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        if order == Ordering::Equal {
            old.next();
        }
        let from = if order == Ordering::Less {
            old.next()
        } else {
            new.next()
        };
        if let Some(entry) = from {
            push(entry);
        }
    }
    merged
}

/// Layers for reading, oldest first, merged geometrically: each is at least twice as large as the next, so a
/// read looks through a logarithm of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    /// Whether nothing lies below, so that removals can be forgotten.
    bottom: bool,
    /// Blocks up to this one are not merged with later ones: they are about to go.
    fence: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) layer: Arc<Layer>,
    /// Positions of the first and the last block in it.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Runs {
    /// Runs with nothing below them.
    pub(crate) fn bottom() -> Runs {
        Runs {
            bottom: true,
            ..Runs::default()
        }
    }

    pub(crate) fn push(&mut self, layer: Arc<Layer>, position: u32) {
        self.push_run(Run {
            layer,
            first: position,
            last: position,
        });
    }

    pub(crate) fn push_run(&mut self, mut run: Run) {
        while let Some(below) = self.runs.last() {
            if self.fence.is_some_and(|fence| below.last <= fence) {
                break;
            }
            let (lower, upper) = (below.layer.len(), run.layer.len());
            let layer = match (lower, upper) {
                (_, 0) => below.layer.clone(),
                (0, _) => run.layer.clone(),
                _ if lower >= 2 * upper => break,
                _ => {
                    let bottom = self.bottom && self.runs.len() == 1;
                    Arc::new(Layer::merge(&below.layer, &run.layer, bottom))
                }
            };
            run = Run {
                layer,
                first: below.first,
                last: run.last,
            };
            self.runs.pop();
        }
        self.runs.push(run);
    }

    /// From now on, keeps blocks up to `position` apart from later ones.
    pub(crate) fn set_fence(&mut self, position: u32) {
        self.fence = Some(position);
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter()
    }

    /// Takes off and returns the runs from the end for as long as `condition` holds, newest first.
    pub(crate) fn pop_while(&mut self, condition: impl Fn(&Run) -> bool) -> Vec<Run> {
        let keep = self
            .runs
            .iter()
            .rposition(|run| !condition(run))
            .map_or(0, |i| i + 1);
        let mut taken = self.runs.split_off(keep);
        taken.reverse();
        taken
    }

    pub(crate) fn layers(&self) -> Vec<Arc<Layer>> {
        self.runs.iter().map(|run| run.layer.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(changes: &[(&str, Option<&str>)]) -> Arc<Layer> {
        let mut entries: Entries = changes
            .iter()
            .map(|(key, value)| (key.as_bytes().into(), value.map(|v| v.as_bytes().into())))
            .collect();
        entries.sort_unstable_keys();
        Arc::new(Layer::new(
            BTreeMap::from([(Space::Meta, entries)]),
            Arc::default(),
        ))
    }

    fn text(layer: &Layer) -> String {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        layer
            .changes()
            .map(|(_, key, value)| format!("{}={} ", show(key), value.map_or("-".into(), show)))
            .collect()
    }

    #[test]
    fn the_newer_layer_wins() {
        let old = layer(&[("a", Some("1")), ("b", Some("1")), ("d", None)]);
        let new = layer(&[("b", None), ("c", Some("2"))]);
        assert_eq!(text(&Layer::merge(&old, &new, false)), "a=1 b=- c=2 d=- ");
        assert_eq!(text(&Layer::merge(&old, &new, true)), "a=1 c=2 ");
    }

    #[test]
    fn many_layers_merge_in_order() {
        let layers = (0..7)
            .map(|i| layer(&[("x", Some(&i.to_string())), (&format!("k{i}"), Some("v"))]))
            .collect();
        let merged = Layer::merge_all(layers).expect("seven layers");
        assert_eq!(text(&merged), "k0=v k1=v k2=v k3=v k4=v k5=v k6=v x=6 ");
    }

    #[test]
    fn runs_stay_logarithmic() {
        let mut runs = Runs::default();
        for i in 0..1000u32 {
            runs.push(layer(&[(&format!("{i:04}"), Some("v"))]), i);
        }
        assert!(runs.iter().count() <= 10, "{} runs", runs.iter().count());
        assert_eq!(runs.iter().map(|run| run.layer.len()).sum::<usize>(), 1000);
        assert_eq!(runs.iter().next_back().map(|run| run.last), Some(999));
    }

    #[test]
    fn a_slice_keeps_the_bounds() {
        let layer = layer(&[("a", Some("1")), ("b", Some("1")), ("c", Some("1"))]);
        let count = |start, end| layer.slice(Space::Meta, start, end).map_or(0, |s| s.len());
        assert_eq!(count(Bound::Unbounded, Bound::Unbounded), 3);
        assert_eq!(count(Bound::Excluded(b"a"), Bound::Included(b"c")), 2);
        assert_eq!(count(Bound::Included(b"c"), Bound::Excluded(b"a")), 0);
    }
}
