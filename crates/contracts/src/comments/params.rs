//! What the owner of the contract may change.

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload};

use super::tables::Params;

/// `updateParams {setupFee?, updateFee?, maintenanceTokensPerBlock?, maxPostsProcessedPerRound?,
/// maxVotesProcessedPerRound?, voteQueryLimit?}`. Nothing happens for anybody but the owner.
pub(super) fn update_params(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    if ctx.sender() != ctx.owner() {
        return Ok(());
    }
    let mut params = ctx.rows::<Params>().single()?;
    if let Some(given) = given(payload, "setupFee") {
        params.setup_fee = fee(given).or_fail("invalid setupFee")?;
    }
    if let Some(given) = given(payload, "updateFee") {
        params.update_fee = fee(given).or_fail("invalid updateFee")?;
    }
    if let Some(given) = given(payload, "maintenanceTokensPerBlock") {
        params.maintenance_tokens_per_block =
            count(given).or_fail("invalid maintenanceTokensPerBlock")?;
    }
    if let Some(given) = given(payload, "maxPostsProcessedPerRound") {
        params.max_posts_processed_per_round =
            count(given).or_fail("invalid maxPostsProcessedPerRound")?;
    }
    if let Some(given) = given(payload, "maxVotesProcessedPerRound") {
        params.max_votes_processed_per_round =
            count(given).or_fail("invalid maxVotesProcessedPerRound")?;
    }
    if let Some(given) = given(payload, "voteQueryLimit") {
        params.vote_query_limit = count(given).or_fail("invalid voteQueryLimit")?;
    }
    ctx.rows::<Params>().update(&params)
}

/// A value that is there and not what counts as none.
fn given<'a>(payload: Payload<'a>, key: &str) -> Option<&'a Value> {
    payload.get(key).filter(|value| value.is_truthy())
}

/// A text with a number that is not less than zero.
fn fee(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let number = Decimal::parse(text);
    (!number.is_nan() && number.is_at_least(&Decimal::ZERO)).then(|| text.to_string())
}

/// A whole number of at least one. More than any block could do is the same as the most that is stored.
fn count(value: &Value) -> Option<u32> {
    let number = value.as_f64()?;
    (number.trunc() == number && number >= 1.0).then_some(number as u32)
}
