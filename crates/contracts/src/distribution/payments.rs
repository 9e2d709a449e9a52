//! Paying: one payment, and the payments of a fixed distribution.

use tartan_decimal::{Decimal, Precision};
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, NODE, OrFail};
use tartan_state::Stored;

use super::NAME;
use super::batches::number_of;
use super::tables::{Amount, Batch, Recipient};
use crate::holdings::{self, ARITHMETIC, computed, floored, number};

/// As much work as so many rows that are looked at: a payment.
const PAYMENT: usize = 10;
/// The part of a transaction's work that a contract may use which is told of tokens it receives: one of so many.
const TOLD: u64 = 20;

/// What one block may still do.
pub(super) struct Work {
    /// Rows that may be looked at.
    pub(super) rows: usize,
    /// Whether a contract was told of tokens: what it did is work as well.
    pub(super) told: bool,
}

impl Work {
    /// As much as the network allows in one block.
    pub(super) fn of_a_block(ctx: &Context<'_>) -> Work {
        Work {
            rows: ctx.limits().tick_rows.max(2),
            told: false,
        }
    }

    /// Takes so many rows off.
    pub(super) fn spend(&mut self, rows: usize) {
        self.rows = self.rows.saturating_sub(rows);
    }
}

/// A token that a distribution holds when it begins to pay.
pub(super) struct Held {
    pub(super) symbol: String,
    pub(super) quantity: Decimal,
    pub(super) precision: Precision,
}

/// The amounts above zero, with the decimals of their tokens.
pub(super) fn held(ctx: &mut Context<'_>, amounts: &[Amount]) -> ActionResult<Vec<Held>> {
    let mut held = Vec::with_capacity(amounts.len());
    for amount in amounts {
        let quantity = Decimal::parse(&amount.quantity);
        if !quantity.is_greater(&Decimal::ZERO) {
            continue;
        }
        let token = holdings::token(ctx, &amount.symbol)?.or_fail("symbol does not exist")?;
        held.push(Held {
            symbol: token.symbol,
            quantity,
            precision: token.precision,
        });
    }
    Ok(held)
}

/// Pays an account or contract from what this contract holds. Whether it was paid: what could not be is undone and logged.
pub(super) fn pay(
    ctx: &mut Context<'_>,
    to: &str,
    kind: &str,
    contract_payload: Option<&Value>,
    (symbol, quantity): (&str, &str),
    work: &mut Work,
) -> ActionResult<bool> {
    work.spend(PAYMENT);
    let data = contract_payload.filter(|payload| kind == "contract" && payload.is_truthy());
    let data = match data {
        Some(data) if ctx.contract_exists(to)? => Some(data),
        _ => None,
    };
    work.told |= data.is_some();
    let paid = ctx.attempt(|ctx| {
        let params = object! {
            "from": NAME, "to": to, "quantity": quantity, "symbol": symbol, "type": kind,
        };
        ctx.call_as(NODE, "tokens", "transferFromContract", params)?;
        if let Some(data) = data {
            let params = object! {
                "data": data.clone(), "symbol": symbol, "quantity": quantity,
            };
            ctx.call_stranger(to, "receiveDistTokens", params, TOLD)?;
        }
        Ok(())
    })?;
    Ok(paid.is_ok())
}

/// Takes an amount off what a distribution holds; it holds as much.
pub(super) fn deduct(
    batch: &mut Batch,
    symbol: &str,
    quantity: &str,
    precision: Precision,
) -> ActionResult {
    let amounts = batch.token_balances.iter_mut().flatten();
    for held in amounts.filter(|held| held.symbol == symbol) {
        let left = Decimal::parse(&held.quantity);
        let left = computed(left.minus(&Decimal::parse(quantity), ARITHMETIC))?;
        held.quantity = floored(&left, precision)?;
    }
    Ok(())
}

/// What a distribution holds of a token.
pub(super) fn balance(batch: &Batch, symbol: &str) -> Decimal {
    let mut amounts = batch.token_balances.iter().flatten();
    let held = amounts.find(|held| held.symbol == symbol);
    held.map_or(Decimal::ZERO, |held| Decimal::parse(&held.quantity))
}

/// What the event of a payment tells.
pub(super) fn payment(
    batch: &Stored<Batch>,
    symbol: &str,
    account: &str,
    quantity: &str,
) -> Object {
    let mut event = object! { "distId": number_of(batch) };
    if let Some(pair) = &batch.token_pair {
        event.insert("tokenPair", pair.as_str());
    }
    event.insert("symbol", symbol);
    event.insert("account", account);
    event.insert("quantity", quantity);
    event
}

/// Lets a fixed distribution pay. Whether it paid anything.
pub(super) fn pay_list(
    ctx: &mut Context<'_>,
    batch: &mut Stored<Batch>,
    flush: bool,
    work: &mut Work,
) -> ActionResult<bool> {
    let amounts = batch.token_balances.clone().unwrap_or_default();
    let mut tokens = held(ctx, &amounts)?;
    let accepted = batch.token_min_payout.clone().unwrap_or_default();
    tokens.retain(|token| {
        let accepted = accepted.iter().find(|a| a.symbol == token.symbol);
        flush || accepted.is_some_and(|a| token.quantity.is_greater(&number(&a.quantity)))
    });
    let mut paid = false;
    for recipient in batch.token_recipients.clone().unwrap_or_default() {
        for token in &tokens {
            let part = percent(token, &recipient, batch.num_ticks_left)?;
            let quantity = floored(&part, token.precision)?;
            if Decimal::parse(&quantity).is_zero() {
                continue;
            }
            let (to, kind) = (&recipient.account, &recipient.kind);
            let data = recipient.contract_payload.as_ref();
            if pay(ctx, to, kind, data, (&token.symbol, &quantity), work)? {
                deduct(batch, &token.symbol, &quantity, token.precision)?;
                ctx.emit("payment", payment(batch, &token.symbol, to, &quantity));
                paid = true;
            }
        }
    }
    Ok(paid)
}

fn percent(token: &Held, recipient: &Recipient, ticks_left: u32) -> ActionResult<Decimal> {
    let whole = |number: u32| Decimal::from_parts(number.into(), 0);
    let part = computed(token.quantity.times(&whole(recipient.pct), ARITHMETIC))?;
    let part = computed(part.div(&whole(100), ARITHMETIC))?;
    computed(part.div(&whole(ticks_left.max(1)), ARITHMETIC))
}
