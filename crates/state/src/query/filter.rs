use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use tartan_document::{Object, Value, order};

use super::expression::Expression;
use super::path::Path;
use crate::error::QueryError;

/// How deeply conditions may nest.
const MAX_DEPTH: usize = 32;
/// Most conditions of a filter.
const MAX_CONDITIONS: usize = 4096;
/// Most regular expressions of a filter: compiling one may take a millisecond.
const MAX_PATTERNS: usize = 16;
/// Longest pattern of a regular expression, in bytes.
const MAX_PATTERN: usize = 4096;
/// Most memory a compiled regular expression may take, in bytes.
const MAX_REGEX: usize = 1 << 20;

/// A condition on documents: MongoDB's query language as far as contracts and front ends use it.
///
/// `$and $or $nor`, `$expr`, and of a field: a value, or `$eq $ne $gt $gte $lt $lte $in $nin $exists $not
/// $regex` (with `$options`) `$all $size $elemMatch`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The conditions of the top level, all of which must hold, with the names they were given under.
    pub(crate) conditions: Vec<(Arc<str>, Node)>,
    /// The fields of the top level as they were given.
    pub(crate) source: Object,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Nor(Vec<Node>),
    /// All predicates hold of what the path leads to.
    Field(Path, Vec<Predicate>),
    Expression(Expression),
}

