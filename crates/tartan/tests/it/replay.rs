//! The same main-chain blocks lead to the same sidechain.

use std::process::Command;

use serde_json::Value;

use crate::harness::{BLOCKS, Desk, Recording, SideChain};

/// Blocks of the real Steem chain with calls of its public sidechain, and ten in a row without.
const STEEM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/steem-blocks.json");

/// The public sidechain's calls, executed by native contracts.
const NETWORK: &str = "\
extends = \"dev\"
name = \"replayed\"
chain_id = \"mainnet1\"
";

/// Votes in these blocks, which every network reads.
const VOTES: u32 = 5;

fn hashes(replayed: &Value) -> [String; 2] {
    ["hash", "databaseHash"].map(|field| replayed[field].as_str().expect("a hash").to_string())
}

#[test]
fn real_blocks_twice() {
    let desk = Desk::new();
    desk.write("network.toml", NETWORK);
    let replay = ["replay", STEEM, "--network", "network.toml", "--gaps"];
    let first = desk.json(&replay);
    assert_eq!(first["mainChainBlocks"], 14);
    assert_eq!(first["endedAt"], 48_415_755);
    assert_eq!(first["transactions"], 6 + VOTES);
    assert_eq!(first["complete"], true);
    let second = desk.json(&[&replay[..], &["--data-dir", "state"]].concat());
    assert_eq!(hashes(&first), hashes(&second));
    let other = desk.json(&["replay", STEEM, "--network", "dev", "--gaps"]);
    assert_ne!(
        hashes(&first),
        hashes(&other),
        "another network is another chain"
    );
    assert_eq!(other["transactions"], VOTES, "and reads other calls");
}

#[test]
fn ten_thousand_blocks_twice_and_live() {
    let recording = Recording::get();
    let desk = Desk::new();
    let live = {
        let (node, running) = SideChain::start(&desk, &recording.main_chain.url(), "live");
        node.wait_for_head(&recording.main_chain);
        let dump = node.dump();
        running.stop();
        dump
    };
    let (executed, failed) = live.counts();
    assert!(
        executed > 9_000 && failed > 500 && failed < executed / 2,
        "{executed} executed, {failed} failed"
    );

    let in_memory = desk.json(&["replay", recording.path()]);
    assert_eq!(in_memory["endedAt"], BLOCKS);
    let on_disk = desk.json(&["replay", recording.path(), "--data-dir", "replayed"]);
    assert_eq!(hashes(&in_memory), live.hashes());
    assert_eq!(hashes(&on_disk), live.hashes());

    // nothing is left to do, and nothing is done
    let again = desk.json(&["replay", recording.path(), "--data-dir", "replayed"]);
    assert_eq!(again["beganAfter"], BLOCKS);
    assert_eq!(again["mainChainBlocks"], 0);
    assert_eq!(hashes(&again), live.hashes());

    // a node goes on where the replay ended
    let (node, running) = SideChain::start(&desk, &recording.main_chain.url(), "replayed");
    node.wait_for_head(&recording.main_chain);
    node.dump().assert_equals(&live);
    running.stop();
}

#[test]
fn an_interrupted_replay_goes_on() {
    let recording = Recording::get();
    let desk = Desk::new();
    let args = [
        "replay",
        recording.path(),
        "--data-dir",
        "state",
        "--log",
        "info",
        "--flush-interval",
        "10ms",
        "--json",
    ];
    let mut running = desk.start(&args);
    running.logs("on disk");
    running.signal("TERM");
    let first = running.json();
    assert_eq!(running.ends(), 0);
    assert_eq!(first["complete"], false);
    // with hardly any memory for what waits for the disk
    let second = desk.json(&[
        "replay",
        recording.path(),
        "--data-dir",
        "state",
        "--write-buffer",
        "1KiB",
    ]);
    assert_eq!(second["beganAfter"], first["endedAt"]);
    assert_eq!(second["complete"], true);
    assert_eq!(
        hashes(&second),
        hashes(&desk.json(&["replay", recording.path()]))
    );
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_named() {
    let desk = Desk::new();
    let replay = desk.command(&["replay", Recording::get().path(), "--data-dir", "state"]);
    // files of 100 KiB at most; who writes more is told so instead of being ended
    let mut limited = Command::new("sh");
    limited
        .args(["-c", r#"trap '' XFSZ; ulimit -f 200; exec "$0" "$@""#])
        .arg(replay.get_program())
        .args(replay.get_args())
        .current_dir(desk.path(""));
    let error = desk.run_command(limited, "").failed(&["replay"]);
    let (place, advice) = ("cannot write the state in state: ", "is its disk full");
    assert!(error.contains(place) && error.contains(advice), "{error}");
}

#[test]
fn files_that_cannot_be_replayed() {
    let desk = Desk::new();
    let error = desk.fails(&["replay", "nowhere.json"]);
    assert!(error.starts_with("cannot read nowhere.json"), "{error}");
    desk.write("text.json", "hello");
    let error = desk.fails(&["replay", "text.json"]);
    assert!(
        error.contains("in text.json") && error.contains("expected a block in JSON, found 'h'"),
        "{error}"
    );
    desk.write("empty.json", "[]");
    assert_eq!(
        desk.fails(&["replay", "empty.json"]),
        "expected main-chain blocks in the files, found none"
    );
    desk.write("null.json", "[{\"result\":null}]");
    let error = desk.fails(&["replay", "null.json"]);
    assert!(error.contains("expected a block"), "{error}");
    let error = desk.fails(&["replay", STEEM]);
    assert!(
        error.contains("--start-block 9001") && error.contains("--gaps"),
        "{error}"
    );

    let whole = std::fs::read(STEEM).expect("test data");
    desk.write("half.json", &whole[..whole.len() / 2]);
    let error = desk.fails(&["replay", "half.json", "--gaps"]);
    assert!(
        error.contains("in half.json") && error.contains("the file ends inside a block"),
        "{error}"
    );
}

#[test]
fn a_recording_cut_short_is_told() {
    let recording = Recording::get();
    let desk = Desk::new();
    let whole = std::fs::read(&recording.file).expect("the recording");
    desk.write("cut", &whole[..whole.len() / 100]);
    let error = desk.fails(&["replay", "cut"]);
    assert!(
        error.contains("in cut: recording: block")
            && error.contains("the file ends inside a block"),
        "{error}"
    );
}
