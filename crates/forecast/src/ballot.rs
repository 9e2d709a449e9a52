use serde::{Deserialize, Serialize};
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{
    Claims, CuratorPool, Mana, Power, Revote, Shares, Value, Weight, is_bootstrap, reverse_auction,
};

use crate::rows::shares;
use crate::{ForecastError, Post, Situation, Vote, forecast};

/// The power of somebody who has not voted yet.
const FULL: i64 = 10_000;
/// Mana that one of power stands for.
const MANA: u64 = 100_000_000;

/// A row of `votingPower`: what an account has left of its power to vote in a pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Voter {
    /// When both powers were last brought up to date, in milliseconds since 1970.
    pub last_vote_timestamp: i64,
    /// The power to vote, 0 to 10000.
    pub voting_power: i64,
    /// The power to vote against.
    pub downvoting_power: i64,
    /// The account's votes count nothing.
    #[serde(default)]
    pub mute: Option<bool>,
    /// The power to vote in pools with a number of votes per period.
    #[serde(default)]
    pub mana: Option<Clock>,
    /// The power to vote against there.
    #[serde(default)]
    pub downvote_mana: Option<Clock>,
}

/// Mana with the time it was brought up to date.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Clock {
    /// 0 to 10^12.
    pub mana: u64,
    /// In milliseconds since 1970.
    pub timestamp: i64,
}

/// A vote that somebody thinks of.
#[derive(Debug, Clone)]
pub struct Ballot<'a> {
    /// The pool, its posts, and what they get without the vote.
    pub situation: &'a Situation,
    /// The place of the post among these.
    pub at: usize,
    /// The power of the voter; `None` for one who has not voted in the pool yet.
    pub voter: Option<&'a Voter>,
    /// What the voter has staked and is lent.
    pub stake: Quantity,
    /// How the voter has voted for the post already.
    pub known: Option<&'a Vote>,
    /// The time of the vote, in milliseconds since 1970.
    pub now: i64,
}

/// What a vote would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// What the post gets without the vote, and with it.
    pub before: String,
    /// With it.
    pub after: String,
    /// The difference; begins with `-` if the post loses.
    pub change: String,
    /// What the voter gets of it as a curator.
    pub curator: String,
    /// Hundredths of a percent of the power that are there, and that are left afterwards.
    pub power: u16,
    /// Left afterwards.
    pub left: u16,
}

/// What a vote changes of a post.
struct Effect {
    delta: Shares,
    weight: Shares,
    positive_sum: Option<Shares>,
    claims: bool,
}

impl Voter {
    /// Of somebody who has not voted in the pool yet.
    fn fresh(now: i64) -> Voter {
        Voter {
            last_vote_timestamp: now,
            voting_power: FULL,
            downvoting_power: FULL,
            mute: None,
            mana: None,
            downvote_mana: None,
        }
    }
}

fn since(then: i64, now: i64) -> u64 {
    u64::try_from(now.saturating_sub(then)).unwrap_or_default()
}

