//! The vectors made with six client libraries.

use std::collections::BTreeSet;

use serde_json::Value;
use tartan_graphene::{
    AssetForm, BlockId, Chain, Digest, JsonForm, MainBlock, MerkleRoot, PrivateKey, PublicKey,
    Role, Signature, SignatureError, SignedBlock, SignedTransaction, Transaction, Verified,
    merkle_root,
};

use crate::common::{chain, chain_id, data, list, text};

#[test]
fn chain_ids() {
    let vectors = data("vectors.json");
    assert_eq!(
        Chain::steem().chain_id,
        chain_id(&vectors["chain_ids"]["steem"])
    );
    assert_eq!(
        Chain::hive().chain_id,
        chain_id(&vectors["chain_ids"]["hive"])
    );
}

#[test]
fn keys() {
    let vectors = data("vectors.json");
    for key in list(&vectors["keys"]) {
        let private = PrivateKey::from_seed(text(&key["seed"]));
        assert_eq!(private.to_wif(), text(&key["wif"]));
        assert_eq!(hex::encode(private.to_bytes()), text(&key["private_hex"]));
        assert_eq!(
            PrivateKey::from_wif(text(&key["wif"])).as_ref(),
            Ok(&private)
        );
        let public = private.public_key();
        assert_eq!(public.to_string(), text(&key["public"]));
        assert_eq!(public.to_text("TST"), text(&key["public_tst"]));
        assert_eq!(hex::encode(public.0), text(&key["public_hex"]));
        assert_eq!(
            PublicKey::from_text(text(&key["public_tst"]), "TST"),
            Ok(public)
        );
    }
}

#[test]
fn login_keys() {
    let vectors = data("vectors.json");
    for key in list(&vectors["login_keys"]) {
        let role = Role::ALL
            .into_iter()
            .find(|role| role.name() == text(&key["role"]))
            .unwrap();
        let private = PrivateKey::from_login(text(&key["account"]), role, text(&key["password"]));
        assert_eq!(private.to_wif(), text(&key["wif"]));
        assert_eq!(private.public_key().to_string(), text(&key["public"]));
    }
}

fn signers(vector: &Value) -> BTreeSet<PublicKey> {
    list(&vector["signers"])
        .iter()
        .map(|signer| PublicKey::from_text(text(&signer["public"]), "STM").unwrap())
        .collect()
}

fn private_keys(vector: &Value) -> Vec<PrivateKey> {
    list(&vector["signers"])
        .iter()
        .map(|signer| PrivateKey::from_seed(text(&signer["seed"])))
        .collect()
}

/// All 80: JSON in and out, bytes in and out, digest, id, signatures.
#[test]
fn transactions() {
    let vectors = data("vectors.json");
    let mut count = 0;
    for vector in list(&vectors["vectors"]) {
        check_transaction(vector);
        count += 1;
    }
    assert_eq!(count, 80);
}

fn check_transaction(vector: &Value) {
    let name = text(&vector["name"]);
    let chain = chain(&vector["chain"]);
    let form = AssetForm::Legacy;
    let signed = SignedTransaction::from_json(&vector["transaction"], &chain)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let transaction = &signed.transaction;

    assert_eq!(
        signed.to_json(&chain, JsonForm::Legacy),
        vector["transaction"],
        "{name}"
    );
    let appbase = signed.to_json(&chain, JsonForm::Appbase);
    assert_eq!(
        SignedTransaction::from_json(&appbase, &chain).as_ref(),
        Ok(&signed),
        "{name}"
    );

    if let Some(serialized) = vector.get("serialized") {
        let bytes = transaction.encode(&chain, form).unwrap();
        assert_eq!(hex::encode(&bytes), text(serialized), "{name}");
        assert_eq!(
            Transaction::decode(&bytes, &chain, form).as_ref(),
            Ok(transaction),
            "{name}"
        );
        let bytes = signed.encode(&chain, form).unwrap();
        assert_eq!(
            hex::encode(&bytes),
            text(&vector["serialized_signed"]),
            "{name}"
        );
        assert_eq!(
            SignedTransaction::decode(&bytes, &chain, form).as_ref(),
            Ok(&signed),
            "{name}"
        );
    }
    let digest = transaction.digest(&chain, form).unwrap();
    assert_eq!(digest.to_string(), text(&vector["digest"]), "{name}");
    assert_eq!(
        transaction.id(&chain, form).unwrap().to_string(),
        text(&vector["transaction_id"]),
        "{name}"
    );
    transaction
        .validate()
        .unwrap_or_else(|error| panic!("{name}: {error}"));

    assert_eq!(
        signed.recover_keys(&chain, form),
        Ok(signers(vector)),
        "{name}"
    );
    check_library_signatures(vector, &signed, &digest);
    check_hf26(vector, &signed, &chain);
}

