//! Pools and swaps, compared with the table of the contract and with what was asked for.

use proptest::prelude::*;
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_index::{Amount, Interval, Pool, PoolQuery, Span, Swap, SwapQuery};

use crate::common::*;

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
const TOKENS: [(&str, u8); 3] = [("COOL", 3), ("FINE", 8), ("WHOLE", 0)];
const PAIRS: [&str; 3] = ["COOL:FINE", "WHOLE:COOL", "FINE:WHOLE"];

/// Three people with three tokens of 3, 8 and 0 decimals, and two pools.
fn pools() -> TestChain {
    let mut chain = TestChain::of(Network::dev(Flavor::Steem));
    let eng = json!({ "symbol": "ENG", "to": "founder", "quantity": "1000000" });
    chain.does(tokens("steemsc", "transfer", eng));
    for (symbol, precision) in TOKENS {
        let create = json!({
            "symbol": symbol, "name": "Cool", "precision": precision, "maxSupply": "1000000000",
        });
        chain.does(tokens("founder", "create", create));
        for name in PEOPLE {
            chain.issue(symbol, name, "1000000");
        }
    }
    for pair in &PAIRS[..2] {
        let create = json!({ "tokenPair": pair });
        chain.does(call("founder", "marketpools", "createPool", create));
    }
    chain
}

#[derive(Debug, Clone)]
struct Act {
    who: usize,
    pair: usize,
    action: u8,
    first: bool,
    amounts: (u32, u32),
}

