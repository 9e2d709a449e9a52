//! Whatever JSON a query and a document are, parsing and matching end without a panic, and a filter says of a
//! document what its negation does not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_document::{Object, Value};
use tartan_state::{Filter, Projection};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Some((query, document)) = text.split_once('\0') else {
        return;
    };
    let parse = |text: &str| tartan_document::parse(text).ok()?.from_extended().ok();
    let Some(Value::Object(document)) = parse(document) else {
        return;
    };
    let Some(query) = parse(query) else { return };
    if let Ok(projection) = Projection::parse(&query) {
        projection.apply(document.clone());
    }
    let Ok(filter) = Filter::parse(&query) else {
        return;
    };
    let negated: Object = [("$nor", vec![query])].into_iter().collect();
    let Ok(negated) = Filter::parse_object(&negated) else {
        return;
    };
    if let (Ok(matches), Ok(negated)) = (filter.matches(&document), negated.matches(&document)) {
        assert_ne!(matches, negated);
    }
});
