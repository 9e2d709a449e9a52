//! Votes: what they add to posts, and the power they use.

use std::sync::Arc;

use tartan_document::{Value, object};
use tartan_rewards::{Power, Shares, Weight, is_bootstrap};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, Sender, ensure};
use tartan_state::Stored;

use super::curves::{claims, shares};
use super::money;
use super::pools::token_of;
use super::tables::{Post, RewardPool, Vote, VotingPower};
use super::{maintenance, posts};
use crate::tokens::tables::AccountBalance;

/// The power of an account that has not voted yet.
pub(super) const FULL_POWER: i64 = 10_000;

/// What a vote comes to before it is stored.
struct Cast {
    /// What it adds to the post, and as text.
    rshares: Shares,
    shown: String,
    /// Its share among the curators, as text.
    curation_weight: String,
}

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
    let (mut power, is_new) = power_of(ctx, pool, id, voter, now)?;
    let muted = power.mute == Some(true);
    let cast = cast(ctx, pool, &post, voter, &mut power, weight)?;
    match is_new {
        true => drop(ctx.rows::<VotingPower>().insert(power.record)?),
        false => ctx.rows::<VotingPower>().update(&power)?,
    }

    let key = [
        Value::from(id as f64),
        Value::from(post.authorperm.as_str()),
        Value::from(voter),
    ];
    let mut votes = ctx.rows::<Vote>();
    let (event, delta) = match votes.get_by(&key)? {
        Some(mut vote) => {
            let delta = cast.rshares.checked_sub(shares(&vote.rshares)?);
            vote.timestamp = now;
            vote.weight = weight.value().into();
            vote.curation_weight = "0".into();
            vote.rshares = cast.shown.as_str().into();
            votes.update(&vote)?;
            ("updateVote", delta.or_fail("cannot subtract")?)
        }
        None => {
            votes.insert(Vote {
                reward_pool_id: id,
                symbol: post.symbol.clone(),
                authorperm: post.authorperm.clone(),
                weight: weight.value().into(),
                rshares: cast.shown.as_str().into(),
                curation_weight: cast.curation_weight.into(),
                timestamp: now,
                voter: voter.into(),
            })?;
            ("newVote", cast.rshares)
        }
    };
    let mut data = object! {
        "rewardPoolId": id as f64,
        "symbol": pool.symbol.as_str(),
        "rshares": cast.shown,
    };
    if muted {
        data.insert("mute", true);
    }
    ctx.emit(event, data);
    add(ctx, pool, &mut post, delta)?;
    ctx.rows::<Post>().update(&post)
}

/// The power of a voter as it is now, and whether it is the first vote.
fn power_of(
    ctx: &mut Context<'_>,
    pool: &RewardPool,
    id: u64,
    voter: &str,
    now: i64,
) -> ActionResult<(Stored<VotingPower>, bool)> {
    let key = [Value::from(id as f64), Value::from(voter)];
    if let Some(mut power) = ctx.rows::<VotingPower>().get_by(&key)? {
        let elapsed = u64::try_from(now - power.last_vote_timestamp).unwrap_or_default();
        let regain =
            |power: i64, days: u32| i64::from(Power::new(power).regenerate(elapsed, days).value());
        power.voting_power = regain(power.voting_power, pool.config.vote_regeneration_days);
        power.downvoting_power = regain(
            power.downvoting_power,
            pool.config.downvote_regeneration_days,
        );
        power.last_vote_timestamp = now;
        return Ok((power, false));
    }
    let record = VotingPower {
        reward_pool_id: id,
        account: voter.into(),
        last_vote_timestamp: now,
        voting_power: FULL_POWER,
        downvoting_power: FULL_POWER,
        mute: None,
    };
    // the number is not used: the table gives the row its key
    let id = 0.into();
    Ok((Stored { id, record }, true))
}

/// What a vote comes to, and the power it uses.
fn cast(
    ctx: &mut Context<'_>,
    pool: &RewardPool,
    post: &Post,
    voter: &str,
    power: &mut VotingPower,
    weight: Weight,
) -> ActionResult<Cast> {
    let config = &pool.config;
    let nothing = || Cast {
        rshares: Shares::ZERO,
        shown: "0".to_string(),
        curation_weight: "0".to_string(),
    };
    let (left, consumption) = if weight.is_upvote() {
        (&mut power.voting_power, config.vote_power_consumption)
    } else if weight.is_downvote() && !config.disable_downvote {
        (
            &mut power.downvoting_power,
            config.downvote_power_consumption,
        )
    } else {
        return Ok(nothing());
    };
    let before = Power::new(*left);
    *left = before.charge(weight, consumption).left.value().into();
    if power.mute == Some(true) {
        return Ok(nothing());
    }
    let token = token_of(ctx, pool)?;
    let mut stake = tartan_decimal::Quantity::ZERO;
    if let Some(holding) = ctx.rows::<AccountBalance>().get(&[voter, &pool.symbol])? {
        stake = money::add(
            money::amount(&holding.stake, &token)?,
            money::amount(&holding.delegations_in, &token)?,
        )?;
    }
    let rshares = before.rshares(stake, money::precision(&token)?, weight);
    let rshares = rshares.or_fail("cannot multiply")?;
    let curation_weight = if weight.is_upvote() {
        let sum = shares(&post.vote_positive_rshare_sum)?;
        config.curation_curve()?.weight(sum, rshares).to_string()
    } else {
        "0".to_string()
    };
    Ok(Cast {
        rshares,
        shown: rshares.to_string(),
        curation_weight,
    })
}

/// Adds what a vote changes to the sums of its post, and, while the pool is young, to the pool's claims.
fn add(
    ctx: &mut Context<'_>,
    pool: &Arc<Stored<RewardPool>>,
    post: &mut Post,
    delta: Shares,
) -> ActionResult {
    let overflow = || Failure::check("cannot add");
    let before = shares(&post.vote_rshare_sum)?;
    let after = before.checked_add(delta).ok_or_else(overflow)?;
    post.vote_rshare_sum = after.to_string().into();
    if !delta.is_positive() {
        return Ok(());
    }
    let positive = shares(&post.vote_positive_rshare_sum)?.checked_add(delta);
    post.vote_positive_rshare_sum = positive.ok_or_else(overflow)?.to_string().into();
    let window = pool.config.cashout_window();
    if !is_bootstrap(ctx.time()?, pool.created_timestamp, window) {
        return Ok(());
    }
    let curve = pool.config.post_curve()?;
    let mut pool = Stored::clone(pool);
    let claims = claims(&pool.pending_claims)?;
    let claims = claims.replace(&curve.value(before), &curve.value(after));
    pool.pending_claims = claims.to_string().into();
    ctx.rows::<RewardPool>().update(&pool)
}
