use std::borrow::Cow;
use std::cmp::Ordering;

use crate::coefficient::Coefficient;
use crate::decimal::Magnitude::{Finite, Infinite, Nan};
use crate::{Config, Decimal, DecimalError, MAX_DIGITS, Rounding};

pub(crate) type Result = std::result::Result<Decimal, DecimalError>;

pub(crate) fn check_digits(digits: i64) -> std::result::Result<(), DecimalError> {
    if digits > i64::from(MAX_DIGITS) {
        Err(DecimalError::TooLarge)
    } else {
        Ok(())
    }
}

/// Rounds a quotient.
pub(crate) fn round(
    quotient: Coefficient,
    rest: Option<Ordering>,
    negative: bool,
    rounding: Rounding,
) -> Coefficient {
    let up = rest.is_some_and(|rest| rounding.rounds_up(negative, quotient.is_odd(), rest));
    if up {
        quotient.add(&Coefficient::Small(1))
    } else {
        quotient
    }
}

impl Decimal {
    /// The exact sum.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn plus(&self, other: &Decimal, config: &Config) -> Result {
        self.sum(other, other.negative, config)
    }

    /// The exact difference.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn minus(&self, other: &Decimal, config: &Config) -> Result {
        self.sum(other, !other.negative, config)
    }

    /// The sum with a number that has this sign instead of its own.
    fn sum(&self, other: &Decimal, other_negative: bool, config: &Config) -> Result {
        let other_signed = || Decimal {
            negative: other_negative,
            magnitude: other.magnitude.clone(),
        };
        let (a, a_exponent, b, b_exponent) = match (&self.magnitude, &other.magnitude) {
            (Nan, _) | (_, Nan) => return Ok(Decimal::NAN),
            (Infinite, Infinite) if self.negative != other_negative => return Ok(Decimal::NAN),
            (Infinite, _) => return Ok(self.clone()),
            (_, Infinite) => return Ok(other_signed()),
            (
                Finite {
                    coefficient: a,
                    exponent: m,
                },
                Finite {
                    coefficient: b,
                    exponent: n,
                },
            ) => (a, *m, b, *n),
        };
        match (a.is_zero(), b.is_zero()) {
            (true, true) => return Ok(Decimal::zero(self.negative && other_negative)),
            (true, false) => return Ok(other_signed()),
            (false, true) => return Ok(self.clone()),
            (false, false) => {}
        }
        let exponent = a_exponent.min(b_exponent);
        let a = scale_to(a, a_exponent, exponent)?;
        let b = scale_to(b, b_exponent, exponent)?;
        if self.negative == other_negative {
            return Ok(Decimal::finite(self.negative, a.add(&b), exponent, config));
        }
        // Equal magnitudes make positive zero.
        let (negative, difference) = match a.cmp(&b) {
            Ordering::Less => (other_negative, b.sub(&a)),
            Ordering::Equal => return Ok(Decimal::ZERO),
            Ordering::Greater => (self.negative, a.sub(&b)),
        };
        Ok(Decimal::finite(negative, difference, exponent, config))
    }

    /// The exact product.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn times(&self, other: &Decimal, config: &Config) -> Result {
        let negative = self.negative != other.negative;
        let (a, a_exponent, b, b_exponent) = match (&self.magnitude, &other.magnitude) {
            (Nan, _) | (_, Nan) => return Ok(Decimal::NAN),
            (Infinite, _) | (_, Infinite) => {
                let undefined = self.is_zero() || other.is_zero();
                return Ok(if undefined {
                    Decimal::NAN
                } else {
                    Decimal::infinity(negative)
                });
            }
            (
                Finite {
                    coefficient: a,
                    exponent: m,
                },
                Finite {
                    coefficient: b,
                    exponent: n,
                },
            ) => (a, *m, b, *n),
        };
        let exponent = a_exponent + b_exponent;
        if let (Coefficient::Small(a), Coefficient::Small(b)) = (a, b)
            && let Some(product) = a.checked_mul(*b)
        {
            return Ok(Decimal::finite(
                negative,
                Coefficient::Small(product),
                exponent,
                config,
            ));
        }
        // Neither is zero, else the product would have been small.
        let least = exponent + (a.digits_at_most() + b.digits_at_most()) as i64 - 4;
        if least > i64::from(config.range) {
            return Ok(Decimal::infinity(negative));
        }
        if least + 4 < -i64::from(config.range) {
            return Ok(Decimal::zero(negative));
        }
        check_digits((a.digits_at_most() + b.digits_at_most()) as i64)?;
        let product = a.mul(b);
        // Factors of 2 and 5 make zeros which would add up.
        let (product, zeros) = product.stripped();
        Ok(Decimal::finite(
            negative,
            product,
            exponent + zeros as i64,
            config,
        ))
    }

    /// The quotient, rounded half up to the decimal places of the config.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn div(&self, other: &Decimal, config: &Config) -> Result {
        self.quotient(other, config.decimal_places, Rounding::HalfUp, config)
    }

    /// The quotient, rounded to so many decimals.
    pub(crate) fn quotient(
        &self,
        other: &Decimal,
        places: u32,
        rounding: Rounding,
        config: &Config,
    ) -> Result {
        let negative = self.negative != other.negative;
        let (a, a_exponent, b, b_exponent) = match (&self.magnitude, &other.magnitude) {
            (Nan, _) | (_, Nan) | (Infinite, Infinite) => return Ok(Decimal::NAN),
            (Infinite, _) => return Ok(Decimal::infinity(negative)),
            (_, Infinite) => return Ok(Decimal::zero(negative)),
            (
                Finite {
                    coefficient: a,
                    exponent: m,
                },
                Finite {
                    coefficient: b,
                    exponent: n,
                },
            ) => (a, *m, b, *n),
        };
        match (a.is_zero(), b.is_zero()) {
            (true, true) => return Ok(Decimal::NAN),
            (true, false) => return Ok(Decimal::zero(negative)),
            (false, true) => return Ok(Decimal::infinity(negative)),
            (false, false) => {}
        }
        let places = i64::from(places);
        let shift = places + a_exponent - b_exponent;
        let digits = shift + a.digits_at_most() as i64 - b.digits_at_most() as i64;
        if digits - places - 4 > i64::from(config.range) {
            return Ok(Decimal::infinity(negative));
        }
        // Less than a tenth of the last place.
        if digits < -4 {
            return Ok(Decimal::zero(negative));
        }
        check_digits(digits)?;
        let (quotient, rest) = match u64::try_from(shift) {
            Ok(shift) => a.scaled_up(shift).divide(b),
            Err(_) => a.divide(&b.scaled_up(shift.unsigned_abs())),
        };
        let quotient = round(quotient, rest, negative, rounding);
        Ok(Decimal::finite(negative, quotient, -places, config))
    }

    /// The square root, rounded half up to the decimal places of the config; NaN of negative numbers.
    ///
    /// # Errors
    ///
    /// If it has too many digits.
    pub fn sqrt(&self, config: &Config) -> Result {
        let (coefficient, exponent) = match &self.magnitude {
            _ if self.is_zero() => return Ok(self.clone()),
            _ if self.negative => return Ok(Decimal::NAN),
            Nan | Infinite => return Ok(self.clone()),
            Finite {
                coefficient,
                exponent,
            } => (coefficient, *exponent),
        };
        // One more place than wanted tells how to round: half up does not look farther.
        let places = i64::from(config.decimal_places) + 1;
        let shift = exponent + 2 * places;
        check_digits(shift + coefficient.digits_at_most() as i64)?;
        let radicand = match u64::try_from(shift) {
            Ok(shift) => coefficient.scaled_up(shift),
            Err(_) => coefficient.scaled_down(shift.unsigned_abs()).0,
        };
        let (root, rest) = radicand.sqrt().scaled_down(1);
        let root = round(root, rest, false, Rounding::HalfUp);
        Ok(Decimal::finite(false, root, 1 - places, config))
    }

    /// The power: exact for positive exponents, one divided by it for negative ones.
    ///
    /// # Errors
    ///
    /// If it has too many digits, or the exponent has decimals.
    pub fn pow(&self, exponent: &Decimal, config: &Config) -> Result {
        if exponent.is_finite() && !exponent.is_integer() {
            return Err(DecimalError::ExponentNotInteger(exponent.to_value_string()));
        }
        let one = matches!(&self.magnitude, Finite { .. }) && self.abs().equals(&Decimal::ONE);
        if !self.is_finite() || self.is_zero() || one || !exponent.is_finite() || exponent.is_zero()
        {
            return Ok(self.special_power(exponent));
        }
        let odd = exponent.is_odd();
        let Some(mut rest) = exponent
            .to_u64_magnitude()
            .filter(|rest| *rest < 10_000_000_000)
        else {
            // At least 2^(10^10) or at most 0.79^(10^10), unless the base is so close to one that the power has too
            // many digits.
            return self.huge_power(exponent, odd);
        };
        let mut base = self.clone();
        let mut power = Decimal::ONE;
        while power.is_finite() {
            if rest & 1 == 1 {
                power = power.times(&base, config)?;
            }
            rest >>= 1;
            if rest == 0 {
                break;
            }
            base = base.times(&base, config)?;
        }
        if exponent.negative {
            Decimal::ONE.div(&power, config)
        } else {
            Ok(power)
        }
    }

    /// Powers with one of 0, 1, -1, infinity or NaN in them, as `Math.pow` of ECMAScript has them.
    fn special_power(&self, exponent: &Decimal) -> Decimal {
        if exponent.is_zero() {
            return Decimal::ONE;
        }
        if exponent.is_nan() || self.is_nan() {
            return Decimal::NAN;
        }
        let one = self.abs().compare(&Decimal::ONE);
        let Some(order) = one else {
            return Decimal::NAN;
        };
        let odd = exponent.is_odd();
        if exponent.is_finite() && order.is_eq() {
            return Decimal {
                negative: self.negative && odd,
                ..Decimal::ONE
            };
        }
        // With infinity as exponent, 1 has no power; else the size of the base decides.
        let negative = self.negative && odd;
        match (order, exponent.negative) {
            (Ordering::Equal, _) => Decimal::NAN,
            (Ordering::Greater, false) | (Ordering::Less, true) => Decimal::infinity(negative),
            _ => Decimal::zero(negative),
        }
    }

    /// Powers with exponents of 10^10 and more.
    fn huge_power(&self, exponent: &Decimal, odd: bool) -> Result {
        let magnitude = self.abs();
        let negative = self.negative && odd;
        let grows = !magnitude.is_less(&Decimal::from(2));
        let shrinks = magnitude.is_less(&Decimal::from_parts(8, -1));
        match (grows, shrinks, exponent.negative) {
            (false, false, _) => Err(DecimalError::TooLarge),
            (true, _, false) | (_, true, true) => Ok(Decimal::infinity(negative)),
            _ => Ok(Decimal::zero(negative)),
        }
    }

    fn is_odd(&self) -> bool {
        match &self.magnitude {
            Finite {
                coefficient,
                exponent,
            } => match u64::try_from(-exponent) {
                Ok(decimals) => coefficient.scaled_down(decimals).0.is_odd(),
                Err(_) => false,
            },
            Nan | Infinite => false,
        }
    }

    fn to_u64_magnitude(&self) -> Option<u64> {
        let integer = self.abs().round_to(0, Rounding::Down);
        match &integer.magnitude {
            Finite {
                coefficient,
                exponent,
            } if *exponent <= 20 => match coefficient.scaled_up(u64::try_from(*exponent).ok()?) {
                Coefficient::Small(value) => u64::try_from(value).ok(),
                Coefficient::Big(_) => None,
            },
            _ => None,
        }
    }

    /// The number rounded to so many decimals, fewer if it has fewer. bignumber.js: `dp(n, rm)`, `integerValue(rm)`.
    pub fn round_to(&self, decimals: u32, rounding: Rounding) -> Decimal {
        self.round_at(-i64::from(decimals), rounding)
    }

    /// The number rounded to a multiple of 10^`place`.
    pub(crate) fn round_at(&self, place: i64, rounding: Rounding) -> Decimal {
        let Finite {
            coefficient,
            exponent,
        } = &self.magnitude
        else {
            return self.clone();
        };
        let Ok(dropped) = u64::try_from(place - exponent) else {
            return self.clone();
        };
        let (quotient, rest) = coefficient.scaled_down(dropped);
        let rounded = round(quotient, rest, self.negative, rounding);
        if rounded.is_zero() {
            return Decimal::zero(self.negative);
        }
        Decimal {
            negative: self.negative,
            magnitude: Finite {
                coefficient: rounded,
                exponent: place,
            },
        }
    }
}

/// The coefficient for a smaller exponent.
fn scale_to(
    coefficient: &Coefficient,
    from: i64,
    to: i64,
) -> std::result::Result<Cow<'_, Coefficient>, DecimalError> {
    if from == to {
        return Ok(Cow::Borrowed(coefficient));
    }
    check_digits(from - to + coefficient.digits_at_most() as i64)?;
    Ok(Cow::Owned(
        coefficient.scaled_up((from - to).unsigned_abs()),
    ))
}
