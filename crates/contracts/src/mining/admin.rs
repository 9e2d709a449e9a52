//! What the owner of the contract may change.

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload};

use super::Mining;
use super::tables::Params;
use crate::checks::{fee, given};

impl Mining {
    /// `updateParams {poolCreationFee?, poolUpdateFee?, maxLotteriesPerBlock?, maxBalancesProcessedPerBlock?,
    /// processQueryLimit?}`: what is missing or says nothing stays.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        if ctx.sender() != ctx.owner() {
            return Ok(());
        }
        let mut params = ctx.rows::<Params>().single()?;
        if let Some(fee) = fee(payload, "poolCreationFee", "invalid poolCreationFee")? {
            params.pool_creation_fee = fee;
        }
        if let Some(fee) = fee(payload, "poolUpdateFee", "invalid poolUpdateFee")? {
            params.pool_update_fee = fee;
        }
        if let Some(asked) = given(payload.0, "maxLotteriesPerBlock") {
            let most = count(&asked).or_fail("invalid maxLotteriesPerBlock")?;
            params.max_lotteries_per_block = most;
        }
        if let Some(asked) = given(payload.0, "maxBalancesProcessedPerBlock") {
            let most = count(&asked).or_fail("invalid maxBalancesProcessedPerBlock")?;
            params.max_balances_processed_per_block = most;
        }
        if let Some(asked) = given(payload.0, "processQueryLimit") {
            params.process_query_limit = count(&asked).or_fail("invalid processQueryLimit")?;
        }
        ctx.rows::<Params>().update(&params)
    }
}

fn count(asked: &Value) -> Option<u64> {
    asked.as_u64().filter(|count| *count >= 1)
}
