use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::{Text, Value};

/// Named fields of an object beyond which they are found through a hash table instead of one after the other.
const SMALL: usize = 16;

/// An object with ECMAScript's order of properties: array indices first, ascending, then the others in the order in
/// which they were first inserted. A repeated key keeps its place and takes the last value.
///
/// Two objects are equal when they have the same fields in the same order.
#[derive(Clone, Default)]
pub struct Object {
    /// Array indices first, then named fields.
    entries: Vec<(Text, Value)>,
    /// How many of the entries have array indices for keys.
    indices: usize,
    /// Where the named fields are; only when there are many.
    lookup: Option<Box<Lookup>>,
}

/// Positions of the named fields, counted from the first of them.
#[derive(Clone)]
struct Lookup {
    // Keyed at random against crafted collisions. The order of the table is never looked at.
    hasher: RandomState,
    table: HashTable<usize>,
}

/// The array index that the key is: canonical decimal digits of a number up to 2^32 - 2.
///
/// <https://tc39.es/ecma262/#array-index>
pub fn array_index(key: &[u8]) -> Option<u32> {
    match key {
        b"0" => Some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() < 10 && rest.iter().all(u8::is_ascii_digit) => {
            let number = key
                .iter()
                .fold(0u64, |number, digit| number * 10 + u64::from(digit - b'0'));
            u32::try_from(number)
                .ok()
                .filter(|index| *index != u32::MAX)
        }
        _ => None,
    }
}

impl Object {
    /// An object without fields.
    pub fn new() -> Object {
        Object::default()
    }

    /// An object without fields, with room for so many.
    pub fn with_capacity(capacity: usize) -> Object {
        Object {
            entries: Vec::with_capacity(capacity),
            ..Object::default()
        }
    }

    /// The object that results from setting these fields one after the other.
    pub(crate) fn from_entries(entries: Vec<(Text, Value)>) -> Object {
        let plain = |at: usize| {
            let key = entries[at].0.as_bytes();
            !key.first().is_some_and(u8::is_ascii_digit)
                && entries[..at]
                    .iter()
                    .all(|(earlier, _)| earlier.as_bytes() != key)
        };
        if entries.len() <= SMALL && (0..entries.len()).all(plain) {
            return Object {
                entries,
                ..Object::default()
            };
        }
        // Indices are sorted apart: inserting each at its place would be quadratic.
        let mut indexed = BTreeMap::new();
        let mut named = Object::new();
        for (key, value) in entries {
            match array_index(key.as_bytes()) {
                Some(index) => drop(indexed.insert(index, (key, value))),
                None => drop(named.insert(key, value)),
            }
        }
        let indices = indexed.len();
        let entries = indexed.into_values().chain(named.entries).collect();
        Object {
            entries,
            indices,
            lookup: named.lookup,
        }
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.get_bytes(key.as_bytes())
    }

    /// The value of a field whose name may have lone surrogates.
    pub fn get_text(&self, key: &Text) -> Option<&Value> {
        self.get_bytes(key.as_bytes())
    }

    fn get_bytes(&self, key: &[u8]) -> Option<&Value> {
        self.position(key).ok().map(|at| &self.entries[at].1)
    }

    /// The value of a field, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position(key.as_bytes())
            .ok()
            .map(|at| &mut self.entries[at].1)
    }

    /// Whether there is such a field.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key.as_bytes()).is_ok()
    }

    /// The string in a field, if there is a well-formed one.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Sets a field and returns the value it had. A new field goes behind the others, an existing one keeps its place.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        match self.position(key.as_bytes()) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.insert_new(at, key, value);
                None
            }
        }
    }

    fn insert_new(&mut self, at: usize, key: Text, value: Value) {
        if array_index(key.as_bytes()).is_some() {
            self.entries.insert(at, (key, value));
            self.indices += 1;
            return;
        }
        self.entries.push((key, value));
        let named = &self.entries[self.indices..];
        match &mut self.lookup {
            Some(lookup) => lookup.add(named, named.len() - 1),
            None if named.len() > SMALL => self.lookup = Some(Box::new(Lookup::new(named))),
            None => {}
        }
    }

    /// Removes a field and returns its value; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.position(key.as_bytes())
            .ok()
            .map(|at| self.remove_at(at))
    }

    fn remove_at(&mut self, at: usize) -> Value {
        if let (Some(position), Some(lookup)) = (at.checked_sub(self.indices), &mut self.lookup) {
            lookup.remove(&self.entries[self.indices..], position);
        }
        let (_, value) = self.entries.remove(at);
        if at < self.indices {
            self.indices -= 1;
        }
        value
    }

    /// Keeps only the fields for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &mut Value) -> bool) {
        let entries = std::mem::take(self).entries;
        let kept = entries
            .into_iter()
            .filter_map(|(key, mut value)| keep(&key, &mut value).then_some((key, value)));
        *self = Object::from_entries(kept.collect());
    }

    /// The fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Value)> + DoubleEndedIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The fields in order, to change their values.
    pub fn iter_mut(
        &mut self,
    ) -> impl ExactSizeIterator<Item = (&Text, &mut Value)> + DoubleEndedIterator {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The names of the fields in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> + DoubleEndedIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values of the fields in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Where the field is, or where it would be inserted.
    fn position(&self, key: &[u8]) -> Result<usize, usize> {
        if let Some(index) = array_index(key) {
            return self.entries[..self.indices]
                .binary_search_by_key(&Some(index), |(key, _)| array_index(key.as_bytes()));
        }
        let named = &self.entries[self.indices..];
        let found = match &self.lookup {
            Some(lookup) => lookup.find(named, key),
            None => named.iter().position(|(name, _)| name.as_bytes() == key),
        };
        found.map(|at| self.indices + at).ok_or(self.entries.len())
    }
}

