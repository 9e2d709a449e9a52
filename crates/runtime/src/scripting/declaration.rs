//! Declarations of tables and indexes, read as the reference reads them.

use tartan_document::{Object, Value};
use tartan_state::IndexSpec;

use super::Dialect;
use crate::{ActionResult, Failure};

/// Letters and digits, at least one: the validators' `isAlphanumeric`.
fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The same of any value; other than text is an exception, as in the validators' library.
fn check_alphanumeric(value: &Value) -> ActionResult<bool> {
    match value {
        Value::String(text) => Ok(text.as_str().is_some_and(is_alphanumeric)),
        other => Err(type_error(format!(
            "Expected a string but received a {}",
            kind_name(other)
        ))),
    }
}

/// How the validators' library calls the kind of a value.
fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "Array",
        Value::Date(_) => "Date",
        Value::Object(_) | Value::Decimal(_) => "Object",
    }
}

fn type_error(message: impl Into<String>) -> Failure {
    Failure::exception("TypeError", message)
}

/// A table as a script declares it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    pub(super) indexes: Vec<IndexSpec>,
    pub(super) primary_key: Option<Vec<String>>,
}

impl Declaration {
    /// Reads the arguments of `createTable`; `None` for those that make nothing happen.
    pub(super) fn read(
        dialect: Dialect,
        table: &str,
        indexes: &Value,
        params: &Value,
    ) -> ActionResult<Option<Declaration>> {
        let Some(indexes) = read_indexes(dialect, table, indexes)? else {
            return Ok(None);
        };
        if dialect == Dialect::Steem {
            return Ok(Some(Declaration {
                indexes,
                primary_key: None,
            }));
        }
        if params.is_null() {
            return Err(type_error(
                "Cannot read properties of null (reading 'primaryKey')",
            ));
        }
        let fields = match params.get("primaryKey") {
            Some(fields) if fields.is_truthy() => fields,
            _ => {
                return Ok(Some(Declaration {
                    indexes,
                    primary_key: None,
                }));
            }
        };
        let Some(fields) = fields.as_array().filter(|fields| !fields.is_empty()) else {
            return Ok(None);
        };
        let mut primary_key = Vec::with_capacity(fields.len());
        for field in fields {
            if !check_alphanumeric(field)? {
                return Ok(None);
            }
            primary_key.extend(field.as_str().map(str::to_string));
        }
        Ok(Some(Declaration {
            indexes,
            primary_key: Some(primary_key),
        }))
    }
}

/// Reads a list of indexes; `None` for one that makes nothing happen. What is in it twice alike is in the result once.
pub(super) fn read_indexes(
    dialect: Dialect,
    table: &str,
    indexes: &Value,
) -> ActionResult<Option<Vec<IndexSpec>>> {
    let Some(list) = indexes.as_array().filter(|_| is_alphanumeric(table)) else {
        return Ok(None);
    };
    let mut specs: Vec<IndexSpec> = Vec::with_capacity(list.len());
    for index in list {
        match read_index(dialect, index)? {
            Some(spec) if specs.contains(&spec) => {}
            Some(spec) => specs.push(spec),
            None => return Ok(None),
        }
    }
    Ok(Some(specs))
}

fn read_index(dialect: Dialect, index: &Value) -> ActionResult<Option<IndexSpec>> {
    match index {
        Value::String(path) => {
            let path = path.as_str().filter(|path| is_path(dialect, path));
            Ok(path.map(IndexSpec::field))
        }
        _ if dialect == Dialect::Steem => Ok(None),
        Value::Null => Err(type_error(
            "Cannot read properties of null (reading 'name')",
        )),
        Value::Object(index) => named_index(index),
        _ => Ok(None),
    }
}

fn is_path(dialect: Dialect, path: &str) -> bool {
    match dialect {
        Dialect::Steem => is_alphanumeric(path),
        _ => path.split('.').all(is_alphanumeric),
    }
}

