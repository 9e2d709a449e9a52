//! Rounds of blocks that witnesses verify.

use serde_json::{Value, json};
use tartan_chain::network::{Flavor, Tick};
use tartan_chain::{Chain, Network, Reader};
use tartan_graphene::{Digest, MainOperation, PrivateKey};

use crate::common::*;

const WITNESSES: [&str; 3] = ["wit1", "wit2", "wit3"];

/// The development network with rounds of three witnesses.
fn network() -> Network {
    let mut network = Network::dev(Flavor::Steem);
    if !network.is_native("witnesses") {
        network.rules.native.push("witnesses".to_string());
        network.ticks.push(Tick {
            contract: "witnesses".to_string(),
            action: "scheduleWitnesses".to_string(),
            from: 0,
            if_deployed: false,
        });
    }
    let mut settings = network.contracts.witnesses.unwrap_or_default();
    (settings.top_witnesses, settings.signatures_required) = (2, 2);
    settings.reward_minimum = "0".to_string();
    network.contracts.witnesses = Some(settings);
    network
}

/// What lets there be witnesses: everybody approves all of them.
fn founding() -> Vec<MainOperation> {
    let mut operations = vec![
        active(
            "steemsc",
            "tokens",
            "stake",
            json!({ "to": "alice", "symbol": "ENG", "quantity": "100" }),
        ),
        active(
            "steemsc",
            "tokens",
            "transferToContract",
            json!({ "to": "witnesses", "symbol": "ENG", "quantity": "1" }),
        ),
    ];
    for (witness, port) in WITNESSES.iter().zip(1..) {
        let key = PrivateKey::from_seed(witness).public_key();
        let registration = json!({
            "IP": "192.0.2.1", "RPCPort": port, "P2PPort": port, "signingKey": key.to_text("STM"), "enabled": true,
        });
        operations.push(active(witness, "witnesses", "register", registration));
        let approve = json!({ "witness": witness });
        operations.push(posting("alice", "witnesses", "approve", approve));
    }
    operations
}

fn params(reader: &Reader) -> Value {
    let row = reader.find_one("witnesses", "params", &json!({})).unwrap();
    serde_json::to_value(row.expect("the contract is there")).unwrap()
}

fn number(reader: &Reader, field: &str) -> u64 {
    params(reader)[field].as_u64().expect("a number")
}

/// The proposal of the round, with the signatures of so many, the proposer's among them.
fn proposal(reader: &Reader, signers: usize) -> MainOperation {
    let first = number(reader, "lastVerifiedBlockNumber") + 1;
    let hash = (first..=number(reader, "lastBlockRound")).fold(String::new(), |hash, number| {
        let block = reader.block(number).unwrap().expect("it was made");
        Digest::of(&[hash.as_bytes(), block.hash.to_string().as_bytes()]).to_string()
    });
    let digest: Digest = hash.parse().unwrap();
    let proposer = params(reader)["currentWitness"]
        .as_str()
        .unwrap()
        .to_string();
    let mut names = WITNESSES.to_vec();
    names.sort_by_key(|name| *name != proposer);
    let sign = |name: &&str| json!([name, PrivateKey::from_seed(name).sign(&digest).to_string()]);
    let signatures: Vec<Value> = names[..signers].iter().map(sign).collect();
    let payload = json!({ "roundHash": hash, "signatures": signatures });
    active(&proposer, "witnesses", "proposeRound", payload)
}

/// A chain whose first round has all its blocks.
fn complete_round() -> (Chain, Main) {
    let (mut chain, mut main) = (open(network()), Main::new());
    let founded = chain.apply(&main.block(founding())).unwrap();
    assert!(
        errors(&founded).iter().all(String::is_empty),
        "{}",
        logs(&founded)
    );
    let reader = chain.reader();
    let last = number(&reader, "lastBlockRound");
    assert_eq!(last, 3, "the round begins with the block that schedules it");
    while reader.latest_block().unwrap().unwrap().number < last {
        chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    }
    (chain, main)
}

/// Who verified each block from 1 on.
fn verified_by(reader: &Reader) -> Vec<String> {
    let latest = reader.latest_block().unwrap().unwrap().number;
    let blocks = (1..=latest).map(|number| reader.block(number).unwrap().expect("it was made"));
    blocks.map(|block| block.witness.clone()).collect()
}

#[test]
fn blocks_show_who_verified_them() {
    let (mut chain, mut main) = complete_round();
    let reader = chain.reader();
    let before = hashes(&reader);
    let proposer = params(&reader)["currentWitness"]
        .as_str()
        .unwrap()
        .to_string();
    let accepted = chain
        .apply(&main.block(vec![proposal(&reader, 2)]))
        .unwrap();
    assert_eq!(errors(&accepted), [""]);
    let by = proposer.as_str();
    assert_eq!(verified_by(&reader), [by, by, by, ""]);
    let block = reader.block(2).unwrap().unwrap();
    assert_eq!(block.round, Some(1));
    let key = PrivateKey::from_seed(by).public_key();
    assert_eq!(block.signing_key, key.to_text("STM"));
    let signature: tartan_graphene::Signature = block.round_signature.parse().unwrap();
    assert!(signature.is_by(&key, &block.round_hash.parse().unwrap()));
    // no hash covers that
    assert_eq!(hashes(&reader)[..before.len()], before);
    let row = json!({ "account": by, "symbol": "ENG" });
    let row = reader
        .find_one("tokens", "balances", &row)
        .unwrap()
        .unwrap();
    assert_eq!(row["stake"].as_str(), Some("0.05707758"));
    // the tick of the same block makes the next round
    assert_eq!(number(&reader, "round"), 2);
    assert_eq!(number(&reader, "lastBlockRound"), 6);
}

/// A proposal with too few signatures is told as an error, and what it leaves stays though failures leave no trace.
#[test]
fn a_partial_proposal_is_remembered() {
    let (mut chain, mut main) = complete_round();
    let reader = chain.reader();
    let partial = chain
        .apply(&main.block(vec![proposal(&reader, 1)]))
        .unwrap();
    assert_eq!(
        errors(&partial),
        ["valid round hash but not enough signatures"]
    );
    let query = json!({ "verifiedRound": true });
    let marked = reader.find_one("witnesses", "schedules", &query).unwrap();
    let marked = marked.expect("the proposer has signed");
    assert_eq!(
        Some(marked["witness"].as_str().unwrap()),
        params(&reader)["currentWitness"].as_str()
    );
    assert_eq!(verified_by(&reader), ["", "", "", ""]);
    let accepted = chain
        .apply(&main.block(vec![proposal(&reader, 3)]))
        .unwrap();
    assert_eq!(errors(&accepted), [""]);
    assert_eq!(number(&reader, "lastVerifiedBlockNumber"), 3);
}

/// A fork of the main chain takes the verification back with everything else.
#[test]
fn a_fork_takes_a_round_back() {
    let (mut chain, mut main) = complete_round();
    let reader = chain.reader();
    let (height, before) = (main.number, everything(&chain));
    let mut other = main.fork(7);
    chain
        .apply(&main.block(vec![proposal(&reader, 3)]))
        .unwrap();
    assert_ne!(verified_by(&reader)[0], "");
    chain.revert_to(height).unwrap();
    assert_eq!(everything(&chain), before);
    chain.apply(&other.block(vec![pay("alice", "2")])).unwrap();
    assert_eq!(verified_by(&reader), [""; 4]);
    let accepted = chain
        .apply(&other.block(vec![proposal(&reader, 3)]))
        .unwrap();
    assert_eq!(errors(&accepted), [""]);
    assert_ne!(verified_by(&reader)[2], "");
}
