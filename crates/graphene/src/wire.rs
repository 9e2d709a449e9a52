//! The binary serialization: a writer, a reader, and what can be written and read.

use thiserror::Error;

use crate::{chain::Chain, json::Field};

/// How assets are serialized; everything else has one form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetForm {
    /// Amount, precision, symbol in 7 bytes: Steem, and what most libraries still send to Hive.
    #[default]
    Legacy,
    /// Amount and asset number: the form Hive introduced with hard fork 26.
    Hf26,
}

/// Why something cannot be serialized.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The operation is known by its name and JSON only.
    #[error("expected an operation with a known binary form, found {0}")]
    UnsupportedOperation(String),
}

/// Why bytes are no transaction.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes end inside a value.
    #[error("expected {expected} more bytes at offset {offset}, found {found}")]
    UnexpectedEnd {
        /// Where the value starts.
        offset: usize,
        /// Bytes the value needs.
        expected: usize,
        /// Bytes that are left.
        found: usize,
    },
    /// Bytes remain after the last value.
    #[error("expected the end at offset {offset}, found {found} more bytes")]
    TrailingBytes {
        /// Where the value ended.
        offset: usize,
        /// Bytes that are left.
        found: usize,
    },
    /// A value is not one of those allowed.
    #[error("expected {expected} at offset {offset}, found {found}")]
    Unexpected {
        /// Where the value starts.
        offset: usize,
        /// What is allowed.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The operation's binary form is not known here.
    #[error("expected an operation with a known binary form at offset {offset}, found id {id}")]
    UnsupportedOperation {
        /// Where the operation starts.
        offset: usize,
        /// The operation's number.
        id: u32,
    },
}

/// Collects the serialization of a value.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) chain: &'a Chain,
    pub(crate) form: AssetForm,
    bytes: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(chain: &'a Chain, form: AssetForm) -> Self {
        Self {
            chain,
            form,
            bytes: Vec::with_capacity(256),
        }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Unsigned LEB128.
    pub(crate) fn varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub(crate) fn length(&mut self, length: usize) {
        // A transaction is at most 64 KiB; nothing here comes near 2^32.
        self.varint(u32::try_from(length).unwrap_or(u32::MAX));
    }

    pub(crate) fn sized(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.raw(bytes);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes values off the front of a serialization.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) chain: &'a Chain,
    pub(crate) form: AssetForm,
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], chain: &'a Chain, form: AssetForm) -> Self {
        Self {
            chain,
            form,
            bytes,
            offset: 0,
        }
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.offset
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self.bytes[self.offset..]
            .get(..count)
            .ok_or(DecodeError::UnexpectedEnd {
                offset: self.offset,
                expected: count,
                found: self.left(),
            })?;
        self.offset += count;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn varint(&mut self) -> Result<u32, DecodeError> {
        let offset = self.offset;
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| {
                    unexpected(offset, "a length of at most 32 bits", value.to_string())
                });
            }
        }
        Err(unexpected(
            offset,
            "a length of at most 5 bytes",
            "a longer one".to_owned(),
        ))
    }

    /// The number of items that follow, each of at least `size` bytes: refuses numbers the rest cannot hold, so that
    /// nobody makes us reserve memory for items that never come.
    pub(crate) fn count(&mut self, size: usize) -> Result<usize, DecodeError> {
        let count = self.varint()? as usize;
        let expected = count.saturating_mul(size);
        if expected > self.left() {
            return Err(DecodeError::UnexpectedEnd {
                offset: self.offset,
                expected,
                found: self.left(),
            });
        }
        Ok(count)
    }

    pub(crate) fn sized(&mut self) -> Result<&'a [u8], DecodeError> {
        let count = self.count(1)?;
        self.take(count)
    }

    /// A byte that is 0 or 1.
    pub(crate) fn flag(&mut self) -> Result<bool, DecodeError> {
        let offset = self.offset;
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(unexpected(offset, "0 or 1", other.to_string())),
        }
    }

    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        match self.left() {
            0 => Ok(()),
            found => Err(DecodeError::TrailingBytes {
                offset: self.offset,
                found,
            }),
        }
    }
}

pub(crate) fn unexpected(offset: usize, expected: &'static str, found: String) -> DecodeError {
    DecodeError::Unexpected {
        offset,
        expected,
        found,
    }
}

/// One value, all of the bytes.
pub(crate) fn read_all<T: Field>(
    bytes: &[u8],
    chain: &Chain,
    form: AssetForm,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes, chain, form);
    let value = T::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: u32, bytes: &[u8]) {
        let chain = Chain::steem();
        let mut writer = Writer::new(&chain, AssetForm::Legacy);
        writer.varint(value);
        assert_eq!(writer.into_bytes(), bytes);
        assert_eq!(
            Reader::new(bytes, &chain, AssetForm::Legacy).varint(),
            Ok(value)
        );
    }

    #[test]
    fn lengths_take_seven_bits_a_byte() {
        check(0, &[0]);
        check(127, &[0x7f]);
        check(128, &[0x80, 0x01]);
        check(u32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x0f]);
    }

    #[test]
    fn lengths_beyond_32_bits_are_refused() {
        let chain = Chain::steem();
        for bytes in [
            [0xff, 0xff, 0xff, 0xff, 0x1f, 0],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0],
        ] {
            assert!(
                Reader::new(&bytes, &chain, AssetForm::Legacy)
                    .varint()
                    .is_err()
            );
        }
    }
}
