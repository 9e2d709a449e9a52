//! Matching: an order that comes in meets those of the other book, the best price first, then the oldest.

use tartan_decimal::{Precision, Quantity, Rounding};
use tartan_document::object;
use tartan_runtime::{ActionResult, Context};
use tartan_state::Stored;

use super::MOST_FILLS;
use super::book::{Book, Queue, remove};
use super::expiry::pass;
use super::money::{BASE, Desk, Price, locked, minus, stored, text};
use super::pair::Pair;
use super::tables::{BuyOrder, SellOrder, Trade};

/// A buyer who is filled at once gives the seller what rounding leaves over, if that is less than this part of the price.
const LEFT_OVER: i128 = 1_000;

/// The order that comes in.
pub(super) struct Taker<'a> {
    pub(super) account: &'a str,
    /// What names it in trades and events.
    pub(super) tx_id: Option<&'a str>,
    /// What it trades at, at worst; none: it is filled at once, at whatever price there is.
    pub(super) limit: Option<Price>,
    pub(super) symbol: &'a str,
    pub(super) precision: Precision,
    /// In seconds since 1970.
    pub(super) now: i64,
}

/// A buyer's part of the order that comes in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buying {
    /// Base tokens that it has locked.
    pub(super) funds: Quantity,
    /// Tokens that it wants; none: as many as the funds buy.
    pub(super) wanted: Option<Quantity>,
}

/// A seller's part of the order that comes in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selling {
    /// Tokens that it has locked.
    pub(super) left: Quantity,
}

/// What came of meeting an order that rests.
pub(super) struct Met {
    /// That one is not in its book any more.
    gone: bool,
    then: Then,
}

/// What becomes of the order that came in.
#[derive(PartialEq)]
enum Then {
    /// It meets the next.
    GoesOn,
    /// It is done.
    IsDone,
    /// Something is left of it that nobody else would take.
    IsLeft,
}

impl Met {
    fn of(gone: bool, done: bool) -> Met {
        let then = if done { Then::IsDone } else { Then::GoesOn };
        Met { gone, then }
    }

    /// They do not trade, nor would those behind it.
    const BEYOND: Met = Met {
        gone: false,
        then: Then::IsLeft,
    };
}

/// An order that comes in and may meet others.
pub(super) trait Incoming: Sized {
    /// The book it is matched with.
    type Against: Book;

    /// Whether it would trade at a price.
    fn reaches(limit: Price, price: Price) -> bool;

    /// Trades with an order that rests.
    fn meet(
        &mut self,
        ctx: &mut Context<'_>,
        trading: &mut Trading<'_>,
        other: Stored<Self::Against>,
        price: Price,
    ) -> ActionResult<Met>;

    /// Gives its owner back what is left of it.
    fn give_back(&self, ctx: &mut Context<'_>, trading: &Trading<'_>) -> ActionResult;

    /// What events and trades call it.
    fn kind() -> &'static str;
}

/// A match under way.
pub(super) struct Trading<'a> {
    desk: &'a Desk<'a>,
    pair: &'a mut Pair,
    taker: &'a Taker<'a>,
    /// What was paid so far.
    paid: Quantity,
}

/// Matches an order with those of the other book; whether something is left of it to be put into its own book, or to be
/// given back if it has no limit.
pub(super) fn fill<I: Incoming>(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    pair: &mut Pair,
    taker: &Taker<'_>,
    incoming: &mut I,
) -> ActionResult<bool> {
    let mut queue = Queue::<I::Against>::load(ctx, taker.symbol)?;
    let mut trading = Trading {
        desk,
        pair,
        taker,
        paid: Quantity::ZERO,
    };
    let mut open = true;
    // the last step only looks whether the books would cross, were the rest put into its own
    for step in 0..=MOST_FILLS {
        let Some(other) = queue.first(ctx)? else {
            break;
        };
        let price = Price::stored(&other.price)?;
        let reached = taker.limit.is_none_or(|limit| I::reaches(limit, price));
        if !reached {
            break;
        }
        if step == MOST_FILLS {
            if taker.limit.is_some() {
                incoming.give_back(ctx, &trading)?;
                trading.close_own::<I>(ctx);
                open = false;
            }
            break;
        }
        if other.expiration <= taker.now {
            pass(ctx, desk, &other)?;
            queue.pass();
            continue;
        }
        let met = incoming.meet(ctx, &mut trading, other, price)?;
        if met.gone {
            queue.pass();
        }
        if met.then != Then::GoesOn {
            open = met.then == Then::IsLeft;
            break;
        }
    }
    let paid = trading.paid;
    queue.save(ctx, &mut pair.metric)?;
    if paid.is_positive() {
        pair.note_volume(paid, taker.now)?;
    }
    Ok(open)
}

