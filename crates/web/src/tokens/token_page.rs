use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tartan_chain::ReadError;
use tartan_index::{
    Amount, Holder, HolderQuery, Index, Interval, Operation, Ticker, Trade, TradeQuery,
};

use super::facts::{self, About, Token};
use super::pool::Pool;
use super::spread::Spread;
use super::{part_of, svg};
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Format;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Rows of the short lists.
const ROWS: i64 = 10;
/// Days of the chart.
const DAYS: i64 = 7;
const DAY: i64 = 86_400;
/// The account that what is sent to is burnt.
const BURNT: &str = "null";
/// Sizes of the charts.
const CHART: (f64, f64) = (600.0, 160.0);
const SQUARE: (f64, f64) = (160.0, 160.0);

/// A token.
#[derive(Template)]
#[template(path = "tokens/token.html")]
pub(super) struct TokenPage {
    page: Page,
    token: Token,
    about: About,
    base: String,
    dollars: Dollars,
    /// Derived data; `None` on a node without an index.
    derived: Option<Derived>,
    pool: Option<Pool>,
    /// What the pool has to pay out now.
    pool_holds: String,
    pool_is_active: bool,
    /// What stakers earn a year if all vote, in percent.
    yearly: Option<String>,
    raw: String,
}

/// What the index has of a token.
struct Derived {
    ticker: Option<Ticker>,
    cap: Option<String>,
    /// The line of the chart with its lowest and highest price.
    chart: Option<Chart>,
    holders: u64,
    richest: Vec<Share>,
    spread: Option<Spread>,
    lorenz: String,
    trades: Vec<Trade>,
    transfers: Vec<Transfer>,
}

struct Chart {
    line: String,
    area: String,
    least: String,
    most: String,
}

/// A holder with its part of what there is.
struct Share {
    place: usize,
    holder: Holder,
    percent: String,
}

/// A movement of tokens.
struct Transfer {
    transaction: String,
    time: i64,
    from: Party,
    to: Party,
    quantity: String,
    issued: bool,
}

/// Who sent or received: an account, a contract, or nobody.
enum Party {
    Account(String),
    Contract(String),
    Nobody,
}

impl Party {
    fn of(details: &Value, name: &str) -> Party {
        match details.get(name).and_then(Value::as_str) {
            None => Party::Nobody,
            Some(text) => match text.strip_prefix("contract_") {
                Some(contract) => Party::Contract(contract.to_owned()),
                None => Party::Account(text.to_owned()),
            },
        }
    }
}

impl TokenPage {
    fn is_mine(&self) -> bool {
        self.page.account.as_deref() == Some(self.token.issuer.as_str())
    }

    fn part(&self, rest: &str) -> String {
        part_of(&self.token.symbol, rest)
    }

    fn is_base(&self) -> bool {
        self.token.symbol == self.base
    }
}

/// `GET /tokens/SYMBOL`, and `.json` with the row of the contract's table.
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(asked): Path<String>,
) -> Result<Response, Error> {
    let (symbol, form) = Format::split(&asked);
    let wanted = symbol.to_owned();
    let found = site
        .read(move |reader| {
            let token = Token::read(reader, &wanted)?;
            Ok::<_, ReadError>((token, facts::pool_row(reader, &wanted)?))
        })
        .await?;
    let (Some((token, row)), pool) = found else {
        return Err(Error::not_found(format!("token {symbol:.32}")));
    };
    if form == Format::Json {
        return Ok(axum::Json(row).into_response());
    }
    let derived = match site.index() {
        Ok(index) => Some(Derived::read(index, &token).await?),
        Err(_) => None,
    };
    let text = |name: &str| {
        let text = pool.as_ref().and_then(|row| row.get(name)?.as_str());
        text.unwrap_or("0").to_owned()
    };
    let pool_holds = text("rewardPool");
    let is_active = pool.as_ref().and_then(|row| row.get("active")?.as_bool());
    let pool = pool.and_then(|row| Pool::of_config(row.get("config")?));
    let shown = TokenPage {
        yearly: pool.as_ref().and_then(|pool| token.yearly(pool)),
        base: facts::base(site.network()).to_owned(),
        dollars: site.dollars().await,
        about: token.about(),
        derived,
        pool_holds,
        pool_is_active: is_active.unwrap_or(false),
        pool,
        raw: serde_json::to_string_pretty(&row).unwrap_or_default(),
        token,
        page,
    };
    Ok(Html(shown).into_response())
}

impl Derived {
    async fn read(index: &Index, token: &Token) -> Result<Derived, Error> {
        let symbol = &token.symbol;
        let now = index.position().await?.map_or(0, |position| position.time);
        let listing = index.token(symbol).await?;
        let without = [BURNT.to_owned()];
        let query = HolderQuery {
            symbol: symbol.clone(),
            without: without.to_vec(),
            limit: ROWS,
            ..HolderQuery::default()
        };
        let (holders, richest) = index.holders_by(&query).await?;
        let spread = Spread::read(index, symbol, BURNT).await?;
        let hours = Interval::Minutes(60);
        let span = (now - DAYS * DAY, now);
        let bars = index.bars(symbol, hours, span, DAYS * 24).await?;
        let closes: Vec<Amount> = bars.iter().map(|bar| bar.close).collect();
        let trades = index
            .trades(&TradeQuery {
                symbol: Some(symbol.clone()),
                limit: ROWS,
                ..TradeQuery::default()
            })
            .await?;
        let moves = [
            "tokens_transfer",
            "tokens_issue",
            "tokens_transferToContract",
        ];
        let moves = moves.map(str::to_owned);
        let moved = index.token_history(symbol, &moves, None, ROWS).await?;
        let circulating = Amount::parse(&token.circulating_supply).unwrap_or_default();
        let lorenz = spread.as_ref();
        let lorenz = lorenz.and_then(|spread| svg::between(&spread.curve, (0.0, 1.0), SQUARE));
        Ok(Derived {
            cap: listing
                .as_ref()
                .and_then(|row| Some(row.market_cap()?.to_string())),
            ticker: listing.and_then(|row| row.ticker),
            chart: Chart::of(&closes),
            holders: holders.unsigned_abs(),
            richest: shares(richest, 0, circulating),
            spread,
            lorenz: lorenz.unwrap_or_default(),
            trades,
            transfers: moved.iter().map(Transfer::of).collect(),
        })
    }
}

impl Chart {
    fn of(prices: &[Amount]) -> Option<Chart> {
        let values: Vec<f64> = prices.iter().map(|price| price.to_f64()).collect();
        let line = svg::line(&values, CHART)?;
        Some(Chart {
            area: svg::area(&line, CHART),
            line,
            least: prices.iter().min()?.to_string(),
            most: prices.iter().max()?.to_string(),
        })
    }
}

/// Holders with their places and their parts of what circulates.
fn shares(holders: Vec<Holder>, before: usize, circulating: Amount) -> Vec<Share> {
    let place = |(place, holder): (usize, Holder)| Share {
        place: before + place + 1,
        percent: facts::percent(holder.total.units(), circulating.units()).unwrap_or_default(),
        holder,
    };
    holders.into_iter().enumerate().map(place).collect()
}

impl Transfer {
    fn of(operation: &Operation) -> Transfer {
        let details: Value = serde_json::from_str(&operation.details).unwrap_or_default();
        let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or("0");
        Transfer {
            transaction: operation.transaction_id.clone(),
            time: operation.time,
            from: Party::of(&details, "from"),
            to: Party::of(&details, "to"),
            quantity: text("quantity").to_owned(),
            issued: operation.operation == "tokens_issue",
        }
    }
}
