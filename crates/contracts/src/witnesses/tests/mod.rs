mod admin;
mod approvals;
mod properties;
mod register;
mod replacement;
mod rounds;
mod schedule;

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use tartan_document::{Object, Value};
use tartan_graphene::{Digest, PrivateKey};
use tartan_runtime::{Blocks, Fatal, Limits};
use tartan_state::Overlay;

use super::Settings;
use crate::testing::{ENGINE, Sent, TestChain, text};

/// The blocks of a test chain: those up to a number, and what the witnesses wrote into them.
#[derive(Default)]
struct TestBlocks(Mutex<(u64, Vec<Object>)>);

impl Blocks for TestBlocks {
    fn block(&self, _: &Overlay, number: u64) -> Result<Option<Value>, Fatal> {
        let known = self.0.lock().expect("no test panics while it holds this").0;
        let block = json!({ "hash": block_hash(number) });
        Ok((number <= known).then(|| Value::from(block)))
    }

    fn verify(&self, _: &mut Overlay, verification: &Object) -> Result<(), Fatal> {
        let mut known = self.0.lock().expect("no test panics while it holds this");
        known.1.push(verification.clone());
        Ok(())
    }
}

fn block_hash(number: u64) -> String {
    Digest::of(&[b"block", &number.to_be_bytes()]).to_string()
}

/// A chain with `tokens` and `witnesses` where stake of GOV, of 5 decimals, approves, and rewards are in ENG.
struct World {
    chain: TestChain,
    blocks: Arc<TestBlocks>,
}

/// Rounds of 4 witnesses and one more, as in the examples of the specification.
fn small() -> Settings {
    Settings {
        top_witnesses: 4,
        signatures_required: 3,
        proposition_blocks: 20,
        ..Settings::default()
    }
}

/// `w0`, `w1`, ...
fn name(witness: usize) -> String {
    format!("wit{witness}")
}

fn key_of(witness: &str) -> PrivateKey {
    PrivateKey::from_seed(witness)
}

impl World {
    fn new(settings: Settings) -> World {
        World::with_limits(settings, Limits::default())
    }

