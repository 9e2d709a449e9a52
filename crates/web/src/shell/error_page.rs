use askama::Template;

use crate::error::Error;
use crate::page::Page;
use crate::{format, links, ui};

/// What went wrong, and what to do next.
#[derive(Template)]
#[template(path = "shell/error.html")]
pub(crate) struct ErrorPage {
    page: Page,
    code: u16,
    title: String,
    advice: String,
    /// What the error says itself; empty where that is not for the user.
    detail: String,
}

impl ErrorPage {
    pub(crate) fn new(page: Page, error: &Error) -> ErrorPage {
        let key = error.key();
        let (title, advice) = (format!("error-{key}-title"), format!("error-{key}-advice"));
        let detail = match error {
            Error::NotFound(what) => what.clone(),
            Error::BadRequest(reason) | Error::Unavailable(reason) => reason.clone(),
            Error::Busy | Error::NoIndex | Error::Internal => String::new(),
        };
        ErrorPage {
            code: error.status().as_u16(),
            title: page.t(&title).to_string(),
            advice: page.t(&advice).to_string(),
            detail,
            page,
        }
    }
}
