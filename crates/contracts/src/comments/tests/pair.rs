//! The contract and a model of it, to which the same things happen, and that must agree to the last digit.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tartan_document::Object;
use tartan_runtime::Limits;

use super::model::{Holding, Model, Number, Params, Pool, Token};
use super::scenario::{ACCOUNTS, Action, FOUNDERS, LONGEST, Random, SYMBOLS};
use crate::testing::{Sent, TestChain, settings, text};

const TABLES: [&str; 6] = [
    "params",
    "rewardPools",
    "posts",
    "postMetadata",
    "votes",
    "votingPower",
];

/// Rows are compared each so many blocks, events and errors always.
const BETWEEN_LOOKS: u64 = 8;

/// The same things happen to both.
pub(super) struct Pair {
    seed: u64,
    pub(super) random: Random,
    chain: TestChain,
    pub(super) model: Model,
    /// What happened in the last blocks, for whoever has to find out why the two differ.
    history: Vec<String>,
    /// How often which things happened.
    pub(super) seen: Seen,
}

/// How often what happened, to be sure that scenarios go everywhere.
pub(super) type Seen = BTreeMap<String, u64>;

impl Pair {
    pub(super) fn new(seed: u64) -> Pair {
        let settings = settings();
        let registry = crate::registry(["comments", "tokens"], &settings).expect("both are native");
        let mut pair = Pair {
            seed,
            random: Random::new(seed),
            chain: TestChain::over(registry, Limits::default()),
            model: Model::default(),
            history: Vec::new(),
            seen: Seen::new(),
        };
        pair.model.params = Params {
            setup_fee: "1000".to_string(),
            update_fee: "20".to_string(),
            pools_per_block: 2,
            posts_per_round: 20,
            votes_at_once: 100,
            votes_per_round: 100,
            last_block: 1,
            last_pool: 0,
        };
        pair.model.now = pair.chain.now();
        pair.issue_utility_token();
        for (symbol, founder) in SYMBOLS.into_iter().zip(FOUNDERS) {
            pair.found(symbol, founder);
        }
        let params = pair.random.params();
        pair.block(vec![("engine".into(), "comments", "updateParams", params)]);
        pair
    }

    /// The test chain has issued it already.
    fn issue_utility_token(&mut self) {
        let million = Number::integer(1_000_000);
        let ledger = &mut self.model.ledger;
        ledger
            .tokens
            .insert("ENG".to_string(), Token::new("null", 8, "9007199254740991"));
        ledger.issue("ENG", "engine", &million);
    }

    /// A token with stakes and, mostly, a pool.
    fn found(&mut self, symbol: &'static str, founder: &str) {
        let precision = self.random.pick(&[0, 3, 5, 8, 8]);
        // Sometimes one that is soon exhausted.
        let max_supply = self.random.pick(&["1000000000", "1000000000", "12500"]);
        let create = json!({ "name": "Token", "symbol": symbol, "precision": precision, "maxSupply": max_supply });
        self.chain
            .send(founder, "tokens", "create", create)
            .succeeds();
        for (action, payload) in [
            (
                "enableStaking",
                json!({ "symbol": symbol, "unstakingCooldown": 7, "numberTransactions": 1 }),
            ),
            (
                "enableDelegation",
                json!({ "symbol": symbol, "undelegationCooldown": 2 }),
            ),
        ] {
            self.chain
                .send(founder, "tokens", action, payload)
                .succeeds();
        }
        let token = Token::new(founder, precision, max_supply);
        self.model.ledger.tokens.insert(symbol.to_string(), token);

        let fees = json!({ "to": founder, "symbol": "ENG", "quantity": "1100", "isSignedWithActiveKey": true });
        let mut actions: Vec<Action> = vec![("engine".into(), "tokens", "transfer", fees)];
        for account in ACCOUNTS {
            let quantity = self.random.amount(2_000, precision);
            let staked = self.random.chance(80);
            let issue = json!({ "to": account, "symbol": symbol, "quantity": quantity, "isSignedWithActiveKey": true });
            actions.push((founder.into(), "tokens", "issue", issue.clone()));
            if staked {
                actions.push((account.into(), "tokens", "stake", issue));
            }
        }
        if symbol == SYMBOLS[0] || self.random.chance(60) {
            let tag = symbol.to_lowercase();
            let config = self.random.config(&tag, precision);
            let create =
                json!({ "symbol": symbol, "config": config, "isSignedWithActiveKey": true });
            actions.push((founder.into(), "comments", "createRewardPool", create));
        }
        self.block(actions);
    }

