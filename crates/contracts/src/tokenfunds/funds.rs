//! Making and administering funds.

use tartan_decimal::Decimal;
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::{Scan, Stored};

use super::tables::Fund;
use super::{TokenFunds, params};
use crate::checks::{given, require_active_key};
use crate::holdings::{self, TokenInfo, fits};

/// What the creation and the update of a fund have in common.
struct Terms {
    vote_threshold: String,
    max_days: String,
    max_amount_per_day: String,
    proposal_fee: Option<Object>,
}

impl TokenFunds {
    /// `createFund {payToken, voteToken, voteThreshold, maxDays, maxAmountPerDay, proposalFee?}`: by the issuer of the
    /// token that is paid. The fund begins inactive.
    pub(super) fn create_fund(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.dtf_creation_fee.clone();
        let covered = holdings::covers(ctx, &self.utility_token, &fee)?;
        ensure!(
            covered,
            "you must have enough tokens to cover the creation fee"
        );
        require_active_key(ctx)?;
        let terms = Terms::parse(payload, ctx)?;
        let pay = payload.text("payToken");
        let pay = token(ctx, pay.as_deref())?.filter(|token| self.may_issue(ctx, token));
        let pay = pay.or_fail("must be issuer of payToken")?;
        let vote = payload.text("voteToken");
        let vote = token(ctx, vote.as_deref())?.filter(|token| token.staking_enabled);
        let vote = vote.or_fail("voteToken must have staking enabled")?;
        terms.check_precision(&pay, &vote)?;
        let id = format!("{}:{}", pay.symbol, vote.symbol);
        ensure!(
            ctx.rows::<Fund>().get(&[&id])?.is_none(),
            "DTF already exists"
        );

        holdings::burn_fee(ctx, &self.utility_token, &fee)?;
        let last_tick_time = ctx.time()?;
        let creator = ctx.sender().to_string();
        ctx.rows::<Fund>().insert(Fund {
            pay_token: pay.symbol,
            vote_token: vote.symbol,
            vote_threshold: terms.vote_threshold,
            max_days: terms.max_days,
            max_amount_per_day: terms.max_amount_per_day,
            proposal_fee: terms.proposal_fee,
            active: false,
            creator,
            last_tick_time,
            fund_id: id.clone(),
        })?;
        ctx.emit("createFund", object! { "id": &id });
        Ok(())
    }

    /// `updateFund {fundId, voteThreshold, maxDays, maxAmountPerDay, proposalFee?}`: new terms. Proposals that there are
    /// already stay as they are.
    pub(super) fn update_fund(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.dtf_update_fee.clone();
        let covered = holdings::covers(ctx, &self.utility_token, &fee)?;
        ensure!(
            covered,
            "you must have enough tokens to cover the update fee"
        );
        require_active_key(ctx)?;
        let terms = Terms::parse(payload, ctx)?;
        let mut fund = find(ctx, payload)?.or_fail("DTF not found")?;
        check_creator(ctx, &fund)?;
        let pay = holdings::token(ctx, &fund.pay_token)?.or_fail("must be issuer of payToken")?;
        let vote = holdings::token(ctx, &fund.vote_token)?
            .or_fail("voteToken must have staking enabled")?;
        terms.check_precision(&pay, &vote)?;

        holdings::burn_fee(ctx, &self.utility_token, &fee)?;
        fund.vote_threshold = terms.vote_threshold;
        fund.max_days = terms.max_days;
        fund.max_amount_per_day = terms.max_amount_per_day;
        if terms.proposal_fee.is_some() {
            fund.proposal_fee = terms.proposal_fee;
        }
        ctx.rows::<Fund>().update(&fund)?;
        ctx.emit("updateFund", object! { "id": fund.fund_id.as_str() });
        Ok(())
    }

