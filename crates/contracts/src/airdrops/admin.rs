//! What the owner of the contract may change.

use tartan_runtime::{ActionResult, Context, Payload, ensure};

use super::Airdrops;
use super::tables::Params;
use crate::checks::{at_least_one, fee};

impl Airdrops {
    /// `updateParams {feePerTransaction?, maxTransactionsPerBlock?, maxAirdropsPerBlock?}`: a text and two numbers.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.sender() == ctx.owner(), "not authorized");
        let mut params = ctx.rows::<Params>().single()?;
        if let Some(fee) = fee(payload, "feePerTransaction", "invalid feePerTransaction")? {
            params.fee_per_transaction = fee;
        }
        let most = at_least_one(
            payload,
            "maxTransactionsPerBlock",
            "invalid maxTransactionsPerBlock",
        )?;
        if let Some(most) = most {
            params.max_transactions_per_block = most;
        }
        let most = at_least_one(
            payload,
            "maxAirdropsPerBlock",
            "invalid maxAirdropsPerBlock",
        )?;
        if let Some(most) = most {
            params.max_airdrops_per_block = most;
        }
        ctx.rows::<Params>().update(&params)
    }
}
