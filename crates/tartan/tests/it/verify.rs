//! Comparing a node or a replay with checkpoints of another node.

use std::time::Instant;

use serde_json::{Value, json};

use crate::harness::{Desk, MainChain, PATIENCE, SideChain, page};

/// Sends payments of the utility token, each in a block of its own.
fn pay(main_chain: &MainChain, count: u32) {
    let pay = |number: u32| {
        let payload =
            json!({ "symbol": "ENG", "to": "alice", "quantity": format!("0.{:08}", number + 1) });
        let call = json!({ "contractName": "tokens", "contractAction": "transfer", "contractPayload": payload });
        ("steemsc".to_string(), call.to_string())
    };
    let calls: Vec<_> = (0..count).map(pay).collect();
    main_chain.push_apart(&calls);
}

/// The checkpoints of a node, once there are as many.
fn points(node: &SideChain, count: usize) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = page(&format!("{}/checkpoints.json", node.url));
        let told: Value = serde_json::from_str(&text).expect("JSON");
        if told["points"]
            .as_array()
            .is_some_and(|points| points.len() >= count)
        {
            return told;
        }
        assert!(Instant::now() < deadline, "{told}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// The arguments with which a node, or what is on its disk, is compared with points.
fn verify<'a>(points: &'a str, with: [&'a str; 2]) -> [&'a str; 5] {
    let [option, value] = with;
    ["verify", "--checkpoints", points, option, value]
}

#[test]
fn nodes_of_one_chain_agree_and_what_was_changed_is_found() {
    let desk = Desk::new();
    let main_chain = MainChain::new();
    pay(&main_chain, 34);
    let (one, first) = SideChain::start(&desk, &main_chain.url(), "one");
    let (other, second) = SideChain::start(&desk, &main_chain.url(), "other");
    one.wait_for_head(&main_chain);
    other.wait_for_head(&main_chain);
    let told = points(&one, 4);
    let address = format!("{}/checkpoints.json", one.url);

    let published = verify(&address, ["--side-chain", &other.url]);
    let verified = desk.json(&published);
    assert_eq!(
        (&verified["points"], &verified["agree"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(verified["lastAgreeing"], 30);
    let text = desk.ok(&published);
    assert!(text.contains("agrees with 4 of 4 points"), "{text}");

    // a point that somebody has changed
    let mut changed = told.clone();
    let hash = "ab".repeat(32);
    changed["points"][1]["hash"] = json!(hash);
    desk.write("changed.json", changed.to_string());
    let file = verify("changed.json", ["--side-chain", &other.url]);
    let error = desk.fails(&file);
    assert!(error.contains("block 20 of the node at"), "{error}");
    assert!(
        error.contains(&format!("expected hash {hash}, found")),
        "{error}"
    );
    assert!(
        error.contains("the last point that agrees is block 10"),
        "{error}"
    );

    // points that nobody has come to yet
    let mut late = told.clone();
    late["points"][0]["block"] = json!(5_000);
    desk.write("late.json", late.to_string());
    let late = desk.json(&verify("late.json", ["--side-chain", &other.url]));
    assert_eq!(
        (&late["agree"], &late["notReached"]),
        (&json!(3), &json!(1))
    );
    let all = json!({ "points": [{ "block": 5_000, "hash": hash }] });
    desk.write("all.json", all.to_string());
    let error = desk.fails(&verify("all.json", ["--side-chain", &other.url]));
    assert!(
        error.contains("none of 1 points could be compared"),
        "{error}"
    );

    // what is on the disk of a node that has stopped
    second.stop();
    let disk = verify(&address, ["--data-dir", "other"]);
    assert_eq!(desk.json(&disk)["agree"], 4);
    desk.fails(&verify("changed.json", ["--data-dir", "other"]));
    let error = desk.fails(&verify(&address, ["--data-dir", "nowhere"]));
    assert!(error.contains("found none at nowhere"), "{error}");
    assert!(!desk.path("nowhere").exists(), "looking makes nothing");
    first.stop();
}

#[test]
fn points_of_another_chain_and_other_nonsense_are_refused() {
    let desk = Desk::new();
    let main_chain = MainChain::new();
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "state");
    let told = points(&node, 1);
    let mut foreign = told.clone();
    foreign["chainId"] = json!("mainnet1");
    desk.write("foreign.json", foreign.to_string());
    desk.write("nonsense.json", "<html>");
    for (points, reason) in [
        (
            "foreign.json",
            "the checkpoints are of the sidechain \"mainnet1\"",
        ),
        ("nonsense.json", "expected JSON such as"),
        ("missing.json", "cannot read the checkpoints missing.json"),
        (
            "http://127.0.0.1:9/checkpoints.json",
            "cannot read the checkpoints http",
        ),
    ] {
        let error = desk.fails(&verify(points, ["--side-chain", &node.url]));
        assert!(error.contains(reason), "{points}: {error}");
    }
    // a page is no list of points
    let address = format!("{}/blocks.json", node.url);
    let error = desk.fails(&verify(&address, ["--side-chain", &node.url]));
    assert!(error.contains("expected JSON such as"), "{error}");
    // genesis is a point from the beginning
    desk.write("genesis.json", told.to_string());
    let verified = desk.json(&verify("genesis.json", ["--side-chain", &node.url]));
    assert_eq!(
        (&verified["agree"], &verified["lastAgreeing"]),
        (&json!(1), &json!(0))
    );
    running.stop();
}
