//! The command line itself: help, completions, keys, wrong usage.

use serde_json::Value;

use crate::harness::{Desk, MASTER_PASSWORD};

/// The names of the commands below this one, as its help lists them.
fn commands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    list.take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_string)
        .collect()
}

#[test]
fn every_command_has_help_with_an_example() {
    let desk = Desk::new();
    let mut found = 0;
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = desk.ok(&args);
        let below = commands(&help);
        // `tartan key` alone does nothing
        if below.is_empty() || path.is_empty() {
            assert!(help.contains("Example"), "{args:?} has no example:\n{help}");
        }
        assert!(
            help.contains("--json"),
            "{args:?} cannot print JSON:\n{help}"
        );
        let long = help.lines().find(|line| line.chars().count() > 100);
        assert_eq!(long, None, "{args:?} has a line that does not fit");
        found += 1;
        open.extend(
            below
                .into_iter()
                .map(|name| [path.clone(), vec![name]].concat()),
        );
    }
    assert!(found > 20, "only {found} commands");
}

#[test]
fn wrong_usage_ends_with_code_2() {
    let desk = Desk::new();
    for args in [
        &["nonsense"][..],
        &["demo", "--block-interval", "fast"],
        &["demo", "--chain", "bitcoin"],
        &["token", "create", "COOL"],
        &["token", "enable-staking", "COOL", "--cooldown", "0"],
        &["key", "from-password"],
        &["replay"],
        &["token", "transfer", "COOL", "bob", "1", "--key", "5J…"],
    ] {
        let ended = desk.run(args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    }
    assert!(desk.ok(&["--version"]).starts_with("tartan 0."));
}

#[test]
fn errors_are_json_for_programs() {
    let ended = Desk::new().run(&["node", "--network", "nope", "--json"]);
    assert_eq!(ended.code, 1);
    let error: Value = serde_json::from_str(&ended.stderr).expect("JSON");
    let text = error["error"].as_str().expect("a text");
    assert_eq!(
        text,
        "there is no network \"nope\": expected one of steem, hive, dev, dev-hive or the path of a .toml file"
    );
}

#[test]
fn completions_for_every_shell() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.ok(&["completions", shell]);
        for command in ["demo", "devchain", "from-password", "enable-delegation"] {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
    }
}

#[test]
fn keys_from_a_password_are_those_of_every_library() {
    // as steem-js, dsteem, dhive, hive-tx and beem derive them
    let keys = feed_json("tartan-master-1\n", &["key", "from-password", "alice"]);
    for (role, private, public) in [
        (
            "owner",
            "5JhRPDJBa2wtv92XydookwW8VTiowZq1LG5HnF4vpYD6DR5Bqd9",
            "STM6spBoDo5Awg88AX4TbnJMh28Tm68C9eZ497Z4tHjZABFXYHvnj",
        ),
        (
            "active",
            "5J4MzFskorQWcq8vXfwCifbmJZx1G24irP34gFw2GtajWbQyfK7",
            "STM5LS6He5dQYqZTYn2Nk2Yz3DnXD7f5LJnmLRcKzaLe4uz2nH2w1",
        ),
        (
            "posting",
            "5JRs3YqaHngbsqb1djMNDonWKqmD54DqXSG8sfUP2NEeXncmmqF",
            "STM5T3BGNNooGEftJgd7VjdgmZX89nm7VsnHrWjVrzkdZ4NtpVaZu",
        ),
        (
            "memo",
            "5Hwob4HEd8mkTLayir2zbTP44kiFc57v3kZE28Xo96sxTgo4Zwm",
            "STM7LXnFSBU3hycpyJyJGW7xBKDmKpBj2ZXXnZywbb4Sc9tSdQW3B",
        ),
    ] {
        assert_eq!(keys[role]["private"], private);
        assert_eq!(keys[role]["public"], public);
    }
    // white space inside counts
    let key = feed_json(
        "P5 tartan  odd spaces",
        &["key", "from-password", "bob", "--role", "posting"],
    );
    assert_eq!(
        key["private"],
        "5Khvu5RhhzDKx9RTSV8JA6Wf8z7LRpmshCqQ6iPkPEtzfFV3NVz"
    );
    let key = feed_json(
        "tartan-master-1",
        &[
            "key",
            "from-password",
            "alice",
            "--role",
            "owner",
            "--prefix",
            "TST",
        ],
    );
    assert_eq!(
        key["public"],
        "TST6spBoDo5Awg88AX4TbnJMh28Tm68C9eZ497Z4tHjZABFXYHvnj"
    );
}

fn feed_json(input: &str, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let printed = Desk::new().feed(input, &args).succeeded(&args);
    serde_json::from_str(&printed).expect("JSON")
}

#[test]
fn generated_keys_differ_and_fit_together() {
    let desk = Desk::new();
    let [first, second] = [(); 2].map(|()| desk.json(&["key", "generate"]));
    assert_ne!(first["private"], second["private"]);
    let wif = first["private"].as_str().unwrap();
    let key = tartan_graphene::PrivateKey::from_wif(wif).expect("a key");
    assert_eq!(first["public"], key.public_key().to_string().as_str());
}

#[test]
fn a_key_goes_into_a_file_that_others_cannot_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let args = [
        "key",
        "from-password",
        "alice",
        "--role",
        "active",
        "--out",
        "alice.key",
    ];
    let printed = desk.feed(MASTER_PASSWORD, &args).succeeded(&args);
    let wif = std::fs::read_to_string(desk.path("alice.key")).unwrap();
    assert!(
        !printed.contains(wif.trim()),
        "the key is shown all the same"
    );
    assert!(printed.contains("alice.key"), "{printed}");
    let mode = desk
        .path("alice.key")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let again = desk.feed(MASTER_PASSWORD, &args).failed(&args);
    assert_eq!(
        again,
        "alice.key exists already; choose another file, so that no key is overwritten"
    );
    assert_eq!(
        std::fs::read_to_string(desk.path("alice.key")).unwrap(),
        wif
    );
}

#[test]
fn an_empty_password_is_refused() {
    let args = ["key", "from-password", "alice"];
    let error = Desk::new().feed("\n", &args).failed(&args);
    assert_eq!(
        error,
        "expected the master password on standard input, found nothing"
    );
}
