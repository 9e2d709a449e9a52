use std::borrow::Cow;

use tartan_document::{Object, Value};

/// What the sender passed to an action, read as the actions' checks read it.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a>(pub &'a Object);

impl<'a> Payload<'a> {
    /// The value under this key, if there is one.
    pub fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    /// The text under this key, if it is a string with at least one character.
    ///
    /// The rare string that is not well-formed UTF-16 is given with U+FFFD in place of what is not: no name, symbol
    /// or number contains that, so the checks behind this one refuse it with their own words.
    pub fn text(self, key: &str) -> Option<Cow<'a, str>> {
        match self.get(key)? {
            Value::String(text) if !text.is_empty() => Some(text.to_string_lossy()),
            _ => None,
        }
    }

    /// The number under this key, if it is one.
    pub fn number(self, key: &str) -> Option<f64> {
        self.get(key)?.as_f64()
    }

    /// The whole number under this key, if it is one (`Number.isInteger`) within the exact range of a double.
    pub fn integer(self, key: &str) -> Option<i64> {
        let number = self.number(key)?;
        let whole = number.trunc() == number && number.abs() <= 9_007_199_254_740_991.0;
        whole.then_some(number as i64)
    }

    /// Whether the value under this key is missing, as an optional parameter may be.
    pub fn is_missing(self, key: &str) -> bool {
        self.get(key).is_none()
    }
}
