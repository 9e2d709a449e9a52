//! Significant digits: counting them, rounding to them, writing them.

use crate::decimal::Magnitude::Finite;
use crate::format::{check_length, plain};
use crate::{Decimal, DecimalError, MAX_DIGITS, Rounding};

impl Decimal {
    /// The number of significant digits, with trailing zeros of an integer or without; `None` for infinity and NaN.
    /// bignumber.js: `sd()`.
    pub fn significant_digits(&self, with_zeros: bool) -> Option<u64> {
        let Finite {
            coefficient,
            exponent,
        } = &self.magnitude
        else {
            return None;
        };
        let (stripped, zeros) = coefficient.stripped();
        let zeros = u64::try_from(exponent + zeros as i64).unwrap_or(0);
        Some(stripped.digits() + if with_zeros { zeros } else { 0 })
    }

    /// The place of the first digit, 0 for units; 0 for zero, `None` for infinity and NaN.
    pub fn first_place(&self) -> Option<i64> {
        match &self.magnitude {
            Finite {
                coefficient,
                exponent,
            } => Some(exponent + coefficient.digits() as i64 - 1),
            _ => None,
        }
    }

    /// The number rounded to so many significant digits. bignumber.js: `sd(n, rm)`.
    pub fn round_significant(&self, digits: u32, rounding: Rounding) -> Decimal {
        match self.first_place() {
            Some(first) if !self.is_zero() => {
                self.round_at(first - i64::from(digits) + 1, rounding)
            }
            _ => self.clone(),
        }
    }

    /// The text with an exponent, with so many decimals or as many as there are. bignumber.js: `toExponential`.
    ///
    /// # Errors
    ///
    /// If the text has too many digits.
    pub fn to_exponential(
        &self,
        decimals: Option<u32>,
        rounding: Rounding,
    ) -> Result<String, DecimalError> {
        let rounded = match decimals {
            Some(decimals) if decimals >= MAX_DIGITS => return Err(DecimalError::TooLarge),
            Some(decimals) => self.round_significant(decimals + 1, rounding),
            None => self.clone(),
        };
        let Finite { coefficient, .. } = &rounded.magnitude else {
            return Ok(self.to_string());
        };
        let first = rounded.first_place().unwrap_or(0);
        let mut digits = coefficient.stripped().0.to_text();
        let decimals = decimals.unwrap_or(0) as usize;
        let missing = (decimals + 1).saturating_sub(digits.len());
        digits.extend(std::iter::repeat_n('0', missing));
        let (whole, fraction) = digits.split_at(1);
        let point = if fraction.is_empty() { "" } else { "." };
        let sign = if self.negative && !self.is_zero() {
            "-"
        } else {
            ""
        };
        Ok(format!("{sign}{whole}{point}{fraction}e{first:+}"))
    }

    /// The text with so many significant digits, with an exponent if these do not reach the units or there are many
    /// zeros before them. bignumber.js: `toPrecision`.
    ///
    /// As there, a number that is rounded up to one more digit has one more.
    ///
    /// # Errors
    ///
    /// If the text has too many digits.
    pub fn to_precision(&self, digits: u32, rounding: Rounding) -> Result<String, DecimalError> {
        let rounded = self.round_significant(digits, rounding);
        let (Some(before), Some(first)) = (self.first_place(), rounded.first_place()) else {
            return Ok(self.to_string());
        };
        let digits = i64::from(digits);
        if digits <= first || first <= -7 {
            let decimals = u32::try_from(digits - 1).ok();
            return self.to_exponential(decimals, rounding);
        }
        let Finite {
            coefficient,
            exponent,
        } = &rounded.magnitude
        else {
            return Ok(self.to_string());
        };
        let decimals = u32::try_from(digits - before - 1).unwrap_or(0);
        check_length(coefficient, *exponent, decimals)?;
        let negative = self.negative && !self.is_zero();
        // Trailing zeros may stand behind the last decimal that is wanted.
        let (coefficient, zeros) = coefficient.stripped();
        Ok(plain(
            negative,
            &coefficient,
            exponent + zeros as i64,
            decimals,
        ))
    }
}
