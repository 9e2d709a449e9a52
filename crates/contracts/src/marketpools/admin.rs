//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::MarketPools;
use super::tables::Params;
use crate::checks::fee;

impl MarketPools {
    /// `updateParams {poolCreationFee?}`.
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
        ctx.rows::<Params>().update(&params)
    }
}
