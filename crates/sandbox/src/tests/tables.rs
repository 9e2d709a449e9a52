//! Tables: reading, searching, changing them from outside, the whole state.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::{ask, block, check_error, transaction, transfer, with_tokens};

#[test]
fn contracts_and_tables() {
    let mut sandbox = with_tokens();
    let contract = ask(&mut sandbox, "findContract", json!({ "name": "tokens" }));
    assert_eq!(contract["owner"], "hive-engine");
    expect![[r#"{"size":0,"hash":"e67e72111b363d80c8124d28193926000980e1211c7986cacbd26aacc5528d48","nbIndexes":1,"primaryKey":null}"#]].assert_eq(&contract["tables"]["tokens_balances"].to_string());
    assert_eq!(
        ask(&mut sandbox, "findContract", json!({ "name": "nft" })),
        Value::Null
    );
    let table = |table: &str| json!({ "contract": "tokens", "table": table });
    assert_eq!(ask(&mut sandbox, "tableExists", table("balances")), true);
    assert_eq!(ask(&mut sandbox, "tableExists", table("nothing")), false);
    assert_eq!(
        ask(&mut sandbox, "getTableDetails", table("nothing")),
        Value::Null
    );
    expect![[r#"{"size":0,"hash":"e67e72111b363d80c8124d28193926000980e1211c7986cacbd26aacc5528d48","nbIndexes":1,"primaryKey":null,"indexes":{"_id_":[["_id",1]],"account_1":[["account",1]]}}"#]]
        .assert_eq(&ask(&mut sandbox, "getTableDetails", table("balances")).to_string());
}

#[test]
fn records_from_outside() {
    let mut sandbox = with_tokens();
    let record = |record: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        json!({ "contract": "tokens", "table": "balances", "record": record })
    };
    let inserted = ask(
        &mut sandbox,
        "insert",
        record(
            r#"{"symbol":"X","when":{"$date":"2026-01-01T00:00:00Z"},"price":{"$numberDecimal":"1.50"},"count":2.0}"#,
        ),
    );
    expect![[r#"{"_id":3,"symbol":"X","when":{"$date":"2026-01-01T00:00:00Z"},"price":{"$numberDecimal":"1.50"},"count":2}"#]].assert_eq(&inserted.to_string());
    let mut update = record(r#"{"_id":2,"zoo":1,"count":3,"bear":2}"#);
    update["unsets"] = json!({ "symbol": "" });
    assert_eq!(ask(&mut sandbox, "update", update), Value::Null);
    let query = json!({ "contract": "tokens", "table": "balances", "query": { "$loki": 2 } });
    expect![[r#"{"_id":2,"account":"alice","balance":"10.00000000","stake":"0","pendingUnstake":"0","delegationsIn":"0","delegationsOut":"0","pendingUndelegations":"0","bear":2,"count":3,"zoo":1}"#]].assert_eq(&ask(&mut sandbox, "findOne", query.clone()).to_string());
    assert_eq!(ask(&mut sandbox, "count", query.clone()), 1);
    assert_eq!(
        ask(&mut sandbox, "remove", record(r#"{"_id":2}"#)),
        Value::Null
    );
    assert_eq!(ask(&mut sandbox, "findOne", query), Value::Null);
    check_error(
        &mut sandbox,
        "update",
        record("{}"),
        expect!["INVALID_PARAMS: table tokens.balances: an update needs an _id"],
    );
    let mut both = record(r#"{"_id":1,"account":"x"}"#);
    both["unsets"] = json!({ "account": 1 });
    check_error(
        &mut sandbox,
        "update",
        both,
        expect![[
            r#"INVALID_PARAMS: table tokens.balances: field "account" is both set and unset"#
        ]],
    );
    let nowhere = json!({ "contract": "nft", "table": "nfts", "record": {} });
    assert_eq!(ask(&mut sandbox, "insert", nowhere), Value::Null);
}

/// Changes from outside are in no hash.
#[test]
fn meddling_leaves_the_hashes() {
    let hash = |meddle: bool| {
        let mut sandbox = with_tokens();
        if meddle {
            let record = json!({ "_id": 1, "other": "field" });
            ask(
                &mut sandbox,
                "update",
                json!({ "contract": "tokens", "table": "balances", "record": record }),
            );
        }
        ask(
            &mut sandbox,
            "produceBlock",
            block(60_000_000, vec![transfer("t1", "4")]),
        )
    };
    assert_eq!(hash(true), hash(false));
}

#[test]
fn searching() {
    let mut sandbox = with_tokens();
    for (id, to) in [("t1", "carol"), ("t2", "bob")] {
        let payload =
            json!({ "symbol": "BEE", "to": to, "quantity": "1", "isSignedWithActiveKey": true });
        let number = if id == "t1" { 60_000_000 } else { 60_000_001 };
        ask(
            &mut sandbox,
            "produceBlock",
            block(number, vec![transaction(id, "alice", "transfer", payload)]),
        );
    }
    let mut accounts = |extra: Value| -> String {
        // the ledger has an account of its own
        let query = json!({ "account": { "$ne": "null" } });
        let mut params = json!({ "contract": "tokens", "table": "balances", "query": query });
        params
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let rows = ask(&mut sandbox, "find", params);
        let names = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["account"].as_str().unwrap().to_string());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(accounts(json!({})), "alice carol bob");
    let by = |index: &str, descending: bool| json!({ "indexes": [{ "index": index, "descending": descending }] });
    assert_eq!(accounts(by("account", false)), "alice bob carol");
    assert_eq!(accounts(by("account", true)), "carol bob alice");
    assert_eq!(
        accounts(by("balance", true)),
        "alice carol bob",
        "it has no index"
    );
    assert_eq!(accounts(json!({ "limit": 1, "offset": 1 })), "carol");
    assert_eq!(
        accounts(json!({ "limit": 0, "offset": null })),
        "alice carol bob"
    );
    assert_eq!(
        accounts(json!({ "query": { "account": { "$regex": "^[ab]" } } })),
        "alice bob"
    );
    let mut question = |extra: Value, expected: Expect| {
        let mut params = json!({ "contract": "tokens", "table": "balances", "query": {} });
        params
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        check_error(&mut sandbox, "find", params, expected);
    };
    question(
        json!({ "query": { "a": { "$near": 1 } } }),
        expect!["QUERY: unknown operator $near"],
    );
    question(
        json!({ "query": { "a": { "$numberDecimal": "x" } } }),
        expect!["QUERY: malformed query: x not a valid Decimal128 string"],
    );
    question(
        json!({ "query": 5 }),
        expect!["INVALID_PARAMS: find: expected query to be an object, found 5"],
    );
    question(
        json!({ "query": null }),
        expect!["INVALID_PARAMS: find: expected query to be an object, found none"],
    );
    question(
        json!({ "limit": -1 }),
        expect!["INVALID_PARAMS: find: expected limit to be a whole number from 0 on, found -1"],
    );
    question(
        json!({ "indexes": [{ "index": 1 }] }),
        expect![[
            r#"INVALID_PARAMS: find: expected indexes to be a list of {"index": string, "descending": boolean}, found an object"#
        ]],
    );
    question(
        json!({ "project": { "a": 1, "b": 0 } }),
        expect!["QUERY: malformed query: a projection either keeps or drops fields"],
    );
}

#[test]
fn the_whole_state() {
    let mut sandbox = with_tokens();
    let dump = ask(
        &mut sandbox,
        "dump",
        json!({ "contract": "tokens", "codes": true }),
    );
    let tokens = &dump["contracts"]["tokens"];
    let fields = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(fields(&dump), "contracts contractsConfig");
    assert_eq!(fields(tokens), "owner version codeHash code tables");
    assert_eq!(
        fields(&tokens["tables"]["balances"]),
        "size hash nbIndexes primaryKey indexes records"
    );
    expect![[r#"[{"_id":1,"account":"null","symbol":"BEE","balance":"0.00000000","stake":"0","pendingUnstake":"0","delegationsIn":"0","delegationsOut":"0","pendingUndelegations":"0"},{"_id":2,"account":"alice","symbol":"BEE","balance":"10.00000000","stake":"0","pendingUnstake":"0","delegationsIn":"0","delegationsOut":"0","pendingUndelegations":"0"}]"#]].assert_eq(&tokens["tables"]["balances"]["records"].to_string());
    let nothing = ask(&mut sandbox, "dump", json!({ "contract": "nft" }));
    assert_eq!(nothing["contracts"], json!({}));
    let plain = ask(&mut sandbox, "dump", json!({}));
    assert_eq!(
        fields(&plain["contracts"]["tokens"]),
        "owner version codeHash tables"
    );
}
