//! `tartan contract`: what an author does, from an empty folder to rows in a table.

use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;
use serde_json::{Value, json};

use crate::founding::Founding;
use crate::harness::{Desk, MainChain, SideChain};

const NAME: [&str; 2] = ["--name", "notebook"];
const CONTRACT: &str = "notebook/contract.js";

#[test]
fn an_author_makes_tests_deploys_calls_and_reads_a_contract() {
    let founding = Founding::new("contract");
    let desk = &founding.desk;

    let made = desk.json(&["contract", "new", "notebook"]);
    assert_eq!(made["directory"], "notebook");
    for file in made["files"].as_array().expect("a list") {
        let path = format!("notebook/{}", file.as_str().expect("a name"));
        assert!(desk.path(&path).is_file(), "{path}");
    }
    let tested = desk.json(&["contract", "test", "notebook"]);
    assert_eq!(tested, json!({ "directory": "notebook", "passed": true }));

    let deploy = [
        &["deploy", CONTRACT, "--params", r#"{"maxLength":5}"#][..],
        &NAME,
    ]
    .concat();
    let tried = desk.json(&[&["contract"][..], &deploy, &["--check"]].concat());
    assert!(tried.get("transactionId").is_none(), "{tried}");
    let deployed = founding.act("alice", &deploy);
    let expected = json!([1, "dev", ["notes", "settings"]]);
    let fields = ["version", "network", "tables"];
    assert_eq!(json!(fields.map(|field| &deployed[field])), expected);
    assert_eq!(json!(fields.map(|field| &tried[field])), expected);
    assert_eq!(deployed["owner"], "alice");
    let fee = &deployed["events"][0]["data"];
    assert_eq!(
        (&fee["to"], &fee["quantity"]),
        (&json!("null"), &json!("10"))
    );
    assert_eq!(tried["codeHash"], deployed["codeHash"]);
    assert_eq!(tried["jsonBytes"], deployed["jsonBytes"]);
    // what the check says is what it costs
    assert_eq!(tried["costs"], deployed["costs"]);
    let costs = ["fee", "updateFee", "symbol"].map(|field| &deployed["costs"][field]);
    assert_eq!(costs, ["10", "1", "ENG"]);

    let called = founding.act("alice", &["call", "notebook", "add", r#"{"text":"hello"}"#]);
    let event = json!({ "contract": "notebook", "event": "added", "data": { "id": 1 } });
    assert_eq!(called["events"][0], event);
    // what she pays for the row
    assert_eq!(called["events"][1]["event"], "lockDeposit");
    assert_eq!(called["events"][1]["data"]["account"], "alice");
    let id = called["transactionId"].as_str().expect("an id");
    let executed = founding.node.transaction(id).expect("executed");
    assert_eq!(executed["executedCodeHash"], deployed["codeHash"]);

    for (account, action, payload, expected) in [
        (
            "alice",
            "add",
            r#"{"text":"longer"}"#,
            "text is longer than 5 characters",
        ),
        ("alice", "add", "{}", "text is missing"),
        (
            "bob",
            "remove",
            r#"{"id":1}"#,
            "only its author can remove a note",
        ),
        ("bob", "createSSC", "{}", "you cannot trigger this action"),
    ] {
        let error = founding.refused(account, &["call", "notebook", action, payload]);
        let start = format!("the contract refused {action}: {expected} (transaction ");
        assert!(error.starts_with(&start), "{error}");
    }

    let table = ["contract", "table", "notebook", "notes"];
    let row = json!({ "_id": 1, "author": "alice", "text": "hello" });
    assert_eq!(desk.json(&table), json!([row]));
    let bobs = [&table[..], &["--query", r#"{"author":"bob"}"#]].concat();
    assert_eq!(desk.json(&bobs), json!([]));
    assert_eq!(desk.ok(&bobs), "no rows\n");

    let again = founding.act("alice", &[&["deploy", CONTRACT][..], &NAME].concat());
    assert_eq!(again["version"], 2);
    let found = desk.json(&["contract", "inspect", "notebook"]);
    assert_eq!(found["version"], 2);
    assert_eq!(found["codeHash"], deployed["codeHash"]);
    let notes = &found["tables"][0];
    assert_eq!(
        [&notes["name"], &notes["rows"]],
        [&json!("notes"), &json!(1)]
    );
    assert_eq!(found["callBudget"], 1_000_000);
    let bytes = |value: &Value| value["depositBytes"].as_u64().expect("a number");
    let note = bytes(&found) - bytes(&deployed["costs"]);
    assert!((20..100).contains(&note), "{note}");
    let code = desk.ok(&["contract", "inspect", "notebook", "--code"]);
    let source = std::fs::read_to_string(desk.path(CONTRACT)).expect("it was made");
    assert!(code.contains(&source), "{code}");
    let add = ["call", "notebook", "add", r#"{"text":"more"}"#];
    let error = founding.refused("alice", &[&add[..], &["--max-deposit", "0.001"]].concat());
    assert!(error.contains("more than maxDeposit allows"), "{error}");
    founding.act("alice", &[&add[..], &["--max-deposit", "0.02"]].concat());
    founding.demo.stop();
}

#[test]
fn what_cannot_be_deployed_or_called_is_told() {
    let founding = Founding::new("contract");
    let desk = &founding.desk;
    desk.ok(&["contract", "new", "notebook"]);
    let deploy = |file| [&["deploy", file][..], &NAME].concat();

    let error = founding.refused("bob", &deploy(CONTRACT));
    assert!(
        error.starts_with(
            "notebook was not deployed: balance does not exist; you must be able to pay the deployment fee of 10 ENG ("
        ),
        "{error}"
    );
    // nothing of these is sent: the account could not pay for it
    for (name, start) in [
        ("dice", "the name dice is reserved on network dev, "),
        ("tokens", "tokens is a native contract of network dev, "),
    ] {
        let args = ["deploy", CONTRACT, "--name", name];
        for error in [
            founding.refused("bob", &args),
            desk.fails(&[&["contract"][..], &args, &["--check"]].concat()),
        ] {
            assert!(error.starts_with(start), "{error}");
        }
    }
    desk.write("wrong.js", "actions.createSSC = (");
    let error = founding.refused("bob", &deploy("wrong.js"));
    assert!(
        error.starts_with("wrong.js: it does not compile: SyntaxError"),
        "{error}"
    );
    let long = format!("actions.createSSC = () => {{}};\n//{}", "x".repeat(7000));
    desk.write("long.js", long);
    let error = founding.refused("bob", &deploy("long.js"));
    assert!(
        error.starts_with("long.js makes 9") && error.contains("the main chain takes 8192 at most"),
        "{error}"
    );
    assert!(error.contains("npx terser long.js"), "{error}");
    desk.write(
        "fails.js",
        "actions.createSSC = () => { throw new TypeError('no'); };",
    );
    let check = [&["contract"][..], &deploy("fails.js"), &["--check"]].concat();
    assert_eq!(
        desk.fails(&check),
        "fails.js: the deployment fails: TypeError: no"
    );
    let error = founding.refused("bob", &deploy("none.js"));
    assert!(
        error.starts_with("cannot read the contract none.js"),
        "{error}"
    );

    let error = founding.refused("bob", &["call", "notebook", "add"]);
    assert!(
        error.starts_with("the contract refused add: contract doesn't exist ("),
        "{error}"
    );
    for (args, expected) in [
        (
            &["inspect", "notebook"][..],
            "there is no contract notebook on this sidechain",
        ),
        (
            &["table", "tokens", "notes"],
            "table tokens.notes does not exist on this sidechain",
        ),
    ] {
        assert_eq!(desk.fails(&[&["contract"][..], args].concat()), expected);
    }
    founding.demo.stop();
}

#[test]
fn a_folder_is_never_overwritten() {
    let desk = Desk::new();
    desk.write("mine/README.md", "mine");
    let error = desk.fails(&["contract", "new", "notebook", "--dir", "mine"]);
    assert!(
        error.starts_with("mine/README.md exists already; nothing was changed"),
        "{error}"
    );
    assert!(!desk.path("mine/contract.js").exists());
    desk.ok(&["contract", "new", "notebook", "--dir", "other/place"]);
    assert!(desk.path("other/place/contract.js").is_file());
    for args in [&["new", "my-notes"][..], &["call", "notebook", "add", "[]"]] {
        let ended = desk.run(&[&["contract"][..], args].concat());
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.stderr);
    }
}

#[test]
fn tests_that_fail_and_a_missing_node_are_told() {
    let desk = Desk::new();
    desk.ok(&["contract", "new", "notebook"]);
    let test = ["contract", "test", "notebook"];
    let source = std::fs::read_to_string(desk.path(CONTRACT)).expect("it was made");
    let broken = source.replace("note.author === api.sender", "true");
    assert_ne!(source, broken);
    desk.write(CONTRACT, broken);
    let ended = desk.run(&test);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("not ok 3 - only its author removes a note"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("error: the tests in notebook fail"),
        "{}",
        ended.stderr
    );

    let with_path = |path: &str| {
        let mut command = desk.command(&test);
        command.env("PATH", desk.path(path));
        desk.run_command(command, "").failed(&test)
    };
    let error = with_path("nowhere");
    assert!(
        error.contains("there is no program node on the path"),
        "{error}"
    );
    desk.write("old/node", "#!/bin/sh\necho v18.20.0\n");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(desk.path("old/node"), executable).expect("it was made");
    let error = with_path("old");
    assert!(
        error.contains("Node.js 20 or later, found \"v18.20.0\""),
        "{error}"
    );

    let error = desk.fails(&["contract", "test"]);
    assert!(
        error.contains("`tartan contract new <NAME>` makes one"),
        "{error}"
    );
}

/// A contract whose results depend on all that could differ from run to run.
const FICKLE: &str = "
actions.createSSC = async () => { await api.db.createTable('facts', ['kind']); };
actions.note = async ({ x }) => {
  calls += 1;
  const value = [api.random(), Math.sin(x), new Date().toISOString(), calls, Object.keys(api)].join();
  await api.db.insert('facts', { kind: 'note', value });
};
actions.fails = async () => { await api.db.insert('facts', { kind: 'lost' }); throw new Error('gone'); };
actions.loops = () => { for (;;) { calls += 1; } };
actions.recurses = () => { const down = () => 1 + down(); down(); };
actions.pays = async ({ quantity }) => {
  const result = await api.executeSmartContract('tokens', 'transfer', { to: 'bob', symbol: 'ENG', quantity });
  await api.emit('paid', { refused: result.errors || [] });
};
let calls = 0;
";

fn call(sender: &str, contract: &str, action: &str, payload: Value) -> (String, String) {
    let json =
        json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
    (sender.to_string(), json.to_string())
}

fn fickle_calls() -> Vec<(String, String)> {
    let fickle = |action, payload| call("steemsc", "fickle", action, payload);
    vec![
        fickle("note", json!({ "x": 0.5 })),
        fickle("note", json!({ "x": 1e300 })),
        fickle("fails", json!({})),
        fickle("loops", json!({})),
        fickle("recurses", json!({})),
        fickle("pays", json!({ "quantity": "1.5" })),
        fickle("pays", json!({ "quantity": "1e99" })),
        fickle("nothing", json!({})),
    ]
}

#[test]
fn scripts_lead_to_the_same_chain_live_restarted_and_replayed() {
    let desk = Desk::new();
    let main_chain = MainChain::new();
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "live");
    let code = STANDARD.encode(FICKLE);
    let deploy = json!({ "name": "fickle", "code": code });
    main_chain.push(&[call("steemsc", "contract", "deploy", deploy)]);
    let sent = main_chain.push(&fickle_calls());
    node.wait_for_head(&main_chain);
    let errors: Vec<String> = sent.iter().map(|id| node.errors(id).join("; ")).collect();
    expect![[r#"


        Error: gone
        Error: the call used up its budget of 1000000 units
        RangeError: Maximum call stack size exceeded

        overdrawn balance
        unknown error"#]]
    .assert_eq(&errors.join("\n"));
    running.stop();

    // the contract comes from the disk now
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "live");
    main_chain.push_apart(&fickle_calls());
    node.wait_for_head(&main_chain);
    let query = json!({ "contract": "fickle", "table": "facts", "query": {} });
    let facts = node.call("contracts.find", query);
    let facts = facts.as_array().expect("rows");
    assert_eq!(facts.len(), 4, "what failed left no trace: {facts:?}");
    for fact in facts {
        let value = fact["value"].as_str().expect("a text");
        assert!(
            value.contains("Z,1,"),
            "a variable outlived its call: {value}"
        );
    }
    let live = node.dump();
    running.stop();

    let file = desk.path("blocks");
    main_chain.record(&file);
    let replayed = desk.json(&["replay", file.to_str().expect("UTF-8")]);
    let hashes = ["hash", "databaseHash"].map(|field| replayed[field].clone());
    assert_eq!(json!(hashes), json!(live.hashes()));
}
