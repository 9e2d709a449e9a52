//! What nodes answer, and what the sidechain gets.

use serde_json::{Value, json};

use super::*;

const PREVIOUS: &str = "0000000911111111111111111111111111111111";

fn block(operations: Value) -> Value {
    json!({
        "previous": PREVIOUS, "timestamp": "2026-01-01T00:00:03", "witness": "initminer",
        "transaction_merkle_root": "0".repeat(40), "extensions": [], "witness_signature": "1f".repeat(65),
        "transactions": [{
            "ref_block_num": 9, "ref_block_prefix": 1, "expiration": "2026-01-01T00:01:00",
            "operations": operations, "extensions": [], "signatures": [],
        }],
        "block_id": format!("0000000a{}", "2".repeat(32)), "transaction_ids": ["3".repeat(40)],
    })
}

fn read(value: &Value) -> Option<MainBlock> {
    MainBlock::from_json(&value.to_string(), &Chain::hive(), 10).unwrap()
}

fn operations(operations: Value) -> Vec<MainOperation> {
    let mut transactions = read(&block(operations)).unwrap().transactions;
    transactions.remove(0).operations
}

#[test]
fn a_node_without_the_block_says_so_in_several_ways() {
    for text in [
        "null",
        "{}",
        " {} ",
        r#"{"block":null}"#,
        r#"{ "block": null }"#,
    ] {
        assert_eq!(
            MainBlock::from_json(text, &Chain::hive(), 10).unwrap(),
            None,
            "{text}"
        );
    }
}

#[test]
fn what_is_no_block_is_an_error() {
    for text in [
        "",
        "<html>",
        "[]",
        "1",
        r#"{"block":{}}"#,
        r#"{"previous":"00"}"#,
    ] {
        assert!(
            MainBlock::from_json(text, &Chain::hive(), 10).is_err(),
            "{text}"
        );
    }
}

#[test]
fn another_block_than_asked_for_is_an_error() {
    let text = block(json!([])).to_string();
    let error = MainBlock::from_json(&text, &Chain::hive(), 11).unwrap_err();
    assert_eq!(error.to_string(), "expected block 11, found block 10");
    let mut other = block(json!([]));
    other["block_id"] = json!("4".repeat(40));
    let error = MainBlock::from_json(&other.to_string(), &Chain::hive(), 10).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected block 10, found block 1145324612"
    );
}

#[test]
fn ids_must_be_as_many_as_transactions() {
    let mut value = block(json!([]));
    value["transaction_ids"] = json!([]);
    let error = MainBlock::from_json(&value.to_string(), &Chain::hive(), 10).unwrap_err();
    assert_eq!(error.to_string(), "expected 1 transaction ids, found 0");
}

#[test]
fn a_missing_block_id_is_computed() {
    let mut value = block(json!([]));
    value.as_object_mut().unwrap().remove("block_id");
    let id = read(&value).unwrap().id;
    assert_eq!(id.number(), 10);
    value["block_id"] = json!(id);
    let header = Verification::Header;
    assert!(
        MainBlock::from_json_verified(&value.to_string(), &Chain::hive(), 10, header)
            .unwrap()
            .is_some()
    );
    value["timestamp"] = json!("2026-01-01T00:00:06");
    assert!(MainBlock::from_json_verified(&value.to_string(), &Chain::hive(), 10, header).is_err());
}

#[test]
fn amounts_become_legacy_texts() {
    let transfer = |amount: Value| {
        let fields = json!({ "from": "alice", "to": "bob", "amount": amount, "memo": "m" });
        match operations(json!([["transfer", fields]])).remove(0) {
            MainOperation::Transfer { amount, .. } => Some(amount),
            MainOperation::Other => None,
            other => panic!("{other:?}"),
        }
    };
    let nai = |amount: Value, precision, nai| json!({ "amount": amount, "precision": precision, "nai": nai });
    assert_eq!(transfer(json!("1.000 HIVE")).as_deref(), Some("1.000 HIVE"));
    assert_eq!(
        transfer(nai(json!("1"), 3, "@@000000021")).as_deref(),
        Some("0.001 HIVE")
    );
    assert_eq!(
        transfer(nai(json!(1_000_000_000), 3, "@@000000013")).as_deref(),
        Some("1000000.000 HBD")
    );
    assert_eq!(
        transfer(json!(["1234", 3, "@@000000013"])).as_deref(),
        Some("1.234 HBD")
    );
    // The reference node ignores operations with other assets.
    assert_eq!(transfer(nai(json!("1"), 6, "@@000000037")), None);
    assert_eq!(transfer(nai(json!("1"), 3, "@@100000003")), None);
    assert_eq!(transfer(json!(null)), None);
}

