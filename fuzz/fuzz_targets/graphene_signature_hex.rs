//! Text as a signature, and keys recovered from it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{Digest, Signature};

fuzz_target!(|text: &str| {
    let Ok(signature) = text.parse::<Signature>() else {
        return;
    };
    assert_eq!(signature.to_string(), text.to_lowercase());
    if let Ok(key) = signature.recover(&Digest::of(&[b"fuzz"])) {
        assert!(signature.is_canonical() && !key.is_null());
    }
});
