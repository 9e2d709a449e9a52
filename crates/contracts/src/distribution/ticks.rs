//! Paying what is due, a bounded amount of work in every block.

use tartan_decimal::Decimal;
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};
use tartan_state::{Scan, Stored};

use super::batches::{find, may_administer, number_of, save};
use super::deposits::add;
use super::payments::{Work, pay, pay_list};
use super::tables::{Batch, Owed, PendingPayments, Run, Scheduled};
use super::{Distribution, params, pool};
use crate::checks::{count, require_active_key};
use crate::holdings;

/// Milliseconds that payments wait which cannot even be tried.
const DAY: i64 = 86_400_000;

impl Distribution {
    /// `checkPendingDistributions`: goes on with payouts that are under way, begins those that are due, and makes payments
    /// that were put off.
    pub(super) fn check_pending_distributions(&self, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_node(), "not authorized");
        let most = params(ctx)?.max_distributions_limit;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let most = most.min(ctx.limits().tick_rows);
        let mut work = Work::of_a_block(ctx);
        let open = ctx.rows::<Run>().scan(Scan::of("_id").limit(most))?;
        let room = most - open.len();
        for run in open {
            if work.rows > 0 {
                go_on(ctx, run, &mut work)?;
            }
        }
        let due = ctx.time()?.saturating_sub(tick(ctx)?);
        let due = Scan::of("due").to(due as f64).limit(room);
        for scheduled in ctx.rows::<Scheduled>().scan(due)? {
            if work.rows > 0 && !work.told {
                begin(ctx, &scheduled, &mut work)?;
            }
        }
        let before = ctx.time()? - 1;
        for row in ctx.rows::<PendingPayments>().due("dueTime", before, most)? {
            let mut late = row.clone();
            if let Err(failure) = ctx.attempt(|ctx| pay_pending(ctx, row, &mut work))? {
                ctx.log_error(&failure);
                late.due_time = before + DAY;
                ctx.rows::<PendingPayments>().update(&late)?;
            }
        }
        Ok(())
    }

    /// `flush {id}`: pays all that the distribution holds, minimum or not, and ends its schedule.
    pub(super) fn flush(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let mut batch = find(ctx, payload)?.or_fail("distribution id not found")?;
        require_active_key(ctx)?;
        ensure!(may_administer(ctx, &batch), "must be owner or creator");
        ensure!(!is_being_paid(ctx, &batch)?, "distribution is being paid");
        let id = number_of(&batch);
        batch.num_ticks_left = 1;
        let mut work = Work::of_a_block(ctx);
        run(ctx, batch, true, &mut work)?;
        ctx.emit("flush", object! { "distId": id });
        Ok(())
    }
}

/// Milliseconds between two payouts of a distribution.
pub(super) fn tick(ctx: &mut Context<'_>) -> ActionResult<i64> {
    let hours = count(&Decimal::parse(&params(ctx)?.dist_tick_hours));
    let hours = i64::try_from(hours).unwrap_or(i64::MAX);
    // so far off that it never comes, and still within the range of times
    Ok(hours.saturating_mul(3_600_000).min(i64::MAX / 4))
}

fn is_being_paid(ctx: &mut Context<'_>, batch: &Stored<Batch>) -> ActionResult<bool> {
    let run = ctx.rows::<Run>().get_by(&[batch.id.to_value()])?;
    Ok(run.is_some())
}

/// A distribution whose time has come begins to pay. If it cannot, its next tick is the next occasion.
fn begin(ctx: &mut Context<'_>, scheduled: &Scheduled, work: &mut Work) -> ActionResult {
    work.spend(1);
    let batch = ctx.rows::<Batch>().numbered(scheduled.batch)?;
    let mut batch = batch.or_fail("distribution id not found")?;
    batch.last_tick_time = ctx.time()?;
    if is_being_paid(ctx, &batch)? {
        return save(ctx, &batch);
    }
    let unpaid = batch.clone();
    if let Err(failure) = ctx.attempt(|ctx| run(ctx, batch, false, work))? {
        ctx.log_error(&failure);
        save(ctx, &unpaid)?;
    }
    Ok(())
}

/// A payout that takes more than one block goes on. If it cannot, what is not paid stays with the distribution.
fn go_on(ctx: &mut Context<'_>, row: Stored<Run>, work: &mut Work) -> ActionResult {
    work.spend(1);
    let unpaid = row.clone();
    if let Err(failure) = ctx.attempt(|ctx| pool::go_on(ctx, row, work))? {
        ctx.log_error(&failure);
        return pool::give_up(ctx, unpaid, work);
    }
    Ok(())
}

/// Lets a distribution pay.
fn run(
    ctx: &mut Context<'_>,
    mut batch: Stored<Batch>,
    flush: bool,
    work: &mut Work,
) -> ActionResult {
    batch.last_tick_time = ctx.time()?;
    if batch.strategy != "fixed" {
        return pool::begin(ctx, batch, flush, work);
    }
    let paid = pay_list(ctx, &mut batch, flush, work)?;
    finish(ctx, batch, paid || flush)
}

/// A distribution has paid; whether that was one of its ticks.
pub(super) fn finish(
    ctx: &mut Context<'_>,
    mut batch: Stored<Batch>,
    counts: bool,
) -> ActionResult {
    if counts {
        batch.num_ticks_left = batch.num_ticks_left.saturating_sub(1);
    }
    save(ctx, &batch)
}

/// Makes payments that were put off: as many as one distribution makes at once, the last of them first.
fn pay_pending(
    ctx: &mut Context<'_>,
    mut row: Stored<PendingPayments>,
    work: &mut Work,
) -> ActionResult {
    let most = usize::try_from(params(ctx)?.max_transfer_limit).unwrap_or(usize::MAX);
    let now = most.min(row.accounts.len());
    let later = row.accounts.split_off(now);
    for owed in std::mem::replace(&mut row.accounts, later).iter().rev() {
        let payment = (owed.symbol.as_str(), owed.quantity.as_str());
        if pay(ctx, &owed.account, "user", None, payment, work)? {
            let mut event = ctx.to_value(owed)?.into_object().unwrap_or_default();
            event.insert("pending", Value::Bool(true));
            ctx.emit("payment", event);
        } else {
            give_back(ctx, owed)?;
        }
    }
    match row.accounts.is_empty() {
        true => ctx.rows::<PendingPayments>().remove(&row),
        false => ctx.rows::<PendingPayments>().update(&row),
    }
}

/// Adds a payment that cannot be made to what its distribution holds.
fn give_back(ctx: &mut Context<'_>, owed: &Owed) -> ActionResult {
    let batch = ctx.rows::<Batch>().numbered(owed.dist_id)?;
    let token = holdings::token(ctx, &owed.symbol)?;
    let (Some(mut batch), Some(token)) = (batch, token) else {
        return Err(Failure::check("distribution id not found"));
    };
    add(&mut batch, &token, &owed.quantity)?;
    save(ctx, &batch)
}
