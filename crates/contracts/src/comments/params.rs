//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::tables::Params;
use crate::checks::{self, at_least_one, fee};

/// `updateParams {setupFee?, updateFee?, maintenanceTokensPerBlock?, maxPostsProcessedPerRound?,
/// maxVotesProcessedPerRound?, voteQueryLimit?}`. Nothing happens for anybody but the owner.
pub(super) fn update_params(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    checks::update_params(ctx, |params: &mut Params| {
        if let Some(fee) = fee(payload, "setupFee", "invalid setupFee")? {
            params.setup_fee = fee;
        }
        if let Some(fee) = fee(payload, "updateFee", "invalid updateFee")? {
            params.update_fee = fee;
        }
        for (bound, key, message) in [
            (
                &mut params.maintenance_tokens_per_block,
                "maintenanceTokensPerBlock",
                "invalid maintenanceTokensPerBlock",
            ),
            (
                &mut params.max_posts_processed_per_round,
                "maxPostsProcessedPerRound",
                "invalid maxPostsProcessedPerRound",
            ),
            (
                &mut params.max_votes_processed_per_round,
                "maxVotesProcessedPerRound",
                "invalid maxVotesProcessedPerRound",
            ),
            (
                &mut params.vote_query_limit,
                "voteQueryLimit",
                "invalid voteQueryLimit",
            ),
        ] {
            if let Some(most) = at_least_one(payload, key, message)? {
                // more than any block could do is the same as the most that is stored
                *bound = most.try_into().unwrap_or(u32::MAX);
            }
        }
        Ok(())
    })
}
