//! `tartan market list`, `book`, `trades`, `orders`.

use std::fmt;

use anyhow::{Context as _, Result};
use serde::Serialize;
use tartan_decimal::{Decimal, Rounding};
use tartan_graphene::Time;

use super::rows::{ARITHMETIC, DECIMALS, MOST_ORDERS, Market, Metric, Resting, Side, Trade, fixed};
use crate::config::Settings;
use crate::output;

/// A time in seconds as people read it, in UTC.
fn moment(seconds: i64) -> String {
    let time = u32::try_from(seconds).map(Time);
    time.map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// All markets.
#[derive(Debug, Serialize)]
struct List {
    /// The token that all others are traded against.
    base: String,
    markets: Vec<Metric>,
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.markets.is_empty() {
            return write!(
                f,
                "nothing is traded yet; all tokens are traded against {}",
                self.base
            );
        }
        write!(
            f,
            "{:<10} {:>16} {:>10} {:>16} {:>16} {:>18}",
            format!("in {}", self.base),
            "last price",
            "change",
            "highest bid",
            "lowest ask",
            "volume of the day"
        )?;
        for market in &self.markets {
            write!(
                f,
                "\n{:<10} {:>16} {:>10} {:>16} {:>16} {:>18}",
                market.symbol,
                market.last_price,
                market.price_change_percent,
                market.highest_bid,
                market.lowest_ask,
                market.volume
            )?;
        }
        Ok(())
    }
}

pub(super) async fn list(settings: &Settings, json: bool) -> Result<()> {
    let market = Market::open(settings).await?;
    let mut markets = market.metrics().await?;
    markets.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    let base = market.base;
    output::print(&List { base, markets }, json)
}

/// Both sides of a token's book.
#[derive(Debug, Serialize)]
struct Book {
    symbol: String,
    base: String,
    /// The dearest first.
    bids: Vec<Level>,
    /// The cheapest first.
    asks: Vec<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spread: Option<String>,
}

/// All orders of a side at one price.
#[derive(Debug, Serialize)]
struct Level {
    price: String,
    quantity: String,
    /// Of the token, at this price and better ones.
    total: String,
    orders: usize,
}

/// Puts orders at the same price together.
fn levels(orders: &[Resting], depth: usize, decimals: u32) -> Result<Vec<Level>> {
    let mut levels: Vec<Level> = Vec::new();
    let (mut total, mut at_price) = (Decimal::ZERO, Decimal::ZERO);
    for order in orders {
        let quantity = Decimal::parse(&order.quantity);
        total = total.plus(&quantity, ARITHMETIC)?;
        let same = levels.pop_if(|level| level.price == order.price);
        if same.is_none() && levels.len() == depth {
            break;
        }
        let (before, orders) = match same {
            Some(level) => (at_price, level.orders),
            None => (Decimal::ZERO, 0),
        };
        at_price = before.plus(&quantity, ARITHMETIC)?;
        levels.push(Level {
            price: order.price.clone(),
            quantity: fixed(&at_price, decimals, Rounding::Down)?,
            total: fixed(&total, decimals, Rounding::Down)?,
            orders: orders + 1,
        });
    }
    Ok(levels)
}

impl fmt::Display for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Book { symbol, base, .. } = self;
        if self.bids.is_empty() && self.asks.is_empty() {
            return write!(f, "the book of {symbol} is empty");
        }
        let line = |f: &mut fmt::Formatter<'_>, side: &str, level: &Level| {
            writeln!(
                f,
                "{side:<6} {:>18} {:>20} {:>20} {:>7}",
                level.price, level.quantity, level.total, level.orders
            )
        };
        writeln!(
            f,
            "{:<6} {:>18} {:>20} {:>20} {:>7}",
            "",
            format!("price in {base}"),
            symbol,
            "in all",
            "orders"
        )?;
        for level in self.asks.iter().rev() {
            line(f, "sell", level)?;
        }
        match &self.spread {
            Some(spread) => writeln!(f, "{:<6} {spread:>18}", "spread")?,
            None => writeln!(f, "no orders of the other side")?,
        }
        for level in &self.bids {
            line(f, "buy", level)?;
        }
        Ok(())
    }
}

