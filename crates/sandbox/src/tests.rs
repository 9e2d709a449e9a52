//! Whole sessions: requests in, answers out.

mod scripts;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::{Sandbox, serve};

/// The result of a request that is served.
fn ask(sandbox: &mut Sandbox, method: &str, params: Value) -> Value {
    let answer = answer(sandbox, method, params);
    assert_eq!(answer.get("error"), None, "{method}: {answer}");
    answer["result"].clone()
}

fn answer(sandbox: &mut Sandbox, method: &str, params: Value) -> Value {
    let request = json!({ "id": "x", "method": method, "params": params });
    let answer: Value = serde_json::from_str(&sandbox.handle_line(&request.to_string())).unwrap();
    assert_eq!(answer["id"], "x");
    answer
}

fn check_error(sandbox: &mut Sandbox, method: &str, params: Value, expected: Expect) {
    let answer = answer(sandbox, method, params);
    let error = &answer["error"];
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_string();
    expected.assert_eq(&format!("{}: {}", text("code"), text("message")));
    assert_eq!(answer.get("result"), None);
}

fn deploy(name: &str, sender: &str) -> Value {
    let payload = json!({ "name": name, "params": "", "code": "aWdub3JlZA==" }).to_string();
    json!({ "transactionId": 0, "sender": sender, "contract": "contract", "action": "deploy", "payload": payload })
}

fn transaction(id: &str, sender: &str, action: &str, payload: Value) -> Value {
    json!({ "refHiveBlockNumber": 60_000_000, "transactionId": id, "sender": sender,
        "contract": "tokens", "action": action, "payload": payload.to_string() })
}

fn block(number: u64, transactions: Vec<Value>) -> Value {
    json!({ "block": { "refHiveBlockNumber": number, "refHiveBlockId": "bb", "prevRefHiveBlockId": "aa",
        "timestamp": "2026-01-01T00:00:00", "transactions": transactions } })
}

/// A chain with the native token ledger, a token and an account that holds some.
fn with_tokens() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let call = |action, payload: Value| {
        let mut call = transaction("", "null", action, payload);
        call["transactionId"] = json!(0);
        call
    };
    let genesis = json!([
        deploy("tokens", "hive-engine"),
        call(
            "create",
            json!({ "name": "Bee", "symbol": "BEE", "precision": 8, "maxSupply": "1000", "isSignedWithActiveKey": true })
        ),
        call(
            "issue",
            json!({ "symbol": "BEE", "to": "alice", "quantity": "10", "isSignedWithActiveKey": true })
        ),
    ]);
    let config = json!({ "chainId": "demo", "native": ["tokens"] });
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": config, "genesis": genesis }),
    );
    sandbox
}

fn transfer(id: &str, quantity: &str) -> Value {
    transaction(
        id,
        "alice",
        "transfer",
        json!({ "symbol": "BEE", "to": "bob", "quantity": quantity, "isSignedWithActiveKey": true }),
    )
}

fn balances(sandbox: &mut Sandbox) -> Value {
    let query = json!({ "contract": "tokens", "table": "balances", "query": {}, "project": { "_id": 0, "account": 1, "balance": 1 } });
    ask(sandbox, "find", query)
}

