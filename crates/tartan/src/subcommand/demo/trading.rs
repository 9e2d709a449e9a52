//! The demo's market: grace makes one between COOL and the pegged coin, heidi trades with her; and they go on for as long
//! as the demo stays up. The pool that heidi swaps in is in `pool`.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_graphene::Asset;
use tartan_graphene::operation::Transfer;

use super::pool;
use super::stage::Stage;
use super::story::{Deed, FOUNDER, Step, TOKEN};
use crate::side_chain::SideChain;

/// Whose orders rest in the book.
pub(super) const MAKER: &str = "grace";
/// Who takes them.
pub(super) const TAKER: &str = "heidi";
/// What each of them pays in, in thousandths of the main chain's coin.
const DEPOSIT: i64 = 500_000;
/// Seconds for which orders rest in the book while the demo stays up.
const LIFETIME: u32 = 900;

/// How the market stands when the story has been played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Market {
    /// What COOL is traded against.
    pub(super) base: String,
    pub(super) last_price: String,
    pub(super) highest_bid: String,
    pub(super) lowest_ask: String,
    pub(super) volume: String,
}

impl Market {
    pub(super) async fn look(side_chain: &SideChain, network: &Network) -> Result<Market> {
        let row = side_chain.find_one("market", "metrics", json!({ "symbol": TOKEN }));
        let row = row.await?.unwrap_or(Value::Null);
        let text = |field: &str| row[field].as_str().unwrap_or("0").to_string();
        Ok(Market {
            base: network.tokens.pegged.symbol.clone(),
            last_price: text("lastPrice"),
            highest_bid: text("highestBid"),
            lowest_ask: text("lowestAsk"),
            volume: text("volume"),
        })
    }

    /// What the story leads to.
    pub(super) fn expected(network: &Network) -> Market {
        Market {
            base: network.tokens.pegged.symbol.clone(),
            last_price: "0.09000000".to_string(),
            highest_bid: "0.09000000".to_string(),
            lowest_ask: "0.11000000".to_string(),
            volume: "19.10000000".to_string(),
        }
    }
}

/// From the deposits to the first trades.
pub(super) fn steps(network: &Network) -> Vec<Step> {
    let issue = |who: &str, quantity: &str, told| {
        let payload = json!({ "symbol": TOKEN, "to": who, "quantity": quantity });
        step(FOUNDER, call("tokens", "issue", payload), told)
    };
    let (sell, buy) = ("sell", "buy");
    vec![
        issue(
            MAKER,
            "1000",
            "alice issues 1000 COOL to grace, who makes a market",
        ),
        issue(TAKER, "200", "alice issues 200 COOL to heidi, who trades"),
        deposit(
            network,
            MAKER,
            DEPOSIT,
            "grace pays 500 of the main chain's coins into the peg",
        ),
        deposit(network, TAKER, DEPOSIT, "heidi does so too"),
        order(MAKER, sell, "100", "0.10", "grace asks 0.10 for 100 COOL"),
        order(MAKER, sell, "100", "0.11", "and 0.11 for the next 100"),
        order(MAKER, sell, "100", "0.12", "and 0.12 for 100 more"),
        order(MAKER, buy, "100", "0.09", "grace bids 0.09 for 100 COOL"),
        order(MAKER, buy, "100", "0.08", "and 0.08 for 100 more"),
        order(
            TAKER,
            buy,
            "150",
            "0.11",
            "heidi buys 150 COOL at 0.11 or less",
        ),
        step(
            TAKER,
            call(
                "market",
                "marketSell",
                json!({ "symbol": TOKEN, "quantity": "40" }),
            ),
            "heidi sells 40 COOL at once",
        ),
    ]
}

pub(super) fn step(who: &str, deed: Deed, told: &'static str) -> Step {
    Step {
        who: who.to_string(),
        deed,
        told,
    }
}

pub(super) fn call(contract: &'static str, action: &'static str, payload: Value) -> Deed {
    Deed::Call {
        contract,
        action,
        payload,
    }
}

fn order(who: &str, action: &'static str, quantity: &str, price: &str, told: &'static str) -> Step {
    let payload = json!({ "symbol": TOKEN, "quantity": quantity, "price": price });
    step(who, call("market", action, payload), told)
}

