//! What happens, as it happens: `GET /events?topics=block,account:alice`.
//!
//! ```text
//!   event: block                          id: 41
//!   data: {"change":"committed","block":41,"hash":"…","timestamp":"…","refBlock":1041,"transactions":3,"virtual":1}
//!
//!   event: account:alice
//!   data: {"change":"committed","block":41,"transactions":["…"]}
//! ```
//!
//! Server-sent events: a browser connects anew by itself, says the last id that it has, and is told the blocks after it.
//! The name of an event is the topic that it is for, and its data begin with `change` (`committed`, or `reverted`: what came
//! with that block is void) and `block`.
//!
//! | topic | tells |
//! | --- | --- |
//! | `block` | each block: `hash`, `timestamp`, `refBlock`, numbers of `transactions` and `virtual` ones |
//! | `tx` | each block with transactions: `transactions`, with `id`, `sender`, `contract`, `action`, `virtual` and `error`, up to 100 of them; `more` counts the rest |
//! | `account:<name>` | blocks with transactions that it sent or that name it in an event: `transactions`, their ids |
//! | `token:<symbol>` | the same of a token |
//! | `contract:<name>` | the same of calls of a contract |
//! | `market:<symbol>` | `book`: orders were placed, filled or cancelled; and from the index `trades` and `ticker` |
//! | `sync` | how far the node is, at most once a second: `state`, `position`, `mainHead`, `lag` |
//!
//! `gap` means that something was missed: who shows anything reads it anew. A stream ends after an hour, and the browser
//! connects again.
//!
//! **Invariant: the chain never waits for a listener**, and there are only so many.

mod listener;
mod topic;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::error::Error;
use crate::extract::Asked;
use crate::site::Site;
use listener::Listener;
use topic::Topic;

/// Most topics of one listener.
const MOST_TOPICS: usize = 64;

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/events", get(events))
}

#[derive(Deserialize)]
struct Wanted {
    topics: String,
}

async fn events(
    State(site): State<Site>,
    headers: HeaderMap,
    asked: Result<Asked<Wanted>, Error>,
) -> Response {
    match listen(site, &headers, asked) {
        Ok(response) => response,
        Err(error) => error.json(),
    }
}

fn listen(
    site: Site,
    headers: &HeaderMap,
    asked: Result<Asked<Wanted>, Error>,
) -> Result<Response, Error> {
    let Asked(wanted) = asked?;
    let topics = wanted
        .topics
        .split(',')
        .take(MOST_TOPICS + 1)
        .map(Topic::parse)
        .collect::<Result<Vec<_>, _>>()?;
    if topics.len() > MOST_TOPICS {
        let reason = format!("expected at most {MOST_TOPICS} topics, found more");
        return Err(Error::BadRequest(reason));
    }
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let Ok(permit) = Arc::clone(site.listeners()).try_acquire_owned() else {
        return Err(Error::unavailable("too many pages listen at this moment"));
    };
    let body = Listener::start(site, topics, last, permit);
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    set(CONTENT_TYPE, "text/event-stream; charset=utf-8");
    set(CACHE_CONTROL, "no-store");
    set(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    // proxies that collect answers would keep the events back
    set(HeaderName::from_static("x-accel-buffering"), "no");
    Ok(response)
}

#[cfg(test)]
mod tests;
