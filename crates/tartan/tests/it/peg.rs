//! `tartan peg`: what the owner of a peg account does, and what the program says when it cannot be done.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tartan_devchain::{Config, Irreversibility, Mining};
use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{Asset, Flavor, Operation, Role};

use crate::harness::{Desk, MainChain, PATIENCE, Running, SideChain, page, wait};

/// Who pays.
const PEG: &str = "steem-peg";
/// Milliseconds between blocks, which are three seconds apart by their own clock.
const SLOT: u64 = 50;

/// A main chain, a sidechain node, and a folder with the owner's settings and key.
pub(crate) struct Peg {
    pub(crate) desk: Desk,
    pub(crate) main_chain: MainChain,
    node: SideChain,
    _running: Running,
}

impl Peg {
    pub(crate) fn new() -> Peg {
        let main_chain = MainChain::with(Config {
            irreversibility: Irreversibility::Hive,
            relaxed_expiration: false,
            mining: Mining::Interval { millis: SLOT },
            ..Config::test(Flavor::Steem)
        });
        let desk = Desk::new();
        let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
        let settings = format!(
            "main-chain = [\"{}\"]\nside-chain = \"{}\"\n[peg]\njournal = \"journal\"\n",
            main_chain.url(),
            node.url
        );
        desk.write("tartan.toml", settings);
        let key = main_chain.api.key(PEG, Role::Active).to_wif();
        desk.write("peg.key", key);
        Peg {
            desk,
            main_chain,
            node,
            _running: running,
        }
    }

    /// Starts the service.
    pub(crate) fn start(&self, more: &[&str]) -> Running {
        let run = [
            "peg",
            "run",
            "--key-file",
            "peg.key",
            "--block-interval",
            "50ms",
            "--json",
        ];
        let args: Vec<&str> = run.iter().chain(more).copied().collect();
        self.desk.start(&args)
    }

    /// Lets so many blocks be made.
    pub(crate) fn blocks(&self, count: u32) {
        let api = &self.main_chain.api;
        wait(api.wait_for_block(api.head().number + count));
    }

    pub(crate) fn deposit(&self, from: &str, thousandths: i64) {
        let memo = json!({
            "id": "ssc-dev",
            "json": { "contractName": "steempegged", "contractAction": "buy", "contractPayload": {} },
        });
        let transfer = Transfer {
            from: from.to_string(),
            to: PEG.to_string(),
            amount: Asset::liquid(thousandths),
            memo: memo.to_string(),
        };
        self.send(from, transfer);
    }

    /// Withdraws, and gives the id of the transaction.
    pub(crate) fn withdraw(&self, from: &str, quantity: &str) -> String {
        let call = json!({
            "contractName": "steempegged", "contractAction": "withdraw", "contractPayload": { "quantity": quantity },
        });
        let operation = CustomJson {
            required_auths: [from.to_string()].into(),
            required_posting_auths: [].into(),
            id: "ssc-dev".to_string(),
            json: call.to_string(),
        };
        self.send(from, operation)
    }

    fn send(&self, from: &str, operation: impl Into<Operation>) -> String {
        let api = &self.main_chain.api;
        let sent = api.send(from, Role::Active, vec![operation.into()]);
        let id = sent.expect("the chain takes it");
        self.blocks(4);
        assert!(api.find(&id).is_some(), "it is in a block");
        id.to_string()
    }

    /// The transfers of the peg account with this memo: how many, and how much in thousandths.
    pub(crate) fn payments(&self, memo: &str) -> (usize, i64) {
        let api = &self.main_chain.api;
        let blocks = (1..=api.head().number).filter_map(|number| api.block(number));
        let mut found = (0, 0);
        for accepted in blocks.flat_map(|block| block.transactions().collect::<Vec<_>>()) {
            for operation in accepted.transaction.transaction.operations {
                if let Operation::Transfer(transfer) = operation
                    && transfer.from == PEG
                    && transfer.memo == memo
                {
                    found = (found.0 + 1, found.1 + transfer.amount.amount);
                }
            }
        }
        found
    }

    /// What is queued, and what becomes of it.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = self.desk.run(&["peg", "status", "--json"]);
            if ended.code == 0 {
                let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
                return report["rows"].as_array().expect("rows").clone();
            }
            // the sidechain node may be a block behind
            assert!(Instant::now() < deadline, "{}", ended.stderr);
        }
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rows = self.rows();
            if wanted(&rows) {
                return rows;
            }
            assert!(
                Instant::now() < deadline,
                "it did not come to {what}: {rows:#?}"
            );
            std::thread::sleep(Duration::from_millis(SLOT));
        }
    }
}

