//! `tartan demo`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tartan_graphene::{PrivateKey, Role};

use crate::harness::{Desk, MASTER_PASSWORD, Running, SideChain};

const ANY_PORTS: [&str; 4] = ["--main-chain-port", "0", "--side-chain-port", "0"];

/// The arguments of a demo on free ports.
fn demo<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["demo"]
        .iter()
        .chain(&ANY_PORTS)
        .chain(more)
        .copied()
        .collect()
}

/// A demo that is ready, and what it says of itself.
pub(crate) fn start(desk: &Desk, more: &[&str]) -> (Running, Value) {
    let demo: Vec<&str> = demo(&["--json", "--block-interval", "100ms"])
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    let running = desk.start(&demo);
    let ready = running.json();
    (running, ready)
}

/// The sidechain of a demo.
pub(crate) fn side_chain(ready: &Value) -> SideChain {
    SideChain {
        url: ready["sideChain"].as_str().expect("an address").to_string(),
    }
}

#[test]
fn once_plays_the_story_on_steem() {
    let printed = Desk::new().ok(&demo(&["--once"]));
    let expected = "\
Rewards of the first week

@bob/my-garden         200.954 COOL: votes of 800.0000000000 out of claims of 3184.7966605036
  curator     alice        79.434   weight 22.3606797749 of 28.2842712474
  curator     carol        21.042   weight 5.9235914725 of 28.2842712474
  beneficiary erin         20.095   20 % of the author side
  author      bob          80.382   the rest
  nobody                    0.001

@carol/re-my-garden    50.238 COOL: votes of 200.0000000000 out of claims of 3184.7966605036
  curator     dave         25.119   weight 14.1421356237 of 14.1421356237
  author      carol        25.119   the rest

@dave/a-walk           74.235 COOL: votes of 295.5300000000 out of claims of 3184.7966605036
  curator     bob          16.666   weight 12.2474487139 of 27.2763633939
  author      dave         37.118   the rest
  nobody                   20.451

@erin/for-free         nothing: the author declined payment

@frank/buy-now         nothing: the community has muted this post

earned    as author    curator  beneficiary   together
alice         0.000     79.434        0.000     79.434
bob          80.382     16.666        0.000     97.048
carol        25.119     21.042        0.000     46.161
dave         37.118     25.119        0.000     62.237
erin          0.000      0.000       20.095     20.095

800.000 COOL issued = 304.975 paid + 474.573 left in the pool + 20.452 that went to nobody

COOL        balance      stake  unstaking    lent in   lent out
alice      6539.717    539.717          0          0          0
bob         798.024     48.524          0    150.000          0
carol       673.581    598.080    100.000          0          0
dave        681.119    231.118          0          0    150.000
erin         10.048     10.047          0          0          0
frank             0          0          0          0          0
13000.000 issued, 1577.486 staked; every balance is as expected

COOL in STEEMP: last 0.09000000, bid 0.09000000, ask 0.11000000, 19.10000000 traded within a day
pool COOL:STEEMP: 997.44878840 COOL and 90.23961959 STEEMP, 0.09047042 for one
";
    assert_eq!(printed, expected);
}

#[test]
fn once_plays_the_story_on_hive() {
    let report = Desk::new().json(&demo(&["--once", "--chain", "hive"]));
    assert_eq!(report["asExpected"], true);
    assert_eq!(report["token"], "COOL");
    assert_eq!(
        report["holdings"][1],
        json!({
            "account": "bob", "balance": "798.024", "stake": "48.524", "pendingUnstake": "0",
            "delegationsIn": "150.000", "delegationsOut": "0",
        })
    );
    let rewards = &report["rewards"];
    assert_eq!(
        rewards["sum"],
        json!({
            "issued": "800.000", "paid": "304.975", "leftInPool": "474.573", "leftInContract": "20.452",
        })
    );
    assert_eq!(rewards["posts"][0]["post"], "@bob/my-garden");
    assert_eq!(rewards["posts"][0]["value"], "200.954");
    assert_eq!(rewards["earned"][4]["beneficiary"], "20.095");
}

