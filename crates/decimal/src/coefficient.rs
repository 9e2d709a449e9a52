use std::cmp::Ordering;

use num_bigint::BigUint;

/// A non-negative integer: 128 bits as long as they suffice, which they nearly always do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Coefficient {
    Small(u128),
    /// More than 128 bits.
    Big(BigUint),
}

use Coefficient::{Big, Small};

/// Powers of ten in 128 bits.
const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// 10^`exponent`, if it has at most 128 bits.
pub(crate) fn small_power_of_ten(exponent: u64) -> Option<u128> {
    POWERS.get(usize::try_from(exponent).ok()?).copied()
}

fn big_power_of_ten(exponent: u64) -> BigUint {
    match small_power_of_ten(exponent) {
        Some(power) => BigUint::from(power),
        None => BigUint::from(10u8)
            .pow(u32::try_from(exponent).expect("callers stay within the limit of digits")),
    }
}

impl From<BigUint> for Coefficient {
    fn from(value: BigUint) -> Coefficient {
        match u128::try_from(&value) {
            Ok(small) => Small(small),
            Err(_) => Big(value),
        }
    }
}

impl Coefficient {
    pub(crate) const ZERO: Coefficient = Small(0);

    pub(crate) fn is_zero(&self) -> bool {
        *self == Small(0)
    }

    pub(crate) fn is_odd(&self) -> bool {
        match self {
            Small(value) => value & 1 == 1,
            Big(value) => value.bit(0),
        }
    }

    pub(crate) fn to_big(&self) -> BigUint {
        match self {
            Small(value) => BigUint::from(*value),
            Big(value) => value.clone(),
        }
    }

    /// The number of decimal digits; that of zero is 1.
    pub(crate) fn digits(&self) -> u64 {
        match self {
            Small(value) => u64::from(value.checked_ilog10().unwrap_or(0)) + 1,
            Big(value) => {
                // 10^at_least <= 2^(bits - 1) <= value, and at most one digit is missing.
                let at_least =
                    ((value.bits() - 1) as f64 * std::f64::consts::LOG10_2 * (1.0 - 1e-12)) as u64;
                let mut digits = at_least;
                while *value >= big_power_of_ten(digits) {
                    digits += 1;
                }
                digits
            }
        }
    }

    /// A bound on the number of digits, above it by at most one, without computing powers.
    pub(crate) fn digits_at_most(&self) -> u64 {
        match self {
            Small(value) => u64::from(u128::BITS - value.leading_zeros()) * 30_103 / 100_000 + 1,
            Big(value) => value.bits() * 30_103 / 100_000 + 1,
        }
    }

    pub(crate) fn add(&self, other: &Coefficient) -> Coefficient {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Small(sum);
        }
        Coefficient::from(self.to_big() + other.to_big())
    }

    /// The difference from something that is not larger.
    pub(crate) fn sub(&self, other: &Coefficient) -> Coefficient {
        match (self, other) {
            (Small(a), Small(b)) => Small(a - b),
            _ => Coefficient::from(self.to_big() - other.to_big()),
        }
    }

    pub(crate) fn mul(&self, other: &Coefficient) -> Coefficient {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Small(product);
        }
        Coefficient::from(self.to_big() * other.to_big())
    }

    /// Times 10^`exponent`.
    pub(crate) fn scaled_up(&self, exponent: u64) -> Coefficient {
        if let (Small(value), Some(power)) = (self, small_power_of_ten(exponent))
            && let Some(product) = value.checked_mul(power)
        {
            return Small(product);
        }
        Coefficient::from(self.to_big() * big_power_of_ten(exponent))
    }

    /// The quotient, and how the remainder compares to half the divisor; `None` if there is no remainder.
    pub(crate) fn divide(&self, divisor: &Coefficient) -> (Coefficient, Option<Ordering>) {
        if let (Small(a), Small(b)) = (self, divisor) {
            let remainder = a % b;
            let rest = (remainder > 0).then(|| remainder.cmp(&(b - remainder)));
            return (Small(a / b), rest);
        }
        let (a, b) = (self.to_big(), divisor.to_big());
        let quotient = &a / &b;
        let remainder = a - &quotient * &b;
        let rest = (remainder != BigUint::ZERO).then(|| (&remainder * 2u8).cmp(&b));
        (Coefficient::from(quotient), rest)
    }

    /// As [`Coefficient::divide`] by 10^`exponent`.
    pub(crate) fn scaled_down(&self, exponent: u64) -> (Coefficient, Option<Ordering>) {
        // So far below half that the power need not be computed.
        if exponent > self.digits_at_most() {
            let rest = (!self.is_zero()).then_some(Ordering::Less);
            return (Coefficient::ZERO, rest);
        }
        match small_power_of_ten(exponent) {
            Some(power) => self.divide(&Small(power)),
            None => self.divide(&Big(big_power_of_ten(exponent))),
        }
    }

    /// The largest integer whose square is not larger.
    pub(crate) fn sqrt(&self) -> Coefficient {
        match self {
            Small(value) => Small(value.isqrt()),
            Big(value) => Coefficient::from(value.sqrt()),
        }
    }

    /// Without trailing zeros, and how many these were.
    pub(crate) fn stripped(&self) -> (Coefficient, u64) {
        match self {
            Small(value) if value % 10 != 0 || *value == 0 => (Small(*value), 0),
            Small(value) => {
                let (mut value, mut zeros) = (*value, 0);
                for step in [16, 8, 4, 2, 1] {
                    while value.is_multiple_of(POWERS[step]) {
                        value /= POWERS[step];
                        zeros += step as u64;
                    }
                }
                (Small(value), zeros)
            }
            Big(value) => strip_big(value),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        match self {
            // Several times faster than with 128 bits.
            Small(value) => match u64::try_from(*value) {
                Ok(value) => value.to_string(),
                Err(_) => value.to_string(),
            },
            Big(value) => value.to_string(),
        }
    }

    /// From decimal digits, which there are at least one of.
    pub(crate) fn from_digits(digits: &str) -> Coefficient {
        match digits.parse() {
            Ok(value) => Small(value),
            Err(_) => Coefficient::from(digits.parse::<BigUint>().expect("callers pass digits")),
        }
    }
}

