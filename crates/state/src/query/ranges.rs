//! Stretches of keys that hold the values a query asks for.

use std::ops::Bound;

use tartan_document::{Value, order};

use crate::space::successor;

/// Keys from the first, included, to the second, excluded; `None`: to the end.
pub(crate) type KeyRange = (Vec<u8>, Option<Vec<u8>>);

/// Every prefix with every value behind it.
pub(crate) fn extended(prefixes: &[Vec<u8>], values: &[&Value], descending: bool) -> Vec<Vec<u8>> {
    let mut longer = Vec::with_capacity(prefixes.len() * values.len());
    for prefix in prefixes {
        for value in values {
            longer.push(joined(prefix, value, descending));
        }
    }
    longer
}

fn joined(prefix: &[u8], value: &Value, descending: bool) -> Vec<u8> {
    let mut key = prefix.to_vec();
    order::encode_key(Some(value), descending, &mut key);
    key
}

fn cut(mut key: Vec<u8>, max_len: usize) -> Vec<u8> {
    key.truncate(max_len);
    key
}

pub(crate) fn prefix_range(prefix: &[u8], max_len: usize) -> KeyRange {
    let start = cut(prefix.to_vec(), max_len);
    let end = successor(&start);
    (start, end)
}

/// Keys behind a prefix whose next field is within values of one kind. Both ends are included: what should
/// not be is sorted out by the filter.
pub(crate) fn value_range(
    prefix: &[u8],
    from: Option<&Value>,
    to: Option<&Value>,
    descending: bool,
    max_len: usize,
) -> KeyRange {
    let (low, high) = if descending { (to, from) } else { (from, to) };
    let key = |value: &Value| cut(joined(prefix, value, descending), max_len);
    // All keys of a kind have the same upper half of their first byte.
    let kind = |value: &Value| {
        let mut key = joined(prefix, value, descending);
        key.truncate(prefix.len() + 1);
        if let Some(last) = key.last_mut() {
            *last &= 0xf0;
        }
        key
    };
    let start = match (low, high) {
        (Some(low), _) => key(low),
        (None, Some(high)) => cut(kind(high), max_len),
        (None, None) => cut(prefix.to_vec(), max_len),
    };
    let end = match (high, low) {
        (Some(high), _) => successor(&key(high)),
        (None, Some(low)) => {
            let mut end = kind(low);
            if end.len() > max_len {
                successor(&cut(end, max_len))
            } else {
                if let Some(last) = end.last_mut() {
                    *last |= 0x0f;
                }
                successor(&end)
            }
        }
        (None, None) => successor(&cut(prefix.to_vec(), max_len)),
    };
    (start, end)
}

/// The part of a range whose keys start with a prefix, and what a walk has left to do behind it.
pub(crate) fn split(
    range: &KeyRange,
    prefix: &[u8],
    reverse: bool,
) -> (KeyRange, Option<KeyRange>) {
    let (low, high) = (prefix.to_vec(), successor(prefix));
    let start = range.0.clone().max(low);
    let end = match (&range.1, high) {
        (Some(end), Some(high)) => Some(high.min(end.clone())),
        (end, high) => high.or_else(|| end.clone()),
    };
    let beyond = match reverse {
        true => Some((range.0.clone(), Some(start.clone()))),
        false => end.clone().map(|end| (end, range.1.clone())),
    };
    let beyond = beyond.filter(|(start, end)| end.as_ref().is_none_or(|end| start < end));
    ((start, end), beyond)
}

/// A range as bounds.
pub(crate) fn bounds(range: &KeyRange) -> (Bound<&[u8]>, Bound<&[u8]>) {
    let start = if range.0.is_empty() {
        Bound::Unbounded
    } else {
        Bound::Included(range.0.as_slice())
    };
    let end = range.1.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    (start, end)
}
