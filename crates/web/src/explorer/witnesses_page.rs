use std::cmp::Ordering;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use tartan_chain::{FindRequest, ReadError, Reader};
use tartan_decimal::Decimal;

use super::answer;
use crate::error::Error;
use crate::extract::Format;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Witnesses and votes that are listed.
const MOST: usize = 500;

/// All witnesses, those with the most votes first.
#[derive(Template)]
#[template(path = "explorer/witnesses.html")]
struct WitnessesPage {
    page: Page,
    rows: Vec<Witness>,
    round: Option<Round>,
    json: String,
}

/// One of them.
#[derive(Template)]
#[template(path = "explorer/witness.html")]
struct WitnessPage {
    page: Page,
    witness: Witness,
    voters: Vec<String>,
    turns: Vec<u64>,
    json: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Witness {
    rank: usize,
    account: String,
    weight: String,
    enabled: bool,
    signing_key: String,
    address: String,
    missed_rounds: u64,
    missed_in_a_row: u64,
    verified_rounds: u64,
    last_round: Option<u64>,
    last_block: Option<u64>,
}

/// The round that is being verified.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    number: u64,
    last_verified_block: u64,
    last_block: u64,
    current: String,
    schedule: Vec<Turn>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    witness: String,
    block: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    witnesses: &'a [Witness],
    round: &'a Option<Round>,
}

#[derive(Serialize)]
struct One<'a> {
    #[serde(flatten)]
    witness: &'a Witness,
    voters: &'a [String],
    turns: &'a [u64],
}

fn rows(reader: &Reader, table: &str, query: &Value) -> Result<Vec<Value>, ReadError> {
    let request = FindRequest {
        limit: MOST,
        ..FindRequest::new("witnesses", table, query)
    };
    Ok(reader.find(&request)?.unwrap_or_default())
}

fn all(reader: &Reader) -> Result<Vec<Witness>, ReadError> {
    let mut all: Vec<Witness> = rows(reader, "witnesses", &json!({}))?
        .iter()
        .map(Witness::new)
        .collect();
    all.sort_by(|a, b| {
        let weight = |one: &Witness| Decimal::parse(&one.weight);
        let by_weight = weight(b).compare(&weight(a)).unwrap_or(Ordering::Equal);
        by_weight.then_with(|| a.account.cmp(&b.account))
    });
    for (place, witness) in all.iter_mut().enumerate() {
        witness.rank = place + 1;
    }
    Ok(all)
}

impl Witness {
    fn new(row: &Value) -> Witness {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| row[field].as_u64();
        let weight = &row["approvalWeight"];
        let host = match text("domain") {
            domain if domain.is_empty() => text("IP"),
            domain => domain,
        };
        Witness {
            rank: 0,
            account: text("account"),
            weight: match weight["$numberDecimal"].as_str() {
                Some(weight) => weight.to_owned(),
                None => super::record::plain(weight),
            },
            enabled: row["enabled"].as_bool().unwrap_or_default(),
            signing_key: text("signingKey"),
            address: match (host.is_empty(), number("RPCPort")) {
                (false, Some(port)) => format!("{host}:{port}"),
                _ => host,
            },
            missed_rounds: number("missedRounds").unwrap_or_default(),
            missed_in_a_row: number("missedRoundsInARow").unwrap_or_default(),
            verified_rounds: number("verifiedRounds").unwrap_or_default(),
            last_round: number("lastRoundVerified"),
            last_block: number("lastBlockVerified"),
        }
    }
}

fn round(reader: &Reader) -> Result<Option<Round>, ReadError> {
    let Some(params) = reader.find_one("witnesses", "params", &json!({}))? else {
        return Ok(None);
    };
    let turns = rows(reader, "schedules", &json!({}))?;
    let number = |field: &str| params[field].as_u64().unwrap_or_default();
    Ok(Some(Round {
        number: number("round"),
        last_verified_block: number("lastVerifiedBlockNumber"),
        last_block: number("lastBlockRound"),
        current: params["currentWitness"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        schedule: turns
            .iter()
            .map(|turn| Turn {
                witness: turn["witness"].as_str().unwrap_or_default().to_owned(),
                block: turn["blockNumber"].as_u64().unwrap_or_default(),
            })
            .collect(),
    }))
}

/// `GET /witnesses`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Response, Error> {
    let read = site.read(|reader| Ok::<_, ReadError>((all(reader)?, round(reader)?)));
    let (rows, round) = read.await?;
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            witnesses: &rows,
            round: &round,
        }));
    }
    let json = answer::json_address(&page);
    Ok(answer::html(WitnessesPage {
        page,
        rows,
        round,
        json,
    }))
}

/// `GET /witness/<name>`
pub(super) async fn one(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (name, format) = Format::split(&name);
    let account = name.to_owned();
    let found = site.read(move |reader| {
        let voters = rows(reader, "approvals", &json!({ "to": account }))?;
        let turns = rows(reader, "schedules", &json!({ "witness": account }))?;
        let witness = all(reader)?.into_iter().find(|one| one.account == account);
        Ok::<_, ReadError>((witness, voters, turns))
    });
    let (witness, voters, turns) = found.await?;
    let witness = witness.ok_or_else(|| Error::not_found(format!("witness {name:.32}")))?;
    let voters: Vec<String> = voters
        .iter()
        .filter_map(|row| row["from"].as_str().map(str::to_owned))
        .collect();
    let turns: Vec<u64> = turns
        .iter()
        .filter_map(|row| row["blockNumber"].as_u64())
        .collect();
    if format == Format::Json {
        return Ok(answer::json(&One {
            witness: &witness,
            voters: &voters,
            turns: &turns,
        }));
    }
    let json = format!("{}.json", links::witness(&witness.account));
    Ok(answer::html(WitnessPage {
        page,
        witness,
        voters,
        turns,
        json,
    }))
}
