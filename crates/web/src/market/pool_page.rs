use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use tartan_chain::{ReadError, Reader};
use tartan_decimal::Decimal;
use tartan_index::{Amount, Index, PoolQuery, SwapQuery, Ticker};

use super::data;
use super::earnings::{self, Both, Comparison, Flow, Lottery, Prices};
use super::pools::{self, Pool, Position};
use crate::dollars::Dollars;
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
    /// What it costs to make a pool.
    fee: String,
    dollars: Dollars,
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
    worth: Option<Amount>,
    ticker: Option<Ticker>,
    /// What fees come to in a year, in percent.
    fees: Option<String>,
    /// What rewards come to.
    rewards: Option<String>,
    /// The part of who looks, in percent.
    mine: Option<String>,
}

/// What the list reads of the chain.
struct Listed {
    pools: Vec<Pool>,
    prices: Prices,
    keep: Decimal,
    fee: String,
    lotteries: BTreeMap<String, Vec<Lottery>>,
    mine: BTreeMap<String, Decimal>,
}

fn listed(reader: &Reader, base: &str, account: Option<&str>) -> Result<Listed, ReadError> {
    let metrics = data::metrics(reader, data::now(reader)?)?;
    Ok(Listed {
        pools: pools::all(reader)?,
        prices: Prices::new(base, metrics),
        keep: pools::keep(reader)?,
        fee: pools::creation_fee(reader)?,
        lotteries: earnings::lotteries(reader, None)?,
        mine: match account {
            Some(account) => pools::positions_of(reader, account)?,
            None => BTreeMap::new(),
        },
    })
}

impl Listed {
    fn row(&self, pool: Pool, ticker: Option<Ticker>) -> Row {
        let worth = self.prices.of_pool(&pool);
        let lotteries = self.lotteries.get(&pool.token_pair);
        let fees = ticker
            .as_ref()
            .and_then(|ticker| earnings::fee_percent(&pool, ticker, &self.keep));
        Row {
            fees,
            rewards: lotteries.and_then(|all| earnings::reward_percent(all, &self.prices, worth)),
            mine: self
                .mine
                .get(&pool.token_pair)
                .map(|shares| pool.percent(shares)),
            worth,
            ticker,
            pool,
        }
    }
}

