use std::collections::BTreeMap;

use serde::Serialize;

use super::{Conditions, Index, MOST};
use crate::derive::{Candle, Market, Order, Trade, bucket};
use crate::{Amount, IndexError};

const DAY: i64 = 86_400;
const MINUTE: i64 = 60;
const QUARTER: i64 = 900;
const HOUR: i64 = 3_600;

/// Which trades.
#[derive(Debug, Clone, Default)]
pub struct TradeQuery {
    /// Of this token.
    pub symbol: Option<String>,
    /// In which this account bought or sold.
    pub account: Option<String>,
    /// Of orders of this side that came in.
    pub side: Option<String>,
    /// Not before this time, in seconds since 1970.
    pub from: Option<i64>,
    /// Not after this time.
    pub until: Option<i64>,
    /// Older than the trade with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
}

/// Which orders.
#[derive(Debug, Clone, Default)]
pub struct OrderQuery {
    /// Of this account.
    pub account: String,
    /// Of this token.
    pub symbol: Option<String>,
    /// Only those in the books, or only those that are not any more.
    pub open: Option<bool>,
    /// Older than the order with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
}

/// How far back a sparkline goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// 24 hours, hour by hour.
    Day,
    /// 7 days, in steps of four hours.
    Week,
}

impl Span {
    /// Seconds from one point to the next, and how many there are.
    fn steps(self) -> (i64, i64) {
        match self {
            Span::Day => (HOUR, 24),
            Span::Week => (4 * HOUR, 42),
        }
    }
}

/// The prices of a token in a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sparkline {
    /// The token, or the pool.
    pub symbol: String,
    /// When the first step begins, in seconds since 1970.
    pub time: i64,
    /// The last price of each step; in one without trades that of the one before, and in front of the first trade the price
    /// with which it began.
    pub points: Vec<Amount>,
}

/// What a token did in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticker {
    /// The token.
    pub symbol: String,
    /// The price of the last trade, whenever it was.
    pub last: Amount,
    /// When that was, in seconds since 1970.
    pub last_time: i64,
    /// The first price of the 24 hours; the last one if there was no trade.
    pub open: Amount,
    /// The highest.
    pub high: Amount,
    /// The lowest.
    pub low: Amount,
    /// Tokens that changed hands.
    pub quantity: Amount,
    /// Base tokens that were paid for them.
    pub volume: Amount,
    /// How often.
    pub trades: i64,
}

impl Ticker {
    /// The ticker of a token, or of a pool, without trades in the last 24 hours.
    pub(super) fn quiet(symbol: &str, last: Amount, last_time: i64) -> Ticker {
        Ticker {
            symbol: symbol.to_owned(),
            last,
            last_time,
            open: last,
            high: last,
            low: last,
            quantity: Amount::ZERO,
            volume: Amount::ZERO,
            trades: 0,
        }
    }

    /// The same with what happened in them.
    pub(super) fn with(mut self, day: Option<Candle>) -> Ticker {
        if let Some(day) = day {
            (self.open, self.high, self.low) = (day.first_price, day.high, day.low);
            (self.quantity, self.volume) = (day.quantity, day.volume);
            self.trades = day.trades;
        }
        self
    }

    /// By how much the price changed, in per cent with 2 decimals.
    pub fn change_percent(&self) -> String {
        if !self.open.is_positive() {
            return "0.00".to_owned();
        }
        let change = self.last.to_f64() / self.open.to_f64() - 1.0;
        format!("{:.2}", change * 100.0)
    }
}