impl Ballot<'_> {
    /// Whether votes for the post still count.
    pub fn is_open(&self) -> bool {
        let pool = &self.situation.pool;
        let post = self.situation.posts.get(self.at);
        post.is_some_and(|post| {
            pool.active
                && post.cashout_time >= self.now
                && post.cashout_time > pool.last_reward_timestamp
        })
    }

    /// What a vote of this weight would do, computed as the contract does it: what the post would get if nobody voted
    /// after it.
    ///
    /// # Errors
    /// When a row does not hold what it should.
    pub fn estimate(&self, weight: Weight) -> Result<Estimate, ForecastError> {
        let Situation {
            pool,
            precision,
            posts,
            dues,
        } = self.situation;
        let (Some(post), Some(due)) = (posts.get(self.at), dues.get(self.at)) else {
            return Err(ForecastError::NoPost);
        };
        let (power, left, rshares) = self.spend(weight, *precision)?;
        let effect = self.effect(post, weight, rshares)?;
        let before = post.rshares()?;
        let after = add(before, effect.delta)?;

        let mut changed = post.clone();
        changed.vote_rshare_sum = after.to_string();
        if let Some(sum) = effect.positive_sum {
            changed.vote_positive_rshare_sum = sum.to_string();
        }
        let mut pool = pool.clone();
        let young = is_bootstrap(self.now, pool.created_timestamp, pool.config.window());
        if young && effect.claims {
            let curve = pool.config.post_curve()?;
            let fund = match &mut pool.comment_pool {
                Some(fund) if post.reply == Some(true) => &mut fund.pending_claims,
                _ => &mut pool.pending_claims,
            };
            let claims: Claims = fund.parse()?;
            let claims = claims.replace(&curve.value(before), &curve.value(after));
            *fund = claims.to_string();
        }
        let mut posts = posts.clone();
        let curators = pool.config.curation_curve()?;
        let whole = curators.value(shares(&changed.vote_positive_rshare_sum)?);
        posts[self.at] = changed;
        let value = forecast(&pool, *precision, &posts)?;
        let value = value
            .get(self.at)
            .map_or(Quantity::ZERO, |there| there.value);

        let parts = Value::divide(value, pool.config.curation()?);
        let mut shared = CuratorPool::new(parts.curators, *precision, whole);
        let change = value
            .checked_sub(due.value)
            .ok_or(ForecastError::TooLarge)?;
        let text = |quantity: Quantity| quantity.format(*precision);
        Ok(Estimate {
            before: text(due.value),
            after: text(value),
            change: text(change),
            curator: text(shared.pay(effect.weight)),
            power: power.value(),
            left: left.value(),
        })
    }

    /// The power before and after the vote, and what the vote adds; `None` for one that counts nothing.
    fn spend(
        &self,
        weight: Weight,
        precision: Precision,
    ) -> Result<(Power, Power, Option<Shares>), ForecastError> {
        let config = &self.situation.pool.config;
        let fresh = Voter::fresh(self.now);
        let voter = self.voter.unwrap_or(&fresh);
        let is_upvote = !weight.is_downvote();
        let (shown, days, consumption, clock) = match is_upvote {
            true => (
                voter.voting_power,
                config.vote_regeneration_days,
                config.vote_power_consumption,
                voter.mana,
            ),
            false => (
                voter.downvoting_power,
                config.downvote_regeneration_days,
                config.downvote_power_consumption,
                voter.downvote_mana,
            ),
        };
        let counts = weight.is_upvote() || (weight.is_downvote() && !config.disable_downvote);
        let (before, after, rshares) = match config.budget(is_upvote) {
            Some(budget) => {
                let mana = match clock {
                    Some(clock) => {
                        Mana::new(clock.mana).regenerate(since(clock.timestamp, self.now), budget)
                    }
                    None => Mana::new(shown.unsigned_abs().saturating_mul(MANA)),
                };
                let rshares = mana.rshares(self.stake, precision, weight);
                (mana.power(), mana.charge(weight, budget).power(), rshares)
            }
            None => {
                let elapsed = since(voter.last_vote_timestamp, self.now);
                let power = Power::new(shown).regenerate(elapsed, days);
                let rshares = power.rshares(self.stake, precision, weight);
                (power, power.charge(weight, consumption).left, rshares)
            }
        };
        if !counts {
            return Ok((before, before, None));
        }
        if voter.mute == Some(true) {
            return Ok((before, after, None));
        }
        Ok((before, after, Some(rshares.ok_or(ForecastError::TooLarge)?)))
    }

    fn effect(
        &self,
        post: &Post,
        weight: Weight,
        rshares: Option<Shares>,
    ) -> Result<Effect, ForecastError> {
        let config = &self.situation.pool.config;
        let sum = shares(&post.vote_positive_rshare_sum)?;
        let new = rshares.unwrap_or(Shares::ZERO);
        let (old, had) = match self.known {
            Some(vote) => (shares(&vote.rshares)?, shares(&vote.curation_weight)?),
            None => (Shares::ZERO, Shares::ZERO),
        };
        let delta = new.checked_sub(old).ok_or(ForecastError::TooLarge)?;
        let curve = config.curation_curve()?;
        if !config.is_extended() {
            // a changed vote has no share among the curators any more
            let weight = match self.known {
                None if weight.is_upvote() && rshares.is_some() => curve.weight(sum, new),
                _ => Shares::ZERO,
            };
            let grows = delta.is_positive();
            return Ok(Effect {
                delta,
                weight,
                positive_sum: grows.then(|| add(sum, delta)).transpose()?,
                claims: grows,
            });
        }
        let changed = Revote::new(curve, sum, had, old, new).ok_or(ForecastError::TooLarge)?;
        let mut after = changed.weight;
        if let Some(gain) = after.checked_sub(had).filter(|gain| gain.is_positive()) {
            let window = u64::from(config.reverse_auction_seconds.unwrap_or(0)) * 1_000;
            after = add(
                had,
                reverse_auction(gain, since(post.created, self.now), window),
            )?;
        }
        Ok(Effect {
            delta,
            weight: after,
            positive_sum: Some(changed.positive_sum),
            claims: true,
        })
    }
}

fn add(one: Shares, other: Shares) -> Result<Shares, ForecastError> {
    one.checked_add(other).ok_or(ForecastError::TooLarge)
}
