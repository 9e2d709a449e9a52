//! What the token ledger says before anything is signed.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use tartan_decimal::{Precision, Quantity};

use crate::config::Settings;
use crate::side_chain::SideChain;

/// A token.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) issuer: String,
    pub(crate) precision: u8,
    pub(crate) max_supply: String,
    pub(crate) supply: String,
    #[serde(default)]
    pub(crate) staking_enabled: bool,
    #[serde(default)]
    pub(crate) delegation_enabled: bool,
}

/// The utility token: what fees are paid in.
#[derive(Debug, Clone)]
pub(crate) struct Utility {
    pub(crate) symbol: String,
    pub(crate) precision: Precision,
}

impl Token {
    /// Finds a token.
    pub(crate) async fn find(side_chain: &SideChain, symbol: &str) -> Result<Option<Token>> {
        let query = json!({ "symbol": symbol });
        let Some(row) = side_chain.find_one("tokens", "tokens", query).await? else {
            return Ok(None);
        };
        serde_json::from_value(row)
            .map(Some)
            .context("unexpected row of the table tokens")
    }

    pub(crate) fn precision(&self) -> Result<Precision> {
        Ok(Precision::new(self.precision)?)
    }
}

impl Utility {
    pub(crate) fn of(settings: &Settings) -> Result<Utility> {
        let utility = &settings.network.tokens.utility;
        Ok(Utility {
            symbol: utility.symbol.clone(),
            precision: Precision::new(utility.precision)?,
        })
    }

    /// An amount with the symbol.
    pub(crate) fn show(&self, amount: Quantity) -> String {
        format!("{} {}", amount.format(self.precision), self.symbol)
    }

    /// What an account has of it.
    pub(crate) async fn balance(&self, side_chain: &SideChain, account: &str) -> Result<Quantity> {
        balance(side_chain, account, &self.symbol, self.precision).await
    }

    /// An amount that the sidechain tells.
    pub(crate) fn amount(&self, text: &str) -> Result<Quantity> {
        amount(text, &self.symbol, self.precision)
    }
}

/// What an account has of a token, free to move.
pub(crate) async fn balance(
    side_chain: &SideChain,
    account: &str,
    symbol: &str,
    precision: Precision,
) -> Result<Quantity> {
    let query = json!({ "account": account, "symbol": symbol });
    let row = side_chain.find_one("tokens", "balances", query).await?;
    let balance = row.as_ref().and_then(|row| row["balance"].as_str());
    amount(balance.unwrap_or("0"), symbol, precision)
}

fn amount(text: &str, symbol: &str, precision: Precision) -> Result<Quantity> {
    Quantity::parse_exact(text, precision)
        .with_context(|| format!("expected an amount of {symbol}, found {text:?}"))
}
