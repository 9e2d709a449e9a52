//! Trading with a pool.

use serde_json::json;

use super::{ACTIVE, World, refuses, swap};

const SLIPPAGE: &str = "exceeded max slippage for swap";
const FUNDS: &str = "insufficient input balance";
const LIQUIDITY: &str = "insufficient liquidity";
const IN: &str = "symbolIn precision mismatch";
const OUT: &str = "symbolOut precision mismatch";

#[test]
fn swaps_are_refused() {
    let mut world = World::filled([8, 3], "1000", "16000");
    let order = swap("exactInput", "GLD", "1");
    let amount = "insufficient tokenAmount";
    let (least, most) = ("insufficient minAmountOut", "insufficient maxAmountIn");
    let cases = [
        (json!({ "tokenSymbol": null }), "invalid token"),
        (json!({ "tokenSymbol": 1 }), "invalid token"),
        (json!({ "tokenSymbol": "" }), "invalid token"),
        (json!({ "tokenSymbol": "TKN" }), "invalid token"),
        (json!({ "tokenAmount": null }), amount),
        (json!({ "tokenAmount": 1 }), amount),
        (json!({ "tokenAmount": "0" }), amount),
        (json!({ "tokenAmount": "-1" }), amount),
        (json!({ "tokenAmount": "one" }), amount),
        (json!({ "tokenAmount": "Infinity" }), amount),
        (json!({ "tradeType": null }), "invalid tradeType"),
        (json!({ "tradeType": "x" }), "invalid tradeType"),
        (json!({ "tradeType": ["exactInput"] }), "invalid tradeType"),
        (json!({ "tokenPair": "GLDSLV" }), "invalid tokenPair format"),
        (
            json!({ "tokenPair": "GLD:SLV:GLD" }),
            "invalid tokenPair format",
        ),
        (
            json!({ "tokenPair": "GLD:GLD" }),
            "tokenPair cannot be the same token",
        ),
        (
            json!({ "tokenPair": "TKN:SLV" }),
            "baseSymbol does not exist",
        ),
        (
            json!({ "tokenPair": "GLD:TKN" }),
            "quoteSymbol does not exist",
        ),
        (json!({ "minAmountOut": "0" }), least),
        (json!({ "minAmountOut": 1 }), least),
        (json!({ "minAmountOut": "x" }), least),
        (json!({ "maxAmountIn": "0" }), most),
        (json!({ "maxAmountIn": 1 }), most),
        (
            json!({ "minAmountOut": "1", "maxAmountIn": "1" }),
            "specify minAmountOut or maxAmountIn but not both",
        ),
        (
            json!({ "tokenPair": "SLV:GLD" }),
            "no existing pool for tokenPair",
        ),
        (json!({ "tokenAmount": "0.000000001" }), IN),
        (json!({ "tokenAmount": "0.00001" }), OUT),
        (
            json!({ "tradeType": "exactOutput", "tokenAmount": "0.000000001" }),
            OUT,
        ),
        (
            json!({ "tradeType": "exactOutput", "tokenAmount": "1000" }),
            LIQUIDITY,
        ),
        (json!({ "tokenAmount": "1e400" }), LIQUIDITY),
        (json!({ "tokenAmount": "1000000.00000001" }), FUNDS),
        (
            json!({ "minAmountOut": "15.0001" }),
            "minAmountOut precision mismatch",
        ),
        (
            json!({ "maxAmountIn": "1.000000001" }),
            "maxAmountIn precision mismatch",
        ),
        (json!({ "minAmountOut": "15.945" }), SLIPPAGE),
        (json!({ "maxAmountIn": "0.99999999" }), SLIPPAGE),
        (
            json!({ "tradeType": "exactOutput", "maxAmountIn": "16.05" }),
            SLIPPAGE,
        ),
        (
            json!({ "tradeType": "exactOutput", "minAmountOut": "1.00000001" }),
            SLIPPAGE,
        ),
    ];
    refuses(&mut world, "bob", "swapTokens", &order, &cases);
    refuses(
        &mut world,
        "dan",
        "swapTokens",
        &order,
        &[(json!({}), FUNDS)],
    );
    let posted = world
        .0
        .post("bob", "marketpools", "swapTokens", order.clone());
    posted.fails_with(ACTIVE);
    // and these are what it gives
    let mut least = order.clone();
    least["minAmountOut"] = json!("15.944");
    world.act("bob", "swapTokens", least).succeeds();
    world.check();
}

