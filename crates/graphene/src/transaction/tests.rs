//! Transactions signed, checked, written and read.

use std::borrow::Cow;

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    asset::Asset,
    authority::{AccountAuthorities, Authority},
    operation::{
        Transfer,
        tests::{any_chain, any_operation},
    },
};

/// Everyone has one key for everything, made from the name.
struct OneKey;

impl AuthorityProvider for OneKey {
    fn authorities(&self, account: &str) -> Option<AccountAuthorities<'_>> {
        let authority =
            Cow::<Authority>::Owned(Authority::key(PrivateKey::from_seed(account).public_key()));
        Some(AccountAuthorities {
            owner: authority.clone(),
            active: authority.clone(),
            posting: authority,
        })
    }
}

fn transfer() -> Transaction {
    let operation = Transfer {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        amount: Asset::liquid(1),
        memo: String::new(),
    };
    Transaction {
        operations: vec![operation.into()],
        ..Transaction::default()
    }
}

#[test]
fn hive_takes_either_form_and_steem_the_legacy_one() {
    let rules = Rules::default();
    let keys = [PrivateKey::from_seed("alice")];
    for form in [AssetForm::Legacy, AssetForm::Hf26] {
        let chain = Chain::hive();
        let signed = transfer().sign(&chain, form, &keys).unwrap();
        assert_eq!(signed.verify_authority(&chain, &OneKey, &rules), Ok(form));
    }
    let chain = Chain::steem();
    let signed = transfer().sign(&chain, AssetForm::Legacy, &keys).unwrap();
    assert_eq!(
        signed.verify_authority(&chain, &OneKey, &rules),
        Ok(AssetForm::Legacy)
    );
    let signed = transfer().sign(&chain, AssetForm::Hf26, &keys).unwrap();
    let error = signed
        .verify_authority(&chain, &OneKey, &rules)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing required active authority:Missing Active Authority alice"
    );
}

#[test]
fn signatures_of_another_chain_authorize_nothing() {
    let keys = [PrivateKey::from_seed("alice")];
    let signed = transfer()
        .sign(&Chain::steem(), AssetForm::Legacy, &keys)
        .unwrap();
    assert!(
        signed
            .verify_authority(&Chain::hive(), &OneKey, &Rules::default())
            .is_err()
    );
}

#[test]
fn the_same_key_does_not_sign_twice() {
    let key = PrivateKey::from_seed("alice");
    let chain = Chain::steem();
    let signed = transfer()
        .sign(&chain, AssetForm::Legacy, &[key.clone(), key.clone()])
        .unwrap();
    assert_eq!(
        signed.verify_authority(&chain, &OneKey, &Rules::default()),
        Err(VerifyError::Signature(SignatureError::Duplicate(
            key.public_key()
        )))
    );
}

#[test]
fn an_empty_transaction_is_not_valid() {
    assert_eq!(
        Transaction::default().validate(),
        Err(InvalidTransaction::Empty)
    );
    assert_eq!(transfer().validate(), Ok(()));
}

#[test]
fn signatures_and_extensions_may_be_missing_in_json_but_extensions_must_be_empty() {
    let chain = Chain::steem();
    let mut json = transfer().to_json(&chain, JsonForm::Legacy);
    json.as_object_mut().unwrap().remove("extensions");
    let signed = SignedTransaction::from_json(&json, &chain).unwrap();
    assert_eq!(
        signed,
        SignedTransaction {
            transaction: transfer(),
            signatures: Vec::new()
        }
    );
    json["extensions"] = serde_json::json!([7]);
    let error = SignedTransaction::from_json(&json, &chain).unwrap_err();
    assert_eq!(
        error.to_string(),
        "extensions: expected no extensions, found [7]"
    );
    json["extensions"] = serde_json::json!([]);
    json["operations"][0][1]["amount"] = serde_json::json!(7);
    let error = SignedTransaction::from_json(&json, &chain).unwrap_err();
    assert_eq!(
        error.to_string(),
        "operations[0].transfer.amount: expected an amount, found 7"
    );
}

proptest! {
    #[test]
    fn transactions_round_trip(
        ref_block_num: u16,
        ref_block_prefix: u32,
        expiration: u32,
        operations in vec(any_operation(), 0..4),
        seeds in vec("[a-z]{1,8}", 0..3),
        chain in any_chain(),
    ) {
        let transaction = Transaction { ref_block_num, ref_block_prefix, expiration: Time(expiration), operations };
        let keys: Vec<_> = seeds.iter().map(|seed| PrivateKey::from_seed(seed)).collect();
        for form in [AssetForm::Legacy, AssetForm::Hf26] {
            let signed = transaction.clone().sign(&chain, form, &keys).unwrap();
            let bytes = signed.encode(&chain, form).unwrap();
            assert_eq!(SignedTransaction::decode(&bytes, &chain, form).as_ref(), Ok(&signed));
            for json in [JsonForm::Legacy, JsonForm::Appbase] {
                let value = signed.to_json(&chain, json);
                assert_eq!(SignedTransaction::from_json(&value, &chain).as_ref(), Ok(&signed));
            }
        }
    }
}
