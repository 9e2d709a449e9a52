//! `marketpools`: anyone may put two tokens into a pool, and anyone may swap one for the other there, at a price that
//! follows from how much of each the pool has. Those who put the tokens in share what the swaps leave behind.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `createPool` | anyone, for a fee | makes an empty pool for two tokens |
//! | `addLiquidity` | anyone | puts both tokens in, for shares of the pool |
//! | `removeLiquidity` | who has shares | gives shares back, for their part of both tokens |
//! | `swapTokens` | anyone | pays one token, gets the other |
//! | `createRewardPool` | issuer of a token, for a fee of `mining` | lets providers win that token |
//! | `updateRewardPool` | the same | changes the prizes |
//! | `setRewardPoolActive` | issuer of the token | switches the draws on or off |
//! | `updateParams` | owner of the contract | sets the fee |
//!
//! The formulas are in [`curve`]. A quarter of a percent of what goes into a swap is the fee; it stays in the pool.
//!
//! # Cost
//!
//! Every action reads and writes a handful of rows, however many pools and positions there are. The shares of positions are
//! also summed up in stretches (table `shareBlocks`), so that a draw of `mining` need not go past all of them.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - The reserves of a pool follow the formula to its last decimal, what traders pay and get is rounded in favour of the
//!   pool. What that leaves over had no owner in the script, and was the more the fewer decimals a token has. Here it is
//!   kept with the pool (`remainder` in its row) and joins the reserves: before liquidity is added, when the last share is
//!   given back, and otherwise with the first action in a later block.
//! - Who gives the last share back gets all that is left, so that an emptied pool has reserves of 0, and the next provider
//!   is free to set a price. In the script dust could stay, and its price had to be matched.
//! - The product of the reserves does not fall by their rounding: where it would (swaps of fewer than some 200 of the
//!   smallest units), they are rounded up, so that no swap empties a reserve. Nor does who leaves others behind
//!   (`insufficient liquidity`).
//! - Shares are rounded down where one of their last decimal is worth more than a millionth of a token's smallest unit, so
//!   that nobody gains by adding and removing liquidity in a pool that was almost emptied.
//! - A pair has two tokens: `invalid tokenPair format` for `A:B:C`, of which there could be a second pool.
//! - `tokenSymbol` of a swap is one of the two: `invalid token`. The script took any other for the quote token.
//! - Amounts are finite. `Infinity` is refused with the message for what is no number.
//! - Shares are given only for tokens that came, a swap is booked only if it was paid out: an action that fails leaves no
//!   trace.
//! - When a token gets more decimals, its pools do as well. In the script amounts below the old smallest unit were rounded
//!   away, or up.
//! - Volumes are added exactly, not by way of doubles.
//! - A reward pool of a token with a dot in its symbol is found (`mining` writes `-` for it in the name of a pool), and
//!   `updateRewardPool` has its event, which the script waited for in vain. If the reward pool cannot be activated, it is
//!   not made.
//! - The contract begins with the last revision of its tables, with a fee for swaps.

mod admin;
pub mod curve;
mod liquidity;
mod pair;
mod pools;
pub(crate) mod positions;
mod rewards;
mod swaps;
pub mod tables;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::Stored;

use tables::{LiquidityPosition, Params, Pool, ShareBlock};

/// The name that the ledger knows the contract by.
pub(crate) const NAME: &str = "marketpools";

/// The contract.
#[derive(Debug, Clone)]
pub struct MarketPools {
    /// The token that fees are paid in.
    utility_token: String,
    /// The token that prices of the order book are in, which has no price there itself.
    priced_in: String,
}

impl MarketPools {
    /// The contract for a network where fees are paid in one token, and prices of the order book are in another.
    pub fn new(utility_token: impl Into<String>, priced_in: impl Into<String>) -> MarketPools {
        MarketPools {
            utility_token: utility_token.into(),
            priced_in: priced_in.into(),
        }
    }
}

impl Contract for MarketPools {
    fn code(&self) -> &str {
        "native:marketpools:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Pool>()? {
            return Ok(());
        }
        ctx.create_table::<Pool>()?;
        ctx.create_table::<LiquidityPosition>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<ShareBlock>()?;
        ctx.rows::<Params>().insert(Params {
            pool_creation_fee: "1000".to_string(),
            update_index: 2,
            trade_fee_mul: "0.9975".to_string(),
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "createPool" => self.create_pool(payload, ctx),
            "addLiquidity" => self.add_liquidity(payload, ctx),
            "removeLiquidity" => self.remove_liquidity(payload, ctx),
            "swapTokens" => self.swap_tokens(payload, ctx),
            "createRewardPool" => self.create_reward_pool(payload, ctx),
            "updateRewardPool" => self.update_reward_pool(payload, ctx),
            "setRewardPoolActive" => self.set_reward_pool_active(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
