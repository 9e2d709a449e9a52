//! `project`: which fields of a row are answered.

use tartan_document::{Object, Text, Value};

use crate::error::RpcError;

/// The rule that keeps clients from computing with a projection.
const ARBITRARY: &str =
    "arbitrary key for project is not allowed, you may only include or exclude existing keys";

/// Fields to include or exclude, as MongoDB's projections of 1 and 0 do: paths may be dotted and go through arrays,
/// `_id` is included unless it is excluded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Projection {
    include: bool,
    paths: Paths,
}

/// A tree of field names; a name without names below stands for all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Paths(Vec<(Text, Paths)>);

impl Projection {
    /// From the parameter; `None` if there is nothing to leave out.
    pub(crate) fn read(project: Option<&Value>) -> Result<Option<Projection>, RpcError> {
        let project = match project {
            Some(Value::Object(object)) if !object.is_empty() => object,
            Some(Value::Array(array)) if !array.is_empty() => return Err(RpcError::bad(ARBITRARY)),
            _ => return Ok(None),
        };
        let mut id = None;
        let mut include = None;
        let mut paths = Paths::default();
        for (path, value) in project.iter() {
            let wanted = match value {
                Value::Number(1.0) => true,
                Value::Number(0.0) => false,
                _ => return Err(RpcError::bad(ARBITRARY)),
            };
            if *path == "_id" {
                id = Some(wanted);
            } else if *include.get_or_insert(wanted) != wanted {
                return Err(RpcError::bad("project can not include some keys and exclude others"));
            } else {
                paths.add(path)?;
            }
        }
        let include = include.or(id).unwrap_or(true);
        if id.unwrap_or(true) == include {
            paths.0.push(("_id".into(), Paths::default()));
        }
        Ok(Some(Projection { include, paths }))
    }

    /// The row without what is not wanted.
    pub(crate) fn apply(&self, row: Object) -> Object {
        project(row, &self.paths, self.include)
    }
}

impl Paths {
    fn add(&mut self, path: &Text) -> Result<(), RpcError> {
        let wrong = |reason: &str| {
            let path = path.to_string_lossy();
            RpcError::bad(format!("project has the key {path:?}, {reason}"))
        };
        let text = path.as_str().ok_or_else(|| wrong("which no row has"))?;
        if text.starts_with('$') || text.split('.').any(str::is_empty) {
            return Err(wrong("expected the path of a field"));
        }
        let mut node = self;
        let mut parts = text.split('.').peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            let found = node.0.iter().position(|(name, _)| *name == part);
            let index = match found {
                // a path and one that goes through it or equals it
                Some(at) if last || node.0[at].1.0.is_empty() => return Err(wrong("which overlaps another one")),
                Some(at) => at,
                None => {
                    node.0.push((part.into(), Paths::default()));
                    node.0.len() - 1
                }
            };
            node = &mut node.0[index].1;
        }
        Ok(())
    }

    fn get(&self, name: &Text) -> Option<&Paths> {
        self.0.iter().find(|(part, _)| part == name).map(|(_, below)| below)
    }
}

fn project(object: Object, paths: &Paths, include: bool) -> Object {
    let keep = |(name, value): (Text, Value)| match paths.get(&name) {
        None => (!include).then_some((name, value)),
        Some(below) if below.0.is_empty() => include.then_some((name, value)),
        Some(below) => Some((name, descend(value, below, include)?)),
    };
    object.into_iter().filter_map(keep).collect()
}

