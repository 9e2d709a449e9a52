//! Work that does not fit into one block.

use serde_json::json;
use tartan_runtime::Limits;

use super::{
    DAY, act, balance, chain, chain_with, check_conservation, deposit, field, fixed, held, pool,
    provide, tick, tick_after, with_batch,
};
use crate::testing::{ENGINE, TestChain};

const PROVIDERS: usize = 12;

/// Lets blocks pass until nothing is under way, and counts them.
fn settle(chain: &mut TestChain) -> usize {
    let open = |chain: &TestChain| {
        let tables = ["runs", "shares", "pendingPayments"];
        tables
            .iter()
            .any(|table| !chain.find_in("distribution", table, json!({})).is_empty())
    };
    let mut blocks = 1;
    tick(chain).succeeds();
    while open(chain) {
        tick_after(chain, 3).succeeds();
        check_conservation(chain);
        blocks += 1;
        assert!(blocks < 500, "it comes to an end");
    }
    blocks
}

/// What twelve providers get of two tokens, what is left, and in how many blocks.
fn paid(tick_rows: usize, at_once: &str) -> (Vec<String>, usize) {
    let mut chain = chain_with(Limits {
        tick_rows,
        ..Limits::default()
    });
    let limits = json!({ "maxTransferLimit": at_once, "processQueryLimit": "5" });
    act(&mut chain, ENGINE, "updateParams", limits).does_nothing();
    let names: Vec<String> = (0..PROVIDERS).map(|n| format!("provider{n}")).collect();
    for (n, name) in names.iter().enumerate() {
        provide(&mut chain, name, &format!("{}.{n}", n * n + 1));
    }
    provide(&mut chain, "founder", "1000");
    let curve = json!({ "numPeriods": "5", "periodBonusPct": "10" });
    let id = with_batch(
        &mut chain,
        super::but(&pool(), json!({ "numTicks": "3", "bonusCurve": curve })),
    );
    deposit(&mut chain, id, "TKN", "1000");
    deposit(&mut chain, id, "TKNA", "77.7");
    chain.seconds_later(3 * DAY);
    let blocks = settle(&mut chain);
    assert_eq!(field(&chain, id, "numTicksLeft"), "2");
    let mut found = vec![held(&chain, id, "TKN"), held(&chain, id, "TKNA")];
    for name in &names {
        found.extend(["TKN", "TKNA"].map(|symbol| balance(&chain, name, symbol)));
    }
    (found, blocks)
}

#[test]
fn however_it_is_spread_everyone_gets_the_same() {
    let (expected, blocks) = paid(10_000, "1000");
    assert_eq!(blocks, 1);
    for (tick_rows, at_once) in [
        (10_000, "1"),
        (10_000, "7"),
        (36, "1000"),
        (30, "3"),
        (14, "1000"),
        (5, "7"),
        (2, "1000"),
        (1, "2"),
    ] {
        let (found, blocks) = paid(tick_rows, at_once);
        assert_eq!(
            found, expected,
            "{tick_rows} rows in a block, {at_once} payments at once"
        );
        assert!(
            blocks > 1,
            "{tick_rows} rows in a block, {at_once} payments at once"
        );
    }
}

#[test]
fn deposits_wait_for_the_next_tick() {
    let mut chain = chain_with(Limits {
        tick_rows: 3,
        ..Limits::default()
    });
    for n in 0..6 {
        provide(&mut chain, &format!("provider{n}"), "1");
    }
    let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "2" })));
    deposit(&mut chain, id, "TKN", "12");
    tick_after(&mut chain, DAY).succeeds();
    deposit(&mut chain, id, "TKN", "6");
    act(&mut chain, "founder", "flush", json!({ "id": id }))
        .fails_with("distribution is being paid");
    settle(&mut chain);
    assert_eq!(balance(&chain, "provider5", "TKN"), "1.00000000");
    assert_eq!(held(&chain, id, "TKN"), "12.00000000");
    act(&mut chain, "founder", "flush", json!({ "id": id })).succeeds();
    settle(&mut chain);
    assert_eq!(balance(&chain, "provider5", "TKN"), "3.00000000");
    assert_eq!(field(&chain, id, "numTicksLeft"), "0");
    check_conservation(&chain);
}