    /// A block with these actions.
    pub(super) fn block(&mut self, actions: Vec<Action>) {
        let expected = self.model_block(&actions);
        self.chain_block(&actions, &expected);
    }

    fn begin_block(&mut self) {
        self.model.block = self.chain.number() + 1;
        self.history
            .push(format!("block {} at {}", self.model.block, self.model.now));
    }

    fn model_block(&mut self, actions: &[Action]) -> Vec<Result<Vec<String>, String>> {
        self.begin_block();
        actions
            .iter()
            .map(|action| self.model_action(action))
            .collect()
    }

    fn model_action(&mut self, action: &Action) -> Result<Vec<String>, String> {
        let (sender, contract, name, payload) = action;
        self.model.run(sender, contract, name, payload)
    }

    fn chain_block(&mut self, actions: &[Action], expected: &[Result<Vec<String>, String>]) {
        self.chain.set_time(self.model.now);
        let sent = self.chain.block(actions);
        for ((action, expected), sent) in actions.iter().zip(expected).zip(sent) {
            self.history.push(format!("{action:?}"));
            let found = outcome(&sent);
            assert_eq!(&found, expected, "{}", self.story());
            self.history.push(format!("    {found:?}"));
            self.note(&found);
        }
        self.note_rows();
        if self.model.block.is_multiple_of(BETWEEN_LOOKS) {
            self.compare();
        }
    }

