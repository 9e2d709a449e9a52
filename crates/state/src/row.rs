//! How rows and their keys are written.
//!
//! A row is the number of its insertion (LEB128; it counts the insertions of its table) and the document. Its key
//! is the encoded `_id`. A key that would be long ends in a hash: such keys are unique, and in the order of `_id`
//! up to [`KEY_CUT`] bytes.

use sha2::{Digest, Sha256};
use tartan_document::order::{Key, KeyBuffer, KeyPart};
use tartan_document::{Object, codec, order};

use crate::error::StateError;
use crate::overlay::Overlay;
use crate::space::{Space, TableId};
use crate::writes::Parts;

/// Bytes of an encoded key that are kept before a hash takes the place of the rest.
pub(crate) const KEY_CUT: usize = 160;
/// Longest row key, in bytes; only keys with a hash have this length.
pub(crate) const MAX_ROW_KEY: usize = KEY_CUT + 32;

/// The key of the row with that `_id`.
pub(crate) fn row_key<'a>(id: impl Into<KeyPart<'a>>) -> Key {
    unique_key([id])
}

/// The key of the row whose `_id` has these fields.
pub(crate) fn primary_key<'a, V: Into<KeyPart<'a>>>(
    fields: impl Iterator<Item = (&'a str, V)>,
) -> Key {
    let mut key = Key::new();
    order::encode_object_key(fields, &mut key);
    bounded(key)
}

/// A key for a list of values: the same for values that compare equal, different otherwise.
pub(crate) fn unique_key<'a, V: Into<KeyPart<'a>>>(values: impl IntoIterator<Item = V>) -> Key {
    let mut key = Key::new();
    for value in values {
        order::encode_key(value, false, &mut key);
    }
    bounded(key)
}

fn bounded(mut key: Key) -> Key {
    if key.len() >= KEY_CUT {
        let hash = Sha256::digest(&*key);
        key.truncate(KEY_CUT);
        key.append(&hash);
    }
    key
}

/// Whether keys after the first [`KEY_CUT`] bytes are in no order.
pub(crate) fn is_hashed(key: &[u8]) -> bool {
    key.len() >= MAX_ROW_KEY
}

/// A row as stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// Which insertion of its table it was.
    pub(crate) inserted: u64,
    /// The document, encoded.
    pub(crate) document: &'a [u8],
}

impl<'a> Row<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Row<'a>, StateError> {
        let mut inserted = 0u64;
        for (place, byte) in bytes.iter().enumerate().take(10) {
            inserted |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(Row {
                    inserted,
                    document: &bytes[place + 1..],
                });
            }
        }
        Err(undecodable("it has no insertion number"))
    }

    /// The number, as it stands in front of the document; and its length.
    fn head(&self) -> ([u8; 10], usize) {
        let (mut head, mut length) = ([0; 10], 0);
        let mut rest = self.inserted;
        while rest >= 0x80 {
            head[length] = rest as u8 | 0x80;
            length += 1;
            rest >>= 7;
        }
        head[length] = rest as u8;
        (head, length + 1)
    }

    /// Puts the row into the table.
    pub(crate) fn put(
        &self,
        overlay: &mut Overlay,
        table: TableId,
        key: &[u8],
    ) -> Result<(), StateError> {
        self.with_parts(|parts| overlay.put_parts(Space::Rows(table), key, parts))
    }

    /// Gives it as it is stored.
    pub(crate) fn with_parts<R>(&self, write: impl FnOnce(Parts<'_>) -> R) -> R {
        let (head, length) = self.head();
        write(Parts(&head[..length], self.document))
    }

    pub(crate) fn decode(&self) -> Result<Object, StateError> {
        codec::decode(self.document).map_err(undecodable)
    }
}

pub(crate) fn undecodable(reason: impl ToString) -> StateError {
    StateError::Undecodable {
        what: "row",
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use tartan_document::Value;

    use super::*;

    #[test]
    fn rows_survive() {
        for inserted in [0, 1, 127, 128, 300, 1 << 40, (1 << 63) + 5] {
            let row = Row {
                inserted,
                document: b"document",
            };
            let (head, length) = row.head();
            let bytes = [&head[..length], row.document].concat();
            let row = Row::read(&bytes).unwrap();
            assert_eq!((row.inserted, row.document), (inserted, &b"document"[..]));
        }
        assert!(Row::read(&[0x80]).is_err());
        assert!(Row::read(&[]).is_err());
    }

    #[test]
    fn long_keys_stay_unique_and_bounded() {
        let key = |text: String| row_key(&Value::from(text.as_str()));
        let (a, b) = (key("x".repeat(1000) + "a"), key("x".repeat(1000) + "b"));
        assert_eq!(a.len(), MAX_ROW_KEY);
        assert!(is_hashed(&a) && a != b && a[..KEY_CUT] == b[..KEY_CUT]);
        assert!(!is_hashed(&key("x".repeat(KEY_CUT - 3))));
        assert!(is_hashed(&key("x".repeat(KEY_CUT - 2))));
        assert!(key("x".repeat(100)) < a);
    }
}
