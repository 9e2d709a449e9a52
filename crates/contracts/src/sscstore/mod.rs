//! `sscstore`: sells the utility token for the main chain's coin at a fixed price, from what the owner of the contract holds.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `buy` | whoever transfers to the owner with this call in the memo | releases the token for the coin |
//! | `removeWithdrawal` | the owner | takes a refund that was paid out of the queue |
//! | `updateParams` | the owner | sets the price, opens and closes the store |
//!
//! Coins buy lots: `quantity` tokens for every `priceSteem` (`priceHive`) coins, the number of lots rounded to three
//! decimals.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - A payment that buys nothing is queued to be paid back in full: in another coin (`only STEEM can be used`), while the
//!   store is closed (`the store is closed`), too small to buy anything (`the payment is too small`), or when it is sold
//!   out, which the ledger says (`overdrawn balance`). The script kept it. The queue has the form of that of `steempegged`
//!   and `hivepegged`, so that the same program can pay it; the owner takes what was paid out of it.
//! - `buy` counts a payment once, in the call that the memo of the transfer holds. A contract that calls it gets `only a
//!   payment on the main chain can buy`. With the script any contract could name an amount of its own, and was given tokens
//!   for it.
//! - Prices are above zero and finite, quantities not below zero, and `disabled` is true or false: `invalid priceSteem`,
//!   `invalid quantity` and so on. A field that is not given keeps its value, and a wrong one changes nothing.
//! - The owner buys nothing of itself, and that is no error.
//! - Deploying it again leaves one row of parameters.

mod admin;
mod purchase;
pub mod tables;
#[cfg(test)]
mod tests;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};

use tables::{Params, Refund};

/// The contract.
#[derive(Debug, Clone)]
pub struct Store {
    utility_token: String,
}

impl Store {
    /// The contract for a network with this utility token.
    pub fn new(utility_token: impl Into<String>) -> Store {
        Store {
            utility_token: utility_token.into(),
        }
    }
}

/// The main chain's coins, by the names that the parameters and payments have for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coin {
    Steem,
    Hive,
}

impl Coin {
    /// The coin of the network's main chain.
    fn of(ctx: &Context<'_>) -> Coin {
        match ctx.system().amount_field.as_str() {
            "amountSTEEMSBD" => Coin::Steem,
            _ => Coin::Hive,
        }
    }

    /// As the amounts of the main chain name it.
    fn unit(self) -> &'static str {
        match self {
            Coin::Steem => "STEEM",
            Coin::Hive => "HIVE",
        }
    }
}

impl Contract for Store {
    fn code(&self) -> &str {
        "native:sscstore:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Params>()? {
            return Ok(());
        }
        ctx.create_table::<Params>()?;
        ctx.create_table::<Refund>()?;
        let params = Params::first(Coin::of(ctx));
        ctx.rows::<Params>().insert(params).map(drop)
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "buy" => self.buy(payload, ctx),
            "removeWithdrawal" => self.remove_withdrawal(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}
