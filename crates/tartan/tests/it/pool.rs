//! `tartan pool`: two tokens, a provider, a trader, on a network of their own with market pools.

use serde_json::{Value, json};
use tartan_graphene::{PrivateKey, Role};

use crate::harness::{Desk, Ended, MASTER_PASSWORD, Running, SideChain};

const NETWORK: &str = r#"
extends = "dev"
name = "pools"
chain_id = "pools"
"#;

const PAIR: &str = "GLD:SLV";

/// A desk beside a main chain and a node. GLD has 8 decimals, SLV 3; alice and bob have some of both.
struct Market {
    desk: Desk,
    node: SideChain,
    running: Vec<Running>,
}

impl Market {
    fn open() -> Market {
        let desk = Desk::new();
        desk.write("pools.toml", NETWORK);
        let main_chain = desk.start(&[
            "devchain",
            "--chain",
            "steem",
            "--block-interval",
            "100ms",
            "--port",
            "0",
            "--json",
        ]);
        let url = main_chain.json()["urls"][0]
            .as_str()
            .expect("an address")
            .to_string();
        let network = ["--network", "pools.toml"];
        let (node, running) = SideChain::start_with(&desk, &url, "state", &network);
        let settings = format!(
            "network = \"pools.toml\"\nmain-chain = [{url:?}]\nside-chain = {:?}\n",
            node.url
        );
        desk.write("tartan.toml", settings);
        for account in ["steemsc", "alice", "bob"] {
            let key = PrivateKey::from_login(account, Role::Active, MASTER_PASSWORD);
            desk.write(&format!("{account}.key"), key.to_wif());
        }
        let market = Market {
            desk,
            node,
            running: vec![running, main_chain],
        };
        market.act("steemsc", &["token", "transfer", "ENG", "alice", "50"]);
        for (symbol, precision) in [("GLD", "8"), ("SLV", "3")] {
            let create = [
                "token",
                "create",
                symbol,
                "--name",
                symbol,
                "--precision",
                precision,
                "--max-supply",
                "1000000",
            ];
            market.act("alice", &create);
            market.act("alice", &["token", "issue", symbol, "alice", "50000"]);
            market.act("alice", &["token", "issue", symbol, "bob", "1000"]);
        }
        market
    }

    fn signed<'a>(account: &'a str, key: &'a str, args: &[&'a str]) -> Vec<&'a str> {
        let signer = ["--account", account, "--key-file", key];
        args.iter().copied().chain(signer).collect()
    }

    /// Lets an account act, and gives what was printed as JSON.
    #[track_caller]
    fn act(&self, account: &str, args: &[&str]) -> Value {
        let key = format!("{account}.key");
        self.desk.json(&Market::signed(account, &key, args))
    }

    /// Lets an account try to act, and gives the error.
    #[track_caller]
    fn refused(&self, account: &str, args: &[&str]) -> String {
        let key = format!("{account}.key");
        self.desk.fails(&Market::signed(account, &key, args))
    }

    /// Lets an account act with this typed.
    fn typed(&self, account: &str, input: &str, args: &[&str]) -> Ended {
        let key = format!("{account}.key");
        self.desk.feed(input, &Market::signed(account, &key, args))
    }

    fn balances(&self, account: &str) -> [String; 2] {
        ["GLD", "SLV"].map(|symbol| self.node.balance(account, symbol)[0].clone())
    }

    fn close(self) {
        for running in self.running {
            running.stop();
        }
    }
}

fn amount(quantity: &str, symbol: &str) -> Value {
    json!({ "symbol": symbol, "quantity": quantity })
}

