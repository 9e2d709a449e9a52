//! Amounts, prices, and the market's dealings with the token ledger.

use std::cell::RefCell;

use compact_str::CompactString;
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Decimal128, object};
use tartan_runtime::{ActionResult, Context, Failure, Fatal, NODE, OrFail};

use super::tables::Order;
use super::{NAME, Terms};
use crate::tokens::movements::Movements;

/// Decimals of the base token, and of prices.
pub(super) const BASE: Precision = Precision::MAX;

/// The smallest amount of the base token: an order has to be worth it.
pub(super) const UNIT: Quantity = Quantity::from_units(1);

/// The highest price, 10^25, has as many digits as the number in a row can have.
const HIGHEST_PRICE: i128 = 10_i128.pow(33);

/// What one token costs, in the smallest units of the base token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price(i128);

impl Price {
    /// The price that is so many units; `None` unless it is above zero and not too high.
    pub(super) fn from_units(units: i128) -> Option<Price> {
        (1..=HIGHEST_PRICE).contains(&units).then_some(Price(units))
    }

    /// The price in a stored text.
    pub(super) fn stored(text: &str) -> ActionResult<Price> {
        let units = stored(text, BASE)?.units();
        Price::from_units(units).ok_or_else(|| corrupt("price", text))
    }

    /// As the books are in order of it.
    pub(super) fn to_decimal(self) -> Decimal128 {
        Decimal128::new(false, self.0.unsigned_abs(), -8).expect("the highest price has 34 digits")
    }

    /// The price that the books are in order of.
    pub(super) fn of_decimal(decimal: Decimal128) -> ActionResult<Price> {
        let units = Decimal::parse(&decimal.to_string()).to_units(BASE.decimals().into());
        let price = units.and_then(Price::from_units);
        price.ok_or_else(|| corrupt("price", &decimal.to_string()))
    }

    /// As text with all decimals.
    pub(super) fn text(self) -> CompactString {
        text(Quantity::from_units(self.0), BASE)
    }

    /// What so many tokens of this precision cost. `None` if it is more than an amount can be.
    pub(super) fn worth(
        self,
        quantity: Quantity,
        precision: Precision,
        rounding: Rounding,
    ) -> Option<Quantity> {
        product(self.0, quantity.units(), precision, rounding)
    }

    /// Whether so many tokens are worth nothing that could be paid: dust, which no book holds.
    pub(super) fn is_dust(self, quantity: Quantity, precision: Precision) -> bool {
        let worth = self.worth(quantity, precision, Rounding::Down);
        worth.is_some_and(|worth| worth < UNIT)
    }

    /// How many tokens an amount buys, rounded down. `None` if more than a quantity can be.
    pub(super) fn buys(self, amount: Quantity, precision: Precision) -> Option<Quantity> {
        amount.mul_div(precision.units_per_token(), self.0, Rounding::Down)
    }
}

/// `price * quantity` in units of the base token. Mostly it fits 64 bits, which is faster.
fn product(
    price: i128,
    quantity: i128,
    precision: Precision,
    rounding: Rounding,
) -> Option<Quantity> {
    let small = i64::try_from(price)
        .ok()
        .zip(i64::try_from(quantity).ok())
        .and_then(|(price, quantity)| price.checked_mul(quantity));
    if let Some(product) = small.filter(|product| *product >= 0) {
        let divisor = precision.units_per_token() as i64;
        let (whole, rest) = (product / divisor, product % divisor);
        let up = match rounding {
            Rounding::Down => false,
            Rounding::Up => rest > 0,
            _ => return Quantity::from_units(price).mul_div(quantity, divisor.into(), rounding),
        };
        return Some(Quantity::from_units((whole + i64::from(up)).into()));
    }
    Quantity::from_units(price).mul_div(quantity, precision.units_per_token(), rounding)
}

/// The amount in a stored text. A token's precision only grows, so there is nothing to round.
pub(super) fn stored(text: &str, precision: Precision) -> ActionResult<Quantity> {
    Quantity::parse_rounded(text, precision, Rounding::Down).map_err(|_| corrupt("amount", text))
}

/// An amount as it is stored.
pub(super) fn text(quantity: Quantity, precision: Precision) -> CompactString {
    CompactString::new(&*quantity.text(precision))
}

/// What a buy order has locked.
pub(super) fn locked(order: &Order) -> ActionResult<Quantity> {
    match &order.tokens_locked {
        Some(locked) => stored(locked, BASE),
        None => Err(corrupt("buy order", &order.tx_id)),
    }
}

/// `a - b`, which the callers have compared.
pub(super) fn minus(a: Quantity, b: Quantity) -> ActionResult<Quantity> {
    a.checked_sub(b).or_fail("cannot subtract")
}

/// Where an action locks and pays: with the native ledger, what everybody holds is written when all is done.
pub(super) struct Desk<'a> {
    pub(super) terms: &'a Terms,
    // what is paid is known to the matching at work and to the sweeping within it; they share the desk
    movements: RefCell<Movements>,
}

impl Desk<'_> {
    pub(super) fn of(terms: &Terms) -> Desk<'_> {
        Desk {
            terms,
            movements: RefCell::new(Movements::of(NAME)),
        }
    }

    /// Takes tokens of an account into the market's hands.
    pub(super) fn lock(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        symbol: &str,
        quantity: &str,
    ) -> ActionResult {
        if self.terms.native_ledger {
            let mut movements = self.movements.borrow_mut();
            return movements.deposit(ctx, account, symbol, quantity);
        }
        let params = object! {
            "from": account, "symbol": symbol, "quantity": quantity, "to": NAME,
        };
        // the error of a ledger that refuses is in the log
        ctx.call("tokens", "transferToContract", params).map(drop)
    }

    /// Pays tokens out of the market's hands; nothing is nothing to do.
    pub(super) fn pay(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        symbol: &str,
        (quantity, precision): (Quantity, Precision),
    ) -> ActionResult {
        if !quantity.is_positive() {
            return Ok(());
        }
        if self.terms.native_ledger {
            let mut movements = self.movements.borrow_mut();
            return movements.withdraw(ctx, account, symbol, quantity);
        }
        let params = object! {
            "from": NAME, "to": account, "symbol": symbol, "quantity": quantity.format(precision),
            "type": "user",
        };
        ctx.call_as(NODE, "tokens", "transferFromContract", params)
            .map(drop)
    }

    /// Pays base tokens.
    pub(super) fn pay_base(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        quantity: Quantity,
    ) -> ActionResult {
        self.pay(ctx, account, &self.terms.base, (quantity, BASE))
    }

    /// Writes what everybody holds by now.
    pub(super) fn settle(self, ctx: &mut Context<'_>) -> ActionResult {
        self.movements.into_inner().settle(ctx)
    }
}

/// A stored value that this contract never writes.
pub(super) fn corrupt(what: &str, found: &str) -> Failure {
    Failure::Fatal(Fatal::Corrupt {
        what: format!("{what} in a row of the market"),
        reason: format!("found {found:?}"),
    })
}
