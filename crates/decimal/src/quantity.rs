use std::cmp::Ordering;
use std::ops::{Add, Deref, Mul};

use arrayvec::ArrayString;
use num_bigint::BigUint;
use thiserror::Error;

use crate::coefficient::{Coefficient, small_power_of_ten};
use crate::decimal::Magnitude;
use crate::precision::power_of_ten;
use crate::{Decimal, Precision, Rounding};

/// An amount of a token: a count of its smallest unit. Only together with the token's [`Precision`] it has a text.
///
/// All arithmetic is checked: what does not fit is `None`. The largest supply of a token, 9007199254740991 with 8
/// decimals, is 2^80; so sums cannot overflow in practice, and products of two amounts need [`Quantity::mul_div`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i128);

/// Bytes of the text of an amount at most: sign, 39 digits and a point, or a zero and a point in front of them.
const LONGEST: usize = 42;

/// The text of an amount, by [`Quantity::text`].
#[derive(Clone, Copy, Debug)]
pub struct QuantityText(ArrayString<LONGEST>);

impl Deref for QuantityText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Why a text is not an amount.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum QuantityError {
    /// Not a number at all.
    #[error("expected a number, found {0:?}")]
    NotANumber(String),
    /// Infinite.
    #[error("expected a finite number, found {0:?}")]
    Infinite(String),
    /// More decimals than the token has.
    #[error("expected at most {precision} decimals, found {decimals}")]
    TooManyDecimals {
        /// Those that are not trailing zeros.
        decimals: u32,
        /// Those of the token.
        precision: Precision,
    },
    /// More than 2^127 of the smallest unit.
    #[error("expected an amount below 2^127 units, found {0:?}")]
    TooLarge(String),
}

