//! Lines and their answers; a session begins and begins anew.

use expect_test::expect;
use serde_json::{Value, json};

use super::{ask, block, check_error, transfer, with_tokens};
use crate::{Sandbox, serve};

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
