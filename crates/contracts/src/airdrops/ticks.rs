//! What the node does for the airdrops after every block: paying the next slice.

use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, ensure};
use tartan_state::{Scan, Stored};

use super::tables::{Airdrop, Kind, Payment};
use super::{Airdrops, NAME, params};
use crate::holdings;

/// As much work as so many rows that are looked at: a payment.
const PAYMENT: usize = 10;

impl Airdrops {
    /// `checkPendingAirdrops`: lets the oldest airdrops of earlier blocks pay a slice each.
    pub(super) fn check_pending_airdrops(&self, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_node(), "not authorized");
        let params = params(ctx)?;
        let count = |most| usize::try_from(most).unwrap_or(usize::MAX);
        let mut payments = (ctx.limits().tick_rows / PAYMENT).max(1);
        // whichever is paid at all takes one payment at least
        let most = count(params.max_airdrops_per_block).min(payments);
        for airdrop in ctx.rows::<Airdrop>().scan(Scan::of("_id").limit(most))? {
            // younger ones have a higher `_id`
            if payments == 0 || airdrop.block_number >= ctx.block().number {
                break;
            }
            let slice = count(params.max_transactions_per_block).min(payments);
            payments -= pay_slice(ctx, airdrop, slice)?;
        }
        Ok(())
    }
}

/// Makes up to so many payments of an airdrop; gives how many.
fn pay_slice(
    ctx: &mut Context<'_>,
    mut airdrop: Stored<Airdrop>,
    most: usize,
) -> ActionResult<usize> {
    let count = most.min(airdrop.list.len());
    let later = airdrop.list.split_off(count);
    let now = std::mem::replace(&mut airdrop.list, later);
    let mut stuck = Vec::new();
    for payment in now {
        if !pay(ctx, &airdrop, &payment)? && !give_back(ctx, &airdrop, &payment)? {
            stuck.push(payment);
        }
    }
    let mut rows = ctx.rows::<Airdrop>();
    if airdrop.list.is_empty() {
        rows.remove(&airdrop)?;
    } else {
        rows.update(&airdrop)?;
    }
    if !stuck.is_empty() {
        let again = Airdrop {
            list: stuck,
            block_number: ctx.block().number,
            ..airdrop.record.clone()
        };
        ctx.rows::<Airdrop>().insert(again)?;
    }
    let id = airdrop.airdrop_id.clone().map_or(Value::Null, Value::from);
    ctx.emit(
        "airdropDistribution",
        object! { "airdropId": id, "transactions": count },
    );
    Ok(count)
}

/// Makes a payment. Whether it could be made; if not, it is undone and its error logged.
fn pay(ctx: &mut Context<'_>, airdrop: &Airdrop, payment: &Payment) -> ActionResult<bool> {
    let (to, symbol, quantity) = (&payment.to, &airdrop.symbol, &payment.quantity);
    let paid = ctx.attempt(|ctx| match airdrop.kind {
        Kind::Transfer => holdings::pay_out(ctx, NAME, to, symbol, quantity),
        Kind::Stake => {
            let stake = object! {
                "to": to.as_str(), "symbol": symbol.as_str(), "quantity": quantity.as_str(),
            };
            ctx.call("tokens", "stakeFromContract", stake).map(drop)
        }
    })?;
    Ok(paid.is_ok())
}

/// Pays the sender what a recipient could not be paid. Whether that could be done.
fn give_back(ctx: &mut Context<'_>, airdrop: &Airdrop, payment: &Payment) -> ActionResult<bool> {
    let (from, symbol) = (&airdrop.from, &airdrop.symbol);
    let paid = ctx.attempt(|ctx| holdings::pay_out(ctx, NAME, from, symbol, &payment.quantity))?;
    Ok(paid.is_ok())
}
