use tartan_decimal::{Decimal, Quantity, Rounding};

use crate::error::{ParameterError, excerpt};
use crate::{BasisPoints, DAY};

/// By how much an emission is reduced in a step (`rewardReductionPercentage`): tenths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reduction(u16);

impl Reduction {
    /// The percentage that a text means: 0 to 100, with at most one decimal.
    ///
    /// # Errors
    ///
    /// If it is out of range, has more decimals, or is not a number.
    pub fn parse(text: &str) -> Result<Reduction, ParameterError> {
        match Decimal::parse(text).to_units(1).map(u16::try_from) {
            Some(Ok(tenths)) if tenths <= 1000 => Ok(Reduction(tenths)),
            _ => Err(ParameterError::Reduction(excerpt(text))),
        }
    }

    /// What is left of an emission per interval after a step: `q - floorP(q * percentage / 100)`.
    ///
    /// Source: section 6 of the reference contract's specification.
    pub fn apply(self, per_interval: Quantity) -> Quantity {
        let cut = per_interval.mul_div(self.0.into(), 1000, Rounding::Down);
        cut.and_then(|cut| per_interval.checked_sub(cut))
            .expect("what is cut off is at most the whole")
    }
}

/// How many tokens a pool receives, for forecasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emission {
    /// Tokens per interval, now.
    pub per_interval: Quantity,
    /// Length of an interval in milliseconds.
    pub interval: u64,
    /// The reduction, and after how many milliseconds each step of it comes.
    pub reduction: Option<(Reduction, u64)>,
}

impl Emission {
    /// How many tokens the pool receives in so many milliseconds from its beginning, and the emission per interval at
    /// their end; `None` if they are too many.
    ///
    /// As the contract does it: each interval first takes at most one step, if its end is not before that of the step.
    pub fn total(&self, duration: u64) -> Option<(Quantity, Quantity)> {
        let mut rate = self.per_interval;
        let intervals = duration.checked_div(self.interval).unwrap_or(0);
        let Some((reduction, step)) = self.reduction.filter(|(_, step)| *step > 0) else {
            return Some((rate.checked_mul(intervals.into())?, rate));
        };
        let mut total = Quantity::ZERO;
        let (mut done, mut steps) = (0, 0u64);
        while done < intervals && !rate.is_zero() {
            // The next interval that takes a step; steps that are shorter than an interval come one by one.
            let due = (steps + 1).saturating_mul(step).div_ceil(self.interval);
            let next = due.max(done + 1);
            let before = (next - 1).min(intervals) - done;
            total = total.checked_add(rate.checked_mul(before.into())?)?;
            done += before;
            if done == intervals {
                break;
            }
            steps += 1;
            let reduced = reduction.apply(rate);
            if reduced == rate {
                let rest = rate.checked_mul((intervals - done).into())?;
                return Some((total.checked_add(rest)?, rate));
            }
            rate = reduced;
            total = total.checked_add(rate)?;
            done += 1;
        }
        Some((total, rate))
    }

    /// Tokens per day at the present rate; `None` if they are too many.
    pub fn per_day(&self) -> Option<Quantity> {
        self.per_interval
            .mul_div(DAY.into(), self.interval.into(), Rounding::Down)
    }
}

/// A pool after an interval: `pool + per_interval`; `None` if it does not fit.
///
/// What is added must have been issued: the reference adds it even if that failed (its defect D2).
pub fn grow(pool: Quantity, per_interval: Quantity) -> Option<Quantity> {
    pool.checked_add(per_interval)
}

/// How what a community pays for content is divided between posts and comments, where those have a pool of their own.
///
/// Source: `pob_comment_pool_percentage` of the off-chain service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommentPool {
    /// Comments share the pool of posts.
    #[default]
    Shared,
    /// Comments have this part, truncated to the smallest unit; none disables rewards for comments.
    Separate(BasisPoints),
}

/// The two parts of an amount for content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentShares {
    /// For posts, or for both if they share a pool.
    pub posts: Quantity,
    /// For comments alone.
    pub comments: Quantity,
}

impl CommentPool {
    /// Divides an amount; the parts make up the whole.
    pub fn divide(self, amount: Quantity) -> ContentShares {
        let comments = match self {
            CommentPool::Shared => Quantity::ZERO,
            CommentPool::Separate(part) => part.of(amount),
        };
        let posts = amount.checked_sub(comments);
        ContentShares {
            posts: posts.expect("a part is at most the whole"),
            comments,
        }
    }
}
