use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value};
use tartan_index::{HistoryQuery, Operation};

use super::Owner;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows of one page.
const SIZE: i64 = 50;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What happened to an account.
#[derive(Template)]
#[template(path = "wallet/history.html")]
pub(super) struct HistoryPage {
    page: Page,
    owner: Owner,
    asked: Filters,
    rows: Vec<Row>,
    /// The address of the whole table for spreadsheets.
    csv: String,
    pager: Pager,
}

/// What is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    symbol: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    before: Option<i64>,
}

/// Kinds of what happens, with what belongs to them: operations, and contracts of which all do.
const KINDS: [(&str, &[&str], &[&str]); 5] = [
    (
        "transfers",
        &[
            "tokens_transfer",
            "tokens_transferToContract",
            "tokens_issue",
        ],
        &["steempegged", "hivepegged"],
    ),
    (
        "stake",
        &[
            "tokens_stake",
            "tokens_unstakeStart",
            "tokens_unstake",
            "tokens_cancelUnstake",
            "tokens_delegate",
            "tokens_undelegateStart",
            "tokens_undelegateDone",
        ],
        &[],
    ),
    (
        "rewards",
        &[],
        &["comments", "mining", "distribution", "tokenfunds"],
    ),
    ("market", &[], &["market", "marketpools"]),
    ("gifts", &[], &["airdrops"]),
];

/// Something that happened.
pub(super) struct Row {
    transaction: String,
    time: i64,
    /// In words.
    words: String,
    symbol: Option<String>,
    quantity: Option<String>,
    /// `+`, `−`, or nothing where nothing moved to or from the account.
    sign: &'static str,
    /// The other side, where it is an account.
    other: Option<String>,
    /// The other side, where it is a contract.
    contract: Option<String>,
    memo: Option<String>,
}

impl Filters {
    fn query(&self, account: &str) -> Result<HistoryQuery, Error> {
        let kind = KINDS.iter().find(|(name, ..)| *name == self.kind);
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Ok(HistoryQuery {
            accounts: vec![account.to_owned()],
            symbol: Some(self.symbol.trim().to_uppercase()).filter(|symbol| !symbol.is_empty()),
            operations: kind
                .map(|(_, operations, _)| texts(operations))
                .unwrap_or_default(),
            contracts: kind
                .map(|(_, _, contracts)| texts(contracts))
                .unwrap_or_default(),
            from: date(&self.from)?,
            until: date(&self.until)?.map(|day| day + DAY - 1),
            before: self.before,
            failed: Some(false),
            limit: SIZE + 1,
            ..HistoryQuery::default()
        })
    }
}

/// The first second of a day such as `2026-01-31`.
fn date(text: &str) -> Result<Option<i64>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let expected =
        || Error::bad_request(format!("expected a day such as 2026-01-31, found {text:?}"));
    match text.len() {
        10 => format::seconds(&format!("{text}T00:00:00"))
            .map(Some)
            .ok_or_else(expected),
        _ => Err(expected()),
    }
}

/// `GET /@account/wallet/history`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
    Asked(asked): Asked<Filters>,
) -> Result<Html<HistoryPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let query = asked.query(&owner.name)?;
    let csv = csv(&query, &owner.name);
    let mut found = site.index()?.account_history(&query).await?;
    let size = usize::try_from(SIZE).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().map(|(_, row)| row.id.to_string());
    let rows = found
        .into_iter()
        .map(|(_, row)| Row::new(&page, &owner.name, row))
        .collect();
    Ok(Html(HistoryPage {
        pager: Pager::cursor(&page, last.filter(|_| has_more)),
        page,
        owner,
        asked,
        rows,
        csv,
    }))
}

/// The address of everything that matches, as a table.
fn csv(query: &HistoryQuery, account: &str) -> String {
    let mut address = format!("/api/history/account.csv?account={}", links::part(account));
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            address.push_str(&format!("&{name}={}", links::part(value)));
        }
    };
    add("symbol", query.symbol.as_deref().unwrap_or_default());
    add("ops", &query.operations.join(","));
    add("contracts", &query.contracts.join(","));
    let number = |time: Option<i64>| time.map(|time| time.to_string()).unwrap_or_default();
    add("from", &number(query.from));
    add("to", &number(query.until));
    address
}

impl Row {
    fn new(page: &Page, account: &str, row: Operation) -> Row {
        let details: Map<String, Value> = serde_json::from_str(&row.details).unwrap_or_default();
        let text = |field: &str| {
            details
                .get(field)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let (from, to) = (text("from"), text("to"));
        // payouts name who gets them, and no other side
        let is_payout = from.is_none() && to.is_none() && is_payout(&row.operation);
        let sign = match (
            from.as_deref() == Some(account),
            to.as_deref() == Some(account),
        ) {
            (true, false) => "−",
            (false, true) => "+",
            _ if is_payout => "+",
            _ => "",
        };
        let other = match sign {
            "−" => to,
            "+" => from,
            _ => None,
        };
        let (contract, other) = match other {
            Some(name) => match name.strip_prefix("contract_") {
                Some(contract) => (Some(contract.to_owned()), None),
                None => (None, Some(name)),
            },
            None => (None, None),
        };
        Row {
            words: words(page, &row.operation),
            quantity: text("quantity").or_else(|| text("quantityReturned")),
            memo: text("memo").filter(|memo| !memo.is_empty()),
            transaction: row.transaction_id,
            time: row.time,
            symbol: row.symbol,
            sign,
            other,
            contract,
        }
    }
}

/// Whether an operation pays somebody what nobody sent.
fn is_payout(operation: &str) -> bool {
    operation.starts_with("comments_") && operation.ends_with("Reward")
        || operation == "mining_lottery"
}

/// What happened, in words: a text of that operation, or its name.
fn words(page: &Page, operation: &str) -> String {
    let known = format!("wallet-op-{}", operation.replace('_', "-"));
    match page.has_text(&known) {
        true => page.t(&known).to_string(),
        false => operation.replacen('_', ": ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_with_care() {
        assert_eq!(date("").unwrap(), None);
        assert_eq!(date("1970-01-02").unwrap(), Some(DAY));
        for wrong in [
            "yesterday",
            "2026-13-01",
            "2026-1-1",
            "2026-01-01T00:00:00",
            "é026-01-0",
        ] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
        let asked = Filters {
            symbol: " cool ".to_owned(),
            kind: "stake".to_owned(),
            until: "1970-01-01".to_owned(),
            ..Filters::default()
        };
        let query = asked.query("alice").unwrap();
        assert_eq!(query.symbol.as_deref(), Some("COOL"));
        assert_eq!(query.until, Some(DAY - 1));
        assert!(query.operations.contains(&"tokens_unstake".to_owned()));
        assert!(
            csv(&query, "alice").starts_with(
                "/api/history/account.csv?account=alice&symbol=COOL&ops=tokens_stake%2C"
            )
        );
    }
}
