/// An operation of a number: first those with a second number, in the end those that answer with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Whether there is a second number to compute with.
    pub fn takes_number(self) -> bool {
        (Plus..=GreaterOrEqual).contains(&self)
    }

    /// Whether the answer is a text.
    pub(super) fn writes(self) -> bool {
        self >= ToFixed
    }
}
