//! The worked examples of the specification, and the sequences of the other implementation's tests with their figures.

use serde_json::json;

use super::{PAIR, World, swap, text};

const PRICES: [&str; 2] = ["basePrice", "quotePrice"];
const VOLUMES: [&str; 2] = ["baseVolume", "quoteVolume"];

#[test]
fn two_swaps() {
    let mut world = World::filled([8, 8], "1000", "16000");
    assert_eq!(world.shares("alice"), "4000");
    assert_eq!(world.pool(&PRICES), "16.00000000 0.06250000");
    assert_eq!(world.reserves(), "1000.00000000 16000.00000000");

    let mut asked = swap("exactInput", "GLD", "10");
    asked["minAmountOut"] = json!("158.02371346");
    world
        .act("bob", "swapTokens", asked)
        .fails_with("exceeded max slippage for swap");
    world.swap_in("bob", "GLD", "10").succeeds().emits(&[
        r#"transferToContract {"from":"bob","to":"marketpools","symbol":"GLD","quantity":"10.00000000"}"#,
        r#"transferFromContract {"from":"marketpools","to":"bob","symbol":"SLV","quantity":"158.02371345"}"#,
        r#"swapTokens {"symbolIn":"GLD","symbolOut":"SLV","fee":{"symbol":"SLV","amount":"0.39604941"}}"#,
    ]);
    assert_eq!(world.reserves(), "1010.00000000 15841.97628654");
    assert_eq!(world.pool(&PRICES), "15.68512503 0.06375467");
    assert_eq!(world.pool(&VOLUMES), "10.00000000 158.02371345");
    // what the formula gives is 158.02371345825391717617: the contract is left with the rest
    assert_eq!(
        world
            .row()
            .get("remainder")
            .map(|rest| rest.stringify())
            .unwrap(),
        format!(
            r#"{{"base":"0.00000000","quote":"0.00000001","block":{}}}"#,
            world.0.number()
        ),
    );
    world.check();
}

/// The second swap of the same block: what the first has left joins the reserves later.
#[test]
fn a_swap_of_so_much_out() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let mut calls = vec![
        swap("exactInput", "GLD", "10"),
        swap("exactOutput", "SLV", "100"),
    ];
    for call in &mut calls {
        call["isSignedWithActiveKey"] = json!(true);
    }
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| ("bob".to_string(), "marketpools", "swapTokens", call))
        .collect();
    let mut sent = world.0.block(&calls);
    sent.remove(1).succeeds().emits(&[
        r#"transferToContract {"from":"bob","to":"marketpools","symbol":"GLD","quantity":"6.43204710"}"#,
        r#"transferFromContract {"from":"marketpools","to":"bob","symbol":"SLV","quantity":"100.00000000"}"#,
        r#"swapTokens {"symbolIn":"GLD","symbolOut":"SLV","fee":{"symbol":"GLD","amount":"0.01612042"}}"#,
    ]);
    assert_eq!(world.reserves(), "1016.43204709 15741.97628654");
    assert_eq!(world.pool(&PRICES), "15.48748520 0.06456826");
    assert_eq!(world.pool(&VOLUMES), "16.43204709 258.02371345");
    world.check();
}

#[test]
fn a_second_provider() {
    let mut world = World::filled([8, 8], "1000", "16000");
    world.add("bob", "1", "16").succeeds().emits(&[
        r#"transferToContract {"from":"bob","to":"marketpools","symbol":"GLD","quantity":"1.00000000"}"#,
        r#"transferToContract {"from":"bob","to":"marketpools","symbol":"SLV","quantity":"16.00000000"}"#,
        r#"addLiquidity {"baseSymbol":"GLD","quoteSymbol":"SLV"}"#,
    ]);
    assert_eq!(world.shares("bob"), "4");
    assert_eq!(world.pool(&["totalShares"]), "4004");
    world.check();
}