/// The beginning of a text, for an error.
fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);

    /// So many of the smallest unit.
    pub const fn from_units(units: i128) -> Quantity {
        Quantity(units)
    }

    /// How many of the smallest unit.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The amount that a text means exactly, in any form that [`Decimal::parse`] takes.
    ///
    /// # Errors
    ///
    /// If it is not a finite number, too large, or has more decimals than the precision, trailing zeros aside.
    pub fn parse_exact(text: &str, precision: Precision) -> Result<Quantity, QuantityError> {
        if let Some(quantity) = parse_plain(text.as_bytes(), precision) {
            return Ok(quantity);
        }
        let number = parse_finite(text)?;
        let decimals = number.decimals().unwrap_or(0);
        if decimals > precision.decimals().into() {
            return Err(QuantityError::TooManyDecimals {
                decimals,
                precision,
            });
        }
        Quantity::from_decimal(&number, precision, Rounding::Down)
            .ok_or_else(|| QuantityError::TooLarge(excerpt(text)))
    }

    /// The amount that a text means, rounded to the precision.
    ///
    /// # Errors
    ///
    /// If it is not a finite number, or too large.
    pub fn parse_rounded(
        text: &str,
        precision: Precision,
        rounding: Rounding,
    ) -> Result<Quantity, QuantityError> {
        if let Some(quantity) = parse_plain(text.as_bytes(), precision) {
            return Ok(quantity);
        }
        let number = parse_finite(text)?;
        Quantity::from_decimal(&number, precision, rounding)
            .ok_or_else(|| QuantityError::TooLarge(excerpt(text)))
    }

    /// A number of tokens, rounded to the precision; `None` if it is not finite or too large.
    pub fn from_decimal(
        number: &Decimal,
        precision: Precision,
        rounding: Rounding,
    ) -> Option<Quantity> {
        let rounded = number.round_to(precision.decimals().into(), rounding);
        let Magnitude::Finite {
            coefficient,
            exponent,
        } = &rounded.magnitude
        else {
            return None;
        };
        let power =
            small_power_of_ten(u64::try_from(exponent + i64::from(precision.decimals())).ok()?);
        let magnitude = match (coefficient, power) {
            (Coefficient::Small(0), _) => 0,
            (Coefficient::Small(value), Some(power)) => value.checked_mul(power)?,
            _ => return None,
        };
        with_sign(magnitude, number.negative)
    }

    /// The number of tokens.
    pub fn to_decimal(self, precision: Precision) -> Decimal {
        Decimal::from_parts(self.0, -i32::from(precision.decimals()))
    }

    /// The text with exactly the decimals of the precision.
    pub fn format(self, precision: Precision) -> String {
        self.text(precision).to_string()
    }

    /// As [`format`](Self::format), without memory of its own.
    pub fn text(self, precision: Precision) -> QuantityText {
        let magnitude = self.0.unsigned_abs();
        let power = power_of_ten(precision.decimals()).unsigned_abs();
        let mut text = ArrayString::new();
        if self.0 < 0 {
            text.push('-');
        }
        let mut digits = itoa::Buffer::new();
        // Division of 128 bits is slow, and there are seldom more than 64.
        let (whole, fraction) = match u64::try_from(magnitude) {
            Ok(small) => {
                let power = power as u64;
                (digits.format(small / power), small % power)
            }
            Err(_) => (digits.format(magnitude / power), (magnitude % power) as u64),
        };
        text.push_str(whole);
        if power > 1 {
            // with a digit in front, so that none is left out
            let fraction = digits.format(power as u64 + fraction);
            text.push('.');
            text.push_str(&fraction[1..]);
        }
        QuantityText(text)
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum.
    pub fn checked_add(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_add(other.0).map(Quantity)
    }

    /// The difference.
    pub fn checked_sub(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_sub(other.0).map(Quantity)
    }

    /// So many times the amount.
    pub fn checked_mul(self, factor: i128) -> Option<Quantity> {
        self.0.checked_mul(factor).map(Quantity)
    }

    /// The amount with the other sign.
    pub fn checked_neg(self) -> Option<Quantity> {
        self.0.checked_neg().map(Quantity)
    }

    /// `self * factor / divisor`, rounded once at the end; `None` if the divisor is zero or the result does not fit.
    /// The product may be larger than 128 bits.
    pub fn mul_div(self, factor: i128, divisor: i128, rounding: Rounding) -> Option<Quantity> {
        if divisor == 0 {
            return None;
        }
        let negative = (self.0 < 0) ^ (factor < 0) ^ (divisor < 0);
        let (a, b, d) = (
            self.0.unsigned_abs(),
            factor.unsigned_abs(),
            divisor.unsigned_abs(),
        );
        let (quotient, rest) = match a.checked_mul(b) {
            Some(product) => Coefficient::Small(product).divide(&Coefficient::Small(d)),
            None => {
                let product = Coefficient::from(BigUint::from(a) * BigUint::from(b));
                product.divide(&Coefficient::Small(d))
            }
        };
        let Coefficient::Small(quotient) = quotient else {
            return None;
        };
        with_sign(round(quotient, rest, negative, rounding)?, negative)
    }

    /// The same number of tokens in units of another precision, rounded if there are fewer decimals.
    pub fn rescale(self, from: Precision, to: Precision, rounding: Rounding) -> Option<Quantity> {
        self.mul_div(to.units_per_token(), from.units_per_token(), rounding)
    }
}

fn parse_finite(text: &str) -> Result<Decimal, QuantityError> {
    let number = Decimal::parse(text);
    if number.is_nan() {
        return Err(QuantityError::NotANumber(excerpt(text)));
    }
    if !number.is_finite() {
        return Err(QuantityError::Infinite(excerpt(text)));
    }
    Ok(number)
}

fn round(
    quotient: u128,
    rest: Option<Ordering>,
    negative: bool,
    rounding: Rounding,
) -> Option<u128> {
    let up = rest.is_some_and(|rest| rounding.rounds_up(negative, quotient % 2 == 1, rest));
    quotient.checked_add(u128::from(up))
}

fn with_sign(magnitude: u128, negative: bool) -> Option<Quantity> {
    match (i128::try_from(magnitude), negative) {
        (Ok(units), false) => Some(Quantity(units)),
        (Ok(units), true) => Some(Quantity(-units)),
        (Err(_), _) => None,
    }
}

