use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;

use crate::layer::Layer;
use crate::sorting::sort_by_key;
use crate::space::Space;
use crate::writes::{Wanted, Writes, Written, within};

/// A run is merged with the one below it unless that is at least so many times as large.
const GROWTH: usize = 2;

/// Layers of consecutive blocks to be read as one: an index of what they hold, which stays where it is.
#[derive(Debug)]
pub(crate) struct Run {
    /// Oldest first.
    layers: Vec<Arc<Layer>>,
    /// The newest entry of each key, by hash; `None` of a single layer, which finds its entries itself.
    newest: Option<HashTable<Hashed>>,
    /// For each space that was written to the newest entry of each key, in ascending order of keys, once it was asked for.
    ordered: BTreeMap<Space, OnceLock<Vec<Place>>>,
    /// Positions of the first and the last block in it.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// Where an entry is.
#[derive(Clone, Copy, Debug)]
struct Place {
    layer: u32,
    entry: u32,
}

#[derive(Clone, Copy, Debug)]
struct Hashed {
    hash: u64,
    place: Place,
}

impl Place {
    fn writes(self, layers: &[Arc<Layer>]) -> &Writes {
        layers[self.layer as usize].writes()
    }

    fn key(self, layers: &[Arc<Layer>]) -> &[u8] {
        self.writes(layers).key(self.entry)
    }

    fn wanted(self, layers: &[Arc<Layer>]) -> Wanted<'_> {
        self.writes(layers).wanted(self.entry)
    }

    fn is(self, wanted: Wanted<'_>, layers: &[Arc<Layer>]) -> bool {
        self.writes(layers).is_at(self.entry, wanted)
    }

    /// As it is behind so many more layers.
    fn behind(self, layers: u32) -> Place {
        Place {
            layer: self.layer + layers,
            ..self
        }
    }
}

impl Run {
    /// A run of a single layer.
    pub(crate) fn new(layer: Arc<Layer>, position: u32) -> Run {
        Run {
            newest: None,
            ordered: unordered(layer.writes().spaces()),
            layers: vec![layer],
            first: position,
            last: position,
        }
    }

    /// The newest entry of each key.
    fn newest(&self) -> impl Iterator<Item = Hashed> {
        let table = self.newest.iter().flatten().copied();
        let single = self.layers.first().filter(|_| self.newest.is_none());
        let hashes = single.into_iter().flat_map(|layer| layer.writes().hashes());
        let entries = (0..).zip(hashes).map(|(entry, hash)| Hashed {
            hash,
            place: Place { layer: 0, entry },
        });
        table.chain(entries)
    }

    /// A run that reads as these do one over the other, given from oldest to newest.
    fn merged(parts: &[Arc<Run>]) -> Run {
        let layers: Vec<_> = parts
            .iter()
            .flat_map(|part| &part.layers)
            .cloned()
            .collect();
        let rehash = |hashed: &Hashed| hashed.hash;
        // all at once: a table that grows is written anew
        let mut newest: HashTable<Hashed> =
            HashTable::with_capacity(parts.iter().map(|part| part.len()).sum());
        for (below, part) in below(parts) {
            for hashed in part.newest() {
                let place = hashed.place.behind(below);
                let hashed = Hashed { place, ..hashed };
                let is = |known: &Hashed| {
                    known.hash == hashed.hash && known.place.is(place.wanted(&layers), &layers)
                };
                // no two of the oldest are of the same key
                if below > 0
                    && let Some(known) = newest.find_mut(hashed.hash, is)
                {
                    *known = hashed;
                    continue;
                }
                newest.insert_unique(hashed.hash, hashed, rehash);
            }
        }
        let spaces = parts.iter().flat_map(|part| part.ordered.keys());
        let mut run = Run {
            newest: Some(newest),
            ordered: unordered(spaces.copied()),
            layers,
            first: parts.first().map_or(0, |oldest| oldest.first),
            last: parts.last().map_or(0, |newest| newest.last),
        };
        run.keep_order(parts);
        run
    }

    /// Puts those spaces in order that were in order in the oldest of its parts: they are asked for again.
    fn keep_order(&mut self, parts: &[Arc<Run>]) {
        let Some(oldest) = parts.first() else { return };
        for (space, known) in &oldest.ordered {
            let Some(known) = known.get() else { continue };
            let mut order = known.clone();
            for (below, part) in below(parts).skip(1) {
                let newer = part.ordered(*space).iter();
                let newer: Vec<Place> = newer.map(|place| place.behind(below)).collect();
                order = merge(&self.layers, &order, &newer);
            }
            self.ordered.insert(*space, OnceLock::from(order));
        }
    }

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        let single = || self.layers.iter().map(|layer| layer.len()).sum();
        self.newest.as_ref().map_or_else(single, HashTable::len)
    }

    /// The layers, oldest first.
    pub(crate) fn layers(&self) -> &[Arc<Layer>] {
        &self.layers
    }

    /// `None`: the run says nothing of the key; `Some(None)`: it is gone.
    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Option<Option<&[u8]>> {
        let Some(newest) = &self.newest else {
            return self.layers.first()?.writes().find(wanted);
        };
        let is =
            |hashed: &Hashed| hashed.hash == wanted.hash && hashed.place.is(wanted, &self.layers);
        let Place { layer, entry } = newest.find(wanted.hash, is)?.place;
        Some(self.layers[layer as usize].writes().value(entry))
    }

    fn ordered(&self, space: Space) -> &[Place] {
        let Some(ordered) = self.ordered.get(&space) else {
            return &[];
        };
        ordered.get_or_init(|| newest_in_order(&self.layers, space))
    }

    /// The changes to a space within the bounds, in ascending order of keys; `None` if there are none.
    pub(crate) fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
    ) -> Option<RunRange<'_>> {
        let key = |place: &Place| place.key(&self.layers);
        let places = within(self.ordered(space), key, start, end);
        (!places.is_empty()).then(|| RunRange {
            layers: &self.layers,
            places: places.iter(),
        })
    }
}

