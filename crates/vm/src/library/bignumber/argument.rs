use tartan_decimal::{Config, Decimal, Rounding};

use super::{BigNumberError, Result};

/// The largest count of decimals or digits that the library takes.
const MAX_COUNT: f64 = 1e9;
/// `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// An argument that is not the number computed with: decimals, rounding mode, base, …
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument<'a> {
    /// Absent, `undefined` or `null`.
    Missing,
    /// A double.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Anything else: the text that `String` makes of it.
    Text(&'a str),
}

impl Argument<'_> {
    /// An integer in a range, as `intCheck` of the library checks it.
    fn integer(self, what: &str, least: f64, most: f64) -> Result<Option<f64>> {
        let refused = |problem: &str, text: &str| {
            let message = format!("[BigNumber Error] {what} {problem}: {text}");
            Err(BigNumberError::Refused(message))
        };
        let mut buffer = ryu_js::Buffer::new();
        match self {
            Argument::Missing => Ok(None),
            Argument::Number(number) if number < least || number > most => {
                refused("out of range", buffer.format(number))
            }
            Argument::Number(number) if number != number.floor() => {
                refused("not an integer", buffer.format(number))
            }
            Argument::Number(number) => Ok(Some(number)),
            Argument::Bool(value) => {
                let text = if value { "true" } else { "false" };
                refused("not a primitive number", text)
            }
            Argument::Text(text) => refused("not a primitive number", text),
        }
    }

    /// So many decimals or digits, at least `least`.
    pub(super) fn count(self, least: u32) -> Result<Option<u32>> {
        let count = self.integer("Argument", least.into(), MAX_COUNT)?;
        Ok(count.map(|count| count as u32))
    }

    /// A rounding mode; half up if missing.
    pub(super) fn rounding(self) -> Result<Rounding> {
        let number = self.integer("Argument", 0.0, 8.0)?;
        let rounding = number.and_then(|number| Rounding::from_number(number as u8));
        Ok(rounding.unwrap_or(Rounding::HalfUp))
    }

    /// A base, if there is one.
    pub(super) fn base(self) -> Result<Option<u32>> {
        let base = self.integer("Base", 2.0, 36.0)?;
        Ok(base.map(|base| base as u32))
    }

    /// Places to shift by; there is no default.
    pub(super) fn places(self) -> Result<i64> {
        let this = match self {
            Argument::Missing => Argument::Text("undefined"),
            _ => self,
        };
        let places = this.integer("Argument", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)?;
        Ok(places.unwrap_or(0.0) as i64)
    }

    /// The argument as a number of the library.
    pub(super) fn to_decimal(self, config: &Config) -> Option<Decimal> {
        match self {
            Argument::Missing => None,
            Argument::Number(number) => Some(Decimal::from_f64(number)),
            Argument::Bool(_) => Some(Decimal::NAN),
            Argument::Text(text) => Some(Decimal::parse_with(text, config)),
        }
    }
}
