//! One page in two forms: for people, and as JSON for programs of any origin.

use std::convert::Infallible;

use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use serde::Serialize;
use tokio::task::yield_now;

use crate::html::Html;
use crate::page::Page;

/// Whether the address asks for JSON.
pub(super) fn is_json(page: &Page) -> bool {
    page.path.ends_with(".json") || page.path.starts_with("/api/")
}

/// What programs get.
pub(super) fn json(data: &impl Serialize) -> Response {
    let anyone = (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    ([anyone], Json(data)).into_response()
}

/// What programs get, of pieces that are made while the ones before are sent.
pub(super) fn json_in_pieces(pieces: impl Stream<Item = String> + Send + 'static) -> Response {
    // what is made is sent when the next has to be waited for
    let pieces = pieces.then(async |piece| {
        yield_now().await;
        Ok::<_, Infallible>(piece)
    });
    let body = Body::from_stream(pieces);
    let anyone = (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ([anyone, kind], body).into_response()
}

/// What people get.
pub(super) fn html(template: impl Template) -> Response {
    Html(template).into_response()
}

/// The address of this page as JSON, with what else was asked for.
pub(super) fn json_address(page: &Page) -> String {
    match page.query.is_empty() {
        true => format!("{}.json", page.path),
        false => format!("{}.json?{}", page.path, page.query),
    }
}
