use tartan_decimal::{PrecisionError, QuantityError};
use tartan_rewards::ParameterError;

/// Why nothing can be said of what a pool pays.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ForecastError {
    /// A row of a table is not as expected.
    #[error("unexpected row of the table {table}: {reason}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A field does not hold an amount.
    #[error("expected an amount in the reward pool, found {found:?}: {source}")]
    Amount {
        /// What it holds.
        found: String,
        /// What is wrong about it.
        source: QuantityError,
    },
    /// A field does not hold what the arithmetic needs.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A token has impossible decimals.
    #[error(transparent)]
    Precision(#[from] PrecisionError),
    /// A newer curve.
    #[error("this program does not know the curve {curve:?} of {of}")]
    Curve {
        /// Its name.
        curve: String,
        /// "posts" or "curators".
        of: &'static str,
    },
    /// A curve that needs a constant, without one.
    #[error("the pool has a curve with a bend, and no contentConstant")]
    NoConstant,
    /// An interval that pays for ever or never.
    #[error("expected a reward pool with an interval, found rewardIntervalSeconds {0}")]
    Interval(u64),
    /// A vote for a post that does not wait in the pool.
    #[error("the post does not wait in the pool")]
    NoPost,
    /// Amounts that no pool has.
    #[error("amounts that are too large")]
    TooLarge,
}

impl ForecastError {
    pub(crate) fn curve(name: &str, of: &'static str) -> ForecastError {
        ForecastError::Curve {
            curve: name.chars().take(32).collect(),
            of,
        }
    }

    /// A row that cannot be read.
    pub fn row(table: &'static str, error: &serde_json::Error) -> ForecastError {
        ForecastError::Row {
            table,
            reason: error.to_string(),
        }
    }
}
