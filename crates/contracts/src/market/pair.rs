//! The market of one token: its figures and the history of its trades.

use std::sync::Arc;

use compact_str::CompactString;
use tartan_decimal::{Precision, Quantity, Rounding};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context};
use tartan_state::{RowId, Scan, Stored};

use super::money::{BASE, stored, text};
use super::tables::{Metric, Trade};
use super::{PriceChange, Terms};

/// Seconds for which trades are kept and counted.
const DAY: i64 = 86_400;
/// Trades that fall out of the history when one comes in, at most.
const FORGOTTEN: usize = 50;
/// The row of a token's market, for an action to change and put back.
pub(super) struct Pair {
    pub(super) metric: Metric,
    /// As it is stored.
    before: Option<Arc<Stored<Metric>>>,
    change: PriceChange,
}

impl Pair {
    /// The row as it is stored, or a fresh one.
    pub(super) fn load(ctx: &mut Context<'_>, terms: &Terms, symbol: &str) -> ActionResult<Pair> {
        let before = ctx.rows::<Metric>().shared(&[symbol])?;
        let metric = match &before {
            Some(row) => row.record.clone(),
            None => fresh(symbol, terms.price_change),
        };
        Ok(Pair {
            metric,
            before,
            change: terms.price_change,
        })
    }

    /// Stores what has changed.
    pub(super) fn save(self, ctx: &mut Context<'_>) -> ActionResult {
        let mut rows = ctx.rows();
        match self.before {
            Some(before) if before.record == self.metric => Ok(()),
            Some(before) => {
                let id = before.id.clone();
                // so that nobody else has it
                drop(before);
                rows.put(Stored {
                    id,
                    record: self.metric,
                })
            }
            None => rows.insert(self.metric).map(drop),
        }
    }

    /// Puts a trade into the history, takes out what is older than a day, and notes the price.
    pub(super) fn record(&mut self, ctx: &mut Context<'_>, trade: Trade) -> ActionResult {
        let now = trade.timestamp;
        self.forget(ctx, now - DAY)?;
        self.note_price(&trade.price, now)?;
        let trade = ctx.rows().insert(trade)?;
        if self.metric.oldest_trade_id == 0 {
            self.metric.oldest_trade_id = number(&trade.id);
            self.metric.oldest_trade = now;
        }
        Ok(())
    }

    /// Takes trades before a time out of the history and the volume: a bounded number, the rest with the next trades.
    fn forget(&mut self, ctx: &mut Context<'_>, time: i64) -> ActionResult {
        let oldest = self.metric.oldest_trade_id;
        if oldest == 0 || self.metric.oldest_trade >= time {
            return Ok(());
        }
        let symbol = self.metric.symbol.as_str();
        let trades = Scan::of("symbol")
            .equal(symbol)
            .behind([Value::from(symbol)], oldest - 1)
            .limit(FORGOTTEN + 1);
        let trades = ctx.rows::<Trade>().scan(trades)?;
        self.metric.oldest_trade_id = 0;
        for (place, trade) in trades.iter().enumerate() {
            if place == FORGOTTEN || trade.timestamp >= time {
                self.metric.oldest_trade_id = number(&trade.id);
                self.metric.oldest_trade = trade.timestamp;
                break;
            }
            let volume = stored(&self.metric.volume, BASE)?;
            let rest = volume.units() - stored(&trade.volume, BASE)?.units();
            self.set_volume(rest);
            ctx.rows().remove(trade)?;
        }
        Ok(())
    }

    /// Counts what was paid.
    pub(super) fn note_volume(&mut self, paid: Quantity, now: i64) -> ActionResult {
        let metric = &self.metric;
        let volume = match metric.volume_expiration < now {
            true => Quantity::ZERO,
            false => stored(&metric.volume, BASE)?,
        };
        self.set_volume(volume.units().saturating_add(paid.units()));
        self.metric.volume_expiration = now + DAY;
        Ok(())
    }

    fn set_volume(&mut self, units: i128) {
        self.metric.volume = match units < 0 {
            true => "0.000".into(),
            false => text(Quantity::from_units(units), BASE),
        };
    }

    fn note_price(&mut self, price: &str, now: i64) -> ActionResult {
        let metric = &mut self.metric;
        metric.last_price = price.into();
        let (change, percent) = match metric.last_day_price_expiration < now {
            true => {
                metric.last_day_price = price.into();
                metric.last_day_price_expiration = now + DAY;
                ("0".into(), "0%".into())
            }
            false => change(stored(price, BASE)?, stored(&metric.last_day_price, BASE)?),
        };
        metric.price_change_percent = percent;
        *self.change.of(metric) = Some(change);
        Ok(())
    }
}

/// How far a price is from the one of the day before, and how far in percent of that.
fn change(price: Quantity, before: Quantity) -> (CompactString, CompactString) {
    let change = Quantity::from_units(price.units() - before.units());
    let percent = change.mul_div(10_000, before.units(), Rounding::HalfUp);
    let percent = percent.unwrap_or_default();
    // a number that is rounded to zero keeps its sign
    let sign = if percent.is_zero() && change.is_negative() {
        "-"
    } else {
        ""
    };
    let hundredths = Precision::new(2).expect("an amount can have two decimals");
    let percent = percent.text(hundredths);
    let percent = [sign, &percent, "%"].concat();
    (text(change, BASE), percent.into())
}

fn fresh(symbol: &str, change: PriceChange) -> Metric {
    let mut metric = Metric {
        symbol: symbol.into(),
        volume: "0".into(),
        volume_expiration: 0,
        last_price: "0".into(),
        lowest_ask: "0".into(),
        highest_bid: "0".into(),
        last_day_price: "0".into(),
        last_day_price_expiration: 0,
        price_change_hive: None,
        price_change_steem: None,
        price_change_percent: "0".into(),
        oldest_trade_id: 0,
        oldest_trade: 0,
    };
    *change.of(&mut metric) = Some("0".into());
    metric
}

fn number(id: &RowId) -> u64 {
    id.number().unwrap_or_default()
}
