use std::borrow::Cow;
use std::cmp::Ordering;

use tartan_document::{Object, Value, order};

use super::arithmetic::{self, Operation};
use super::filter::malformed;
use crate::error::QueryError;

/// How deeply expressions may nest.
const MAX_DEPTH: usize = 32;
/// Most operators and operands of an expression.
const MAX_SIZE: usize = 1024;

/// What `$expr` computes from a document: comparisons, arithmetic and logic over its fields.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Literal(Value),
    /// The names of `$a.b.c`.
    Field(Vec<Box<str>>),
    List(Vec<Expression>),
    Compare(Comparison, Box<[Expression; 2]>),
    Arithmetic(Operation, Vec<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// `None` is what a field that is not there gives.
type Outcome<'v> = Result<Option<Cow<'v, Value>>, QueryError>;

impl Expression {
    pub(crate) fn parse(value: &Value) -> Result<Expression, QueryError> {
        parse(value, 0, &mut 0)
    }

    /// Whether the outcome for a document is neither `false`, `0`, `null` nor missing.
    pub(crate) fn is_true(&self, document: &Object) -> Result<bool, QueryError> {
        Ok(is_true(self.evaluate(document)?.as_deref()))
    }

    fn evaluate<'v>(&'v self, document: &'v Object) -> Outcome<'v> {
        match self {
            Expression::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Expression::Field(names) => Ok(field(document, names)),
            Expression::List(items) => {
                let values = items.iter().map(|item| {
                    Ok(item
                        .evaluate(document)?
                        .map_or(Value::Null, Cow::into_owned))
                });
                let values: Result<Vec<Value>, QueryError> = values.collect();
                Ok(Some(Cow::Owned(Value::Array(values?))))
            }
            Expression::Compare(comparison, operands) => {
                let [a, b] = &**operands;
                let (a, b) = (a.evaluate(document)?, b.evaluate(document)?);
                boolean(comparison.holds(compare(a.as_deref(), b.as_deref())))
            }
            Expression::Arithmetic(operation, operands) => {
                let mut values = Vec::with_capacity(operands.len());
                for operand in operands {
                    values.push(operand.evaluate(document)?);
                }
                let values: Vec<Option<&Value>> = values.iter().map(Option::as_deref).collect();
                Ok(Some(Cow::Owned(arithmetic::evaluate(*operation, &values)?)))
            }
            Expression::And(operands) => {
                for operand in operands {
                    if !operand.is_true(document)? {
                        return boolean(false);
                    }
                }
                boolean(true)
            }
            Expression::Or(operands) => {
                for operand in operands {
                    if operand.is_true(document)? {
                        return boolean(true);
                    }
                }
                boolean(false)
            }
            Expression::Not(operand) => boolean(!operand.is_true(document)?),
        }
    }
}

fn boolean<'v>(value: bool) -> Outcome<'v> {
    Ok(Some(Cow::Owned(Value::Bool(value))))
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(value)) => *value != 0.0,
        Some(value @ Value::Decimal(_)) => {
            order::compare_values(value, &Value::Number(0.0)) != Ordering::Equal
        }
        Some(_) => true,
    }
}

/// Unlike in conditions, values of different kinds compare, and missing is less than `null`.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order::compare_values(a, b),
        _ => a.is_some().cmp(&b.is_some()),
    }
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
        }
    }
}

/// A field; of an array on the way, the array of what its objects have there. Numbers are names here.
fn field<'v>(document: &'v Object, names: &[Box<str>]) -> Option<Cow<'v, Value>> {
    let (first, rest) = names.split_first()?;
    below(document.get(first)?, rest)
}

fn below<'v>(value: &'v Value, names: &[Box<str>]) -> Option<Cow<'v, Value>> {
    match value {
        _ if names.is_empty() => Some(Cow::Borrowed(value)),
        Value::Object(object) => field(object, names),
        Value::Array(items) => {
            let found = items.iter().filter_map(|item| match item {
                Value::Object(_) | Value::Array(_) => below(item, names).map(Cow::into_owned),
                _ => None,
            });
            Some(Cow::Owned(Value::Array(found.collect())))
        }
        _ => None,
    }
}

