use askama::Template;
use serde::Deserialize;

use super::status::is_id;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::{format, links, ui};

/// How to log in, for those whose browser runs no scripts, and for links.
#[derive(Template)]
#[template(path = "signing/login.html")]
pub(super) struct LoginPage {
    page: Page,
}

/// `GET /login`
pub(super) async fn login(page: Page) -> Html<LoginPage> {
    Html(LoginPage { page })
}

/// Where other sites send their users back to when they have signed.
#[derive(Template)]
#[template(path = "signing/signed.html")]
pub(super) struct SignedPage {
    page: Page,
    /// The transaction, if the other site told it.
    id: Option<String>,
}

/// What the other site puts into the address.
#[derive(Debug, Deserialize)]
pub(super) struct Returned {
    #[serde(default)]
    id: String,
}

/// `GET /signed?id=…`: the way back is in the browser (`frontend/src/signing/way-back.ts`), not in the address, which comes
/// from outside.
pub(super) async fn signed(page: Page, Asked(returned): Asked<Returned>) -> Html<SignedPage> {
    let id = Some(returned.id).filter(|id| is_id(id));
    Html(SignedPage { page, id })
}
