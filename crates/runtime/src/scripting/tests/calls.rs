//! Calls between contracts: what is passed on, what comes back, what joins the log.

use super::*;
use crate::code_hash::sha256_hex;

/// `caller`, whose `run` calls `callee`; whose actions tell what they got, fail, throw or do nothing.
fn pair(
    dialect: Dialect,
    run: impl Fn(&Object, &mut Context<'_>) -> ActionResult + Send + Sync + 'static,
) -> World {
    let mut world = World::new(dialect);
    world.contract("callee", callee);
    world.contract("tokens", callee);
    let receipt = world.contract("caller", move |action, payload, ctx| match action {
        "createSSC" => Ok(()),
        _ => run(payload, ctx),
    });
    assert_eq!(receipt.logs, Logs::default());
    world
}

fn callee(action: &str, payload: &Object, ctx: &mut Context<'_>) -> ActionResult {
    match action {
        "createSSC" => ctx
            .documents()
            .create_table("rows", &json("[]"), &json("{}")),
        "tell" | "transferFromContract" => {
            let sender = ctx.sender().to_string();
            see(ctx, sender);
            see(ctx, payload.clone());
            Ok(())
        }
        "fail" => {
            ctx.documents().insert("rows", record("{}"))?;
            ctx.emit("before", Value::Null);
            ctx.log_check("failed");
            Ok(())
        }
        "throw" => {
            ctx.emit("before", Value::Null);
            Err(Failure::exception("TypeError", "thrown"))
        }
        "nameless" => Err(Failure::exception("", "thrown")),
        "nothing" => Ok(()),
        "count" => {
            let all = all(ctx, "rows")?;
            see(ctx, all.as_array().map(Vec::len).unwrap_or_default());
            Ok(())
        }
        "pass" => {
            let passed = ctx.call_from_script(Identity::Sender, "callee", "tell", Object::new());
            passed.map(drop)
        }
        "transferAsCaller" => {
            let (to, symbol) = (Value::from("bob"), Value::from("ENG"));
            let result = ctx.transfer_tokens(true, to, symbol, Value::from("1"), None)?;
            see(ctx, result.map(|result| result.contains_key("errors")));
            Ok(())
        }
        _ => Err(Failure::Unknown),
    }
}

fn call(action: &'static str) -> impl Fn(&Object, &mut Context<'_>) -> ActionResult {
    move |payload, ctx| {
        let params = payload.get("params").and_then(Value::as_object);
        let params = params.cloned().unwrap_or_default();
        let result = ctx.call_from_script(Identity::Sender, "callee", action, params)?;
        see(ctx, result);
        Ok(())
    }
}

fn hash(code: &str) -> String {
    sha256_hex(code.as_bytes())
}

#[test]
fn the_result_of_a_call_that_ends_well() {
    for dialect in [Dialect::Hive, Dialect::Modern] {
        let mut world = pair(dialect, call("nothing"));
        let receipt = world.send("caller", "run", "{}");
        let callee = hash("callee");
        assert_eq!(
            seen(&receipt),
            format!(r#"{{"executedCodeHash":"{callee}"}}"#)
        );
        assert_eq!(receipt.code_hash, hash(&(hash("caller") + &callee)));
    }
}

#[test]
fn the_events_of_a_call_are_in_its_result_and_the_log() {
    let mut world = pair(Dialect::Hive, call("tell"));
    let receipt = world.send("caller", "run", r#"{"params":{"b":1,"a":2}}"#);
    let info =
        r#"{"b":1,"a":2,"callingContractInfo":{"name":"caller","action":"run","version":1}}"#;
    let events = format!(
        r#"[{{"contract":"callee","event":"seen","data":"alice"}},{{"contract":"callee","event":"seen","data":{info}}}]"#
    );
    let result = format!(
        r#"{{"events":{events},"executedCodeHash":"{}"}}"#,
        hash("callee")
    );
    assert_eq!(seen(&receipt), ["\"alice\"", info, &result].join("\n"));
}

#[test]
fn a_failed_check_of_the_callee() {
    let mut world = pair(Dialect::Hive, call("fail"));
    let receipt = world.send("caller", "run", "{}");
    assert_eq!(receipt.logs.errors, ["failed"]);
    let result = receipt.logs.events.last().unwrap().data.stringify();
    let expected = format!(
        r#"{{"errors":["failed"],"events":[{{"contract":"callee","event":"before","data":null}}],"executedCodeHash":"{}"}}"#,
        hash("callee")
    );
    assert_eq!(result, expected);
    assert_eq!(
        seen(&world.send("callee", "count", "{}")),
        "1",
        "the write stays"
    );
}

#[test]
fn a_failed_check_of_the_callee_on_new_networks() {
    let mut world = pair(Dialect::Modern, call("fail"));
    let receipt = world.send("caller", "run", "{}");
    assert_eq!(receipt.logs.errors, ["failed"]);
    assert_eq!(seen(&receipt), r#"{"errors":["failed"]}"#);
    assert_eq!(receipt.code_hash, hash("caller"));
    assert_eq!(
        seen(&world.send("callee", "count", "{}")),
        "0",
        "the write is undone"
    );
}

#[test]
fn a_check_of_its_own_fails_a_call_on_new_networks_only() {
    for (dialect, writes, events) in [(Dialect::Hive, "1", 1), (Dialect::Modern, "0", 0)] {
        let mut world = pair(dialect, call("nothing"));
        let receipt = world.send("callee", "fail", "{}");
        assert_eq!(receipt.logs.errors, ["failed"]);
        assert_eq!(receipt.logs.events.len(), events);
        assert_eq!(receipt.code_hash, hash("callee"));
        assert_eq!(seen(&world.send("callee", "count", "{}")), writes);
    }
}

#[test]
fn exceptions_and_what_has_no_message() {
    for (action, error) in [
        ("throw", "TypeError: thrown"),
        ("nameless", "unknown error"),
        ("unknown", "unknown error"),
        ("createSSC", "you cannot trigger this action"),
    ] {
        let mut world = pair(Dialect::Hive, call(action));
        let receipt = world.send("caller", "run", "{}");
        assert_eq!(receipt.logs.errors, [error]);
        assert_eq!(seen(&receipt), format!(r#"{{"errors":["{error}"]}}"#));
        assert_eq!(receipt.code_hash, hash("caller"));
        let receipt = world.send("callee", action, "{}");
        assert_eq!(
            receipt.logs,
            Logs::error(error),
            "what was logged before is lost"
        );
    }
}

#[test]
fn some_calls_are_skipped() {
    let mut world = pair(Dialect::Hive, |_, ctx| {
        let skipped =
            ctx.call_from_script(Identity::Sender, "mining", "handleNftChange", Object::new())?;
        see(ctx, skipped);
        let missing = ctx.call_from_script(Identity::Sender, "mining", "other", Object::new())?;
        see(ctx, missing);
        Ok(())
    });
    let receipt = world.send("caller", "run", "{}");
    assert_eq!(
        seen(&receipt),
        "null\n{\"errors\":[\"contract doesn't exist\"]}"
    );
}

#[test]
fn identities() {
    let mut world = pair(Dialect::Hive, |_, ctx| {
        for identity in [Identity::Sender, Identity::Owner, Identity::Node] {
            ctx.call_from_script(identity, "callee", "tell", Object::new())?;
        }
        Ok(())
    });
    let receipt = world.send("caller", "run", "{}");
    let senders = receipt.logs.events.iter().step_by(2);
    let senders: Vec<String> = senders.map(|event| event.data.stringify()).collect();
    assert_eq!(senders, [r#""alice""#, r#""engine""#, r#""null""#]);
}

#[test]
fn five_executions_may_be_under_way() {
    let mut world = World::new(Dialect::Hive);
    world.contract("deep", |action, payload, ctx| {
        if action == "createSSC" {
            return Ok(());
        }
        let depth = payload
            .get("depth")
            .and_then(Value::as_f64)
            .unwrap_or_default();
        see(ctx, depth);
        let params = Object::from_iter([("depth", Value::from(depth + 1.0))]);
        ctx.call_from_script(Identity::Sender, "deep", "down", params)
            .map(drop)
    });
    let receipt = world.send("deep", "down", r#"{"depth":1}"#);
    assert_eq!(seen(&receipt), "1\n2\n3\n4\n5");
    assert_eq!(receipt.logs.errors, ["unknown error"]);
}

#[test]
fn payment_and_authority_are_passed_on() {
    let payload = r#"{"recipient":"me","amountHIVEHBD":"1.000 HIVE","isSignedWithActiveKey":true,"params":{"recipient":"forged","x":1}}"#;
    for dialect in [Dialect::Hive, Dialect::Modern] {
        let mut world = pair(dialect, call("tell"));
        let receipt = world.send("caller", "run", payload);
        assert_eq!(
            seen(&receipt).lines().nth(1).unwrap(),
            r#"{"recipient":"me","x":1,"amountHIVEHBD":"1.000 HIVE","isSignedWithActiveKey":true,"callingContractInfo":{"name":"caller","action":"run","version":1}}"#
        );
    }
}

#[test]
fn what_a_contract_claims_goes_on_to_the_next_on_the_reference_only() {
    let payload = r#"{"params":{"recipient":"forged","isSignedWithActiveKey":true}}"#;
    let passed = |dialect| {
        let mut world = pair(dialect, call("pass"));
        let receipt = world.send("caller", "run", payload);
        seen(&receipt).lines().nth(1).unwrap().to_string()
    };
    let info = r#""callingContractInfo":{"name":"callee","action":"pass","version":1}"#;
    assert_eq!(
        passed(Dialect::Hive),
        format!(r#"{{"recipient":"forged","isSignedWithActiveKey":true,{info}}}"#)
    );
    assert_eq!(passed(Dialect::Modern), format!("{{{info}}}"));
}

#[test]
fn a_transfer_of_the_contracts_tokens() {
    let mut world = pair(Dialect::Hive, |_, ctx| {
        let (to, symbol) = (Value::from("bob"), Value::from("ENG"));
        ctx.transfer_tokens(false, to, symbol, Value::from("1"), None)
            .map(drop)
    });
    assert_eq!(
        seen(&world.send("caller", "run", "{}")),
        r#""null"
{"from":"caller","to":"bob","quantity":"1","symbol":"ENG","callingContractInfo":{"name":"caller","action":"run","version":1}}"#
    );
}

#[test]
fn a_transfer_from_the_calling_contract() {
    for (dialect, info) in [
        (Dialect::Hive, r#"{"name":"callee","action":1}"#),
        (
            Dialect::Modern,
            r#"{"name":"callee","action":"transferAsCaller","version":1}"#,
        ),
    ] {
        let mut world = pair(dialect, call("transferAsCaller"));
        let receipt = world.send("caller", "run", "{}");
        assert_eq!(
            seen(&receipt).lines().nth(1).unwrap(),
            format!(
                r#"{{"from":"caller","to":"bob","quantity":"1","symbol":"ENG","callingContractInfo":{info}}}"#
            )
        );
    }
}

#[test]
fn a_contract_that_its_caller_does_not_vouch_for_cannot_pay_from_its_balance() {
    let stranger = |_: &Object, ctx: &mut Context<'_>| {
        let ended = ctx.call_stranger("callee", "transferAsCaller", Object::default(), 2);
        assert!(matches!(ended, Err(Failure::Check(None))));
        ended.map(drop)
    };
    let mut world = pair(Dialect::Modern, stranger);
    let receipt = world.send("caller", "run", "{}");
    assert_eq!(
        receipt.logs.errors,
        ["TypeError: contract caller trusts nobody with its tokens"]
    );
}

#[test]
fn without_a_calling_contract_there_is_nothing_to_transfer_from() {
    for (dialect, payload, error) in [
        (
            Dialect::Hive,
            "{}",
            "TypeError: Cannot read properties of null (reading 'applySyncPromise')",
        ),
        (
            Dialect::Hive,
            r#"{"callingContractInfo":null}"#,
            "TypeError: Cannot read properties of null (reading 'name')",
        ),
        (
            Dialect::Modern,
            r#"{"callingContractInfo":""}"#,
            "TypeError: there is no calling contract",
        ),
    ] {
        let mut world = pair(dialect, call("nothing"));
        let receipt = world.send("callee", "transferAsCaller", payload);
        assert_eq!(receipt.logs.errors, [error]);
    }
    // a falsy value that a sender left there has no name
    let mut world = pair(Dialect::Hive, call("nothing"));
    let receipt = world.send("callee", "transferAsCaller", r#"{"callingContractInfo":0}"#);
    let payload = seen(&receipt).lines().nth(1).unwrap().to_string();
    assert!(payload.starts_with(r#"{"to":"bob","#), "{payload}");
}

/// Deploys a contract whose `createSSC` makes these calls and tells the results.
fn deploying(
    dialect: Dialect,
    rule: CodeHashRule,
    actions: &'static [&'static str],
) -> (Receipt, String) {
    let mut world = pair(dialect, call("nothing"));
    world.chain.rules.code_hash = rule;
    let results = Arc::new(Mutex::new(Vec::new()));
    let told = results.clone();
    let receipt = world.contract("third", move |_, _, ctx| {
        for action in actions {
            let result = ctx.call_from_script(Identity::Sender, "callee", action, Object::new())?;
            told.lock().unwrap().push(Value::from(result).stringify());
        }
        Ok(())
    });
    let results = results.lock().unwrap().join("\n");
    (receipt, results)
}

#[test]
fn calls_of_a_deployment_merge_defectively_on_the_reference() {
    let callee = hash("callee");
    let result = format!(r#"{{"executedCodeHash":"{callee}"}}"#);
    let log = |receipt: &Receipt| receipt.logs.to_json(LogOrder::ErrorsFirst);

    let (receipt, results) =
        deploying(Dialect::Hive, CodeHashRule::Append, &["nothing", "nothing"]);
    assert_eq!(results, [result.as_str(), &result].join("\n"));
    assert_eq!(
        log(&receipt),
        format!(r#"{{"executedCodeHash":"undefined{callee}{callee}"}}"#)
    );
    assert_eq!(receipt.code_hash, hash("third"));

    let (receipt, _) = deploying(Dialect::Hive, CodeHashRule::Rehash, &["nothing"]);
    let stray = hash(&format!("undefined{callee}"));
    assert_eq!(
        log(&receipt),
        format!(r#"{{"executedCodeHash":"{stray}"}}"#)
    );

    let (receipt, results) = deploying(
        Dialect::Hive,
        CodeHashRule::Rehash,
        &["fail", "tell", "unknown"],
    );
    assert_eq!(
        results,
        "{\"errors\":[{}]}\n{\"events\":[],\"errors\":[{}]}\n{\"errors\":[{}]}"
    );
    assert_eq!(log(&receipt), "{}");
}

#[test]
fn calls_of_a_deployment_on_new_networks_are_calls() {
    let (receipt, results) = deploying(Dialect::Modern, CodeHashRule::Rehash, &["nothing", "fail"]);
    let callee = hash("callee");
    assert_eq!(
        results,
        format!("{{\"executedCodeHash\":\"{callee}\"}}\n{{\"errors\":[\"failed\"]}}")
    );
    assert_eq!(receipt.logs, Logs::error("failed"));
    assert_eq!(receipt.code_hash, hash(&(hash("third") + &callee)));
}

#[test]
fn what_a_script_is_told_of_its_call() {
    let mut world = pair(Dialect::Hive, |_, ctx| {
        let (seed, places, creating) = (
            ctx.random_seed(),
            ctx.decimals().decimal_places,
            ctx.creating(),
        );
        see(ctx, seed);
        see(ctx, places);
        see(ctx, creating);
        let names = format!("{} {}", ctx.block_timestamp_name(), ctx.main_number_name());
        see(ctx, names);
        let logged = ctx.logs().events.len();
        see(ctx, logged);
        Ok(())
    });
    assert_eq!(
        seen(&world.send("caller", "run", "{}")),
        r#""id3id4tx4"
3
false
"hiveBlockTimestamp refHiveBlockNumber"
4"#
    );
    world.script("nested", |action, _, ctx| {
        let (seed, places) = (ctx.random_seed(), ctx.decimals().decimal_places);
        see(ctx, seed);
        see(ctx, places);
        match action {
            "run" => ctx
                .call_from_script(Identity::Sender, "nested", "inner", Object::new())
                .map(drop),
            _ => Ok(()),
        }
    });
    assert_eq!(seen(&world.deploy("nested", "nested")), "\"id4id5tx5\"\n20");
    assert_eq!(
        seen(&world.send("nested", "run", "{}")),
        "\"id5id6tx6\"\n3\n\"id5id6undefined\"\n3"
    );
}
