use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::answer;
use super::diff::{self, Diff};
use super::versions::{self, Version};
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// What two versions of a contract differ in.
#[derive(Template)]
#[template(path = "explorer/diff.html")]
struct DiffPage {
    page: Page,
    contract: String,
    versions: Vec<Version>,
    from: Version,
    to: Version,
    diff: Diff,
    json: String,
}

impl DiffPage {
    fn compared(&self) -> [&Version; 2] {
        [&self.from, &self.to]
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    from: Option<usize>,
    to: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    version: Option<usize>,
}

#[derive(Serialize)]
struct Answer<'a> {
    contract: &'a str,
    from: &'a Version,
    to: &'a Version,
    #[serde(flatten)]
    diff: &'a Diff,
}

/// A version, by its number.
fn version(versions: &[Version], number: usize, contract: &str) -> Result<Version, Error> {
    let found = number.checked_sub(1).and_then(|place| versions.get(place));
    let missing = || {
        let count = versions.len();
        Error::not_found(format!(
            "version {number} of the contract {contract:.60}, which has {count} of them"
        ))
    };
    found.cloned().ok_or_else(missing)
}

/// `GET /contract/<name>/diff?from=&to=`: the last two versions, if nothing is said.
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(contract): Path<String>,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let versions = versions::of(&site, &contract).await?;
    let to = asked.to.unwrap_or(versions.len());
    let from = asked.from.unwrap_or(to.saturating_sub(1).max(1));
    let (from, to) = (
        version(&versions, from, &contract)?,
        version(&versions, to, &contract)?,
    );
    let (before, after) = (from.source(&site).await?, to.source(&site).await?);
    // long sources take a while
    let diff = tokio::task::spawn_blocking(move || diff::of(&before, &after));
    let diff = diff.await.map_err(Error::internal)?;
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            contract: &contract,
            from: &from,
            to: &to,
            diff: &diff,
        }));
    }
    Ok(answer::html(DiffPage {
        json: answer::json_address(&page),
        page,
        contract,
        versions,
        from,
        to,
        diff,
    }))
}

/// `GET /contract/<name>/source?version=`: as a plain text; the last one, if nothing is said.
pub(super) async fn source(
    State(site): State<Site>,
    Path(contract): Path<String>,
    Asked(asked): Asked<Which>,
) -> Result<Response, Error> {
    let versions = versions::of(&site, &contract).await?;
    let number = asked.version.unwrap_or(versions.len());
    let source = version(&versions, number, &contract)?.source(&site).await?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let anyone = HeaderValue::from_static("*");
    let headers = [(CONTENT_TYPE, kind), (ACCESS_CONTROL_ALLOW_ORIGIN, anyone)];
    Ok((headers, source).into_response())
}
