//! Reading arguments, as leniently as nodes do.

use serde_json::Value;

use crate::errors::{CALL_FAILED, CHAIN_EXCEPTION, NodeError};

/// The `params` of a request: positional for the condenser, an object for the other APIs.
pub(crate) struct Params<'a> {
    value: &'a Value,
}

impl<'a> Params<'a> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Params { value }
    }

    /// Exactly `N` positional arguments.
    pub(crate) fn array<const N: usize>(&self) -> Result<[&'a Value; N], NodeError> {
        let items = self.items();
        let found = items.len();
        let mut references = items.iter();
        let array: [Option<&'a Value>; N] = std::array::from_fn(|_| references.next());
        if found != N || array.iter().any(Option::is_none) {
            return Err(NodeError::argument_count(N, found));
        }
        Ok(array.map(|item| item.unwrap_or(&Value::Null)))
    }

    /// The positional arguments, at least `least` and at most `most`.
    pub(crate) fn between(&self, least: usize, most: usize) -> Result<&'a [Value], NodeError> {
        let items = self.items();
        if (least..=most).contains(&items.len()) {
            return Ok(items);
        }
        let condition = format!("args.size() >= {least} && args.size() <= {most}");
        let text = format!("Expected {least}-{most} arguments, was {}", items.len());
        Err(NodeError::assert(&condition, &text, serde_json::json!({})).with_code(CALL_FAILED))
    }

    /// All positional arguments; none when there is an object or nothing.
    pub(crate) fn items(&self) -> &'a [Value] {
        self.value.as_array().map_or(&[], Vec::as_slice)
    }

    /// A member of the object. An object inside of an array counts as well.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        let object = match self.value {
            Value::Array(items) => items.first()?,
            value => value,
        };
        object.get(name).filter(|value| !value.is_null())
    }

    /// The whole value.
    pub(crate) fn whole(&self) -> &'a Value {
        self.value
    }

    /// A member that has to be there.
    pub(crate) fn required(&self, name: &str) -> Result<&'a Value, NodeError> {
        self.get(name).ok_or_else(|| missing(name))
    }

    /// A text member that has to be there.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, NodeError> {
        text(self.required(name)?)
    }

    /// A text member, or the empty text.
    pub(crate) fn text_or_empty(&self, name: &str) -> Result<&'a str, NodeError> {
        self.get(name).map_or(Ok(""), text)
    }

    /// An unsigned number that has to be there.
    pub(crate) fn number(&self, name: &str) -> Result<u64, NodeError> {
        unsigned(self.required(name)?)
    }

    /// An unsigned number, or `default`.
    pub(crate) fn number_or(&self, name: &str, default: u64) -> Result<u64, NodeError> {
        self.get(name).map_or(Ok(default), unsigned)
    }

    /// A yes or no, or `default`.
    pub(crate) fn flag_or(&self, name: &str, default: bool) -> Result<bool, NodeError> {
        self.get(name).map_or(Ok(default), flag)
    }
}

fn missing(name: &str) -> NodeError {
    NodeError::plain(CHAIN_EXCEPTION, format!("Missing argument {name}"))
}

/// A text.
pub(super) fn text(value: &Value) -> Result<&str, NodeError> {
    value.as_str().ok_or_else(|| {
        NodeError::bad_cast(format!("Invalid cast from {} to string", type_name(value)))
    })
}

/// An unsigned number, also as a text of digits.
pub(super) fn unsigned(value: &Value) -> Result<u64, NodeError> {
    match value {
        Value::Number(number) => number
            .as_u64()
            // Nodes let negative numbers wrap around.
            .or_else(|| {
                number
                    .as_i64()
                    .map(|negative| u64::from_ne_bytes(negative.to_ne_bytes()))
            })
            .ok_or_else(|| NodeError::parse("Couldn't parse uint64_t")),
        Value::String(text) => text
            .parse()
            .map_err(|_| NodeError::parse("Couldn't parse uint64_t")),
        other => Err(NodeError::bad_cast(format!(
            "Invalid cast from {} to uint64",
            type_name(other)
        ))),
    }
}

/// A block number; numbers too large for one mean no block.
pub(super) fn block_number(value: &Value) -> Result<u32, NodeError> {
    Ok(u32::try_from(unsigned(value)?).unwrap_or(0))
}

/// A yes or no, also as text or number.
pub(super) fn flag(value: &Value) -> Result<bool, NodeError> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        Value::Number(number) => Ok(number.as_i64() != Some(0)),
        Value::String(_) => Err(NodeError::bad_cast(
            "Cannot convert string to bool (only \"true\" or \"false\" can be converted)",
        )),
        other => Err(NodeError::bad_cast(format!(
            "Invalid cast from {} to bool",
            type_name(other)
        ))),
    }
}

/// A list of texts.
pub(super) fn texts(value: &Value) -> Result<Vec<&str>, NodeError> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => Err(NodeError::bad_cast(format!(
            "Invalid cast from {} to Array",
            type_name(other)
        ))),
    }
}

/// The node's name of a value's type.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null_type",
        Value::Bool(_) => "bool_type",
        Value::Number(number) if number.is_f64() => "double_type",
        Value::Number(_) => "int64_type",
        Value::String(_) => "string_type",
        Value::Array(_) => "array_type",
        Value::Object(_) => "object_type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_are_counted() {
        let value = json!([1]);
        assert!(Params::new(&value).array::<1>().is_ok());
        let error = Params::new(&value).array::<2>().unwrap_err();
        assert_eq!(
            error.message(),
            "Assert Exception:args.size() == 2: Expected #s argument(s), was 1"
        );
        let error = Params::new(&value).between(2, 3).unwrap_err();
        assert!(
            error.message().contains("Expected 2-3 arguments, was 1"),
            "{error}"
        );
    }

    #[test]
    fn numbers_come_in_several_forms() {
        assert_eq!(unsigned(&json!(7)), Ok(7));
        assert_eq!(unsigned(&json!("7")), Ok(7));
        assert_eq!(block_number(&json!(-1)), Ok(0));
        assert_eq!(
            unsigned(&json!("7x")).unwrap_err().message(),
            "Parse Error:Couldn't parse uint64_t"
        );
        let error = unsigned(&json!([])).unwrap_err();
        assert_eq!(
            error.message(),
            "Bad Cast:Invalid cast from array_type to uint64"
        );
    }

    #[test]
    fn flags_come_in_several_forms() {
        assert_eq!(
            (flag(&json!("true")), flag(&json!(0)), flag(&json!(false))),
            (Ok(true), Ok(false), Ok(false))
        );
        assert!(
            flag(&json!("5x"))
                .unwrap_err()
                .message()
                .contains("only \"true\" or \"false\"")
        );
    }

    #[test]
    fn members_are_found_in_an_array_of_one_object_too() {
        for value in [json!({ "a": "x" }), json!([{ "a": "x" }])] {
            assert_eq!(Params::new(&value).text("a"), Ok("x"));
        }
        assert_eq!(Params::new(&json!([])).text_or_empty("a"), Ok(""));
    }
}
