use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::json;
use tartan_chain::{Block, ReadError, Reader, TransactionFound};

use super::answer;
use super::record::{Outcome, Record, Setting};
use super::tree::Tree;
use super::{reasons, said};
use crate::error::Error;
use crate::extract::Format;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Events that are listed.
const EVENTS: usize = 200;
/// Operations of one id that are shown whole.
const OPERATIONS: usize = 20;
/// The longest raw text that is part of the page.
const RAW: usize = 16_384;

/// A transaction, or all of one transaction of the main chain.
#[derive(Template)]
#[template(path = "explorer/transaction.html")]
struct TransactionPage {
    page: Page,
    id: String,
    outcome: Outcome,
    is_final: bool,
    /// The blocks that it is in.
    block: u64,
    main_block: u64,
    /// One for each operation.
    parts: Vec<Operation>,
    /// Others of the same main-chain transaction: id, what they did, what became of them.
    siblings: Vec<(String, String, ui::Status)>,
    before: Option<String>,
    after: Option<String>,
    main: Option<MainLink>,
    atomic: bool,
    json: String,
}

/// There is none of this id.
#[derive(Template)]
#[template(path = "explorer/unknown.html")]
struct UnknownPage {
    page: Page,
    id: String,
    /// Whether there may be one: it is an id.
    can_come: bool,
    main: Option<MainLink>,
}

/// Where a transaction of the main chain is shown.
struct MainLink {
    site: String,
    address: String,
}

/// An operation, as it is shown.
struct Operation {
    record: Record,
    said: String,
    /// Errors with what they mean.
    errors: Vec<(String, Option<String>)>,
    payload: Tree,
    events: Vec<Told>,
    more_events: usize,
    raw: String,
    custom_json: Option<String>,
}

/// An event, as it is shown.
struct Told {
    contract: String,
    event: String,
    data: Tree,
}

/// As `/tx/<id>.json` has it.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    status: Outcome,
    #[serde(rename = "final")]
    is_final: bool,
    transactions: &'a [Record],
}

/// What an id leads to.
struct Found {
    records: Vec<Record>,
    siblings: Vec<Record>,
    before: Option<String>,
    after: Option<String>,
    atomic: bool,
}

fn find(reader: &Reader, id: &str) -> Result<Option<Found>, ReadError> {
    let setting = Setting::of(reader);
    let (block, places) = match lookup(reader, id)? {
        Some(TransactionFound::Single { block, place }) => (block, vec![place]),
        Some(TransactionFound::Bundle { block, places }) => {
            (block, places.into_iter().map(|(place, _)| place).collect())
        }
        None => return made_by_chain(reader, id, setting),
    };
    let read = |place: &usize| {
        let transaction = block.transactions.get(*place)?;
        Some(Record::new(&block, *place, transaction, false, setting))
    };
    let records: Vec<Record> = places.iter().filter_map(read).collect();
    let mut siblings = Vec::new();
    if let ([_], Some((main, _))) = (records.as_slice(), id.split_once('-'))
        && let Some(TransactionFound::Bundle { places, .. }) = reader.main_transaction(main)?
    {
        siblings = places.iter().filter_map(|(place, _)| read(place)).collect();
    }
    let (first, last) = (places.iter().min(), places.iter().max());
    let near = |place: Option<usize>| place.and_then(|place| id_at(&block, place));
    Ok(Some(Found {
        before: near(first.and_then(|first| first.checked_sub(1))),
        after: near(last.map(|last| last + 1)),
        records,
        siblings,
        atomic: reader.network().rules.atomic,
    }))
}

/// What has this id, or came of the main chain's transaction with it.
fn lookup(reader: &Reader, id: &str) -> Result<Option<TransactionFound>, ReadError> {
    match reader.main_transaction(id)? {
        Some(found) => Ok(Some(found)),
        None => reader.transaction(id),
    }
}

fn id_at(block: &Block, place: usize) -> Option<String> {
    block.transactions.get(place).map(|one| one.id.to_string())
}

/// What the chain made by itself: `<main-chain block>-<number>`.
fn made_by_chain(reader: &Reader, id: &str, setting: Setting) -> Result<Option<Found>, ReadError> {
    let Some(number) = id
        .split_once('-')
        .and_then(|(number, _)| number.parse().ok())
    else {
        return Ok(None);
    };
    let Some(block) = reader.block_by_main(number)? else {
        return Ok(None);
    };
    let mut all = block.virtual_transactions.iter().enumerate();
    let Some((place, transaction)) = all.find(|(_, one)| one.id.to_string() == id) else {
        return Ok(None);
    };
    Ok(Some(Found {
        records: vec![Record::new(&block, place, transaction, true, setting)],
        siblings: Vec::new(),
        before: None,
        after: None,
        atomic: reader.network().rules.atomic,
    }))
}