impl Trading<'_> {
    fn pay_base(&self, ctx: &mut Context<'_>, account: &str, quantity: Quantity) -> ActionResult {
        self.desk.pay_base(ctx, account, quantity)
    }

    fn pay_tokens(&self, ctx: &mut Context<'_>, account: &str, quantity: Quantity) -> ActionResult {
        let Taker {
            symbol, precision, ..
        } = self.taker;
        self.desk.pay(ctx, account, symbol, (quantity, *precision))
    }

    /// Takes an order that rests out of its book. Orders without a limit do not tell of it.
    fn close<B: Book>(&self, ctx: &mut Context<'_>, other: &Stored<B>) -> ActionResult {
        if self.taker.limit.is_some() {
            closed(ctx, &other.account, B::KIND, &other.tx_id);
        }
        remove(ctx, other)
    }

    /// Tells that an order with a limit is done.
    fn close_own<I: Incoming>(&self, ctx: &mut Context<'_>) {
        if let (Some(_), Some(tx_id)) = (self.taker.limit, self.taker.tx_id) {
            closed(ctx, self.taker.account, I::kind(), tx_id);
        }
    }

    /// Notes a trade that used up the order that rests; the one that came in goes on, unless hardly anything is left of it,
    /// which then comes back.
    fn goes_on<I: Incoming>(
        &mut self,
        ctx: &mut Context<'_>,
        incoming: &I,
        other: &Stored<I::Against>,
        (quantity, paid): (Quantity, Quantity),
        done: bool,
    ) -> ActionResult<Met> {
        if done {
            incoming.give_back(ctx, self)?;
            self.close_own::<I>(ctx);
        }
        self.record::<I>(ctx, other, quantity, paid)?;
        Ok(Met::of(true, done))
    }

    /// Notes a trade.
    fn record<I: Incoming>(
        &mut self,
        ctx: &mut Context<'_>,
        other: &Stored<I::Against>,
        quantity: Quantity,
        paid: Quantity,
    ) -> ActionResult {
        let own = self.taker.tx_id.map(Into::into);
        let theirs = Some(other.tx_id.clone());
        let (account, other_account) = (self.taker.account.into(), other.account.clone());
        let buys = I::kind() == BuyOrder::KIND;
        let in_order = |own, theirs| if buys { (own, theirs) } else { (theirs, own) };
        let (buyer, seller) = if buys {
            (account, other_account)
        } else {
            (other_account, account)
        };
        let (buy_tx_id, sell_tx_id) = in_order(own, theirs);
        let trade = Trade {
            kind: I::kind().into(),
            buyer,
            seller,
            symbol: self.taker.symbol.into(),
            quantity: text(quantity, self.taker.precision),
            price: other.price.clone(),
            timestamp: self.taker.now,
            volume: text(paid, BASE),
            buy_tx_id,
            sell_tx_id,
        };
        self.pair.record(ctx, trade)?;
        let sum = self.paid.units().saturating_add(paid.units());
        self.paid = Quantity::from_units(sum);
        Ok(())
    }
}

fn closed(ctx: &mut Context<'_>, account: &str, kind: &str, tx_id: &str) {
    let event = object! { "account": account, "type": kind, "txId": tx_id };
    ctx.emit("orderClosed", event);
}

impl Buying {
    /// How many tokens it wants at a price.
    fn wants(&self, price: Price, precision: Precision) -> Quantity {
        const ALL: Quantity = Quantity::from_units(i128::MAX);
        let all = || price.buys(self.funds, precision).unwrap_or(ALL);
        self.wanted.unwrap_or_else(all)
    }

    /// What it pays for so many tokens: rounded up, and never more than it has. A last fill without a limit leaves the
    /// seller what is over, unless that is much.
    fn price_of(
        &self,
        price: Price,
        quantity: Quantity,
        precision: Precision,
        all: bool,
    ) -> Quantity {
        let cost = price.worth(quantity, precision, Rounding::Up);
        let cost = cost.map_or(self.funds, |cost| cost.min(self.funds));
        let over = self.funds.units() - cost.units();
        match all && over < cost.units() / LEFT_OVER + i128::from(cost.units() % LEFT_OVER > 0) {
            true => self.funds,
            false => cost,
        }
    }

    /// Asks for no more than what is locked pays for. Rounding up fill by fill may have used up more than a part.
    fn shrink(&mut self, limit: Price, precision: Precision) {
        let Some(wanted) = self.wanted else { return };
        let worth = limit.worth(wanted, precision, Rounding::Down);
        if worth.is_none_or(|worth| worth > self.funds) {
            let most = limit.buys(self.funds, precision);
            self.wanted = Some(most.map_or(wanted, |most| most.min(wanted)));
        }
    }
}

