//! The rows of the market. Amounts and prices are decimal text, as every reader of the tables expects.

use std::ops::{Deref, DerefMut};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use tartan_document::{Decimal128, Value};
use tartan_state::{Index, Record};

use super::NAME;

/// An order that rests in a book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// What names it to its owner: the transaction that placed it.
    pub tx_id: CompactString,
    /// When it was placed, in seconds since 1970.
    pub timestamp: i64,
    /// Its owner.
    pub account: CompactString,
    /// The token.
    pub symbol: CompactString,
    /// How much of the token is still to be traded.
    pub quantity: CompactString,
    /// What one token costs in the base token, 8 decimals: the most for a buy order, the least for a sell order.
    pub price: CompactString,
    /// The price as a number, which orders the book.
    pub price_dec: Decimal128,
    /// What is locked of the base token; buy orders only (a sell order has its `quantity` locked).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_locked: Option<CompactString>,
    /// From when on it does not trade any more, in seconds since 1970.
    pub expiration: i64,
}

/// A row of `buyBook`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BuyOrder(pub Order);

/// A row of `sellBook`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SellOrder(pub Order);

macro_rules! book {
    ($name:ident, $table:literal, $best_first:literal) => {
        impl Deref for $name {
            type Target = Order;
            fn deref(&self) -> &Order {
                &self.0
            }
        }
        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Order {
                &mut self.0
            }
        }
        impl From<Order> for $name {
            fn from(order: Order) -> $name {
                $name(order)
            }
        }
        impl Record for $name {
            const CONTRACT: &'static str = NAME;
            const TABLE: &'static str = $table;
            // That of the price begins with the token, and is in the order in which orders are matched: the best price
            // first, then by `_id`.
            const INDEXES: &'static [Index] = &[
                Index::Field("account"),
                Index::Named(
                    "priceDec_1",
                    &[("symbol", false), ("priceDec", $best_first)],
                ),
                Index::Field("expiration"),
                Index::Field("txId"),
            ];

            fn is_indexed_as(&self, other: &Self) -> bool {
                let of = |order: &Self| (order.price_dec, order.expiration);
                of(self) == of(other)
                    && self.account == other.account
                    && self.symbol == other.symbol
                    && self.tx_id == other.tx_id
            }
        }
    };
}

book!(BuyOrder, "buyBook", true);
book!(SellOrder, "sellBook", false);

/// What was traded between two orders: a row of `tradesHistory`, for a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trade {
    /// `buy` or `sell`: what the order did that came second.
    #[serde(rename = "type")]
    pub kind: CompactString,
    /// Who got the tokens.
    pub buyer: CompactString,
    /// Who got the base tokens.
    pub seller: CompactString,
    /// The token.
    pub symbol: CompactString,
    /// How much of it.
    pub quantity: CompactString,
    /// The price of the order that came first.
    pub price: CompactString,
    /// When, in seconds since 1970.
    pub timestamp: i64,
    /// What was paid, in the base token.
    pub volume: CompactString,
    /// The buyer's order; null for a market order of another contract.
    pub buy_tx_id: Option<CompactString>,
    /// The seller's order, likewise.
    pub sell_tx_id: Option<CompactString>,
}

impl Record for Trade {
    const CONTRACT: &'static str = NAME;
    const TABLE: &'static str = "tradesHistory";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
}

/// The figures of a token's market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// The token.
    pub symbol: CompactString,
    /// What was paid within a day, in the base token.
    pub volume: CompactString,
    /// When the volume begins anew unless there is a trade before, in seconds since 1970.
    pub volume_expiration: i64,
    /// The price of the last trade.
    pub last_price: CompactString,
    /// The best price of the sell orders; `0`: there is none.
    pub lowest_ask: CompactString,
    /// The best price of the buy orders; `0`: there is none.
    pub highest_bid: CompactString,
    /// The price that changes are compared with.
    pub last_day_price: CompactString,
    /// When the next trade's price takes its place, in seconds since 1970.
    pub last_day_price_expiration: i64,
    /// How far the last price is from it, on networks of the Hive lineage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_change_hive: Option<CompactString>,
    /// The same on networks of the Steem lineage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_change_steem: Option<CompactString>,
    /// The same in percent of it.
    pub price_change_percent: CompactString,
    /// `_id` of the oldest trade in the history; 0: there is none. Nothing in front of it is left.
    pub oldest_trade_id: u64,
    /// The time of that trade, in seconds since 1970.
    pub oldest_trade: i64,
}

impl Record for Metric {
    const CONTRACT: &'static str = NAME;
    const TABLE: &'static str = "metrics";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
    const LOOKUP: &'static [&'static str] = &["symbol"];

    fn is_indexed_as(&self, other: &Self) -> bool {
        self.symbol == other.symbol
    }
}

/// The place of an order in its book: its price, then its `_id`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place(pub Decimal128, pub u64);

/// The first orders of a book of one token, so that most matches need not look for them in the index.
///
/// All orders up to and including the place `known` are in `orders`, those that are best first; without one, all are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Top {
    /// The token.
    pub symbol: CompactString,
    /// `buy` or `sell`.
    #[serde(rename = "type")]
    pub kind: CompactString,
    /// The first orders.
    pub orders: Vec<Place>,
    /// How far they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Place>,
}

impl Record for Top {
    const CONTRACT: &'static str = NAME;
    const TABLE: &'static str = "tops";
    const PRIMARY_KEY: &'static [&'static str] = &["symbol", "type"];

    fn primary_key(&self) -> Option<Vec<Value>> {
        let fields = [&self.symbol, &self.kind];
        Some(fields.map(|field| Value::from(field.as_str())).into())
    }
}

/// How many orders an account has in the books.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenOrders {
    /// The account.
    pub account: CompactString,
    /// Its orders, of both books and all tokens.
    pub orders: u64,
}

impl Record for OpenOrders {
    const CONTRACT: &'static str = NAME;
    const TABLE: &'static str = "openOrders";
    const PRIMARY_KEY: &'static [&'static str] = &["account"];

    fn primary_key(&self) -> Option<Vec<Value>> {
        Some(vec![Value::from(self.account.as_str())])
    }
}

/// When orders expire. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expirations {
    /// No buy order that waits to be swept expires before this, in seconds since 1970.
    pub buy: i64,
    /// No sell order does.
    pub sell: i64,
}

impl Record for Expirations {
    const CONTRACT: &'static str = NAME;
    const TABLE: &'static str = "expirations";
}
