//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload};

use super::MarketPools;
use super::tables::Params;
use crate::checks::{self, fee};

impl MarketPools {
    /// `updateParams {poolCreationFee?}`.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        checks::update_params(ctx, |params: &mut Params| {
            if let Some(fee) = fee(payload, "poolCreationFee", "invalid poolCreationFee")? {
                params.pool_creation_fee = fee;
            }
            Ok(())
        })
    }
}