/// Signatures of every library recover to the signers; ours are byte for byte those of dhive.
fn check_library_signatures(vector: &Value, signed: &SignedTransaction, digest: &Digest) {
    let name = text(&vector["name"]);
    let libraries = vector["signatures"].as_object().unwrap();
    assert!(!libraries.is_empty());
    for (library, signatures) in libraries {
        let recovered: BTreeSet<_> = list(signatures)
            .iter()
            .map(|signature| {
                text(signature)
                    .parse::<Signature>()
                    .unwrap()
                    .recover(digest)
                    .unwrap()
            })
            .collect();
        assert_eq!(recovered, signers(vector), "{name} {library}");
    }
    let ours: Vec<_> = private_keys(vector)
        .iter()
        .map(|key| key.sign(digest))
        .collect();
    assert_eq!(ours, signed.signatures, "{name}");
}

fn check_hf26(vector: &Value, signed: &SignedTransaction, chain: &Chain) {
    let name = text(&vector["name"]);
    let Some(hf26) = vector.get("hf26").filter(|hf26| hf26.is_object()) else {
        assert_eq!(text(&vector["chain"]), "steem", "{name}");
        return;
    };
    let form = AssetForm::Hf26;
    let transaction = &signed.transaction;
    let bytes = transaction.encode(chain, form).unwrap();
    if let Some(serialized) = hf26.get("serialized") {
        assert_eq!(hex::encode(&bytes), text(serialized), "{name}");
    }
    assert_eq!(
        Transaction::decode(&bytes, chain, form).as_ref(),
        Ok(transaction),
        "{name}"
    );
    assert_eq!(
        transaction.digest(chain, form).unwrap().to_string(),
        text(&hf26["digest"]),
        "{name}"
    );
    assert_eq!(
        transaction.id(chain, form).unwrap().to_string(),
        text(&hf26["transaction_id"]),
        "{name}"
    );
}

#[test]
fn odd_signatures_are_judged_as_nodes_do() {
    let vectors = data("vectors.json");
    let recover = |name: &str| {
        let vector = list(&vectors["negative_signatures"])
            .iter()
            .find(|vector| vector["name"] == name)
            .unwrap();
        let digest: Digest = text(&vector["digest"]).parse().unwrap();
        let signature: Signature = text(&vector["signature"]).parse().unwrap();
        signature
            .recover(&digest)
            .map(|key| (key.to_string(), vector["recovers_to"].clone()))
    };
    assert_eq!(recover("high-s"), Err(SignatureError::HighS));
    // Blocks hold signatures marked as by an uncompressed key; nodes read them like the others.
    let (recovered, _) = recover("header-byte-uncompressed").unwrap();
    assert_eq!(
        recovered,
        PrivateKey::from_seed("tartan test key 3")
            .public_key()
            .to_string()
    );
    for name in ["r-top-bit-set", "wrong-chain-id"] {
        let (recovered, expected) = recover(name).unwrap();
        assert_eq!(recovered, text(&expected), "{name}");
    }
}

#[test]
fn blocks() {
    let vectors = data("vectors.json");
    let chain = Chain::hive();
    assert_eq!(list(&vectors["blocks"]).len(), 5);
    for vector in list(&vectors["blocks"]) {
        let (block, facts) = SignedBlock::from_json(&vector["block"], &chain).unwrap();
        let header = &block.header.header;
        assert_eq!(
            u64::from(block.number()),
            vector["block_num"].as_u64().unwrap()
        );
        assert_eq!(
            hex::encode(header.encode()),
            text(&vector["header_serialized"])
        );
        assert_eq!(header.digest().to_string(), text(&vector["header_digest"]));
        assert_eq!(
            header
                .clone()
                .sign(&PrivateKey::from_seed("tartan test key 1")),
            block.header
        );
        let signed_header = [&header.encode()[..], &block.header.witness_signature.0[..]].concat();
        assert_eq!(
            hex::encode(signed_header),
            text(&vector["signed_header_serialized"])
        );

        let leaves: Vec<_> = block
            .transactions
            .iter()
            .map(|transaction| transaction.merkle_leaf(&chain, AssetForm::Legacy).unwrap())
            .collect();
        let expected: Vec<Digest> = list(&vector["merkle_leaves"])
            .iter()
            .map(|leaf| text(leaf).parse().unwrap())
            .collect();
        assert_eq!(leaves, expected);
        assert_eq!(merkle_root(&leaves), header.transaction_merkle_root);

        assert_eq!(Some(block.id()), facts.block_id);
        assert_eq!(block.verify(&chain, &facts), Ok(Verified::All));
        assert_eq!(block.verify(&chain, &Default::default()), Ok(Verified::All));
        let main = MainBlock::from_json(&vector["block"].to_string(), &chain, block.number())
            .unwrap()
            .unwrap();
        assert_eq!(main.id, block.id());
    }
    assert_eq!(merkle_root(&[]), MerkleRoot::default());
}

#[test]
fn references_to_blocks() {
    let vectors = data("vectors.json");
    for vector in list(&vectors["tapos"]) {
        let id: BlockId = text(&vector["block_id"]).parse().unwrap();
        let (number, prefix) = id.reference();
        assert_eq!(u64::from(number), vector["ref_block_num"].as_u64().unwrap());
        assert_eq!(
            u64::from(prefix),
            vector["ref_block_prefix"].as_u64().unwrap()
        );
    }
}
