use std::fmt;
use std::str::FromStr;

use tartan_decimal::{Decimal, Quantity, Rounding};

use crate::error::{ParameterError, excerpt};

/// Rshares of votes, sums of them, or weights of curators: a signed number with ten decimals (`SMT_PRECISION`), held as
/// a count of 10^-10.
///
/// Its text always has ten decimals. The largest stake, 9007199254740991 tokens, is less than 2^87 units, so sums of
/// 2^40 votes fit; arithmetic is checked all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shares(i128);

impl Shares {
    /// The decimals.
    pub const DECIMALS: u32 = 10;
    /// Units of one.
    pub const ONE: Shares = Shares(10_000_000_000);
    /// None.
    pub const ZERO: Shares = Shares(0);

    /// So many 10^-10.
    pub const fn from_units(units: i128) -> Shares {
        Shares(units)
    }

    /// How many 10^-10.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The number, truncated toward zero to ten decimals; `None` if it is not finite or too large.
    pub fn truncated(number: &Decimal) -> Option<Shares> {
        number
            .round_to(Shares::DECIMALS, Rounding::Down)
            .to_units(Shares::DECIMALS)
            .map(Shares)
    }

    /// The number.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_parts(self.0, -(Shares::DECIMALS as i32))
    }

    /// The nearest double.
    pub(crate) fn to_f64(self) -> f64 {
        const EXACT: i128 = 1 << 53;
        if (-EXACT..=EXACT).contains(&self.0) {
            // Both are exact, and division rounds correctly.
            return self.0 as f64 / 1e10;
        }
        self.to_decimal().to_f64()
    }

    /// Whether it is more than none.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is none.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum; `None` if it does not fit.
    pub fn checked_add(self, other: Shares) -> Option<Shares> {
        self.0.checked_add(other.0).map(Shares)
    }

    /// The difference; `None` if it does not fit.
    pub fn checked_sub(self, other: Shares) -> Option<Shares> {
        self.0.checked_sub(other.0).map(Shares)
    }

    /// `self * factor / divisor`, truncated; `None` if the divisor is zero or the result does not fit.
    pub(crate) fn mul_div(self, factor: i128, divisor: i128) -> Option<Shares> {
        let product = Quantity::from_units(self.0).mul_div(factor, divisor, Rounding::Down)?;
        Some(Shares(product.units()))
    }
}

/// With exactly ten decimals.
impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.0.unsigned_abs();
        let one = Shares::ONE.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        // Division of 128 bits is slow, and there are seldom more than 64.
        let (whole, fraction) = match u64::try_from(units) {
            Ok(small) => (u128::from(small / one as u64), small % one as u64),
            Err(_) => (units / one, (units % one) as u64),
        };
        write!(f, "{sign}{whole}.{fraction:010}")
    }
}

impl FromStr for Shares {
    type Err = ParameterError;

    /// A number in any form that [`Decimal::parse`] takes.
    fn from_str(text: &str) -> Result<Shares, ParameterError> {
        Decimal::parse(text)
            .to_units(Shares::DECIMALS)
            .map(Shares)
            .ok_or_else(|| ParameterError::Shares(excerpt(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_ten_decimals() {
        for (text, expected) in [
            ("0", "0.0000000000"),
            ("10", "10.0000000000"),
            ("-0.98", "-0.9800000000"),
            ("3.1622776601", "3.1622776601"),
            ("1e-10", "0.0000000001"),
            ("-0.0000000001", "-0.0000000001"),
            ("9007199254740991.12345678", "9007199254740991.1234567800"),
        ] {
            let shares: Shares = text.parse().expect("it is a number");
            assert_eq!(shares.to_string(), expected);
            assert_eq!(expected.parse(), Ok(shares));
        }
    }

    #[test]
    fn what_is_no_number_of_shares_is_refused() {
        for text in ["", "abc", "NaN", "Infinity", "0.00000000001", "1e40"] {
            assert_eq!(
                text.parse::<Shares>(),
                Err(ParameterError::Shares(text.to_owned()))
            );
        }
    }

    #[test]
    fn numbers_are_truncated_toward_zero() {
        let truncated = |text| Shares::truncated(&Decimal::parse(text)).map(Shares::units);
        assert_eq!(truncated("0.99999999999"), Some(9_999_999_999));
        assert_eq!(truncated("-0.99999999999"), Some(-9_999_999_999));
        assert_eq!(truncated("Infinity"), None);
    }

    #[test]
    fn doubles_are_the_nearest() {
        for text in [
            "17.8000000000",
            "0.1000000000",
            "123456789.1234567891",
            "9007199254740991.1234567800",
        ] {
            let shares: Shares = text.parse().expect("it is a number");
            assert_eq!(Ok(shares.to_f64()), text.parse::<f64>());
        }
    }
}
