//! Data directories that are in use, damaged, or of something else.

use crate::harness::{Desk, MainChain, Recording, SideChain, Traffic};

/// A desk with a state of a short chain in `state`.
fn with_state() -> (Desk, MainChain) {
    let main_chain = MainChain::new();
    let mut traffic = Traffic::new(31);
    traffic.found(&main_chain);
    for _ in 0..50 {
        traffic.block(&main_chain, 3);
    }
    let desk = Desk::new();
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
    node.wait_for_head(&main_chain);
    running.stop();
    (desk, main_chain)
}

/// Opens a directory of the desk, which must be refused, and gives the error.
#[track_caller]
fn refused(desk: &Desk, data: &str, more: &[&str]) -> String {
    let args = [
        "node",
        "--main-chain",
        "http://127.0.0.1:1",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        data,
    ];
    desk.fails(&args.iter().chain(more).copied().collect::<Vec<_>>())
}

#[test]
fn in_use_by_another_process() {
    let desk = Desk::new();
    let main_chain = MainChain::new();
    let (_, running) = SideChain::start(&desk, &main_chain.url(), "state");
    let in_use = "data directory state is in use by another process; stop that process or choose another directory";
    assert_eq!(refused(&desk, "state", &[]), in_use);
    desk.write("blocks.json", "[]");
    assert_eq!(
        desk.fails(&["replay", "blocks.json", "--data-dir", "state"]),
        in_use
    );
    running.stop();
}

#[test]
fn of_something_else() {
    let desk = Desk::new();
    desk.write("letters/mother.txt", "Dear mother");
    let error = refused(&desk, "letters", &[]);
    assert!(
        error.starts_with("data directory letters is not a state: found mother.txt"),
        "{error}"
    );
    assert!(error.contains("choose another directory"), "{error}");
    assert!(desk.path("letters/mother.txt").is_file());
    let error = refused(&desk, "letters/mother.txt", &[]);
    assert!(error.contains("letters/mother.txt"), "{error}");
}

#[test]
fn of_another_network() {
    let (desk, _main_chain) = with_state();
    let error = refused(&desk, "state", &["--network", "dev-hive"]);
    assert!(
        error.starts_with("the state belongs to network dev ("),
        "{error}"
    );
    assert!(
        error.contains("expected dev-hive (")
            && error.contains("choose the directory of that network, or an empty one"),
        "{error}"
    );
    // the same name, other rules
    desk.write(
        "other.toml",
        "extends = \"dev\"\n[fees]\ntoken_creation = \"11\"\n",
    );
    let error = refused(&desk, "state", &["--network", "other.toml"]);
    assert!(
        error.starts_with("the state belongs to network dev ("),
        "{error}"
    );
}

#[test]
fn of_a_later_format() {
    let (desk, _main_chain) = with_state();
    let format = std::fs::read_to_string(desk.path("state/FORMAT")).expect("the format");
    desk.write("state/FORMAT", format.replace("format 2", "format 99"));
    let error = refused(&desk, "state", &[]);
    assert!(
        error.contains("has format 99") && error.contains("this program reads format 2"),
        "{error}"
    );
    desk.write("state/FORMAT", "nonsense");
    let error = refused(&desk, "state", &[]);
    assert!(error.contains("data directory state"), "{error}");
}

/// Whatever was done to the file: an error with what to do, or a state that was not touched where it matters.
#[test]
fn damaged() {
    let (desk, main_chain) = with_state();
    let whole = std::fs::read(desk.path("state/data.mdb")).expect("the store");
    let expected = {
        let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
        node.wait_for_head(&main_chain);
        let dump = node.dump();
        running.stop();
        dump
    };
    let mut garbage = whole.clone();
    for byte in &mut garbage {
        *byte ^= 0x5a;
    }
    for (what, bytes) in [
        ("overwritten", &garbage[..]),
        ("emptied of everything but a line", b"hello\n"),
        ("cut short", &whole[..5000]),
    ] {
        desk.write("state/data.mdb", bytes);
        let error = refused(&desk, "state", &[]);
        assert!(
            error.contains("state") && error.contains("move the directory away and start again"),
            "{what}: {error}"
        );
    }
    desk.write("state/data.mdb", &whole);
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
    node.wait_for_head(&main_chain);
    node.dump().assert_equals(&expected);
    running.stop();
}

/// A directory of a chain that the main chain no longer knows.
#[test]
fn of_another_main_chain() {
    let (desk, main_chain) = with_state();
    let head = main_chain.api.head().number;
    main_chain.stop();
    // the same kind of chain, with other blocks
    let other = MainChain::new();
    other.api.increase_time(3600);
    other.api.mine(head + 10);
    let url = other.url();
    let mut running = desk.start(&[
        "node",
        "--main-chain",
        &url,
        "--data-dir",
        "state",
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(running.ends(), 1, "{}", running.output());
    assert!(
        running.output().contains("irreversible"),
        "{}",
        running.output()
    );
}

#[test]
fn too_small_a_map_is_told_with_the_setting() {
    let recording = Recording::get();
    let desk = Desk::new();
    let replay = [
        "replay",
        recording.path(),
        "--data-dir",
        "small",
        "--map-size",
    ];
    let error = desk.fails(&[&replay[..], &["2MiB"]].concat());
    assert!(
        error.contains("map size of 2097152 bytes") && error.contains("raise the map size"),
        "{error}"
    );
    let replayed = desk.json(&[&replay[..], &["256MiB"]].concat());
    assert_eq!(replayed["complete"], true);
}
