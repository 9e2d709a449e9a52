//! `kill -9` at any moment: nothing that was reported to be on disk is lost, and there is never half a block.

use fastrand::Rng;
use serde_json::Value;

use super::{repetitions, seed};
use crate::harness::{BLOCKS, Desk, Recording, Running, SideChain};

/// Kills of each test.
const KILLS: usize = 50;

/// The number behind `name=` in a log line.
fn number(line: &str, name: &str) -> Option<u32> {
    let (_, rest) = line.split_once(&format!("{name}="))?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// Reads the log of a program that begins at some block, and kills it after so many reports of what is on disk. Gives
/// where it began and what it last reported.
fn kill_after(running: &mut Running, reports: usize, random: &mut Rng) -> (u32, u32) {
    let began = running.next_log(|line| {
        line.contains("state is open")
            .then(|| number(line, "position"))?
    });
    let began = began.unwrap_or_else(|| panic!("it did not open the state:\n{}", running.output()));
    let mut flushed = began;
    for _ in 0..reports {
        match running.next_log(|line| number(line, "flushed")) {
            Some(number) => flushed = number,
            None => break, // it was faster
        }
    }
    std::thread::sleep(std::time::Duration::from_micros(random.u64(0..30_000)));
    running.kill();
    let later = running
        .rest_of_log()
        .iter()
        .filter_map(|line| number(line, "flushed"))
        .max();
    (began, later.unwrap_or(flushed))
}

#[test]
fn during_replay() {
    let recording = Recording::get();
    let mut random = Rng::with_seed(seed(9));
    let expected = Desk::new().json(&["replay", recording.path()]);
    let mut desk = Desk::new();
    let replay = [
        "replay",
        recording.path(),
        "--data-dir",
        "state",
        "--flush-interval",
        "10ms",
        "--log",
        "info",
        "--json",
    ];
    let (mut on_disk, mut restarts) = (0, 0);
    for _ in 0..KILLS * repetitions() {
        let reports = random.usize(0..8);
        let (began, flushed) = kill_after(&mut desk.start(&replay), reports, &mut random);
        assert!(
            began >= on_disk,
            "block {on_disk} was on disk, it went on at {began}"
        );
        on_disk = flushed;
        restarts += usize::from(began > 0);
        if on_disk >= BLOCKS - 200 {
            check_end(&desk, &replay, &expected, on_disk);
            (desk, on_disk) = (Desk::new(), 0);
        }
    }
    assert!(
        restarts > KILLS / 4,
        "only {restarts} of {KILLS} kills were in the middle"
    );
    check_end(&desk, &replay, &expected, on_disk);
}

/// Lets the replay end undisturbed: every block links to the one before, and the end is what it is without kills.
#[track_caller]
fn check_end(desk: &Desk, replay: &[&str], expected: &Value, on_disk: u32) {
    let replayed: Value = serde_json::from_str(&desk.ok(replay)).expect("JSON");
    assert!(
        replayed["beganAfter"].as_u64() >= Some(on_disk.into()),
        "block {on_disk} was on disk: {replayed}"
    );
    for field in ["endedAt", "blockNumber", "hash", "databaseHash"] {
        assert_eq!(replayed[field], expected[field], "{field}");
    }
}

#[test]
fn while_a_node_catches_up() {
    let recording = Recording::get();
    let mut random = Rng::with_seed(seed(10));
    let desk = Desk::new();
    let url = recording.main_chain.url();
    let node = [
        "node",
        "--main-chain",
        &url,
        "--data-dir",
        "state",
        "--listen",
        "127.0.0.1:0",
        "--flush-interval",
        "10ms",
    ];
    let mut began_last = 0;
    for _ in 0..KILLS * repetitions() / 5 {
        let mut running = desk.start(&node);
        let (began, _) = kill_after(&mut running, 0, &mut random);
        assert!(
            began >= began_last,
            "it went back from block {began_last} to {began}"
        );
        began_last = began;
    }
    let expected = {
        let undisturbed = Desk::new();
        let (node, running) = SideChain::start(&undisturbed, &url, "state");
        node.wait_for_head(&recording.main_chain);
        let dump = node.dump();
        running.stop();
        dump
    };
    let (node, running) = SideChain::start(&desk, &url, "state");
    node.wait_for_head(&recording.main_chain);
    node.dump().assert_equals(&expected);
    running.stop();
}
