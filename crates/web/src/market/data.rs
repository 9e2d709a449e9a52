//! Rows of the chain that several pages of the market read.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tartan_chain::{FindRequest, Network, ReadError, Reader};
use tartan_decimal::Rounding;
use tartan_index::Amount;
use tartan_state::Sort;

use crate::format;
use crate::per_block::PerBlock;

/// Rows of one question.
const AT_ONCE: usize = 1_000;
/// Most rows that are read of a table.
const MOST: usize = 10_000;
/// Orders of a side of a book that are looked at.
const MOST_ORDERS: usize = 1_000;
/// Decimals of prices and of the base token.
pub(super) const PRICE_DECIMALS: u8 = 8;

/// What the market needs of a row of `tokens.tokens`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Token {
    pub(super) symbol: String,
    pub(super) name: String,
    pub(super) precision: u8,
}

/// A row of `market.metrics`, read as of a time: what has expired is nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric {
    pub(super) symbol: String,
    pub(super) volume: Amount,
    volume_expiration: i64,
    pub(super) last_price: Amount,
    pub(super) lowest_ask: Amount,
    pub(super) highest_bid: Amount,
    #[serde(default)]
    pub(super) price_change_percent: String,
    #[serde(default)]
    last_day_price_expiration: i64,
}

impl Metric {
    fn at(mut self, now: i64) -> Metric {
        if self.volume_expiration <= now {
            self.volume = Amount::ZERO;
        }
        if self.last_day_price_expiration <= now || self.price_change_percent.is_empty() {
            self.price_change_percent = "0.00".to_owned();
        }
        self
    }

    /// The ask above the bid, in percent of the ask; `None` unless there are both.
    pub(super) fn spread_percent(&self) -> Option<String> {
        spread_percent(self.highest_bid, self.lowest_ask)
    }
}

/// The difference of two prices in percent of the higher one, with 2 decimals, cut off.
pub(super) fn spread_percent(bid: Amount, ask: Amount) -> Option<String> {
    if !bid.is_positive() || !ask.is_positive() || bid > ask {
        return None;
    }
    let units = ask.minus(bid).units().checked_mul(10_000)? / ask.units();
    Some(format!("{}.{:02}", units / 100, units % 100))
}

/// An order that rests in a book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    pub(super) tx_id: String,
    pub(super) timestamp: i64,
    pub(super) account: String,
    pub(super) symbol: String,
    pub(super) quantity: Amount,
    pub(super) price: Amount,
    #[serde(default)]
    pub(super) tokens_locked: Option<Amount>,
    pub(super) expiration: i64,
}

impl Order {
    /// What it is worth at its price.
    pub(super) fn worth(&self) -> String {
        let worth = self.quantity.times(self.price, Rounding::Down);
        worth.unwrap_or(Amount::ZERO).to_string()
    }
}

/// A side of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Buy,
    Sell,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Side::Buy => "buy",
            Side::Sell => "sell",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Side::Buy => "buyBook",
            Side::Sell => "sellBook",
        }
    }
}

/// The token that prices are in.
pub(super) fn base(network: &Network) -> &str {
    match &network.contracts.market {
        Some(market) => &market.base,
        None => &network.tokens.pegged.symbol,
    }
}

/// The time of the latest block, in seconds since 1970.
pub(super) fn now(reader: &Reader) -> Result<i64, ReadError> {
    let latest = reader.latest_block()?;
    Ok(latest
        .and_then(|block| format::seconds(&block.timestamp))
        .unwrap_or(0))
}

