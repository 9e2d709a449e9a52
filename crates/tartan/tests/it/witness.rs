//! `tartan witness`: members vote for witnesses, and become some.

use serde_json::Value;
use tartan_chain::Network;
use tartan_chain::network::Tick;

use crate::harness::{Desk, MASTER_PASSWORD, Running, SideChain};

/// A sidechain with rounds of two witnesses, the keys of some accounts, and settings that say so.
struct Watched {
    desk: Desk,
    _main_chain: Running,
    _node: Running,
}

impl Watched {
    fn new() -> Watched {
        let desk = Desk::new();
        desk.write("watched.toml", network());
        let main_chain = desk.start(&[
            "devchain",
            "--chain",
            "steem",
            "--port",
            "0",
            "--block-interval",
            "100ms",
            "--json",
        ]);
        let banner = main_chain.json();
        let url = banner["urls"][0].as_str().expect("an address");
        let more = ["--network", "watched.toml"];
        let (side_chain, node) = SideChain::start_with(&desk, url, "state", &more);
        let settings = format!(
            "network = \"watched.toml\"\nmain-chain = [{url:?}]\nside-chain = {:?}\n",
            side_chain.url
        );
        desk.write("tartan.toml", settings);
        for account in ["steemsc", "alice", "bob"] {
            for role in ["active", "posting"] {
                let file = format!("{account}-{role}.key");
                let args = [
                    "key",
                    "from-password",
                    account,
                    "--role",
                    role,
                    "--out",
                    &file,
                ];
                desk.feed(MASTER_PASSWORD, &args).succeeded(&args);
            }
        }
        Watched {
            desk,
            _main_chain: main_chain,
            _node: node,
        }
    }

    fn signed<'a>(args: &[&'a str], account: &'a str, key: &'a str) -> Vec<&'a str> {
        let signer = ["--account", account, "--key-file", key];
        args.iter().copied().chain(signer).collect()
    }

    /// The same for a command that asks, with the answer.
    fn agreed<'a>(args: &[&'a str], account: &'a str, key: &'a str) -> Vec<&'a str> {
        let asks = args.first() == Some(&"witness");
        let mut args = Watched::signed(args, account, key);
        args.extend(asks.then_some("--yes"));
        args
    }

    /// Runs a command as an account with one of its keys.
    #[track_caller]
    fn act(&self, account: &str, role: &str, args: &[&str]) -> String {
        let key = format!("{account}-{role}.key");
        self.desk.ok(&Watched::agreed(args, account, &key))
    }

    #[track_caller]
    fn refused(&self, account: &str, role: &str, args: &[&str]) -> String {
        let key = format!("{account}-{role}.key");
        self.desk.fails(&Watched::agreed(args, account, &key))
    }

    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        self.desk.json(args)
    }
}

/// The development network with witnesses.
fn network() -> String {
    let mut network = Network::preset("dev").expect("there is such a preset");
    network.name = "watched".to_string();
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
    (settings.top_witnesses, settings.signatures_required) = (1, 2);
    network.contracts.witnesses = Some(settings);
    toml::to_string(&network).expect("a network is a table")
}

/// A public key for a witness.
fn key(desk: &Desk) -> String {
    let key = desk.json(&["key", "generate"]);
    key["public"].as_str().expect("a key").to_string()
}

