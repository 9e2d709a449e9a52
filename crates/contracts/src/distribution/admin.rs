//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::Distribution;
use super::tables::Params;
use crate::checks::{self, fee, integer};

impl Distribution {
    /// `updateParams {distCreationFee?, distUpdateFee?, distTickHours?, maxDistributionsLimit?, maxTransferLimit?,
    /// processQueryLimit?}`: all of them texts.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        checks::update_params(ctx, |params: &mut Params| {
            if let Some(fee) = fee(payload, "distCreationFee", "invalid distCreationFee")? {
                params.dist_creation_fee = fee;
            }
            if let Some(fee) = fee(payload, "distUpdateFee", "invalid distUpdateFee")? {
                params.dist_update_fee = fee;
            }
            if let Some((text, _)) = integer(payload, "distTickHours", "invalid distTickHours")? {
                params.dist_tick_hours = text;
            }
            let most = integer(
                payload,
                "maxDistributionsLimit",
                "invalid maxDistributionsLimit",
            )?;
            if let Some((_, most)) = most {
                params.max_distributions_limit = most;
            }
            let most = integer(payload, "maxTransferLimit", "invalid maxTransferLimit")?;
            if let Some((_, most)) = most {
                params.max_transfer_limit = most;
            }
            let limit = integer(payload, "processQueryLimit", "invalid processQueryLimit")?;
            if let Some((_, limit)) = limit {
                params.process_query_limit = limit;
            }
            Ok(())
        })
    }
}
