//! What transactions tell: the operations that they are in the histories of accounts.
//!
//! The names of operations and their fields are those of the public history services that wallets know:
//! `tokens_transfer {from, to, symbol, quantity, memo}`, `market_placeOrder`, …; a contract among `from` and `to` is
//! called `contract_<name>`.

use serde_json::{Map, Value, json};

use crate::event::{Event, IndexedTransaction};

/// The fields of an event that name accounts.
pub(crate) const ACCOUNT_FIELDS: [&str; 5] = ["account", "from", "to", "voter", "author"];
/// Most of a failed payload that is shown, in bytes.
const MOST_SHOWN: usize = 256;

/// An operation before it has its place.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) operation: String,
    pub(crate) symbol: Option<String>,
    pub(crate) details: Map<String, Value>,
    pub(crate) accounts: Vec<String>,
    pub(crate) failed: bool,
}

impl Told {
    /// An operation of these accounts about a token; `details` is an object.
    pub(crate) fn new(operation: String, symbol: &str, details: Value, accounts: &[&str]) -> Told {
        Told {
            operation,
            symbol: Some(symbol)
                .filter(|symbol| !symbol.is_empty())
                .map(str::to_owned),
            details: match details {
                Value::Object(details) => details,
                _ => Map::new(),
            },
            accounts: accounts.iter().map(|&name| name.to_owned()).collect(),
            failed: false,
        }
    }

    /// Which way it moves something, as an account sees it.
    pub(super) fn direction(&self, account: &str) -> &'static str {
        let is = |field: &str| self.details.get(field).and_then(Value::as_str) == Some(account);
        // what is bought names who sells only, and the other way round
        match (self.failed, self.operation.as_str()) {
            (true, _) => "",
            (_, "market_buy" | "tokens_unstake" | "tokens_undelegateDone") => "in",
            (_, "market_sell" | "market_placeOrder" | "tokens_lockDeposit") => "out",
            (_, "market_cancel" | "market_expire" | "tokens_returnDeposit") => "in",
            _ => match (is("from"), is("to")) {
                (true, false) => "out",
                (false, true) => "in",
                _ => "",
            },
        }
    }
}

/// What a transaction of any contract but the market tells.
pub(crate) fn told(transaction: &IndexedTransaction) -> Vec<Told> {
    let mut told: Vec<_> = administration(transaction).into_iter().collect();
    told.extend(
        transaction
            .events
            .iter()
            .filter_map(|event| told_by(transaction, event)),
    );
    told
}

/// A transaction that failed is part of its sender's history, too.
pub(super) fn failure(transaction: &IndexedTransaction) -> Option<Told> {
    let error = transaction.error.as_deref()?;
    let sender = transaction.sender.as_str();
    if transaction.is_virtual || sender == "null" {
        return None;
    }
    let shown = |(field, value): (&String, &Value)| {
        let is_short = match value {
            Value::String(text) => text.len() <= MOST_SHOWN,
            Value::Number(_) | Value::Bool(_) => true,
            _ => false,
        };
        (is_short && field != "symbol").then(|| (field.clone(), value.clone()))
    };
    let mut details: Map<_, _> = transaction.payload.iter().filter_map(shown).collect();
    details.insert("error".to_owned(), error.into());
    let symbol = transaction.text("symbol").unwrap_or_default();
    let symbol = Some(symbol).filter(|symbol| symbol.len() <= 32);
    let operation = format!("{}_{}", transaction.contract, transaction.action);
    let mut told = Told::new(
        operation,
        symbol.unwrap_or_default(),
        Value::Object(details),
        &[sender],
    );
    told.failed = true;
    Some(told)
}

/// What actions of `tokens` tell that leave no event.
fn administration(transaction: &IndexedTransaction) -> Option<Told> {
    if transaction.contract != "tokens" || transaction.error.is_some() {
        return None;
    }
    let renamed: &[(&str, &str)] = match transaction.action.as_str() {
        "create" => &[
            ("name", "name"),
            ("url", "url"),
            ("precision", "precision"),
            ("maxSupply", "maxSupply"),
        ],
        "updatePrecision" => &[("precision", "newPrecision")],
        "updateUrl" => &[("url", "newUrl")],
        "updateMetadata" => &[("metadata", "newMetadata")],
        "transferOwnership" => &[("to", "newOwner")],
        "enableStaking" => &[
            ("unstakingCooldown", "unstakingCooldown"),
            ("numberTransactions", "numberTransactions"),
        ],
        "enableDelegation" => &[("undelegationCooldown", "undelegationCooldown")],
        _ => return None,
    };
    let details = renamed.iter().filter_map(|(field, shown)| {
        let value = match transaction.payload.get(*field)? {
            object @ Value::Object(_) => Value::String(object.to_string()),
            value => value.clone(),
        };
        Some(((*shown).to_owned(), value))
    });
    let symbol = transaction.text("symbol").unwrap_or_default();
    Some(Told::new(
        format!("tokens_{}", transaction.action),
        symbol,
        Value::Object(details.collect()),
        &[&transaction.sender],
    ))
}

