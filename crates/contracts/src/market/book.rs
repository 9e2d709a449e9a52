//! The two books: the order in which their orders are matched, the first of it, and how orders come and go.
//!
//! The first orders of each book are known by their `_id`, in a row of their own; those behind them are found along the
//! index on token and price. However many orders rest, and however many were taken away since the store was written to
//! last, only those are looked at that are wanted.

use std::marker::PhantomData;
use std::ops::DerefMut;
use std::sync::Arc;

use compact_str::CompactString;
use tartan_document::{Decimal128, Value};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{Record, Scan, Stored};

use super::money::{Desk, Price, locked, stored};
use super::pair::Pair;
use super::tables::{BuyOrder, Expirations, Metric, OpenOrders, Order, Place, SellOrder, Top};

/// The first orders of a book that are known, at most.
const KNOWN: usize = 16;
/// Orders that are looked for when none is known any more.
const LOOKED_AT: usize = 8;

/// One of the two books.
pub(super) trait Book: Record + From<Order> + DerefMut<Target = Order> {
    /// What payloads and events call its orders.
    const KIND: &'static str;

    /// Whether an order at the one price comes before one at the other.
    fn precedes(price: Decimal128, other: Decimal128) -> bool;

    /// Where the row of a market has the price of the first order.
    fn best(metric: &mut Metric) -> &mut CompactString;

    /// Before which no order of this book expires.
    fn next_expiration(expirations: &mut Expirations) -> &mut i64;

    /// Gives an order's owner back what it has locked.
    fn unlock(order: &Order, ctx: &mut Context<'_>, desk: &Desk<'_>) -> ActionResult;
}

impl Book for BuyOrder {
    const KIND: &'static str = "buy";

    fn precedes(price: Decimal128, other: Decimal128) -> bool {
        price.compare(other).is_gt()
    }

    fn best(metric: &mut Metric) -> &mut CompactString {
        &mut metric.highest_bid
    }

    fn next_expiration(expirations: &mut Expirations) -> &mut i64 {
        &mut expirations.buy
    }

    fn unlock(order: &Order, ctx: &mut Context<'_>, desk: &Desk<'_>) -> ActionResult {
        let locked = locked(order)?;
        desk.pay_base(ctx, &order.account, locked)
    }
}

impl Book for SellOrder {
    const KIND: &'static str = "sell";

    fn precedes(price: Decimal128, other: Decimal128) -> bool {
        price.compare(other).is_lt()
    }

    fn best(metric: &mut Metric) -> &mut CompactString {
        &mut metric.lowest_ask
    }

    fn next_expiration(expirations: &mut Expirations) -> &mut i64 {
        &mut expirations.sell
    }

    fn unlock(order: &Order, ctx: &mut Context<'_>, desk: &Desk<'_>) -> ActionResult {
        let precision = desk.terms.precision(ctx, &order.symbol)?;
        let quantity = stored(&order.quantity, precision)?;
        desk.pay(ctx, &order.account, &order.symbol, (quantity, precision))
    }
}

/// The number that names a row of a book.
pub(super) fn id<B>(order: &Stored<B>) -> u64 {
    order.id.number().unwrap_or_default()
}

/// The first orders of a book, for an action to change and put back.
pub(super) struct Queue<B> {
    top: Top,
    /// As it is stored.
    before: Option<Arc<Stored<Top>>>,
    book: PhantomData<fn() -> B>,
}

