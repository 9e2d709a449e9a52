//! What the reader answers.

use crate::common::*;
use expect_test::expect;
use serde_json::json;
use tartan_chain::{FindRequest, Network, ReadError, TransactionFound};
use tartan_graphene::MainOperation;
use tartan_state::{Projection, Sort};

fn bundle(calls: usize) -> MainOperation {
    let call = json!({ "contractName": "x", "contractAction": "y", "contractPayload": {} });
    custom_json(
        &["alice"],
        &[],
        &serde_json::to_string(&vec![call; calls]).unwrap(),
    )
}

#[test]
fn transactions_are_found_by_id_or_as_a_bundle() {
    let (mut chain, mut main) = (dev(), Main::new());
    let block = main.block_of(vec![
        vec![pay("alice", "1")],
        vec![bundle(12)],
        vec![bundle(2), bundle(1)],
    ]);
    chain.apply(&block).unwrap();
    let reader = chain.reader();
    let ids = block
        .transactions
        .iter()
        .map(|t| t.id.to_string())
        .collect::<Vec<_>>();
    let found = |id: &str| reader.transaction(id).unwrap();
    let shown = |id: &str| serde_json::to_value(found(id).unwrap().json(reader.naming())).unwrap();

    let single = shown(&ids[0]);
    assert_eq!(
        (single["blockNumber"].as_u64(), single["sender"].as_str()),
        (Some(1), Some("steemsc"))
    );
    assert_eq!(single["refSteemBlockNumber"], 1);
    assert_eq!(
        shown(&format!("{}-11", ids[1]))["transactionId"],
        format!("{}-11", ids[1])
    );
    let bundle = shown(&ids[1]);
    let indices: Vec<_> = bundle
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["transactionIndex"].as_u64())
        .collect();
    assert_eq!(indices, (0..12).map(Some).collect::<Vec<_>>());
    assert_eq!(bundle[11]["transactionId"], format!("{}-11", ids[1]));
    // two operations, the first of which is a bundle: there is no `-0` to start from
    assert!(found(&ids[2]).is_none());
    assert!(found(&format!("{}-0-1", ids[2])).is_some());
    assert!(found(&format!("{}-1", ids[2])).is_some());
    for nothing in ["", "0", "1-0", &"f".repeat(40), &"x".repeat(5000)] {
        assert!(found(nothing).is_none(), "{nothing}");
    }
    let Some(TransactionFound::Bundle { places, .. }) = found(&ids[1]) else {
        panic!()
    };
    assert_eq!(places.len(), 12);
}

#[test]
fn all_that_a_main_chain_transaction_became_is_found_however_it_is_numbered() {
    let (mut chain, mut main) = (dev(), Main::new());
    let nothing_of_ours = custom_json(&["alice"], &[], "not json");
    let block = main.block_of(vec![
        vec![pay("alice", "1")],
        vec![bundle(12)],
        vec![bundle(2), bundle(1)],
        vec![nothing_of_ours.clone(), bundle(1), nothing_of_ours.clone()],
        vec![nothing_of_ours.clone(), nothing_of_ours],
    ]);
    chain.apply(&block).unwrap();
    let reader = chain.reader();
    let became = |place: usize| -> Vec<String> {
        let id = block.transactions[place].id.to_string();
        let found = reader.main_transaction(&id).unwrap();
        let found = found.iter().flat_map(TransactionFound::transactions);
        found
            .map(|transaction| transaction.id.to_string().split_off(id.len()))
            .collect()
    };
    assert_eq!(became(0), [""]);
    let twelve: Vec<_> = (0..12).map(|number| format!("-{number}")).collect();
    assert_eq!(became(1), twelve);
    assert_eq!(became(2), ["-0-0", "-0-1", "-1"]);
    assert_eq!(became(3), ["-1"]);
    assert_eq!(became(4), [""; 0]);
    let part = format!("{}-1", block.transactions[3].id);
    for nothing in ["", "0", &part, &"f".repeat(40), &"x".repeat(40)] {
        assert!(reader.main_transaction(nothing).unwrap().is_none());
    }
}

