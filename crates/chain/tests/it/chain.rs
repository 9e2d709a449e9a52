//! What a chain does with main-chain blocks: results, errors, notifications, links, forks, restarts.

use std::sync::Arc;
use std::time::Duration;

use crate::common::*;
use expect_test::expect;
use serde_json::json;
use tartan_chain::network::Flavor;
use tartan_chain::{
    Chain, ChainError, Links, Network, Notification, OpenOptions, SubscriptionError,
};
use tartan_state::{State, StateOptions};

#[test]
fn genesis_gives_the_engine_account_the_utility_token() {
    let chain = dev();
    let reader = chain.reader();
    let genesis = reader.block(0).unwrap().unwrap();
    assert_eq!(genesis.previous_hash.as_str(), "0");
    assert_eq!(genesis.timestamp, "2018-06-01T00:00:00");
    assert_eq!(
        genesis.transactions[0].logs,
        r#"{"errors":["contract doesn't exist"]}"#
    );
    assert_eq!(balance(&reader, "steemsc", "ENG"), "10000000.00000000");
    assert_eq!(
        balance(&reader, "steem-peg", "STEEMP"),
        "9007199254740991.00000000"
    );
    let hive = open(Network::dev(Flavor::Hive)).reader();
    assert_eq!(balance(&hive, "hive-engine", "BEE"), "10000000.00000000");
    assert_eq!(
        balance(&hive, "honey-swap", "SWAP.HIVE"),
        "9007199254740991.00000000"
    );
}

#[test]
fn a_founder_with_the_fee_creates_a_token_at_once() {
    let (mut chain, mut main) = (dev(), Main::new());
    let create = json!({ "symbol": "COOL", "name": "Cool", "precision": 3, "maxSupply": "1000" });
    let block = chain
        .apply(&main.block(vec![
            active("founder", "tokens", "create", create.clone()),
            pay("founder", "10"),
            active("founder", "tokens", "create", create),
            active(
                "founder",
                "tokens",
                "issue",
                json!({ "symbol": "COOL", "to": "founder", "quantity": "7" }),
            ),
        ]))
        .unwrap();
    assert_eq!(
        errors(&block),
        [
            "you must have enough tokens to cover the creation fees",
            "",
            "",
            ""
        ]
    );
    assert_eq!(balance(&chain.reader(), "founder", "COOL"), "7.000");
    assert_eq!(balance(&chain.reader(), "founder", "ENG"), "0.00000000");
}

