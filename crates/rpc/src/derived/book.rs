//! The market's books as they are now, level by level.

use serde::Serialize;
use serde_json::json;
use tartan_chain::{FindRequest, Reader};
use tartan_index::Amount;
use tartan_state::Sort;

use crate::error::RpcError;
use crate::service::internal;

/// Orders of each book that are looked at.
const MOST_ORDERS: usize = 2_000;

/// What is offered and asked for, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Depth {
    /// The token.
    pub(crate) symbol: String,
    /// The latest block when this was read.
    pub(crate) block_number: Option<u64>,
    /// Who buys, at the highest price first.
    pub(crate) bids: Vec<Level>,
    /// Who sells, at the lowest price first.
    pub(crate) asks: Vec<Level>,
}

/// All orders at one price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Level {
    /// The price.
    pub(crate) price: Amount,
    /// Tokens.
    pub(crate) quantity: Amount,
    /// The same and all at better prices.
    pub(crate) total: Amount,
    /// How many orders.
    pub(crate) orders: usize,
}

impl Depth {
    /// Reads the books of a token: so many levels of each, of the best 2000 orders. Orders that have expired are not in
    /// there, whether the contract has swept them already or not.
    pub(crate) fn read(
        reader: &Reader,
        symbol: &str,
        levels: usize,
        now: i64,
    ) -> Result<Depth, RpcError> {
        let latest = reader.latest_block().map_err(|error| internal(&error))?;
        Ok(Depth {
            symbol: symbol.to_owned(),
            block_number: latest.map(|block| block.number),
            bids: side(reader, symbol, true, levels, now)?,
            asks: side(reader, symbol, false, levels, now)?,
        })
    }
}

fn side(
    reader: &Reader,
    symbol: &str,
    buys: bool,
    most: usize,
    now: i64,
) -> Result<Vec<Level>, RpcError> {
    let query = json!({ "symbol": symbol });
    let table = if buys { "buyBook" } else { "sellBook" };
    let mut request = FindRequest::new("market", table, &query);
    request.limit = MOST_ORDERS;
    request.sort = vec![Sort {
        index: "priceDec".to_owned(),
        descending: buys,
    }];
    let rows = reader.find(&request).map_err(|error| internal(&error))?;
    let mut levels: Vec<Level> = Vec::new();
    let mut total = Amount::ZERO;
    for row in rows.unwrap_or_default() {
        let amount = |field: &str| Amount::parse(row.get(field)?.as_str()?);
        let (Some(price), Some(quantity)) = (amount("price"), amount("quantity")) else {
            continue;
        };
        let expires = row.get("expiration").and_then(serde_json::Value::as_i64);
        if expires.is_some_and(|expires| expires <= now) {
            continue;
        }
        total = total.plus(quantity);
        let is_full = levels.len() == most;
        match levels.last_mut().filter(|level| level.price == price) {
            Some(level) => {
                level.quantity = level.quantity.plus(quantity);
                level.total = total;
                level.orders += 1;
            }
            None if is_full => break,
            None => levels.push(Level {
                price,
                quantity,
                total,
                orders: 1,
            }),
        }
    }
    Ok(levels)
}