/// Runs, each with the number of layers in those before it.
fn below(parts: &[Arc<Run>]) -> impl Iterator<Item = (u32, &Arc<Run>)> {
    parts.iter().scan(0, |below, part| {
        let before = *below;
        *below += part.layers.len() as u32;
        Some((before, part))
    })
}

/// Where the newest entry of each key of a space is, in ascending order of keys.
fn newest_in_order(layers: &[Arc<Layer>], space: Space) -> Vec<Place> {
    let of_layer = |(layer, found): (u32, &Arc<Layer>)| {
        let entries = found.writes().of_space(space).to_vec();
        entries.into_iter().map(move |entry| Place { layer, entry })
    };
    let mut places: Vec<Place> = (0..).zip(layers).flat_map(of_layer).collect();
    let newest_first = |a: &Place, b: &Place| b.layer.cmp(&a.layer);
    sort_by_key(&mut places, |place| place.key(layers), newest_first);
    places.dedup_by(|older, newer| older.is(newer.wanted(layers), layers));
    places
}

/// What layers say together, given oldest first: the newest entry of each key, in ascending order of space and key.
pub(crate) fn changes(layers: &[Arc<Layer>]) -> impl Iterator<Item = (Space, Written<'_>)> {
    let spaces: BTreeSet<Space> = layers
        .iter()
        .flat_map(|layer| layer.writes().spaces())
        .collect();
    spaces.into_iter().flat_map(move |space| {
        let places = newest_in_order(layers, space).into_iter();
        places.map(move |place| (space, place.writes(layers).at(place.entry)))
    })
}

fn unordered(spaces: impl Iterator<Item = Space>) -> BTreeMap<Space, OnceLock<Vec<Place>>> {
    spaces.map(|space| (space, OnceLock::new())).collect()
}

/// Merges two lists in ascending order of keys; of equal keys the newer one stays.
fn merge(layers: &[Arc<Layer>], older: &[Place], newer: &[Place]) -> Vec<Place> {
    let mut merged = Vec::with_capacity(older.len() + newer.len());
    let mut older = older.iter().copied().peekable();
    for &place in newer {
        let key = place.key(layers);
        while let Some(below) = older.peek() {
            match below.key(layers).cmp(key) {
                Ordering::Less => merged.extend(older.next()),
                Ordering::Equal => drop(older.next()),
                Ordering::Greater => break,
            }
        }
        merged.push(place);
    }
    merged.extend(older);
    merged
}

/// Changes of a run in order of keys.
pub(crate) struct RunRange<'a> {
    layers: &'a [Arc<Layer>],
    places: std::slice::Iter<'a, Place>,
}

impl<'a> RunRange<'a> {
    fn at(&self, place: Place) -> Written<'a> {
        place.writes(self.layers).at(place.entry)
    }
}

impl<'a> Iterator for RunRange<'a> {
    type Item = Written<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = *self.places.next()?;
        Some(self.at(place))
    }
}

impl DoubleEndedIterator for RunRange<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let place = *self.places.next_back()?;
        Some(self.at(place))
    }
}

/// Layers for reading, oldest first, in runs of which each is larger than the next, so a read looks through a logarithm of
/// them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Arc<Run>>,
    /// Blocks up to this one are not put together with later ones: they are about to go.
    fence: Option<u32>,
}

impl Runs {
    /// Adds a block. It is put together with those below by [`compact`](Runs::compact).
    pub(crate) fn push(&mut self, layer: Arc<Layer>, position: u32) {
        self.push_run(Arc::new(Run::new(layer, position)));
    }

    pub(crate) fn push_run(&mut self, run: Arc<Run>) {
        self.runs.push(run);
    }

    /// Puts the newest runs together as far as their sizes ask for it.
    pub(crate) fn compact(&mut self) {
        let Some(newest) = self.runs.pop() else {
            return;
        };
        let mut len = newest.len();
        let mut parts = vec![newest];
        let mergeable = |below: &Arc<Run>, len: usize| {
            let fenced = self.fence.is_some_and(|fence| below.last <= fence);
            !fenced && below.len() < GROWTH * len.max(1)
        };
        while let Some(below) = self.runs.pop_if(|below| mergeable(below, len)) {
            len += below.len();
            parts.push(below);
        }
        parts.reverse();
        self.runs.push(match &*parts {
            [only] => only.clone(),
            parts => Arc::new(Run::merged(parts)),
        });
    }

