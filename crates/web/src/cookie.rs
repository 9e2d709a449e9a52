//! The few cookies there are: the user's choices, all of them plain words.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Of a year.
const SECONDS: u32 = 31_536_000;

/// The value of a cookie.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The header that sets a cookie for a year.
pub(crate) fn set(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={SECONDS}; SameSite=Lax")
}
