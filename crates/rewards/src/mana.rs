use tartan_decimal::{Precision, Quantity};

use crate::power::stake_in_shares;
use crate::{Power, Shares, Weight};

/// Voting power of pools with a number of votes per period instead of a consumption per vote: 0 to 10^12, so that no
/// regeneration is lost to rounding, with a clock of its own for upvotes and for downvotes.
///
/// Source: the Smart Media Tokens paper ("votes per regeneration period"), as cut to integers in section 6.3 of the
/// specification of launched tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mana(u64);

const FULL: u64 = 1_000_000_000_000;

/// How many full votes may be cast, and how long it takes until as many may be cast again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteBudget {
    /// Full votes that use up what regenerates in the period.
    pub votes: u32,
    /// From no mana to full.
    pub period_seconds: u32,
}

impl VoteBudget {
    /// The budget that comes nearest to so many full votes a day: `votes = max(1, per_day * period / 86400)`.
    pub fn from_votes_per_day(per_day: u32, period_seconds: u32) -> VoteBudget {
        let votes = (u64::from(per_day) * u64::from(period_seconds) + 43_200) / 86_400;
        VoteBudget {
            votes: u32::try_from(votes.max(1)).unwrap_or(u32::MAX),
            period_seconds,
        }
    }

    /// Full votes a day, nominally; somebody who votes all day long has slightly more, since less mana is used less.
    pub fn votes_per_day(self) -> f64 {
        f64::from(self.votes) * 86_400.0 / f64::from(self.period_seconds)
    }
}

impl Mana {
    /// That of an account which has not voted yet.
    pub const FULL: Mana = Mana(FULL);

    /// So much mana; more than full is full.
    pub fn new(mana: u64) -> Mana {
        Mana(mana.min(FULL))
    }

    /// The mana as a number.
    pub fn value(self) -> u64 {
        self.0
    }

    /// What readers of the older [`Power`] are shown: `floor(m / 10^8)`.
    pub fn power(self) -> Power {
        Power::new((self.0 / 100_000_000) as i64)
    }

    /// The mana after so many milliseconds: `min(10^12, m + floor(elapsed * 10^12 / (period * 1000)))`. No period: full
    /// at once.
    #[must_use]
    pub fn regenerate(self, elapsed: u64, budget: VoteBudget) -> Mana {
        let regained = (u128::from(elapsed) * u128::from(FULL))
            .checked_div(u128::from(budget.period_seconds) * 1000)
            .unwrap_or(FULL.into());
        let mana = u128::from(self.0).saturating_add(regained);
        Mana(mana.min(FULL.into()) as u64)
    }

    /// What is left after a vote, which uses `ceil(m * |weight| / (10000 * votes))`, at most all. No votes: all.
    #[must_use]
    pub fn charge(self, weight: Weight, budget: VoteBudget) -> Mana {
        let spent = u128::from(self.0) * u128::from(weight.magnitude());
        let divisor = 10_000 * u128::from(budget.votes.max(1));
        // The votes are at least one and the weight at most 10000.
        Mana(self.0 - spent.div_ceil(divisor) as u64)
    }

    /// The rshares of a vote: `stake * weight * m / (10^4 * 10^12)`, truncated toward zero to ten decimals; `None` if
    /// they do not fit. The mana is that before the vote is charged.
    pub fn rshares(self, stake: Quantity, precision: Precision, weight: Weight) -> Option<Shares> {
        let factor = i128::from(weight.value()) * i128::from(self.0);
        stake_in_shares(stake, precision)?.mul_div(factor, 10_000 * i128::from(FULL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: VoteBudget = VoteBudget {
        votes: 50,
        period_seconds: 432_000,
    };

    #[test]
    fn a_full_vote_uses_its_part_of_the_budget() {
        let once = Mana::FULL.charge(Weight::FULL, BUDGET);
        assert_eq!(once, Mana(980_000_000_000));
        let twice = once.charge(Weight::FULL, BUDGET);
        assert_eq!(twice, Mana(960_400_000_000));
        assert_eq!(twice.power(), Power::new(9604));
    }

    #[test]
    fn the_least_vote_uses_something_and_the_last_leaves_nothing_negative() {
        let least = Weight::new(-1).expect("it is a weight");
        assert_eq!(Mana(1).charge(least, BUDGET), Mana(0));
        assert_eq!(Mana(0).charge(Weight::FULL, BUDGET), Mana(0));
        let single = VoteBudget { votes: 0, ..BUDGET };
        assert_eq!(Mana::FULL.charge(Weight::FULL, single), Mana(0));
    }

    #[test]
    fn regeneration_is_linear_and_ends_at_full() {
        assert_eq!(Mana(0).regenerate(216_000_000, BUDGET), Mana(FULL / 2));
        assert_eq!(Mana(0).regenerate(3000, BUDGET), Mana(6_944_444));
        assert_eq!(Mana(7).regenerate(u64::MAX, BUDGET), Mana::FULL);
        let no_period = VoteBudget {
            period_seconds: 0,
            ..BUDGET
        };
        assert_eq!(Mana(0).regenerate(1, no_period), Mana::FULL);
    }

    #[test]
    fn rshares_of_large_stakes_fit() {
        let stake = Quantity::from_units(900_719_925_474_099_100_000_000);
        let rshares = Mana::FULL.rshares(stake, Precision::MAX, Weight::FULL);
        assert_eq!(
            rshares.map(|rshares| rshares.to_string()),
            Some("9007199254740991.0000000000".to_owned())
        );
        let down = Weight::new(-1).expect("it is a weight");
        let rshares = Mana(1).rshares(Quantity::from_units(1), Precision::MAX, down);
        assert_eq!(rshares, Some(Shares::ZERO));
    }

    #[test]
    fn a_target_of_votes_per_day_makes_a_budget() {
        assert_eq!(VoteBudget::from_votes_per_day(10, 432_000), BUDGET);
        assert_eq!(BUDGET.votes_per_day(), 10.0);
        assert_eq!(VoteBudget::from_votes_per_day(0, 432_000).votes, 1);
    }
}
