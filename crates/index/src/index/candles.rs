use serde::Serialize;
use time::{Date, Month, OffsetDateTime};

use super::{Conditions, Index};
use crate::derive::{Candle, bucket};
use crate::{Amount, IndexError};

/// Most bars of one answer.
const MOST: i64 = 5_000;
const DAY: i64 = 86_400;
/// 1970 began on a Thursday.
const FIRST_MONDAY: i64 = 4 * DAY;

/// How long the bars of a chart are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// So many minutes: 1, 5, 15, 30, 60 or 240.
    Minutes(i64),
    /// Days of UTC.
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Calendar months.
    Month,
}

/// A bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// When it begins, in seconds since 1970.
    pub time: i64,
    /// The first price.
    pub open: Amount,
    /// The highest.
    pub high: Amount,
    /// The lowest.
    pub low: Amount,
    /// The last.
    pub close: Amount,
    /// Tokens that changed hands.
    pub quantity: Amount,
    /// Base tokens that were paid for them.
    pub volume: Amount,
    /// How often.
    pub trades: i64,
}

impl Interval {
    /// All there are, with the names that [`parse`](Interval::parse) knows.
    pub const ALL: [(&'static str, Interval); 9] = [
        ("1m", Interval::Minutes(1)),
        ("5m", Interval::Minutes(5)),
        ("15m", Interval::Minutes(15)),
        ("30m", Interval::Minutes(30)),
        ("1h", Interval::Minutes(60)),
        ("4h", Interval::Minutes(240)),
        ("1d", Interval::Day),
        ("1w", Interval::Week),
        ("1M", Interval::Month),
    ];

    /// The interval of this name.
    pub fn parse(name: &str) -> Option<Interval> {
        let found = Interval::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, interval)| *interval)
    }

    /// The kept candles that it is put together from, in seconds, and how many of them it has at most.
    fn parts(self) -> (i64, i64) {
        match self {
            Interval::Minutes(minutes @ ..5) => (60, minutes),
            Interval::Minutes(minutes @ ..15) => (300, minutes / 5),
            Interval::Minutes(minutes @ ..60) => (900, minutes / 15),
            Interval::Minutes(minutes) => (3_600, minutes / 60),
            Interval::Day => (DAY, 1),
            Interval::Week => (DAY, 7),
            Interval::Month => (DAY, 31),
        }
    }

    /// When the bar begins that a time falls into.
    pub fn start(self, time: i64) -> i64 {
        match self {
            Interval::Minutes(minutes) => bucket(time, minutes * 60),
            Interval::Day => bucket(time, DAY),
            Interval::Week => bucket(time - FIRST_MONDAY, 7 * DAY) + FIRST_MONDAY,
            Interval::Month => month(time, 0).unwrap_or(0),
        }
    }

    /// When the bar after the one that begins then begins.
    pub fn next(self, start: i64) -> i64 {
        match self {
            Interval::Minutes(minutes) => start + minutes * 60,
            Interval::Day => start + DAY,
            Interval::Week => start + 7 * DAY,
            Interval::Month => month(start, 1).unwrap_or(i64::MAX),
        }
    }
}

/// The first second of the month of a time, or of the month after it.
fn month(time: i64, later: u8) -> Option<i64> {
    let date = OffsetDateTime::from_unix_timestamp(time).ok()?.date();
    let (year, month) = match (later, date.month()) {
        (0, month) => (date.year(), month),
        (_, Month::December) => (date.year() + 1, Month::January),
        (_, month) => (date.year(), month.next()),
    };
    let first = Date::from_calendar_date(year, month, 1).ok()?;
    Some(first.midnight().assume_utc().unix_timestamp())
}

impl Index {
    /// The bars of a token that begin in a span of time, oldest first: the last `limit` of them, at most 5000. There is
    /// no bar for a time without trades.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bars(
        &self,
        symbol: &str,
        interval: Interval,
        (from, until): (i64, i64),
        limit: i64,
    ) -> Result<Vec<Bar>, IndexError> {
        let (period, parts) = interval.parts();
        let limit = limit.clamp(1, MOST);
        let mut conditions = Conditions::default();
        conditions.add("symbol = $", symbol);
        conditions.add("period = $", period);
        // a bar that has begun before does not begin in this span
        let first = interval.start(from);
        let first = if first < from {
            interval.next(first)
        } else {
            first
        };
        conditions.add("time >= $", first);
        conditions.add("time < $", interval.next(interval.start(until)));
        // one more tells whether the oldest bar is whole
        let most = limit.saturating_mul(parts).saturating_add(parts);
        let rest = format!(
            "{} ORDER BY time DESC LIMIT {}",
            conditions.text(),
            conditions.place(most)
        );
        let mut candles: Vec<Candle> = self.rows(&rest, &conditions.fields).await?;
        candles.reverse();
        let mut bars: Vec<Candle> = Vec::new();
        for mut candle in candles {
            candle.time = interval.start(candle.time);
            match bars.last_mut().filter(|bar| bar.time == candle.time) {
                Some(bar) => *bar = bar.and(&candle),
                None => bars.push(candle),
            }
        }
        let surplus = bars
            .len()
            .saturating_sub(usize::try_from(limit).unwrap_or(0));
        Ok(bars.into_iter().skip(surplus).map(Bar::from).collect())
    }
}

impl From<Candle> for Bar {
    fn from(candle: Candle) -> Bar {
        Bar {
            time: candle.time,
            open: candle.first_price,
            high: candle.high,
            low: candle.low,
            close: candle.last_price,
            quantity: candle.quantity,
            volume: candle.volume,
            trades: candle.trades,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_when_people_expect_it() {
        // Thursday, 31 December 2020, 23:59:59
        let time = 1_609_459_199;
        let check = |name: &str, start: i64, next: i64| {
            let interval = Interval::parse(name).unwrap();
            assert_eq!(interval.start(time), start, "{name}");
            assert_eq!(interval.next(start), next, "{name}");
            assert_eq!(interval.start(start), start, "{name}");
            assert_eq!(interval.start(next), next, "{name}");
        };
        check("1m", 1_609_459_140, 1_609_459_200);
        check("15m", 1_609_458_300, 1_609_459_200);
        check("4h", 1_609_444_800, 1_609_459_200);
        check("1d", 1_609_372_800, 1_609_459_200);
        // Monday, 28 December 2020, and Monday, 4 January 2021
        check("1w", 1_609_113_600, 1_609_718_400);
        check("1M", 1_606_780_800, 1_609_459_200);
        assert_eq!(Interval::parse("2h"), None);
    }
}
