use super::KeyBuffer;
use super::number::{Finite, Number};
use crate::{Decimal128, Kind, Object, Value, names};

const NULL: u8 = 0x10;
const NUMBER: u8 = 0x20;
const STRING: u8 = 0x30;
const OBJECT: u8 = 0x40;
const ARRAY: u8 = 0x50;
const BOOL: u8 = 0x60;
const DATE: u8 = 0x70;

/// Ends digits, strings, objects and arrays; below everything that may stand in its place.
const END: u8 = 0x00;

/// What a key is made of: a value, or one that need not become one first.
#[derive(Clone, Copy, Debug)]
pub enum KeyPart<'a> {
    /// `null`, or a field that is missing.
    Null,
    /// A number.
    Number(f64),
    /// A decimal.
    Decimal(Decimal128),
    /// A string, in UTF-8 or, with lone surrogates, WTF-8.
    String(&'a [u8]),
    /// A boolean.
    Bool(bool),
    /// Milliseconds since 1970.
    Date(i64),
    /// An object.
    Object(&'a Object),
    /// An array.
    Array(&'a [Value]),
}

impl<'a> From<&'a Value> for KeyPart<'a> {
    fn from(value: &'a Value) -> KeyPart<'a> {
        match value {
            Value::Null => KeyPart::Null,
            Value::Number(number) => KeyPart::Number(*number),
            Value::Decimal(decimal) => KeyPart::Decimal(*decimal),
            Value::String(text) => KeyPart::String(text.as_bytes()),
            Value::Object(object) => KeyPart::Object(object),
            Value::Array(items) => KeyPart::Array(items),
            Value::Bool(value) => KeyPart::Bool(*value),
            Value::Date(millis) => KeyPart::Date(*millis),
        }
    }
}

impl<'a> From<Option<&'a Value>> for KeyPart<'a> {
    fn from(value: Option<&'a Value>) -> KeyPart<'a> {
        value.map_or(KeyPart::Null, KeyPart::from)
    }
}

impl<'a> From<&'a str> for KeyPart<'a> {
    fn from(text: &'a str) -> KeyPart<'a> {
        KeyPart::String(text.as_bytes())
    }
}

impl<'a> From<&'a &str> for KeyPart<'a> {
    fn from(text: &'a &str) -> KeyPart<'a> {
        KeyPart::from(*text)
    }
}

impl KeyPart<'_> {
    fn kind(self) -> Kind {
        match self {
            KeyPart::Null => Kind::Null,
            KeyPart::Number(_) | KeyPart::Decimal(_) => Kind::Number,
            KeyPart::String(_) => Kind::String,
            KeyPart::Object(_) => Kind::Object,
            KeyPart::Array(_) => Kind::Array,
            KeyPart::Bool(_) => Kind::Bool,
            KeyPart::Date(_) => Kind::Date,
        }
    }
}

/// Appends the key of a field of a document; a missing one has that of `null`.
pub fn encode_key<'a>(value: impl Into<KeyPart<'a>>, descending: bool, out: &mut impl KeyBuffer) {
    encode_key_bounded(value, descending, usize::MAX, out);
}

/// Appends the key of an object with these fields, ascending. No name may be an array index.
pub fn encode_object_key<'a, V: Into<KeyPart<'a>>>(
    fields: impl Iterator<Item = (&'a str, V)>,
    out: &mut impl KeyBuffer,
) {
    let mut writer = KeyWriter {
        end: usize::MAX,
        out,
        invert: 0,
        truncated: false,
    };
    writer.object(fields.map(|(name, value)| (name.as_bytes(), value.into())));
}

/// Appends at most `max_len` bytes of the key and says whether more were cut off.
///
/// Keys cut off at the same length still ascend with the values, but different values may have equal keys then: what
/// reads them has to compare the values themselves.
pub fn encode_key_bounded<'a>(
    value: impl Into<KeyPart<'a>>,
    descending: bool,
    max_len: usize,
    out: &mut impl KeyBuffer,
) -> bool {
    let invert = if descending { 0xFF } else { 0 };
    let mut writer = KeyWriter {
        end: out.len().saturating_add(max_len),
        out,
        invert,
        truncated: false,
    };
    writer.value(value.into());
    writer.truncated
}

struct KeyWriter<'a, B> {
    out: &'a mut B,
    /// The length at which to cut off.
    end: usize,
    /// Is added to every byte without carry.
    invert: u8,
    truncated: bool,
}

