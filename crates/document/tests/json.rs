//! `JSON.stringify(JSON.parse(text))` of V8 (Node.js 20): pairs of a text and the result, `null` where it throws.

use tartan_document::parse;

#[test]
fn parse_and_stringify_agree_with_v8() {
    let cases: Vec<(String, Option<String>)> =
        serde_json::from_str(include_str!("data/json.json")).unwrap();
    assert!(cases.len() > 500);
    for (text, expected) in cases {
        let result = parse(&text).ok().map(|value| value.stringify());
        assert_eq!(result, expected, "{text}");
    }
}
