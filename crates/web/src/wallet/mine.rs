use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use crate::html::Html;
use crate::page::Page;
use crate::{format, links, ui};

/// What is said to those who have not logged in.
#[derive(Template)]
#[template(path = "wallet/mine.html")]
struct MinePage {
    page: Page,
}

/// `GET /wallet`: the wallet of who looks.
pub(super) async fn wallet(page: Page) -> Response {
    go(page, "")
}

/// `GET /wallet/…`: a part of it.
pub(super) async fn inner(page: Page, Path(rest): Path<String>) -> Response {
    go(page, &rest)
}

fn go(page: Page, rest: &str) -> Response {
    let Some(account) = &page.account else {
        return Html(MinePage { page }).into_response();
    };
    let mut address = crate::links::wallet(account);
    for step in rest.split('/').filter(|step| !step.is_empty()) {
        address.push('/');
        address.push_str(&crate::links::part(step));
    }
    if !page.query.is_empty() {
        address.push('?');
        address.push_str(&page.query);
    }
    Redirect::to(&address).into_response()
}
