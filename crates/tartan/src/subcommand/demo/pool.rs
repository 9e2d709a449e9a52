//! The demo's pool: alice puts COOL and the pegged coin into it and lets who provides win COOL; heidi and grace swap; and for
//! as long as the demo stays up, heidi swaps whenever pool and order book differ.

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::Network;

use super::story::{FOUNDER, Step, TOKEN};
use super::trading::{MAKER, TAKER, call, deposit, step};
use crate::side_chain::SideChain;

const POOLS: &str = "marketpools";
/// What the founder pays into the peg for it, in thousandths of the main chain's coin.
const DEPOSIT: i64 = 100_000;

/// How the pool stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pool {
    /// Its tokens: `COOL:STEEMP`.
    pub(super) pair: String,
    /// What it has of the token.
    pub(super) base_quantity: String,
    /// What it has of the pegged coin.
    pub(super) quote_quantity: String,
    /// What one token costs.
    pub(super) price: String,
}

/// The two tokens of the pool.
fn pair(network: &Network) -> String {
    format!("{TOKEN}:{}", network.tokens.pegged.symbol)
}

impl Pool {
    pub(super) async fn look(side_chain: &SideChain, network: &Network) -> Result<Pool> {
        let pair = pair(network);
        let row = side_chain.find_one(POOLS, "pools", json!({ "tokenPair": pair }));
        let row = row.await?.unwrap_or(Value::Null);
        // an empty pool has numbers where others have texts
        let text = |field: &str| row[field].as_str().unwrap_or("0").to_string();
        Ok(Pool {
            base_quantity: text("baseQuantity"),
            quote_quantity: text("quoteQuantity"),
            price: text("basePrice"),
            pair,
        })
    }

    /// What the story leads to: heidi pays 20 for 90 × 19.95 / 1019.95 = 1.76038041, which leaves 1020 and 88.23961959; then
    /// grace pays 2 for 1020 × 1.995 / 90.23461959 = 22.5512116; reserves follow the formula to the last decimal.
    pub(super) fn expected(network: &Network) -> Pool {
        Pool {
            pair: pair(network),
            base_quantity: "997.44878840".to_string(),
            quote_quantity: "90.23961959".to_string(),
            price: "0.09047042".to_string(),
        }
    }
}

/// From the pool's first tokens to the first swaps.
pub(super) fn steps(network: &Network) -> Vec<Step> {
    let (pair, coin) = (pair(network), network.tokens.pegged.symbol.as_str());
    let issued = json!({ "symbol": TOKEN, "to": FOUNDER, "quantity": "1000" });
    let liquidity = json!({ "tokenPair": pair, "baseQuantity": "1000", "quoteQuantity": "90" });
    let prizes = json!({
        "tokenPair": pair, "lotteryWinners": 5, "lotteryIntervalHours": 24, "lotteryAmount": "10", "minedToken": TOKEN,
    });
    let by_founder = |action, payload, told| step(FOUNDER, call(POOLS, action, payload), told);
    vec![
        step(
            FOUNDER,
            call("tokens", "issue", issued),
            "alice issues 1000 COOL to herself, for a pool",
        ),
        deposit(
            network,
            FOUNDER,
            DEPOSIT,
            "alice pays 100 of the main chain's coins into the peg",
        ),
        by_founder(
            "createPool",
            json!({ "tokenPair": pair }),
            "alice makes a pool of COOL and the pegged coin",
        ),
        by_founder(
            "addLiquidity",
            liquidity,
            "alice puts 1000 COOL and 90 coins into it: 0.09 for one, as in the order book",
        ),
        by_founder(
            "createRewardPool",
            prizes,
            "alice lets those who provide liquidity win 10 COOL a day",
        ),
        swap(
            TAKER,
            &pair,
            TOKEN,
            "20",
            "1.7",
            "heidi swaps 20 COOL there",
        ),
        swap(MAKER, &pair, coin, "2", "22", "grace swaps 2 coins back"),
    ]
}

