//! The books of a token, level by level, as the trading page shows them.

use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_decimal::Rounding;
use tartan_index::Amount;

use super::data::{Order, Orders, PRICE_DECIMALS, Side};

/// Orders that one that comes in meets at most.
const MOST_MET: usize = 250;
/// Levels of each side that a page shows.
const MOST_LEVELS: usize = 60;
/// Steps of the bars behind the rows: see `market.css`.
const BAR_STEPS: i128 = 20;

/// All orders within one step of prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) price: Amount,
    pub(super) quantity: Amount,
    /// What they are worth in the base token.
    pub(super) worth: Amount,
    /// Tokens of this level and all better ones.
    pub(super) sum: Amount,
    /// What these are worth.
    pub(super) sum_worth: Amount,
    /// Orders of who looks are among them.
    pub(super) is_mine: bool,
    /// How long its bar is, of 20 steps.
    pub(super) bar: i128,
}

/// Both sides, the best price first.
#[derive(Debug, Clone, Default)]
pub(super) struct Book {
    pub(super) bids: Vec<Level>,
    pub(super) asks: Vec<Level>,
    /// The same without grouping, as far as it was read.
    raw_bids: Vec<Level>,
    raw_asks: Vec<Level>,
    /// Single orders, by which the form estimates.
    bid_orders: Vec<(Amount, Amount, bool)>,
    ask_orders: Vec<(Amount, Amount, bool)>,
    /// Decimals that the prices have.
    pub(super) decimals: u8,
}

impl Book {
    /// Reads the books of a token, in steps of this many price units.
    pub(super) fn read(
        reader: &Reader,
        orders: &Orders,
        symbol: &str,
        account: Option<&str>,
        step: i128,
    ) -> Result<Book, ReadError> {
        let bids = orders.of(reader, Side::Buy, symbol)?;
        let asks = orders.of(reader, Side::Sell, symbol)?;
        Ok(Book::of(&bids, &asks, account, step))
    }

    fn of(bids: &[Order], asks: &[Order], account: Option<&str>, step: i128) -> Book {
        let shown = |side, orders| {
            let mut levels = levels(side, orders, account, step);
            levels.truncate(MOST_LEVELS);
            levels
        };
        let mut book = Book {
            bids: shown(Side::Buy, bids),
            asks: shown(Side::Sell, asks),
            raw_bids: levels(Side::Buy, bids, account, 1),
            raw_asks: levels(Side::Sell, asks, account, 1),
            bid_orders: single(bids, account),
            ask_orders: single(asks, account),
            decimals: 0,
        };
        book.draw_bars();
        let prices = book.bids.iter().chain(&book.asks);
        book.decimals = prices
            .map(|level| decimals(level.price))
            .max()
            .unwrap_or(4)
            .max(2);
        book
    }

    fn draw_bars(&mut self) {
        let last = |levels: &[Level]| levels.last().map_or(0, |level| level.sum_worth.units());
        let most = last(&self.bids).max(last(&self.asks)).max(1);
        for level in self.bids.iter_mut().chain(&mut self.asks) {
            let part = level.sum_worth.units().saturating_mul(BAR_STEPS) / most;
            level.bar = part.clamp(1, BAR_STEPS);
        }
    }

    /// What the order form estimates with, order by order, since each payment is rounded: price, quantity, and whether it
    /// is an order of who looks.
    pub(super) fn json(&self) -> Value {
        json!({ "bids": self.bid_orders, "asks": self.ask_orders })
    }

    pub(super) fn best_bid(&self) -> Option<Amount> {
        self.raw_bids.first().map(|level| level.price)
    }

    pub(super) fn best_ask(&self) -> Option<Amount> {
        self.raw_asks.first().map(|level| level.price)
    }

    /// Prices and what is offered up to them, for the drawing of the depth.
    pub(super) fn depth(&self) -> (&[Level], &[Level]) {
        (&self.raw_bids, &self.raw_asks)
    }
}

/// As many orders as one that comes in can meet.
fn single(orders: &[Order], account: Option<&str>) -> Vec<(Amount, Amount, bool)> {
    let row = |order: &Order| {
        let is_mine = account == Some(order.account.as_str());
        (order.price, order.quantity, is_mine)
    };
    orders.iter().take(MOST_MET).map(row).collect()
}