#[test]
fn blocks_are_found_by_number_and_by_main_chain_block() {
    let (mut chain, mut main) = (dev(), Main::new());
    for n in 0..6 {
        let operations = if n % 2 == 1 {
            vec![pay("alice", "1")]
        } else {
            vec![]
        };
        chain.apply(&main.block(operations)).unwrap();
    }
    let reader = chain.reader();
    assert_eq!(reader.latest_block().unwrap().unwrap().number, 3);
    assert_eq!(reader.block_by_main(4).unwrap().unwrap().number, 2);
    assert!(reader.block_by_main(5).unwrap().is_none());
    assert!(reader.block(4).unwrap().is_none());
    let range = |start, count| -> Vec<u64> {
        reader
            .block_range(start, count)
            .unwrap()
            .iter()
            .map(|block| block.number)
            .collect()
    };
    assert_eq!(range(1, 2), [1, 2]);
    assert_eq!(range(2, u64::MAX), [2, 3]);
    assert_eq!(range(9, 5), [0; 0]);
    assert_eq!(range(u64::MAX, 5), [0; 0]);
}

#[test]
fn the_status_has_the_names_of_the_network() {
    let (mut chain, mut main) = (dev(), Main::new());
    let block = chain
        .apply(&main.block(vec![pay("alice", "1")]))
        .unwrap()
        .unwrap();
    chain.apply(&main.block(vec![])).unwrap();
    let reader = chain.reader();
    let status = serde_json::Value::Object(reader.status().unwrap().json(reader.naming()));
    let expected = json!({
        "lastBlockNumber": 1,
        "lastBlockRefSteemBlockNumber": 1,
        "lastHash": block.hash.as_str(),
        "lastParsedSteemBlockNumber": 2,
        "chainId": "dev",
    });
    assert_eq!(status, expected);
    let hive = open(Network::preset("dev-hive").unwrap()).reader();
    assert!(
        hive.status()
            .unwrap()
            .json(hive.naming())
            .contains_key("lastParsedHiveBlockNumber")
    );
}

#[test]
fn contracts_are_shown_with_their_tables() {
    let chain = dev();
    let reader = chain.reader();
    assert!(reader.contract("nothing").unwrap().is_none());
    let contract = reader.contract("tokens").unwrap().unwrap();
    assert_eq!(
        (contract["_id"].as_str(), contract["owner"].as_str()),
        (Some("tokens"), Some("steemsc"))
    );
    assert_eq!(
        (
            contract["version"].as_u64(),
            contract["codeHash"].as_str().map(str::len)
        ),
        (Some(1), Some(64))
    );
    expect![[r#"{"size":0,"hash":"","nbIndexes":1,"primaryKey":null}"#]]
        .assert_eq(&contract["tables"]["tokens_balances"].to_string());
    assert_eq!(contract["tables"].as_object().unwrap().len(), 9);
}

#[test]
fn rows_are_found_with_bounds_and_projections() {
    let (mut chain, mut main) = (dev(), Main::new());
    chain
        .apply(&main.block((0..5).map(|n| pay(&format!("user{n}"), "1")).collect()))
        .unwrap();
    let reader = chain.reader();
    let query = json!({ "symbol": "ENG", "account": { "$regex": "^user" } });
    let rows = reader.find(&FindRequest {
        limit: 3,
        ..FindRequest::new("tokens", "balances", &query)
    });
    assert_eq!(rows.unwrap().unwrap().len(), 3);
    let query = json!({ "account": { "$in": ["user1", "user3", "user4"] } });
    let sorted = FindRequest {
        offset: 1,
        sort: vec![Sort::descending("account")],
        projection: Some(
            Projection::parse(&tartan_document::parse(r#"{"account":1,"_id":0}"#).unwrap())
                .unwrap(),
        ),
        ..FindRequest::new("tokens", "balances", &query)
    };
    let rows = reader.find(&sorted).unwrap().unwrap();
    expect![[r#"[{"account":"user3"},{"account":"user1"}]"#]]
        .assert_eq(&serde_json::to_string(&rows).unwrap());
    assert!(
        reader
            .find(&FindRequest::new("tokens", "nothing", &json!({})))
            .unwrap()
            .is_none()
    );
    assert!(
        reader
            .find(&FindRequest::new("nothing", "tokens", &json!({})))
            .unwrap()
            .is_none()
    );
    assert_eq!(
        reader
            .count("tokens", "balances", &json!({ "symbol": "ENG" }))
            .unwrap(),
        Some(7)
    );
    let error = reader
        .find(&FindRequest::new(
            "tokens",
            "balances",
            &json!({ "$where": "1" }),
        ))
        .unwrap_err();
    assert!(matches!(&error, ReadError::Query(_)), "{error}");
}
