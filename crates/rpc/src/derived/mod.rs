//! The methods that are answered from the index: `market.…` and `history.…`.
//!
//! ```text
//!   JSON-RPC ─▶ params (checked) ─▶ Index (SQL), the market's books (Reader) ─▶ JSON
//!   REST     ─▶┘
//! ```
//!
//! Amounts and prices are decimal texts, times are seconds since 1970. Unlike the methods of the reference node, these
//! refuse parameters that they do not know.

mod book;
mod history;
mod lists;
mod market;
mod params;
mod pools;

use std::time::Instant;

use serde_json::Value;
use tartan_index::{Index, IndexError};

use crate::error::RpcError;
use crate::service::{Endpoint, Service, internal};

pub(crate) use book::{Depth, Level};
pub(crate) use history::{account_history, check_direction, market_history};
pub(crate) use market::{Quote, quotes, trade};
pub(crate) use params::{Flag, Limit, Many, Number, read};

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Status,
    AccountHistory,
    MarketHistory,
    Transactions,
    Holders,
    Holdings,
    Markets,
    Ticker,
    Tickers,
    Candles,
    Depth,
    Trades,
    Orders,
    OrderHistory,
    Sparklines,
    Pools,
    Swaps,
    Tokens,
    RichList,
    Rank,
    Search,
    Account,
    Contracts,
    Counters,
    Activity,
}

const HISTORY: &[(&str, Method)] = &[
    ("status", Method::Status),
    ("accountHistory", Method::AccountHistory),
    ("marketHistory", Method::MarketHistory),
    ("transactions", Method::Transactions),
    ("holders", Method::Holders),
    ("holdings", Method::Holdings),
    ("tokens", Method::Tokens),
    ("richList", Method::RichList),
    ("rank", Method::Rank),
    ("search", Method::Search),
    ("account", Method::Account),
    ("contracts", Method::Contracts),
    ("counters", Method::Counters),
    ("activity", Method::Activity),
];

const MARKET: &[(&str, Method)] = &[
    ("markets", Method::Markets),
    ("ticker", Method::Ticker),
    ("tickers", Method::Tickers),
    ("candles", Method::Candles),
    ("depth", Method::Depth),
    ("trades", Method::Trades),
    ("orders", Method::Orders),
    ("orderHistory", Method::OrderHistory),
    ("sparklines", Method::Sparklines),
    ("pools", Method::Pools),
    ("swaps", Method::Swaps),
];

impl Method {
    /// The method that a name means at an endpoint, with its full name.
    pub(crate) fn resolve(endpoint: Endpoint, name: &str) -> Option<(Method, String)> {
        let (group, name) = match endpoint {
            Endpoint::Combined => name.split_once('.')?,
            Endpoint::History => ("history", name),
            Endpoint::Market => ("market", name),
            Endpoint::Blockchain | Endpoint::Contracts => return None,
        };
        let methods = match group {
            "history" => HISTORY,
            "market" => MARKET,
            _ => return None,
        };
        let found = methods.iter().find(|(known, _)| *known == name)?;
        Some((found.1, format!("{group}.{name}")))
    }
}

/// Calls a method and counts it.
pub(crate) async fn call(
    service: &Service,
    (method, name): (Method, String),
    params: Option<Value>,
) -> Result<String, RpcError> {
    let started = Instant::now();
    let result = answer(service, method, &name, params).await;
    metrics::counter!("tartan_rpc_requests_total", "method" => name.clone()).increment(1);
    metrics::histogram!("tartan_rpc_request_seconds", "method" => name)
        .record(started.elapsed().as_secs_f64());
    if let Err(error) = &result {
        service.telemetry().failed(error.code);
    }
    Ok(result?.to_string())
}

async fn answer(
    service: &Service,
    method: Method,
    name: &str,
    params: Option<Value>,
) -> Result<Value, RpcError> {
    if service.config().disabled_methods.contains(name) {
        return Err(RpcError::bad(format!("method {name} is disabled")));
    }
    let params = params.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    match method {
        Method::Status => history::status(service, params).await,
        Method::AccountHistory => account_history(service, params).await,
        Method::MarketHistory => market_history(service, params).await,
        Method::Transactions => history::transactions(service, params).await,
        Method::Holders => history::holders(service, params).await,
        Method::Holdings => history::holdings(service, params).await,
        Method::Markets => market::markets(service, params).await,
        Method::Ticker => market::ticker(service, params).await,
        Method::Tickers => market::tickers(service, params).await,
        Method::Candles => market::candles(service, params).await,
        Method::Depth => market::depth(service, params).await,
        Method::Trades => market::trades(service, params).await,
        Method::Orders => market::orders(service, params, true).await,
        Method::OrderHistory => market::orders(service, params, false).await,
        Method::Sparklines => market::sparklines(service, params).await,
        Method::Pools => pools::pools(service, params).await,
        Method::Swaps => pools::swaps(service, params).await,
        Method::Tokens => lists::tokens(service, params).await,
        Method::RichList => lists::rich_list(service, params).await,
        Method::Rank => lists::rank(service, params).await,
        Method::Search => lists::search(service, params).await,
        Method::Account => lists::account(service, params).await,
        Method::Contracts => lists::contracts(service, params).await,
        Method::Counters => lists::counters(service, params).await,
        Method::Activity => lists::activity(service, params).await,
    }
}

/// The index, or why there is none.
pub(crate) fn index(service: &Service) -> Result<&Index, RpcError> {
    let missing = "this node keeps no index; ask one that does, or start it without --no-index";
    service.index().ok_or_else(|| RpcError::bad(missing))
}

/// What a client is told when the index fails.
pub(crate) fn failed(error: IndexError) -> RpcError {
    match error {
        IndexError::Question(reason) => RpcError::invalid_params(&reason),
        error => internal(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_the_endpoint() {
        let resolve = |endpoint, name| Method::resolve(endpoint, name).map(|(method, _)| method);
        let ticker = Some(Method::Ticker);
        assert_eq!(resolve(Endpoint::Combined, "market.ticker"), ticker);
        assert_eq!(resolve(Endpoint::Market, "ticker"), ticker);
        assert_eq!(resolve(Endpoint::Market, "market.ticker"), None);
        assert_eq!(resolve(Endpoint::Combined, "history.ticker"), None);
        assert_eq!(resolve(Endpoint::Contracts, "ticker"), None);
        let holders = Some(Method::Holders);
        assert_eq!(resolve(Endpoint::History, "holders"), holders);
    }
}
