//! Calling a contract: signing a `custom_json`, sending it, and waiting until the sidechain has executed it.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_graphene::operation::CustomJson;
use tartan_graphene::{AccountName, Operation, PrivateKey};
use tartan_mainchain::Broadcaster;

use crate::broadcasting::{self, Needs};
use crate::config::Settings;
use crate::side_chain::{Executed, SideChain};

/// The most JSON that the main chain takes in one `custom_json`, in bytes.
pub(crate) const MAX_JSON: usize = 8192;
/// How long the sidechain may take to execute what the main chain has.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) contract: &'a str,
    pub(crate) action: &'a str,
    pub(crate) payload: &'a Value,
}

/// A call that was executed, whatever the contract said to it.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) transaction_id: String,
    pub(crate) main_chain_block: u32,
    pub(crate) executed: Executed,
}

impl Call<'_> {
    /// What the main chain carries.
    pub(crate) fn json(&self) -> String {
        json!({
            "contractName": self.contract, "contractAction": self.action, "contractPayload": self.payload,
        })
        .to_string()
    }

    /// The operation that calls with an account's active or posting authority.
    pub(crate) fn operation(&self, network: &Network, account: &str, with: Needs) -> Operation {
        let account = [account.to_string()].into();
        let (active, posting) = match with {
            Needs::Active => (account, [].into()),
            Needs::Posting => ([].into(), account),
        };
        let operation = CustomJson {
            required_auths: active,
            required_posting_auths: posting,
            id: network.custom_json_id(),
            json: self.json(),
        };
        operation.into()
    }

    /// Signs with the active key, sends, and waits for the sidechain.
    ///
    /// # Errors
    /// When it does not get into a block, or the sidechain does not execute it in time. What the contract complains
    /// about is no error here.
    pub(crate) async fn execute(
        &self,
        settings: &Settings,
        account: &AccountName,
        key: &PrivateKey,
    ) -> Result<Called> {
        self.execute_with(settings, account, key, Needs::Active)
            .await
    }

    /// The same for what may need less than the active key.
    pub(crate) async fn execute_with(
        &self,
        settings: &Settings,
        account: &AccountName,
        key: &PrivateKey,
        needs: Needs,
    ) -> Result<Called> {
        let size = self.json().len();
        if size > MAX_JSON {
            bail!("the call has {size} bytes of JSON, and the main chain takes {MAX_JSON} at most");
        }
        let side_chain = SideChain::new(&settings.side_chain()?)?;
        side_chain.expect(&settings.network).await?;
        let client = settings.client().await?;
        let with = broadcasting::check_key(&client, account.as_str(), key, needs).await?;
        let broadcaster = Broadcaster::new(client);

        let operation = self.operation(&settings.network, account.as_str(), with);
        let place = broadcasting::transact(&broadcaster, vec![operation], key).await?;
        let transaction_id = place.id.to_string();
        let executed = side_chain.wait_for(&transaction_id, PATIENCE).await?;
        Ok(Called {
            transaction_id,
            main_chain_block: place.block,
            executed,
        })
    }
}
