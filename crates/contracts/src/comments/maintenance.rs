//! What happens to the pools over time: tokens come in, claims decay, posts are paid.
//!
//! ```text
//!   open an interval ──▶ count the claims of its posts ──▶ pay its posts ──▶ the next interval can be opened
//!   (emission, decay)    (so many posts in a block)        (so many posts and votes in a block)
//! ```
//!
//! Once in each block, with the first post or vote in it, the next few pools by id that are due take a step. So one with
//! a million votes to pay never holds up the others.

use compact_str::CompactString;
use tartan_rewards::{Reduction, claims_window};
use tartan_runtime::{ActionResult, Context, Failure, OrFail};
use tartan_state::{Scan, Stored};

use super::curves::{claims, parameter, shares};
use super::money::{self, amount};
use super::pools::token_of;
use super::tables::{BY_CASHOUT_TIME, Counting, Params, Post, RewardPool};
use super::{params, payout};
use crate::tokens::tables::Token;

/// Pools that are looked at in one block to find some that are due; fewer in tests, which have few.
pub(super) const POOLS_LOOKED_AT: usize = if cfg!(test) { 8 } else { 250 };
/// Posts of one pool whose claims are counted in one block.
pub(super) const POSTS_COUNTED: usize = 500;

/// Maintains the next few pools that are due, once in a block.
pub(super) fn run(ctx: &mut Context<'_>) -> ActionResult {
    let block = ctx.block().number;
    if params(ctx)?.last_maintenance_block >= block {
        return Ok(());
    }
    let mut params = ctx.rows::<Params>().single()?;
    params.last_maintenance_block = block;
    for id in due(ctx, &mut params)? {
        // a pool that cannot be maintained does not hold up the others
        match ctx.attempt(|ctx| maintain(ctx, id, &params))? {
            Ok(()) => {}
            Err(Failure::Fatal(fatal)) => return Err(fatal.into()),
            Err(failure) => ctx.log_error(&failure),
        }
    }
    ctx.rows::<Params>().update(&params)
}

/// The next pools that are due, by id behind the one that was maintained last and then from the first. Moves that mark;
/// where there are too many to look at all of them, to the last one that was looked at.
fn due(ctx: &mut Context<'_>, params: &mut Params) -> ActionResult<Vec<u64>> {
    let now = ctx.time()?;
    let most = params.maintenance_tokens_per_block as usize;
    let last = params.last_processed_pool_id;
    let mut due = Vec::new();
    let mut id = last;
    let mut wrapped = false;
    for _ in 0..POOLS_LOOKED_AT {
        if due.len() >= most || (wrapped && id >= last) {
            return Ok(due);
        }
        id += 1;
        // pools have consecutive ids and are never removed
        let pool = match ctx.rows::<RewardPool>().shared_numbered(id)? {
            Some(pool) => pool,
            None if wrapped || last == 0 => return Ok(due),
            None => {
                (id, wrapped) = (0, true);
                continue;
            }
        };
        if is_due(&pool, now) {
            due.push(id);
            params.last_processed_pool_id = id;
        }
    }
    params.last_processed_pool_id = id;
    Ok(due)
}

fn is_due(pool: &RewardPool, now: i64) -> bool {
    pool.active && pool.last_claim_decay_timestamp <= now - pool.config.interval()
}

/// Takes a pool a step on.
fn maintain(ctx: &mut Context<'_>, id: u64, params: &Params) -> ActionResult {
    let pool = ctx.rows::<RewardPool>().numbered(id)?;
    let mut pool = pool.or_fail("reward pool not found")?;
    if pool.counting.is_none() && pool.last_claim_decay_timestamp >= pool.last_reward_timestamp {
        skip_pause(&mut pool);
        if !is_due(&pool, ctx.time()?) {
            return ctx.rows::<RewardPool>().update(&pool);
        }
        open(ctx, &mut pool)?;
    }
    if pool.counting.is_none() || count(ctx, id, &mut pool)? {
        let token = token_of(ctx, &pool)?;
        payout::pay_interval(ctx, id, &mut pool, &token, params)?;
    }
    ctx.rows::<RewardPool>().update(&pool)
}

/// Drops the intervals that passed while the pool was inactive.
fn skip_pause(pool: &mut RewardPool) {
    let Some(resumed) = pool.resumed_timestamp.take() else {
        return;
    };
    let interval = pool.config.interval();
    let missed = (resumed - pool.last_reward_timestamp).max(0) / interval;
    pool.last_reward_timestamp += missed * interval;
    pool.last_claim_decay_timestamp += missed * interval;
}

