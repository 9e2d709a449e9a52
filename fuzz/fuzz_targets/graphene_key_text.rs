//! Text as a public or private key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{PrivateKey, PublicKey};

fuzz_target!(|text: &str| {
    if let Ok(key) = PublicKey::from_text(text, "STM") {
        assert_eq!(key.to_text("STM"), text);
    }
    if let Ok(key) = PrivateKey::from_wif(text) {
        assert_eq!(key.to_wif(), text);
    }
});
