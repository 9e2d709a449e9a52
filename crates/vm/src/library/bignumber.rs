//! `api.BigNumber`: what bignumber.js 8.1.1 computes, one call for each operation of a script.
//!
//! ```text
//!  prelude: { text, op, argument } ──operate──▶ Decimal(text) | Text | Number | Bool | Null | exception
//! ```
//!
//! A script's number is kept as the text of `valueOf`, which has all there is: digits, exponent and the sign of zero.
//! An operand that is no such number is handed over as the text that `String` makes of it, except that the double
//! negative zero is `-0`. An operand that is missing is the text `undefined`, which is not a number.
//!
//! Numbers have at most [`MAX_DIGITS`] digits, which is ours and not the library's: [`cost()`] says what an operation is
//! worth before it is done, and what would need more digits is refused.

use tartan_decimal::{Config, Decimal, DecimalError, MAX_DIGITS};
use thiserror::Error;

mod argument;
mod cost;
mod op;

pub use argument::Argument;
pub use cost::cost;
pub use op::Op;

/// What an operation answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number of the library: what `valueOf` writes.
    Decimal(String),
    /// A text.
    Text(String),
    /// A double.
    Number(f64),
    /// A boolean.
    Bool(bool),
    /// No answer, for example to the decimals of infinity.
    Null,
}

/// An exception.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BigNumberError {
    /// What the library throws.
    #[error("{0}")]
    Refused(String),
    /// The quotient of a remainder is beyond the range, which the library does not expect.
    #[error("Cannot read properties of null (reading '0')")]
    RemainderOutOfRange,
    /// More digits than [`MAX_DIGITS`]: our own limit.
    #[error("[BigNumber Error] Number has more than {MAX_DIGITS} digits")]
    TooLarge,
}

impl BigNumberError {
    /// The name of the exception in JavaScript.
    pub fn name(&self) -> &'static str {
        match self {
            BigNumberError::RemainderOutOfRange => "TypeError",
            _ => "Error",
        }
    }
}

impl From<DecimalError> for BigNumberError {
    fn from(error: DecimalError) -> BigNumberError {
        match error {
            DecimalError::TooLarge => BigNumberError::TooLarge,
            DecimalError::ExponentNotInteger(_) => BigNumberError::Refused(error.to_string()),
        }
    }
}

type Result<T = Answer> = std::result::Result<T, BigNumberError>;

/// Computes `left.op(…)`.
///
/// - Operations with a second number (`plus`, `lt`, `pow`, `min`, …) take it as `right`; its base, if there is one, as
///   `a`. `pow` takes the modulus as `a`, `Number` or `Text`.
/// - [`Op::New`] is `BigNumber(left, a)`.
/// - The others take their arguments as `a` and `b`: decimals or digits or base or places, and rounding mode.
///
/// # Errors
///
/// The exceptions of the library, with its messages; and numbers of more than [`MAX_DIGITS`] digits.
pub fn operate(
    op: Op,
    left: &str,
    right: Option<&str>,
    a: Argument<'_>,
    b: Argument<'_>,
    config: &Config,
) -> Result {
    let x = match op {
        Op::New => return decimal(&operand(left, a, config)?),
        _ => read(left, config)?,
    };
    match op {
        _ if op.takes_number() => {
            let base = if op == Op::Pow { Argument::Missing } else { a };
            let y = operand(right.unwrap_or("undefined"), base, config)?;
            with_number(op, &x, &y, a, config)
        }
        _ if op.writes() => write(op, &x, a, b, config),
        _ => alone(op, &x, a, b, config),
    }
}

/// Operations of two numbers.
fn with_number(op: Op, x: &Decimal, y: &Decimal, a: Argument<'_>, config: &Config) -> Result {
    let number = match op {
        Op::Plus => x.plus(y, config)?,
        Op::Minus => x.minus(y, config)?,
        Op::Times => x.times(y, config)?,
        Op::Div => x.div(y, config)?,
        Op::DivInteger => x.div_integer(y, config)?,
        Op::Modulo => remainder(x, y, config)?,
        Op::Pow => match a.to_decimal(config) {
            Some(modulus) => {
                let power = x.pow_modulo(y, &modulus, config)?;
                if power.is_finite() || power.is_nan() {
                    power
                } else {
                    return Err(BigNumberError::RemainderOutOfRange);
                }
            }
            None => x.pow(y, config)?,
        },
        Op::Max => x.max(y),
        Op::Min => x.min(y),
        Op::Compare => {
            let order = x.compare(y).map(|order| f64::from(order as i8));
            return Ok(order.map_or(Answer::Null, Answer::Number));
        }
        Op::Equal => return Ok(Answer::Bool(x.equals(y))),
        Op::Less => return Ok(Answer::Bool(x.is_less(y))),
        Op::LessOrEqual => return Ok(Answer::Bool(x.is_at_most(y))),
        Op::Greater => return Ok(Answer::Bool(x.is_greater(y))),
        _ => return Ok(Answer::Bool(x.is_at_least(y))),
    };
    decimal(&number)
}

