//! What the methods answer.

use crate::common::*;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_graphene::MainOperation;

fn check(found: &Value, expected: Expect) {
    expected.assert_eq(&masked(found));
}

fn refused(code: i64, message: &str) -> Value {
    json!({ "code": code, "message": message })
}

#[tokio::test]
async fn the_status_has_the_names_of_the_flavour() {
    let steem = Served::start(Flavor::Steem).await;
    let status = steem.call("/blockchain", "getStatus", json!({})).await;
    check(
        &status,
        expect![[r#"
        {
          "lastBlockNumber": 3,
          "lastBlockRefSteemBlockNumber": 3,
          "lastHash": "<hash>",
          "lastParsedSteemBlockNumber": 3,
          "SSCnodeVersion": "<version>",
          "domain": "",
          "chainId": "dev",
          "disabledMethods": {
            "blockchain": [],
            "contracts": []
          },
          "lightNode": false
        }"#]],
    );
    let (code, body) = steem.get("/").await;
    assert_eq!(
        (code, serde_json::from_str::<Value>(&body).unwrap()),
        (200, status)
    );

    let hive = Served::with(Flavor::Hive, |config| {
        config
            .disabled_methods
            .insert("blockchain.getBlockRangeInfo".to_owned());
        config
            .disabled_methods
            .insert("blockchain.getStatus".to_owned());
        config.domain = "tartan.example".to_owned();
    });
    let hive = hive.await;
    check(
        &hive.call("/", "blockchain.getStatus", json!({})).await,
        expect![[r#"
        {
          "lastBlockNumber": 3,
          "lastBlockRefHiveBlockNumber": 3,
          "lastHash": "<hash>",
          "lastParsedHiveBlockNumber": 3,
          "SSCnodeVersion": "<version>",
          "domain": "tartan.example",
          "chainId": "dev",
          "disabledMethods": {
            "blockchain": [
              "getBlockRangeInfo",
              "getStatus"
            ],
            "contracts": []
          },
          "lightNode": false
        }"#]],
    );
}

#[tokio::test]
async fn blocks_and_transactions() {
    let served = Served::start(Flavor::Hive).await;
    let latest = served
        .call("/blockchain", "getLatestBlockInfo", json!({}))
        .await;
    check(
        &latest,
        expect![[r#"
        {
          "_id": 3,
          "blockNumber": 3,
          "refHiveBlockNumber": 3,
          "refHiveBlockId": "0000000307070707070707070707070707070707",
          "prevRefHiveBlockId": "0000000207070707070707070707070707070707",
          "previousHash": "<hash>",
          "previousDatabaseHash": "<hash>",
          "timestamp": "2020-09-13T12:26:49",
          "transactions": [
            {
              "refHiveBlockNumber": 3,
              "transactionId": "0000000300000000a0a0a0a0a0a0a0a0a0a0a0a0",
              "sender": "alice",
              "contract": "tokens",
              "action": "issue",
              "payload": "{\"symbol\":\"COOL\",\"to\":\"alice\",\"quantity\":\"100\",\"isSignedWithActiveKey\":true}",
              "executedCodeHash": "<hash>",
              "hash": "<hash>",
              "databaseHash": "<hash>",
              "logs": "{\"events\":[{\"contract\":\"tokens\",\"event\":\"transferFromContract\",\"data\":{\"from\":\"tokens\",\"to\":\"alice\",\"symbol\":\"COOL\",\"quantity\":\"100.000\"}}]}"
            },
            {
              "refHiveBlockNumber": 3,
              "transactionId": "0000000300000001a0a0a0a0a0a0a0a0a0a0a0a0",
              "sender": "alice",
              "contract": "tokens",
              "action": "issue",
              "payload": "{\"symbol\":\"COOL\",\"to\":\"bob\",\"quantity\":\"100\",\"isSignedWithActiveKey\":true}",
              "executedCodeHash": "<hash>",
              "hash": "<hash>",
              "databaseHash": "<hash>",
              "logs": "{\"events\":[{\"contract\":\"tokens\",\"event\":\"transferFromContract\",\"data\":{\"from\":\"tokens\",\"to\":\"bob\",\"symbol\":\"COOL\",\"quantity\":\"100.000\"}}]}"
            },
            {
              "refHiveBlockNumber": 3,
              "transactionId": "0000000300000002a0a0a0a0a0a0a0a0a0a0a0a0",
              "sender": "alice",
              "contract": "tokens",
              "action": "issue",
              "payload": "{\"symbol\":\"COOL\",\"to\":\"carol\",\"quantity\":\"100\",\"isSignedWithActiveKey\":true}",
              "executedCodeHash": "<hash>",
              "hash": "<hash>",
              "databaseHash": "<hash>",
              "logs": "{\"events\":[{\"contract\":\"tokens\",\"event\":\"transferFromContract\",\"data\":{\"from\":\"tokens\",\"to\":\"carol\",\"symbol\":\"COOL\",\"quantity\":\"100.000\"}}]}"
            }
          ],
          "virtualTransactions": [],
          "hash": "<hash>",
          "databaseHash": "<hash>",
          "merkleRoot": "<hash>",
          "round": null,
          "roundHash": "",
          "witness": "",
          "signingKey": "",
          "roundSignature": ""
        }"#]],
    );
    assert_eq!(
        served
            .call("/blockchain", "getBlockInfo", json!({ "blockNumber": 3 }))
            .await,
        latest
    );
    assert_eq!(
        served
            .call(
                "/",
                "blockchain.getBlockInfoByHiveBlock",
                json!({ "hiveBlockNumber": 3 })
            )
            .await,
        latest
    );
    for nothing in [-1, 4, i64::MAX] {
        assert_eq!(
            served
                .call(
                    "/blockchain",
                    "getBlockInfo",
                    json!({ "blockNumber": nothing })
                )
                .await,
            Value::Null
        );
        let by_main = served
            .call(
                "/blockchain",
                "getBlockInfoByHiveBlock",
                json!({ "hiveBlockNumber": nothing }),
            )
            .await;
        assert_eq!(by_main, Value::Null);
    }
    let range = |start: i64, count: i64| {
        served.call(
            "/blockchain",
            "getBlockRangeInfo",
            json!({ "startBlockNumber": start, "count": count }),
        )
    };
    let numbers = |blocks: Value| -> Vec<u64> {
        blocks
            .as_array()
            .unwrap()
            .iter()
            .map(|block| block["blockNumber"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers(range(2, 1000).await), [2, 3]);
    assert_eq!(numbers(range(0, 2).await), [0, 1]);
    assert_eq!(numbers(range(-1, 2).await), [0]);
    assert_eq!(numbers(range(9, 2).await), [0; 0]);
    assert_eq!(numbers(range(1, -5).await), [0; 0]);
    assert_eq!(
        range(2, 1).await[0],
        served
            .call("/blockchain", "getBlockInfo", json!({ "blockNumber": 2 }))
            .await
    );

    let id = latest["transactions"][1]["transactionId"].as_str().unwrap();
    check(
        &served
            .call("/blockchain", "getTransactionInfo", json!({ "txid": id }))
            .await,
        expect![[r#"
        {
          "blockNumber": 3,
          "refHiveBlockNumber": 3,
          "transactionId": "0000000300000001a0a0a0a0a0a0a0a0a0a0a0a0",
          "sender": "alice",
          "contract": "tokens",
          "action": "issue",
          "payload": "{\"symbol\":\"COOL\",\"to\":\"bob\",\"quantity\":\"100\",\"isSignedWithActiveKey\":true}",
          "executedCodeHash": "<hash>",
          "hash": "<hash>",
          "databaseHash": "<hash>",
          "logs": "{\"events\":[{\"contract\":\"tokens\",\"event\":\"transferFromContract\",\"data\":{\"from\":\"tokens\",\"to\":\"bob\",\"symbol\":\"COOL\",\"quantity\":\"100.000\"}}]}"
        }"#]],
    );
    assert_eq!(
        served
            .call("/blockchain", "getTransactionInfo", json!({ "txid": "0" }))
            .await,
        Value::Null
    );
}

#[tokio::test]
async fn a_bundle_is_found_by_the_id_of_its_main_chain_transaction() {
    let mut served = Served::start(Flavor::Hive).await;
    let call = json!({ "contractName": "x", "contractAction": "y", "contractPayload": {} });
    let operation = MainOperation::CustomJson {
        required_auths: vec!["alice".to_owned()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: json!([call, call]).to_string(),
    };
    let block = served.apply_operations(vec![vec![operation]]);
    let id = block.transactions[0].id.to_string();
    let bundle = served
        .call("/blockchain", "getTransactionInfo", json!({ "txid": id }))
        .await;
    let seen: Vec<_> = bundle
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            (
                part["blockNumber"].clone(),
                part["transactionIndex"].clone(),
                part["transactionId"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (json!(4), json!(0), json!(format!("{id}-0"))),
            (json!(4), json!(1), json!(format!("{id}-1"))),
        ]
    );
}

#[tokio::test]
async fn rows_of_tables() {
    let served = Served::start(Flavor::Hive).await;
    let one = json!({ "contract": "tokens", "table": "balances", "query": { "account": "bob", "symbol": "COOL" } });
    check(
        &served.call("/contracts", "findOne", one).await,
        expect![[r#"
        {
          "_id": 6,
          "account": "bob",
          "symbol": "COOL",
          "balance": "100.000",
          "stake": "0",
          "pendingUnstake": "0",
          "delegationsIn": "0",
          "delegationsOut": "0",
          "pendingUndelegations": "0"
        }"#]],
    );
    let find = |params: Value| {
        let mut all =
            json!({ "contract": "tokens", "table": "balances", "query": { "symbol": "COOL" } });
        all.as_object_mut()
            .unwrap()
            .extend(params.as_object().unwrap().clone());
        served.call("/contracts", "find", all)
    };
    let accounts = |rows: Value| -> Vec<String> {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["account"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(accounts(find(json!({})).await), ["alice", "bob", "carol"]);
    assert_eq!(
        accounts(find(json!({ "limit": 1, "offset": 1 })).await),
        ["bob"]
    );
    assert_eq!(
        accounts(find(json!({ "limit": 0, "offset": null, "indexes": [] })).await),
        ["alice", "bob", "carol"]
    );
    let by_account = json!([{ "index": "account", "descending": true }]);
    assert_eq!(
        accounts(find(json!({ "indexes": by_account })).await),
        ["carol", "bob", "alice"]
    );
    let by_id = json!([{ "index": "$loki", "descending": true }]);
    assert_eq!(
        accounts(find(json!({ "indexes": by_id, "limit": 1 })).await),
        ["carol"]
    );
    let unknown = json!([{ "index": "balance", "descending": true }]);
    assert_eq!(
        accounts(find(json!({ "indexes": unknown })).await),
        ["alice", "bob", "carol"],
        "as the reference"
    );
    let narrow = json!({ "query": { "account": { "$in": ["bob", "carol"] }, "symbol": "COOL" } });
    assert_eq!(accounts(find(narrow).await), ["bob", "carol"]);
    let projected =
        find(json!({ "project": { "account": 1, "balance": 1, "_id": 0 }, "limit": 1 })).await;
    assert_eq!(
        projected,
        json!([{ "account": "alice", "balance": "100.000" }])
    );

    for (method, nothing) in [("findOne", Value::Null), ("find", json!([]))] {
        let missing =
            json!({ "contract": "tokens", "table": "balances", "query": { "account": "nobody" } });
        assert_eq!(served.call("/contracts", method, missing).await, nothing);
        let no_table = json!({ "contract": "tokens", "table": "none", "query": {} });
        assert_eq!(
            served.call("/contracts", method, no_table).await,
            Value::Null
        );
        let no_contract = json!({ "contract": "none", "table": "balances", "query": {} });
        assert_eq!(
            served.call("/contracts", method, no_contract).await,
            Value::Null
        );
    }
}

#[tokio::test]
async fn contracts_are_shown_with_their_tables() {
    let served = Served::start(Flavor::Hive).await;
    let contract = served
        .call("/contracts", "getContract", json!({ "name": "tokens" }))
        .await;
    check(
        &contract,
        expect![[r#"
            {
              "_id": "tokens",
              "owner": "hive-engine",
              "code": "native:tokens:1",
              "codeHash": "<hash>",
              "tables": {
                "tokens_tokens": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 1,
                  "primaryKey": null
                },
                "tokens_balances": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 1,
                  "primaryKey": null
                },
                "tokens_contractsBalances": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 1,
                  "primaryKey": null
                },
                "tokens_params": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 0,
                  "primaryKey": null
                },
                "tokens_pendingUnstakes": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 3,
                  "primaryKey": null
                },
                "tokens_delegations": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 2,
                  "primaryKey": null
                },
                "tokens_pendingUndelegations": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 2,
                  "primaryKey": null
                },
                "tokens_deposits": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 1,
                  "primaryKey": null
                },
                "tokens_contractDeposits": {
                  "size": 0,
                  "hash": "",
                  "nbIndexes": 1,
                  "primaryKey": null
                }
              },
              "version": 1
            }"#]],
    );
    assert_eq!(
        served
            .call("/contracts", "getContract", json!({ "name": "none" }))
            .await,
        Value::Null
    );
}

#[tokio::test]
async fn wrong_parameters_are_refused_in_the_words_of_the_reference() {
    let served = Served::with(Flavor::Hive, |config| {
        config.limits.max_limit = 10;
        config.limits.max_offset = Some(20);
        config
            .disabled_methods
            .insert("contracts.getContract".to_owned());
        config
            .disabled_methods
            .insert("blockchain.getLatestBlockInfo".to_owned());
    });
    let served = served.await;
    let check = async |method: &str, params: Value, expected: Value| {
        let found = served.call("/", method, params.clone()).await;
        assert_eq!(found, expected, "{method} {params}");
    };
    let required = |name: &str| {
        refused(
            400,
            &format!("missing or wrong parameters: {name} is required"),
        )
    };
    for wrong in [
        json!({}),
        json!([1]),
        json!({ "blockNumber": "1" }),
        json!({ "blockNumber": 1.5 }),
    ] {
        check("blockchain.getBlockInfo", wrong, required("blockNumber")).await;
    }
    check(
        "blockchain.getBlockInfoByHiveBlock",
        json!({ "hiveBlockNumber": null }),
        required("hiveBlockNumber"),
    )
    .await;
    check(
        "blockchain.getBlockRangeInfo",
        json!({ "count": 1 }),
        required("startBlockNumber"),
    )
    .await;
    check(
        "blockchain.getBlockRangeInfo",
        json!({ "startBlockNumber": 1 }),
        required("count"),
    )
    .await;
    let many = json!({ "startBlockNumber": 1, "count": 1001 });
    check(
        "blockchain.getBlockRangeInfo",
        many,
        refused(400, "count can not be over 1000"),
    )
    .await;
    for wrong in [json!({}), json!({ "txid": "" }), json!({ "txid": 1 })] {
        check("blockchain.getTransactionInfo", wrong, required("txid")).await;
    }
    let parts = refused(
        400,
        "missing or wrong parameters: contract, table and query are required",
    );
    for wrong in [
        json!({}),
        json!({ "contract": "tokens", "table": "balances" }),
        json!({ "contract": "tokens", "table": "balances", "query": null }),
        json!({ "contract": "tokens", "table": "balances", "query": [] }),
        json!({ "contract": "tokens", "table": "", "query": {} }),
        json!({ "contract": 1, "table": "balances", "query": {} }),
    ] {
        check("contracts.find", wrong.clone(), parts.clone()).await;
        check("contracts.findOne", wrong, parts.clone()).await;
    }
    let find = |name: &str, value: Value| json!({ "contract": "tokens", "table": "balances", "query": {}, name: value });
    check(
        "contracts.find",
        find("limit", json!(11)),
        refused(400, "limit is too high, maximum limit is 10"),
    )
    .await;
    check(
        "contracts.find",
        find("offset", json!(21)),
        refused(400, "offset is too high, maximum offset is 20"),
    )
    .await;
    let arbitrary = refused(
        400,
        "arbitrary key for project is not allowed, you may only include or exclude existing keys",
    );
    for project in [
        json!({ "a": "$b" }),
        json!({ "a": true }),
        json!({ "a": 2 }),
        json!({ "a": {} }),
    ] {
        check(
            "contracts.find",
            find("project", project.clone()),
            arbitrary.clone(),
        )
        .await;
        check(
            "contracts.findOne",
            find("project", project),
            arbitrary.clone(),
        )
        .await;
    }
    let disabled = refused(400, "method contracts.getContract is disabled");
    check(
        "contracts.getContract",
        json!({ "name": "tokens" }),
        disabled,
    )
    .await;
    let disabled = refused(400, "method blockchain.getLatestBlockInfo is disabled");
    check("blockchain.getLatestBlockInfo", json!({}), disabled).await;
}

#[tokio::test]
async fn what_the_reference_lets_pass_is_refused_with_a_reason() {
    let served = Served::with(Flavor::Hive, |config| config.limits.max_examined_rows = 2).await;
    let check = async |params: Value, expected: Expect| {
        let mut all = json!({ "contract": "tokens", "table": "balances", "query": {} });
        all.as_object_mut()
            .unwrap()
            .extend(params.as_object().unwrap().clone());
        let found = served.call("/contracts", "find", all).await;
        expected.assert_eq(&format!("{} {}", found["code"], found["message"]));
    };
    check(
        json!({ "limit": -1 }),
        expect![[
            r#"400 "missing or wrong parameters: expected limit to be a number of rows, found -1""#
        ]],
    )
    .await;
    check(
        json!({ "limit": 1.5 }),
        expect![[
            r#"400 "missing or wrong parameters: expected limit to be a number of rows, found 1.5""#
        ]],
    )
    .await;
    check(json!({ "limit": "10" }), expect![[r#"400 "missing or wrong parameters: expected limit to be a number of rows, found \"10\"""#]]).await;
    check(
        json!({ "offset": -1 }),
        expect![[
            r#"400 "missing or wrong parameters: expected offset to be a number of rows, found -1""#
        ]],
    )
    .await;
    check(json!({ "indexes": "account" }), expect![[r#"400 "missing or wrong parameters: expected indexes to be a list of {\"index\": name, \"descending\": bool}""#]]).await;
    check(json!({ "indexes": [{ "descending": true }] }), expect![[r#"400 "missing or wrong parameters: expected indexes to be a list of {\"index\": name, \"descending\": bool}""#]]).await;
    check(
        json!({ "query": { "$where": "sleep(1000)" } }),
        expect![[r#"400 "unknown operator $where""#]],
    )
    .await;
    check(
        json!({ "query": { "account": { "$near": [0, 0] } } }),
        expect![[r#"400 "unknown operator $near""#]],
    )
    .await;
    check(json!({ "query": { "account": { "$regex": "(" } } }), expect![[r#"400 "invalid regular expression \"(\": regex parse error:\n    (\n    ^\nerror: unclosed group""#]]).await;
    check(
        json!({ "query": { "balance": { "$numberDecimal": "x" } } }),
        expect![[r#"400 "x not a valid Decimal128 string""#]],
    )
    .await;
    check(
        json!({ "query": { "balance": "1" } }),
        expect![[
            r#"400 "query too expensive: examined 3 rows, the limit is 2; narrow it by an index""#
        ]],
    )
    .await;
    check(
        json!({ "project": { "a": 1, "b": 0 } }),
        expect![[r#"400 "malformed query: a projection either keeps or drops fields""#]],
    )
    .await;
}

#[tokio::test]
async fn steem_has_words_of_its_own() {
    let served = Served::start(Flavor::Steem).await;
    let parts = refused(
        400,
        "missing or wrong parameters: contract and tableName are required",
    );
    assert_eq!(served.call("/contracts", "find", json!({})).await, parts);
    assert_eq!(served.call("/contracts", "findOne", json!({})).await, parts);
    let contract = refused(400, "missing or wrong parameters: contract is required");
    assert_eq!(
        served.call("/contracts", "getContract", json!({})).await,
        contract
    );
    let by_main = served
        .call(
            "/blockchain",
            "getBlockInfoBySteemBlock",
            json!({ "steemBlockNumber": 2 }),
        )
        .await;
    assert_eq!(
        (&by_main["blockNumber"], &by_main["refSteemBlockNumber"]),
        (&json!(2), &json!(2))
    );
    let not_found = refused(-32601, "Method not found");
    assert_eq!(
        served
            .call("/blockchain", "getBlockInfoByHiveBlock", json!({}))
            .await,
        not_found
    );
}
