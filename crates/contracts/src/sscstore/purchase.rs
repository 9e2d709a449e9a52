//! Selling tokens for coins.

use tartan_decimal::{Config, Decimal, Rounding};
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};

use super::tables::{Params, Refund};
use super::{Coin, Store};
use crate::holdings::{self, ARITHMETIC, computed, number};
use crate::pegged::tables::Withdrawal;

/// Lots are rounded to three decimals.
const LOTS: &Config = &Config {
    decimal_places: 3,
    ..Config::STANDARD
};

/// A payment to the owner of the contract.
struct Payment {
    /// `1.000 STEEM`
    text: String,
    amount: Decimal,
    coin: String,
}

impl Store {
    /// `buy`: the payload is what the node says of the transfer. What is no payment to the owner is passed over in silence.
    pub(super) fn buy(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let owner = ctx.owner();
        if payload.get("recipient").and_then(Value::as_str) != Some(&owner) {
            return Ok(());
        }
        ensure!(
            ctx.caller().is_none(),
            "only a payment on the main chain can buy"
        );
        let payment = Payment::read(payload, ctx).or_fail("invalid params")?;
        if ctx.sender() == owner {
            return Ok(());
        }
        let Err(refusal) = self.release(&payment, ctx)? else {
            return Ok(());
        };
        ctx.log_error(&refusal);
        refund(payment, ctx)
    }

    /// Gives tokens for a payment; the inner result is why it cannot.
    fn release(&self, payment: &Payment, ctx: &mut Context<'_>) -> ActionResult<ActionResult> {
        let (buyer, owner) = (ctx.sender(), ctx.owner());
        ctx.attempt(|ctx| {
            let quantity = self.bought(payment, ctx)?;
            let params = object! {
                "symbol": self.utility_token.as_str(), "quantity": quantity, "to": &*buyer,
            };
            ctx.call_as(&owner, "tokens", "transfer", params).map(drop)
        })
    }

    /// What a payment buys.
    fn bought(&self, payment: &Payment, ctx: &mut Context<'_>) -> ActionResult<String> {
        let params = ctx.rows::<Params>().single()?;
        ensure!(!params.disabled, "the store is closed");
        let coin = Coin::of(ctx);
        if payment.coin != coin.unit() {
            return Err(Failure::check(format!("only {} can be used", coin.unit())));
        }
        let price = params.price(coin).map_or(Decimal::NAN, number);
        let lots = computed(payment.amount.div(&price, LOTS))?;
        let tokens = computed(lots.times(&number(&params.quantity), ARITHMETIC))?;
        let token = holdings::token(ctx, &self.utility_token)?.or_fail("symbol does not exist")?;
        let decimals = token.precision.decimals().into();
        let quantity = computed(tokens.to_fixed(decimals, Rounding::HalfUp))?;
        ensure!(
            Decimal::parse(&quantity).is_greater(&Decimal::ZERO),
            "the payment is too small"
        );
        Ok(quantity)
    }
}

/// Queues a payment to be paid back.
fn refund(payment: Payment, ctx: &mut Context<'_>) -> ActionResult {
    let transaction = ctx.transaction_id().map(str::to_string);
    let transaction = transaction.or_fail("the transaction has no id")?;
    let id = format!("{transaction}-refund");
    // the main chain gives no id twice
    let known = ctx.rows::<Refund>().get(&[&id])?;
    ensure!(known.is_none(), "the transaction was refunded");
    let (quantity, _) = payment.text.split_once(' ').or_fail("invalid params")?;
    let refund = Refund(Withdrawal {
        id,
        coin: payment.coin,
        recipient: ctx.sender().to_string(),
        memo: format!("refund tx {transaction}"),
        quantity: quantity.to_string(),
    });
    ctx.rows::<Refund>().insert(refund).map(drop)
}

impl Payment {
    fn read(payload: Payload<'_>, ctx: &Context<'_>) -> Option<Payment> {
        let text = payload.text(&ctx.system().amount_field)?;
        let (amount, coin) = text.split_once(' ')?;
        let amount = Decimal::parse(amount);
        let counts = amount.is_finite() && amount.is_greater(&Decimal::ZERO) && ctx.is_active();
        counts.then(|| Payment {
            amount,
            coin: coin.to_string(),
            text: text.to_string(),
        })
    }
}