    /// A block in which things happen that make sense after those before.
    pub(super) fn random_block(&mut self) {
        self.model.now += self.random.pause(&self.model);
        self.begin_block();
        let (mut actions, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..self.random.below(6) {
            if let Some(action) = self.random.action(&self.model) {
                expected.push(self.model_action(&action));
                actions.push(action);
            }
        }
        self.chain_block(&actions, &expected);
    }

    /// Everything that is due is paid.
    pub(super) fn settle(&mut self) {
        let node = |contract, action| ("null".to_string(), contract, action, json!({}));
        self.model.now += LONGEST;
        for _ in 0..40 {
            self.model.now += 3_000;
            self.block(vec![
                node("comments", "maintain"),
                node("tokens", "checkPendingUndelegations"),
            ]);
        }
        self.compare();
        self.chain.check_conservation();
    }

    fn note(&mut self, outcome: &Result<Vec<String>, String>) {
        let mut count = |name: &str| *self.seen.entry(name.to_string()).or_default() += 1;
        match outcome {
            Ok(events) => {
                for event in events {
                    count(event.split(' ').next().unwrap_or_default());
                    if event.contains("\"mute\":true") {
                        count("muted");
                    }
                }
            }
            Err(error) => count(error),
        }
    }

    fn note_rows(&mut self) {
        for pool in self.model.pools.values() {
            for (name, is_so) in [
                ("unclaimed", pool.unclaimed.is_positive()),
                ("paid ahead", pool.paid_ahead.is_positive()),
                ("resumed", pool.resumed.is_some()),
                ("reduced", pool.last_reduction > pool.created),
                ("counting", pool.counting.is_some()),
                (
                    "exhausted",
                    self.model.ledger.token(&pool.symbol).is_exhausted(pool),
                ),
                ("unpaid interval", pool.last_decay < pool.last_reward),
            ] {
                *self.seen.entry(name.to_string()).or_default() += u64::from(is_so);
            }
        }
    }

    pub(super) fn compare(&self) {
        for table in TABLES {
            let found = keyed(self.chain.find_in("comments", table, json!({})), table);
            let expected: BTreeMap<String, Value> = self
                .model
                .rows(table)
                .into_iter()
                .map(|row| (key(&row), row))
                .collect();
            for name in found.keys().chain(expected.keys()) {
                assert_eq!(
                    found.get(name),
                    expected.get(name),
                    "{table}\n{}",
                    self.story()
                );
            }
        }
        self.compare_ledger();
    }

    fn compare_ledger(&self) {
        let number = |row: &Object, field: &str| Number::parse(&text(row, field));
        for row in self.chain.find("tokens", json!({})) {
            let token = self.model.ledger.token(&text(&row, "symbol"));
            assert_eq!(
                number(&row, "supply"),
                token.supply,
                "supply\n{}",
                self.story()
            );
            assert_eq!(
                number(&row, "circulatingSupply"),
                token.circulating,
                "{}",
                self.story()
            );
            if row.get("totalStaked").is_some() {
                assert_eq!(
                    number(&row, "totalStaked"),
                    token.staked,
                    "{}",
                    self.story()
                );
            }
        }
        let mut holdings = BTreeMap::new();
        for row in self.chain.find("balances", json!({})) {
            let holding = Holding {
                balance: number(&row, "balance"),
                stake: number(&row, "stake"),
                delegations_in: number(&row, "delegationsIn"),
                delegations_out: number(&row, "delegationsOut"),
                pending_undelegations: number(&row, "pendingUndelegations"),
            };
            holdings.insert((text(&row, "symbol"), text(&row, "account")), holding);
        }
        assert_eq!(
            holdings,
            self.model.ledger.holdings,
            "holdings\n{}",
            self.story()
        );
        for row in self.chain.find("contractsBalances", json!({})) {
            let held = &self.model.ledger.contract[&text(&row, "symbol")];
            assert_eq!(text(&row, "account"), "comments");
            assert_eq!(number(&row, "balance"), *held, "contract\n{}", self.story());
        }
        // What the contract holds is in its pools, to the last unit.
        for pool in self.model.pools.values() {
            let of_pool = Number::parse(&pool.tokens)
                .plus(&pool.unclaimed)
                .minus(&pool.paid_ahead);
            let held = self
                .model
                .ledger
                .contract
                .get(&pool.symbol)
                .cloned()
                .unwrap_or_default();
            assert_eq!(held, of_pool, "pool\n{}", self.story());
        }
    }

    fn story(&self) -> String {
        let last = self.history.len().saturating_sub(30);
        format!(
            "scenario {}:\n{}",
            self.seed,
            self.history[last..].join("\n")
        )
    }
}

impl Token {
    fn new(issuer: &str, precision: u32, max_supply: &str) -> Token {
        Token {
            issuer: issuer.to_string(),
            precision,
            max_supply: Number::parse(max_supply),
            supply: Number::zero(),
            circulating: Number::zero(),
            staked: Number::zero(),
        }
    }

    /// Whether what a pool is to get would be too much.
    fn is_exhausted(&self, pool: &Pool) -> bool {
        let emission = Number::parse(&pool.string("rewardPerInterval"));
        self.supply.plus(&emission) > self.max_supply
    }
}

/// Events as the model writes them, or the error.
fn outcome(sent: &Sent) -> Result<Vec<String>, String> {
    if let [error] = sent.logs.errors.as_slice() {
        return Err(error.clone());
    }
    assert!(sent.logs.errors.is_empty(), "{:?}", sent.logs.errors);
    let event = |event: &tartan_runtime::Event| {
        format!(
            "{}.{} {}",
            event.contract,
            event.event,
            event.data.stringify()
        )
    };
    Ok(sent.logs.events.iter().map(event).collect())
}

/// Rows by what names them. The keys that tables make themselves are left out, but for the numbers of pools.
fn keyed(rows: Vec<Object>, table: &str) -> BTreeMap<String, Value> {
    let keyed = |row: Object| {
        let mut row: Value = serde_json::from_str(&row.stringify()).expect("rows are JSON");
        if table != "rewardPools" {
            row.as_object_mut()
                .expect("rows are objects")
                .shift_remove("_id");
        }
        (key(&row), row)
    };
    rows.into_iter().map(keyed).collect()
}

fn key(row: &Value) -> String {
    let fields = ["_id", "rewardPoolId", "authorperm", "voter", "account"];
    fields.map(|field| row[field].to_string()).join(" ")
}
