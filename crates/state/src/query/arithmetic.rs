use num_bigint::{BigInt, Sign};
use tartan_document::{Decimal128, Value};

use crate::error::QueryError;

/// Digits of a Decimal128.
const DIGITS: u64 = 34;
/// Largest difference of exponents that is aligned digit by digit; beyond, the smaller operand cannot show.
const MAX_ALIGNMENT: i64 = 80;

/// An arithmetic operator of `$expr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Operation::Add => "$add",
            Operation::Subtract => "$subtract",
            Operation::Multiply => "$multiply",
            Operation::Divide => "$divide",
            Operation::Remainder => "$mod",
        }
    }
}

/// The outcome as in MongoDB: `null` if an operand is `null` or missing; a decimal if one is a decimal; a date
/// from a date and a number.
pub(crate) fn evaluate(
    operation: Operation,
    operands: &[Option<&Value>],
) -> Result<Value, QueryError> {
    let mut present = Vec::with_capacity(operands.len());
    for operand in operands {
        match operand {
            None | Some(Value::Null) => return Ok(Value::Null),
            Some(value) => present.push(*value),
        }
    }
    let Some((first, rest)) = present.split_first() else {
        return Ok(Value::Number(if operation == Operation::Multiply {
            1.0
        } else {
            0.0
        }));
    };
    let start = match (operation, first) {
        (_, Value::Number(_) | Value::Decimal(_)) => (*first).clone(),
        (Operation::Add | Operation::Subtract, Value::Date(_)) => (*first).clone(),
        _ => return Err(undefined(operation, first)),
    };
    rest.iter().try_fold(start, |a, b| apply(operation, &a, b))
}

fn undefined(operation: Operation, value: &Value) -> QueryError {
    let kind = value.kind().to_string();
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    QueryError::Expression(format!("{} of {article} {kind}", operation.name()))
}

fn apply(operation: Operation, a: &Value, b: &Value) -> Result<Value, QueryError> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => numbers(operation, *a, *b).map(Value::Number),
        (Value::Number(_) | Value::Decimal(_), Value::Number(_) | Value::Decimal(_)) => {
            decimals(operation, &Number::from(a), &Number::from(b)).map(Value::Decimal)
        }
        (Value::Date(a), Value::Date(b)) if operation == Operation::Subtract => {
            Ok(Value::Number(a.saturating_sub(*b) as f64))
        }
        (Value::Date(date), Value::Number(number)) if operation == Operation::Add => {
            Ok(Value::Date(date.saturating_add(*number as i64)))
        }
        (Value::Number(number), Value::Date(date)) if operation == Operation::Add => {
            Ok(Value::Date(date.saturating_add(*number as i64)))
        }
        (Value::Date(date), Value::Number(number)) if operation == Operation::Subtract => {
            Ok(Value::Date(date.saturating_sub(*number as i64)))
        }
        (Value::Number(_) | Value::Decimal(_), other) | (other, _) => {
            Err(undefined(operation, other))
        }
    }
}

fn by_zero(operation: Operation) -> QueryError {
    QueryError::Expression(format!("{} by zero", operation.name()))
}

fn numbers(operation: Operation, a: f64, b: f64) -> Result<f64, QueryError> {
    match operation {
        Operation::Add => Ok(a + b),
        Operation::Subtract => Ok(a - b),
        Operation::Multiply => Ok(a * b),
        Operation::Divide | Operation::Remainder if b == 0.0 => Err(by_zero(operation)),
        Operation::Divide => Ok(a / b),
        Operation::Remainder => Ok(a % b),
    }
}

/// A number as `coefficient * 10^exponent`, or one that has no such form.
enum Number {
    Finite(BigInt, i64),
    Special(f64),
}

impl From<&Value> for Number {
    fn from(value: &Value) -> Number {
        match value {
            Value::Number(number) if number.is_finite() => {
                // The shortest decimal text of a double, which is also how it compares with decimals.
                let text = number.to_string();
                let digits = text.find('.').map_or(0, |point| text.len() - point - 1);
                let coefficient = text.replace('.', "").parse().unwrap_or_default();
                Number::Finite(coefficient, -(digits as i64))
            }
            Value::Number(number) => Number::Special(*number),
            Value::Decimal(decimal) if decimal.is_nan() => Number::Special(f64::NAN),
            Value::Decimal(decimal) if decimal.is_infinite() => {
                Number::Special(if decimal.is_negative() {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                })
            }
            Value::Decimal(decimal) => {
                // IEEE 754 binary integer decimal: sign, 14 bits of exponent biased by 6176, 113 of coefficient.
                let bits = decimal.to_bits();
                let exponent = (bits >> 113) as i64 & 0x3fff;
                let sign = if decimal.is_negative() {
                    Sign::Minus
                } else {
                    Sign::Plus
                };
                let coefficient = BigInt::from(bits & ((1 << 113) - 1));
                Number::Finite(
                    BigInt::from_biguint(sign, coefficient.into_parts().1),
                    exponent - 6176,
                )
            }
            _ => Number::Special(f64::NAN),
        }
    }
}

