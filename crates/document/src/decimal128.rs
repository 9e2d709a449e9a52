use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, MapAccess};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codec::{MapKey, decimal_content};
use crate::order::Finite;

const MAX_DIGITS: i64 = 34;
const MAX_COEFFICIENT: u128 = 10u128.pow(MAX_DIGITS as u32) - 1;
const MIN_EXPONENT: i64 = -6176;
const MAX_EXPONENT: i64 = 6111;

const SIGN: u64 = 1 << 63;
const EXPONENT_SHIFT: u32 = 49;
/// Combination fields of what is not finite.
const INFINITY: u64 = 0b11110 << 58;
const NAN: u64 = 0b11111 << 58;

/// A decimal floating-point number of 34 digits, as tables hold it: IEEE 754-2008 decimal128 in its binary integer
/// encoding.
///
/// Trailing zeros are part of it (`1.50` is not the same document as `1.5`), so `==` compares representations; by value
/// compare with [`Decimal128::compare`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal128 {
    // Two halves instead of a u128, which would be aligned to 16 bytes and make every value larger.
    high: u64,
    low: u64,
}

/// Why a text is not a [`Decimal128`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Decimal128Error {
    /// Not a decimal number.
    #[error("{0} not a valid Decimal128 string")]
    Invalid(String),
    /// Too large for the exponent.
    #[error("\"{0}\" is not a valid Decimal128 string - overflow")]
    Overflow(String),
}

impl Decimal128 {
    /// Zero, without decimals.
    pub const ZERO: Decimal128 = Decimal128 {
        high: ((-MIN_EXPONENT) as u64) << EXPONENT_SHIFT,
        low: 0,
    };

    /// `coefficient * 10^exponent`; `None` if the coefficient has more than 34 digits or the exponent is not in
    /// -6176..=6111.
    pub fn new(negative: bool, coefficient: u128, exponent: i32) -> Option<Decimal128> {
        let exponent = i64::from(exponent);
        if coefficient > MAX_COEFFICIENT || !(MIN_EXPONENT..=MAX_EXPONENT).contains(&exponent) {
            return None;
        }
        let biased = ((exponent - MIN_EXPONENT) as u64) << EXPONENT_SHIFT;
        let sign = if negative { SIGN } else { 0 };
        Some(Decimal128 {
            high: sign | biased | (coefficient >> 64) as u64,
            low: coefficient as u64,
        })
    }

    /// The encoding as 128 bits.
    pub fn to_bits(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// The number that is encoded so; `None` if the encoding is not canonical.
    pub fn from_bits(bits: u128) -> Option<Decimal128> {
        let value = Decimal128 {
            high: (bits >> 64) as u64,
            low: bits as u64,
        };
        let special = value.high & !SIGN;
        let canonical = match value.finite() {
            Some(finite) => {
                Decimal128::new(value.is_negative(), finite.coefficient, finite.exponent)
                    == Some(value)
            }
            None => value.low == 0 && (special == INFINITY || value.high == NAN),
        };
        canonical.then_some(value)
    }

    /// Whether this is not a number.
    pub fn is_nan(self) -> bool {
        self.high & NAN == NAN
    }

    /// Whether this is positive or negative infinity.
    pub fn is_infinite(self) -> bool {
        self.high & NAN == INFINITY
    }

    /// Whether the sign is minus; zero may have it, too.
    pub fn is_negative(self) -> bool {
        self.high & SIGN != 0
    }

    /// Sign, coefficient and exponent, unless it is NaN or infinite.
    pub(crate) fn finite(self) -> Option<Finite> {
        // Both bits set: NaN, infinity, or the second form of finite numbers, which has no canonical members.
        if self.high >> 61 & 0b11 == 0b11 {
            return None;
        }
        let exponent = (self.high >> EXPONENT_SHIFT & 0x3FFF) as i32 + MIN_EXPONENT as i32;
        let coefficient =
            u128::from(self.high & ((1 << EXPONENT_SHIFT) - 1)) << 64 | u128::from(self.low);
        Some(Finite {
            negative: self.is_negative(),
            coefficient,
            exponent,
        })
    }

    /// By value: `1.5` and `1.50` are equal, zeros are equal, NaN is equal to itself and below all others.
    pub fn compare(self, other: Decimal128) -> Ordering {
        crate::order::compare_numbers(self.into(), other.into())
    }
}

impl FromStr for Decimal128 {
    type Err = Decimal128Error;

