//! Prices, books, trades and orders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_chain::FindRequest;
use tartan_index::{Interval, Order, OrderQuery, Span, Ticker, Trade, TradeQuery};

use super::params::{Limit, Many, Number, read};
use super::{failed, index};
use crate::error::RpcError;
use crate::service::{Service, internal};

/// Rows of metrics that are looked at.
const MOST_METRICS: usize = 10_000;

/// A ticker with the best prices in the books.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote {
    #[serde(flatten)]
    pub(crate) ticker: Ticker,
    pub(crate) change_percent: String,
    pub(crate) highest_bid: String,
    pub(crate) lowest_ask: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The tickers of one token, or of all that were ever traded. The 24 hours end with the latest block.
pub(crate) async fn quotes(
    service: &Service,
    symbol: Option<&str>,
) -> Result<Vec<Quote>, RpcError> {
    let index = index(service)?;
    let position = index.position().await.map_err(failed)?;
    let now = position.map_or(0, |position| position.time);
    let tickers = index.tickers(symbol, now).await.map_err(failed)?;
    let best = best_prices(service, symbol).await?;
    let quote = |ticker: Ticker| {
        let best = best.get(&ticker.symbol).cloned();
        let (highest_bid, lowest_ask) = best.unwrap_or_else(|| ("0".to_owned(), "0".to_owned()));
        Quote {
            change_percent: ticker.change_percent(),
            ticker,
            highest_bid,
            lowest_ask,
        }
    };
    Ok(tickers.into_iter().map(quote).collect())
}

/// The highest bid and the lowest ask of tokens, as the contract keeps them.
async fn best_prices(
    service: &Service,
    symbol: Option<&str>,
) -> Result<BTreeMap<String, (String, String)>, RpcError> {
    let query = match symbol {
        Some(symbol) => json!({ "symbol": symbol }),
        None => json!({}),
    };
    let rows = service
        .read(move |reader| {
            let mut request = FindRequest::new("market", "metrics", &query);
            request.limit = MOST_METRICS;
            reader.find(&request).map_err(|error| internal(&error))
        })
        .await?;
    let best = rows.unwrap_or_default().into_iter().filter_map(|row| {
        let text = |field: &str| row.get(field)?.as_str().map(str::to_owned);
        Some((text("symbol")?, (text("highestBid")?, text("lowestAsk")?)))
    });
    Ok(best.collect())
}

