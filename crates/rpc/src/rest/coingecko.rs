//! Prices for portfolio trackers, in the form that CoinGecko asks of exchanges.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_index::{Amount, Trade, TradeQuery};

use super::{Given, answer, params};
use crate::derived::{self, Level, Limit, Number, failed, index, read};
use crate::error::RpcError;
use crate::server::App;
use crate::service::Service;

fn base(service: &Service) -> &str {
    &service.reader().network().tokens.pegged.symbol
}

/// The token of `COOL_STEEMP`.
fn token(service: &Service, ticker_id: &str) -> Result<String, RpcError> {
    let end = format!("_{}", base(service));
    ticker_id
        .strip_suffix(&end)
        .map(str::to_owned)
        .ok_or_else(|| {
            let reason = format!("expected a ticker_id such as TOKEN{end}, found {ticker_id:?}");
            RpcError::invalid_params(&reason)
        })
}

/// `GET /api/coingecko/pairs`
pub(super) async fn pairs(State(app): State<App>) -> Response {
    answer(all_pairs(&app.service).await)
}

async fn all_pairs(service: &Service) -> Result<Value, RpcError> {
    let base = base(service);
    let markets = index(service)?.markets().await.map_err(failed)?;
    let pair = |symbol: String| json!({ "ticker_id": format!("{symbol}_{base}"), "base": symbol, "target": base });
    Ok(markets
        .into_iter()
        .map(|market| pair(market.symbol))
        .collect())
}

/// `GET /api/coingecko/tickers`
pub(super) async fn tickers(State(app): State<App>) -> Response {
    answer(all_tickers(&app.service).await)
}

async fn all_tickers(service: &Service) -> Result<Value, RpcError> {
    let base = base(service);
    let quotes = derived::quotes(service, None).await?;
    let ticker = |quote: derived::Quote| {
        let ticker = quote.ticker;
        json!({
            "ticker_id": format!("{}_{base}", ticker.symbol),
            "base_currency": ticker.symbol,
            "target_currency": base,
            "last_price": ticker.last,
            "base_volume": ticker.quantity,
            "target_volume": ticker.volume,
            "bid": quote.highest_bid,
            "ask": quote.lowest_ask,
            "high": ticker.high,
            "low": ticker.low,
        })
    };
    Ok(quotes.into_iter().map(ticker).collect())
}

#[derive(Deserialize)]
struct OfBook {
    ticker_id: String,
    depth: Option<Number>,
}

/// `GET /api/coingecko/orderbook?ticker_id=COOL_STEEMP&depth=100`: `depth` levels, half of them on each side; 0 for all.
pub(super) async fn orderbook(State(app): State<App>, Query(given): Given) -> Response {
    answer(book(&app.service, params(given)).await)
}

async fn book(service: &Service, params: Value) -> Result<Value, RpcError> {
    let asked: OfBook = read(params)?;
    let levels = match asked.depth.map_or(0, |number| number.0) {
        ..=0 => 500,
        depth => usize::try_from(depth / 2).unwrap_or(1).clamp(1, 500),
    };
    let depth = service
        .depth(token(service, &asked.ticker_id)?, levels)
        .await?;
    let side = |levels: &[Level]| -> Value {
        let pair = |level: &Level| json!([level.price, level.quantity]);
        levels.iter().map(pair).collect()
    };
    let position = index(service)?.position().await.map_err(failed)?;
    Ok(json!({
        "ticker_id": asked.ticker_id,
        "timestamp": position.map_or(0, |position| position.time) * 1000,
        "bids": side(&depth.bids),
        "asks": side(&depth.asks),
    }))
}

/// Which trades, or swaps.
#[derive(Deserialize)]
pub(super) struct OfTrades {
    pub(super) ticker_id: String,
    #[serde(rename = "type")]
    pub(super) side: Option<String>,
    #[serde(default)]
    pub(super) limit: Limit<500, 1000>,
    pub(super) start_time: Option<Number>,
    pub(super) end_time: Option<Number>,
}

/// A trade, or a swap, as trackers see it: so many base tokens were bought or sold for so many of the target's.
pub(super) struct Traded<'a> {
    pub(super) id: i64,
    pub(super) time: i64,
    pub(super) side: &'a str,
    pub(super) price: Amount,
    pub(super) base: Amount,
    pub(super) target: Amount,
}

/// Those that bought, and those that sold.
pub(super) fn by_side(trades: &[Traded<'_>]) -> Value {
    let of_side = |side: &str| -> Value {
        let trades = trades.iter().filter(|trade| trade.side == side);
        trades.map(Traded::shown).collect()
    };
    json!({ "buy": of_side("buy"), "sell": of_side("sell") })
}

impl Traded<'_> {
    fn shown(&self) -> Value {
        json!({
            "trade_id": self.id,
            "price": self.price,
            "base_volume": self.base,
            "target_volume": self.target,
            "trade_timestamp": self.time * 1000,
            "type": self.side,
        })
    }
}

/// `GET /api/coingecko/historical_trades?ticker_id=COOL_STEEMP&type=buy&limit=…&start_time=…&end_time=…`
pub(super) async fn historical_trades(State(app): State<App>, Query(given): Given) -> Response {
    answer(trades(&app.service, params(given)).await)
}

async fn trades(service: &Service, params: Value) -> Result<Value, RpcError> {
    let asked: OfTrades = read(params)?;
    let query = TradeQuery {
        symbol: Some(token(service, &asked.ticker_id)?),
        side: asked.side.clone(),
        from: asked.start_time.map(|number| number.0),
        until: asked.end_time.map(|number| number.0),
        limit: asked.limit.0,
        ..TradeQuery::default()
    };
    let trades = index(service)?.trades(&query).await.map_err(failed)?;
    let traded: Vec<_> = trades.iter().map(traded).collect();
    Ok(by_side(&traded))
}

fn traded(trade: &Trade) -> Traded<'_> {
    Traded {
        id: trade.id,
        time: trade.time,
        side: &trade.side,
        price: trade.price,
        base: trade.quantity,
        target: trade.volume,
    }
}
