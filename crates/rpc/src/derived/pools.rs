//! Pools of two tokens, and what is swapped there.

use serde::Deserialize;
use serde_json::{Value, json};
use tartan_index::{PoolListing, PoolQuery, Swap, SwapQuery};

use super::params::{Limit, Number, read};
use super::{failed, index};
use crate::error::RpcError;
use crate::service::Service;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pools {
    pair: Option<String>,
    symbol: Option<String>,
    #[serde(default)]
    limit: Limit<100, 1000>,
    offset: Option<Number>,
}

/// `market.pools {pair?, symbol?, limit?, offset?}`: pools by their pairs, with what they hold and the last 24 hours.
pub(super) async fn pools(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Pools = read(params)?;
    let query = PoolQuery {
        pair: params.pair,
        symbol: params.symbol,
        limit: params.limit.0,
        offset: params.offset.map_or(0, |number| number.0),
    };
    let pools = index(service)?.pools(&query).await.map_err(failed)?;
    Ok(pools.iter().map(pool).collect())
}

/// A pool with the names that its contract has for them.
fn pool(listing: &PoolListing) -> Value {
    let pool = &listing.pool;
    let day = listing.ticker.as_ref().map(|ticker| {
        json!({
            "open": ticker.open,
            "high": ticker.high,
            "low": ticker.low,
            "changePercent": ticker.change_percent(),
            "baseVolume": ticker.quantity,
            "quoteVolume": ticker.volume,
            "swaps": ticker.trades,
        })
    });
    json!({
        "tokenPair": pool.pair,
        "base": pool.base,
        "quote": pool.quote,
        "creator": pool.creator,
        "created": pool.time,
        "baseQuantity": pool.base_quantity,
        "quoteQuantity": pool.quote_quantity,
        "price": pool.price,
        "baseVolume": pool.base_volume,
        "quoteVolume": pool.quote_volume,
        "swaps": pool.swaps,
        "lastTime": (pool.last_time > 0).then_some(pool.last_time),
        "day": day,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Swaps {
    pair: Option<String>,
    account: Option<String>,
    from: Option<Number>,
    to: Option<Number>,
    before: Option<Number>,
    #[serde(default)]
    limit: Limit<100, 1000>,
}

/// `market.swaps {pair?, account?, from?, to?, before?, limit?}`: swaps, the latest first.
pub(super) async fn swaps(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Swaps = read(params)?;
    let query = SwapQuery {
        pair: params.pair,
        account: params.account,
        from: params.from.map(|number| number.0),
        until: params.to.map(|number| number.0),
        before: params.before.map(|number| number.0),
        limit: params.limit.0,
    };
    let swaps = index(service)?.swaps(&query).await.map_err(failed)?;
    Ok(swaps.iter().map(swap).collect())
}

fn swap(swap: &Swap) -> Value {
    json!({
        "id": swap.id,
        "blockNumber": tartan_index::block_of(swap.id),
        "transactionId": swap.transaction_id,
        "timestamp": swap.time,
        "tokenPair": swap.pair,
        "account": swap.account,
        "symbolIn": swap.symbol_in,
        "quantityIn": swap.quantity_in,
        "symbolOut": swap.symbol_out,
        "quantityOut": swap.quantity_out,
        "price": swap.price,
        "poolPrice": swap.pool_price,
    })
}
