//! What the tables of the market say.

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_decimal::{Config, Decimal, Rounding};

use super::CONTRACT;
use crate::config::Settings;
use crate::side_chain::{Order, SideChain};

/// The arithmetic of the contract.
pub(super) const ARITHMETIC: &Config = &Config::STANDARD;
/// Decimals of prices and of the base token.
pub(super) const DECIMALS: u32 = 8;
/// How many orders of a book are looked at to say what an order comes to.
pub(super) const MOST_ORDERS: usize = 1000;

const CHEAPEST: Order = Order {
    index: "priceDec",
    descending: false,
};
const DEAREST: Order = Order {
    index: "priceDec",
    descending: true,
};
const NEWEST: Order = Order {
    index: "_id",
    descending: true,
};

/// The two sides of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    Buy,
    Sell,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Side::Buy => "buy",
            Side::Sell => "sell",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Side::Buy => "buyBook",
            Side::Sell => "sellBook",
        }
    }
}

/// An order in a book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resting {
    pub(super) tx_id: String,
    pub(super) account: String,
    pub(super) symbol: String,
    pub(super) quantity: String,
    pub(super) price: String,
    pub(super) timestamp: i64,
    pub(super) expiration: i64,
    #[serde(default)]
    pub(super) tokens_locked: Option<String>,
}

/// A trade of the last day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trade {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) buyer: String,
    pub(super) seller: String,
    pub(super) quantity: String,
    pub(super) price: String,
    pub(super) volume: String,
    pub(super) timestamp: i64,
}

/// The figures of a market.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric {
    pub(super) symbol: String,
    pub(super) last_price: String,
    pub(super) price_change_percent: String,
    pub(super) highest_bid: String,
    pub(super) lowest_ask: String,
    pub(super) volume: String,
}

/// The market of a network.
pub(super) struct Market {
    side_chain: SideChain,
    /// The token that all others are traded against.
    pub(super) base: String,
}

fn read<T: for<'de> Deserialize<'de>>(row: Value) -> Result<T> {
    serde_json::from_value(row).context("unexpected row of the market's tables")
}

pub(super) fn fixed(number: &Decimal, decimals: u32, rounding: Rounding) -> Result<String> {
    Ok(number.to_fixed(decimals, rounding)?)
}

impl Market {
    pub(super) async fn open(settings: &Settings) -> Result<Market> {
        let side_chain = SideChain::new(&settings.side_chain()?)?;
        side_chain.expect(&settings.network).await?;
        let base = settings.network.contracts.market.clone();
        Ok(Market {
            side_chain,
            base: base.unwrap_or_default().base,
        })
    }

    /// The decimals of a token that can be traded.
    pub(super) async fn decimals(&self, symbol: &str) -> Result<u32> {
        if symbol == self.base {
            bail!("{symbol} is what all other tokens are traded against; name another token");
        }
        let query = json!({ "symbol": symbol });
        let Some(token) = self.side_chain.find_one("tokens", "tokens", query).await? else {
            bail!("there is no token {symbol} on this sidechain; symbols are capital letters");
        };
        let decimals = token["precision"].as_u64();
        let decimals = decimals.and_then(|decimals| u32::try_from(decimals).ok());
        decimals.context("unexpected row of the table tokens")
    }

    /// What an account has of a token, not staked.
    pub(super) async fn balance(&self, account: &str, symbol: &str) -> Result<Decimal> {
        let query = json!({ "account": account, "symbol": symbol });
        let row = self
            .side_chain
            .find_one("tokens", "balances", query)
            .await?;
        let balance = row.as_ref().and_then(|row| row["balance"].as_str());
        Ok(Decimal::parse(balance.unwrap_or("0")))
    }

    /// The best orders of a side of a token's book, the best first.
    pub(super) async fn best(
        &self,
        side: Side,
        symbol: &str,
        limit: usize,
    ) -> Result<Vec<Resting>> {
        let order = match side {
            Side::Buy => DEAREST,
            Side::Sell => CHEAPEST,
        };
        let query = json!({ "symbol": symbol });
        let rows = self
            .side_chain
            .first(CONTRACT, side.table(), query, order, limit);
        rows.await?.into_iter().map(read).collect()
    }

    /// The orders of an account.
    pub(super) async fn of(
        &self,
        side: Side,
        account: &str,
        symbol: Option<&str>,
    ) -> Result<Vec<Resting>> {
        let mut query = json!({ "account": account });
        if let Some(symbol) = symbol {
            query["symbol"] = json!(symbol);
        }
        let rows = self.side_chain.find_all(CONTRACT, side.table(), query);
        rows.await?.into_iter().map(read).collect()
    }

    /// The order of this id.
    pub(super) async fn order(&self, id: &str) -> Result<Option<(Side, Resting)>> {
        for side in [Side::Buy, Side::Sell] {
            let query = json!({ "txId": id });
            let row = self.side_chain.find_one(CONTRACT, side.table(), query);
            if let Some(row) = row.await? {
                return Ok(Some((side, read(row)?)));
            }
        }
        Ok(None)
    }

    pub(super) async fn trades(&self, symbol: &str, limit: usize) -> Result<Vec<Trade>> {
        let query = json!({ "symbol": symbol });
        let rows = self
            .side_chain
            .first(CONTRACT, "tradesHistory", query, NEWEST, limit);
        rows.await?.into_iter().map(read).collect()
    }

    pub(super) async fn metrics(&self) -> Result<Vec<Metric>> {
        let rows = self.side_chain.find_all(CONTRACT, "metrics", json!({}));
        rows.await?.into_iter().map(read).collect()
    }
}
