//! What every answer of the pages has in common: security headers, and errors as pages.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::page::Page;
use crate::shell::ErrorPage;
use crate::site::Site;
use crate::{Html, telemetry};

/// Nothing inline, nothing from elsewhere.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Makes the page for the handler, and finishes its answer.
pub(crate) async fn finish(State(site): State<Site>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let page = Page::new(&parts, &site);
    parts.extensions.insert(page.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let mut response = with_error_page(page, response);
    harden(&mut response);
    telemetry::answered(response.status().as_u16(), started.elapsed());
    response
}

/// An error as a page, or as JSON for programs.
fn with_error_page(page: Page, mut response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let error = match response.extensions_mut().remove::<Error>() {
        Some(error) => error,
        // the framework's own refusals
        None if status == StatusCode::NOT_FOUND && is_plain => Error::not_found(page.path.clone()),
        None if status == StatusCode::BAD_REQUEST && is_plain => {
            Error::bad_request("the address has a part that cannot be read")
        }
        None => return response,
    };
    if page.wants_json {
        return error.json();
    }
    let mut response = (error.status(), Html(ErrorPage::new(page, &error))).into_response();
    error.retry(&mut response);
    response
}

fn harden(response: &mut Response) {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    );
    set(CACHE_CONTROL, "no-cache");
    let depends = HeaderValue::from_static("cookie, accept-language");
    headers.append(VARY, depends);
}
