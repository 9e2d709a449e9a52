//! What handlers take from a request.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// What stands behind the `?` of an address. What cannot be read is a [`BadRequest`](Error::BadRequest) with the reason.
#[derive(Debug, Clone)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Error> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Asked(asked)),
            Err(rejection) => Err(Error::bad_request(rejection.body_text())),
        }
    }
}

/// The form of an answer, by the ending of the address: `/block/7`, `/block/7.json`, `/token/COOL/holders.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Html,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

impl Format {
    /// Splits the last part of an address: `7.json` is 7, as JSON.
    pub fn split(name: &str) -> (&str, Format) {
        match name.rsplit_once('.') {
            Some((name, "json")) => (name, Format::Json),
            Some((name, "csv")) => (name, Format::Csv),
            _ => (name, Format::Html),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_form() {
        assert_eq!(Format::split("7.json"), ("7", Format::Json));
        assert_eq!(Format::split("a.b.csv"), ("a.b", Format::Csv));
        assert_eq!(
            Format::split("a.b"),
            ("a.b", Format::Html),
            "account names have dots"
        );
    }
}
