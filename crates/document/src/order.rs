//! How values compare, and keys of an ordered store that compare alike.
//!
//! The order is MongoDB's, restricted to the kinds documents have: missing and `null`, numbers and decimals together by
//! value, strings by bytes, objects, arrays, booleans, dates. NaN is below all other numbers. A double counts as its
//! shortest decimal text, so that `0.1` and the decimal `0.1` are equal.
//!
//! Objects compare field by field: kind of the values, then names, then values; arrays element by element; what ends
//! first is smaller.
//!
//! # Keys
//!
//! [`encode_key`] appends bytes whose order under `memcmp` is the order of the values. No key is the beginning of
//! another one, so keys can be joined to keys of several fields.
//!
//! | value | bytes |
//! | --- | --- |
//! | missing, `null` | `10` |
//! | number | `20` to `25`: NaN, negative infinity, negative, zero, positive, positive infinity; a finite one continues with the decimal exponent (2 bytes, biased), its digits two by two plus one, and `00`; a negative one has these inverted |
//! | string | `30`, UTF-8 with `00` as `01 01` and `01` as `01 02`, `00` |
//! | object | `40`, for each field the first byte of its kind, its name, its value; `00` |
//! | array | `50`, for each element its value; `00` |
//! | boolean | `60` or `61` |
//! | date | `70`, milliseconds as 8 bytes, big endian, sign inverted |
//!
//! A name that most rows have is the byte `2n + 1`, where `n` such names come before it; any other is `2n`, then as a string's
//! bytes.
//!
//! Descending keys have all bytes inverted.

use std::cmp::Ordering;

pub use crate::key::{Key, KeyBuffer};
use crate::value::safe_integer;
use crate::{Decimal128, Kind, Object, Value, names};

/// A finite decimal: `coefficient * 10^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finite {
    pub(crate) negative: bool,
    pub(crate) coefficient: u128,
    pub(crate) exponent: i32,
}

/// A number or a decimal, as it compares.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Nan,
    Infinite { negative: bool },
    Finite(Finite),
}

impl From<Decimal128> for Number {
    fn from(decimal: Decimal128) -> Number {
        match decimal.finite() {
            Some(finite) => Number::Finite(finite),
            None if decimal.is_infinite() => Number::Infinite {
                negative: decimal.is_negative(),
            },
            None => Number::Nan,
        }
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Number {
        let negative = number.is_sign_negative();
        if number.is_nan() {
            return Number::Nan;
        }
        if number.is_infinite() {
            return Number::Infinite { negative };
        }
        if let Some(integer) = safe_integer(number) {
            let coefficient = u128::from(integer.unsigned_abs());
            return Number::Finite(Finite {
                negative,
                coefficient,
                exponent: 0,
            });
        }
        let mut buffer = ryu_js::Buffer::new();
        let text = buffer.format_finite(number);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let fraction = mantissa
            .find('.')
            .map_or(0, |point| mantissa.len() - point - 1);
        let digits = mantissa.bytes().filter(u8::is_ascii_digit);
        Number::Finite(Finite {
            negative,
            coefficient: digits.fold(0, |number, digit| number * 10 + u128::from(digit - b'0')),
            exponent: exponent.parse::<i32>().expect("ryu writes an integer") - fraction as i32,
        })
    }
}

impl Finite {
    /// The position of the decimal point before the first digit, and the digits without trailing zeros.
    /// `None` for zero.
    fn digits(self) -> Option<(i32, Digits)> {
        if self.coefficient == 0 {
            return None;
        }
        let digits = Digits::new(self.coefficient);
        Some((self.exponent + digits.written as i32, digits))
    }
}

/// Decimal digits of an integer, without trailing zeros, at most the 34 of a decimal.
struct Digits {
    buffer: [u8; 40],
    start: usize,
    end: usize,
    /// With trailing zeros.
    written: usize,
}

impl Digits {
    fn new(mut coefficient: u128) -> Digits {
        let mut buffer = [0; 40];
        let mut start = buffer.len();
        while coefficient > u128::from(u64::MAX) {
            start -= 1;
            buffer[start] = (coefficient % 10) as u8;
            coefficient /= 10;
        }
        let mut rest = coefficient as u64;
        // two by two, which is half the divisions
        while rest >= 10 {
            start -= 2;
            let pair = (rest % 100) as u8;
            buffer[start] = pair / 10;
            buffer[start + 1] = pair % 10;
            rest /= 100;
        }
        if rest > 0 {
            start -= 1;
            buffer[start] = rest as u8;
        }
        let zeros = buffer[start..]
            .iter()
            .rev()
            .take_while(|digit| **digit == 0)
            .count();
        let end = buffer.len() - zeros;
        Digits {
            buffer,
            start,
            end,
            written: buffer.len() - start,
        }
    }

    fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}

/// The key of a finite number other than zero, behind its first byte.
#[derive(Default)]
struct FiniteKey {
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
    fn write(&mut self, coefficient: u64, exponent: i32) {
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
    fn write_long(&mut self, finite: Finite) {
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

    fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..]
    }
}

fn compare_magnitudes(a: Finite, b: Finite) -> Ordering {
    if a.exponent == b.exponent {
        return a.coefficient.cmp(&b.coefficient);
    }
    match (a.digits(), b.digits()) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some((a_point, a)), Some((b_point, b))) => a_point
            .cmp(&b_point)
            .then_with(|| a.as_slice().cmp(b.as_slice())),
    }
}

pub(crate) fn compare_numbers(a: Number, b: Number) -> Ordering {
    // NaN, negative infinity, negative, zero, positive, positive infinity: as in keys.
    a.class().cmp(&b.class()).then_with(|| match (a, b) {
        (Number::Finite(a), Number::Finite(b)) if a.negative => compare_magnitudes(b, a),
        (Number::Finite(a), Number::Finite(b)) => compare_magnitudes(a, b),
        _ => Ordering::Equal,
    })
}

impl Number {
    /// The first byte of the key.
    fn class(self) -> u8 {
        NUMBER
            + match self {
                Number::Nan => 0,
                Number::Infinite { negative: true } => 1,
                Number::Finite(Finite { coefficient: 0, .. }) => 3,
                Number::Finite(Finite { negative: true, .. }) => 2,
                Number::Finite(_) => 4,
                Number::Infinite { negative: false } => 5,
            }
    }
}

/// How two fields of documents compare; a missing one like `null`.
pub fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    compare_values(a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null))
}

/// How two values compare.
pub fn compare_values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a
            .partial_cmp(b)
            .unwrap_or_else(|| b.is_nan().cmp(&a.is_nan())),
        (Value::Number(a), Value::Decimal(b)) => compare_numbers((*a).into(), (*b).into()),
        (Value::Decimal(a), Value::Number(b)) => compare_numbers((*a).into(), (*b).into()),
        (Value::Decimal(a), Value::Decimal(b)) => compare_numbers((*a).into(), (*b).into()),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Object(a), Value::Object(b)) => compare_objects(a, b),
        (Value::Array(a), Value::Array(b)) => {
            let mut pairs = a.iter().zip(b).map(|(a, b)| compare_values(a, b));
            pairs
                .find(|order| order.is_ne())
                .unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        _ => a.kind().cmp(&b.kind()),
    }
}