/// A value that paths go into. Of what is neither object nor array an inclusion keeps nothing.
fn descend(value: Value, below: &Paths, include: bool) -> Option<Value> {
    match value {
        Value::Object(object) => Some(Value::Object(project(object, below, include))),
        Value::Array(items) => {
            Some(Value::Array(items.into_iter().filter_map(|item| descend(item, below, include)).collect()))
        }
        other => (!include).then_some(other),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use tartan_document::parse;

    use super::*;

    fn check(project: &str, expected: Expect) {
        let row = r#"{"_id":7,"account":"alice","symbol":"COOL","stake":{"own":"1","in":"2"},"log":[{"a":1,"b":2},3,[{"a":4}]]}"#;
        let row = parse(row).unwrap().into_object().unwrap();
        let text = match Projection::read(Some(&parse(project).unwrap())) {
            Ok(None) => row.stringify(),
            Ok(Some(projection)) => projection.apply(row).stringify(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn nothing_to_project() {
        let whole = expect![[
            r#"{"_id":7,"account":"alice","symbol":"COOL","stake":{"own":"1","in":"2"},"log":[{"a":1,"b":2},3,[{"a":4}]]}"#
        ]];
        check("{}", whole.clone());
        check("null", whole.clone());
        check("0", whole.clone());
        check("[]", whole);
    }

    #[test]
    fn included_keys_keep_the_order_of_the_row() {
        check(r#"{"symbol":1,"account":1}"#, expect![[r#"{"_id":7,"account":"alice","symbol":"COOL"}"#]]);
        check(r#"{"symbol":1,"_id":0}"#, expect![[r#"{"symbol":"COOL"}"#]]);
        check(r#"{"nothing":1}"#, expect![[r#"{"_id":7}"#]]);
        check(r#"{"_id":1}"#, expect![[r#"{"_id":7}"#]]);
    }

    #[test]
    fn excluded_keys() {
        check(r#"{"stake":0,"log":0}"#, expect![[r#"{"_id":7,"account":"alice","symbol":"COOL"}"#]]);
        check(
            r#"{"stake":0,"log":0,"_id":0}"#,
            expect![[r#"{"account":"alice","symbol":"COOL"}"#]],
        );
        check(
            r#"{"_id":0}"#,
            expect![[
                r#"{"account":"alice","symbol":"COOL","stake":{"own":"1","in":"2"},"log":[{"a":1,"b":2},3,[{"a":4}]]}"#
            ]],
        );
        check(
            r#"{"stake":0,"log":0,"_id":1}"#,
            expect![[r#"{"_id":7,"account":"alice","symbol":"COOL"}"#]],
        );
    }

    #[test]
    fn paths_go_into_objects_and_arrays() {
        check(r#"{"stake.own":1}"#, expect![[r#"{"_id":7,"stake":{"own":"1"}}"#]]);
        check(r#"{"log.a":1}"#, expect![[r#"{"_id":7,"log":[{"a":1},[{"a":4}]]}"#]]);
        check(r#"{"account.x":1}"#, expect![[r#"{"_id":7}"#]]);
        check(
            r#"{"stake.in":0,"log.a":0,"account.x":0}"#,
            expect![[r#"{"_id":7,"account":"alice","symbol":"COOL","stake":{"own":"1"},"log":[{"b":2},3,[{}]]}"#]],
        );
    }

    #[test]
    fn no_computing_with_projections() {
        let rule = "arbitrary key for project is not allowed, you may only include or exclude existing keys (400)";
        for text in [r#"{"a":"$b"}"#, r#"{"a":true}"#, r#"{"a":2}"#, r#"{"a":{"$slice":1}}"#, "[1]"] {
            let error = Projection::read(Some(&parse(text).unwrap())).unwrap_err();
            assert_eq!(error.to_string(), rule, "{text}");
        }
        check(r#"{"a":1,"b":0}"#, expect!["project can not include some keys and exclude others (400)"]);
        check(r#"{"a":1,"a.b":1}"#, expect![[r#"project has the key "a.b", which overlaps another one (400)"#]]);
        check(r#"{"a.b":1,"a":1}"#, expect![[r#"project has the key "a", which overlaps another one (400)"#]]);
        check(r#"{"a..b":1}"#, expect![[r#"project has the key "a..b", expected the path of a field (400)"#]]);
        check(r#"{"$a":1}"#, expect![[r#"project has the key "$a", expected the path of a field (400)"#]]);
    }
}
