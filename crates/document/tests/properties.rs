//! What holds for any document.

use std::cmp::Ordering;

use proptest::prelude::*;
use tartan_document::codec::{self, RawDocument, RawFields};
use tartan_document::order::{compare, encode_key, encode_key_bounded};
use tartan_document::{Decimal128, Object, Text, Value, parse};

fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        "[a-c0-2]{0,3}".prop_map(Text::from),
        any::<String>().prop_map(Text::from),
        prop::collection::vec(prop_oneof![0xD7FEu16..0xE002, 0u16..3, Just(0x61)], 0..5)
            .prop_map(Text::from_utf16),
    ]
}

fn any_decimal() -> impl Strategy<Value = Decimal128> {
    let finite = (
        any::<bool>(),
        0..10u128.pow(34),
        0..34u32,
        prop_oneof![-6176..=6111i32, -20..20i32],
    );
    prop_oneof![
        9 => finite.prop_map(|(negative, coefficient, shorter, exponent)| {
            Decimal128::new(negative, coefficient / 10u128.pow(shorter), exponent).expect("both are in range")
        }),
        1 => prop::sample::select(vec!["NaN", "Infinity", "-Infinity"]).prop_map(|text| text.parse().expect("it is a word for a number")),
    ]
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("not a number", |number| !number.is_nan()),
        (-100..100i32).prop_map(f64::from),
        any::<i64>().prop_map(|number| number as f64),
        (-1000..1000i32).prop_map(|number| f64::from(number) / 100.0),
    ]
}

fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any_number().prop_map(Value::from),
        any_decimal().prop_map(Value::from),
        (-8_640_000_000_000_000..=8_640_000_000_000_000i64).prop_map(Value::Date),
        any_text().prop_map(Value::from),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    any_scalar().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any_text(), inner), 0..20)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Object> {
    prop::collection::vec((any_text(), any_value()), 0..20)
        .prop_map(|entries| entries.into_iter().collect())
}

/// Pairs that are often equal or close.
fn any_pair() -> impl Strategy<Value = (Value, Value)> {
    let near = (any_number(), -1..=1i64).prop_map(|(number, step)| {
        let text: Result<Decimal128, _> = format!("{number:e}").parse();
        let decimal = text.map_or(Value::Null, Value::from);
        (
            Value::Number(f64::from_bits(
                (number.to_bits() as i64).saturating_add(step) as u64,
            )),
            decimal,
        )
    });
    prop_oneof![
        3 => (any_value(), any_value()),
        2 => (any_decimal().prop_map(Value::from), any_number().prop_map(Value::from)),
        2 => (any_text().prop_map(Value::from), any_text().prop_map(Value::from)),
        2 => near,
        1 => any_value().prop_map(|value| (value.clone(), value)),
    ]
}

fn key(value: &Value, descending: bool) -> Vec<u8> {
    let mut out = Vec::new();
    encode_key(Some(value), descending, &mut out);
    out
}

