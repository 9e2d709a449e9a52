use std::iter::once;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures::stream;
use serde::{Deserialize, Serialize};
use tartan_chain::{Block, ReadError, Reader};

use super::answer;
use super::record::{self, Setting};
use super::rows::Row;
use crate::error::Error;
use crate::extract::{Asked, Format};
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Transactions of one page.
const SIZE: u64 = 100;
/// Transactions that go into one piece of an answer in JSON.
const PIECE: usize = 50;

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

/// A block as `/block/<n>.json` has it, in front of its transactions.
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
    if format == Format::Json {
        return Ok(json(block, setting).into_response());
    }
    let (sent, made) = (&block.transactions, &block.virtual_transactions);
    let count = sent.len().max(made.len());
    let pager = Pager::numbered(&page, asked.page.unwrap_or(1), count as u64, SIZE);
    let skipped = pager.place.map_or(0, |(place, _)| (place - 1) * SIZE);
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let of_page = skipped..skipped.saturating_add(SIZE as usize);
    let shown = |is_virtual| {
        let records = record::of_block(&block, is_virtual, of_page.clone(), setting);
        records.map(|record| Row::new(&page, &record)).collect()
    };
    Ok(answer::html(BlockPage {
        sent: shown(false),
        made: shown(true),
        json: format!("{}.json", links::block(number)),
        page,
        block,
        is_final,
        has_next,
        pager,
    }))
}

/// The block as JSON, put together while it is sent: a block of a thousand transactions is megabytes.
fn json(block: Arc<Block>, setting: Setting) -> Response {
    let head = serde_json::to_string(&Answer::of(&block, setting)).unwrap_or_default();
    let start = head.strip_suffix('}').unwrap_or_default().to_owned() + ",\"transactions\":[";
    let sent = pieces(block.clone(), false, setting);
    let between = "],\"virtualTransactions\":[".to_owned();
    let made = pieces(block, true, setting);
    let all = once(start).chain(sent).chain(once(between));
    let all = all.chain(made).chain(once("]}".to_owned()));
    answer::json_in_pieces(stream::iter(all))
}

/// The transactions of a block as a list in JSON without its brackets.
fn pieces(
    block: Arc<Block>,
    is_virtual: bool,
    setting: Setting,
) -> impl Iterator<Item = String> + Send + 'static {
    let count = match is_virtual {
        true => block.virtual_transactions.len(),
        false => block.transactions.len(),
    };
    (0..count).step_by(PIECE).map(move |first| {
        let records = record::of_block(&block, is_virtual, first..first + PIECE, setting);
        let texts = records.map(|record| serde_json::to_string(&record).unwrap_or_default());
        let comma = if first > 0 { "," } else { "" };
        comma.to_owned() + &texts.collect::<Vec<_>>().join(",")
    })
}

impl Answer {
    fn of(block: &Block, setting: Setting) -> Answer {
        let is_final = setting.is_final(block.ref_block);
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
        }
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