impl Incoming for Buying {
    type Against = SellOrder;

    fn kind() -> &'static str {
        BuyOrder::KIND
    }

    fn reaches(limit: Price, price: Price) -> bool {
        price <= limit
    }

    fn give_back(&self, ctx: &mut Context<'_>, trading: &Trading<'_>) -> ActionResult {
        trading.pay_base(ctx, trading.taker.account, self.funds)
    }

    fn meet(
        &mut self,
        ctx: &mut Context<'_>,
        trading: &mut Trading<'_>,
        mut ask: Stored<SellOrder>,
        price: Price,
    ) -> ActionResult<Met> {
        let taker = trading.taker;
        let precision = taker.precision;
        let wanted = self.wants(price, precision);
        if !wanted.is_positive() {
            return Ok(Met::BEYOND);
        }
        let offered = stored(&ask.quantity, precision)?;
        let last = wanted <= offered;
        let quantity = wanted.min(offered);
        let paid = self.price_of(price, quantity, precision, last && taker.limit.is_none());
        trading.pay_tokens(ctx, taker.account, quantity)?;
        trading.pay_base(ctx, &ask.account, paid)?;
        self.funds = minus(self.funds, paid)?;
        if last {
            let rest = minus(offered, quantity)?;
            let stays = !price.is_dust(rest, precision);
            if stays {
                ask.quantity = text(rest, precision);
                ctx.rows().update(&ask)?;
            } else {
                trading.pay_tokens(ctx, &ask.account, rest)?;
                trading.close(ctx, &ask)?;
            }
            self.give_back(ctx, trading)?;
            trading.record::<Buying>(ctx, &ask, quantity, paid)?;
            trading.close_own::<Buying>(ctx);
            return Ok(Met::of(!stays, true));
        }
        trading.close(ctx, &ask)?;
        self.wanted = self.wanted.map(|_| minus(wanted, quantity)).transpose()?;
        let mut done = !self.funds.is_positive();
        if let Some(limit) = taker.limit {
            self.shrink(limit, precision);
            done |= limit.is_dust(self.wants(limit, precision), precision);
        }
        trading.goes_on(ctx, self, &ask, (quantity, paid), done)
    }
}

impl Incoming for Selling {
    type Against = BuyOrder;

    fn kind() -> &'static str {
        SellOrder::KIND
    }

    fn reaches(limit: Price, price: Price) -> bool {
        price >= limit
    }

    fn give_back(&self, ctx: &mut Context<'_>, trading: &Trading<'_>) -> ActionResult {
        trading.pay_tokens(ctx, trading.taker.account, self.left)
    }

    fn meet(
        &mut self,
        ctx: &mut Context<'_>,
        trading: &mut Trading<'_>,
        mut bid: Stored<BuyOrder>,
        price: Price,
    ) -> ActionResult<Met> {
        let taker = trading.taker;
        let precision = taker.precision;
        let (wanted, funds) = (stored(&bid.quantity, precision)?, locked(&bid)?);
        let last = self.left <= wanted;
        let quantity = self.left.min(wanted);
        let worth = price.worth(quantity, precision, Rounding::Down);
        let paid = worth.map_or(funds, |worth| worth.min(funds));
        if !paid.is_positive() {
            ctx.log_error(&tartan_runtime::Failure::check(
                "the order cannot be filled",
            ));
            return Ok(Met::BEYOND);
        }
        trading.pay_tokens(ctx, &bid.account, quantity)?;
        trading.pay_base(ctx, taker.account, paid)?;
        let (rest, unlocked) = (minus(wanted, quantity)?, minus(funds, paid)?);
        let stays = last && !price.is_dust(rest, precision) && unlocked.is_positive();
        if stays {
            bid.quantity = text(rest, precision);
            bid.tokens_locked = Some(text(unlocked, BASE));
            ctx.rows().update(&bid)?;
        } else {
            trading.pay_base(ctx, &bid.account, unlocked)?;
            trading.close(ctx, &bid)?;
        }
        self.left = minus(self.left, quantity)?;
        if last {
            trading.record::<Selling>(ctx, &bid, quantity, paid)?;
            trading.close_own::<Selling>(ctx);
            return Ok(Met::of(!stays, true));
        }
        let is_dust = |limit: Price| limit.is_dust(self.left, precision);
        let done = taker.limit.is_some_and(is_dust);
        trading.goes_on(ctx, self, &bid, (quantity, paid), done)
    }
}
