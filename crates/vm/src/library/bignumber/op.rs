/// An operation of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(
    missing_docs,
    reason = "each is what its name in bignumber.js says, see `Op::NAMES`"
)]
pub enum Op {
    New,
    Plus,
    Minus,
    Times,
    Div,
    DivInteger,
    Modulo,
    Pow,
    Max,
    Min,
    Compare,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Sqrt,
    Negated,
    Abs,
    ShiftedBy,
    IntegerValue,
    DecimalPlaces,
    Precision,
    ToNumber,
    IsNan,
    IsFinite,
    IsInteger,
    IsPositive,
    IsNegative,
    IsZero,
    ToFixed,
    ToExponential,
    ToPrecision,
    ToString,
    ValueOf,
}

use Op::*;

impl Op {
    /// All names in bignumber.js, in the order of the operations.
    pub const NAMES: [(Op, &'static [&'static str]); 35] = [
        (New, &["BigNumber"]),
        (Plus, &["plus"]),
        (Minus, &["minus"]),
        (Times, &["times", "multipliedBy"]),
        (Div, &["div", "dividedBy"]),
        (DivInteger, &["idiv", "dividedToIntegerBy"]),
        (Modulo, &["mod", "modulo"]),
        (Pow, &["pow", "exponentiatedBy"]),
        (Max, &["max", "maximum"]),
        (Min, &["min", "minimum"]),
        (Compare, &["comparedTo"]),
        (Equal, &["eq", "isEqualTo"]),
        (Less, &["lt", "isLessThan"]),
        (LessOrEqual, &["lte", "isLessThanOrEqualTo"]),
        (Greater, &["gt", "isGreaterThan"]),
        (GreaterOrEqual, &["gte", "isGreaterThanOrEqualTo"]),
        (Sqrt, &["sqrt", "squareRoot"]),
        (Negated, &["negated"]),
        (Abs, &["abs", "absoluteValue"]),
        (ShiftedBy, &["shiftedBy"]),
        (IntegerValue, &["integerValue"]),
        (DecimalPlaces, &["dp", "decimalPlaces"]),
        (Precision, &["sd", "precision"]),
        (ToNumber, &["toNumber"]),
        (IsNan, &["isNaN"]),
        (IsFinite, &["isFinite"]),
        (IsInteger, &["isInteger"]),
        (IsPositive, &["isPositive"]),
        (IsNegative, &["isNegative"]),
        (IsZero, &["isZero"]),
        (ToFixed, &["toFixed"]),
        (ToExponential, &["toExponential"]),
        (ToPrecision, &["toPrecision"]),
        (ToString, &["toString"]),
        (ValueOf, &["valueOf", "toJSON"]),
    ];

    /// The operation with a name of bignumber.js.
    pub fn from_name(name: &str) -> Option<Op> {
        let named = Op::NAMES.iter().find(|(_, names)| names.contains(&name));
        named.map(|(op, _)| *op)
    }

    /// The number of the operation, for calls that should be cheap.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The operation with a number.
    pub fn from_code(code: u8) -> Option<Op> {
        Op::NAMES.get(usize::from(code)).map(|(op, _)| *op)
    }

    /// Whether there is a second number to compute with.
    pub fn takes_number(self) -> bool {
        (Plus.code()..=GreaterOrEqual.code()).contains(&self.code())
    }

    /// Whether the answer is a text.
    pub(super) fn writes(self) -> bool {
        self.code() >= ToFixed.code()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_belong_together() {
        for (at, (op, names)) in Op::NAMES.iter().enumerate() {
            assert_eq!(Op::from_code(at as u8), Some(*op));
            assert_eq!(usize::from(op.code()), at);
            for name in *names {
                assert_eq!(Op::from_name(name), Some(*op), "{name}");
            }
        }
        assert_eq!(Op::from_code(Op::NAMES.len() as u8), None);
        assert_eq!(Op::from_name("random"), None);
    }
}
