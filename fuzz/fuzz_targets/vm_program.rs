//! Whatever a small program does, it does it again: in the same realm and in a fresh one, counted and not; and counting
//! its work changes nothing else.
//!
//! The bytes choose among the forms of the language, so that every input is a program that can be read.
#![no_main]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tartan_sandbox::Sandbox;

/// Forms that a program may have at most.
const FORMS: usize = 60;

const NAMES: &[&str] = &[
    "a",
    "b",
    "o",
    "l",
    "payload",
    "o.p",
    "l[1]",
    "a?.x",
    "payload.x",
];
const VALUES: &[&str] = &[
    "0",
    "1",
    "-1",
    "2.5",
    "1e21",
    "NaN",
    "-0",
    "2 ** 31",
    "'s'",
    "'\\u{1f600}'",
    "'\\ud800'",
    "''",
    "null",
    "undefined",
    "true",
    "[]",
    "[1, 'x', [2]]",
    "{}",
    "{ x: 1, __proto__: null }",
    "{ get p() { return a; } }",
    "new Date(a)",
    "Symbol('q')",
    "new Map([[a, b]])",
    "new Set(l)",
    "new Error(b)",
    "api.sender",
    "api.BigNumber(a)",
];
const OPERATORS: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "<",
    ">=",
    "==",
    "===",
    "!==",
    "&&",
    "||",
    "??",
    "&",
    "|",
    "^",
    "<<",
    ">>>",
    "in",
    "instanceof",
    ",",
];
const ASSIGNED: &[&str] = &[
    "a",
    "b",
    "o.p",
    "o['q']",
    "l[0]",
    "l.length",
    "o.x.y",
    "loose",
    "[a, b]",
    "{ a, ...o }",
];
const ASSIGNING: &[&str] = &["=", "+=", "-=", "*=", "**=", "&&=", "||=", "??=", ">>="];
/// `X` and `Y` are expressions.
const CALLS: &[&str] = &[
    "f(X)",
    "g(X, Y)",
    "[...gen(X)]",
    "new K(X).v",
    "new K(X).m(Y)",
    "new K(X).got",
    "K.s(X)",
    "`t${X}u${Y}`",
    "((q = X) => q)()",
    "(({ p, ...rest }) => [p, rest])({ p: X, z: Y })",
    "(([x, , ...y]) => [x, y])([X, Y, 3])",
    "String(X)",
    "Number(X)",
    "typeof X",
    "void X",
    "!X",
    "-X",
    "~X",
    "delete o.p",
    "Object.keys(X ?? 0)",
    "Object.entries(Object(X))",
    "Object.assign({}, X)",
    "Object.freeze([X])",
    "JSON.stringify(X)",
    "JSON.parse(JSON.stringify([X]))",
    "JSON.parse(String(X))",
    "l.map((x) => [x, X])",
    "l.filter((x) => X)",
    "l.reduce((x, y) => [x, y, X], Y)",
    "[X, Y, 3].sort()",
    "[X, Y].sort((x, y) => x > y ? 1 : -1)",
    "[X, [Y]].flat()",
    "[X].concat(Y)",
    "l.push(X)",
    "l.splice(0, 1, X)",
    "Array.from({ length: 3 }, (_, i) => [i, X])",
    "Array.isArray(X)",
    "[X, Y].includes(a)",
    "[X, Y].join(a)",
    "l.slice(X)",
    "l.indexOf(X)",
    "String(X).split(String(Y))",
    "String(X).padStart(5, Y)",
    "String(X).repeat(2)",
    "String(X).replace('1', () => Y)",
    "String(X).slice(1).toUpperCase()",
    "String(X).charCodeAt(Y)",
    "Math.max(X, Y)",
    "Math.floor(X)",
    "Math.sin(X)",
    "Math.pow(X, Y)",
    "parseInt(X, 10)",
    "Number(X).toFixed(2)",
    "(X)?.toString()",
    "Reflect.ownKeys(Object(X)).length",
    "new Map([[X, Y]]).size",
    "[...new Set([X, Y, X])]",
    "(X, Y)",
    "(X ? Y : a)",
    "{ p: X, [Y]: 1 }",
    "{ ...X, q: Y }",
    "[...l, X]",
    "Math.max(...[X, Y])",
    "Object.getOwnPropertyNames(Object(X)).length",
    "isNaN(X)",
    "encodeURIComponent(X)",
    "(() => { try { return X; } finally { a = Y; } })()",
    "(function () { return [...arguments, this === undefined]; })(X, Y)",
    "api.BigNumber(X).plus(Y).toFixed()",
    "api.BigNumber(X).times(Y).dp()",
    "api.SHA256(X)",
    "api.assert(X, 'no')",
    "api.random()",
    "api.isValidAccountName(X)",
    "api.validator.isAlpha(String(X))",
    "api.emit('inner', X)",
    "api.logs().events.length",
    "await X",
    "await api.db.insert('t', { x: X, y: Y })",
    "await api.db.find('t', { x: X })",
    "await api.db.findOne('t', {})",
    "await api.db.count('t', {})",
    "await api.db.remove('t', { _id: X })",
    "await api.db.update('t', { _id: 1, x: X })",
    "await api.executeSmartContract('fuzzed', 'other', { v: X })",
    "await Promise.all([X, Y])",
    "await Promise.allSettled([X, Promise.reject(Y)])",
    "await (async () => X)()",
    "await new Promise((resolve) => resolve(X))",
    "await { then(yes) { yes(X); } }",
];
/// `X` is an expression, `S` and `T` are statements, `N` is a name that is not taken yet.
const STATEMENTS: &[&str] = &[
    "log(X);",
    "log(X, X);",
    "A",
    "X;",
    "if (X) { S } else { T }",
    "for (let N = 0; N < 3; N += 1) { S log(N); }",
    "for (const N of [1, X]) { S }",
    "for (const N in { x: 1, y: X }) { S log(N); }",
    "let N = 3; while (N-- > 0) { S }",
    "let N = 0; do { S } while (N++ < 2);",
    "try { S } catch (e) { log(e); T } finally { log(a); }",
    "try { S } finally { T }",
    "throw X;",
    "return X;",
    "break;",
    "continue;",
    "switch (X) { case 1: S case a: T break; default: log('d'); }",
    "N: for (const x of [1, 2]) { for (;;) { S continue N; } }",
    "{ S T }",
    "let N = X; const N_ = () => N; S log(N_());",
    "function N(x) { S return x; } log(N(X));",
    "const N = async () => { S return X; }; log(await N());",
    "const N = function* () { S yield X; T }; for (const x of N()) log(x);",
    "class N { #v = X; get v() { return this.#v; } static m() { S } } log(new N().v, N.m());",
    "const { p: N = X, ...N_ } = o; log(N, N_);",
    "const [N, ...N_] = l; log(N, N_);",
    "for await (const N of [X, Promise.resolve(2)]) { S }",
    "var { N } = { N: X };",
    "if (X) S",
    "for (let N = 0; ; N += 1) { if (N > 2) break; S }",
    "o = { get p() { return X; }, set p(v) { a = v; } };",
    "const N = []; for (let i = 0; i < 3; i += 1) N.push(() => i); log(N.map((f) => f()));",
    "for (;;) { S }",
];

