//! The rules of the public chains, with contracts made for the test in the place of theirs.

use std::sync::Arc;

use crate::common::*;
use expect_test::expect;
use serde_json::json;
use tartan_chain::ingest::Call;
use tartan_chain::records::{Block, TransactionId};
use tartan_chain::{BlockInput, Chain, Network, OpenOptions};
use tartan_document::Value;
use tartan_runtime::{
    ActionResult, Context, Contract, ContractRecord, Failure, Fatal, Payload, Registry,
    ScriptEngine, ensure,
};
use tartan_state::State;

/// Says what it is told, or fails.
struct Echo(&'static str);

impl Contract for Echo {
    fn code(&self) -> &str {
        self.0
    }

    fn create(&self, params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        match params.get("fails") {
            Some(Value::Bool(true)) => Err(Failure::Exception {
                name: "TypeError".to_string(),
                message: "no reason".to_string(),
            }),
            Some(Value::String(_)) => Err(Failure::AtLoad {
                name: "ReferenceError".to_string(),
                message: "x is not defined".to_string(),
            }),
            Some(_) => Err(Failure::check("complaint")),
            None if params.is_null() => Ok(()),
            None => {
                ctx.emit("created", params.clone());
                Ok(())
            }
        }
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "silent" => Ok(()),
            "say" => {
                ctx.emit("said", payload.0.clone());
                Ok(())
            }
            "burnFee" => {
                ctx.emit("fee", payload.0.clone());
                ensure!(payload.integer("userActionCount") != Some(3), "too many");
                Ok(())
            }
            "fail" => {
                ctx.emit("said", payload.0.clone());
                Err(Failure::check("failed"))
            }
            _ => Err(Failure::Unknown),
        }
    }
}

/// "Compiles" sources that do not say `syntax`.
struct Engine;

impl ScriptEngine for Engine {
    fn compile(&self, source: &str) -> ActionResult<Arc<dyn Contract>> {
        if source.contains("syntax") {
            return Err(Failure::Exception {
                name: "SyntaxError".to_string(),
                message: format!("Unexpected identifier {source:?}"),
            });
        }
        // as deployed in its template, and as loaded again
        let two = source.contains("\ntwo\n") || matches!(source, "[two]" | "two");
        Ok(Arc::new(Echo(if two { "two" } else { "one" })))
    }

    fn load(
        &self,
        _record: &ContractRecord,
        code: &mut dyn FnMut() -> Result<String, Fatal>,
    ) -> ActionResult<Arc<dyn Contract>> {
        self.compile(&code()?)
    }
}

fn open_with(network: Network, natives: &[&str], engine: bool) -> Chain {
    let mut registry = Registry::new();
    for name in natives {
        registry = registry.with_native(*name, Arc::new(Echo("echo")));
    }
    if engine {
        registry = registry.with_engine(Arc::new(Engine));
    }
    Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap()
}

/// A chain with the rules of `preset` and nothing in its genesis but these contracts.
fn chain_of(preset: &str, natives: &[&str], more: &str) -> Chain {
    let names = natives
        .iter()
        .map(|name| format!("{name:?}"))
        .collect::<Vec<_>>()
        .join(",");
    let text = format!(
        "extends = {preset:?}\ngenesis.transactions = []\nrules.native = [{names}]\n{more}"
    );
    open_with(Network::from_toml(&text).unwrap(), natives, false)
}

fn input(height: u64, calls: &[(&str, &str, &str, &str)]) -> BlockInput {
    let call =
        |(index, (sender, contract, action, payload)): (usize, &(&str, &str, &str, &str))| {
            let id = TransactionId::Text(format!("{height}t{index}"));
            Call::from_text(Some(height), id, *sender, *contract, *action, *payload)
        };
    BlockInput {
        ref_block: Some(height),
        ref_block_id: format!("{height:08x}"),
        prev_ref_block_id: format!("{:08x}", height - 1),
        timestamp: "2021-01-01T00:00:00".to_string(),
        time: Some(1_609_459_200_000),
        calls: calls.iter().enumerate().map(call).collect(),
    }
}

fn produce(
    chain: &mut Chain,
    height: u64,
    calls: &[(&str, &str, &str, &str)],
) -> Option<Arc<Block>> {
    chain.produce(input(height, calls)).unwrap()
}