/// `{name, index: {path: 1 or -1, …}}`
fn named_index(index: &Object) -> ActionResult<Option<IndexSpec>> {
    let Some(name) = index.get("name").filter(|name| name.is_truthy()) else {
        return Ok(None);
    };
    if !check_alphanumeric(name)? {
        return Ok(None);
    }
    let fields = match index.get("index") {
        Some(Value::Null) => {
            return Err(type_error("Cannot convert undefined or null to object"));
        }
        Some(Value::Object(fields)) => fields,
        _ => return Ok(None),
    };
    let mut paths = Vec::with_capacity(fields.len());
    for (path, direction) in fields.iter() {
        let descending = match direction {
            Value::Number(1.0) => false,
            Value::Number(-1.0) => true,
            _ => return Ok(None),
        };
        match path.as_str().filter(|path| is_path(Dialect::Hive, path)) {
            Some(path) => paths.push((path, descending)),
            None => return Ok(None),
        }
    }
    let name = name.as_str().unwrap_or_default();
    Ok(Some(IndexSpec::named(name, &paths)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(indexes: &str, params: &str) -> String {
        let value = |text| tartan_document::parse(text).unwrap();
        match Declaration::read(Dialect::Hive, "notes", &value(indexes), &value(params)) {
            Err(error) => error.to_string(),
            Ok(None) => "nothing".to_string(),
            Ok(Some(declared)) => {
                let names: Vec<String> = declared.indexes.into_iter().map(|i| i.name).collect();
                format!("{names:?} {:?}", declared.primary_key)
            }
        }
    }

    #[test]
    fn what_a_declaration_may_be() {
        for (indexes, params, expected) in [
            ("[]", "{}", "[] None"),
            (r#"["a","b.c","a"]"#, "{}", r#"["a_1", "b.c_1"] None"#),
            (
                r#"[{"name":"byA","index":{"a":1,"b":-1}}]"#,
                "{}",
                r#"["byA"] None"#,
            ),
            (
                "[]",
                r#"{"primaryKey":["a","b"]}"#,
                r#"[] Some(["a", "b"])"#,
            ),
            ("[]", r#"{"primaryKey":0}"#, "[] None"),
            (r#"["a_b"]"#, "{}", "nothing"),
            (r#"["a..b"]"#, "{}", "nothing"),
            (r#"[7]"#, "{}", "nothing"),
            ("null", "{}", "nothing"),
            (r#"[{"name":"x","index":{"a":2}}]"#, "{}", "nothing"),
            (r#"[{"index":{"a":1}}]"#, "{}", "nothing"),
            ("[]", r#"{"primaryKey":[]}"#, "nothing"),
            ("[]", r#"{"primaryKey":["a b"]}"#, "nothing"),
            (
                "[null]",
                "{}",
                "TypeError: Cannot read properties of null (reading 'name')",
            ),
            (
                "[]",
                "null",
                "TypeError: Cannot read properties of null (reading 'primaryKey')",
            ),
            (
                "[]",
                r#"{"primaryKey":[1]}"#,
                "TypeError: Expected a string but received a number",
            ),
            (
                r#"[{"name":"x","index":null}]"#,
                "{}",
                "TypeError: Cannot convert undefined or null to object",
            ),
        ] {
            assert_eq!(read(indexes, params), expected, "{indexes} {params}");
        }
    }

    #[test]
    fn steem_knows_simple_fields_only() {
        let indexes = |text| {
            let value = tartan_document::parse(text).unwrap();
            read_indexes(Dialect::Steem, "notes", &value).unwrap()
        };
        assert_eq!(indexes(r#"["a"]"#), Some(vec![IndexSpec::field("a")]));
        assert_eq!(indexes(r#"["a.b"]"#), None);
        assert_eq!(indexes(r#"[{"name":"x","index":{"a":1}}]"#), None);
    }
}
