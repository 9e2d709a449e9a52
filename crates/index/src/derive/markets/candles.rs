use super::orders::Trade;
use crate::Amount;
use crate::store::row;

row! {
    /// The prices of a span of time.
    pub struct Candle in "candles", key 3 {
        /// The token.
        symbol: String,
        /// How long it is, in seconds.
        period: i64,
        /// When it begins, in seconds since 1970.
        time: i64,
        /// The first price.
        first_price: Amount,
        /// The highest.
        high: Amount,
        /// The lowest.
        low: Amount,
        /// The last.
        last_price: Amount,
        /// Tokens that changed hands.
        quantity: Amount,
        /// Base tokens that were paid for them.
        volume: Amount,
        /// How often.
        trades: i64,
    }
}

/// The candles that are kept, in seconds: 1, 5 and 15 minutes, 1 hour and 1 day. Those of other lengths are put together
/// from them.
pub(crate) const PERIODS: [i64; 5] = [60, 300, 900, 3_600, 86_400];

/// When the candle of this length begins that a time falls into.
pub(crate) fn bucket(time: i64, period: i64) -> i64 {
    time - time.rem_euclid(period)
}

impl Candle {
    /// The candle of one trade.
    pub(super) fn of(trade: &Trade, period: i64) -> Candle {
        let moved = (trade.quantity, trade.volume);
        Candle::begun(&trade.symbol, period, trade.time, trade.price, moved)
    }

    /// The candle of what happened once, at a price: so many tokens for so many of the others.
    pub(crate) fn begun(
        symbol: &str,
        period: i64,
        time: i64,
        price: Amount,
        (quantity, volume): (Amount, Amount),
    ) -> Candle {
        Candle {
            symbol: symbol.to_owned(),
            period,
            time: bucket(time, period),
            first_price: price,
            high: price,
            low: price,
            last_price: price,
            quantity,
            volume,
            trades: 1,
        }
    }

    /// The candle with one more trade.
    pub(super) fn with(&self, trade: &Trade) -> Candle {
        self.and(&Candle::of(trade, self.period))
    }

    /// The candle of this one and the one that follows on it.
    pub(crate) fn and(&self, next: &Candle) -> Candle {
        Candle {
            high: self.high.max(next.high),
            low: self.low.min(next.low),
            last_price: next.last_price,
            quantity: self.quantity.plus(next.quantity),
            volume: self.volume.plus(next.volume),
            trades: self.trades + next.trades,
            ..self.clone()
        }
    }
}
