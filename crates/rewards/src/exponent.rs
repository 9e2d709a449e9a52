use num_bigint::BigUint;
use tartan_decimal::Decimal;

use crate::error::{ParameterError, excerpt};
use crate::{Claims, Shares};

/// The exponent of a power curve, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exponent(u8);

impl Exponent {
    /// 1/2.
    pub const HALF: Exponent = Exponent(50);
    /// 1.
    pub const ONE: Exponent = Exponent(100);
    /// 2.
    pub const TWO: Exponent = Exponent(200);

    /// That of a curve for posts: 1 to 2 (`postRewardCurveParameter`).
    ///
    /// # Errors
    ///
    /// If it is out of range, has more than two decimals, or is not a number.
    pub fn of_posts(text: &str) -> Result<Exponent, ParameterError> {
        Exponent::parse(text, (Exponent::ONE, "1"), (Exponent::TWO, "2"))
    }

    /// That of a curve for curators: 0.5 to 1 (`curationRewardCurveParameter`).
    ///
    /// # Errors
    ///
    /// If it is out of range, has more than two decimals, or is not a number.
    pub fn of_curators(text: &str) -> Result<Exponent, ParameterError> {
        Exponent::parse(text, (Exponent::HALF, "0.5"), (Exponent::ONE, "1"))
    }

    fn parse(
        text: &str,
        (least, least_text): (Exponent, &'static str),
        (most, most_text): (Exponent, &'static str),
    ) -> Result<Exponent, ParameterError> {
        let hundredths = Decimal::parse(text).to_units(2);
        hundredths
            .and_then(|hundredths| u8::try_from(hundredths).ok())
            .map(Exponent)
            .filter(|exponent| (least..=most).contains(exponent))
            .ok_or_else(|| ParameterError::Exponent {
                least: least_text,
                most: most_text,
                found: excerpt(text),
            })
    }

    /// The number of hundredths.
    pub fn hundredths(self) -> u8 {
        self.0
    }

    /// The power of a positive number in double precision: both are read as doubles, and of the result's shortest
    /// decimal text ten decimals are kept.
    ///
    /// Source: section 9 of the reference contract's specification. `pow` is that of the FreeBSD library, as in the
    /// engine that the reference runs on, in Rust: it gives the same digits on every machine.
    pub(crate) fn float_power(self, base: Shares) -> Decimal {
        // Both are exact in binary, and division rounds correctly.
        let exponent = f64::from(self.0) / 100.0;
        Decimal::from_f64(libm::pow(base.to_f64(), exponent))
    }

    /// The power of a positive number, truncated to ten decimals, by integers alone: with the exponent `m/d` in lowest
    /// terms the d-th root of the m-th power.
    ///
    /// Source: section 6.2 of the specification of launched tokens (`exactPower`).
    pub(crate) fn integer_power(self, base: Shares) -> Claims {
        let (m, d) = self.in_lowest_terms();
        let power = BigUint::from(base.units().unsigned_abs()).pow(m);
        let scale = BigUint::from(Shares::ONE.units().unsigned_abs());
        let root = if m >= d {
            (power / scale.pow(m - d)).nth_root(d)
        } else {
            (power * scale.pow(d - m)).nth_root(d)
        };
        Claims::from_units(&root)
    }

    fn in_lowest_terms(self) -> (u32, u32) {
        let (mut a, mut b) = (u32::from(self.0), 100);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        (u32::from(self.0) / a, 100 / a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_read_within_their_range() {
        assert_eq!(Exponent::of_posts("1"), Ok(Exponent::ONE));
        assert_eq!(Exponent::of_posts("1.03"), Ok(Exponent(103)));
        assert_eq!(Exponent::of_posts("2.00"), Ok(Exponent::TWO));
        assert_eq!(Exponent::of_curators("0.5"), Ok(Exponent::HALF));
        for text in ["0.99", "2.01", "1.001", "", "NaN", "Infinity", "-1", "1e9"] {
            assert!(Exponent::of_posts(text).is_err(), "{text}");
        }
        assert_eq!(
            Exponent::of_curators("1.01").map_err(|error| error.to_string()),
            Err("expected an exponent of 0.5 to 1 with at most 2 decimals, found \"1.01\"".into())
        );
    }

    #[test]
    fn fractions_are_in_lowest_terms() {
        assert_eq!(Exponent(103).in_lowest_terms(), (103, 100));
        assert_eq!(Exponent(105).in_lowest_terms(), (21, 20));
        assert_eq!(Exponent::HALF.in_lowest_terms(), (1, 2));
        assert_eq!(Exponent::TWO.in_lowest_terms(), (2, 1));
    }
}
