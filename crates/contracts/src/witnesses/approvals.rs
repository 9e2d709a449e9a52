//! Approving witnesses with one's stake, what a change of stake does to approvals, and how they expire.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};
use tartan_state::{Scan, Stored};

use super::Witnesses;
use super::tables::{Account, Approval, Params, Witness};
use super::weights::{add_to_witnesses, of_row};
use crate::holdings::{ARITHMETIC, TokenInfo, computed, number, voting_weight};

/// Accounts whose approvals expire in a block.
const EXPIRING_ACCOUNTS: usize = 10;

impl Witnesses {
    /// `approve {witness}`: with all the stake that the sender has, lent stake included.
    pub(super) fn approve(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let witness = witness_of(payload, ctx)?;
        let sender = ctx.sender();
        let account = ctx.rows::<Account>().get(&[&sender])?;
        let allowed = ctx
            .rows::<Params>()
            .shared_single()?
            .number_of_approvals_per_account;
        let most = allowed.min(ctx.limits().rows_per_account as u64);
        ensure!(
            account.as_ref().map_or(0, |account| account.approvals) < most,
            format!("you can only approve {most} witnesses")
        );
        ensure!(
            approval(ctx, &sender, &witness)?.is_none(),
            "you already approved this witness"
        );
        let mut account = match account {
            Some(account) => account,
            None => ctx.rows::<Account>().insert(new_account(&sender))?,
        };
        let token = self.voting_token(ctx)?;
        let weight = follow_stake(ctx, &mut account, &token)?;
        ctx.rows::<Approval>().insert(Approval {
            from: sender.to_string(),
            to: witness.clone(),
        })?;
        account.approvals += 1;
        note_vote(ctx, &mut account)?;
        add_to_witnesses(ctx, [witness.as_str()], &weight, token.precision)?;
        ctx.emit("witnessApprovalAdded", told(&account, &witness));
        Ok(())
    }

    /// `disapprove {witness}`: takes an approval back.
    pub(super) fn disapprove(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let witness = witness_of(payload, ctx)?;
        let sender = ctx.sender();
        let account = ctx.rows::<Account>().get(&[&sender])?;
        let account = account.filter(|account| account.approvals > 0);
        let mut account = account.or_fail("no approvals found")?;
        let approval = approval(ctx, &sender, &witness)?;
        let approval = approval.or_fail("you have not approved this witness")?;
        let token = self.voting_token(ctx)?;
        let weight = follow_stake(ctx, &mut account, &token)?;
        ctx.rows::<Approval>().remove(&approval)?;
        account.approvals -= 1;
        note_vote(ctx, &mut account)?;
        add_to_witnesses(ctx, [witness.as_str()], &weight.negated(), token.precision)?;
        ctx.emit("witnessApprovalRemoved", told(&account, &witness));
        Ok(())
    }

    /// `updateWitnessesApprovals {account}`: the ledger tells that the stake of an account has changed.
    pub(super) fn update_witnesses_approvals(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let by_ledger = ctx.caller().is_some_and(|caller| caller.name == "tokens");
        if !by_ledger && ctx.sender() != ctx.owner() {
            return Ok(());
        }
        let Some(account) = payload.text("account") else {
            return Ok(());
        };
        let Some(mut account) = ctx.rows::<Account>().get(&[&account])? else {
            return Ok(());
        };
        let token = self.voting_token(ctx)?;
        follow_stake(ctx, &mut account, &token).map(drop)
    }

    /// Removes the approvals of accounts that have not voted for long, those first that voted longest ago.
    pub(super) fn expire_approvals(&self, ctx: &mut Context<'_>) -> ActionResult {
        let blocks = ctx.rows::<Params>().shared_single()?;
        let blocks = blocks.witness_approve_expire_blocks;
        let Some(newest) = ctx.block().number.checked_sub(blocks.saturating_add(1)) else {
            return Ok(());
        };
        let due = Scan::of("approvingSince").from(0.0).to(newest as f64);
        let due = ctx.rows::<Account>().scan(due.limit(EXPIRING_ACCOUNTS))?;
        for account in due {
            self.expire_account(ctx, account)?;
        }
        Ok(())
    }

