use tartan_decimal::{Config, Decimal};

use crate::error::{ParameterError, excerpt};
use crate::{Claims, Exponent, Shares};

/// The constant of a curve (`contentConstant`, the paper's `s`): rshares that make the bend. More than 0, at most 10^12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Constant(Shares);

impl Constant {
    /// The constant that a text means.
    ///
    /// # Errors
    ///
    /// If it is not more than 0, above 10^12, has more than ten decimals, or is not a number.
    pub fn parse(text: &str) -> Result<Constant, ParameterError> {
        const MOST: i128 = 1_000_000_000_000 * Shares::ONE.units();
        match text.parse::<Shares>() {
            Ok(shares) if (1..=MOST).contains(&shares.units()) => Ok(Constant(shares)),
            _ => Err(ParameterError::Constant(excerpt(text))),
        }
    }

    fn units(self) -> i128 {
        self.0.units()
    }
}

/// What a post with so many rshares claims of the pool, `K(r)`: 0 for r <= 0, rising, truncated to ten decimals.
///
/// Let R be the rshares and S the constant in units of 10^-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostCurve {
    /// r^a: exact for 1 and 2, else in double precision ([reference contract](crate), section 9).
    Power(Exponent),
    /// r^a by integers: `iroot_d(floor(R^m / 10^(10(m-d))))` with a = m/d (launched tokens, `exactPower`).
    ExactPower(Exponent),
    /// r (SMT paper).
    Linear,
    /// r² + 2rs (SMT paper): `floor((R² + 2RS) / 10^10)`. Without a constant: r².
    Quadratic(Option<Constant>),
    /// `floor(((R+S)² - S²) / (R + 4S))`: half of r while that is small, r when it is large (off-chain service).
    Convergent(Constant),
}

/// What weight so many rshares have among curators, `C(r)`: 0 for r <= 0, rising, truncated to ten decimals.
///
/// Let R be the rshares and S the constant in units of 10^-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurationCurve {
    /// r^b: by decimal square root for 0.5, exact for 1, else in double precision (reference contract, section 9).
    Power(Exponent),
    /// r^b by integers: `iroot_d(R^m * 10^(10(d-m)))` with b = m/d (launched tokens, `exactPower`).
    ExactPower(Exponent),
    /// r (SMT paper).
    Linear,
    /// √r (SMT paper): `isqrt(R * 10^10)`.
    Sqrt,
    /// r / (r + 2s) (SMT paper), times 2s, so that small r keep their digits: `floor(2SR / (R + 2S))`.
    Bounded(Constant),
    /// r / √(r + 2s) (off-chain service): `floor(R * 10^10 / isqrt((R + 2S) * 10^10))`. About r while that is small, √r
    /// when it is large, up to a factor. Rising but for the last digit, as the root has been rounded, too.
    Convergent(Constant),
}

impl PostCurve {
    /// `K(r)`.
    pub fn value(self, rshares: Shares) -> Claims {
        if !rshares.is_positive() {
            return Claims::ZERO;
        }
        match self {
            PostCurve::Linear | PostCurve::Power(Exponent::ONE) => Claims::from(rshares),
            PostCurve::Power(Exponent::TWO) => square_with(rshares, rshares),
            PostCurve::Power(exponent) => Claims::truncated(&exponent.float_power(rshares)),
            PostCurve::ExactPower(exponent) => exponent.integer_power(rshares),
            PostCurve::Quadratic(None) => square_with(rshares, rshares),
            PostCurve::Quadratic(Some(constant)) => {
                square_with(rshares, with_constant(rshares, constant))
            }
            PostCurve::Convergent(constant) => {
                let numerator = with_constant(rshares, constant).units();
                let denominator = rshares.units().saturating_add(4 * constant.units());
                let value = rshares.mul_div(numerator, denominator);
                Claims::from(value.expect("it is at most the rshares"))
            }
        }
    }
}

