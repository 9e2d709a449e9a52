use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tartan_chain::{Block, ReadError};

use super::answer;
use super::record::Setting;
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Blocks of one page.
const SIZE: u64 = 30;

/// The latest blocks.
#[derive(Template)]
#[template(path = "explorer/blocks.html")]
struct BlocksPage {
    page: Page,
    rows: Vec<Row>,
    json: String,
    pager: Pager,
}

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    before: Option<u64>,
}

/// A block as a row.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    number: u64,
    time: String,
    main_block: Option<u64>,
    transactions: usize,
    failed: usize,
    virtual_transactions: usize,
    witness: String,
    hash: String,
    #[serde(rename = "final")]
    is_final: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    blocks: &'a [Row],
    /// What to ask for as `before` for those before these.
    next: Option<u64>,
}

impl Row {
    fn new(block: &Arc<Block>, setting: Setting) -> Row {
        let has_failed = |logs: &str| logs.contains("\"errors\"");
        let sent = &block.transactions;
        Row {
            number: block.number,
            time: block.timestamp.clone(),
            main_block: block.ref_block,
            transactions: sent.len(),
            failed: sent.iter().filter(|one| has_failed(&one.logs)).count(),
            virtual_transactions: block.virtual_transactions.len(),
            witness: block.witness.clone(),
            hash: block.hash.to_string(),
            is_final: setting.is_final(block.ref_block),
        }
    }

    /// The chip for whether it can be taken back.
    fn chip(&self) -> ui::Status {
        match self.is_final {
            true => ui::Status::Final,
            false => ui::Status::Reversible,
        }
    }
}

/// `GET /blocks`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let rows = site.read(move |reader| {
        let setting = Setting::of(reader);
        let head = reader.latest_block()?.map_or(0, |block| block.number);
        let end = asked.before.map_or(head + 1, |before| before.min(head + 1));
        let first = end.saturating_sub(SIZE);
        let blocks = reader.block_range(first, end - first)?;
        let rows = blocks.iter().rev().map(|block| Row::new(block, setting));
        Ok::<Vec<Row>, ReadError>(rows.collect())
    });
    let rows = rows.await?;
    let next = rows
        .last()
        .map(|row| row.number)
        .filter(|number| *number > 0);
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            blocks: &rows,
            next,
        }));
    }
    Ok(answer::html(BlocksPage {
        json: answer::json_address(&page),
        pager: Pager::cursor(&page, next.map(|next| next.to_string())),
        page,
        rows,
    }))
}
