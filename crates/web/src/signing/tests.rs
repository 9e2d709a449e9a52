//! What browsers sign, checked with the code that checks it on nodes.

use serde_json::Value;
use tartan_graphene::{AssetForm, Chain, PublicKey, SignedTransaction};

/// The file that the browser's tests compare their signatures with.
const VECTORS: &str = include_str!("../../frontend/src/signing/vectors.json");

#[test]
fn browsers_sign_what_nodes_accept() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let signer = PublicKey::from_text(vectors["publicKey"].as_str().unwrap(), "STM").unwrap();
    let transactions = vectors["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), 12);
    for vector in transactions {
        let text = |field: &str| vector[field].as_str().unwrap();
        let mut id = [0; 32];
        for (byte, digits) in id.iter_mut().zip(text("chainId").as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        }
        let chain = match text("flavor") {
            "hive" => Chain::hive(),
            _ => Chain::steem(),
        };
        let chain = chain.with_chain_id(id);
        let signed = SignedTransaction::from_json(&vector["transaction"], &chain).unwrap();
        signed.transaction.validate().unwrap();
        let found = signed.transaction.id(&chain, AssetForm::Legacy).unwrap();
        assert_eq!(found.to_string(), text("id"));
        // recovering refuses what is not canonical
        let keys = signed.recover_keys(&chain, AssetForm::Legacy).unwrap();
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), [signer]);
    }
}
