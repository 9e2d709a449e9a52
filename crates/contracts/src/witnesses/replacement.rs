//! What happens to a round that is not proposed in time.

use tartan_decimal::Decimal;
use tartan_document::object;
use tartan_runtime::{ActionResult, Context, Random};
use tartan_state::{Scan, Stored};

use super::Witnesses;
use super::ranking::Ranking;
use super::schedule::{clear, part, write};
use super::tables::{Extension, Params, Schedule, Witness};
use super::weights::{add_to_enabled, of_row};
use crate::holdings::TokenInfo;

impl Witnesses {
    /// Lets somebody else propose the round: another witness joins it in the place of one that does not answer; if there
    /// is no other, the proposer changes places with one of the round.
    pub(super) fn replace_witness(
        &self,
        ctx: &mut Context<'_>,
        params: &mut Stored<Params>,
        schedule: Vec<Stored<Schedule>>,
    ) -> ActionResult {
        let proposer = params.current_witness.clone().unwrap_or_default();
        let has_signed = schedule
            .iter()
            .any(|place| place.witness == proposer && place.has_signed());
        let stays = has_signed && extend(ctx, params, &proposer)?;
        let token = self.voting_token(ctx)?;
        let spare = self.spare(ctx, params, &schedule, &token)?;
        let joins = spare.is_some();
        let order = match spare {
            Some(added) => {
                let removed = leaving(&schedule, &proposer, stays);
                let data = object! { "removed": removed.as_str(), "added": added.as_str() };
                ctx.emit("witnessChanged", data);
                let stay = schedule.iter().map(|place| place.witness.clone());
                let stay = stay.filter(|witness| *witness != removed);
                std::iter::once(added).chain(stay).collect()
            }
            None => exchanged(&schedule, &proposer, previous(params)),
        };
        clear(ctx, &schedule)?;
        write(ctx, params, &order)?;
        let next = order.last().filter(|next| **next != proposer).cloned();
        let changes = next.is_some();
        if changes {
            params.let_propose(next);
        }
        params.wait_from(ctx.block().number);
        if !stays {
            miss_round(ctx, params, &proposer, &token)?;
        }
        ctx.rows::<Params>().update(params)?;
        if changes && !joins {
            ctx.emit("currentWitnessChanged", object! {});
        }
        Ok(())
    }

    /// A witness that can join the round, drawn in proportion to the weights.
    fn spare(
        &self,
        ctx: &mut Context<'_>,
        params: &Params,
        schedule: &[Stored<Schedule>],
        token: &TokenInfo,
    ) -> ActionResult<Option<String>> {
        let total = Decimal::parse(&params.total_enabled_approval_weight);
        let drawn = part(&total, Random::new(&ctx.random_seed()).next(), token)?;
        let mut ranking = Ranking::new(ctx);
        let mut spare = None;
        while let Some(witness) = ranking.next(ctx)? {
            let account = witness.record.account;
            let is_scheduled = schedule.iter().any(|place| place.witness == account);
            if is_scheduled || previous(params) == Some(&*account) {
                continue;
            }
            spare = Some(account);
            if drawn.is_at_most(&ranking.sum) {
                break;
            }
        }
        Ok(spare)
    }
}

/// Lets a proposer stay that has handed in too few signatures, unless it did so too often.
fn extend(ctx: &mut Context<'_>, params: &Params, proposer: &str) -> ActionResult<bool> {
    let mut rows = ctx.rows::<Extension>();
    let known = rows.scan(Scan::of("_id").limit(1))?.pop();
    let same = |row: &&Stored<Extension>| row.round == params.round && row.witness == proposer;
    let times = known.as_ref().filter(same).map_or(0, |row| row.times);
    if times >= params.max_rounds_missed_in_a_row {
        return Ok(false);
    }
    let record = Extension {
        round: params.round,
        witness: proposer.to_string(),
        times: times + 1,
    };
    match known {
        Some(row) => rows.update(&Stored { id: row.id, record })?,
        None => rows.insert(record).map(drop)?,
    }
    Ok(true)
}

/// Who was to propose before the present proposer.
fn previous(params: &Params) -> Option<&str> {
    let last = &params.last_witnesses;
    last.len().checked_sub(2).map(|at| last[at].as_str())
}

/// Who leaves the round: the proposer; or if it stays, having handed in too few signatures, the last one whose is missing.
fn leaving(schedule: &[Stored<Schedule>], proposer: &str, stays: bool) -> String {
    let missing = schedule.iter().rfind(|place| !place.has_signed());
    match missing {
        Some(place) if stays => place.witness.clone(),
        _ => proposer.to_string(),
    }
}

/// The same witnesses, the proposer having changed places with the first one that was not the last to propose.
fn exchanged(schedule: &[Stored<Schedule>], proposer: &str, previous: Option<&str>) -> Vec<String> {
    let mut order: Vec<String> = schedule.iter().map(|place| place.witness.clone()).collect();
    let others = order.len().saturating_sub(1);
    let fresh = |witness: &String| witness != proposer && Some(witness.as_str()) != previous;
    let other = order[..others].iter().position(fresh);
    if others > 0 {
        // if all have just been at it, the first one
        order.swap(other.unwrap_or(0), others);
    }
    order
}

/// Counts a round that a witness did not propose, and disables it when these are too many in a row.
fn miss_round(
    ctx: &mut Context<'_>,
    params: &mut Params,
    account: &str,
    token: &TokenInfo,
) -> ActionResult {
    let Some(mut witness) = ctx.rows::<Witness>().get(&[account])? else {
        return Ok(());
    };
    witness.missed_rounds += 1;
    witness.missed_rounds_in_a_row += 1;
    ctx.emit("witnessMissedRound", object! { "witness": account });
    if witness.missed_rounds_in_a_row >= params.max_rounds_missed_in_a_row {
        witness.missed_rounds_in_a_row = 0;
        if witness.enabled {
            let weight = of_row(witness.approval_weight);
            add_to_enabled(params, &weight.negated(), token.precision)?;
        }
        witness.enabled = false;
        ctx.emit(
            "witnessDisabledForMissingTooManyRoundsInARow",
            object! { "witness": account },
        );
    }
    ctx.rows::<Witness>().update(&witness)
}