/// Runs a command until the sidechain node is not a block behind.
#[track_caller]
fn command(peg: &Peg, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let ended = peg.desk.run(&args);
        if ended.code != 0
            && ended.stderr.contains("behind irreversible block")
            && Instant::now() < deadline
        {
            continue;
        }
        return serde_json::from_str(&ended.succeeded(&args)).expect("JSON");
    }
}

fn ids(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().expect("rows");
    rows.iter()
        .map(|row| row["id"].as_str().expect("an id"))
        .collect()
}

fn standing<'a>(rows: &'a [Value], id: &str) -> Option<&'a str> {
    rows.iter().find(|row| row["id"] == id)?["is"].as_str()
}

#[test]
fn an_owner_looks_after_a_peg() {
    let peg = Peg::new();
    let desk = &peg.desk;
    peg.deposit("alice", 5_000_000);
    assert_eq!(peg.node.balance("alice", "STEEMP")[0], "4950.000");
    let large = peg.withdraw("alice", "2000");
    let small = peg.withdraw("alice", "1");

    let error = desk.fails(&["peg", "run", "--key-file", "peg.key"]);
    assert!(
        error.contains("there is no journal of payments in") && error.contains("tartan peg init"),
        "{error}"
    );
    let error = desk.fails(&["peg", "status"]);
    assert!(error.contains("tartan peg init"), "{error}");
    let plan = command(&peg, &["peg", "run", "--dry-run"]);
    let others = ids(&plan["others"]);
    assert_eq!(others, [large.as_str()]);
    assert!(ids(&plan["wouldPay"]).contains(&small.as_str()), "{plan}");

    let begun = command(&peg, &["peg", "init"]);
    assert_eq!(begun["account"], PEG);
    let error = desk.fails(&["peg", "init"]);
    assert!(error.contains("there is a journal in"), "{error}");
    let error = desk.fails(&["peg", "run"]);
    assert!(error.contains("no private key given"), "{error}");
    desk.write(
        "alice.key",
        peg.main_chain.api.key("alice", Role::Active).to_wif(),
    );
    let error = desk.fails(&["peg", "run", "--key-file", "alice.key"]);
    assert!(
        error.contains("is not an active key of steem-peg"),
        "{error}"
    );

    let held = command(&peg, &["peg", "hold", &small, "--reason", "asked back"]);
    assert_eq!(held["verdict"], "hold");
    let service = peg.start(&["--listen", "127.0.0.1:0"]);
    let health = service.json()["health"]
        .as_str()
        .expect("an address")
        .to_string();
    let rows = peg.until("the two of the operator", |rows| rows.len() == 2);
    assert_eq!(standing(&rows, &large), Some("needs_approval"));
    assert_eq!(standing(&rows, &small), Some("held"));
    assert_eq!(rows[1]["reason"], "asked back");
    assert_eq!(peg.payments(&format!("withdrawal tx {large}")).0, 0);

    let error = desk.fails(&["peg", "approve", "unknown"]);
    assert!(
        error.contains("no payment \"unknown\" is queued in steempegged"),
        "{error}"
    );
    command(&peg, &["peg", "approve", &large]);
    command(&peg, &["peg", "approve", &small]);
    peg.until("an empty queue", <[Value]>::is_empty);
    assert_eq!(
        peg.payments(&format!("withdrawal tx {large}")),
        (1, 1_980_000)
    );
    assert_eq!(peg.payments(&format!("fee tx {large}")), (1, 20_000));
    assert_eq!(peg.payments(&format!("withdrawal tx {small}")), (1, 990));
    let text = desk.ok(&["peg", "status"]);
    assert!(
        text.contains("account     steem-peg (steempegged)")
            && text.contains("queue       0 payments"),
        "{text}"
    );

    assert!(page(&health).contains("\"healthy\":true"));
    let metrics = page(&health.replace("/health", "/metrics"));
    assert!(
        metrics.contains("tartan_peg_settled_total{purpose=\"pay\",outcome=\"included\"}"),
        "{metrics}"
    );
    service.stop();
}

#[test]
fn limits_are_amounts() {
    let desk = Desk::new();
    let error = desk.fails(&["peg", "status", "--limit-hour", "much"]);
    assert!(error.contains("limit-hour: expected an amount"), "{error}");
}
