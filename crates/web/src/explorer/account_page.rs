use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tartan_chain::{Block, FindRequest, ReadError, Reader};
use tartan_graphene::AccountName;
use tartan_index::{Account, HistoryQuery, Operation, Token, TokenQuery, block_of};

use super::answer;
use super::record::{self, Record, Setting};
use super::said;
use crate::error::Error;
use crate::extract::{Asked, Format};
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::wallet::holdings::{self, Holding, Holdings};
use crate::wallet::pending::{self, Pending};
use crate::{format, links, ui};

/// Operations of one page.
const SIZE: usize = 30;
/// Orders, votes and tokens that are listed.
const MOST: usize = 100;
/// Balances that are listed before the rest is folded.
const BALANCES: usize = 10;
/// Open orders that are shown at once.
const ORDERS: usize = 10;
/// Where operations have their amount.
const QUANTITIES: [&str; 5] = [
    "quantity",
    "quantityReturned",
    "quantityTokens",
    "quantityLocked",
    "quantityUnlocked",
];
const DAY: i64 = 86_400;

/// What an account has, and what it did.
#[derive(Template)]
#[template(path = "explorer/account.html")]
struct AccountPage {
    page: Page,
    name: String,
    known: Option<Account>,
    state: HeldState,
    issued: Vec<Token>,
    has_index: bool,
    asked: Filters,
    rows: Vec<Row>,
    csv: String,
    json: String,
    pager: Pager,
}

/// What is shown of its history.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    contract: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    symbol: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    before: Option<i64>,
}

/// What the chain holds for an account.
struct HeldState {
    holdings: Holdings,
    pending: Pending,
    orders: Vec<Order>,
    votes: Vec<String>,
}

/// An open order.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    id: String,
    side: &'static str,
    symbol: String,
    quantity: String,
    price: String,
    expires: i64,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    /// For `before`.
    cursor: i64,
    transaction: String,
    block: i64,
    time: i64,
    operation: String,
    said: String,
    #[serde(skip)]
    status: ui::Status,
    failed: bool,
    symbol: Option<String>,
    quantity: Option<String>,
    /// `+`, `−`, or nothing.
    #[serde(skip)]
    sign: &'static str,
    details: Map<String, Value>,
}

/// As `/@name.json` has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    account: &'a str,
    first_seen: Option<i64>,
    last_sent: Option<i64>,
    transactions: Option<i64>,
    balances: Vec<Value>,
    orders: &'a [Order],
    witness_votes: &'a [String],
    issued: Vec<&'a str>,
    operations: &'a [Row],
    /// What to ask for as `before` for those before these.
    next: Option<i64>,
}

impl Filters {
    fn query(&self, account: &str) -> Result<HistoryQuery, Error> {
        let contract = self.contract.trim();
        let action = self.action.trim();
        let (operations, contracts) = match (contract, action) {
            ("", "") => (vec![], vec![]),
            (contract, "") => (vec![], vec![contract.to_owned()]),
            ("", _) => {
                return Err(Error::bad_request(
                    "expected a contract together with the action, found none",
                ));
            }
            (contract, action) => (vec![format!("{contract}_{action}")], vec![]),
        };
        Ok(HistoryQuery {
            accounts: vec![account.to_owned()],
            symbol: Some(self.symbol.trim().to_uppercase()).filter(|symbol| !symbol.is_empty()),
            operations,
            contracts,
            direction: match self.direction.as_str() {
                "in" | "out" => Some(self.direction.clone()),
                _ => None,
            },
            failed: match self.status.as_str() {
                "failed" => Some(true),
                "success" => Some(false),
                _ => None,
            },
            from: day(&self.from)?,
            until: day(&self.until)?.map(|day| day + DAY - 1),
            before: self.before,
            limit: i64::try_from(SIZE + 1).unwrap_or(i64::MAX),
            ..HistoryQuery::default()
        })
    }

