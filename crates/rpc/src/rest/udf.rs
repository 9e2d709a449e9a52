//! Charts: the Universal Data Feed that the widespread charting library asks for.

use std::time::SystemTime;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_index::{Bar, Interval};

use super::{Given, json_response, params};
use crate::derived::{self, Limit, Number, read};
use crate::error::RpcError;
use crate::server::App;
use crate::service::Service;

/// The names of the intervals in this protocol, and ours.
const RESOLUTIONS: [(&str, &str); 9] = [
    ("1", "1m"),
    ("5", "5m"),
    ("15", "15m"),
    ("30", "30m"),
    ("60", "1h"),
    ("240", "4h"),
    ("1D", "1d"),
    ("1W", "1w"),
    ("1M", "1M"),
];

fn resolutions() -> Vec<&'static str> {
    RESOLUTIONS.iter().map(|(name, _)| *name).collect()
}

/// The interval of a resolution; days, weeks and months may come without a number.
fn interval(resolution: &str) -> Option<Interval> {
    let with_number = format!("1{resolution}");
    let found = RESOLUTIONS
        .iter()
        .find(|(name, _)| *name == resolution || (*name == with_number && name.len() == 2));
    found
        .filter(|_| !resolution.is_empty())
        .and_then(|(_, ours)| Interval::parse(ours))
}

/// Errors of this protocol come with the status 200.
fn answer(result: Result<Value, RpcError>) -> Response {
    let value = result.unwrap_or_else(|error| json!({ "s": "error", "errmsg": error.message }));
    json_response(StatusCode::OK, &value)
}

/// `GET /udf/config`
pub(super) async fn config(State(app): State<App>) -> Response {
    let name = &app.service.reader().network().name;
    answer(Ok(json!({
        "supported_resolutions": resolutions(),
        "supports_group_request": false,
        "supports_marks": false,
        "supports_search": true,
        "supports_timescale_marks": false,
        "supports_time": true,
        "exchanges": [{ "value": name, "name": name, "desc": name }],
        "symbols_types": [{ "name": "crypto", "value": "crypto" }],
    })))
}

/// `GET /udf/time`: the clock of the server, in seconds.
pub(super) async fn time() -> Response {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since
        .map_or(0, |since| since.as_secs())
        .to_string()
        .into_response()
}

#[derive(Deserialize)]
struct OfSymbol {
    symbol: String,
}

/// `GET /udf/symbols?symbol=COOL`
pub(super) async fn symbols(State(app): State<App>, Query(given): Given) -> Response {
    answer(symbol_info(&app.service, params(given)).await)
}

async fn symbol_info(service: &Service, params: Value) -> Result<Value, RpcError> {
    let OfSymbol { symbol } = read(params)?;
    let symbol = plain(service, &symbol);
    let query = json!({ "symbol": symbol });
    let token = service
        .read(move |reader| {
            let found = reader.find_one("tokens", "tokens", &query);
            found.map_err(|error| crate::service::internal(&error))
        })
        .await?;
    let token = token.ok_or_else(|| RpcError::bad("unknown_symbol"))?;
    let network = service.reader().network();
    let base = &network.tokens.pegged.symbol;
    Ok(json!({
        "name": symbol,
        "ticker": symbol,
        "description": format!("{symbol}/{base}"),
        "type": "crypto",
        "session": "24x7",
        "timezone": "Etc/UTC",
        "exchange": network.name,
        "listed_exchange": network.name,
        "currency_code": base,
        "format": "price",
        "minmov": 1,
        "pricescale": 100_000_000,
        "has_intraday": true,
        "has_daily": true,
        "has_weekly_and_monthly": true,
        "intraday_multipliers": ["1", "5", "15", "30", "60", "240"],
        "supported_resolutions": resolutions(),
        "volume_precision": token.get("precision"),
        "data_status": "streaming",
    }))
}

