//! Whatever a node sends: an answer, or an error that says what was found instead; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{Chain, MainBlock, main_block::Verification};
use tartan_mainchain::DynamicProperties;
use tartan_mainchain::response::{Answer, excerpt, parse_batch, parse_single};

fuzz_target!(|data: &[u8]| {
    assert!(!excerpt(data).is_empty());
    let mut answers = parse_batch(data, None, &[1, 2]).unwrap_or_default();
    assert!(answers.is_empty() || answers.len() == 2);
    answers.extend(parse_single(data, Some("text/html"), 1));
    for answer in answers {
        match answer {
            Answer::Result(result) => {
                serde_json::from_str::<DynamicProperties>(result.get()).ok();
                MainBlock::from_json_verified(result.get(), &Chain::hive(), 1, Verification::Full)
                    .ok();
            }
            Answer::Error(error) => {
                assert!(!error.to_string().is_empty());
                let _ = (error.is_transient(), error.is_missing_method());
            }
        }
    }
});
