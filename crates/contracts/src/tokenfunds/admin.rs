//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::TokenFunds;
use super::tables::Params;
use crate::checks::{self, fee, integer};

impl TokenFunds {
    /// `updateParams {dtfCreationFee?, dtfUpdateFee?, dtfTickHours?, maxDtfsPerBlock?, maxAccountApprovals?,
    /// processQueryLimit?}`: all of them texts.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        checks::update_params(ctx, |params: &mut Params| {
            if let Some(fee) = fee(payload, "dtfCreationFee", "invalid dtfCreationFee")? {
                params.dtf_creation_fee = fee;
            }
            if let Some(fee) = fee(payload, "dtfUpdateFee", "invalid dtfUpdateFee")? {
                params.dtf_update_fee = fee;
            }
            if let Some((text, _)) = integer(payload, "dtfTickHours", "invalid dtfTickHours")? {
                params.dtf_tick_hours = text;
            }
            if let Some((_, most)) = integer(payload, "maxDtfsPerBlock", "invalid maxDtfsPerBlock")?
            {
                params.max_dtfs_per_block = most;
            }
            // the message is that of the parameter before
            let approvals = integer(payload, "maxAccountApprovals", "invalid maxDtfsPerBlock")?;
            if let Some((_, most)) = approvals {
                params.max_account_approvals = most;
            }
            let limit = integer(payload, "processQueryLimit", "invalid processQueryLimit")?;
            if let Some((_, limit)) = limit {
                params.process_query_limit = limit;
            }
            Ok(())
        })
    }
}