    /// Digits with an optional point and exponent, `Infinity`, `inf` or `NaN` in any case, each with an optional sign.
    ///
    /// More than 34 digits are rounded half to even, too small numbers become zero; too large ones are an error.
    fn from_str(text: &str) -> Result<Decimal128, Decimal128Error> {
        let invalid = || Decimal128Error::Invalid(text.to_owned());
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        if ["infinity", "inf"]
            .iter()
            .any(|word| unsigned.eq_ignore_ascii_case(word))
        {
            return Ok(Decimal128 {
                high: INFINITY | if negative { SIGN } else { 0 },
                low: 0,
            });
        }
        if unsigned.eq_ignore_ascii_case("nan") {
            return Ok(Decimal128 { high: NAN, low: 0 });
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (
                &unsigned[..at],
                parse_exponent(&unsigned[at + 1..]).ok_or_else(invalid)?,
            ),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().next().is_none() || !digits().all(|digit| digit.is_ascii_digit()) {
            return Err(invalid());
        }
        let exponent = exponent - fraction.len() as i64;
        let significant = digits().skip_while(|digit| *digit == b'0');
        round(negative, significant, exponent)
            .ok_or_else(|| Decimal128Error::Overflow(text.to_owned()))
    }
}

/// The exponent, held within bounds far beyond those of the format.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.bytes().fold(0i64, |number, digit| {
        (number * 10 + i64::from(digit - b'0')).min(1 << 40)
    });
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// The nearest decimal to the digits times ten to the exponent; `None` if it is too large.
fn round(
    negative: bool,
    digits: impl Iterator<Item = u8> + Clone,
    mut exponent: i64,
) -> Option<Decimal128> {
    let count = digits.clone().count() as i64;
    let dropped = (count - MAX_DIGITS).max(MIN_EXPONENT - exponent).max(0);
    let kept = (count - dropped).max(0) as usize;
    let mut coefficient = digits.clone().take(kept).fold(0u128, |number, digit| {
        number * 10 + u128::from(digit - b'0')
    });
    exponent += dropped;
    if dropped <= count {
        let mut rest = digits.skip(kept);
        let first = rest.next().unwrap_or(b'0');
        let above_half = first > b'5' || first == b'5' && rest.any(|digit| digit != b'0');
        if above_half || first == b'5' && coefficient % 2 == 1 {
            coefficient += 1;
        }
    }
    if coefficient > MAX_COEFFICIENT {
        coefficient /= 10;
        exponent += 1;
    }
    if coefficient == 0 {
        exponent = exponent.min(MAX_EXPONENT);
    }
    while exponent > MAX_EXPONENT && coefficient <= MAX_COEFFICIENT / 10 {
        coefficient *= 10;
        exponent -= 1;
    }
    Decimal128::new(negative, coefficient, i32::try_from(exponent).ok()?)
}

/// As `java.math.BigDecimal` and MongoDB write it: plain if the exponent is not positive and the number not below
/// 10^-6, else in scientific notation.
impl fmt::Display for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Finite {
            negative,
            coefficient,
            exponent,
        }) = self.finite()
        else {
            return f.write_str(match (self.is_nan(), self.is_negative()) {
                (true, _) => "NaN",
                (false, false) => "Infinity",
                (false, true) => "-Infinity",
            });
        };
        if negative {
            f.write_str("-")?;
        }
        let digits = coefficient.to_string();
        let scientific = exponent + digits.len() as i32 - 1;
        if exponent > 0 || scientific < -6 {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}E{scientific:+}");
        }
        let decimals = exponent.unsigned_abs() as usize;
        if decimals == 0 {
            return f.write_str(&digits);
        }
        let digits = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        write!(f, "{whole}.{fraction}")
    }
}

impl fmt::Debug for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Decimal128 {
    fn from(value: i64) -> Decimal128 {
        Decimal128::new(value < 0, u128::from(value.unsigned_abs()), 0)
            .expect("19 digits are within 34")
    }
}

