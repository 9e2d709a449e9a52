//! Whatever members write into their operations: at worst an error in the log, in the words of the reference.

use std::fmt;

use expect_test::expect_file;
use serde_json::{Value, json};

use crate::harness::{Desk, MainChain, Running, SideChain, Traffic};

/// A community, and a node that follows it.
struct Community {
    main_chain: MainChain,
    node: SideChain,
    running: Running,
    _desk: Desk,
}

impl Community {
    fn new() -> Community {
        let main_chain = MainChain::new();
        Traffic::new(41).found(&main_chain);
        let desk = Desk::new();
        let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
        node.wait_for_head(&main_chain);
        Community {
            main_chain,
            node,
            running,
            _desk: desk,
        }
    }

    /// Puts operations of alice into a block, and gives their ids once the node has executed it.
    #[track_caller]
    fn push(&self, operations: &[String]) -> Vec<String> {
        let calls: Vec<_> = operations
            .iter()
            .map(|json| ("alice".to_string(), json.clone()))
            .collect();
        let ids = self.main_chain.push(&calls);
        self.node.wait_for_head(&self.main_chain);
        ids
    }

    /// The node works as before.
    #[track_caller]
    fn still_works(self) {
        let transfer = call(
            "tokens",
            "transfer",
            &json!({ "symbol": "COOL", "to": "bob", "quantity": "1" }),
        );
        let before = self.node.balance("bob", "COOL");
        let ids = self.push(&[transfer]);
        assert_eq!(self.node.errors(&ids[0]), Vec::<String>::new());
        assert_ne!(self.node.balance("bob", "COOL"), before);
        self.running.stop();
    }
}

/// The text of a call.
fn call(contract: &str, action: &str, payload: &Value) -> String {
    json!({ "contractName": contract, "contractAction": action, "contractPayload": payload })
        .to_string()
}

#[test]
fn what_is_no_call_is_passed_over() {
    let community = Community::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let operations: Vec<String> = [
        "",
        " ",
        "hello",
        "{",
        "}",
        "'",
        "{\"contractName\":",
        "\u{0}",
        "\u{feff}{}",
        "NaN",
        "undefined",
        "01",
        "[1,]",
        "{\"a\":1,}",
        "\"\\ud800\"",
        "null",
        "true",
        "1",
        "1e999",
        "\"tokens\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[1]",
        "[[[{}]]]",
        r#"{"contractName":"tokens"}"#,
        r#"{"contractName":"tokens","contractAction":"transfer"}"#,
        r#"{"contractName":"tokens","contractAction":"transfer","contractPayload":null}"#,
        r#"{"contractName":"tokens","contractAction":"transfer","contractPayload":"x"}"#,
        r#"{"contractName":"tokens","contractAction":"transfer","contractPayload":7}"#,
        r#"{"contractName":"tokens","contractAction":7,"contractPayload":{}}"#,
        r#"{"contractName":"tokens","contractAction":"","contractPayload":{}}"#,
        r#"{"contractName":"","contractAction":"transfer","contractPayload":{}}"#,
        r#"{"contractName":null,"contractAction":"transfer","contractPayload":{}}"#,
        r#"{"contractName":["tokens"],"contractAction":"transfer","contractPayload":{}}"#,
        r#"{"contractname":"tokens","contractaction":"transfer","contractpayload":{}}"#,
        &deep,
        &format!("{deep}x"),
        &"[".repeat(100_000),
        &"{\"a\":".repeat(100_000),
    ]
    .map(str::to_string)
    .to_vec();
    let ids = community.push(&operations);
    for (operation, id) in operations.iter().zip(ids) {
        let shown: String = operation.chars().take(80).collect();
        assert_eq!(community.node.transaction(&id), None, "{shown}");
    }
    community.still_works();
}

