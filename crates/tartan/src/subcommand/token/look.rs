//! What a token is and what accounts hold.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config::Settings;
use crate::output;
use crate::side_chain::SideChain;

/// A row of the token ledger's table `tokens`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    symbol: String,
    name: String,
    issuer: String,
    precision: u8,
    max_supply: String,
    supply: String,
    circulating_supply: String,
    staking_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total_staked: Option<String>,
    unstaking_cooldown: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number_transactions: Option<u32>,
    delegation_enabled: bool,
    undelegation_cooldown: u32,
    metadata: String,
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.symbol, self.name)?;
        writeln!(f, "issuer       {}", self.issuer)?;
        writeln!(f, "decimals     {}", self.precision)?;
        writeln!(
            f,
            "supply       {} of {} issued, {} in circulation",
            self.supply, self.max_supply, self.circulating_supply
        )?;
        match &self.total_staked {
            Some(total) if self.staking_enabled => writeln!(
                f,
                "staking      {total} staked; unstaking takes {} days in {} slices",
                self.unstaking_cooldown,
                self.number_transactions.unwrap_or(1)
            )?,
            _ => writeln!(f, "staking      not enabled")?,
        }
        if self.delegation_enabled {
            write!(
                f,
                "delegation   undelegating takes {} days",
                self.undelegation_cooldown
            )
        } else {
            write!(f, "delegation   not enabled")
        }
    }
}

/// A row of the token ledger's table `balances`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holding {
    symbol: String,
    balance: String,
    #[serde(default = "zero")]
    stake: String,
    #[serde(default = "zero")]
    pending_unstake: String,
    #[serde(default = "zero")]
    delegations_in: String,
    #[serde(default = "zero")]
    delegations_out: String,
    #[serde(default = "zero")]
    pending_undelegations: String,
}

fn zero() -> String {
    "0".to_string()
}

/// All that an account holds.
#[derive(Debug, Serialize)]
struct Holdings {
    account: String,
    tokens: Vec<Holding>,
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tokens.is_empty() {
            return write!(f, "{} holds no tokens", self.account);
        }
        let header = [
            "token",
            "balance",
            "stake",
            "unstaking",
            "lent in",
            "lent out",
            "returning",
        ];
        let rows = self.tokens.iter().map(|holding| {
            [
                &holding.symbol,
                &holding.balance,
                &holding.stake,
                &holding.pending_unstake,
                &holding.delegations_in,
                &holding.delegations_out,
                &holding.pending_undelegations,
            ]
        });
        let rows: Vec<[&str; 7]> = std::iter::once(header)
            .chain(rows.map(|row| row.map(String::as_str)))
            .collect();
        let widths: Vec<usize> = (0..7)
            .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0))
            .collect();
        for row in rows {
            let mut line = format!("{:<width$}", row[0], width = widths[0]);
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                line.push_str(&format!("  {cell:>width$}"));
            }
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

pub(super) async fn info(settings: &Settings, symbol: &str, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let row = side_chain
        .find_one("tokens", "tokens", json!({ "symbol": symbol }))
        .await?;
    let Some(row) = row else {
        bail!("there is no token {symbol} on this sidechain; symbols are capital letters");
    };
    let info: Info = serde_json::from_value(row).context("unexpected row of the table tokens")?;
    output::print(&info, json)
}

pub(super) async fn balance(
    settings: &Settings,
    account: &str,
    symbol: Option<&str>,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let query = match symbol {
        Some(symbol) => json!({ "account": account, "symbol": symbol }),
        None => json!({ "account": account }),
    };
    let rows = side_chain.find_all("tokens", "balances", query).await?;
    let tokens: Result<Vec<Holding>, _> = rows.into_iter().map(serde_json::from_value).collect();
    let holdings = Holdings {
        account: account.to_string(),
        tokens: tokens.context("unexpected row of the table balances")?,
    };
    output::print(&holdings, json)
}
