//! One transaction, read event by event.

use serde_json::json;
use tartan_decimal::Rounding;

use super::super::settings::Settings;
use super::super::telling::{self, Told};
use super::orders::{BUY, Order, SELL, Trade};
use super::{MARKET, Markets, Places};
use crate::Amount;
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::Journal;

/// Seconds for which an order rests in a book, at most and if nothing is said.
const LONGEST: i64 = 2_592_000;

/// A transaction being read.
pub(super) struct Reading<'a> {
    pub(super) markets: &'a mut Markets,
    pub(super) block: &'a IndexedBlock,
    pub(super) transaction: &'a IndexedTransaction,
    pub(super) settings: &'a Settings,
    pub(super) places: &'a mut Places,
    pub(super) journal: &'a mut Journal,
    pub(super) told: Vec<Told>,
}

/// The order that came in last.
struct Taker<'a> {
    account: &'a str,
    side: &'static str,
    /// Its token; a buyer's may only be known from the first fill.
    symbol: Option<&'a str>,
    /// Its row, if it is one with a limit that we know all of.
    order: Option<i64>,
    /// What trades call it.
    order_id: String,
    /// Whether it is filled at once and never rests.
    at_once: bool,
}

/// A fill.
struct Fill<'a> {
    symbol: &'a str,
    maker: &'a str,
    quantity: Amount,
    paid: Amount,
}

impl<'a> Reading<'a> {
    pub(super) fn read(&mut self) {
        let transaction = self.transaction;
        if transaction.contract == MARKET && transaction.action == "cancel" {
            return self.cancel();
        }
        let events = transaction.events.as_slice();
        let mut taker: Option<Taker<'a>> = None;
        let mut place = 0;
        while let Some(event) = events.get(place) {
            let next = events.get(place + 1);
            place += 1;
            if event.is_given_to_market() {
                taker = self.come_in(event, taker.is_none());
            } else if let Some(next) = next.filter(|next| expires(event, next)) {
                self.expire(event, next.text("txId"));
                place += 1;
            } else if let Some((taker, fill)) = fill(taker.as_mut(), event, next, self.settings) {
                place += 1;
                let rest = self.trade(taker, &fill, events.get(place));
                self.tell_fill(taker, &fill);
                place += usize::from(rest);
            } else if event.is_market_paying() {
                self.given_back(taker.as_ref(), event);
            } else if event.contract == MARKET && event.event == "orderClosed" {
                self.close(event);
            } else if !event.is_market_paying() && transaction.contract != MARKET {
                // other contracts trade among other things
                self.told.extend(telling::told_by(transaction, event));
            }
        }
        self.end(taker.as_ref());
    }

