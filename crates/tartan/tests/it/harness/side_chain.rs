//! A sidechain node to ask.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Desk, Dump, MainChain, PATIENCE, Running, wait};

/// A sidechain node, as clients see it.
#[derive(Clone)]
pub(crate) struct SideChain {
    pub(crate) url: String,
}

impl SideChain {
    /// Starts a node on a main chain, with its state in this folder of the desk.
    pub(crate) fn start(desk: &Desk, main_chain: &str, data: &str) -> (SideChain, Running) {
        SideChain::start_with(desk, main_chain, data, &[])
    }

    pub(crate) fn start_with(
        desk: &Desk,
        main_chain: &str,
        data: &str,
        more: &[&str],
    ) -> (SideChain, Running) {
        let node = [
            "node",
            "--main-chain",
            main_chain,
            "--data-dir",
            data,
            "--listen",
            "127.0.0.1:0",
            "--json",
        ];
        let args: Vec<&str> = node
            .iter()
            .chain(&["--block-interval", "100ms"])
            .chain(more)
            .copied()
            .collect();
        let running = desk.start(&args);
        let serving = running.json();
        let url = serving["sideChain"]
            .as_str()
            .expect("an address")
            .to_string();
        (SideChain { url }, running)
    }

    /// The result of a method.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = wait(async {
            let answer = http()
                .post(format!("{}/", self.url))
                .json(&request)
                .send()
                .await?;
            answer.json::<Value>().await
        });
        let answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
        assert!(answer["error"].is_null(), "{method} was refused: {answer}");
        answer["result"].clone()
    }

    /// `/health`, whatever it says.
    pub(crate) fn health(&self) -> Option<Value> {
        wait(async {
            let answer = http()
                .get(format!("{}/health", self.url))
                .send()
                .await
                .ok()?;
            answer.json().await.ok()
        })
    }

    /// Waits until `/health` is as wanted.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let mut last = None;
        while Instant::now() < deadline {
            last = self.health();
            if let Some(health) = last.as_ref().filter(|health| wanted(health)) {
                return health.clone();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the node did not get to {what}: {last:?}");
    }

    /// Waits until the node has executed the main chain's head.
    #[track_caller]
    pub(crate) fn wait_for_head(&self, main_chain: &MainChain) {
        let head = main_chain.head_id();
        self.wait_until(&format!("main-chain block {head}"), |health| {
            health["sync"]["positionId"] == head.as_str()
        });
    }

    #[track_caller]
    pub(crate) fn find(&self, table: &str, query: Value) -> Vec<Value> {
        let params = json!({ "contract": "tokens", "table": table, "query": query, "limit": 1000 });
        match self.call("contracts.find", params) {
            Value::Array(rows) => rows,
            other => panic!("expected rows, found {other}"),
        }
    }

    /// The amounts in a row of `balances`, as `[balance, stake]`.
    #[track_caller]
    pub(crate) fn balance(&self, account: &str, symbol: &str) -> [String; 2] {
        let rows = self.find("balances", json!({ "account": account, "symbol": symbol }));
        let text = |field: &str| match rows.first() {
            Some(row) => row[field].as_str().expect("an amount").to_string(),
            None => "0".to_string(),
        };
        [text("balance"), text("stake")]
    }

    /// A transaction, if it was executed.
    #[track_caller]
    pub(crate) fn transaction(&self, id: &str) -> Option<Value> {
        Some(self.call("blockchain.getTransactionInfo", json!({ "txid": id })))
            .filter(|found| !found.is_null())
    }

    /// The errors in the log of a transaction that was executed.
    #[track_caller]
    pub(crate) fn errors(&self, id: &str) -> Vec<String> {
        let found = self
            .transaction(id)
            .unwrap_or_else(|| panic!("transaction {id} was not executed"));
        let logs: Value =
            serde_json::from_str(found["logs"].as_str().expect("a log")).expect("JSON");
        let errors = logs["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error.as_str().expect("a text").to_string())
            .collect()
    }

    /// Everything there is to compare.
    #[track_caller]
    pub(crate) fn dump(&self) -> Dump {
        Dump::take(self)
    }
}

/// What is at an address.
#[track_caller]
pub(crate) fn page(url: &str) -> String {
    let fetched = wait(async { http().get(url).send().await?.text().await });
    fetched.unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        let builder = tartan_mainchain::http::client([]).timeout(PATIENCE);
        builder.build().expect("an HTTP client")
    })
}
