//! A small chain for the tests of contracts: accounts send actions, time passes, tables are looked at.

use std::sync::Arc;

use serde_json::json;
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value};
use tartan_runtime::{Blocks, Call, Limits, Logs, Registry, Rules, System, testing};
use tartan_state::{Filter, FindOptions, Overlay, Read, StateError};

pub(crate) use tartan_runtime::testing::ENGINE;

use crate::{Settings, registry};

/// A chain with the native contracts deployed, where every action is a block of its own.
pub(crate) struct TestChain(testing::TestChain);

/// How an action ended.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) logs: Logs,
}

/// A transaction, whose payload has all that the node adds.
#[derive(Debug, Clone)]
pub(crate) struct TestCall {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) contract: &'static str,
    pub(crate) action: &'static str,
    pub(crate) payload: serde_json::Value,
}

/// A holding, to be compared with what is expected.
#[derive(Debug)]
pub(crate) struct Amount(String);

impl TestChain {
    pub(crate) fn new() -> TestChain {
        TestChain::with_limits(Limits::default())
    }

    pub(crate) fn with_limits(limits: Limits) -> TestChain {
        let settings = settings();
        let registry =
            registry(crate::NATIVE.iter().copied(), &settings).expect("all names are native");
        TestChain::over(registry, limits)
    }

    /// A chain over any registry: tests put contracts of their own next to the native ones.
    pub(crate) fn over(registry: Registry, limits: Limits) -> TestChain {
        TestChain::under(rules(limits), registry)
    }

    /// As [`over`](Self::over), on a main chain of the Steem lineage.
    pub(crate) fn on_steem(registry: Registry) -> TestChain {
        let mut rules = rules(Limits::default());
        let system = System {
            amount_field: "amountSTEEMSBD".to_string(),
            ..(*rules.system).clone()
        };
        rules.system = system.into();
        TestChain::under(rules, registry)
    }

    fn under(rules: Rules, registry: Registry) -> TestChain {
        let mut chain = TestChain(testing::TestChain::new(registry, rules));
        let registry = chain.0.registry.clone();
        for name in registry.native_names() {
            let contract = registry.native(name).expect("it is listed").clone();
            let receipt = chain.0.deploy(name, contract);
            assert_eq!(receipt.logs, Logs::default(), "deploying {name}");
        }
        chain.issue_utility_token();
        chain
    }

    /// ENG: what fees are paid in. A million for the engine account.
    fn issue_utility_token(&mut self) {
        let create = json!({ "name": "Engine", "symbol": "ENG", "precision": 8, "maxSupply": "9007199254740991" });
        self.send("null", "tokens", "create", create).succeeds();
        let issue = json!({ "to": ENGINE, "symbol": "ENG", "quantity": "1000000" });
        self.send("null", "tokens", "issue", issue).succeeds();
    }

    /// With a token of these decimals, issued by `founder`, with a supply of up to a billion.
    pub(crate) fn with_token(symbol: &str, precision: u8) -> TestChain {
        let mut chain = TestChain::new();
        let create = json!({ "name": "Cool Token", "symbol": symbol, "precision": precision, "maxSupply": "1000000000" });
        chain.send("founder", "tokens", "create", create).succeeds();
        chain
    }

    pub(crate) fn issue(&mut self, symbol: &str, to: &str, quantity: &str) {
        let issue = json!({ "to": to, "symbol": symbol, "quantity": quantity });
        self.send("founder", "tokens", "issue", issue).succeeds();
    }

    /// Lets stake of a token be unstaked over so many days in so many slices.
    pub(crate) fn enable_staking(&mut self, symbol: &str, days: u32, slices: u32) {
        let enable =
            json!({ "symbol": symbol, "unstakingCooldown": days, "numberTransactions": slices });
        self.send("founder", "tokens", "enableStaking", enable)
            .succeeds();
    }

    pub(crate) fn enable_delegation(&mut self, symbol: &str, days: u32) {
        let enable = json!({ "symbol": symbol, "undelegationCooldown": days });
        self.send("founder", "tokens", "enableDelegation", enable)
            .succeeds();
    }

