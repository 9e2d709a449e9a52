use serde_json::json;
use tartan_runtime::Limits;

use super::{
    act, airdrop, balance, chain, chain_with, check_conservation, held, locked, many, pending, tick,
};
use crate::testing::{ENGINE, Sent, TestChain};

/// How many payments the last slice had.
fn paid(sent: &Sent) -> Vec<String> {
    let events = sent.logs.events.iter();
    let slices = events.filter(|event| event.event == "airdropDistribution");
    slices
        .map(|event| event.data.get("transactions").expect("a count").stringify())
        .collect()
}

fn set(chain: &mut TestChain, params: serde_json::Value) {
    act(chain, ENGINE, "updateParams", params).does_nothing();
}

#[test]
fn a_list_is_paid_in_slices() {
    let mut chain = chain();
    airdrop(&mut chain, "TKN", "transfer", many(120, "0.5")).succeeds();
    assert_eq!(balance(&chain, "null", "ENG"), "12.00000000");
    for (slice, left) in [
        ("50", "35.00000000"),
        ("50", "10.00000000"),
        ("20", "0.00000000"),
    ] {
        assert_eq!(locked_before(&mut chain), slice);
        assert_eq!(locked(&chain, "TKN"), left);
        check_conservation(&chain);
    }
    assert_eq!(pending(&chain), 0);
    tick(&mut chain).does_nothing();
    for number in [0, 49, 50, 119] {
        assert_eq!(
            balance(&chain, &format!("account{number}"), "TKN"),
            "0.50000000"
        );
    }
}

/// Lets the only airdrop pay a slice.
fn locked_before(chain: &mut TestChain) -> String {
    paid(&tick(chain).succeeds()).concat()
}