impl<B: Book> Queue<B> {
    /// Those of a token.
    pub(super) fn load(ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Queue<B>> {
        let before = ctx.rows::<Top>().shared(&[symbol, B::KIND])?;
        let top = match &before {
            Some(row) => row.record.clone(),
            None => Top {
                symbol: symbol.into(),
                kind: B::KIND.into(),
                orders: Vec::new(),
                known: None,
            },
        };
        Ok(Queue {
            top,
            before,
            book: PhantomData,
        })
    }

    /// The first order.
    pub(super) fn first(&mut self, ctx: &mut Context<'_>) -> ActionResult<Option<Stored<B>>> {
        loop {
            self.look_further(ctx)?;
            let Some(Place(_, id)) = self.top.orders.first() else {
                return Ok(None);
            };
            if let Some(order) = ctx.rows::<B>().numbered(*id)? {
                return Ok(Some(order));
            }
            // somebody took it away from outside, as a sandbox lets them
            self.top.orders.remove(0);
        }
    }

    /// Forgets the first order: it is not there any more, or not to be met again.
    pub(super) fn pass(&mut self) {
        if !self.top.orders.is_empty() {
            self.top.orders.remove(0);
        }
    }

    /// Knows at least one order, if there is any.
    fn look_further(&mut self, ctx: &mut Context<'_>) -> ActionResult {
        let Some(Place(price, id)) = self.top.known.filter(|_| self.top.orders.is_empty()) else {
            return Ok(());
        };
        let symbol = self.top.symbol.as_str();
        let scan = Scan::of("priceDec")
            .equal(symbol)
            .behind([Value::from(symbol), Value::Decimal(price)], id)
            .limit(LOOKED_AT);
        let found = ctx.rows::<B>().scan(scan)?;
        self.top.orders = found.iter().map(place).collect();
        // fewer than asked for: there are no others
        let full = found.len() == LOOKED_AT;
        self.top.known = self.top.orders.last().filter(|_| full).copied();
        Ok(())
    }

    /// Notes an order that comes.
    fn add(&mut self, order: &Stored<B>) {
        let new = place(order);
        if self
            .top
            .known
            .is_some_and(|known| !precedes::<B>(new, known))
        {
            return;
        }
        let orders = &mut self.top.orders;
        let at = orders.partition_point(|other| precedes::<B>(*other, new));
        orders.insert(at, new);
        if orders.len() > KNOWN {
            orders.truncate(KNOWN);
            self.top.known = orders.last().copied();
        }
    }

    /// Notes an order that goes.
    fn drop(&mut self, order: &Stored<B>) {
        let id = id(order);
        self.top.orders.retain(|Place(_, other)| *other != id);
    }

    /// Stores what has changed, and notes the best price.
    pub(super) fn save(mut self, ctx: &mut Context<'_>, metric: &mut Metric) -> ActionResult {
        self.look_further(ctx)?;
        let first = self.top.orders.first();
        if first != self.before.as_ref().and_then(|row| row.orders.first()) {
            *B::best(metric) = match first {
                Some(Place(price, _)) => Price::of_decimal(*price)?.text(),
                None => "0".into(),
            };
        }
        let mut rows = ctx.rows();
        match self.before {
            Some(before) if before.record == self.top => Ok(()),
            Some(before) => {
                let id = before.id.clone();
                // so that nobody else has it
                drop(before);
                rows.put(Stored {
                    id,
                    record: self.top,
                })
            }
            None => rows.insert_absent(self.top).map(std::mem::drop),
        }
    }
}

fn place<B: Book>(order: &Stored<B>) -> Place {
    Place(order.price_dec, id(order))
}

/// Whether an order at the one place is matched before one at the other.
fn precedes<B: Book>(one: Place, other: Place) -> bool {
    B::precedes(one.0, other.0) || (!B::precedes(other.0, one.0) && one.1 < other.1)
}

/// Puts an order into a book, behind all that have its price.
pub(super) fn enter<B: Book>(
    ctx: &mut Context<'_>,
    metric: &mut Metric,
    order: Order,
) -> ActionResult {
    note_expiration::<B>(ctx, order.expiration)?;
    count(ctx, &order.account, true)?;
    let mut queue = Queue::<B>::load(ctx, &order.symbol)?;
    let order = ctx.rows::<B>().insert(B::from(order))?;
    queue.add(&order);
    queue.save(ctx, metric)
}

/// Takes an order out of its book. The caller sees to the first orders.
pub(super) fn remove<B: Book>(ctx: &mut Context<'_>, order: &Stored<B>) -> ActionResult {
    ctx.rows::<B>().remove(order)?;
    count(ctx, &order.account, false)
}

/// Takes an order out of its book, as [`remove`], and gives back what it has locked.
pub(super) fn release<B: Book>(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    order: &Stored<B>,
) -> ActionResult {
    B::unlock(order, ctx, desk)?;
    remove(ctx, order)
}

/// Takes any order out of its book, and gives back what it has locked.
pub(super) fn close<B: Book>(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    order: &Stored<B>,
) -> ActionResult {
    release(ctx, desk, order)?;
    let mut queue = Queue::load(ctx, &order.symbol)?;
    let mut pair = Pair::load(ctx, desk.terms, &order.symbol)?;
    queue.drop(order);
    queue.save(ctx, &mut pair.metric)?;
    pair.save(ctx)
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
    let row = ctx.rows::<OpenOrders>().shared(&[account])?;
    Ok(row.map_or(0, |row| row.orders))
}

/// Counts an order that comes or goes.
fn count(ctx: &mut Context<'_>, account: &str, comes: bool) -> ActionResult {
    let mut rows = ctx.rows::<OpenOrders>();
    match (rows.get(&[account])?, comes) {
        (Some(mut row), true) => {
            row.orders += 1;
            rows.put(row)
        }
        (Some(mut row), false) if row.orders > 1 => {
            row.orders -= 1;
            rows.put(row)
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
