//! Whatever program a contract is and whatever it is called with, two chains answer the same, without a panic.
//!
//! A program is put together of pieces of JavaScript, one for each byte: random text would hardly ever be a program.
#![no_main]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use libfuzzer_sys::fuzz_target;
use tartan_sandbox::Sandbox;

const PIECES: &[&str] = &[
    "a",
    "b",
    "payload",
    "payload.x",
    "0",
    "1",
    "-1",
    "2 ** 31",
    "NaN",
    "'text'",
    "'constructor'",
    "[]",
    "{}",
    "null",
    "undefined",
    " = ",
    " += ",
    " + ",
    " * ",
    " < ",
    " === ",
    " && ",
    " in ",
    "(",
    ")",
    "[",
    "]",
    ".",
    ", ",
    "; ",
    "{ ",
    " }",
    "if (",
    "else ",
    "for (let i = 0; i < 9; i += 1) ",
    "while (a < 3) ",
    "try { ",
    " } catch (e) { ",
    " } finally { ",
    "throw ",
    "return ",
    "await ",
    "async () => ",
    "function f(x) { ",
    "f(a)",
    "new ",
    "Error(b)",
    "let a = ",
    "var b = ",
    "c = ",
    "typeof ",
    "delete ",
    "...",
    "`${a}`",
    "a?.b",
    "a ?? b",
    "class A { x = 1; } ",
    "yield ",
    "Object.keys(a)",
    "JSON.stringify(a)",
    "a.map((x) => x)",
    "a.sort()",
    "a.length = 9",
    "'x'.repeat(99)",
    "Promise.all([a, b])",
    "Object.prototype",
    "globalThis",
    "arguments",
    "this",
    "Symbol.iterator",
    "new Map([[a, b]])",
    "new Date(a)",
    "Math.pow(a, b)",
    "Reflect.ownKeys(a)",
    "Object.defineProperty(a, 'x', b)",
    "a.__proto__",
    "api.emit('e', a)",
    "api.assert(a, 'no')",
    "api.BigNumber(a)",
    ".plus(b)",
    ".toFixed(3)",
    "api.random()",
    "api.SHA256(a)",
    "api.db.insert('t', a)",
    "api.db.find('t', a)",
    "api.db.update('t', a, b)",
    "api.db.remove('t', a)",
    "api.db.createTable('u', ['x'])",
    "api.db.findOne('t', { x: a })",
    "api.logs()",
    "api.payload",
    "api.sender",
    "api.executeSmartContract('fuzzed', 'run', a)",
    "api.transferTokens(a, b, '1', 'user')",
    "api.validator.isIP(a)",
];

fuzz_target!(|data: &[u8]| {
    let (program, payload) = match data.iter().position(|byte| *byte == 0xff) {
        Some(at) => (&data[..at], String::from_utf8_lossy(&data[at + 1..])),
        None => (data, "{}".into()),
    };
    if program.len() > 200 {
        return;
    }
    let payload = match tartan_document::parse(&payload) {
        Ok(payload) => payload.stringify(),
        Err(_) => "{\"x\":[1,\"y\"]}".to_string(),
    };
    let pieces = program
        .iter()
        .map(|byte| PIECES[usize::from(*byte) % PIECES.len()]);
    let mut source = "actions.createSSC = async () => { await api.db.createTable('t', ['x']); };
        actions.run = async (payload) => { let a = payload; let b = 1; "
        .to_string();
    source.extend(pieces);
    source.push_str(" };");
    assert_eq!(answers(&source, &payload), answers(&source, &payload));
});

/// What a fresh chain answers to the deployment and to two calls.
fn answers(source: &str, payload: &str) -> Vec<String> {
    let mut sandbox = Sandbox::new();
    let mut lines = vec![
        r#"{"id":0,"method":"reset","params":{"genesis":[],"config":{"javascriptVMTimeout":20}}}"#
            .to_string(),
    ];
    let deployment = serde_json::json!({ "name": "fuzzed", "params": "", "code": BASE64_STANDARD.encode(source) }).to_string();
    for (number, (contract, action, payload)) in [
        ("contract", "deploy", deployment.as_str()),
        ("fuzzed", "run", payload),
        ("fuzzed", "run", payload),
    ]
    .into_iter()
    .enumerate()
    {
        let main_number = 100_000 + number;
        let transaction = serde_json::json!({
            "refHiveBlockNumber": main_number, "transactionId": format!("t{number}"), "sender": "hive-engine",
            "contract": contract, "action": action, "payload": payload,
        });
        let block = serde_json::json!({
            "refHiveBlockNumber": main_number, "refHiveBlockId": "a", "prevRefHiveBlockId": "b",
            "timestamp": "2026-01-01T00:00:00", "transactions": [transaction],
        });
        lines.push(serde_json::json!({ "id": number, "method": "produceBlock", "params": { "block": block } }).to_string());
    }
    lines.push(r#"{"id":9,"method":"dump"}"#.to_string());
    lines.iter().map(|line| sandbox.handle_line(line)).collect()
}