    /// `setDtfActive {fundId, active}`. Without a `fundId` it is the first fund of all, as it always was.
    pub(super) fn set_dtf_active(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        require_active_key(ctx)?;
        let mut fund = match payload.is_missing("fundId") {
            true => ctx.rows::<Fund>().scan(Scan::of("_id").limit(1))?.pop(),
            false => find(ctx, payload)?,
        }
        .or_fail("DTF does not exist")?;
        check_creator(ctx, &fund)?;
        fund.active = payload.get("active").is_some_and(Value::is_truthy);
        ctx.rows::<Fund>().update(&fund)?;
        let event = object! { "id": fund.fund_id.as_str(), "active": fund.active };
        ctx.emit("setDtfActive", event);
        Ok(())
    }

    /// Issuing the utility token, which the node issues, is for the owner of the contract.
    fn may_issue(&self, ctx: &Context<'_>, token: &TokenInfo) -> bool {
        let owner = token.symbol == self.utility_token && ctx.sender() == ctx.owner();
        owner || *token.issuer == *ctx.sender()
    }
}

impl Terms {
    fn parse(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Terms> {
        let above_zero = |key: &str| {
            let text = payload.text(key).map(|text| text.into_owned());
            text.filter(|text| Decimal::parse(text).is_greater(&Decimal::ZERO))
        };
        let vote_threshold =
            above_zero("voteThreshold").or_fail("invalid voteThreshold: greater than 0")?;
        let max_days = above_zero("maxDays").filter(|text| {
            let days = Decimal::parse(text);
            days.is_integer() && days.is_at_most(&Decimal::from_parts(730, 0))
        });
        let max_days = max_days.or_fail("invalid maxDays: integer between 1 and 730")?;
        let max_amount_per_day =
            above_zero("maxAmountPerDay").or_fail("invalid maxAmountPerDay: greater than 0")?;
        let proposal_fee = given(payload.0, "proposalFee");
        let proposal_fee = proposal_fee.map(|fee| check_fee(ctx, fee)).transpose()?;
        Ok(Terms {
            vote_threshold,
            max_days,
            max_amount_per_day,
            proposal_fee,
        })
    }

    fn check_precision(&self, pay: &TokenInfo, vote: &TokenInfo) -> ActionResult {
        ensure!(
            fits(&Decimal::parse(&self.max_amount_per_day), pay.precision),
            "maxAmountPerDay precision mismatch"
        );
        ensure!(
            fits(&Decimal::parse(&self.vote_threshold), vote.precision),
            "voteThreshold precision mismatch"
        );
        Ok(())
    }
}

/// The fee of a proposal: `{method: burn or issuer, symbol, amount}`.
fn check_fee(ctx: &mut Context<'_>, fee: Value) -> ActionResult<Object> {
    const INVALID: &str = "invalid proposalFee";
    let fee = fee.into_object().or_fail(INVALID)?;
    let method = fee.get_str("method");
    ensure!(matches!(method, Some("burn" | "issuer")), INVALID);
    let symbol = fee.get_str("symbol").or_fail(INVALID)?;
    let amount = Decimal::parse(fee.get_str("amount").or_fail(INVALID)?);
    ensure!(amount.is_greater(&Decimal::ZERO), INVALID);
    let token = holdings::token(ctx, symbol)?.filter(|token| fits(&amount, token.precision));
    token.or_fail("invalid proposalFee token or precision")?;
    Ok(fee)
}

fn token(ctx: &mut Context<'_>, symbol: Option<&str>) -> ActionResult<Option<TokenInfo>> {
    match symbol {
        Some(symbol) => holdings::token(ctx, symbol),
        None => Ok(None),
    }
}

/// The fund that a payload names.
pub(super) fn find(
    ctx: &mut Context<'_>,
    payload: Payload<'_>,
) -> ActionResult<Option<Stored<Fund>>> {
    match payload.text("fundId") {
        Some(id) => ctx.rows::<Fund>().get(&[&id]),
        None => Ok(None),
    }
}

fn check_creator(ctx: &Context<'_>, fund: &Fund) -> ActionResult {
    let sender = ctx.sender();
    ensure!(
        *fund.creator == *sender || sender == ctx.owner(),
        "must be DTF creator"
    );
    Ok(())
}