/// A document's bytes with a few changed.
fn damaged_bytes() -> impl Strategy<Value = Vec<u8>> {
    (
        any_object(),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        any::<bool>(),
    )
        .prop_map(|(object, changes, cut)| {
            let mut bytes = codec::encode(&object).expect("it does not nest deeply");
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
                if cut {
                    bytes.truncate(at + 1);
                }
            }
            bytes
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_keeps_its_utf16(units in prop::collection::vec(prop_oneof![any::<u16>(), 0xD7FFu16..0xE001], 0..20)) {
        let text = Text::from_utf16(units.iter().copied());
        prop_assert_eq!(text.utf16().collect::<Vec<_>>(), units.clone());
        prop_assert_eq!(text.as_str().map(str::to_owned), String::from_utf16(&units).ok());
        prop_assert_eq!(text.to_string(), String::from_utf16_lossy(&units));
        prop_assert_eq!(Text::from_wtf8(text.as_bytes()), Some(text));
    }

    #[test]
    fn stringified_values_are_parsed_to_the_same(value in any_value()) {
        let text = value.stringify();
        let parsed = parse(&text).unwrap();
        prop_assert_eq!(parsed.stringify(), text);
    }

    #[test]
    fn plain_json_is_read_as_serde_json_reads_it(value in any_value()) {
        // Lone surrogates are beyond serde_json, and it refuses numbers beyond the range of doubles.
        let json = serde_json::Value::from(value);
        let text = json.to_string();
        prop_assert_eq!(parse(&text).unwrap(), Value::from(json.clone()));
        prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &parse(&text).unwrap());
    }

    #[test]
    fn what_is_json_is_decided_as_by_serde_json(text in r#"[\[\]{},:"0-9.eE+\-tfn\\u a\n]{0,8}|-?[0-9.eE+\-]{0,8}|"[a\\u"0-9\n]{0,6}""#) {
        let reference = serde_json::from_str::<serde_json::Value>(&text);
        // It stops at lone surrogates and at numbers beyond the range of doubles, which JavaScript accepts.
        let stricter = |error: &serde_json::Error| {
            let error = error.to_string();
            error.contains("surrogate") || error.contains("out of range") || error.contains("end of hex escape")
        };
        prop_assume!(!reference.as_ref().is_err_and(stricter));
        prop_assert_eq!(parse(&text).is_ok(), reference.is_ok());
    }

    #[test]
    fn extended_forms_come_back(value in any_value()) {
        let shown = value.to_extended();
        prop_assert_eq!(shown.stringify(), value.stringify());
        prop_assert_eq!(shown.from_extended().unwrap(), value);
    }

    #[test]
    fn decimals_come_back_from_text_and_bits(decimal in any_decimal()) {
        prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
        prop_assert_eq!(Decimal128::from_bits(decimal.to_bits()), Some(decimal));
    }

    #[test]
    fn documents_come_back_from_bytes(object in any_object()) {
        let bytes = codec::encode(&object).unwrap();
        prop_assert_eq!(&codec::decode(&bytes).unwrap(), &object);
        prop_assert_eq!(&codec::to_vec(&object).unwrap(), &bytes);
        prop_assert_eq!(&codec::from_slice::<Object>(&bytes).unwrap(), &object);
        let raw = RawDocument::new(&bytes).unwrap();
        let mut fields = RawFields::default();
        let fields = fields.read(&bytes).unwrap();
        for (name, value) in object.iter() {
            if let Some(name) = name.as_str() {
                prop_assert_eq!(&raw.field(name).unwrap().unwrap().to_value().unwrap(), value);
                prop_assert_eq!(&fields.field(name).unwrap().to_value().unwrap(), value);
            }
        }
    }

    #[test]
    fn damaged_bytes_give_a_document_or_an_error(bytes in damaged_bytes()) {
        let Ok(object) = codec::decode(&bytes) else { return Ok(()) };
        let again = codec::decode(&codec::encode(&object).unwrap()).unwrap();
        // By text, because NaN is not equal to itself.
        prop_assert_eq!(format!("{again:?}"), format!("{object:?}"));
    }

    #[test]
    fn random_bytes_give_a_document_or_an_error(mut bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Some(version) = bytes.first_mut() {
            *version = 1;
        }
        let decoded = codec::decode(&bytes);
        if decoded.is_ok() {
            prop_assert!(codec::from_slice::<Object>(&bytes).is_ok());
        }
    }

    #[test]
    fn keys_order_as_values_do((a, b) in any_pair()) {
        let order = compare(Some(&a), Some(&b));
        prop_assert_eq!(order, compare(Some(&b), Some(&a)).reverse());
        prop_assert_eq!(key(&a, false).cmp(&key(&b, false)), order);
        prop_assert_eq!(key(&b, true).cmp(&key(&a, true)), order);
    }

    #[test]
    fn order_is_transitive(a in any_value(), b in any_value(), c in any_value()) {
        let mut values = [&a, &b, &c];
        values.sort_by(|a, b| compare(Some(a), Some(b)));
        prop_assert_ne!(compare(Some(values[0]), Some(values[2])), Ordering::Greater);
    }

    #[test]
    fn no_key_begins_another((a, b) in any_pair()) {
        let (a_key, b_key) = (key(&a, false), key(&b, false));
        prop_assert!(a_key == b_key || !b_key.starts_with(&a_key));
    }

    #[test]
    fn bounded_keys_are_beginnings_of_keys(value in any_value(), descending in any::<bool>(), max_len in 0..40usize) {
        let whole = key(&value, descending);
        let mut bounded = vec![1, 2];
        let truncated = encode_key_bounded(Some(&value), descending, max_len, &mut bounded);
        prop_assert_eq!(truncated, whole.len() > max_len);
        prop_assert_eq!(&bounded[2..], &whole[..whole.len().min(max_len)]);
    }
}
