//! `tartan contract call`: an action of any contract.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

use crate::calling::{Call, Called};
use crate::config::Settings;
use crate::output;
use crate::side_chain::Event;
use crate::signer::Signer;

/// A call without errors.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Done<'a> {
    contract: &'a str,
    action: &'a str,
    payload: &'a Value,
    account: String,
    events: Vec<Event>,
    transaction_id: String,
    main_chain_block: u32,
    side_chain_block: u64,
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}.{} by {} executed in sidechain block {} (transaction {})",
            self.contract, self.action, self.account, self.side_chain_block, self.transaction_id
        )?;
        write_events(f, &self.events)
    }
}

/// Events, one a line.
pub(super) fn write_events(f: &mut fmt::Formatter<'_>, events: &[Event]) -> fmt::Result {
    for event in events {
        writeln!(f, "event  {event}")?;
    }
    Ok(())
}

pub(super) async fn run(
    settings: &Settings,
    call: Call<'_>,
    signer: &Signer,
    json: bool,
) -> Result<()> {
    let (account, key) = signer.resolve(settings)?;
    let called = call.execute(settings, &account, &key).await?;
    let log = called.executed.log()?;
    if !log.errors.is_empty() {
        let events = log.events.iter().map(Event::to_string);
        let told = match events.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => String::new(),
            events => format!("; it went on and emitted {events}"),
        };
        bail!(
            "the contract refused {}: {}{told} ({})",
            call.action,
            log.errors.join("; "),
            place(&called)
        );
    }
    let done = Done {
        contract: call.contract,
        action: call.action,
        payload: call.payload,
        account: account.to_string(),
        events: log.events,
        main_chain_block: called.main_chain_block,
        side_chain_block: called.executed.block_number,
        transaction_id: called.transaction_id,
    };
    output::print(&done, json)
}

/// Where a call was executed.
pub(super) fn place(called: &Called) -> String {
    format!(
        "transaction {}, sidechain block {}",
        called.transaction_id, called.executed.block_number
    )
}
