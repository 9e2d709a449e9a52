//! What an airdrop is and costs, before it is signed.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;

use super::plan::Kind;

/// What is going to be signed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    pub(super) symbol: String,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    pub(super) network: String,
    pub(super) list: String,
    pub(super) accounts: usize,
    pub(super) total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) balance: Option<String>,
    pub(super) fee: String,
    pub(super) utility_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) utility_balance: Option<String>,
    pub(super) transactions: usize,
    /// Those of an earlier run.
    pub(super) transactions_before: usize,
    #[serde(skip)]
    pub(super) at_once: u64,
    /// What the account lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) short: Option<String>,
}

impl Preview {
    /// Whether anything is left to be sent.
    pub(super) fn is_to_send(&self) -> bool {
        self.transactions > 0
    }

    /// Refuses what the account could not pay.
    pub(super) fn check(&self) -> Result<()> {
        match &self.short {
            Some(short) => bail!("{short}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |balance: &Option<String>| match balance {
            Some(balance) => format!(", of the {balance} that you have"),
            None => String::new(),
        };
        let symbol = &self.symbol;
        let how = match self.kind {
            Kind::Transfer => "to their free disposal",
            Kind::Stake => "as stake",
        };
        writeln!(f, "Airdrop of {symbol} on the network {}", self.network)?;
        writeln!(f, "accounts      {} of {}, {how}", self.accounts, self.list)?;
        writeln!(
            f,
            "they get      {} {symbol}{}",
            self.total,
            of(&self.balance)
        )?;
        let (fee, utility) = (&self.fee, &self.utility_token);
        writeln!(
            f,
            "fee           {fee} {utility}{}",
            of(&self.utility_balance)
        )?;
        write!(f, "transactions  {}", self.transactions)?;
        if self.transactions_before > 0 {
            write!(f, "; {} were executed before", self.transactions_before)?;
        }
        write!(
            f,
            "\npaid          {} accounts a block, behind airdrops that came before",
            self.at_once
        )?;
        match &self.short {
            Some(short) => write!(f, "\nnot enough    {short}"),
            None => Ok(()),
        }
    }
}
