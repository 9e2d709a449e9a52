//! Votes, and what they add to posts.

use std::sync::Arc;

use tartan_document::{Value, object};
use tartan_rewards::{Revote, Shares, Weight, is_bootstrap, reverse_auction};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, Sender, ensure};
use tartan_state::Stored;

use super::curves::{claims, shares};
use super::pools::token_of;
use super::powers::Behind;
use super::tables::{Post, RewardPool, Vote, VotingPower};
use super::{maintenance, money, posts, powers};
use crate::tokens::tables::AccountBalance;

/// `vote {voter, author, permlink, weight}`: lets a vote of the main chain count in the pools of the post.
pub(super) fn vote(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    ensure!(
        Sender(&ctx.sender()).is_node(),
        "can only vote with voting op"
    );
    let weight = payload
        .integer("weight")
        .and_then(|weight| Weight::new(weight).ok())
        .or_fail("weight must be an integer from -10000 to 10000")?;
    maintenance::run(ctx)?;
    let authorperm = posts::authorperm(
        &posts::name(payload.get("author")),
        &posts::name(payload.get("permlink")),
    );
    let voter = posts::name(payload.get("voter"));
    for id in posts::pools_with(ctx, &authorperm)? {
        let Some(pool) = ctx.rows::<RewardPool>().shared_numbered(id)? else {
            continue;
        };
        if !pool.active {
            continue;
        }
        let key = [Value::from(authorperm.as_str()), Value::from(id as f64)];
        let Some(post) = ctx.rows::<Post>().get_by(&key)? else {
            continue;
        };
        // one whose claims are counted cannot change any more
        if post.cashout_time < ctx.time()? || post.cashout_time <= pool.last_reward_timestamp {
            continue;
        }
        count(ctx, &pool, post, &voter, weight)?;
    }
    Ok(())
}

/// Lets a vote count in one pool.
fn count(
    ctx: &mut Context<'_>,
    pool: &Arc<Stored<RewardPool>>,
    mut post: Stored<Post>,
    voter: &str,
    weight: Weight,
) -> ActionResult {
    let now = ctx.time()?;
    let id = post.reward_pool_id;
    let (mut power, is_new) = powers::of(ctx, pool, id, voter, now)?;
    let muted = power.mute == Some(true);
    let behind = power.spend(&pool.config, weight, now);
    match is_new {
        true => drop(ctx.rows::<VotingPower>().insert_absent(power.record)?),
        false => ctx.rows::<VotingPower>().update(&power)?,
    }
    let key = [
        Value::from(id as f64),
        Value::from(post.authorperm.as_str()),
        Value::from(voter),
    ];
    let known = ctx.rows::<Vote>().get_by(&key)?;
    let cast = Cast {
        rshares: match behind {
            Some(behind) if !muted => Some(rshares(ctx, pool, voter, weight, &behind)?),
            _ => None,
        },
        is_upvote: weight.is_upvote(),
        elapsed: u64::try_from(now - post.created).unwrap_or_default(),
    };
    let effect = match pool.config.is_extended() {
        true => cast.replace(pool, &post, known.as_deref())?,
        false => cast.add(pool, &post, known.as_deref())?,
    };
    let shown = cast
        .rshares
        .map_or("0".to_string(), |shares| shares.to_string());
    let event = match &known {
        Some(_) => "updateVote",
        None => "newVote",
    };
    let vote = Vote {
        reward_pool_id: id,
        symbol: post.symbol.clone(),
        authorperm: post.authorperm.clone(),
        weight: weight.value().into(),
        rshares: shown.as_str().into(),
        curation_weight: effect.curation_weight.into(),
        timestamp: now,
        voter: voter.into(),
    };
    match known {
        Some(mut known) => {
            known.record = vote;
            ctx.rows::<Vote>().update(&known)?;
        }
        None => drop(ctx.rows::<Vote>().insert_absent(vote)?),
    }
    let mut data = object! {
        "rewardPoolId": id as f64,
        "symbol": pool.symbol.as_str(),
        "rshares": shown,
    };
    if muted {
        data.insert("mute", true);
    }
    ctx.emit(event, data);

    let before = shares(&post.vote_rshare_sum)?;
    let after = before.checked_add(effect.delta).or_fail("cannot add")?;
    post.vote_rshare_sum = after.to_string().into();
    if let Some(sum) = effect.positive_sum {
        post.vote_positive_rshare_sum = sum.to_string().into();
    }
    if effect.claims {
        claim(ctx, pool, &post, before, after)?;
    }
    ctx.rows::<Post>().update(&post)
}

