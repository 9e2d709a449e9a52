//! Texts to other bases.

use num_bigint::BigUint;

use crate::arithmetic::{check_digits, round};
use crate::coefficient::Coefficient;
use crate::decimal::Magnitude::Finite;
use crate::parse::is_space;
use crate::{Config, Decimal, DecimalError, MAX_DIGITS, Rounding};

/// How often a text may be changed and tried again: for each prefix of it once.
const MAX_ATTEMPTS: usize = 100;

impl Decimal {
    /// The number that a text to the base 2 to 36 means, rounded half up to the decimals of the config; NaN if none.
    /// bignumber.js: `BigNumber(text, base)`.
    ///
    /// Letters are digits if they are all of one case. With base 10 the text may have an exponent. The empty text is
    /// zero with all other bases.
    pub fn parse_base(text: &str, base: u32, config: &Config) -> Decimal {
        if base == 10 {
            let number = Decimal::parse_with(text, config);
            return number.round_to(config.decimal_places, Rounding::HalfUp);
        }
        if text.len() > MAX_DIGITS as usize {
            return Decimal::NAN;
        }
        let mut text = std::borrow::Cow::Borrowed(text);
        for _ in 0..MAX_ATTEMPTS {
            if let Some(number) = parse_digits(&text, base, config) {
                return number;
            }
            let next = without_ornaments(&text, base);
            match next.as_str() {
                "Infinity" | "-Infinity" => return Decimal::infinity(next.starts_with('-')),
                _ if next == text => break,
                _ => text = next.into(),
            }
        }
        Decimal::NAN
    }

    /// The text to the base 2 to 36, without exponent, rounded half up to the decimals of the config.
    /// bignumber.js: `toString(base)`.
    ///
    /// # Errors
    ///
    /// If the text has too many digits.
    pub fn to_base(&self, base: u32, config: &Config) -> Result<String, DecimalError> {
        if base == 10 {
            return self
                .round_to(config.decimal_places, Rounding::HalfUp)
                .to_plain();
        }
        let Finite {
            coefficient,
            exponent,
        } = &self.magnitude
        else {
            return Ok(self.to_string());
        };
        check_digits(exponent + coefficient.digits_at_most() as i64)?;
        let places = if *exponent < 0 {
            config.decimal_places
        } else {
            0
        };
        // One digit more tells how to round; those behind it are not looked at.
        let scale = Coefficient::from(BigUint::from(base).pow(places + 1));
        let scaled = coefficient.mul(&scale);
        let scaled = match u64::try_from(*exponent) {
            Ok(zeros) => scaled.scaled_up(zeros),
            Err(_) => scaled.scaled_down(exponent.unsigned_abs()).0,
        };
        let scaled = scaled.to_big();
        let last = (&scaled % base)
            .to_u32_digits()
            .first()
            .copied()
            .unwrap_or(0);
        let rounded = scaled / base + u32::from(last * 2 >= base);
        let mut text = rounded.to_str_radix(base);
        let places = places as usize;
        if places > 0 {
            if text.len() <= places {
                text.insert_str(0, &"0".repeat(places + 1 - text.len()));
            }
            text.insert(text.len() - places, '.');
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        if self.negative && !self.is_zero() {
            text.insert(0, '-');
        }
        Ok(text)
    }
}

/// A sign, digits of the base, among or behind them a point.
fn parse_digits(text: &str, base: u32, config: &Config) -> Option<Decimal> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if text.starts_with('.') {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = [whole, fraction].concat();
    let mixed = digits.bytes().any(|byte| byte.is_ascii_lowercase())
        && digits.bytes().any(|byte| byte.is_ascii_uppercase());
    if mixed || !digits.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    if digits.is_empty() {
        return Some(Decimal::zero(negative));
    }
    from_digits(negative, digits.as_bytes(), fraction.len(), base, config)
}

/// The number with these digits, of which the last `fraction` stand behind the point, rounded half up to the places of
/// the configuration; `None` if one is no digit of the base.
pub(crate) fn from_digits(
    negative: bool,
    digits: &[u8],
    fraction: usize,
    base: u32,
    config: &Config,
) -> Option<Decimal> {
    let integer = Coefficient::from(BigUint::parse_bytes(digits, base)?);
    let places = match fraction {
        0 => 0,
        _ => config.decimal_places,
    };
    let divisor = Coefficient::from(BigUint::from(base).pow(fraction as u32));
    let (quotient, rest) = integer.scaled_up(places.into()).divide(&divisor);
    let rounded = round(quotient, rest, negative, Rounding::HalfUp);
    let exponent = -i64::from(places);
    Some(Decimal::finite(negative, rounded, exponent, config))
}

/// The text without space around it, a plus sign, the prefix of the base and a point at its ends.
fn without_ornaments(text: &str, base: u32) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let trimmed = text.trim_matches(is_space);
    let plain = match trimmed.strip_prefix('+') {
        Some(rest)
            if rest
                .bytes()
                .next()
                .is_some_and(|byte| is_word(byte) || byte == b'.') =>
        {
            rest
        }
        _ => trimmed,
    };
    let (sign, digits) = plain.split_at(usize::from(plain.starts_with('-')));
    let digits = match digits.as_bytes() {
        [b'0', letter, first, rest @ ..]
            if is_word(*first) && rest.iter().all(|byte| is_word(*byte) || *byte == b'.') =>
        {
            match (letter.to_ascii_lowercase(), base) {
                (b'x', 16) | (b'b', 2) | (b'o', 8) => &digits[2..],
                _ => digits,
            }
        }
        _ => digits,
    };
    let whole = format!("{sign}{digits}");
    match whole.find('.') {
        Some(at) if at > 0 && at + 1 == whole.len() => whole[..at].to_owned(),
        Some(0) if whole.len() > 1 && !whole[1..].contains('.') => format!("0{whole}"),
        _ => whole,
    }
}
