//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::Mining;
use super::tables::Params;
use crate::checks::{self, at_least_one, fee};

impl Mining {
    /// `updateParams {poolCreationFee?, poolUpdateFee?, maxLotteriesPerBlock?, maxBalancesProcessedPerBlock?,
    /// processQueryLimit?}`: what is missing or says nothing stays.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        checks::update_params(ctx, |params: &mut Params| {
            if let Some(fee) = fee(payload, "poolCreationFee", "invalid poolCreationFee")? {
                params.pool_creation_fee = fee;
            }
            if let Some(fee) = fee(payload, "poolUpdateFee", "invalid poolUpdateFee")? {
                params.pool_update_fee = fee;
            }
            let most = at_least_one(
                payload,
                "maxLotteriesPerBlock",
                "invalid maxLotteriesPerBlock",
            )?;
            if let Some(most) = most {
                params.max_lotteries_per_block = most;
            }
            let most = at_least_one(
                payload,
                "maxBalancesProcessedPerBlock",
                "invalid maxBalancesProcessedPerBlock",
            )?;
            if let Some(most) = most {
                params.max_balances_processed_per_block = most;
            }
            if let Some(limit) =
                at_least_one(payload, "processQueryLimit", "invalid processQueryLimit")?
            {
                params.process_query_limit = limit;
            }
            Ok(())
        })
    }
}