struct Program<'a> {
    bytes: std::slice::Iter<'a, u8>,
    forms: usize,
    names: usize,
}

impl Program<'_> {
    fn one_of(&mut self, list: &[&'static str]) -> &'static str {
        let byte = self.bytes.next().copied().unwrap_or_default();
        list[usize::from(byte) % list.len()]
    }

    fn expression(&mut self, depth: u32) -> String {
        self.forms += 1;
        let kind = self.bytes.next().copied().unwrap_or_default();
        if depth == 0 || self.forms > FORMS || kind < 60 {
            let list = if kind % 2 == 0 { NAMES } else { VALUES };
            let leaf = self.one_of(list);
            return format!("({leaf})");
        }
        match kind {
            60..100 => {
                let (x, operator, y) = (
                    self.expression(depth - 1),
                    self.one_of(OPERATORS),
                    self.expression(depth - 1),
                );
                format!("({x} {operator} {y})")
            }
            100..120 => format!("({})", self.assignment(depth - 1)),
            _ => {
                let call = self.one_of(CALLS);
                let filled = self.fill(call, depth - 1);
                format!("({filled})")
            }
        }
    }

    fn assignment(&mut self, depth: u32) -> String {
        let target = self.one_of(ASSIGNED);
        let operator = match target.starts_with(['[', '{']) {
            true => "=",
            false => self.one_of(ASSIGNING),
        };
        format!("{target} {operator} {}", self.expression(depth))
    }

    fn statement(&mut self, depth: u32) -> String {
        self.forms += 1;
        let list = if depth == 0 || self.forms > FORMS {
            &STATEMENTS[..4]
        } else {
            STATEMENTS
        };
        let form = self.one_of(list);
        self.fill(form, depth.saturating_sub(1))
    }

    fn block(&mut self, depth: u32) -> String {
        let length = self.bytes.next().copied().unwrap_or_default() % 4;
        (0..length).map(|_| self.statement(depth)).collect()
    }

    fn fill(&mut self, form: &str, depth: u32) -> String {
        self.names += 1;
        let name = format!("n{}", self.names);
        let mut text = String::new();
        let bytes = form.as_bytes();
        for (at, letter) in form.char_indices() {
            let alone = |at: usize| {
                bytes
                    .get(at)
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric())
            };
            let single = alone(at + 1) && (at == 0 || alone(at - 1));
            match letter {
                'X' | 'Y' if single => text += &self.expression(depth.min(3)),
                'S' | 'T' if single => text += &self.block(depth),
                'A' if single => text += &format!("({});", self.assignment(depth.min(3))),
                'N' if single => text += &name,
                letter => text.push(letter),
            }
        }
        text
    }
}