pub(super) async fn book(
    settings: &Settings,
    symbol: &str,
    depth: usize,
    json: bool,
) -> Result<()> {
    let market = Market::open(settings).await?;
    let decimals = market.decimals(symbol).await?;
    let bids = market.best(Side::Buy, symbol, MOST_ORDERS).await?;
    let asks = market.best(Side::Sell, symbol, MOST_ORDERS).await?;
    let spread = match (asks.first(), bids.first()) {
        (Some(ask), Some(bid)) => {
            let spread =
                Decimal::parse(&ask.price).minus(&Decimal::parse(&bid.price), ARITHMETIC)?;
            Some(fixed(&spread, DECIMALS, Rounding::Down)?)
        }
        _ => None,
    };
    let book = Book {
        symbol: symbol.to_string(),
        bids: levels(&bids, depth, decimals)?,
        asks: levels(&asks, depth, decimals)?,
        base: market.base,
        spread,
    };
    output::print(&book, json)
}

/// The last trades of a token.
#[derive(Debug, Serialize)]
struct Trades {
    symbol: String,
    base: String,
    trades: Vec<Trade>,
}

impl fmt::Display for Trades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trades { symbol, base, .. } = self;
        if self.trades.is_empty() {
            return write!(f, "nobody has traded {symbol} within a day");
        }
        write!(
            f,
            "{:<19} {:<4} {:>18} {:>18}  buyer from seller",
            "time (UTC)",
            "",
            format!("price in {base}"),
            symbol
        )?;
        for trade in &self.trades {
            write!(
                f,
                "\n{:<19} {:<4} {:>18} {:>18}  {} from {}",
                moment(trade.timestamp),
                trade.kind,
                trade.price,
                trade.quantity,
                trade.buyer,
                trade.seller
            )?;
        }
        Ok(())
    }
}

pub(super) async fn trades(
    settings: &Settings,
    symbol: &str,
    limit: usize,
    json: bool,
) -> Result<()> {
    let market = Market::open(settings).await?;
    market.decimals(symbol).await?;
    let trades = Trades {
        trades: market.trades(symbol, limit).await?,
        symbol: symbol.to_string(),
        base: market.base,
    };
    output::print(&trades, json)
}

/// The orders of an account.
#[derive(Debug, Serialize)]
struct Orders {
    account: String,
    base: String,
    orders: Vec<Open>,
}

/// An order that rests in a book.
#[derive(Debug, Serialize)]
struct Open {
    id: String,
    side: Side,
    symbol: String,
    quantity: String,
    price: String,
    /// What comes back if it is cancelled.
    locked: String,
    placed: i64,
    expires: i64,
}

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Orders { account, base, .. } = self;
        if self.orders.is_empty() {
            return write!(f, "{account} has no orders in the books");
        }
        write!(
            f,
            "{:<4} {:<10} {:>18} {:>18}  {:<19}  id",
            "",
            "token",
            "quantity",
            format!("price in {base}"),
            "expires (UTC)"
        )?;
        for order in &self.orders {
            write!(
                f,
                "\n{:<4} {:<10} {:>18} {:>18}  {:<19}  {}",
                order.side.name(),
                order.symbol,
                order.quantity,
                order.price,
                moment(order.expires),
                order.id
            )?;
        }
        Ok(())
    }
}

pub(super) async fn orders(
    settings: &Settings,
    account: &str,
    symbol: Option<&str>,
    json: bool,
) -> Result<()> {
    let market = Market::open(settings).await?;
    let mut open = Vec::new();
    for side in [Side::Buy, Side::Sell] {
        for order in market.of(side, account, symbol).await? {
            let locked = match side {
                Side::Buy => order
                    .tokens_locked
                    .context("a buy order has locked something")?,
                Side::Sell => order.quantity.clone(),
            };
            open.push(Open {
                id: order.tx_id,
                side,
                symbol: order.symbol,
                quantity: order.quantity,
                price: order.price,
                locked,
                placed: order.timestamp,
                expires: order.expiration,
            });
        }
    }
    let orders = Orders {
        account: account.to_string(),
        base: market.base,
        orders: open,
    };
    output::print(&orders, json)
}
