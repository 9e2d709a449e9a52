//! Blocks of real nodes: every id, root and signature comes out as recorded, and the fast reader agrees with the full
//! one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tartan_graphene::{
    AssetForm, BlockError, Chain, Flavor, JsonForm, MainBlock, MainOperation, Operation, PublicKey,
    SignedBlock, SignedTransaction, Verified,
    main_block::{MainBlockError, Verification},
};

use crate::common::{chain_id, data, list, text};

/// All recorded blocks with their chains.
fn blocks() -> Vec<(Chain, Value)> {
    let mut blocks = Vec::new();
    for entry in list(&data("steem-blocks.json")) {
        blocks.push((Chain::steem(), entry["block"].clone()));
    }
    for block in list(&data("steem-block-range.json")["blocks"]) {
        blocks.push((Chain::steem(), block.clone()));
    }
    for entry in list(&data("hive-mirrornet-blocks.json")) {
        blocks.push((
            Chain::hive().with_chain_id(chain_id(&entry["chain_id"])),
            entry["block"].clone(),
        ));
    }
    blocks
}

fn read(chain: &Chain, block: &Value, verification: Verification) -> MainBlock {
    let number = SignedBlock::from_json(block, chain).unwrap().0.number();
    MainBlock::from_json_verified(&block.to_string(), chain, number, verification)
        .unwrap()
        .unwrap()
}

#[test]
fn ids_roots_and_witness_signatures_are_as_recorded() {
    let mut verified = 0;
    for (chain, value) in blocks() {
        let (block, facts) = SignedBlock::from_json(&value, &chain).unwrap();
        let number = block.number();
        assert!(
            facts.block_id.is_some()
                && facts.signing_key.is_some()
                && facts.transaction_ids.is_some()
        );
        let unknown = block
            .transactions
            .iter()
            .flat_map(|signed| &signed.transaction.operations)
            .any(|operation| matches!(operation, Operation::Other(_)));
        let expected = if unknown {
            Verified::HeaderOnly
        } else {
            Verified::All
        };
        assert_eq!(block.verify(&chain, &facts), Ok(expected), "block {number}");
        verified += usize::from(!unknown);
    }
    assert!(verified >= 60, "{verified}");
}

/// The place of a transaction, which condenser_api adds. A node of 2018 answered zeros, so it is not compared.
fn without_places(mut block: Value) -> Value {
    for transaction in block["transactions"].as_array_mut().unwrap() {
        transaction.as_object_mut().unwrap().retain(|name, _| {
            !matches!(
                name.as_str(),
                "transaction_id" | "block_num" | "transaction_num"
            )
        });
    }
    block
}

#[test]
fn json_comes_back_as_nodes_wrote_it() {
    let mut same = 0;
    for (chain, value) in blocks() {
        let (block, facts) = SignedBlock::from_json(&value, &chain).unwrap();
        let text = value.to_string();
        // Nodes of early 2018 wrote amounts as triples and operations as pairs: a form that is read, not written.
        if text.contains(r#",3,"@@0000000"#) {
            continue;
        }
        let form = if text.contains("_operation\"") {
            JsonForm::Appbase
        } else {
            JsonForm::Legacy
        };
        let written = block.to_json(&chain, form, &facts);
        assert!(
            without_places(written) == without_places(value),
            "block {}",
            block.number()
        );
        same += 1;
    }
    assert!(same > 60, "{same}");
}

#[test]
fn condenser_answers_tell_the_place_of_each_transaction() {
    let entries = data("steem-blocks.json");
    let entry = list(&entries)
        .iter()
        .find(|entry| entry["number"] == 48_404_510)
        .unwrap();
    let chain = Chain::steem();
    let (block, facts) = SignedBlock::from_json(&entry["block"], &chain).unwrap();
    assert_eq!(
        block.to_json(&chain, JsonForm::Legacy, &facts),
        entry["block"]
    );
}

/// Signatures are right when they lead back to the same key again and again.
#[test]
fn transactions_of_an_account_recover_to_its_key() {
    let mut keys: BTreeMap<String, Vec<PublicKey>> = BTreeMap::new();
    for (chain, value) in blocks() {
        let (block, _) = SignedBlock::from_json(&value, &chain).unwrap();
        let form = match chain.flavor {
            Flavor::Steem => AssetForm::Legacy,
            Flavor::Hive => AssetForm::Hf26,
        };
        for signed in &block.transactions {
            let bytes = match signed.encode(&chain, form) {
                Ok(bytes) => bytes,
                Err(_) => continue,
            };
            assert_eq!(
                SignedTransaction::decode(&bytes, &chain, form).as_ref(),
                Ok(signed)
            );
            let signers = signed.recover_keys(&chain, form).unwrap();
            let required = signed.transaction.required_authorities(&chain);
            let account = format!("{:?}", (chain.flavor, required));
            keys.entry(account).or_default().extend(signers);
        }
    }
    let repeated: Vec<_> = keys.values().filter(|keys| keys.len() >= 2).collect();
    assert!(repeated.len() >= 10, "{}", repeated.len());
    assert!(
        repeated
            .iter()
            .all(|keys| keys.iter().all(|key| *key == keys[0]))
    );
}

