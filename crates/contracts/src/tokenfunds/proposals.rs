//! Asking a fund for tokens.

use tartan_decimal::Decimal;
use tartan_document::{Decimal128, Object, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};
use tartan_state::Stored;

use super::tables::{Fund, Proposal};
use super::{TokenFunds, dates, funds};
use crate::checks::{self, is_object, require_active_key};
use crate::holdings;

impl TokenFunds {
    /// `createProposal {fundId, title, startDate, endDate, amountPerDay, authorPermlink, payout}`.
    pub(super) fn create_proposal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let fund = funds::find(ctx, payload)?.or_fail("DTF does not exist")?;
        let covered = match &fund.proposal_fee {
            Some(fee) => holdings::covers(ctx, field(fee, "symbol"), field(fee, "amount"))?,
            None => true,
        };
        ensure!(
            covered,
            "you must have enough tokens to cover the creation fee"
        );
        require_active_key(ctx)?;
        ensure!(fund.active, "DTF is not active");
        let (title, author_permlink) = description(payload)?;
        let amount_per_day = amount(payload, |_| true)
            .or_fail("invalid amountPerDay: greater than 0")
            .and_then(|asked| below_maximum(asked, &fund))?;
        let payout = payout(payload).or_fail("invalid payout settings")?;
        let (start, end) = (payload.get("startDate"), payload.get("endDate"));
        let (start, end) = dates::range(start, end, ctx.time()?, max_days(&fund))?;

        pay_fee(ctx, &fund)?;
        let creator = ctx.sender().to_string();
        let proposal = ctx.rows::<Proposal>().insert(Proposal {
            fund_id: fund.fund_id.clone(),
            title,
            start_date: start.text,
            end_date: end.text,
            amount_per_day,
            author_permlink,
            payout,
            creator,
            approval_weight: Decimal128::ZERO,
            active: true,
        })?;
        ctx.emit("createProposal", object! { "id": proposal.id.to_value() });
        Ok(())
    }

    /// `updateProposal {id, title, endDate, amountPerDay, authorPermlink}`: less, or not as long.
    pub(super) fn update_proposal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let mut proposal = find(ctx, payload)?;
        check_creator(ctx, &proposal)?;
        let fund = ctx.rows::<Fund>().get(&[&proposal.fund_id])?;
        let fund = fund
            .filter(|fund| fund.active)
            .or_fail("DTF does not exist or inactive")?;
        require_active_key(ctx)?;
        ensure!(proposal.active, "proposal is not active");
        let (title, author_permlink) = description(payload)?;
        let present = Decimal::parse(&proposal.amount_per_day);
        let amount_per_day = amount(payload, |asked| asked.is_at_most(&present))
            .or_fail("invalid amountPerDay: greater than 0 and cannot be increased")
            .and_then(|asked| below_maximum(asked, &fund))?;
        let (start, end) = period(&proposal);
        let end = dates::earlier_end(payload.get("endDate"), start, end, max_days(&fund))?;

        proposal.title = title;
        proposal.end_date = end.text;
        proposal.amount_per_day = amount_per_day;
        proposal.author_permlink = author_permlink;
        ctx.rows::<Proposal>().update(&proposal)?;
        ctx.emit("updateProposal", object! { "id": proposal.id.to_value() });
        Ok(())
    }

    /// `disableProposal {id}`: for good.
    pub(super) fn disable_proposal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let mut proposal = find(ctx, payload)?;
        ensure!(proposal.active, "proposal already disabled");
        check_creator(ctx, &proposal)?;
        require_active_key(ctx)?;
        proposal.active = false;
        ctx.rows::<Proposal>().update(&proposal)?;
        ctx.emit("disableProposal", object! { "id": proposal.id.to_value() });
        Ok(())
    }
}