#[test]
fn what_anyone_may_send_is_answered_in_the_words_of_the_reference() {
    let (mut chain, mut main) = (dev(), Main::new());
    let call = |contract: &str, action: &str| active("alice", contract, action, json!({}));
    let sent = [
        call("nothing", "here"),
        call("tokens", "nothing"),
        call("tokens", "constructor"),
        call("tokens", "createSSC"),
        call("nothing", "createSSC"),
        call("contract", "deploy"),
        call("contract", "update"),
        call("contract", "registerTick"),
        call("contract", "nothing"),
        call("blockProduction", "vote"),
        posting(
            "alice",
            "tokens",
            "transfer",
            json!({ "symbol": "ENG", "to": "bob", "quantity": "1" }),
        ),
        custom_json(
            &["alice"],
            &[],
            r#"{"contractName":"tokens","contractAction":"transfer","contractPayload":[1]}"#,
        ),
        posting(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": "fresh", "code": "eA==" }),
        ),
        active("steemsc", "contract", "deploy", json!({})),
        active("steemsc", "contract", "deploy", json!({ "name": "fresh" })),
        active(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": 5, "code": "eA==" }),
        ),
        active(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": "no_score", "code": "eA==" }),
        ),
        active(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": "null", "code": "eA==" }),
        ),
        active(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": "tokens", "code": "eA==" }),
        ),
        active(
            "steem-peg",
            "contract",
            "update",
            json!({ "name": "tokens", "code": "eA==" }),
        ),
        active(
            "steemsc",
            "contract",
            "deploy",
            json!({ "name": "fresh", "code": "eA==" }),
        ),
        active("steemsc", "contract", "registerTick", json!({})),
        active(
            "steemsc",
            "contract",
            "registerTick",
            json!({ "contractName": {}, "tickAction": [] }),
        ),
        active(
            "steemsc",
            "contract",
            "registerTick",
            json!({ "contractName": "tokens", "tickAction": "checkPendingUnstakes" }),
        ),
        active(
            "steemsc",
            "contract",
            "registerTick",
            json!({ "contractName": "tokens", "tickAction": "other" }),
        ),
    ];
    let block = chain.apply(&main.block(sent.to_vec())).unwrap();
    expect![[r#"
        {"errors":["contract doesn't exist"]}
        {"errors":["unknown error"]}
        {"errors":["unknown error"]}
        {"errors":["you cannot trigger this action"]}
        {"errors":["you cannot trigger this action"]}
        {"errors":["parameters name and code are mandatory and they must be strings"]}
        {"errors":["parameters name and code are mandatory and they must be strings"]}
        {"errors":["registerTick unauthorized"]}
        {"errors":["contract doesn't exist"]}
        {"errors":["contract doesn't exist"]}
        {"errors":["you must use a custom_json signed with your active key"]}
        {"errors":["you must use a custom_json signed with your active key"]}
        {"errors":["you must use a custom_json signed with your active key"]}
        {"errors":["parameters name and code are mandatory and they must be strings"]}
        {"errors":["parameters name and code are mandatory and they must be strings"]}
        {"errors":["parameters name and code are mandatory and they must be strings"]}
        {"errors":["invalid contract name"]}
        {"errors":["invalid contract name"]}
        {"errors":["contract tokens is native and cannot be deployed"]}
        {"errors":["you are not allowed to update this contract"]}
        {"errors":["contract fresh is a script, and this node runs native contracts only"]}
        {"errors":["contract does not exist"]}
        {"errors":["contract does not exist"]}
        {"errors":["contract tick already registered"]}
        {"events":[{"contract":"contract","event":"registerTick","data":{"contract":"tokens","action":"other","startRefBlock":2}}]}
    "#]]
    .assert_eq(&logs(&block));
    let ticks = chain.reader().ticks().unwrap();
    let last = ticks.last().unwrap();
    assert_eq!((last.action.as_str(), last.from), ("other", 2));
}

#[test]
fn wrong_types_in_every_field_are_refused() {
    let wrong = [
        json!(null),
        json!(true),
        json!(5),
        json!(-1.5),
        json!(""),
        json!("x"),
        json!("1e400"),
        json!([]),
        json!({}),
        json!({ "$gt": "" }),
        json!("x".repeat(100_000)),
    ];
    let right = json!({ "symbol": "ENG", "to": "bob", "quantity": "1", "memo": "m" });
    let (mut chain, mut main) = (dev(), Main::new());
    for field in ["symbol", "to", "quantity"] {
        let operations = wrong.iter().map(|value| {
            let mut payload = right.clone();
            payload[field] = value.clone();
            active("steemsc", "tokens", "transfer", payload)
        });
        let block = chain.apply(&main.block(operations.collect())).unwrap();
        let errors = errors(&block);
        assert_eq!(errors.len(), wrong.len());
        assert!(
            errors.iter().all(|error| !error.is_empty()),
            "{field}: {errors:?}"
        );
    }
    assert_eq!(
        balance(&chain.reader(), "steemsc", "ENG"),
        "10000000.00000000"
    );
}

#[test]
fn a_failed_action_leaves_no_trace_in_the_tables() {
    let (mut chain, mut main) = (dev(), Main::new());
    chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    let before = chain
        .reader()
        .find_one("tokens", "balances", &json!({ "account": "alice" }))
        .unwrap();
    let hash = chain.latest_block().transactions[0].database_hash;
    let block = chain
        .apply(&main.block(vec![transfer("alice", "bob", "ENG", "2")]))
        .unwrap();
    assert_eq!(logs(&block), "{\"errors\":[\"overdrawn balance\"]}\n");
    assert_eq!(
        chain
            .reader()
            .find_one("tokens", "balances", &json!({ "account": "alice" }))
            .unwrap(),
        before
    );
    assert_eq!(balance(&chain.reader(), "bob", "ENG"), "-");
    let block = block.unwrap();
    assert_eq!(
        block.transactions[0].database_hash, block.previous_database_hash,
        "nothing was written"
    );
    assert_ne!(hash, block.previous_database_hash);
}

#[test]
fn blocks_without_calls_make_no_block() {
    let (mut chain, mut main) = (dev(), Main::new());
    assert!(chain.apply(&main.block(vec![])).unwrap().is_none());
    assert_eq!(
        (chain.position().number, chain.latest_block().number),
        (1, 0)
    );
    let block = chain
        .apply(&main.block(vec![pay("alice", "1")]))
        .unwrap()
        .unwrap();
    assert_eq!((block.number, block.ref_block), (1, Some(2)));
    assert_eq!(
        block.previous_hash,
        chain.reader().block(0).unwrap().unwrap().hash
    );
}

#[test]
fn a_quiet_chain_pays_out_what_was_unstaked() {
    let (mut chain, mut main) = (dev(), Main::new());
    chain.apply(&main.block(vec![pay("alice", "5")])).unwrap();
    let stake = json!({ "symbol": "ENG", "to": "alice", "quantity": "4" });
    chain
        .apply(&main.block(vec![active("alice", "tokens", "stake", stake)]))
        .unwrap();
    let unstake = json!({ "symbol": "ENG", "quantity": "4" });
    let block = chain
        .apply(&main.block(vec![active("alice", "tokens", "unstake", unstake)]))
        .unwrap();
    assert_eq!(errors(&block), [""]);
    // three seconds a block: forty days and a block
    let paid = |chain: &Chain| balance(&chain.reader(), "alice", "ENG");
    assert_eq!(paid(&chain), "1.00000000");
    let mut ticked = None;
    for days in 1..=41 {
        let mut block = main.block(vec![]);
        while block.number % 20 != 0 {
            chain.apply(&block).unwrap();
            block = main.block(vec![]);
        }
        block.timestamp.0 += days * 86_400;
        ticked = chain.apply(&block).unwrap().or(ticked);
    }
    assert_eq!(paid(&chain), "5.00000000");
    let ticked = ticked.expect("a payout is told about");
    assert_eq!(ticked.transactions, []);
    assert_eq!(
        ticked.virtual_transactions[0].id.to_string(),
        format!("{}-0", ticked.ref_block.unwrap())
    );
    assert_eq!(
        ticked.virtual_transactions[0].sender.as_deref(),
        Some("null")
    );
}

#[test]
fn blocks_must_come_in_order_and_follow_each_other() {
    let (mut chain, mut main) = (dev(), Main::new());
    let first = main.block(vec![pay("alice", "1")]);
    let mut elsewhere = main.fork(7);
    chain.apply(&first).unwrap();
    let error = chain.apply(&first).unwrap_err().to_string();
    assert_eq!(
        error,
        "expected main-chain block 2, found block 1".replace("block 1", "1")
    );
    main.block(vec![]);
    let error = chain.apply(&main.block(vec![])).unwrap_err().to_string();
    assert_eq!(error, "expected main-chain block 2, found 3");
    elsewhere.block(vec![]);
    let mut stranger = Main::new().fork(9);
    stranger.block(vec![]);
    let error = chain.apply(&stranger.block(vec![])).unwrap_err();
    assert!(
        matches!(&error, ChainError::NotLinked { number: 2, .. }),
        "{error}"
    );
    assert_eq!(chain.position().number, 1, "nothing changed");
}

#[test]
fn recordings_may_have_gaps() {
    let network = Network::dev(Flavor::Steem);
    let registry = network.registry().unwrap();
    let options = OpenOptions {
        links: Links::Ascending,
        start: None,
    };
    let mut chain = Chain::open(network, State::memory(), registry, options).unwrap();
    let mut main = Main::new();
    main.number = 99;
    chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    main.number = 200;
    let block = main.block(vec![pay("alice", "1")]);
    chain.apply(&block).unwrap();
    let error = chain.apply(&block).unwrap_err().to_string();
    assert_eq!(error, "expected main-chain block 202, found 201");
}

#[test]
fn a_reader_gives_the_block_of_the_branch_it_is_on() {
    let (mut chain, mut main) = (dev(), Main::new());
    chain.apply(&main.block(vec![pay("alice", "5")])).unwrap();
    let mut branch = main.fork(1);
    let reader = chain.reader();
    let read = || reader.block(2).unwrap();
    assert_eq!(read(), None);
    let first = chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    assert!(Arc::ptr_eq(&read().unwrap(), &read().unwrap()));
    assert_eq!(read(), first);
    chain.revert_to(1).unwrap();
    assert_eq!(read(), None);
    let second = chain.apply(&branch.block(vec![pay("bob", "1")])).unwrap();
    assert_ne!(first, second);
    assert_eq!(read(), second);
    assert_eq!(reader.latest_block().unwrap(), second);
}

#[test]
fn a_fork_leaves_no_trace() {
    let (mut chain, mut main) = (dev(), Main::new());
    let mut notices = chain.reader().subscribe();
    chain.apply(&main.block(vec![pay("alice", "5")])).unwrap();
    let (before, mut branch) = (everything(&chain), main.fork(1));
    chain
        .apply(&main.block(vec![transfer("alice", "bob", "ENG", "1")]))
        .unwrap();
    chain.apply(&main.block(vec![])).unwrap();
    chain
        .apply(&main.block(vec![transfer("alice", "carol", "ENG", "1")]))
        .unwrap();
    chain.revert_to(1).unwrap();
    assert_eq!(everything(&chain), before);
    assert_eq!(
        (chain.position().number, chain.latest_block().number),
        (1, 1)
    );
    chain
        .apply(&branch.block(vec![transfer("alice", "dave", "ENG", "2.00000000")]))
        .unwrap();
    let balances =
        ["alice", "bob", "carol", "dave"].map(|name| balance(&chain.reader(), name, "ENG"));
    assert_eq!(balances, ["3.00000000", "-", "-", "2.00000000"]);

    let mut seen = Vec::new();
    while let Some(notice) = notices.try_next().unwrap() {
        seen.push(match notice {
            Notification::Committed(block) => {
                format!("+{} {}", block.number, block.ref_block.unwrap())
            }
            Notification::Reverted(block) => {
                format!("-{} {}", block.number, block.ref_block.unwrap())
            }
        });
    }
    assert_eq!(seen, ["+1 1", "+2 2", "+3 4", "-3 4", "-2 2", "+2 2"]);
}

#[test]
fn what_is_irreversible_stays() {
    let (mut chain, mut main) = (dev(), Main::new());
    for _ in 0..3 {
        chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    }
    chain.set_irreversible(2).unwrap();
    assert!(chain.revert_to(1).is_err());
    assert_eq!(chain.latest_block().number, 3, "nothing changed");
    chain.revert_to(2).unwrap();
    assert_eq!(chain.latest_block().number, 2);
}

#[test]
fn a_fork_cannot_take_genesis_back() {
    let network = Network::dev(Flavor::Steem);
    let registry = network.registry().unwrap();
    let options = OpenOptions {
        start: Some(100),
        ..OpenOptions::default()
    };
    let mut chain = Chain::open(network, State::memory(), registry, options).unwrap();
    let mut main = Main::new();
    main.number = 99;
    chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    assert!(chain.revert_to(50).is_err());
    assert_eq!(chain.latest_block().number, 1, "nothing changed");
    chain.revert_to(99).unwrap();
    assert_eq!(chain.latest_block().number, 0);
}

#[test]
fn a_slow_subscriber_is_told_what_it_missed() {
    let (mut chain, mut main) = (dev(), Main::new());
    let mut slow = chain.reader().subscribe();
    for _ in 0..260 {
        chain
            .apply(&main.block(vec![active("alice", "x", "y", json!({}))]))
            .unwrap();
    }
    assert!(matches!(slow.try_next(), Err(SubscriptionError::Lagged(4))));
    let Some(Notification::Committed(block)) = slow.try_next().unwrap() else {
        panic!()
    };
    assert_eq!(block.number, 5);
    drop(chain);
}

fn options(network: &Network) -> StateOptions {
    StateOptions {
        identity: network.identity().to_string(),
        map_size: 1 << 30,
        ..StateOptions::default()
    }
}

#[test]
fn after_a_restart_the_same_blocks_lead_to_the_same_head() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::dev(Flavor::Steem);
    let open = || {
        open_in(
            network.clone(),
            State::open(folder.path(), &options(&network)).unwrap(),
        )
    };
    let mut main = Main::new();
    let blocks: Vec<_> = (0..30)
        .map(|n| main.block(vec![pay(&format!("user{n}"), "1")]))
        .collect();
    let mut chain = open();
    for block in &blocks {
        chain.apply(block).unwrap();
        chain
            .set_irreversible(block.number.saturating_sub(10))
            .unwrap();
    }
    chain.state().flush().unwrap();
    let (head, all) = (chain.latest_block().hash, hashes(&chain.reader()));
    drop(chain); // as if killed: what is not on disk is gone

    let mut chain = open();
    let position = chain.position();
    assert_eq!(
        (position.number, position.id),
        (20, blocks[19].id.to_string())
    );
    for block in &blocks[20..] {
        chain.apply(block).unwrap();
    }
    assert_eq!(chain.latest_block().hash, head);
    assert_eq!(hashes(&chain.reader()), all);
}

#[test]
fn a_state_belongs_to_its_network() {
    let state = State::memory();
    drop(open_in(Network::dev(Flavor::Steem), state.clone()));
    drop(open_in(
        Network {
            name: "same".to_string(),
            ..Network::dev(Flavor::Steem)
        },
        state.clone(),
    ));
    let other = Network::dev(Flavor::Hive);
    let registry = other.registry().unwrap();
    let error = Chain::open(other, state, registry, OpenOptions::default())
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.starts_with("the state belongs to network dev ("),
        "{error}"
    );
    assert!(
        error.ends_with("choose the directory of that network, or an empty one"),
        "{error}"
    );
}

#[test]
fn natives_that_are_missing_are_named() {
    let network = Network::dev(Flavor::Steem);
    let registry = tartan_runtime::Registry::new();
    let error = Chain::open(network, State::memory(), registry, OpenOptions::default())
        .err()
        .unwrap();
    assert!(error.to_string().contains("\"tokens\""), "{error}");
}

#[test]
fn notifications_wake_those_who_wait() {
    let (mut chain, mut main) = (dev(), Main::new());
    let mut notices = chain.reader().subscribe();
    let waiter = std::thread::spawn(move || {
        for _ in 0..1000 {
            if let Some(Notification::Committed(block)) = notices.try_next().unwrap() {
                return block.number;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no notification");
    });
    chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    assert_eq!(waiter.join().unwrap(), 1);
}
