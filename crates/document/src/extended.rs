//! MongoDB's Extended JSON in its relaxed form: how tables and queries write what JSON lacks.
//!
//! <https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md>

use thiserror::Error;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcDateTime};

use crate::{Decimal128Error, Object, Text, Value};

/// The largest point in time that JavaScript has, in milliseconds either way of 1970.
const MAX_DATE: f64 = 8.64e15;

/// Why a value in extended form cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExtendedError {
    /// `$numberDecimal` with a text that is no decimal.
    #[error(transparent)]
    Decimal(#[from] Decimal128Error),
    /// An extended form around something else than it wants.
    #[error("expected {expected} in {form}, found {found}")]
    Content {
        /// Which form, such as `$date`.
        form: &'static str,
        /// What the form wants.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

impl Value {
    /// The value with all extended forms inside it turned into what they stand for.
    ///
    /// `$numberDecimal`, `$date` (text or milliseconds), `$numberLong`, `$numberInt` and `$numberDouble`. As in the
    /// reference, one of these names decides for the whole object, whatever else is in it, unless its value is `null`.
    ///
    /// # Errors
    ///
    /// If a form holds something it cannot.
    pub fn from_extended(self) -> Result<Value, ExtendedError> {
        match self {
            Value::Array(items) => items
                .into_iter()
                .map(Value::from_extended)
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            Value::Object(object) => match form(&object) {
                Some((form, content)) => read(form, content),
                None => object.from_extended().map(Value::Object),
            },
            _ => Ok(self),
        }
    }

    /// The value with decimals and dates in extended form.
    pub fn to_extended(&self) -> Value {
        match self {
            Value::Decimal(decimal) => single("$numberDecimal", decimal.to_string()),
            Value::Date(millis) => single("$date", date_content(*millis)),
            Value::Array(items) => items.iter().map(Value::to_extended).collect(),
            Value::Object(object) => Value::Object(object.to_extended()),
            _ => self.clone(),
        }
    }
}

impl Object {
    /// The object with the extended forms in its fields turned into what they stand for; see [`Value::from_extended`].
    ///
    /// # Errors
    ///
    /// If a form holds something it cannot.
    pub fn from_extended(self) -> Result<Object, ExtendedError> {
        self.into_iter()
            .map(|(key, value)| Ok((key, value.from_extended()?)))
            .collect()
    }

    /// The object with decimals and dates in extended form.
    pub fn to_extended(&self) -> Object {
        self.iter()
            .map(|(key, value)| (key.clone(), value.to_extended()))
            .collect()
    }
}

fn single(name: &str, content: impl Into<Value>) -> Value {
    Value::Object(Object::from_iter([(Text::from(name), content.into())]))
}

const FORMS: [&str; 5] = [
    "$numberDecimal",
    "$date",
    "$numberLong",
    "$numberInt",
    "$numberDouble",
];

/// The first name of a form in the object, with what it holds.
fn form(object: &Object) -> Option<(&'static str, &Value)> {
    object
        .iter()
        .filter(|(_, content)| !content.is_null())
        .find_map(|(key, content)| {
            let form = FORMS.into_iter().find(|form| key == form)?;
            Some((form, content))
        })
}

fn read(form: &'static str, content: &Value) -> Result<Value, ExtendedError> {
    let refuse = |expected| ExtendedError::Content {
        form,
        expected,
        found: content.stringify(),
    };
    if form == "$date" {
        return date(content)
            .map(Value::Date)
            .ok_or_else(|| refuse("a date"));
    }
    if form == "$numberDecimal" {
        let text = content.as_text().ok_or_else(|| refuse("a string"))?;
        return Ok(Value::Decimal(text.to_string_lossy().parse()?));
    }
    let text = match content {
        Value::String(text) => text.as_str(),
        Value::Number(number) => return Ok(Value::Number(*number)),
        _ => None,
    };
    // Rust's own grammar has words for infinity and NaN in more spellings; for whole numbers it is narrower.
    let number = match (form, text) {
        ("$numberDouble", Some("Infinity")) => Some(f64::INFINITY),
        ("$numberDouble", Some("-Infinity")) => Some(f64::NEG_INFINITY),
        ("$numberDouble", Some("NaN")) => Some(f64::NAN),
        ("$numberDouble", Some(text)) => {
            text.parse().ok().filter(|number: &f64| number.is_finite())
        }
        ("$numberInt", Some(text)) => text.parse::<i32>().ok().map(f64::from),
        (_, Some(text)) => text.parse::<i64>().ok().map(|number| number as f64),
        (_, None) => None,
    };
    number.map(Value::Number).ok_or_else(|| refuse("a number"))
}

/// The milliseconds since 1970 that the content of a `$date` means.
fn date(content: &Value) -> Option<i64> {
    match content {
        Value::Number(number) if number.abs() <= MAX_DATE => Some(number.trunc() as i64),
        Value::String(text) => date_text(text.as_str()?),
        Value::Object(object) => {
            let millis = object.get_str("$numberLong")?.parse::<i64>().ok()?;
            (millis.unsigned_abs() as f64 <= MAX_DATE).then_some(millis)
        }
        _ => None,
    }
}

/// ISO 8601 as JavaScript's `Date` reads it; without a time zone it is UTC.
fn date_text(text: &str) -> Option<i64> {
    let instant = if let Ok(instant) = OffsetDateTime::parse(text, &Rfc3339) {
        instant
    } else if let Ok(date) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        date.midnight().assume_utc()
    } else {
        let local = format_description!(
            "[year]-[month]-[day]T[hour]:[minute][optional [:[second][optional [.[subsecond]]]]][optional [Z]]"
        );
        PrimitiveDateTime::parse(text, local).ok()?.assume_utc()
    };
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// Text for the years 1970 to 9999, with milliseconds only if there are some; else the bare count.
fn date_content(millis: i64) -> Value {
    let instant = UtcDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok();
    let Some(instant) = instant.filter(|instant| (1970..=9999).contains(&instant.year())) else {
        return single("$numberLong", millis.to_string());
    };
    let (year, month, day) = instant.to_calendar_date();
    let (hour, minute, second, milli) = instant.as_hms_milli();
    let fraction = if milli == 0 {
        String::new()
    } else {
        format!(".{milli:03}")
    };
    let month = u8::from(month);
    Value::from(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

#[cfg(test)]
mod tests {
    use crate::parse;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        let value = parse(text).unwrap().from_extended();
        expect.assert_eq(&value.map_or_else(
            |error| error.to_string(),
            |value| format!("{value:?} {value}"),
        ));
    }

    #[test]
    fn decimals() {
        check(
            r#"{"a":{"$numberDecimal":"1.50"}}"#,
            expect![[r#"Object({"a": Decimal(1.50)}) {"a":{"$numberDecimal":"1.50"}}"#]],
        );
        check(
            r#"[{"x":1,"$numberDecimal":"0E-5"}]"#,
            expect![[r#"Array([Decimal(0.00000)]) [{"$numberDecimal":"0.00000"}]"#]],
        );
        check(
            r#"{"$numberDecimal":"1,5"}"#,
            expect!["1,5 not a valid Decimal128 string"],
        );
        check(
            r#"{"$numberDecimal":""}"#,
            expect![" not a valid Decimal128 string"],
        );
        check(
            r#"{"$numberDecimal":1.5}"#,
            expect!["expected a string in $numberDecimal, found 1.5"],
        );
        check(
            r#"{"$numberDecimal":null}"#,
            expect![[r#"Object({"$numberDecimal": Null}) {"$numberDecimal":null}"#]],
        );
    }

    #[test]
    fn dates() {
        check(
            r#"{"$date":"2026-01-01T00:00:00Z"}"#,
            expect![[r#"Date(1767225600000) {"$date":"2026-01-01T00:00:00Z"}"#]],
        );
        check(
            r#"{"$date":"2026-01-01"}"#,
            expect![[r#"Date(1767225600000) {"$date":"2026-01-01T00:00:00Z"}"#]],
        );
        check(
            r#"{"$date":"2026-01-01T00:00:00"}"#,
            expect![[r#"Date(1767225600000) {"$date":"2026-01-01T00:00:00Z"}"#]],
        );
        check(
            r#"{"$date":"2026-01-01T00:00"}"#,
            expect![[r#"Date(1767225600000) {"$date":"2026-01-01T00:00:00Z"}"#]],
        );
        check(
            r#"{"$date":"2026-01-01T00:00Z"}"#,
            expect![[r#"Date(1767225600000) {"$date":"2026-01-01T00:00:00Z"}"#]],
        );
        check(
            r#"{"$date":"2026-01-01T01:00:00.12+01:00"}"#,
            expect![[r#"Date(1767225600120) {"$date":"2026-01-01T00:00:00.120Z"}"#]],
        );
        check(
            r#"{"$date":1700000000000}"#,
            expect![[r#"Date(1700000000000) {"$date":"2023-11-14T22:13:20Z"}"#]],
        );
        check(
            r#"{"$date":{"$numberLong":"-1"}}"#,
            expect![[r#"Date(-1) {"$date":{"$numberLong":"-1"}}"#]],
        );
        check(
            r#"{"$date":{"$numberLong":"253402300800000"}}"#,
            expect![[r#"Date(253402300800000) {"$date":{"$numberLong":"253402300800000"}}"#]],
        );
        check(
            r#"{"$date":"yesterday"}"#,
            expect![[r#"expected a date in $date, found "yesterday""#]],
        );
        check(
            r#"{"$date":1e300}"#,
            expect!["expected a date in $date, found 1e+300"],
        );
    }

    #[test]
    fn numbers() {
        check(
            r#"[{"$numberInt":"5"},{"$numberLong":"-5"},{"$numberDouble":"1.5"}]"#,
            expect!["Array([Number(5.0), Number(-5.0), Number(1.5)]) [5,-5,1.5]"],
        );
        check(
            r#"[{"$numberDouble":"-0.0"},{"$numberDouble":"Infinity"}]"#,
            expect!["Array([Number(-0.0), Number(inf)]) [0,null]"],
        );
        check(
            r#"{"$numberInt":"x"}"#,
            expect![[r#"expected a number in $numberInt, found "x""#]],
        );
        check(
            r#"{"$other":"5"}"#,
            expect![[r#"Object({"$other": String("5")}) {"$other":"5"}"#]],
        );
    }
}