impl Lookup {
    fn new(named: &[(Text, Value)]) -> Lookup {
        let mut lookup = Lookup {
            hasher: RandomState::new(),
            table: HashTable::with_capacity(named.len() * 2),
        };
        for at in 0..named.len() {
            lookup.add(named, at);
        }
        lookup
    }

    fn add(&mut self, named: &[(Text, Value)], at: usize) {
        let hash = |at: &usize| self.hasher.hash_one(named[*at].0.as_bytes());
        self.table.insert_unique(hash(&at), at, hash);
    }

    /// Forgets the field at this position; those behind it move up.
    fn remove(&mut self, named: &[(Text, Value)], at: usize) {
        let hash = self.hasher.hash_one(named[at].0.as_bytes());
        if let Ok(entry) = self.table.find_entry(hash, |found| *found == at) {
            entry.remove();
        }
        for position in self.table.iter_mut() {
            *position -= usize::from(*position > at);
        }
    }

    fn find(&self, named: &[(Text, Value)], key: &[u8]) -> Option<usize> {
        let hash = self.hasher.hash_one(key);
        self.table
            .find(hash, |at| named[*at].0.as_bytes() == key)
            .copied()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.entries == other.entries
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Object {
        let entries = entries.into_iter();
        Object::from_entries(
            entries
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl<K: Into<Text>, V: Into<Value>> Extend<(K, V)> for Object {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl IntoIterator for Object {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// As [`Object::stringify`].
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stringify())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object;

    fn check_keys(object: &Object, keys: &[&str]) {
        assert_eq!(
            object
                .keys()
                .map(|key| key.as_str().unwrap())
                .collect::<Vec<_>>(),
            keys
        );
        for (key, value) in object.iter() {
            assert_eq!(object.get_text(key), Some(value));
        }
    }

    #[test]
    fn indices_come_first_in_ascending_order() {
        let mut object = object! { "b": 1, "10": 2, "a": 3, "2": 4 };
        check_keys(&object, &["2", "10", "b", "a"]);
        object.insert("3", 5);
        object.insert("c", 6);
        object.insert("b", 7);
        check_keys(&object, &["2", "3", "10", "b", "a", "c"]);
        assert_eq!(object.get("b"), Some(&Value::from(7)));
        assert_eq!(object.remove("3"), Some(Value::from(5)));
        assert_eq!(object.remove("b"), Some(Value::from(7)));
        assert_eq!(object.remove("b"), None);
        check_keys(&object, &["2", "10", "a", "c"]);
    }

    #[test]
    fn only_canonical_numbers_up_to_the_limit_are_indices() {
        for (key, index) in [
            ("0", Some(0)),
            ("7", Some(7)),
            ("4294967294", Some(4294967294)),
        ] {
            assert_eq!(array_index(key.as_bytes()), index);
        }
        for key in [
            "",
            "00",
            "01",
            "-1",
            "+1",
            "1.0",
            "1e3",
            "4294967295",
            "4294967296",
            "99999999999",
            "１",
        ] {
            assert_eq!(array_index(key.as_bytes()), None, "{key}");
        }
    }

    #[test]
    fn large_objects_find_insert_and_remove() {
        let mut object: Object = (0..1000).map(|i| (format!("key{i}"), i)).collect();
        object.extend((0..1000).rev().map(|i| (i.to_string(), i)));
        assert_eq!(object.len(), 2000);
        assert_eq!(object.insert("key7", "seven"), Some(Value::from(7)));
        assert_eq!(object.remove("key6"), Some(Value::from(6)));
        assert_eq!(object.get("key7"), Some(&Value::from("seven")));
        assert_eq!(object.get("key999"), Some(&Value::from(999)));
        assert_eq!(object.get("999"), Some(&Value::from(999)));
        assert_eq!(object.get("key6"), None);
        assert_eq!(object.remove("6"), Some(Value::from(6)));
        assert_eq!(object.get("6"), None);
        assert_eq!(object.keys().nth(5), Some(&Text::from("5")));
        object.retain(|_, value| value.as_f64() == Some(3.0));
        check_keys(&object, &["3", "key3"]);
    }

    #[test]
    fn equality_is_exact_including_order() {
        assert_eq!(object! { "a": 1, "b": 2 }, object! { "a": 1, "b": 2 });
        assert_ne!(object! { "a": 1, "b": 2 }, object! { "b": 2, "a": 1 });
    }
}
