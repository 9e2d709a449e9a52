//! What the token ledger and the contract of reward pools say before anything is signed.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::json;
use tartan_decimal::Quantity;

pub(super) use crate::ledger::{Token, Utility};
use crate::reward_pool::CONTRACT;
use crate::side_chain::SideChain;

/// Fees in the utility token.
#[derive(Debug, Clone)]
pub(super) struct Fees {
    pub(super) create: Quantity,
    pub(super) staking: Quantity,
    pub(super) delegation: Quantity,
    pub(super) pool: Quantity,
    pub(super) update: Quantity,
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
