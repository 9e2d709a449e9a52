use std::collections::BTreeMap;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::Error;

/// Why something was not signed, sent or found, for our own scripts: `{"error": {"code", "message", "details"}}`.
///
/// The code names the text that the user reads (`signing-error-<code>`), the details fill it in; the message is for
/// developers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<&'static str, String>,
}

/// The longest words of a main-chain node that are passed on.
const LONGEST: usize = 300;

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
        }
        Problem {
            status,
            code,
            message,
            details: BTreeMap::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.insert(name, value.into());
        self
    }

    /// The request makes no sense.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message)
    }

    /// Too many at once.
    pub(super) fn busy() -> Self {
        let message = "too many requests at once; try again in a few seconds";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
    }

    /// Too many of one client.
    pub(super) fn too_many(seconds: u64) -> Self {
        let message = format!("too many transactions of one client; try again in {seconds} s");
        let status = StatusCode::TOO_MANY_REQUESTS;
        Problem::new(status, "too-many", message).with("seconds", seconds.to_string())
    }

    /// The main chain does not answer.
    pub(super) fn unreachable(reason: impl ToString) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(status, "unreachable", reason.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Busy => Problem::busy(),
            Error::Unavailable(reason) => Problem::unreachable(reason),
            other => Problem::new(other.status(), "server", other.to_string())
                .with("status", other.status().as_str()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = serde_json::json!({ "error": self });
        let mut response = (self.status, Json(error)).into_response();
        let seconds = self.details.get("seconds");
        if let Some(seconds) = seconds.and_then(|seconds| HeaderValue::try_from(seconds).ok()) {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}