fn remainder(x: &Decimal, y: &Decimal, config: &Config) -> Result<Decimal> {
    let rest = x.modulo(y, config)?;
    if !rest.is_finite() && !rest.is_nan() {
        return Err(BigNumberError::RemainderOutOfRange);
    }
    Ok(rest)
}

/// Operations of one number that answer a number, a double or a boolean.
fn alone(op: Op, x: &Decimal, a: Argument<'_>, b: Argument<'_>, config: &Config) -> Result {
    let count = |count: Option<u64>| Ok(count.map_or(Answer::Null, |n| Answer::Number(n as f64)));
    let number = match op {
        Op::Sqrt => x.sqrt(config)?,
        Op::Negated => x.negated(),
        Op::Abs => x.abs(),
        Op::ShiftedBy => x.shifted(a.places()?, config)?,
        Op::IntegerValue => x.round_to(0, a.rounding()?),
        Op::DecimalPlaces => match a.count(0)? {
            Some(decimals) => x.round_to(decimals, b.rounding()?),
            None => return count(x.decimals().map(u64::from)),
        },
        Op::Precision => match a {
            Argument::Bool(with_zeros) => return count(x.significant_digits(with_zeros)),
            _ => match a.count(1)? {
                Some(digits) => x.round_significant(digits, b.rounding()?),
                None => return count(x.significant_digits(false)),
            },
        },
        Op::ToNumber => return Ok(Answer::Number(x.to_f64())),
        Op::IsNan => return Ok(Answer::Bool(x.is_nan())),
        Op::IsFinite => return Ok(Answer::Bool(x.is_finite())),
        Op::IsInteger => return Ok(Answer::Bool(x.is_integer())),
        Op::IsPositive => return Ok(Answer::Bool(x.is_positive())),
        Op::IsNegative => return Ok(Answer::Bool(x.is_negative())),
        _ => return Ok(Answer::Bool(x.is_zero())),
    };
    decimal(&number)
}

/// Operations that answer a text.
fn write(op: Op, x: &Decimal, a: Argument<'_>, b: Argument<'_>, config: &Config) -> Result {
    let text = match op {
        Op::ToFixed => {
            let (decimals, rounding) = (a.count(0)?, b.rounding()?);
            match decimals {
                Some(decimals) => x.to_fixed(decimals, rounding)?,
                None => x.to_plain()?,
            }
        }
        Op::ToExponential => {
            let (decimals, rounding) = (a.count(0)?, b.rounding()?);
            x.to_exponential(decimals, rounding)?
        }
        Op::ToPrecision => {
            let (digits, rounding) = (a.count(1)?, b.rounding()?);
            match digits {
                Some(digits) => x.to_precision(digits, rounding)?,
                None => x.to_string(),
            }
        }
        Op::ToString if x.is_finite() => match a.base()? {
            Some(base) => x.to_base(base, config)?,
            None => x.to_string(),
        },
        Op::ToString => x.to_string(),
        _ => x.to_value_string(),
    };
    Ok(Answer::Text(text))
}

/// Answers with a number.
fn decimal(number: &Decimal) -> Result {
    Ok(Answer::Decimal(number.to_value_string()))
}

fn read(text: &str, config: &Config) -> Result<Decimal> {
    // A point, a sign, an exponent, and some space.
    if text.len() > MAX_DIGITS as usize + 64 {
        return Err(BigNumberError::TooLarge);
    }
    Ok(Decimal::parse_with(text, config))
}

/// `BigNumber(text, base)`.
fn operand(text: &str, base: Argument<'_>, config: &Config) -> Result<Decimal> {
    match base.base()? {
        Some(base) => {
            read(text, config)?;
            Ok(Decimal::parse_base(text, base, config))
        }
        None => read(text, config),
    }
}

#[cfg(test)]
mod tests;
