//! Reading the data of the tests.

use serde_json::Value;
use tartan_graphene::{Chain, Flavor};

pub(crate) fn data(name: &str) -> Value {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("expected a string, found {value}"))
}

pub(crate) fn chain_id(value: &Value) -> [u8; 32] {
    let mut id = [0; 32];
    hex::decode_to_slice(text(value), &mut id).unwrap();
    id
}

pub(crate) fn chain(name: &Value) -> Chain {
    match text(name) {
        "steem" => Chain::of(Flavor::Steem),
        "hive" => Chain::of(Flavor::Hive),
        other => panic!("expected steem or hive, found {other}"),
    }
}
