//! Lists, searches and counters: tokens, the richest, accounts, contracts, and what goes on.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tartan_index::{
    Account, ContractRow, Kind, Ranked, RichCursor, Token, TokenListing, TokenOrder, TokenQuery,
};

use super::history::holder;
use super::params::{Limit, Many, Number, read};
use super::{failed, index};
use crate::error::RpcError;
use crate::service::Service;

/// A token as clients see it, with the names that its contract has for them.
fn token(token: Token) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("symbol".to_owned(), token.symbol.into());
    shown.insert("name".to_owned(), token.name.into());
    shown.insert("issuer".to_owned(), token.issuer.into());
    shown.insert("precision".to_owned(), token.decimals.into());
    shown.insert("maxSupply".to_owned(), json!(token.max_supply));
    shown.insert("supply".to_owned(), json!(token.supply));
    shown.insert("circulatingSupply".to_owned(), json!(token.circulating));
    shown.insert("holders".to_owned(), token.holders.into());
    let created = (token.time > 0).then_some(token.time);
    shown.insert("created".to_owned(), json!(created));
    shown
}

fn listing(row: TokenListing) -> Value {
    let market_cap = row.market_cap();
    let mut shown = token(row.token);
    let ticker = row.ticker.as_ref();
    let mut add = |name: &str, value: Option<Value>| {
        shown.insert(name.to_owned(), value.unwrap_or_default());
    };
    add("price", ticker.map(|ticker| json!(ticker.last)));
    let change = ticker.map(|ticker| ticker.change_percent().into());
    add("changePercent", change);
    add("volume", ticker.map(|ticker| json!(ticker.volume)));
    add("quantity", ticker.map(|ticker| json!(ticker.quantity)));
    add("trades", ticker.map(|ticker| json!(ticker.trades)));
    add("marketCap", market_cap.map(|cap| json!(cap)));
    Value::Object(shown)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    issuer: Option<String>,
    search: Option<String>,
    #[serde(default)]
    symbols: Many,
    #[serde(default)]
    traded: bool,
    #[serde(rename = "sort")]
    order: Option<String>,
    #[serde(default)]
    descending: bool,
    #[serde(default)]
    limit: Limit<100, 1000>,
    offset: Option<Number>,
}

