use tartan_decimal::MAX_DIGITS;

use super::{Argument, Op};

/// Decimal digits of a machine word.
const WORD: u64 = 19;
/// What the smallest operation costs: reading two texts and writing one.
const LEAST: u64 = 4;

/// What an operation costs at most, in units that are not measured but grow as its time does, to be charged before it is
/// done.
///
/// `LEAST + words + words² / 8`, where words are those of the largest number on the way, times the number of such
/// steps: reading and writing decimals and dividing them take quadratic time, and all of it is bounded by
/// [`MAX_DIGITS`].
pub fn cost(op: Op, left: &str, right: Option<&str>, a: Argument<'_>) -> u64 {
    let x = span(left);
    let y = right.map_or(0, span);
    let extra = match a {
        Argument::Number(number) if number > 0.0 => number.min(MAX_DIGITS.into()) as u64,
        Argument::Text(text) => span(text),
        _ => 0,
    };
    match op {
        Op::Pow if a != Argument::Missing => {
            // A product and a division for each bit twice, of numbers below the modulus.
            let modulus = match a {
                Argument::Text(text) => span(text),
                _ => 400,
            };
            let bits = digits_of_exponent(right) * 10 / 3 + 1;
            steps(x + modulus, 1) + steps(2 * modulus, 4 * bits)
        }
        Op::Pow => {
            let exponent = right.and_then(|text| text.trim().parse::<f64>().ok());
            let exponent = exponent.map_or(1.0, f64::abs).min(MAX_DIGITS.into());
            // Squares double, so the last few steps are what counts.
            steps((x as f64 * exponent) as u64 + 20, 3)
        }
        Op::Sqrt => steps(x + 40, 8),
        Op::Modulo | Op::DivInteger => steps(x + y, 3),
        _ => steps(x + y + extra, 1),
    }
}

fn steps(digits: u64, count: u64) -> u64 {
    let words = digits.min(2 * u64::from(MAX_DIGITS)) / WORD + 1;
    (LEAST + words + words * words / 8) * count
}

/// Digits that an exponent of a power has.
fn digits_of_exponent(text: Option<&str>) -> u64 {
    text.map_or(1, span).min(1_000)
}

/// The digits from the first one of a number, or the units, to its last one.
fn span(text: &str) -> u64 {
    let exponent = text.rfind(['e', 'E']).and_then(|at| {
        let digits = text[at + 1..].trim_start_matches(['+', '-']);
        digits.parse::<u64>().ok()
    });
    let most = u64::from(MAX_DIGITS);
    exponent
        .unwrap_or(0)
        .min(most)
        .saturating_add(text.len() as u64)
        .min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_amounts_are_cheap() {
        let check = |op, x, y| cost(op, x, Some(y), Argument::Missing);
        assert!(check(Op::Plus, "1234.56789012", "0.00000001") < 10);
        assert!(check(Op::Div, "1234.56789012", "3") < 10);
        assert!(check(Op::Pow, "1.0001", "12") < 40);
    }

    #[test]
    fn what_spans_many_digits_is_dear_however_short() {
        let long = "9".repeat(20_000);
        let of = |op, x, y| cost(op, x, Some(y), Argument::Missing);
        assert!(of(Op::Times, &long, &long) > 100_000);
        assert!(of(Op::Plus, "1e20000", "1") > 50_000);
        assert!(of(Op::Plus, "1e-20000", "1") > 50_000);
        assert!(of(Op::Pow, "1.00001", "10000") > 50_000);
        let modulus = "9".repeat(500);
        let power = cost(Op::Pow, "3", Some(&modulus), Argument::Text(&modulus));
        assert!(power > 1_000_000, "{power}");
    }
}
