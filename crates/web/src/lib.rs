//! Pages for people: wallet, token launch, market, explorer; rendered on the server, readable without JavaScript.
//!
//! ```text
//!   chain::Reader ─┐
//!   index::Index ──┼─▶ Site ─▶ handler of an area ─▶ template + texts ─▶ HTML ─▶ browser ─▶ islands (TypeScript)
//!   node's status ─┤                                                               │           │ signs; the server holds no keys
//!   rpc::Feed ─────┴─▶ /events (server-sent events) ───────────────────────────────┘◀──────────┘
//! ```
//!
//! In flow what the chain, the index and the node say, and requests of browsers; out flow pages, their assets and a
//! stream of what happens. Whatever changes the chain is an operation that the user signs in the browser.
//!
//! **Invariant: pages read nothing that an outside client could not read.**
//!
//! **Invariant: nothing but this origin.** The Content-Security-Policy allows no inline script or style and no other
//! host, and no page needs them.
//!
//! **Invariant: the workers never wait for the state.** Reads of the chain run on blocking threads, so many at a time
//! ([`Site::read`]); reads of the index are asynchronous.
//!
//! What users sign, and how a page lets them, is described in the module `signing`: render a form inside of `<t-action>`.
//!
//! # How to add an area
//!
//! 1. `src/<area>/mod.rs` with `pub(crate) fn router() -> Router<Site>`, merged in [`router`]; one file for each page, with
//!    its handler, its template's struct (which has a field `page: Page`) and its tests.
//! 2. `templates/<area>/<page>.html`, beginning with `{% extends "layout.html" %}`; blocks `title`, `main`, and, where
//!    islands have texts, `texts`. `{{ page.t("home-title") }}` is a text, `{{ page.t("home-lag-blocks").with("count", n) }}`
//!    one with arguments; `ui::…` are the components, `links::…` the addresses of what has a page. `templates/parts/`
//!    has those with a body as macros. `/style` shows all of them.
//! 3. `texts/en/<area>.ftl` and `texts/es/<area>.ftl`, and the same for a large part of an area; keys begin with the
//!    file's name. A test finds keys that are missing in a language, or that nothing uses.
//! 4. `frontend/src/<area>/<element-name>.island.ts` for what the browser does: a page loads the islands whose elements it
//!    has. `frontend/src/<area>/<area>.css` for what the design system (`frontend/src/styles/`) does not have: only the pages
//!    of a router that is merged as `area("<area>", …)` load it, so its classes may be called what they like. What two areas
//!    need belongs to the design system.
//! 5. Tests beside the page: `testing::TestSite` is a site over a chain in memory (`site.get("/tokens").await.shows(&[…])`,
//!    `testing::withstands(&site, &["/tokens/{}"])`). Journeys in a browser: `tests/pages/<area>.test.mjs`.
//! 6. A handler gives `Result<impl IntoResponse, Error>`. An [`Error`] becomes a page in the user's language, or JSON for
//!    programs.
//!
//! ```ignore
//! #[derive(Template)]
//! #[template(path = "tokens/list.html")]
//! struct TokensPage { page: Page, rows: Vec<Row>, pager: Pager }
//!
//! async fn list(State(site): State<Site>, page: Page, asked: Asked<ListQuery>) -> Result<Html<TokensPage>, Error> {
//!     let rows = site.read(move |reader| rows(reader, &asked)).await?;
//!     Ok(Html(TokensPage { page, rows, .. }))
//! }
//! ```

mod assets;
mod cookie;
mod csv;
mod dollars;
mod error;
mod events;
mod explorer;
mod extract;
pub mod format;
mod headers;
mod html;
pub mod links;
mod market;
mod operator;
mod page;
mod pager;
mod per_block;
mod public_nodes;
mod shell;
mod signing;
mod site;
mod telemetry;
#[cfg(test)]
mod testing;
mod texts;
mod tokens;
pub mod ui;
mod wallet;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn_with_state, map_request};
use tower_http::compression::CompressionLayer;

pub use csv::Csv;
pub use dollars::Dollars;
pub use error::Error;
pub use extract::{Asked, Format};
pub use html::Html;
pub use page::Page;
pub use pager::Pager;
pub use public_nodes::{Comparison, Divergence, PublicNode, PublicNodes, Standing};
pub use site::{DemoAccount, Head, Site, SiteConfig};
pub use texts::{Language, Message};

/// All pages, with their assets and the stream of events.
pub fn router(site: Site) -> Router {
    Router::new()
        .merge(shell::router())
        .merge(operator::router())
        .merge(signing::router(&site))
        .merge(area("wallet", wallet::router()))
        .merge(area("market", market::router()))
        .merge(area("tokens", tokens::router()))
        .merge(area("explorer", explorer::router()))
        .fallback(shell::not_found)
        .layer(from_fn_with_state(site.clone(), headers::finish))
        .layer(CompressionLayer::new())
        // what is compressed already, or must not be
        .merge(assets::router())
        .merge(events::router())
        .with_state(site)
}

/// The pages of an area: they load the area's style sheet besides that of all pages.
fn area(name: &'static str, pages: Router<Site>) -> Router<Site> {
    pages.route_layer(map_request(move |mut request: Request| async move {
        if let Some(page) = request.extensions_mut().get_mut::<Page>() {
            page.area = name;
        }
        request
    }))
}
