use std::ops::Bound;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::space::Space;
use crate::writes::Writes;

/// Memory that an entry takes besides its key and value, roughly.
const ENTRY_OVERHEAD: usize = 100;

/// What one block changed, or several blocks together. Immutable.
#[derive(Debug)]
pub struct Layer {
    writes: Writes,
    bytes: usize,
    /// The catalog after the last of its blocks.
    catalog: Arc<Catalog>,
}

impl Layer {
    pub(crate) fn new(writes: Writes, catalog: Arc<Catalog>) -> Layer {
        Layer {
            bytes: writes.bytes() + writes.len() * ENTRY_OVERHEAD,
            writes,
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
        self.writes.len()
    }

    pub(crate) fn writes(&self) -> &Writes {
        &self.writes
    }

    /// All changes in ascending order of space and key; a value of `None` is a removal. This is what a
    /// state root or a snapshot is computed from.
    pub fn changes(&self) -> impl Iterator<Item = (Space, &[u8], Option<&[u8]>)> {
        self.writes.spaces().flat_map(|space| {
            self.changes_in(space)
                .map(move |(key, value)| (space, key, value))
        })
    }

    /// The changes to one space, in ascending order of keys.
    pub fn changes_in(&self, space: Space) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let all = self.writes.range(space, Bound::Unbounded, Bound::Unbounded);
        all.map(|written| (written.key, written.value))
    }

    /// One layer that reads as all of these, given from oldest to newest; `None` if there are none. With `bottom`, nothing
    /// lies below, so removals need not be remembered.
    pub(crate) fn merge(layers: &[Arc<Layer>], bottom: bool) -> Option<Arc<Layer>> {
        let newest = match layers {
            [] => return None,
            [only] if !bottom => return Some(only.clone()),
            [.., newest] => newest,
        };
        let mut writes = Writes::with_capacity(layers.iter().map(|layer| layer.len()).sum());
        for layer in layers {
            writes.extend(&layer.writes);
        }
        if bottom {
            writes = writes.without_removals();
        }
        Some(Arc::new(Layer::new(writes, newest.catalog.clone())))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::writes::Wanted;

    /// A layer with these keys of one space.
    pub(crate) fn layer(changes: &[(&str, Option<&str>)]) -> Arc<Layer> {
        let mut writes = Writes::default();
        for (key, value) in changes {
            let wanted = Wanted::new(Space::Meta, key.as_bytes());
            writes.insert(wanted, value.map(|value| value.as_bytes().into()));
        }
        Arc::new(Layer::new(writes, Arc::default()))
    }

    fn check(layers: &[&[(&str, Option<&str>)]], bottom: bool, expected: &str) {
        let layers: Vec<_> = layers.iter().map(|changes| layer(changes)).collect();
        let merged = Layer::merge(&layers, bottom).expect("there are layers");
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let text: Vec<String> = merged
            .changes()
            .map(|(_, key, value)| format!("{}={}", show(key), value.map_or("-".into(), show)))
            .collect();
        assert_eq!(text.join(" "), expected);
    }

    #[test]
    fn the_newer_layer_wins() {
        let old: &[_] = &[("d", None), ("a", Some("1")), ("b", Some("1"))];
        let new: &[_] = &[("b", None), ("c", Some("2"))];
        check(&[old, new], false, "a=1 b=- c=2 d=-");
        check(&[old, new], true, "a=1 c=2");
    }

    #[test]
    fn many_layers_merge_in_order() {
        let numbers: Vec<String> = (0..7).map(|i| i.to_string()).collect();
        let changes: Vec<_> = numbers
            .iter()
            .map(|i| [("x", Some(i.as_str())), (i, None)])
            .collect();
        let changes: Vec<&[_]> = changes.iter().map(|changes| changes.as_slice()).collect();
        check(&changes, false, "0=- 1=- 2=- 3=- 4=- 5=- 6=- x=6");
        check(&changes, true, "x=6");
    }
}
