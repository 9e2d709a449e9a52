//! A rendered template as an answer.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// A rendered template as an answer.
#[derive(Debug, Clone)]
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => {
                let kind = HeaderValue::from_static("text/html; charset=utf-8");
                ([(CONTENT_TYPE, kind)], text).into_response()
            }
            Err(error) => Error::from(error).into_response(),
        }
    }
}
