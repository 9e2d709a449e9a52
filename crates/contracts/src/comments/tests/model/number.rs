//! Numbers as the specification has them: decimals of any size, quotients and roots with 20 decimals rounded half up.

use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};

/// A count of 10^-20.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Number(BigInt);

const DECIMALS: u32 = 20;

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

impl Number {
    pub(crate) fn zero() -> Number {
        Number::default()
    }

    pub(crate) fn integer(value: i64) -> Number {
        Number(BigInt::from(value) * power_of_ten(DECIMALS))
    }

    /// A number in plain digits.
    pub(crate) fn parse(text: &str) -> Number {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction:0<width$}", width = DECIMALS as usize);
        Number(digits.parse().expect("plain digits"))
    }

    pub(crate) fn plus(&self, other: &Number) -> Number {
        Number(&self.0 + &other.0)
    }

    pub(crate) fn minus(&self, other: &Number) -> Number {
        Number(&self.0 - &other.0)
    }

    /// The product, which must not need more than 20 decimals.
    pub(crate) fn times(&self, other: &Number) -> Number {
        let product = &self.0 * &other.0;
        let scale = power_of_ten(DECIMALS);
        assert_eq!(
            &product % &scale,
            BigInt::ZERO,
            "{self:?} times {other:?} is exact"
        );
        Number(product / scale)
    }

    pub(crate) fn over(&self, other: &Number) -> Number {
        let twice = BigInt::from(2) * &self.0 * power_of_ten(DECIMALS);
        let (magnitude, divisor) = (twice.magnitude(), other.0.magnitude());
        // Half of the divisor more, so that truncation rounds half up.
        let rounded = (magnitude + divisor) / (divisor * 2u8);
        let negative = (self.0.sign() == Sign::Minus) != (other.0.sign() == Sign::Minus);
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Number(BigInt::from_biguint(sign, rounded))
    }

    /// Truncated toward zero.
    pub(crate) fn floor(&self, decimals: u32) -> Number {
        let unit = power_of_ten(DECIMALS - decimals);
        Number(&self.0 / &unit * unit)
    }

    pub(crate) fn square_root(&self) -> Number {
        let scaled: BigUint = self.0.magnitude() * power_of_ten(DECIMALS + 2).magnitude();
        Number(BigInt::from((scaled.sqrt() + 5u8) / 10u8))
    }

    /// By doubles, of which the shortest decimal text counts.
    pub(crate) fn double_power(&self, exponent: &str) -> Number {
        let parse = |text: &str| -> f64 { text.parse().expect("plain digits") };
        let power = libm::pow(parse(&self.text(10)), parse(exponent));
        // Twenty decimals of its text are more than it has digits.
        let text = format!("{power}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let kept = &fraction[..fraction.len().min(DECIMALS as usize)];
        Number::parse(&format!("{whole}.{kept}"))
    }

    pub(crate) fn is_positive(&self) -> bool {
        self.0.sign() == Sign::Plus
    }

    /// The number of decimals without trailing zeros.
    pub(crate) fn decimals(&self) -> u32 {
        let at_most = (0..=DECIMALS).find(|decimals| self.floor(*decimals) == *self);
        at_most.expect("there are no more")
    }

    /// With exactly so many decimals, truncated toward zero.
    pub(crate) fn text(&self, decimals: u32) -> String {
        let units = &self.0 / power_of_ten(DECIMALS - decimals);
        let sign = if self.0.sign() == Sign::Minus {
            "-"
        } else {
            ""
        };
        let width = decimals as usize + 1;
        let digits = format!("{:0>width$}", units.magnitude().to_string());
        let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
        let point = if decimals > 0 { "." } else { "" };
        format!("{sign}{whole}{point}{fraction}")
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(DECIMALS))
    }
}

#[test]
fn numbers_are_rounded_as_specified() {
    let number = Number::parse;
    assert_eq!(
        number("2").over(&number("3")).text(20),
        "0.66666666666666666667"
    );
    assert_eq!(
        number("-2").over(&number("3")).text(20),
        "-0.66666666666666666667"
    );
    assert_eq!(
        number("10").square_root().text(20),
        "3.16227766016837933200"
    );
    assert_eq!(
        number("17.8").double_power("1.03").text(10),
        "19.4058469729"
    );
    assert_eq!(number("-1.9876").floor(1).text(4), "-1.9000");
    assert_eq!(number("4.87068410").decimals(), 7);
    assert_eq!(number("0.05").text(0), "0");
}
