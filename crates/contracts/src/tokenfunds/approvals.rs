//! Approving proposals with one's stake, and what a change of stake does to approvals.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Decimal128, Value, object};
use tartan_runtime::{ActionResult, Context, Failure, Fatal, OrFail, Payload, ensure};
use tartan_state::{Scan, Stored};

use super::proposals::{self, is_pending};
use super::tables::{Account, Approval, Fund, Proposal, Weight};
use super::{TokenFunds, params};
use crate::holdings::{self, ARITHMETIC, TokenInfo, computed, number, voting_weight};

impl TokenFunds {
    /// `approveProposal {id}`: with all the stake that the sender has, lent stake included.
    pub(super) fn approve_proposal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let (mut proposal, token) = votable(ctx, payload)?;
        let sender = ctx.sender();
        let most = most_approvals(ctx)?;
        let active = pending_approvals(ctx, &sender)?.len();
        ensure!(
            active < most,
            format!(
                "you can only approve {} active proposals",
                params(ctx)?.max_account_approvals
            )
        );
        ensure!(
            approval(ctx, &sender, &proposal)?.is_none(),
            "you already approved this proposal"
        );
        let to = number_of(&proposal);
        ctx.rows::<Approval>().insert(Approval {
            from: sender.to_string(),
            to,
            proposal_pending: true,
        })?;
        let weight = note_weight(ctx, &sender, &token)?;
        add_weight(ctx, &mut proposal, &weight)?;
        ctx.emit("approveProposal", object! { "id": to });
        Ok(())
    }

    /// `disapproveProposal {id}`: takes an approval back.
    pub(super) fn disapprove_proposal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let (mut proposal, token) = votable(ctx, payload)?;
        let sender = ctx.sender();
        let approval =
            approval(ctx, &sender, &proposal)?.or_fail("you have not approved this proposal")?;
        ctx.rows::<Approval>().remove(&approval)?;
        let weight = note_weight(ctx, &sender, &token)?;
        add_weight(ctx, &mut proposal, &weight.negated())?;
        ctx.emit("disapproveProposal", object! { "id": number_of(&proposal) });
        Ok(())
    }

    /// `updateProposalApprovals {account, token}`: the ledger tells that the stake of an account has changed.
    pub(super) fn update_proposal_approvals(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        if ctx.caller().is_none_or(|caller| caller.name != "tokens") {
            return Ok(());
        }
        let Some(account) = payload.text("account") else {
            return Ok(());
        };
        let symbol = payload.get("token").and_then(|token| token.get("symbol"));
        let Some(symbol) = symbol.and_then(Value::as_str) else {
            return Ok(());
        };
        let Some(row) = ctx.rows::<Account>().get(&[&account])? else {
            return Ok(());
        };
        let Some(old) = row.weights.iter().find(|weight| weight.symbol == symbol) else {
            return Ok(());
        };
        let old = number(&old.weight);
        let token = holdings::token(ctx, symbol)?.or_fail("symbol does not exist")?;
        let delta = computed(
            voting_weight(ctx, &account, &token)?
                .1
                .minus(&old, ARITHMETIC),
        )?;
        let delta = delta.round_to(token.precision.decimals().into(), Rounding::HalfUp);
        if delta.is_zero() {
            return Ok(());
        }
        note_weight(ctx, &account, &token)?;
        for mut proposal in pending_approvals(ctx, &account)? {
            let fund = ctx.rows::<Fund>().get(&[&proposal.fund_id])?;
            if fund.is_some_and(|fund| fund.vote_token == symbol) {
                add_weight(ctx, &mut proposal, &delta)?;
            }
        }
        Ok(())
    }
}

/// The proposal of a payload, not over, and the token that votes on it.
fn votable(
    ctx: &mut Context<'_>,
    payload: Payload<'_>,
) -> ActionResult<(Stored<Proposal>, TokenInfo)> {
    let proposal = proposals::find(ctx, payload)?;
    ensure!(
        is_pending(&proposal, ctx.time()?),
        "proposal is not pending"
    );
    let fund = ctx.rows::<Fund>().get(&[&proposal.fund_id])?;
    let fund = fund.or_fail("DTF does not exist")?;
    let token = holdings::token(ctx, &fund.vote_token)?;
    let token = token.or_fail("voteToken must have staking enabled")?;
    Ok((proposal, token))
}

/// How many proposals an account may approve at once: every change of its stake looks at all of them.
fn most_approvals(ctx: &mut Context<'_>) -> ActionResult<usize> {
    let allowed = usize::try_from(params(ctx)?.max_account_approvals).unwrap_or(usize::MAX);
    Ok(allowed.min(ctx.limits().rows_per_account))
}

/// The proposals that an account approves and that are not over. Approvals of those that are over are marked.
fn pending_approvals(ctx: &mut Context<'_>, account: &str) -> ActionResult<Vec<Stored<Proposal>>> {
    let now = ctx.time()?;
    let scan = Scan::of("pending").equal(account).equal(true);
    let scan = scan.limit(ctx.limits().rows_per_account);
    let mut pending = Vec::new();
    for mut approval in ctx.rows::<Approval>().scan(scan)? {
        match ctx.rows::<Proposal>().numbered(approval.to)? {
            Some(proposal) if is_pending(&proposal, now) => pending.push(proposal),
            _ => {
                approval.proposal_pending = false;
                ctx.rows::<Approval>().update(&approval)?;
            }
        }
    }
    Ok(pending)
}

fn approval(
    ctx: &mut Context<'_>,
    account: &str,
    proposal: &Stored<Proposal>,
) -> ActionResult<Option<Stored<Approval>>> {
    let key = [Value::from(account), proposal.id.to_value()];
    ctx.rows::<Approval>().get_by(&key)
}

fn number_of(proposal: &Stored<Proposal>) -> u64 {
    proposal.id.number().unwrap_or_default()
}

/// Stores what the stake of an account is now.
fn note_weight(ctx: &mut Context<'_>, account: &str, token: &TokenInfo) -> ActionResult<Decimal> {
    let (weight, value) = voting_weight(ctx, account, token)?;
    let mut row = match ctx.rows::<Account>().get(&[account])? {
        Some(row) => row,
        None => ctx.rows::<Account>().insert(Account {
            account: account.to_string(),
            weights: Vec::new(),
        })?,
    };
    match row
        .weights
        .iter_mut()
        .find(|known| known.symbol == token.symbol)
    {
        Some(known) => known.weight = weight,
        None => row.weights.push(Weight {
            symbol: token.symbol.clone(),
            weight,
        }),
    }
    ctx.rows::<Account>().update(&row)?;
    Ok(value)
}

/// Adds to the approval of a proposal.
fn add_weight(
    ctx: &mut Context<'_>,
    proposal: &mut Stored<Proposal>,
    delta: &Decimal,
) -> ActionResult {
    let weight = Decimal::parse(&proposal.approval_weight.to_string());
    let weight = computed(weight.plus(delta, ARITHMETIC))?;
    proposal.approval_weight = stored(&weight)?;
    ctx.rows::<Proposal>().update(proposal)
}

/// A number as it stands in a row, without trailing zeros.
pub(super) fn stored(number: &Decimal) -> ActionResult<Decimal128> {
    let text = number.to_string();
    text.parse().map_err(|_| {
        Failure::Fatal(Fatal::Corrupt {
            what: "an approval weight".to_string(),
            reason: format!("found {text:?}"),
        })
    })
}