#[test]
fn beneficiaries_are_those_of_the_first_extension() {
    let accounts = |extensions: Value| {
        let fields = json!({
            "author": "alice", "permlink": "p", "max_accepted_payout": "1.000 HBD", "percent_steem_dollars": "5000",
            "allow_votes": "true", "allow_curation_rewards": false, "extensions": extensions,
        });
        match operations(json!([{ "type": "comment_options_operation", "value": fields }]))
            .remove(0)
        {
            MainOperation::CommentOptions {
                beneficiaries,
                percent: 5000,
                allow_votes: true,
                ..
            } => Some(beneficiaries),
            _ => None,
        }
    };
    let list = json!({ "beneficiaries": [{ "account": "bob", "weight": 500 }, { "weight": "25", "account": "carol" }] });
    let expected = vec![
        Beneficiary {
            account: "bob".to_owned(),
            weight: 500,
        },
        Beneficiary {
            account: "carol".to_owned(),
            weight: 25,
        },
    ];
    assert_eq!(accounts(json!([[0, list]])), Some(expected.clone()));
    assert_eq!(
        accounts(json!([{ "type": "comment_payout_beneficiaries", "value": list }])),
        Some(expected)
    );
    for none in [
        json!([]),
        json!([[0, {}]]),
        json!([[]]),
        json!([7]),
        json!([{ "type": "x" }]),
    ] {
        assert_eq!(accounts(none.clone()), Some(Vec::new()), "{none}");
    }
    assert_eq!(accounts(json!([[0, { "beneficiaries": "bob" }]])), None);
}

#[test]
fn unknown_and_malformed_operations_keep_their_place() {
    let vote = json!({ "voter": "alice", "author": "bob", "permlink": "p", "weight": -100 });
    let read = operations(json!([
        ["escrow_transfer", { "anything": [1, { "deep": null }] }],
        { "type": "future_operation", "value": 7 },
        ["vote", { "voter": "alice" }],
        { "value": vote, "type": "vote_operation", "more": {} },
        ["vote", vote, "more"],
        ["vote"],
        {},
    ]));
    let vote = MainOperation::Vote {
        voter: "alice".to_owned(),
        author: "bob".to_owned(),
        permlink: "p".to_owned(),
        weight: -100,
    };
    let other = MainOperation::Other;
    assert_eq!(
        read,
        [
            other.clone(),
            other.clone(),
            other.clone(),
            vote.clone(),
            vote,
            other.clone(),
            other
        ]
    );
}

#[test]
fn texts_are_unescaped_once() {
    let json = r#"{"contractName":"tokens","memo":"\u00fc \ud83d\ude00 \"x\""}"#;
    let fields = json!({ "required_auths": [], "required_posting_auths": ["bob", "alice"], "id": "ssc-mainnet-hive", "json": json });
    assert_eq!(
        operations(json!([["custom_json", fields]])),
        [MainOperation::CustomJson {
            required_auths: Vec::new(),
            required_posting_auths: vec!["bob".to_owned(), "alice".to_owned()],
            id: "ssc-mainnet-hive".to_owned(),
            json: json.to_owned(),
        }]
    );
}

/// Blocks of the Hive mirror net, some of whose transactions have assets in the newer form.
#[test]
fn transaction_ids_that_the_node_leaves_out_are_computed_in_the_right_form() {
    let file: Value =
        serde_json::from_str(include_str!("../../tests/data/hive-mirrornet-blocks.json")).unwrap();
    let mut checked = 0;
    for entry in file.as_array().unwrap() {
        let mut block = entry.get("block").unwrap_or(entry).clone();
        let ids = block["transaction_ids"].clone();
        block.as_object_mut().unwrap().remove("transaction_ids");
        let previous: BlockId = block["previous"].as_str().unwrap().parse().unwrap();
        let number = previous.number() + 1;
        let read = MainBlock::from_json(&block.to_string(), &Chain::hive(), number);
        let computed: Vec<_> = read
            .unwrap()
            .unwrap()
            .transactions
            .iter()
            .map(|transaction| json!(transaction.id))
            .collect();
        assert_eq!(Value::Array(computed), ids, "block {number}");
        checked += ids.as_array().unwrap().len();
    }
    assert!(checked > 30, "{checked} transactions");
}

#[test]
fn transaction_ids_beside_the_transactions_are_checked_too() {
    let file: Value =
        serde_json::from_str(include_str!("../../tests/data/hive-mirrornet-blocks.json")).unwrap();
    let entry = &file.as_array().unwrap()[0];
    let mut block = entry.get("block").unwrap_or(entry).clone();
    let ids = block
        .as_object_mut()
        .unwrap()
        .remove("transaction_ids")
        .unwrap();
    for (index, id) in ids.as_array().unwrap().iter().enumerate() {
        block["transactions"][index]["transaction_id"] = id.clone();
    }
    let chain = Chain::hive();
    assert!(matches!(
        MainBlock::verify(&block.to_string(), &chain),
        Ok(Verified::All)
    ));
    block["transactions"][0]["transaction_id"] = json!("7".repeat(40));
    assert!(matches!(
        MainBlock::verify(&block.to_string(), &chain),
        Err(MainBlockError::Block(BlockError::TransactionId {
            index: 0,
            ..
        }))
    ));
}
