use std::any::Any;
use std::sync::Arc;

use hashbrown::HashTable;
use smallvec::SmallVec;

use crate::space::Space;
use crate::writes::Wanted;

/// Values of a generation at most, and bytes of their stored forms.
const MOST: usize = 32 << 10;
const MOST_BYTES: usize = 8 << 20;

/// Keys of which it is known that they were asked for a short while ago.
const ASKED: usize = 64 << 10;

/// Values of the head of the state in decoded form: what calls read and write again and again is not decoded, nor looked for
/// in the store, each time. From block to block as long as the head is followed by its next block.
///
/// A value is kept when it is asked for a second time within a short while: what each of many millions of accounts holds,
/// each asked for once, would only take the place of the rest.
#[derive(Default)]
pub(crate) struct Decoded {
    values: Generations<Known>,
    /// Where lookups lead.
    located: Generations<Located>,
    /// Parts of the hashes of keys that were asked for, each in the place that the rest of its hash says. Keys that share a
    /// place push each other out; empty until something is asked for.
    asked: Vec<u32>,
}

/// A decoded value.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) value: Arc<dyn Any + Send + Sync>,
    /// Which insertion of its table it was, if it is a row.
    pub(crate) inserted: u64,
}

/// The key of the row that a lookup leads to. It lies within the table of those: there is no way through memory to it.
#[derive(Clone)]
pub(crate) struct Located {
    key: SmallVec<[u8; 16]>,
    hash: u64,
}

impl Located {
    pub(crate) fn of(row: Wanted<'_>) -> Located {
        Located {
            key: row.key.into(),
            hash: row.hash,
        }
    }

    /// To look for the row.
    pub(crate) fn wanted(&self, space: Space) -> Wanted<'_> {
        Wanted {
            space,
            key: &self.key,
            hash: self.hash,
        }
    }
}

/// What belongs to keys, in two generations. When the younger one is full it becomes the older one, and what nobody asked for
/// since then goes.
struct Generations<V> {
    young: HashTable<Entry<V>>,
    old: HashTable<Entry<V>>,
    /// Bytes of the younger generation, as they are stored.
    bytes: usize,
}

struct Entry<V> {
    hash: u64,
    space: Space,
    /// Beside the hash, as everything here: to compare it costs no way through memory.
    key: SmallVec<[u8; 32]>,
    /// Bytes that the value takes where it is stored.
    bytes: usize,
    value: V,
}

impl<V> Entry<V> {
    fn is(&self, wanted: Wanted<'_>) -> bool {
        self.hash == wanted.hash && self.space == wanted.space && *self.key == *wanted.key
    }
}

impl<V> Default for Generations<V> {
    fn default() -> Self {
        Generations {
            young: HashTable::new(),
            old: HashTable::new(),
            bytes: 0,
        }
    }
}

impl<V> Generations<V> {
    /// What belongs to a key, and the bytes of it.
    fn find(&mut self, wanted: Wanted<'_>) -> Option<&mut Entry<V>> {
        let is = |entry: &Entry<V>| entry.is(wanted);
        let place = match self.young.find_bucket_index(wanted.hash, is) {
            Some(place) => place,
            None => {
                let entry = self.take_old(wanted)?;
                self.add(entry);
                self.young.find_bucket_index(wanted.hash, is)?
            }
        };
        self.young.get_bucket_mut(place)
    }

    fn insert(&mut self, wanted: Wanted<'_>, bytes: usize, value: V) {
        if let Some(entry) = self.find(wanted) {
            entry.value = value;
            let before = std::mem::replace(&mut entry.bytes, bytes);
            return self.count(bytes, before);
        }
        self.add(Entry {
            hash: wanted.hash,
            space: wanted.space,
            key: wanted.key.into(),
            bytes,
            value,
        });
    }

    fn forget(&mut self, wanted: Wanted<'_>) {
        match self.young.find_entry(wanted.hash, |entry| entry.is(wanted)) {
            Ok(found) => {
                let (entry, _) = found.remove();
                self.count(0, entry.bytes);
            }
            Err(_) => drop(self.take_old(wanted)),
        }
    }

    /// So many bytes came, so many went.
    fn count(&mut self, came: usize, went: usize) {
        self.bytes = (self.bytes + came).saturating_sub(went);
    }

    fn take_old(&mut self, wanted: Wanted<'_>) -> Option<Entry<V>> {
        if self.old.is_empty() {
            return None;
        }
        let found = self.old.find_entry(wanted.hash, |entry| entry.is(wanted));
        found.ok().map(|found| found.remove().0)
    }

    fn add(&mut self, entry: Entry<V>) {
        if self.young.len() >= MOST || self.bytes >= MOST_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += entry.bytes;
        self.young
            .insert_unique(entry.hash, entry, |entry| entry.hash);
    }
}