/// `market.markets {}`: the tokens that were ever traded.
pub(super) async fn markets(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Nothing {} = read(params)?;
    let markets = index(service)?.markets().await.map_err(failed)?;
    let base = &service.reader().network().tokens.pegged.symbol;
    let rows = markets.into_iter().map(|market| {
        json!({
            "symbol": market.symbol,
            "base": base,
            "lastPrice": market.last_price,
            "lastSide": market.last_side,
            "lastTime": market.last_time,
            "firstTime": market.first_time,
            "trades": market.trades,
        })
    });
    Ok(rows.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfSymbol {
    symbol: String,
}

/// `market.ticker {symbol}`: what a token did in 24 hours; null if it was never traded.
pub(super) async fn ticker(service: &Service, params: Value) -> Result<Value, RpcError> {
    let OfSymbol { symbol } = read(params)?;
    let quotes = quotes(service, Some(&symbol)).await?;
    Ok(json!(quotes.first()))
}

/// `market.tickers {}`: the same of all tokens.
pub(super) async fn tickers(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Nothing {} = read(params)?;
    Ok(json!(quotes(service, None).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sparklines {
    #[serde(default)]
    symbols: Many,
}

/// `market.sparklines {symbols?}`: the last price of each of the last 24 hours, of these tokens and pools or of all that
/// were traded then.
pub(super) async fn sparklines(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Sparklines { symbols } = read(params)?;
    let index = index(service)?;
    let position = index.position().await.map_err(failed)?;
    let now = position.map_or(0, |position| position.time);
    let lines = index.sparklines(&symbols.0, now, Span::Day).await;
    let lines = lines.map_err(failed)?;
    Ok(json!(lines))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Candles {
    symbol: String,
    interval: Option<String>,
    from: Option<Number>,
    to: Option<Number>,
    #[serde(default)]
    limit: Limit<500, 5000>,
}

/// `market.candles {symbol, interval?, from?, to?, limit?}`: the last bars that begin in a span of time, oldest first.
pub(super) async fn candles(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Candles = read(params)?;
    let name = params.interval.as_deref().unwrap_or("1h");
    let interval = Interval::parse(name).ok_or_else(|| {
        let known: Vec<_> = Interval::ALL.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        RpcError::invalid_params(&format!("expected an interval ({known}), found {name:?}"))
    })?;
    let from = params.from.map_or(0, |number| number.0);
    let to = params.to.map_or(i64::from(u32::MAX), |number| number.0);
    let bars = index(service)?
        .bars(&params.symbol, interval, (from, to), params.limit.0)
        .await
        .map_err(failed)?;
    Ok(json!(bars))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfBook {
    symbol: String,
    #[serde(default)]
    levels: Limit<100, 500>,
}

/// `market.depth {symbol, levels?}`: what is asked for and offered now, by price.
pub(super) async fn depth(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: OfBook = read(params)?;
    let levels = usize::try_from(params.levels.0).unwrap_or(1);
    let depth = service.depth(params.symbol, levels).await?;
    Ok(json!(depth))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trades {
    symbol: Option<String>,
    account: Option<String>,
    side: Option<String>,
    from: Option<Number>,
    to: Option<Number>,
    before: Option<Number>,
    #[serde(default)]
    limit: Limit<100, 1000>,
}

/// `market.trades {symbol?, account?, side?, from?, to?, before?, limit?}`: trades, the latest first.
pub(super) async fn trades(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Trades = read(params)?;
    if let Some(side) = params
        .side
        .as_deref()
        .filter(|side| !["buy", "sell"].contains(side))
    {
        let reason = format!("expected buy or sell as side, found {side:?}");
        return Err(RpcError::invalid_params(&reason));
    }
    let query = TradeQuery {
        symbol: params.symbol,
        account: params.account,
        side: params.side,
        from: params.from.map(|number| number.0),
        until: params.to.map(|number| number.0),
        before: params.before.map(|number| number.0),
        limit: params.limit.0,
    };
    let trades = index(service)?.trades(&query).await.map_err(failed)?;
    Ok(trades.iter().map(trade).collect())
}

/// A trade as clients see it.
pub(crate) fn trade(trade: &Trade) -> Value {
    json!({
        "id": trade.id,
        "blockNumber": tartan_index::block_of(trade.id),
        "transactionId": trade.transaction_id,
        "timestamp": trade.time,
        "symbol": trade.symbol,
        "type": trade.side,
        "buyer": trade.buyer,
        "seller": trade.seller,
        "quantity": trade.quantity,
        "price": trade.price,
        "volume": trade.volume,
        "buyTxId": trade.buy_order,
        "sellTxId": trade.sell_order,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Orders {
    account: String,
    symbol: Option<String>,
    before: Option<Number>,
    #[serde(default)]
    limit: Limit<200, 1000>,
}

/// `market.orders` and `market.orderHistory {account, symbol?, before?, limit?}`: the orders of an account that are in the
/// books, or all it ever put there, the latest first.
pub(super) async fn orders(
    service: &Service,
    params: Value,
    only_open: bool,
) -> Result<Value, RpcError> {
    let params: Orders = read(params)?;
    let query = OrderQuery {
        account: params.account,
        symbol: params.symbol,
        open: only_open.then_some(true),
        before: params.before.map(|number| number.0),
        limit: params.limit.0,
    };
    let orders = index(service)?.orders(&query).await.map_err(failed)?;
    Ok(orders.into_iter().map(order).collect())
}

fn order(order: Order) -> Value {
    json!({
        "id": order.id,
        "txId": order.order_id,
        "account": order.account,
        "symbol": order.symbol,
        "type": order.side,
        "price": order.price,
        "quantity": order.quantity,
        "remaining": order.remaining,
        "tokensLocked": order.locked,
        "volume": order.volume,
        "timestamp": order.time,
        "expiration": order.expires,
        "status": order.status,
        "closed": (order.closed > 0).then_some(order.closed),
    })
}
