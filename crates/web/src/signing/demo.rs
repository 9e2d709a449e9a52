use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::site::Site;

/// `GET /api/sign/demo`: the accounts that anyone may act as; none but on a demo.
pub(super) async fn accounts(State(site): State<Site>) -> Json<Value> {
    let accounts = &site.config().demo_accounts;
    let names: Vec<&str> = accounts
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    Json(json!({ "accounts": names }))
}

/// `GET /api/sign/demo/<name>`: the published keys of such an account.
pub(super) async fn keys(
    State(site): State<Site>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let mut accounts = site.config().demo_accounts.iter();
    match accounts.find(|account| account.name == name) {
        Some(account) => Ok(Json(
            json!({ "active": account.active, "posting": account.posting }),
        )),
        None => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "no-demo",
            "the account belongs to no demo on this site",
        )),
    }
}
