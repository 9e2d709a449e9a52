//! `tartan airdrop`: from a list to what accounts hold, whatever stops it on the way.

use std::time::Duration;

use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_devchain::{AccountSpec, Balances, Config, Irreversibility, Mining};
use tartan_graphene::Flavor;

use crate::harness::{Desk, MASTER_PASSWORD, MainChain, Running, SideChain};

/// Accounts on the main chain besides the usual ones.
const MANY: usize = 600;

/// A network with airdrops, and alice who has 100000 COOL and 100 of the utility token.
struct Garden {
    desk: Desk,
    node: SideChain,
    _main_chain: MainChain,
    _running: Running,
}

impl Garden {
    fn new() -> Garden {
        let many = (0..MANY).map(|number| AccountSpec {
            name: format!("account{number}"),
            balances: Balances::NONE,
        });
        let main_chain = MainChain::with(Config {
            irreversibility: Irreversibility::Instant,
            mining: Mining::Interval { millis: 100 },
            accounts: many.collect(),
            ..Config::test(Flavor::Steem)
        });
        let desk = Desk::new();
        desk.write("airdrops.toml", network());
        let url = main_chain.url();
        let more = ["--network", "airdrops.toml"];
        let (node, running) = SideChain::start_with(&desk, &url, "state", &more);
        let side_chain = &node.url;
        desk.write(
            "tartan.toml",
            format!(
                "network = \"airdrops.toml\"\nmain-chain = [{url:?}]\nside-chain = {side_chain:?}\naccount = \"alice\"\nkey-file = \"alice.key\"\n"
            ),
        );
        for account in ["alice", "steemsc"] {
            let key = format!("{account}.key");
            let args = [
                "key",
                "from-password",
                account,
                "--role",
                "active",
                "--out",
                &key,
            ];
            desk.feed(MASTER_PASSWORD, &args).succeeded(&args);
        }
        let engine = ["--account", "steemsc", "--key-file", "steemsc.key"];
        let pay = [&["token", "transfer", "ENG", "alice", "110"][..], &engine].concat();
        desk.ok(&pay);
        desk.ok(&[
            "token",
            "create",
            "COOL",
            "--name",
            "Cool",
            "--max-supply",
            "1000000",
        ]);
        desk.ok(&["token", "issue", "COOL", "alice", "100000"]);
        Garden {
            desk,
            node,
            _main_chain: main_chain,
            _running: running,
        }
    }

    /// A list in which every one of many has its number in thousandths.
    fn write_list(&self, name: &str, count: usize) {
        let lines = (0..count).map(|number| {
            format!(
                "account{number},{}.{:03}\n",
                number / 1000,
                number % 1000 + 1
            )
        });
        let list: String = std::iter::once("account,quantity\n".to_string())
            .chain(lines)
            .collect();
        self.desk.write(name, list);
    }

