use std::cmp::Ordering;

/// Which of the two nearest numbers to take, as bignumber.js numbers the modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Rounding {
    /// Away from zero.
    Up = 0,
    /// Towards zero.
    Down = 1,
    /// Towards positive infinity.
    Ceil = 2,
    /// Towards negative infinity.
    Floor = 3,
    /// The nearest; halfway away from zero.
    HalfUp = 4,
    /// The nearest; halfway towards zero.
    HalfDown = 5,
    /// The nearest; halfway to the even one.
    HalfEven = 6,
    /// The nearest; halfway towards positive infinity.
    HalfCeil = 7,
    /// The nearest; halfway towards negative infinity.
    HalfFloor = 8,
}

impl Rounding {
    /// All modes, each at the place of its number.
    pub const ALL: [Rounding; 9] = [
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceil,
        Rounding::Floor,
        Rounding::HalfUp,
        Rounding::HalfDown,
        Rounding::HalfEven,
        Rounding::HalfCeil,
        Rounding::HalfFloor,
    ];

    /// The mode with this number.
    pub fn from_number(number: u8) -> Option<Rounding> {
        Rounding::ALL.get(usize::from(number)).copied()
    }

    /// Whether a magnitude is to be rounded up, which is cut off to an odd or even integer, with something other than
    /// zero cut off that is less than, equal to or more than half.
    pub(crate) fn rounds_up(self, negative: bool, odd: bool, rest: Ordering) -> bool {
        let halfway = match self {
            Rounding::Up => return true,
            Rounding::Down => return false,
            Rounding::Ceil => return !negative,
            Rounding::Floor => return negative,
            Rounding::HalfUp => true,
            Rounding::HalfDown => false,
            Rounding::HalfEven => odd,
            Rounding::HalfCeil => !negative,
            Rounding::HalfFloor => negative,
        };
        match rest {
            Ordering::Less => false,
            Ordering::Equal => halfway,
            Ordering::Greater => true,
        }
    }
}
