//! What happened to accounts, and who holds what.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tartan_chain::network::Flavor;
use tartan_index::{HistoryQuery, Holder, Interval, Kind, Operation, TransactionQuery};

use super::params::{Flag, Limit, Many, Number, read};
use super::{failed, index};
use crate::error::RpcError;
use crate::service::Service;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// `history.status {}`: how far the index is.
pub(super) async fn status(service: &Service, params: Value) -> Result<Value, RpcError> {
    let Nothing {} = read(params)?;
    let position = index(service)?.position().await.map_err(failed)?;
    let latest = service.latest_block()?.map(|block| block.number);
    let behind = position.as_ref().zip(latest).map(|(position, latest)| {
        latest.saturating_sub(u64::try_from(position.block).unwrap_or(0))
    });
    Ok(json!({
        "blockNumber": position.as_ref().map(|position| position.block),
        "hash": position.as_ref().map(|position| &position.hash),
        "timestamp": position.as_ref().map(|position| position.time),
        "latestBlockNumber": latest,
        "blocksBehind": behind,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountHistory {
    account: Many,
    symbol: Option<String>,
    #[serde(default)]
    ops: Many,
    #[serde(default)]
    contracts: Many,
    direction: Option<String>,
    failed: Option<Flag>,
    #[serde(rename = "timestampStart")]
    from: Option<Number>,
    #[serde(rename = "timestampEnd")]
    until: Option<Number>,
    before: Option<Number>,
    #[serde(default)]
    limit: Limit<500, 500>,
    offset: Option<Number>,
}

/// `history.accountHistory {account, symbol?, ops?, contracts?, direction?, failed?, timestampStart?, timestampEnd?, limit?, offset?,
/// before?}`: what happened to accounts, the latest first, as the public history services have it; what failed only if
/// asked for.
pub(crate) async fn account_history(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: AccountHistory = read(params)?;
    check_direction(params.direction.as_deref())?;
    let query = HistoryQuery {
        contracts: params.contracts.0,
        direction: params.direction,
        failed: Some(params.failed.is_some_and(|failed| failed.0)),
        accounts: params.account.0,
        symbol: params.symbol.filter(|symbol| !symbol.is_empty()),
        operations: params.ops.0,
        from: params.from.map(|number| number.0),
        until: params.until.map(|number| number.0),
        before: params.before.map(|number| number.0),
        limit: params.limit.0,
        offset: params.offset.map_or(0, |number| number.0),
    };
    let rows = index(service)?
        .account_history(&query)
        .await
        .map_err(failed)?;
    let rows = rows.into_iter();
    Ok(rows.map(|(account, row)| operation(account, row)).collect())
}

/// An operation as clients see it.
fn operation(account: String, row: Operation) -> Value {
    let mut shown = Map::new();
    shown.insert("_id".to_owned(), row.id.into());
    shown.insert(
        "blockNumber".to_owned(),
        (tartan_index::block_of(row.id)).into(),
    );
    shown.insert("transactionId".to_owned(), row.transaction_id.into());
    shown.insert("timestamp".to_owned(), row.time.into());
    shown.insert("operation".to_owned(), row.operation.into());
    if let Ok(Value::Object(details)) = serde_json::from_str(&row.details) {
        shown.extend(details);
    }
    if let Some(symbol) = row.symbol {
        shown.insert("symbol".to_owned(), symbol.into());
    }
    shown.insert("account".to_owned(), account.into());
    Value::Object(shown)
}

/// Refuses what is no direction.
pub(crate) fn check_direction(direction: Option<&str>) -> Result<(), RpcError> {
    match direction {
        None | Some("in" | "out") => Ok(()),
        Some(found) => {
            let reason = format!("expected in or out as direction, found {found:?}");
            Err(RpcError::invalid_params(&reason))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarketHistory {
    symbol: String,
    #[serde(rename = "timestampStart")]
    from: Option<Number>,
    #[serde(rename = "timestampEnd")]
    until: Option<Number>,
    #[serde(default)]
    limit: Limit<500, 1000>,
}

/// `history.marketHistory {symbol, timestampStart?, timestampEnd?, limit?}`: a row for each day with trades, oldest first.
pub(crate) async fn market_history(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: MarketHistory = read(params)?;
    let span = (
        params.from.map_or(0, |number| number.0),
        params.until.map_or(i64::from(u32::MAX), |number| number.0),
    );
    let volume = match service.flavor() {
        Flavor::Hive => "volumeHive",
        Flavor::Steem => "volumeSteem",
    };
    let bars = index(service)?
        .bars(&params.symbol, Interval::Day, span, params.limit.0)
        .await
        .map_err(failed)?;
    let rows = bars.into_iter().map(|bar| {
        json!({
            "timestamp": bar.time,
            "symbol": params.symbol,
            volume: bar.volume.fixed(8),
            "volumeToken": bar.quantity,
            "lowestPrice": bar.low.fixed(8),
            "highestPrice": bar.high.fixed(8),
            "openPrice": bar.open.fixed(8),
            "closePrice": bar.close.fixed(8),
        })
    });
    Ok(rows.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transactions {
    sender: Option<String>,
    contract: Option<String>,
    action: Option<String>,
    failed: Option<bool>,
    #[serde(rename = "virtual")]
    is_virtual: Option<bool>,
    before: Option<Number>,
    #[serde(default)]
    limit: Limit<100, 1000>,
}

/// `history.transactions {sender?, contract?, action?, failed?, virtual?, before?, limit?}`: transactions, the latest first.
pub(super) async fn transactions(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Transactions = read(params)?;
    let query = TransactionQuery {
        sender: params.sender,
        contract: params.contract,
        action: params.action,
        failed: params.failed,
        is_virtual: params.is_virtual,
        before: params.before.map(|number| number.0),
        limit: params.limit.0,
    };
    let rows = index(service)?.transactions(&query).await.map_err(failed)?;
    let rows = rows.into_iter().map(|row| {
        json!({
            "id": row.id,
            "blockNumber": tartan_index::block_of(row.id),
            "transactionId": row.transaction_id,
            "timestamp": row.time,
            "sender": row.sender,
            "contract": row.contract,
            "action": row.action,
            "virtual": row.is_virtual != 0,
            "error": row.error,
        })
    });
    Ok(rows.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holders {
    symbol: String,
    #[serde(default)]
    contracts: bool,
    #[serde(default)]
    limit: Limit<100, 1000>,
    offset: Option<Number>,
}

fn kind(contracts: bool) -> Kind {
    if contracts {
        Kind::Contract
    } else {
        Kind::User
    }
}

/// `history.holders {symbol, contracts?, limit?, offset?}`: who holds a token, the richest first.
pub(super) async fn holders(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Holders = read(params)?;
    let offset = params.offset.map_or(0, |number| number.0);
    let rows = index(service)?
        .holders(
            &params.symbol,
            kind(params.contracts),
            params.limit.0,
            offset,
        )
        .await
        .map_err(failed)?;
    Ok(rows.into_iter().map(holder).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holdings {
    account: String,
    #[serde(default)]
    contracts: bool,
}

/// `history.holdings {account, contracts?}`: what an account, or a contract, holds.
pub(super) async fn holdings(service: &Service, params: Value) -> Result<Value, RpcError> {
    let params: Holdings = read(params)?;
    let rows = index(service)?
        .holdings(&params.account, kind(params.contracts))
        .await
        .map_err(failed)?;
    Ok(rows.into_iter().map(holder).collect())
}

/// With the names that the contract has for them.
pub(super) fn holder(row: Holder) -> Value {
    json!({
        "account": row.account,
        "symbol": row.symbol,
        "balance": row.balance,
        "stake": row.stake,
        "pendingUnstake": row.pending_unstake,
        "delegationsIn": row.delegations_in,
        "delegationsOut": row.delegations_out,
        "pendingUndelegations": row.pending_undelegations,
        "storageDeposit": row.deposit,
        "total": row.total,
        "blockNumber": row.block,
    })
}
