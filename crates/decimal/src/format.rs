use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::coefficient::Coefficient;
use crate::decimal::Magnitude::{Finite, Infinite, Nan};
use crate::{Decimal, DecimalError, MAX_DIGITS, Rounding};

impl Decimal {
    /// The text with exactly so many decimals and no exponent, `NaN` or `Infinity`.
    ///
    /// A negative number that is rounded to zero keeps its sign (`-0.00`), negative zero does not show it.
    ///
    /// # Errors
    ///
    /// If the text has too many digits.
    pub fn to_fixed(&self, decimals: u32, rounding: Rounding) -> Result<String, DecimalError> {
        match &self.round_to(decimals, rounding).magnitude {
            Finite {
                coefficient,
                exponent,
            } => {
                let negative = self.negative && !self.is_zero();
                check_length(coefficient, *exponent, decimals)?;
                Ok(plain(negative, coefficient, *exponent, decimals))
            }
            Nan | Infinite => Ok(self.to_string()),
        }
    }

    /// The text with all decimals and no exponent. bignumber.js: `toFixed()`.
    ///
    /// # Errors
    ///
    /// If the text has too many digits.
    pub fn to_plain(&self) -> Result<String, DecimalError> {
        match &self.magnitude {
            Finite {
                coefficient,
                exponent,
            } => {
                let negative = self.negative && !coefficient.is_zero();
                let (coefficient, zeros) = coefficient.stripped();
                let exponent = exponent + zeros as i64;
                let decimals = u32::try_from(-exponent).unwrap_or(0);
                check_length(&coefficient, exponent, decimals)?;
                Ok(plain(negative, &coefficient, exponent, decimals))
            }
            Nan | Infinite => Ok(self.to_string()),
        }
    }

    /// As `Display`, but negative zero shows its sign. bignumber.js: `valueOf`.
    pub fn to_value_string(&self) -> String {
        if self.is_zero() && self.negative {
            "-0".to_owned()
        } else {
            self.to_string()
        }
    }
}

/// Whether a text with so many decimals has at most [`MAX_DIGITS`] digits.
pub(crate) fn check_length(
    coefficient: &Coefficient,
    exponent: i64,
    decimals: u32,
) -> Result<(), DecimalError> {
    let limit = i64::from(MAX_DIGITS);
    let zeros = if coefficient.is_zero() {
        0
    } else {
        exponent + i64::from(decimals)
    };
    // Counting exactly is only worth it close to the limit.
    let too_long = coefficient.digits_at_most() as i64 + zeros > limit
        && coefficient.digits() as i64 + zeros > limit;
    if too_long || i64::from(decimals) > limit {
        Err(DecimalError::TooLarge)
    } else {
        Ok(())
    }
}

/// `coefficient * 10^exponent` with so many decimals, which are at least those it has.
pub(crate) fn plain(
    negative: bool,
    coefficient: &Coefficient,
    exponent: i64,
    decimals: u32,
) -> String {
    let mut text = coefficient.to_text();
    if !coefficient.is_zero() {
        let zeros = usize::try_from(exponent + i64::from(decimals)).unwrap_or(0);
        text.extend(std::iter::repeat_n('0', zeros));
    }
    let decimals = decimals as usize;
    if text.len() <= decimals {
        text.insert_str(0, &"0".repeat(decimals + 1 - text.len()));
    }
    if decimals > 0 {
        text.insert(text.len() - decimals, '.');
    }
    if negative {
        text.insert(0, '-');
    }
    text
}

/// As `toString` of bignumber.js: with an exponent from `1e+21` and up to `1e-7`, without the sign of zero.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (coefficient, exponent) = match &self.magnitude {
            Nan => return f.write_str("NaN"),
            Infinite => {
                return f.write_str(if self.negative {
                    "-Infinity"
                } else {
                    "Infinity"
                });
            }
            Finite {
                coefficient,
                exponent,
            } => (coefficient, *exponent),
        };
        let (stripped, zeros) = coefficient.stripped();
        let exponent = exponent + zeros as i64;
        let first = exponent + stripped.digits() as i64 - 1;
        let negative = self.negative && !stripped.is_zero();
        if (-6..=20).contains(&first) {
            let decimals = u32::try_from(-exponent).unwrap_or(0);
            return f.write_str(&plain(negative, &stripped, exponent, decimals));
        }
        let digits = stripped.to_text();
        let (whole, fraction) = digits.split_at(1);
        let point = if fraction.is_empty() { "" } else { "." };
        let sign = if negative { "-" } else { "" };
        write!(f, "{sign}{whole}{point}{fraction}e{first:+}")
    }
}

/// As text.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From text.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