    /// An action signed with the active key.
    pub(crate) fn send(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: serde_json::Value,
    ) -> Sent {
        self.run(sender, contract, action, payload, Some(true))
    }

    /// An action signed with the posting key.
    pub(crate) fn post(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: serde_json::Value,
    ) -> Sent {
        self.run(sender, contract, action, payload, Some(false))
    }

    fn run(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: serde_json::Value,
        active: Option<bool>,
    ) -> Sent {
        let Value::Object(mut payload) = Value::from(payload) else {
            panic!("payloads are objects");
        };
        if let Some(active) = active {
            payload.insert("isSignedWithActiveKey", Value::Bool(active));
        }
        let receipt = self.0.call(sender, contract, action, payload);
        Sent { logs: receipt.logs }
    }

    /// Lets every transaction use so many units of work at most.
    pub(crate) fn count_work(&mut self, budget: u64) {
        self.0.rules.call_budget = Some(budget);
    }

    /// Several actions in one block, by sender, contract, action and payload, which has all that the node adds.
    pub(crate) fn block(&mut self, calls: &[(String, &str, &str, serde_json::Value)]) -> Vec<Sent> {
        let number = self.number() + 1;
        self.0.block(|executor| {
            let mut sent = Vec::new();
            for (sender, contract, action, payload) in calls {
                let Value::Object(payload) = Value::from(payload.clone()) else {
                    panic!("payloads are objects");
                };
                let receipt = executor.execute(Call {
                    main_number: Some(number),
                    transaction_id: Some("tx"),
                    sender,
                    contract,
                    action,
                    payload,
                })?;
                sent.push(Sent { logs: receipt.logs });
            }
            Ok(sent)
        })
    }

    /// Several transactions in one block.
    pub(crate) fn transactions(&mut self, calls: Vec<TestCall>) -> Vec<Sent> {
        let number = self.number() + 1;
        self.0.block(|executor| {
            let mut sent = Vec::new();
            for call in &calls {
                let Value::Object(payload) = Value::from(call.payload.clone()) else {
                    panic!("payloads are objects");
                };
                let receipt = executor.execute(Call {
                    main_number: Some(number),
                    transaction_id: Some(&call.id),
                    sender: &call.sender,
                    contract: call.contract,
                    action: call.action,
                    payload,
                })?;
                sent.push(Sent { logs: receipt.logs });
            }
            Ok(sent)
        })
    }

    /// Changes rows as no contract does.
    pub(crate) fn tamper(&mut self, change: impl FnOnce(&mut Overlay) -> Result<(), StateError>) {
        self.0.block(|executor| {
            change(executor.overlay_mut()).expect("the rows can be changed");
            Ok(())
        });
    }

    /// Runs an action of a contract as the node does, in a transaction with this id, in a block of the main chain with
    /// these ids: that before it, and its own.
    pub(crate) fn run_seeded(
        &mut self,
        (contract, action): (&str, &str),
        transaction: &str,
        ids: [&str; 2],
    ) -> Sent {
        self.0.main_ids = Some(ids.map(str::to_string));
        let receipt = self.0.block(|executor| {
            executor.execute(Call {
                main_number: None,
                transaction_id: Some(transaction),
                sender: "null",
                contract,
                action,
                payload: Object::new(),
            })
        });
        self.0.main_ids = None;
        Sent { logs: receipt.logs }
    }

    /// Lets other contracts, or the same with other settings, answer for the names from now on.
    pub(crate) fn replace_registry(&mut self, registry: Registry) {
        self.0.registry = Arc::new(registry);
    }

    /// Lets contracts see these blocks.
    pub(crate) fn show_blocks(&mut self, blocks: Arc<dyn Blocks>) {
        self.0.blocks = Some(blocks);
    }

    /// The number of the last block.
    pub(crate) fn number(&self) -> u64 {
        self.0.number().into()
    }

    /// Lets the next block be at this time, in milliseconds since 1970.
    pub(crate) fn set_time(&mut self, time: i64) {
        self.0.time = time;
    }

