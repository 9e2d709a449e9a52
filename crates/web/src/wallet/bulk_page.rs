use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;

use super::Owner;
use super::holdings::{Balance, Token, rows};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Sending one token to many accounts.
#[derive(Template)]
#[template(path = "wallet/bulk.html")]
pub(super) struct BulkPage {
    page: Page,
    owner: Owner,
    token: Token,
    available: String,
}

/// Which token.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    symbol: String,
}

/// `GET /@account/wallet/bulk?symbol=COOL`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Html<BulkPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let (name, symbol) = (owner.name.clone(), wanted.symbol.clone());
    let read = site.read(move |reader| {
        let query = json!({ "symbol": symbol });
        let tokens: Vec<Token> = rows(reader, "tokens", "tokens", &query)?;
        let query = json!({ "account": name, "symbol": symbol });
        let balances: Vec<Balance> = rows(reader, "tokens", "balances", &query)?;
        Ok::<_, tartan_chain::ReadError>((tokens.into_iter().next(), balances.into_iter().next()))
    });
    let (token, balance) = read.await?;
    let symbol = wanted.symbol;
    let token = token.ok_or_else(|| Error::not_found(format!("token {symbol:.32}")))?;
    Ok(Html(BulkPage {
        available: balance.map_or_else(|| "0".to_owned(), |row| row.balance),
        page,
        owner,
        token,
    }))
}
