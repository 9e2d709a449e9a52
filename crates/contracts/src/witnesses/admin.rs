//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload, ensure};

use super::schedule::clear;
use super::tables::Params;
use super::{MOST_TOP_WITNESSES, Witnesses, scheduled};

impl Witnesses {
    /// `updateParams {numberOfApprovalsPerAccount?, numberOfTopWitnesses?, numberOfWitnessSlots?,
    /// witnessSignaturesRequired?, maxRoundsMissedInARow?, maxRoundPropositionWaitingPeriod?,
    /// witnessApproveExpireBlocks?}`: what is missing or is no whole number above 0 stays. Another number of slots begins
    /// the round anew.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        if ctx.sender() != ctx.owner() {
            return Ok(());
        }
        let mut params = ctx.rows::<Params>().single()?;
        let slots = params.number_of_witness_slots;
        for (key, field) in [
            (
                "numberOfApprovalsPerAccount",
                &mut params.record.number_of_approvals_per_account,
            ),
            (
                "numberOfTopWitnesses",
                &mut params.record.number_of_top_witnesses,
            ),
            (
                "numberOfWitnessSlots",
                &mut params.record.number_of_witness_slots,
            ),
            (
                "witnessSignaturesRequired",
                &mut params.record.witness_signatures_required,
            ),
            (
                "maxRoundsMissedInARow",
                &mut params.record.max_rounds_missed_in_a_row,
            ),
            (
                "maxRoundPropositionWaitingPeriod",
                &mut params.record.max_round_proposition_waiting_period,
            ),
        ] {
            *field = positive(payload, key).unwrap_or(*field);
        }
        ensure!(
            params.number_of_top_witnesses + 1 == params.number_of_witness_slots,
            "only 1 backup allowed"
        );
        ensure!(
            params.number_of_top_witnesses <= MOST_TOP_WITNESSES,
            "at most 100 top witnesses"
        );
        if let Some(blocks) = positive(payload, "witnessApproveExpireBlocks") {
            ensure!(
                blocks > params.number_of_witness_slots,
                "witnessApproveExpireBlocks should be greater than numberOfWitnessSlots"
            );
            params.witness_approve_expire_blocks = blocks;
        }
        ctx.rows::<Params>().update(&params)?;
        if params.number_of_witness_slots == slots {
            return Ok(());
        }
        self.reset_schedule(ctx)
    }

    /// `resetSchedule`: drops the round that is to be verified. The next block makes another one of the same blocks.
    pub(super) fn reset_schedule(&self, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.sender() != ctx.owner() {
            return Ok(());
        }
        let schedule = scheduled(ctx)?;
        clear(ctx, &schedule)?;
        let mut params = ctx.rows::<Params>().single()?;
        params.current_witness = None;
        params.block_number_witness_change = 0;
        params.last_witnesses.clear();
        ctx.rows::<Params>().update(&params)
    }
}

/// The whole number above 0 in a payload, if it is one.
fn positive(payload: Payload<'_>, key: &str) -> Option<u64> {
    let number = payload.integer(key).filter(|number| *number > 0)?;
    u64::try_from(number).ok()
}
