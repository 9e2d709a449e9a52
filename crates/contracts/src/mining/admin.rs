//! What the owner of the contract may change.

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload};

use super::tables::Params;
use super::{Mining, numbers};

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
        if let Some(asked) = given(payload, "poolCreationFee") {
            params.pool_creation_fee = fee(asked).or_fail("invalid poolCreationFee")?;
        }
        if let Some(asked) = given(payload, "poolUpdateFee") {
            params.pool_update_fee = fee(asked).or_fail("invalid poolUpdateFee")?;
        }
        if let Some(asked) = given(payload, "maxLotteriesPerBlock") {
            let most = count(asked).or_fail("invalid maxLotteriesPerBlock")?;
            params.max_lotteries_per_block = most;
        }
        if let Some(asked) = given(payload, "maxBalancesProcessedPerBlock") {
            let most = count(asked).or_fail("invalid maxBalancesProcessedPerBlock")?;
            params.max_balances_processed_per_block = most;
        }
        if let Some(asked) = given(payload, "processQueryLimit") {
            params.process_query_limit = count(asked).or_fail("invalid processQueryLimit")?;
        }
        ctx.rows::<Params>().update(&params)
    }
}

fn given<'a>(payload: Payload<'a>, key: &str) -> Option<&'a Value> {
    payload.get(key).filter(|value| value.is_truthy())
}

fn fee(asked: &Value) -> Option<String> {
    let text = asked.as_str()?;
    let is_fee = numbers::parse(text).is_at_least(&Decimal::ZERO);
    is_fee.then(|| text.to_string())
}

fn count(asked: &Value) -> Option<u64> {
    asked.as_u64().filter(|count| *count >= 1)
}