#[test]
fn members_choose_who_verifies() {
    let watched = Watched::new();
    let desk = &watched.desk;
    assert_eq!(
        desk.ok(&["witness", "list"]).trim(),
        "there are no witnesses yet"
    );
    let none = desk.ok(&["witness", "schedule"]);
    assert!(
        none.contains("no round    0 of the 2 approved witnesses that it takes"),
        "{none}"
    );

    let keys = [key(desk), key(desk)];
    let place = ["witness", "register", "--domain", "alice.example.com"];
    let register = [&place[..], &["--signing-key", &keys[0]]].concat();
    let dry = watched.act("alice", "active", &[&register[..], &["--dry-run"]].concat());
    assert_eq!(
        dry.trim(),
        format!(
            "account  alice\nkey      active\n\nWhat is signed: become a witness: at alice.example.com, JSON-RPC on port 5000, witnesses on port 5001, signatures by {}",
            keys[0]
        )
    );
    let asked = Watched::signed(&register, "alice", "alice-active.key");
    let refused = desk.feed("n\n", &asked);
    assert!(
        refused.stderr.contains(dry.trim()) && refused.stderr.contains("Sign this? [y/N]: "),
        "{}",
        refused.stderr
    );
    assert_eq!(refused.failed(&asked), "nothing was signed");
    assert_eq!(
        watched.json(&["witness", "list"])["witnesses"],
        serde_json::json!([])
    );
    watched.act("alice", "active", &register);
    let args = [
        "witness",
        "register",
        "--ip",
        "192.0.2.7",
        "--rpc-port",
        "80",
    ];
    watched.act(
        "bob",
        "active",
        &[&args[..], &["--signing-key", &keys[1]]].concat(),
    );

    let stake = ["token", "stake", "ENG", "100", "--to", "alice"];
    watched.act("steemsc", "active", &stake);
    let told = watched.act("alice", "posting", &["witness", "approve", "bob"]);
    assert!(
        told.starts_with("approve the witness bob, with the weight of your stake, 100 ENG: executed in sidechain block "),
        "{told}"
    );
    watched.act("alice", "posting", &["witness", "approve", "@alice"]);

    let list = watched.json(&["witness", "list", "--voter", "alice"]);
    assert_eq!(list["token"], "ENG");
    assert_eq!(
        list["voter"]["approves"],
        serde_json::json!(["bob", "alice"])
    );
    assert_eq!(list["witnesses"][0]["witness"], "alice");
    assert_eq!(list["witnesses"][1]["weight"], "100");
    assert_eq!(list["witnesses"][1]["host"], "192.0.2.7");
    let list = desk.ok(&["witness", "list", "--voter", "alice"]);
    assert!(list.contains("   1 * alice "), "{list}");
    assert!(
        list.contains("\nalice approves 2 of at most 30 (*) with 100 ENG each, until block "),
        "{list}"
    );

    let schedule = watched.json(&["witness", "schedule"]);
    let round = &schedule["round"];
    assert_eq!(round["number"], 1);
    assert_eq!(round["places"].as_array().map(Vec::len), Some(2));
    assert_eq!(round["signaturesNeeded"], 2);
    let schedule = desk.ok(&["witness", "schedule"]);
    assert!(schedule.contains("round 1     blocks "), "{schedule}");

    // what is not said stays
    let rest = ["witness", "register", "--enabled", "false"];
    let told = watched.act("bob", "active", &rest);
    let expected = format!(
        "let your witness take a rest: at 192.0.2.7, JSON-RPC on port 80, witnesses on port 5001, signatures by {}: executed",
        keys[1]
    );
    assert!(told.starts_with(&expected), "{told}");
    let told = watched.act("alice", "posting", &["witness", "disapprove", "bob"]);
    assert!(
        told.starts_with(
            "take the weight of your stake, 100 ENG, back from the witness bob: executed"
        ),
        "{told}"
    );
    let list = watched.json(&["witness", "list"]);
    assert_eq!(list["witnesses"][1]["weight"], "0");
    assert_eq!(list["witnesses"][1]["enabled"], false);
}

#[test]
fn what_witnesses_and_voters_do_wrong() {
    let watched = Watched::new();
    let refused = |account: &str, role: &str, args: &[&str]| {
        let args = [&["witness"], args].concat();
        watched.refused(account, role, &args)
    };
    assert_eq!(
        refused("alice", "posting", &["approve", "bob"]),
        "there is no witness bob; `tartan witness list` shows who there is"
    );
    let place = ["register", "--domain", "bob.example.com"];
    assert_eq!(
        refused("bob", "active", &place),
        "no signing key given; pass --signing-key <KEY>, a public key such as `tartan key generate` makes"
    );
    let key = key(&watched.desk);
    assert_eq!(
        refused("bob", "active", &["register", "--signing-key", &key]),
        "no place given; pass --domain <NAME> or --ip <ADDRESS> of the witness's node"
    );
    let other = if key.ends_with('1') { '2' } else { '1' };
    let typo = format!("{}{other}", &key[..key.len() - 1]);
    let error = refused(
        "bob",
        "active",
        &[&place[..], &["--signing-key", &typo]].concat(),
    );
    assert!(error.starts_with("--signing-key: "), "{error}");
    let error = refused(
        "bob",
        "posting",
        &[&place[..], &["--signing-key", &key]].concat(),
    );
    assert!(error.contains("expected the active key"), "{error}");
    let args = [
        "witness",
        "register",
        "--domain",
        "bob",
        "--signing-key",
        &key,
    ];
    let error = watched.refused("bob", "active", &args);
    assert!(
        error.starts_with("the contract refused register: domain is invalid"),
        "{error}"
    );
    let args = [&["witness"], &place[..], &["--signing-key", &key]].concat();
    watched.act("bob", "active", &args);
    let error = refused("alice", "posting", &["disapprove", "bob"]);
    assert!(
        error.starts_with("the contract refused disapprove: no approvals found"),
        "{error}"
    );
    let both = ["register", "--domain", "a.example.com", "--ip", "192.0.2.1"];
    let args = [&["witness"], &both[..]].concat();
    assert_eq!(watched.desk.run(&args).code, 2);
}