/// The hash is that of the specification's session.
#[test]
fn an_empty_chain() {
    let mut sandbox = Sandbox::new();
    let reset = json!({ "config": { "chainId": "demo", "unknown": 1 }, "genesis": [] });
    let result = ask(&mut sandbox, "reset", reset);
    assert_eq!(
        result,
        json!({
            "blockNumber": 0,
            "hash": "a0d957ebdf60a7837e50fc537ca3bcc5c7971bf6e0bf013246ca2612aaa1a8bf",
            "databaseHash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        })
    );
    let block = ask(&mut sandbox, "getBlockInfo", json!({ "blockNumber": 0 }));
    let marker = &block["transactions"][0];
    assert_eq!(marker["transactionId"], 0);
    assert_eq!(marker["refHiveBlockNumber"], Value::Null);
    assert_eq!(marker["payload"], r#"{"chainId":"demo"}"#);
    assert_eq!(ask(&mut sandbox, "getLatestBlockInfo", json!({})), block);
    let config = ask(&mut sandbox, "getContractsConfig", json!({}));
    assert_eq!(
        config["contractTicks"][0],
        json!({ "contract": "tokens", "action": "checkPendingUnstakes", "startRefBlock": 0 })
    );
    assert_eq!(config["contractTicks"].as_array().unwrap().len(), 9);
}

#[test]
fn lines_and_their_answers() {
    let mut lines = Vec::new();
    for line in [
        &b"{\"id\":7,\"method\":\"tableExists\"}\r\n"[..],
        b"\n\r\n[1]\nno json\n",
        b"{\"id\":\"a\",\"method\":\"fly\"}\n",
        b"{\"method\":\"reset\",\"params\":[]}\n",
        b"\xff\n",
        b"{\"id\":1,\"method\":\"reset\",\"params\":{\"config\":{\"chainId\":5}}}\n",
        b"{\"id\":2,\"method\":\"reset\",\"params\":{\"config\":{\"native\":[\"poetry\"]}}}\n",
        b"{\"id\":3,\"method\":\"reset\",\"params\":{\"genesis\":[]}}\n",
        b"{\"id\":4,\"method\":\"tableExists\",\"params\":{\"contract\":\"a\",\"table\":\"b\"}}\n",
        b"{\"id\":5,\"method\":\"stop\"}\n",
        b"{\"id\":6,\"method\":\"reset\"}",
    ] {
        lines.extend_from_slice(line);
    }
    let mut answers = Vec::new();
    serve(&mut Sandbox::new(), lines.as_slice(), &mut answers).unwrap();
    expect![[r#"
        {"id":7,"error":{"code":"NO_CHAIN","message":"tableExists needs a chain: reset makes one"}}
        {"id":null,"error":{"code":"PARSE","message":"expected a JSON object on a line: found array"}}
        {"id":null,"error":{"code":"PARSE","message":"expected a JSON object on a line: expected a value at byte 0, found 'n'"}}
        {"id":"a","error":{"code":"UNKNOWN_METHOD","message":"there is no method \"fly\""}}
        {"id":null,"error":{"code":"INVALID_PARAMS","message":"expected params to be an object, found array"}}
        {"id":null,"error":{"code":"PARSE","message":"expected a JSON object on a line: invalid utf-8 sequence of 1 bytes from index 0"}}
        {"id":1,"error":{"code":"INVALID_PARAMS","message":"config: expected chainId to be a string, found 5"}}
        {"id":2,"error":{"code":"INVALID_PARAMS","message":"config: native: no native contract is called \"poetry\"; there are: (list)"}}
        {"id":3,"result":{"blockNumber":0,"hash":"bb521feaf44d4815cd64cff93b3f2fdfde019bba29e5ac0bf2469dc71364179e","databaseHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}
        {"id":4,"result":false}
        {"id":5,"result":null}
    "#]].assert_eq(&without_list(&String::from_utf8(answers).unwrap()));
}

/// The answers without the names of the native contracts, of which there are ever more.
fn without_list(answers: &str) -> String {
    let (before, behind) = answers.split_once("there are: ").unwrap();
    let (list, behind) = behind.split_once('"').unwrap();
    assert!(list.split(", ").any(|name| name == "tokens"), "{list}");
    format!("{before}there are: (list)\"{behind}")
}

#[test]
fn the_last_line_needs_no_end() {
    let mut answers = Vec::new();
    let line = br#"{"id":1,"method":"stop"}"#;
    serve(&mut Sandbox::new(), line.as_slice(), &mut answers).unwrap();
    assert_eq!(answers, b"{\"id\":1,\"result\":null}\n");
}

#[test]
fn long_lines_are_read() {
    let mut sandbox = Sandbox::new();
    let long = "x".repeat(64 << 20);
    let line = format!(r#"{{"id":1,"method":"reset","params":{{"genesis":[],"note":"{long}"}}}}"#);
    let answer = sandbox.handle_line(&line);
    assert!(
        answer.starts_with(r#"{"id":1,"result":{"blockNumber":0"#),
        "{answer}"
    );
}

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

#[test]
fn a_reset_begins_anew() {
    let mut sandbox = with_tokens();
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![transfer("t1", "1")]),
    );
    check_error(
        &mut sandbox,
        "reset",
        json!({ "genesis": [{}] }),
        expect![
            "INVALID_PARAMS: transaction 0: expected transactionId to be a string or a whole number from 0 on, found none"
        ],
    );
    assert_eq!(
        ask(&mut sandbox, "getLatestBlockInfo", json!({}))["blockNumber"],
        1
    );
    ask(&mut sandbox, "reset", json!({ "genesis": [] }));
    assert_eq!(
        ask(&mut sandbox, "getLatestBlockInfo", json!({}))["blockNumber"],
        0
    );
    assert_eq!(ask(&mut sandbox, "dump", json!({}))["contracts"], json!({}));
}

/// Without a list, genesis is the one built into the node: of its contracts those that the node has.
#[test]
fn the_built_in_genesis() {
    let mut sandbox = Sandbox::new();
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": { "native": ["tokens"], "genesisHiveBlock": 41_967_000 } }),
    );
    let query = json!({ "contract": "tokens", "table": "tokens", "query": {}, "project": { "symbol": 1, "supply": 1 } });
    expect![[r#"[{"_id":1,"symbol":"BEE","supply":"1500000.00000000"},{"_id":2,"symbol":"SWAP.HIVE","supply":"9007199254740991.00000000"}]"#]].assert_eq(&ask(&mut sandbox, "find", query).to_string());
    let genesis = ask(&mut sandbox, "getBlockInfo", json!({ "blockNumber": 0 }));
    assert_eq!(
        genesis["transactions"][0]["payload"],
        r#"{"chainId":"sandbox","genesisHiveBlock":41967000}"#
    );
    assert_eq!(genesis["transactions"][3]["refHiveBlockNumber"], 41_967_000);
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

/// A native contract is deployed and updated like any other; its code is ignored.
#[test]
fn natives_are_deployed() {
    let mut sandbox = Sandbox::new();
    let config = json!({ "native": ["tokens"] });
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": config, "genesis": [] }),
    );
    let mut deployment = deploy("tokens", "hive-engine");
    deployment["transactionId"] = json!("t1");
    let mut update = deploy("tokens", "honey-swap");
    update["transactionId"] = json!("t2");
    update["action"] = json!("update");
    let mut own = deployment.clone();
    own["transactionId"] = json!("t3");
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![deployment, update, own]),
    );
    let logs = |sandbox: &mut Sandbox, id: &str| {
        ask(sandbox, "getTransactionInfo", json!({ "txid": id }))["logs"].clone()
    };
    assert_eq!(logs(&mut sandbox, "t1"), "{}");
    assert_eq!(
        logs(&mut sandbox, "t2"),
        r#"{"errors":["you are not allowed to update this contract"]}"#
    );
    assert_eq!(logs(&mut sandbox, "t3"), "{}");
    assert_eq!(
        ask(&mut sandbox, "findContract", json!({ "name": "tokens" }))["version"],
        2
    );
}

/// What a native contract starts with can be chosen, as in a network file.
#[test]
fn settings_of_natives() {
    let mut sandbox = Sandbox::new();
    let reset = |settings: Value| json!({ "config": { "native": ["witnesses"], "contracts": settings }, "genesis": [] });
    let settings = json!({ "witnesses": { "top_witnesses": 2 } });
    ask(&mut sandbox, "reset", reset(settings));
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![deploy("witnesses", "hive-engine")]),
    );
    let query = json!({ "contract": "witnesses", "table": "params", "query": {} });
    let params = ask(&mut sandbox, "findOne", query);
    assert_eq!(params["numberOfWitnessSlots"], 3);
    assert_eq!(params["witnessSignaturesRequired"], 14);
    check_error(
        &mut sandbox,
        "reset",
        reset(json!({ "witnesses": { "slots": 2 } })),
        expect![
            "INVALID_PARAMS: config: contracts: unknown field `slots`, expected one of `top_witnesses`, `signatures_required`, `rounds_missed`, `proposition_blocks`, `approval_blocks`, `approvals_per_account`, `reward_per_block`, `reward_minimum`"
        ],
    );
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