/// In JSON and the like the extended form, in our own binary form the number itself.
impl Serialize for Decimal128 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_newtype_struct(crate::codec::DECIMAL, &self.to_bits());
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("$numberDecimal", &self.to_string())?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Decimal128 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal128, D::Error> {
        deserializer.deserialize_map(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Decimal128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Decimal128, A::Error> {
        match map.next_key()? {
            Some(MapKey::Decimal) => decimal_content(&mut map),
            Some(MapKey::Field(key)) if key == "$numberDecimal" => map
                .next_value::<Cow<'_, str>>()?
                .parse()
                .map_err(de::Error::custom),
            _ => Err(de::Error::custom("expected a decimal, found an object")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str) {
        let value: Decimal128 = text.parse().unwrap();
        assert_eq!(value.to_string(), shown, "{text}");
        assert_eq!(
            Decimal128::from_bits(value.to_bits()),
            Some(value),
            "{text}"
        );
        assert_eq!(shown.parse(), Ok(value), "{text}");
    }

    // Expected values from bson 4.2 for JavaScript.
    #[test]
    fn digits_and_exponent_are_kept() {
        for text in [
            "0",
            "1.50",
            "0.00000",
            "1E+3",
            "-0",
            "-0.00",
            "1.23E+7",
            "0.000001234",
            "1.234E-7",
            "0E-41",
        ] {
            check(text, text);
        }
        check("0E-5", "0.00000");
        check(".5", "0.5");
        check("5.", "5");
        check("+1", "1");
        check("00001.5", "1.5");
        check("123E5", "1.23E+7");
        check("nan", "NaN");
        check("-NaN", "NaN");
        check("inf", "Infinity");
        check("-infinity", "-Infinity");
        check("0e7000", "0E+6111");
        check("0e-7000", "0E-6176");
        check("1e6111", "1E+6111");
        check("1e6112", "1.0E+6112");
        check("1e6144", "1.000000000000000000000000000000000E+6144");
        check("1e-6176", "1E-6176");
    }

    #[test]
    fn more_digits_are_rounded_half_to_even() {
        check(
            "12345678901234567890123456789012345",
            "1.234567890123456789012345678901234E+34",
        );
        check(
            "12345678901234567890123456789012355",
            "1.234567890123456789012345678901236E+34",
        );
        check(
            "9.999999999999999999999999999999999999",
            "10.00000000000000000000000000000000",
        );
        check(
            "100000000000000000000000000000000000000",
            "1.000000000000000000000000000000000E+38",
        );
        check(
            "1234567890123456789012345678901234.5",
            "1234567890123456789012345678901234",
        );
        check(
            "1234567890123456789012345678901234.50000001",
            "1234567890123456789012345678901235",
        );
        check("15e-6177", "2E-6176");
        check("5e-6177", "0E-6176");
        check("51e-6178", "1E-6176");
        check("1e-7000", "0E-6176");
    }

    #[test]
    fn what_is_no_decimal_is_named() {
        for text in [
            "", " 1", "1 ", "abc", "1.2.3", ".", "1e", "e5", "1_0", "0x10", "+-1", "１", "1e+-3",
            "1.é",
        ] {
            let error = text.parse::<Decimal128>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{text} not a valid Decimal128 string")
            );
        }
        let error = "1e7000".parse::<Decimal128>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"1e7000\" is not a valid Decimal128 string - overflow"
        );
        assert!("1e99999999999999999999".parse::<Decimal128>().is_err());
    }

    #[test]
    fn comparison_is_by_value() {
        let ascending = [
            "NaN",
            "-Infinity",
            "-10",
            "-9.5",
            "-1E-6176",
            "0",
            "1E-6176",
            "0.5",
            "9.5",
            "10",
            "1E+6144",
            "Infinity",
        ];
        let values = ascending.map(|text| text.parse::<Decimal128>().unwrap());
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                assert_eq!(a.compare(*b), i.cmp(&j), "{a} {b}");
            }
        }
        let equal = |a: &str, b: &str| {
            a.parse::<Decimal128>()
                .unwrap()
                .compare(b.parse().unwrap())
                .is_eq()
        };
        assert!(equal("1.5", "1.5000") && equal("0", "-0E-10") && equal("1E+3", "1000"));
    }

    #[test]
    fn only_canonical_encodings_are_accepted() {
        for bits in [
            u128::MAX,
            0b11 << 125,
            0x7C00_0000_0000_0001_u128 << 64,
            MAX_COEFFICIENT + 1,
        ] {
            assert_eq!(Decimal128::from_bits(bits), None);
        }
    }
}
