//! From the token to the main chain's coin.

use tartan_decimal::Decimal;
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Event, Failure, Payload, ensure};

use super::tables::{Row, Withdrawal};
use super::{COIN_DECIMALS, Pegged, is_above_zero};
use crate::holdings::number;

impl<R: Row> Pegged<R> {
    /// `withdraw {quantity}`: of the sender's tokens, with three decimals at most.
    pub(super) fn withdraw(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let quantity = payload.text("quantity").unwrap_or_default();
        let amount = Decimal::parse(&quantity);
        let fits = amount.decimals().unwrap_or(0) <= COIN_DECIMALS;
        ensure!(
            !amount.is_nan() && ctx.is_active() && fits,
            "invalid params"
        );
        ensure!(
            amount.is_at_least(&Decimal::from_parts(2, -3)),
            "minimum withdrawal is 0.002"
        );
        if !amount.is_finite() {
            // nothing is left of it, and nothing is said of it
            return Ok(());
        }
        let (fee, rest) = self.split(&amount)?;
        if !is_above_zero(&rest) {
            return Ok(());
        }
        self.take_back(ctx, &quantity, &amount)?;
        let id = self.unused_id(ctx)?;
        let recipient = ctx.sender().to_string();
        self.queue(
            ctx,
            Withdrawal {
                id: id.clone(),
                coin: self.settings.unit.clone(),
                recipient,
                memo: format!("withdrawal tx {id}"),
                quantity: rest,
            },
        )?;
        self.queue_fee(ctx, &id, fee)
    }

    /// Moves the tokens to the peg account. The token ledger need not be the native one: only what it tells of counts.
    fn take_back(&self, ctx: &mut Context<'_>, quantity: &str, amount: &Decimal) -> ActionResult {
        let (from, to) = (ctx.sender(), ctx.system().peg_account.clone());
        let symbol = self.settings.symbol.as_str();
        let params = object! { "symbol": symbol, "quantity": quantity, "to": to.as_str() };
        let outcome = ctx.call("tokens", "transfer", params)?;
        let text = |event: &Event, key: &str, expected: &str| {
            let data = event.data.as_object();
            data.and_then(|data| data.get_str(key)) == Some(expected)
        };
        let moved = outcome.logs.events.iter().any(|event| {
            let quantity = event.data.as_object().and_then(|data| data.get("quantity"));
            event.contract == "tokens"
                && event.event == "transfer"
                && text(event, "from", &from)
                && text(event, "to", &to)
                && text(event, "symbol", symbol)
                && quantity.is_some_and(|quantity| number(quantity).equals(amount))
        });
        match moved && outcome.logs.errors.is_empty() {
            true => Ok(()),
            false => Err(Failure::silent()),
        }
    }

    /// `removeWithdrawal {id}`: of a payment that was made. It is the peg account's; from others it is passed over in
    /// silence.
    pub(super) fn remove_withdrawal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let authorized = *ctx.sender() == *ctx.system().peg_account && ctx.is_active();
        let Some(id) = payload
            .get("id")
            .and_then(Value::as_str)
            .filter(|_| authorized)
        else {
            return Ok(());
        };
        match ctx.rows::<R>().get(&[id])? {
            Some(row) => ctx.rows::<R>().remove(&row),
            None => Ok(()),
        }
    }
}
