use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tartan_chain::ReadError;

use super::Owner;
use super::holdings::{self, Holding};
use super::pending::{self, Pending};
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{cookie, format, links, ui};

/// Tokens of one page.
const SIZE: usize = 100;

/// The cookies with the tokens that the user marked, which the market has as well, and with whether dust is hidden. The
/// islands `favourite-star` and `wallet-filters` write them.
const FAVOURITES: &str = "tartan-favourites";
const DUST: &str = "tartan-dust";

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
    /// By how many percent that has changed within a day.
    change: Option<String>,
    base: String,
    dollars: Dollars,
    hides_dust: bool,
    favourites: BTreeSet<String>,
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
    /// The form was sent: what is not ticked in it is not wanted.
    #[serde(default)]
    chosen: String,
    #[serde(default)]
    page: Option<u64>,
}

impl Filters {
    fn lets_through(&self, holding: &Holding, hides_dust: bool, is_favourite: bool) -> bool {
        let text = self.q.trim().to_lowercase();
        let found = holding.symbol.to_lowercase().contains(&text)
            || holding.name.to_lowercase().contains(&text);
        let has_stake = self.staked.is_empty() || holding.has_stake();
        let is_worth = !hides_dust || is_favourite || !holding.is_dust();
        found && has_stake && is_worth
    }
}

impl BalancePage {
    fn is_favourite(&self, symbol: &str) -> bool {
        self.favourites.contains(symbol)
    }
}

/// `GET /@account/wallet`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
    headers: HeaderMap,
    Asked(asked): Asked<Filters>,
) -> Result<Html<BalancePage>, Error> {
    let marked = cookie::get(&headers, FAVOURITES).unwrap_or_default();
    let favourites: BTreeSet<String> = marked.split(',').take(500).map(str::to_owned).collect();
    let hides_dust = match asked.chosen.is_empty() && asked.dust.is_empty() {
        true => cookie::get(&headers, DUST) == Some("hide"),
        false => asked.dust == "hide",
    };
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
    let is_favourite = |row: &Holding| favourites.contains(&row.symbol);
    rows.retain(|row| asked.lets_through(row, hides_dust, is_favourite(row)));
    if asked.sort == "name" {
        rows.sort_by(|one, other| one.symbol.cmp(&other.symbol));
    }
    // stable: within both parts the order stays
    rows.sort_by_key(|row| !is_favourite(row));
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
        change: held.change,
        base: held.base,
        dollars: site.dollars().await,
        hides_dust,
        favourites,
        pending,
    }))
}
