//! Putting liquidity in and taking it out.

use serde_json::json;

use super::{ACTIVE, PAIR, World, deposit, refuses, text};

const IMPACT: &str = "exceeded max price impact for adding liquidity";
const DEVIATION: &str = "exceeded max deviation from order book";

#[test]
fn adding_is_refused() {
    let mut world = World::with_pool([8, 3]);
    let add = deposit("10", "160");
    let (base, quote) = ("invalid baseQuantity", "invalid quoteQuantity");
    let impact = "maxPriceImpact must be greater than 0";
    let deviation = "maxDeviation must be an integer greater than or equal to 0";
    let funds = "insufficient token balance";
    let cases = [
        (json!({ "baseQuantity": null }), base),
        (json!({ "baseQuantity": 10 }), base),
        (json!({ "baseQuantity": "x" }), base),
        (json!({ "baseQuantity": "0" }), base),
        (json!({ "baseQuantity": "-1" }), base),
        (json!({ "baseQuantity": "Infinity" }), base),
        (json!({ "quoteQuantity": null }), quote),
        (json!({ "quoteQuantity": "" }), quote),
        (json!({ "quoteQuantity": "NaN" }), quote),
        (json!({ "quoteQuantity": "Infinity" }), quote),
        (json!({ "tokenPair": "GLDSLV" }), "invalid tokenPair format"),
        (
            json!({ "tokenPair": "GLD:SLV:GLD" }),
            "invalid tokenPair format",
        ),
        (
            json!({ "tokenPair": "SLV:SLV" }),
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
        (json!({ "maxPriceImpact": "0" }), impact),
        (json!({ "maxPriceImpact": "-1" }), impact),
        (json!({ "maxPriceImpact": 5 }), impact),
        (json!({ "maxPriceImpact": "0.0001" }), impact),
        (json!({ "maxDeviation": "-1" }), deviation),
        (json!({ "maxDeviation": "1.5" }), deviation),
        (json!({ "maxDeviation": 1 }), deviation),
        (json!({ "maxDeviation": "x" }), deviation),
        (
            json!({ "baseQuantity": "1.000000001" }),
            "baseQuantity precision mismatch",
        ),
        (
            json!({ "quoteQuantity": "1.0001" }),
            "quoteQuantity precision mismatch",
        ),
        // there is only the pool of GLD:SLV
        (
            json!({ "tokenPair": "SLV:GLD" }),
            "no existing pool for tokenPair",
        ),
        (
            json!({ "tokenPair": "GLD:ENG" }),
            "no existing pool for tokenPair",
        ),
        (json!({ "baseQuantity": "1000000.00000001" }), funds),
        (json!({ "quoteQuantity": "1000000.001" }), funds),
    ];
    refuses(&mut world, "bob", "addLiquidity", &add, &cases);
    refuses(
        &mut world,
        "dan",
        "addLiquidity",
        &add,
        &[(json!({}), funds)],
    );
    let posted = world.0.post("bob", "marketpools", "addLiquidity", add);
    posted.fails_with(ACTIVE);
}

#[test]
fn the_price_of_the_pool_holds() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let add = deposit("500", "500");
    let cases = [
        (json!({}), IMPACT),
        (
            json!({ "baseQuantity": "1", "quoteQuantity": "17" }),
            IMPACT,
        ),
        (
            json!({ "baseQuantity": "1.02", "quoteQuantity": "16" }),
            IMPACT,
        ),
        (
            json!({ "baseQuantity": "1.02", "quoteQuantity": "16", "maxPriceImpact": "1.9" }),
            IMPACT,
        ),
    ];
    refuses(&mut world, "bob", "addLiquidity", &add, &cases);
    // within one percent: of one all is taken, of the other what belongs to it
    world.add("bob", "1", "16.1").succeeds();
    assert_eq!(world.reserves(), "1001.00000000 16016.00000000");
    world.add("bob", "1.01", "16").succeeds();
    assert_eq!(world.reserves(), "1002.00000000 16032.00000000");
    assert_eq!(world.shares("bob"), "8");
    let mut far = deposit("500", "500");
    far["maxPriceImpact"] = json!("93.749");
    world.act("bob", "addLiquidity", far).fails_with(IMPACT);
    let mut far = deposit("500", "500");
    far["maxPriceImpact"] = json!("200");
    world.act("bob", "addLiquidity", far).succeeds();
    assert_eq!(world.reserves(), "1033.25000000 16532.00000000");
    world.check();
}

