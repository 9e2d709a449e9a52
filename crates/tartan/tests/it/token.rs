//! `tartan token`: what a founder does, and what the program says when it cannot be done.

use serde_json::{Value, json};
use tartan_graphene::{PrivateKey, Role};

use crate::founding::Founding;
use crate::harness::MASTER_PASSWORD;

#[test]
fn a_founder_makes_a_token_and_members_use_it() {
    let founding = Founding::new("token");
    let (desk, node) = (&founding.desk, &founding.node);

    let done = founding.act(
        "alice",
        &[
            "create",
            "FAB",
            "--name",
            "Fab Club",
            "--precision",
            "2",
            "--max-supply",
            "5000",
            "--url",
            "https://fab.example",
        ],
    );
    assert_eq!(done["action"], "create");
    let id = done["transactionId"].as_str().expect("an id");
    let executed = node.transaction(id).expect("executed");
    assert_eq!(executed["blockNumber"], done["sideChainBlock"]);
    assert_eq!(executed["refSteemBlockNumber"], done["mainChainBlock"]);

    founding.act(
        "alice",
        &["enable-staking", "FAB", "--cooldown", "4", "--slices", "2"],
    );
    founding.act("alice", &["enable-delegation", "FAB", "--cooldown", "3"]);
    founding.act("alice", &["issue", "FAB", "bob", "100"]);
    founding.act(
        "bob",
        &["transfer", "FAB", "carol", "30.5", "--memo", "for lunch"],
    );
    founding.act("bob", &["stake", "FAB", "40"]);
    founding.act("bob", &["stake", "FAB", "5", "--to", "carol"]);
    let unstake = founding.act("bob", &["unstake", "FAB", "10"]);
    founding.act("bob", &["unstake", "FAB", "2"]);
    founding.act(
        "bob",
        &[
            "cancel-unstake",
            unstake["transactionId"].as_str().expect("an id"),
        ],
    );
    founding.act("bob", &["delegate", "FAB", "dave", "20"]);
    founding.act("bob", &["undelegate", "FAB", "dave", "8"]);

    let row = |balance: &str,
               stake: &str,
               unstaking: &str,
               lent_in: &str,
               lent_out: &str,
               returning: &str| {
        json!({
            "symbol": "FAB", "balance": balance, "stake": stake, "pendingUnstake": unstaking,
            "delegationsIn": lent_in, "delegationsOut": lent_out, "pendingUndelegations": returning,
        })
    };
    let holds =
        |account: &str| desk.json(&["token", "balance", account, "FAB"])["tokens"][0].clone();
    assert_eq!(
        holds("bob"),
        row("24.50", "19.00", "2.00", "0", "12.00", "8.00")
    );
    assert_eq!(holds("carol"), row("30.5", "5.00", "0", "0", "0", "0"));
    assert_eq!(holds("dave"), row("0", "0", "0", "12.00", "0", "0"));

    let info = desk.json(&["token", "info", "FAB"]);
    assert_eq!(info["supply"], "100.00");
    assert_eq!(info["totalStaked"], "44.00");
    assert_eq!(info["metadata"], r#"{"url":"https://fab.example"}"#);
    let text = desk.ok(&["token", "info", "FAB"]);
    assert_eq!(
        text,
        "\
FAB (Fab Club)
issuer       alice
decimals     2
supply       100.00 of 5000.00 issued, 100.00 in circulation
staking      44.00 staked; unstaking takes 4 days in 2 slices
delegation   undelegating takes 3 days
"
    );
    assert_eq!(
        desk.ok(&["token", "balance", "zed"]),
        "zed holds no tokens\n"
    );
    let text = desk.ok(&["token", "balance", "carol"]);
    assert!(text.starts_with("token  "), "{text}");
    assert!(text.contains("\nFAB "), "{text}");
    founding.demo.stop();
}

#[test]
fn what_the_contract_refuses_is_told_in_its_words() {
    let founding = Founding::new("token");
    for (account, args, reason) in [
        (
            "alice",
            &["create", "cool", "--name", "Cool", "--max-supply", "1"][..],
            "create: invalid symbol: uppercase letters only",
        ),
        (
            "alice",
            &["create", "COOL", "--name", "Cool", "--max-supply", "1"],
            "create: symbol already exists",
        ),
        (
            "bob",
            &["create", "POOR", "--name", "Poor", "--max-supply", "1"],
            "create: you must have enough tokens to cover the creation fees",
        ),
        (
            "bob",
            &["issue", "COOL", "bob", "1"],
            "issue: not allowed to issue tokens",
        ),
        (
            "alice",
            &["issue", "COOL", "bob", "1.0001"],
            "issue: symbol precision mismatch",
        ),
        (
            "alice",
            &["issue", "COOL", "bob", "99999999"],
            "issue: quantity exceeds available supply",
        ),
        (
            "bob",
            &["transfer", "COOL", "carol", "100000"],
            "transfer: overdrawn balance",
        ),
        (
            "bob",
            &["transfer", "NONE", "carol", "1"],
            "transfer: symbol does not exist",
        ),
        (
            "bob",
            &["transfer", "COOL", "bob", "1"],
            "transfer: cannot transfer to self",
        ),
        (
            "bob",
            &["transfer", "COOL", "X", "1"],
            "transfer: invalid to",
        ),
        (
            "bob",
            &["transfer", "COOL", "carol", "0"],
            "transfer: must transfer positive quantity",
        ),
        (
            "bob",
            &["transfer", "COOL", "carol", "many"],
            "transfer: invalid params",
        ),
        (
            "alice",
            &["enable-staking", "COOL", "--cooldown", "1"],
            "enableStaking: staking already enabled",
        ),
        (
            "alice",
            &["unstake", "COOL", "100000"],
            "unstake: overdrawn stake",
        ),
        (
            "alice",
            &["cancel-unstake", "0000"],
            "cancelUnstake: unstake does not exist",
        ),
        (
            "alice",
            &["delegate", "COOL", "alice", "1"],
            "delegate: cannot delegate to yourself",
        ),
        (
            "alice",
            &["undelegate", "COOL", "bob", "1"],
            "undelegate: overdrawn delegation",
        ),
    ] {
        let error = founding.refused(account, args);
        assert!(
            error.starts_with(&format!("the contract refused {reason}")),
            "{args:?}: {error}"
        );
    }
    let error = founding.desk.fails(&["token", "info", "NONE"]);
    assert_eq!(
        error,
        "there is no token NONE on this sidechain; symbols are capital letters"
    );
    founding.demo.stop();
}

#[test]
fn what_needs_a_memo_is_not_sent_without_one() {
    let founding = Founding::new("token");
    let send = ["transfer", "COOL", "steem-peg", "1"];
    let with = |memo| [&send[..], &["--memo", memo]].concat();
    let error = founding.refused("bob", &send);
    assert_eq!(
        error,
        "deposits to @steem-peg are told apart by their memo, and there is none: give the one that you were told with --memo, \
         or say --memo '' to send without"
    );
    let payload = |done: Value| done["payload"].clone();
    let sent = payload(founding.act("bob", &with("mine")));
    assert_eq!(sent["memo"], "mine");
    let sent = payload(founding.act("bob", &with("")));
    assert_eq!(
        sent,
        json!({ "symbol": "COOL", "to": "steem-peg", "quantity": "1" })
    );
    founding.demo.stop();
}

#[test]
fn who_signs_and_where_to_is_told_when_it_is_wrong() {
    let founding = Founding::new("token");
    let desk = &founding.desk;
    let transfer = ["token", "transfer", "COOL", "carol", "1"];
    let fails = |more: &[&str]| {
        let args: Vec<&str> = transfer.iter().chain(more).copied().collect();
        desk.fails(&args)
    };

    let no_account = "no account given; pass --account <NAME>, set TARTAN_ACCOUNT, or write account = \"<NAME>\" in tartan.toml";
    assert_eq!(fails(&["--key-file", "bob.key"]), no_account);
    let no_key = "no private key given; pass --key-file <FILE> (or - for standard input), set TARTAN_KEY, or write key-file = \"<FILE>\" in tartan.toml";
    assert_eq!(fails(&["--account", "bob"]), no_key);
    let error = fails(&["--account", "bob", "--key-file", "nowhere.key"]);
    assert!(
        error.starts_with("cannot read key file nowhere.key"),
        "{error}"
    );
    let error = fails(&["--account", "Bob!", "--key-file", "bob.key"]);
    assert!(
        error.contains("in an account name, found \"Bob!\""),
        "{error}"
    );

    let error = fails(&["--account", "nobody", "--key-file", "bob.key"]);
    assert_eq!(error, "there is no account nobody on the main chain");
    let public =
        |account: &str, role| PrivateKey::from_login(account, role, MASTER_PASSWORD).public_key();
    let error = fails(&["--account", "alice", "--key-file", "bob.key"]);
    let bobs = public("bob", Role::Active);
    assert_eq!(
        error,
        format!("{bobs} is no key of alice; expected the active key, which moves funds")
    );
    let error = fails(&["--account", "bob", "--key-file", "bob-posting.key"]);
    let posting = public("bob", Role::Posting);
    assert_eq!(
        error,
        format!("{posting} is the posting key of bob; expected the active key, which moves funds")
    );

    // most of a key may be in what was mistyped
    let wif = std::fs::read_to_string(desk.path("bob.key")).expect("a key");
    let mistyped = wif.replacen(char::is_alphabetic, "1", 1);
    desk.write("mistyped.key", &mistyped);
    let error = fails(&["--account", "bob", "--key-file", "mistyped.key"]);
    assert!(
        error.starts_with("mistyped.key does not hold a private key in WIF"),
        "{error}"
    );
    assert!(!error.contains(&mistyped[10..20]), "{error}");

    let bob = ["--account", "bob", "--key-file", "bob.key"];
    let error = fails(&[&bob[..], &["--side-chain", "http://127.0.0.1:1"]].concat());
    assert!(
        error.contains("the sidechain node at http://127.0.0.1:1 does not answer; is it running?"),
        "{error}"
    );
    let error = fails(&[&bob[..], &["--main-chain", "http://127.0.0.1:1"]].concat());
    assert!(
        error.contains("no main-chain node answered")
            && error.contains("http://127.0.0.1:1: could not connect"),
        "{error}"
    );
    let error = fails(&[&bob[..], &["--side-chain", "nonsense"]].concat());
    assert!(
        error.contains("expected the address of a sidechain node such as http://127.0.0.1:5000"),
        "{error}"
    );
    let error = fails(&[&bob[..], &["--network", "dev-hive"]].concat());
    assert!(
        error.contains("is a node of a Steem-flavoured chain: expected a Hive-flavoured one"),
        "{error}"
    );
    let error = fails(&[&bob[..], &["--network", "steem"]].concat());
    assert!(
        error.contains("belongs to the sidechain \"dev\", expected \"mainnet1\" of network steem"),
        "{error}"
    );
    founding.demo.stop();
}

#[test]
fn keys_come_from_the_environment_or_standard_input_and_stay_out_of_the_log() {
    let founding = Founding::new("token");
    let desk = &founding.desk;
    let wif = std::fs::read_to_string(desk.path("bob.key")).expect("a key");
    let args = [
        "token",
        "transfer",
        "COOL",
        "carol",
        "1",
        "--account",
        "bob",
        "--log",
        "trace",
    ];

    let mut command = desk.command(&args);
    command.env("TARTAN_KEY", &wif);
    let ended = desk.run_command(command, "");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains(&wif), "the key is in the log");
    assert!(
        ended.stderr.len() > 1000,
        "the log was not as talkative as expected"
    );

    let with_file = [&args[..], &["--key-file", "-"]].concat();
    desk.feed(&wif, &with_file).succeeded(&with_file);
    assert_eq!(founding.node.balance("bob", "COOL"), ["796.024", "48.524"]);
    founding.demo.stop();
}