#[derive(Clone, Debug)]
pub(crate) enum Predicate {
    Compare(Comparison, Value),
    /// Equal to one of the values (sorted), or matched by one of the patterns.
    In(Vec<Value>, Vec<Regex>),
    Regex(Regex),
    Exists(bool),
    Size(usize),
    /// Not all of these hold.
    Not(Vec<Predicate>),
    /// All of these hold; nothing matches if there are none.
    All(Vec<Predicate>),
    /// An element of the array for which all hold.
    ElementValue(Vec<Predicate>),
    /// An element of the array that is a document matching the condition.
    ElementObject(Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Filter {
    /// The filter that everything matches.
    pub fn all() -> Filter {
        Filter {
            conditions: Vec::new(),
            source: Object::new(),
        }
    }

    /// Parses a query. Decimals and dates must be values already, not in their extended forms.
    ///
    /// # Errors
    /// When the query is not an object, uses an operator outside the language, or is too large.
    pub fn parse(query: &Value) -> Result<Filter, QueryError> {
        let Value::Object(object) = query else {
            return Err(malformed(format!(
                "expected an object, found {}",
                query.kind()
            )));
        };
        Filter::parse_object(object)
    }

    /// As [`parse`](Filter::parse), of an object.
    ///
    /// # Errors
    /// As [`parse`](Filter::parse).
    pub fn parse_object(query: &Object) -> Result<Filter, QueryError> {
        let mut parser = Parser {
            conditions: 0,
            patterns: 0,
        };
        let conditions = query
            .iter()
            .map(|(key, value)| {
                let name = key_str(key.as_str())?;
                Ok((name.into(), parser.condition(name, value, 0)?))
            })
            .collect::<Result<_, QueryError>>()?;
        Ok(Filter {
            conditions,
            source: query.clone(),
        })
    }

    /// Whether the filter has no conditions.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The filter with `_id` equal to the value instead of what it says of `_id`.
    pub(crate) fn with_id(&self, id: Value) -> Filter {
        let mut filter = self.clone();
        filter
            .conditions
            .retain(|(name, _)| !matches!(&**name, "_id" | "$loki"));
        let predicate = Predicate::Compare(Comparison::Equal, id);
        filter.conditions.push((
            "_id".into(),
            Node::Field(Path::from("_id"), vec![predicate]),
        ));
        filter
    }
}

pub(crate) fn malformed(reason: impl Into<String>) -> QueryError {
    QueryError::Malformed(reason.into())
}

fn key_str(key: Option<&str>) -> Result<&str, QueryError> {
    key.ok_or_else(|| malformed("a field name is not well-formed Unicode"))
}

/// The name of the first field, if it is that of an operator: then the object is not a value to compare with.
fn operator(object: &Object) -> Option<&str> {
    let (key, _) = object.iter().next()?;
    key.as_str().filter(|key| key.starts_with('$'))
}

struct Parser {
    /// Conditions so far.
    conditions: usize,
    /// Regular expressions so far.
    patterns: usize,
}

impl Parser {
    fn count(&mut self, depth: usize) -> Result<(), QueryError> {
        self.conditions += 1;
        if depth > MAX_DEPTH {
            return Err(malformed(format!(
                "conditions nest deeper than {MAX_DEPTH}"
            )));
        }
        if self.conditions > MAX_CONDITIONS {
            return Err(malformed(format!("more than {MAX_CONDITIONS} conditions")));
        }
        Ok(())
    }

    fn object(&mut self, object: &Object, depth: usize) -> Result<Node, QueryError> {
        let nodes: Result<Vec<Node>, QueryError> = object
            .iter()
            .map(|(key, value)| self.condition(key_str(key.as_str())?, value, depth))
            .collect();
        Ok(Node::And(nodes?))
    }

    fn condition(&mut self, name: &str, value: &Value, depth: usize) -> Result<Node, QueryError> {
        self.count(depth)?;
        match name {
            "$and" => Ok(Node::And(self.list(name, value, depth)?)),
            "$or" => Ok(Node::Or(self.list(name, value, depth)?)),
            "$nor" => Ok(Node::Nor(self.list(name, value, depth)?)),
            "$expr" => Ok(Node::Expression(Expression::parse(value)?)),
            // As the peer's findOne.
            "$loki" => self.field("_id", value, depth),
            _ if name.starts_with('$') => Err(QueryError::UnknownOperator(name.into())),
            _ => self.field(name, value, depth),
        }
    }

    fn list(&mut self, name: &str, value: &Value, depth: usize) -> Result<Vec<Node>, QueryError> {
        let items = value.as_array().filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| malformed(format!("{name} needs a non-empty array")))?;
        items
            .iter()
            .map(|item| match item {
                Value::Object(object) => self.object(object, depth + 1),
                _ => Err(malformed(format!(
                    "{name} needs objects, found {}",
                    item.kind()
                ))),
            })
            .collect()
    }

    fn field(&mut self, name: &str, value: &Value, depth: usize) -> Result<Node, QueryError> {
        let path = Path::from(name);
        path.check().map_err(malformed)?;
        let predicates = match value {
            Value::Object(object) if operator(object).is_some() => {
                self.predicates(object, depth)?
            }
            _ => vec![equal(value)],
        };
        Ok(Node::Field(path, predicates))
    }

    fn predicates(&mut self, object: &Object, depth: usize) -> Result<Vec<Predicate>, QueryError> {
        let mut predicates = Vec::with_capacity(object.len());
        for (key, value) in object.iter() {
            self.count(depth)?;
            let name = key_str(key.as_str())?;
            match name {
                "$options" if object.contains_key("$regex") => {}
                "$options" => return Err(malformed("$options needs a $regex")),
                "$regex" => predicates.push(Predicate::Regex(self.pattern(object)?)),
                "$regularExpression" => predicates.push(Predicate::Regex(self.pattern(object)?)),
                _ => predicates.push(self.predicate(name, value, depth + 1)?),
            }
        }
        Ok(predicates)
    }

    fn predicate(
        &mut self,
        name: &str,
        value: &Value,
        depth: usize,
    ) -> Result<Predicate, QueryError> {
        let compare = |comparison| Ok(Predicate::Compare(comparison, value.clone()));
        match name {
            "$eq" => compare(Comparison::Equal),
            "$gt" => compare(Comparison::Greater),
            "$gte" => compare(Comparison::GreaterOrEqual),
            "$lt" => compare(Comparison::Less),
            "$lte" => compare(Comparison::LessOrEqual),
            "$ne" => Ok(Predicate::Not(vec![equal(value)])),
            "$in" => self.one_of(name, value),
            "$nin" => Ok(Predicate::Not(vec![self.one_of(name, value)?])),
            "$exists" => Ok(Predicate::Exists(is_true(value))),
            "$size" => size(value),
            "$not" => match value {
                Value::Object(object) if operator(object).is_some() => {
                    Ok(Predicate::Not(self.predicates(object, depth)?))
                }
                _ => Err(malformed(format!(
                    "$not needs operators, found {}",
                    value.kind()
                ))),
            },
            "$all" => self.all(value, depth),
            "$elemMatch" => self.element(value, depth),
            _ if name.starts_with('$') => Err(QueryError::UnknownOperator(name.into())),
            _ => Err(malformed(format!("field {name:?} among operators"))),
        }
    }

    fn all(&mut self, value: &Value, depth: usize) -> Result<Predicate, QueryError> {
        let items = array("$all", value)?;
        let predicates = items.iter().map(|item| {
            self.count(depth)?;
            let Value::Object(object) = item else {
                return Ok(equal(item));
            };
            match operator(object) {
                None => Ok(equal(item)),
                Some("$elemMatch") if object.len() == 1 => {
                    self.element(object.get("$elemMatch").unwrap_or(&Value::Null), depth)
                }
                Some("$regex" | "$regularExpression") => {
                    Ok(Predicate::Regex(self.pattern(object)?))
                }
                Some(name) => Err(malformed(format!("{name} within $all"))),
            }
        });
        Ok(Predicate::All(
            predicates.collect::<Result<_, QueryError>>()?,
        ))
    }

    fn element(&mut self, value: &Value, depth: usize) -> Result<Predicate, QueryError> {
        self.count(depth)?;
        let Value::Object(object) = value else {
            return Err(malformed(format!(
                "$elemMatch needs an object, found {}",
                value.kind()
            )));
        };
        match operator(object) {
            None | Some("$and" | "$or" | "$nor" | "$expr") => Ok(Predicate::ElementObject(
                Box::new(self.object(object, depth + 1)?),
            )),
            Some(_) => Ok(Predicate::ElementValue(self.predicates(object, depth + 1)?)),
        }
    }

    fn one_of(&mut self, name: &str, value: &Value) -> Result<Predicate, QueryError> {
        let (mut values, mut patterns) = (Vec::new(), Vec::new());
        for item in array(name, value)? {
            match item {
                Value::Object(object) => match operator(object) {
                    None => values.push(item.clone()),
                    Some("$regex" | "$regularExpression") => patterns.push(self.pattern(object)?),
                    Some(operator) => return Err(malformed(format!("{operator} within {name}"))),
                },
                _ => values.push(item.clone()),
            }
        }
        values.sort_by(order::compare_values);
        values.dedup_by(|a, b| order::compare_values(a, b).is_eq());
        Ok(Predicate::In(values, patterns))
    }

    /// The pattern that an object of `$regex` and `$options`, or of `$regularExpression` stands for.
    fn pattern(&mut self, object: &Object) -> Result<Regex, QueryError> {
        self.patterns += 1;
        if self.patterns > MAX_PATTERNS {
            return Err(malformed(format!(
                "more than {MAX_PATTERNS} regular expressions"
            )));
        }
        match object.get("$regularExpression") {
            Some(value) => {
                let pattern = value.get("pattern").unwrap_or(&Value::Null);
                regex(pattern, value.get("options"))
            }
            None => {
                let pattern = object.get("$regex").unwrap_or(&Value::Null);
                regex(pattern, object.get("$options"))
            }
        }
    }
}

fn equal(value: &Value) -> Predicate {
    Predicate::Compare(Comparison::Equal, value.clone())
}

fn array<'v>(name: &str, value: &'v Value) -> Result<&'v [Value], QueryError> {
    let found = || malformed(format!("{name} needs an array, found {}", value.kind()));
    value.as_array().map(Vec::as_slice).ok_or_else(found)
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(value) => *value != 0.0,
        _ => true,
    }
}

