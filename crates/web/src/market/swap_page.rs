use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tartan_chain::{ReadError, Reader};
use tartan_decimal::Rounding;
use tartan_index::Amount;

use super::data;
use super::earnings::Prices;
use super::pools::{self, Exact, Route, Wish};
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// From which impact, in hundredths of a percent, a swap is marked, and from which it needs a tick.
const NOTABLE: i128 = 100;
const HIGH: i128 = 500;

/// One token for another, by the best way there is.
#[derive(Template)]
#[template(path = "market/swap.html", blocks = ["quote"])]
pub(super) struct SwapPage {
    page: Page,
    asked: Wanted,
    exact: Exact,
    slippage: String,
    /// What can be chosen.
    symbols: Vec<String>,
    /// What who looks has of the token to pay.
    purse: Option<Purse>,
    quote: Quote,
    dollars: Dollars,
    /// What is got is worth so much in the base token of the market.
    worth: Option<Amount>,
}

/// So much of a token with so many decimals.
struct Purse {
    balance: Amount,
    precision: u8,
}

impl Purse {
    fn read(reader: &Reader, account: &str, symbol: &str) -> Result<Option<Purse>, ReadError> {
        let Some(token) = data::token(reader, symbol)? else {
            return Ok(None);
        };
        Ok(Some(Purse {
            balance: data::balance(reader, account, symbol)?,
            precision: token.precision,
        }))
    }
}

/// What became of the question.
enum Quote {
    /// Nothing was asked.
    Nothing,
    /// It cannot be answered: the key of the text that says why.
    Refused(&'static str),
    Found(Box<Found>),
}

struct Found {
    wish: Wish,
    best: Route,
    others: Vec<Route>,
    balance: Option<Amount>,
}

impl Found {
    fn lacks(&self) -> bool {
        self.balance.is_some_and(|balance| balance < self.best.pays)
    }

    fn impact_kind(&self) -> ui::Kind {
        match self.best.impact {
            impact if impact < NOTABLE => ui::Kind::Good,
            impact if impact < HIGH => ui::Kind::Warning,
            _ => ui::Kind::Bad,
        }
    }

    fn is_high(&self) -> bool {
        self.best.impact >= HIGH
    }

    /// The key of the name of the bound, and its token.
    fn bound_key(&self) -> &'static str {
        match (self.best.bound.0, self.best.call) {
            ("minAmountOut", _) => "market-swap-least",
            ("maxAmountIn", _) => "market-swap-most",
            (_, "market.buy") => "market-swap-highest",
            _ => "market-swap-lowest",
        }
    }