/// The proposal whose number a payload has, as text.
pub(super) fn find(ctx: &mut Context<'_>, payload: Payload<'_>) -> ActionResult<Stored<Proposal>> {
    let id = payload.text("id").map(|id| Decimal::parse(&id));
    let id = id.filter(Decimal::is_integer).or_fail("invalid id")?;
    // what is no number of a row is that of none
    let id = if id.is_negative() {
        0
    } else {
        checks::count(&id)
    };
    let proposal = ctx.rows::<Proposal>().numbered(id)?;
    proposal.or_fail("proposal does not exist")
}

/// From when to when a proposal is paid. The dates were checked when they were stored.
pub(super) fn period(proposal: &Proposal) -> (i64, i64) {
    let time = |text: &str| dates::parse(text).unwrap_or(0);
    (time(&proposal.start_date), time(&proposal.end_date))
}

/// Whether a proposal is not over.
pub(super) fn is_pending(proposal: &Proposal, now: i64) -> bool {
    period(proposal).1 >= now
}

fn check_creator(ctx: &Context<'_>, proposal: &Proposal) -> ActionResult {
    let sender = ctx.sender();
    ensure!(
        *proposal.creator == *sender || sender == ctx.owner(),
        "must be proposal creator"
    );
    Ok(())
}

fn max_days(fund: &Fund) -> i64 {
    let days = checks::count(&Decimal::parse(&fund.max_days));
    i64::try_from(days).unwrap_or(i64::MAX)
}

fn description(payload: Payload<'_>) -> ActionResult<(String, String)> {
    let within = |key: &str, most: usize| {
        let text = payload.text(key).map(|text| text.into_owned());
        text.filter(|text| text::length(text) <= most)
    };
    let title = within("title", 80).or_fail("invalid title: between 1 and 80 characters")?;
    let permlink = within("authorPermlink", 255)
        .or_fail("invalid authorPermlink: between 1 and 255 characters")?;
    Ok((title, permlink))
}

/// The amount a day in a payload, if it is a whole number of tokens above zero and allowed.
fn amount(payload: Payload<'_>, allowed: impl Fn(&Decimal) -> bool) -> Option<String> {
    let text = payload.text("amountPerDay")?;
    let amount = Decimal::parse(&text);
    let valid = amount.is_integer() && amount.is_greater(&Decimal::ZERO) && allowed(&amount);
    valid.then(|| text.into_owned())
}

fn below_maximum(amount: String, fund: &Fund) -> ActionResult<String> {
    let most = Decimal::parse(&fund.max_amount_per_day);
    ensure!(
        Decimal::parse(&amount).is_at_most(&most),
        "invalid amountPerDay: exceeds DTF maxAmountPerDay"
    );
    Ok(amount)
}

/// Who is to be paid: `{type: user or contract, name, contractPayload}`, the last for contracts.
fn payout(payload: Payload<'_>) -> Option<Object> {
    let payout = payload.get("payout")?.as_object()?;
    let name = payout.get("name")?.as_text()?.to_string_lossy();
    if !text::is_contract_length(&name) {
        return None;
    }
    let valid = match payout.get_str("type")? {
        "user" => true,
        "contract" => payout.get("contractPayload").is_some_and(is_object),
        _ => false,
    };
    valid.then(|| payout.clone())
}

/// Charges the fee of a new proposal. The issuer of the token that the fee is paid in would pay themselves.
fn pay_fee(ctx: &mut Context<'_>, fund: &Fund) -> ActionResult {
    let Some(fee) = fund
        .proposal_fee
        .as_ref()
        .filter(|_| ctx.sender() != ctx.owner())
    else {
        return Ok(());
    };
    let (symbol, amount) = (field(fee, "symbol"), field(fee, "amount"));
    let to = match field(fee, "method") {
        "issuer" => holdings::token(ctx, symbol)?.map(|token| token.issuer),
        _ => Some("null".to_string()),
    };
    let to = to.or_fail("invalid proposalFee token or precision")?;
    if *to == *ctx.sender() {
        return Ok(());
    }
    holdings::transfer(ctx, &to, symbol, amount)
}

/// A text in an object that was checked when it was stored.
pub(super) fn field<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get_str(key).unwrap_or_default()
}
