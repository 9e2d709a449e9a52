//! The same blocks give the same logs, hashes and units of work in every run and in every build.
//!
//! ```text
//!   a seed ──▶ blocks of calls ──▶ chains with JavaScript contracts ──▶ a line for each block ──▶ tests/data/determinism.txt
//! ```
//!
//! The file is what one build found; every other has to find it, too. `cargo xtask determinism` lets a debug and a
//! release build do so.

use expect_test::expect_file;
use serde_json::json;
use sha2::{Digest, Sha256};
use tartan_runtime::Receipt;
use tartan_vm::Options;

use crate::harness::Chain;

const SOURCE: &str = include_str!("determinism.js");
const BUDGET: u64 = 50_000;
const BLOCKS: u32 = 12;
const CALLS: u64 = 8;

/// What is random in the blocks: splitmix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// An action and its payload; so deep at most do calls call others.
    fn call(&mut self, depth: u32) -> (&'static str, serde_json::Value) {
        let names = ["alice", "bob", "carol", "constructor", "__proto__"];
        match self.below(if depth > 0 { 12 } else { 9 }) {
            0..=2 => (
                "move",
                json!({
                    "from": self.one_of(&names), "to": self.one_of(&names),
                    "quantity": format!("{}.{}", self.below(1000), self.below(100_000_000)),
                }),
            ),
            3 | 4 => (
                "compute",
                json!({ "n": self.below(40), "seed": self.below(1 << 31) }),
            ),
            5 => (
                "store",
                json!({ "n": self.below(12), "text": self.one_of(&["x", "é", "\u{1f600}", ""]) }),
            ),
            6 | 7 => ("fail", json!({ "how": self.below(12), "n": self.below(9) })),
            8 => (
                self.one_of(&["missing", "createSSC", "constructor"]),
                json!({}),
            ),
            _ => {
                let (action, payload) = self.call(depth - 1);
                let contract = self.one_of(&["one", "two", "test", "nobody"]);
                (
                    "nest",
                    json!({ "contract": contract, "action": action, "payload": payload, "catches": self.below(2) == 0 }),
                )
            }
        }
    }
}

fn digest(texts: impl IntoIterator<Item = String>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hex::encode(&hasher.finalize()[..16])
}

/// A line for each block: its number, the hash of what it wrote, all tables, its logs, the hashes of the code that it ran, units.
fn blocks(metered: bool, atomic: bool) -> String {
    let options = Options {
        metered,
        budget: BUDGET,
        patience: 50,
    };
    let mut chain = Chain::new(options);
    chain.rules.atomic = atomic;
    chain.rules.call_budget = metered.then_some(BUDGET);
    let source = |name: &str| format!("// {name}\n{SOURCE}");
    for name in ["test", "one", "two"] {
        let receipt = chain.deploy(name, &source(name));
        assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{name}");
    }
    let mut chance = Chance(2026);
    let mut lines = String::new();
    for number in 0..BLOCKS {
        if number % 4 == 3 {
            chain.deploy("two", &source(&format!("two, version {number}")));
        }
        let calls: Vec<(&str, &str, String)> = (0..CALLS)
            .map(|_| {
                let contract = chance.one_of(&["test", "one", "two"]);
                let (action, payload) = chance.call(3);
                (contract, action, payload.to_string())
            })
            .collect();
        let receipts: Vec<Receipt> = chain.calls(&calls);
        let logs = receipts.iter().map(|receipt| format!("{:?}", receipt.logs));
        let code = receipts.iter().map(|receipt| receipt.code_hash.clone());
        let units: Vec<u64> = receipts.iter().map(|receipt| receipt.units).collect();
        lines += &format!(
            "{number} hash {} state {} logs {} code {} units {units:?}\n",
            &chain.hash()[..16],
            digest([chain.contents()]),
            digest(logs),
            digest(code),
        );
    }
    lines
}

fn everything() -> String {
    let mut text = String::new();
    for (kind, metered, atomic) in [
        ("counted", true, true),
        ("not counted", false, true),
        ("as in history", false, false),
    ] {
        text += &format!("{kind}\n{}", blocks(metered, atomic));
    }
    text
}

#[test]
fn every_build_finds_the_same() {
    expect_file!["../data/determinism.txt"].assert_eq(&everything());
}

#[track_caller]
fn check_same(one: &str, other: &str) {
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

/// In the realms that the first run left behind, and in fresh ones.
#[test]
fn every_run_finds_the_same() {
    let first = everything();
    let fresh = std::thread::spawn(everything);
    check_same(&first, &everything());
    check_same(&first, &fresh.join().expect("no panic"));
}
