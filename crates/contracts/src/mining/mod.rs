//! `mining`: lotteries that pay out new tokens. The issuer of a token makes a pool; at fixed intervals it draws winners
//! among accounts, weighted by what they have at stake of one or two tokens and by NFTs they have delegated.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `createPool` | issuer, for a fee; contracts | makes a pool |
//! | `updatePool` | issuer, for a fee; contracts | changes its prizes and weights |
//! | `setActive` | issuer | switches its draws on or off |
//! | `changeNftProperty` | anyone, for a fee | changes a value of a type of NFT |
//! | `handleStakeChange` | `tokens` | an account's stake has changed |
//! | `handleNftDelegationChange` | `nft` | an NFT was delegated or taken back |
//! | `handleNftChange`, `handleNftSetProperty` | `nft` | nothing |
//! | `checkPendingLotteries` | the node, every block | counts miners anew, holds draws |
//! | `updateParams` | owner of the contract | sets fees and bounds |
//!
//! What accounts weigh follows every change of a stake. When a pool is made, or its weights change, all its miners are
//! counted anew, over as many blocks as it takes; no draw is held meanwhile.
//!
//! # Cost
//!
//! A change of a stake goes through all pools that use the token: each costs the pool's row, the account's row and one or
//! two rows of sums, however many miners there are. A draw reads the sums of the pool's miners in blocks of a few
//! hundred, and the miners only of blocks where somebody wins; so too with the positions in a market pool, of which the
//! native contract keeps sums (of those of a script it reads all until everyone has won). To count miners, a block looks at no more than
//! [`tick_rows`](tartan_runtime::Limits) rows, shared among the pools that are being counted, and then at as many that
//! were not met.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - While a pool is counted anew, a change of a stake or of a delegation counts once. The script added it at once and
//!   again when it came to the row, so that the total was more than the sum, and some draws had no winner.
//! - An account that a count does not meet loses the power that an earlier count or a missed change has left it.
//! - A pool with NFTs is counted anew when it is activated, since nobody tells it of delegations while it is not; and
//!   when its types get more. NFTs of a type that does not count leave no row.
//! - A prize is rounded down, so that a draw does not give more than its amount.
//! - Where the token has less left to issue than a draw gives, the event names only those who got their prize, and the
//!   reason why the others did not is in the log once.
//! - `updatePool` burns no fee when it refuses.
//! - An amount to win is finite; a property of NFTs has an `op`, own to it (not, say, `constructor`); a map of types is
//!   not a list. What would raise an error of the engine in the script is refused with the message of the next check:
//!   `tokenMiners` that is no list, `changeNftProperty` on a pool without NFTs, `burnChange` of `null`.
//! - A pool made by a contract without `externalMiners` is checked like anybody's; one with them has no miners of its own.
//!   A pool weighted by a contract other than `marketpools`, or by a market pool that is gone, draws no winners. In the
//!   script it stopped the draws of all pools.
//! - A position in a market pool weighs its exact shares, so that all of them together are the total. In the script they
//!   were rounded to the decimals of the token to win, and some draws had no winner.
//! - Of pools that are due or wait to be counted, those go first that have waited longest; of draws in the same block,
//!   those with the lower name. A draw that fails does not hold up the others.
//! - A power has at most 34 digits, rounded half up.
//! - There is a limit to the pools that use a token ([`Limits::rows_per_account`](tartan_runtime::Limits)).
//! - `miningPower` and `pools` have more indexes, and `powerBlocks` holds the sums of miners in the order of a draw. A row of
//!   `miningPower` always says which count it belongs to.

mod admin;
mod foreign;
mod hooks;
mod lottery;
mod miners;
mod numbers;
mod pools;
mod power;
mod ranking;
mod rebuild;
pub mod tables;
#[cfg(test)]
mod tests;
mod token_miners;

use std::sync::Arc;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::{IndexSpec, Stored};

pub(crate) use pools::external_pool_id;
use tables::{MiningPower, NftTokenPool, Params, Pool, PowerBlock, TokenPool};

/// The contract.
#[derive(Debug, Clone)]
pub struct Mining {
    /// The token that fees are paid in.
    utility_token: String,
}

impl Mining {
    /// The contract for a network where fees are paid in this token.
    pub fn new(utility_token: impl Into<String>) -> Mining {
        Mining {
            utility_token: utility_token.into(),
        }
    }
}

impl Contract for Mining {
    fn code(&self) -> &str {
        "native:mining:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<MiningPower>()? {
            return revise(ctx);
        }
        ctx.create_table::<MiningPower>()?;
        ctx.create_table::<Pool>()?;
        ctx.create_table::<TokenPool>()?;
        ctx.create_table::<NftTokenPool>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<PowerBlock>()?;
        ctx.rows::<Params>().insert(Params {
            pool_creation_fee: "1000".to_string(),
            pool_update_fee: "300".to_string(),
            max_lotteries_per_block: 20,
            max_balances_processed_per_block: 10_000,
            process_query_limit: 1_000,
            update_index: None,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "createPool" => self.create_pool(payload, ctx),
            "updatePool" => self.update_pool(payload, ctx),
            "setActive" => self.set_active(payload, ctx),
            "changeNftProperty" => self.change_nft_property(payload, ctx),
            "handleStakeChange" => self.handle_stake_change(payload, ctx),
            "handleNftDelegationChange" => self.handle_nft_delegation_change(payload, ctx),
            "handleNftChange" | "handleNftSetProperty" => Ok(()),
            "checkPendingLotteries" => self.check_pending_lotteries(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// Brings the tables to their latest form, once.
fn revise(ctx: &mut Context<'_>) -> ActionResult {
    let mut params = ctx.rows::<Params>().single()?;
    if params.update_index.is_some() {
        return Ok(());
    }
    let fields = [("id", false), ("account", false)];
    let index = IndexSpec::named("byPoolIdAndAccount", &fields);
    ctx.add_index::<MiningPower>(&index)?;
    params.update_index = Some(1);
    ctx.rows::<Params>().update(&params)
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