/// A transfer of the main chain, of so many thousandths of its coin, that buys the pegged one.
pub(super) fn deposit(network: &Network, who: &str, amount: i64, told: &'static str) -> Step {
    let contract = match network.main_chain.flavor {
        Flavor::Steem => "steempegged",
        Flavor::Hive => "hivepegged",
    };
    let memo = json!({
        "id": network.custom_json_id(),
        "json": { "contractName": contract, "contractAction": "buy", "contractPayload": {} },
    });
    let transfer = Transfer {
        from: who.to_string(),
        to: network.accounts.peg.clone(),
        amount: Asset::liquid(amount),
        memo: memo.to_string(),
    };
    step(who, Deed::Pay(transfer), told)
}

/// Who keeps the market alive.
pub(super) struct Traders<'a> {
    stage: &'a Stage,
    random: fastrand::Rng,
}

impl Traders<'_> {
    pub(super) fn new(stage: &Stage) -> Traders<'_> {
        Traders {
            stage,
            random: fastrand::Rng::with_seed(1),
        }
    }

    /// Trades for as long as it is let, once in a pause. What cannot be done now is done later.
    pub(super) async fn run(mut self, pause: Duration) -> Result<()> {
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = self.trade().await {
                tracing::debug!("a trader of the demo could not trade: {error:#}");
            }
            // not every time
            if self.random.f64() < 0.4
                && let Err(error) = self.swap().await
            {
                tracing::debug!("a trader of the demo could not swap: {error:#}");
            }
        }
    }

    /// The maker puts an order on each side of a price near the last one; the taker buys or sells a little.
    async fn trade(&mut self) -> Result<()> {
        let market = self.stage.market().await?;
        let last: f64 = market.last_price.parse()?;
        let mut part = |from: f64, to: f64| from + self.random.f64() * (to - from);
        let middle = (last * part(0.98, 1.02)).clamp(0.02, 1.0);
        let (ask, bid) = (middle * part(1.002, 1.03), middle * part(0.97, 0.998));
        // not with herself
        let best = |price: &str, none: f64| {
            price
                .parse()
                .ok()
                .filter(|price| *price > 0.0)
                .unwrap_or(none)
        };
        let ask = ask.max(best(&market.highest_bid, 0.0) + 0.0001);
        let bid = bid
            .min(best(&market.lowest_ask, f64::MAX) - 0.0001)
            .max(0.0001);
        let (asked, wanted) = (part(1.0, 20.0), part(1.0, 20.0));
        let (taken, share) = (part(0.5, 10.0), part(0.0, 1.0));

        let (tokens, coins) = self.stage.purse(MAKER).await?;
        if tokens > asked {
            self.place("sell", asked, ask).await?;
        }
        if coins > wanted * bid {
            self.place("buy", wanted, bid).await?;
        }
        // whoever has more of one thing rather gives it away
        let (tokens, coins) = self.stage.purse(TAKER).await?;
        let worth = tokens * last;
        let (action, quantity) = match share * (worth + coins) < coins {
            true => ("marketBuy", format!("{:.8}", taken * last)),
            false => ("marketSell", format!("{taken:.3}")),
        };
        let payload = json!({ "symbol": TOKEN, "quantity": quantity });
        self.act(TAKER, action, payload).await
    }

    /// The taker swaps a little, rather in the direction that brings the pool closer to the order book.
    async fn swap(&mut self) -> Result<()> {
        let market = self.stage.market().await?;
        let pool = self.stage.pool().await?;
        let closer = 0.2 + self.random.f64() * 0.6;
        let more = (self.random.f64() - 0.5) * 4.0;
        let purse = self.stage.purse(TAKER).await?;
        let last = market.last_price.parse()?;
        match pool::towards(self.stage.network(), &pool, last, (closer, more), purse)? {
            Some(step) => self.stage.act(vec![step], &|_: &str| {}).await,
            None => Ok(()),
        }
    }

    async fn place(&self, action: &'static str, quantity: f64, price: f64) -> Result<()> {
        let payload = json!({
            "symbol": TOKEN, "quantity": format!("{quantity:.3}"), "price": format!("{price:.8}"),
            "expiration": LIFETIME,
        });
        self.act(MAKER, action, payload).await
    }

    async fn act(&self, who: &str, action: &'static str, payload: Value) -> Result<()> {
        let step = step(who, call("market", action, payload), "a trade");
        self.stage.act(vec![step], &|_: &str| {}).await
    }
}
