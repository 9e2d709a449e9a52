//! Tokens: the list of them, a page for each, who holds it, and how one is made and looked after.
//!
//! ```text
//!   tartan-index (tickers, holders, trades) ─┐
//!   tokens.tokens, comments.rewardPools ─────┴─▶ /tokens, /tokens/SYMBOL, /tokens/SYMBOL/richlist
//!   tartan-rewards (emission, payout) ─▶ pool ─▶ /launch, /tokens/SYMBOL/manage ─▶ `<launch-calls>` ─▶ signing
//! ```
//!
//! A founder's answers stand in the address of the wizard, so that nothing is lost on the way and every step can be
//! gone back to. What is signed is put together on the server from these answers and from what the chain has already:
//! who stopped half-way goes on with what is missing.

mod facts;
mod launch;
mod list_page;
mod manage_page;
mod pool;
pub(crate) mod rewards;
mod rich_page;
mod simulate;
mod spread;
mod svg;
#[cfg(test)]
mod tests;
mod token_page;

use axum::Router;
use axum::routing::get;

use crate::links;
use crate::site::Site;

/// The addresses of tokens.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .merge(rewards::router())
        .route("/tokens", get(list_page::page))
        .route("/tokens/{symbol}", get(token_page::page))
        .route("/tokens/{symbol}/richlist", get(rich_page::page))
        .route("/tokens/{symbol}/richlist.csv", get(rich_page::csv))
        .route("/tokens/{symbol}/manage", get(manage_page::page))
        .route("/tokens/{symbol}/manage/pool", get(manage_page::pool))
        .route("/launch", get(launch::page))
}

/// The address of a part of a token's page.
fn part_of(symbol: &str, rest: &str) -> String {
    format!("{}/{rest}", links::token(symbol))
}
