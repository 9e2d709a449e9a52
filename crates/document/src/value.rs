use std::fmt;

use crate::{Decimal128, Object, Text};

/// Anything a field of a document can hold.
///
/// The kinds of JSON, and two that tables have beside them. Numbers are IEEE doubles, as in JavaScript: amounts are
/// decimal strings or [`Decimal128`].
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A JavaScript number.
    Number(f64),
    /// A decimal with up to 34 digits, `{"$numberDecimal": "1.50"}`.
    Decimal(Decimal128),
    /// A point in time, in milliseconds since 1970, `{"$date": "2026-01-01T00:00:00Z"}`.
    Date(i64),
    /// A JavaScript string.
    String(Text),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// Which kind of value: the classes that compare with each other, in the order in which documents sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`; a missing field sorts and compares like it.
    Null,
    /// Numbers and decimals together, by value.
    Number,
    /// Strings.
    String,
    /// Objects.
    Object,
    /// Arrays.
    Array,
    /// Booleans.
    Bool,
    /// Points in time.
    Date,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Null => "null",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Object => "object",
            Kind::Array => "array",
            Kind::Bool => "boolean",
            Kind::Date => "date",
        })
    }
}

impl Value {
    /// Which kind of value this is.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) | Value::Decimal(_) => Kind::Number,
            Value::Date(_) => Kind::Date,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is one; not a decimal.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is an integer which a double holds exactly (up to 2^53 - 1 in magnitude).
    pub fn as_i64(&self) -> Option<i64> {
        self.as_f64().and_then(safe_integer)
    }

    /// The number, if it is a non-negative integer which a double holds exactly (up to 2^53 - 1).
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    /// The decimal, if it is one.
    pub fn as_decimal(&self) -> Option<Decimal128> {
        match self {
            Value::Decimal(value) => Some(*value),
            _ => None,
        }
    }

    /// The point in time in milliseconds since 1970, if it is one.
    pub fn as_date(&self) -> Option<i64> {
        match self {
            Value::Date(value) => Some(*value),
            _ => None,
        }
    }

    /// The string, if it is a well-formed one.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().and_then(Text::as_str)
    }

    /// The string, if it is one, well-formed or not.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Value::String(value) => Some(value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&Vec<Value>> {
        match self {
            Value::Array(value) => Some(value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Value>> {
        match self {
            Value::Array(value) => Some(value),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(value) => Some(value),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Value::Object(value) => Some(value),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn into_object(self) -> Option<Object> {
        match self {
            Value::Object(value) => Some(value),
            _ => None,
        }
    }

    /// The property of an object, or the element of an array whose index is written so.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Object(object) => object.get(key),
            Value::Array(items) => items.get(crate::array_index(key.as_bytes())? as usize),
            _ => None,
        }
    }

    /// Whether a condition holds with this value, in ECMAScript: not for `null`, `false`, zero, NaN and `""`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(value) => *value != 0.0 && !value.is_nan(),
            Value::String(value) => !value.is_empty(),
            Value::Decimal(_) | Value::Date(_) | Value::Array(_) | Value::Object(_) => true,
        }
    }
}

/// The integer that the double is, if it is one up to 2^53 - 1 in magnitude; negative zero is not.
pub(crate) fn safe_integer(number: f64) -> Option<i64> {
    const MAX_SAFE: u64 = (1 << 53) - 1;
    let integer = number as i64;
    let exact =
        (integer as f64).to_bits() == number.to_bits() && integer.unsigned_abs() <= MAX_SAFE;
    exact.then_some(integer)
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

/// Numbers become doubles: beyond 2^53 an integer is rounded, as everywhere in JavaScript.
macro_rules! from_number {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::Number(value as f64)
            }
        }
    )*};
}

from_number!(f64, f32, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

macro_rules! from_text {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::String(Text::from(value))
            }
        }
    )*};
}

from_text!(&str, String, &String, std::borrow::Cow<'_, str>, char);

impl From<Text> for Value {
    fn from(value: Text) -> Value {
        Value::String(value)
    }
}

impl From<&Text> for Value {
    fn from(value: &Text) -> Value {
        Value::String(value.clone())
    }
}

impl From<Decimal128> for Value {
    fn from(value: Decimal128) -> Value {
        Value::Decimal(value)
    }
}

impl From<Object> for Value {
    fn from(value: Object) -> Value {
        Value::Object(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::Number(value) => Value::Number(value.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(value) => Value::from(value),
            serde_json::Value::Array(items) => items.into_iter().collect(),
            serde_json::Value::Object(entries) => Value::Object(Object::from(entries)),
        }
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Object {
    fn from(entries: serde_json::Map<String, serde_json::Value>) -> Object {
        let entries = entries.into_iter();
        Object::from_entries(
            entries
                .map(|(key, value)| (Text::from(key), Value::from(value)))
                .collect(),
        )
    }
}

/// Decimals and dates in their extended form; lone surrogates, which `serde_json` cannot hold, become U+FFFD, and
/// numbers that are not finite `null`.
impl From<Value> for serde_json::Value {
    fn from(value: Value) -> serde_json::Value {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(value),
            Value::Number(value) => match safe_integer(value) {
                Some(integer) => serde_json::Value::from(integer),
                None if value == 0.0 => serde_json::Value::from(0),
                None => serde_json::Value::from(value),
            },
            Value::Decimal(_) | Value::Date(_) => serde_json::Value::from(value.to_extended()),
            Value::String(value) => serde_json::Value::String(value.to_string()),
            Value::Array(items) => {
                serde_json::Value::Array(items.into_iter().map(Into::into).collect())
            }
            Value::Object(object) => serde_json::Value::Object(object.into()),
        }
    }
}

impl From<Object> for serde_json::Map<String, serde_json::Value> {
    fn from(object: Object) -> serde_json::Map<String, serde_json::Value> {
        object
            .into_iter()
            .map(|(key, value)| (key.to_string(), value.into()))
            .collect()
    }
}

impl From<Object> for serde_json::Value {
    fn from(object: Object) -> serde_json::Value {
        serde_json::Value::Object(object.into())
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_text().is_some_and(|text| text == other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// As [`Value::stringify`].
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stringify())
    }
}
