//! When posts are paid, out of which pool and against which claims, if nobody votes or posts any more.
//!
//! Source: the maintenance of a pool, section 6 of the contract's specification. What goes to nobody when earlier posts
//! are paid (fractions, forfeited shares) comes back into native pools and is not foreseen here.

use std::collections::VecDeque;

use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{Claims, CommentPool, Reduction, claims_window, grow, post_value};

use crate::{ForecastError, Pool, Post};

/// How a post is going to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The end of the interval in which it is paid: from then on, with the next vote or comment on the chain.
    pub paid_after: i64,
    /// How many intervals open until then.
    pub intervals: u64,
    /// What they bring into the pool.
    pub new_tokens: Quantity,
    /// What posts that are paid before take out of it.
    pub paid_before: Quantity,
    /// The pool that the posts of that interval are paid from.
    pub pool: Quantity,
    /// What is left of the present claims by then.
    pub old_claims: Claims,
    /// What the posts of the interval add to them.
    pub new_claims: Claims,
    /// All of them.
    pub claims: Claims,
    /// What the post itself claims.
    pub claim: Claims,
    /// What it gets.
    pub value: Quantity,
}

/// Posts that wait: when their time comes, which they are, what they claim.
type Waiting = VecDeque<(i64, usize, Claims)>;

/// A pool on its way through the intervals.
struct Course {
    precision: Precision,
    interval: i64,
    window: u64,
    per_interval: Quantity,
    reduction: Option<(Reduction, i64)>,
    division: CommentPool,
    last_reward: i64,
    last_decay: i64,
    last_reduction: i64,
    intervals: u64,
    /// What comes back with the next interval.
    unclaimed: Quantity,
    posts: Fund,
    /// Where replies have one of their own.
    replies: Option<Fund>,
}

/// What posts, or replies, are paid from.
#[derive(Clone)]
struct Fund {
    pool: Quantity,
    claims: Claims,
    new_tokens: Quantity,
    paid: Quantity,
    /// As the open interval is paid: the pool, all claims, and what of them is old and new.
    open_pool: Quantity,
    open_claims: Claims,
    old_claims: Claims,
    new_claims: Claims,
}

/// How each of these posts is going to be paid, in the order given.
///
/// # Errors
/// When a row does not hold what it should.
pub fn forecast(
    pool: &Pool,
    precision: Precision,
    posts: &[Post],
) -> Result<Vec<Due>, ForecastError> {
    let curve = pool.config.post_curve()?;
    let mut order: Vec<(i64, usize, Claims)> = Vec::with_capacity(posts.len());
    for (index, post) in posts.iter().enumerate() {
        order.push((post.cashout_time, index, post.claim(curve)?));
    }
    order.sort_by_key(|(cashout, index, _)| (*cashout, *index));
    let mut waiting: Waiting = order.into();

    let mut course = Course::new(pool, precision)?;
    let mut found: Vec<Option<Due>> = vec![None; posts.len()];
    if course.last_decay < course.last_reward {
        if pool.counting.is_some() {
            course.count(&waiting, posts);
        }
        course.pay(&mut waiting, posts, &mut found)?;
    }
    while !waiting.is_empty() {
        course.open()?;
        course.count(&waiting, posts);
        course.pay(&mut waiting, posts, &mut found)?;
    }
    Ok(found.into_iter().flatten().collect())
}

impl Course {
    fn new(row: &Pool, precision: Precision) -> Result<Course, ForecastError> {
        let emission = row.config.emission(precision)?;
        let amount = |text: &str| Pool::amount(text, precision);
        let interval = i64::try_from(emission.interval)
            .map_err(|_| ForecastError::Interval(emission.interval / 1000))?;
        let (mut last_reward, mut last_decay) =
            (row.last_reward_timestamp, row.last_claim_decay_timestamp);
        if let Some(resumed) = row.resumed_timestamp.filter(|_| last_decay >= last_reward) {
            let missed = (resumed - last_reward).max(0) / interval * interval;
            (last_reward, last_decay) = (last_reward + missed, last_decay + missed);
        }
        let replies = match &row.comment_pool {
            Some(fund) => Some(Fund::new(
                (amount(&fund.reward_pool)?, fund.pending_claims.parse()?),
                (
                    amount(&fund.interval_reward_pool)?,
                    fund.interval_pending_claims.parse()?,
                ),
            )),
            None => None,
        };
        let (pool, claims) = (amount(&row.reward_pool)?, row.pending_claims.parse()?);
        let frozen_pool = row.interval_reward_pool.as_deref().map(amount);
        let frozen_claims = row.interval_pending_claims.as_deref().map(str::parse);
        let frozen = (
            frozen_pool.transpose()?.unwrap_or(pool),
            frozen_claims.transpose()?.unwrap_or(Claims::ZERO),
        );
        let unclaimed = row.unclaimed.as_deref().map(amount).transpose()?;
        Ok(Course {
            precision,
            interval,
            window: claims_window(row.config.window()),
            per_interval: emission.per_interval,
            reduction: emission
                .reduction
                .and_then(|(reduction, step)| Some((reduction, i64::try_from(step).ok()?))),
            division: row.config.division()?,
            last_reward,
            last_decay,
            last_reduction: row
                .last_reward_reduction_timestamp
                .unwrap_or(row.created_timestamp),
            intervals: 0,
            unclaimed: unclaimed.unwrap_or(Quantity::ZERO),
            posts: Fund::new((pool, claims), frozen),
            replies,
        })
    }

