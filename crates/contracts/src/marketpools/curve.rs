//! The arithmetic of a pool, free of state: what the contract computes, and what a trader who looks at a pool may compute
//! beforehand.
//!
//! ```text
//!   reserves, amount ──▶ exact_input / exact_output ──▶ Swap: what is taken, what is paid, the fee
//!   reserves, amounts ──▶ matching, first_shares, more_shares ──▶ a deposit and its shares
//! ```
//!
//! The product of the reserves never falls: who puts `a` of one token in gets so much of the other that
//! `(in + a·m) · (out − got) = in · out`, where `1 − m` is the fee, which stays in the pool.

use tartan_decimal::{Config, Decimal, DecimalError, Precision, Rounding};
use thiserror::Error;

/// Divisions have 20 decimals, rounded half up.
const ARITHMETIC: &Config = &Config::STANDARD;
/// The last decimal of a share.
const LAST_PLACE: i32 = -20;
/// Shares are rounded down as soon as one of their last decimal is worth so much of a token's smallest unit: 10 to the
/// power of this.
const WORTH_ROUNDING: i32 = -6;

/// One side of a pool.
#[derive(Debug, Clone)]
pub struct Reserve {
    /// How much of the token the pool has.
    pub amount: Decimal,
    /// The token's decimals.
    pub precision: Precision,
}

/// What a swap comes to.
#[derive(Debug, Clone)]
pub struct Swap {
    /// What goes in by the formula.
    pub exact_in: Decimal,
    /// What goes out by the formula.
    pub exact_out: Decimal,
    /// What the trader pays: rounded up to the token's smallest unit.
    pub taken: Decimal,
    /// What the trader gets: rounded down to the token's smallest unit.
    pub paid: Decimal,
    /// What of it is the fee: of the token that goes out if what goes in was given, of the one that goes in otherwise.
    pub fee: String,
}

/// Why there is no such swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// The amount is not above zero.
    #[error("insufficient output amount")]
    Amount,
    /// The pool does not have as much.
    #[error("insufficient liquidity")]
    Liquidity,
    /// What goes in has more decimals than its token, or is nothing.
    #[error("symbolIn precision mismatch")]
    In,
    /// What goes out has more decimals than its token, or is nothing.
    #[error("symbolOut precision mismatch")]
    Out,
    /// A number is beyond all bounds.
    #[error("number too large")]
    TooLarge,
}

impl From<DecimalError> for Refused {
    fn from(_: DecimalError) -> Refused {
        Refused::TooLarge
    }
}

impl Swap {
    /// So much goes in; `keep` is what of it counts (1 less the fee).
    ///
    /// # Errors
    /// When there is no such swap.
    pub fn exact_input(
        amount: &Decimal,
        from: &Reserve,
        to: &Reserve,
        keep: &Decimal,
    ) -> Result<Swap, Refused> {
        check(amount, from, to)?;
        let counted = amount.times(keep, ARITHMETIC)?;
        let whole = from.amount.plus(&counted, ARITHMETIC)?;
        let out = counted.times(&to.amount, ARITHMETIC)?;
        let out = out.div(&whole, ARITHMETIC)?;
        ensure(out.is_less(&to.amount), Refused::Liquidity)?;
        let fee = fee(&out, keep, to.precision)?;
        ensure(fits(amount, from.precision), Refused::In)?;
        Ok(Swap::rounded(amount.clone(), out, fee, from, to))
    }

    /// So much goes out.
    ///
    /// # Errors
    /// When there is no such swap.
    pub fn exact_output(
        amount: &Decimal,
        from: &Reserve,
        to: &Reserve,
        keep: &Decimal,
    ) -> Result<Swap, Refused> {
        check(amount, from, to)?;
        ensure(amount.is_less(&to.amount), Refused::Liquidity)?;
        let rest = to.amount.minus(amount, ARITHMETIC)?;
        let rest = rest.times(keep, ARITHMETIC)?;
        let exact_in = from.amount.times(amount, ARITHMETIC)?;
        let exact_in = exact_in.div(&rest, ARITHMETIC)?;
        let fee = fee(&exact_in, keep, from.precision)?;
        ensure(fits(amount, to.precision), Refused::Out)?;
        Ok(Swap::rounded(exact_in, amount.clone(), fee, from, to))
    }

