//! The two books: the order in which their orders are matched, the first of it, and how orders come and go.
//!
//! Orders are found along the index on token and price, from the first one on, which the row of the token's market
//! remembers: however many orders rest, and however many were taken away since the store was written to last, only those
//! are looked at that are wanted.

use std::collections::VecDeque;
use std::ops::DerefMut;

use tartan_document::{Decimal128, Value};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{Record, Scan, Stored};

use super::Terms;
use super::money::{BASE, Price, locked, pay, stored};
use super::pair::Pair;
use super::tables::{BuyOrder, Expirations, Metric, OpenOrders, Order, SellOrder};

/// Candidates that are read at once, at most.
const PAGE: usize = 32;

/// One of the two books.
pub(super) trait Book: Record + From<Order> + DerefMut<Target = Order> {
    /// What payloads and events call its orders.
    const KIND: &'static str;

    /// Whether an order at the one price comes before one at the other.
    fn precedes(price: Price, other: Price) -> bool;

    /// What the row of a market says of the first order: its price and `_id`.
    fn first(metric: &mut Metric) -> First<'_>;

    /// Before which no order of this book expires.
    fn next_expiration(expirations: &mut Expirations) -> &mut i64;

    /// Gives an order's owner back what it has locked.
    fn unlock(order: &Order, ctx: &mut Context<'_>, terms: &Terms) -> ActionResult;
}

/// The first order of a book.
pub(super) struct First<'m> {
    pub(super) price: &'m mut compact_str::CompactString,
    pub(super) id: &'m mut u64,
}

impl Book for BuyOrder {
    const KIND: &'static str = "buy";

    fn precedes(price: Price, other: Price) -> bool {
        price > other
    }

    fn first(metric: &mut Metric) -> First<'_> {
        First {
            price: &mut metric.highest_bid,
            id: &mut metric.highest_bid_id,
        }
    }

    fn next_expiration(expirations: &mut Expirations) -> &mut i64 {
        &mut expirations.buy
    }

    fn unlock(order: &Order, ctx: &mut Context<'_>, terms: &Terms) -> ActionResult {
        let locked = locked(order)?;
        pay(ctx, &order.account, &terms.base, (locked, BASE))
    }
}

impl Book for SellOrder {
    const KIND: &'static str = "sell";

    fn precedes(price: Price, other: Price) -> bool {
        price < other
    }

    fn first(metric: &mut Metric) -> First<'_> {
        First {
            price: &mut metric.lowest_ask,
            id: &mut metric.lowest_ask_id,
        }
    }

    fn next_expiration(expirations: &mut Expirations) -> &mut i64 {
        &mut expirations.sell
    }

    fn unlock(order: &Order, ctx: &mut Context<'_>, terms: &Terms) -> ActionResult {
        let precision = terms.precision(ctx, &order.symbol)?;
        let quantity = stored(&order.quantity, precision)?;
        pay(ctx, &order.account, &order.symbol, (quantity, precision))
    }
}

/// The number that names a row of a book.
pub(super) fn id<B>(order: &Stored<B>) -> u64 {
    order.id.number().unwrap_or_default()
}

/// Orders of a book in the order in which they are matched.
pub(super) struct Queue<B> {
    page: VecDeque<Stored<B>>,
    /// The place behind which the next page begins: a price and an `_id`.
    behind: Option<(Decimal128, u64)>,
    size: usize,
}

impl<B: Book> Queue<B> {
    /// From the first order of a market on.
    pub(super) fn of(pair: &mut Pair) -> ActionResult<Queue<B>> {
        let first = B::first(&mut pair.metric);
        let behind = match *first.id {
            0 => None,
            id => Some((Price::stored(first.price)?.to_decimal(), id - 1)),
        };
        Ok(Queue {
            page: VecDeque::new(),
            behind,
            // mostly the first order is enough, and the one behind it will be the first then
            size: 2,
        })
    }

    /// From the order behind this one on.
    fn behind(order: &Stored<B>) -> Queue<B> {
        Queue {
            page: VecDeque::new(),
            behind: Some((order.price_dec, id(order))),
            size: 1,
        }
    }

