//! Keys order as values do, also inverted and cut off.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use tartan_document::order::{compare, encode_key_bounded};
use tartan_document::{Value, parse};

fn key(value: &Value, descending: bool, max_len: usize) -> Vec<u8> {
    let mut out = Vec::new();
    encode_key_bounded(Some(value), descending, max_len, &mut out);
    out
}

fuzz_target!(|input: (u8, &str)| {
    let (max_len, text) = input;
    let Ok(Value::Array(values)) = parse(text) else {
        return;
    };
    let Ok(Value::Array(values)) = Value::Array(values).from_extended() else {
        return;
    };
    for pair in values.windows(2) {
        let order = compare(Some(&pair[0]), Some(&pair[1]));
        assert_eq!(compare(Some(&pair[1]), Some(&pair[0])), order.reverse());
        for (descending, expected) in [(false, order), (true, order.reverse())] {
            let keys = |max_len| {
                (
                    key(&pair[0], descending, max_len),
                    key(&pair[1], descending, max_len),
                )
            };
            let whole = keys(usize::MAX);
            assert_eq!(whole.0.cmp(&whole.1), expected);
            let cut = keys(max_len.into());
            assert!([expected, Ordering::Equal].contains(&cut.0.cmp(&cut.1)));
        }
    }
});
