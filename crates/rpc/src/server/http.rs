//! Routes.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Request, State, WebSocketUpgrade};
use axum::http::header::{ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use super::App;
use super::health::Health;
use crate::rest;
use crate::service::{Endpoint, Reply};
use crate::telemetry;
use crate::websocket;

/// What the main address serves: requests of programs, and pages for people if there are any.
pub(super) fn router(app: App, pages: Option<Router>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request());
    let front = match pages {
        Some(_) => post(combined),
        None => get(status).post(combined),
    };
    let programs = Router::new()
        .route("/", front)
        .route("/blockchain", post(blockchain))
        .route("/contracts", post(contracts))
        .route("/history", post(history))
        .route("/market", post(market))
        .merge(rest::router())
        .route("/ws", any(upgrade))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .layer(cors)
        .with_state(app.clone());
    match pages {
        // where both have a path, its OPTIONS and its 405 are those of the programs' side, which is merged last
        Some(pages) => pages
            .layer(from_fn_with_state(app, status_for_programs))
            .merge(programs),
        None => programs,
    }
}

/// `GET /` is the status, as on the reference node, unless the client is a browser.
async fn status_for_programs(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/" || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let wants_page = request.headers().get_all(ACCEPT).iter().any(|accepted| {
        accepted
            .to_str()
            .is_ok_and(|accepted| accepted.contains("text/html"))
    });
    let mut response = match wants_page {
        true => next.run(request).await,
        false => {
            let mut response = status(State(app)).await;
            let any = HeaderValue::from_static("*");
            response
                .headers_mut()
                .insert(ACCESS_CONTROL_ALLOW_ORIGIN, any);
            response
        }
    };
    let accept = HeaderValue::from_static("accept");
    response.headers_mut().append(VARY, accept);
    response
}

/// What the address for WebSockets serves: the same on every path.
pub(super) fn websocket_router(app: App) -> Router {
    Router::new().fallback(upgrade).with_state(app)
}

async fn combined(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    answer(&app, Endpoint::Combined, &headers, body).await
}

async fn blockchain(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    answer(&app, Endpoint::Blockchain, &headers, body).await
}

async fn contracts(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    answer(&app, Endpoint::Contracts, &headers, body).await
}

async fn history(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    answer(&app, Endpoint::History, &headers, body).await
}

async fn market(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    answer(&app, Endpoint::Market, &headers, body).await
}

/// Answers a body of JSON-RPC. (Protocol, f.1: 415 for another content type, 500 for what is not JSON, 204 when there
/// is nothing to answer, otherwise 200.)
async fn answer(app: &App, endpoint: Endpoint, headers: &HeaderMap, body: Body) -> Response {
    if !is_json(headers) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let limits = app.service.limits();
    let body = match tokio::time::timeout(limits.read_timeout, read(body, limits.max_request_bytes))
        .await
    {
        Ok(Ok(body)) => body,
        Ok(Err(reason)) => return unreadable(&reason),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    match app.service.answer(endpoint, &body).await {
        Reply::Json(text) => json(StatusCode::OK, text),
        Reply::Nothing => StatusCode::NO_CONTENT.into_response(),
        Reply::Malformed(reason) => unreadable(&reason),
    }
}

/// Whether a body is JSON, said in any way that clients say it.
fn is_json(headers: &HeaderMap) -> bool {
    const NAME: &[u8] = b"application/json";
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .windows(NAME.len())
            .any(|part| part.eq_ignore_ascii_case(NAME))
    })
}

async fn read(body: Body, limit: usize) -> Result<Bytes, String> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(format!("expected at most {limit} bytes, found more"))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn json(status: StatusCode, text: String) -> Response {
    (
        status,
        [(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        text,
    )
        .into_response()
}

/// The reference's answer to a body that it cannot read, and why.
fn unreadable(reason: &str) -> Response {
    let body = serde_json::json!({ "error": "Error processing requests", "reason": reason });
    json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
}

async fn status(State(app): State<App>) -> Response {
    match app.service.status() {
        Ok(text) => json(StatusCode::OK, text),
        Err(error) => {
            tracing::error!(%error, "cannot tell the status");
            let body = serde_json::json!({ "error": "Error generating status." });
            json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
        }
    }
}

async fn health(State(app): State<App>) -> Response {
    let health = Health::new(&app.service);
    let status = if health.is_healthy() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, axum::Json(health)).into_response()
}

async fn metrics() -> Response {
    let recorder = telemetry::recorder();
    recorder.run_upkeep();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    ([(CONTENT_TYPE, kind)], recorder.render()).into_response()
}

async fn upgrade(
    State(app): State<App>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Ok(permit) = Arc::clone(&app.websockets).try_acquire_owned() else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "too many WebSocket connections",
        )
            .into_response();
    };
    let most = app.service.limits().max_request_bytes;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .on_upgrade(move |socket| websocket::serve(app, socket, permit))
}
