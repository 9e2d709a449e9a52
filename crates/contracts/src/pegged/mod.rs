//! `steempegged`, `hivepegged`: the gateway between the main chain's coin and the token that stands for it.
//!
//! ```text
//!   main chain: coin ──transfer to the peg account──▶ buy ──▶ token, from the peg account to the depositor
//!   sidechain: token ──▶ withdraw ──▶ token to the peg account, a row of `withdrawals`
//!                                       └─▶ the payer (`tartan peg`) ──transfer──▶ main chain: coin
//! ```
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `buy` | whoever transfers to the peg account with this call in the memo | releases the token for the coin, less a fee |
//! | `withdraw` | anyone | takes the token back and queues a payment of the coin, less a fee |
//! | `removeWithdrawal` | the peg account | takes a payment that was made out of the queue |
//!
//! The contract never mints: the whole supply is issued to the peg account when the chain begins. Fees are queued like
//! withdrawals, for the fee receiver.
//!
//! **Invariant.** What accounts other than the peg account hold of the token, and what is queued, is what came in on the
//! main chain less what was paid there.
//!
//! # Differences
//!
//! From the scripts these contracts take the place of:
//!
//! - A deposit that releases nothing is queued to be paid back in full, without a fee: one in another coin (`only STEEM can
//!   be used`), one that the fee would eat (`minimum deposit is 0.002`), one whose transfer of the token fails. The
//!   scripts kept it, and queued a fee for it unless the coin was another. The error is logged all the same, and the row
//!   is `<transaction>-refund` with the memo `refund tx <transaction>`.
//! - What the peg account pays to itself stays what it is: no fee is queued.
//! - `buy` counts a payment once, in the call that the memo of the transfer holds. A contract that calls it gets `only a
//!   payment on the main chain can buy`. With the scripts any contract could name an amount of its own, or let one payment
//!   count as often as it called.
//! - The owner of the contract is whoever deployed it; the token is released from, and payments are removed by, the
//!   network's peg account.
//! - A withdrawal through another contract has the id of its transaction, and a second one in the same transaction `.2`
//!   behind it, and so on up to `.100` (`too many withdrawals in one transaction`). With the scripts such rows had no id, or
//!   the id `undefined-fee`, so that they could not be told apart or removed.
//! - `removeWithdrawal` finds the row by a hidden index instead of reading the queue.

mod deposits;
mod queue;
mod settings;
pub mod tables;
#[cfg(test)]
mod tests;
mod withdrawals;

use std::marker::PhantomData;

use tartan_decimal::{Decimal, Rounding};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};

pub use settings::Settings;
use tables::{HiveWithdrawal, Row, SteemWithdrawal};

use crate::holdings::{ARITHMETIC, computed};

/// Decimals of the main chain's coins.
const COIN_DECIMALS: u32 = 3;

/// The contract, over its own kind of rows.
#[derive(Debug, Clone)]
pub struct Pegged<R> {
    settings: Settings,
    code: String,
    row: PhantomData<fn() -> R>,
}

/// `steempegged`.
pub type SteemPegged = Pegged<SteemWithdrawal>;
/// `hivepegged`.
pub type HivePegged = Pegged<HiveWithdrawal>;

impl<R: Row> Pegged<R> {
    /// The contract for a network with these settings.
    pub fn new(settings: Settings) -> Pegged<R> {
        Pegged {
            settings,
            code: format!("native:{}:1", R::CONTRACT),
            row: PhantomData,
        }
    }

    /// What is taken of an amount, and what is left of it.
    fn split(&self, amount: &Decimal) -> ActionResult<(String, String)> {
        let rate = Decimal::parse(&self.settings.fee_rate);
        let fee = computed(amount.times(&rate, ARITHMETIC))?;
        let fee = in_coin(&fee)?;
        let fee = match Decimal::parse(&fee).is_less(&Decimal::from_parts(1, -3)) {
            true => "0.001".to_string(),
            false => fee,
        };
        let rest = computed(amount.minus(&Decimal::parse(&fee), ARITHMETIC))?;
        Ok((fee, in_coin(&rest)?))
    }
}

impl<R: Row> Contract for Pegged<R> {
    fn code(&self) -> &str {
        &self.code
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        match ctx.table_exists::<R>()? {
            true => Ok(()),
            false => ctx.create_table::<R>(),
        }
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "buy" => self.buy(payload, ctx),
            "withdraw" => self.withdraw(payload, ctx),
            "removeWithdrawal" => self.remove_withdrawal(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// An amount as the main chain writes it, half a unit rounded up.
fn in_coin(amount: &Decimal) -> ActionResult<String> {
    computed(amount.to_fixed(COIN_DECIMALS, Rounding::HalfUp))
}

fn is_above_zero(amount: &str) -> bool {
    Decimal::parse(amount).is_greater(&Decimal::ZERO)
}
