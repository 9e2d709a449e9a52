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

mod account_page;
mod actions_page;
mod answer;
mod block_page;
mod blocks_page;
mod changes;
mod checkpoints_page;
mod contract_page;
mod contracts_page;
mod diff;
mod diff_page;
mod found;
mod interface;
mod live_page;
mod nodes_page;
mod old;
mod pending_page;
mod query;
mod reasons;
mod record;
mod rows;
mod said;
mod search;
mod search_page;
mod source;
mod stats;
mod table_page;
pub(crate) mod told;
mod transaction_page;
mod tree;
mod versions;
mod witnesses_page;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

pub(crate) use checkpoints_page::Checkpoints;
pub(crate) use nodes_page::agreeing;

/// The addresses of the explorer.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/blocks", get(blocks_page::page))
        .route("/blocks.json", get(blocks_page::page))
        .route("/block/{number}", get(block_page::page))
        .route("/block/main/{number}", get(block_page::by_main))
        .route("/@{account}", get(account_page::page))
        .route("/search", get(search_page::page))
        .route("/search.json", get(search_page::page))
        .route("/search/suggest", get(search_page::suggest))
        .route("/api/v1/search", get(search_page::page))
        .route("/tx/{id}", get(transaction_page::page))
        .route("/contracts", get(contracts_page::page))
        .route("/contracts.json", get(contracts_page::page))
        .route("/contract/{name}", get(contract_page::page))
        .route("/contract/{name}/table/{table}", get(table_page::page))
        .route("/contract/{name}/actions", get(actions_page::page))
        .route("/contract/{name}/actions.json", get(actions_page::page))
        .route("/contract/{name}/diff", get(diff_page::page))
        .route("/contract/{name}/diff.json", get(diff_page::page))
        .route("/contract/{name}/source", get(diff_page::source))
        .route("/witnesses", get(witnesses_page::page))
        .route("/witnesses.json", get(witnesses_page::page))
        .route("/witness/{name}", get(witnesses_page::one))
        .route("/pending", get(pending_page::page))
        .route("/pending.json", get(pending_page::page))
        .route("/stats", get(stats::page))
        .route("/stats.json", get(stats::page))
        .route("/stats.csv", get(stats::page))
        .route("/api/v1/stats", get(stats::page))
        .route("/checkpoints", get(checkpoints_page::page))
        .route("/checkpoints.json", get(checkpoints_page::page))
        .route("/nodes", get(nodes_page::page))
        .route("/nodes.json", get(nodes_page::page))
        .route("/live", get(live_page::page))
        .route("/live.json", get(live_page::page))
        .route("/live/rows", get(live_page::rows))
        .merge(old::router())
}
