//! `tartan market`: a maker and a taker on the development network, and the pegged coin between them.

use serde_json::{Value, json};
use tartan_graphene::{PrivateKey, Role};

use crate::harness::{Desk, MASTER_PASSWORD, Running, SideChain};

/// A desk beside a main chain and a node. alice has founded COOL; she and bob have some of the coin.
struct Bourse {
    desk: Desk,
    node: SideChain,
    running: Vec<Running>,
}

impl Bourse {
    fn open() -> Bourse {
        let desk = Desk::new();
        let devchain = ["devchain", "--chain", "steem", "--block-interval", "100ms"];
        let main_chain = desk.start(&[&devchain[..], &["--port", "0", "--json"]].concat());
        let url = main_chain.json()["urls"][0].clone();
        let url = url.as_str().expect("an address");
        let (node, running) = SideChain::start(&desk, url, "state");
        let settings = format!("main-chain = [{url:?}]\nside-chain = {:?}\n", node.url);
        desk.write("tartan.toml", settings);
        for account in ["steemsc", "steem-peg", "alice", "bob"] {
            let key = PrivateKey::from_login(account, Role::Active, MASTER_PASSWORD);
            desk.write(&format!("{account}.key"), key.to_wif());
        }
        let bourse = Bourse {
            desk,
            node,
            running: vec![running, main_chain],
        };
        bourse.act("steemsc", &["token", "transfer", "ENG", "alice", "100"]);
        let create = [
            "token",
            "create",
            "COOL",
            "--name",
            "Cool",
            "--max-supply",
            "1000",
        ];
        bourse.act("alice", &create);
        bourse.act("alice", &["token", "issue", "COOL", "alice", "1000"]);
        for who in ["alice", "bob"] {
            bourse.act("steem-peg", &["token", "transfer", "STEEMP", who, "100"]);
        }
        bourse
    }

    /// Lets an account act, and gives what was printed as JSON.
    #[track_caller]
    fn act(&self, account: &str, args: &[&str]) -> Value {
        let key = format!("{account}.key");
        self.desk.json(&Bourse::signed(account, &key, args))
    }

    /// Lets an account try to act, and gives the error.
    #[track_caller]
    fn refused(&self, account: &str, args: &[&str]) -> String {
        let key = format!("{account}.key");
        self.desk.fails(&Bourse::signed(account, &key, args))
    }

    fn signed<'a>(account: &'a str, key: &'a str, args: &[&'a str]) -> Vec<&'a str> {
        [args, &["--account", account, "--key-file", key]].concat()
    }

    fn balances(&self, account: &str) -> [String; 2] {
        ["COOL", "STEEMP"].map(|symbol| self.node.balance(account, symbol)[0].clone())
    }

    fn close(self) {
        self.running
            .into_iter()
            .for_each(|running| drop(running.stop()));
    }
}

fn amount(quantity: &str, symbol: &str) -> Value {
    json!({ "symbol": symbol, "quantity": quantity })
}