#[test]
fn calls_of_nothing_end_with_an_error() {
    let community = Community::new();
    let unknown = "contract doesn't exist";
    let cases: Vec<(String, &str)> = vec![
        (call("nonsense", "transfer", &json!({})), unknown),
        (call("__proto__", "constructor", &json!({})), unknown),
        (call(&"x".repeat(100_000), "transfer", &json!({})), unknown),
        (call("tok\u{0}ens", "transfer", &json!({})), unknown),
        (call("Tokens", "transfer", &json!({})), unknown),
        (call("tokens", "nonsense", &json!({})), "unknown error"),
        (call("tokens", "constructor", &json!({})), "unknown error"),
        (
            call("tokens", "createSSC", &json!({})),
            "you cannot trigger this action",
        ),
        (
            call("tokens", "checkPendingUnstakes", &json!({})),
            "not authorized",
        ),
        (
            call("tokens", &"y".repeat(100_000), &json!({})),
            "unknown error",
        ),
        (
            call("tokens", "transfer", &json!([])),
            "you must use a custom_json signed with your active key",
        ),
        (call("tokens", "transfer", &json!({})), "invalid params"),
    ];
    let operations: Vec<String> = cases
        .iter()
        .map(|(operation, _)| operation.clone())
        .collect();
    let ids = community.push(&operations);
    for ((operation, errors), id) in cases.iter().zip(ids) {
        let shown: String = operation.chars().take(120).collect();
        assert_eq!(community.node.errors(&id), [*errors], "{shown}");
    }
    community.still_works();
}

#[test]
fn huge_operations_are_borne() {
    let community = Community::new();
    let transfer = json!({ "symbol": "COOL", "to": "bob", "quantity": "0.001" });
    let mut with_memo = transfer.clone();
    with_memo["memo"] = json!("m".repeat(1_000_000));
    let mut wide = serde_json::Map::new();
    for number in 0..50_000 {
        wide.insert(format!("field{number}"), json!(number));
    }
    let mut deep = json!("x");
    for _ in 0..90 {
        deep = json!({ "a": [deep] });
    }
    let one: Value = serde_json::from_str(&call("tokens", "transfer", &transfer)).expect("JSON");
    let operations = [
        call("tokens", "transfer", &with_memo),
        call("tokens", "transfer", &Value::Object(wide)),
        call(
            "tokens",
            "transfer",
            &json!({ "symbol": deep, "to": "bob", "quantity": "1" }),
        ),
        call(
            "tokens",
            "transfer",
            &json!({ "symbol": "COOL", "to": "bob", "quantity": "9".repeat(200_000) }),
        ),
        call(
            "tokens",
            "transfer",
            &json!({ "symbol": "COOL", "to": "bob", "quantity": format!("0.{}1", "0".repeat(200_000)) }),
        ),
        Value::Array(vec![one; 2_000]).to_string(),
    ];
    assert_eq!(community.node.balance("bob", "COOL")[0], "700.000");
    let ids = community.push(&operations);
    let errors = |id: &str| community.node.errors(id);
    assert_eq!(errors(&ids[0]), Vec::<String>::new());
    assert_eq!(errors(&ids[1]), ["invalid params"]);
    assert_eq!(errors(&ids[2]), ["invalid params"]);
    // beyond the digits of any decimal, and below its smallest
    assert_eq!(errors(&ids[3]), ["invalid params"]);
    assert_eq!(errors(&ids[4]), ["must transfer positive quantity"]);
    // a bundle: each of its calls is a transaction of its own
    for number in [0, 1_999] {
        assert_eq!(
            errors(&format!("{}-{number}", ids[5])),
            Vec::<String>::new()
        );
    }
    assert_eq!(community.node.balance("bob", "COOL")[0], "702.001");
    community.still_works();
}

/// Values that are wrong in most places.
fn wrong_values() -> Vec<Value> {
    let long = "A".repeat(5_000);
    vec![
        json!(null),
        json!(true),
        json!(7),
        json!(-1.5),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("NaN"),
        json!("-Infinity"),
        json!("1e999"),
        json!("0x10"),
        json!("-1"),
        json!("\u{0}"),
        json!("__proto__"),
        json!("💸"),
        json!(long),
        json!([]),
        json!(["COOL"]),
        json!({}),
        json!({ "$gt": "" }),
    ]
}

