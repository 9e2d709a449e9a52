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

mod encode;
mod key;
mod number;

use std::cmp::Ordering;

pub use self::encode::{KeyPart, encode_key, encode_key_bounded, encode_object_key};
pub use self::key::{Key, KeyBuffer};
pub(crate) use self::number::{Finite, compare_numbers};
use crate::{Object, Value};

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

#[cfg(test)]
mod tests {
    use super::encode::FiniteKey;
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
