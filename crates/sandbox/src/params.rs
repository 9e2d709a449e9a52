use tartan_document::{Object, Value};

use crate::failure::Failure;

/// Fields of a request by name. One that is `null` counts as left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params<'a> {
    /// What the fields belong to, as messages name it.
    of: &'a str,
    fields: &'a Object,
}

impl<'a> Params<'a> {
    pub(crate) fn new(of: &'a str, fields: &'a Object) -> Params<'a> {
        Params { of, fields }
    }

    /// A field, unless it is left out.
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A field that is read by `read`, which is tried on what is there.
    fn optional<T>(
        self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match read(value) {
            Some(read) => Ok(Some(read)),
            None => Err(self.wrong(name, expected, value)),
        }
    }

    fn required<T>(
        self,
        name: &str,
        expected: &str,
        found: Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let of = self.of;
        found?.ok_or_else(|| {
            Failure::invalid(format!(
                "{of}: expected {name} to be {expected}, found none"
            ))
        })
    }

    /// What is said of a field that is something else than it has to be.
    pub(crate) fn wrong(self, name: &str, expected: &str, found: &Value) -> Failure {
        let of = self.of;
        let found = match found {
            Value::Null => "none".to_string(),
            Value::Number(_) | Value::Bool(_) => found.stringify(),
            other => format!("{} {}", article(other), other.kind()),
        };
        Failure::invalid(format!(
            "{of}: expected {name} to be {expected}, found {found}"
        ))
    }

    pub(crate) fn text(self, name: &str) -> Result<&'a str, Failure> {
        self.required(name, "a string", self.optional_text(name))
    }

    pub(crate) fn optional_text(self, name: &str) -> Result<Option<&'a str>, Failure> {
        self.optional(name, "a string", Value::as_str)
    }

    pub(crate) fn object(self, name: &str) -> Result<&'a Object, Failure> {
        self.required(name, "an object", self.optional_object(name))
    }

    pub(crate) fn optional_object(self, name: &str) -> Result<Option<&'a Object>, Failure> {
        self.optional(name, "an object", Value::as_object)
    }

    pub(crate) fn list(self, name: &str) -> Result<&'a [Value], Failure> {
        self.required(name, "an array", self.optional_list(name))
    }

    pub(crate) fn optional_list(self, name: &str) -> Result<Option<&'a [Value]>, Failure> {
        self.optional(name, "an array", |value| {
            value.as_array().map(Vec::as_slice)
        })
    }

    pub(crate) fn number(self, name: &str) -> Result<f64, Failure> {
        self.required(
            name,
            "a number",
            self.optional(name, "a number", Value::as_f64),
        )
    }

    /// A whole number that is not negative.
    pub(crate) fn optional_count(self, name: &str) -> Result<Option<u64>, Failure> {
        self.optional(name, "a whole number from 0 on", Value::as_u64)
    }

    pub(crate) fn optional_bool(self, name: &str) -> Result<Option<bool>, Failure> {
        self.optional(name, "true or false", Value::as_bool)
    }
}

fn article(value: &Value) -> &'static str {
    match value {
        Value::Array(_) | Value::Object(_) => "an",
        _ => "a",
    }
}