/// A symbol without exchange and base: `COOL` of `DEV:COOL/STEEMP`.
fn plain(service: &Service, symbol: &str) -> String {
    let symbol = symbol.rsplit(':').next().unwrap_or(symbol);
    let base = format!("/{}", service.reader().network().tokens.pegged.symbol);
    symbol
        .strip_suffix(base.as_str())
        .unwrap_or(symbol)
        .to_owned()
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    query: String,
    #[serde(default)]
    limit: Limit<30, 100>,
}

/// `GET /udf/search?query=CO&limit=10`
pub(super) async fn search(State(app): State<App>, Query(given): Given) -> Response {
    answer(found(&app.service, params(given)).await)
}

async fn found(service: &Service, params: Value) -> Result<Value, RpcError> {
    let search: Search = read(params)?;
    let wanted = search.query.to_uppercase();
    let markets = derived::index(service)?.markets().await;
    let network = service.reader().network();
    let base = &network.tokens.pegged.symbol;
    let rows = markets
        .map_err(derived::failed)?
        .into_iter()
        .filter(|market| market.symbol.contains(&wanted))
        .take(usize::try_from(search.limit.0).unwrap_or(0))
        .map(|market| {
            json!({
                "symbol": market.symbol,
                "full_name": market.symbol,
                "ticker": market.symbol,
                "description": format!("{}/{base}", market.symbol),
                "exchange": network.name,
                "type": "crypto",
            })
        });
    Ok(rows.collect())
}

#[derive(Deserialize)]
struct History {
    symbol: String,
    resolution: String,
    from: Number,
    to: Number,
    #[serde(default)]
    countback: Option<Limit<1, 5000>>,
}

/// `GET /udf/history?symbol=COOL&resolution=60&from=…&to=…&countback=…`
pub(super) async fn history(State(app): State<App>, Query(given): Given) -> Response {
    answer(bars(&app.service, params(given)).await)
}

async fn bars(service: &Service, params: Value) -> Result<Value, RpcError> {
    let asked: History = read(params)?;
    let interval = interval(&asked.resolution).ok_or_else(|| {
        let known = resolutions().join(", ");
        let found = &asked.resolution;
        RpcError::bad(format!("expected a resolution ({known}), found {found:?}"))
    })?;
    let symbol = plain(service, &asked.symbol);
    // the end is not part of the span; so many bars are more important than its beginning
    let until = asked.to.0.saturating_sub(1);
    let (from, limit) = match asked.countback {
        Some(Limit(count)) => (0, count),
        None => (asked.from.0, 5_000),
    };
    let index = derived::index(service)?;
    let found = index.bars(&symbol, interval, (from, until), limit).await;
    let bars = found.map_err(derived::failed)?;
    if !bars.is_empty() {
        return Ok(columns(&bars));
    }
    // where the chart finds something
    let before = (0, asked.from.0.min(until).saturating_sub(1));
    let earlier = index.bars(&symbol, interval, before, 1).await;
    let earlier = earlier.map_err(derived::failed)?;
    Ok(match earlier.last() {
        Some(bar) => json!({ "s": "no_data", "nextTime": bar.time }),
        None => json!({ "s": "no_data" }),
    })
}

fn columns(bars: &[Bar]) -> Value {
    let numbers = |of: fn(&Bar) -> f64| -> Vec<f64> { bars.iter().map(of).collect() };
    json!({
        "s": "ok",
        "t": bars.iter().map(|bar| bar.time).collect::<Vec<_>>(),
        "o": numbers(|bar| bar.open.to_f64()),
        "h": numbers(|bar| bar.high.to_f64()),
        "l": numbers(|bar| bar.low.to_f64()),
        "c": numbers(|bar| bar.close.to_f64()),
        "v": numbers(|bar| bar.quantity.to_f64()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_have_several_names() {
        assert_eq!(interval("60"), Some(Interval::Minutes(60)));
        assert_eq!(interval("D"), Some(Interval::Day));
        assert_eq!(interval("1W"), Some(Interval::Week));
        assert_eq!(interval("M"), Some(Interval::Month));
        for unknown in ["", "0", "2", "1H", "11", "5D"] {
            assert_eq!(interval(unknown), None, "{unknown:?}");
        }
    }
}
