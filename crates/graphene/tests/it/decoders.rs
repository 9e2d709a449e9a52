//! Decoders take any input: the properties that the fuzz targets check at length, run here for a moment.

use proptest::prelude::*;
use serde_json::Value;
use tartan_graphene::{
    Asset, AssetForm, BlockHeader, Chain, JsonForm, MainBlock, PrivateKey, PublicKey, Signature,
    SignedBlock, SignedTransaction, Transaction, main_block::Verification,
};

use crate::common::{data, list, text};

const FORMS: [AssetForm; 2] = [AssetForm::Legacy, AssetForm::Hf26];

/// What was read is written so that it reads the same.
fn check_transaction_binary(bytes: &[u8]) {
    for chain in [Chain::steem(), Chain::hive()] {
        for form in FORMS {
            if let Ok(transaction) = Transaction::decode(bytes, &chain, form) {
                let again = transaction.encode(&chain, form).unwrap();
                assert_eq!(
                    Transaction::decode(&again, &chain, form).as_ref(),
                    Ok(&transaction)
                );
            }
            if let Ok(signed) = SignedTransaction::decode(bytes, &chain, form) {
                let again = signed.encode(&chain, form).unwrap();
                assert_eq!(
                    SignedTransaction::decode(&again, &chain, form).as_ref(),
                    Ok(&signed)
                );
            }
        }
    }
    if let Ok(header) = BlockHeader::decode(bytes) {
        assert_eq!(BlockHeader::decode(&header.encode()).as_ref(), Ok(&header));
    }
}

fn check_transaction_json(text: &str) {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return;
    };
    for chain in [Chain::steem(), Chain::hive()] {
        if let Ok(signed) = SignedTransaction::from_json(&value, &chain) {
            for form in [JsonForm::Legacy, JsonForm::Appbase] {
                let again = signed.to_json(&chain, form);
                assert_eq!(
                    SignedTransaction::from_json(&again, &chain).as_ref(),
                    Ok(&signed)
                );
            }
            let _ = signed.transaction.validate();
            let _ = signed.encode(&chain, AssetForm::Hf26);
        }
    }
}

fn check_block_json(text: &str) {
    let chain = Chain::hive();
    for verification in [Verification::None, Verification::Header, Verification::Full] {
        let _ = MainBlock::from_json_verified(text, &chain, 1, verification);
        let _ = MainBlock::from_range_json(text, &chain, 1, verification);
    }
    if let Ok(value) = serde_json::from_str::<Value>(text)
        && let Ok((block, facts)) = SignedBlock::from_json(&value, &chain)
    {
        let _ = block.verify(&chain, &facts);
        let again = block.to_json(&chain, JsonForm::Appbase, &facts);
        assert_eq!(SignedBlock::from_json(&again, &chain), Ok((block, facts)));
    }
}

fn check_texts(text: &str) {
    for chain in [Chain::steem(), Chain::hive()] {
        if let Ok(asset) = Asset::parse(text, &chain) {
            assert_eq!(Asset::parse(&asset.format(&chain), &chain), Ok(asset));
        }
    }
    if let Ok(key) = PublicKey::from_text(text, "STM") {
        assert_eq!(key.to_text("STM"), text);
    }
    if let Ok(key) = PrivateKey::from_wif(text) {
        assert_eq!(key.to_wif(), text);
    }
    if let Ok(signature) = text.parse::<Signature>() {
        let _ = signature.recover(&Default::default());
        assert_eq!(signature.to_string(), text.to_lowercase());
    }
}

/// A character replaced by another, somewhere.
fn damage(text: &str, at: prop::sample::Index, by: char) -> String {
    let mut chars: Vec<_> = text.chars().collect();
    let index = at.index(chars.len());
    chars[index] = by;
    chars.into_iter().collect()
}

fn any_vector() -> impl Strategy<Value = Value> {
    let vectors = data("vectors.json");
    let short = list(&vectors["vectors"])
        .iter()
        .filter(|vector| vector.get("serialized").is_some());
    prop::sample::select(short.cloned().collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_transaction_binary(&bytes);
    }

    #[test]
    fn any_text(text in ".{0,200}") {
        check_texts(&text);
        check_transaction_json(&text);
        check_block_json(&text);
    }

    #[test]
    fn texts_of_the_right_alphabet(text in "(STM|5)[1-9A-HJ-NP-Za-km-z]{46,52}", hexadecimal in "[0-9a-fA-F]{128,132}") {
        check_texts(&text);
        check_texts(&hexadecimal);
    }

    #[test]
    fn damaged_bytes(vector in any_vector(), at: prop::sample::Index, by: u8) {
        let mut bytes = hex::decode(text(&vector["serialized_signed"])).unwrap();
        let index = at.index(bytes.len());
        bytes[index] = by;
        check_transaction_binary(&bytes);
        check_transaction_binary(&bytes[..index]);
    }

    #[test]
    fn damaged_json(vector in any_vector(), at: prop::sample::Index, by in any::<char>()) {
        check_transaction_json(&damage(&vector["transaction"].to_string(), at, by));
    }

    #[test]
    fn damaged_blocks(index in 0..5_usize, at: prop::sample::Index, by in prop::sample::select(vec!['"', '0', '{', ']', ',', '-', 'é', '\\'])) {
        let vectors = data("vectors.json");
        check_block_json(&damage(&vectors["blocks"][index]["block"].to_string(), at, by));
    }
}

/// JSON nested without end is refused, not followed.
#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    check_block_json(&deep);
    check_block_json(&format!(
        r#"{{"previous":"{}","transactions":{deep}}}"#,
        "0".repeat(40)
    ));
    check_transaction_json(&deep);
}
