//! What parses, stringifies to a text that parses to the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_document::{Value, parse};

fuzz_target!(|text: &str| {
    let Ok(value) = parse(text) else { return };
    let once = value.stringify();
    let again = parse(&once).expect("what is stringified is JSON");
    assert_eq!(again.stringify(), once);
    if let Ok(extended) = value.from_extended() {
        let shown = extended.stringify();
        let back = parse(&shown)
            .map(Value::from_extended)
            .expect("extended forms are JSON");
        assert_eq!(
            back.expect("extended forms are readable").stringify(),
            shown
        );
    }
});
