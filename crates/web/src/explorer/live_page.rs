use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_chain::{ReadError, Reader};

use super::answer;
use super::record::{self, Outcome, Record, Setting};
use super::rows::Row;
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows that are there at first.
const FIRST: usize = 30;
/// Rows of one answer.
const MOST: usize = 200;
/// Blocks that are looked through for them.
const BLOCKS: u64 = 200;
/// The block up to which an answer has everything.
const HEAD: HeaderName = HeaderName::from_static("tartan-head");

/// What happens, as it happens.
#[derive(Template)]
#[template(path = "explorer/live.html")]
struct LivePage {
    page: Page,
    head: u64,
    asked: Filters,
    rows: Vec<(u64, Row)>,
    json: String,
}

/// Rows to be put before the others.
#[derive(Template)]
#[template(path = "explorer/live_rows.html")]
struct LiveRows {
    page: Page,
    rows: Vec<(u64, Row)>,
}

/// What of it is shown.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Filters {
    /// What this account sent, or is part of.
    #[serde(default)]
    account: String,
    #[serde(default)]
    symbol: String,
    /// What was called, or was part of a call.
    #[serde(default)]
    contract: String,
    /// `success` or `failed`.
    #[serde(default)]
    status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Since {
    /// What came after this block.
    after: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    /// The block up to which these are all.
    head: u64,
    transactions: &'a [Record],
}

/// The head, and what happened last, the newest first.
type Latest = (u64, Vec<Record>);

impl Filters {
    /// Whether anything is left out.
    fn is_any(&self) -> bool {
        let Filters {
            account,
            symbol,
            contract,
            status,
        } = self;
        [account, symbol, contract, status]
            .iter()
            .any(|field| !field.trim().is_empty())
    }

    fn fits(&self, record: &Record) -> bool {
        let account = self.account.trim().trim_start_matches('@');
        let (symbol, contract) = (self.symbol.trim(), self.contract.trim());
        let told = |is: &dyn Fn(&str, &Value) -> bool| {
            let payload = record.payload.as_object().into_iter();
            let events = record
                .events
                .iter()
                .filter_map(|event| event.data.as_object());
            let mut fields = payload.chain(events).flatten();
            fields.any(|(name, value)| is(name, value))
        };
        let has = |value: &Value, wanted: &str| {
            value
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        let is_symbol = |name: &str| name.to_ascii_lowercase().ends_with("symbol");
        let failed = record.status == Outcome::Failed;
        (account.is_empty()
            || record.sender.eq_ignore_ascii_case(account)
            || told(&|name, value| name != "memo" && has(value, account)))
            && (symbol.is_empty() || told(&|name, value| is_symbol(name) && has(value, symbol)))
            && (contract.is_empty()
                || record.contract == contract
                || record.events.iter().any(|event| event.contract == contract))
            && match self.status.as_str() {
                "success" => !failed,
                "failed" => failed,
                _ => true,
            }
    }
}

/// What happened after a block, so much of it, of the last blocks.
fn latest(
    reader: &Reader,
    after: Option<u64>,
    asked: &Filters,
    most: usize,
) -> Result<Latest, ReadError> {
    let setting = Setting::of(reader);
    let head = reader.latest_block()?.map_or(0, |block| block.number);
    let mut records = Vec::new();
    let oldest = head.saturating_sub(BLOCKS);
    let first = after.map_or(oldest, |after| after.saturating_add(1).max(oldest));
    for number in (first..=head).rev() {
        if records.len() >= most {
            break;
        }
        if let Some(block) = reader.block(number)? {
            let sent = record::of_block(&block, false, 0..usize::MAX, setting).rev();
            let fitting = sent.filter(|record| asked.fits(record));
            records.extend(fitting.take(most - records.len()));
        }
    }
    Ok((head, records))
}

fn shown(page: &Page, records: &[Record]) -> Vec<(u64, Row)> {
    records
        .iter()
        .map(|record| (record.block, Row::new(page, record)))
        .collect()
}

/// `GET /live`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Filters>,
) -> Result<Response, Error> {
    let filters = asked.clone();
    let found = site.read(move |reader| latest(reader, None, &filters, FIRST));
    let (head, records) = found.await?;
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            head,
            transactions: &records,
        }));
    }
    let (rows, json) = (shown(&page, &records), answer::json_address(&page));
    Ok(answer::html(LivePage {
        page,
        head,
        asked,
        rows,
        json,
    }))
}

/// `GET /live/rows?after=`: for the island.
pub(super) async fn rows(
    State(site): State<Site>,
    page: Page,
    Asked(since): Asked<Since>,
    Asked(asked): Asked<Filters>,
) -> Result<Response, Error> {
    let found = site.read(move |reader| latest(reader, Some(since.after), &asked, MOST));
    let (head, records) = found.await?;
    let rows = shown(&page, &records);
    let head = [(HEAD, HeaderValue::from(head))];
    Ok((head, answer::html(LiveRows { page, rows })).into_response())
}