/// The mirror net signed everything with one key, partly in the HF26 form.
#[test]
fn hive_transactions_are_in_one_form_or_the_other() {
    let mut keys = BTreeSet::new();
    let mut hf26_only = 0;
    for (chain, value) in blocks()
        .into_iter()
        .filter(|(chain, _)| chain.flavor == Flavor::Hive)
    {
        let (block, facts) = SignedBlock::from_json(&value, &chain).unwrap();
        for (signed, id) in block
            .transactions
            .iter()
            .zip(facts.transaction_ids.unwrap())
        {
            assert_eq!(signed.transaction.id(&chain, AssetForm::Hf26), Ok(id));
            hf26_only += usize::from(signed.transaction.id(&chain, AssetForm::Legacy) != Ok(id));
            keys.append(&mut signed.recover_keys(&chain, AssetForm::Hf26).unwrap());
        }
    }
    assert_eq!((keys.len(), hf26_only), (1, 11));
}

#[test]
fn operations_of_real_blocks_are_valid() {
    for (chain, value) in blocks() {
        let (block, _) = SignedBlock::from_json(&value, &chain).unwrap();
        for signed in &block.transactions {
            signed
                .transaction
                .validate()
                .unwrap_or_else(|error| panic!("block {}: {error}", block.number()));
            let required = signed.transaction.required_authorities(&chain);
            let unknown = signed
                .transaction
                .operations
                .iter()
                .any(|op| matches!(op, Operation::Other(_)));
            assert!(unknown || required != Default::default());
        }
    }
}

/// What the fast reader should find, computed from the full one.
fn expected(operation: &Operation, chain: &Chain) -> MainOperation {
    match operation.clone() {
        Operation::CustomJson(op) => MainOperation::CustomJson {
            required_auths: op.required_auths.into_iter().collect(),
            required_posting_auths: op.required_posting_auths.into_iter().collect(),
            id: op.id,
            json: op.json,
        },
        Operation::Transfer(op) => MainOperation::Transfer {
            from: op.from,
            to: op.to,
            amount: op.amount.format(chain),
            memo: op.memo,
        },
        Operation::Comment(op) => MainOperation::Comment {
            parent_author: op.parent_author,
            parent_permlink: op.parent_permlink,
            author: op.author,
            permlink: op.permlink,
            title: op.title,
            body: op.body,
            json_metadata: op.json_metadata,
        },
        Operation::CommentOptions(op) => MainOperation::CommentOptions {
            author: op.author,
            permlink: op.permlink,
            max_accepted_payout: op.max_accepted_payout.format(chain),
            percent: op.percent_dollar,
            allow_votes: op.allow_votes,
            allow_curation_rewards: op.allow_curation_rewards,
            beneficiaries: op.beneficiaries,
        },
        Operation::Vote(op) => MainOperation::Vote {
            voter: op.voter,
            author: op.author,
            permlink: op.permlink,
            weight: op.weight,
        },
        _ => MainOperation::Other,
    }
}

#[test]
fn the_fast_reader_agrees_with_the_full_one() {
    for (chain, value) in blocks() {
        let (block, facts) = SignedBlock::from_json(&value, &chain).unwrap();
        let main = read(&chain, &value, Verification::Full);
        assert_eq!(main.number, block.number());
        assert_eq!(Some(main.id), facts.block_id);
        assert_eq!(main.previous, block.header.header.previous);
        assert_eq!(main.timestamp, block.header.header.timestamp);
        assert_eq!(main.transactions.len(), block.transactions.len());
        for (main, signed) in main.transactions.iter().zip(&block.transactions) {
            let operations: Vec<_> = signed
                .transaction
                .operations
                .iter()
                .map(|op| expected(op, &chain))
                .collect();
            assert_eq!(main.operations, operations);
        }
        let ids: Vec<_> = main
            .transactions
            .iter()
            .map(|transaction| transaction.id)
            .collect();
        assert_eq!(Some(ids), facts.transaction_ids);
    }
}

/// Sidechain input must not depend on which API a node offers.
#[test]
fn both_api_forms_lead_to_the_same_block() {
    for (chain, value) in blocks() {
        let (block, facts) = SignedBlock::from_json(&value, &chain).unwrap();
        let plain = read(&chain, &value, Verification::None);
        for form in [JsonForm::Legacy, JsonForm::Appbase] {
            let answer = block.to_json(&chain, form, &facts);
            assert_eq!(read(&chain, &answer, Verification::Header), plain);
            let wrapped = json!({ "block": answer }).to_string();
            assert_eq!(
                MainBlock::from_json(&wrapped, &chain, plain.number)
                    .unwrap()
                    .as_ref(),
                Some(&plain)
            );
        }
    }
}