fn size(value: &Value) -> Result<Predicate, QueryError> {
    let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
    let size = size.ok_or_else(|| malformed("$size needs a whole number that is not negative"))?;
    Ok(Predicate::Size(size))
}

fn regex(pattern: &Value, options: Option<&Value>) -> Result<Regex, QueryError> {
    let text = |value: &Value, what: &str| {
        let found = || malformed(format!("{what} needs a string, found {}", value.kind()));
        value.as_str().map(str::to_owned).ok_or_else(found)
    };
    let pattern = text(pattern, "$regex")?;
    let options = options.map_or(Ok(String::new()), |options| text(options, "$options"))?;
    let invalid = |reason: String| QueryError::Regex {
        pattern: pattern.chars().take(100).collect(),
        reason,
    };
    if pattern.len() > MAX_PATTERN {
        return Err(invalid(format!(
            "{} bytes, expected at most {MAX_PATTERN}",
            pattern.len()
        )));
    }
    let mut builder = RegexBuilder::new(&pattern);
    builder
        .size_limit(MAX_REGEX)
        .dfa_size_limit(MAX_REGEX)
        .nest_limit(64);
    for option in options.chars() {
        match option {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            's' => builder.dot_matches_new_line(true),
            'x' => builder.ignore_whitespace(true),
            'u' => &mut builder,
            _ => {
                return Err(invalid(format!(
                    "unknown option {option:?}, expected i, m, s or x"
                )));
            }
        };
    }
    builder.build().map_err(|error| invalid(error.to_string()))
}
