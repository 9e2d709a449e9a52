use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use tartan_chain::ReadError;
use tartan_index::{Amount, Index, Span};

use super::data::{self, Metric};
use super::drawing;
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::{self, Pager};
use crate::site::Site;
use crate::{cookie, format, links, ui};

/// Markets of one page.
const SIZE: usize = 50;
const DAY: i64 = 86_400;
/// A market without a trade for so long is quiet, one that had its first trade since is new.
const MONTH: i64 = 30 * DAY;
/// The cookie with the markets that the user marked, separated by commas; the island `favourite-star` writes it.
const FAVOURITES: &str = "tartan-favourites";
/// Width and height of a sparkline.
const SPARK: (f64, f64) = (96.0, 28.0);

/// All markets.
#[derive(Template)]
#[template(path = "market/list.html")]
pub(super) struct ListPage {
    page: Page,
    asked: Filters,
    base: String,
    dollars: Dollars,
    rows: Vec<Row>,
    /// How many the filters let through.
    shown: usize,
    /// How many were left out because they are quiet.
    quiet: usize,
    tabs: [(&'static str, &'static str); 5],
    pager: Pager,
}

/// What is shown, and in which order.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tab: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    quiet: String,
    #[serde(default)]
    page: Option<u64>,
}

/// A market.
pub(super) struct Row {
    symbol: String,
    name: String,
    last: Amount,
    change: String,
    volume: Amount,
    bid: Amount,
    ask: Amount,
    spread: Option<String>,
    /// Points of the line of its price.
    spark: String,
    is_up: bool,
    is_favourite: bool,
    is_community: bool,
    first_time: Option<i64>,
    last_time: Option<i64>,
}

impl Row {
    fn change_rank(&self) -> Amount {
        Amount::parse(self.change.trim_end_matches('%')).unwrap_or(Amount::ZERO)
    }
}

const TABS: [(&str, &str); 5] = [
    ("", "market-tab-all"),
    ("favourites", "market-tab-favourites"),
    ("communities", "market-tab-communities"),
    ("pegged", "market-tab-pegged"),
    ("new", "market-tab-new"),
];

impl Filters {
    fn is_tab(&self, tab: &str) -> bool {
        self.tab == tab
    }

    fn lets_through(&self, row: &Row, now: i64) -> bool {
        let text = self.q.trim().to_lowercase();
        let is_found =
            row.symbol.to_lowercase().contains(&text) || row.name.to_lowercase().contains(&text);
        let is_in_tab = match self.tab.as_str() {
            "favourites" => row.is_favourite,
            "communities" => row.is_community,
            "pegged" => row.symbol.starts_with("SWAP.") || row.symbol.contains('.'),
            "new" => row.first_time.is_some_and(|first| first > now - MONTH),
            _ => true,
        };
        is_found && is_in_tab
    }

    fn sort(&self, rows: &mut [Row]) {
        match self.sort.as_str() {
            "symbol" => rows.sort_by(|one, other| one.symbol.cmp(&other.symbol)),
            "last" => rows.sort_by_key(|row| Reverse(row.last)),
            "change" => rows.sort_by_key(|row| Reverse(row.change_rank())),
            "losers" => rows.sort_by_key(Row::change_rank),
            // the same volume: by name, as they came
            _ => rows.sort_by_key(|row| Reverse(row.volume)),
        }
    }
}

impl ListPage {
    fn tab_address(&self, tab: &str) -> String {
        let address = pager::with(&self.page, "tab", tab);
        address.trim_end_matches("?tab=").to_owned()
    }

    /// The address of the list in another order.
    fn sorted(&self, order: &str) -> String {
        pager::with(&self.page, "sort", order)
    }

    /// `aria-sort` of a column.
    fn direction(&self, order: &str) -> &'static str {
        let chosen = match self.asked.sort.as_str() {
            "" => "volume",
            chosen => chosen,
        };
        match (chosen == order, order) {
            (true, "symbol") => "ascending",
            (true, _) => "descending",
            _ => "none",
        }
    }

    /// What to ask for when the change is sorted by already: the other way.
    fn change_order(&self) -> &'static str {
        match self.asked.sort == "change" {
            true => "losers",
            false => "change",
        }
    }

    fn all_address(&self) -> String {
        pager::with(&self.page, "quiet", "show")
    }
}

