//! Why a page cannot be shown, in a form that tells the user what to do next.

use std::fmt;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tartan_chain::ReadError;
use tartan_index::IndexError;
use tartan_state::QueryError;

/// Why a page cannot be shown. A handler returns it; what the browser gets is a page in the user's language, and a
/// program `{"error": {"code", "message", "hint"}}`.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such thing: a block, an account, a page. What was looked for, as the user knows it ("token FOO").
    #[error("not found: {0}")]
    NotFound(String),
    /// The request cannot be understood: what was expected and what was found.
    #[error("{0}")]
    BadRequest(String),
    /// It exists, but not now: why.
    #[error("{0}")]
    Unavailable(String),
    /// Too many reads at once.
    #[error("too many requests at once")]
    Busy,
    /// The node keeps no index, which the page needs.
    #[error("this node keeps no index")]
    NoIndex,
    /// A bug or a broken disk. The reason goes to the log, not to the user.
    #[error("the page could not be made")]
    Internal,
}

impl Error {
    /// Nothing of this kind with this name: `Error::not_found("token FOO")`.
    pub fn not_found(what: impl Into<String>) -> Error {
        Error::NotFound(what.into())
    }

    /// A request that cannot be understood: what was expected and what was found.
    pub fn bad_request(reason: impl Into<String>) -> Error {
        Error::BadRequest(reason.into())
    }

    /// Not now: why.
    pub fn unavailable(reason: impl Into<String>) -> Error {
        Error::Unavailable(reason.into())
    }

    /// Logs the reason.
    pub fn internal(reason: impl fmt::Display) -> Error {
        tracing::error!(%reason, "a page failed");
        Error::Internal
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::BadRequest(_) => StatusCode::BAD_REQUEST,
            Error::Unavailable(_) | Error::Busy | Error::NoIndex => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The part of the keys of its texts that differs.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Error::NotFound(_) => "not-found",
            Error::BadRequest(_) => "bad-request",
            Error::Unavailable(_) => "unavailable",
            Error::Busy => "busy",
            Error::NoIndex => "no-index",
            Error::Internal => "internal",
        }
    }

    /// What is told to programs.
    fn hint(&self) -> &'static str {
        match self {
            Error::NotFound(_) => "check the spelling, or whether the node is in sync (/health)",
            Error::BadRequest(_) => "mend the request as the message says",
            Error::Unavailable(_) | Error::Busy => "try again in a few seconds",
            Error::NoIndex => "ask a node that keeps an index",
            Error::Internal => "this is a fault of the node; its log says more",
        }
    }

    /// The answer to a program.
    pub(crate) fn json(&self) -> Response {
        let status = self.status();
        let error =
            json!({ "code": status.as_u16(), "message": self.to_string(), "hint": self.hint() });
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        self.retry(&mut response);
        response
    }

    /// Says when to try again, where that helps.
    pub(crate) fn retry(&self, response: &mut Response) {
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from_static("5");
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
    }
}

// without the text: a middleware writes it (headers.rs), which knows the language of the user
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Error {
        match error {
            ReadError::Query(error) => error.into(),
            ReadError::Chain(error) => Error::internal(error),
        }
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Error {
        match error {
            QueryError::State(error) => Error::internal(error),
            other => Error::BadRequest(other.to_string()),
        }
    }
}

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Error {
        match error {
            IndexError::Question(reason) => Error::BadRequest(reason.to_string()),
            other => {
                tracing::error!(error = %other, "the index failed");
                Error::unavailable("the index does not answer")
            }
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Error {
        Error::internal(error)
    }
}
