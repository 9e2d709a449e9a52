use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use tartan_chain::ReadError;

use super::Owner;
use super::holdings::{self, Holding};
use super::pending::{self, Pending};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Tokens of one page.
const SIZE: usize = 100;

/// What an account holds.
#[derive(Template)]
#[template(path = "wallet/balances.html")]
pub(super) struct BalancePage {
    page: Page,
    owner: Owner,
    asked: Filters,
    /// Of this page.
    rows: Vec<Holding>,
    /// Tokens in all, and those that the filters let through.
    count: usize,
    shown: usize,
    /// What all is worth.
    value: String,
    base: String,
    pending: Pending,
    pager: Pager,
}

/// What is shown, and in which order.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    staked: String,
    #[serde(default)]
    dust: String,
    #[serde(default)]
    page: Option<u64>,
}

impl Filters {
    fn lets_through(&self, holding: &Holding) -> bool {
        let text = self.q.trim().to_lowercase();
        let found = holding.symbol.to_lowercase().contains(&text)
            || holding.name.to_lowercase().contains(&text);
        let has_stake = self.staked.is_empty() || holding.has_stake();
        let is_worth = self.dust != "hide" || !holding.is_dust();
        found && has_stake && is_worth
    }
}

/// `GET /@account/wallet`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
    Asked(asked): Asked<Filters>,
) -> Result<Html<BalancePage>, Error> {
    let owner = Owner::of(&page, account)?;
    let name = owner.name.clone();
    let (held, pending) = site
        .read(move |reader| {
            let held = holdings::of_account(reader, &name)?;
            Ok::<_, ReadError>((held, pending::of_account(reader, &name, None)?))
        })
        .await?;
    let count = held.rows.len();
    let mut rows = held.rows;
    rows.retain(|row| asked.lets_through(row));
    if asked.sort == "name" {
        rows.sort_by(|one, other| one.symbol.cmp(&other.symbol));
    }
    let shown = rows.len();
    let (total, size) = (shown as u64, SIZE as u64);
    let number = asked
        .page
        .unwrap_or(1)
        .clamp(1, total.div_ceil(size).max(1));
    let skipped = usize::try_from((number - 1) * size).unwrap_or(usize::MAX);
    let rows = rows.into_iter().skip(skipped).take(SIZE).collect();
    Ok(Html(BalancePage {
        pager: Pager::numbered(&page, number, total, size),
        page,
        owner,
        asked,
        rows,
        count,
        shown,
        value: held.value,
        base: held.base,
        pending,
    }))
}
