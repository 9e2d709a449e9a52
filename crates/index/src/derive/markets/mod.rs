//! Orders, trades and candles, from the calls of the contract `market` and the payments it makes.
//!
//! The contract tells of no trade; this reads them from what it pays. An order that comes in first locks what it offers
//! (`transferToContract`). Each fill pays tokens and base tokens one after the other:
//!
//! ```text
//!   buy:   tokens ─▶ who buys,      base ─▶ who sells (maker)
//!   sell:  tokens ─▶ who buys (maker), base ─▶ who sells
//! ```
//!
//! What is paid besides goes back to where it came from: expired orders (each followed by `orderExpired`), rests that are
//! worth nothing, what a better price leaves over. The order that was met is the maker's best one: the contract goes by
//! price, then time.

mod candles;
mod orders;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::settings::Settings;
use super::telling::Told;
use crate::IndexError;
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::{self, Cache, Field, Journal};

pub use candles::Candle;
pub(crate) use candles::{PERIODS, bucket};
pub use orders::{Market, Order, Trade};
use reading::Reading;

const MARKET: &str = "market";

/// The orders, trades and candles that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Markets {
    orders: Cache<Order>,
    /// The open orders of the accounts that were loaded, in order.
    open: BTreeMap<String, BTreeSet<i64>>,
    candles: Cache<Candle>,
    markets: Cache<Market>,
    trades: Vec<Trade>,
}

/// Places taken in the block under way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places {
    orders: usize,
    trades: usize,
}

impl Event {
    /// Whether the market pays by it.
    fn is_market_paying(&self) -> bool {
        self.is_of_tokens("transferFromContract") && self.text("from") == MARKET
    }

    /// Whether the market is given something by it.
    fn is_given_to_market(&self) -> bool {
        self.is_of_tokens("transferToContract") && self.text("to") == MARKET
    }
}

/// Whether a transaction has to do with the market.
pub(crate) fn is_about_market(transaction: &IndexedTransaction) -> bool {
    let paid = |event: &Event| event.is_market_paying() || event.is_given_to_market();
    transaction.events.iter().any(paid)
        || (transaction.contract == MARKET && transaction.action == "cancel")
}

impl Markets {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let (mut accounts, mut candles) = (BTreeSet::new(), BTreeSet::new());
        let mut symbols = BTreeSet::<Vec<Field>>::new();
        for block in blocks {
            for transaction in &block.transactions {
                if !is_about_market(transaction) {
                    continue;
                }
                accounts.insert(transaction.sender.clone());
                for event in &transaction.events {
                    for name in [event.text("from"), event.text("to"), event.text("account")] {
                        accounts.insert(name.to_owned());
                    }
                    let symbol = event.text("symbol");
                    symbols.insert(vec![symbol.into()]);
                    candles.extend(PERIODS.map(|period| candle_key(symbol, period, block.time)));
                }
            }
        }
        self.candles.load(connection, candles).await?;
        self.markets.load(connection, symbols).await?;
        accounts.retain(|name| !name.is_empty() && !self.open.contains_key(name));
        let values: Vec<Vec<Field>> = accounts
            .iter()
            .map(|name| vec!["open".into(), name.as_str().into()])
            .collect();
        let columns = ["status", "account"];
        let found: Vec<Order> = store::find(connection, &columns, &values, "").await?;
        let new = accounts.into_iter().map(|name| (name, BTreeSet::new()));
        self.open.extend(new);
        for order in found {
            let ids = self.open.entry(order.account.clone()).or_default();
            ids.insert(order.id);
            self.orders.know(order);
        }
        Ok(())
    }

    /// Takes in a transaction that is about the market, and tells what happened.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        settings: &Settings,
        (places, journal): (&mut Places, &mut Journal),
    ) -> Vec<Told> {
        let mut reading = Reading {
            markets: self,
            block,
            transaction,
            settings,
            places,
            journal,
            told: Vec::new(),
        };
        reading.read();
        reading.told
    }

    /// Writes what changed, and gives the new trades.
    pub(crate) async fn write(
        &mut self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<Trade>, IndexError> {
        self.orders.write(connection).await?;
        self.candles.write(connection).await?;
        self.markets.write(connection).await?;
        let trades = std::mem::take(&mut self.trades);
        store::put(connection, &trades).await?;
        Ok(trades)
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.candles.settle(limit);
        self.markets.settle(limit);
        // a list is never longer than the rows that are known
        if self.orders.settle(limit) || self.open.len() > limit {
            self.open.clear();
        }
    }

    /// The open orders of an account.
    fn open_orders(&self, account: &str) -> impl Iterator<Item = &Order> {
        let ids = self.open.get(account).into_iter().flatten();
        ids.filter_map(|id| self.orders.get(&vec![(*id).into()]))
    }

    /// Changes an order, or makes it.
    fn set_order(&mut self, order: Order, journal: &mut Journal) {
        let ids = self.open.entry(order.account.clone()).or_default();
        match order.status.as_str() {
            "open" => ids.insert(order.id),
            _ => ids.remove(&order.id),
        };
        self.orders.put(order, journal);
    }

    fn add_trade(&mut self, trade: Trade, journal: &mut Journal) {
        for period in PERIODS {
            let key = candle_key(&trade.symbol, period, trade.time);
            let candle = match self.candles.get(&key) {
                Some(candle) => candle.with(&trade),
                None => Candle::of(&trade, period),
            };
            self.candles.set(key, Some(candle), journal);
        }
        let key = vec![trade.symbol.as_str().into()];
        let known = self.markets.get(&key);
        let market = Market {
            symbol: trade.symbol.clone(),
            last_price: trade.price,
            last_side: trade.side.clone(),
            last_time: trade.time,
            first_time: known.map_or(trade.time, |market| market.first_time),
            trades: known.map_or(0, |market| market.trades) + 1,
        };
        self.markets.set(key, Some(market), journal);
        self.trades.push(trade);
    }
}

/// The key of the candle of this length that a time falls into.
pub(crate) fn candle_key(symbol: &str, period: i64, time: i64) -> Vec<Field> {
    let time = bucket(time, period);
    vec![symbol.into(), period.into(), time.into()]
}
