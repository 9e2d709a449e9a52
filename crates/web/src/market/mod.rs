//! The market: pairs, the trading page, orders, pools and swaps.
//!
//! ```text
//!   market.metrics, buyBook, sellBook, tokens.* ─┐
//!   marketpools.pools, liquidityPositions ───────┼─▶ pages ─▶ <t-action> (see `signing`) ─▶ the member signs
//!   tartan-index: tickers, trades, bars, swaps ──┘     ▲
//!   /events?topics=market:SYMBOL ─▶ island asks for the part `live` of the page anew, as rendered here
//! ```
//!
//! In flow the books and pools as the chain has them, and what the index derived from their past; out flow pages that read
//! without JavaScript. Prices are amounts of the base token for one token, with 8 decimals; nothing here is a float but the
//! points of drawings.

mod book;
mod candles;
mod data;
mod drawing;
mod earnings;
mod list_page;
mod orders_page;
mod pool_page;
mod pools;
mod swap_page;
#[cfg(test)]
mod tests;
mod trade_page;

pub(crate) use data::Orders;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

/// The addresses of the market.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/markets", get(list_page::page))
        .route("/trade", get(trade_page::first))
        .route("/trade/{symbol}", get(trade_page::page))
        .route("/trade/{symbol}/candles.json", get(candles::candles))
        .route("/orders", get(orders_page::page))
        .route("/pools", get(pool_page::list))
        .route("/pools/{pair}", get(pool_page::page))
        .route("/swap", get(swap_page::page))
}