fn parse(value: &Value, depth: usize, size: &mut usize) -> Result<Expression, QueryError> {
    *size += 1;
    if depth > MAX_DEPTH || *size > MAX_SIZE {
        return Err(malformed("$expr is too large"));
    }
    match value {
        Value::String(text) => match text.as_str().and_then(|text| text.strip_prefix('$')) {
            None => Ok(Expression::Literal(value.clone())),
            Some(path) => reference(path),
        },
        Value::Array(items) => {
            let items: Result<Vec<_>, _> = items
                .iter()
                .map(|item| parse(item, depth + 1, size))
                .collect();
            Ok(Expression::List(items?))
        }
        Value::Object(object) => match object.iter().next() {
            Some((key, operand)) if key.as_str().is_some_and(|key| key.starts_with('$')) => {
                if object.len() > 1 {
                    return Err(malformed("an expression has one operator"));
                }
                operator(key.as_str().unwrap_or_default(), operand, depth + 1, size)
            }
            _ => Ok(Expression::Literal(value.clone())),
        },
        _ => Ok(Expression::Literal(value.clone())),
    }
}

fn reference(path: &str) -> Result<Expression, QueryError> {
    let path = match path.strip_prefix('$') {
        None => path,
        Some(variable) => variable
            .strip_prefix("CURRENT.")
            .or_else(|| variable.strip_prefix("ROOT."))
            .ok_or_else(|| QueryError::UnknownOperator(format!("${path}")))?,
    };
    let names: Vec<Box<str>> = path.split('.').map(Box::from).collect();
    if names.len() > 64 || names.iter().any(|name| name.is_empty()) {
        return Err(malformed(format!("\"${path}\" is not the path of a field")));
    }
    Ok(Expression::Field(names))
}

fn operator(
    name: &str,
    operand: &Value,
    depth: usize,
    size: &mut usize,
) -> Result<Expression, QueryError> {
    if name == "$literal" {
        return Ok(Expression::Literal(operand.clone()));
    }
    let mut operands = || -> Result<Vec<Expression>, QueryError> {
        match operand {
            Value::Array(items) => items.iter().map(|item| parse(item, depth, size)).collect(),
            // A single operand needs no brackets.
            _ => Ok(vec![parse(operand, depth, size)?]),
        }
    };
    let comparison = match name {
        "$eq" => Some(Comparison::Equal),
        "$ne" => Some(Comparison::NotEqual),
        "$gt" => Some(Comparison::Greater),
        "$gte" => Some(Comparison::GreaterOrEqual),
        "$lt" => Some(Comparison::Less),
        "$lte" => Some(Comparison::LessOrEqual),
        _ => None,
    };
    if let Some(comparison) = comparison {
        return Ok(Expression::Compare(
            comparison,
            Box::new(exactly(name, operands()?)?),
        ));
    }
    match name {
        "$and" => Ok(Expression::And(operands()?)),
        "$or" => Ok(Expression::Or(operands()?)),
        "$not" => {
            let [operand] = exactly(name, operands()?)?;
            Ok(Expression::Not(Box::new(operand)))
        }
        "$add" => Ok(Expression::Arithmetic(Operation::Add, operands()?)),
        "$multiply" => Ok(Expression::Arithmetic(Operation::Multiply, operands()?)),
        "$subtract" => binary(Operation::Subtract, name, operands()?),
        "$divide" => binary(Operation::Divide, name, operands()?),
        "$mod" => binary(Operation::Remainder, name, operands()?),
        _ => Err(QueryError::UnknownOperator(name.into())),
    }
}

fn binary(
    operation: Operation,
    name: &str,
    operands: Vec<Expression>,
) -> Result<Expression, QueryError> {
    Ok(Expression::Arithmetic(
        operation,
        exactly::<2>(name, operands)?.into(),
    ))
}

