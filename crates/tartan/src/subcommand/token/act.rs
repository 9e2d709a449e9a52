//! Signing an action of the token ledger, sending it, and reporting what the contract said.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

use super::Action;
use crate::calling::Call;
use crate::config::Settings;
use crate::output;

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
    action.check(&settings.network.accounts)?;
    let (account, key) = action.signer().resolve(settings)?;
    let (name, payload) = action.call(account.as_str());
    let call = Call {
        contract: "tokens",
        action: name,
        payload: &payload,
    };
    let called = call.execute(settings, &account, &key).await?;
    let log = called.executed.log()?;
    if !log.errors.is_empty() {
        bail!(
            "the contract refused {name}: {} (transaction {}, sidechain block {})",
            log.errors.join("; "),
            called.transaction_id,
            called.executed.block_number
        );
    }
    let done = Done {
        action: name.to_string(),
        payload,
        account: account.to_string(),
        transaction_id: called.transaction_id,
        main_chain_block: called.main_chain_block,
        side_chain_block: called.executed.block_number,
    };
    output::print(&done, json)
}