#[test]
fn a_slice_tells_what_it_paid() {
    let mut chain = chain();
    airdrop(
        &mut chain,
        "SIM",
        "transfer",
        json!([["alice", "1"], ["bob", 0.5]]),
    )
    .succeeds();
    let id = chain.last_transaction();
    tick(&mut chain).emits(&[
        r#"transferFromContract {"from":"airdrops","to":"alice","symbol":"SIM","quantity":"1.000"}"#,
        r#"transferFromContract {"from":"airdrops","to":"bob","symbol":"SIM","quantity":"0.500"}"#,
        &format!(r#"airdropDistribution {{"airdropId":"{id}","transactions":2}}"#),
    ]);
    assert_eq!(pending(&chain), 0);
}

#[test]
fn stake_is_dropped() {
    let mut chain = chain();
    airdrop(
        &mut chain,
        "SIM",
        "stake",
        json!([["alice", "1"], ["alice", "2"]]),
    )
    .succeeds();
    let id = chain.last_transaction();
    tick(&mut chain).emits(&[
        r#"stakeFromContract {"account":"alice","symbol":"SIM","quantity":"1.000"}"#,
        r#"stakeFromContract {"account":"alice","symbol":"SIM","quantity":"2.000"}"#,
        &format!(r#"airdropDistribution {{"airdropId":"{id}","transactions":2}}"#),
    ]);
    assert_eq!(held(&chain, "balances", "alice", "SIM", "stake"), "3.000");
    check_conservation(&chain);
}

#[test]
fn only_the_node_pays() {
    let mut chain = chain();
    act(&mut chain, ENGINE, "checkPendingAirdrops", json!({})).fails_with("not authorized");
}

/// The block that makes an airdrop does not pay it.
#[test]
fn payments_begin_in_the_next_block() {
    let mut chain = chain();
    let payload = json!({
        "symbol": "TKN", "type": "transfer", "list": [["alice", "1"]], "isSignedWithActiveKey": true,
    });
    let calls = [
        ("founder".to_string(), "airdrops", "newAirdrop", payload),
        (
            "null".to_string(),
            "airdrops",
            "checkPendingAirdrops",
            json!({}),
        ),
    ];
    let sent = chain.block(&calls);
    assert_eq!(paid(&sent[1]), [""; 0]);
    assert_eq!(pending(&chain), 1);
    assert_eq!(paid(&tick(&mut chain)), ["1"]);
}

#[test]
fn airdrops_are_paid_in_the_order_they_were_made() {
    let mut chain = chain();
    set(&mut chain, json!({ "maxTransactionsPerBlock": 2 }));
    for count in [3, 1, 4] {
        airdrop(&mut chain, "TKN", "transfer", many(count, "1")).succeeds();
    }
    assert_eq!(paid(&tick(&mut chain)), ["2"]);
    assert_eq!(paid(&tick(&mut chain)), ["1"]);
    set(&mut chain, json!({ "maxAirdropsPerBlock": 5 }));
    assert_eq!(paid(&tick(&mut chain)), ["1", "2"]);
    assert_eq!(paid(&tick(&mut chain)), ["2"]);
    assert_eq!(pending(&chain), 0);
    check_conservation(&chain);
}

#[test]
fn the_work_of_a_block_is_bounded() {
    let mut chain = chain_with(Limits {
        tick_rows: 70,
        ..Limits::default()
    });
    set(
        &mut chain,
        json!({ "maxTransactionsPerBlock": 1e15, "maxAirdropsPerBlock": 1e15 }),
    );
    airdrop(&mut chain, "TKN", "transfer", many(5, "1")).succeeds();
    airdrop(&mut chain, "TKN", "transfer", many(5, "1")).succeeds();
    assert_eq!(paid(&tick(&mut chain)), ["5", "2"]);
    assert_eq!(paid(&tick(&mut chain)), ["3"]);
    check_conservation(&chain);
}

#[test]
fn what_cannot_be_paid_goes_back() {
    let mut chain = chain();
    airdrop(
        &mut chain,
        "SIM",
        "stake",
        json!([["alice", "1"], ["bob", "2"]]),
    )
    .succeeds();
    let id = chain.last_transaction();
    chain
        .send("founder", "tamper", "alice", json!({ "to": "NOBODY" }))
        .succeeds();
    let sent = tick(&mut chain);
    assert_eq!(sent.logs.errors, ["invalid to"]);
    sent.emits(&[
        r#"transferFromContract {"from":"airdrops","to":"founder","symbol":"SIM","quantity":"1.000"}"#,
        r#"stakeFromContract {"account":"bob","symbol":"SIM","quantity":"2.000"}"#,
        &format!(r#"airdropDistribution {{"airdropId":"{id}","transactions":2}}"#),
    ]);
    assert_eq!(balance(&chain, "founder", "SIM"), "9998.000");
    check_conservation(&chain);
}

/// It waits behind the others, and is tried again.
#[test]
fn what_cannot_go_back_either_is_not_lost() {
    let mut chain = chain();
    airdrop(
        &mut chain,
        "TKN",
        "transfer",
        json!([["alice", "1"], ["bob", "2"]]),
    )
    .succeeds();
    airdrop(&mut chain, "TKN", "transfer", json!([["carol", "3"]])).succeeds();
    for account in ["alice", "founder"] {
        chain
            .send("founder", "tamper", account, json!({ "to": "NOBODY" }))
            .succeeds();
    }
    let sent = tick(&mut chain);
    assert_eq!(sent.logs.errors, ["invalid to", "invalid to"]);
    assert_eq!(
        (pending(&chain), locked(&chain, "TKN").as_str()),
        (2, "4.00000000")
    );
    check_conservation(&chain);
    assert_eq!(tick(&mut chain).succeeds().logs.events.len(), 2);
    assert_eq!(balance(&chain, "carol", "TKN"), "3.00000000");
    chain
        .send("founder", "tamper", "NOBODY", json!({ "to": "alice" }))
        .succeeds();
    tick(&mut chain).succeeds();
    assert_eq!(balance(&chain, "alice", "TKN"), "1.00000000");
    assert_eq!(pending(&chain), 0);
    check_conservation(&chain);
}
