use tartan_decimal::{Precision, Quantity};

use crate::{DAY, Shares, Weight};

/// Voting power of an account in a pool: 0 to 10000. Upvotes and downvotes have one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Power(u16);

/// `MAX_VOTING_POWER`.
const FULL: u16 = 10_000;

impl Power {
    /// That of an account which has not voted yet.
    pub const FULL: Power = Power(FULL);

    /// A power; what is out of range becomes the nearest that is not.
    pub fn new(power: i64) -> Power {
        Power(power.clamp(0, FULL.into()) as u16)
    }

    /// The power as a number.
    pub fn value(self) -> u16 {
        self.0
    }

    /// The power after so many milliseconds, of which the given days bring it from nothing to full:
    /// `min(10000, floor(p + elapsed * 10000 / (days * 86400000)))`. No days: full at once.
    ///
    /// Source: the reference contract, section 8 step 2 of its specification. It computes with doubles; block times
    /// are whole seconds, so that their error (10^-12) is far below the least distance from an integer (10^-9).
    #[must_use]
    pub fn regenerate(self, elapsed: u64, days: u32) -> Power {
        let whole = u128::from(days) * u128::from(DAY);
        let regained = (u128::from(elapsed) * u128::from(FULL))
            .checked_div(whole)
            .unwrap_or(FULL.into());
        let power = u128::from(self.0).saturating_add(regained);
        Power(power.min(FULL.into()) as u16)
    }

    /// What a vote uses and what is left, at a consumption of so many basis points by a full vote at full power:
    ///
    /// ```text
    /// A    = floor(power * |weight| * 86400 / 10000)
    /// D    = floor(10000 * 86400 / consumption)
    /// used = floor((A + D - 1) / D)
    /// left = max(0, power - used)
    /// ```
    ///
    /// No consumption: nothing is used. Source: section 8 step 4; the formula is that of the main chain with a day as
    /// the time to regenerate.
    pub fn charge(self, weight: Weight, consumption: u32) -> Charge {
        const SECONDS: u64 = DAY / 1000;
        let spent = u64::from(self.0) * u64::from(weight.magnitude()) * SECONDS / 10_000;
        let used = match (u64::from(FULL) * SECONDS).checked_div(consumption.into()) {
            // More consumption than any pool may have: everything is used.
            Some(0) => u64::from(self.0),
            Some(divisor) => spent.div_ceil(divisor),
            None => 0,
        };
        let used = used.min(self.0.into()) as u16;
        Charge {
            used: Power(used),
            left: Power(self.0 - used),
        }
    }

    /// The rshares of a vote: `floor10(stake * weight * power / 10000 / 10000)`, truncated toward zero; `None` if they
    /// do not fit. The power is that before the vote is charged.
    ///
    /// The stake is what the voter has staked and what is delegated to them. Source: section 8 step 4.
    pub fn rshares(self, stake: Quantity, precision: Precision, weight: Weight) -> Option<Shares> {
        let factor = i128::from(weight.value()) * i128::from(self.0);
        // No less than 100 units to each of the token, so that the order does not matter.
        stake_in_shares(stake, precision)?.mul_div(factor, 100_000_000)
    }
}

/// What a vote does to the power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it uses, at most all.
    pub used: Power,
    /// What is left.
    pub left: Power,
}

/// A stake in units of 10^-10 tokens.
pub(crate) fn stake_in_shares(stake: Quantity, precision: Precision) -> Option<Shares> {
    let factor = Shares::ONE.units() / precision.units_per_token();
    stake.units().checked_mul(factor).map(Shares::from_units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(weight: i64) -> Weight {
        Weight::new(weight).expect("it is a weight")
    }

    #[test]
    fn a_full_vote_uses_the_consumption() {
        let charge = Power::FULL.charge(Weight::FULL, 200);
        assert_eq!((charge.used, charge.left), (Power(200), Power(9800)));
        // A = 84672000, D = 4320000 of example 1.
        let charge = charge.left.charge(Weight::FULL, 200);
        assert_eq!((charge.used, charge.left), (Power(196), Power(9604)));
        assert_eq!(Power::FULL.charge(weight(8000), 200).left, Power(9840));
        assert_eq!(Power(9800).charge(weight(1000), 200).left, Power(9780));
    }

    #[test]
    fn the_least_vote_uses_something() {
        assert_eq!(Power::FULL.charge(weight(1), 1).used, Power(1));
        assert_eq!(Power::FULL.charge(weight(-1), 2000).used, Power(1));
        assert_eq!(Power(0).charge(Weight::FULL, 200).used, Power(0));
        assert_eq!(Power::FULL.charge(Weight::ZERO, 200).used, Power(0));
    }

    #[test]
    fn consumption_out_of_range_has_a_meaning() {
        assert_eq!(Power::FULL.charge(Weight::FULL, 0).used, Power(0));
        assert_eq!(Power::FULL.charge(Weight::FULL, u32::MAX).left, Power(0));
    }

    #[test]
    fn power_regenerates_in_the_days_of_the_pool() {
        assert_eq!(Power(0).regenerate(5 * DAY, 5), Power::FULL);
        assert_eq!(Power(0).regenerate(5 * DAY, 10), Power(5000));
        assert_eq!(Power(0).regenerate(5 * DAY - 1000, 5), Power(9999));
        assert_eq!(Power(9800).regenerate(3000, 5), Power(9800));
        assert_eq!(Power(1).regenerate(u64::MAX, 30), Power::FULL);
        assert_eq!(Power(0).regenerate(1, 0), Power::FULL);
    }

    #[test]
    fn repeated_votes_wear_power_down_to_nothing() {
        let mut power = Power::FULL;
        for _ in 0..300 {
            power = power.charge(Weight::FULL, 200).left;
        }
        assert_eq!(power, Power(0));
    }

    #[test]
    fn rshares_are_stake_by_weight_by_power() {
        let ten = Quantity::from_units(1_000_000_000);
        let check = |power: u16, by: i64, expected: &str| {
            let shares = Power(power).rshares(ten, Precision::MAX, weight(by));
            assert_eq!(
                shares.map(|shares| shares.to_string()),
                Some(expected.to_owned())
            );
        };
        check(10_000, 10_000, "10.0000000000");
        check(9800, 10_000, "9.8000000000");
        check(10_000, 8000, "8.0000000000");
        check(9800, 1000, "0.9800000000");
        check(10_000, -10_000, "-10.0000000000");
        check(0, 10_000, "0.0000000000");
    }

    #[test]
    fn rshares_are_truncated_toward_zero() {
        let unit = Quantity::from_units(1);
        let rshares = |by| Power(9999).rshares(unit, Precision::MAX, weight(by));
        assert_eq!(rshares(9999), Some(Shares::from_units(99)));
        assert_eq!(rshares(-9999), Some(Shares::from_units(-99)));
        let units = Quantity::from_units(i128::MAX);
        assert_eq!(
            Power::FULL.rshares(units, Precision::MAX, Weight::FULL),
            None
        );
    }
}