fn decimals(operation: Operation, a: &Number, b: &Number) -> Result<Decimal128, QueryError> {
    let (Number::Finite(a, a_exponent), Number::Finite(b, b_exponent)) = (a, b) else {
        let approximate = |number: &Number| match number {
            // Only its sign matters beside an infinity.
            Number::Finite(coefficient, _) => match coefficient.sign() {
                Sign::Minus => -1.0,
                Sign::NoSign => 0.0,
                Sign::Plus => 1.0,
            },
            Number::Special(number) => *number,
        };
        return special(numbers(operation, approximate(a), approximate(b))?);
    };
    let zero = b.sign() == Sign::NoSign;
    match operation {
        Operation::Add => Ok(sum(a, *a_exponent, b, *b_exponent)),
        Operation::Subtract => Ok(sum(a, *a_exponent, &-b, *b_exponent)),
        Operation::Multiply => Ok(rounded(a * b, a_exponent + b_exponent, false)),
        Operation::Divide | Operation::Remainder if zero => Err(by_zero(operation)),
        Operation::Divide => Ok(quotient(a, b, a_exponent - b_exponent)),
        Operation::Remainder => {
            let exponent = *a_exponent.min(b_exponent);
            if a_exponent.max(b_exponent) - exponent > MAX_ALIGNMENT {
                return Err(QueryError::Expression(
                    "$mod of numbers too far apart".into(),
                ));
            }
            let align = |n: &BigInt, e: i64| n * power(e - exponent);
            Ok(rounded(
                align(a, *a_exponent) % align(b, *b_exponent),
                exponent,
                false,
            ))
        }
    }
}

fn special(number: f64) -> Result<Decimal128, QueryError> {
    let text = match number {
        n if n.is_nan() => "NaN",
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "0",
    };
    text.parse()
        .map_err(|_| QueryError::Expression(format!("{text} has no decimal form")))
}

fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(0))
}

fn sum(a: &BigInt, a_exponent: i64, b: &BigInt, b_exponent: i64) -> Decimal128 {
    let (high, high_exponent, low, low_exponent) = if a_exponent >= b_exponent {
        (a, a_exponent, b, b_exponent)
    } else {
        (b, b_exponent, a, a_exponent)
    };
    if high_exponent - low_exponent > MAX_ALIGNMENT && high.sign() != Sign::NoSign {
        // The low operand is beyond the last digit: it only breaks ties.
        let nudge = match low.sign() {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        };
        let shifted = high * power(MAX_ALIGNMENT) + nudge;
        return rounded(shifted, high_exponent - MAX_ALIGNMENT, false);
    }
    if high.sign() == Sign::NoSign {
        return rounded(low.clone(), low_exponent, false);
    }
    rounded(
        high * power(high_exponent - low_exponent) + low,
        low_exponent,
        false,
    )
}

/// Division to one digit more than fits, with a mark that something remains.
fn quotient(a: &BigInt, b: &BigInt, exponent: i64) -> Decimal128 {
    let digits = |n: &BigInt| n.magnitude().to_string().len() as i64;
    let shift = (DIGITS as i64 + 1 + digits(b) - digits(a)).max(0);
    let numerator = a * power(shift);
    let (quotient, remainder) = (&numerator / b, &numerator % b);
    let exact = remainder.sign() == Sign::NoSign;
    let (mut quotient, mut exponent) = (quotient, exponent - shift);
    if exact {
        // The exponent nearest to that of the operands.
        let mut spare = shift;
        while spare > 0
            && quotient.sign() != Sign::NoSign
            && (&quotient % 10u8).sign() == Sign::NoSign
        {
            quotient /= 10u8;
            exponent += 1;
            spare -= 1;
        }
    }
    rounded(quotient, exponent, !exact)
}

/// Rounds to 34 digits, half to even; `more` says that the true value is a little further from zero.
fn rounded(coefficient: BigInt, mut exponent: i64, more: bool) -> Decimal128 {
    let negative = coefficient.sign() == Sign::Minus;
    let mut magnitude = coefficient.magnitude().clone();
    let excess = (magnitude.to_string().len() as u64).saturating_sub(DIGITS);
    // Digits below the smallest exponent go, too.
    let excess = excess.max(u64::try_from(-6176 - exponent).unwrap_or(0));
    if excess > 0 {
        let unit = num_bigint::BigUint::from(10u8).pow(excess.min(10_000) as u32);
        let rest = &magnitude % &unit;
        magnitude /= &unit;
        exponent += excess as i64;
        let twice = rest * 2u8;
        let up = twice > unit || (twice == unit && (more || magnitude.bit(0)));
        if up {
            magnitude += 1u8;
        }
    }
    let digits = magnitude.to_string();
    let text = format!("{}{digits}E{exponent}", if negative { "-" } else { "" });
    text.parse().unwrap_or_else(|_| {
        let infinity = if negative { "-Infinity" } else { "Infinity" };
        infinity.parse().expect("infinity is a decimal")
    })
}
