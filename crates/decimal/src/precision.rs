use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many decimals amounts of a token have: 0 to 8.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct Precision(u8);

/// Not a number of decimals that a token can have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected a precision of 0 to 8, found {0}")]
pub struct PrecisionError(u8);

impl Precision {
    /// No decimals.
    pub const ZERO: Precision = Precision(0);
    /// Three, as the main chain's own coins have.
    pub const THREE: Precision = Precision(3);
    /// Eight, the most.
    pub const MAX: Precision = Precision(8);

    /// So many decimals.
    ///
    /// # Errors
    ///
    /// If they are more than 8.
    pub fn new(decimals: u8) -> Result<Precision, PrecisionError> {
        if decimals > Precision::MAX.0 {
            Err(PrecisionError(decimals))
        } else {
            Ok(Precision(decimals))
        }
    }

    /// The number of decimals.
    pub fn decimals(self) -> u8 {
        self.0
    }

    /// How many of the smallest unit make one token: 10 to the number of decimals.
    pub fn units_per_token(self) -> i128 {
        power_of_ten(self.0)
    }
}

impl TryFrom<u8> for Precision {
    type Error = PrecisionError;

    fn try_from(decimals: u8) -> Result<Precision, PrecisionError> {
        Precision::new(decimals)
    }
}

impl From<Precision> for u8 {
    fn from(precision: Precision) -> u8 {
        precision.0
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// 10^`exponent`, at most that of the largest precision.
pub(crate) fn power_of_ten(exponent: u8) -> i128 {
    const POWERS: [i128; 9] = [
        1,
        10,
        100,
        1_000,
        10_000,
        100_000,
        1_000_000,
        10_000_000,
        100_000_000,
    ];
    POWERS[usize::from(exponent)]
}
