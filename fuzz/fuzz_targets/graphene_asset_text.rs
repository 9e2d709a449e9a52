//! Text as an amount or a time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{Asset, Chain, Time};

fuzz_target!(|text: &str| {
    for chain in [Chain::steem(), Chain::hive()] {
        if let Ok(asset) = Asset::parse(text, &chain) {
            assert_eq!(Asset::parse(&asset.format(&chain), &chain), Ok(asset));
        }
    }
    if let Ok(time) = text.parse::<Time>() {
        assert_eq!(time.to_string().parse(), Ok(time));
    }
});