#[test]
fn too_little_for_a_share() {
    let mut world = World::filled([8, 8], "100000", "0.00001");
    world
        .act("bob", "addLiquidity", deposit("1", "0.00000001"))
        .fails_with(IMPACT);
    let mut add = deposit("1", "0.00000001");
    add["maxPriceImpact"] = json!("100");
    world
        .act("bob", "addLiquidity", add)
        .fails_with("insufficient liquidity created");
    world.check();
}

/// The first price is near that of the order book, unless the provider says otherwise.
#[test]
fn the_price_of_the_order_book() {
    let mut world = World::with_pool([8, 8]);
    let price = |world: &mut World, symbol: &str, price: &str| {
        let set = json!({ "symbol": symbol, "price": price });
        world.send("alice", "market", "set", set).succeeds();
    };
    price(&mut world, "GLD", "10");
    price(&mut world, "SLV", "0.625"); // 16 for one GLD
    let add = deposit("10", "150");
    let cases = [
        (json!({}), DEVIATION),
        (json!({ "quoteQuantity": "170" }), DEVIATION),
        (json!({ "maxDeviation": "6" }), DEVIATION),
        (json!({ "maxDeviation": "1" }), DEVIATION),
    ];
    refuses(&mut world, "bob", "addLiquidity", &add, &cases);
    for (quote, deviation) in [("161.6", None), ("150", Some("7")), ("1", Some("0"))] {
        let mut world = World::with_pool([8, 8]);
        for (symbol, at) in [("GLD", "10"), ("SLV", "0.625")] {
            price(&mut world, symbol, at);
        }
        let mut add = deposit("10", quote);
        add["maxDeviation"] = json!(deviation);
        world.act("bob", "addLiquidity", add).succeeds();
        // from then on the pool has a price of its own
        world.add("bob", "10", quote).succeeds();
        world.check();
    }
}

/// The pegged token has no price in the order book: it is what prices are in. A token without trades has none to compare.
#[test]
fn prices_in_the_pegged_token() {
    let mut world = World::with_tokens(&[("GLD", 8), ("STEEMP", 8), ("SLV", 8)]);
    for (symbol, at) in [("GLD", "2"), ("SLV", "0")] {
        let set = json!({ "symbol": symbol, "price": at });
        world.send("alice", "market", "set", set).succeeds();
    }
    let mut add = |pair: &str, base: &str, quote: &str| {
        let create = json!({ "tokenPair": pair });
        world.act("alice", "createPool", create);
        let add = json!({ "tokenPair": pair, "baseQuantity": base, "quoteQuantity": quote });
        world.act("bob", "addLiquidity", add)
    };
    add("GLD:STEEMP", "1", "3").fails_with(DEVIATION);
    add("GLD:STEEMP", "1", "2").succeeds();
    add("SLV:STEEMP", "1", "2").fails_with(DEVIATION);
    add("ENG:GLD", "1", "2").fails_with("insufficient token balance"); // ENG has no price
    world.check();
}

#[test]
fn removing_is_refused() {
    let mut world = World::filled([8, 8], "1000", "16000");
    let remove = json!({ "tokenPair": PAIR, "sharesOut": "50" });
    let shares = "invalid sharesOut, must be > 0 <= 100";
    let cases = [
        (json!({ "sharesOut": null }), shares),
        (json!({ "sharesOut": 50 }), shares),
        (json!({ "sharesOut": "x" }), shares),
        (json!({ "sharesOut": "0" }), shares),
        (json!({ "sharesOut": "-1" }), shares),
        (json!({ "sharesOut": "100.001" }), shares),
        (json!({ "sharesOut": "1.0001" }), shares),
        (json!({ "sharesOut": "Infinity" }), shares),
        (json!({ "tokenPair": "GLDSLV" }), "invalid tokenPair format"),
        (
            json!({ "tokenPair": "GLD:TKN" }),
            "quoteSymbol does not exist",
        ),
        (
            json!({ "tokenPair": "SLV:GLD" }),
            "no existing pool for tokenPair",
        ),
    ];
    refuses(&mut world, "alice", "removeLiquidity", &remove, &cases);
    let none = [(json!({}), "no existing liquidity position")];
    refuses(&mut world, "bob", "removeLiquidity", &remove, &none);
    let posted = world
        .0
        .post("alice", "marketpools", "removeLiquidity", remove);
    posted.fails_with(ACTIVE);
}

#[test]
fn less_than_the_smallest_unit_is_not_removed() {
    let mut world = World::filled([0, 0], "10", "10");
    world
        .remove("alice", "9.999")
        .fails_with("insufficient liquidity");
    world.remove("alice", "10").succeeds();
    assert_eq!(world.reserves(), "9 9");
    world.check();
}

