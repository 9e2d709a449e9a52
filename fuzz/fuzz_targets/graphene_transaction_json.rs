//! JSON as a transaction: refused, or read so that writing and reading agree in both forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{AssetForm, Chain, JsonForm, SignedTransaction};

fuzz_target!(|text: &str| {
    let Ok(value) = serde_json::from_str(text) else {
        return;
    };
    for chain in [Chain::steem(), Chain::hive()] {
        let Ok(signed) = SignedTransaction::from_json(&value, &chain) else {
            continue;
        };
        for form in [JsonForm::Legacy, JsonForm::Appbase] {
            let again = signed.to_json(&chain, form);
            assert_eq!(
                SignedTransaction::from_json(&again, &chain).as_ref(),
                Ok(&signed)
            );
        }
        let _ = signed.transaction.validate();
        let _ = signed.transaction.required_authorities(&chain);
        let _ = signed.recover_keys(&chain, AssetForm::Legacy);
    }
});
