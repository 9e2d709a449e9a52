use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use tartan_chain::{FindRequest, ReadError, Reader};
use tartan_index::{Amount, Index, TradeQuery};
use tartan_state::Sort;

use super::book::{self, Book};
use super::data::{self, Metric, Order, Orders, Side};
use super::drawing::Depth;
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Trades that are listed.
const TRADES: i64 = 40;
/// Own orders that are listed here; all of them are on `/orders`.
const ORDERS: usize = 50;

/// One market: header, chart, book, trades, own orders, and the form.
#[derive(Template)]
#[template(path = "market/trade.html", blocks = ["figures", "depth", "book", "orders", "fills", "trades", "state"])]
pub(super) struct TradePage {
    page: Page,
    symbol: String,
    name: String,
    precision: u8,
    base: String,
    now: i64,
    dollars: Dollars,
    /// The last price, if there was a trade ever.
    last: Option<Amount>,
    change: String,
    volume: Amount,
    high: Option<Amount>,
    low: Option<Amount>,
    spread: Option<String>,
    /// Decimals that prices are shown with.
    decimals: u8,
    book: Book,
    step: i128,
    steps: Vec<i128>,
    depth: Option<Depth>,
    trades: Vec<Trade>,
    mine: Option<Mine>,
    has_index: bool,
    /// What the form reckons with.
    state: String,
    /// What a link fills in.
    asked: Wanted,
}

/// What who looks has here.
struct Mine {
    account: String,
    token: Amount,
    base: Amount,
    orders: Vec<(Side, Order)>,
    trades: Vec<Trade>,
}

/// Tokens that changed hands.
struct Trade {
    time: i64,
    is_buy: bool,
    quantity: Amount,
    price: Amount,
    volume: Amount,
    buyer: String,
    seller: String,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    /// Steps of the book's prices.
    #[serde(default)]
    group: String,
    /// `live`: only what changes.
    #[serde(default)]
    part: String,
    /// For the form.
    #[serde(default)]
    side: String,
    #[serde(default)]
    price: String,
    #[serde(default)]
    quantity: String,
}

impl TradePage {
    fn price(&self, price: &Amount) -> String {
        price.fixed(self.decimals.max(book::decimals(*price)))
    }

    fn quantity(&self, quantity: &Amount) -> String {
        quantity.fixed(self.precision)
    }

    /// An amount of the base token in a few digits.
    fn worth(&self, worth: &Amount) -> String {
        format::amount_short(&worth.to_string())
    }

    fn step_text(&self, step: &i128) -> String {
        Amount::from_units(*step).to_string()
    }

    fn step_address(&self, step: &i128) -> String {
        format!(
            "{}?group={}",
            links::trade(&self.symbol),
            self.step_text(step)
        )
    }

    fn is_step(&self, step: &i128) -> bool {
        self.step == *step
    }

    fn is_sell(&self) -> bool {
        self.asked.side == "sell"
    }
}

/// `GET /trade`: the market with the most volume.
pub(super) async fn first(State(site): State<Site>) -> Result<Redirect, Error> {
    let busiest = site.read(|reader| {
        let metrics = data::metrics(reader, data::now(reader)?)?;
        let busiest = metrics.into_iter().max_by_key(|metric| metric.volume);
        Ok::<_, ReadError>(busiest.map(|metric| metric.symbol))
    });
    let address = match busiest.await? {
        Some(symbol) => links::trade(&symbol),
        None => "/markets".to_owned(),
    };
    Ok(Redirect::to(&address))
}

/// `GET /trade/SYMBOL?group=0.01`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(symbol): Path<String>,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Error> {
    let base = data::base(&page.network).to_owned();
    if symbol == base {
        // there is nothing to trade it against here
        return Ok(Redirect::to("/markets").into_response());
    }
    let (wanted, account, wanted_base) = (symbol.clone(), page.account.clone(), base.clone());
    let step = Amount::parse(&asked.group).map_or(1, |step| step.units().clamp(1, 10_i128.pow(16)));
    let orders = site.orders().clone();
    let read = site.read(move |reader| {
        let account = account.as_deref();
        look(reader, &orders, &wanted, &wanted_base, account, step)
    });
    let missing = || Error::not_found(format!("token {symbol:.32}"));
    let found = read.await?.ok_or_else(missing)?;
    let decimals = found.book.decimals;
    let decimals = found.metric.as_ref().map_or(decimals, |metric| {
        decimals.max(book::decimals(metric.last_price))
    });
    let last = found.metric.as_ref().map(|metric| metric.last_price);
    let mut shown = TradePage {
        base,
        name: found.token.name,
        precision: found.token.precision,
        now: found.now,
        dollars: site.dollars().await,
        last: last.filter(|last| last.is_positive()),
        change: found.metric.as_ref().map_or_else(
            || "0.00".to_owned(),
            |metric| metric.price_change_percent.clone(),
        ),
        volume: found.metric.map_or(Amount::ZERO, |metric| metric.volume),
        high: None,
        low: None,
        spread: match (found.book.best_bid(), found.book.best_ask()) {
            (Some(bid), Some(ask)) => data::spread_percent(bid, ask),
            _ => None,
        },
        steps: book::steps(last.or(found.book.best_bid()).unwrap_or(Amount::ZERO)),
        step,
        decimals,
        depth: Depth::of(&found.book),
        book: found.book,
        trades: found.trades,
        mine: found.mine,
        has_index: false,
        state: String::new(),
        symbol,
        page,
        asked,
    };
    if let Ok(index) = site.index() {
        shown.add_past(index).await?;
    }
    shown.state = shown.state();
    match shown.asked.part == "live" {
        true => shown.live(),
        false => Ok(Html(shown).into_response()),
    }
}

