//! Signing: what the browser must know to sign, and the way of what it signed to the main chain.
//!
//! ```text
//!   browser: <t-action> ─▶ words ─▶ method (Keychain, link, key) ─▶ signed transaction
//!       │  ▲                                                              │
//!       │  └ GET /api/sign/reference, /account/<name>, /texts/<language>  │ POST /api/sign/broadcast ─▶ main-chain nodes
//!       └ GET /api/sign/status/<txid> ◀── chain::Reader ◀── main chain ◀──┘
//! ```
//!
//! In flow requests of this site's own pages; out flow a block to refer to, public keys, and what became of a transaction.
//! **Invariant: no private key comes here.** The keys of a demo's accounts, which are published, go out of here.
//!
//! # How a page lets something be signed
//!
//! It renders a form inside of `<t-action>`; nothing else is needed. The fields are the payload of the call:
//!
//! ```html
//! <t-action call="tokens.transfer" authority="active">
//!   <form>
//!     <input type="hidden" name="symbol" value="COOL">
//!     <div class="field"><label for="to">To</label> <input id="to" name="to" required data-check="account"></div>
//!     <div class="field"><label for="quantity">Amount</label>
//!       <input id="quantity" name="quantity" required inputmode="decimal" data-precision="3" data-max="12.500"></div>
//!     <button type="submit">Send</button>
//!     <t-status></t-status>
//!   </form>
//! </t-action>
//! ```
//!
//! The island asks who acts, checks the fields, says in words what will be signed, has it signed, and shows in `<t-status>`
//! how far it is, down to the contract's reason if it fails. The form keeps what was typed until the contract has done it.
//!
//! - `call`: `contract.action`; `main.transfer` is a transfer on the main chain (`to`, `quantity`, `symbol`, `memo`), and
//!   `main.vote` a vote (`author`, `permlink`, `weight`). A button of the form may have a `data-call` of its own.
//! - `authority`: `active` (whatever moves tokens) or `posting`.
//! - `account`: the only account that may do it, such as a token's issuer.
//! - `done`: what follows when the contract has done it: `reload`, `keep` (what was typed), an address; without it the form is
//!   emptied. Elements with an id and `data-refresh` are shown anew then.
//! - Fields: empty ones are left out unless they have `data-keep`; `config.tags[]` makes inner objects and lists; `data-type` is
//!   `text`, `number`, `boolean`, `json` or `list`; `data-local` fields are not sent. Checks: `data-check="account"` or
//!   `"memo"`, `data-not-self`, `data-precision`, `data-min`, `data-max`, `data-equals`.
//! - Scripts listen to `t-calls` to change what is signed (`event.detail.calls`, a list of `{contract, action, payload}`), and to
//!   `t-done`, `t-failed`. Without a form: `signCalls(calls, { authority })` of `frontend/src/signing/index.ts`, then
//!   `status.track(outcome.id)` of a `<t-status>`.
//!
//! What was typed and is not done, and what was sent and is under way, is there again when the page is loaded anew or another
//! site that signs sends the user back (`drafts.ts`); it stays in the tab.
//!
//! What is said of an action is the text `signing-words-<contract>-<action>` (`-burn` if it goes to `null`, `-self` if to
//! oneself, `-off` if it has a false `active`); its arguments are fields of the payload, and the rest is listed below it. A
//! new action needs only such a text. Errors of contracts: `frontend/src/signing/reasons.ts` and `signing-reason-…`.

mod account;
mod broadcast;
mod clients;
mod demo;
mod pages;
mod problem;
mod reference;
mod status;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use tokio::sync::Semaphore;

use crate::site::Site;
use crate::texts::{IslandTexts, Language};
use clients::Clients;
use problem::Problem;
use reference::LatestReference;

/// The largest transaction that is relayed, as JSON: a post of 64 KiB with what is around it.
const MOST_BYTES: usize = 128 << 10;
/// Requests that ask the main chain at the same time.
const UPSTREAM: usize = 32;

/// The addresses of signing.
pub(crate) fn router(site: &Site) -> Router<Site> {
    let clients = Clients::new(site.config().relays_per_minute);
    Router::new()
        .route("/login", get(pages::login))
        .route("/signed", get(pages::signed))
        .route("/api/sign/reference", get(reference::reference))
        .route("/api/sign/account/{name}", get(account::account))
        .route(
            "/api/sign/broadcast",
            post(broadcast::broadcast).layer(DefaultBodyLimit::max(MOST_BYTES)),
        )
        .route("/api/sign/status/{id}", get(status::status))
        .route("/api/sign/texts/{language}", get(texts))
        .route("/api/sign/demo", get(demo::accounts))
        .route("/api/sign/demo/{name}", get(demo::keys))
        .layer(Extension(Upstream(Arc::new(Semaphore::new(UPSTREAM)))))
        .layer(Extension(LatestReference::default()))
        .layer(Extension(clients))
}

/// Turns for asking the main chain: visitors must not drown its nodes.
#[derive(Clone)]
struct Upstream(Arc<Semaphore>);

impl Upstream {
    /// A turn, or the answer that there is none.
    fn turn(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        let turn = self.0.clone().try_acquire_owned();
        turn.map_err(|_| Problem::busy())
    }
}

/// The texts of signing in a language, by their keys without the area's name.
async fn texts(Path(language): Path<String>) -> Response {
    const PREFIX: &str = "signing-";
    let language = Language::parse(&language).unwrap_or_default();
    let texts: serde_json::Map<_, _> = IslandTexts::map(language, PREFIX)
        .into_iter()
        .map(|(key, text)| (key.strip_prefix(PREFIX).unwrap_or(&key).to_owned(), text))
        .collect();
    ([(CACHE_CONTROL, "public, max-age=300")], Json(texts)).into_response()
}