fn act() -> impl Strategy<Value = Act> {
    let amount = || prop_oneof![1..20_u32, 1..5_000_u32, 1_000..90_000_000_u32];
    let amounts = (amount(), amount());
    (0..3_usize, 0..3_usize, 0..10_u8, any::<bool>(), amounts).prop_map(
        |(who, pair, action, first, amounts)| Act {
            who,
            pair,
            action,
            first,
            amounts,
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step<Act>>> {
    let step = prop_oneof![
        10 => prop::collection::vec(act(), 1..6).prop_map(Step::Do),
        2 => (1..9_000_u32).prop_map(Step::SecondsPass),
        1 => (1..4_u32).prop_map(Step::Fork),
        2 => Just(Step::CatchUp),
    ];
    prop::collection::vec(step, 1..60)
}

fn decimals(symbol: &str) -> u8 {
    TOKENS.iter().find(|token| token.0 == symbol).unwrap().1
}

/// So much of a token that no amount is worthless beside the others.
fn amount(count: u32, symbol: &str) -> String {
    let units = match decimals(symbol) {
        0 => i128::from(count / 1_000 + 1) * 100_000_000,
        3 => i128::from(count) * 100_000,
        _ => i128::from(count),
    };
    Amount::from_units(units).to_string()
}

fn random_call(act: &Act) -> Call {
    let (sender, pair) = (PEOPLE[act.who], PAIRS[act.pair]);
    let (base, quote) = pair.split_once(':').unwrap();
    let (one, other) = act.amounts;
    let (action, payload) = match act.action {
        0..=2 => (
            "addLiquidity",
            json!({
                "tokenPair": pair, "baseQuantity": amount(one, base), "quoteQuantity": amount(other, quote),
                "maxPriceImpact": "99", "maxDeviation": "0",
            }),
        ),
        3 => (
            "removeLiquidity",
            json!({ "tokenPair": pair, "sharesOut": (one % 100 + 1).to_string() }),
        ),
        4 => ("createPool", json!({ "tokenPair": pair })),
        kind => {
            let symbol = if act.first { base } else { quote };
            let trade = ["exactInput", "exactOutput"][usize::from(kind > 7)];
            (
                "swapTokens",
                json!({
                    "tokenPair": pair, "tokenSymbol": symbol, "tokenAmount": amount(one, symbol),
                    "tradeType": trade,
                }),
            )
        }
    };
    let sender = if action == "createPool" {
        "founder"
    } else {
        sender
    };
    call(sender, "marketpools", action, payload)
}

/// People who swap, and who provide.
struct Pooling;

impl Story for Pooling {
    type Deed = Act;

    fn chain(&self) -> TestChain {
        pools()
    }

    fn call(&self, _: &TestChain, act: &Act) -> Call {
        random_call(act)
    }

    async fn check(&self, indexed: &Indexed, chain: &TestChain) -> usize {
        check(indexed, chain).await
    }
}

async fn all_swaps(indexed: &Indexed) -> Vec<Swap> {
    let mut query = SwapQuery {
        limit: 100,
        ..SwapQuery::default()
    };
    let mut swaps = Vec::new();
    loop {
        let page = indexed.index.swaps(&query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        swaps.extend(page);
    }
    swaps.reverse();
    swaps
}

/// Every pool is as the contract has it, and every swap is as its transaction asked for it; gives their number.
async fn check(indexed: &Indexed, chain: &TestChain) -> usize {
    let query = PoolQuery {
        limit: 1000,
        ..PoolQuery::default()
    };
    let found = indexed.index.pools(&query).await.unwrap();
    let mut expected = table(&chain.reader(), "marketpools", "pools");
    expected.sort_by_key(|row| row["tokenPair"].as_str().unwrap().to_owned());
    assert_eq!(found.len(), expected.len());
    let swaps = all_swaps(indexed).await;
    for (listing, row) in found.iter().zip(&expected) {
        let of_pool: Vec<_> = swaps
            .iter()
            .filter(|swap| swap.pair == listing.pool.pair)
            .collect();
        check_pool(&listing.pool, row, &of_pool);
        let pair = listing.pool.pair.as_str();
        let span = (0, i64::from(chain.time));
        for (_, interval) in Interval::ALL {
            let bars = indexed
                .index
                .bars(pair, interval, span, 5_000)
                .await
                .unwrap();
            let sum = |of: fn(&tartan_index::Bar) -> Amount| {
                bars.iter().map(of).fold(Amount::ZERO, Amount::plus)
            };
            assert_eq!(sum(|bar| bar.quantity), listing.pool.base_volume);
            assert_eq!(sum(|bar| bar.volume), listing.pool.quote_volume);
            let close = bars.last().map(|bar| bar.close);
            assert_eq!(close, of_pool.last().map(|swap| swap.pool_price));
        }
    }
    check_swaps(&swaps, chain);
    swaps.len()
}

fn check_pool(pool: &Pool, row: &Value, swaps: &[&Swap]) {
    let amount = |value: &Value| match value {
        Value::String(text) => Amount::parse(text).unwrap(),
        // a pool that never had any
        other => Amount::parse(&other.to_string()).unwrap(),
    };
    let (base, quote) = (amount(&row["baseQuantity"]), amount(&row["quoteQuantity"]));
    let remainder = row.get("remainder");
    let beyond = |side: &str| remainder.map_or(Amount::ZERO, |remainder| amount(&remainder[side]));
    assert_eq!(pool.pair, row["tokenPair"].as_str().unwrap());
    assert_eq!(pool.base_quantity, base.plus(beyond("base")));
    assert_eq!(pool.quote_quantity, quote.plus(beyond("quote")));
    assert_eq!(pool.creator, row["creator"].as_str().unwrap());
    let precision = u8::try_from(row["precision"].as_u64().unwrap()).unwrap();
    if remainder.is_none() && base.is_positive() {
        assert_eq!(
            Amount::parse(&pool.price.fixed(precision)),
            Some(amount(&row["basePrice"]))
        );
    }
    // the contract counts what the formula says, the index what was paid: each swap may differ by the rounding
    let count = i128::try_from(swaps.len()).unwrap();
    let near = |found: Amount, expected: &Value, symbol: &str| {
        let unit = |decimals: u8| 10_i128.pow(8 - u32::from(decimals));
        let most = count * (unit(decimals(symbol)) + unit(precision));
        let difference = found.minus(amount(expected)).units().abs();
        assert!(difference <= most, "{found} {expected} {symbol} {count}");
    };
    near(pool.base_volume, &row["baseVolume"], &pool.base);
    near(pool.quote_volume, &row["quoteVolume"], &pool.quote);
    assert_eq!(i128::from(pool.swaps), count);
}

/// All swaps that blocks have, each with who asked for it and how much.
fn check_swaps(swaps: &[Swap], chain: &TestChain) {
    let reader = chain.reader();
    let mut found = swaps.iter();
    let mut next = 0;
    loop {
        let blocks = reader.block_range(next, 50).unwrap();
        let Some(last) = blocks.last() else { break };
        next = last.number + 1;
        for block in &blocks {
            let done = block.transactions.iter().filter(|transaction| {
                transaction.action.as_deref() == Some("swapTokens")
                    && !transaction.logs.contains("\"errors\"")
            });
            for transaction in done {
                let swap = found.next().expect("a swap");
                let payload: Value =
                    serde_json::from_str(transaction.payload.as_deref().unwrap()).unwrap();
                assert_eq!(swap.transaction_id, transaction.id.to_string());
                assert_eq!(Some(&swap.account), transaction.sender.as_ref());
                assert_eq!(swap.pair, payload["tokenPair"]);
                let (symbol, quantity) = match payload["tradeType"].as_str() {
                    Some("exactInput") => (&swap.symbol_in, swap.quantity_in),
                    _ => (&swap.symbol_out, swap.quantity_out),
                };
                assert_eq!(payload["tokenSymbol"], **symbol);
                let asked = Amount::parse(payload["tokenAmount"].as_str().unwrap());
                assert_eq!(Some(quantity), asked);
                assert_ne!(swap.symbol_in, swap.symbol_out);
            }
        }
    }
    assert_eq!(found.next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn pools_and_swaps_are_those_of_the_contract(steps in steps()) {
        Pooling.play_everywhere(&steps);
    }
}

#[test]
fn hundreds_of_random_swaps_are_read() {
    let swaps = Pooling.play_everywhere(&always_the_same(act(), (100, 10), 3_000));
    assert!(swaps > 100, "only {swaps} swaps");
}

#[tokio::test]
async fn pools_have_tickers() {
    for database in TestDatabase::each().await {
        let mut chain = pools();
        let add = json!({ "tokenPair": "COOL:FINE", "baseQuantity": "1000", "quoteQuantity": "4000", "maxDeviation": "0" });
        chain.does(call("alice", "marketpools", "addLiquidity", add));
        chain.time += 86_400;
        let swap = json!({
            "tokenPair": "COOL:FINE", "tokenSymbol": "FINE", "tokenAmount": "100", "tradeType": "exactInput",
        });
        chain.does(call("bob", "marketpools", "swapTokens", swap));
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        let of_token = |symbol: &str| PoolQuery {
            symbol: Some(symbol.to_owned()),
            limit: 10,
            ..PoolQuery::default()
        };
        let pools = indexed.index.pools(&of_token("FINE")).await.unwrap();
        assert_eq!(pools.len(), 1);
        let ticker = pools[0].ticker.as_ref().unwrap();
        assert_eq!(ticker.symbol, "COOL:FINE");
        assert_eq!(ticker.volume.to_string(), "100");
        assert_eq!(ticker.trades, 1);
        let quiet = indexed.index.pools(&of_token("WHOLE")).await.unwrap();
        assert_eq!((quiet[0].ticker.as_ref(), quiet[0].pool.swaps), (None, 0));
        // pools are no markets of tokens
        assert_eq!(
            indexed.index.tickers(None, ticker.last_time).await.unwrap(),
            []
        );
        let lines = indexed
            .index
            .sparklines(&[], ticker.last_time, Span::Day)
            .await
            .unwrap();
        assert_eq!(lines[0].symbol, "COOL:FINE");
    }
}