#[test]
fn ids_that_old_nodes_leave_out_are_computed() {
    for (chain, mut value) in blocks()
        .into_iter()
        .filter(|(chain, _)| chain.flavor == Flavor::Steem)
    {
        let complete = read(&chain, &value, Verification::None);
        let known = SignedBlock::from_json(&value, &chain)
            .unwrap()
            .0
            .verify(&chain, &Default::default());
        let map = value.as_object_mut().unwrap();
        map.retain(|name, _| {
            !matches!(
                name.as_str(),
                "block_id" | "signing_key" | "transaction_ids"
            )
        });
        for transaction in map["transactions"].as_array_mut().unwrap() {
            transaction
                .as_object_mut()
                .unwrap()
                .remove("transaction_id");
        }
        let read = MainBlock::from_json(&value.to_string(), &chain, complete.number);
        match known.unwrap() {
            Verified::All => assert_eq!(read.unwrap(), Some(complete)),
            Verified::HeaderOnly => {
                assert!(matches!(read, Err(MainBlockError::NoTransactionId(_))))
            }
        }
    }
}

#[test]
fn a_range_is_read_in_order() {
    let range = data("steem-block-range.json");
    let text = range.to_string();
    let chain = Chain::steem();
    let blocks = MainBlock::from_range_json(&text, &chain, 1_000_945, Verification::Full).unwrap();
    assert_eq!(blocks.len(), 48);
    assert!(blocks.windows(2).all(|pair| pair[0].id == pair[1].previous));
    let error =
        MainBlock::from_range_json(&text, &chain, 1_000_944, Verification::None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected block 1000944, found block 1000945"
    );
    assert!(
        MainBlock::from_range_json(r#"{"blocks":[]}"#, &chain, 1, Verification::Full)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_calls_of_the_sidechain_are_found() {
    let mut calls = Vec::new();
    for (chain, value) in blocks() {
        let block = read(&chain, &value, Verification::None);
        for operation in block
            .transactions
            .iter()
            .flat_map(|transaction| &transaction.operations)
        {
            if let MainOperation::CustomJson { id, .. } = operation
                && id.starts_with("ssc-mainnet")
            {
                calls.push(id.clone());
            }
        }
    }
    let hive = calls.iter().filter(|id| *id == "ssc-mainnet-hive").count();
    assert_eq!((calls.len() - hive, hive), (4, 19));
}

fn tampered(change: impl FnOnce(&mut Value)) -> Result<Option<MainBlock>, MainBlockError> {
    let mut block = list(&data("steem-blocks.json"))
        .iter()
        .find(|entry| entry["number"] == 48_404_510)
        .unwrap()["block"]
        .clone();
    change(&mut block);
    MainBlock::from_json_verified(
        &block.to_string(),
        &Chain::steem(),
        48_404_510,
        Verification::Full,
    )
}

#[test]
fn lies_of_nodes_are_found() {
    assert!(tampered(|_| {}).is_ok());
    let error = tampered(|block| block["timestamp"] = json!("2020-11-07T20:00:00")).unwrap_err();
    assert!(
        matches!(error, MainBlockError::Block(BlockError::Id { .. })),
        "{error}"
    );
    let error =
        tampered(|block| block["signing_key"] = json!(PublicKey::NULL.to_string())).unwrap_err();
    assert!(
        matches!(error, MainBlockError::Block(BlockError::SigningKey { .. })),
        "{error}"
    );
    let error = tampered(|block| block["transactions"] = json!([])).unwrap_err();
    assert!(
        matches!(error, MainBlockError::Block(BlockError::IdCount { .. })),
        "{error}"
    );
    let error = tampered(|block| {
        block["transactions"] = json!([]);
        block["transaction_ids"] = json!([]);
    });
    assert!(matches!(
        error.unwrap_err(),
        MainBlockError::Block(BlockError::MerkleRoot { .. })
    ));
    let error = tampered(|block| block["transactions"][0]["ref_block_num"] = json!(1)).unwrap_err();
    assert!(
        matches!(
            error,
            MainBlockError::Block(BlockError::TransactionId { index: 0, .. })
        ),
        "{error}"
    );
    let error = tampered(|block| {
        let signature = block["transactions"][1]["signatures"][0].clone();
        block["transactions"][0]["signatures"][0] = signature;
    });
    assert!(matches!(
        error.unwrap_err(),
        MainBlockError::Block(BlockError::MerkleRoot { .. })
    ));
    let error = tampered(|block| block["block_id"] = json!("00".repeat(20))).unwrap_err();
    assert!(
        text(&json!(error.to_string())).starts_with("expected block id 02e2981e"),
        "{error}"
    );
}
