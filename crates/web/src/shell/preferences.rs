use axum::Form;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::cookie;
use crate::error::Error;
use crate::page::{LANGUAGE, THEME, Theme};
use crate::texts::Language;

/// The form at the foot of each page.
#[derive(Deserialize)]
pub(super) struct Preferences {
    language: Option<String>,
    theme: Option<String>,
    /// Where to go on.
    back: Option<String>,
}

/// Keeps language and theme in cookies, and goes back.
pub(super) async fn set(Form(asked): Form<Preferences>) -> Result<Response, Error> {
    let mut headers = HeaderMap::new();
    let mut keep = |name: &str, value: &str| -> Result<(), Error> {
        let line = HeaderValue::try_from(cookie::set(name, value)).map_err(Error::internal)?;
        headers.append(SET_COOKIE, line);
        Ok(())
    };
    if let Some(code) = &asked.language {
        let language = Language::parse(code)
            .ok_or_else(|| Error::bad_request("expected en or es as language"))?;
        keep(LANGUAGE, language.code())?;
    }
    if let Some(code) = &asked.theme {
        let theme = Theme::parse(code)
            .ok_or_else(|| Error::bad_request("expected system, light or dark as theme"))?;
        keep(THEME, theme.code())?;
    }
    let back = asked.back.as_deref().filter(|back| is_local(back));
    let back = HeaderValue::try_from(back.unwrap_or("/"));
    headers.insert(LOCATION, back.unwrap_or(HeaderValue::from_static("/")));
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Whether an address leads to this site and nowhere else.
fn is_local(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for local in ["/", "/@alice?page=2", "/a//b"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\tx",
            "a",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
