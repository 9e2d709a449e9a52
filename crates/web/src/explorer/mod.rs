//! The explorer: blocks, transactions, search, accounts, contracts, witnesses, what is pending, and what happens now.
//!
//! ```text
//!   chain::Reader (blocks, transactions, rows of tables) ─┐
//!   index::Index (histories, prefixes, counters) ─────────┴─▶ record ─▶ said (words), changes, reasons ─▶ pages, .json
//! ```
//!
//! Every page is also there as `.json`, with the same data.
//!
//! **Invariant: nothing that looks like a private key is sent back or logged.** The search refuses it, in the browser
//! before it leaves, and on the server without repeating it.

mod answer;
mod block_page;
mod blocks_page;
mod changes;
mod old;
mod reasons;
mod record;
mod rows;
mod said;
mod transaction_page;
mod tree;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

/// The addresses of the explorer.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/blocks", get(blocks_page::page))
        .route("/blocks.json", get(blocks_page::page))
        .route("/block/{number}", get(block_page::page))
        .route("/block/main/{number}", get(block_page::by_main))
        .route("/tx/{id}", get(transaction_page::page))
        .merge(old::router())
}