fn program(bytes: &[u8]) -> String {
    let mut program = Program {
        bytes: bytes.iter(),
        forms: 0,
        names: 0,
    };
    let mut body = String::new();
    for _ in 0..6 {
        body += &program.statement(4);
    }
    format!(
        "actions.createSSC = async () => {{ await api.db.createTable('t', ['x']); }};
         actions.other = async (payload) => {{ api.emit('other', payload); if (payload.v === 1) throw new Error('one'); }};
         actions.run = async (payload) => {{
           let a = 1, b = 's', o = {{ p: 2 }}, l = [1, 'two'];
           const log = (...values) => {{ api.emit('log', values); }};
           function f(x) {{ return x; }} function g(x, y = x) {{ return [x, y]; }} function* gen(x) {{ yield x; yield a; }}
           class K {{ constructor(v) {{ this.v = v; }} m(x) {{ return [this.v, x]; }} get got() {{ return this.v; }} static s(x) {{ return [x]; }} }}
           for (let once = 0; once < 1; once += 1) {{ {body} }}
           log('end', a, b, o, l);
         }};"
    )
}

fuzz_target!(|data: &[u8]| {
    let (bytes, payload) = match data.iter().position(|byte| *byte == 0xff) {
        Some(at) => (&data[..at], String::from_utf8_lossy(&data[at + 1..])),
        None => (data, "{}".into()),
    };
    if bytes.len() > 400 {
        return;
    }
    let payload = match tartan_document::parse(&payload) {
        Ok(payload) => payload.stringify(),
        Err(_) => "{\"x\":[1,\"y\"]}".to_string(),
    };
    let source = program(bytes);
    let counted = answers(&source, &payload, true);
    let uncounted = answers(&source, &payload, false);
    for (first, metered) in [(&counted, true), (&uncounted, false)] {
        assert_eq!(*first, answers(&source, &payload, metered), "{source}");
    }
    // what counting may change: where a program ends that does not end, and how it is refused
    let [counted, uncounted] = [outcomes(&counted), outcomes(&uncounted)];
    for (counted, uncounted) in counted.iter().zip(&uncounted) {
        if bounded(counted) || bounded(uncounted) {
            break;
        }
        assert_eq!(counted, uncounted, "{source}");
    }
});

/// What a fresh chain answers to the deployment and to two calls.
fn answers(source: &str, payload: &str, metered: bool) -> Vec<String> {
    let mut sandbox = Sandbox::new();
    let config = json!({ "javascriptVMTimeout": 5, "metered": metered, "atomic": true });
    let mut lines = vec![
        json!({ "id": 0, "method": "reset", "params": { "genesis": [], "config": config } })
            .to_string(),
    ];
    let deployment =
        json!({ "name": "fuzzed", "params": "", "code": BASE64_STANDARD.encode(source) })
            .to_string();
    let calls = [
        ("contract", "deploy", deployment.as_str()),
        ("fuzzed", "run", payload),
        ("fuzzed", "run", payload),
    ];
    for (number, (contract, action, payload)) in calls.into_iter().enumerate() {
        let main_number = 100_000 + number;
        let transaction = json!({
            "refHiveBlockNumber": main_number, "transactionId": format!("t{number}"), "sender": "hive-engine",
            "contract": contract, "action": action, "payload": payload,
        });
        let block = json!({
            "refHiveBlockNumber": main_number, "refHiveBlockId": "a", "prevRefHiveBlockId": "b",
            "timestamp": "2026-01-01T00:00:00", "transactions": [transaction],
        });
        lines.push(
            json!({ "id": number, "method": "produceBlock", "params": { "block": block } })
                .to_string(),
        );
    }
    lines.push(r#"{"id":9,"method":"dump"}"#.to_string());
    lines.iter().map(|line| sandbox.handle_line(line)).collect()
}

/// The logs of each transaction.
fn outcomes(answers: &[String]) -> Vec<String> {
    let logs = |answer: &String| {
        let answer: Value = serde_json::from_str(answer).ok()?;
        let logs = answer.pointer("/result/transactions/0/logs")?;
        Some(
            logs.as_str()
                .map_or_else(|| logs.to_string(), str::to_string),
        )
    };
    answers[1..=3]
        .iter()
        .map(|answer| logs(answer).unwrap_or_default())
        .collect()
}

/// Whether a bound ended it, or refused it.
fn bounded(logs: &str) -> bool {
    [
        "the call used up its budget",
        "the contract was stopped",
        "Script execution timed out",
        "Maximum call stack",
        "out of memory",
        "SyntaxError",
        "not available to contracts",
        "cannot be changed by contracts",
        "chain of prototypes",
        "methods of arrays need",
        "is not allowed",
        "nested deeper",
    ]
    .iter()
    .any(|reason| logs.contains(reason))
}
