//! What a listener wants to hear of.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tartan_chain::{Block, Transaction};
use tartan_document::parse;
use tartan_rpc::{BlockView, MarketView};

use crate::error::Error;

/// Transactions that one message tells.
const MOST_TRANSACTIONS: usize = 100;
/// Longest name in a topic.
const LONGEST: usize = 64;

/// What a listener wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Topic {
    Block,
    Transactions,
    Account(String),
    Token(String),
    Contract(String),
    Market(String),
    Sync,
}

impl Topic {
    pub(super) fn parse(text: &str) -> Result<Topic, Error> {
        let unknown = || {
            Error::bad_request(
                "expected block, tx, sync, account:NAME, token:SYMBOL, contract:NAME or market:SYMBOL as topic",
            )
        };
        let Some((kind, name)) = text.split_once(':') else {
            return match text {
                "block" => Ok(Topic::Block),
                "tx" => Ok(Topic::Transactions),
                "sync" => Ok(Topic::Sync),
                _ => Err(unknown()),
            };
        };
        // the name goes into a line of the stream
        if name.is_empty() || name.len() > LONGEST || name.chars().any(char::is_control) {
            return Err(unknown());
        }
        let name = name.to_owned();
        match kind {
            "account" => Ok(Topic::Account(name)),
            "token" => Ok(Topic::Token(name)),
            "contract" => Ok(Topic::Contract(name)),
            "market" => Ok(Topic::Market(name)),
            _ => Err(unknown()),
        }
    }

    /// As the listener wrote it: the name of its events.
    pub(super) fn name(&self) -> String {
        match self {
            Topic::Block => "block".to_owned(),
            Topic::Transactions => "tx".to_owned(),
            Topic::Sync => "sync".to_owned(),
            Topic::Account(name) => format!("account:{name}"),
            Topic::Token(name) => format!("token:{name}"),
            Topic::Contract(name) => format!("contract:{name}"),
            Topic::Market(name) => format!("market:{name}"),
        }
    }

    /// What a block has for this topic.
    pub(super) fn about(&self, view: &BlockView) -> Option<Map<String, Value>> {
        let block = view.block();
        let told = match self {
            Topic::Block => json!({
                "hash": block.hash.to_string(),
                "timestamp": block.timestamp,
                "refBlock": block.ref_block,
                "transactions": block.transactions.len(),
                "virtual": block.virtual_transactions.len(),
            }),
            Topic::Transactions => transactions(block)?,
            Topic::Account(name) => ids(
                view,
                |event| event.concerns(name),
                |transaction| transaction.sender.as_deref() == Some(name),
            )?,
            Topic::Token(symbol) => ids(view, |event| event.names(symbol), |_| false)?,
            Topic::Contract(name) => ids(
                view,
                |_| false,
                |transaction| transaction.contract.as_deref() == Some(name),
            )?,
            Topic::Market(symbol) => {
                let changes = |transaction: &Transaction| changes_book(transaction, symbol);
                block
                    .all_transactions()
                    .any(changes)
                    .then(|| json!({ "book": true }))?
            }
            Topic::Sync => return None,
        };
        match told {
            Value::Object(told) => Some(told),
            _ => None,
        }
    }

    /// What the index wrote for this topic.
    pub(super) fn about_market(&self, market: &MarketView) -> Option<Map<String, Value>> {
        let Topic::Market(symbol) = self else {
            return None;
        };
        let mut told = Map::new();
        if !market.committed {
            return Some(told);
        }
        let of = |text: &String| serde_json::from_str::<Value>(text).ok();
        let trades = market.trades.iter();
        let trades: Vec<Value> = trades
            .filter(|(trade, _)| trade.symbol == *symbol)
            .filter_map(|(_, text)| of(text))
            .collect();
        if trades.is_empty() {
            return None;
        }
        told.insert("trades".to_owned(), Value::Array(trades));
        let ticker = market.tickers.iter().find(|(found, _)| found == symbol);
        if let Some(ticker) = ticker.and_then(|(_, text)| of(text)) {
            told.insert("ticker".to_owned(), ticker);
        }
        Some(told)
    }
}

/// The transactions of a block in short.
fn transactions(block: &Block) -> Option<Value> {
    let count = block.all_transactions().count();
    let users = block.transactions.len();
    let rows = block.all_transactions().enumerate().take(MOST_TRANSACTIONS);
    let rows: Vec<Value> = rows
        .map(|(place, transaction)| {
            json!({
                "id": transaction.id.to_string(),
                "sender": transaction.sender,
                "contract": transaction.contract,
                "action": transaction.action,
                "virtual": place >= users,
                "error": first_error(&transaction.logs),
            })
        })
        .collect();
    let more = count - rows.len();
    (count > 0).then(|| json!({ "transactions": rows, "more": more }))
}

/// Why a transaction failed; `None` if it did not.
fn first_error(logs: &str) -> Option<String> {
    // most logs have none, and need not be read
    if !logs.contains("\"errors\"") {
        return None;
    }
    let logs: Value = serde_json::from_str(logs).ok()?;
    let error = logs.get("errors")?.get(0)?;
    Some(match error.as_str() {
        Some(text) => text.to_owned(),
        None => error.to_string(),
    })
}

/// The ids of the transactions with such an event, or that are such themselves.
fn ids(
    view: &BlockView,
    event: impl Fn(&tartan_rpc::Event) -> bool,
    transaction: impl Fn(&Transaction) -> bool,
) -> Option<Value> {
    let sent = view
        .block()
        .all_transactions()
        .filter(|found| transaction(found));
    let told = view.events().iter().filter(|found| event(found));
    let found: BTreeSet<String> = sent
        .map(|found| found.id.to_string())
        .chain(told.map(|found| found.transaction.clone()))
        .take(MOST_TRANSACTIONS)
        .collect();
    (!found.is_empty()).then(|| json!({ "transactions": found }))
}

/// Whether a transaction may have changed the order book of a token. What cancels an order does not say of which.
fn changes_book(transaction: &Transaction, symbol: &str) -> bool {
    if transaction.contract.as_deref() != Some("market") {
        return false;
    }
    let payload = transaction
        .payload
        .as_deref()
        .and_then(|text| parse(text).ok());
    let named = payload.as_ref().and_then(|payload| payload.get("symbol"));
    match named.and_then(tartan_document::Value::as_str) {
        Some(named) => named == symbol,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_they_are_named() {
        for text in [
            "block",
            "tx",
            "sync",
            "account:alice",
            "token:COOL",
            "contract:tokens",
            "market:SWAP.HIVE",
        ] {
            assert_eq!(Topic::parse(text).unwrap().name(), text);
        }
        let long = format!("account:{}", "a".repeat(65));
        for wrong in ["", "blocks", "account:", "row:1", "account:a\nb", &long] {
            assert!(
                matches!(Topic::parse(wrong), Err(Error::BadRequest(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_first_error_of_a_log_is_told() {
        assert_eq!(first_error(r#"{"events":[]}"#), None);
        assert_eq!(first_error(r#"{"errors":["a","b"]}"#).as_deref(), Some("a"));
        assert_eq!(first_error("\"errors\""), None, "a log that cannot be read");
    }
}
