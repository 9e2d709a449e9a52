//! Numbers of any size on their way from payloads into rows and back.

use tartan_decimal::{Decimal, DecimalError, Rounding};
use tartan_document::Decimal128;

use crate::holdings::ARITHMETIC;
pub(super) use crate::holdings::number as of_value;

/// Decimals that products and quotients of NFT values keep.
const PLACES: u32 = 20;
/// Digits that a stored power has at most.
const POWER_DIGITS: u32 = 34;

/// What became too long to be computed counts as not a number.
fn or_nan(result: Result<Decimal, DecimalError>) -> Decimal {
    result.unwrap_or(Decimal::NAN)
}

/// The number in a text.
pub(super) fn parse(text: &str) -> Decimal {
    Decimal::parse(text)
}

/// The exact sum.
pub(super) fn plus(a: &Decimal, b: &Decimal) -> Decimal {
    or_nan(a.plus(b, ARITHMETIC))
}

/// The exact difference.
pub(super) fn minus(a: &Decimal, b: &Decimal) -> Decimal {
    or_nan(a.minus(b, ARITHMETIC))
}

/// The exact product.
pub(super) fn times(a: &Decimal, b: &Decimal) -> Decimal {
    or_nan(a.times(b, ARITHMETIC))
}

/// The product, with 20 decimals.
pub(super) fn times_rounded(a: &Decimal, b: &Decimal) -> Decimal {
    times(a, b).round_to(PLACES, Rounding::HalfUp)
}

/// The quotient, with 20 decimals.
pub(super) fn divided_rounded(a: &Decimal, b: &Decimal) -> Decimal {
    or_nan(a.div(b, ARITHMETIC)).round_to(PLACES, Rounding::HalfUp)
}

/// A number as a row can hold it as a power: 0 unless positive and finite, and with 34 digits at most.
pub(super) fn power(number: &Decimal) -> Decimal128 {
    if !number.is_finite() || !number.is_greater(&Decimal::ZERO) {
        return Decimal128::ZERO;
    }
    let number = number.round_significant(POWER_DIGITS, Rounding::HalfUp);
    number.to_string().parse().unwrap_or(Decimal128::ZERO)
}

/// The number that a row holds as a power.
pub(super) fn of_power(power: Decimal128) -> Decimal {
    parse(&power.to_string())
}
