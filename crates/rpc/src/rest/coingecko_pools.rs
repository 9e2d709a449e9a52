//! The same for pools: an exchange of its own for trackers, whose pairs are those of its pools.

use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};
use tartan_index::{PoolListing, PoolQuery, Swap, SwapQuery};

use super::coingecko::{OfTrades, Traded, by_side};
use super::{Given, answer, params};
use crate::derived::{failed, index, read};
use crate::error::RpcError;
use crate::server::App;
use crate::service::Service;

/// Pools that are read at once.
const PAGE: i64 = 1_000;
/// Pools of one answer.
const MOST: usize = 10_000;

/// The pools that have something in them.
async fn filled(service: &Service) -> Result<Vec<PoolListing>, RpcError> {
    let mut filled: Vec<PoolListing> = Vec::new();
    let mut query = PoolQuery {
        limit: PAGE,
        ..PoolQuery::default()
    };
    loop {
        let page = index(service)?.pools(&query).await.map_err(failed)?;
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(0);
        query.offset += PAGE;
        filled.extend(page.into_iter().filter(|row| row.pool.price.is_positive()));
        if is_last || filled.len() >= MOST {
            return Ok(filled);
        }
    }
}

/// The id of a pool: `COOL_FINE`.
fn id(pool: &tartan_index::Pool) -> String {
    format!("{}_{}", pool.base, pool.quote)
}

/// `GET /api/coingecko/pools/pairs`
pub(super) async fn pairs(State(app): State<App>) -> Response {
    answer(all_pairs(&app.service).await)
}

async fn all_pairs(service: &Service) -> Result<Value, RpcError> {
    let pools = filled(service).await?.into_iter();
    let pair = |row: PoolListing| json!({ "ticker_id": id(&row.pool), "base": row.pool.base, "target": row.pool.quote, "pool_id": row.pool.pair });
    Ok(pools.map(pair).collect())
}

/// `GET /api/coingecko/pools/tickers`
pub(super) async fn tickers(State(app): State<App>) -> Response {
    answer(all_tickers(&app.service).await)
}

async fn all_tickers(service: &Service) -> Result<Value, RpcError> {
    let pools = filled(service).await?.into_iter();
    let ticker = |PoolListing { pool, ticker }: PoolListing| {
        let day = ticker.as_ref();
        json!({
            "ticker_id": id(&pool),
            "base_currency": pool.base,
            "target_currency": pool.quote,
            "pool_id": pool.pair,
            "last_price": pool.price,
            "base_volume": day.map_or_else(|| "0".to_owned(), |day| day.quantity.to_string()),
            "target_volume": day.map_or_else(|| "0".to_owned(), |day| day.volume.to_string()),
            "high": day.map_or(pool.price, |day| day.high),
            "low": day.map_or(pool.price, |day| day.low),
            "base_liquidity": pool.base_quantity,
            "target_liquidity": pool.quote_quantity,
        })
    };
    Ok(pools.map(ticker).collect())
}

/// `GET /api/coingecko/pools/historical_trades?ticker_id=COOL_FINE&type=buy&limit=…&start_time=…&end_time=…`
pub(super) async fn historical_trades(State(app): State<App>, Query(given): Given) -> Response {
    answer(trades(&app.service, params(given)).await)
}

async fn trades(service: &Service, params: Value) -> Result<Value, RpcError> {
    let asked: OfTrades = read(params)?;
    let Some((base, quote)) = asked.ticker_id.split_once('_') else {
        let found = &asked.ticker_id;
        return Err(RpcError::invalid_params(&format!(
            "expected a ticker_id such as BASE_QUOTE, found {found:?}"
        )));
    };
    let query = SwapQuery {
        pair: Some(format!("{base}:{quote}")),
        from: asked.start_time.map(|number| number.0),
        until: asked.end_time.map(|number| number.0),
        limit: asked.limit.0,
        ..SwapQuery::default()
    };
    let swaps = index(service)?.swaps(&query).await.map_err(failed)?;
    let wanted = |side: &str| asked.side.as_deref().is_none_or(|asked| asked == side);
    let traded = swaps.iter().map(|swap| traded(swap, base));
    let traded: Vec<_> = traded.filter(|traded| wanted(traded.side)).collect();
    Ok(by_side(&traded))
}

/// Who gets the base token has bought it.
fn traded<'a>(swap: &Swap, base: &str) -> Traded<'a> {
    let (side, base, target) = match swap.symbol_out == base {
        true => ("buy", swap.quantity_out, swap.quantity_in),
        false => ("sell", swap.quantity_in, swap.quantity_out),
    };
    Traded {
        id: swap.id,
        time: swap.time,
        side,
        price: swap.price,
        base,
        target,
    }
}
