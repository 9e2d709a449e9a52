use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use tartan_chain::ReadError;
use tartan_decimal::Decimal;
use tartan_index::{PoolQuery, SwapQuery, Ticker};

use super::data;
use super::pools::{self, Pool, Position};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Pools of one page.
const SIZE: usize = 50;
/// Providers and swaps that are listed.
const ROWS: usize = 50;

/// All pools.
#[derive(Template)]
#[template(path = "market/pools.html")]
pub(super) struct PoolsPage {
    page: Page,
    asked: Filters,
    rows: Vec<Row>,
    shown: usize,
    base: String,
    pager: Pager,
}

/// What is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: Option<u64>,
}

/// A pool in the list.
struct Row {
    pool: Pool,
    /// What both reserves are worth in the base token of the market, where that is known.
    worth: Option<f64>,
    ticker: Option<Ticker>,
}

impl Row {
    fn worth_text(&self) -> Option<String> {
        self.worth
            .map(|worth| format::amount_short(&format!("{worth:.3}")))
    }

    /// What the fees of the last day come to in a year, in percent.
    fn apr(&self) -> Option<String> {
        let ticker = self.ticker.as_ref()?;
        let reserve = self.pool.quote_quantity.to_f64() * 2.0;
        let apr = ticker.volume.to_f64() * 0.0025 * 365.0 / reserve * 100.0;
        (reserve > 0.0 && apr.is_finite()).then(|| format!("{apr:.1}"))
    }
}

/// `GET /pools`
pub(super) async fn list(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Filters>,
) -> Result<Html<PoolsPage>, Error> {
    let base = data::base(&page.network).to_owned();
    let read = site.read(|reader| {
        let metrics = data::metrics(reader, data::now(reader)?)?;
        Ok::<_, ReadError>((pools::all(reader)?, metrics))
    });
    let (all, metrics) = read.await?;
    let prices: BTreeMap<String, f64> = metrics
        .into_iter()
        .map(|metric| (metric.symbol, metric.last_price.to_f64()))
        .collect();
    let text = asked.q.trim().to_uppercase();
    let mut tickers = BTreeMap::new();
    if let Ok(index) = site.index() {
        let query = PoolQuery {
            limit: 1_000,
            ..PoolQuery::default()
        };
        for listing in index.pools(&query).await? {
            tickers.insert(listing.pool.pair, listing.ticker);
        }
    }
    let price = |symbol: &str| match symbol == base {
        true => Some(1.0),
        false => prices.get(symbol).copied().filter(|price| *price > 0.0),
    };
    let row = |pool: Pool| {
        let (one, other) = pool.symbols();
        let by_base = price(one).map(|price| pool.base_quantity.to_f64() * price * 2.0);
        let by_quote = price(other).map(|price| pool.quote_quantity.to_f64() * price * 2.0);
        Row {
            worth: by_quote.or(by_base).filter(|worth| worth.is_finite()),
            ticker: tickers.remove(&pool.token_pair).flatten(),
            pool,
        }
    };
    let mut rows: Vec<Row> = all.into_iter().map(row).collect();
    rows.retain(|row| row.pool.token_pair.contains(&text));
    rows.sort_by(|one, other| {
        let worth = |row: &Row| row.worth.unwrap_or(0.0);
        worth(other).total_cmp(&worth(one))
    });
    let shown = rows.len();
    let (total, size) = (shown as u64, SIZE as u64);
    let number = asked
        .page
        .unwrap_or(1)
        .clamp(1, total.div_ceil(size).max(1));
    let skipped = usize::try_from((number - 1) * size).unwrap_or(usize::MAX);
    Ok(Html(PoolsPage {
        pager: Pager::numbered(&page, number, total, size),
        rows: rows.into_iter().skip(skipped).take(SIZE).collect(),
        page,
        asked,
        shown,
        base,
    }))
}

/// One pool.
#[derive(Template)]
#[template(path = "market/pool.html")]
pub(super) struct PoolPage {
    page: Page,
    pool: Pool,
    base: data::Token,
    quote: data::Token,
    providers: Vec<Position>,
    count: usize,
    mine: Option<Mine>,
    swaps: Vec<tartan_index::Swap>,
    ticker: Option<Ticker>,
    has_index: bool,
}

/// What who looks has.
struct Mine {
    base: tartan_index::Amount,
    quote: tartan_index::Amount,
    shares: Option<Decimal>,
}

impl PoolPage {
    fn percent(&self, shares: &Decimal) -> String {
        self.pool.percent(shares)
    }

    fn parts(&self, shares: &Decimal) -> (String, String) {
        self.pool.parts(shares)
    }

    fn reserve(&self, reserve: &Decimal) -> String {
        pools::plain(reserve, 8)
    }
}

/// `GET /pools/BASE:QUOTE`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(pair): Path<String>,
) -> Result<Html<PoolPage>, Error> {
    let (wanted, account) = (pair.clone(), page.account.clone());
    let read = site.read(move |reader| {
        let Some(pool) = pools::pool(reader, &wanted)? else {
            return Ok(None);
        };
        let (one, other) = pool.symbols();
        let tokens = (data::token(reader, one)?, data::token(reader, other)?);
        let (Some(base), Some(quote)) = tokens else {
            return Ok(None);
        };
        let providers = pools::positions(reader, &wanted)?;
        let mine = match account {
            Some(account) => Some(Mine {
                base: data::balance(reader, &account, &base.symbol)?,
                quote: data::balance(reader, &account, &quote.symbol)?,
                shares: providers
                    .iter()
                    .find(|position| position.account == account)
                    .map(|position| position.shares.clone()),
            }),
            None => None,
        };
        Ok::<_, ReadError>(Some((pool, base, quote, providers, mine)))
    });
    let missing = || Error::not_found(format!("pool {pair:.64}"));
    let (pool, base, quote, mut providers, mine) = read.await?.ok_or_else(missing)?;
    let (mut swaps, mut ticker) = (Vec::new(), None);
    if let Ok(index) = site.index() {
        let query = SwapQuery {
            pair: Some(pair.clone()),
            limit: 50,
            ..SwapQuery::default()
        };
        swaps = index.swaps(&query).await?;
        let query = PoolQuery {
            pair: Some(pair),
            limit: 1,
            ..PoolQuery::default()
        };
        ticker = index
            .pools(&query)
            .await?
            .into_iter()
            .find_map(|found| found.ticker);
    }
    let count = providers.len();
    providers.truncate(ROWS);
    Ok(Html(PoolPage {
        has_index: site.index().is_ok(),
        page,
        pool,
        base,
        quote,
        providers,
        count,
        mine,
        swaps,
        ticker,
    }))
}