    fn rounded(
        exact_in: Decimal,
        exact_out: Decimal,
        fee: String,
        from: &Reserve,
        to: &Reserve,
    ) -> Swap {
        Swap {
            taken: exact_in.round_to(from.precision.decimals().into(), Rounding::Ceil),
            paid: exact_out.round_to(to.precision.decimals().into(), Rounding::Down),
            exact_in,
            exact_out,
            fee,
        }
    }

    /// Refuses a swap of which one side is less than the smallest unit of its token.
    ///
    /// # Errors
    /// Says which side.
    pub fn check_amounts(&self) -> Result<(), Refused> {
        ensure(self.taken.is_greater(&Decimal::ZERO), Refused::In)?;
        ensure(self.paid.is_greater(&Decimal::ZERO), Refused::Out)
    }
}

fn ensure(condition: bool, refused: Refused) -> Result<(), Refused> {
    if condition { Ok(()) } else { Err(refused) }
}

fn check(amount: &Decimal, from: &Reserve, to: &Reserve) -> Result<(), Refused> {
    ensure(amount.is_greater(&Decimal::ZERO), Refused::Amount)?;
    let filled = |reserve: &Reserve| reserve.amount.is_greater(&Decimal::ZERO);
    ensure(filled(from) && filled(to), Refused::Liquidity)
}

fn fits(amount: &Decimal, precision: Precision) -> bool {
    amount.decimals().unwrap_or(0) <= u32::from(precision.decimals())
}

/// What an amount would be more without the fee.
fn fee(amount: &Decimal, keep: &Decimal, precision: Precision) -> Result<String, DecimalError> {
    let without = amount.div(keep, ARITHMETIC)?;
    let fee = without.minus(amount, ARITHMETIC)?;
    fee.to_fixed(precision.decimals().into(), Rounding::HalfUp)
}

/// What of the other token belongs to an amount, at the price of the pool.
///
/// # Errors
/// When it has too many digits.
pub fn matching(amount: &Decimal, own: &Reserve, other: &Reserve) -> Result<Decimal, DecimalError> {
    let matching = amount.times(&other.amount, ARITHMETIC)?;
    let matching = matching.div(&own.amount, ARITHMETIC)?;
    Ok(matching.round_to(other.precision.decimals().into(), Rounding::HalfUp))
}

/// The shares of who puts the first liquidity into a pool: the square root of the product of both amounts.
///
/// # Errors
/// When they have too many digits.
pub fn first_shares(base: &Decimal, quote: &Decimal) -> Result<Decimal, DecimalError> {
    base.times(quote, ARITHMETIC)?.sqrt(ARITHMETIC)
}

/// The shares of who adds liquidity: as much of the total as the deposit is of the reserves, by the side of which it is
/// less.
///
/// # Errors
/// When they have too many digits.
pub fn more_shares(
    (base, base_reserve): (&Decimal, &Reserve),
    (quote, quote_reserve): (&Decimal, &Reserve),
    total: &Decimal,
) -> Result<Decimal, DecimalError> {
    let by_base = shares_of(base, base_reserve, total)?;
    let by_quote = shares_of(quote, quote_reserve, total)?;
    Ok(by_base.min(&by_quote))
}

/// Rounded half up, unless shares are so coarse that who adds again and again would gain by it.
fn shares_of(
    amount: &Decimal,
    reserve: &Reserve,
    total: &Decimal,
) -> Result<Decimal, DecimalError> {
    let whole = amount.times(total, ARITHMETIC)?;
    let shares = whole.div(&reserve.amount, ARITHMETIC)?;
    let unit = -i32::from(reserve.precision.decimals());
    let fine = Decimal::from_parts(1, unit + WORTH_ROUNDING - LAST_PLACE);
    let coarse = reserve.amount.is_greater(&total.times(&fine, ARITHMETIC)?);
    let is_more = shares
        .times(&reserve.amount, ARITHMETIC)?
        .is_greater(&whole);
    match coarse && is_more {
        true => shares.minus(&Decimal::from_parts(1, LAST_PLACE), ARITHMETIC),
        false => Ok(shares),
    }
}

/// What of a reserve belongs to so many shares, rounded down to the token's smallest unit.
///
/// # Errors
/// When it has too many digits.
pub fn part_of(
    shares: &Decimal,
    total: &Decimal,
    reserve: &Reserve,
) -> Result<Decimal, DecimalError> {
    let part = shares.times(&reserve.amount, ARITHMETIC)?;
    let part = part.div(total, ARITHMETIC)?;
    Ok(part.round_to(reserve.precision.decimals().into(), Rounding::Down))
}
