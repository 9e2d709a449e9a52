//! `airdrops`: one token for many accounts, as a transfer or as stake, a slice of the list in every block.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `newAirdrop` | anyone, for a fee per recipient | locks the whole amount and puts the list into the queue |
//! | `checkPendingAirdrops` | the node, every block | pays the next slice |
//! | `updateParams` | owner of the contract | sets the fee and the limits |
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - A quantity that the list has as a number is paid like its text. In the script it passed every check, and the tokens
//!   stayed in the contract.
//! - A payment that cannot be made goes back to the sender of the airdrop, whom the row remembers as `from`. In the script
//!   the tokens stayed in the contract. If not even that can be done, the payment is tried again behind the other airdrops.
//! - With a fee of `0`, an airdrop is free. In the script there could be none, for nothing cannot be burnt.
//! - A sender who has the fee, and has the tokens, but not both when they are of the same kind, is told so by the ledger
//!   (`overdrawn balance`), and nothing is moved to and fro.
//! - An entry that is no pair has no account (`account name cannot be undefined`), and a quantity that is neither text nor
//!   number is an `invalid quantity`; both were exceptions.
//! - An airdrop is at most 16 KiB (`payload too large: at most 16384 bytes`): its row is written in every slice. More never
//!   came from the main chain.
//! - However high the owner sets the limits, a block makes at most a tenth as many payments as it may look at rows
//!   ([`Limits::tick_rows`](tartan_runtime::Limits)).

mod admin;
mod creation;
pub mod tables;
#[cfg(test)]
mod tests;
mod ticks;

use std::sync::Arc;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::Stored;

use crate::checks::bounded;

use tables::{Airdrop, Params};

/// The name that the ledger knows the contract by.
const NAME: &str = "airdrops";

/// The contract.
#[derive(Debug, Clone)]
pub struct Airdrops {
    utility_token: String,
}

impl Airdrops {
    /// The contract for a network where fees are paid in this token.
    pub fn new(utility_token: impl Into<String>) -> Airdrops {
        Airdrops {
            utility_token: utility_token.into(),
        }
    }
}

impl Contract for Airdrops {
    fn code(&self) -> &str {
        "native:airdrops:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Airdrop>()? {
            return Ok(());
        }
        ctx.create_table::<Airdrop>()?;
        ctx.create_table::<Params>()?;
        ctx.rows::<Params>().insert(Params {
            fee_per_transaction: "0.1".to_string(),
            max_transactions_per_block: 50,
            max_airdrops_per_block: 1,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => {
                bounded(payload)?;
                self.update_params(payload, ctx)
            }
            "newAirdrop" => {
                bounded(payload)?;
                self.new_airdrop(payload, ctx)
            }
            "checkPendingAirdrops" => self.check_pending_airdrops(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
