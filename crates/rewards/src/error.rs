use thiserror::Error;

/// Why a number cannot be a parameter of a reward pool, or part of a vote.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParameterError {
    /// Not the weight of a vote.
    #[error("expected a vote weight of -10000 to 10000, found {0}")]
    Weight(i64),
    /// Not a number of basis points.
    #[error("expected 0 to 10000 basis points, found {0}")]
    BasisPoints(i64),
    /// Not a percentage.
    #[error("expected 0 to 100 percent, found {0}")]
    Percent(i64),
    /// Not the exponent of a curve.
    #[error("expected an exponent of {least} to {most} with at most 2 decimals, found {found:?}")]
    Exponent {
        /// The least that is allowed.
        least: &'static str,
        /// The most that is allowed.
        most: &'static str,
        /// What was given.
        found: String,
    },
    /// Not a percentage by which an emission is reduced.
    #[error("expected a reduction of 0 to 100 percent with at most 1 decimal, found {0:?}")]
    Reduction(String),
    /// Not the constant of a curve.
    #[error("expected a constant above 0 and up to 10^12 with at most 10 decimals, found {0:?}")]
    Constant(String),
    /// Not a number of shares.
    #[error("expected a number with at most 10 decimals, found {0:?}")]
    Shares(String),
    /// Not a sum of claims.
    #[error("expected a number of claims with at most 10 decimals, found {0:?}")]
    Claims(String),
}

/// The beginning of a text, for an error.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}
