//! Signing actions, one after the other, each executed before the next is sent.

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;
use tartan_graphene::{AccountName, PrivateKey};

use crate::broadcasting::Needs;
use crate::calling::Call;
use crate::config::Settings;
use crate::side_chain::Event;

/// An action to sign.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// In plain words.
    #[serde(rename = "step")]
    pub(crate) told: String,
    pub(crate) contract: &'static str,
    pub(crate) action: &'static str,
    pub(crate) payload: Value,
    /// In the utility token.
    pub(crate) fee: String,
    #[serde(skip)]
    pub(crate) needs: Needs,
}

/// An action that was executed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    #[serde(rename = "step")]
    pub(crate) told: String,
    pub(crate) transaction_id: String,
    pub(crate) side_chain_block: u64,
    /// What the contracts told.
    #[serde(skip)]
    pub(crate) events: Vec<Event>,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: executed in sidechain block {} (transaction {})",
            self.told, self.side_chain_block, self.transaction_id
        )
    }
}

/// Signs an action, sends it, and waits until the sidechain has executed it.
///
/// # Errors
/// When it could not be sent, or the contract refused it.
pub(crate) async fn sign(
    settings: &Settings,
    account: &AccountName,
    key: &PrivateKey,
    step: &Step,
) -> Result<Done> {
    let call = Call {
        contract: step.contract,
        action: step.action,
        payload: &step.payload,
    };
    let called = call
        .execute_with(settings, account, key, step.needs)
        .await?;
    let log = called.executed.log()?;
    if !log.errors.is_empty() {
        bail!(
            "the contract refused {}: {} (transaction {}, sidechain block {})",
            step.action,
            log.errors.join("; "),
            called.transaction_id,
            called.executed.block_number
        );
    }
    Ok(Done {
        told: step.told.clone(),
        transaction_id: called.transaction_id,
        side_chain_block: called.executed.block_number,
        events: log.events,
    })
}