/// How two objects compare.
pub fn compare_objects(a: &Object, b: &Object) -> Ordering {
    let mut pairs = a.iter().zip(b.iter()).map(|((a_name, a), (b_name, b))| {
        a.kind()
            .cmp(&b.kind())
            .then_with(|| a_name.cmp(b_name))
            .then_with(|| compare_values(a, b))
    });
    pairs
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

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
        self.byte(number.class());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{object, parse};

    fn key(value: &Value, descending: bool) -> Vec<u8> {
        let mut out = Vec::new();
        encode_key(Some(value), descending, &mut out);
        out
    }

    fn check_ascending(values: &[Value]) {
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                assert_eq!(compare(Some(a), Some(b)), i.cmp(&j), "{a} {b}");
                assert_eq!(
                    key(a, false).cmp(&key(b, false)),
                    i.cmp(&j),
                    "key of {a} {b}"
                );
                assert_eq!(
                    key(b, true).cmp(&key(a, true)),
                    i.cmp(&j),
                    "descending key of {a} {b}"
                );
            }
        }
    }

    fn values(text: &str) -> Vec<Value> {
        parse(text)
            .unwrap()
            .from_extended()
            .unwrap()
            .as_array()
            .unwrap()
            .clone()
    }

    proptest::proptest! {
        #[test]
        fn both_ways_to_write_a_number_are_the_same(
            digits in 1..=u64::MAX / 10,
            cut in 0..20_u32,
            zeros in 0..4_u32,
            exponent in -400..400,
        ) {
            let coefficient = (digits / 10_u64.pow(cut.min(19))).max(1);
            let zeros = 10_u64.pow(zeros);
            let coefficient = coefficient.checked_mul(zeros).unwrap_or(coefficient);
            let coefficient = coefficient.min(u64::MAX / 10);
            let (mut short, mut long) = (FiniteKey::default(), FiniteKey::default());
            short.write(coefficient, exponent);
            long.write_long(Finite { negative: false, coefficient: coefficient.into(), exponent });
            assert_eq!(short.as_slice(), long.as_slice());
        }
    }

    #[test]
    fn a_short_key_is_the_same_key() {
        for value in values(r#"[null, 1.5, "text", {"b":[true]}, {"$date":7}]"#) {
            let mut short = Key::new();
            encode_key(Some(&value), true, &mut short);
            assert_eq!(*short, *key(&value, true));
        }
    }

    #[test]
    fn kinds_have_an_order() {
        check_ascending(&values(
            r#"[null, 5, "", {}, [], false, true, {"$date":0}]"#,
        ));
        assert_eq!(compare(None, Some(&Value::Null)), Ordering::Equal);
        assert_eq!(compare(None, Some(&Value::from(f64::NAN))), Ordering::Less);
    }

    #[test]
    fn numbers_and_decimals_compare_by_value() {
        check_ascending(&values(
            r#"[{"$numberDecimal":"NaN"}, -1e999, {"$numberDecimal":"-1E+400"}, -1e308, -10.5, {"$numberDecimal":"-10.49"},
                -10, -9, -0.1, {"$numberDecimal":"-0.01"}, -5e-324, {"$numberDecimal":"-1E-6176"}, 0,
                {"$numberDecimal":"1E-6176"}, 5e-324, 0.01, {"$numberDecimal":"0.1"}, 0.11, 1, 9,
                {"$numberDecimal":"9.000000000000000000000000000000001"}, 10, 99, 100, 101, 9007199254740991,
                {"$numberDecimal":"9007199254740991.5"}, 9007199254740992, 1e21, 1.5e300, {"$numberDecimal":"1E+6000"},
                1e999]"#,
        ));
        for (a, b) in [
            ("0.1", 0.1),
            ("1E+2", 100.0),
            ("-0", 0.0),
            ("1.50", 1.5),
            ("123456.789", 123456.789),
        ] {
            let decimal = Value::Decimal(a.parse().unwrap());
            assert_eq!(
                compare(Some(&decimal), Some(&Value::Number(b))),
                Ordering::Equal
            );
            assert_eq!(key(&decimal, false), key(&Value::Number(b), false));
        }
    }

    #[test]
    fn strings_compare_by_bytes() {
        check_ascending(&values(
            r#"["", "\u0000", "\u0000a", "\u0001", "\u0002", "A", "a", "a\u0000", "ab", "é", "\ud800", "\uffff", "😀"]"#,
        ));
    }

    #[test]
    fn objects_compare_by_kind_then_name_then_value() {
        check_ascending(&values(
            r#"[{}, {"a":null}, {"b":-7}, {"b":1}, {"b":1,"a":1}, {"b":2}, {"c":0}, {"a":""}, {"a":{}}, {"a":[]}, {"a":true}]"#,
        ));
        check_ascending(&values(
            r#"[{"":1}, {"\u0000":1}, {"_id":0}, {"_id":1}, {"_id0":0}, {"accoun":0}, {"account":0}, {"account":0,"a":0}, {"account":0,"symbol":0}, {"account\u0000":0}, {"accounts":0}, {"balance":0}, {"weight":0}, {"z":0}, {"é":0}]"#,
        ));
        check_ascending(&values(
            r#"[[], [null], [1], [1,1], [1,2], [2], ["a"], [[]]]"#,
        ));
        check_ascending(&values(r#"[{"$date":-1}, {"$date":0}, {"$date":1}]"#));
    }

    #[test]
    fn keys_of_several_fields_can_be_joined() {
        let joined = |first: &str, second: i32| {
            let mut out = key(&Value::from(first), false);
            encode_key(Some(&Value::from(second)), true, &mut out);
            out
        };
        assert!(joined("a", 1) < joined("aa", 1));
        assert!(joined("a", 2) < joined("a", 1));
        assert!(joined("a", 1) < joined("a\0", 2));
    }

    #[test]
    fn bounded_keys_are_cut_off() {
        let check = |value: Value, max_len: usize, truncated: bool| {
            let mut out = vec![7];
            assert_eq!(
                encode_key_bounded(Some(&value), false, max_len, &mut out),
                truncated
            );
            let whole = key(&value, false);
            assert_eq!(out[1..], whole[..whole.len().min(max_len)]);
        };
        check(Value::from("abc"), 5, false);
        check(Value::from("abc"), 4, true);
        check(Value::from("abc"), 3, true);
        check(Value::from("a\0\0\0"), 4, true);
        check(Value::from(12345.678), 4, true);
        check(
            Value::from(object! { "name": "x".repeat(1000), "more": vec![1, 2, 3] }),
            100,
            true,
        );
        check(Value::from(""), 0, true);
    }
}
