//! Networks where anyone may deploy, and where the work of contracts is counted.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tartan_chain::records::Block;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_state::State;
use tartan_vm::{Engine, Options};

use crate::common::*;

const NETWORK: &str = r#"
extends = "dev"
contracts.tokens.deposit_per_byte = "0"
limits.call_budget = 100000
fees.deployment = "100"
fees.update = "10.5"
"#;

/// Keeps a number of everyone who comes.
const SOURCE: &str = "
actions.createSSC = async (params) => {
    if (!(await api.db.tableExists('visits'))) await api.db.createTable('visits', ['who']);
    if (params && params.fail) throw new Error('no');
};
actions.visit = async (payload) => {
    await api.db.insert('visits', { who: api.sender, note: payload.note });
    api.emit('visit', { who: api.sender });
};
actions.spin = async () => {
    await api.db.insert('visits', { who: 'nobody' });
    try { for (;;) { } } catch (error) { api.emit('caught', {}); }
};";

fn network(text: &str) -> Network {
    Network::from_toml(text).unwrap()
}

pub(crate) fn open_with_scripts(network: Network) -> Chain {
    let options = Options {
        metered: network.rules.metered,
        budget: network.limits.call_budget,
        ..Options::default()
    };
    let registry = network.registry().unwrap();
    let registry = registry.with_engine(Arc::new(Engine::new(options)));
    Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap()
}

/// A metered network, on which alice has 150 of the utility token.
fn metered() -> (Chain, Main) {
    let (mut chain, mut main) = (open_with_scripts(network(NETWORK)), Main::new());
    chain.apply(&main.block(vec![pay("alice", "150")])).unwrap();
    (chain, main)
}

fn deployment(name: &str, source: &str, params: Value) -> Value {
    json!({ "name": name, "params": params, "code": STANDARD.encode(source) })
}

impl Main {
    fn deploys(&mut self, chain: &mut Chain, who: &str, name: &str, source: &str) -> Vec<String> {
        let payload = deployment(name, source, Value::Null);
        let block = self.block(vec![active(who, "contract", "deploy", payload)]);
        errors(&chain.apply(&block).unwrap())
    }
}

fn eng(chain: &Chain, who: &str) -> String {
    balance(&chain.reader(), who, "ENG")
}

fn supply(chain: &Chain) -> String {
    let query = json!({ "symbol": "ENG" });
    let row = chain.reader().find_one("tokens", "tokens", &query).unwrap();
    row.unwrap()["circulatingSupply"]
        .as_str()
        .unwrap()
        .to_string()
}

#[test]
fn anyone_deploys_and_updates_for_a_fee() {
    let (mut chain, mut main) = metered();
    assert_eq!(main.deploys(&mut chain, "alice", "guestbook", SOURCE), [""]);
    assert_eq!(eng(&chain, "alice"), "50.00000000");
    assert_eq!(main.deploys(&mut chain, "alice", "guestbook", SOURCE), [""]);
    assert_eq!(eng(&chain, "alice"), "39.50000000");
    assert_eq!(eng(&chain, "null"), "110.50000000");
    assert_eq!(supply(&chain), "9999889.50000000");
    let visit = active("bob", "guestbook", "visit", json!({ "note": "hello" }));
    let block = chain.apply(&main.block(vec![visit])).unwrap();
    assert_eq!(
        logs(&block),
        "{\"events\":[{\"contract\":\"guestbook\",\"event\":\"visit\",\"data\":{\"who\":\"bob\"}}]}\n"
    );
}

#[test]
fn those_who_run_the_network_deploy_for_nothing() {
    let (mut chain, mut main) = metered();
    assert_eq!(
        main.deploys(&mut chain, "steemsc", "nftmarket", SOURCE),
        [""]
    );
    assert_eq!(supply(&chain), "10000000.00000000");
}

#[test]
fn a_deployment_that_fails_costs_nothing() {
    let (mut chain, mut main) = metered();
    let fails = deployment("guestbook", SOURCE, json!({ "fail": true }));
    let block = main.block(vec![active("alice", "contract", "deploy", fails)]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), ["Error: no"]);
    assert_eq!(eng(&chain, "alice"), "150");
    let refused = main.deploys(
        &mut chain,
        "alice",
        "guestbook",
        "actions.a = () => /a/.test('a');",
    );
    assert_eq!(refused.len(), 1);
    assert_ne!(refused, [""]);
    assert_eq!(eng(&chain, "alice"), "150");
    assert_eq!(chain.reader().contract("guestbook").unwrap(), None);
}

