//! Operations that divide to integers.

use crate::arithmetic::{Result, check_digits};
use crate::coefficient::Coefficient;
use crate::decimal::Magnitude::Finite;
use crate::{Config, Decimal, DecimalError, Rounding};

/// The most digits of an exponent with a modulus: each bit of it costs two products and two divisions.
const MAX_EXPONENT_DIGITS: u64 = 1_000;

impl Decimal {
    /// The integer part of the quotient. bignumber.js: `idiv`.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn div_integer(&self, other: &Decimal, config: &Config) -> Result {
        self.quotient(other, 0, Rounding::Down, config)
    }

    /// What is left by the integer part of the quotient, with the sign of this number. bignumber.js: `mod`.
    ///
    /// If the quotient is beyond the range, so is what comes back: it is infinite.
    ///
    /// # Errors
    ///
    /// If something has too many digits.
    pub fn modulo(&self, other: &Decimal, config: &Config) -> Result {
        if !self.is_finite() || other.is_nan() || other.is_zero() {
            return Ok(Decimal::NAN);
        }
        if !other.is_finite() || self.is_zero() {
            return Ok(self.clone());
        }
        let quotient = self.div_integer(other, config)?;
        let rest = self.minus(&quotient.times(other, config)?, config)?;
        if rest.is_zero() {
            return Ok(Decimal::zero(self.negative));
        }
        Ok(rest)
    }

    /// The power modulo a number, fast if all three are integers and the exponent is not negative.
    /// bignumber.js: `pow(n, m)`.
    ///
    /// # Errors
    ///
    /// If something has too many digits, or the exponent has decimals.
    pub fn pow_modulo(&self, exponent: &Decimal, modulus: &Decimal, config: &Config) -> Result {
        let one = self.abs().equals(&Decimal::ONE);
        let special = !self.is_finite() || self.is_zero() || one;
        let integers = self.is_integer() && exponent.is_integer() && modulus.is_integer();
        if special || exponent.is_zero() || exponent.negative || !integers {
            return self.pow(exponent, config)?.modulo(modulus, config);
        }
        if modulus.is_zero() {
            return Ok(Decimal::NAN);
        }
        let exponent = exponent.to_integer()?.to_big();
        let mut base = self.modulo(modulus, config)?;
        let mut power = Decimal::ONE;
        for bit in 0..exponent.bits() {
            if bit > 0 {
                base = base.times(&base, config)?.modulo(modulus, config)?;
            }
            if exponent.bit(bit) {
                power = power.times(&base, config)?;
                if !power.is_finite() {
                    break;
                }
                power = power.modulo(modulus, config)?;
            }
        }
        Ok(power)
    }

    /// Times 10^`places`. bignumber.js: `shiftedBy`.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn shifted(&self, places: i64, config: &Config) -> Result {
        let range = i64::from(config.range);
        let power = if places > range {
            Decimal::infinity(false)
        } else if places < -range {
            Decimal::ZERO
        } else {
            Decimal::finite(false, Coefficient::Small(1), places, config)
        };
        self.times(&power, config)
    }

    /// The magnitude of an integer.
    fn to_integer(&self) -> std::result::Result<Coefficient, DecimalError> {
        let Finite {
            coefficient,
            exponent,
        } = &self.magnitude
        else {
            return Err(DecimalError::TooLarge);
        };
        check_digits(*exponent)?;
        let integer = match u64::try_from(*exponent) {
            Ok(zeros) => coefficient.scaled_up(zeros),
            Err(_) => coefficient.scaled_down(exponent.unsigned_abs()).0,
        };
        if integer.digits_at_most() > MAX_EXPONENT_DIGITS {
            return Err(DecimalError::TooLarge);
        }
        Ok(integer)
    }
}
