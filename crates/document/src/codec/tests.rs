use std::borrow::Cow;
use std::collections::BTreeMap;

use expect_test::expect;
use serde::{Deserialize, Serialize};

use super::*;
use crate::{Decimal128, Kind, Text, object, parse};

fn document(text: &str) -> Object {
    parse(text)
        .unwrap()
        .from_extended()
        .unwrap()
        .into_object()
        .unwrap()
}

fn check(text: &str) {
    let object = document(text);
    let bytes = encode(&object).unwrap();
    assert_eq!(decode(&bytes).unwrap(), object);
    assert_eq!(to_vec(&object).unwrap(), bytes, "with serde");
    assert_eq!(from_slice::<Object>(&bytes).unwrap(), object, "with serde");
}

#[test]
fn documents_come_back() {
    check("{}");
    check(r#"{"a":null,"b":true,"c":false,"d":"","e":[],"f":{},"7":1}"#);
    check(
        r#"{"n":[0,63,64,-1,0.5,-0,1e21,9007199254740991,-9007199254740991,9007199254740992,1e999,-1e999]}"#,
    );
    check(
        r#"{"d":{"$numberDecimal":"1.50"},"e":{"$numberDecimal":"NaN"},"f":[{"$date":-5}],"g":{"h":{"$date":7}}}"#,
    );
    check(r#"{"\ud800":"\udc00\ud800","é":"😀"}"#);
    check(&format!(
        r#"{{"{0}":"{0}","{1}":["{1}"]}}"#,
        "x".repeat(127),
        "y".repeat(70_000)
    ));
}

#[test]
fn bytes_are_those_of_version_2() {
    let bytes = encode(&document(
        r#"{"_id":1,"account":"alice","n":[-1,64,0.5],"d":{"$numberDecimal":"1.50"},"o":{"\ud800":null}}"#,
    ));
    let hex: String = bytes
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    expect!["0280418185616c696365026e090e000000040104800103000000000000e03f02640596000000000000000000000000003c30026f0a0500000007eda08000"].assert_eq(&hex);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance<'a> {
    #[serde(rename = "_id")]
    id: u64,
    account: &'a str,
    #[serde(borrow)]
    balance: Cow<'a, str>,
    pending_unstake: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    memo: Option<Text>,
    price: Decimal128,
    rates: (f64, i32),
    properties: Value,
    levels: BTreeMap<u32, Level>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Level {
    None,
    Fixed(u8),
    Linear { factor: f32 },
    Range(i8, i8),
}

fn balance() -> Balance<'static> {
    Balance {
        id: 7,
        account: "alice",
        balance: "1.500".into(),
        pending_unstake: None,
        memo: None,
        price: "0.10".parse().unwrap(),
        rates: (0.5, -3),
        properties: document(r#"{"p":[{"$numberDecimal":"1"},{"$date":3},"\ud800",null]}"#).into(),
        levels: [
            (1, Level::None),
            (2, Level::Fixed(3)),
            (10, Level::Linear { factor: 1.5 }),
            (11, Level::Range(-1, 1)),
        ]
        .into(),
    }
}

#[test]
fn structs_are_written_as_the_equivalent_object() {
    let balance = balance();
    let bytes = to_vec(&balance).unwrap();
    let object = decode(&bytes).unwrap();
    expect![[r#"{"_id":7,"account":"alice","balance":"1.500","pendingUnstake":null,"price":{"$numberDecimal":"0.10"},"rates":[0.5,-3],"properties":{"p":[{"$numberDecimal":"1"},{"$date":"1970-01-01T00:00:00.003Z"},"\ud800",null]},"levels":{"1":"None","2":{"Fixed":3},"10":{"Linear":{"factor":1.5}},"11":{"Range":[-1,1]}}}"#]].assert_eq(&object.stringify());
    assert_eq!(encode(&object).unwrap(), bytes);
    assert_eq!(from_slice::<Balance<'_>>(&bytes).unwrap(), balance);
}

#[test]
fn fields_may_be_in_another_order_unknown_or_absent() {
    let mut object = decode(&to_vec(&balance()).unwrap()).unwrap();
    let account = object.remove("account").unwrap();
    object.remove("pendingUnstake");
    object.insert("stranger", document(r#"{"a":[{"b":"c"}]}"#));
    object.insert("account", account);
    assert_eq!(
        from_slice::<Balance<'_>>(&encode(&object).unwrap()).unwrap(),
        balance()
    );
    object.remove("_id");
    let error = from_slice::<Balance<'_>>(&encode(&object).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "missing field `_id`");
}

#[test]
fn flattened_and_keyed_maps_keep_the_order_of_objects() {
    #[derive(Serialize, Deserialize)]
    struct Row {
        name: String,
        #[serde(flatten)]
        rest: Object,
    }
    let row = Row {
        name: "x".into(),
        rest: document(r#"{"b":{"$numberDecimal":"1.50"},"5":1,"\ud800":"\ud800"}"#),
    };
    let bytes = to_vec(&row).unwrap();
    let expected =
        document(r#"{"5":1,"name":"x","b":{"$numberDecimal":"1.50"},"\ud800":"\ud800"}"#);
    assert_eq!(decode(&bytes).unwrap(), expected);
    assert_eq!(bytes, encode(&expected).unwrap());
    assert_eq!(from_slice::<Row>(&bytes).unwrap().rest, row.rest);

    let nested: BTreeMap<&str, BTreeMap<i64, bool>> =
        [("m", [(-1, true), (10, false), (9, true)].into())].into();
    assert_eq!(
        decode(&to_vec(&nested).unwrap()).unwrap().stringify(),
        r#"{"m":{"9":true,"10":false,"-1":true}}"#
    );
}

#[test]
fn whole_doubles_are_integers_where_these_are_wanted() {
    let read = |text: &str| from_slice::<BTreeMap<String, i64>>(&encode(&document(text)).unwrap());
    let map = read(r#"{"a":-0,"b":9007199254740992,"c":-1e18,"d":7}"#).unwrap();
    assert_eq!(
        map.into_values().collect::<Vec<_>>(),
        [0, 9007199254740992, -1_000_000_000_000_000_000, 7]
    );
    assert!(read(r#"{"a":0.5}"#).is_err());
    assert!(read(r#"{"a":1e19}"#).is_err());
    assert!(read(r#"{"a":1e999}"#).is_err());
}

#[test]
fn what_a_document_cannot_hold_is_refused() {
    assert_eq!(to_vec(&[1]), Err(Error::NotAnObject("an array")));
    assert_eq!(to_vec("x"), Err(Error::NotAnObject("a string")));
    assert_eq!(
        to_vec(&BTreeMap::from([("a", 1u64 << 53)])),
        Err(Error::Integer(1 << 53))
    );
    assert_eq!(
        to_vec(&BTreeMap::from([("a", serde_bytes_of(b"\xFF"))])),
        Err(Error::String)
    );
    assert!(to_vec(&BTreeMap::from([(None::<u8>, 1)])).is_err());
}

/// Something that serialises as bytes.
fn serde_bytes_of(bytes: &'static [u8]) -> impl Serialize {
    struct Bytes(&'static [u8]);
    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self.0)
        }
    }
    Bytes(bytes)
}

#[test]
fn nesting_is_bounded_in_both_directions() {
    let nested = |depth: usize| (1..depth).fold(object! {}, |inner, _| object! { "a": inner });
    let deepest = nested(MAX_DEPTH);
    let bytes = encode(&deepest).unwrap();
    assert_eq!(decode(&bytes).unwrap(), deepest);
    assert_eq!(to_vec(&deepest).unwrap(), bytes);
    assert_eq!(from_slice::<Object>(&bytes).unwrap(), deepest);
    let deeper = nested(MAX_DEPTH + 1);
    assert_eq!(encode(&deeper), Err(Error::TooDeep));
    assert_eq!(to_vec(&deeper), Err(Error::TooDeep));

    let mut bytes = bytes[1..].to_vec();
    bytes.splice(
        0..0,
        [
            &[VERSION, 2, b'a', OBJECT][..],
            &(bytes.len() as u32).to_le_bytes(),
        ]
        .concat(),
    );
    assert_eq!(decode(&bytes), Err(Error::TooDeep));
    assert_eq!(from_slice::<Object>(&bytes), Err(Error::TooDeep));
}

#[test]
fn damaged_bytes_are_an_error() {
    let check = |bytes: &[u8], error: Error| {
        assert_eq!(decode(bytes), Err(error.clone()), "{bytes:x?}");
        if error != Error::RepeatedField {
            assert_eq!(
                from_slice::<Object>(bytes),
                Err(error),
                "{bytes:x?} with serde"
            );
        }
    };
    check(&[], Error::UnexpectedEnd);
    check(&[1], Error::Version(1));
    check(&[VERSION, 2], Error::UnexpectedEnd);
    check(&[VERSION, 2, b'a'], Error::UnexpectedEnd);
    check(&[VERSION, 2, b'a', 0x0B], Error::Tag(0x0B));
    check(&[VERSION, 2, 0xFF, 0], Error::String);
    check(&[VERSION, 0xFF, NULL], Error::Tag(0xFF));
    check(&[VERSION, 2, b'a', 0x81, 0xFF], Error::String);
    check(&[VERSION, 2, b'a', ARRAY, 1, 0, 0, 0], Error::UnexpectedEnd);
    check(
        &[VERSION, 2, b'a', ARRAY, 255, 255, 255, 255, 0],
        Error::UnexpectedEnd,
    );
    check(
        &[
            VERSION, 2, b'a', STRING, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1,
        ],
        Error::UnexpectedEnd,
    );
    check(
        &[
            VERSION, 2, b'a', STRING, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2,
        ],
        Error::Number,
    );
    check(&[VERSION, 2, b'a', INTEGER, 0x80, 0], Error::Number);
    check(
        &[VERSION, 2, b'a', NULL, 2, b'a', NULL],
        Error::RepeatedField,
    );
}

#[test]
fn single_fields_are_found_without_decoding() {
    let bytes = encode(&document(
        r#"{"_id":7,"s":"text","a":{"b":[1,{"c":true}]},"x":0.5,"d":{"$numberDecimal":"1.5"},"u":"\ud800","z":null}"#,
    ))
    .unwrap();
    let raw = RawDocument::new(&bytes).unwrap();
    let get = |path: &str| raw.get(path).unwrap().unwrap();
    assert_eq!(get("_id").as_i64(), Ok(Some(7)));
    assert_eq!(get("_id").as_f64(), Ok(Some(7.0)));
    assert_eq!(get("x").as_f64(), Ok(Some(0.5)));
    assert_eq!(get("x").as_i64(), Ok(None));
    assert_eq!(get("s").as_str(), Ok(Some("text")));
    assert_eq!(get("u").as_str(), Ok(None));
    assert_eq!(get("u").as_text(), Ok(Some(Text::from_utf16([0xD800]))));
    assert_eq!(get("a.b.1.c").as_bool(), Ok(Some(true)));
    assert_eq!(get("d").as_decimal(), Ok(Some("1.5".parse().unwrap())));
    assert_eq!(get("z").kind(), Ok(Kind::Null));
    assert_eq!(
        get("a").to_value().unwrap().stringify(),
        r#"{"b":[1,{"c":true}]}"#
    );
    for path in ["", "y", "a.c", "a.b.2", "a.b.x", "s.x", "a.b.1.c.d"] {
        assert!(raw.get(path).unwrap().is_none(), "{path}");
    }
    let names: Vec<_> = raw
        .fields()
        .map(|field| field.unwrap().0.as_str().unwrap())
        .collect();
    assert_eq!(names, ["_id", "s", "a", "x", "d", "u", "z"]);

    let mut fields = RawFields::default();
    fields.read(&[VERSION]).unwrap();
    let fields = fields.read(&bytes).unwrap();
    assert_eq!(fields.field("s").unwrap().as_str(), Ok(Some("text")));
    assert!(fields.field("a.b").is_none());
    let damaged = [VERSION, 2, b'a', 0x81];
    let refused = RawFields::default().read(&damaged).unwrap_err();
    assert_eq!(refused, Error::UnexpectedEnd);

    let damaged = RawDocument::new(&damaged).unwrap();
    assert_eq!(damaged.field("b").unwrap_err(), Error::UnexpectedEnd);
    assert_eq!(
        damaged.fields().collect::<Result<Vec<_>, _>>().unwrap_err(),
        Error::UnexpectedEnd
    );
}

#[test]
fn json_shows_extended_forms() {
    let object = document(
        r#"{"d":{"$numberDecimal":"1.50"},"t":{"$date":0},"n":[-0,1,1.5,1e999],"s":"\ud800"}"#,
    );
    let json = serde_json::to_string(&object).unwrap();
    assert_eq!(
        json,
        r#"{"d":{"$numberDecimal":"1.50"},"t":{"$date":"1970-01-01T00:00:00Z"},"n":[0,1,1.5,null],"s":"�"}"#
    );
    assert_eq!(
        serde_json::to_string(&object.to_raw()).unwrap(),
        object.stringify()
    );
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value.stringify(), json);
    let decimal: Decimal128 = serde_json::from_str(r#"{"$numberDecimal":"1.50"}"#).unwrap();
    assert_eq!(decimal.to_string(), "1.50");
}
