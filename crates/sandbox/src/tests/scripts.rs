//! The complete session of the sandbox's specification.

use expect_test::expect;
use serde_json::{Value, json};

use super::{ask, check_error};
use crate::Sandbox;

/// A contract that keeps notes, in Base64, as the session has it.
const NOTEBOOK_CODE: &str = "YWN0aW9ucy5jcmVhdGVTU0MgPSBhc3luYyAoKSA9PiB7IGF3YWl0IGFwaS5kYi5jcmVhdGVUYWJsZSgnbm90ZXMnLCBbJ2F1dGhvciddKTsgfTsKYWN0aW9ucy5hZGQgPSBhc3luYyAocGF5bG9hZCkgPT4gewogIGlmICghYXBpLmFzc2VydCh0eXBlb2YgcGF5bG9hZC50ZXh0ID09PSAnc3RyaW5nJyAmJiBwYXlsb2FkLnRleHQubGVuZ3RoID4gMCwgJ3RleHQgaXMgbWlzc2luZycpKSByZXR1cm47CiAgY29uc3Qgbm90ZSA9IGF3YWl0IGFwaS5kYi5pbnNlcnQoJ25vdGVzJywgeyBhdXRob3I6IGFwaS5zZW5kZXIsIHRleHQ6IHBheWxvYWQudGV4dCB9KTsKICBhcGkuZW1pdCgnYWRkZWQnLCB7IGlkOiBub3RlLl9pZCB9KTsKfTs=";

/// The session's requests behind `reset`, and their answers.
fn session() -> String {
    let mut sandbox = Sandbox::new();
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": { "chainId": "demo" }, "genesis": [] }),
    );
    let payload = json!({ "name": "notebook", "params": "", "code": NOTEBOOK_CODE }).to_string();
    let block = |number: u64, ids: [&str; 2], timestamp: &str, transactions: Value| {
        json!({ "block": { "refHiveBlockNumber": number, "refHiveBlockId": ids[1], "prevRefHiveBlockId": ids[0],
            "timestamp": timestamp, "transactions": transactions } })
    };
    let call = |id: &str, payload: &str| {
        json!({ "refHiveBlockNumber": 60_000_001, "transactionId": id, "sender": "alice", "contract": "notebook",
            "action": "add", "payload": payload })
    };
    let deploy = json!([{ "refHiveBlockNumber": 60_000_000, "transactionId": "t1", "sender": "hive-engine",
        "contract": "contract", "action": "deploy", "payload": payload }]);
    let calls = json!([call("t2", r#"{"text":"hello"}"#), call("t3", "{}")]);
    let mut answers = String::new();
    for (method, params) in [
        (
            "produceBlock",
            block(60_000_000, ["00", "aa"], "2026-01-01T00:00:00", deploy),
        ),
        (
            "produceBlock",
            block(60_000_001, ["aa", "bb"], "2026-01-01T00:00:03", calls),
        ),
        ("getTransactionInfo", json!({ "txid": "t2" })),
        ("getTransactionInfo", json!({ "txid": "t3" })),
        (
            "find",
            json!({ "contract": "notebook", "table": "notes", "query": { "author": "alice" } }),
        ),
        (
            "getTableDetails",
            json!({ "contract": "notebook", "table": "notes" }),
        ),
    ] {
        answers.push_str(&ask(&mut sandbox, method, params).to_string());
        answers.push('\n');
    }
    answers
}

#[test]
fn a_complete_session() {
    expect![[r#"
        {"produced":true,"blockNumber":1,"hash":"04803441edbc1c1e7edfc49dc059727259b6d93d87a37e8a7621e722cb10e65b","databaseHash":"3b7546ed79e3e5a7907381b093c5a182cbf364c5dd0443dfa956c8cca271cc33"}
        {"produced":true,"blockNumber":2,"hash":"52779781e6a370a3664de237154361d5fe3873cad92df085d965a53352809f18","databaseHash":"3523b6d50ee141e944b97771243ced227b316225b645dd9066931f397a8d6490"}
        {"blockNumber":2,"refHiveBlockNumber":60000001,"transactionId":"t2","sender":"alice","contract":"notebook","action":"add","payload":"{\"text\":\"hello\"}","executedCodeHash":"4402081c2461f02df072e9985f2b0eb77e638adcccdc15ffadef2cc2d8b30d57","hash":"4b9aaf39c633e3e8441e6a9e35ca1797182e267e2fb2278476079dd49386d829","databaseHash":"bcdb88dbe89c438b4c52474c7d9818c015e17c7069ba20a75d6d11f98323c74e","logs":"{\"events\":[{\"contract\":\"notebook\",\"event\":\"added\",\"data\":{\"id\":1}}]}"}
        {"blockNumber":2,"refHiveBlockNumber":60000001,"transactionId":"t3","sender":"alice","contract":"notebook","action":"add","payload":"{}","executedCodeHash":"4402081c2461f02df072e9985f2b0eb77e638adcccdc15ffadef2cc2d8b30d57","hash":"4aa087a130693b99d4def55209ed1841f3aab3ae046718f0a3dd586c2efd2168","databaseHash":"bcdb88dbe89c438b4c52474c7d9818c015e17c7069ba20a75d6d11f98323c74e","logs":"{\"errors\":[\"text is missing\"]}"}
        [{"_id":1,"author":"alice","text":"hello"}]
        {"size":0,"hash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","nbIndexes":1,"primaryKey":null,"indexes":{"_id_":[["_id",1]],"author_1":[["author",1]]}}
    "#]].assert_eq(&session());
}

#[test]
fn a_template_has_a_place_for_the_code() {
    let config = json!({ "codeTemplate": "nothing" });
    check_error(
        &mut Sandbox::new(),
        "reset",
        json!({ "config": config }),
        expect![
            "INVALID_PARAMS: config: expected codeTemplate to be a text with ###ACTIONS### in it"
        ],
    );
}
