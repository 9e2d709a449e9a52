//! Blocks that are produced and given: what they do, what they need, what fails them.

use expect_test::expect;
use serde_json::{Value, json};

use super::{answer, ask, balances, block, check_error, transfer, with_tokens};

#[test]
fn transfers() {
    let mut sandbox = with_tokens();
    let produced = ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![transfer("t1", "4"), transfer("t2", "40")]),
    );
    assert_eq!(produced["blockNumber"], 1);
    expect![[r#"[{"account":"null","balance":"0.00000000"},{"account":"alice","balance":"6.00000000"},{"account":"bob","balance":"4"}]"#]]
    .assert_eq(&balances(&mut sandbox).to_string());
    let found = ask(&mut sandbox, "getTransactionInfo", json!({ "txid": "t2" }));
    assert_eq!(found["blockNumber"], 1);
    assert_eq!(found["logs"], r#"{"errors":["overdrawn balance"]}"#);
    assert_eq!(
        ask(&mut sandbox, "getTransactionInfo", json!({ "txid": "t3" })),
        Value::Null
    );
    let blocks = ask(
        &mut sandbox,
        "getBlockRangeInfo",
        json!({ "startBlockNumber": 0, "count": 5 }),
    );
    assert_eq!(blocks.as_array().unwrap().len(), 2);
    assert_eq!(blocks[1]["hash"], produced["hash"]);
    assert_eq!(blocks[1]["databaseHash"], produced["databaseHash"]);
}

#[test]
fn nothing_is_produced() {
    let mut sandbox = with_tokens();
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![transfer("t1", "1")]),
    );
    let nothing = json!({ "produced": false });
    for (number, transactions) in [
        (60_000_001, vec![]),
        (60_000_000, vec![transfer("t2", "1")]),
    ] {
        let result = ask(&mut sandbox, "produceBlock", block(number, transactions));
        assert_eq!(result, nothing);
    }
    assert_eq!(
        ask(&mut sandbox, "getLatestBlockInfo", json!({}))["blockNumber"],
        1
    );
    // a comparison with a number that is not set is false
    let mut unset = block(0, vec![transfer("t2", "1")]);
    unset["block"]["refHiveBlockNumber"] = Value::Null;
    assert_eq!(ask(&mut sandbox, "produceBlock", unset)["blockNumber"], 2);
    let latest = ask(&mut sandbox, "getLatestBlockInfo", json!({}));
    assert_eq!(latest["refHiveBlockNumber"], Value::Null);
}

#[test]
fn a_known_id_fails_the_block() {
    let mut sandbox = with_tokens();
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![transfer("t1", "1")]),
    );
    let before = ask(&mut sandbox, "dump", json!({}));
    for transactions in [
        vec![transfer("t2", "1"), transfer("t1", "1")],
        vec![transfer("t2", "1"), transfer("t2", "1")],
    ] {
        let block = block(60_000_001, transactions);
        let answer = answer(&mut sandbox, "produceBlock", block);
        assert_eq!(answer["error"]["code"], "INTERNAL", "{answer}");
    }
    assert_eq!(ask(&mut sandbox, "dump", json!({})), before);
    let produced = ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_001, vec![transfer("t2", "1")]),
    );
    assert_eq!(produced["blockNumber"], 2);
}

#[test]
fn given_blocks() {
    let mut sandbox = with_tokens();
    let given = json!({ "blockNumber": 700, "refHiveBlockNumber": 60_000_000, "hash": "PREV", "odd": { "a": [1.5] },
        "transactions": [{ "transactionId": "g1", "logs": {} }] });
    assert_eq!(
        ask(&mut sandbox, "addBlock", json!({ "block": given })),
        Value::Null
    );
    let latest = ask(&mut sandbox, "getLatestBlockInfo", json!({}));
    expect![[r#"{"_id":1,"blockNumber":700,"refHiveBlockNumber":60000000,"hash":"PREV","odd":{"a":[1.5]},"transactions":[{"transactionId":"g1","logs":{}}]}"#]].assert_eq(&latest.to_string());
    assert_eq!(
        ask(&mut sandbox, "getBlockInfo", json!({ "blockNumber": 1 })),
        latest
    );
    assert_eq!(
        ask(&mut sandbox, "getBlockInfo", json!({ "blockNumber": 700 })),
        Value::Null
    );
    expect![[r#"{"blockNumber":700,"transactionId":"g1","logs":{}}"#]]
        .assert_eq(&ask(&mut sandbox, "getTransactionInfo", json!({ "txid": "g1" })).to_string());
    let produced = ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_001, vec![transfer("t1", "1")]),
    );
    assert_eq!(produced["blockNumber"], 701);
    let latest = ask(&mut sandbox, "getLatestBlockInfo", json!({}));
    assert_eq!(
        (&latest["_id"], &latest["blockNumber"]),
        (&json!(2), &json!(701))
    );
}

/// The twenty-first transaction of an account is dropped where the limit is in force and not switched off.
#[test]
fn the_per_user_limit() {
    for (enabled, kept) in [(true, 20), (false, 21)] {
        let mut sandbox = with_tokens();
        let config = json!({ "enablePerUserTxLimit": enabled });
        ask(
            &mut sandbox,
            "reset",
            json!({ "config": config, "genesis": [] }),
        );
        let transactions = (0..21).map(|n| transfer(&format!("t{n}"), "1")).collect();
        ask(
            &mut sandbox,
            "produceBlock",
            block(93_100_601, transactions),
        );
        let latest = ask(&mut sandbox, "getLatestBlockInfo", json!({}));
        assert_eq!(latest["transactions"].as_array().unwrap().len(), kept);
    }
}

#[test]
fn what_blocks_need() {
    let mut sandbox = with_tokens();
    check_error(
        &mut sandbox,
        "produceBlock",
        json!({}),
        expect!["INVALID_PARAMS: produceBlock: expected block to be an object, found none"],
    );
    check_error(
        &mut sandbox,
        "produceBlock",
        json!({ "block": { "timestamp": 5 } }),
        expect!["INVALID_PARAMS: block: expected timestamp to be a string, found 5"],
    );
    let mut lacking = transfer("t1", "1");
    lacking.as_object_mut().unwrap().remove("transactionId");
    check_error(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![lacking]),
        expect![
            "INVALID_PARAMS: transaction 0: expected transactionId to be a string or a whole number from 0 on, found none"
        ],
    );
    let mut number = transfer("t1", "1");
    number["refHiveBlockNumber"] = json!(1.5);
    check_error(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![number]),
        expect![
            "INVALID_PARAMS: transaction 0: expected refHiveBlockNumber to be a whole number from 0 on, found 1.5"
        ],
    );
    // fields that are no strings count as null, and such a transaction is kept
    let incomplete = json!({ "transactionId": 5, "sender": "alice", "contract": 7 });
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![incomplete]),
    );
    let found = ask(&mut sandbox, "getTransactionInfo", json!({ "txid": 5 }));
    expect![[r#"{"blockNumber":1,"refHiveBlockNumber":null,"transactionId":5,"sender":"alice","contract":null,"action":null,"payload":null,"executedCodeHash":"","hash":"4fa848984893cadd213dbea6b875cf0bb2eefeda8020aa9cf084ba3e8f6c22cb","databaseHash":"81101715885664601724967b5500f09684be427d9a85e5d9968852c0093f8504","logs":"{\"errors\":[\"the parameters sender, contract and action are required\"]}"}"#]].assert_eq(&found.to_string());
}