    fn with_limits(witnesses: Settings, limits: Limits) -> World {
        let mut settings = crate::testing::settings();
        settings.tokens.governance_token = Some("GOV".to_string());
        settings.witnesses = Some(witnesses);
        let registry =
            crate::registry(["tokens", "witnesses"], &settings).expect("both are native");
        let mut chain = TestChain::over(registry, limits);
        let blocks = Arc::new(TestBlocks::default());
        chain.show_blocks(blocks.clone());
        let create = json!({ "name": "Governance", "symbol": "GOV", "precision": 5, "maxSupply": "10000000" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain.enable_staking("GOV", 40, 4);
        chain.enable_delegation("GOV", 7);
        let stakable = json!({ "symbol": "ENG", "unstakingCooldown": 40, "numberTransactions": 4 });
        chain
            .send("null", "tokens", "enableStaking", stakable)
            .succeeds();
        World { chain, blocks }
    }

    /// With so many witnesses, enabled and approved by `voter` with a stake of 100.
    fn with_witnesses(settings: Settings, count: usize) -> World {
        let mut world = World::new(settings);
        world.stake("voter", "100");
        for witness in 0..count {
            world.register(&name(witness)).succeeds();
            world.approve("voter", &name(witness)).succeeds();
        }
        world
    }

    fn act(&mut self, sender: &str, action: &str, payload: Json) -> Sent {
        self.chain.send(sender, "witnesses", action, payload)
    }

    fn register(&mut self, witness: &str) -> Sent {
        self.act(witness, "register", registration(witness))
    }

    /// With the posting key, as that is enough.
    fn approve(&mut self, voter: &str, witness: &str) -> Sent {
        let payload = json!({ "witness": witness });
        self.chain.post(voter, "witnesses", "approve", payload)
    }

    fn disapprove(&mut self, voter: &str, witness: &str) -> Sent {
        let payload = json!({ "witness": witness });
        self.chain.post(voter, "witnesses", "disapprove", payload)
    }

    fn stake(&mut self, account: &str, quantity: &str) {
        self.chain.issue("GOV", account, quantity);
        let stake = json!({ "to": account, "symbol": "GOV", "quantity": quantity });
        self.chain
            .send(account, "tokens", "stake", stake)
            .succeeds();
    }

    /// What the contract holds for rewards.
    fn fund(&mut self, quantity: &str) {
        let transfer = json!({ "to": "witnesses", "symbol": "ENG", "quantity": quantity });
        self.chain
            .send(ENGINE, "tokens", "transferToContract", transfer)
            .succeeds();
    }

    /// What the node does behind a block.
    fn tick(&mut self) -> Sent {
        self.act("null", "scheduleWitnesses", json!({}))
    }

    /// As many ticks as it takes until the block with this number.
    fn ticks_until(&mut self, number: u64) -> Sent {
        while self.chain.number() + 1 < number {
            self.tick();
        }
        self.tick()
    }

    /// Lets the proposer have its time, and gives what the node does then.
    fn time_is_up(&mut self) -> Sent {
        let params = self.params();
        let change = params.get("blockNumberWitnessChange");
        let change = change.and_then(Value::as_u64).expect("a number");
        self.ticks_until(change)
    }

    /// Lets time pass until all blocks of the round are there.
    fn pass_round(&mut self) {
        while self.chain.number() < self.number("lastBlockRound") {
            self.tick();
        }
        self.blocks.0.lock().expect("it is free").0 = self.chain.number();
    }

    /// The hash over the blocks of the round, each as text behind that of those before it.
    fn round_hash(&self) -> String {
        let (first, last) = (
            self.number("lastVerifiedBlockNumber") + 1,
            self.number("lastBlockRound"),
        );
        (first..=last).fold(String::new(), |hash, number| {
            Digest::of(&[hash.as_bytes(), block_hash(number).as_bytes()]).to_string()
        })
    }

    /// The proposal of the round with the signatures of these witnesses.
    fn proposal(&self, signers: &[String]) -> Json {
        let hash = self.round_hash();
        let digest: Digest = hash.parse().expect("a hash");
        let sign = |witness: &String| json!([witness, key_of(witness).sign(&digest).to_string()]);
        let signatures: Vec<Json> = signers.iter().map(sign).collect();
        json!({ "roundHash": hash, "signatures": signatures })
    }

    /// The proposer hands in what these have signed.
    fn propose(&mut self, signers: &[String]) -> Sent {
        let proposal = self.proposal(signers);
        let proposer = self.proposer();
        self.act(&proposer, "proposeRound", proposal)
    }

    fn find(&self, table: &str, query: Json) -> Vec<Object> {
        self.chain.find_in("witnesses", table, query)
    }

    fn row(&self, table: &str, query: Json) -> Object {
        let mut rows = self.find(table, query);
        assert_eq!(rows.len(), 1, "{table}");
        rows.remove(0)
    }

    fn params(&self) -> Object {
        self.row("params", json!({}))
    }

    /// A field of the parameters, as text.
    fn param(&self, field: &str) -> String {
        text(&self.params(), field)
    }

    fn number(&self, field: &str) -> u64 {
        self.params()
            .get(field)
            .and_then(Value::as_u64)
            .expect("a number")
    }

    fn proposer(&self) -> String {
        self.param("currentWitness")
    }

    fn witness(&self, account: &str) -> Object {
        self.row("witnesses", json!({ "account": account }))
    }

    fn weight(&self, witness: &str) -> String {
        let weight = self.witness(witness);
        let weight = weight.get("approvalWeight").and_then(Value::as_decimal);
        weight.expect("a decimal").to_string()
    }

    /// The witnesses of the round, in order.
    fn order(&self) -> Vec<String> {
        let rows = self.find("schedules", json!({}));
        rows.iter().map(|row| text(row, "witness")).collect()
    }
}

fn registration(witness: &str) -> Json {
    json!({
        "domain": format!("{witness}.example.com"), "RPCPort": 5000, "P2PPort": 6000,
        "signingKey": key_of(witness).public_key().to_text("STM"), "enabled": true,
    })
}

/// A payload with some fields changed; null: left out.
fn but(mut payload: Json, changes: Json) -> Json {
    let (Some(fields), Json::Object(changes)) = (payload.as_object_mut(), changes) else {
        panic!("payloads are objects");
    };
    for (key, value) in changes {
        if value.is_null() {
            fields.remove(&key);
        } else {
            fields.insert(key, value);
        }
    }
    payload
}
