//! Signing an action of the token ledger, sending it, and reporting what the contract said.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_graphene::Operation;
use tartan_graphene::operation::CustomJson;
use tartan_mainchain::Broadcaster;

use super::Action;
use crate::broadcasting;
use crate::config::Settings;
use crate::output;
use crate::side_chain::SideChain;

/// How long the sidechain may take to execute what the main chain has.
const PATIENCE: Duration = Duration::from_secs(120);

/// An action that was executed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    action: String,
    payload: Value,
    account: String,
    transaction_id: String,
    main_chain_block: u32,
    side_chain_block: u64,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} by {} executed in sidechain block {} (transaction {})",
            self.action, self.account, self.side_chain_block, self.transaction_id
        )
    }
}

pub(super) async fn run(settings: &Settings, action: &Action, json: bool) -> Result<()> {
    let (account, key) = action.signer().resolve(settings)?;
    let (name, payload) = action.call(account.as_str());
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let client = settings.client().await?;
    broadcasting::check_key(&client, account.as_str(), &key).await?;
    let broadcaster = Broadcaster::new(client);

    let operation = custom_json(&settings.network, account.as_str(), name, &payload);
    let place = broadcasting::transact(&broadcaster, vec![operation], &key).await?;
    let transaction_id = place.id.to_string();
    let executed = side_chain.wait_for(&transaction_id, PATIENCE).await?;
    let errors = executed.errors()?;
    if !errors.is_empty() {
        bail!(
            "the contract refused {name}: {} (transaction {transaction_id}, sidechain block {})",
            errors.join("; "),
            executed.block_number
        );
    }
    let done = Done {
        action: name.to_string(),
        payload,
        account: account.to_string(),
        transaction_id,
        main_chain_block: place.block,
        side_chain_block: executed.block_number,
    };
    output::print(&done, json)
}

/// The operation that calls an action of the token ledger with the account's active authority.
pub(in crate::subcommand) fn custom_json(
    network: &Network,
    account: &str,
    action: &str,
    payload: &Value,
) -> Operation {
    let call =
        json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
    let operation = CustomJson {
        required_auths: [account.to_string()].into(),
        required_posting_auths: [].into(),
        id: network.custom_json_id(),
        json: call.to_string(),
    };
    operation.into()
}
