use tartan_document::{Object, Value};

use super::filter::malformed;
use super::path::Path;
use crate::error::QueryError;

/// Most fields of a projection.
const MAX_FIELDS: usize = 256;

/// Which fields of the results to keep (`{"a": 1}`) or to drop (`{"a": 0}`); `_id` stays unless dropped by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    include: bool,
    fields: Vec<Path>,
    id: bool,
}

impl Projection {
    /// Parses a projection; an empty one keeps everything.
    ///
    /// # Errors
    /// When it is not an object of numbers and booleans, or both keeps and drops.
    pub fn parse(projection: &Value) -> Result<Projection, QueryError> {
        let Value::Object(object) = projection else {
            let kind = projection.kind();
            return Err(malformed(format!(
                "a projection needs an object, found {kind}"
            )));
        };
        if object.len() > MAX_FIELDS {
            return Err(malformed(format!(
                "a projection of more than {MAX_FIELDS} fields"
            )));
        }
        let mut id = None;
        let mut include = None;
        let mut fields = Vec::new();
        for (name, value) in object.iter() {
            let name = name
                .as_str()
                .ok_or_else(|| malformed("an ill-formed field name"))?;
            let keep = flag(name, value)?;
            if name == "_id" {
                id = Some(keep);
                continue;
            }
            if include.is_some_and(|include| include != keep) {
                return Err(malformed("a projection either keeps or drops fields"));
            }
            include = Some(keep);
            let path = Path::from(name);
            path.check().map_err(malformed)?;
            fields.push(path);
        }
        let include = include.unwrap_or(id == Some(true));
        Ok(Projection {
            include,
            fields,
            id: id.unwrap_or(true),
        })
    }

    /// The document with the fields that the projection leaves, in their order.
    pub fn apply(&self, document: Object) -> Object {
        let paths: Vec<Vec<&str>> = self
            .fields
            .iter()
            .map(|path| path.parts().collect())
            .collect();
        let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
        let mut rest = document;
        let id = rest.remove("_id").filter(|_| self.id);
        let rest = if self.include {
            keep(&rest, &paths)
        } else {
            drop_fields(rest, &paths)
        };
        let mut document = Object::with_capacity(rest.len() + 1);
        if let Some(id) = id {
            document.insert("_id", id);
        }
        document.extend(rest);
        document
    }
}

fn flag(name: &str, value: &Value) -> Result<bool, QueryError> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::Number(value) => Ok(*value != 0.0),
        Value::Object(object) => match object.iter().next() {
            Some((operator, _)) => Err(QueryError::UnknownOperator(
                operator.to_string_lossy().into_owned(),
            )),
            None => Err(malformed(format!("the projection of {name} is empty"))),
        },
        _ => {
            let kind = value.kind();
            Err(malformed(format!(
                "the projection of {name} needs 0 or 1, found {kind}"
            )))
        }
    }
}

/// The paths behind a name: whether it is meant whole, and what is meant within it.
fn within<'p, 'n>(paths: &[&'p [&'n str]], name: &str) -> (bool, Vec<&'p [&'n str]>) {
    let behind: Vec<&[&str]> = paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| **first == name)
        .map(|(_, rest)| rest)
        .collect();
    (behind.iter().any(|rest| rest.is_empty()), behind)
}

fn keep(object: &Object, paths: &[&[&str]]) -> Object {
    let kept = object.iter().filter_map(|(name, value)| {
        let (whole, behind) = within(paths, name.as_str()?);
        if whole {
            return Some((name.clone(), value.clone()));
        }
        if behind.is_empty() {
            return None;
        }
        Some((name.clone(), keep_in(value, &behind)?))
    });
    kept.collect()
}

fn keep_in(value: &Value, paths: &[&[&str]]) -> Option<Value> {
    match value {
        Value::Object(object) => Some(Value::Object(keep(object, paths))),
        Value::Array(items) => Some(Value::Array(
            items
                .iter()
                .filter_map(|item| keep_in(item, paths))
                .collect(),
        )),
        _ => None,
    }
}

fn drop_fields(object: Object, paths: &[&[&str]]) -> Object {
    let left = object.into_iter().filter_map(|(name, value)| {
        let Some(text) = name.as_str() else {
            return Some((name, value));
        };
        let (whole, behind) = within(paths, text);
        if whole {
            return None;
        }
        let value = if behind.is_empty() {
            value
        } else {
            drop_in(value, &behind)
        };
        Some((name, value))
    });
    left.collect()
}

fn drop_in(value: Value, paths: &[&[&str]]) -> Value {
    match value {
        Value::Object(object) => Value::Object(drop_fields(object, paths)),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| drop_in(item, paths)).collect())
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(projection: &str, expected: &str) {
        let parse = |text| tartan_document::parse(text).unwrap();
        let document = parse(r#"{"_id":1,"a":2,"b":{"c":3,"d":4},"e":[{"c":5,"d":6},7]}"#);
        let outcome = Projection::parse(&parse(projection)).map(|projection| {
            Value::Object(projection.apply(document.into_object().unwrap())).stringify()
        });
        assert_eq!(outcome.unwrap_or_else(|error| error.to_string()), expected);
    }

    #[test]
    fn kept() {
        check(r#"{"a":1}"#, r#"{"_id":1,"a":2}"#);
        check(r#"{"_id":0,"a":true}"#, r#"{"a":2}"#);
        check(r#"{"b.c":1}"#, r#"{"_id":1,"b":{"c":3}}"#);
        check(r#"{"e.c":1}"#, r#"{"_id":1,"e":[{"c":5}]}"#);
        check(r#"{"_id":1}"#, r#"{"_id":1}"#);
        check(r#"{"x":1}"#, r#"{"_id":1}"#);
    }

    #[test]
    fn dropped() {
        check(r#"{"b":0,"e":0}"#, r#"{"_id":1,"a":2}"#);
        check(r#"{"_id":0,"b":false,"e":0}"#, r#"{"a":2}"#);
        check(
            r#"{"b.c":0,"e.c":0}"#,
            r#"{"_id":1,"a":2,"b":{"d":4},"e":[{"d":6},7]}"#,
        );
        check(r#"{"_id":0,"a":0,"e":0}"#, r#"{"b":{"c":3,"d":4}}"#);
        check(
            "{}",
            r#"{"_id":1,"a":2,"b":{"c":3,"d":4},"e":[{"c":5,"d":6},7]}"#,
        );
    }

    #[test]
    fn refused() {
        check(
            r#"{"a":1,"b":0}"#,
            "malformed query: a projection either keeps or drops fields",
        );
        check(r#"{"a":{"$slice":1}}"#, "unknown operator $slice");
        check(
            r#"{"a":"x"}"#,
            "malformed query: the projection of a needs 0 or 1, found string",
        );
    }
}