    /// The next order.
    pub(super) fn next(
        &mut self,
        ctx: &mut Context<'_>,
        symbol: &str,
    ) -> ActionResult<Option<Stored<B>>> {
        if self.page.is_empty()
            && let Some((price, id)) = self.behind.take()
        {
            let scan = Scan::of("priceDec")
                .equal(symbol)
                .behind([Value::from(symbol), Value::Decimal(price)], id)
                .limit(self.size);
            self.page = ctx.rows::<B>().scan(scan)?.into();
            // a page that is not full is the last
            if self.page.len() == self.size {
                let last = self.page.back();
                self.behind = last.map(|last| (last.price_dec, self::id(last)));
            }
            self.size = (2 * self.size).min(PAGE);
        }
        Ok(self.page.pop_front())
    }

    /// Lets an order be the next again.
    pub(super) fn put_back(&mut self, order: Stored<B>) {
        self.page.push_front(order);
    }

    /// Notes that the next order is the first of its market.
    pub(super) fn settle(mut self, ctx: &mut Context<'_>, pair: &mut Pair) -> ActionResult {
        let next = self.next(ctx, &pair.metric.symbol)?;
        set_first(&mut pair.metric, next.as_ref());
        Ok(())
    }
}

/// Notes which order is the first.
fn set_first<B: Book>(metric: &mut Metric, order: Option<&Stored<B>>) {
    let first = B::first(metric);
    match order {
        Some(order) => {
            first.price.clone_from(&order.price);
            *first.id = id(order);
        }
        None => {
            *first.price = "0".into();
            *first.id = 0;
        }
    }
}

/// Puts an order into a book, behind all that have its price.
pub(super) fn enter<B: Book>(
    ctx: &mut Context<'_>,
    pair: &mut Pair,
    order: Order,
    price: Price,
) -> ActionResult {
    note_expiration::<B>(ctx, order.expiration)?;
    count(ctx, &order.account, true)?;
    let order = ctx.rows::<B>().insert(B::from(order))?;
    let first = B::first(&mut pair.metric);
    let empty = *first.id == 0;
    if empty || B::precedes(price, Price::stored(first.price)?) {
        set_first(&mut pair.metric, Some(&order));
    }
    Ok(())
}

/// Takes an order out of its book. If it was the first, the caller says which is the first then.
pub(super) fn remove<B: Book>(ctx: &mut Context<'_>, order: &Stored<B>) -> ActionResult {
    ctx.rows::<B>().remove(order)?;
    count(ctx, &order.account, false)
}

/// Takes an order out of its book, as [`remove`], and gives back what it has locked.
pub(super) fn release<B: Book>(
    ctx: &mut Context<'_>,
    terms: &Terms,
    order: &Stored<B>,
) -> ActionResult {
    B::unlock(order, ctx, terms)?;
    remove(ctx, order)
}

/// Takes any order out of its book, and gives back what it has locked.
pub(super) fn close<B: Book>(
    ctx: &mut Context<'_>,
    terms: &Terms,
    order: &Stored<B>,
) -> ActionResult {
    release(ctx, terms, order)?;
    let mut pair = Pair::load(ctx, terms, &order.symbol)?;
    if *B::first(&mut pair.metric).id == id(order) {
        Queue::behind(order).settle(ctx, &mut pair)?;
        pair.save(ctx)?;
    }
    Ok(())
}

/// Notes that there is an order that expires then.
fn note_expiration<B: Book>(ctx: &mut Context<'_>, expiration: i64) -> ActionResult {
    let known = ctx.rows::<Expirations>().shared_single()?;
    let mut expirations = (*known).clone();
    let next = B::next_expiration(&mut expirations);
    if expiration < *next {
        *next = expiration;
        ctx.rows().update(&expirations)?;
    }
    Ok(())
}

/// How many orders an account has in the books.
pub(super) fn open_orders(ctx: &mut Context<'_>, account: &str) -> ActionResult<u64> {
    let row = ctx.rows::<OpenOrders>().get(&[account])?;
    Ok(row.map_or(0, |row| row.orders))
}

/// Counts an order that comes or goes.
fn count(ctx: &mut Context<'_>, account: &str, comes: bool) -> ActionResult {
    let mut rows = ctx.rows::<OpenOrders>();
    match (rows.get(&[account])?, comes) {
        (Some(mut row), true) => {
            row.orders += 1;
            rows.update(&row)
        }
        (Some(mut row), false) if row.orders > 1 => {
            row.orders -= 1;
            rows.update(&row)
        }
        (Some(row), false) => rows.remove(&row),
        (None, true) => {
            let row = OpenOrders {
                account: account.into(),
                orders: 1,
            };
            rows.insert_absent(row).map(drop)
        }
        // an order that somebody put there from outside, as a sandbox lets them
        (None, false) => Ok(()),
    }
}