impl Index {
    /// Trades, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trades(&self, query: &TradeQuery) -> Result<Vec<Trade>, IndexError> {
        let limit = query.limit.clamp(1, MOST);
        let Some(account) = query.account.as_deref() else {
            return self.trades_where(query, None, limit).await;
        };
        // two indexes are faster than one that fits neither
        let mut trades = self
            .trades_where(query, Some(("buyer", account)), limit)
            .await?;
        trades.extend(
            self.trades_where(query, Some(("seller", account)), limit)
                .await?,
        );
        trades.sort_by_key(|trade| std::cmp::Reverse(trade.id));
        trades.dedup_by_key(|trade| trade.id);
        trades.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(trades)
    }

    async fn trades_where(
        &self,
        query: &TradeQuery,
        party: Option<(&str, &str)>,
        limit: i64,
    ) -> Result<Vec<Trade>, IndexError> {
        let mut conditions = Conditions::default();
        if let Some((column, account)) = party {
            conditions.add(&format!("{column} = $"), account);
        }
        conditions.maybe("symbol = $", query.symbol.as_deref());
        conditions.maybe("side = $", query.side.as_deref());
        conditions.between(query.from, query.until);
        conditions.maybe("id < $", query.before);
        self.latest(conditions, limit).await
    }

    /// Orders of an account, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orders(&self, query: &OrderQuery) -> Result<Vec<Order>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("account = $", query.account.as_str());
        conditions.maybe("symbol = $", query.symbol.as_deref());
        match query.open {
            Some(true) => conditions.texts.push("status = 'open'".to_owned()),
            Some(false) => conditions.texts.push("status <> 'open'".to_owned()),
            None => {}
        }
        conditions.maybe("id < $", query.before);
        self.latest(conditions, query.limit).await
    }

    /// The tokens that were traded, by symbol.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn markets(&self) -> Result<Vec<Market>, IndexError> {
        self.rows("ORDER BY symbol", &[]).await
    }

    /// What tokens did in the 24 hours before a time, by symbol: one of them, or all that were ever traded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tickers(&self, symbol: Option<&str>, now: i64) -> Result<Vec<Ticker>, IndexError> {
        match symbol {
            Some(symbol) => self.tickers_among(&[symbol.to_owned()], now).await,
            None => self.tickers_among(&[], now).await,
        }
    }

    /// The same of these tokens, as far as they were ever traded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tickers_of(
        &self,
        symbols: &[String],
        now: i64,
    ) -> Result<Vec<Ticker>, IndexError> {
        match symbols {
            [] => Ok(Vec::new()),
            symbols => self.tickers_among(symbols, now).await,
        }
    }

    async fn tickers_among(&self, symbols: &[String], now: i64) -> Result<Vec<Ticker>, IndexError> {
        let mut conditions = Conditions::default();
        if !symbols.is_empty() {
            conditions.among("symbol", symbols);
        }
        let rest = format!("{} ORDER BY symbol", conditions.text());
        let markets: Vec<Market> = self.rows(&rest, &conditions.fields).await?;
        let mut days = self.days(symbols, now).await?;
        let ticker = |market: Market| {
            let day = days.remove(&market.symbol);
            Ticker::quiet(&market.symbol, market.last_price, market.last_time).with(day)
        };
        Ok(markets.into_iter().map(ticker).collect())
    }

    /// The candles of the 24 hours before a time, by symbol or pair; of none in particular: of all.
    pub(super) async fn days(
        &self,
        symbols: &[String],
        now: i64,
    ) -> Result<BTreeMap<String, Candle>, IndexError> {
        let mut conditions = Conditions::default();
        if !symbols.is_empty() {
            conditions.among("symbol", symbols);
        }
        let day = LastDay::before(now).condition(&mut conditions);
        conditions.texts.push(day);
        let rest = format!("{} ORDER BY time", conditions.text());
        let candles: Vec<Candle> = self.rows(&rest, &conditions.fields).await?;
        let mut days: BTreeMap<String, Candle> = BTreeMap::new();
        for candle in candles {
            match days.get_mut(&candle.symbol) {
                Some(day) => *day = day.and(&candle),
                None => {
                    days.insert(candle.symbol.clone(), candle);
                }
            }
        }
        Ok(days)
    }

    /// The prices of a span of time before another: of these tokens and pools (`BASE:QUOTE`), or of all that were traded in
    /// that time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sparklines(
        &self,
        symbols: &[String],
        now: i64,
        span: Span,
    ) -> Result<Vec<Sparkline>, IndexError> {
        let (step, points) = span.steps();
        let first = bucket(now, step) - (points - 1) * step;
        let mut conditions = Conditions::default();
        conditions.add("period = $", HOUR);
        conditions.add("time >= $", first);
        if !symbols.is_empty() {
            conditions.among("symbol", symbols);
        }
        let rest = format!("{} ORDER BY symbol, time", conditions.text());
        let candles: Vec<Candle> = self.rows(&rest, &conditions.fields).await?;
        let of_one = candles.chunk_by(|a, b| a.symbol == b.symbol);
        let line = |hours| spark(hours, first, span);
        Ok(of_one.filter_map(line).collect())
    }
}

/// The 24 hours before a time, as few candles as they can be put together from: minutes up to a full quarter of an hour,
/// quarters up to a full hour, then hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastDay {
    minutes: i64,
    quarters: i64,
    hours: i64,
}

impl LastDay {
    pub(super) fn before(now: i64) -> LastDay {
        let next = |time: i64, period: i64| bucket(time + period - 1, period);
        let minutes = next(now - DAY + 1, MINUTE);
        LastDay {
            minutes,
            quarters: next(minutes, QUARTER),
            hours: next(minutes, HOUR),
        }
    }

    /// The condition that chooses these candles.
    pub(super) fn condition(self, conditions: &mut Conditions) -> String {
        let mut span = |period: i64, from: i64, until: i64| {
            let [period, from, until] =
                [period, from, until].map(|number| conditions.place(number));
            format!("(period = {period} AND time >= {from} AND time < {until})")
        };
        let minutes = span(MINUTE, self.minutes, self.quarters);
        let quarters = span(QUARTER, self.quarters, self.hours);
        let hours = span(HOUR, self.hours, i64::MAX);
        format!("({minutes} OR {quarters} OR {hours})")
    }

    /// The length of the candle among these that begins at a time.
    pub(super) fn period_at(self, column: &str, conditions: &mut Conditions) -> String {
        let quarters = conditions.place(self.quarters);
        let hours = conditions.place(self.hours);
        format!(
            "CASE WHEN {column} < {quarters} THEN {MINUTE} WHEN {column} < {hours} THEN {QUARTER} ELSE {HOUR} END"
        )
    }
}

/// The points from a time on, from the candles of hours that there are.
fn spark(hours: &[Candle], first: i64, span: Span) -> Option<Sparkline> {
    let begin = hours.first()?;
    let (step, count) = span.steps();
    let mut points = Vec::new();
    let (mut rest, mut price) = (hours, begin.first_price);
    for point in 1..=count {
        while let [candle, later @ ..] = rest
            && candle.time < first + point * step
        {
            (price, rest) = (candle.last_price, later);
        }
        points.push(price);
    }
    Some(Sparkline {
        symbol: begin.symbol.clone(),
        time: first,
        points,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_put_together_without_gaps() {
        let check = |now: i64, expected: [i64; 3]| {
            let day = LastDay::before(now + DAY);
            assert_eq!([day.minutes, day.quarters, day.hours], expected, "{now}");
        };
        check(7_200, [7_260, 8_100, 10_800]);
        check(7_140, [7_200, 7_200, 7_200]);
        check(7_201, [7_260, 8_100, 10_800]);
        check(8_099, [8_100, 8_100, 10_800]);
        check(10_000, [10_020, 10_800, 10_800]);
    }
}