    /// The id of the transaction sent last.
    pub(crate) fn last_transaction(&self) -> String {
        format!("tx{}", self.0.number())
    }

    /// The time of the next block, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.0.time
    }

    /// Lets so many days pass, then runs an action of the node.
    pub(crate) fn days_later(&mut self, days: i64, action: &str) -> Sent {
        self.0.time += days * 86_400_000;
        self.tick(action)
    }

    /// Runs an action of the token ledger as the node does after every block.
    pub(crate) fn tick(&mut self, action: &str) -> Sent {
        self.run("null", "tokens", action, json!({}), None)
    }

    /// Lets so many seconds pass until the next block.
    pub(crate) fn seconds_later(&mut self, seconds: i64) {
        self.0.time += seconds * 1_000;
    }

    /// Deploys a contract once more.
    #[track_caller]
    pub(crate) fn redeploy(&mut self, name: &str) {
        let contract = self.0.registry.native(name).expect("it is native").clone();
        let receipt = self.0.deploy(name, contract);
        assert_eq!(receipt.logs, Logs::default());
    }

    /// Whether a table has an index of this name.
    pub(crate) fn has_index(&self, contract: &str, table: &str, index: &str) -> bool {
        let view = self.0.state().view().expect("the state works");
        let table = view.table(contract, table).expect("there is such a table");
        table.index(index).is_some()
    }

    /// Lets so many hours pass, then runs an action of any contract as the node does after every block.
    pub(crate) fn hours_later(&mut self, hours: i64, contract: &str, action: &str) -> Sent {
        self.0.time += hours * 3_600_000;
        self.run("null", contract, action, json!({}), None)
    }

    /// The rows of a table of the token ledger that match a query.
    pub(crate) fn find(&self, table: &str, query: serde_json::Value) -> Vec<Object> {
        self.find_in("tokens", table, query)
    }

    /// The rows of a table of any contract that match a query.
    pub(crate) fn find_in(
        &self,
        contract: &str,
        table: &str,
        query: serde_json::Value,
    ) -> Vec<Object> {
        let view = self.0.state().view().expect("the state works");
        let filter = Filter::parse(&Value::from(query)).expect("a valid query");
        let all = FindOptions {
            limit: usize::MAX,
            ..FindOptions::default()
        };
        view.find(contract, table, &filter, &all)
            .expect("the query runs")
    }

    /// The only row of a table that matches a query.
    pub(crate) fn row(&self, table: &str, query: serde_json::Value) -> Object {
        let mut rows = self.find(table, query.clone());
        assert_eq!(rows.len(), 1, "{table} {query}");
        rows.remove(0)
    }

    /// What an account holds in a field of its row.
    pub(crate) fn holding(&self, account: &str, symbol: &str, field: &str) -> Amount {
        let row = self.row("balances", json!({ "account": account, "symbol": symbol }));
        Amount(text(&row, field))
    }

    /// The liquid balance of an account.
    pub(crate) fn balance(&self, account: &str, symbol: &str) -> Amount {
        self.holding(account, symbol, "balance")
    }

    /// A field of a token's row, as text.
    pub(crate) fn token(&self, symbol: &str, field: &str) -> Amount {
        Amount(text(
            &self.row("tokens", json!({ "symbol": symbol })),
            field,
        ))
    }

    /// Checks that no token was created or lost: what accounts and contracts hold is what was issued, and the stakes
    /// add up to the total.
    pub(crate) fn check_conservation(&self) {
        for token in self.find("tokens", json!({})) {
            let symbol = text(&token, "symbol");
            let precision = Precision::new(8).expect("8 decimals are allowed");
            let units = |text: &str| {
                let value = Decimal::parse(text);
                Quantity::from_decimal(&value, precision, Rounding::HalfUp)
                    .expect("an amount")
                    .units()
            };
            let mut held = 0;
            let mut staked = 0;
            let mut lent = 0;
            for table in ["balances", "contractsBalances"] {
                for row in self.find(table, json!({ "symbol": symbol })) {
                    let field = |name: &str| units(&text(&row, name));
                    assert!(
                        field("balance") >= 0
                            && field("stake") >= 0
                            && field("pendingUnstake") >= 0
                    );
                    held += field("balance");
                    staked +=
                        field("stake") + field("delegationsOut") + field("pendingUndelegations");
                    lent += field("delegationsIn") - field("delegationsOut");
                }
            }
            // Of an amount being unstaked, all but the slice that is due next is still in the stake.
            let released: i128 = self
                .find("pendingUnstakes", json!({ "symbol": symbol }))
                .iter()
                .map(|row| units(&text(row, "quantityLeft")) - still_staked(row, &token, units))
                .sum();
            assert_eq!(
                held + staked + released,
                units(&text(&token, "supply")),
                "supply of {symbol}"
            );
            assert_eq!(lent, 0, "delegations of {symbol}");
            if let Some(total) = token.get("totalStaked").and_then(Value::as_str) {
                assert_eq!(staked, units(total), "total stake of {symbol}");
            }
        }
    }
}