    /// The decimals of the bound.
    fn bound_decimals(&self) -> u8 {
        match self.best.bound.0 {
            "minAmountOut" => self.wish.to.precision,
            "maxAmountIn" => self.wish.from.precision,
            _ => data::PRICE_DECIMALS,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    exact: String,
    #[serde(default)]
    slippage: String,
    /// `quote`: only what is answered.
    #[serde(default)]
    part: String,
}

impl SwapPage {
    fn is_out(&self) -> bool {
        self.exact == Exact::Out
    }

    fn flipped(&self) -> String {
        let part = |text: &str| links::part(text);
        format!(
            "/swap?from={}&to={}",
            part(&self.asked.to),
            part(&self.asked.from)
        )
    }
}

/// `GET /swap?from=STEEMP&to=COOL&amount=1`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(mut asked): Asked<Wanted>,
) -> Result<Response, Error> {
    let base = data::base(&page.network).to_owned();
    for text in [&mut asked.from, &mut asked.to, &mut asked.amount] {
        *text = text.trim().to_owned();
    }
    if asked.from.is_empty() {
        asked.from.clone_from(&base);
    }
    let exact = if asked.exact == "out" {
        Exact::Out
    } else {
        Exact::In
    };
    let slippage = Amount::parse(&asked.slippage).filter(|text| text.units() >= 0);
    let hundredths = slippage
        .map_or(100, |percent| percent.units() / 1_000_000)
        .clamp(0, 5_000);
    let (wanted, account, wanted_base) = (asked.clone(), page.account.clone(), base.clone());
    let orders = site.orders().clone();
    let read = site.read(move |reader| {
        let quote = quote(
            reader,
            &orders,
            &wanted,
            exact,
            hundredths,
            &wanted_base,
            account.as_deref(),
        )?;
        let purse = match account.as_deref() {
            Some(account) => Purse::read(reader, account, &wanted.from)?,
            None => None,
        };
        let coins = |symbol: &str| prices(reader, &wanted_base, symbol);
        let worth = match &quote {
            Quote::Found(found) => coins(&found.wish.to.symbol)?
                .and_then(|price| found.best.gets.times(price, Rounding::Down)),
            _ => None,
        };
        Ok::<_, ReadError>((symbols(reader, &wanted_base)?, purse, quote, worth))
    });
    let (symbols, purse, quote, worth) = read.await?;
    let shown = SwapPage {
        slippage: format!("{}.{:02}", hundredths / 100, hundredths % 100)
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        page,
        exact,
        symbols,
        purse,
        quote,
        dollars: site.dollars().await,
        worth,
        asked,
    };
    if shown.asked.part == "quote" {
        let kind = (CONTENT_TYPE, "text/html; charset=utf-8");
        return Ok(([kind], shown.as_quote().render()?).into_response());
    }
    Ok(Html(shown).into_response())
}

/// What a token costs in the base token of the market, if it was ever traded.
fn prices(reader: &Reader, base: &str, symbol: &str) -> Result<Option<Amount>, ReadError> {
    let metric = data::metric(reader, symbol, data::now(reader)?)?;
    Ok(Prices::new(base, metric.into_iter().collect()).of(symbol))
}

/// Tokens that can be swapped: those of markets and of pools.
fn symbols(reader: &Reader, base: &str) -> Result<Vec<String>, ReadError> {
    let mut all = vec![base.to_owned()];
    let now = data::now(reader)?;
    all.extend(
        data::metrics(reader, now)?
            .into_iter()
            .map(|metric| metric.symbol),
    );
    for pool in pools::all(reader)? {
        let (one, other) = pool.symbols();
        all.extend([one.to_owned(), other.to_owned()]);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn quote(
    reader: &Reader,
    orders: &data::Orders,
    asked: &Wanted,
    exact: Exact,
    slippage: i128,
    base: &str,
    account: Option<&str>,
) -> Result<Quote, ReadError> {
    if asked.to.is_empty() || asked.amount.is_empty() {
        return Ok(Quote::Nothing);
    }
    if asked.from == asked.to {
        return Ok(Quote::Refused("market-swap-same"));
    }
    let tokens = (
        data::token(reader, &asked.from)?,
        data::token(reader, &asked.to)?,
    );
    let (Some(from), Some(to)) = tokens else {
        return Ok(Quote::Refused("market-swap-unknown"));
    };
    let named = if exact == Exact::In { &from } else { &to };
    let amount = Amount::parse(&asked.amount).filter(|amount| amount.is_positive());
    let Some(amount) = amount else {
        return Ok(Quote::Refused("market-swap-number"));
    };
    let cut = Amount::parse(&amount.fixed(named.precision));
    if cut != Some(amount) {
        return Ok(Quote::Refused("market-swap-decimals"));
    }
    let balance = match account {
        Some(account) => Some(data::balance(reader, account, &from.symbol)?),
        None => None,
    };
    let wish = Wish {
        from,
        to,
        amount,
        exact,
        slippage,
    };
    let mut routes = wish.routes(reader, orders, base)?;
    if routes.is_empty() {
        return Ok(Quote::Refused("market-swap-no-way"));
    }
    let best = routes.remove(0);
    Ok(Quote::Found(Box::new(Found {
        wish,
        best,
        others: routes,
        balance,
    })))
}
