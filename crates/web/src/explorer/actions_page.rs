//! What a contract can be told to do: its actions with their parameters, and a form to sign a call of one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_index::{TransactionQuery, TransactionRow};

use super::contracts_page::is_marker;
use super::interface::{self, Action};
use super::record::{self, Outcome, Record};
use super::rows::Row;
use super::{answer, found, versions};
use crate::error::Error;
use crate::extract::Asked;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Calls of a script that are looked at for the names of its actions.
const LATEST: i64 = 200;
/// Calls of one action that are listed, and that examples are taken from.
const CALLS: i64 = 10;
/// Characters of an example.
const EXAMPLE: usize = 60;

/// The actions of a contract, or one of them.
#[derive(Template)]
#[template(path = "explorer/actions.html")]
struct ActionsPage {
    page: Page,
    contract: String,
    is_native: bool,
    actions: Vec<Action>,
    /// The one that was chosen.
    chosen: Option<Action>,
    /// Its last calls, in words.
    calls: Vec<Row>,
    /// A call of it, to be copied and filled in.
    custom_json: String,
    custom_json_id: String,
    /// The token that deposits are paid in, where scripts lock some.
    utility: String,
    json: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    /// The action.
    #[serde(default, rename = "do")]
    action: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    contract: &'a str,
    native: bool,
    actions: &'a [Action],
}

/// A contract, as far as it says what it can do.
struct Contract {
    is_native: bool,
    code: String,
}

fn find(reader: &Reader, name: &str) -> Result<Option<Contract>, ReadError> {
    let Some(document) = reader.contract(name)? else {
        return Ok(None);
    };
    let code = document["code"].as_str().unwrap_or_default().to_owned();
    Ok(Some(Contract {
        is_native: is_marker(&code),
        code,
    }))
}

/// `GET /contract/<name>/actions`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(name): Path<String>,
    Asked(asked): Asked<Choice>,
) -> Result<Response, Error> {
    let wanted = name.clone();
    let contract = site.read(move |reader| find(reader, &wanted)).await?;
    let contract = contract.ok_or_else(|| Error::not_found(format!("contract {name:.60}")))?;
    let mut actions = match contract.is_native {
        true => interface::of_native(&page, &name),
        false => of_script(&site, &name, contract.code).await?,
    };
    let chosen = actions
        .iter()
        .position(|action| action.name == asked.action);
    let (mut chosen, mut calls) = (chosen.map(|place| actions.swap_remove(place)), Vec::new());
    if chosen.is_none() && !asked.action.is_empty() {
        let missing = asked.action.chars().take(60).collect::<String>();
        return Err(Error::not_found(format!("action {missing} of {name:.60}")));
    }
    if let Some(action) = &mut chosen {
        let records = latest(&site, &name, &action.name).await?;
        let payloads: Vec<&Value> = records
            .iter()
            .filter(|record| record.status == Outcome::Success)
            .map(|record| &record.payload)
            .collect();
        action.learn(&payloads);
        for parameter in &mut action.parameters {
            parameter.example = parameter
                .example
                .take()
                .filter(|example| example.len() <= EXAMPLE);
        }
        calls = records
            .iter()
            .map(|record| Row::new(&page, record))
            .collect();
    }
    if answer::is_json(&page) {
        let actions = match &chosen {
            Some(chosen) => std::slice::from_ref(chosen),
            None => &actions,
        };
        return Ok(answer::json(&Answer {
            contract: &name,
            native: contract.is_native,
            actions,
        }));
    }
    let network = site.network();
    let custom_json_id = network.custom_json_id();
    Ok(answer::html(ActionsPage {
        custom_json: chosen
            .as_ref()
            .map(|action| skeleton(&name, action, &custom_json_id))
            .unwrap_or_default(),
        json: answer::json_address(&page),
        utility: network.tokens.utility.symbol.clone(),
        custom_json_id,
        page,
        contract: name,
        is_native: contract.is_native,
        actions,
        chosen,
        calls,
    }))
}

/// The actions of a script: those in its source, and those that were called lately.
async fn of_script(site: &Site, name: &str, code: String) -> Result<Vec<Action>, Error> {
    let mut called: Vec<TransactionRow> = Vec::new();
    let mut source = code;
    if let Ok(index) = site.index() {
        let query = TransactionQuery {
            contract: Some(name.to_owned()),
            limit: LATEST,
            ..TransactionQuery::default()
        };
        called = index.transactions(&query).await?;
        // as it was sent; what the chain keeps has the network's template around it
        if let Some(version) = versions::of(site, name).await?.last() {
            source = version.source(site).await?;
        }
    }
    let takes_deposits = site.network().contracts.tokens.deposit_per_byte().is_some();
    let called: Vec<String> = called
        .into_iter()
        .filter(|row| row.error.is_none())
        .map(|row| row.action)
        .collect();
    // a long source takes a while
    tokio::task::spawn_blocking(move || interface::of_script(&source, called, takes_deposits))
        .await
        .map_err(Error::internal)
}

/// The last calls of an action.
async fn latest(site: &Site, contract: &str, action: &str) -> Result<Vec<Record>, Error> {
    let Ok(index) = site.index() else {
        return Ok(Vec::new());
    };
    let query = TransactionQuery {
        contract: Some(contract.to_owned()),
        action: Some(action.to_owned()),
        limit: CALLS,
        ..TransactionQuery::default()
    };
    let rows = index.transactions(&query).await?;
    let wanted: Vec<(u64, usize)> = rows.iter().map(found::place).collect();
    let records = site
        .read(move |reader| record::at_places(reader, &wanted))
        .await?;
    Ok(records.into_iter().flatten().collect())
}

/// A call whose parameters are to be filled in, as an operation of the main chain.
fn skeleton(contract: &str, action: &Action, id: &str) -> String {
    let payload = action.parameters.iter();
    let payload = payload.filter(|parameter| !parameter.is_optional || !action.is_certain);
    let payload: serde_json::Map<String, Value> = payload
        .map(|parameter| (parameter.name.clone(), parameter.blank()))
        .collect();
    let call = json!({
        "contractName": contract, "contractAction": action.name, "contractPayload": payload,
    });
    let signer = ["your-account"];
    let (active, posting) = match action.needs_active {
        true => (&signer[..], &[][..]),
        false => (&[][..], &signer[..]),
    };
    let operation = json!(["custom_json", {
        "required_auths": active,
        "required_posting_auths": posting,
        "id": id,
        "json": call.to_string(),
    }]);
    operation.to_string()
}
