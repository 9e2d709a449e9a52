//! `distribution`: tokens that are paid out over many ticks, to a fixed list or to the liquidity providers of a market
//! pool. A distribution is called a batch in the tables.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `create` | anyone, for a fee | makes a distribution |
//! | `update` | its creator, for a fee | changes it, or lets it begin again |
//! | `setActive` | its creator | lets it pay and take deposits, or not |
//! | `deposit` | anyone | gives it tokens, for good |
//! | `receiveDtfTokens` | `tokenfunds` | the same, from a fund |
//! | `flush` | its creator | pays all that it holds |
//! | `checkPendingDistributions` | the node, every block | pays what is due |
//! | `updateParams` | owner of the contract | sets fees and limits |
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - Payments that did not fit into the block of their distribution are made in the blocks after it, whether or not other
//!   distributions are due. In the script they waited until none was. They are put off in rows of bounded size.
//! - Payloads of which something is stored are at most 16 KiB (`payload too large: at most 16384 bytes`). More never came
//!   from the main chain.
//! - A pending payment that fails goes back to the balance of its distribution. In the script it was tried again in every
//!   block, and those behind it waited for ever.
//! - A tick counts only if something was paid in it; `flush` ends the schedule in any case. In the script ticks ran out while
//!   the balance was too low to pay or there were no liquidity providers, and what was left was stuck.
//! - Rounding the parts of providers cannot pay more than the distribution holds.
//! - A contract that is deployed and does not accept a payment (`receiveDistTokens` fails, or there is no such action) does
//!   not get it, and is not told of payments that failed. What goes to a name under which no contract is deployed waits
//!   there, as with the script.
//! - Contracts that receive payments run with the sender `contract:distribution`, without authority, and where work is
//!   counted with a twentieth of what a transaction may use. In the script they ran as the node, or as the one who flushed.
//! - Names of recipients are checked: `invalid account`.
//! - A distribution holds at most [`MAX_TOKENS`] tokens, so that nobody can make paying it endless.
//! - Depositing a token that there is not, distributions whose `tokenMinPayout` lost a token that they hold, and flushing
//!   what never held anything are no exceptions. What a fixed distribution holds and no longer accepts is paid by `flush`.
//! - `update` with a wrong field changes nothing.
//! - A pool with more liquidity positions than one block looks at ([`Limits::tick_rows`](tartan_runtime::Limits)) is paid over
//!   several blocks; the rows of `runs` and `shares` say where it is. Until then it cannot be flushed
//!   (`distribution is being paid`). Distributions that are to pay are found by the table `schedule`.
//! - A distribution that cannot pay at all is logged and passed over until its next tick. It does not keep the others from
//!   paying.
//! - Deploying it again does not clear balances. The second revision of the script did, to repair those of one chain.

mod admin;
mod batches;
mod deposits;
mod payments;
mod pool;
pub mod tables;
mod terms;
#[cfg(test)]
mod tests;
mod ticks;

use std::sync::Arc;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::Stored;

use crate::checks::bounded;

use tables::{Batch, Params, PendingPayments, Run, Scheduled, Share};

/// The most tokens that a distribution holds or accepts.
pub const MAX_TOKENS: usize = 100;
/// The name that the ledger knows the contract by.
const NAME: &str = "distribution";

/// The contract.
#[derive(Debug, Clone)]
pub struct Distribution {
    utility_token: String,
}

impl Distribution {
    /// The contract for a network where fees are paid in this token.
    pub fn new(utility_token: impl Into<String>) -> Distribution {
        Distribution {
            utility_token: utility_token.into(),
        }
    }
}

impl Contract for Distribution {
    fn code(&self) -> &str {
        "native:distribution:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Batch>()? {
            return Ok(());
        }
        ctx.create_table::<Batch>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<PendingPayments>()?;
        ctx.create_table::<Scheduled>()?;
        ctx.create_table::<Run>()?;
        ctx.create_table::<Share>()?;
        ctx.rows::<Params>().insert(Params {
            dist_creation_fee: "500".to_string(),
            dist_update_fee: "250".to_string(),
            dist_tick_hours: "24".to_string(),
            max_distributions_limit: 1,
            max_transfer_limit: 50,
            process_query_limit: 1000,
            update_index: 2,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if matches!(action, "updateParams" | "create" | "update") {
            bounded(payload)?;
        }
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "create" => self.create_batch(payload, ctx),
            "update" => self.update_batch(payload, ctx),
            "setActive" => self.set_active(payload, ctx),
            "deposit" => self.deposit(payload, ctx),
            "receiveDtfTokens" => self.receive_dtf_tokens(payload, ctx),
            "flush" => self.flush(payload, ctx),
            "checkPendingDistributions" => self.check_pending_distributions(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