/// `history.tokens {issuer?, search?, symbols?, traded?, sort?, descending?, limit?, offset?}`: a page of the list of
/// tokens, and how many there are on all pages.
pub(super) async fn tokens(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Tokens = read(params)?;
    let name = params.order.as_deref().unwrap_or("symbol");
    let order = TokenOrder::parse(name).ok_or_else(|| {
        let known: Vec<_> = TokenOrder::ALL.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        RpcError::invalid_params(&format!("expected a sort ({known}), found {name:?}"))
    })?;
    let query = TokenQuery {
        since: None,
        issuer: params.issuer,
        text: params.search.filter(|text| !text.is_empty()),
        symbols: params.symbols.0,
        traded: params.traded,
        order,
        descending: params.descending,
        limit: params.limit.0,
        offset: params.offset.map_or(0, |number| number.0),
    };
    let page = index(service)?.tokens(&query).await.map_err(failed)?;
    let tokens: Vec<_> = page.tokens.into_iter().map(listing).collect();
    Ok(json!({ "total": page.total, "tokens": tokens }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RichList {
    symbol: String,
    #[serde(default)]
    contracts: bool,
    after: Option<String>,
    #[serde(default)]
    limit: Limit<100, 1000>,
}

/// `history.richList {symbol, contracts?, after?, limit?}`: who has more than nothing of a token, the richest first, and
/// where the list goes on.
pub(super) async fn rich_list(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: RichList = read(params)?;
    let after = params.after.as_deref().map(str::parse::<RichCursor>);
    let after = after.transpose().map_err(failed)?;
    let kind = match params.contracts {
        true => Kind::Contract,
        false => Kind::User,
    };
    let page = index(service)?
        .rich_list(&params.symbol, kind, after.as_ref(), params.limit.0)
        .await
        .map_err(failed)?;
    let is_full = i64::try_from(page.len()).is_ok_and(|length| length == params.limit.0);
    let next = page.last().filter(|_| is_full).map(Ranked::cursor);
    let holders: Vec<_> = page.into_iter().map(ranked).collect();
    Ok(json!({ "holders": holders, "next": next.map(|cursor| cursor.to_string()) }))
}

fn ranked(row: Ranked) -> Value {
    let mut shown = holder(row.holder);
    shown["rank"] = row.rank.into();
    shown
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHolder {
    symbol: String,
    account: String,
}

/// `history.rank {symbol, account}`: the place of an account in that list; null if it holds nothing.
pub(super) async fn rank(service: &Service, params: Value) -> Result<Value, RpcError> {
    let OfHolder { symbol, account } = read(params)?;
    let found = index(service)?.rank(&symbol, &account).await;
    Ok(found.map_err(failed)?.map_or(Value::Null, ranked))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    text: String,
    #[serde(default)]
    limit: Limit<10, 100>,
}

/// `history.search {text, limit?}`: accounts, tokens and contracts whose names begin with a text.
pub(super) async fn search(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Search { text, limit } = read(params)?;
    let found = index(service)?
        .search(&text, limit.0)
        .await
        .map_err(failed)?;
    let tokens = found.tokens.into_iter();
    Ok(json!({
        "accounts": found.accounts.into_iter().map(account_row).collect::<Vec<_>>(),
        "tokens": tokens.map(|row| Value::Object(token(row))).collect::<Vec<_>>(),
        "contracts": found.contracts.into_iter().map(contract_row).collect::<Vec<_>>(),
    }))
}

fn account_row(row: Account) -> Value {
    json!({
        "account": row.account,
        "firstTimestamp": row.first_time,
        "lastTimestamp": (row.last_time > 0).then_some(row.last_time),
        "transactions": row.transactions,
    })
}

fn contract_row(row: ContractRow) -> Value {
    json!({
        "name": row.name,
        "deployer": row.deployer,
        "native": row.is_native != 0,
        "created": row.time,
        "updated": row.updated,
        "calls": row.calls,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccount {
    account: String,
}

/// `history.account {account}`: when it first and last did something; null if it never did.
pub(super) async fn account(service: &Service, params: Value) -> Result<Value, RpcError> {
    let OfAccount { account } = read(params)?;
    let found = index(service)?.account(&account).await.map_err(failed)?;
    Ok(found.map_or(Value::Null, account_row))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contracts {
    name: Option<String>,
    #[serde(default)]
    limit: Limit<100, 1000>,
    offset: Option<Number>,
}

/// `history.contracts {name?, limit?, offset?}`: the contracts, those that are called most first.
pub(super) async fn contracts(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Contracts = read(params)?;
    let index = index(service)?;
    let rows = match &params.name {
        Some(name) => {
            let found = index.contract(name).await;
            found.map_err(failed)?.into_iter().collect()
        }
        None => {
            let offset = params.offset.map_or(0, |number| number.0);
            let found = index.contracts(params.limit.0, offset).await;
            found.map_err(failed)?
        }
    };
    Ok(rows.into_iter().map(contract_row).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// `history.counters {}`: what goes on, and how much there is.
pub(super) async fn counters(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Nothing {} = read(params)?;
    Ok(json!(index(service)?.counters().await.map_err(failed)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityOf {
    interval: Option<String>,
    from: Option<Number>,
    to: Option<Number>,
}

/// `history.activity {interval?, from?, to?}`: transactions that accounts sent, by minute (`1m`) or day (`1d`).
pub(super) async fn activity(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: ActivityOf = read(params)?;
    let by_day = match params.interval.as_deref() {
        None | Some("1d") => true,
        Some("1m") => false,
        Some(found) => {
            let reason = format!("expected 1m or 1d as interval, found {found:?}");
            return Err(RpcError::invalid_params(&reason));
        }
    };
    let from = params.from.map_or(0, |number| number.0);
    let to = params.to.map_or(i64::from(u32::MAX), |number| number.0);
    let rows = index(service)?.activity(by_day, (from, to)).await;
    let rows = rows.map_err(failed)?.into_iter().map(
        |row| json!({ "time": row.time, "transactions": row.transactions, "failed": row.failed }),
    );
    Ok(rows.collect())
}
