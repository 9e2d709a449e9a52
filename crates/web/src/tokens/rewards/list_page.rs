use askama::Template;
use axum::extract::State;
use serde_json::json;

use super::reading;
use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Pools that are listed.
const MOST: usize = 1000;

/// All reward pools.
#[derive(Template)]
#[template(path = "tokens/reward_pools.html")]
pub(super) struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

/// What is shown of a row of `comments.rewardPools`.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    symbol: String,
    reward_pool: String,
    active: bool,
    config: Config,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    reward_per_interval: String,
    reward_interval_seconds: u64,
    #[serde(default)]
    tags: Vec<String>,
}

/// `GET /rewards`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Html<ListPage>, Error> {
    let read = site.read(|reader| reading::rows(reader, "rewardPools", &json!({}), &[], MOST));
    let mut rows: Vec<Row> = read.await?;
    rows.sort_by(|one, other| one.symbol.cmp(&other.symbol));
    Ok(Html(ListPage { page, rows }))
}
