//! Trading with a pool.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, NODE, OrFail, Payload, ensure};

use super::curve::{Refused, Swap};
use super::pair::Pair;
use super::pools::{OpenPool, Side};
use super::{MarketPools, NAME, params};
use crate::checks::{given, require_active_key};
use crate::holdings::{self, TokenInfo, computed, fits};

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::check(refused.to_string())
    }
}

/// Which of the two amounts of a swap is given.
#[derive(Clone, Copy, PartialEq)]
enum TradeType {
    ExactInput,
    ExactOutput,
}

/// What a trader asks for.
struct Order {
    pair: Pair,
    /// The token of which the amount is given.
    symbol: String,
    amount: Decimal,
    trade: TradeType,
    /// The least to get.
    least_out: Option<Decimal>,
    /// The most to pay.
    most_in: Option<Decimal>,
}

impl Order {
    fn read(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Order> {
        let symbol = payload.get("tokenSymbol").and_then(Value::as_text);
        let symbol = symbol.or_fail("invalid token")?.to_string_lossy();
        let symbol = symbol.into_owned();
        let amount = positive(payload.get("tokenAmount"), "insufficient tokenAmount")?;
        let trade = match payload.get("tradeType").and_then(Value::as_str) {
            Some("exactInput") => TradeType::ExactInput,
            Some("exactOutput") => TradeType::ExactOutput,
            _ => return Err(Failure::check("invalid tradeType")),
        };
        let pair = Pair::read(payload, ctx)?;
        let bound = |key: &str, message: &'static str| {
            let bound = given(payload.0, key);
            bound
                .map(|value| positive(Some(&value), message))
                .transpose()
        };
        let least_out = bound("minAmountOut", "insufficient minAmountOut")?;
        let most_in = bound("maxAmountIn", "insufficient maxAmountIn")?;
        ensure!(
            least_out.is_none() || most_in.is_none(),
            "specify minAmountOut or maxAmountIn but not both"
        );
        Ok(Order {
            pair,
            symbol,
            amount,
            trade,
            least_out,
            most_in,
        })
    }
}

impl MarketPools {
    /// `swapTokens {tokenPair, tokenSymbol, tokenAmount, tradeType, minAmountOut?, maxAmountIn?}`: `exactInput` pays so
    /// much of a token, `exactOutput` gets so much of it.
    pub(super) fn swap_tokens(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        require_active_key(ctx)?;
        let order = Order::read(payload, ctx)?;
        let mut pool = OpenPool::of(order.pair.clone(), ctx)?;
        let keep = Decimal::parse(&params(ctx)?.trade_fee_mul);
        let (named, other) = pool.sides(&order.symbol).or_fail("invalid token")?;
        let (from, to) = match order.trade {
            TradeType::ExactInput => (named, other),
            TradeType::ExactOutput => (other, named),
        };
        let quote = match order.trade {
            TradeType::ExactInput => Swap::exact_input,
            TradeType::ExactOutput => Swap::exact_output,
        };
        let swap = quote(&order.amount, &from.as_reserve(), &to.as_reserve(), &keep)?;
        check_funds(ctx, &swap, from)?;
        swap.check_amounts()?;
        check_slippage(&order, &swap, &from.token, &to.token)?;

        let (from, to) = (from.token.clone(), to.token.clone());
        let taken = computed(swap.taken.to_plain())?;
        let deposit = object! { "symbol": &*from.symbol, "quantity": taken, "to": NAME };
        ctx.call("tokens", "transferToContract", deposit)?;
        pay_out(ctx, &to.symbol, &swap.paid)?;
        pool.book(&swap, from.symbol == order.pair.base.symbol)?;
        pool.save(ctx)?;
        let fee_symbol = match order.trade {
            TradeType::ExactInput => &to.symbol,
            TradeType::ExactOutput => &from.symbol,
        };
        let fee = object! { "symbol": fee_symbol.as_str(), "amount": swap.fee };
        let event = object! {
            "symbolIn": from.symbol.as_str(),
            "symbolOut": to.symbol.as_str(),
            "fee": fee,
        };
        ctx.emit("swapTokens", event);
        Ok(())
    }
}

/// Refuses who does not have what goes in. (Rounded half up: who lacks just the last unit is refused by the ledger.)
fn check_funds(ctx: &mut Context<'_>, swap: &Swap, from: &Side) -> ActionResult {
    let sender = ctx.sender();
    let holding = holdings::holding(ctx, &sender, &from.token.symbol)?;
    let decimals = from.token.precision.decimals().into();
    let needed = swap.exact_in.round_to(decimals, Rounding::HalfUp);
    ensure!(
        holding.is_some_and(|holding| holding.balance.is_at_least(&needed)),
        "insufficient input balance"
    );
    Ok(())
}

fn check_slippage(order: &Order, swap: &Swap, from: &TokenInfo, to: &TokenInfo) -> ActionResult {
    let (least, most) = (order.least_out.as_ref(), order.most_in.as_ref());
    ensure!(
        least.is_none_or(|least| fits(least, to.precision)),
        "minAmountOut precision mismatch"
    );
    ensure!(
        most.is_none_or(|most| fits(most, from.precision)),
        "maxAmountIn precision mismatch"
    );
    ensure!(
        least.is_none_or(|least| swap.paid.is_at_least(least))
            && most.is_none_or(|most| swap.taken.is_at_most(most)),
        "exceeded max slippage for swap"
    );
    Ok(())
}

/// Pays the sender from what the contract holds.
pub(super) fn pay_out(ctx: &mut Context<'_>, symbol: &str, amount: &Decimal) -> ActionResult {
    let to = ctx.sender();
    let payout = object! {
        "from": NAME,
        "to": &*to,
        "symbol": symbol,
        "quantity": computed(amount.to_plain())?,
        "type": "user",
    };
    ctx.call_as(NODE, "tokens", "transferFromContract", payout)
        .map(drop)
}

/// A text that is a finite number above zero.
pub(super) fn positive(value: Option<&Value>, message: &'static str) -> ActionResult<Decimal> {
    let text = value.and_then(Value::as_text).or_fail(message)?;
    let number = Decimal::parse(&text.to_string_lossy());
    let valid = number.is_finite() && number.is_greater(&Decimal::ZERO);
    valid.then_some(number).or_fail(message)
}