/// Opens the next interval: the pool grows, and its claims decay.
fn open(ctx: &mut Context<'_>, pool: &mut Stored<RewardPool>) -> ActionResult {
    let token = token_of(ctx, pool)?;
    let interval = pool.config.interval();
    reduce_emission(pool, &token)?;
    let emission = amount(&pool.config.reward_per_interval, &token)?;
    let mut added = money::optional(pool.unclaimed.as_deref(), &token)?;
    if money::issue(ctx, &token, emission)? {
        added = money::add(added, emission)?;
    }
    pool.unclaimed = None;
    pool.grow(added, &token)?;

    let window = claims_window(pool.config.cashout_window());
    let decay = |pending: &mut CompactString| -> ActionResult {
        let left = claims(pending)?.decay(interval.unsigned_abs(), window);
        *pending = left.to_string().into();
        Ok(())
    };
    decay(&mut pool.pending_claims)?;
    if let Some(fund) = &mut pool.comment_pool {
        decay(&mut fund.pending_claims)?;
    }
    pool.last_reward_timestamp += interval;
    pool.counting = Some(Counting {
        claims: "0".into(),
        comment_claims: None,
        cashout_time: 0,
        posts: 0,
    });
    Ok(())
}

/// Takes at most one step of the emission's reduction.
fn reduce_emission(pool: &mut RewardPool, token: &Token) -> ActionResult {
    let end = pool.last_claim_decay_timestamp + pool.config.interval();
    let (Some(seconds), Some(Some(percentage)), Some(last)) = (
        pool.config.reward_reduction_interval_seconds.flatten(),
        &pool.config.reward_reduction_percentage,
        pool.last_reward_reduction_timestamp,
    ) else {
        return Ok(());
    };
    let step = last.saturating_add(seconds.saturating_mul(1_000));
    if end < step {
        return Ok(());
    }
    let emission = amount(&pool.config.reward_per_interval, token)?;
    let reduced = parameter(Reduction::parse(percentage))?.apply(emission);
    pool.config.reward_per_interval = money::format(reduced, token)?.into();
    pool.last_reward_reduction_timestamp = Some(step);
    Ok(())
}

/// Counts the claims of posts that the open interval pays, so many in a block; whether all of them are counted. Nobody
/// can vote for them any more, so the sum is the same however many blocks it takes.
fn count(ctx: &mut Context<'_>, id: u64, pool: &mut RewardPool) -> ActionResult<bool> {
    let Some(mut counting) = pool.counting.take() else {
        return Ok(true);
    };
    let posts = ctx.rows::<Post>().scan(
        Scan::of(BY_CASHOUT_TIME)
            .equal(id as f64)
            .from(counting.cashout_time as f64)
            .to(pool.last_reward_timestamp as f64)
            .skip(counting.posts as usize)
            .limit(POSTS_COUNTED),
    )?;
    let curve = pool.config.post_curve()?;
    let mut sum = claims(&counting.claims)?;
    let mut of_replies = claims(counting.comment_claims.as_deref().unwrap_or("0"))?;
    for post in &posts {
        let claim = curve.value(shares(&post.vote_rshare_sum)?);
        match pool.is_apart(post) {
            true => of_replies = of_replies.plus(&claim),
            false => sum = sum.plus(&claim),
        }
        if post.cashout_time != counting.cashout_time {
            (counting.cashout_time, counting.posts) = (post.cashout_time, 0);
        }
        counting.posts += 1;
    }
    if posts.len() == POSTS_COUNTED {
        counting.claims = sum.to_string().into();
        if !of_replies.is_zero() {
            counting.comment_claims = Some(of_replies.to_string().into());
        }
        pool.counting = Some(counting);
        return Ok(false);
    }
    let pending = claims(&pool.pending_claims)?.plus(&sum);
    pool.pending_claims = pending.to_string().into();
    pool.interval_pending_claims = Some(pool.pending_claims.clone());
    pool.interval_reward_pool = Some(pool.reward_pool.clone());
    if let Some(fund) = &mut pool.comment_pool {
        let pending = claims(&fund.pending_claims)?.plus(&of_replies);
        fund.pending_claims = pending.to_string().into();
        fund.interval_pending_claims = fund.pending_claims.clone();
        fund.interval_reward_pool = fund.reward_pool.clone();
    }
    Ok(true)
}
