//! How this node does, for who runs it and for who relies on it: all of it is in `/health` and `/metrics` too.

mod page;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/operator", get(page::operator))
}
