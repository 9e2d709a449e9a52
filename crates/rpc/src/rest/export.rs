//! Tables for spreadsheets and tax tools.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use serde_json::Value;
use tartan_index::{HistoryPages, HistoryQuery, Operation, TradeQuery};

use super::{Given, answer, params};
use crate::derived::{Flag, Many, Number, check_direction, failed, index, read};
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedHistory {
    account: String,
    symbol: Option<String>,
    #[serde(default)]
    ops: Many,
    #[serde(default)]
    contracts: Many,
    direction: Option<String>,
    failed: Option<Flag>,
    from: Option<Number>,
    to: Option<Number>,
}

/// `GET /api/history/account.csv?account=alice`: all that happened to an account, the latest first, however much it is.
pub(super) async fn history(State(app): State<App>, Query(given): Given) -> Response {
    match history_pages(&app.service, params(given)) {
        Ok((account, pages)) => {
            let kind = (CONTENT_TYPE, "text/csv; charset=utf-8");
            let name = (CONTENT_DISPOSITION, "attachment; filename=\"history.csv\"");
            ([kind, name], Body::from_stream(lines(account, pages))).into_response()
        }
        Err(error) => answer(Err(error)),
    }
}

fn history_pages(service: &Service, params: Value) -> Result<(String, HistoryPages), RpcError> {
    let asked: AskedHistory = read(params)?;
    check_direction(asked.direction.as_deref())?;
    let query = HistoryQuery {
        accounts: vec![asked.account.clone()],
        symbol: asked.symbol,
        operations: asked.ops.0,
        contracts: asked.contracts.0,
        direction: asked.direction,
        failed: Some(asked.failed.is_some_and(|failed| failed.0)),
        from: asked.from.map(|number| number.0),
        until: asked.to.map(|number| number.0),
        ..HistoryQuery::default()
    };
    let pages = index(service)?.account_history_pages(query);
    Ok((asked.account, pages.map_err(failed)?))
}

const HEAD: &str =
    "timestamp,block,transaction,account,operation,symbol,from,to,quantity,details\n";

/// The table, page by page: what the client does not take is not read.
fn lines(
    account: String,
    pages: HistoryPages,
) -> impl stream::Stream<Item = Result<String, tartan_index::IndexError>> {
    let begin = (account, pages, true);
    stream::try_unfold(begin, async |(account, mut pages, is_first)| {
        if is_first {
            return Ok(Some((HEAD.to_owned(), (account, pages, false))));
        }
        let page = pages.next().await?;
        let text = page.map(|page| {
            page.iter()
                .map(|row| line(&account, row))
                .collect::<String>()
        });
        Ok(text.map(|text| (text, (account, pages, false))))
    })
}

fn line(account: &str, row: &Operation) -> String {
    let details: Value = serde_json::from_str(&row.details).unwrap_or_default();
    let text = |field: &str| {
        let value = details.get(field).and_then(Value::as_str);
        cell(value.unwrap_or_default())
    };
    let quantity = ["quantity", "quantityTokens", "quantityReturned"];
    let quantity = quantity.into_iter().map(text);
    let quantity = quantity.into_iter().find(|text| !text.is_empty());
    format!(
        "{},{},{},{},{},{},{},{},{},{}\n",
        row.time,
        tartan_index::block_of(row.id),
        row.transaction_id,
        cell(account),
        cell(&row.operation),
        cell(row.symbol.as_deref().unwrap_or_default()),
        text("from"),
        text("to"),
        quantity.unwrap_or_default(),
        cell(&row.details),
    )
}

/// A cell of a table. What a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_safe() {
        for (text, shown) in [
            ("alice", "alice"),
            ("a,b", "\"a,b\""),
            (r#"say "hi""#, r#""say ""hi""""#),
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), shown);
        }
    }
}
