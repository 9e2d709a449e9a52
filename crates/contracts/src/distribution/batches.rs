//! Making and administering distributions.

use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::tables::{Batch, Scheduled};
use super::{Distribution, params, terms};
use crate::checks::{given, require_active_key};
use crate::holdings;

impl Distribution {
    /// `create {strategy, numTicks, …}`: `fixed` with `tokenMinPayout` and `tokenRecipients`, or `pool` with `tokenPair`,
    /// `excludeAccount?` and `bonusCurve?`. It begins inactive.
    pub(super) fn create_batch(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.dist_creation_fee.clone();
        let covered = holdings::covers(ctx, &self.utility_token, &fee)?;
        ensure!(
            covered,
            "you must have enough tokens to cover the creation fee"
        );
        require_active_key(ctx)?;
        let strategy = payload.get("strategy").and_then(Value::as_str);
        let strategy = strategy.filter(|strategy| ["fixed", "pool"].contains(strategy));
        let strategy = strategy.or_fail("invalid strategy")?;
        let (num_ticks, num_ticks_left) = terms::num_ticks(payload.get("numTicks"))?;
        let mut batch = Batch {
            strategy: strategy.to_string(),
            num_ticks,
            num_ticks_left,
            active: false,
            creator: ctx.sender().to_string(),
            last_tick_time: ctx.time()?,
            token_min_payout: None,
            token_recipients: None,
            token_pair: None,
            exclude_account: None,
            bonus_curve: None,
            token_balances: None,
        };
        if strategy == "fixed" {
            set_lists(ctx, &mut batch, payload)?;
        } else {
            batch.token_pair = Some(terms::token_pair(ctx, payload.get("tokenPair"))?);
            let excluded = terms::excluded(payload.get("excludeAccount"))?;
            batch.exclude_account = Some(excluded.unwrap_or_default());
            let curve = terms::bonus_curve(payload.get("bonusCurve"))?;
            batch.bonus_curve = Some(curve.unwrap_or_default());
        }
        holdings::burn_fee(ctx, &self.utility_token, &fee)?;
        let batch = ctx.rows::<Batch>().insert(batch)?;
        ctx.emit("create", object! { "id": batch.id.to_value() });
        Ok(())
    }

    /// `update {id, numTicks?, …}`: ticks begin again. Fixed: both lists take the place of the old ones. Pool: what is
    /// given takes the place of the old.
    pub(super) fn update_batch(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.dist_update_fee.clone();
        let covered = holdings::covers(ctx, &self.utility_token, &fee)?;
        ensure!(
            covered,
            "you must have enough tokens to cover the update fee"
        );
        require_active_key(ctx)?;
        let mut batch = find(ctx, payload)?.or_fail("distribution not found")?;
        ensure!(may_administer(ctx, &batch), "must be owner or creator");
        if let Some(ticks) = given(payload.0, "numTicks") {
            (batch.num_ticks, batch.num_ticks_left) = terms::num_ticks(Some(&ticks))?;
        }
        if batch.strategy == "fixed" {
            set_lists(ctx, &mut batch, payload)?;
        } else {
            if let Some(excluded) = terms::excluded(payload.get("excludeAccount"))? {
                batch.exclude_account = Some(excluded);
            }
            if let Some(pair) = payload.get("tokenPair") {
                batch.token_pair = Some(terms::token_pair(ctx, Some(pair))?);
            }
            if let Some(curve) = terms::bonus_curve(payload.get("bonusCurve"))? {
                batch.bonus_curve = Some(curve);
            }
        }
        holdings::burn_fee(ctx, &self.utility_token, &fee)?;
        save(ctx, &batch)?;
        ctx.emit("update", object! { "id": batch.id.to_value() });
        Ok(())
    }

    /// `setActive {id, active}`.
    pub(super) fn set_active(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let mut batch = find(ctx, payload)?.or_fail("distribution id not found")?;
        ensure!(
            may_administer(ctx, &batch),
            "you must be the creator of this distribution"
        );
        batch.active = payload.get("active").is_some_and(Value::is_truthy);
        save(ctx, &batch)?;
        let event = object! { "id": batch.id.to_value(), "active": batch.active };
        ctx.emit("setActive", event);
        Ok(())
    }
}

fn set_lists(ctx: &mut Context<'_>, batch: &mut Batch, payload: Payload<'_>) -> ActionResult {
    batch.token_min_payout = Some(terms::min_payouts(payload.get("tokenMinPayout"))?);
    let recipients = terms::recipients(ctx, payload.get("tokenRecipients"))?;
    batch.token_recipients = Some(recipients);
    Ok(())
}

/// The distribution that a payload names, by its number.
pub(super) fn find(
    ctx: &mut Context<'_>,
    payload: Payload<'_>,
) -> ActionResult<Option<Stored<Batch>>> {
    let id = payload.integer("id").and_then(|id| u64::try_from(id).ok());
    match id {
        Some(id) => ctx.rows::<Batch>().numbered(id),
        None => Ok(None),
    }
}

/// Whether the sender is the creator of a distribution, or the owner of the contract.
pub(super) fn may_administer(ctx: &Context<'_>, batch: &Batch) -> bool {
    let sender = ctx.sender();
    *batch.creator == *sender || sender == ctx.owner()
}

/// The number of a distribution.
pub(super) fn number_of(batch: &Stored<Batch>) -> u64 {
    batch.id.number().unwrap_or_default()
}

/// Stores a changed distribution, and whether it is to pay.
pub(super) fn save(ctx: &mut Context<'_>, batch: &Stored<Batch>) -> ActionResult {
    ctx.rows::<Batch>().update(batch)?;
    let holds = batch.token_balances.as_ref();
    let pays = batch.active && batch.num_ticks_left > 0 && holds.is_some_and(|h| !h.is_empty());
    let scheduled = ctx.rows::<Scheduled>().get_by(&[batch.id.to_value()])?;
    match scheduled {
        Some(row) if !pays => ctx.rows::<Scheduled>().remove(&row),
        Some(mut row) => {
            row.last_tick_time = batch.last_tick_time;
            ctx.rows::<Scheduled>().update(&row)
        }
        None if pays => {
            ctx.rows::<Scheduled>().insert(Scheduled {
                batch: number_of(batch),
                last_tick_time: batch.last_tick_time,
            })?;
            Ok(())
        }
        None => Ok(()),
    }
}