/// One who leaves almost nothing behind in a pool of others does not empty it.
#[test]
fn only_the_last_one_empties_a_pool() {
    let mut world = World::filled([0, 0], "1", "1");
    world.add("bob", "1", "1").succeeds();
    world
        .remove("alice", "99.999")
        .fails_with("insufficient liquidity");
    world.remove("alice", "100").succeeds();
    assert_eq!(
        (world.reserves().as_str(), world.shares("bob").as_str()),
        ("1 1", "1")
    );
    world.remove("bob", "100").succeeds();
    assert_eq!(world.reserves(), "0 0");
    world.check();
}

/// Who comes after the last one has left sets a price again, whatever swaps have left behind.
#[test]
fn a_pool_begins_again() {
    let mut world = World::filled([2, 8], "100", "1");
    for amount in ["0.01", "3.33", "7.77"] {
        world.swap_in("bob", "GLD", amount).succeeds();
        world.swap_out("bob", "GLD", amount).succeeds();
    }
    world.remove("alice", "33.333").succeeds();
    world.check();
    world.remove("alice", "100").succeeds();
    assert_eq!(world.shares("alice"), "-");
    assert_eq!(world.reserves(), "0.00000000 0.00000000");
    let refused = world.swap_in("bob", "GLD", "1");
    refused.fails_with("insufficient liquidity");
    let prices = world.pool(&["basePrice", "quotePrice"]);
    assert_ne!(prices, "0 0", "the last ones are kept");
    world.add("carol", "1", "500").succeeds();
    assert_eq!(
        world.pool(&["basePrice", "quotePrice"]),
        "500.00000000 0.00200000"
    );
    assert_eq!(world.shares("carol"), "22.36067977499789696409");
    world.check();
}

/// A million times removing and adding a little never leaves the others with less.
#[test]
fn a_pool_that_was_almost_emptied() {
    let mut world = World::filled([0, 0], "2", "2");
    for _ in 0..70 {
        if world.remove("alice", "74").logs.errors.is_empty() {
            let mut add = deposit("1", "1");
            add["maxPriceImpact"] = json!("100");
            world.act("alice", "addLiquidity", add);
        }
        world.check();
    }
    world.add("bob", "1000", "1000").succeeds();
    let mine = |world: &World| {
        let row = world.row();
        let [base, total] =
            ["baseQuantity", "totalShares"].map(|field| text(&row, field).parse::<f64>().unwrap());
        base * world.shares("bob").parse::<f64>().unwrap() / total
    };
    let before = mine(&world);
    assert!((998.0..=1002.0).contains(&before), "{before}");
    for _ in 0..20 {
        world.add("alice", "1", "1");
        world.remove("alice", "99.999");
        assert!(mine(&world) >= before - 1e-6, "{} < {before}", mine(&world));
        world.check();
    }
}

/// A token that gets more decimals is kept to the last one of them.
#[test]
fn more_decimals_than_at_first() {
    let mut world = World::filled([3, 3], "10", "10");
    let precise = json!({ "symbol": "GLD", "precision": 6 });
    world
        .send("founder", "tokens", "updatePrecision", precise)
        .succeeds();
    let mut add = deposit("0.0006", "0.001");
    add["maxPriceImpact"] = json!("100");
    world.act("bob", "addLiquidity", add).succeeds();
    assert_eq!(world.reserves(), "10.000600 10.001000");
    assert_eq!(world.pool(&["precision"]), "6");
    world.swap_out("bob", "GLD", "0.000001").succeeds();
    world.check();
}

#[test]
fn what_the_ledger_refuses_is_undone() {
    for (pair, ends) in [
        ("NOIN:GLD", "deposit"),
        ("GLD:NOIN", "deposit"),
        ("NOOUT:GLD", "withdrawal"),
    ] {
        let mut world = World::with_tokens(&[("NOIN", 8), ("NOOUT", 8), ("GLD", 8)]);
        world
            .act("alice", "createPool", json!({ "tokenPair": pair }))
            .succeeds();
        let add = json!({ "tokenPair": pair, "baseQuantity": "5", "quoteQuantity": "7" });
        let mut sent = world.act("alice", "addLiquidity", add);
        if ends == "withdrawal" {
            sent.succeeds();
            let remove = json!({ "tokenPair": pair, "sharesOut": "10" });
            sent = world.act("alice", "removeLiquidity", remove);
            let swap = json!({ "tokenPair": pair, "tokenSymbol": "GLD", "tokenAmount": "1", "tradeType": "exactInput" });
            world.act("bob", "swapTokens", swap).fails_with("frozen");
        }
        assert_eq!(
            sent.logs.errors,
            ["frozen".to_string(), format!("{ends} transfer errors")]
        );
        assert_eq!(sent.logs.events, []);
        world.check();
    }
}
