//! Tables for spreadsheets and tax tools.

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use tartan_index::TradeQuery;

use super::{Given, answer, params};
use crate::derived::{Number, failed, index, read};
use crate::error::RpcError;
use crate::server::App;
use crate::service::Service;

/// Trades in one file.
const MOST: usize = 50_000;
/// Trades that are read at once.
const PAGE: i64 = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    account: Option<String>,
    symbol: Option<String>,
    from: Option<Number>,
    to: Option<Number>,
}

/// `GET /api/market/trades.csv?account=alice`: trades of an account or a token, the latest first, up to 50,000.
pub(super) async fn trades(State(app): State<App>, Query(given): Given) -> Response {
    match table(&app.service, params(given)).await {
        Ok(text) => {
            let kind = (CONTENT_TYPE, "text/csv; charset=utf-8");
            let name = (CONTENT_DISPOSITION, "attachment; filename=\"trades.csv\"");
            ([kind, name], text).into_response()
        }
        Err(error) => answer(Err(error)),
    }
}

async fn table(service: &Service, params: Value) -> Result<String, RpcError> {
    let asked: Asked = read(params)?;
    if asked.account.is_none() && asked.symbol.is_none() {
        return Err(RpcError::invalid_params(
            "expected account or symbol, found neither",
        ));
    }
    let mut query = TradeQuery {
        symbol: asked.symbol,
        account: asked.account,
        from: asked.from.map(|number| number.0),
        until: asked.to.map(|number| number.0),
        limit: PAGE,
        ..TradeQuery::default()
    };
    let mut text =
        String::from("timestamp,symbol,type,buyer,seller,quantity,price,volume,transaction\n");
    let mut rows = 0;
    while rows < MOST {
        let page = index(service)?.trades(&query).await.map_err(failed)?;
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        rows += page.len();
        for trade in page {
            // names, symbols and ids have neither commas nor quotes
            text.push_str(&format!(
                "{},{},{},{},{},{},{},{},{}\n",
                trade.time,
                trade.symbol,
                trade.side,
                trade.buyer,
                trade.seller,
                trade.quantity,
                trade.price,
                trade.volume,
                trade.transaction_id
            ));
        }
    }
    Ok(text)
}
