//! What the node does for the ledger after every block: paying out what has come due.

use tartan_runtime::{ActionResult, Context, Failure};
use tartan_state::{Record, Stored};

use super::tables::{PendingUndelegation, PendingUnstake};
use super::{Tokens, only_the_node};

/// Rows that are read at once. Each page goes in order of `_id`; an unstake that is several periods late comes up
/// again in the page after.
const PAGE: usize = 1_000;

impl Tokens {
    /// `checkPendingUnstakes`: pays out every slice that is due.
    pub(super) fn check_pending_unstakes(&self, ctx: &mut Context<'_>) -> ActionResult {
        only_the_node(ctx)?;
        process_due(
            ctx,
            "nextTransactionTimestamp",
            |ctx, row| self.process_unstake(ctx, row),
            |row: &mut PendingUnstake, now| row.next_transaction_timestamp = now,
        )
    }

    /// `checkPendingUndelegations`: gives back all stake whose cooldown is over.
    pub(super) fn check_pending_undelegations(&self, ctx: &mut Context<'_>) -> ActionResult {
        only_the_node(ctx)?;
        process_due(
            ctx,
            "completeTimestamp",
            |ctx, row| self.process_undelegation(ctx, row),
            |row: &mut PendingUndelegation, now| row.complete_timestamp = now,
        )
    }
}

/// Processes the rows whose time has come, oldest first, at most as many as the network allows in one block.
///
/// A row that cannot be processed does not hold up the others: what it wrote is undone, its error is logged, and it is
/// put off by a day.
fn process_due<T: Record + Clone>(
    ctx: &mut Context<'_>,
    due_field: &str,
    process: impl Fn(&mut Context<'_>, Stored<T>) -> ActionResult,
    put_off: impl Fn(&mut T, i64),
) -> ActionResult {
    const DAY: i64 = 86_400_000;
    let now = ctx.time()?;
    let mut left = ctx.limits().tick_rows;
    while left > 0 {
        let mut due = ctx.rows::<T>().due(due_field, now, left)?;
        if due.is_empty() {
            break;
        }
        due.sort_by_key(|stored| stored.id.number());
        due.truncate(PAGE);
        left -= due.len();
        for row in due {
            let mut late = row.clone();
            match ctx.attempt(|ctx| process(ctx, row))? {
                Ok(()) => {}
                Err(Failure::Fatal(fatal)) => return Err(fatal.into()),
                Err(failure) => {
                    ctx.log_error(&failure);
                    put_off(&mut late, now + DAY);
                    ctx.rows::<T>().update(&late)?;
                }
            }
        }
    }
    Ok(())
}