/// `GET /pools`
pub(super) async fn list(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Filters>,
) -> Result<Html<PoolsPage>, Error> {
    let base = data::base(&page.network).to_owned();
    let (priced_in, account) = (base.clone(), page.account.clone());
    let read = site.read(move |reader| listed(reader, &priced_in, account.as_deref()));
    let mut listed = read.await?;
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
    let (mut pools, fee) = (
        std::mem::take(&mut listed.pools),
        std::mem::take(&mut listed.fee),
    );
    pools.retain(|pool| pool.token_pair.contains(&text));
    let rows = pools.into_iter().map(|pool| {
        let ticker = tickers.remove(&pool.token_pair).flatten();
        listed.row(pool, ticker)
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| Reverse(row.worth));
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
        dollars: site.dollars().await,
        page,
        asked,
        shown,
        base,
        fee,
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
    /// What both reserves are worth in the base token of the market.
    worth: Option<Amount>,
    dollars: Dollars,
    fees: Option<String>,
    lotteries: Vec<Lottery>,
    rewards: Option<String>,
    has_index: bool,
}

/// What who looks has.
struct Mine {
    base: Amount,
    quote: Amount,
    part: Option<Part>,
}

/// What who looks has of the pool.
struct Part {
    percent: String,
    /// What belongs to it of both reserves.
    both: Both,
    /// What that is worth in the quote token.
    worth: Option<Amount>,
    /// What that is worth in the base token of the market.
    coins: Option<Amount>,
    comparison: Option<Comparison>,
}

impl Part {
    fn of(pool: &Pool, shares: &Decimal) -> Part {
        let (base, quote) = pool.parts(shares);
        let amount = |text: String| Amount::parse(&text).unwrap_or(Amount::ZERO);
        let both = Both {
            base: amount(base),
            quote: amount(quote),
        };
        Part {
            percent: pool.percent(shares),
            worth: both.worth(earnings::reserve(&pool.base_price)),
            coins: None,
            both,
            comparison: None,
        }
    }
}

impl PoolPage {
    fn percent(&self, shares: &Decimal) -> String {
        self.pool.percent(shares)
    }

    fn reserve(&self, reserve: &Decimal) -> String {
        pools::plain(reserve, 8)
    }
}

/// What the page reads of the chain.
struct Found {
    pool: Pool,
    base: data::Token,
    quote: data::Token,
    providers: Vec<Position>,
    mine: Option<Mine>,
    prices: Prices,
    keep: Decimal,
    lotteries: Vec<Lottery>,
}

fn look(
    reader: &Reader,
    pair: &str,
    priced_in: &str,
    account: Option<&str>,
) -> Result<Option<Found>, ReadError> {
    let Some(pool) = pools::pool(reader, pair)? else {
        return Ok(None);
    };
    let (one, other) = pool.symbols();
    let tokens = (data::token(reader, one)?, data::token(reader, other)?);
    let (Some(base), Some(quote)) = tokens else {
        return Ok(None);
    };
    let prices = Prices::new(priced_in, data::metrics(reader, data::now(reader)?)?);
    let providers = pools::positions(reader, pair)?;
    let mine = match account {
        Some(account) => {
            let part = providers
                .iter()
                .find(|position| position.account == account)
                .map(|position| Part::of(&pool, &position.shares));
            Some(Mine {
                base: data::balance(reader, account, &base.symbol)?,
                quote: data::balance(reader, account, &quote.symbol)?,
                part: part.map(|part| Part {
                    coins: prices.of_both(part.both, (one, other)),
                    ..part
                }),
            })
        }
        None => None,
    };
    Ok(Some(Found {
        keep: pools::keep(reader)?,
        lotteries: earnings::lotteries(reader, Some(pair))?
            .remove(pair)
            .unwrap_or_default(),
        prices,
        pool,
        base,
        quote,
        providers,
        mine,
    }))
}

/// `GET /pools/BASE:QUOTE`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(pair): Path<String>,
) -> Result<Html<PoolPage>, Error> {
    let (wanted, account) = (pair.clone(), page.account.clone());
    let priced_in = data::base(&page.network).to_owned();
    let read = site.read(move |reader| look(reader, &wanted, &priced_in, account.as_deref()));
    let missing = || Error::not_found(format!("pool {pair:.64}"));
    let mut found = read.await?.ok_or_else(missing)?;
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
        compare(index, &page, &mut found).await?;
    }
    let count = found.providers.len();
    found.providers.truncate(ROWS);
    let worth = found.prices.of_pool(&found.pool);
    let fees = ticker
        .as_ref()
        .and_then(|ticker| earnings::fee_percent(&found.pool, ticker, &found.keep));
    Ok(Html(PoolPage {
        has_index: site.index().is_ok(),
        dollars: site.dollars().await,
        rewards: earnings::reward_percent(&found.lotteries, &found.prices, worth),
        worth,
        fees,
        page,
        pool: found.pool,
        base: found.base,
        quote: found.quote,
        providers: found.providers,
        count,
        mine: found.mine,
        swaps,
        ticker,
        lotteries: found.lotteries,
    }))
}

/// Adds how the part of who looks compares with having kept both tokens.
async fn compare(index: &Index, page: &Page, found: &mut Found) -> Result<(), Error> {
    let mine = found.mine.as_mut().and_then(|mine| mine.part.as_mut());
    let (Some(part), Some(account)) = (mine, page.account.as_deref()) else {
        return Ok(());
    };
    let flow = Flow::read(index, account, found.pool.symbols()).await?;
    let price = earnings::reserve(&found.pool.base_price);
    part.comparison = flow.and_then(|flow| flow.compare(part.both, price));
    Ok(())
}
