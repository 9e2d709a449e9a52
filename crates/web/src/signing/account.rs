use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Serialize;
use tartan_graphene::{AccountName, Authority};

use super::Upstream;
use super::problem::Problem;
use crate::site::Site;

/// The public keys of an account of the main chain.
#[derive(Debug, Serialize)]
pub(super) struct AccountKeys {
    name: String,
    owner: Vec<String>,
    active: Vec<String>,
    posting: Vec<String>,
    memo: String,
}

/// `GET /api/sign/account/<name>`
pub(super) async fn account(
    State(site): State<Site>,
    Extension(upstream): Extension<Upstream>,
    Path(name): Path<String>,
) -> Result<Json<AccountKeys>, Problem> {
    let unknown = || {
        let message = format!("there is no account {name:.16} on the main chain");
        Problem::new(StatusCode::NOT_FOUND, "account-unknown", message)
            .with("account", format!("{name:.16}"))
    };
    if AccountName::check(&name).is_err() {
        return Err(unknown());
    }
    let _turn = upstream.turn()?;
    let client = site.client()?;
    let found = client.accounts(&[&name]).await;
    let found = found.map_err(Problem::unreachable)?;
    let account = found.into_iter().find(|account| account.name == name);
    let account = account.ok_or_else(unknown)?;
    let prefix = &client.chain().prefix;
    let texts = |authority: &Authority| {
        let keys = authority.key_auths.keys();
        keys.map(|key| key.to_text(prefix)).collect()
    };
    let memo = account.json.get("memo_key").and_then(|key| key.as_str());
    Ok(Json(AccountKeys {
        owner: texts(&account.owner),
        active: texts(&account.active),
        posting: texts(&account.posting),
        memo: memo.unwrap_or_default().to_owned(),
        name: account.name,
    }))
}
