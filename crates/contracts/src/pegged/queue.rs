//! The queue of payments.

use tartan_runtime::{ActionResult, Context, Failure, OrFail};

use super::Pegged;
use super::tables::{Row, Withdrawal};

/// The most withdrawals in one transaction, which only a contract can make.
const MOST_IN_TRANSACTION: u32 = 100;

impl<R: Row> Pegged<R> {
    /// The id for the next withdrawal, or the next deposit, of the transaction.
    pub(super) fn unused_id(&self, ctx: &mut Context<'_>) -> ActionResult<String> {
        let transaction = ctx.outer_transaction_id().map(str::to_string);
        let transaction = transaction.or_fail("the transaction has no id")?;
        for number in 1..=MOST_IN_TRANSACTION {
            // ids of the calls in a bundle end in -0, -1 and so on
            let id = match number {
                1 => transaction.clone(),
                number => format!("{transaction}.{number}"),
            };
            if ctx.rows::<R>().get(&[&fee_id(&id)])?.is_none() {
                return Ok(id);
            }
        }
        Err(Failure::check("too many withdrawals in one transaction"))
    }

    pub(super) fn queue_fee(
        &self,
        ctx: &mut Context<'_>,
        id: &str,
        quantity: String,
    ) -> ActionResult {
        let receiver = self.settings.fee_receiver.clone();
        let recipient = receiver.unwrap_or_else(|| ctx.system().engine_account.clone());
        self.queue(
            ctx,
            Withdrawal {
                id: fee_id(id),
                coin: self.settings.unit.clone(),
                recipient,
                memo: format!("fee tx {id}"),
                quantity,
            },
        )
    }

    pub(super) fn queue(&self, ctx: &mut Context<'_>, withdrawal: Withdrawal) -> ActionResult {
        ctx.rows::<R>().insert(R::from(withdrawal))?;
        Ok(())
    }
}

/// Every withdrawal has a fee.
fn fee_id(id: &str) -> String {
    format!("{id}-fee")
}