impl TradePage {
    async fn add_past(&mut self, index: &Index) -> Result<(), Error> {
        self.has_index = true;
        let symbol = Some(self.symbol.clone());
        let query = TradeQuery {
            symbol: symbol.clone(),
            limit: TRADES,
            ..TradeQuery::default()
        };
        let trades = index.trades(&query).await?;
        self.trades = trades.into_iter().map(Trade::from).collect();
        let ticker = index.tickers(Some(&self.symbol), self.now).await?;
        if let Some(ticker) = ticker.into_iter().next() {
            self.change = ticker.change_percent();
            self.volume = ticker.volume;
            (self.high, self.low) = (Some(ticker.high), Some(ticker.low));
        }
        if let Some(mine) = &mut self.mine {
            let query = TradeQuery {
                symbol,
                account: Some(mine.account.clone()),
                limit: TRADES,
                ..TradeQuery::default()
            };
            let trades = index.trades(&query).await?;
            mine.trades = trades.into_iter().map(Trade::from).collect();
        }
        Ok(())
    }

    /// What changes while people look: the elements with `data-live`.
    fn live(&self) -> Result<Response, Error> {
        let parts = [
            self.as_figures().render()?,
            self.as_depth().render()?,
            self.as_book().render()?,
            self.as_orders().render()?,
            self.as_fills().render()?,
            self.as_trades().render()?,
            self.as_state().render()?,
        ];
        let kind = (CONTENT_TYPE, "text/html; charset=utf-8");
        Ok(([kind], parts.concat()).into_response())
    }

    /// What the form reckons with. All of it are numbers; the mark that could end a script is escaped all the same.
    fn state(&self) -> String {
        let mut state = self.book.json();
        let mine = self.mine.as_ref();
        state["last"] = json!(self.last);
        state["balances"] = json!({
            "token": mine.map(|mine| mine.token.fixed(self.precision)),
            "base": mine.map(|mine| mine.base.fixed(data::PRICE_DECIMALS)),
        });
        let orders = mine.map(|mine| mine.orders.as_slice()).unwrap_or_default();
        let order = |(side, order): &(Side, Order)| json!([side.name(), order.price]);
        state["orders"] = orders.iter().map(order).collect();
        state.to_string().replace('<', "\\u003c")
    }
}

struct Found {
    now: i64,
    token: data::Token,
    metric: Option<Metric>,
    book: Book,
    trades: Vec<Trade>,
    mine: Option<Mine>,
}

fn look(
    reader: &Reader,
    orders: &Orders,
    symbol: &str,
    base: &str,
    account: Option<&str>,
    step: i128,
) -> Result<Option<Found>, ReadError> {
    let Some(token) = data::token(reader, symbol)? else {
        return Ok(None);
    };
    let now = data::now(reader)?;
    let mine = match account {
        Some(account) => {
            let mut orders = data::orders_of(reader, account, Some(symbol), now)?;
            orders.truncate(ORDERS);
            Some(Mine {
                account: account.to_owned(),
                token: data::balance(reader, account, symbol)?,
                base: data::balance(reader, account, base)?,
                orders,
                trades: Vec::new(),
            })
        }
        None => None,
    };
    Ok(Some(Found {
        now,
        metric: data::metric(reader, symbol, now)?,
        book: Book::read(reader, orders, symbol, account, step)?,
        trades: last_trades(reader, symbol)?,
        token,
        mine,
    }))
}

/// The latest trades that the contract still has: those of a day.
fn last_trades(reader: &Reader, symbol: &str) -> Result<Vec<Trade>, ReadError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "type")]
        kind: String,
        buyer: String,
        seller: String,
        quantity: Amount,
        price: Amount,
        volume: Amount,
        timestamp: i64,
    }
    let query = json!({ "symbol": symbol });
    let mut request = FindRequest::new("market", "tradesHistory", &query);
    request.limit = 40;
    request.sort = vec![Sort {
        index: "_id".to_owned(),
        descending: true,
    }];
    let found = reader.find(&request)?.unwrap_or_default();
    let read = found.into_iter().map(serde_json::from_value::<Row>);
    let trades = read.filter_map(Result::ok).map(|row| Trade {
        time: row.timestamp,
        is_buy: row.kind == "buy",
        quantity: row.quantity,
        price: row.price,
        volume: row.volume,
        buyer: row.buyer,
        seller: row.seller,
    });
    Ok(trades.collect())
}

impl From<tartan_index::Trade> for Trade {
    fn from(trade: tartan_index::Trade) -> Trade {
        Trade {
            time: trade.time,
            is_buy: trade.side == "buy",
            quantity: trade.quantity,
            price: trade.price,
            volume: trade.volume,
            buyer: trade.buyer,
            seller: trade.seller,
        }
    }
}