#[test]
fn what_is_owed_does_not_wait_for_quiet_times() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxTransferLimit": "3" }),
    )
    .does_nothing();
    provide(&mut chain, "investor", "1");
    provide(&mut chain, "whale", "1");
    for _ in 0..4 {
        let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "1" })));
        deposit(&mut chain, id, "TKN", "2");
        deposit(&mut chain, id, "TKNA", "2");
    }
    chain.seconds_later(DAY);
    // one distribution in each block, and behind it the payment that the one before put off
    for block in 1..=5 {
        tick_after(&mut chain, 3).succeeds();
        assert_eq!(
            balance(&chain, "whale", "TKNA"),
            match block {
                1 => "none".to_string(),
                _ => format!("{}.00000000", block - 1),
            }
        );
        check_conservation(&chain);
    }
    tick_after(&mut chain, 3).does_nothing();
}

#[test]
fn what_cannot_be_paid_goes_back_and_blocks_nobody() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxTransferLimit": "1" }),
    )
    .does_nothing();
    // no account has such a name
    provide(&mut chain, "NOBODY", "1");
    provide(&mut chain, "Nobody", "1");
    provide(&mut chain, "investor", "2");
    let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "1" })));
    deposit(&mut chain, id, "TKN", "4");
    let sent = tick_after(&mut chain, DAY);
    assert_eq!(sent.logs.errors, ["invalid to"]);
    assert_eq!(held(&chain, id, "TKN"), "1.00000000");
    let sent = tick_after(&mut chain, 3);
    assert_eq!(sent.logs.errors, ["invalid to"]);
    assert_eq!(held(&chain, id, "TKN"), "2.00000000");
    tick_after(&mut chain, 3).succeeds();
    assert_eq!(balance(&chain, "investor", "TKN"), "2.00000000");
    tick_after(&mut chain, 3).does_nothing();
    check_conservation(&chain);
}

#[test]
fn distributions_take_turns_by_age() {
    let mut chain = chain();
    let ids: Vec<u32> = (0..3)
        .map(|_| {
            chain.seconds_later(1);
            with_batch(&mut chain, fixed())
        })
        .collect();
    for id in &ids {
        deposit(&mut chain, *id, "TKN", "100");
    }
    chain.seconds_later(2 * DAY);
    for id in &ids {
        let sent = tick(&mut chain).succeeds();
        let payment = &sent.logs.events[1].data;
        assert_eq!(
            payment.get("distId").and_then(|id| id.as_u64()),
            Some(u64::from(*id))
        );
    }
    tick(&mut chain).does_nothing();
    // those that are switched off, or hold nothing, stand in nobody's way
    act(&mut chain, "founder", "setActive", json!({ "id": 1 })).succeeds();
    assert_eq!(chain.find_in("distribution", "schedule", json!({})), []);
}

#[test]
fn many_payments_are_put_off_in_rows_of_bounded_size() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxTransferLimit": "20" }),
    )
    .does_nothing();
    for n in 0..250 {
        provide(&mut chain, &format!("provider{n}"), "1");
    }
    let id = with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "1" })));
    deposit(&mut chain, id, "TKN", "250");
    tick_after(&mut chain, DAY).succeeds();
    let rows = chain.find_in("distribution", "pendingPayments", json!({}));
    let lengths: Vec<usize> = rows
        .iter()
        .map(|row| {
            row.get("accounts")
                .and_then(|a| a.as_array())
                .map_or(0, Vec::len)
        })
        .collect();
    assert_eq!(lengths, [200, 30]);
    let mut blocks = 0;
    while !chain
        .find_in("distribution", "pendingPayments", json!({}))
        .is_empty()
    {
        tick_after(&mut chain, 3).succeeds();
        blocks += 1;
    }
    assert_eq!(blocks, 12);
    assert_eq!(balance(&chain, "provider249", "TKN"), "1.00000000");
    check_conservation(&chain);
}
