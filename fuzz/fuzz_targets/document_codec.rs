//! Any bytes are a document or an error; a document has one form in bytes, with and without serde.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_document::Object;
use tartan_document::codec::{RawDocument, RawFields, decode, encode, from_slice, to_vec};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(raw) = RawDocument::new(bytes) {
        for field in raw.fields().flatten() {
            let _ = field.1.to_value();
        }
        let _ = raw.get("a.0.b");
    }
    if let Ok(fields) = RawFields::default().read(bytes) {
        let raw = RawDocument::new(bytes).expect("its fields could be read");
        for name in ["_id", "a"] {
            let alone = raw.field(name).expect("its fields could be read");
            let encoded = alone.map(|value| value.encoded());
            assert_eq!(fields.field(name).map(|value| value.encoded()), encoded);
        }
    }
    let Ok(object) = decode(bytes) else { return };
    let canonical = encode(&object).expect("what was decoded can be encoded");
    let again = decode(&canonical).expect("what was encoded can be decoded");
    assert_eq!(encode(&again).as_ref(), Ok(&canonical));
    assert_eq!(to_vec(&object).as_ref(), Ok(&canonical));
    let with_serde: Object = from_slice(bytes).expect("what can be decoded can be read with serde");
    assert_eq!(encode(&with_serde).as_ref(), Ok(&canonical));
});
