//! What indexes hold.
//!
//! An entry of a declared index is a key without a value: the encoded fields, cut off at [`MAX_FIELDS`], the key
//! of the row, and the length of that in two bytes. So entries are in the order of the fields, and equal ones in
//! the order of `_id`. Where a field is or leads through an array, the row has an entry for each element, as in
//! MongoDB; an empty array stands before everything else.
//!
//! An entry of a lookup is a unique key of the fields, with the key of the row as its value.

use smallvec::{SmallVec, smallvec};
use tartan_document::codec::{Error, RawFields, RawValue};
use tartan_document::order::{Key, KeyBuffer, KeyPart};
use tartan_document::{Kind, Object, order};

use crate::catalog::{IndexField, IndexInfo};
use crate::query::{Leaf, Path};
use crate::row::unique_key;

/// Bytes of the encoded fields that an entry keeps. Entries of this length are in order only up to it.
pub(crate) const MAX_FIELDS: usize = 300;
/// Most entries that one row may have in one index.
pub(crate) const MAX_ENTRIES: usize = 4096;
/// Stands for an empty array: below every kind of value.
const EMPTY_ARRAY: u8 = 0x08;

/// The entries of a row in an index, without the row's key.
#[derive(Debug)]
pub(crate) struct Entries {
    /// Sorted, each once; mostly a single one.
    pub(crate) keys: SmallVec<[Key; 1]>,
    /// Whether an array was met.
    pub(crate) multikey: bool,
}

/// The entries that a row has in a declared index; `None` if they are too many.
pub(crate) fn entries(
    document: &RawFields<'_>,
    index: &IndexInfo,
) -> Result<Option<Entries>, Error> {
    let mut keys: SmallVec<[Key; 1]> = smallvec![Key::new()];
    let mut multikey = false;
    for field in &index.spec.fields {
        let (value, array) = plain(document, &field.path)?;
        if !array {
            let part = value.map(|value| value.as_key_part()).transpose()?;
            let decoded = match part {
                Some(None) => value.map(|value| value.to_value()).transpose()?,
                _ => None,
            };
            let part = part.flatten().unwrap_or_else(|| decoded.as_ref().into());
            for key in &mut keys {
                let room = MAX_FIELDS - key.len();
                order::encode_key_bounded(part, field.descending, room, key);
            }
            continue;
        }
        multikey = true;
        let encoded = alternatives(document, field, MAX_FIELDS)?;
        if keys.len() * encoded.len() > MAX_ENTRIES {
            return Ok(None);
        }
        keys = keys
            .iter()
            .flat_map(|key| {
                encoded.iter().map(|field| {
                    let mut key = key.clone();
                    append(&mut key, field);
                    key
                })
            })
            .collect();
    }
    if keys.len() > 1 {
        keys.sort();
        keys.dedup();
    }
    Ok(Some(Entries { keys, multikey }))
}

fn append(key: &mut Key, field: &[u8]) {
    let room = MAX_FIELDS - key.len();
    KeyBuffer::append(key, &field[..field.len().min(room)]);
}

/// The entry that a row has in a lookup, and whether an array was met.
pub(crate) fn lookup_entry(
    document: &RawFields<'_>,
    index: &IndexInfo,
) -> Result<(Key, bool), Error> {
    let mut values = Vec::with_capacity(index.spec.fields.len());
    let mut multikey = false;
    for field in &index.spec.fields {
        let (value, array) = plain(document, &field.path)?;
        multikey |= array;
        values.push(match value {
            Some(value) => Some(value.to_value()?),
            // Whole, whatever the path means behind it: the planner leaves such a lookup alone.
            None if array => document
                .field(first(&field.path))
                .map(|v| v.to_value())
                .transpose()?,
            None => None,
        });
    }
    let values = values.iter().map(Option::as_ref);
    Ok((unique_key(values), multikey))
}

fn first(path: &Path) -> &str {
    path.parts().next().unwrap_or_default()
}

/// Where the path leads without meeting an array, and whether it met one.
fn plain<'a>(document: &RawFields<'a>, path: &Path) -> Result<(Option<RawValue<'a>>, bool), Error> {
    let mut parts = path.parts();
    let mut value = document.field(parts.next().unwrap_or_default());
    loop {
        let Some(found) = value else {
            return Ok((None, false));
        };
        let kind = found.kind()?;
        if kind == Kind::Array {
            return Ok((None, true));
        }
        let Some(part) = parts.next() else {
            return Ok((Some(found), false));
        };
        value = if kind == Kind::Object {
            found.get(part)?
        } else {
            None
        };
    }
}

/// What a field of a row that leads through an array is indexed under.
fn alternatives(
    document: &RawFields<'_>,
    field: &IndexField,
    max_len: usize,
) -> Result<Vec<Vec<u8>>, Error> {
    let top = document
        .field(first(&field.path))
        .map(|value| value.to_value())
        .transpose()?;
    let mut encoded = Vec::new();
    field.path.any_below(top.as_ref(), &mut |leaf| {
        push_leaf(leaf, field.descending, max_len, &mut encoded);
        false
    });
    finish(&mut encoded, field.descending);
    Ok(encoded)
}

fn push_leaf(leaf: Leaf<'_>, descending: bool, max_len: usize, encoded: &mut Vec<Vec<u8>>) {
    let mut key = Vec::new();
    match leaf {
        Leaf::Array([], _) => key.push(if descending {
            !EMPTY_ARRAY
        } else {
            EMPTY_ARRAY
        }),
        // Its elements are there.
        Leaf::Array(..) => return,
        Leaf::Value(_) | Leaf::Element(_) | Leaf::Missing => {
            order::encode_key_bounded(leaf.value(), descending, max_len, &mut key);
        }
    }
    encoded.push(key);
}

/// A path that leads nowhere, not even to something missing, counts as `null`.
fn finish(encoded: &mut Vec<Vec<u8>>, descending: bool) {
    if encoded.is_empty() {
        let mut key = Vec::new();
        order::encode_key(KeyPart::Null, descending, &mut key);
        encoded.push(key);
    }
    encoded.sort();
    encoded.dedup();
}

/// What a document is sorted by in this field: the first of what it is indexed under, whole.
pub(crate) fn append_sort_key(document: &Object, path: &Path, descending: bool, key: &mut Vec<u8>) {
    let mut encoded = Vec::new();
    path.any(document, &mut |leaf| {
        push_leaf(leaf, descending, usize::MAX, &mut encoded);
        false
    });
    finish(&mut encoded, descending);
    key.extend_from_slice(&encoded[0]);
}

/// The key of an entry of a declared index.
pub(crate) fn entry_key<B: KeyBuffer>(fields: B, row_key: &[u8]) -> B {
    let mut key = fields;
    key.append(row_key);
    let [high, low] = (row_key.len() as u16).to_be_bytes();
    key.append_byte(high);
    key.append_byte(low);
    key
}

/// The fields and the row's key of an entry; `None` if the bytes are none.
pub(crate) fn split_entry(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let (rest, length) = key.split_last_chunk()?;
    rest.split_at_checked(
        rest.len()
            .checked_sub(usize::from(u16::from_be_bytes(*length)))?,
    )
}
