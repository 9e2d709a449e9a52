use askama::Template;
use serde::Deserialize;

use super::status::is_id;
use crate::error::Error;
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
    /// Where the user came from.
    back: String,
}

/// What the other site puts into the address.
#[derive(Debug, Deserialize)]
pub(super) struct Returned {
    #[serde(default)]
    id: String,
    #[serde(default)]
    back: String,
}

/// `GET /signed?id=…&back=/…`
pub(super) async fn signed(
    page: Page,
    Asked(returned): Asked<Returned>,
) -> Result<Html<SignedPage>, Error> {
    let back = match is_own_path(&returned.back) {
        true => returned.back,
        false => "/".to_owned(),
    };
    let id = Some(returned.id).filter(|id| is_id(id));
    Ok(Html(SignedPage { page, id, back }))
}

/// A path of this site, and of no other: the address comes from outside.
fn is_own_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/@.-_?=&%".contains(&byte);
    path.starts_with('/') && !path.starts_with("//") && path.len() <= 200 && path.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_are_gone_back_to() {
        assert!(is_own_path("/@alice/wallet"));
        for foreign in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\"b",
            "wallet",
        ] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}