impl<B: KeyBuffer> KeyWriter<'_, B> {
    fn value(&mut self, value: KeyPart<'_>) {
        if self.truncated {
            return;
        }
        match value {
            KeyPart::Null => self.byte(NULL),
            KeyPart::Number(number) => self.number(number.into()),
            KeyPart::Decimal(decimal) => self.number(decimal.into()),
            KeyPart::String(text) => {
                self.byte(STRING);
                self.text(text);
            }
            KeyPart::Object(object) => {
                let fields = object.iter();
                self.object(fields.map(|(name, value)| (name.as_bytes(), value.into())));
            }
            KeyPart::Array(items) => {
                self.byte(ARRAY);
                items.iter().for_each(|item| self.value(item.into()));
                self.byte(END);
            }
            KeyPart::Bool(value) => self.byte(BOOL + u8::from(value)),
            KeyPart::Date(millis) => {
                self.byte(DATE);
                self.bytes(&(millis ^ i64::MIN).to_be_bytes());
            }
        }
    }

    fn object<'a>(&mut self, fields: impl Iterator<Item = (&'a [u8], KeyPart<'a>)>) {
        self.byte(OBJECT);
        for (name, value) in fields {
            self.byte(first_byte(value.kind()));
            self.name(name);
            self.value(value);
        }
        self.byte(END);
    }

    fn name(&mut self, name: &[u8]) {
        match names::number(name) {
            Some(number) => self.byte(2 * number + 1),
            None => {
                self.byte(2 * names::before(name));
                self.text(name);
            }
        }
    }

    fn number(&mut self, number: Number) {
        self.byte(NUMBER + number.class());
        let Number::Finite(finite) = number else {
            return;
        };
        if finite.coefficient == 0 {
            return;
        }
        let mut key = FiniteKey::default();
        match u64::try_from(finite.coefficient) {
            Ok(coefficient) if coefficient <= u64::MAX / 10 => {
                key.write(coefficient, finite.exponent)
            }
            _ => key.write_long(finite),
        }
        let invert = self.invert;
        if finite.negative {
            self.invert = !invert;
        }
        self.bytes(key.as_slice());
        self.invert = invert;
    }

    fn text(&mut self, bytes: &[u8]) {
        // More than this will not be kept.
        let bytes = &bytes[..bytes
            .len()
            .min(self.end.saturating_sub(self.out.len()).saturating_add(1))];
        if bytes.iter().all(|byte| *byte > 1) {
            self.bytes(bytes);
        } else {
            for byte in bytes {
                match byte {
                    0 | 1 => self.bytes(&[1, byte + 1]),
                    _ => self.byte(*byte),
                }
            }
        }
        self.byte(END);
    }

    fn byte(&mut self, byte: u8) {
        if self.out.len() < self.end {
            self.out.append_byte(byte ^ self.invert);
        } else {
            self.truncated = true;
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let room = self.end.saturating_sub(self.out.len());
        let kept = &bytes[..bytes.len().min(room)];
        self.truncated |= kept.len() < bytes.len();
        let start = self.out.len();
        self.out.append(kept);
        if self.invert != 0 {
            self.out[start..]
                .iter_mut()
                .for_each(|byte| *byte ^= self.invert);
        }
    }
}

fn first_byte(kind: Kind) -> u8 {
    match kind {
        Kind::Null => NULL,
        Kind::Number => NUMBER,
        Kind::String => STRING,
        Kind::Object => OBJECT,
        Kind::Array => ARRAY,
        Kind::Bool => BOOL,
        Kind::Date => DATE,
    }
}

/// The key of a finite number other than zero, behind its first byte.
#[derive(Default)]
pub(super) struct FiniteKey {
    /// From the end, as the digits come.
    buffer: [u8; 24],
    start: usize,
}

impl FiniteKey {
    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.buffer[self.start] = byte;
    }

    fn push_point(&mut self, point: i32) {
        let [high, low] = ((point + 0x4000) as u16).to_be_bytes();
        self.push(low);
        self.push(high);
    }

    /// The key of `coefficient * 10^exponent`, where ten times the coefficient is no overflow.
    pub(super) fn write(&mut self, coefficient: u64, exponent: i32) {
        self.start = self.buffer.len();
        self.push(END);
        let written = coefficient.ilog10() + 1;
        // pairs count from the first digit on
        let mut rest = match written % 2 {
            0 => coefficient,
            _ => coefficient * 10,
        };
        while rest % 100 == 0 {
            rest /= 100;
        }
        while rest > 0 {
            self.push((rest % 100) as u8 + 1);
            rest /= 100;
        }
        self.push_point(exponent + written as i32);
    }

    /// The key of any.
    pub(super) fn write_long(&mut self, finite: Finite) {
        self.start = self.buffer.len();
        self.push(END);
        let Some((point, digits)) = finite.digits() else {
            return;
        };
        for pair in digits.as_slice().chunks(2).rev() {
            self.push(pair[0] * 10 + pair.get(1).unwrap_or(&0) + 1);
        }
        self.push_point(point);
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..]
    }
}