#[test]
fn the_sandbox_genesis_has_the_hash_of_the_reference() {
    let mut network =
        Network::from_toml("extends = \"hive\"\nchain_id = \"demo\"\ngenesis.transactions = []")
            .unwrap();
    network.main_chain.genesis_block = None;
    let chain = open_with(network, &[], false);
    let genesis = chain.latest_block();
    assert_eq!(
        genesis.hash.as_str(),
        "a0d957ebdf60a7837e50fc537ca3bcc5c7971bf6e0bf013246ca2612aaa1a8bf"
    );
    assert_eq!(genesis.virtual_transactions, []);
}

#[test]
fn genesis_refers_to_its_main_chain_block() {
    let chain = chain_of("hive", &[], "");
    let genesis = chain.latest_block();
    assert_eq!(
        (genesis.ref_block, genesis.transactions[0].ref_block),
        (Some(0), Some(41_967_000))
    );
    let payload = genesis.transactions[0].payload.as_deref();
    assert_eq!(
        payload,
        Some(r#"{"chainId":"mainnet-hive","genesisHiveBlock":41967000}"#)
    );
    assert_eq!(chain.position().number, 41_966_999);
    let steem = chain_of("steem", &[], "");
    let payload = steem.latest_block().transactions[0].payload.clone();
    assert_eq!(
        payload.as_deref(),
        Some(r#"{"chainId":"mainnet1","genesisSteemBlock":29862600}"#)
    );
}

#[test]
fn a_sender_has_twenty_transactions_in_a_block_while_that_rule_holds() {
    let mut chain = chain_of("hive", &["echo"], "");
    let mut calls = vec![("alice", "echo", "silent", "{}"); 25];
    calls.extend([("null", "echo", "silent", "{}"); 25]);
    calls.push(("bob", "echo", "silent", "{}"));
    for (height, kept) in [(93_100_600, 51), (93_100_601, 46), (96_287_447, 46)] {
        let block = produce(&mut chain, height, &calls).unwrap();
        assert_eq!(block.transactions.len(), kept, "{height}");
        assert_eq!(block.per_user_limit, (height > 93_100_600).then_some(true));
    }
}

#[test]
fn the_resource_fee_comes_before_every_call() {
    let say = ("alice", "echo", "say", r#"{"a":1}"#);
    let mut without = chain_of("hive", &["echo"], "");
    let block = produce(
        &mut without,
        96_287_448,
        &[say, ("null", "echo", "silent", "{}")],
    );
    assert_eq!(errors(&block), ["contract doesn't exist", ""]);

    let mut chain = chain_of("hive", &["echo", "resourcemanager"], "");
    assert_eq!(errors(&produce(&mut chain, 96_287_447, &[say])), [""]);
    let deploy = ("alice", "contract", "deploy", "{}");
    let calls = [
        say,
        deploy,
        say,
        ("alice", "echo", "fail", "{}"),
        ("bob", "echo", "nothing", ""),
    ];
    let block = produce(&mut chain, 96_287_448, &calls);
    expect![[r#"
        {"events":[{"contract":"resourcemanager","event":"fee","data":{"userActionCount":1,"contract":"echo","action":"say","payload":{"a":1}}},{"contract":"echo","event":"said","data":{"a":1}}]}
        {"errors":["the contract deployment is currently unavailable"]}
        {"events":[{"contract":"resourcemanager","event":"fee","data":{"userActionCount":3,"contract":"echo","action":"say","payload":{"a":1}}}],"errors":["too many"]}
        {"events":[{"contract":"resourcemanager","event":"fee","data":{"userActionCount":4,"contract":"echo","action":"fail","payload":{}}},{"contract":"echo","event":"said","data":{}}],"errors":["failed"]}
        {"events":[{"contract":"resourcemanager","event":"fee","data":{"userActionCount":1,"contract":"echo","action":"nothing","payload":{}}}],"errors":["unknown error"]}
    "#]]
    .assert_eq(&logs(&block));
    let code_hashes: Vec<_> = block
        .unwrap()
        .transactions
        .iter()
        .map(|t| t.executed_code_hash.len())
        .collect();
    assert_eq!(code_hashes, [64, 0, 0, 64, 0]);
}

#[test]
fn calls_without_a_sender_contract_or_action_are_recorded() {
    let mut chain = chain_of("hive", &["echo"], "");
    let calls = [
        ("", "echo", "silent", "{}"),
        ("alice", "", "silent", "{}"),
        ("alice", "echo", "", "{}"),
    ];
    let mut input = input(50_000_000, &calls);
    input.calls[0].sender = None;
    let block = chain.produce(input).unwrap();
    let error = "the parameters sender, contract and action are required";
    assert_eq!(errors(&block), [error; 3]);
    assert_eq!(
        errors(&produce(
            &mut chain,
            50_000_001,
            &[("a", "echo", "silent", "{not json")]
        )),
        ["SyntaxError: the payload is not JSON"]
    );
}

#[test]
fn comments_that_say_something_are_dropped_in_the_old_times() {
    let mut chain = chain_of("hive", &["comments"], "");
    let calls = [
        ("null", "comments", "silent", "{}"),
        ("null", "comments", "say", "{}"),
        ("null", "comments", "fail", "{}"),
    ];
    let kept = |block: Option<Arc<Block>>| block.unwrap().transactions.len();
    assert_eq!(kept(produce(&mut chain, 54_560_500, &calls)), 1);
    assert_eq!(kept(produce(&mut chain, 54_560_501, &calls)), 3);
    assert!(produce(&mut chain, 54_560_400, &calls[1..]).is_none());
}

/// Passes its call on to the token ledger, and talks about it.
struct Relay;

impl Contract for Relay {
    fn code(&self) -> &str {
        "relay"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.call("tokens", action, payload.0.clone()).map(|_| ())
    }
}

#[test]
fn a_change_without_a_block_is_noted_on_the_last_one() {
    let network = Network::from_toml("extends = \"dev\"\ngates.keep_comments = \"never\"").unwrap();
    let natives = network.registry().unwrap();
    let registry = natives.with_native("comments", Arc::new(Relay));
    let mut chain =
        Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap();
    let mut main = Main::new();
    let payment = json!({ "symbol": "ENG", "to": "alice", "quantity": "1" });
    let relayed = active("steemsc", "comments", "transfer", payment);
    assert!(
        chain
            .apply(&main.block(vec![relayed.clone()]))
            .unwrap()
            .is_none()
    );
    assert!(chain.apply(&main.block(vec![relayed])).unwrap().is_none());
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "2.00000000");
    let genesis = chain.reader().block(0).unwrap().unwrap();
    assert_eq!(
        (&genesis, &genesis.other_hash_changes),
        (chain.latest_block(), &vec![1, 2])
    );
    let block = chain
        .apply(&main.block(vec![pay("bob", "1")]))
        .unwrap()
        .unwrap();
    assert_eq!(block.previous_database_hash, genesis.database_hash);
    // a fork takes the note back, too
    chain.revert_to(1).unwrap();
    assert_eq!(chain.latest_block().other_hash_changes, [1]);
}

#[test]
fn ticks_and_inflation_are_recorded_when_they_have_something_to_say() {
    let ticks = r#"
        ticks = [
            { contract = "echo", action = "say", from = 41967010 },
            { contract = "echo", action = "silent", from = 0 },
            { contract = "nothing", action = "here", from = 0 },
            { contract = "echo", action = "nothing", from = 0 },
        ]
        periodic = [{ every = 1200, contract = "echo", action = "say", payload = '{ "inner": "spaces" }' }]
    "#;
    let mut chain = chain_of("hive", &["echo"], ticks);
    assert_eq!(
        chain.latest_block().virtual_transactions.len(),
        1,
        "0 is a multiple of 1200"
    );
    let call = [("alice", "echo", "silent", "{}")];
    let shown = |block: Option<Arc<Block>>| -> Vec<String> {
        let show = |t: &tartan_chain::Transaction| {
            format!(
                "{} {} {:?} {}",
                t.id,
                t.sender.as_deref().unwrap(),
                t.payload.as_deref().unwrap(),
                t.logs
            )
        };
        block
            .unwrap()
            .virtual_transactions
            .iter()
            .map(show)
            .collect()
    };
    assert_eq!(shown(produce(&mut chain, 41_967_009, &call)), [""; 0]);
    expect![[r#"
        [
            "41967010-0 null \"\" {\"events\":[{\"contract\":\"echo\",\"event\":\"said\",\"data\":{}}]}",
        ]
    "#]]
    .assert_debug_eq(&shown(produce(&mut chain, 41_967_010, &call)));
    expect![[r#"
        [
            "41967600-0 null \"\" {\"events\":[{\"contract\":\"echo\",\"event\":\"said\",\"data\":{}}]}",
            "41967600-4 null \"{ \\\"inner\\\": \\\"spaces\\\" }\" {\"events\":[{\"contract\":\"echo\",\"event\":\"said\",\"data\":{\"inner\":\"spaces\"}}]}",
        ]
    "#]]
    .assert_debug_eq(&shown(produce(&mut chain, 41_967_600, &call)));
}

#[test]
fn a_tick_that_waits_for_its_contract_does_not_count() {
    let ticks = r#"
        ticks = [
            { contract = "nothing", action = "here", from = 0, if_deployed = true },
            { contract = "echo", action = "say", from = 0 },
        ]
    "#;
    let mut chain = chain_of("steem", &["echo"], ticks);
    let block = produce(&mut chain, 30_000_000, &[("alice", "echo", "silent", "{}")]).unwrap();
    assert_eq!(block.virtual_transactions[0].id.to_string(), "30000000-0");
}

#[test]
fn history_is_patched_from_data() {
    let patches = r#"
        patches.discard_transactions = [42000000]
        patches.double_virtual_transactions = [42000000]
        patches.rows = []
        ticks = [{ contract = "echo", action = "say", from = 1000 }]
    "#;
    let mut chain = chain_of("hive", &["echo"], patches);
    let block = produce(&mut chain, 42_000_000, &[("alice", "echo", "silent", "{}")]).unwrap();
    assert_eq!(
        (block.transactions.len(), block.virtual_transactions.len()),
        (0, 2)
    );
    assert_eq!(block.virtual_transactions[0], block.virtual_transactions[1]);
}

#[test]
fn rows_are_rewritten_where_history_says_so() {
    let text = r#"
        extends = "dev"
        [[patches.rows]]
        block = 2
        contract = "tokens"
        table = "balances"
        id = 2
        set = { balance = "5.00000000" }
        [[patches.rows]]
        block = 2
        contract = "tokens"
        table = "balances"
        id = 999
        set = { balance = "5.00000000" }
    "#;
    let mut chain = open(Network::from_toml(text).unwrap());
    let mut main = Main::new();
    chain
        .apply(&main.block(vec![active("alice", "x", "y", json!({}))]))
        .unwrap();
    assert_eq!(
        balance(&chain.reader(), "steemsc", "ENG"),
        "10000000.00000000"
    );
    chain
        .apply(&main.block(vec![active("alice", "x", "y", json!({}))]))
        .unwrap();
    let row = chain
        .reader()
        .find_one("tokens", "balances", &json!({ "_id": 2 }))
        .unwrap()
        .unwrap();
    assert_eq!(row["balance"], "5.00000000");
    assert_eq!(
        chain
            .reader()
            .count("tokens", "balances", &json!({ "_id": 999 }))
            .unwrap(),
        Some(0)
    );
}

#[test]
fn steem_has_no_block_production() {
    let call = [
        ("alice", "blockProduction", "vote", "{}"),
        ("alice", "blockProduction", "vote", ""),
    ];
    let mut steem = chain_of("steem", &[], "");
    assert_eq!(
        errors(&produce(&mut steem, 30_000_000, &call)),
        [
            "blockProduction contract not available",
            "contract doesn't exist"
        ]
    );
    let mut hive = chain_of("hive", &[], "");
    assert_eq!(
        errors(&produce(&mut hive, 42_000_000, &call)),
        ["contract doesn't exist"; 2]
    );
    let register = [("steemsc", "contract", "registerTick", "{}")];
    assert_eq!(
        errors(&produce(&mut steem, 30_000_001, &register)),
        ["contract doesn't exist"]
    );
}

#[test]
fn scripts_are_deployed_and_updated_by_their_owners() {
    let network =
        Network::from_toml("extends = \"hive\"\ngenesis.transactions = []\nrules.native = []")
            .unwrap();
    let mut chain = open_with(network, &[], true);
    let payload = |code: &str, params: &str| {
        use base64::Engine as _;
        let code = base64::engine::general_purpose::STANDARD.encode(code);
        format!(r#"{{"name":"fresh","params":{params},"code":"{code}"}}"#)
    };
    let (one, two) = (payload("one", "{\"x\":1}"), payload("two", "\"\""));
    let (complaint, throws) = (
        payload("one", r#"{"fails":1}"#),
        payload("one", r#"{"fails":true}"#),
    );
    let (syntax, unloaded) = (
        payload("syntax", "null"),
        payload("one", r#"{"fails":"at load"}"#),
    );
    let deploy = |sender| move |payload| (sender, "contract", "deploy", payload);
    let (engine, peg, node) = (deploy("hive-engine"), deploy("honey-swap"), deploy("null"));
    let calls = [
        engine(syntax.as_str()),
        engine(throws.as_str()),
        engine(unloaded.as_str()),
        peg(one.as_str()),
        engine(two.as_str()),
        node(two.as_str()),
        peg(two.as_str()),
        peg(complaint.as_str()),
        ("alice", "fresh", "say", "{}"),
    ];
    let block = produce(&mut chain, 42_000_000, &calls);
    expect![[r#"
        {"errors":["SyntaxError: Unexpected identifier"]}
        {"errors":["TypeError: no reason"]}
        {"errors":["ReferenceError: x is not defined"]}
        {"events":[{"contract":"fresh","event":"created","data":{"x":1}}]}
        {"errors":["you are not allowed to update this contract"]}
        {"errors":["you are not allowed to update this contract"]}
        {}
        {"errors":["complaint"]}
        {"events":[{"contract":"fresh","event":"said","data":{}}]}
    "#]]
    .assert_eq(&logs(&block));
    let contract = chain.reader().contract("fresh").unwrap().unwrap();
    assert_eq!(contract["owner"], "honey-swap");
    assert_eq!(
        (contract["version"].as_u64(), contract["code"].as_str()),
        (Some(3), Some("one"))
    );
    let calls = [&syntax, &unloaded, &throws].map(|payload| peg(payload.as_str()));
    let block = produce(&mut chain, 83_680_409, &calls);
    let sentence = "A node.js error occoured during deployment";
    assert_eq!(errors(&block), [sentence, sentence, "TypeError: no reason"]);
    // the engine account looks after what the node owns
    let owned = |code: &str| payload(code, "null").replace("fresh", "ours");
    let (one, two) = (owned("one"), owned("two"));
    let block = produce(
        &mut chain,
        83_680_410,
        &[node(one.as_str()), engine(two.as_str())],
    );
    assert_eq!(errors(&block), ["", ""]);
    let contract = chain.reader().contract("ours").unwrap().unwrap();
    assert_eq!(
        (contract["owner"].as_str(), contract["version"].as_u64()),
        (Some("null"), Some(2))
    );
}

#[test]
fn steem_loses_the_log_of_a_deployment_that_throws() {
    let network =
        Network::from_toml("extends = \"steem\"\ngenesis.transactions = []\nrules.native = []")
            .unwrap();
    let mut chain = open_with(network, &[], true);
    let throws = r#"{"name":"fresh","params":{"fails":true},"code":"b25l"}"#;
    let call = ("steemsc", "contract", "deploy", throws);
    let block = produce(&mut chain, 30_000_000, &[call]).unwrap();
    assert_eq!(block.transactions[0].logs, "undefined");
    let shown = chain.reader().block(block.number).unwrap().unwrap();
    let naming = &chain.network().naming;
    let shown = serde_json::to_value(shown.json(naming)).unwrap();
    assert_eq!(shown["transactions"][0].get("logs"), Some(&json!(null)));
}

#[test]
fn history_brings_code_of_its_own() {
    let text = r#"
        extends = "hive"
        genesis.transactions = [{ sender = "null", deploy = "fresh" }, { sender = "null", deploy = "missing" }]
        [[patches.first_transaction]]
        block = 42000000
        id = "FIX"
        sender = "hive-engine"
        update = "fresh"
        source = "fix"
        [[patches.replace_code]]
        block = 42000001
        source = "fix"
    "#;
    let mut network = Network::from_toml(text).unwrap();
    network.code_template = Some("[###ACTIONS###]".to_string());
    network.sources = [
        ("fresh".to_string(), "one".to_string()),
        ("fix".to_string(), "two".to_string()),
    ]
    .into();
    let mut chain = open_with(network, &[], true);
    let version = |chain: &Chain| {
        let contract = chain.reader().contract("fresh").unwrap().unwrap();
        format!("{} {}", contract["version"], contract["code"])
    };
    assert_eq!(
        chain.latest_block().transactions.len(),
        2,
        "the one without a source is left out"
    );
    assert_eq!(version(&chain), "1 \"one\"");
    let block = produce(&mut chain, 42_000_000, &[("alice", "x", "y", "{}")]).unwrap();
    assert_eq!(block.transactions[0].id.to_string(), "FIX");
    assert_eq!(
        block.transactions[0].ref_block,
        Some(1),
        "the number of the sidechain block"
    );
    assert_eq!(version(&chain), "2 \"two\"");
    let update = r#"{"name":"fresh","params":"","code":"b25l"}"#;
    let block = produce(
        &mut chain,
        42_000_001,
        &[("hive-engine", "contract", "update", update)],
    )
    .unwrap();
    assert_eq!(
        block.transactions[0].payload.as_deref(),
        Some(r#"{"name":"fresh","params":"","code":"dHdv"}"#)
    );
    assert_eq!(version(&chain), "3 \"two\"");
}