#[test]
fn a_provider_and_a_trader() {
    let market = Market::open();
    let desk = &market.desk;
    assert_eq!(desk.ok(&["pool", "info"]), "there are no pools yet\n");

    let made = market.act("alice", &["pool", "create", PAIR, "--yes"]);
    assert_eq!(made["step"], "make the pool GLD:SLV for 10 ENG");
    assert_eq!(made["paid"], json!([amount("10", "ENG")]));
    let error = market.refused("alice", &["pool", "add", PAIR, "1000", "--yes"]);
    assert!(
        error.starts_with("the pool is empty, so that you set the price"),
        "{error}"
    );
    assert_eq!(
        desk.fails(&["pool", "quote", PAIR, "GLD", "1"]),
        "the pool GLD:SLV is empty"
    );
    let added = market.act("alice", &["pool", "add", PAIR, "1000", "16000", "--yes"]);
    assert_eq!(
        added["paid"],
        json!([amount("1000.00000000", "GLD"), amount("16000.000", "SLV")])
    );

    // what is quoted is what is paid
    let order = ["pool", "quote", PAIR, "GLD", "10"];
    let quote = desk.json(&order);
    let expected = json!({
        "pair": "GLD:SLV", "pay": amount("10.00000000", "GLD"), "receive": amount("158.023", "SLV"),
        "price": "15.8023", "poolPrice": "16", "priceImpactPercent": "0.99", "fee": amount("0.396", "SLV"),
        "feePercent": "0.25", "slippagePercent": "1", "receiveAtLeast": "156.442",
    });
    assert_eq!(quote, expected);
    let swapped = market.act("bob", &["pool", "swap", PAIR, "GLD", "10", "--yes"]);
    assert_eq!(
        swapped["step"],
        "pay 10.00000000 GLD for at least 156.442 SLV"
    );
    assert_eq!(swapped["paid"], json!([quote["pay"]]));
    assert_eq!(swapped["received"], json!([quote["receive"]]));
    assert_eq!(market.balances("bob"), ["990.00000000", "1158.023"]);

    // the other way round: what is to be got is given. What rounding has left counts.
    let order = [PAIR, "SLV", "100", "--receive", "--slippage", "0.5"];
    let quote = desk.json(&[&["pool", "quote"][..], &order].concat());
    assert_eq!(quote["payAtMost"], "6.46420705");
    let swapped = market.act("bob", &[&["pool", "swap"][..], &order, &["--yes"]].concat());
    assert_eq!(
        swapped["step"],
        "get 100.000 SLV for at most 6.46420705 GLD"
    );
    assert_eq!(
        [&swapped["paid"][0], &swapped["received"][0]],
        [&quote["pay"], &quote["receive"]]
    );

    let added = market.act("bob", &["pool", "add", PAIR, "20", "--yes"]);
    assert_eq!(added["paid"][0], amount("20.00000000", "GLD"));
    let info = desk.json(&["pool", "info", PAIR, "--account", "bob"]);
    assert_eq!(info["position"]["worth"][0], amount("20.00000000", "GLD"));
    assert_eq!(info["position"]["partOfPoolPercent"], "1.93");
    let before = market.balances("bob");
    let worth = info["position"]["worth"].clone();
    let removed = market.act("bob", &["pool", "remove", PAIR, "--yes"]);
    assert_eq!(removed["received"], worth);
    assert_ne!(market.balances("bob"), before);
    let info = desk.json(&["pool", "info", PAIR, "--account", "bob"]);
    assert_eq!(info["position"], Value::Null);

    let removed = market.act("alice", &["pool", "remove", PAIR, "100", "--yes"]);
    assert_eq!(removed["received"].as_array().map(Vec::len), Some(2));
    let info = desk.json(&["pool", "info", PAIR]);
    assert_eq!(
        [&info["base"], &info["quote"]],
        [&amount("0.00000000", "GLD"), &amount("0.000", "SLV")]
    );
    let sum = |symbol: &str, place: usize| {
        let units = |account: &str| {
            market.balances(account)[place]
                .replace('.', "")
                .parse::<u64>()
                .unwrap()
        };
        (symbol.to_string(), units("alice") + units("bob"))
    };
    assert_eq!(sum("GLD", 0).1, 5_100_000_000_000);
    assert_eq!(sum("SLV", 1).1, 51_000_000);
    market.close();
}

