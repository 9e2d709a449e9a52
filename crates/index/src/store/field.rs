//! What a column of a row can be, in both databases.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _};

use crate::Amount;

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Field {
    Int(i64),
    Text(String),
    /// No text.
    Null(()),
}

pub(crate) type Query = sqlx::query::Query<'static, Any, sqlx::any::AnyArguments>;

impl Field {
    pub(crate) fn bind(&self, query: Query) -> Query {
        match self {
            Field::Int(number) => query.bind(*number),
            Field::Text(text) => query.bind(text.clone()),
            Field::Null(()) => query.bind(None::<String>),
        }
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Field {
        Field::Int(number)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Field {
        Field::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Field {
        Field::Text(text)
    }
}

/// A Rust type that is a column.
pub(crate) trait Column: Sized {
    fn to_field(&self) -> Field;

    /// # Errors
    /// When the column is of another type or not an amount.
    fn read(row: &AnyRow, place: usize) -> Result<Self, sqlx::Error>;
}

impl Column for i64 {
    fn to_field(&self) -> Field {
        Field::Int(*self)
    }

    fn read(row: &AnyRow, place: usize) -> Result<i64, sqlx::Error> {
        row.try_get(place)
    }
}

impl Column for String {
    fn to_field(&self) -> Field {
        Field::Text(self.clone())
    }

    fn read(row: &AnyRow, place: usize) -> Result<String, sqlx::Error> {
        row.try_get(place)
    }
}

impl Column for Option<String> {
    fn to_field(&self) -> Field {
        match self {
            Some(text) => Field::Text(text.clone()),
            None => Field::Null(()),
        }
    }

    fn read(row: &AnyRow, place: usize) -> Result<Option<String>, sqlx::Error> {
        row.try_get(place)
    }
}

impl Column for Amount {
    fn to_field(&self) -> Field {
        Field::Text(self.to_string())
    }

    fn read(row: &AnyRow, place: usize) -> Result<Amount, sqlx::Error> {
        let text: String = row.try_get(place)?;
        Amount::parse(&text).ok_or_else(|| {
            sqlx::Error::Decode(format!("expected an amount, found {text:?}").into())
        })
    }
}