    /// Waits until the airdrops are paid, and checks that everybody was paid once.
    #[track_caller]
    fn check_paid(&self, count: usize) {
        let deadline = std::time::Instant::now() + Duration::from_secs(120);
        while !self
            .find("airdrops", "pendingAirdrops", json!({}))
            .is_empty()
        {
            assert!(
                std::time::Instant::now() < deadline,
                "the airdrops are not paid"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        for number in 0..count {
            let held = self.held(&format!("account{number}"));
            let expected = format!("{}.{:03}", number / 1000, number % 1000 + 1);
            assert_eq!(held.as_deref(), Some(expected.as_str()), "account{number}");
        }
    }

    fn held(&self, account: &str) -> Option<String> {
        let query = json!({ "account": account, "symbol": "COOL" });
        let rows = self.find("tokens", "balances", query);
        Some(rows.first()?["balance"].as_str()?.to_string())
    }

    fn find(&self, contract: &str, table: &str, query: Value) -> Vec<Value> {
        let params = json!({ "contract": contract, "table": table, "query": query, "limit": 1000, "offset": 0 });
        let rows = self.node.call("contracts.find", params);
        rows.as_array().expect("rows").clone()
    }
}

/// The dev network with airdrops, if it has none.
fn network() -> String {
    let mut natives = Network::preset("dev").expect("a preset").rules.native;
    if !natives.iter().any(|name| name == "airdrops") {
        natives.push("airdrops".to_string());
    }
    format!(
        "extends = \"dev\"\nrules.native = {natives:?}\nticks = [{{ contract = \"airdrops\", action = \"checkPendingAirdrops\", from = 0 }}]\n"
    )
}

#[test]
fn a_list_is_paid() {
    let garden = Garden::new();
    let desk = &garden.desk;
    garden.write_list("list.csv", 3);
    let airdrop = ["airdrop", "COOL", "--file", "list.csv"];
    let dry = [&airdrop[..], &["--dry-run"]].concat();
    let preview = "\
Airdrop of COOL on the network dev
accounts      3 of list.csv, to their free disposal
they get      0.006 COOL, of the 100000.000 that you have
fee           0.30000000 ENG, of the 100.00000000 that you have
transactions  1
paid          50 accounts a block, behind airdrops that came before
";
    assert_eq!(desk.ok(&dry), preview);
    assert!(!desk.path("list.csv.sent").exists());

    let refused = desk.feed("n\n", &airdrop);
    assert!(
        refused.stderr.contains("Sign this? [y/N]"),
        "{}",
        refused.stderr
    );
    assert_eq!(refused.failed(&airdrop), "nothing was signed");
    let agreed = desk.feed("y\n", &airdrop).succeeded(&airdrop);
    assert_eq!(
        agreed,
        "all 3 accounts are in airdrops, which are paid from the next block on\n"
    );
    garden.check_paid(3);

    // once more: nothing is asked, nothing is sent
    let again = desk.json(&[&airdrop[..], &["--yes"]].concat());
    assert_eq!((&again["new"], &again["accounts"]), (&json!(0), &json!(3)));
    assert_eq!(
        desk.feed("", &airdrop).succeeded(&airdrop),
        "nothing is left to send: all 3 accounts were taken into airdrops before\n"
    );
    let executed = again["transactions"][0]["transactionId"]
        .as_str()
        .expect("an id");
    assert_eq!(garden.node.errors(executed), [""; 0]);

    garden.write_list("list.csv", 4);
    let changed = desk.fails(&[&airdrop[..], &["--yes"]].concat());
    assert!(
        changed.starts_with(
            "the list or how it is to be paid was changed since a part of it was sent"
        ),
        "{changed}"
    );
    let other = ["--yes", "--account", "steemsc", "--key-file", "steemsc.key"];
    let other = desk.fails(&[&airdrop[..], &other].concat());
    assert!(other.contains("and the account alice"), "{other}");
}

/// Killed again and again, at any moment, it still pays everybody once.
#[test]
fn nobody_is_paid_twice() {
    let garden = Garden::new();
    garden.write_list("list.csv", MANY);
    let airdrop = ["airdrop", "COOL", "--file", "list.csv", "--yes", "--json"];
    let mut moments = fastrand::Rng::with_seed(17);
    for _ in 0..15 {
        let mut running = garden.desk.start(&airdrop);
        std::thread::sleep(Duration::from_millis(moments.u64(50..1_200)));
        running.kill();
    }
    let done: Value = serde_json::from_str(&garden.desk.ok(&airdrop)).expect("JSON");
    assert_eq!(done["accounts"], MANY);
    let transactions = done["transactions"].as_array().expect("a list");
    assert!(
        transactions.len() > 1,
        "it takes several transactions: {done}"
    );
    garden.check_paid(MANY);
    let query = json!({ "account": "alice", "symbol": "COOL" });
    let left = &garden.find("tokens", "balances", query)[0]["balance"];
    assert_eq!(left, "99819.700"); // 0.001 + … + 0.600 went
}

#[test]
fn lists_are_checked_before_anything_is_signed() {
    let garden = Garden::new();
    let desk = &garden.desk;
    let fails = |list: &str, more: &[&str]| {
        desk.write("list.csv", list);
        let airdrop = ["airdrop", "COOL", "--file", "list.csv", "--yes"];
        desk.fails(&[&airdrop[..], more].concat())
    };
    for (list, error) in [
        (
            "",
            "list.csv is empty; expected an account and a quantity in each line, such as alice,12.5",
        ),
        ("bob,1\nbob,2", "list.csv: line 2: bob is in line 1 already"),
        (
            "bob,1.2345",
            "list.csv: line 1: expected a quantity above zero with at most 3 decimals, found \"1.2345\"",
        ),
        (
            "bob,1\nnobody,1",
            "list.csv: there is no account nobody (line 2) on the main chain",
        ),
        (
            "no-one,1\nnobody,1",
            "list.csv: 2 accounts are not on the main chain: no-one (line 1), nobody (line 2)",
        ),
        (
            "bob,100000.001",
            "alice has 100000.000 COOL, and needs 100000.001",
        ),
    ] {
        assert_eq!(fails(list, &[]), error);
    }
    assert_eq!(
        fails("bob,1", &["--stake"]),
        "COOL cannot be staked; without --stake the accounts get it to their free disposal"
    );
    let key = fails("bob,1", &["--key-file", "steemsc.key"]);
    assert!(key.contains("is no key of alice"), "{key}");
    let none = desk.fails(&["airdrop", "NONE", "--file", "list.csv", "--dry-run"]);
    assert!(none.starts_with("there is no token NONE"), "{none}");
    let nowhere = desk.fails(&["airdrop", "COOL", "--file", "nowhere.csv", "--dry-run"]);
    assert!(nowhere.starts_with("cannot read nowhere.csv"), "{nowhere}");
    garden.write_list("list.csv", MANY);
    let spend = ["token", "transfer", "ENG", "bob", "50"];
    desk.ok(&spend);
    let airdrop = ["airdrop", "COOL", "--file", "list.csv"];
    assert_eq!(
        desk.fails(&[&airdrop[..], &["--yes"]].concat()),
        "alice has 50.00000000 ENG, and the fee is 60.00000000 ENG"
    );
    let told = desk.json(&[&airdrop[..], &["--dry-run"]].concat());
    assert_eq!(
        told["short"],
        "alice has 50.00000000 ENG, and the fee is 60.00000000 ENG"
    );
    assert!(!desk.path("list.csv.sent").exists());
    assert_eq!(garden.held("bob"), None);
}