#[test]
fn nothing_is_signed_without_a_yes() {
    let market = Market::open();
    let desk = &market.desk;
    market.act("alice", &["pool", "create", PAIR, "--yes"]);
    market.act("alice", &["pool", "add", PAIR, "1000", "16000", "--yes"]);
    let before = market.balances("bob");
    let swap = ["pool", "swap", PAIR, "GLD", "10"];

    let told = desk.ok(&[&swap[..], &["--dry-run"]].concat());
    for line in [
        "Pay 10.00000000 GLD, get 158.023 SLV",
        "price impact    0.99 %, since swaps of this size move the price",
        "get at least    156.442 SLV, with a slippage of 1 %",
        "What is signed: pay 10.00000000 GLD for at least 156.442 SLV",
    ] {
        assert!(
            told.lines().any(|found| found == line),
            "{line:?} is not in\n{told}"
        );
    }
    let preview = desk.json(&[&swap[..], &["--dry-run"]].concat());
    assert_eq!(preview["step"]["payload"]["minAmountOut"], "156.442");
    let ended = market.typed("bob", "n\n", &swap);
    assert!(
        ended.stderr.contains("What is signed: pay 10"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.failed(&swap), "nothing was signed");
    let error = market.typed("bob", "", &swap).failed(&swap);
    assert!(error.contains("--yes"), "{error}");
    assert_eq!(market.balances("bob"), before);
    market.typed("bob", "y\n", &swap).succeeded(&swap);
    assert_ne!(market.balances("bob"), before);
    market.close();
}

#[test]
fn what_cannot_be_swapped_is_told() {
    let market = Market::open();
    let desk = &market.desk;
    let none = "there is no pool GLD:SLV; `tartan pool info` lists those there are, `tartan pool create GLD:SLV` makes it";
    assert_eq!(desk.fails(&["pool", "quote", PAIR, "GLD", "10"]), none);
    market.act("alice", &["pool", "create", PAIR, "--yes"]);
    market.act("alice", &["pool", "add", PAIR, "1000", "16000", "--yes"]);
    for (args, expected) in [
        (
            ["SLV:GLD", "GLD", "10"],
            "there is no pool SLV:GLD; it is called GLD:SLV",
        ),
        ([PAIR, "ENG", "10"], "the pool GLD:SLV has no ENG"),
        (
            [PAIR, "SLV", "1.0005"],
            "expected an amount of SLV above zero with up to 3 decimals, found \"1.0005\"",
        ),
        ([PAIR, "GLD", "0.00000001"], "that is too little to swap"),
    ] {
        let args = [&["pool", "quote"][..], &args].concat();
        assert_eq!(desk.fails(&args), expected);
    }
    let all = ["pool", "quote", PAIR, "SLV", "16000", "--receive"];
    assert_eq!(
        desk.fails(&all),
        "the pool does not have as much: it has 1000.00000000 GLD and 16000.000 SLV"
    );
    let usage = desk.run(&["pool", "quote", "GLDSLV", "GLD", "1"]);
    assert_eq!(usage.code, 2);
    assert!(
        usage
            .stderr
            .contains("expected the symbols of two tokens such as GLD:SLV"),
        "{}",
        usage.stderr
    );
    assert_eq!(
        desk.run(&["pool", "swap", PAIR, "GLD", "1", "--slippage", "51"])
            .code,
        2
    );
    assert_eq!(desk.run(&["pool", "remove", PAIR, "101"]).code, 2);
    assert_eq!(
        market.refused("bob", &["pool", "remove", PAIR]),
        "bob has nothing in the pool GLD:SLV"
    );
    let error = market.refused("bob", &["pool", "swap", PAIR, "GLD", "5000", "--yes"]);
    assert!(
        error.starts_with(
            "the contract refused swapTokens: insufficient input balance (transaction "
        ),
        "{error}"
    );
    let error = market.refused("bob", &["pool", "create", PAIR, "--yes"]);
    assert!(
        error.contains("you must have enough tokens to cover the creation fee"),
        "{error}"
    );
    let error = market.refused("alice", &["pool", "create", "GLD:NONE", "--yes"]);
    assert_eq!(error, "there is no token NONE on this sidechain");
    market.close();
}
