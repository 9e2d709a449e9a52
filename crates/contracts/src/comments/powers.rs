//! The power to vote: what a vote uses of it, and how it comes back.

use tartan_decimal::{Precision, Quantity};
use tartan_document::Value;
use tartan_rewards::{Mana, Power, Shares, VoteBudget, Weight};
use tartan_runtime::{ActionResult, Context};
use tartan_state::Stored;

use super::tables::{ManaClock, PoolConfig, RewardPool, VotingPower};

/// The power of an account that has not voted yet.
pub(super) const FULL_POWER: i64 = 10_000;
/// Mana that one of power stands for.
const MANA: u64 = 100_000_000;

/// The power behind a vote, as it was before the vote used some.
pub(super) enum Behind {
    /// In pools with a consumption for each vote.
    Power(Power),
    /// In pools with a number of votes per period.
    Mana(Mana),
}

impl Behind {
    /// What the vote adds to its post; `None` if that does not fit.
    pub(super) fn rshares(
        &self,
        stake: Quantity,
        precision: Precision,
        weight: Weight,
    ) -> Option<Shares> {
        match self {
            Behind::Power(power) => power.rshares(stake, precision, weight),
            Behind::Mana(mana) => mana.rshares(stake, precision, weight),
        }
    }
}

/// The power of a voter as it is now, and whether it is the first vote in the pool.
pub(super) fn of(
    ctx: &mut Context<'_>,
    pool: &RewardPool,
    id: u64,
    voter: &str,
    now: i64,
) -> ActionResult<(Stored<VotingPower>, bool)> {
    let key = [Value::from(id as f64), Value::from(voter)];
    if let Some(mut power) = ctx.rows::<VotingPower>().get_by(&key)? {
        let elapsed = since(power.last_vote_timestamp, now);
        let regain =
            |power: i64, days: u32| i64::from(Power::new(power).regenerate(elapsed, days).value());
        let config = &pool.config;
        // mana has clocks of its own
        if config.upvotes().is_none() {
            power.voting_power = regain(power.voting_power, config.vote_regeneration_days);
        }
        if config.downvotes().is_none() {
            let days = config.downvote_regeneration_days;
            power.downvoting_power = regain(power.downvoting_power, days);
        }
        power.last_vote_timestamp = now;
        return Ok((power, false));
    }
    // the table gives the row its key
    let row = Stored {
        id: 0.into(),
        record: VotingPower::full(id, voter, now),
    };
    Ok((row, true))
}

impl VotingPower {
    /// Of an account that has not voted yet.
    pub(super) fn full(pool: u64, account: &str, now: i64) -> VotingPower {
        VotingPower {
            reward_pool_id: pool,
            account: account.into(),
            last_vote_timestamp: now,
            voting_power: FULL_POWER,
            downvoting_power: FULL_POWER,
            mute: None,
            mana: None,
            downvote_mana: None,
        }
    }

    /// Uses power for a vote; `None` for a vote that counts nothing.
    pub(super) fn spend(
        &mut self,
        config: &PoolConfig,
        weight: Weight,
        now: i64,
    ) -> Option<Behind> {
        let (shown, consumption, budget, clock) = if weight.is_upvote() {
            let clock = &mut self.mana;
            (
                &mut self.voting_power,
                config.vote_power_consumption,
                config.upvotes(),
                clock,
            )
        } else if weight.is_downvote() && !config.disable_downvote {
            let clock = &mut self.downvote_mana;
            (
                &mut self.downvoting_power,
                config.downvote_power_consumption,
                config.downvotes(),
                clock,
            )
        } else {
            return None;
        };
        let Some(budget) = budget else {
            let before = Power::new(*shown);
            *shown = before.charge(weight, consumption).left.value().into();
            return Some(Behind::Power(before));
        };
        let (mana, elapsed) = match clock {
            Some(clock) => (Mana::new(clock.mana), since(clock.timestamp, now)),
            None => (Mana::new(shown.unsigned_abs() * MANA), 0),
        };
        let before = mana.regenerate(elapsed, budget);
        let left = before.charge(weight, budget);
        *clock = Some(ManaClock {
            mana: left.value(),
            timestamp: now,
        });
        *shown = left.power().value().into();
        Some(Behind::Mana(before))
    }
}

fn since(then: i64, now: i64) -> u64 {
    u64::try_from(now - then).unwrap_or_default()
}

impl PoolConfig {
    /// The number of full upvotes per period of regeneration, in pools that have one.
    fn upvotes(&self) -> Option<VoteBudget> {
        budget(
            self.votes_per_regeneration_period,
            self.vote_regeneration_days,
        )
    }

    /// The number of full downvotes.
    fn downvotes(&self) -> Option<VoteBudget> {
        budget(
            self.downvotes_per_regeneration_period,
            self.downvote_regeneration_days,
        )
    }
}

fn budget(votes: Option<u32>, days: u32) -> Option<VoteBudget> {
    votes.map(|votes| VoteBudget {
        votes,
        period_seconds: days * 86_400,
    })
}