impl CurationCurve {
    /// `C(r)`.
    pub fn value(self, rshares: Shares) -> Shares {
        if !rshares.is_positive() {
            return Shares::ZERO;
        }
        match self {
            CurationCurve::Linear | CurationCurve::Power(Exponent::ONE) => rshares,
            CurationCurve::Power(Exponent::HALF) => decimal_root(rshares),
            CurationCurve::Power(exponent) => {
                Shares::truncated(&exponent.float_power(rshares)).unwrap_or(rshares)
            }
            CurationCurve::ExactPower(exponent) => {
                let power = exponent.integer_power(rshares).units();
                Shares::from_units(power.expect("it is at most the rshares, or one"))
            }
            CurationCurve::Sqrt => Shares::from_units(integer_root(rshares) as i128),
            CurationCurve::Bounded(constant) => {
                let doubled = 2 * constant.units();
                let denominator = rshares.units().saturating_add(doubled);
                let value = rshares.mul_div(doubled, denominator);
                value.expect("it is at most the rshares")
            }
            CurationCurve::Convergent(constant) => {
                // At least the root of 3 * 10^10, so the quotient is smaller than the rshares times 10^5.
                let root = integer_root(with_constant(rshares, constant)) as i128;
                let value = rshares.mul_div(Shares::ONE.units(), root);
                value.unwrap_or(rshares)
            }
        }
    }

    /// The weight of a curator who adds so many rshares to the positive rshares of a post: `C(before + added) -
    /// C(before)`; none if they do not add any.
    ///
    /// Whatever the order of votes, the weights make up the value of the sum, but for the last digit of
    /// [`CurationCurve::Convergent`]. Source: section 8 step 4.
    pub fn weight(self, before: Shares, added: Shares) -> Shares {
        let Some(after) = before.checked_add(added).filter(|_| added.is_positive()) else {
            return Shares::ZERO;
        };
        let weight = self.value(after).checked_sub(self.value(before));
        weight.map_or(Shares::ZERO, |weight| weight.max(Shares::ZERO))
    }
}

/// r + 2s.
fn with_constant(rshares: Shares, constant: Constant) -> Shares {
    Shares::from_units(rshares.units().saturating_add(2 * constant.units()))
}

/// The product of two positive numbers.
fn square_with(a: Shares, b: Shares) -> Claims {
    if let Some(product) = a.mul_div(b.units(), Shares::ONE.units()) {
        return Claims::from(product);
    }
    let product: Result<Decimal, _> = a.to_decimal().times(&b.to_decimal(), &Config::STANDARD);
    Claims::truncated(&product.expect("the factors have at most 39 digits"))
}

/// `floor(sqrt(R * 10^10))`.
fn integer_root(rshares: Shares) -> u128 {
    let units = rshares.units().unsigned_abs();
    match units.checked_mul(Shares::ONE.units().unsigned_abs()) {
        Some(radicand) => radicand.isqrt(),
        None => {
            let radicand = num_bigint::BigUint::from(units) * Shares::ONE.units().unsigned_abs();
            u128::try_from(radicand.sqrt()).expect("the root of 161 bits has 81")
        }
    }
}

/// The square root rounded half up to 20 decimals, truncated to ten.
///
/// Rounding half up can carry: with n = `floor(sqrt(V))`, V = R * 10^10, to (n + 1) 10^-10 when sqrt(V) is at least
/// n + 1 - 10^-10 / 2. Squared, with k = (n + 1)² - V: k * 10^10 <= n + 1 - 10^-10 / 4; for integers k * 10^10 <= n.
fn decimal_root(rshares: Shares) -> Shares {
    let one = Shares::ONE.units().unsigned_abs();
    let root = integer_root(rshares);
    let carries = match rshares.units().unsigned_abs().checked_mul(one) {
        Some(radicand) => {
            // (n + 1)² - V = n² - V + 2n + 1, which is at least 1.
            let missing = 2 * root + 1 - (radicand - root * root);
            missing
                .checked_mul(one)
                .is_some_and(|missing| missing <= root)
        }
        None => {
            let exact = rshares.to_decimal().sqrt(&Config::STANDARD);
            let exact = exact.expect("the radicand has at most 39 digits");
            return Shares::truncated(&exact).expect("a root is smaller");
        }
    };
    Shares::from_units((root + u128::from(carries)) as i128)
}
