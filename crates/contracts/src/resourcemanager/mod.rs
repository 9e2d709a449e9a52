//! `resourcemanager`: what a user may do in one block. The node asks it before every call of a user, where the network's
//! gate `resource_fee` is reached; any error keeps the call from being run.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `burnFee` | the node, for the sender of a call | counts, refuses, or burns the fee of a call |
//! | `subscribe` | anyone, for a fee | takes the fees off an account for 30 days |
//! | `updateAccount` | owner of the contract, moderators | throttles an account, or no longer |
//! | `updateModerator` | owner of the contract | adds and removes moderators |
//! | `updateParams` | owner of the contract | sets limits and fees |
//!
//! The first calls of an account in a block are free (`numberOfFreeTx`). Of the others, orders on the `market` cost a fee,
//! calls of `marketpools` nothing, and of all else there are at most [`MOST_IN_A_BLOCK`]. A throttled account has
//! `denyMaxTx` calls a day.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - Fees are paid with the active key, where authority is kept outside of payloads: `subscribe` always asks for it, and an
//!   order with the posting key is refused here. In the script the posting key was enough to spend tokens.
//! - A fee that was not burnt has no event `burnFee`.
//! - A fee of `0` is free. In the script nothing that had such a fee could be done, for nothing cannot be burnt.
//! - Fees must fit the token they are burnt in, so that they can be paid at all: `invalid multiTransactionFee`,
//!   `invalid allowlistBurnFee`.
//! - Where a call is refused, what was noted of it is undone: it does not count against a throttled account's day.
//! - A call that comes with a payment on the main chain to the network's peg or engine account is let through, whatever
//!   its sender did before: the payment could not be undone.
//! - Names are checked: `invalid account` in `updateAccount` and `updateModerator`.
//! - Nobody can throttle the owner of the contract (`not authorized`).
//! - The token is a setting at first; in the script it was `BEED`. A subscription's 30 days are of 24 hours.

mod accounts;
mod admin;
mod burning;
pub mod tables;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::Stored;

use tables::{Account, Moderator, Params};

/// Calls of an account in a block, but for those of `market` and `marketpools`.
pub const MOST_IN_A_BLOCK: f64 = 20.0;

/// What the contract needs to know of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token that fees are burnt in at first.
    pub burn_symbol: String,
}

/// As on the public chain.
impl Default for Settings {
    fn default() -> Settings {
        Settings {
            burn_symbol: "BEED".to_string(),
        }
    }
}

/// The contract.
#[derive(Debug, Clone)]
pub struct ResourceManager {
    settings: Settings,
}

impl ResourceManager {
    /// The contract for a network with these settings.
    pub fn new(settings: Settings) -> ResourceManager {
        ResourceManager { settings }
    }
}

impl Contract for ResourceManager {
    fn code(&self) -> &str {
        "native:resourcemanager:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Params>()? {
            return Ok(());
        }
        ctx.create_table::<Params>()?;
        ctx.rows::<Params>().insert(Params {
            number_of_free_tx: 1,
            deny_max_tx: 1,
            multi_transaction_fee: "0.001".to_string(),
            burn_symbol: self.settings.burn_symbol.clone(),
            allowlist_burn_fee: "10".to_string(),
        })?;
        ctx.create_table::<Account>()?;
        ctx.create_table::<Moderator>()
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "updateAccount" => self.update_account(payload, ctx),
            "updateModerator" => self.update_moderator(payload, ctx),
            "burnFee" => self.burn_fee(payload, ctx),
            "subscribe" => self.subscribe(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
