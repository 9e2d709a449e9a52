use std::fmt;
use std::str::FromStr;

use num_bigint::BigUint;
use tartan_decimal::{Config, Decimal, Rounding};

use crate::error::{ParameterError, excerpt};
use crate::{DAY, Shares};

/// What a post claims of its pool, `K(rshares)`, or a sum of such claims (`pendingClaims`): a number with ten decimals
/// that is not negative.
///
/// Its text always has ten decimals. With the quadratic curve and a large stake it has more than 128 bits.
#[derive(Clone, Debug)]
pub struct Claims(Decimal);

/// More digits than any sum of claims has: the square of the largest rshares has 78.
const MAX_DIGITS: usize = 200;

const WITHIN_RANGE: &str = "claims have few digits";

impl Claims {
    /// None.
    pub const ZERO: Claims = Claims(Decimal::ZERO);

    /// The number, truncated to ten decimals; none for negative numbers and NaN.
    pub(crate) fn truncated(number: &Decimal) -> Claims {
        if number.is_positive() {
            Claims(number.round_to(Shares::DECIMALS, Rounding::Down))
        } else {
            Claims::ZERO
        }
    }

    /// So many 10^-10.
    pub(crate) fn from_units(units: &BigUint) -> Claims {
        match i128::try_from(units) {
            Ok(units) => Claims(Shares::from_units(units).to_decimal()),
            Err(_) => Claims(Decimal::parse(&format!("{units}e-{}", Shares::DECIMALS))),
        }
    }

    /// The number.
    pub fn as_decimal(&self) -> &Decimal {
        &self.0
    }

    /// Whether there are none.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// How many 10^-10, if they fit.
    pub(crate) fn units(&self) -> Option<i128> {
        self.0.to_units(Shares::DECIMALS)
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Claims) -> Claims {
        let sum = self.0.plus(&other.0, &Config::STANDARD);
        Claims(sum.expect(WITHIN_RANGE))
    }

    /// The sum with a new claim that takes the place of an old one: `claims + new - old`, at least none.
    ///
    /// So a vote counts at once while a pool is young ([`is_bootstrap`]). Source: section 8 step 8.
    #[must_use]
    pub fn replace(&self, old: &Claims, new: &Claims) -> Claims {
        let sum = self.plus(new).0.minus(&old.0, &Config::STANDARD);
        Claims::truncated(&sum.expect(WITHIN_RANGE))
    }

    /// What is left after an interval: `floor10(claims - claims * interval / window)`, at least none. The quotient has
    /// 20 decimals, rounded half up. No window: none.
    ///
    /// The window is that of [`claims_window`], in milliseconds as the interval. Source: section 6.
    #[must_use]
    pub fn decay(&self, interval: u64, window: u64) -> Claims {
        let config = &Config::STANDARD;
        let decayed = self.0.times(&Decimal::from(interval), config);
        let decayed = decayed.and_then(|product| product.div(&Decimal::from(window), config));
        let left = decayed.and_then(|decayed| self.0.minus(&decayed, config));
        Claims::truncated(&left.expect(WITHIN_RANGE))
    }
}

/// The time in which claims decay, in milliseconds: twice the cashout window and a day.
///
/// `cashout_window` is the time from a post to its payout, in milliseconds. Source: sections 6 and 10.
pub fn claims_window(cashout_window: u64) -> u64 {
    cashout_window.saturating_mul(2).saturating_add(DAY)
}

/// Whether a pool is so young that votes count among its claims at once: `now < created + window`, so that early posts
/// do not take all of it. Times are milliseconds since 1970. Source: sections 8 and 10.
pub fn is_bootstrap(now: i64, created: i64, cashout_window: u64) -> bool {
    now < created.saturating_add_unsigned(claims_window(cashout_window))
}

/// By value.
impl PartialEq for Claims {
    fn eq(&self, other: &Claims) -> bool {
        self.0.equals(&other.0)
    }
}

impl Eq for Claims {}

impl PartialOrd for Claims {
    fn partial_cmp(&self, other: &Claims) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Claims {
    fn cmp(&self, other: &Claims) -> std::cmp::Ordering {
        self.0.compare(&other.0).expect("claims are not NaN")
    }
}

/// None if they are negative.
impl From<Shares> for Claims {
    fn from(shares: Shares) -> Claims {
        Claims::truncated(&shares.to_decimal())
    }
}

/// With exactly ten decimals.
impl fmt::Display for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.units() {
            Some(units) => Shares::from_units(units).fmt(f),
            None => {
                let text = self.0.to_fixed(Shares::DECIMALS, Rounding::Down);
                f.write_str(&text.expect(WITHIN_RANGE))
            }
        }
    }
}

impl FromStr for Claims {
    type Err = ParameterError;

    /// A number in any form that [`Decimal::parse`] takes.
    fn from_str(text: &str) -> Result<Claims, ParameterError> {
        let number = Decimal::parse(text);
        let exact = number.decimals().is_some_and(|n| n <= Shares::DECIMALS);
        let short = number
            .first_place()
            .is_none_or(|place| place < MAX_DIGITS as i64);
        if exact && short && !number.is_less(&Decimal::ZERO) {
            Ok(Claims(number.abs()))
        } else {
            Err(ParameterError::Claims(excerpt(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> Claims {
        text.parse().expect("they are claims")
    }

    #[test]
    fn texts_have_ten_decimals() {
        for (text, expected) in [
            ("0", "0.0000000000"),
            ("-0", "0.0000000000"),
            ("27.8", "27.8000000000"),
            (
                "81129638414606681695789005144064.0000000001",
                "81129638414606681695789005144064.0000000001",
            ),
        ] {
            assert_eq!(claims(text).to_string(), expected);
        }
        for text in ["", "-1", "Infinity", "0.00000000001", "1e200"] {
            assert!(text.parse::<Claims>().is_err(), "{text}");
        }
    }

    #[test]
    fn claims_decay_by_the_interval() {
        // Example 1: ten intervals of three seconds, then one more.
        let window = claims_window(7 * DAY);
        assert_eq!(window, 15 * DAY);
        let mut left = claims("27.8");
        for _ in 0..10 {
            left = left.decay(3000, window);
        }
        assert_eq!(left.to_string(), "27.7993564875");
        assert_eq!(left.decay(3000, window).to_string(), "27.7992921371");
    }

    #[test]
    fn decay_ends_at_none() {
        assert_eq!(claims("5").decay(10, 10), Claims::ZERO);
        assert_eq!(claims("5").decay(11, 10), Claims::ZERO);
        assert_eq!(claims("5").decay(1, 0), Claims::ZERO);
        assert_eq!(Claims::ZERO.decay(0, 0), Claims::ZERO);
    }

    #[test]
    fn a_claim_takes_the_place_of_another() {
        let sum = claims("10").replace(&claims("3"), &claims("4.5"));
        assert_eq!(sum, claims("11.5"));
        assert_eq!(
            claims("1").replace(&claims("3"), &claims("1")),
            Claims::ZERO
        );
    }

    #[test]
    fn a_pool_is_young_for_two_windows_and_a_day() {
        let created = 1_700_000_000_000;
        let end = created + 15 * DAY as i64;
        assert!(is_bootstrap(end - 1, created, 7 * DAY));
        assert!(!is_bootstrap(end, created, 7 * DAY));
    }
}