impl Decoded {
    /// The value of a key, if it is known as such a one, and which insertion it was.
    pub(crate) fn get<T: Send + Sync + 'static>(
        &mut self,
        wanted: Wanted<'_>,
    ) -> Option<(Arc<T>, u64)> {
        let known = &self.values.find(wanted)?.value;
        let value = known.value.clone().downcast().ok()?;
        Some((value, known.inserted))
    }

    /// Where a lookup leads, if that is known.
    pub(crate) fn located(&mut self, wanted: Wanted<'_>) -> Option<Located> {
        self.located.find(wanted).map(|entry| entry.value.clone())
    }

    /// Puts what `change` makes of a value in its place, if it is known as such a one and something is made of it; says which
    /// insertion it was. `bytes` are those of the new one's stored form.
    pub(crate) fn replace<T: Send + Sync + 'static>(
        &mut self,
        wanted: Wanted<'_>,
        bytes: usize,
        change: impl FnOnce(&T) -> Option<T>,
    ) -> Option<u64> {
        let entry = self.values.find(wanted)?;
        let Known { value, inserted } = &mut entry.value;
        let new = change(value.downcast_ref()?)?;
        // mostly nobody else has it by now, and its memory is used
        match Arc::get_mut(value).and_then(|value| value.downcast_mut()) {
            Some(place) => *place = new,
            None => *value = Arc::new(new),
        }
        let (inserted, before) = (*inserted, std::mem::replace(&mut entry.bytes, bytes));
        self.values.count(bytes, before);
        Some(inserted)
    }

    /// Whether a value that is not known was asked for before, so that it is worth keeping. Notes that it is asked for.
    pub(crate) fn is_asked_again(&mut self, wanted: Wanted<'_>) -> bool {
        if self.asked.is_empty() {
            self.asked = vec![0; ASKED];
        }
        let place = wanted.hash as usize % ASKED;
        let rest = (wanted.hash >> 32) as u32;
        std::mem::replace(&mut self.asked[place], rest) == rest
    }

    /// Keeps the value of a key, which takes so many bytes where it is stored.
    pub(crate) fn insert(&mut self, wanted: Wanted<'_>, bytes: usize, known: Known) {
        self.values.insert(wanted, bytes, known);
    }

    /// Keeps where a lookup leads.
    pub(crate) fn insert_located(&mut self, wanted: Wanted<'_>, located: Located) {
        let bytes = located.key.len();
        self.located.insert(wanted, bytes, located);
    }

    /// Forgets the value of a key: it was written.
    pub(crate) fn forget(&mut self, wanted: Wanted<'_>) {
        match wanted.space {
            Space::Index(_) => self.located.forget(wanted),
            _ => self.values.forget(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(decoded: &mut Decoded, key: &str, value: &str, bytes: usize) {
        let wanted = Wanted::new(Space::Meta, key.as_bytes());
        let known = Known {
            value: Arc::new(value.to_owned()),
            inserted: 7,
        };
        decoded.insert(wanted, bytes, known);
    }

    fn value(decoded: &mut Decoded, key: &str) -> Option<String> {
        let wanted = Wanted::new(Space::Meta, key.as_bytes());
        let (value, inserted) = decoded.get::<String>(wanted)?;
        assert_eq!(inserted, 7);
        Some(value.as_ref().clone())
    }

    #[test]
    fn a_value_is_known_until_it_is_forgotten() {
        let mut decoded = Decoded::default();
        let wanted = Wanted::new(Space::Meta, b"a");
        assert_eq!(value(&mut decoded, "a"), None);
        keep(&mut decoded, "a", "1", 1);
        keep(&mut decoded, "a", "2", 1);
        assert_eq!(value(&mut decoded, "a").as_deref(), Some("2"));
        // another kind of value is none
        assert!(decoded.get::<u64>(wanted).is_none());
        assert!(
            decoded
                .get::<String>(Wanted::new(Space::Blocks, b"a"))
                .is_none()
        );
        decoded.forget(wanted);
        assert_eq!(value(&mut decoded, "a"), None);
    }

    #[test]
    fn only_what_is_asked_for_again_is_worth_keeping() {
        let mut decoded = Decoded::default();
        let keys: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let mut ask = |key: &String| {
            let wanted = Wanted::new(Space::Meta, key.as_bytes());
            decoded.is_asked_again(wanted)
        };
        assert!(!keys.iter().any(&mut ask));
        // keys that share a place push each other out
        let again = keys.iter().filter(|key| ask(key)).count();
        assert!(again > 90, "{again}");
        let others: Vec<String> = (100..4 * ASKED).map(|number| number.to_string()).collect();
        assert!(others.iter().filter(|key| ask(key)).count() < 10);
        let again = keys.iter().filter(|key| ask(key)).count();
        assert!(again < 20, "{again}");
    }

    #[test]
    fn what_nobody_asks_for_goes_and_what_is_asked_for_stays() {
        let mut decoded = Decoded::default();
        keep(&mut decoded, "asked", "1", 1);
        keep(&mut decoded, "left", "1", 1);
        keep(&mut decoded, "written", "1", 1);
        // each of them is a generation
        for round in 0..4 {
            keep(&mut decoded, &format!("large {round}"), "", MOST_BYTES);
            assert_eq!(
                value(&mut decoded, "asked").as_deref(),
                Some("1"),
                "{round}"
            );
            if round == 0 {
                // also of the older generation
                decoded.forget(Wanted::new(Space::Meta, b"written"));
            }
            assert_eq!(value(&mut decoded, "written"), None);
        }
        assert_eq!(value(&mut decoded, "left"), None);
        for number in 0..3 * MOST {
            keep(&mut decoded, &number.to_string(), "", 1);
        }
        assert!(decoded.values.young.len() + decoded.values.old.len() <= 2 * MOST);
        assert_eq!(value(&mut decoded, "asked"), None);
    }
}
