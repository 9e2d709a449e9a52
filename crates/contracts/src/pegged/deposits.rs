//! From the main chain's coin to the token.

use tartan_decimal::Decimal;
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, Payload, ensure};

use super::tables::Row;
use super::{Pegged, in_coin, is_above_zero};

/// A payment to the peg account.
struct Deposit {
    from: String,
    amount: Decimal,
    coin: String,
}

impl<R: Row> Pegged<R> {
    /// `buy`: the payload is what the node says of the transfer. What is no payment to the peg account is passed over in
    /// silence.
    pub(super) fn buy(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let Some(deposit) = Deposit::read(payload, ctx) else {
            return Ok(());
        };
        ensure!(
            ctx.caller().is_none(),
            "only a payment on the main chain can buy"
        );
        let Err(refusal) = self.release(&deposit, ctx)? else {
            return Ok(());
        };
        ctx.log_error(&refusal);
        match *deposit.from == *ctx.system().peg_account {
            true => Ok(()),
            false => self.refund(&deposit, ctx),
        }
    }

    /// Gives the token for a deposit and queues the fee; the inner result is why it cannot.
    fn release(&self, deposit: &Deposit, ctx: &mut Context<'_>) -> ActionResult<ActionResult> {
        if deposit.coin != self.settings.unit {
            let message = format!("only {} can be used", self.settings.unit);
            return Ok(Err(Failure::check(message)));
        }
        let (fee, rest) = self.split(&deposit.amount)?;
        if !is_above_zero(&rest) {
            return Ok(Err(Failure::check("minimum deposit is 0.002")));
        }
        let peg = ctx.system().peg_account.clone();
        let params = object! {
            "symbol": self.settings.symbol.as_str(), "quantity": rest, "to": deposit.from.as_str(),
        };
        match ctx.call_as(&peg, "tokens", "transfer", params) {
            Ok(_) => {}
            Err(Failure::Fatal(fatal)) => return Err(fatal.into()),
            Err(failure) => return Ok(Err(failure)),
        }
        let id = self.unused_id(ctx)?;
        self.queue_fee(ctx, &id, fee)?;
        Ok(Ok(()))
    }

    fn refund(&self, deposit: &Deposit, ctx: &mut Context<'_>) -> ActionResult {
        let id = self.unused_id(ctx)?;
        let quantity = in_coin(&deposit.amount)?;
        self.queue(
            ctx,
            super::tables::Withdrawal {
                id: format!("{id}-refund"),
                coin: deposit.coin.clone(),
                recipient: deposit.from.clone(),
                memo: format!("refund tx {id}"),
                quantity,
            },
        )
    }
}

impl Deposit {
    fn read(payload: Payload<'_>, ctx: &Context<'_>) -> Option<Deposit> {
        let system = ctx.system();
        let to_peg = payload.get("recipient").and_then(Value::as_str) == Some(&system.peg_account);
        if !to_peg || !ctx.is_active() {
            return None;
        }
        let text = payload.text(&system.amount_field)?;
        let (amount, coin) = text.split_once(' ')?;
        let amount = Decimal::parse(amount);
        let counts = amount.is_finite() && amount.is_greater(&Decimal::ZERO);
        counts.then(|| Deposit {
            from: ctx.sender().to_string(),
            amount,
            coin: coin.to_string(),
        })
    }
}