/// `GET /markets`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    headers: HeaderMap,
    Asked(asked): Asked<Filters>,
) -> Result<Html<ListPage>, Error> {
    let read = site.read(|reader| {
        let now = data::now(reader)?;
        let metrics = data::metrics(reader, now)?;
        let symbols: Vec<&str> = metrics
            .iter()
            .map(|metric| metric.symbol.as_str())
            .collect();
        let mut tokens: Vec<data::Token> = Vec::new();
        for symbols in symbols.chunks(500) {
            let query = json!({ "symbol": { "$in": symbols } });
            tokens.extend(data::rows::<data::Token>(
                reader,
                ("tokens", "tokens"),
                &query,
            )?);
        }
        let pools: Vec<RewardPool> = data::rows(reader, ("comments", "rewardPools"), &json!({}))?;
        Ok::<_, ReadError>((now, metrics, tokens, pools))
    });
    let (now, metrics, tokens, pools) = read.await?;
    let names: BTreeMap<String, String> = tokens
        .into_iter()
        .map(|token| (token.symbol, token.name))
        .collect();
    let communities: BTreeSet<String> = pools.into_iter().map(|pool| pool.symbol).collect();
    let marked = cookie::get(&headers, FAVOURITES).unwrap_or_default();
    let favourites: BTreeSet<&str> = marked.split(',').take(500).collect();
    let row = |metric: Metric| Row {
        name: names.get(&metric.symbol).cloned().unwrap_or_default(),
        spread: metric.spread_percent(),
        is_favourite: favourites.contains(metric.symbol.as_str()),
        is_community: communities.contains(&metric.symbol),
        last: metric.last_price,
        change: metric.price_change_percent.clone(),
        volume: metric.volume,
        bid: metric.highest_bid,
        ask: metric.lowest_ask,
        symbol: metric.symbol,
        spark: String::new(),
        is_up: true,
        first_time: None,
        last_time: None,
    };
    let mut rows: Vec<Row> = metrics.into_iter().map(row).collect();
    if let Ok(index) = site.index() {
        add_past(index, &mut rows, now).await?;
    }
    rows.sort_by(|one, other| one.symbol.cmp(&other.symbol));
    rows.retain(|row| asked.lets_through(row, now));
    let is_quiet = |row: &Row| row.last_time.is_some_and(|last| last < now - MONTH);
    let quiet = rows.iter().filter(|row| is_quiet(row)).count();
    let hides = asked.quiet != "show" && asked.q.trim().is_empty() && asked.tab != "favourites";
    let quiet = if hides { quiet } else { 0 };
    rows.retain(|row| !hides || !is_quiet(row));
    asked.sort(&mut rows);
    let shown = rows.len();
    let (total, size) = (shown as u64, SIZE as u64);
    let number = asked
        .page
        .unwrap_or(1)
        .clamp(1, total.div_ceil(size).max(1));
    let skipped = usize::try_from((number - 1) * size).unwrap_or(usize::MAX);
    let mut rows: Vec<Row> = rows.into_iter().skip(skipped).take(SIZE).collect();
    if let Ok(index) = site.index() {
        add_sparks(index, &mut rows, now).await?;
    }
    Ok(Html(ListPage {
        pager: Pager::numbered(&page, number, total, size),
        base: data::base(&page.network).to_owned(),
        dollars: site.dollars().await,
        page,
        asked,
        rows,
        shown,
        quiet,
        tabs: TABS,
    }))
}

/// What the list needs of a row of `comments.rewardPools`.
#[derive(Deserialize)]
struct RewardPool {
    symbol: String,
}

/// What the index knows better than the contract: 24 hours that end now, and when there were trades.
async fn add_past(index: &Index, rows: &mut [Row], now: i64) -> Result<(), Error> {
    let tickers = index.tickers(None, now).await?;
    let markets = index.markets().await?;
    let firsts: BTreeMap<_, _> = markets
        .into_iter()
        .map(|market| (market.symbol, market.first_time))
        .collect();
    let mut tickers: BTreeMap<_, _> = tickers
        .into_iter()
        .map(|ticker| (ticker.symbol.clone(), ticker))
        .collect();
    for row in rows {
        row.first_time = firsts.get(&row.symbol).copied();
        if let Some(ticker) = tickers.remove(&row.symbol) {
            row.change = ticker.change_percent();
            (row.last, row.volume) = (ticker.last, ticker.volume);
            row.last_time = Some(ticker.last_time);
        }
    }
    Ok(())
}

async fn add_sparks(index: &Index, rows: &mut [Row], now: i64) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let symbols: Vec<String> = rows.iter().map(|row| row.symbol.clone()).collect();
    for spark in index.sparklines(&symbols, now, Span::Week).await? {
        if let Some(row) = rows.iter_mut().find(|row| row.symbol == spark.symbol) {
            row.spark = drawing::line(&spark.points, SPARK);
            row.is_up = spark.points.first() <= spark.points.last();
        }
    }
    Ok(())
}
