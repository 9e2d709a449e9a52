//! A market as simple as it can be: lists of orders that are searched from end to end. What the contract does is compared
//! with it.

use std::collections::BTreeMap;

/// Seconds for which an order rests if nothing else is said.
const MONTH: i64 = 2_592_000;

/// An order that rests.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) quantity: i128,
    pub(super) price: i128,
    /// Base tokens of a buy order.
    pub(super) locked: i128,
    pub(super) expiration: i64,
}

/// Something that was traded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trade {
    pub(super) kind: &'static str,
    pub(super) symbol: String,
    pub(super) buyer: String,
    pub(super) seller: String,
    pub(super) quantity: i128,
    pub(super) price: i128,
    pub(super) paid: i128,
    pub(super) buy_id: String,
    pub(super) sell_id: String,
}

/// What an account asks for.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Limit {
        buys: bool,
        quantity: i128,
        price: i128,
        seconds: Option<i64>,
    },
    /// Units of the base token.
    BuyAtOnce(i128),
    /// Units of the token.
    SellAtOnce(i128),
    Cancel {
        buys: bool,
        id: String,
    },
}

/// The orders for one token, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// 10 to the number of decimals.
    pub(super) unit: i128,
    pub(super) bids: Vec<Order>,
    pub(super) asks: Vec<Order>,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) books: BTreeMap<String, Books>,
    pub(super) trades: Vec<Trade>,
    /// In seconds since 1970.
    pub(super) now: i64,
}

fn floor(price: i128, quantity: i128, unit: i128) -> i128 {
    price * quantity / unit
}

fn ceil(price: i128, quantity: i128, unit: i128) -> i128 {
    (price * quantity + unit - 1) / unit
}

/// The order to trade with: of those that live, the one at the best price that came first.
fn best(orders: &[Order], now: i64, lowest: bool) -> Option<usize> {
    let sign = if lowest { 1 } else { -1 };
    let live = orders
        .iter()
        .enumerate()
        .filter(|(_, order)| order.expiration > now);
    live.min_by_key(|(place, order)| (sign * order.price, *place))
        .map(|(place, _)| place)
}

impl Model {
    /// Does what is asked for; whether it is refused, or told that it cannot be filled.
    pub(super) fn run(
        &mut self,
        symbol: &str,
        account: &str,
        id: &str,
        ask: &Ask,
    ) -> Result<(), ()> {
        let Model { books, trades, now } = self;
        let books = books.get_mut(symbol).expect("the token is known");
        let mut market = Market {
            symbol,
            account,
            id,
            books,
            trades,
            now: *now,
        };
        match ask {
            Ask::Limit {
                buys,
                quantity,
                price,
                seconds,
            } => {
                let expiration = *now + seconds.unwrap_or(MONTH);
                let unit = market.books.unit;
                if floor(*price, *quantity, unit) == 0 {
                    return Err(());
                }
                let order = Order {
                    id: id.to_string(),
                    account: account.to_string(),
                    quantity: *quantity,
                    price: *price,
                    locked: if *buys {
                        ceil(*price, *quantity, unit)
                    } else {
                        0
                    },
                    expiration,
                };
                match buys {
                    true => market.buy(order),
                    false => market.sell(order),
                }
                Ok(())
            }
            Ask::BuyAtOnce(funds) => {
                market.buy_at_once(*funds);
                Ok(())
            }
            Ask::SellAtOnce(quantity) => market.sell_at_once(*quantity),
            Ask::Cancel { buys, id } => {
                let orders = if *buys {
                    &mut market.books.bids
                } else {
                    &mut market.books.asks
                };
                let place = orders.iter().position(|order| order.id == *id).ok_or(())?;
                orders.remove(place);
                Ok(())
            }
        }
    }
}

/// An order at work.
struct Market<'a> {
    symbol: &'a str,
    account: &'a str,
    id: &'a str,
    books: &'a mut Books,
    trades: &'a mut Vec<Trade>,
    now: i64,
}

