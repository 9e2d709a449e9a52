use std::cmp::Ordering;

use thiserror::Error;

use crate::coefficient::{Coefficient, small_power_of_ten};
use crate::{Config, MAX_DIGITS};

/// A decimal number as bignumber.js has it: any number of digits, positive or negative zero, infinity, or NaN.
///
/// There is no `==`, because NaN and the zeros leave open which one: see [`Decimal::compare`] and [`Decimal::equals`].
#[derive(Clone, Debug)]
pub struct Decimal {
    pub(crate) negative: bool,
    pub(crate) magnitude: Magnitude,
}

#[derive(Clone, Debug)]
pub(crate) enum Magnitude {
    Nan,
    Infinite,
    /// `coefficient * 10^exponent`. The coefficient may end in zeros; that of zero has exponent 0.
    Finite {
        coefficient: Coefficient,
        exponent: i64,
    },
}

use Magnitude::{Finite, Infinite, Nan};

/// Why an operation has no result.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DecimalError {
    /// The result, or something needed for it, has more than [`MAX_DIGITS`] digits.
    #[error("expected a number of at most {MAX_DIGITS} digits, found one with more")]
    TooLarge,
    /// The exponent of a power has decimals. The text is that of bignumber.js.
    #[error("[BigNumber Error] Exponent not an integer: {0}")]
    ExponentNotInteger(String),
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal {
        negative: false,
        magnitude: Finite {
            coefficient: Coefficient::ZERO,
            exponent: 0,
        },
    };
    /// One.
    pub const ONE: Decimal = Decimal {
        negative: false,
        magnitude: Finite {
            coefficient: Coefficient::Small(1),
            exponent: 0,
        },
    };
    /// Not a number.
    pub const NAN: Decimal = Decimal {
        negative: false,
        magnitude: Nan,
    };

    pub(crate) fn infinity(negative: bool) -> Decimal {
        Decimal {
            negative,
            magnitude: Infinite,
        }
    }

    pub(crate) fn zero(negative: bool) -> Decimal {
        Decimal {
            negative,
            ..Decimal::ZERO
        }
    }

    /// A finite number, brought into the range.
    pub(crate) fn finite(
        negative: bool,
        coefficient: Coefficient,
        exponent: i64,
        config: &Config,
    ) -> Decimal {
        if coefficient.is_zero() {
            return Decimal::zero(negative);
        }
        let range = i64::from(config.range);
        // The place of the first digit; its bounds mostly tell already.
        if exponent + coefficient.digits_at_most() as i64 > range || exponent < -range {
            let first = exponent + coefficient.digits() as i64 - 1;
            if first > range {
                return Decimal::infinity(negative);
            }
            if first < -range {
                return Decimal::zero(negative);
            }
        }
        Decimal {
            negative,
            magnitude: Finite {
                coefficient,
                exponent,
            },
        }
    }

    /// The integer `coefficient` times 10^`exponent`, whatever its size.
    pub fn from_parts(coefficient: i128, exponent: i32) -> Decimal {
        if coefficient == 0 {
            return Decimal::ZERO;
        }
        let magnitude = Finite {
            coefficient: Coefficient::Small(coefficient.unsigned_abs()),
            exponent: exponent.into(),
        };
        Decimal {
            negative: coefficient < 0,
            magnitude,
        }
    }

    /// The integer that this number times 10^`decimals` is; `None` if it is none, or has more than 127 bits.
    pub fn to_units(&self, decimals: u32) -> Option<i128> {
        let Finite {
            coefficient,
            exponent,
        } = &self.magnitude
        else {
            return None;
        };
        let magnitude = match exponent.checked_add(decimals.into())? {
            _ if coefficient.is_zero() => return Some(0),
            shift @ 0.. => match coefficient {
                Coefficient::Small(value) => {
                    value.checked_mul(small_power_of_ten(shift.unsigned_abs())?)?
                }
                Coefficient::Big(_) => return None,
            },
            shift => match coefficient.scaled_down(shift.unsigned_abs()) {
                (Coefficient::Small(value), None) => value,
                _ => return None,
            },
        };
        let units = i128::try_from(magnitude).ok()?;
        Some(if self.negative { -units } else { units })
    }

    /// Whether this is not a number.
    pub fn is_nan(&self) -> bool {
        matches!(self.magnitude, Nan)
    }

    /// Whether this is neither infinite nor NaN.
    pub fn is_finite(&self) -> bool {
        matches!(self.magnitude, Finite { .. })
    }

    /// Whether this is zero of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(&self.magnitude, Finite { coefficient, .. } if coefficient.is_zero())
    }

    /// Whether this is finite and has no decimals.
    pub fn is_integer(&self) -> bool {
        self.decimals() == Some(0)
    }

    /// Whether the sign is plus; that of zero counts, NaN has none.
    pub fn is_positive(&self) -> bool {
        !self.is_nan() && !self.negative
    }

    /// Whether the sign is minus; that of zero counts, NaN has none.
    pub fn is_negative(&self) -> bool {
        !self.is_nan() && self.negative
    }

    /// The number of decimals that are not trailing zeros; `None` for infinity and NaN. bignumber.js: `dp()`.
    pub fn decimals(&self) -> Option<u32> {
        match &self.magnitude {
            // Only trailing zeros can make a difference.
            Finite { exponent, .. } if *exponent >= 0 => Some(0),
            Finite {
                coefficient,
                exponent,
            } => {
                let (_, zeros) = coefficient.stripped();
                Some(u32::try_from(-exponent - zeros as i64).unwrap_or(0))
            }
            Infinite | Nan => None,
        }
    }

    /// The same number with the other sign.
    pub fn negated(&self) -> Decimal {
        Decimal {
            negative: !self.negative,
            magnitude: self.magnitude.clone(),
        }
    }

    /// The same number with the sign plus.
    pub fn abs(&self) -> Decimal {
        Decimal {
            negative: false,
            magnitude: self.magnitude.clone(),
        }
    }

    /// How the numbers compare; `None` if one is NaN. The zeros are equal.
    pub fn compare(&self, other: &Decimal) -> Option<Ordering> {
        if self.is_nan() || other.is_nan() {
            return None;
        }
        let sign = |number: &Decimal| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        };
        let order = sign(self).cmp(&sign(other));
        Some(order.then_with(|| {
            let order = compare_magnitudes(&self.magnitude, &other.magnitude);
            if self.negative {
                order.reverse()
            } else {
                order
            }
        }))
    }

    /// Whether the numbers are equal; NaN equals nothing, the zeros are equal. bignumber.js: `eq`.
    pub fn equals(&self, other: &Decimal) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// Whether this is less; never with NaN. bignumber.js: `lt`.
    pub fn is_less(&self, other: &Decimal) -> bool {
        self.compare(other) == Some(Ordering::Less)
    }

    /// Whether this is greater; never with NaN. bignumber.js: `gt`.
    pub fn is_greater(&self, other: &Decimal) -> bool {
        self.compare(other) == Some(Ordering::Greater)
    }

    /// Whether this is less or equal; never with NaN. bignumber.js: `lte`.
    pub fn is_at_most(&self, other: &Decimal) -> bool {
        self.compare(other).is_some_and(Ordering::is_le)
    }

    /// Whether this is greater or equal; never with NaN. bignumber.js: `gte`.
    pub fn is_at_least(&self, other: &Decimal) -> bool {
        self.compare(other).is_some_and(Ordering::is_ge)
    }

    /// The larger one, the first if they are equal, NaN if one is NaN.
    pub fn max(&self, other: &Decimal) -> Decimal {
        if other.is_nan() || self.is_less(other) {
            other.clone()
        } else {
            self.clone()
        }
    }

    /// The smaller one, the first if they are equal, NaN if one is NaN.
    pub fn min(&self, other: &Decimal) -> Decimal {
        if other.is_nan() || self.is_greater(other) {
            other.clone()
        } else {
            self.clone()
        }
    }

    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        // A text in scientific notation, which Rust rounds correctly.
        let text = match &self.magnitude {
            Nan => return f64::NAN,
            Infinite => "inf".to_owned(),
            Finite {
                coefficient,
                exponent,
            } => format!("{}e{exponent}", coefficient.to_text()),
        };
        let magnitude: f64 = text.parse().expect("digits and an exponent are a number");
        if self.negative { -magnitude } else { magnitude }
    }
}