/// Each action of the token ledger with a payload that would be taken.
fn actions() -> Vec<(&'static str, Value)> {
    let to = json!({ "symbol": "COOL", "to": "bob", "quantity": "1" });
    let administration = |field: &str, value: Value| json!({ "symbol": "COOL", field: value });
    vec![
        (
            "create",
            json!({ "symbol": "NEW", "name": "New", "url": "https://x.example", "precision": 3, "maxSupply": "1000" }),
        ),
        (
            "updateUrl",
            administration("url", json!("https://y.example")),
        ),
        (
            "updateMetadata",
            administration("metadata", json!({ "a": 1 })),
        ),
        ("updatePrecision", administration("precision", json!(4))),
        ("transferOwnership", administration("to", json!("bob"))),
        (
            "enableStaking",
            json!({ "symbol": "COOL", "unstakingCooldown": 1, "numberTransactions": 1 }),
        ),
        (
            "enableDelegation",
            administration("undelegationCooldown", json!(1)),
        ),
        ("issue", to.clone()),
        (
            "issueToContract",
            json!({ "symbol": "COOL", "to": "somecontract", "quantity": "1" }),
        ),
        ("transfer", to.clone()),
        (
            "transferToContract",
            json!({ "symbol": "COOL", "to": "somecontract", "quantity": "1" }),
        ),
        (
            "transferFromContract",
            json!({ "from": "somecontract", "symbol": "COOL", "to": "bob", "quantity": "1", "type": "user" }),
        ),
        ("stake", to.clone()),
        ("stakeFromContract", to.clone()),
        ("unstake", json!({ "symbol": "COOL", "quantity": "1" })),
        ("cancelUnstake", json!({ "txID": "0000" })),
        ("delegate", to.clone()),
        (
            "undelegate",
            json!({ "symbol": "COOL", "from": "bob", "quantity": "1" }),
        ),
        ("updateParams", json!({ "tokenCreationFee": "1" })),
        ("checkPendingUnstakes", json!({ "x": 1 })),
        ("checkPendingUndelegations", json!({ "x": 1 })),
    ]
}

/// What was answered to which values of which field, in order.
#[derive(Default)]
struct Answers(Vec<Field>);

struct Field {
    name: String,
    /// An answer, and the values that got it.
    answers: Vec<(String, Vec<String>)>,
}

impl Answers {
    fn add(&mut self, field: String, value: &Value, errors: &[String]) {
        if self.0.last().is_none_or(|last| last.name != field) {
            self.0.push(Field {
                name: field,
                answers: Vec::new(),
            });
        }
        let answers = &mut self.0.last_mut().expect("pushed above").answers;
        let answer = if errors.is_empty() {
            "taken".to_string()
        } else {
            errors.join("; ")
        };
        let value = value.to_string().chars().take(14).collect();
        match answers.iter_mut().find(|(text, _)| *text == answer) {
            Some((_, values)) => values.push(value),
            None => answers.push((answer, vec![value])),
        }
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in &self.0 {
            writeln!(f, "{}", field.name)?;
            for (answer, values) in &field.answers {
                writeln!(f, "    {answer}\n        {}", values.join("  "))?;
            }
        }
        Ok(())
    }
}

/// Wrong values in every field of every action: the answers are those of the file beside, which was compared with the
/// reference's checks. What ends with an error leaves no trace in the tables.
#[test]
fn wrong_types_in_every_field_of_every_action() {
    let community = Community::new();
    let mut cases = Vec::new();
    for (action, payload) in actions() {
        for field in payload.as_object().expect("an object").keys() {
            for value in wrong_values() {
                let mut payload = payload.clone();
                payload[field] = value.clone();
                cases.push((
                    format!("{action}.{field}"),
                    value,
                    call("tokens", action, &payload),
                ));
            }
        }
    }
    let operations: Vec<_> = cases
        .iter()
        .map(|(.., operation)| ("alice".to_string(), operation.clone()))
        .collect();
    let ids = community.main_chain.push_apart(&operations);
    community.node.wait_for_head(&community.main_chain);

    let mut answers = Answers::default();
    for ((field, value, _), id) in cases.into_iter().zip(ids) {
        let transaction = community.node.transaction(&id);
        let transaction =
            transaction.unwrap_or_else(|| panic!("{field} = {value} was not executed"));
        let errors = community.node.errors(&id);
        if !errors.is_empty() {
            let number = json!({ "blockNumber": transaction["blockNumber"] });
            let block = community.node.call("blockchain.getBlockInfo", number);
            let (before, after) = (&block["previousDatabaseHash"], &transaction["databaseHash"]);
            assert_eq!(before, after, "{field} = {value} left a trace: {errors:?}");
        }
        answers.add(field, &value, &errors);
    }
    expect_file!["wrong_types.txt"].assert_eq(&answers.to_string());
    community.still_works();
}
