use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tartan_chain::{ReadError, Reader};

use super::answer;
use super::record::{self, Record, Setting};
use super::rows::Row;
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows that are there at first.
const FIRST: usize = 30;
/// Blocks that are looked through for them.
const BLOCKS: u64 = 200;
/// Rows of a block.
const OF_BLOCK: usize = 100;

/// What happens, as it happens.
#[derive(Template)]
#[template(path = "explorer/live.html")]
struct LivePage {
    page: Page,
    rows: Vec<(u64, Row)>,
    json: String,
}

/// The rows of a block, to be put before the others.
#[derive(Template)]
#[template(path = "explorer/live_rows.html")]
struct LiveRows {
    page: Page,
    rows: Vec<(u64, Row)>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    block: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    transactions: &'a [Record],
}

fn latest(reader: &Reader) -> Result<Vec<Record>, ReadError> {
    let setting = Setting::of(reader);
    let head = reader.latest_block()?.map_or(0, |block| block.number);
    let mut records = Vec::new();
    for number in (head.saturating_sub(BLOCKS)..=head).rev() {
        if records.len() >= FIRST {
            break;
        }
        if let Some(block) = reader.block(number)? {
            let (sent, _) = record::of_block(&block, setting);
            records.extend(sent.into_iter().rev());
        }
    }
    records.truncate(FIRST);
    Ok(records)
}

fn shown(page: &Page, records: &[Record]) -> Vec<(u64, Row)> {
    records
        .iter()
        .map(|record| (record.block, Row::new(page, record)))
        .collect()
}

/// `GET /live`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Response, Error> {
    let records = site.read(latest).await?;
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            transactions: &records,
        }));
    }
    let (rows, json) = (shown(&page, &records), answer::json_address(&page));
    Ok(answer::html(LivePage { page, rows, json }))
}

/// `GET /live/rows?block=`: for the island.
pub(super) async fn rows(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let records = site.read(move |reader| {
        let block = reader.block(asked.block)?;
        let sent = block.map(|block| record::of_block(&block, Setting::of(reader)).0);
        Ok::<_, ReadError>(sent.unwrap_or_default())
    });
    let mut records = records.await?;
    records.reverse();
    records.truncate(OF_BLOCK);
    let rows = shown(&page, &records);
    Ok(answer::html(LiveRows { page, rows }))
}