    /// An order comes in: it has locked what it offers.
    fn come_in(&mut self, event: &'a Event, is_first: bool) -> Option<Taker<'a>> {
        let symbol = event.text("symbol");
        let buys = symbol == self.settings.base;
        let side = if buys { BUY } else { SELL };
        let mut taker = Taker {
            account: event.text("from"),
            side,
            symbol: (!buys).then_some(symbol),
            order: None,
            order_id: self.transaction.id.clone(),
            at_once: false,
        };
        let action = self.transaction.action.as_str();
        if self.transaction.contract == MARKET && is_first {
            taker.symbol = self.transaction.text("symbol").or(taker.symbol);
            taker.at_once = action.starts_with("market");
            if self.transaction.sender == "null" {
                let given = self.transaction.text("txId");
                taker.order_id = given.unwrap_or_default().to_owned();
            }
            if !taker.at_once {
                taker.order = self.place(&taker, event.quantity().unwrap_or_default());
            }
        } else {
            // the id that another contract gave it is not told
            taker.order_id.clear();
        }
        let details = json!({
            "orderType": if taker.order_id.is_empty() { side } else { action },
            "price": self.transaction.text("price"),
            "quantityLocked": event.text("quantity"),
        });
        let operation = "market_placeOrder".to_owned();
        let account = taker.account;
        self.told
            .push(Told::new(operation, symbol, details, &[account]));
        Some(taker)
    }

    /// Puts the order of a payload into the books.
    fn place(&mut self, taker: &Taker<'_>, locked: Amount) -> Option<i64> {
        let amount = |field: &str| Amount::parse(self.transaction.text(field)?);
        let (quantity, price) = (amount("quantity")?, amount("price")?);
        let expiration = self.transaction.payload.get("expiration");
        let expiration = expiration.and_then(|value| value.as_f64());
        let lasts = expiration.map_or(LONGEST, |seconds| (seconds as i64).clamp(1, LONGEST));
        let id = self.block.id(self.places.orders);
        self.places.orders += 1;
        let order = Order {
            id,
            order_id: taker.order_id.clone(),
            symbol: taker.symbol?.to_owned(),
            account: taker.account.to_owned(),
            side: taker.side.to_owned(),
            price,
            quantity,
            remaining: quantity,
            locked: if taker.side == BUY {
                locked
            } else {
                Amount::ZERO
            },
            volume: Amount::ZERO,
            time: self.block.time,
            expires: self.block.time.saturating_add(lasts),
            status: "open".to_owned(),
            closed: 0,
        };
        self.markets.set_order(order, self.journal);
        Some(id)
    }

    /// The order that a fill is of: the maker's best that it can be of.
    fn maker(&self, taker: &Taker<'_>, fill: &Fill<'_>) -> Option<Order> {
        let now = self.block.time;
        let mut orders: Vec<&Order> = self
            .markets
            .open_orders(fill.maker)
            .filter(|order| order.symbol == fill.symbol && order.side != taker.side)
            .filter(|order| order.expires > now)
            .collect();
        match taker.side {
            BUY => orders.sort_by_key(|order| (order.price, order.id)),
            _ => orders.sort_by_key(|order| (std::cmp::Reverse(order.price), order.id)),
        }
        let fits = |order: &&&Order| order.may_fill(fill.quantity, fill.paid, taker.at_once);
        let best = orders.iter().find(fits);
        let other = || orders.iter().find(|order| order.remaining >= fill.quantity);
        best.or_else(other).map(|order| Order::clone(order))
    }

    /// Takes in a fill; whether the next event gives back what was left of the maker's order.
    fn trade(&mut self, taker: &Taker<'_>, fill: &Fill<'_>, next: Option<&Event>) -> bool {
        let maker = self.maker(taker, fill);
        let price = match &maker {
            Some(order) => order.price,
            None => fill
                .paid
                .per(fill.quantity, Rounding::HalfUp)
                .unwrap_or_default(),
        };
        let theirs = maker
            .as_ref()
            .map_or_else(String::new, |order| order.order_id.clone());
        let own = taker.order_id.clone();
        let (buyer, seller, buy_order, sell_order) = match taker.side {
            BUY => (taker.account, fill.maker, own, theirs),
            _ => (fill.maker, taker.account, theirs, own),
        };
        let id = self.block.id(self.places.trades);
        self.places.trades += 1;
        let trade = Trade {
            id,
            transaction_id: self.transaction.id.clone(),
            time: self.block.time,
            symbol: fill.symbol.to_owned(),
            side: taker.side.to_owned(),
            buyer: buyer.to_owned(),
            seller: seller.to_owned(),
            quantity: fill.quantity,
            price,
            volume: fill.paid,
            buy_order,
            sell_order,
        };
        self.markets.add_trade(trade, self.journal);
        if let Some(own) = taker.order.and_then(|id| self.order(id)) {
            let own = self.shrunk(own.filled(fill.quantity, fill.paid));
            self.markets.set_order(own, self.journal);
        }
        let Some(order) = maker else { return false };
        let order = order.filled(fill.quantity, fill.paid);
        let rest = if order.side == BUY {
            order.locked
        } else {
            order.remaining
        };
        let back = next.is_some_and(|next| {
            let base = self.settings.base.as_str();
            let symbol = if order.side == BUY { base } else { fill.symbol };
            next.is_market_paying()
                && next.text("to") == fill.maker
                && next.text("symbol") == symbol
                && next.quantity() == Some(rest)
                && rest.is_positive()
        });
        let used_up = self.settings.native_market && order.side == BUY && !rest.is_positive();
        // what is given back to the one who trades with himself may be of his other order
        let ends = order.is_dust() || used_up || (back && fill.maker != taker.account);
        let back = back && ends;
        let order = if ends {
            order.done(self.block.time)
        } else {
            order
        };
        self.markets.set_order(order, self.journal);
        back
    }

    fn order(&self, id: i64) -> Option<Order> {
        self.markets.orders.get(&vec![id.into()]).cloned()
    }

    /// A buy order that has used up more than its part by rounding asks for what is left to pay with.
    fn shrunk(&self, mut order: Order) -> Order {
        if self.settings.native_market && order.side == BUY {
            let worth = order.remaining.times(order.price, Rounding::Down);
            if worth.is_none_or(|worth| worth > order.locked) {
                let decimals = self.decimals(&order);
                let most = order.locked.per(order.price, Rounding::Down);
                let most = most.map(|most| most.part(1, decimals));
                order.remaining = most.unwrap_or(order.remaining).min(order.remaining);
            }
        }
        order
    }

    /// The decimals of an order's token, as its payments show them.
    fn decimals(&self, order: &Order) -> u32 {
        let paid = self
            .transaction
            .events
            .iter()
            .find(|event| event.is_market_paying() && event.text("symbol") == order.symbol);
        paid.map_or(8, |event| {
            crate::amount::decimals_shown(event.text("quantity"))
        })
    }

    /// Something is given back: what a better price or rounding left over, or what could not be filled.
    fn given_back(&mut self, taker: Option<&Taker<'_>>, event: &Event) {
        let account = event.text("to");
        if self.expire_untold(taker, event) {
            return;
        }
        let side = taker.map_or(BUY, |taker| taker.side);
        let mut told = telling::moved(self.transaction, event);
        if let Some(told) = &mut told {
            told.operation = format!("market_{side}Remaining");
            told.accounts = vec![account.to_owned()];
        }
        self.told.extend(told);
    }

    /// Old contracts do not say that what they give back is of an order that expired.
    fn expire_untold(&mut self, taker: Option<&Taker<'_>>, event: &Event) -> bool {
        if self.settings.tells_expiry {
            return false;
        }
        let (owner, symbol) = (event.text("to"), event.text("symbol"));
        let Some(quantity) = event.quantity() else {
            return false;
        };
        let pays_base = symbol == self.settings.base;
        let now = self.block.time;
        let against = taker.map_or(BUY, |taker| taker.side);
        let found = self.markets.open_orders(owner).find(|order| {
            let amount = if pays_base {
                order.locked
            } else {
                order.remaining
            };
            let same = pays_base || order.symbol == symbol;
            order.side != against && order.expires <= now && same && amount == quantity
        });
        let Some(order_id) = found.map(|order| order.order_id.clone()) else {
            return false;
        };
        self.expire(event, &order_id);
        true
    }

    fn expire(&mut self, event: &Event, order_id: &str) {
        let account = event.text("to");
        let found = self
            .markets
            .open_orders(account)
            .find(|order| order.order_id == order_id)
            .cloned();
        let side = match event.text("symbol") == self.settings.base {
            true => BUY,
            false => SELL,
        };
        if let Some(order) = found {
            let order = order.ended("expired", self.block.time);
            self.markets.set_order(order, self.journal);
        }
        let details = json!({
            "orderType": side, "orderID": order_id, "quantityUnlocked": event.text("quantity"),
        });
        let operation = "market_expire".to_owned();
        self.told.push(Told::new(
            operation,
            event.text("symbol"),
            details,
            &[account],
        ));
    }

    /// An order is closed, says the contract.
    fn close(&mut self, event: &Event) {
        let (account, order_id) = (event.text("account"), event.text("txId"));
        let found = self
            .markets
            .open_orders(account)
            .find(|order| order.order_id == order_id && order.side == event.text("type"))
            .cloned();
        if let Some(order) = found {
            let order = order.done(self.block.time);
            self.markets.set_order(order, self.journal);
        }
        let details = json!({ "orderType": event.text("type"), "orderID": order_id });
        let symbol = self.transaction.text("symbol").unwrap_or_default();
        let operation = "market_closeOrder".to_owned();
        self.told
            .push(Told::new(operation, symbol, details, &[account]));
    }

    /// Old contracts do not say that the order that came in is done.
    fn end(&mut self, taker: Option<&Taker<'_>>) {
        let own = taker.and_then(|taker| taker.order);
        if let Some(own) = own.and_then(|id| self.order(id))
            && own.status == "open"
            && own.is_dust()
        {
            let own = own.done(self.block.time);
            self.markets.set_order(own, self.journal);
        }
    }

    fn cancel(&mut self) {
        let side = self.transaction.text("type").unwrap_or_default();
        let id = self.transaction.payload.get("id");
        for event in &self.transaction.events {
            let Some(quantity) = event.quantity().filter(|_| event.is_market_paying()) else {
                continue;
            };
            let account = event.text("to");
            let found = self.markets.open_orders(account).find(|order| {
                let locked = if side == BUY {
                    order.locked
                } else {
                    order.remaining
                };
                let named = match id.and_then(|id| id.as_str()) {
                    Some(id) => order.order_id == id,
                    // by the number of its row, which only the contract knows
                    None => locked == quantity,
                };
                order.side == side && named
            });
            let found = found.cloned();
            let details = json!({
                "orderType": side,
                "orderID": found.as_ref().map_or(id.cloned(), |order| Some(json!(order.order_id))),
                "quantityReturned": event.text("quantity"),
            });
            if let Some(order) = found {
                let order = order.ended("cancelled", self.block.time);
                self.markets.set_order(order, self.journal);
            }
            let operation = "market_cancel".to_owned();
            let symbol = event.text("symbol");
            self.told
                .push(Told::new(operation, symbol, details, &[account]));
        }
    }

    fn tell_fill(&mut self, taker: &Taker<'_>, fill: &Fill<'_>) {
        let (buyer, seller) = match taker.side {
            BUY => (taker.account, fill.maker),
            _ => (fill.maker, taker.account),
        };
        let (quantity, paid) = (fill.quantity.to_string(), fill.paid.fixed(8));
        let amount = self.settings.amount_field;
        let bought = json!({ "from": seller, "quantityTokens": quantity, amount: paid });
        let sold = json!({ "to": buyer, "quantityTokens": quantity, amount: paid });
        for (side, details, account) in [(BUY, bought, buyer), (SELL, sold, seller)] {
            let operation = format!("market_{side}");
            self.told
                .push(Told::new(operation, fill.symbol, details, &[account]));
        }
    }
}

/// Whether a payment is of an order that expired.
fn expires(event: &Event, next: &Event) -> bool {
    event.is_market_paying() && next.contract == MARKET && next.event == "orderExpired"
}

/// The fill that two payments are, one after the other.
fn fill<'t, 'a, 'e>(
    taker: Option<&'t mut Taker<'a>>,
    event: &'e Event,
    next: Option<&'e Event>,
    settings: &Settings,
) -> Option<(&'t Taker<'a>, Fill<'e>)>
where
    'e: 'a,
{
    let (taker, next) = (taker?, next?);
    let symbol = event.text("symbol");
    let is_pair = event.is_market_paying()
        && next.is_market_paying()
        && symbol != settings.base
        && next.text("symbol") == settings.base
        && taker.symbol.is_none_or(|known| known == symbol);
    let (own, maker) = match taker.side {
        BUY => (event.text("to"), next.text("to")),
        _ => (next.text("to"), event.text("to")),
    };
    if !is_pair || own != taker.account {
        return None;
    }
    taker.symbol = Some(symbol);
    let fill = Fill {
        symbol,
        maker,
        quantity: event.quantity()?,
        paid: next.quantity()?,
    };
    Some((taker, fill))
}
