use std::cmp::Ordering;

use crate::Decimal128;
use crate::value::safe_integer;

/// A finite decimal: `coefficient * 10^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finite {
    pub(crate) negative: bool,
    pub(crate) coefficient: u128,
    pub(crate) exponent: i32,
}

/// A number or a decimal, as it compares.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Nan,
    Infinite { negative: bool },
    Finite(Finite),
}

impl From<Decimal128> for Number {
    fn from(decimal: Decimal128) -> Number {
        match decimal.finite() {
            Some(finite) => Number::Finite(finite),
            None if decimal.is_infinite() => Number::Infinite {
                negative: decimal.is_negative(),
            },
            None => Number::Nan,
        }
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Number {
        let negative = number.is_sign_negative();
        if number.is_nan() {
            return Number::Nan;
        }
        if number.is_infinite() {
            return Number::Infinite { negative };
        }
        if let Some(integer) = safe_integer(number) {
            let coefficient = u128::from(integer.unsigned_abs());
            return Number::Finite(Finite {
                negative,
                coefficient,
                exponent: 0,
            });
        }
        let mut buffer = ryu_js::Buffer::new();
        let text = buffer.format_finite(number);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let fraction = mantissa
            .find('.')
            .map_or(0, |point| mantissa.len() - point - 1);
        let digits = mantissa.bytes().filter(u8::is_ascii_digit);
        Number::Finite(Finite {
            negative,
            coefficient: digits.fold(0, |number, digit| number * 10 + u128::from(digit - b'0')),
            exponent: exponent.parse::<i32>().expect("ryu writes an integer") - fraction as i32,
        })
    }
}

impl Finite {
    /// The position of the decimal point before the first digit, and the digits without trailing zeros.
    /// `None` for zero.
    pub(super) fn digits(self) -> Option<(i32, Digits)> {
        if self.coefficient == 0 {
            return None;
        }
        let digits = Digits::new(self.coefficient);
        Some((self.exponent + digits.written as i32, digits))
    }
}

/// Decimal digits of an integer, without trailing zeros, at most the 34 of a decimal.
pub(super) struct Digits {
    buffer: [u8; 40],
    start: usize,
    end: usize,
    /// With trailing zeros.
    written: usize,
}

impl Digits {
    fn new(mut coefficient: u128) -> Digits {
        let mut buffer = [0; 40];
        let mut start = buffer.len();
        while coefficient > u128::from(u64::MAX) {
            start -= 1;
            buffer[start] = (coefficient % 10) as u8;
            coefficient /= 10;
        }
        let mut rest = coefficient as u64;
        // two by two, which is half the divisions
        while rest >= 10 {
            start -= 2;
            let pair = (rest % 100) as u8;
            buffer[start] = pair / 10;
            buffer[start + 1] = pair % 10;
            rest /= 100;
        }
        if rest > 0 {
            start -= 1;
            buffer[start] = rest as u8;
        }
        let zeros = buffer[start..]
            .iter()
            .rev()
            .take_while(|digit| **digit == 0)
            .count();
        let end = buffer.len() - zeros;
        Digits {
            buffer,
            start,
            end,
            written: buffer.len() - start,
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}

fn compare_magnitudes(a: Finite, b: Finite) -> Ordering {
    if a.exponent == b.exponent {
        return a.coefficient.cmp(&b.coefficient);
    }
    match (a.digits(), b.digits()) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some((a_point, a)), Some((b_point, b))) => a_point
            .cmp(&b_point)
            .then_with(|| a.as_slice().cmp(b.as_slice())),
    }
}

pub(crate) fn compare_numbers(a: Number, b: Number) -> Ordering {
    // NaN, negative infinity, negative, zero, positive, positive infinity: as in keys.
    a.class().cmp(&b.class()).then_with(|| match (a, b) {
        (Number::Finite(a), Number::Finite(b)) if a.negative => compare_magnitudes(b, a),
        (Number::Finite(a), Number::Finite(b)) => compare_magnitudes(a, b),
        _ => Ordering::Equal,
    })
}

impl Number {
    /// Which of the classes of numbers it is in, in their order: what two are compared by first.
    pub(super) fn class(self) -> u8 {
        match self {
            Number::Nan => 0,
            Number::Infinite { negative: true } => 1,
            Number::Finite(Finite { coefficient: 0, .. }) => 3,
            Number::Finite(Finite { negative: true, .. }) => 2,
            Number::Finite(_) => 4,
            Number::Infinite { negative: false } => 5,
        }
    }
}
