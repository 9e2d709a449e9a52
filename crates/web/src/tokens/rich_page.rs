use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use tartan_index::{Amount, Holder, HolderOrder, HolderQuery, Kind, Ranked};

use super::facts::{self, Token};
use super::part_of;
use crate::csv::Csv;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows of one page.
const SIZE: u64 = 100;
/// Pages that can be gone to: each costs the database as much as the places in front of it.
const LAST: u64 = 200;
/// Rows of a table for spreadsheets.
const MOST: usize = 100_000;
/// The account that what is sent to is burnt.
const BURNT: &str = "null";
/// How many holders may be sorted by anything but all that they have: that needs to look at each of them.
const MOST_SORTED: i64 = 50_000;

/// Who holds a token.
#[derive(Template)]
#[template(path = "tokens/richlist.html")]
pub(super) struct RichPage {
    page: Page,
    token: Token,
    asked: Filters,
    rows: Vec<Row>,
    count: i64,
    found: Option<Ranked>,
    pager: Pager,
}

/// What is shown, and in which order.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    sort: String,
    /// Whether the issuer is left out.
    #[serde(default)]
    issuer: String,
    /// Whether what was burnt is shown.
    #[serde(default)]
    burnt: String,
    /// An account whose place is asked for.
    #[serde(default)]
    find: String,
    #[serde(default)]
    page: Option<u64>,
}

struct Row {
    place: u64,
    holder: Holder,
    percent: String,
    is_found: bool,
}

/// The columns: the name in the address, the text.
const COLUMNS: [(&str, &str); 6] = [
    ("liquid", "tokens-liquid"),
    ("stake", "tokens-staked"),
    ("unstaking", "tokens-unstaking"),
    ("lentOut", "tokens-lent-out"),
    ("lentIn", "tokens-lent-in"),
    ("total", "tokens-total"),
];

impl Filters {
    fn sort_name(&self) -> &'static str {
        let order = HolderOrder::parse(&self.sort).unwrap_or_default();
        let found = HolderOrder::ALL.iter().find(|(_, known)| *known == order);
        found.map_or("total", |(name, _)| *name)
    }

    fn sought(&self) -> String {
        let name = self.find.trim().trim_start_matches('@').to_lowercase();
        name.chars().take(64).collect()
    }
}

impl RichPage {
    fn columns(&self) -> [(&'static str, &'static str); 6] {
        COLUMNS
    }

    fn sorted(&self, column: &str) -> String {
        let mut address = format!("{}?sort={column}", part_of(&self.token.symbol, "richlist"));
        for (name, value) in [
            ("issuer", &self.asked.issuer),
            ("burnt", &self.asked.burnt),
            ("find", &self.asked.find),
        ] {
            if !value.is_empty() {
                address = format!("{address}&{name}={}", links::part(value));
            }
        }
        address
    }

    fn direction(&self, column: &str) -> &'static str {
        match self.asked.sort_name() == column {
            true => "descending",
            false => "none",
        }
    }

    fn link(&self, rest: &str) -> String {
        part_of(&self.token.symbol, rest)
    }
}

async fn read_token(site: &Site, symbol: &str) -> Result<Token, Error> {
    let wanted = symbol.to_owned();
    let found = site
        .read(move |reader| Token::read(reader, &wanted))
        .await?;
    let (token, _) = found.ok_or_else(|| Error::not_found(format!("token {symbol:.32}")))?;
    Ok(token)
}

/// `GET /tokens/SYMBOL/richlist`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(symbol): Path<String>,
    Asked(mut asked): Asked<Filters>,
) -> Result<Html<RichPage>, Error> {
    let token = read_token(&site, &symbol).await?;
    let index = site.index()?;
    let number = asked.page.unwrap_or(1).clamp(1, LAST);
    let mut without = Vec::new();
    if asked.burnt.is_empty() {
        without.push(BURNT.to_owned());
    }
    if !asked.issuer.is_empty() {
        without.push(token.issuer.clone());
    }
    let holders = index.token(&token.symbol).await?;
    let holders = holders.map_or(0, |row| row.token.holders);
    if holders > MOST_SORTED {
        asked.sort = String::new();
    }
    let query = HolderQuery {
        symbol: token.symbol.clone(),
        order: HolderOrder::parse(&asked.sort).unwrap_or_default(),
        without,
        limit: SIZE as i64,
        offset: ((number - 1) * SIZE) as i64,
    };
    let (count, rows) = index.holders_by(&query).await?;
    let sought = asked.sought();
    let found = match sought.is_empty() {
        true => None,
        false => index.rank(&token.symbol, &sought).await?,
    };
    let circulating = Amount::parse(&token.circulating_supply).unwrap_or_default();
    let rows = rows.into_iter().zip((number - 1) * SIZE + 1..);
    let rows = rows.map(|(holder, place)| Row {
        place,
        percent: facts::percent(holder.total.units(), circulating.units()).unwrap_or_default(),
        is_found: holder.account == sought,
        holder,
    });
    Ok(Html(RichPage {
        rows: rows.collect(),
        pager: Pager::numbered(&page, number, count.unsigned_abs().min(LAST * SIZE), SIZE),
        page,
        token,
        asked,
        count,
        found,
    }))
}

/// `GET /tokens/SYMBOL/richlist.csv`: the list for spreadsheets, up to 100 000 rows.
pub(super) async fn csv(
    State(site): State<Site>,
    Path(symbol): Path<String>,
) -> Result<Csv, Error> {
    let token = read_token(&site, &symbol).await?;
    let index = site.index()?;
    let mut table = Csv::new(
        &format!("{}-richlist", token.symbol),
        &[
            "rank",
            "account",
            "liquid",
            "stake",
            "unstaking",
            "delegatedOut",
            "delegatedIn",
            "returning",
            "total",
        ],
    );
    let (mut after, mut written) = (None, 0);
    while written < MOST {
        let rows = index.rich_list(&token.symbol, Kind::User, after.as_ref(), 1000);
        let rows = rows.await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.cursor());
        written += rows.len();
        for Ranked { rank, holder } in &rows {
            table.row(&[
                rank.to_string(),
                holder.account.clone(),
                holder.balance.to_string(),
                holder.stake.to_string(),
                holder.pending_unstake.to_string(),
                holder.delegations_out.to_string(),
                holder.delegations_in.to_string(),
                holder.pending_undelegations.to_string(),
                holder.total.to_string(),
            ]);
        }
        if rows.len() < 1000 {
            break;
        }
    }
    Ok(table)
}