fn compare_magnitudes(a: &Magnitude, b: &Magnitude) -> Ordering {
    match (a, b) {
        (
            Finite {
                coefficient: a,
                exponent: a_exponent,
            },
            Finite {
                coefficient: b,
                exponent: b_exponent,
            },
        ) => compare_finite(a, *a_exponent, b, *b_exponent),
        (Finite { .. }, _) => Ordering::Less,
        (_, Finite { .. }) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

fn compare_finite(a: &Coefficient, a_exponent: i64, b: &Coefficient, b_exponent: i64) -> Ordering {
    if a_exponent == b_exponent {
        return a.cmp(b);
    }
    if a.is_zero() || b.is_zero() {
        return a.is_zero().cmp(&b.is_zero()).reverse();
    }
    let first = (a_exponent + a.digits() as i64).cmp(&(b_exponent + b.digits() as i64));
    // With the first digit at the same place the exponents differ by no more than the digits are.
    first.then_with(|| match u64::try_from(a_exponent - b_exponent) {
        Ok(difference) => a.scaled_up(difference).cmp(b),
        Err(_) => a.cmp(&b.scaled_up(a_exponent.abs_diff(b_exponent))),
    })
}

macro_rules! from_integer {
    ($($type:ty),*) => {$(
        impl From<$type> for Decimal {
            fn from(value: $type) -> Decimal {
                Decimal::from_parts(value.into(), 0)
            }
        }
    )*};
}

from_integer!(i8, i16, i32, i64, i128, u8, u16, u32, u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_exact_or_nothing() {
        let check = |text: &str, decimals, expected| {
            assert_eq!(Decimal::parse(text).to_units(decimals), expected, "{text}")
        };
        check("1.5", 1, Some(15));
        check("-1.50", 1, Some(-15));
        check("1.55", 1, None);
        check("12", 3, Some(12_000));
        check("1e20", 10, Some(10i128.pow(30)));
        check("1e40", 0, None);
        check(
            "170141183460469231731687303715884105727",
            0,
            Some(i128::MAX),
        );
        check("170141183460469231731687303715884105728", 0, None);
        check("1e-500", 10, None);
        check("-0", 10, Some(0));
        check("NaN", 10, None);
        check("Infinity", 10, None);
    }
}
