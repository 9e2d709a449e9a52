//! The foundation: the front page, errors, preferences, and a page that shows the components.

mod error_page;
mod home;
mod preferences;
mod style;

use axum::Router;
use axum::routing::{get, post};

use crate::error::Error;
use crate::page::Page;
use crate::site::Site;

pub(crate) use error_page::ErrorPage;

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/", get(home::home))
        .route("/style", get(style::style))
        .route("/preferences", post(preferences::set))
}

/// What no area has.
pub(crate) async fn not_found(page: Page) -> Error {
    Error::not_found(page.path)
}

#[cfg(test)]
mod tests;
