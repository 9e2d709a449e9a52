//! Reading parameters as the reference does: what it takes for granted is an internal error when missing, what it
//! checks is refused with its words.

use tartan_document::{Object, Value};

use crate::error::RpcError;

/// Parameters by name.
#[derive(Clone, Copy)]
pub(super) struct Params<'a>(Option<&'a Object>);

impl<'a> Params<'a> {
    /// Missing parameters are an internal error; positional ones have no names, so all are missing one by one.
    pub(super) fn read(params: Option<&'a Value>) -> Result<Params<'a>, RpcError> {
        match params {
            Some(params) => Ok(Params(params.as_object())),
            None => Err(RpcError::INTERNAL),
        }
    }

    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }

    /// The value, unless it is one of those that ECMAScript takes for false.
    pub(super) fn truthy(self, name: &str) -> Option<&'a Value> {
        self.get(name).filter(|value| value.is_truthy())
    }

    /// A text that is not empty.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// An integer, or the reference's words for its absence.
    pub(super) fn integer(self, name: &str) -> Result<i64, RpcError> {
        self.get(name)
            .and_then(integer)
            .ok_or_else(|| required(name))
    }
}

/// The value as an integer, if it is a number without a fraction.
pub(super) fn integer(value: &Value) -> Option<i64> {
    let number = value.as_f64()?;
    // beyond 2^53 no block number exists, whatever is asked
    (number.fract() == 0.0).then_some(number as i64)
}

/// What the reference says when a parameter is missing.
pub(super) fn required(name: &str) -> RpcError {
    RpcError::bad(format!("missing or wrong parameters: {name} is required"))
}