/// `GET /tx/<id>`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let id = name.to_owned();
    let asked = id.clone();
    let found = site.read(move |reader| find(reader, &asked)).await?;
    let main = main_link(&site, &id);
    let Some(found) = found.filter(|found| !found.records.is_empty()) else {
        if format == Format::Json || page.wants_json {
            return Err(Error::not_found(format!("transaction {id:.80}")));
        }
        let page = Html(UnknownPage {
            can_come: can_come(&id),
            id: id.chars().take(80).collect(),
            page,
            main,
        });
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    };
    let outcome = Outcome::of_all(&found.records);
    let is_final = found.records.iter().all(|record| record.is_final);
    if format == Format::Json {
        return Ok(answer::json(&Answer {
            id: &id,
            status: outcome,
            is_final,
            transactions: &found.records,
        }));
    }
    let first = found.records.first();
    let block = first.map_or(0, |record| record.block);
    let main_block = first.and_then(|record| record.main_block).unwrap_or(0);
    let sibling = |record: &Record| {
        let said = said::sentence(&page, record);
        (record.id.clone(), said, record.status.chip())
    };
    let others = match found.records.len() {
        0..=1 => found.siblings.as_slice(),
        _ => found.records.as_slice(),
    };
    let siblings = others.iter().map(sibling).collect();
    let of_chain = found
        .records
        .iter()
        .any(|record| record.status == Outcome::Virtual);
    let custom_json_id = site.network().custom_json_id();
    let parts = found.records.into_iter().take(OPERATIONS);
    Ok(answer::html(TransactionPage {
        parts: parts
            .map(|record| Operation::new(&page, record, &custom_json_id))
            .collect(),
        json: format!("{}.json", links::transaction(&id)),
        main: main.filter(|_| !of_chain),
        page,
        id,
        outcome,
        is_final,
        block,
        main_block,
        siblings,
        before: found.before,
        after: found.after,
        atomic: found.atomic,
    }))
}

/// Whether a transaction may yet get this id: one of the main chain's, or of what the chain does by itself in a block of it, with
/// numbers behind it.
fn can_come(id: &str) -> bool {
    let (first, numbers) = match id.split_once('-') {
        Some((first, numbers)) => (first, Some(numbers)),
        None => (id, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_main = first.len() == 40
        && first
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_block = numbers.is_some() && first.len() <= 10 && is_digits(first);
    let mut numbers = numbers.iter().flat_map(|numbers| numbers.split('-'));
    id.len() <= 80 && (is_main || is_block) && numbers.all(is_digits)
}

/// Where the main chain's transaction of this id is shown, if the network says where.
fn main_link(site: &Site, id: &str) -> Option<MainLink> {
    let explorer = site.network().main_chain.explorer.as_ref()?;
    let id = id.split('-').next().unwrap_or_default();
    let is_id = id.len() == 40 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_id.then(|| MainLink {
        site: explorer.name.clone(),
        address: explorer.transaction.of(id),
    })
}

impl Operation {
    fn new(page: &Page, mut record: Record, custom_json_id: &str) -> Operation {
        let raw = serde_json::to_string_pretty(&record).unwrap_or_default();
        let errors = record.errors.iter().take(10);
        let errors = errors.map(|error| (cut(error, 500), reasons::explained(page, error)));
        let told = record.events.iter().take(EVENTS);
        let told = told.map(|event| Told {
            contract: event.contract.clone(),
            event: event.event.clone(),
            data: Tree::of(&event.data),
        });
        Operation {
            said: said::sentence(page, &record),
            errors: errors.collect(),
            events: told.collect(),
            more_events: record.events.len().saturating_sub(EVENTS),
            custom_json: custom_json(&record, custom_json_id),
            raw: cut(&raw, RAW),
            payload: {
                // it is said apart
                if let Some(fields) = record.payload.as_object_mut() {
                    fields.remove("isSignedWithActiveKey");
                }
                match record.payload.as_str() {
                    Some("") => Tree::default(),
                    _ => Tree::of(&record.payload),
                }
            },
            record,
        }
    }
}

/// The operation of the main chain that would do the same; `None` for what no account sent, or is too long to copy.
fn custom_json(record: &Record, id: &str) -> Option<String> {
    if record.status == Outcome::Virtual || record.payload.to_string().len() > RAW {
        return None;
    }
    let mut payload = record.payload.clone();
    payload.as_object_mut()?.remove("isSignedWithActiveKey");
    let call = json!({
        "contractName": record.contract,
        "contractAction": record.action,
        "contractPayload": payload,
    });
    let signer = [record.sender.as_str()];
    let (active, posting) = match record.key {
        Some("posting") => (&[][..], &signer[..]),
        _ => (&signer[..], &[][..]),
    };
    let operation = json!(["custom_json", {
        "required_auths": active,
        "required_posting_auths": posting,
        "id": id,
        "json": call.to_string(),
    }]);
    Some(operation.to_string())
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