/// Rows of a table that match, in order of `_id`, up to [`MOST`].
pub(super) fn rows<T: DeserializeOwned>(
    reader: &Reader,
    (contract, table): (&str, &str),
    query: &Value,
) -> Result<Vec<T>, ReadError> {
    let mut all = Vec::new();
    for offset in (0..MOST).step_by(AT_ONCE) {
        let request = FindRequest {
            limit: AT_ONCE,
            offset,
            ..FindRequest::new(contract, table, query)
        };
        let found = reader.find(&request)?.unwrap_or_default();
        let is_last = found.len() < AT_ONCE;
        // a table that a script of that name laid out in another way has nothing to show
        let read = found.into_iter().map(serde_json::from_value);
        all.extend(read.filter_map(Result::ok));
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// A token.
pub(super) fn token(reader: &Reader, symbol: &str) -> Result<Option<Token>, ReadError> {
    let row = reader.find_one("tokens", "tokens", &json!({ "symbol": symbol }))?;
    Ok(row.and_then(|row| serde_json::from_value(row).ok()))
}

/// The figures of all markets.
pub(super) fn metrics(reader: &Reader, now: i64) -> Result<Vec<Metric>, ReadError> {
    let all: Vec<Metric> = rows(reader, ("market", "metrics"), &json!({}))?;
    Ok(all.into_iter().map(|metric| metric.at(now)).collect())
}

/// The figures of a market, once anything was traded or ordered there.
pub(super) fn metric(reader: &Reader, symbol: &str, now: i64) -> Result<Option<Metric>, ReadError> {
    let row = reader.find_one("market", "metrics", &json!({ "symbol": symbol }))?;
    let metric: Option<Metric> = row.and_then(|row| serde_json::from_value(row).ok());
    Ok(metric.map(|metric| metric.at(now)))
}

/// The best orders of books: everybody who looks at a market asks for the same ones.
#[derive(Debug, Default)]
pub(crate) struct Orders(PerBlock<(String, Side), Arc<Vec<Order>>>);

impl Orders {
    /// Those of a side of a token's book, in the order in which they are matched. Those that have expired are left out,
    /// whether the contract has swept them already or not.
    pub(super) fn of(
        &self,
        reader: &Reader,
        side: Side,
        symbol: &str,
    ) -> Result<Arc<Vec<Order>>, ReadError> {
        let read = || {
            let read = orders(reader, side, symbol, now(reader)?)?;
            Ok::<_, ReadError>(Some(Arc::new(read)))
        };
        let known = self.0.get(reader, (symbol.to_owned(), side), read)?;
        Ok(known.unwrap_or_default())
    }
}

fn orders(reader: &Reader, side: Side, symbol: &str, now: i64) -> Result<Vec<Order>, ReadError> {
    let query = json!({ "symbol": symbol });
    let mut request = FindRequest::new("market", side.table(), &query);
    request.limit = MOST_ORDERS;
    request.sort = vec![Sort {
        index: "priceDec".to_owned(),
        descending: side == Side::Buy,
    }];
    let found = reader.find(&request)?.unwrap_or_default();
    let read = found.into_iter().map(serde_json::from_value::<Order>);
    let is_open = |order: &Order| order.expiration > now && order.price.is_positive();
    Ok(read.filter_map(Result::ok).filter(is_open).collect())
}

/// The open orders of an account, the latest first: of one token, or of all.
pub(super) fn orders_of(
    reader: &Reader,
    account: &str,
    symbol: Option<&str>,
    now: i64,
) -> Result<Vec<(Side, Order)>, ReadError> {
    let query = match symbol {
        Some(symbol) => json!({ "account": account, "symbol": symbol }),
        None => json!({ "account": account }),
    };
    let mut all = Vec::new();
    for side in [Side::Buy, Side::Sell] {
        let found: Vec<Order> = rows(reader, ("market", side.table()), &query)?;
        all.extend(found.into_iter().map(|order| (side, order)));
    }
    all.retain(|(_, order)| order.expiration > now);
    all.sort_by_key(|(_, order)| std::cmp::Reverse(order.timestamp));
    Ok(all)
}

/// What an account can spend of a token.
pub(super) fn balance(reader: &Reader, account: &str, symbol: &str) -> Result<Amount, ReadError> {
    #[derive(Deserialize)]
    struct Balance {
        balance: Amount,
    }
    let query = json!({ "account": account, "symbol": symbol });
    let row = reader.find_one("tokens", "balances", &query)?;
    let row: Option<Balance> = row.and_then(|row| serde_json::from_value(row).ok());
    Ok(row.map_or(Amount::ZERO, |row| row.balance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_have_expired_are_nothing() {
        let metric: Metric = serde_json::from_value(json!({
            "symbol": "COOL", "volume": "12.5", "volumeExpiration": 100, "lastPrice": "0.5",
            "lowestAsk": "0.6", "highestBid": "0.3", "priceChangePercent": "25.00%",
            "lastDayPriceExpiration": 200,
        }))
        .unwrap();
        let fresh = metric.clone().at(99);
        assert_eq!(
            (
                fresh.volume.to_string(),
                fresh.price_change_percent.as_str()
            ),
            ("12.5".to_owned(), "25.00%")
        );
        assert_eq!(metric.clone().at(100).volume, Amount::ZERO);
        assert_eq!(metric.clone().at(200).price_change_percent, "0.00");
        assert_eq!(metric.spread_percent().as_deref(), Some("50.00"));
    }

    #[test]
    fn a_spread_needs_both_sides() {
        let amount = |text: &str| Amount::parse(text).unwrap();
        assert_eq!(spread_percent(amount("0"), amount("1")), None);
        assert_eq!(spread_percent(amount("2"), amount("1")), None);
        assert_eq!(
            spread_percent(amount("0.999"), amount("1")).as_deref(),
            Some("0.10")
        );
    }
}
