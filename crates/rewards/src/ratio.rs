use tartan_decimal::{Quantity, Rounding};

use crate::ParameterError;

/// A share of something: 0 to 10000 hundredths of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing.
    pub const NONE: BasisPoints = BasisPoints(0);
    /// All.
    pub const ALL: BasisPoints = BasisPoints(10_000);

    /// So many basis points.
    ///
    /// # Errors
    ///
    /// If they are less than 0 or more than 10000.
    pub fn new(points: i64) -> Result<BasisPoints, ParameterError> {
        match u16::try_from(points) {
            Ok(points) if points <= BasisPoints::ALL.0 => Ok(BasisPoints(points)),
            _ => Err(ParameterError::BasisPoints(points)),
        }
    }

    /// So many percent.
    ///
    /// # Errors
    ///
    /// If they are less than 0 or more than 100.
    pub fn from_percent(percent: i64) -> Result<BasisPoints, ParameterError> {
        match u16::try_from(percent) {
            Ok(percent) if percent <= 100 => Ok(BasisPoints(percent * 100)),
            _ => Err(ParameterError::Percent(percent)),
        }
    }

    /// The number of basis points.
    pub fn points(self) -> u16 {
        self.0
    }

    /// This share of an amount, truncated to its smallest unit.
    pub fn of(self, amount: Quantity) -> Quantity {
        amount
            .mul_div(self.0.into(), 10_000, Rounding::Down)
            .expect("a share is not larger than the whole")
    }
}

/// The weight of a vote: -10000 (a full downvote) to 10000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(i16);

impl Weight {
    /// Of a full upvote.
    pub const FULL: Weight = Weight(10_000);
    /// Of a vote that is taken back.
    pub const ZERO: Weight = Weight(0);

    /// A weight.
    ///
    /// # Errors
    ///
    /// If it is less than -10000 or more than 10000.
    pub fn new(weight: i64) -> Result<Weight, ParameterError> {
        match i16::try_from(weight) {
            Ok(small) if (-10_000..=10_000).contains(&small) => Ok(Weight(small)),
            _ => Err(ParameterError::Weight(weight)),
        }
    }

    /// The weight.
    pub fn value(self) -> i16 {
        self.0
    }

    /// The weight without its sign.
    pub fn magnitude(self) -> u16 {
        self.0.unsigned_abs()
    }

    /// Whether it is an upvote.
    pub fn is_upvote(self) -> bool {
        self.0 > 0
    }

    /// Whether it is a downvote.
    pub fn is_downvote(self) -> bool {
        self.0 < 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_truncated() {
        let half = BasisPoints::from_percent(50).expect("it is a percentage");
        assert_eq!(half, BasisPoints::new(5000).expect("they are in range"));
        assert_eq!(half.of(Quantity::from_units(7)), Quantity::from_units(3));
        assert_eq!(
            BasisPoints::ALL.of(Quantity::from_units(i128::MAX)),
            Quantity::from_units(i128::MAX)
        );
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        assert!(BasisPoints::new(10_001).is_err() && BasisPoints::new(-1).is_err());
        assert!(BasisPoints::from_percent(101).is_err() && BasisPoints::from_percent(-1).is_err());
        assert!(Weight::new(10_001).is_err() && Weight::new(-10_001).is_err());
        assert!(Weight::new(1 << 40).is_err());
        assert_eq!(Weight::new(-10_000).map(Weight::magnitude), Ok(10_000));
    }
}