/// How much of a pending unstake still counts as stake.
fn still_staked(pending: &Object, token: &Object, units: impl Fn(&str) -> i128) -> i128 {
    let number = |object: &Object, field: &str| {
        object.get(field).and_then(Value::as_f64).expect("a number") as i128
    };
    if number(pending, "numberTransactionsLeft") <= 1 {
        return 0;
    }
    let quantity = text(pending, "quantity");
    let decimals = quantity
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len() as u32);
    let unit = 10_i128.pow(8 - decimals);
    let slice = units(&quantity) / unit / number(token, "numberTransactions") * unit;
    units(&text(pending, "quantityLeft")) - slice
}

impl Sent {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Sent {
        assert_eq!(self.logs.errors, Vec::<String>::new());
        self
    }

    /// It fails with this error alone, and leaves no event.
    #[track_caller]
    pub(crate) fn fails_with(self, error: &str) {
        assert_eq!(self.logs.errors, [error]);
        assert_eq!(self.logs.events, [], "an action that fails has no events");
    }

    /// It leaves neither error nor event.
    #[track_caller]
    pub(crate) fn does_nothing(self) {
        assert_eq!(self.logs, Logs::default());
    }

    /// The events it leaves, as `name {data}`.
    #[track_caller]
    pub(crate) fn emits(self, expected: &[&str]) -> Sent {
        let events: Vec<String> = self
            .logs
            .events
            .iter()
            .map(|event| format!("{} {}", event.event, event.data.stringify()))
            .collect();
        assert_eq!(events, expected);
        self
    }
}

impl Amount {
    #[track_caller]
    pub(crate) fn is(&self, expected: &str) {
        assert_eq!(self.0, expected);
    }
}

/// A field of a row, as text.
pub(crate) fn text(row: &Object, field: &str) -> String {
    match row.get(field) {
        Some(Value::String(text)) => text.to_string_lossy().into_owned(),
        Some(value) => value.stringify(),
        None => panic!("the row has no {field}"),
    }
}

pub(crate) fn settings() -> Settings {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect();
    Settings {
        tokens: crate::tokens::Settings {
            utility_token: "ENG".to_string(),
            governance_token: Some("ENG".to_string()),
            verified_issuers: list(&["comments", "mining", "tokenfunds"]),
            minting_contracts: list(&["burndollar"]),
            reserved_symbols: [("BTCP".to_string(), "btcpeg".to_string())].into(),
            reserved_words: vec!["SWAP".to_string(), "ETH".to_string()],
            deposit_per_byte: None,
            max_deposit: None,
            blacklist: list(&["bittrex"]),
            wrapping_accounts: list(&["wrapper"]),
        },
        comments: crate::comments::Settings::default(),
        market: None,
        pegged: None,
        inflation: None,
        resourcemanager: None,
        witnesses: None,
    }
}

fn rules(limits: Limits) -> Rules {
    Rules {
        limits,
        ..testing::rules()
    }
}
