//! Orders whose time is over: they do not trade any more, and are swept out of the books step by step.

use tartan_document::object;
use tartan_runtime::{ActionResult, Context, Failure};
use tartan_state::{Scan, Stored};

use super::Market;
use super::book::{Book, close, release};
use super::money::Desk;
use super::tables::{BuyOrder, Expirations, SellOrder};

/// Orders that one order sweeps out of the book it is matched with, at most.
const SWEPT: usize = 25;
/// As much work as so many rows that a tick looks at: an order that is swept.
const SWEEP: usize = 20;
/// Later than any order expires.
pub(super) const NEVER: i64 = 9_007_199_254_740_991;

impl Market {
    /// `tick`: sweeps what has expired. Anybody may call it; only the node does something by it.
    pub(super) fn tick(&self, ctx: &mut Context<'_>) -> ActionResult {
        if !ctx.is_node() {
            return Ok(());
        }
        let now = ctx.time()? / 1_000;
        let most = (ctx.limits().tick_rows / SWEEP).max(2) / 2;
        let desk = Desk::of(&self.terms);
        sweep_up_to::<BuyOrder>(ctx, &desk, now, most)?;
        sweep_up_to::<SellOrder>(ctx, &desk, now, most)?;
        desk.settle(ctx)
    }
}

/// Sweeps a few expired orders of a book, of any token.
pub(super) fn sweep<B: Book>(ctx: &mut Context<'_>, desk: &Desk<'_>, now: i64) -> ActionResult {
    sweep_up_to::<B>(ctx, desk, now, SWEPT)
}

fn sweep_up_to<B: Book>(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    now: i64,
    most: usize,
) -> ActionResult {
    let known = ctx.rows::<Expirations>().shared_single()?;
    let mut expirations = (*known).clone();
    let next = B::next_expiration(&mut expirations);
    if *next > now {
        return Ok(());
    }
    // one more says when to look again
    let scan = Scan::of("expiration").from(*next as f64).limit(most + 1);
    let orders = ctx.rows::<B>().scan(scan)?;
    *next = NEVER;
    for (place, order) in orders.iter().enumerate() {
        if place == most || order.expiration > now {
            *next = order.expiration;
            break;
        }
        expire(ctx, desk, order)?;
    }
    ctx.rows().update(&expirations)
}

/// Takes an expired order out of its book, of whose market this action knows nothing else.
fn expire<B: Book>(ctx: &mut Context<'_>, desk: &Desk<'_>, order: &Stored<B>) -> ActionResult {
    attempt(ctx, order, |ctx| close(ctx, desk, order))
}

/// Takes an expired order out of its book that is in the way of a match.
pub(super) fn pass<B: Book>(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    order: &Stored<B>,
) -> ActionResult {
    attempt(ctx, order, |ctx| release(ctx, desk, order))
}

/// What cannot be paid back keeps nobody else from trading: its owner may ask for it by `cancel`.
fn attempt<B: Book>(
    ctx: &mut Context<'_>,
    order: &Stored<B>,
    close: impl FnOnce(&mut Context<'_>) -> ActionResult,
) -> ActionResult {
    match ctx.attempt(close)? {
        Ok(()) => {
            let event = object! { "type": B::KIND, "txId": order.tx_id.as_str() };
            ctx.emit("orderExpired", event);
            Ok(())
        }
        Err(Failure::Fatal(fatal)) => Err(fatal.into()),
        Err(failure) => {
            ctx.log_error(&failure);
            Ok(())
        }
    }
}
