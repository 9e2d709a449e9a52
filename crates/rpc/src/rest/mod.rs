//! Addresses that programs of others expect: charts (UDF), portfolio trackers (CoinGecko), wallets (history services).

mod coingecko;
mod coingecko_pools;
mod export;
mod udf;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use crate::derived;
use crate::error::RpcError;
use crate::server::App;

/// What stands behind the `?` of an address.
type Given = Query<BTreeMap<String, String>>;

/// The routes.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/accountHistory", get(account_history))
        .route("/marketHistory", get(market_history))
        .route("/api/market/trades.csv", get(export::trades))
        .route("/api/history/account.csv", get(export::history))
        .route("/udf/config", get(udf::config))
        .route("/udf/time", get(udf::time))
        .route("/udf/symbols", get(udf::symbols))
        .route("/udf/search", get(udf::search))
        .route("/udf/history", get(udf::history))
        .route("/api/coingecko/pairs", get(coingecko::pairs))
        .route("/api/coingecko/tickers", get(coingecko::tickers))
        .route("/api/coingecko/orderbook", get(coingecko::orderbook))
        .route(
            "/api/coingecko/historical_trades",
            get(coingecko::historical_trades),
        )
        .route("/api/coingecko/pools/pairs", get(coingecko_pools::pairs))
        .route(
            "/api/coingecko/pools/tickers",
            get(coingecko_pools::tickers),
        )
        .route(
            "/api/coingecko/pools/historical_trades",
            get(coingecko_pools::historical_trades),
        )
}

/// `GET /accountHistory?account=…`, as the public history services answer it.
async fn account_history(State(app): State<App>, Query(given): Given) -> Response {
    let params = params(given);
    answer(derived::account_history(&app.service, params).await)
}

/// `GET /marketHistory?symbol=…`, likewise.
async fn market_history(State(app): State<App>, Query(given): Given) -> Response {
    let params = params(given);
    answer(derived::market_history(&app.service, params).await)
}

/// As parameters of a method: all of them texts.
fn params(given: BTreeMap<String, String>) -> Value {
    let texts = given.into_iter().map(|(name, text)| (name, text.into()));
    Value::Object(texts.collect::<Map<_, _>>())
}

/// The result, or why there is none, as `{"errors": […]}`.
fn answer(result: Result<Value, RpcError>) -> Response {
    match result {
        Ok(value) => json_response(StatusCode::OK, &value),
        Err(error) => {
            let status = match error.code {
                400 | -32602 => StatusCode::BAD_REQUEST,
                -32000 => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            json_response(status, &json!({ "errors": [error.message] }))
        }
    }
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
        .into_response()
}