/// How many decimals a price has.
pub(super) fn decimals(price: Amount) -> u8 {
    let text = price.to_string();
    let count = text.split_once('.').map_or(0, |(_, after)| after.len());
    u8::try_from(count)
        .unwrap_or(PRICE_DECIMALS)
        .min(PRICE_DECIMALS)
}

/// Orders at one price, or within one step: bids down, asks up to its edge.
fn levels(side: Side, orders: &[Order], account: Option<&str>, step: i128) -> Vec<Level> {
    let step = step.max(1);
    let mut levels: Vec<Level> = Vec::new();
    let (mut sum, mut sum_worth) = (Amount::ZERO, Amount::ZERO);
    for order in orders {
        let down = order.price.units() / step * step;
        let edge = match side {
            Side::Sell if down < order.price.units() => down.saturating_add(step),
            _ => down,
        };
        let price = Amount::from_units(edge);
        let worth = order.quantity.times(order.price, Rounding::Down);
        let worth = worth.unwrap_or(Amount::ZERO);
        (sum, sum_worth) = (sum.plus(order.quantity), sum_worth.plus(worth));
        let is_mine = account == Some(order.account.as_str());
        match levels.last_mut().filter(|level| level.price == price) {
            Some(level) => {
                level.quantity = level.quantity.plus(order.quantity);
                level.worth = level.worth.plus(worth);
                (level.sum, level.sum_worth) = (sum, sum_worth);
                level.is_mine |= is_mine;
            }
            None => levels.push(Level {
                price,
                quantity: order.quantity,
                worth,
                sum,
                sum_worth,
                is_mine,
                bar: 1,
            }),
        }
    }
    levels
}

/// The steps that a book can be grouped by, in units of prices: none, and three powers of ten that fit a price.
pub(super) fn steps(price: Amount) -> Vec<i128> {
    let digits = price.units().max(1).ilog10();
    let coarse = (0..3).map(|power| 10_i128.pow(digits.saturating_sub(3) + power));
    let mut steps = vec![1];
    steps.extend(coarse.filter(|step| *step > 1));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(account: &str, price: &str, quantity: &str) -> Order {
        serde_json::from_value(json!({
            "txId": "a", "timestamp": 1, "account": account, "symbol": "COOL", "quantity": quantity,
            "price": price, "expiration": 9,
        }))
        .unwrap()
    }

    #[test]
    fn levels_are_summed_up_and_own_orders_marked() {
        let bids = [
            order("bob", "0.50", "10"),
            order("eve", "0.50", "5"),
            order("amy", "0.40", "100"),
        ];
        let book = Book::of(&bids, &[], Some("eve"), 1);
        assert_eq!(book.bids.len(), 2);
        let best = &book.bids[0];
        assert_eq!(best.quantity.to_string(), "15");
        assert_eq!(best.worth.to_string(), "7.5");
        assert!(best.is_mine && !book.bids[1].is_mine);
        assert_eq!(book.bids[1].sum.to_string(), "115");
        assert_eq!(book.bids[1].sum_worth.to_string(), "47.5");
        assert_eq!(book.bids[1].bar, 20);
        assert_eq!(book.best_bid().unwrap().to_string(), "0.5");
        assert_eq!(book.best_ask(), None);
    }

    #[test]
    fn grouping_never_shows_a_better_price_than_there_is() {
        let bids = [order("bob", "0.59", "1"), order("bob", "0.51", "1")];
        let asks = [
            order("bob", "0.61", "1"),
            order("bob", "0.70", "1"),
            order("bob", "0.71", "1"),
        ];
        let book = Book::of(&bids, &asks, None, 10_000_000);
        let prices = |levels: &[Level]| -> Vec<String> {
            levels.iter().map(|level| level.price.to_string()).collect()
        };
        assert_eq!(prices(&book.bids), ["0.5"]);
        assert_eq!(prices(&book.asks), ["0.7", "0.8"]);
        assert_eq!(
            book.json()["asks"].as_array().unwrap().len(),
            3,
            "estimates need each order"
        );
    }

    #[test]
    fn steps_follow_the_price() {
        let price = |text: &str| Amount::parse(text).unwrap();
        assert_eq!(steps(price("0.0937")), [1, 1_000, 10_000, 100_000]);
        assert_eq!(steps(price("0.00000012")), [1, 10, 100]);
        assert_eq!(steps(Amount::ZERO), [1, 10, 100]);
        assert_eq!(decimals(Amount::parse("0.250").unwrap()), 2);
    }
}
