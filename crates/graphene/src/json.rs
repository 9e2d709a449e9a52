//! The JSON forms of values: lenient reading, exact writing.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::{
    chain::{Chain, Flavor},
    wire::{DecodeError, Reader, Writer},
};

/// Which of the two JSON forms to write; reading takes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JsonForm {
    /// `["vote",{…}]` and `"1.000 HIVE"`: condenser_api.
    Legacy,
    /// `{"type":"vote_operation","value":{…}}` and `{"amount":"1000","precision":3,"nai":"@@000000021"}`: block_api,
    /// account_history_api, network_broadcast_api.
    Appbase,
}

/// What is wrong with a JSON value, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}expected {expected}, found {found}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
pub struct JsonError {
    /// Where, such as `operations[0].vote.weight`; empty for the whole value.
    pub path: String,
    /// What would have been right.
    pub expected: String,
    /// What is there, shortened.
    pub found: String,
}

impl JsonError {
    pub(crate) fn new(expected: impl Into<String>, found: &Value) -> Self {
        const SHOWN: usize = 80;
        let mut found = found.to_string();
        if let Some((end, _)) = found.char_indices().nth(SHOWN) {
            found.truncate(end);
            found.push('…');
        }
        Self {
            path: String::new(),
            expected: expected.into(),
            found,
        }
    }

    fn missing(name: &str) -> Self {
        Self {
            path: String::new(),
            expected: format!("a field {name}"),
            found: "none".to_owned(),
        }
    }

    /// The same error, seen from the value around.
    pub(crate) fn inside(mut self, place: &str) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, place);
        self
    }
}

/// What JSON is written for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style<'a> {
    pub(crate) chain: &'a Chain,
    pub(crate) form: JsonForm,
}

/// A value with the two representations, as a field of an operation has them.
pub(crate) trait Field: Sized {
    fn write(&self, out: &mut Writer<'_>);
    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// `None` where the field is left out of JSON.
    fn to_json(&self, style: Style<'_>) -> Option<Value>;
    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError>;

    /// What a field absent from JSON means, if that is allowed.
    fn absent() -> Option<Self> {
        None
    }
}

/// The name of a field in JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldName {
    pub(crate) steem: &'static str,
    pub(crate) hive: &'static str,
}

impl FieldName {
    fn of(self, flavor: Flavor) -> &'static str {
        match flavor {
            Flavor::Steem => self.steem,
            Flavor::Hive => self.hive,
        }
    }

    pub(crate) fn put<T: Field>(self, value: &T, style: Style<'_>, map: &mut Map<String, Value>) {
        if let Some(json) = value.to_json(style) {
            map.insert(self.of(style.chain.flavor).to_owned(), json);
        }
    }

    /// Reads the field under its name, or under its name on the other chain.
    pub(crate) fn get<T: Field>(
        self,
        map: &Map<String, Value>,
        chain: &Chain,
    ) -> Result<T, JsonError> {
        let name = self.of(chain.flavor);
        let value = [name, self.steem, self.hive]
            .into_iter()
            .find_map(|name| map.get(name));
        match value {
            Some(value) => T::from_json(value, chain).map_err(|error| error.inside(name)),
            None => T::absent().ok_or_else(|| JsonError::missing(name)),
        }
    }
}

pub(crate) fn object(value: &Value) -> Result<&Map<String, Value>, JsonError> {
    value
        .as_object()
        .ok_or_else(|| JsonError::new("an object", value))
}

pub(crate) fn array(value: &Value) -> Result<&Vec<Value>, JsonError> {
    value
        .as_array()
        .ok_or_else(|| JsonError::new("an array", value))
}

/// A tagged value in either form: `[tag, value]` or `{"type": tag, "value": value}`. The tag may be a number or a name.
pub(crate) fn tagged(value: &Value) -> Result<(&Value, &Value), JsonError> {
    match value {
        Value::Array(items) => match items.as_slice() {
            [tag, value] => Some((tag, value)),
            _ => None,
        },
        Value::Object(map) => map.get("type").zip(map.get("value")),
        _ => None,
    }
    .ok_or_else(|| JsonError::new("[type, value] or {\"type\", \"value\"}", value))
}

/// Reads each item of an array, naming the place of the one that fails.
pub(crate) fn items<T>(
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<T, JsonError>,
) -> Result<Vec<T>, JsonError> {
    array(value)?
        .iter()
        .enumerate()
        .map(|(index, item)| read(item).map_err(|error| error.inside(&format!("[{index}]"))))
        .collect()
}

/// An integer, given as a number or as a decimal string, as nodes take both.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from)),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty()
                && digits.len() <= 20
                && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        }
        _ => None,
    }
}

pub(crate) fn text(value: &Value) -> Result<&str, JsonError> {
    value
        .as_str()
        .ok_or_else(|| JsonError::new("a string", value))
}

/// Reads what has a text form, such as a hash or a time.
pub(crate) fn parsed<T: std::str::FromStr>(value: &Value, expected: &str) -> Result<T, JsonError> {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| JsonError::new(expected, value))
}