    fn expire_account(&self, ctx: &mut Context<'_>, mut account: Stored<Account>) -> ActionResult {
        let token = self.voting_token(ctx)?;
        let weight = follow_stake(ctx, &mut account, &token)?;
        let approvals = approvals_of(ctx, &account)?;
        for approval in &approvals {
            ctx.rows::<Approval>().remove(approval)?;
            ctx.emit("witnessApprovalRemoved", told(&account, &approval.to));
        }
        let witnesses = approvals.iter().map(|approval| approval.to.as_str());
        add_to_witnesses(ctx, witnesses, &weight.negated(), token.precision)?;
        account.approvals = 0;
        account.approving_since = None;
        ctx.rows::<Account>().update(&account)?;
        let data = object! { "account": account.account.as_str() };
        ctx.emit("witnessApprovalsExpired", data);
        Ok(())
    }

    /// `recalculateApprovals {witness}`: adds up the weights of those who approve a witness.
    pub(super) fn recalculate_approvals(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        if ctx.sender() != ctx.owner() {
            return Ok(());
        }
        let Some(account) = payload.text("witness") else {
            return Ok(());
        };
        let Some(witness) = ctx.rows::<Witness>().get(&[&account])? else {
            return Ok(());
        };
        let most = ctx.limits().tick_rows;
        let approvals = ctx.rows::<Approval>().all_by("to", &account, most + 1)?;
        ensure!(approvals.len() <= most, "too many approvals");
        let mut weight = Decimal::ZERO;
        for approval in approvals {
            if let Some(voter) = ctx.rows::<Account>().get(&[&approval.from])? {
                weight = computed(weight.plus(&number(&voter.approval_weight), ARITHMETIC))?;
            }
        }
        let delta = computed(weight.minus(&of_row(witness.approval_weight), ARITHMETIC))?;
        let precision = self.voting_token(ctx)?.precision;
        add_to_witnesses(ctx, [witness.account.as_str()], &delta, precision)
    }
}

/// The witness that a payload names.
fn witness_of(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<String> {
    let name = payload.text("witness");
    let name = name.filter(|name| (3..=16).contains(&text::length(name)));
    let name = name.or_fail("invalid witness account")?.into_owned();
    let witness = ctx.rows::<Witness>().get(&[&name])?;
    ensure!(witness.is_some(), "witness does not exist");
    Ok(name)
}

fn approval(ctx: &mut Context<'_>, from: &str, to: &str) -> ActionResult<Option<Stored<Approval>>> {
    ctx.rows::<Approval>().get(&[from, to])
}

/// Whom an account approves: as many as it may at most.
fn approvals_of(ctx: &mut Context<'_>, account: &Account) -> ActionResult<Vec<Stored<Approval>>> {
    let most = ctx.limits().rows_per_account;
    ctx.rows::<Approval>()
        .all_by("from", &account.account, most)
}

fn new_account(account: &str) -> Account {
    Account {
        account: account.to_string(),
        approvals: 0,
        approval_weight: Value::Number(0.0),
        last_approve_block: 0,
        approving_since: None,
    }
}

/// Notes that an account has just voted.
fn note_vote(ctx: &mut Context<'_>, account: &mut Stored<Account>) -> ActionResult {
    let number = ctx.block().number;
    account.last_approve_block = number;
    account.approving_since = (account.approvals > 0).then_some(number);
    ctx.rows::<Account>().update(account)
}

/// Lets all whom an account approves have the weight of its present stake, and gives that weight.
fn follow_stake(
    ctx: &mut Context<'_>,
    account: &mut Stored<Account>,
    token: &TokenInfo,
) -> ActionResult<Decimal> {
    let (shown, weight) = voting_weight(ctx, &account.account, token)?;
    let delta = computed(weight.minus(&number(&account.approval_weight), ARITHMETIC))?;
    let delta = delta.round_to(token.precision.decimals().into(), Rounding::HalfUp);
    account.approval_weight = shown;
    if !delta.is_zero() {
        ctx.rows::<Account>().update(account)?;
        let approvals = approvals_of(ctx, account)?;
        let witnesses = approvals.iter().map(|approval| approval.to.as_str());
        add_to_witnesses(ctx, witnesses, &delta, token.precision)?;
    }
    Ok(weight)
}

/// What the events of an approval tell.
fn told(account: &Account, witness: &str) -> Object {
    object! {
        "account": account.account.as_str(),
        "to": witness,
        "approvalWeight": account.approval_weight.clone(),
    }
}