/// What tests/clients/README.md promises to programs.
#[track_caller]
fn check_ready(ready: &Value, network: &Value, engine: &str) {
    assert_eq!(ready["network"], *network);
    assert_eq!(ready["founder"], "alice");
    assert_eq!(ready["token"], "COOL");
    for chain in ["mainChain", "sideChain"] {
        let url = ready[chain].as_str().expect("an address");
        assert!(
            url.starts_with("http://127.0.0.1:") && !url.ends_with('/'),
            "{url}"
        );
    }
    let accounts = ready["accounts"].as_array().expect("a list");
    let names: BTreeSet<&str> = accounts
        .iter()
        .filter_map(|account| account["name"].as_str())
        .collect();
    for name in ["alice", "bob", "carol", "dave", engine] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    for account in accounts {
        let name = account["name"].as_str().expect("a name");
        for role in Role::ALL {
            let expected = PrivateKey::from_login(name, role, MASTER_PASSWORD).to_wif();
            assert_eq!(
                account[role.name()],
                expected.as_str(),
                "{} key of {name}",
                role.name()
            );
        }
    }
}

#[test]
fn programs_get_one_line_on_steem_and_ctrl_c_ends_it() {
    let desk = Desk::new();
    let (running, ready) = start(&desk, &["--chain", "steem"]);
    let network = json!({
        "name": "dev", "chain": "steem", "chainId": "0".repeat(64), "customJsonId": "ssc-dev",
        "utilityToken": "ENG", "engineAccount": "steemsc",
    });
    check_ready(&ready, &network, "steemsc");
    let node = side_chain(&ready);
    assert_eq!(node.balance("bob", "COOL"), ["798.024", "48.524"]);
    assert_eq!(node.health().expect("an answer")["healthy"], true);
    let output = running.stop();
    assert_eq!(
        output.lines().filter(|line| line.starts_with('{')).count(),
        1,
        "{output}"
    );
}

#[test]
fn programs_get_one_line_on_hive_and_sigterm_ends_it() {
    let desk = Desk::new();
    let (mut running, ready) = start(&desk, &["--chain", "hive"]);
    let network = json!({
        "name": "dev-hive", "chain": "hive", "chainId": format!("beeab0de{}", "0".repeat(56)), "customJsonId": "ssc-dev",
        "utilityToken": "BEE", "engineAccount": "hive-engine",
    });
    check_ready(&ready, &network, "hive-engine");
    running.signal("TERM");
    assert_eq!(running.ends(), 0, "{}", running.output());
}

#[test]
fn it_tells_the_story_and_can_be_interrupted_in_it() {
    let mut running = Desk::new().start(&demo(&[]));
    running.logs("alice creates the token COOL");
    running.signal("INT");
    assert_eq!(running.ends(), 0, "{}", running.output());
}

#[test]
fn people_read_addresses_keys_and_what_to_try() {
    let running = Desk::new().start(&demo(&["--block-interval", "1s"]));
    running.says("every balance is as expected");
    running.says("main chain   http://127.0.0.1:");
    running.says("sidechain    http://127.0.0.1:");
    running.says("tartan token balance bob --main-chain http://127.0.0.1:");
    running.says("ready; press Ctrl-C to stop");
    running.stop();
}

#[test]
fn a_demo_with_a_folder_goes_on_where_it_stopped() {
    let desk = Desk::new();
    let (running, ready) = start(&desk, &["--data-dir", "demo"]);
    let [main_chain, side_chain_url] =
        ["mainChain", "sideChain"].map(|chain| ready[chain].as_str().unwrap().to_string());
    let key = ready["accounts"][0]["active"].as_str().unwrap();
    let transfer = [
        "token",
        "transfer",
        "COOL",
        "bob",
        "0.5",
        "--account",
        "alice",
        "--key-file",
        "-",
    ];
    let chains = ["--main-chain", &main_chain, "--side-chain", &side_chain_url];
    let args: Vec<&str> = transfer.iter().chain(&chains).copied().collect();
    desk.feed(key, &args).succeeded(&args);
    running.stop();

    let (running, ready) = start(&desk, &["--data-dir", "demo"]);
    assert_eq!(
        side_chain(&ready).balance("bob", "COOL"),
        ["798.524", "48.524"]
    );
    running.stop();
}

#[test]
fn a_port_in_use_is_told_with_the_flag_that_chooses_another() {
    let desk = Desk::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let error = desk.fails(&[
        "demo",
        "--once",
        "--main-chain-port",
        &port,
        "--side-chain-port",
        "0",
    ]);
    assert!(
        error.contains("--main-chain-port") && error.contains(&port),
        "{error}"
    );
    let error = desk.fails(&[
        "demo",
        "--once",
        "--main-chain-port",
        "0",
        "--side-chain-port",
        &port,
    ]);
    assert!(
        error.contains("--side-chain-port") && error.contains(&port),
        "{error}"
    );
}
