//! Parameters of our own methods: checked, and refused when they are not what they should be.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::RpcError;

/// Reads parameters by name; what is unknown or of another type is refused with the reason.
pub(crate) fn read<T: DeserializeOwned>(params: Value) -> Result<T, RpcError> {
    serde_json::from_value(params).map_err(|error| RpcError::invalid_params(&error.to_string()))
}

/// A whole number, also as a text: that is how it comes in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = match &value {
            Value::Number(number) => number
                .as_i64()
                .or_else(|| whole(number.as_f64().unwrap_or(f64::NAN))),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let wrong = || D::Error::custom(format!("expected a whole number, found {value}"));
        number.map(Number).ok_or_else(wrong)
    }
}

/// A number such as `1e3`.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// Yes or no, also as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flag, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let flag = match &value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let wrong = || D::Error::custom(format!("expected true or false, found {value}"));
        flag.map(Flag).ok_or_else(wrong)
    }
}

/// How many rows: 1 to `MOST`, and `USUAL` if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit<const USUAL: i64, const MOST: i64>(pub(crate) i64);

impl<const USUAL: i64, const MOST: i64> Default for Limit<USUAL, MOST> {
    fn default() -> Limit<USUAL, MOST> {
        Limit(USUAL)
    }
}

impl<'de, const USUAL: i64, const MOST: i64> Deserialize<'de> for Limit<USUAL, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Number(number) = Number::deserialize(deserializer)?;
        if (1..=MOST).contains(&number) {
            return Ok(Limit(number));
        }
        let reason = format!("expected a limit of 1 to {MOST}, found {number}");
        Err(D::Error::custom(reason))
    }
}

/// Texts in a list, or in one text with commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Many(pub(crate) Vec<String>);

/// The most names in one question.
const MANY: usize = 50;

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Many, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a text or a list of texts")]
        enum Given {
            Text(String),
            List(Vec<String>),
        }
        let list = match Given::deserialize(deserializer)? {
            Given::Text(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
            Given::List(list) => list,
        };
        let list: Vec<String> = list.into_iter().filter(|text| !text.is_empty()).collect();
        if list.len() > MANY {
            let found = list.len();
            return Err(D::Error::custom(format!(
                "expected at most {MANY} names, found {found}"
            )));
        }
        Ok(Many(list))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Params {
        names: Many,
        from: Option<Number>,
        #[serde(default)]
        limit: Limit<10, 100>,
    }

    #[test]
    fn parameters_are_taken_as_json_and_as_texts() {
        let expected = Params {
            names: Many(vec!["alice".into(), "bob".into()]),
            from: Some(Number(5)),
            limit: Limit(20),
        };
        for params in [
            json!({ "names": ["alice", "bob"], "from": 5, "limit": 20 }),
            json!({ "names": "alice, bob", "from": "5", "limit": "20" }),
            json!({ "names": "alice,bob,", "from": 5.0, "limit": 2e1 }),
        ] {
            assert_eq!(read::<Params>(params).as_ref(), Ok(&expected));
        }
        assert_eq!(
            read::<Params>(json!({ "names": "x" })).unwrap().limit,
            Limit(10)
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (params, reason) in [
            (json!({}), "missing field `names`"),
            (json!({ "names": 1 }), "expected a text or a list of texts"),
            (
                json!({ "names": "x", "limit": 0 }),
                "expected a limit of 1 to 100, found 0",
            ),
            (json!({ "names": "x", "limit": 101 }), "found 101"),
            (
                json!({ "names": "x", "from": "soon" }),
                r#"expected a whole number, found "soon""#,
            ),
            (json!({ "names": "x", "form": 1 }), "unknown field `form`"),
            (json!([]), "invalid length 0"),
        ] {
            let error = read::<Params>(params).unwrap_err();
            assert_eq!(error.code, -32602);
            assert!(error.message.contains(reason), "{error}");
        }
    }
}