#[test]
fn a_maker_and_a_taker() {
    let bourse = Bourse::open();
    let desk = &bourse.desk;
    assert_eq!(
        desk.ok(&["market", "list"]),
        "nothing is traded yet; all tokens are traded against STEEMP\n"
    );
    assert_eq!(
        desk.ok(&["market", "book", "COOL"]),
        "the book of COOL is empty\n"
    );

    for price in ["0.5", "0.6"] {
        let sold = ["market", "sell", "COOL", "100", "--price", price, "--yes"];
        let sold = bourse.act("alice", &sold);
        assert_eq!(sold["paid"], json!([amount("100.000", "COOL")]));
    }
    let bid = [
        "market", "buy", "COOL", "10", "--price", "0.4", "--days", "2", "--yes",
    ];
    bourse.act("alice", &bid);
    let book = desk.json(&["market", "book", "COOL", "--depth", "1"]);
    let level = |price: &str, quantity: &str| json!([{ "price": price, "quantity": quantity, "total": quantity, "orders": 1 }]);
    assert_eq!(book["asks"], level("0.50000000", "100.000"));
    assert_eq!(book["bids"], level("0.40000000", "10.000"));
    assert_eq!(book["spread"], "0.10000000");

    // what is forecast is what happens: 100 at 0.5, 20 at 0.6, which costs 62
    let buy = ["market", "buy", "COOL", "120", "--price", "0.7"];
    let forecast = bourse.act("bob", &[&buy[..], &["--dry-run"]].concat());
    assert_eq!(forecast["locks"], amount("84.00000000", "STEEMP"));
    let at_once = json!({
        "quantity": amount("120.000", "COOL"), "volume": amount("62.00000000", "STEEMP"), "averagePrice": "0.51666667",
    });
    assert_eq!(forecast["atOnce"], at_once);
    assert_eq!(forecast.get("rests"), None);
    assert_eq!(
        forecast["step"]["step"],
        "buy 120 COOL at 0.7 STEEMP or less"
    );
    assert_eq!(bourse.balances("bob"), ["0", "100"]);
    bourse.act("bob", &[&buy[..], &["--yes"]].concat());
    assert_eq!(bourse.balances("bob"), ["120.000", "38.00000000"]);

    // at once, at the only bid; what nobody wants comes back
    let sell = ["market", "sell", "COOL", "15", "--at-market"];
    let forecast = bourse.act("bob", &[&sell[..], &["--dry-run"]].concat());
    assert_eq!(forecast["comesBack"], amount("5.000", "COOL"));
    bourse.act("bob", &[&sell[..], &["--yes"]].concat());
    assert_eq!(bourse.balances("bob"), ["110.000", "42.00000000"]);
    let bought = ["market", "buy", "COOL", "--spend", "6", "--yes"];
    bourse.act("bob", &bought);
    assert_eq!(bourse.balances("bob"), ["120.000", "36.00000000"]);
    assert_eq!(
        bourse.refused("bob", &sell),
        "there is nobody to buy COOL from you: the book is empty, or too dear for so little"
    );

    let trades = desk.json(&["market", "trades", "COOL", "--limit", "2"]);
    let told = |trade: &Value| {
        ["type", "buyer", "seller", "quantity", "price"].map(|field| trade[field].clone())
    };
    assert_eq!(
        told(&trades["trades"][0]),
        ["buy", "bob", "alice", "10.000", "0.60000000"]
    );
    assert_eq!(
        told(&trades["trades"][1]),
        ["sell", "alice", "bob", "10.000", "0.40000000"]
    );
    let list = desk.json(&["market", "list"]);
    assert_eq!(list["markets"][0]["lastPrice"], "0.60000000");

    let orders = desk.json(&["market", "orders", "alice"]);
    let order = &orders["orders"][0];
    assert_eq!([&order["side"], &order["quantity"]], ["sell", "70.000"]);
    let id = order["id"].as_str().expect("an id");
    assert_eq!(
        bourse.refused("bob", &["market", "cancel", id, "--yes"]),
        format!("the order {id} belongs to alice, not to bob")
    );
    let cancelled = bourse.act("alice", &["market", "cancel", id, "--yes"]);
    assert_eq!(cancelled["received"], json!([amount("70.000", "COOL")]));
    assert_eq!(
        desk.ok(&["market", "orders", "alice"]),
        "alice has no orders in the books\n"
    );
    let again = bourse.refused("alice", &["market", "cancel", id, "--yes"]);
    assert!(
        again.starts_with(&format!("there is no order {id} in the books")),
        "{again}"
    );
    bourse.close();
}

#[test]
fn orders_that_make_no_sense_are_not_signed() {
    let bourse = Bourse::open();
    let check = |args: &[&str], expected: &str| {
        assert_eq!(
            bourse.refused("bob", &[&["market"][..], args].concat()),
            expected
        );
    };
    check(
        &["buy", "STEEMP", "1", "--price", "1"],
        "STEEMP is what all other tokens are traded against; name another token",
    );
    check(
        &["buy", "NONE", "1", "--price", "1"],
        "there is no token NONE on this sidechain; symbols are capital letters",
    );
    check(
        &["buy", "COOL", "1.0005", "--price", "1"],
        "quantity: expected a number above 0 with at most 3 decimals, found \"1.0005\"",
    );
    check(
        &["sell", "COOL", "1", "--price=-1"],
        "--price: expected a number above 0 with at most 8 decimals, found \"-1\"",
    );
    check(
        &["buy", "COOL", "--spend", "0"],
        "--spend: expected a number above 0 with at most 8 decimals, found \"0\"",
    );
    check(
        &["buy", "COOL", "300", "--price", "0.5"],
        "bob has 100.00000000 STEEMP, and the order takes 150.00000000 STEEMP",
    );
    check(
        &["buy", "COOL", "--spend", "1"],
        "there is nobody to sell COOL to you: the book is empty, or too dear for so little",
    );
    bourse.close();
}