/// What an event tells.
pub(crate) fn told_by(transaction: &IndexedTransaction, event: &Event) -> Option<Told> {
    if event.contract != "tokens" {
        return of_contract(event);
    }
    let (symbol, quantity) = (event.text("symbol"), event.text("quantity"));
    let (from, to, account) = (event.text("from"), event.text("to"), event.text("account"));
    let sender = transaction.sender.as_str();
    let simple = |name: &str, accounts: &[&str]| {
        let details = json!({ "quantity": quantity });
        Some(Told::new(
            format!("tokens_{name}"),
            symbol,
            details,
            accounts,
        ))
    };
    match event.event.as_str() {
        "transfer" | "transferToContract" | "transferFromContract" | "issueToContract" => {
            moved(transaction, event)
        }
        "stake" => {
            let details = json!({ "from": sender, "to": account, "quantity": quantity });
            Some(Told::new(
                "tokens_stake".to_owned(),
                symbol,
                details,
                &[sender, account],
            ))
        }
        "stakeFromContract" if transaction.contract == "comments" => None,
        "stakeFromContract" => {
            let from = format!("contract_{}", transaction.contract);
            let details = json!({ "from": from, "to": account, "quantity": quantity });
            let operation = format!("{}_{}", transaction.contract, transaction.action);
            Some(Told::new(operation, symbol, details, &[&from, account]))
        }
        "unstakeStart" => simple("unstakeStart", &[account]),
        "unstake" if transaction.action != "cancelUnstake" => simple("unstake", &[account]),
        "unstake" | "unstakeCancel" => {
            let id = transaction.text("txID").unwrap_or_default();
            let details = json!({ "unstakeTxID": id, "quantityReturned": quantity });
            Some(Told::new(
                "tokens_cancelUnstake".to_owned(),
                symbol,
                details,
                &[account],
            ))
        }
        "delegate" => {
            let details = json!({ "from": sender, "to": to, "quantity": quantity });
            Some(Told::new(
                "tokens_delegate".to_owned(),
                symbol,
                details,
                &[sender, to],
            ))
        }
        "undelegateStart" => {
            let details = json!({ "from": from, "to": sender, "quantity": quantity });
            let operation = "tokens_undelegateStart".to_owned();
            Some(Told::new(operation, symbol, details, &[from, sender]))
        }
        "undelegateDone" => simple("undelegateDone", &[account]),
        "lockDeposit" | "returnDeposit" => simple(&event.event, &[account]),
        _ => None,
    }
}

/// Tokens that change hands, named after the call that made them.
pub(crate) fn moved(transaction: &IndexedTransaction, event: &Event) -> Option<Told> {
    let contract = transaction.contract.as_str();
    let action = transaction.action.as_str();
    // its own events tell more
    if contract == "comments" {
        return None;
    }
    let (from, to) = parties(event);
    let is_fee = contract == "tokens"
        && ![
            "transfer",
            "transferToContract",
            "transferFromContract",
            "issue",
            "issueToContract",
        ]
        .contains(&action);
    let fee = if is_fee { "Fee" } else { "" };
    let memo = transaction
        .payload
        .get("memo")
        .filter(|memo| memo.is_string());
    let details = json!({
        "from": from, "to": to, "quantity": event.text("quantity"), "memo": memo,
    });
    let operation = format!("{contract}_{action}{fee}");
    Some(Told::new(
        operation,
        event.text("symbol"),
        details,
        &[&from, &to],
    ))
}

/// Between whom: contracts are called `contract_<name>`.
fn parties(event: &Event) -> (String, String) {
    let (from, to) = (event.text("from"), event.text("to"));
    let of_contract = |name: &str| format!("contract_{name}");
    match event.event.as_str() {
        "transferFromContract" => (of_contract(from), to.to_owned()),
        "transferToContract" => (from.to_owned(), of_contract(to)),
        "issueToContract" => (of_contract(from), of_contract(to)),
        _ => (from.to_owned(), to.to_owned()),
    }
}

/// What another contract's event tells of the accounts it names.
fn of_contract(event: &Event) -> Option<Told> {
    let Value::Object(data) = &event.data else {
        return None;
    };
    if event.contract == "mining" && event.event == "miningLottery" {
        return lottery(event);
    }
    let mut details = data.clone();
    let symbol = details.remove("symbol");
    let accounts: Vec<_> = ACCOUNT_FIELDS
        .into_iter()
        .filter_map(|field| data.get(field)?.as_str())
        .filter(|name| (3..=16).contains(&name.len()))
        .collect();
    if accounts.is_empty() {
        return None;
    }
    let symbol = symbol.as_ref().and_then(Value::as_str).unwrap_or_default();
    let operation = format!("{}_{}", event.contract, event.event);
    Some(Told::new(
        operation,
        symbol,
        Value::Object(details),
        &accounts,
    ))
}

/// The winners of a draw among miners.
fn lottery(event: &Event) -> Option<Told> {
    let winners = event.data.get("winners")?.as_array()?;
    let names: Vec<_> = winners
        .iter()
        .filter_map(|winner| winner.get("winner")?.as_str())
        .collect();
    let operation = "mining_lottery".to_owned();
    Some(Told::new(
        operation,
        event.text("symbol"),
        event.data.clone(),
        &names,
    ))
}