fn exactly<const N: usize>(
    name: &str,
    operands: Vec<Expression>,
) -> Result<[Expression; N], QueryError> {
    let found = operands.len();
    operands
        .try_into()
        .map_err(|_| malformed(format!("{name} needs {N} operands, found {found}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_value(text: &str) -> Value {
        tartan_document::parse(text)
            .unwrap()
            .from_extended()
            .unwrap()
    }

    fn check(expression: &str, expected: &str) {
        let document = parse_value(
            r#"{"a":7,"b":2,"s":"x","n":null,"d":{"$numberDecimal":"1.50"},"t":{"$date":"1970-01-01T00:00:01Z"},
                "o":{"p":3},"l":[{"q":1},{"q":2},{}]}"#,
        );
        let outcome = Expression::parse(&parse_value(expression)).and_then(|expression| {
            let value = expression.evaluate(document.as_object().unwrap())?;
            Ok(value.map_or("missing".to_owned(), |value| {
                value.to_extended().stringify()
            }))
        });
        assert_eq!(
            outcome.unwrap_or_else(|error| error.to_string()),
            expected,
            "{expression}"
        );
    }

    #[test]
    fn fields() {
        check(r#""$a""#, "7");
        check(r#""$o.p""#, "3");
        check(r#""$l.q""#, "[1,2]");
        check(r#""$x""#, "missing");
        check(r#""a""#, r#""a""#);
        check(r#"{"$literal":"$a"}"#, r#""$a""#);
        check(r#""$$CURRENT.a""#, "7");
        check(r#""$$NOW""#, "unknown operator $$NOW");
    }

    #[test]
    fn arithmetic() {
        check(r#"{"$add":["$a","$b",1]}"#, "10");
        check(r#"{"$subtract":["$a","$b"]}"#, "5");
        check(r#"{"$multiply":["$a","$b"]}"#, "14");
        check(r#"{"$divide":["$a","$b"]}"#, "3.5");
        check(r#"{"$mod":["$a","$b"]}"#, "1");
        check(r#"{"$add":["$a","$n"]}"#, "null");
        check(r#"{"$add":["$a","$x"]}"#, "null");
        check(r#"{"$add":[]}"#, "0");
        check(
            r#"{"$add":["$a","$s"]}"#,
            "cannot evaluate $expr: $add of a string",
        );
        check(
            r#"{"$divide":["$a",0]}"#,
            "cannot evaluate $expr: $divide by zero",
        );
        check(
            r#"{"$subtract":["$a"]}"#,
            "malformed query: $subtract needs 2 operands, found 1",
        );
    }

    #[test]
    fn decimals() {
        check(r#"{"$add":["$d",1]}"#, r#"{"$numberDecimal":"2.50"}"#);
        check(
            r#"{"$multiply":["$d","$d"]}"#,
            r#"{"$numberDecimal":"2.2500"}"#,
        );
        check(r#"{"$subtract":[1,"$d"]}"#, r#"{"$numberDecimal":"-0.50"}"#);
        check(
            r#"{"$divide":["$d",7]}"#,
            r#"{"$numberDecimal":"0.2142857142857142857142857142857143"}"#,
        );
        check(r#"{"$mod":[7,"$d"]}"#, r#"{"$numberDecimal":"1.00"}"#);
    }

    #[test]
    fn dates() {
        check(
            r#"{"$add":["$t",1000]}"#,
            r#"{"$date":"1970-01-01T00:00:02Z"}"#,
        );
        check(
            r#"{"$subtract":["$t",{"$date":"1970-01-01T00:00:00Z"}]}"#,
            "1000",
        );
    }

    #[test]
    fn comparisons_and_logic() {
        check(r#"{"$lte":["$a",{"$multiply":["$b",4]}]}"#, "true");
        check(r#"{"$gt":["$s","$a"]}"#, "true");
        check(r#"{"$eq":["$x",null]}"#, "false");
        check(r#"{"$lt":["$x",null]}"#, "true");
        check(r#"{"$ne":["$d",1.5]}"#, "false");
        check(r#"{"$and":["$a",{"$not":"$n"}]}"#, "true");
        check(r#"{"$or":[0,null,"$x"]}"#, "false");
        check(r#"{"$cond":[1,2,3]}"#, "unknown operator $cond");
    }
}
