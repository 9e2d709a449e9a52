use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::answer;
use super::found::{self, Found, Told};
use super::query::{self, Query, Wrong};
use super::search::{self, Found as Hits, Hit, Kind};
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::pager::Pager;
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
    /// A filter that is not understood.
    wrong: Option<Wrong>,
    /// How the question for transactions was understood; empty if none was asked.
    understood: Vec<String>,
    found: Found,
    pager: Pager,
    /// Where transactions with these words are looked for, if nothing was.
    as_words: Option<String>,
    json: String,
}

impl SearchPage {
    fn new(page: Page, text: String) -> SearchPage {
        SearchPage {
            pager: Pager::cursor(&page, None),
            json: json_address(&page),
            page,
            text,
            was_refused: false,
            groups: Vec::new(),
            wrong: None,
            understood: Vec::new(),
            found: Found::default(),
            as_words: None,
        }
    }

    fn filters(&self) -> [(&'static str, &'static str); 9] {
        query::FILTERS
    }

    /// Whether nothing was found.
    fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.found.rows.is_empty() && self.found.next.is_none()
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    q: String,
    /// It looked like a private key.
    refused: Option<String>,
    /// Transactions before this cursor.
    before: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// What has this name, or begins with it.
    hits: Vec<Hit>,
    /// How the question for transactions was understood, in words; nothing if none was asked.
    understood: Vec<String>,
    /// The newest first.
    transactions: Vec<Told>,
    /// What to ask for as `before` to go on.
    next: Option<i64>,
    /// The time, in seconds since 1970, back to which it was looked; nothing if to the beginning or to the next page.
    left_at: Option<i64>,
}

/// `GET /search?q=`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Typed>,
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
    let mut shown = SearchPage::new(page, text.clone());
    shown.was_refused = asked.refused.is_some();
    let query = match Query::parse(&text) {
        Ok(query) => query,
        Err(wrong) if answer::is_json(&shown.page) => return Err(wrong.error()),
        Err(wrong) => {
            shown.wrong = Some(wrong);
            return Ok((StatusCode::BAD_REQUEST, answer::html(shown)).into_response());
        }
    };
    let mut hits = Hits::default();
    if !query.is_for_transactions() {
        hits = search::find(&site, &text, MOST).await?;
    }
    // a text that names something is not looked for in transactions; where it names nothing, it is
    let is_asked = query.is_for_transactions() || (hits.exact.is_empty() && query.has_words());
    if is_asked && (query.is_for_transactions() || site.index().is_ok()) {
        shown.understood = query.understood(&shown.page);
        shown.found = found::transactions(&site, &shown.page, query.search(), asked.before).await?;
    }
    let Hits { exact, beginning } = hits;
    if answer::is_json(&shown.page) {
        return Ok(answer::json(&Answer {
            hits: exact.into_iter().chain(beginning).collect(),
            understood: shown.understood,
            transactions: shown.found.told,
            next: shown.found.next,
            left_at: shown.found.left_at,
        }));
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
    let quoted = format!("\"{}\"", query.text);
    let has_more = !is_asked && query.has_words() && site.index().is_ok();
    shown.as_words = has_more.then(|| links::search(&quoted));
    shown.groups = grouped(exact, beginning);
    let next = shown.found.next.map(|next| next.to_string());
    shown.pager = Pager::cursor(&shown.page, next);
    Ok(answer::html(shown))
}

/// The same page for programs.
fn json_address(page: &Page) -> String {
    format!("/search.json?{}", page.query)
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
    Asked(asked): Asked<Typed>,
) -> Result<Json<Vec<Suggestion>>, Response> {
    let refuse = |error: Error| error.json();
    if search::is_secret(&asked.q) {
        return Err(refuse(Error::bad_request(REFUSED)));
    }
    // who writes a filter looks for transactions
    if Query::parse(&asked.q).is_ok_and(|query| query.is_for_transactions()) {
        return Ok(Json(Vec::new()));
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