#[test]
fn an_empty_pool_swaps_nothing() {
    let mut world = World::with_pool([8, 8]);
    world.swap_in("bob", "GLD", "1").fails_with(LIQUIDITY);
    world.swap_out("bob", "GLD", "1").fails_with(LIQUIDITY);
}

/// The sender has what rounding half up asks for, and one unit less than what is taken.
#[test]
fn one_unit_short() {
    let mut world = World::filled([8, 8], "1000", "16000");
    world.0.issue("GLD", "dan", "0.06267043");
    // 0.062670429...: half up 0.06267043, up 0.06267043; leave one unit less than up
    let mut spend = |amount: &str| world.swap_out("dan", "SLV", amount).logs.errors;
    let mut seen = std::collections::BTreeSet::new();
    for cents in 0..40 {
        let amount = format!("1.{:08}", 10_000 + cents);
        seen.extend(spend(&amount));
    }
    seen.extend(spend("2"));
    assert!(seen.contains(FUNDS), "{seen:?}");
    assert!(
        seen.iter()
            .all(|error| [FUNDS, "overdrawn balance"].contains(&error.as_str()))
    );
    world.check();
}

/// As the peer's test has it: what is too little in the coarser token.
#[test]
fn tokens_of_different_decimals() {
    let mut world = World::filled([8, 3], "1000", "1016.418");
    world.swap_in("bob", "GLD", "0.000499").fails_with(OUT);
    world.swap_out("bob", "GLD", "0.00129999").succeeds();
    assert_eq!(world.balance("bob", "SLV"), "999999.998");
    world.check();
}

/// A swap cannot take all there is of a token, not even by rounding.
#[test]
fn a_reserve_is_not_emptied() {
    let mut world = World::filled([0, 0], "10", "10");
    world.swap_in("bob", "GLD", "100000").succeeds();
    assert_eq!(world.balance("bob", "SLV"), "1000009");
    assert_eq!(world.reserves(), "100010 1");
    world.swap_in("bob", "GLD", "100000").fails_with(OUT);
    world.check();
}

/// In a pool of ten units each: there and back gains nothing, in one block or in two.
#[test]
fn there_and_back_in_a_tiny_pool() {
    for amount in 1..100 {
        for blocks in [1, 2] {
            let mut world = World::filled([0, 0], "10", "10");
            let mut there = swap("exactInput", "GLD", &amount.to_string());
            there["isSignedWithActiveKey"] = json!(true);
            let call = |payload| ("bob".to_string(), "marketpools", "swapTokens", payload);
            let mut calls = vec![call(there)];
            if blocks == 2 {
                world.0.block(&calls);
                calls.clear();
            }
            let got = match blocks {
                2 => world.balance("bob", "SLV").parse::<u64>().unwrap() - 1_000_000,
                _ => (9975 * amount * 10) / (100_000 + 9975 * amount),
            };
            let mut back = swap("exactInput", "SLV", &got.to_string());
            back["isSignedWithActiveKey"] = json!(true);
            calls.push(call(back));
            world.0.block(&calls);
            let gold: u64 = world.balance("bob", "GLD").parse().unwrap();
            let silver: u64 = world.balance("bob", "SLV").parse().unwrap();
            assert!(
                gold <= 1_000_000 || silver < 1_000_000,
                "{amount} in {blocks}: {gold} {silver}"
            );
            world.check();
        }
    }
}
