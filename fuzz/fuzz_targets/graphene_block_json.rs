//! Text as a node's answer with a block, or a range of blocks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{Chain, JsonForm, MainBlock, SignedBlock, main_block::Verification};

fuzz_target!(|text: &str| {
    let chain = Chain::hive();
    for verification in [Verification::None, Verification::Header, Verification::Full] {
        let _ = MainBlock::from_json_verified(text, &chain, 1, verification);
        let _ = MainBlock::from_range_json(text, &chain, 1, verification);
    }
    let Ok(value) = serde_json::from_str(text) else {
        return;
    };
    if let Ok((block, facts)) = SignedBlock::from_json(&value, &chain) {
        let _ = block.verify(&chain, &facts);
        let again = block.to_json(&chain, JsonForm::Appbase, &facts);
        assert_eq!(SignedBlock::from_json(&again, &chain), Ok((block, facts)));
    }
});
