use std::cmp::Ordering;

use regex::Regex;
use tartan_document::{Object, Value, order};

use super::filter::{Comparison, Filter, Node, Predicate};
use super::path::{Leaf, Path};
use crate::error::QueryError;

impl Filter {
    /// Whether the document matches.
    ///
    /// # Errors
    /// When an `$expr` meets values that its operators are not defined for.
    pub fn matches(&self, document: &Object) -> Result<bool, QueryError> {
        let value = Document::Top(document);
        for (_, node) in &self.conditions {
            if !node.matches(value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a condition is tried on.
#[derive(Clone, Copy)]
enum Document<'v> {
    Top(&'v Object),
    /// An element of an array: an object or an array.
    Element(&'v Value),
}

impl<'v> Document<'v> {
    fn any(self, path: &Path, visit: &mut dyn FnMut(Leaf<'v>) -> bool) -> bool {
        match self {
            Document::Top(object) => path.any(object, visit),
            Document::Element(value) => path.any_in_element(value, visit),
        }
    }

    fn object(self) -> Option<&'v Object> {
        match self {
            Document::Top(object) => Some(object),
            Document::Element(value) => value.as_object(),
        }
    }
}

impl Node {
    fn matches(&self, document: Document<'_>) -> Result<bool, QueryError> {
        let any = |nodes: &[Node]| {
            for node in nodes {
                if node.matches(document)? {
                    return Ok(true);
                }
            }
            Ok::<bool, QueryError>(false)
        };
        match self {
            Node::And(nodes) => {
                for node in nodes {
                    if !node.matches(document)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Or(nodes) => any(nodes),
            Node::Nor(nodes) => Ok(!any(nodes)?),
            Node::Field(path, predicates) => all_at(predicates, path, document),
            Node::Expression(expression) => match document.object() {
                Some(object) => expression.is_true(object),
                None => Ok(false),
            },
        }
    }
}

fn all_at(
    predicates: &[Predicate],
    path: &Path,
    document: Document<'_>,
) -> Result<bool, QueryError> {
    for predicate in predicates {
        if !predicate.matches_at(path, document)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn all_of(predicates: &[Predicate], value: &Value) -> Result<bool, QueryError> {
    for predicate in predicates {
        if !predicate.matches_value(value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Predicate {
    /// Whether it holds of something that the path leads to; negations, of nothing.
    fn matches_at(&self, path: &Path, document: Document<'_>) -> Result<bool, QueryError> {
        match self {
            Predicate::Not(predicates) => Ok(!all_at(predicates, path, document)?),
            Predicate::All(predicates) => {
                Ok(!predicates.is_empty() && all_at(predicates, path, document)?)
            }
            Predicate::Exists(expected) => {
                let found = document.any(path, &mut |leaf| leaf.value().is_some());
                Ok(found == *expected)
            }
            Predicate::Size(_) | Predicate::ElementValue(_) | Predicate::ElementObject(_) => {
                let mut failed = None;
                let found = document.any(path, &mut |leaf| {
                    let result = leaf
                        .array()
                        .map_or(Ok(false), |items| self.matches_array(items));
                    result.unwrap_or_else(|error| {
                        failed = Some(error);
                        true
                    })
                });
                failed.map_or(Ok(found), Err)
            }
            Predicate::Compare(..) | Predicate::In(..) | Predicate::Regex(_) => {
                Ok(document.any(path, &mut |leaf| self.matches_leaf(leaf.value())))
            }
        }
    }

    /// Whether it holds of one value, arrays not looked into.
    fn matches_value(&self, value: &Value) -> Result<bool, QueryError> {
        match self {
            Predicate::Not(predicates) => Ok(!all_of(predicates, value)?),
            Predicate::All(predicates) => Ok(!predicates.is_empty() && all_of(predicates, value)?),
            Predicate::Exists(expected) => Ok(*expected),
            Predicate::Size(_) | Predicate::ElementValue(_) | Predicate::ElementObject(_) => value
                .as_array()
                .map_or(Ok(false), |items| self.matches_array(items)),
            Predicate::Compare(..) | Predicate::In(..) | Predicate::Regex(_) => {
                Ok(self.matches_leaf(Some(value)))
            }
        }
    }

    fn matches_array(&self, items: &[Value]) -> Result<bool, QueryError> {
        let any = |test: &dyn Fn(&Value) -> Result<bool, QueryError>| {
            for item in items {
                if test(item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        match self {
            Predicate::Size(size) => Ok(items.len() == *size),
            Predicate::ElementValue(predicates) => any(&|item| all_of(predicates, item)),
            Predicate::ElementObject(node) => any(&|item| match item {
                Value::Object(_) | Value::Array(_) => node.matches(Document::Element(item)),
                _ => Ok(false),
            }),
            _ => Ok(false),
        }
    }

    fn matches_leaf(&self, value: Option<&Value>) -> bool {
        match self {
            Predicate::Compare(comparison, operand) => comparison.holds(value, operand),
            Predicate::In(values, patterns) => {
                let value = value.unwrap_or(&Value::Null);
                values
                    .binary_search_by(|other| order::compare_values(other, value))
                    .is_ok()
                    || patterns
                        .iter()
                        .any(|pattern| is_match(pattern, Some(value)))
            }
            Predicate::Regex(pattern) => is_match(pattern, value),
            _ => false,
        }
    }
}

impl Comparison {
    /// Only values of the same kind compare; what is missing counts as `null`.
    fn holds(self, value: Option<&Value>, operand: &Value) -> bool {
        let value = value.unwrap_or(&Value::Null);
        if value.kind() != operand.kind() {
            return false;
        }
        // NaN equals itself, and is neither greater nor less than anything.
        let comparable = is_nan(value) == is_nan(operand);
        match order::compare_values(value, operand) {
            Ordering::Equal => !matches!(self, Comparison::Greater | Comparison::Less),
            _ if !comparable => false,
            Ordering::Greater => matches!(self, Comparison::Greater | Comparison::GreaterOrEqual),
            Ordering::Less => matches!(self, Comparison::Less | Comparison::LessOrEqual),
        }
    }
}

pub(crate) fn is_nan(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_nan(),
        Value::Decimal(decimal) => decimal.is_nan(),
        _ => false,
    }
}

fn is_match(pattern: &Regex, value: Option<&Value>) -> bool {
    let text = value.and_then(Value::as_text);
    text.is_some_and(|text| pattern.is_match(&text.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Value {
        tartan_document::parse(text)
            .unwrap()
            .from_extended()
            .unwrap()
    }

    /// The numbers of the documents that match, of those in an array.
    fn check(documents: &str, query: &str, expected: &[usize]) {
        let filter = Filter::parse(&parse(query)).unwrap();
        let documents = parse(documents);
        let found: Vec<usize> = documents
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
            .filter(|(_, document)| filter.matches(document.as_object().unwrap()).unwrap())
            .map(|(place, _)| place)
            .collect();
        assert_eq!(found, expected, "{query}");
    }

    fn check_error(query: &str, expected: &str) {
        let error = Filter::parse(&parse(query)).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn equality_and_null() {
        let documents = r#"[{"a":1},{"a":null},{},{"a":[1,2]},{"a":"1"},{"a":[null]}]"#;
        check(documents, r#"{"a":1}"#, &[0, 3]);
        check(documents, r#"{"a":null}"#, &[1, 2, 5]);
        check(documents, r#"{"a":{"$eq":null}}"#, &[1, 2, 5]);
        check(documents, r#"{"a":{"$ne":null}}"#, &[0, 3, 4]);
        check(documents, r#"{"a":{"$ne":1}}"#, &[1, 2, 4, 5]);
        check(documents, r#"{"a":[1,2]}"#, &[3]);
        check(documents, r#"{"a":{"$gte":null}}"#, &[1, 2, 5]);
        check(documents, r#"{"a":{"$gt":null}}"#, &[]);
        check(documents, "{}", &[0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn missing_fields_behind_arrays() {
        let documents = r#"[{"a":[]},{"a":[1]},{"a":[{}]},{"a":[{"b":1}]},{"a":4},{}]"#;
        check(documents, r#"{"a.b":null}"#, &[2, 4, 5]);
        check(documents, r#"{"a.b":{"$exists":true}}"#, &[3]);
        check(documents, r#"{"a.b":{"$exists":false}}"#, &[0, 1, 2, 4, 5]);
    }

    #[test]
    fn ranges_stay_within_a_kind() {
        let documents =
            r#"[{"a":5},{"a":"5"},{"a":{"$numberDecimal":"5.0"}},{"a":true},{},{"a":7}]"#;
        check(documents, r#"{"a":{"$gte":5}}"#, &[0, 2, 5]);
        check(documents, r#"{"a":{"$gt":5}}"#, &[5]);
        check(documents, r#"{"a":{"$lt":"9"}}"#, &[1]);
        check(documents, r#"{"a":{"$gt":4,"$lt":7}}"#, &[0, 2]);
        check(documents, r#"{"a":{"$gte":false}}"#, &[3]);
        check(
            documents,
            r#"{"a":{"$lte":{"$numberDecimal":"5"}}}"#,
            &[0, 2],
        );
    }

    #[test]
    fn several_elements_may_satisfy_a_range() {
        check(
            r#"[{"a":[1,20]},{"a":7}]"#,
            r#"{"a":{"$gt":5,"$lt":10}}"#,
            &[0, 1],
        );
        check(
            r#"[{"a":[1,20]},{"a":[7]}]"#,
            r#"{"a":{"$elemMatch":{"$gt":5,"$lt":10}}}"#,
            &[1],
        );
    }

    #[test]
    fn sets() {
        let documents = r#"[{"a":1},{"a":[2,3]},{"a":"x"},{},{"a":null}]"#;
        check(documents, r#"{"a":{"$in":[1,3]}}"#, &[0, 1]);
        check(documents, r#"{"a":{"$in":[null,"x"]}}"#, &[2, 3, 4]);
        check(documents, r#"{"a":{"$nin":[1,3]}}"#, &[2, 3, 4]);
        check(documents, r#"{"a":{"$in":[]}}"#, &[]);
        check(
            documents,
            r#"{"a":{"$in":[{"$regex":"X","$options":"i"}]}}"#,
            &[2],
        );
        check(documents, r#"{"a":{"$not":{"$in":[1,2]}}}"#, &[2, 3, 4]);
    }

    #[test]
    fn logic() {
        let documents = r#"[{"a":1,"b":1},{"a":1,"b":2},{"a":2}]"#;
        check(documents, r#"{"$or":[{"a":2},{"b":2}]}"#, &[1, 2]);
        check(documents, r#"{"$and":[{"a":1},{"b":1}]}"#, &[0]);
        check(documents, r#"{"$nor":[{"a":2},{"b":2}]}"#, &[0]);
        check(documents, r#"{"a":1,"$or":[{"b":2}]}"#, &[1]);
        check(documents, r#"{"a":{"$not":{"$gt":1}}}"#, &[0, 1]);
    }

    #[test]
    fn arrays() {
        let documents =
            r#"[{"a":[1,2]},{"a":[]},{"a":1},{"a":[{"x":1,"y":2},{"x":3,"y":4}]},{"a":[[1,2]]}]"#;
        check(documents, r#"{"a":{"$size":2}}"#, &[0, 3]);
        check(documents, r#"{"a":{"$size":1}}"#, &[4]);
        check(documents, r#"{"a":{"$all":[1,2]}}"#, &[0]);
        check(documents, r#"{"a":{"$all":[1]}}"#, &[0, 2]);
        check(documents, r#"{"a":{"$all":[]}}"#, &[]);
        check(documents, r#"{"a":[1,2]}"#, &[0, 4]);
        check(documents, r#"{"a":{"$elemMatch":{"x":1,"y":2}}}"#, &[3]);
        check(documents, r#"{"a":{"$elemMatch":{"x":1,"y":4}}}"#, &[]);
        check(documents, r#"{"a.x":1,"a.y":4}"#, &[3]);
        check(
            documents,
            r#"{"a":{"$all":[{"$elemMatch":{"x":3}}]}}"#,
            &[3],
        );
        check(documents, r#"{"a":{"$elemMatch":{"0":1}}}"#, &[4]);
        check(documents, r#"{"a.1":2}"#, &[0]);
    }

    #[test]
    fn objects_are_equal_field_by_field() {
        let documents = r#"[{"a":{"x":1,"y":2}},{"a":{"y":2,"x":1}},{"a":{"x":1}}]"#;
        check(documents, r#"{"a":{"x":1,"y":2}}"#, &[0]);
        check(documents, r#"{"a.x":1}"#, &[0, 1, 2]);
        check(documents, r#"{"a":{}}"#, &[]);
    }

    #[test]
    fn patterns() {
        let documents =
            r#"[{"a":"SWAP.HIVE:BEE"},{"a":"BEE:SWAP.HIVE"},{"a":["x","bee"]},{"a":5}]"#;
        check(documents, r#"{"a":{"$regex":"^BEE"}}"#, &[1]);
        check(
            documents,
            r#"{"a":{"$regex":"bee","$options":"i"}}"#,
            &[0, 1, 2],
        );
        check(
            documents,
            r#"{"a":{"$regex":"b e e # comment","$options":"ix"}}"#,
            &[0, 1, 2],
        );
        check(documents, r#"{"a":{"$not":{"$regex":"BEE"}}}"#, &[2, 3]);
        check(
            documents,
            r#"{"a":{"$regularExpression":{"pattern":"swap","options":"i"}}}"#,
            &[0, 1],
        );
    }

    #[test]
    fn loki_is_the_id() {
        check(r#"[{"_id":1},{"_id":2}]"#, r#"{"$loki":2}"#, &[1]);
    }

    #[test]
    fn what_is_outside_the_language_is_named() {
        check_error(r#"{"$where":"1"}"#, "unknown operator $where");
        check_error(r#"{"a":{"$near":1}}"#, "unknown operator $near");
        check_error(
            r#"{"a":{"$gt":1,"b":2}}"#,
            "malformed query: field \"b\" among operators",
        );
        check_error(
            r#"{"$or":[]}"#,
            "malformed query: $or needs a non-empty array",
        );
        check_error(
            r#"{"a":{"$in":1}}"#,
            "malformed query: $in needs an array, found number",
        );
        check_error(
            r#"{"a":{"$not":1}}"#,
            "malformed query: $not needs operators",
        );
        check_error(
            r#"{"a":{"$options":"i"}}"#,
            "malformed query: $options needs a $regex",
        );
        check_error(
            r#"{"a":{"$regex":"("}}"#,
            "invalid regular expression \"(\"",
        );
        check_error(r#"{"a":{"$regex":"(?=x)"}}"#, "invalid regular expression");
        check_error(
            r#"{"a":{"$regex":"x","$options":"q"}}"#,
            "invalid regular expression \"x\": unknown option 'q'",
        );
        check_error(r#"{"a":{"$size":-1}}"#, "malformed query: $size");
        check_error(
            r#"{"0.0.0.0.0.0.0.0.0":1}"#,
            "malformed query: path with 9 numeric parts",
        );
    }

    #[test]
    fn patterns_are_counted() {
        let many = format!(
            r#"{{"a":{{"$in":[{}]}}}}"#,
            [r#"{"$regex":"x"}"#; 17].join(",")
        );
        check_error(&many, "malformed query: more than 16 regular expressions");
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = format!(
            "{}{{\"a\":1}}{}",
            r#"{"$and":["#.repeat(100),
            "]}".repeat(100)
        );
        check_error(&deep, "malformed query: conditions nest deeper than 32");
    }
}