    /// Opens the next interval: new tokens come in, and claims decay.
    fn open(&mut self) -> Result<(), ForecastError> {
        if let Some((reduction, step)) = self.reduction
            && self.last_decay + self.interval >= self.last_reduction + step
        {
            self.per_interval = reduction.apply(self.per_interval);
            self.last_reduction += step;
        }
        self.arrange_funds()?;
        let back = std::mem::take(&mut self.unclaimed);
        let added = grow(self.per_interval, back).ok_or(ForecastError::TooLarge)?;
        let added = self.division.divide(added);
        let fresh = self.division.divide(self.per_interval);
        let (interval, window) = (self.interval.unsigned_abs(), self.window);
        self.posts
            .open(added.posts, fresh.posts, interval, window)?;
        if let Some(fund) = &mut self.replies {
            fund.open(added.comments, fresh.comments, interval, window)?;
        }
        self.last_reward += self.interval;
        self.intervals += 1;
        Ok(())
    }

    /// Has one fund or two, as the config says.
    fn arrange_funds(&mut self) -> Result<(), ForecastError> {
        let separate = matches!(self.division, CommentPool::Separate(_));
        match (separate, self.replies.take()) {
            (true, None) => {
                let nothing = (Quantity::ZERO, Claims::ZERO);
                self.replies = Some(Fund::new(nothing.clone(), nothing));
            }
            (true, fund) => self.replies = fund,
            (false, Some(fund)) => {
                self.posts.pool =
                    grow(self.posts.pool, fund.pool).ok_or(ForecastError::TooLarge)?;
                self.posts.claims = self.posts.claims.plus(&fund.claims);
            }
            (false, None) => {}
        }
        Ok(())
    }

    fn fund_of(&mut self, post: &Post) -> &mut Fund {
        match &mut self.replies {
            Some(fund) if post.reply == Some(true) => fund,
            _ => &mut self.posts,
        }
    }

    /// Adds the claims of posts that the open interval pays, and fixes what it pays them from.
    fn count(&mut self, waiting: &Waiting, posts: &[Post]) {
        for fund in [Some(&mut self.posts), self.replies.as_mut()]
            .into_iter()
            .flatten()
        {
            fund.old_claims = fund.claims.clone();
            fund.new_claims = Claims::ZERO;
        }
        let end = self.last_reward;
        for (_, index, claim) in waiting.iter().take_while(|(cashout, ..)| *cashout <= end) {
            let fund = self.fund_of(&posts[*index]);
            fund.new_claims = fund.new_claims.plus(claim);
        }
        for fund in [Some(&mut self.posts), self.replies.as_mut()]
            .into_iter()
            .flatten()
        {
            fund.claims = fund.old_claims.plus(&fund.new_claims);
            fund.open_claims = fund.claims.clone();
            fund.open_pool = fund.pool;
        }
    }

    /// Pays the posts of the open interval, and closes it.
    fn pay(
        &mut self,
        waiting: &mut Waiting,
        posts: &[Post],
        found: &mut [Option<Due>],
    ) -> Result<(), ForecastError> {
        let end = (self.last_decay + self.interval).min(self.last_reward);
        let (intervals, precision) = (self.intervals, self.precision);
        let before = (
            self.posts.paid,
            self.replies.as_ref().map_or(Quantity::ZERO, |it| it.paid),
        );
        while waiting.front().is_some_and(|(cashout, ..)| *cashout <= end) {
            let Some((_, index, claim)) = waiting.pop_front() else {
                break;
            };
            let post = &posts[index];
            let apart = self.replies.is_some() && post.reply == Some(true);
            let fund = self.fund_of(post);
            let value = match post.unpaid() {
                Some(_) => Quantity::ZERO,
                None => post_value(fund.open_pool, precision, &claim, &fund.open_claims),
            };
            let value = value.min(fund.pool);
            fund.paid = grow(fund.paid, value).ok_or(ForecastError::TooLarge)?;
            fund.pool = fund
                .pool
                .checked_sub(value)
                .ok_or(ForecastError::TooLarge)?;
            found[index] = Some(Due {
                paid_after: end,
                intervals,
                new_tokens: fund.new_tokens,
                paid_before: if apart { before.1 } else { before.0 },
                pool: fund.open_pool,
                old_claims: fund.old_claims.clone(),
                new_claims: fund.new_claims.clone(),
                claims: fund.open_claims.clone(),
                claim,
                value,
            });
        }
        self.last_decay = end;
        Ok(())
    }
}

impl Fund {
    fn new((pool, claims): (Quantity, Claims), open: (Quantity, Claims)) -> Fund {
        Fund {
            pool,
            claims,
            new_tokens: Quantity::ZERO,
            paid: Quantity::ZERO,
            open_pool: open.0,
            old_claims: open.1.clone(),
            open_claims: open.1,
            new_claims: Claims::ZERO,
        }
    }

    /// Takes in what an interval adds, of which so much is new, and lets claims decay.
    fn open(
        &mut self,
        added: Quantity,
        fresh: Quantity,
        interval: u64,
        window: u64,
    ) -> Result<(), ForecastError> {
        self.pool = grow(self.pool, added).ok_or(ForecastError::TooLarge)?;
        self.new_tokens = grow(self.new_tokens, fresh).ok_or(ForecastError::TooLarge)?;
        self.claims = self.claims.decay(interval, window);
        Ok(())
    }
}
