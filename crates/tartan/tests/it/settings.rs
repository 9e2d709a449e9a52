//! Settings: `tartan.toml`, then the environment, then flags.

use crate::harness::Desk;

/// The network that a command works with, told from the error it makes.
#[track_caller]
fn network_of(desk: &Desk, environment: &[(&str, &str)], flags: &[&str]) -> String {
    let args: Vec<&str> = ["node", "--data-dir", "nowhere"]
        .iter()
        .chain(flags)
        .copied()
        .collect();
    let mut command = desk.command(&args);
    command.envs(environment.iter().copied());
    let error = desk.run_command(command, "").failed(&args);
    let found = error
        .strip_prefix("there is no network \"")
        .and_then(|rest| rest.split_once('"'));
    found.unwrap_or_else(|| panic!("{error}")).0.to_string()
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let desk = Desk::new();
    desk.write("tartan.toml", "network = \"from-here\"");
    assert_eq!(network_of(&desk, &[], &[]), "from-here");
    let environment = [("TARTAN_NETWORK", "from-environment")];
    assert_eq!(network_of(&desk, &environment, &[]), "from-environment");
    assert_eq!(
        network_of(&desk, &environment, &["--network", "from-flag"]),
        "from-flag"
    );
}

#[test]
fn the_file_is_looked_for_here_then_in_the_users_folder() {
    let desk = Desk::new();
    desk.write(".config/tartan/tartan.toml", "network = \"of-the-user\"");
    desk.write("other.toml", "network = \"other\"");
    assert_eq!(network_of(&desk, &[], &[]), "of-the-user");
    desk.write("tartan.toml", "network = \"from-here\"");
    assert_eq!(network_of(&desk, &[], &[]), "from-here");
    assert_eq!(
        network_of(&desk, &[("TARTAN_CONFIG", "other.toml")], &[]),
        "other"
    );
    assert_eq!(network_of(&desk, &[], &["--config", "other.toml"]), "other");
}

#[test]
fn a_wrong_file_is_refused_with_the_place() {
    let desk = Desk::new();
    let error = desk.fails(&["node", "--config", "nowhere.toml"]);
    assert!(
        error.starts_with("cannot read settings file nowhere.toml"),
        "{error}"
    );
    desk.write("bad.toml", "main_chain = []");
    let error = desk.run(&["node", "--config", "bad.toml"]);
    assert_eq!(error.code, 1);
    assert!(
        error.stderr.contains("settings file bad.toml") && error.stderr.contains("main_chain"),
        "{}",
        error.stderr
    );
    desk.write("bad.toml", "[node]\npublic-nodes = [\"nonsense\"]");
    let error = desk.fails(&["node", "--config", "bad.toml"]);
    assert!(
        error.contains("expected the address of a public node such as"),
        "{error}"
    );
    desk.write("bad.toml", "[node]\nlisten = \"nonsense\"");
    let error = desk.fails(&["node", "--config", "bad.toml"]);
    assert!(
        error.contains(
            "node.listen in tartan.toml: expected an address and a port such as 127.0.0.1:5000"
        ),
        "{error}"
    );
}

#[test]
fn a_node_takes_everything_from_a_file() {
    let desk = Desk::new();
    let main_chain = crate::harness::MainChain::new();
    main_chain.api.mine(10);
    let settings = format!(
        "network = \"ours.toml\"\nmain-chain = [{:?}]\n[node]\ndata-dir = \"state\"\nlisten = \"127.0.0.1:0\"\ndomain = \"node.example\"\nmap-size = \"1GiB\"\n",
        main_chain.url()
    );
    desk.write("etc/tartan.toml", settings);
    desk.write(
        "etc/ours.toml",
        "extends = \"dev\"\nname = \"ours\"\nchain_id = \"ours\"\n",
    );
    let running = desk.start(&["node", "--config", "etc/tartan.toml", "--json"]);
    let serving = running.json();
    assert_eq!(serving["network"], "ours");
    let node = crate::harness::SideChain {
        url: serving["sideChain"]
            .as_str()
            .expect("an address")
            .to_string(),
    };
    node.wait_for_head(&main_chain);
    let status = node.call("blockchain.getStatus", serde_json::json!({}));
    assert_eq!(status["chainId"], "ours");
    assert_eq!(status["domain"], "node.example");
    running.stop();
    assert!(
        desk.path("etc/state/FORMAT").is_file(),
        "relative paths start at the file's folder"
    );
}

#[test]
fn a_public_network_has_no_default_nodes() {
    let desk = Desk::new();
    for (args, missing) in [
        (
            &["node", "--network", "hive"][..],
            "no main-chain node given for network hive; pass --main-chain",
        ),
        (
            &["token", "info", "BEE", "--network", "hive"],
            "no sidechain node given for network hive; pass --side-chain",
        ),
    ] {
        let error = desk.fails(args);
        assert!(error.starts_with(missing), "{error}");
    }
}
