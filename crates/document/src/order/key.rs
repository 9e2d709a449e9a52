use std::cmp::Ordering;
use std::fmt;
use std::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

/// Most keys are no longer.
const SHORT: usize = 64;

/// A key that is made and soon forgotten; a short one takes no memory of its own.
#[derive(Clone)]
pub struct Key(Bytes);

#[derive(Clone)]
enum Bytes {
    Short(ArrayVec<u8, SHORT>),
    Long(Vec<u8>),
}

/// Where keys are written to.
pub trait KeyBuffer: DerefMut<Target = [u8]> {
    /// Appends a byte.
    fn append_byte(&mut self, byte: u8);
    /// Appends bytes.
    fn append(&mut self, bytes: &[u8]);
}

impl KeyBuffer for Vec<u8> {
    fn append_byte(&mut self, byte: u8) {
        self.push(byte);
    }

    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl KeyBuffer for Key {
    fn append_byte(&mut self, byte: u8) {
        if let Bytes::Short(short) = &mut self.0
            && short.try_push(byte).is_ok()
        {
            return;
        }
        self.long().push(byte);
    }

    fn append(&mut self, bytes: &[u8]) {
        if let Bytes::Short(short) = &mut self.0
            && short.try_extend_from_slice(bytes).is_ok()
        {
            return;
        }
        self.long().extend_from_slice(bytes);
    }
}

impl Key {
    /// Without bytes.
    pub fn new() -> Key {
        Key(Bytes::Short(ArrayVec::new()))
    }

    /// Cuts off what is behind the first so many bytes.
    pub fn truncate(&mut self, length: usize) {
        match &mut self.0 {
            Bytes::Short(short) => short.truncate(length),
            Bytes::Long(long) => long.truncate(length),
        }
    }

    /// The bytes in memory of their own.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Bytes::Short(short) => short.to_vec(),
            Bytes::Long(long) => long,
        }
    }

    /// The memory of its own that a long one has, which it gets now if it has none.
    fn long(&mut self) -> &mut Vec<u8> {
        if let Bytes::Short(short) = &self.0 {
            let mut long = Vec::with_capacity(4 * SHORT);
            long.extend_from_slice(short);
            self.0 = Bytes::Long(long);
        }
        match &mut self.0 {
            Bytes::Long(long) => long,
            Bytes::Short(_) => unreachable!("it was made long"),
        }
    }
}

impl Default for Key {
    fn default() -> Key {
        Key::new()
    }
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Short(short) => short,
            Bytes::Long(long) => long,
        }
    }
}

impl DerefMut for Key {
    fn deref_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Bytes::Short(short) => short,
            Bytes::Long(long) => long,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        **self == **other
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        (**self).cmp(&**other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_as_its_bytes(parts in vec(vec(any::<u8>(), 0..40), 0..8), cut in 0..300_usize) {
            let (mut key, mut bytes) = (Key::new(), Vec::new());
            for part in &parts {
                match &**part {
                    [byte] => {
                        key.append_byte(*byte);
                        bytes.push(*byte);
                    }
                    part => {
                        key.append(part);
                        bytes.extend_from_slice(part);
                    }
                }
                prop_assert_eq!(&*key, &*bytes);
            }
            let whole = key.clone();
            key.truncate(cut);
            bytes.truncate(cut);
            prop_assert_eq!(&*key, &*bytes);
            prop_assert_eq!(key.cmp(&whole), (*key).cmp(&*whole));
            prop_assert_eq!(key == whole, whole.len() <= cut);
            prop_assert_eq!(key.into_vec(), bytes);
        }
    }
}