    /// Whether anything is left out.
    fn is_any(&self) -> bool {
        let Filters {
            contract,
            action,
            symbol,
            direction,
            status,
            from,
            until,
            ..
        } = self;
        [contract, action, symbol, direction, status, from, until]
            .iter()
            .any(|field| !field.is_empty())
    }
}

/// The first second of a day such as `2026-01-31`.
fn day(text: &str) -> Result<Option<i64>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let seconds = match text.len() {
        10 => format::seconds(&format!("{text}T00:00:00")),
        _ => None,
    };
    let expected = || {
        Error::bad_request(format!(
            "expected a day such as 2026-01-31, found {text:.40?}"
        ))
    };
    seconds.map(Some).ok_or_else(expected)
}

/// `GET /@account`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
    Asked(asked): Asked<Filters>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let name = name.to_owned();
    let wanted = name.to_ascii_lowercase();
    if AccountName::check(&wanted).is_err() {
        return Err(Error::not_found(format!("account {name:.32}")));
    }
    if wanted != name {
        return Ok(Redirect::permanent(&links::account(&wanted)).into_response());
    }
    let query = asked.query(&name)?;
    let account = name.clone();
    let state = site.read(move |reader| held(reader, &account)).await?;
    let (mut known, mut issued, mut rows, mut next) = (None, Vec::new(), Vec::new(), None);
    if let Ok(index) = site.index() {
        known = index.account(&name).await?;
        let tokens = TokenQuery {
            issuer: Some(name.clone()),
            limit: 100,
            ..TokenQuery::default()
        };
        let listed = index.tokens(&tokens).await?;
        issued = listed
            .tokens
            .into_iter()
            .map(|listing| listing.token)
            .collect();
        let mut found: Vec<Operation> = index
            .account_history(&query)
            .await?
            .into_iter()
            .map(|(_, row)| row)
            .collect();
        if found.len() > SIZE {
            found.truncate(SIZE);
            next = found.last().map(|row| row.id);
        }
        rows = told(&site, &page, &name, found).await?;
    }
    if format == Format::Json {
        return Ok(answer::json(&answered(
            &name,
            known.as_ref(),
            &state,
            &issued,
            &rows,
            next,
        )));
    }
    Ok(answer::html(AccountPage {
        csv: csv(&query, &name),
        json: answer::json_address(&page),
        pager: Pager::cursor(&page, next.map(|next| next.to_string())),
        has_index: site.index().is_ok(),
        page,
        name,
        known,
        state,
        issued,
        asked,
        rows,
    }))
}

fn held(reader: &Reader, account: &str) -> Result<HeldState, ReadError> {
    let rows = |contract, table, query: &Value| {
        let request = FindRequest {
            limit: MOST,
            ..FindRequest::new(contract, table, query)
        };
        Ok::<_, ReadError>(reader.find(&request)?.unwrap_or_default())
    };
    let mine = json!({ "account": account });
    let mut orders = Vec::new();
    for (table, side) in [("buyBook", "buy"), ("sellBook", "sell")] {
        for row in rows("market", table, &mine)? {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            orders.push(Order {
                id: text("txId"),
                side,
                symbol: text("symbol"),
                quantity: text("quantity"),
                price: text("price"),
                expires: row["expiration"].as_i64().unwrap_or_default(),
            });
        }
    }
    let votes = rows("witnesses", "approvals", &json!({ "from": account }))?;
    let votes = votes
        .iter()
        .filter_map(|row| row["to"].as_str().map(str::to_owned));
    Ok(HeldState {
        holdings: holdings::of_account(reader, account)?,
        pending: pending::of_account(reader, account, None)?,
        orders,
        votes: votes.collect(),
    })
}

