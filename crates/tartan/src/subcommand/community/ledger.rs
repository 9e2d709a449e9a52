//! What the token ledger and the contract of reward pools say before anything is signed.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::json;
use tartan_decimal::{Precision, Quantity};

use crate::config::Settings;
use crate::reward_pool::CONTRACT;
use crate::side_chain::SideChain;

/// A token.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    pub(super) issuer: String,
    pub(super) precision: u8,
    pub(super) max_supply: String,
    pub(super) supply: String,
    #[serde(default)]
    pub(super) staking_enabled: bool,
    #[serde(default)]
    pub(super) delegation_enabled: bool,
}

/// Fees in the utility token.
#[derive(Debug, Clone)]
pub(super) struct Fees {
    pub(super) create: Quantity,
    pub(super) staking: Quantity,
    pub(super) delegation: Quantity,
    pub(super) pool: Quantity,
    pub(super) update: Quantity,
}

/// The utility token: what fees are paid in.
#[derive(Debug, Clone)]
pub(super) struct Utility {
    pub(super) symbol: String,
    pub(super) precision: Precision,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenParams {
    token_creation_fee: String,
    #[serde(default)]
    enable_delegation_fee: Option<String>,
    #[serde(default)]
    enable_staking_fee: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PoolParams {
    setup_fee: String,
    update_fee: String,
}

impl Token {
    /// Finds a token.
    pub(super) async fn find(side_chain: &SideChain, symbol: &str) -> Result<Option<Token>> {
        let query = json!({ "symbol": symbol });
        let Some(row) = side_chain.find_one("tokens", "tokens", query).await? else {
            return Ok(None);
        };
        serde_json::from_value(row)
            .map(Some)
            .context("unexpected row of the table tokens")
    }

    pub(super) fn precision(&self) -> Result<Precision> {
        Ok(Precision::new(self.precision)?)
    }
}

impl Utility {
    pub(super) fn of(settings: &Settings) -> Result<Utility> {
        let utility = &settings.network.tokens.utility;
        Ok(Utility {
            symbol: utility.symbol.clone(),
            precision: Precision::new(utility.precision)?,
        })
    }

    /// An amount with the symbol.
    pub(super) fn show(&self, amount: Quantity) -> String {
        format!("{} {}", amount.format(self.precision), self.symbol)
    }

    /// What an account has of it.
    pub(super) async fn balance(&self, side_chain: &SideChain, account: &str) -> Result<Quantity> {
        let query = json!({ "account": account, "symbol": self.symbol });
        let row = side_chain.find_one("tokens", "balances", query).await?;
        let balance = row.as_ref().and_then(|row| row["balance"].as_str());
        self.amount(balance.unwrap_or("0"))
    }

    fn amount(&self, text: &str) -> Result<Quantity> {
        Quantity::parse_exact(text, self.precision)
            .with_context(|| format!("expected an amount of {}, found {text:?}", self.symbol))
    }
}

impl Fees {
    /// The fees that hold now.
    pub(super) async fn read(side_chain: &SideChain, utility: &Utility) -> Result<Fees> {
        let tokens = side_chain.find_one("tokens", "params", json!({})).await?;
        let tokens = tokens.context("the token ledger of this sidechain has no fees")?;
        let tokens: TokenParams =
            serde_json::from_value(tokens).context("unexpected row of the table params")?;
        let Some(pools) = side_chain.find_one(CONTRACT, "params", json!({})).await? else {
            bail!(
                "this sidechain has no reward pools: the contract {CONTRACT} is not there; choose another node with --side-chain"
            );
        };
        let pools: PoolParams =
            serde_json::from_value(pools).context("unexpected row of the table params")?;
        let optional = |fee: &Option<String>| utility.amount(fee.as_deref().unwrap_or("0"));
        Ok(Fees {
            create: utility.amount(&tokens.token_creation_fee)?,
            staking: optional(&tokens.enable_staking_fee)?,
            delegation: optional(&tokens.enable_delegation_fee)?,
            pool: utility.amount(&pools.setup_fee)?,
            update: utility.amount(&pools.update_fee)?,
        })
    }
}