    /// As [`push`](Runs::push) of what will stay for good where nothing lies below: what the runs hold is merged, so that
    /// nothing is kept of what was written over or removed.
    pub(crate) fn push_for_good(&mut self, layer: Arc<Layer>, position: u32) {
        let mut layers = vec![layer];
        while let Some(below) = self.runs.last() {
            let above: usize = layers.iter().map(|layer| layer.len()).sum();
            if below.len() >= GROWTH * above.max(1) {
                break;
            }
            layers.splice(0..0, below.layers().iter().cloned());
            self.runs.pop();
        }
        let merged = Layer::merge(&layers, self.runs.is_empty());
        let merged = merged.map(|layer| Arc::new(Run::new(layer, position)));
        self.runs.extend(merged);
    }

    /// From now on, keeps blocks up to `position` apart from later ones.
    pub(crate) fn set_fence(&mut self, position: u32) {
        self.fence = Some(position);
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Run>> {
        self.runs.iter()
    }

    /// Takes off and returns the runs from the end for as long as `condition` holds, newest first.
    pub(crate) fn pop_while(&mut self, condition: impl Fn(&Run) -> bool) -> Vec<Arc<Run>> {
        let keep = self
            .runs
            .iter()
            .rposition(|run| !condition(run))
            .map_or(0, |i| i + 1);
        let mut taken = self.runs.split_off(keep);
        taken.reverse();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::tests::layer;

    #[test]
    fn runs_stay_logarithmic() {
        let mut runs = Runs::default();
        for i in 0..1000u32 {
            runs.compact();
            runs.push(layer(&[(&format!("{i:04}"), Some("v"))]), i);
        }
        assert!(runs.iter().count() <= 10, "{} runs", runs.iter().count());
        assert_eq!(runs.iter().map(|run| run.len()).sum::<usize>(), 1000);
        assert_eq!(runs.iter().next_back().map(|run| run.last), Some(999));
    }

    #[test]
    fn what_stays_for_good_is_kept_once() {
        let mut runs = Runs::default();
        for i in 0..100u32 {
            let (old, new) = (i.to_string(), (i + 1).to_string());
            runs.push_for_good(
                layer(&[("x", Some(&new)), (&old, None), (&new, Some("v"))]),
                i,
            );
        }
        let held = |run: &Arc<Run>| run.layers().iter().map(|layer| layer.len()).sum::<usize>();
        assert!(runs.iter().map(held).sum::<usize>() < 20);
        let wanted = Wanted::new(Space::Meta, b"x");
        let found = runs.iter().rev().find_map(|run| run.find(wanted));
        assert_eq!(found, Some(Some(b"100".as_slice())));
    }

    /// What a range of the only run shows.
    fn text(runs: &Runs, start: Bound<&[u8]>, end: Bound<&[u8]>) -> String {
        assert_eq!(runs.iter().count(), 1);
        let mut runs = runs.iter();
        let range = runs
            .next()
            .and_then(|run| run.range(Space::Meta, start, end));
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let entries = range.into_iter().flatten();
        let text = entries.map(|entry| {
            let value = entry.value.map_or("-".into(), show);
            format!("{}={value}", show(entry.key))
        });
        text.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_newer_layer_wins_whether_or_not_the_order_was_known() {
        let all = (Bound::Unbounded, Bound::Unbounded);
        for ask_between in [false, true] {
            let mut runs = Runs::default();
            runs.push(layer(&[("d", None), ("b", Some("1")), ("a", Some("1"))]), 1);
            if ask_between {
                assert_eq!(text(&runs, all.0, all.1), "a=1 b=1 d=-");
            }
            runs.push(layer(&[("c", Some("2")), ("b", None)]), 2);
            runs.compact();
            assert_eq!(text(&runs, all.0, all.1), "a=1 b=- c=2 d=-");
            let find = |key: &[u8]| {
                let wanted = Wanted::new(Space::Meta, key);
                runs.iter().find_map(|run| run.find(wanted))
            };
            assert_eq!(find(b"b"), Some(None));
            assert_eq!(find(b"a"), Some(Some(b"1".as_slice())));
            assert_eq!(find(b"e"), None);
        }
    }

    #[test]
    fn a_range_keeps_the_bounds() {
        let mut runs = Runs::default();
        runs.push(
            layer(&[("c", Some("1")), ("b", Some("1")), ("a", Some("1"))]),
            1,
        );
        let check = |start, end, expected| assert_eq!(text(&runs, start, end), expected);
        check(Bound::Unbounded, Bound::Unbounded, "a=1 b=1 c=1");
        check(Bound::Excluded(b"a"), Bound::Included(b"c"), "b=1 c=1");
        check(Bound::Included(b"b"), Bound::Excluded(b"c"), "b=1");
        check(Bound::Included(b"c"), Bound::Excluded(b"a"), "");
    }
}
