use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::answer;
use super::search::{self, Found, Hit, Kind};
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Of each kind.
const MOST: i64 = 20;
/// Of each kind, while typing.
const MOST_SUGGESTED: i64 = 4;

/// What was found.
#[derive(Template)]
#[template(path = "explorer/search.html")]
struct SearchPage {
    page: Page,
    text: String,
    was_refused: bool,
    groups: Vec<(Kind, Vec<Hit>)>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    q: String,
    /// It looked like a private key.
    refused: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    hits: Vec<Hit>,
}

/// `GET /search?q=`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    if search::is_secret(&asked.q) {
        if page.wants_json {
            return Err(Error::bad_request(REFUSED));
        }
        // out of the address bar, too
        return Ok(Redirect::to("/search?refused=key").into_response());
    }
    let text: String = asked.q.trim().to_owned();
    if text.len() > search::LONGEST {
        let longest = search::LONGEST;
        return Err(Error::bad_request(format!(
            "expected a text of up to {longest} bytes, found {}",
            text.len()
        )));
    }
    let Found { exact, beginning } = search::find(&site, &text, MOST).await?;
    if answer::is_json(&page) {
        let hits = exact.into_iter().chain(beginning).collect();
        return Ok(answer::json(&Answer { hits }));
    }
    if let ([only], []) = (exact.as_slice(), beginning.as_slice()) {
        return Ok(Redirect::to(&only.address).into_response());
    }
    // several exact ones are never guessed at; one is what was meant, whatever else begins with it
    if let [only] = exact.as_slice()
        && text.starts_with(['@', '$'])
    {
        return Ok(Redirect::to(&only.address).into_response());
    }
    Ok(answer::html(SearchPage {
        page,
        text,
        was_refused: asked.refused.is_some(),
        groups: grouped(exact, beginning),
    }))
}

/// What programs are told.
const REFUSED: &str = "this looks like a private key; never give it to anybody";

fn grouped(exact: Vec<Hit>, beginning: Vec<Hit>) -> Vec<(Kind, Vec<Hit>)> {
    let all: Vec<Hit> = exact.into_iter().chain(beginning).collect();
    let of_kind = |kind| {
        let hits: Vec<Hit> = all.iter().filter(|hit| hit.kind == kind).cloned().collect();
        (kind, hits)
    };
    let groups = Kind::ALL.into_iter().map(of_kind);
    groups.filter(|(_, hits)| !hits.is_empty()).collect()
}

/// A suggestion.
#[derive(Serialize)]
pub(super) struct Suggestion {
    /// What it is, in the user's language.
    kind: String,
    text: String,
    detail: String,
    address: String,
}

/// `GET /search/suggest?q=`: for who types.
pub(super) async fn suggest(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Query>,
) -> Result<Json<Vec<Suggestion>>, Response> {
    let refuse = |error: Error| error.json();
    if search::is_secret(&asked.q) {
        return Err(refuse(Error::bad_request(REFUSED)));
    }
    let found = search::find(&site, &asked.q, MOST_SUGGESTED)
        .await
        .map_err(refuse)?;
    let hits = found.exact.into_iter().chain(found.beginning);
    let suggestions = hits.take(8).map(|hit| Suggestion {
        kind: page.t(hit.kind.key()).to_string(),
        text: hit.text,
        detail: hit.detail,
        address: hit.address,
    });
    Ok(Json(suggestions.collect()))
}