impl Market<'_> {
    fn bought(&mut self, ask: &Order, quantity: i128, paid: i128) {
        self.trades.push(Trade {
            kind: "buy",
            symbol: self.symbol.to_string(),
            buyer: self.account.to_string(),
            seller: ask.account.clone(),
            quantity,
            price: ask.price,
            paid,
            buy_id: self.id.to_string(),
            sell_id: ask.id.clone(),
        });
    }

    fn sold(&mut self, bid: &Order, quantity: i128, paid: i128) {
        self.trades.push(Trade {
            kind: "sell",
            symbol: self.symbol.to_string(),
            buyer: bid.account.clone(),
            seller: self.account.to_string(),
            quantity,
            price: bid.price,
            paid,
            buy_id: bid.id.clone(),
            sell_id: self.id.to_string(),
        });
    }

    /// Takes tokens from a sell order; it goes when nothing of worth is left.
    fn take(&mut self, place: usize, quantity: i128) {
        let ask = &mut self.books.asks[place];
        ask.quantity -= quantity;
        if floor(ask.price, ask.quantity, self.books.unit) == 0 {
            self.books.asks.remove(place);
        }
    }

    /// Takes tokens wanted, and funds, from a buy order.
    fn give(&mut self, place: usize, quantity: i128, paid: i128) {
        let bid = &mut self.books.bids[place];
        bid.quantity -= quantity;
        bid.locked -= paid;
        if floor(bid.price, bid.quantity, self.books.unit) == 0 {
            self.books.bids.remove(place);
        }
    }

    fn buy(&mut self, mut order: Order) {
        let unit = self.books.unit;
        while let Some(place) = best(&self.books.asks, self.now, true) {
            let ask = self.books.asks[place].clone();
            if ask.price > order.price {
                break;
            }
            let quantity = order.quantity.min(ask.quantity);
            let paid = ceil(ask.price, quantity, unit).min(order.locked);
            self.bought(&ask, quantity, paid);
            self.take(place, quantity);
            order.quantity -= quantity;
            order.locked -= paid;
            // it cannot ask for more than it can pay
            if floor(order.price, order.quantity, unit) > order.locked {
                order.quantity = order.locked * unit / order.price;
            }
            if floor(order.price, order.quantity, unit) == 0 {
                return;
            }
        }
        self.books.bids.push(order);
    }

    fn sell(&mut self, mut order: Order) {
        let unit = self.books.unit;
        while let Some(place) = best(&self.books.bids, self.now, false) {
            let bid = self.books.bids[place].clone();
            if bid.price < order.price {
                break;
            }
            let quantity = order.quantity.min(bid.quantity);
            let paid = floor(bid.price, quantity, unit);
            self.sold(&bid, quantity, paid);
            self.give(place, quantity, paid);
            order.quantity -= quantity;
            if floor(order.price, order.quantity, unit) == 0 {
                return;
            }
        }
        self.books.asks.push(order);
    }

    fn buy_at_once(&mut self, mut funds: i128) {
        let unit = self.books.unit;
        while let Some(place) = best(&self.books.asks, self.now, true) {
            let ask = self.books.asks[place].clone();
            let wanted = funds * unit / ask.price;
            if wanted == 0 {
                return;
            }
            let quantity = wanted.min(ask.quantity);
            let mut paid = ceil(ask.price, quantity, unit).min(funds);
            // less than a thousandth is left to the seller
            let last = wanted <= ask.quantity;
            if last && (funds - paid) * 1_000 < paid {
                paid = funds;
            }
            self.bought(&ask, quantity, paid);
            self.take(place, quantity);
            funds -= paid;
            if last {
                return;
            }
        }
    }

    fn sell_at_once(&mut self, mut quantity: i128) -> Result<(), ()> {
        let unit = self.books.unit;
        while let Some(place) = best(&self.books.bids, self.now, false) {
            let bid = self.books.bids[place].clone();
            let sold = quantity.min(bid.quantity);
            let paid = floor(bid.price, sold, unit);
            if paid == 0 {
                return Err(());
            }
            self.sold(&bid, sold, paid);
            self.give(place, sold, paid);
            quantity -= sold;
            if quantity == 0 {
                return Ok(());
            }
        }
        Ok(())
    }
}