#[test]
fn the_age_of_shares() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let age = |world: &World| {
        let position = world.position("alice").expect("she has one");
        text(&position, "timeFactor").parse::<i64>().unwrap()
    };
    let start = age(&world);
    world.0.set_time(start + 3_600_000);
    world.add("alice", "250", "4000").succeeds();
    assert_eq!(world.shares("alice"), "5000");
    assert_eq!(age(&world), start + 720_000);
    // giving shares back leaves it
    world.0.seconds_later(86_400);
    world.remove("alice", "50").succeeds();
    assert_eq!(age(&world), start + 720_000);
    // nor does it pass the present when the clock of a block is behind
    world.0.set_time(start);
    world.add("alice", "1000", "16000").succeeds();
    assert_eq!(age(&world), start);
}

/// All in one block, between tokens of 5 and 8 decimals.
#[test]
fn swaps_in_either_direction() {
    let mut world = World::filled([5, 8], "1000", "10000");
    let mut calls = Vec::new();
    for (trade, symbol) in [
        ("exactOutput", "GLD"),
        ("exactOutput", "SLV"),
        ("exactInput", "GLD"),
        ("exactInput", "SLV"),
    ] {
        let mut call = swap(trade, symbol, "1");
        call["isSignedWithActiveKey"] = json!(true);
        calls.push(("bob".to_string(), "marketpools", "swapTokens", call));
    }
    for sent in world.0.block(&calls) {
        sent.succeeds();
    }
    assert_eq!(world.balance("bob", "SLV"), "999999.94794080");
    assert_eq!(world.balance("bob", "GLD"), "999999.99969");
    assert_eq!(world.reserves(), "1000.00030048 10000.05205918");
    assert_eq!(world.pool(&VOLUMES), "2.19981945 22.01813631");
    assert_eq!(world.pool(&PRICES), "10.00004905 0.09999950");
    let rest = world
        .row()
        .get("remainder")
        .cloned()
        .expect("rounding has left some");
    assert_eq!(rest.get("base").unwrap().as_str(), Some("0.00000952"));
    assert_eq!(rest.get("quote").unwrap().as_str(), Some("0.00000002"));
    world.check();
    // it is the provider's
    world.remove("alice", "100").succeeds();
    assert_eq!(world.balance("alice", "GLD"), "1000000.00031");
    assert_eq!(world.balance("alice", "SLV"), "1000000.05205920");
    assert_eq!(world.reserves(), "0.00000000 0.00000000");
    assert_eq!(world.pool(&["totalShares"]), "0");
    assert!(world.row().get("remainder").is_none());
    world.check();
}

#[test]
fn providers_leave_with_their_part() {
    let mut world = World::filled([8, 8], "1000", "16000");
    world.add("bob", "1", "16").succeeds();
    world.add("carol", "1000", "16000").succeeds();
    let mut calls = Vec::new();
    let mut call = |sender: &str, action: &'static str, mut payload: serde_json::Value| {
        payload["isSignedWithActiveKey"] = json!(true);
        calls.push((sender.to_string(), "marketpools", action, payload));
    };
    for (trade, symbol) in [
        ("exactOutput", "GLD"),
        ("exactOutput", "SLV"),
        ("exactInput", "GLD"),
        ("exactInput", "SLV"),
    ] {
        call("carol", "swapTokens", swap(trade, symbol, "1"));
    }
    call(
        "alice",
        "removeLiquidity",
        json!({ "tokenPair": PAIR, "sharesOut": "50" }),
    );
    call(
        "bob",
        "removeLiquidity",
        json!({ "tokenPair": PAIR, "sharesOut": "100" }),
    );
    for sent in world.0.block(&calls) {
        sent.succeeds();
    }
    assert_eq!(world.shares("alice"), "2000");
    assert_eq!(world.shares("bob"), "-");
    assert_eq!(world.reserves(), "1500.00018769 24000.06079337");
    assert_eq!(world.pool(&["basePrice"]), "16.00003852");
    assert_eq!(world.balance("alice", "GLD"), "999500.00006255");
    assert_eq!(world.balance("bob", "GLD"), "1000000.00000012");
    world.check();
}
