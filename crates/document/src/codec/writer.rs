use super::*;
use crate::value::safe_integer;
use crate::{Decimal128, Text, names};

/// Puts the bytes of a document together.
pub(super) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// Where the fields of the document begin.
    pub(super) const START: usize = 1;

    pub(super) fn new() -> Writer {
        Writer::within(Vec::with_capacity(256))
    }

    /// In the place of what is in the buffer.
    pub(super) fn within(mut buffer: Vec<u8>) -> Writer {
        buffer.clear();
        buffer.push(VERSION);
        Writer { out: buffer }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn null(&mut self) {
        self.out.push(NULL);
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.out.push(if value { TRUE } else { FALSE });
    }

    pub(super) fn number(&mut self, number: f64) {
        if let Some(integer) = safe_integer(number) {
            return self.safe_integer(integer);
        }
        let number = if number.is_nan() { f64::NAN } else { number };
        self.out.push(NUMBER);
        self.out.extend_from_slice(&number.to_bits().to_le_bytes());
    }

    pub(super) fn integer(&mut self, integer: i128) -> Result<(), Error> {
        let safe = i64::try_from(integer)
            .ok()
            .filter(|integer| integer.unsigned_abs() < 1 << 53);
        self.safe_integer(safe.ok_or(Error::Integer(integer))?);
        Ok(())
    }

    fn safe_integer(&mut self, integer: i64) {
        if (0..64).contains(&integer) {
            self.out.push(SMALL_INTEGER + integer as u8);
        } else {
            self.out.push(INTEGER);
            self.varint((integer << 1 ^ integer >> 63) as u64);
        }
    }

    pub(super) fn decimal(&mut self, decimal: Decimal128) {
        self.out.push(DECIMAL_BITS);
        self.out.extend_from_slice(&decimal.to_bits().to_le_bytes());
    }

    pub(super) fn date(&mut self, millis: i64) {
        self.out.push(DATE_MILLIS);
        self.out.extend_from_slice(&millis.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &Text) {
        match text.as_str() {
            Some(text) => self.str(text),
            None => {
                self.out.push(ILL_FORMED_STRING);
                self.varint(text.as_bytes().len() as u64);
                self.out.extend_from_slice(text.as_bytes());
            }
        }
    }

    pub(super) fn str(&mut self, text: &str) {
        if text.len() < 128 {
            self.out.push(SHORT_STRING + text.len() as u8);
        } else {
            self.out.push(STRING);
            self.varint(text.len() as u64);
        }
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn key(&mut self, key: &Text) {
        match key.as_str() {
            Some(key) => self.key_str(key),
            None => self.name(key.as_bytes(), true),
        }
    }

    pub(super) fn key_str(&mut self, key: &str) {
        match names::number(key.as_bytes()) {
            Some(number) => self.out.push(NUMBERED_NAME + number),
            None => self.name(key.as_bytes(), false),
        }
    }

    /// A name that has no number.
    fn name(&mut self, bytes: &[u8], ill_formed: bool) {
        if bytes.len() < usize::from(LONG_NAME) / 2 {
            self.out
                .push((bytes.len() as u8) << 1 | u8::from(ill_formed));
        } else {
            self.out.push(LONG_NAME | u8::from(ill_formed));
            self.varint(bytes.len() as u64);
        }
        self.out.extend_from_slice(bytes);
    }

    /// Begins an array or object; returns where its content starts.
    pub(super) fn open(&mut self, tag: u8) -> usize {
        self.out.push(tag);
        self.out.extend_from_slice(&[0; 4]);
        self.out.len()
    }

    /// Ends the array or object whose content starts there.
    pub(super) fn close(&mut self, start: usize) -> Result<(), Error> {
        let length = self.out.len() - start;
        let bytes = u32::try_from(length)
            .map_err(|_| Error::TooLarge(length))?
            .to_le_bytes();
        self.out[start - 4..start].copy_from_slice(&bytes);
        Ok(())
    }

    /// Brings the fields from there to the end into the order that an object has.
    pub(super) fn sort_fields(&mut self, start: usize) -> Result<(), Error> {
        let mut reader = Reader::new(&self.out[start..]);
        let mut fields = Vec::new();
        while !reader.is_empty() {
            let field = reader.remaining();
            let key = reader.key()?;
            reader.skip()?;
            let index = crate::array_index(key.as_bytes());
            fields.push((
                index.unwrap_or(u32::MAX),
                &field[..field.len() - reader.remaining().len()],
            ));
        }
        fields.sort_by_key(|(index, _)| *index);
        let sorted: Vec<u8> = fields
            .into_iter()
            .flat_map(|(_, field)| field)
            .copied()
            .collect();
        self.out.truncate(start);
        self.out.extend_from_slice(&sorted);
        Ok(())
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }
}
