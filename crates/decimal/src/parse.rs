use std::str::FromStr;

use crate::coefficient::Coefficient;
use crate::radix::from_digits;
use crate::{Config, Decimal, MAX_DIGITS};

/// As many digits as always fit into 128 bits.
const PLAIN_DIGITS: u32 = 38;

/// Beyond any range; sums of it do not overflow.
const HUGE_EXPONENT: i64 = 1 << 40;

impl Decimal {
    /// The number that a text means under [`Config::STANDARD`]; NaN if it means none.
    pub fn parse(text: &str) -> Decimal {
        Decimal::parse_with(text, &Config::STANDARD)
    }

    /// The number that a text means; NaN if it means none.
    ///
    /// Whitespace around it is ignored. A sign, digits with an optional point before, among or behind them, an exponent
    /// (`-1.5e+3`); `Infinity`; or behind `0x`, `0b`, `0o` digits to the base 16, 2, 8 with an optional point among or
    /// behind them, where letters are all of one case, and decimals are rounded to those of the config. More than
    /// [`MAX_DIGITS`] digits are NaN.
    pub fn parse_with(text: &str, config: &Config) -> Decimal {
        if let Some(number) = parse_plain(text.as_bytes())
            && config.range >= PLAIN_DIGITS
        {
            return number;
        }
        let trimmed = text.trim_matches(is_space);
        let unsigned = match trimmed.strip_prefix('+') {
            Some(rest) if rest.starts_with(['+', '-']) || rest.starts_with(is_space) => {
                return Decimal::NAN;
            }
            Some(rest) => rest,
            None => trimmed,
        };
        // After a plus sign no minus sign can follow.
        let (negative, unsigned) = match unsigned.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, unsigned),
        };
        if unsigned == "Infinity" {
            return Decimal::infinity(negative);
        }
        let base = match unsigned.as_bytes() {
            [b'0', b'x' | b'X', ..] => 16,
            [b'0', b'b' | b'B', ..] => 2,
            [b'0', b'o' | b'O', ..] => 8,
            _ => return parse_decimal(negative, unsigned, config).unwrap_or(Decimal::NAN),
        };
        parse_based(negative, &unsigned[2..], base, config).unwrap_or(Decimal::NAN)
    }

    /// The number that JavaScript writes for a double.
    pub fn from_f64(number: f64) -> Decimal {
        if !number.is_finite() {
            return if number.is_nan() {
                Decimal::NAN
            } else {
                Decimal::infinity(number < 0.0)
            };
        }
        let magnitude = Decimal::parse_with(
            ryu_js::Buffer::new().format_finite(number.abs()),
            &Config::WIDE,
        );
        Decimal {
            negative: number.is_sign_negative(),
            ..magnitude
        }
    }
}

impl FromStr for Decimal {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Decimal, NotANumber> {
        let number = Decimal::parse(text);
        if number.is_nan() {
            Err(NotANumber(text.chars().take(80).collect()))
        } else {
            Ok(number)
        }
    }
}

/// The text is not a number.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a number, found {0:?}")]
pub struct NotANumber(String);

/// The usual form: an optional minus sign, up to 38 digits, a point among them.
fn parse_plain(text: &[u8]) -> Option<Decimal> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (first, last) = (digits.first()?, digits.last()?);
    if digits.len() > PLAIN_DIGITS as usize || !first.is_ascii_digit() || !last.is_ascii_digit() {
        return None;
    }
    let mut coefficient = 0u128;
    let mut point = None;
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => coefficient = coefficient * 10 + u128::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |at| digits.len() - at - 1);
    let exponent = if coefficient == 0 {
        0
    } else {
        -(decimals as i64)
    };
    let magnitude = crate::decimal::Magnitude::Finite {
        coefficient: Coefficient::Small(coefficient),
        exponent,
    };
    Some(Decimal {
        negative,
        magnitude,
    })
}

fn parse_decimal(negative: bool, text: &str, config: &Config) -> Option<Decimal> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = String::with_capacity(mantissa.len());
    digits.extend([whole, fraction]);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    let stripped = significant.trim_end_matches('0');
    if stripped.is_empty() {
        return Some(Decimal::zero(negative));
    }
    if stripped.len() > MAX_DIGITS as usize {
        return None;
    }
    let exponent = exponent - fraction.len() as i64 + (significant.len() - stripped.len()) as i64;
    Some(Decimal::finite(
        negative,
        Coefficient::from_digits(stripped),
        exponent,
        config,
    ))
}

/// The exponent, held within bounds far beyond any range.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let add = |number: i64, digit: u8| (number * 10 + i64::from(digit - b'0')).min(HUGE_EXPONENT);
    let magnitude = digits.bytes().fold(0, add);
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

fn parse_based(negative: bool, text: &str, base: u32, config: &Config) -> Option<Decimal> {
    let text = strip_prefixes(text, base);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let mixed_case =
        digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase);
    // A hexadecimal digit is more than a decimal one, so this bounds the decimal digits, too.
    if whole.is_empty() || mixed_case || digits.len() > MAX_DIGITS as usize / 2 {
        return None;
    }
    if digits.contains(&b'_') || digits.contains(&b'+') {
        return None;
    }
    from_digits(negative, &digits, fraction.len(), base, config)
}

/// A repeated prefix (`0x0x10`) counts once.
fn strip_prefixes(mut text: &str, base: u32) -> &str {
    let letter = match base {
        16 => b'x',
        8 => b'o',
        _ => b'b',
    };
    while let [b'0', second, ..] = text.as_bytes()
        && second.to_ascii_lowercase() == letter
    {
        text = &text[2..];
    }
    text
}

/// `\s` of ECMAScript.
pub(crate) fn is_space(character: char) -> bool {
    match character {
        '\u{85}' => false,
        '\u{FEFF}' => true,
        _ => character.is_whitespace(),
    }
}