fn strip_big(value: &BigUint) -> (Coefficient, u64) {
    // A number ends in at most as many zeros as it can be halved, and most numbers in none.
    let mut at_most = value.trailing_zeros().unwrap_or(0);
    if at_most == 0 || value % 10u8 != BigUint::ZERO {
        return (Big(value.clone()), 0);
    }
    let (mut stripped, mut zeros) = (value.clone(), 0);
    let mut step = 1 << at_most.ilog2();
    while step > 0 {
        if step <= at_most {
            let power = big_power_of_ten(step);
            let quotient = &stripped / &power;
            if &quotient * &power == stripped {
                stripped = quotient;
                zeros += step;
                at_most -= step;
            }
        }
        step /= 2;
    }
    (Coefficient::from(stripped), zeros)
}

impl PartialOrd for Coefficient {
    fn partial_cmp(&self, other: &Coefficient) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Coefficient {
    fn cmp(&self, other: &Coefficient) -> Ordering {
        match (self, other) {
            (Small(a), Small(b)) => a.cmp(b),
            (Small(_), Big(_)) => Ordering::Less,
            (Big(_), Small(_)) => Ordering::Greater,
            (Big(a), Big(b)) => a.cmp(b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> Coefficient {
        Coefficient::from_digits(text)
    }

    #[test]
    fn digits_are_counted_exactly() {
        for exponent in [0u64, 1, 5, 37, 38, 39, 40, 99, 100, 500, 5000] {
            let power = Small(1).scaled_up(exponent);
            assert_eq!(power.digits(), exponent + 1);
            if exponent > 0 {
                assert_eq!(power.sub(&Small(1)).digits(), exponent);
            }
            for number in [power.clone(), power.add(&Small(1))] {
                let bound = number.digits_at_most();
                assert!(
                    (number.digits()..=number.digits() + 1).contains(&bound),
                    "{exponent} {bound}"
                );
            }
        }
    }

    #[test]
    fn zeros_are_stripped() {
        for (text, stripped, zeros) in [
            ("0", "0", 0),
            ("7", "7", 0),
            ("1200", "12", 2),
            ("100000000000000000000000000000000000000", "1", 38),
            ("1000000000000000000000000000000000000000", "1", 39),
            ("123000000000000000000000000000000000000000000", "123", 42),
            (
                "1230000000000000000000000000000000000000000004",
                "1230000000000000000000000000000000000000000004",
                0,
            ),
        ] {
            assert_eq!(big(text).stripped(), (big(stripped), zeros), "{text}");
        }
    }

    #[test]
    fn remainders_compare_to_half() {
        let check = |a: &str, b: &str, quotient: &str, rest| {
            assert_eq!(big(a).divide(&big(b)), (big(quotient), rest))
        };
        check("10", "5", "2", None);
        check("11", "4", "2", Some(Ordering::Greater));
        check("10", "4", "2", Some(Ordering::Equal));
        check("9", "4", "2", Some(Ordering::Less));
        check(
            "340282366920938463463374607431768211455",
            "340282366920938463463374607431768211454",
            "1",
            Some(Ordering::Less),
        );
        check(
            "1000000000000000000000000000000000000000005",
            "10",
            "100000000000000000000000000000000000000000",
            Some(Ordering::Equal),
        );
    }
}