/// The usual form: an optional minus sign, up to 25 digits, a point among them, no more decimals than the precision
/// except for zeros.
fn parse_plain(text: &[u8], precision: Precision) -> Option<Quantity> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 25 || !digits.first()?.is_ascii_digit() || !digits.last()?.is_ascii_digit() {
        return None;
    }
    // Arithmetic with 64 bits is several times faster, and mostly they suffice.
    let (units, missing) = match digits.len() <= 18 {
        true => {
            scan::<u64>(digits, precision).map(|(units, missing)| (i128::from(units), missing))?
        }
        false => scan::<i128>(digits, precision)?,
    };
    let units = units * power_of_ten(missing);
    Some(Quantity(if negative { -units } else { units }))
}

/// The digits up to the precision as one number, and how many decimals are missing from it.
fn scan<N>(digits: &[u8], precision: Precision) -> Option<(N, u8)>
where
    N: From<u8> + Mul<Output = N> + Add<Output = N>,
{
    let push = |units: N, byte: &u8| units * N::from(10) + N::from(byte - b'0');
    let mut units = N::from(0);
    let mut rest = digits.iter();
    for byte in rest.by_ref() {
        match byte {
            b'0'..=b'9' => units = push(units, byte),
            b'.' => break,
            _ => return None,
        }
    }
    let mut missing = precision.decimals();
    for byte in rest {
        match byte {
            b'0' if missing == 0 => {}
            b'0'..=b'9' => {
                missing = missing.checked_sub(1)?;
                units = push(units, byte);
            }
            _ => return None,
        }
    }
    Some((units, missing))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Config;

    fn precision(decimals: u8) -> Precision {
        Precision::new(decimals).unwrap()
    }

    fn check(text: &str, decimals: u8, formatted: &str) {
        let quantity = Quantity::parse_exact(text, precision(decimals)).unwrap();
        assert_eq!(quantity.format(precision(decimals)), formatted, "{text}");
    }

    #[test]
    fn amounts_are_parsed_and_formatted() {
        check("1.5", 3, "1.500");
        check("-0.001", 3, "-0.001");
        check("0", 0, "0");
        check("-0", 8, "0.00000000");
        check("7", 8, "7.00000000");
        check("1.500000000000", 1, "1.5");
        check("9007199254740991.12345678", 8, "9007199254740991.12345678");
        check(
            &format!("{}", i128::MAX),
            0,
            "170141183460469231731687303715884105727",
        );
        check(
            &format!("-{}", i128::MAX),
            0,
            "-170141183460469231731687303715884105727",
        );
        check("1000000000000000000", 1, "1000000000000000000.0");
        check(
            "10000000000000000000000000000000000000",
            1,
            "10000000000000000000000000000000000000.0",
        );
        check(
            "123456789012345678901234567890.12345678",
            8,
            "123456789012345678901234567890.12345678",
        );
    }

    #[test]
    fn other_forms_of_numbers_are_accepted() {
        check(" 1e-3\n", 3, "0.001");
        check("+.5", 3, "0.500");
        check("5.", 3, "5.000");
        check("0x10", 3, "16.000");
        check("12e2", 0, "1200");
    }

    #[test]
    fn what_is_no_amount_is_refused_with_a_reason() {
        let check = |text: &str, reason: &str| {
            let error = Quantity::parse_exact(text, precision(3)).unwrap_err();
            assert_eq!(error.to_string(), reason);
        };
        check("", "expected a number, found \"\"");
        check("1,5", "expected a number, found \"1,5\"");
        check("-", "expected a number, found \"-\"");
        check("-Infinity", "expected a finite number, found \"-Infinity\"");
        check("1.0001", "expected at most 3 decimals, found 4");
        check("1e-5", "expected at most 3 decimals, found 5");
        check(
            "1e40",
            "expected an amount below 2^127 units, found \"1e40\"",
        );
        check(
            "170141183460469231731687303715884105.728",
            "expected an amount below 2^127 units, found \"170141183460469231731687303715884105.728\"",
        );
        assert_eq!(
            Precision::new(9).unwrap_err().to_string(),
            "expected a precision of 0 to 8, found 9"
        );
    }

    #[test]
    fn rounding_is_that_of_the_mode() {
        let check = |text: &str, rounding, units| {
            assert_eq!(
                Quantity::parse_rounded(text, precision(2), rounding),
                Ok(Quantity(units)),
                "{text} {rounding:?}"
            );
        };
        check("1.005", Rounding::HalfUp, 101);
        check("-1.005", Rounding::HalfUp, -101);
        check("1.005", Rounding::HalfDown, 100);
        check("1.005", Rounding::HalfEven, 100);
        check("1.009", Rounding::Down, 100);
        check("-1.001", Rounding::Floor, -101);
        check("-1.001", Rounding::Ceil, -100);
        check("0.001", Rounding::Up, 1);
    }

    #[test]
    fn arithmetic_is_checked() {
        let max = Quantity(i128::MAX);
        let one = Quantity(1);
        assert_eq!(max.checked_add(one), None);
        assert_eq!(Quantity(i128::MIN).checked_sub(one), None);
        assert_eq!(Quantity(i128::MIN).checked_neg(), None);
        assert_eq!(max.checked_mul(2), None);
        assert_eq!(max.mul_div(2, 1, Rounding::Down), None);
        assert_eq!(max.mul_div(i128::MAX, i128::MAX, Rounding::Down), Some(max));
        assert_eq!(one.mul_div(1, 0, Rounding::Down), None);
        assert_eq!(
            Quantity(15).rescale(precision(1), precision(0), Rounding::HalfUp),
            Some(Quantity(2))
        );
        assert_eq!(
            Quantity(15).rescale(precision(1), precision(3), Rounding::HalfUp),
            Some(Quantity(1500))
        );
    }

    fn any_precision() -> impl Strategy<Value = Precision> {
        (0..=8u8).prop_map(precision)
    }

    fn any_rounding() -> impl Strategy<Value = Rounding> {
        (0..9u8).prop_map(|number| Rounding::from_number(number).unwrap())
    }

    proptest! {
        #[test]
        fn format_and_parse_are_inverse(units in any::<i128>(), bits in 0..127u32, precision in any_precision()) {
            let quantity = Quantity(units >> bits);
            prop_assume!(units != i128::MIN);
            let text = quantity.format(precision);
            prop_assert_eq!(Quantity::parse_exact(&text, precision), Ok(quantity));
            prop_assert_eq!(quantity.to_decimal(precision).to_fixed(precision.decimals().into(), Rounding::Down).unwrap(), text);
        }

        #[test]
        fn parsing_agrees_with_decimal(text in "-?[0-9]{1,28}(\\.[0-9]{1,12}0{0,4})?", precision in any_precision(), rounding in any_rounding()) {
            let number = Decimal::parse(&text);
            let rounded = Quantity::parse_rounded(&text, precision, rounding).unwrap();
            let fixed = number.to_fixed(precision.decimals().into(), rounding).unwrap();
            prop_assert_eq!(rounded.to_decimal(precision).equals(&Decimal::parse(&fixed)), true);
            let exact = Quantity::parse_exact(&text, precision);
            prop_assert_eq!(exact.is_ok(), number.decimals().unwrap() <= precision.decimals().into());
            if let Ok(exact) = exact {
                prop_assert_eq!(exact, rounded);
            }
        }

        #[test]
        fn mul_div_agrees_with_decimal(
            a in any::<i128>(), b in any::<i128>(), d in any::<i128>(), bits in (0..127u32, 0..127u32, 0..127u32),
            rounding in any_rounding(),
        ) {
            let (a, b, d) = (a >> bits.0, b >> bits.1, d >> bits.2);
            prop_assume!(d != 0);
            let config = Config { decimal_places: 45, ..Config::STANDARD };
            let product = Decimal::from(a).times(&Decimal::from(b), &config).unwrap();
            // A quotient within half of 10^-45 of a tie would be one, as divisors have at most 39 digits.
            let quotient = product.div(&Decimal::from(d), &config).unwrap().round_to(0, rounding);
            match Quantity(a).mul_div(b, d, rounding) {
                Some(result) => prop_assert!(Decimal::from(result.units()).equals(&quotient)),
                None => prop_assert!(!quotient.abs().is_less(&Decimal::from(i128::MAX))),
            }
        }
    }
}
