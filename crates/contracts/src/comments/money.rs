//! The contract's dealings with the token ledger: emission, payments.

use std::sync::Arc;

use tartan_decimal::{Precision, Quantity, Rounding};
use tartan_document::{Object, object};
use tartan_rewards::Payment;
use tartan_runtime::{ActionResult, Context, Failure, Fatal, NODE, OrFail};
use tartan_state::Stored;

use super::NAME;
use super::tables::RewardPool;
use crate::tokens::tables::Token;

/// The name that burnt tokens are sent to.
const BURNT: &str = "null";

/// The token with this symbol, if there is one.
pub(super) fn token(
    ctx: &mut Context<'_>,
    symbol: &str,
) -> ActionResult<Option<Arc<Stored<Token>>>> {
    ctx.rows::<Token>().shared(&[symbol])
}

/// The decimals of a token.
pub(super) fn precision(token: &Token) -> ActionResult<Precision> {
    Precision::new(token.precision)
        .map_err(|_| corrupt(&token.symbol, &token.precision.to_string()))
}

/// The amount in a stored text.
pub(super) fn amount(text: &str, token: &Token) -> ActionResult<Quantity> {
    Quantity::parse_rounded(text, precision(token)?, Rounding::Down)
        .map_err(|_| corrupt(&token.symbol, text))
}

/// An amount that may be missing, which is none.
pub(super) fn optional(text: Option<&str>, token: &Token) -> ActionResult<Quantity> {
    text.map_or(Ok(Quantity::ZERO), |text| amount(text, token))
}

/// An amount as it is stored.
pub(super) fn format(quantity: Quantity, token: &Token) -> ActionResult<String> {
    Ok(quantity.format(precision(token)?))
}

/// `a + b`.
pub(super) fn add(a: Quantity, b: Quantity) -> ActionResult<Quantity> {
    a.checked_add(b).or_fail("cannot add")
}

/// `a - b`, at least nothing.
pub(super) fn subtract(a: Quantity, b: Quantity) -> ActionResult<Quantity> {
    let difference = a.checked_sub(b).or_fail("cannot subtract")?;
    Ok(difference.max(Quantity::ZERO))
}

/// Takes all that the contract holds for a pool out of circulation: what is in the pool or on its way back to it,
/// without what is paid already. No more than is in circulation, which can be less only if somebody meddled with the
/// tables from outside, as a sandbox lets them.
pub(super) fn burn_all(ctx: &mut Context<'_>, token: &Token, pool: &RewardPool) -> ActionResult {
    let held = add(
        pool.tokens(token)?,
        optional(pool.unclaimed.as_deref(), token)?,
    )?;
    let held = subtract(held, optional(pool.paid_ahead.as_deref(), token)?)?;
    let quantity = held.min(amount(&token.circulating_supply, token)?);
    if quantity.units() > 0 {
        let params = transfer(BURNT, token, quantity)?;
        ctx.call_as(NODE, "tokens", "transferFromContract", params)?;
    }
    Ok(())
}

/// Brings new tokens into the contract's hands; whether that went well. Nothing is logged of a supply that is
/// exhausted: it is nobody's fault whose vote comes next.
pub(super) fn issue(
    ctx: &mut Context<'_>,
    token: &Token,
    quantity: Quantity,
) -> ActionResult<bool> {
    let left = amount(&token.max_supply, token)?.checked_sub(amount(&token.supply, token)?);
    if quantity.units() <= 0 || left.is_none_or(|left| left < quantity) {
        return Ok(false);
    }
    let params = object! {
        "symbol": token.symbol.as_str(),
        "quantity": format(quantity, token)?,
        "to": NAME,
        "isSignedWithActiveKey": true,
    };
    succeeds(ctx.call("tokens", "issueToContract", params))
}

/// Pays an account; what has been paid. Nothing to names that cannot be an account's.
pub(super) fn pay(
    ctx: &mut Context<'_>,
    token: &Token,
    account: &str,
    payment: Payment,
) -> ActionResult<Quantity> {
    let mut paid = Quantity::ZERO;
    if !ctx.is_account_name(account) {
        return Ok(paid);
    }
    if payment.liquid.units() > 0 {
        let params = transfer(account, token, payment.liquid)?;
        if succeeds(ctx.call_as(NODE, "tokens", "transferFromContract", params))? {
            paid = add(paid, payment.liquid)?;
        }
    }
    if payment.staked.units() > 0 {
        let params = object! {
            "to": account,
            "symbol": token.symbol.as_str(),
            "quantity": format(payment.staked, token)?,
        };
        if succeeds(ctx.call("tokens", "stakeFromContract", params))? {
            paid = add(paid, payment.staked)?;
        }
    }
    Ok(paid)
}

fn transfer(to: &str, token: &Token, quantity: Quantity) -> ActionResult<Object> {
    Ok(object! {
        "from": NAME,
        "to": to,
        "symbol": token.symbol.as_str(),
        "quantity": format(quantity, token)?,
        "type": "user",
    })
}

/// Whether a nested call went well; its errors are in the log.
fn succeeds<T>(result: ActionResult<T>) -> ActionResult<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(Failure::Fatal(fatal)) => Err(fatal.into()),
        Err(_) => Ok(false),
    }
}

fn corrupt(symbol: &str, found: &str) -> Failure {
    Failure::Fatal(Fatal::Corrupt {
        what: format!("an amount of token {symbol}"),
        reason: format!("found {found:?}"),
    })
}
