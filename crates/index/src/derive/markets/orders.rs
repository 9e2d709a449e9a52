use tartan_decimal::Rounding;

use crate::Amount;
use crate::store::row;

row! {
    /// An order that was put into a book.
    pub struct Order in "orders", key 1 {
        /// Sorts like history.
        id: i64,
        /// What the contract calls it: the transaction that placed it.
        order_id: String,
        /// The token.
        symbol: String,
        /// Who placed it.
        account: String,
        /// `buy` or `sell`.
        side: String,
        /// What it asks for, or offers, for one token.
        price: Amount,
        /// Tokens that it was for.
        quantity: Amount,
        /// Tokens that it is still for.
        remaining: Amount,
        /// Base tokens that it locks, if it buys.
        locked: Amount,
        /// Base tokens that were paid for what was filled.
        volume: Amount,
        /// When it was placed, in seconds since 1970.
        time: i64,
        /// When it expires.
        expires: i64,
        /// `open`, `filled`, `closed` (what was left came back), `cancelled` or `expired`.
        status: String,
        /// When it left the book; 0 while it is in there.
        closed: i64,
    }
}

row! {
    /// Tokens that changed hands.
    pub struct Trade in "trades", key 1 {
        /// Sorts like history.
        id: i64,
        /// The transaction of the order that came in.
        transaction_id: String,
        /// Seconds since 1970.
        time: i64,
        /// The token.
        symbol: String,
        /// The side of the order that came in: `buy` or `sell`.
        side: String,
        /// Who bought.
        buyer: String,
        /// Who sold.
        seller: String,
        /// How many tokens.
        quantity: Amount,
        /// The price of the order that was there first.
        price: Amount,
        /// Base tokens that were paid.
        volume: Amount,
        /// The order of the buyer; empty if it is not known.
        buy_order: String,
        /// The order of the seller; empty if it is not known.
        sell_order: String,
    }
}

row! {
    /// A token that was traded.
    pub struct Market in "markets", key 1 {
        /// The token.
        symbol: String,
        /// The price of the last trade.
        last_price: Amount,
        /// The side of the order that came in then: `buy` or `sell`.
        last_side: String,
        /// When that was, in seconds since 1970.
        last_time: i64,
        /// When it was traded first.
        first_time: i64,
        /// How often since then.
        trades: i64,
    }
}

pub(super) const BUY: &str = "buy";
pub(super) const SELL: &str = "sell";

impl Order {
    /// Whether a fill can be one of this order: of so many tokens, for so many base tokens.
    pub(super) fn may_fill(&self, quantity: Amount, paid: Amount, at_once: bool) -> bool {
        let worth = |rounding| quantity.times(self.price, rounding);
        let (Some(least), Some(most)) = (worth(Rounding::Down), worth(Rounding::Up)) else {
            return false;
        };
        // what a market order leaves over by rounding goes to the seller
        let is_worth = paid >= least && (paid <= most || (at_once && self.side == SELL));
        quantity <= self.remaining && (is_worth || (self.side == BUY && paid == self.locked))
    }

    /// Whether what is left is not worth the smallest unit.
    pub(super) fn is_dust(&self) -> bool {
        let worth = self.remaining.times(self.price, Rounding::Down);
        worth.is_some_and(|worth| !worth.is_positive())
    }

    /// The order after a fill.
    pub(super) fn filled(&self, quantity: Amount, paid: Amount) -> Order {
        let mut order = self.clone();
        order.remaining = order.remaining.minus(quantity);
        order.volume = order.volume.plus(paid);
        if order.side == BUY {
            order.locked = order.locked.minus(paid);
        }
        order
    }

    /// The order out of its book.
    pub(super) fn ended(mut self, status: &str, time: i64) -> Order {
        self.status = status.to_owned();
        self.closed = time;
        self
    }

    /// The order out of its book because there is nothing left to be filled, or that is given back.
    pub(super) fn done(self, time: i64) -> Order {
        let status = if self.is_dust() { "filled" } else { "closed" };
        self.ended(status, time)
    }
}
