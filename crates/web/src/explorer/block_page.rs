use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};
use tartan_chain::{Block, ReadError, Reader};

use super::answer;
use super::record::{self, Record, Setting};
use super::rows::Row;
use crate::error::Error;
use crate::extract::{Asked, Format};
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Transactions of one page.
const SIZE: u64 = 100;

/// A block and its transactions.
#[derive(Template)]
#[template(path = "explorer/block.html")]
struct BlockPage {
    page: Page,
    block: Arc<Block>,
    is_final: bool,
    has_next: bool,
    sent: Vec<Row>,
    made: Vec<Row>,
    json: String,
    pager: Pager,
}

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    page: Option<u64>,
}

/// A block as `/block/<n>.json` has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    number: u64,
    time: String,
    #[serde(rename = "final")]
    is_final: bool,
    main_block: Option<u64>,
    main_block_id: String,
    previous_main_block_id: String,
    hash: String,
    database_hash: String,
    previous_hash: String,
    merkle_root: String,
    round: Option<u64>,
    round_hash: String,
    witness: String,
    signing_key: String,
    round_signature: String,
    transactions: Vec<Record>,
    virtual_transactions: Vec<Record>,
}

/// A block and what is around it.
struct Found {
    block: Arc<Block>,
    setting: Setting,
    has_next: bool,
}

fn find(reader: &Reader, number: u64) -> Result<Option<Found>, ReadError> {
    let Some(block) = reader.block(number)? else {
        return Ok(None);
    };
    let latest = reader.latest_block()?;
    Ok(Some(Found {
        has_next: latest.is_some_and(|latest| latest.number > number),
        setting: Setting::of(reader),
        block,
    }))
}

/// A number of a block as people write it.
fn number(text: &str) -> Result<u64, Error> {
    text.replace(',', "").parse().map_err(|_| {
        Error::bad_request(format!("expected the number of a block, found {text:.40}"))
    })
}

/// `GET /block/<n>`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
    Asked(asked): Asked<Query>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let number = number(name)?;
    let found = site.read(move |reader| find(reader, number)).await?;
    let Found {
        block,
        setting,
        has_next,
    } = found.ok_or_else(|| Error::not_found(format!("block {number}")))?;
    let is_final = setting.is_final(block.ref_block);
    let (sent, made) = record::of_block(&block, setting);
    if format == Format::Json {
        return Ok(answer::json(&answered(&block, is_final, sent, made)));
    }
    let count = sent.len().max(made.len());
    let pager = Pager::numbered(&page, asked.page.unwrap_or(1), count as u64, SIZE);
    let skipped = pager.place.map_or(0, |(place, _)| (place - 1) * SIZE);
    let shown = |records: &[Record]| {
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let of_page = records.iter().skip(skipped).take(SIZE as usize);
        of_page.map(|record| Row::new(&page, record)).collect()
    };
    Ok(answer::html(BlockPage {
        sent: shown(&sent),
        made: shown(&made),
        json: format!("{}.json", links::block(number)),
        page,
        block,
        is_final,
        has_next,
        pager,
    }))
}

fn answered(block: &Block, is_final: bool, sent: Vec<Record>, made: Vec<Record>) -> Answer {
    Answer {
        number: block.number,
        time: block.timestamp.clone(),
        is_final,
        main_block: block.ref_block,
        main_block_id: block.ref_block_id.clone(),
        previous_main_block_id: block.prev_ref_block_id.clone(),
        hash: block.hash.to_string(),
        database_hash: block.database_hash.to_string(),
        previous_hash: block.previous_hash.to_string(),
        merkle_root: block.merkle_root.to_string(),
        round: block.round,
        round_hash: block.round_hash.clone(),
        witness: block.witness.clone(),
        signing_key: block.signing_key.clone(),
        round_signature: block.round_signature.clone(),
        transactions: sent,
        virtual_transactions: made,
    }
}

/// `GET /block/main/<n>`: by the number of the main-chain block.
pub(super) async fn by_main(
    State(site): State<Site>,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let number = number(name)?;
    let block = site
        .read(move |reader| reader.block_by_main(number))
        .await?;
    let block = block.ok_or_else(|| {
        Error::not_found(format!("a block made from the main-chain block {number}"))
    })?;
    let ending = if format == Format::Json { ".json" } else { "" };
    // until the main chain cannot take it back, another one may take its place
    let address = format!("{}{ending}", links::block(block.number));
    Ok(Redirect::temporary(&address).into_response())
}