#[test]
fn a_deployer_must_pay_and_own() {
    let (mut chain, mut main) = metered();
    assert_eq!(
        main.deploys(&mut chain, "bob", "guestbook", SOURCE),
        ["balance does not exist; you must be able to pay the deployment fee of 100 ENG"]
    );
    chain.apply(&main.block(vec![pay("bob", "99")])).unwrap();
    assert_eq!(
        main.deploys(&mut chain, "bob", "guestbook", SOURCE),
        ["overdrawn balance; you must be able to pay the deployment fee of 100 ENG"]
    );
    assert_eq!(main.deploys(&mut chain, "alice", "guestbook", SOURCE), [""]);
    assert_eq!(
        main.deploys(&mut chain, "bob", "guestbook", SOURCE),
        ["you are not allowed to update this contract"]
    );
    let spend = transfer("alice", "carol", "ENG", "45");
    chain.apply(&main.block(vec![spend])).unwrap();
    assert_eq!(
        main.deploys(&mut chain, "alice", "guestbook", SOURCE),
        ["overdrawn balance; you must be able to pay the update fee of 10.5 ENG"]
    );
}

#[test]
fn some_names_are_not_for_everyone() {
    let (mut chain, mut main) = metered();
    for name in ["tokens", "nftmarket", "dice", "comments"] {
        assert_eq!(
            main.deploys(&mut chain, "alice", name, SOURCE),
            [match name {
                "tokens" | "comments" => "you are not allowed to update this contract".to_string(),
                name => format!("contract name {name} is reserved"),
            }]
        );
    }
    let payload = deployment("guestbook", SOURCE, Value::Null);
    let block = main.block(vec![posting("alice", "contract", "deploy", payload)]);
    assert_eq!(
        errors(&chain.apply(&block).unwrap()),
        ["you must use a custom_json signed with your active key"]
    );
}

#[test]
fn a_call_that_uses_up_its_budget_leaves_nothing() {
    let (mut chain, mut main) = metered();
    main.deploys(&mut chain, "alice", "guestbook", SOURCE);
    let spin = active("bob", "guestbook", "spin", json!({}));
    let visit = active("bob", "guestbook", "visit", json!({ "note": "hello" }));
    let block = chain.apply(&main.block(vec![spin, visit])).unwrap();
    assert_eq!(
        errors(&block),
        ["Error: the call used up its budget of 100000 units", ""]
    );
    let rows = chain
        .reader()
        .find_one("guestbook", "visits", &json!({ "who": "nobody" }));
    assert_eq!(rows.unwrap(), None);
}

#[test]
fn elsewhere_deploying_stays_with_those_who_run_the_network() {
    let (mut chain, mut main) = (
        open_with_scripts(network("extends = \"dev\"\nrules.metered = false")),
        Main::new(),
    );
    chain.apply(&main.block(vec![pay("alice", "150")])).unwrap();
    assert_eq!(
        main.deploys(&mut chain, "alice", "guestbook", SOURCE),
        ["the contract deployment is currently unavailable"]
    );
}

#[test]
fn two_runs_give_the_same_blocks() {
    let run = || -> Vec<Arc<Block>> {
        let (mut chain, mut main) = metered();
        let visit = |n: u32| {
            active(
                "bob",
                "guestbook",
                "visit",
                json!({ "note": "x".repeat(n as usize) }),
            )
        };
        main.deploys(&mut chain, "alice", "guestbook", SOURCE);
        let calls = (0..20).map(|n| match n % 5 {
            4 => active("bob", "guestbook", "spin", json!({})),
            _ => visit(n * 50),
        });
        chain.apply(&main.block(calls.collect())).unwrap();
        (0..4)
            .filter_map(|number| chain.reader().block(number).unwrap())
            .collect()
    };
    let (first, second) = (run(), run());
    assert_eq!(first.len(), 4);
    assert_eq!(first, second);
}
