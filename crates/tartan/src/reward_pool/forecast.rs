//! When posts are paid, out of which pool and against which claims, if nobody votes or posts any more.
//!
//! Source: the maintenance of a pool, section 6 of the contract's specification. What goes to nobody when earlier posts
//! are paid (fractions, forfeited shares) comes back into native pools and is not foreseen here.

use std::collections::VecDeque;

use anyhow::{Context as _, Result};
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{Claims, claims_window, grow, post_value};

use super::rows::{Pool, Post};

/// How a post is going to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// The end of the interval in which it is paid: from then on, with the next vote or comment on the chain.
    pub(crate) paid_after: i64,
    /// How many intervals open until then.
    pub(crate) intervals: u64,
    /// What they bring into the pool.
    pub(crate) new_tokens: Quantity,
    /// What posts that are paid before take out of it.
    pub(crate) paid_before: Quantity,
    /// The pool that the posts of that interval are paid from.
    pub(crate) pool: Quantity,
    /// What is left of the present claims by then.
    pub(crate) old_claims: Claims,
    /// What the posts of the interval add to them.
    pub(crate) new_claims: Claims,
    /// All of them.
    pub(crate) claims: Claims,
    /// What the post itself claims.
    pub(crate) claim: Claims,
    /// What it gets.
    pub(crate) value: Quantity,
}

/// A pool on its way through the intervals.
struct Course {
    precision: Precision,
    interval: i64,
    window: u64,
    pool: Quantity,
    claims: Claims,
    per_interval: Quantity,
    reduction: Option<(tartan_rewards::Reduction, i64)>,
    last_reward: i64,
    last_decay: i64,
    last_reduction: i64,
    intervals: u64,
    new_tokens: Quantity,
    paid: Quantity,
    /// Pool and claims of the open interval, and what of the claims is old and new.
    open: (Quantity, Claims, Claims, Claims),
}

/// How each of these posts is going to be paid, in the order given.
///
/// # Errors
/// When a row does not hold what it should.
pub(crate) fn forecast(pool: &Pool, precision: Precision, posts: &[Post]) -> Result<Vec<Due>> {
    let curve = pool.config.post_curve()?;
    let mut order: Vec<(i64, usize, Claims)> = Vec::with_capacity(posts.len());
    for (index, post) in posts.iter().enumerate() {
        order.push((post.cashout_time, index, post.claim(curve)?));
    }
    order.sort_by_key(|(cashout, index, _)| (*cashout, *index));
    let mut waiting: VecDeque<(i64, usize, Claims)> = order.into();

    let mut course = Course::new(pool, precision)?;
    let mut found: Vec<Option<Due>> = vec![None; posts.len()];
    if course.last_decay < course.last_reward {
        course.pay(&mut waiting, posts, &mut found)?;
    }
    while !waiting.is_empty() {
        course.open(&waiting)?;
        course.pay(&mut waiting, posts, &mut found)?;
    }
    Ok(found.into_iter().flatten().collect())
}

impl Course {
    fn new(row: &Pool, precision: Precision) -> Result<Course> {
        let emission = row.config.emission(precision)?;
        let pool = Pool::amount(&row.reward_pool, precision)?;
        let claims: Claims = row.pending_claims.parse()?;
        let frozen_pool = match &row.interval_reward_pool {
            Some(text) => Pool::amount(text, precision)?,
            None => pool,
        };
        let frozen_claims = match &row.interval_pending_claims {
            Some(text) => text.parse()?,
            None => claims.clone(),
        };
        // what nobody got is in the pool again when the next interval opens
        let unclaimed = match &row.unclaimed {
            Some(text) => Pool::amount(text, precision)?,
            None => Quantity::ZERO,
        };
        Ok(Course {
            precision,
            interval: i64::try_from(emission.interval).context("an interval of ages")?,
            window: claims_window(row.config.window()),
            pool: grow(pool, unclaimed).context("a pool that is too large")?,
            claims,
            per_interval: emission.per_interval,
            reduction: emission
                .reduction
                .and_then(|(reduction, step)| Some((reduction, i64::try_from(step).ok()?))),
            last_reward: row.last_reward_timestamp,
            last_decay: row.last_claim_decay_timestamp,
            last_reduction: row
                .last_reward_reduction_timestamp
                .unwrap_or(row.created_timestamp),
            intervals: 0,
            new_tokens: Quantity::ZERO,
            paid: Quantity::ZERO,
            open: (
                frozen_pool,
                frozen_claims.clone(),
                frozen_claims,
                Claims::ZERO,
            ),
        })
    }

    /// Opens the next interval: new tokens come in, claims decay and are joined by those of posts whose time has come.
    fn open(&mut self, waiting: &VecDeque<(i64, usize, Claims)>) -> Result<()> {
        let next = self.last_reward + self.interval;
        if let Some((reduction, step)) = self.reduction
            && self.last_decay + self.interval >= self.last_reduction + step
        {
            self.per_interval = reduction.apply(self.per_interval);
            self.last_reduction += step;
        }
        let too_large = "a pool that is too large";
        self.pool = grow(self.pool, self.per_interval).context(too_large)?;
        self.new_tokens = grow(self.new_tokens, self.per_interval).context(too_large)?;
        let interval = u64::try_from(self.interval).unwrap_or(u64::MAX);
        let old = self.claims.decay(interval, self.window);
        let mut new = Claims::ZERO;
        for (cashout, _, claim) in waiting {
            if *cashout > next {
                break;
            }
            if *cashout >= self.last_reward {
                new = new.plus(claim);
            }
        }
        self.claims = old.plus(&new);
        self.last_reward = next;
        self.intervals += 1;
        self.open = (self.pool, self.claims.clone(), old, new);
        Ok(())
    }

    /// Pays the posts of the open interval, and closes it.
    fn pay(
        &mut self,
        waiting: &mut VecDeque<(i64, usize, Claims)>,
        posts: &[Post],
        found: &mut [Option<Due>],
    ) -> Result<()> {
        let end = self.last_decay + self.interval;
        let paid_before = self.paid;
        while waiting.front().is_some_and(|(cashout, ..)| *cashout <= end) {
            let Some((_, index, claim)) = waiting.pop_front() else {
                break;
            };
            let (pool, claims, old_claims, new_claims) = self.open.clone();
            let value = match posts[index].unpaid() {
                Some(_) => Quantity::ZERO,
                None => post_value(pool, self.precision, &claim, &claims),
            };
            self.paid = grow(self.paid, value).context("payments that are too large")?;
            self.pool = self
                .pool
                .checked_sub(value)
                .context("payments that are too large")?;
            found[index] = Some(Due {
                paid_after: end,
                intervals: self.intervals,
                new_tokens: self.new_tokens,
                paid_before,
                pool,
                old_claims,
                new_claims,
                claims,
                claim,
                value,
            });
        }
        self.last_decay = end;
        Ok(())
    }
}
