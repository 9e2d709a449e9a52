//! What the tables of the pools say.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_contracts::marketpools::curve::Reserve;
use tartan_decimal::{Config, Decimal, Precision, Rounding};

use super::{CONTRACT, Pair};
use crate::side_chain::SideChain;

/// The arithmetic of the contract.
pub(super) const ARITHMETIC: &Config = &Config::STANDARD;

/// A pool that there is.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) pair: Pair,
    pub(super) base: Reserve,
    pub(super) quote: Reserve,
    pub(super) total_shares: Decimal,
    pub(super) base_price: String,
    pub(super) quote_price: String,
    pub(super) base_volume: String,
    pub(super) quote_volume: String,
    pub(super) creator: String,
}

/// An account's part of a pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position {
    pub(super) shares: String,
    pub(super) time_factor: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    token_pair: String,
    base_quantity: Value,
    quote_quantity: Value,
    base_price: Value,
    quote_price: Value,
    base_volume: Value,
    quote_volume: Value,
    total_shares: Value,
    creator: String,
    #[serde(default)]
    remainder: Option<Remainder>,
}

/// What joins the reserves with the next action.
#[derive(Debug, Deserialize)]
struct Remainder {
    base: String,
    quote: String,
}

/// A number in a row, which is text, or 0 as long as a pool is empty.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Row {
    fn read(self, base: Precision, quote: Precision) -> Result<Pool> {
        let pair: Pair = self.token_pair.parse().map_err(anyhow::Error::msg)?;
        let beyond = self.remainder.as_ref();
        let reserve = |amount: &Value, beyond: Option<&String>, precision| -> Result<Reserve> {
            let beyond = Decimal::parse(beyond.map_or("0", String::as_str));
            let amount = Decimal::parse(&text(amount)).plus(&beyond, ARITHMETIC)?;
            Ok(Reserve { amount, precision })
        };
        Ok(Pool {
            base: reserve(&self.base_quantity, beyond.map(|it| &it.base), base)?,
            quote: reserve(&self.quote_quantity, beyond.map(|it| &it.quote), quote)?,
            pair,
            total_shares: Decimal::parse(&text(&self.total_shares)),
            base_price: text(&self.base_price),
            quote_price: text(&self.quote_price),
            base_volume: text(&self.base_volume),
            quote_volume: text(&self.quote_volume),
            creator: self.creator,
        })
    }
}

impl Pool {
    /// The pool of a pair.
    ///
    /// # Errors
    /// When there is none; says what it is called if it has the tokens in the other order.
    pub(super) async fn find(side_chain: &SideChain, pair: &Pair) -> Result<Pool> {
        let query = json!({ "tokenPair": pair.name });
        let Some(row) = side_chain.find_one(CONTRACT, "pools", query).await? else {
            let reversed = format!("{}:{}", pair.quote, pair.base);
            let query = json!({ "tokenPair": reversed });
            if side_chain
                .find_one(CONTRACT, "pools", query)
                .await?
                .is_some()
            {
                bail!("there is no pool {}; it is called {reversed}", pair.name);
            }
            if side_chain.contract(CONTRACT).await?.is_none() {
                bail!(
                    "this sidechain has no pools: the contract {CONTRACT} is not there; choose another node with --side-chain"
                );
            }
            bail!(
                "there is no pool {}; `tartan pool info` lists those there are, `tartan pool create {}` makes it",
                pair.name,
                pair.name
            );
        };
        Pool::read(side_chain, row).await
    }

    /// All pools.
    pub(super) async fn all(side_chain: &SideChain) -> Result<Vec<Pool>> {
        let mut pools = Vec::new();
        for row in side_chain.find_all(CONTRACT, "pools", json!({})).await? {
            pools.push(Pool::read(side_chain, row).await?);
        }
        Ok(pools)
    }

    async fn read(side_chain: &SideChain, row: Value) -> Result<Pool> {
        let row: Row = serde_json::from_value(row).context("unexpected row of the table pools")?;
        let pair: Pair = row.token_pair.parse().map_err(anyhow::Error::msg)?;
        let base = precision(side_chain, &pair.base).await?;
        let quote = precision(side_chain, &pair.quote).await?;
        row.read(base, quote)
    }

    /// What of a swap counts; the rest is the fee.
    pub(super) async fn keep(side_chain: &SideChain) -> Result<Decimal> {
        let params = side_chain.find_one(CONTRACT, "params", json!({})).await?;
        let keep = params.as_ref().and_then(|row| row["tradeFeeMul"].as_str());
        Ok(Decimal::parse(keep.context("the pools have no fee yet")?))
    }

    /// What an account has of it.
    pub(super) async fn position(
        &self,
        side_chain: &SideChain,
        account: &str,
    ) -> Result<Option<Position>> {
        let query = json!({ "account": account, "tokenPair": self.pair.name });
        let row = side_chain.find_one(CONTRACT, "liquidityPositions", query);
        let position = row.await?.map(serde_json::from_value);
        position
            .transpose()
            .context("unexpected row of the table liquidityPositions")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total_shares.is_zero()
    }

    /// An amount of the base token.
    pub(super) fn show_base(&self, amount: &Decimal) -> Result<String> {
        shown(amount, &self.base, &self.pair.base)
    }

    /// An amount of the quote token.
    pub(super) fn show_quote(&self, amount: &Decimal) -> Result<String> {
        shown(amount, &self.quote, &self.pair.quote)
    }
}

/// An amount with its symbol.
fn shown(amount: &Decimal, reserve: &Reserve, symbol: &str) -> Result<String> {
    let amount = fixed(amount, reserve.precision)?;
    Ok(format!("{amount} {symbol}"))
}

/// An amount with all decimals of its token.
pub(super) fn fixed(amount: &Decimal, precision: Precision) -> Result<String> {
    Ok(amount.to_fixed(precision.decimals().into(), Rounding::Down)?)
}

/// A part of a whole in percent, with two decimals.
pub(super) fn percent(part: &Decimal, whole: &Decimal) -> Result<String> {
    let hundred = Decimal::from(100);
    let percent = part.times(&hundred, ARITHMETIC)?.div(whole, ARITHMETIC)?;
    Ok(percent.to_fixed(2, Rounding::HalfUp)?)
}

/// The decimals of a token.
///
/// # Errors
/// When there is no such token.
pub(super) async fn precision(side_chain: &SideChain, symbol: &str) -> Result<Precision> {
    let query = json!({ "symbol": symbol });
    let row = side_chain.find_one("tokens", "tokens", query).await?;
    let row = row.with_context(|| format!("there is no token {symbol} on this sidechain"))?;
    let precision = row["precision"].as_u64().and_then(|it| it.try_into().ok());
    let precision = precision.context("unexpected row of the table tokens")?;
    Ok(Precision::new(precision)?)
}