/// What the stake of a voter and the power behind the vote come to.
fn rshares(
    ctx: &mut Context<'_>,
    pool: &RewardPool,
    voter: &str,
    weight: Weight,
    behind: &Behind,
) -> ActionResult<Shares> {
    let token = token_of(ctx, pool)?;
    let holding = ctx.rows::<AccountBalance>().get(&[voter, &pool.symbol])?;
    let stake = match holding {
        Some(holding) => money::add(
            money::amount(&holding.stake, &token)?,
            money::amount(&holding.delegations_in, &token)?,
        )?,
        None => tartan_decimal::Quantity::ZERO,
    };
    let rshares = behind.rshares(stake, money::precision(&token)?, weight);
    rshares.or_fail("cannot multiply")
}

/// A vote as it comes.
struct Cast {
    /// `None` for one that counts nothing.
    rshares: Option<Shares>,
    is_upvote: bool,
    /// Milliseconds since the post was made.
    elapsed: u64,
}

/// What a vote does.
struct Effect {
    /// The vote's share among the curators, as text.
    curation_weight: String,
    /// What it changes of the post's sum.
    delta: Shares,
    /// The post's sum of positive rshares, if it changes.
    positive_sum: Option<Shares>,
    /// Whether a young pool's claims change as well.
    claims: bool,
}

impl Cast {
    /// As in the reference: a changed vote has no share among the curators any more, and what votes take away stays in
    /// the sum of positive rshares.
    fn add(&self, pool: &RewardPool, post: &Post, known: Option<&Vote>) -> ActionResult<Effect> {
        let rshares = self.rshares.unwrap_or(Shares::ZERO);
        let sum = shares(&post.vote_positive_rshare_sum)?;
        let (delta, curation_weight) = match known {
            Some(vote) => (rshares.checked_sub(shares(&vote.rshares)?), "0".to_string()),
            None if self.is_upvote && self.rshares.is_some() => {
                let weight = pool.config.curation_curve()?.weight(sum, rshares);
                (Some(rshares), weight.to_string())
            }
            None => (Some(rshares), "0".to_string()),
        };
        let delta = delta.or_fail("cannot subtract")?;
        let positive_sum = match delta.is_positive() {
            true => Some(sum.checked_add(delta).or_fail("cannot add")?),
            false => None,
        };
        Ok(Effect {
            curation_weight,
            delta,
            positive_sum,
            claims: delta.is_positive(),
        })
    }

    /// In extended pools: the sum of positive rshares is that of the votes as they are, a changed vote keeps the share
    /// among the curators that it still deserves, and a share earned early may be cut.
    fn replace(
        &self,
        pool: &RewardPool,
        post: &Post,
        known: Option<&Vote>,
    ) -> ActionResult<Effect> {
        let overflow = || Failure::check("cannot add");
        let new = self.rshares.unwrap_or(Shares::ZERO);
        let (old, weight) = match known {
            Some(vote) => (shares(&vote.rshares)?, shares(&vote.curation_weight)?),
            None => (Shares::ZERO, Shares::ZERO),
        };
        let curve = pool.config.curation_curve()?;
        let sum = shares(&post.vote_positive_rshare_sum)?;
        let changed = Revote::new(curve, sum, weight, old, new).ok_or_else(overflow)?;
        let mut after = changed.weight;
        if let Some(gain) = after.checked_sub(weight).filter(|gain| gain.is_positive()) {
            let window = u64::from(pool.config.reverse_auction_seconds.unwrap_or(0)) * 1_000;
            let kept = reverse_auction(gain, self.elapsed, window);
            after = weight.checked_add(kept).ok_or_else(overflow)?;
        }
        Ok(Effect {
            curation_weight: after.to_string(),
            delta: new.checked_sub(old).ok_or_else(overflow)?,
            positive_sum: Some(changed.positive_sum),
            claims: true,
        })
    }
}

/// Lets a change of a post's sum count among the claims of its pool at once, while the pool is young.
fn claim(
    ctx: &mut Context<'_>,
    pool: &Arc<Stored<RewardPool>>,
    post: &Post,
    before: Shares,
    after: Shares,
) -> ActionResult {
    let window = pool.config.cashout_window();
    if !is_bootstrap(ctx.time()?, pool.created_timestamp, window) {
        return Ok(());
    }
    let curve = pool.config.post_curve()?;
    let mut pool = Stored::clone(pool);
    let pending = pool.fund_of(post).pending_claims;
    let sum = claims(pending)?.replace(&curve.value(before), &curve.value(after));
    *pool.fund_of(post).pending_claims = sum.to_string().into();
    ctx.rows::<RewardPool>().update(&pool)
}