/// A swap that pays so much and must bring so much.
fn swap(who: &str, pair: &str, symbol: &str, paid: &str, least: &str, told: &'static str) -> Step {
    let payload = json!({
        "tokenPair": pair, "tokenSymbol": symbol, "tokenAmount": paid, "tradeType": "exactInput", "minAmountOut": least,
    });
    step(who, call(POOLS, "swapTokens", payload), told)
}

/// What lets pool and order book come closer, if they differ: `closer` of the whole way, and `more` tokens for the sake of
/// life.
///
/// In a pool with the reserves `b` and `q`, `b × q` stays: from the price `q / b` to `last` the reserve of the base token
/// becomes `b × √(q / b / last)`.
pub(super) fn towards(
    network: &Network,
    pool: &Pool,
    last: f64,
    (closer, more): (f64, f64),
    (tokens, coins): (f64, f64),
) -> Result<Option<Step>> {
    let number = |text: &str| text.parse::<f64>().context("expected a number");
    let (base, quote) = (number(&pool.base_quantity)?, number(&pool.quote_quantity)?);
    if base <= 0.0 || quote <= 0.0 || last <= 0.0 {
        return Ok(None);
    }
    let price = quote / base;
    let sold = base * ((price / last).sqrt() - 1.0) * closer + more;
    // whoever loses more than a twentieth by the size of the swap does not swap
    let most = base / 20.0;
    let coin = network.tokens.pegged.symbol.as_str();
    Ok(if sold > 0.001 && tokens > 0.01 {
        let paid = sold.min(most).min(tokens / 4.0);
        let (paid, least) = (format!("{paid:.3}"), format!("{:.8}", paid * price * 0.9));
        Some(swap(TAKER, &pool.pair, TOKEN, &paid, &least, "a swap"))
    } else if sold < -0.001 && coins > 0.01 {
        let paid = (-sold).min(most) * price;
        let paid = paid.min(coins / 4.0);
        let (paid, least) = (format!("{paid:.8}"), format!("{:.3}", paid / price * 0.9));
        Some(swap(TAKER, &pool.pair, coin, &paid, &least, "a swap"))
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use tartan_chain::network::Flavor;

    use super::*;

    /// What is done at a last price of 0.1 in the order book, for a pool with these reserves.
    fn check(base: &str, quote: &str, purse: (f64, f64), expected: Option<(&str, &str)>) {
        let network = Network::dev(Flavor::Steem);
        let pool = Pool {
            pair: pair(&network),
            base_quantity: base.to_string(),
            quote_quantity: quote.to_string(),
            price: String::new(),
        };
        let step = towards(&network, &pool, 0.1, (1.0, 0.0), purse).expect("numbers");
        let found = step.map(|step| match step.deed {
            super::super::story::Deed::Call { payload, .. } => {
                let text = |key: &str| payload[key].as_str().unwrap_or_default().to_string();
                (text("tokenSymbol"), text("tokenAmount"))
            }
            _ => panic!("expected a call"),
        });
        let expected = expected.map(|(symbol, paid)| (symbol.to_string(), paid.to_string()));
        assert_eq!(found, expected);
    }

    #[test]
    fn swaps_bring_the_pool_to_the_price_of_the_order_book() {
        let rich = (1000.0, 1000.0);
        // 0.104 is too much: tokens are sold until 1019.804 × 101.98 are left
        check("1000", "104", rich, Some(("COOL", "19.804")));
        // 0.096 is too little: 20.2041029 tokens are wanted, at that price
        check("1000", "96", rich, Some(("STEEMP", "1.93959388")));
        check("1000", "100", rich, None);
        check("0", "0", rich, None);
        check("1000", "400", rich, Some(("COOL", "50.000")));
        check("1000", "104", (8.0, 0.0), Some(("COOL", "2.000")));
        check("1000", "96", (8.0, 0.0), None);
    }
}