/// Operations with what their transactions say.
async fn told(
    site: &Site,
    page: &Page,
    account: &str,
    found: Vec<Operation>,
) -> Result<Vec<Row>, Error> {
    let wanted: Vec<(i64, String)> = found
        .iter()
        .map(|row| (block_of(row.id), row.transaction_id.clone()))
        .collect();
    let records = site.read(move |reader| records(reader, &wanted)).await?;
    let rows = found.into_iter().map(|row| {
        let record = records.get(&row.transaction_id);
        Row::new(page, account, row, record)
    });
    Ok(rows.collect())
}

/// The transactions of these blocks with these ids.
fn records(
    reader: &Reader,
    wanted: &[(i64, String)],
) -> Result<HashMap<String, Record>, ReadError> {
    let setting = Setting::of(reader);
    let mut blocks: HashMap<i64, Option<Arc<Block>>> = HashMap::new();
    let mut found = HashMap::new();
    for (number, id) in wanted {
        if found.contains_key(id) {
            continue;
        }
        if !blocks.contains_key(number) {
            let block = reader.block(u64::try_from(*number).unwrap_or_default())?;
            blocks.insert(*number, block);
        }
        if let Some(Some(block)) = blocks.get(number)
            && let Some(record) = record::of_id(block, id, setting)
        {
            found.insert(id.clone(), record);
        }
    }
    Ok(found)
}

impl Row {
    fn new(page: &Page, account: &str, row: Operation, record: Option<&Record>) -> Row {
        let details: Map<String, Value> = serde_json::from_str(&row.details).unwrap_or_default();
        let text = |field: &str| {
            details
                .get(field)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let is_me = |field: &str| details.get(field).and_then(Value::as_str) == Some(account);
        let sign = match (is_me("from"), is_me("to")) {
            (true, false) => "−",
            (false, true) => "+",
            _ => "",
        };
        let status = record.map_or(ui::Status::Success, |record| record.status.chip());
        Row {
            cursor: row.id,
            block: block_of(row.id),
            said: words(page, account, &row.operation, record),
            failed: status == ui::Status::Failed,
            quantity: QUANTITIES.iter().find_map(|field| text(field)),
            transaction: row.transaction_id,
            time: row.time,
            operation: row.operation,
            status,
            symbol: row.symbol,
            sign,
            details,
        }
    }
}

/// What happened, in words: what the transaction did, if that is it; or else what came of it for the account.
fn words(page: &Page, account: &str, operation: &str, record: Option<&Record>) -> String {
    let known = format!("wallet-op-{}", operation.replace('_', "-"));
    let is_told = |record: &&Record| {
        let is_itself = operation == format!("{}_{}", record.contract, record.action);
        let is_paid = operation.ends_with("Reward") || operation.ends_with("lottery");
        (is_itself || record.sender == account) && !is_paid
    };
    match record {
        Some(record) if is_told(&record) => said::sentence(page, record),
        _ if page.has_text(&known) => page.t(&known).to_string(),
        Some(record) => said::sentence(page, record),
        None => operation.replacen('_', ": ", 1),
    }
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

fn answered<'a>(
    name: &'a str,
    known: Option<&Account>,
    state: &'a HeldState,
    issued: &'a [Token],
    rows: &'a [Row],
    next: Option<i64>,
) -> Answer<'a> {
    let balance = |holding: &Holding| {
        json!({
            "symbol": holding.symbol,
            "balance": holding.liquid,
            "stake": holding.staked,
            "delegatedIn": holding.lent_by_others,
            "delegatedOut": holding.lent_to_others,
            "unstaking": holding.unstaking,
            "total": holding.total,
            "price": holding.price,
            "value": holding.value,
        })
    };
    Answer {
        account: name,
        first_seen: known.map(|known| known.first_time),
        last_sent: known.map(|known| known.last_time).filter(|time| *time > 0),
        transactions: known.map(|known| known.transactions),
        balances: state.holdings.rows.iter().map(balance).collect(),
        orders: &state.orders,
        witness_votes: &state.votes,
        issued: issued.iter().map(|token| token.symbol.as_str()).collect(),
        operations: rows,
        next,
    }
}
