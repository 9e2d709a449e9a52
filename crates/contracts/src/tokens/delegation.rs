//! Lending stake and taking it back.

use tartan_decimal::Quantity;
use tartan_document::object;
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};
use tartan_state::Stored;

use super::Tokens;
use super::amount::{self, Asked};
use super::ledger::{self, open_account};
use super::staking::staked;
use super::tables::{AccountBalance, Delegation, PendingUndelegation, Token};
use super::transfer::Movement;
use super::unstaking::check_available_stake;

const DAY: i64 = 86_400_000;

impl Tokens {
    /// `delegate {to, symbol, quantity}`: lends the sender's stake to an account.
    pub(super) fn delegate(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let movement = Movement::parse(payload).or_fail("invalid params")?;
        let to = text::trim(&movement.to);
        ensure!(ctx.is_account_name(to), "invalid to");
        let from = ctx.sender();
        let token = ledger::token(ctx, &movement.symbol)?.record;
        movement.asked.check_decimals(&token)?;
        ensure!(token.delegation_enabled, "delegation not enabled");
        ensure!(to != &*from, "cannot delegate to yourself");
        movement
            .asked
            .check_positive("must delegate positive quantity")?;
        let quantity = movement.asked.quantity(&token)?;

        let mut lender =
            ledger::balance(ctx, &from, &token.symbol)?.or_fail("balanceFrom does not exist")?;
        check_available_stake(ctx, &lender, &token, quantity)?;
        let mut user = open_account(ctx, to, &token)?;
        lender.stake = amount::minus(&lender.stake, quantity, &token)?;
        lender.delegations_out = amount::plus(&lender.delegations_out, quantity, &token)?;
        ctx.rows::<AccountBalance>().update(&lender)?;
        user.delegations_in = amount::plus(&user.delegations_in, quantity, &token)?;
        ctx.rows::<AccountBalance>().update(&user)?;
        lend(ctx, &from, to, &token, quantity)?;

        let shown = quantity.format(amount::precision(&token)?);
        ctx.emit(
            "delegate",
            object! { "to": to, "symbol": token.symbol.as_str(), "quantity": &shown },
        );
        self.notify_delegation(ctx, &from, to, &token, quantity)
    }

    fn notify_delegation(
        &self,
        ctx: &mut Context<'_>,
        from: &str,
        to: &str,
        token: &Token,
        quantity: Quantity,
    ) -> ActionResult {
        let gained = quantity.format(amount::precision(token)?);
        let lost = amount::negated_text(quantity, token)?;
        self.notify_witnesses(ctx, from, &token.symbol)?;
        self.notify_witnesses(ctx, to, &token.symbol)?;
        self.notify_mining(ctx, to, &token.symbol, &gained, true)?;
        self.notify_mining(ctx, from, &token.symbol, &lost, false)?;
        self.notify_funds(ctx, from, token)?;
        self.notify_funds(ctx, to, token)
    }

    /// `undelegate {from, symbol, quantity}`: begins to take back what `from` was lent.
    pub(super) fn undelegate(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let from = payload.text("from").or_fail("invalid params")?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let asked = Asked::from_payload(payload).or_fail("invalid params")?;
        let from = text::trim(&from);
        ensure!((3..=16).contains(&text::length(from)), "invalid from");
        let account = ctx.sender();
        let token = ledger::token(ctx, &symbol)?.record;
        asked.check_decimals(&token)?;
        ensure!(token.delegation_enabled, "delegation not enabled");
        ensure!(from != &*account, "cannot undelegate from yourself");
        asked.check_positive("must undelegate positive quantity")?;
        let quantity = asked.quantity(&token)?;

        self.end_loan(ctx, &account, from, &token, quantity)?;
        let shown = quantity.format(amount::precision(&token)?);
        let complete_timestamp = ctx.time()? + i64::from(token.undelegation_cooldown) * DAY;
        let tx_id = ctx.transaction_id().map(str::to_string);
        ctx.rows::<PendingUndelegation>()
            .insert(PendingUndelegation {
                account: account.to_string(),
                symbol: token.symbol.to_string(),
                quantity: shown.clone(),
                complete_timestamp,
                tx_id,
            })?;
        ctx.emit(
            "undelegateStart",
            object! { "from": from, "symbol": token.symbol.as_str(), "quantity": &shown },
        );
        let lost = amount::negated_text(quantity, &token)?;
        self.notify_witnesses(ctx, from, &token.symbol)?;
        self.notify_mining(ctx, from, &token.symbol, &lost, true)?;
        self.notify_funds(ctx, from, &token)
    }

    /// Takes a quantity out of a delegation and out of both accounts' rows.
    fn end_loan(
        &self,
        ctx: &mut Context<'_>,
        owner: &str,
        user: &str,
        token: &Token,
        quantity: Quantity,
    ) -> ActionResult {
        let mut lender =
            ledger::balance(ctx, owner, &token.symbol)?.or_fail("balanceTo does not exist")?;
        ensure!(
            amount::stored(&lender.delegations_out, token)? >= quantity,
            "overdrawn delegation"
        );
        let mut holder =
            ledger::balance(ctx, user, &token.symbol)?.or_fail("balanceFrom does not exist")?;
        let mut delegation = ctx
            .rows::<Delegation>()
            .get(&[owner, user, &token.symbol])?
            .or_fail("delegation does not exist")?;
        let lent = amount::stored(&delegation.quantity, token)?;
        ensure!(lent >= quantity, "overdrawn delegation");

        lender.pending_undelegations =
            amount::plus(&lender.pending_undelegations, quantity, token)?;
        lender.delegations_out = amount::minus(&lender.delegations_out, quantity, token)?;
        ctx.rows::<AccountBalance>().update(&lender)?;
        holder.delegations_in = amount::minus(&holder.delegations_in, quantity, token)?;
        ctx.rows::<AccountBalance>().update(&holder)?;
        if lent == quantity {
            ctx.rows::<Delegation>().remove(&delegation)
        } else {
            delegation.quantity = amount::minus(&delegation.quantity, quantity, token)?;
            ctx.rows::<Delegation>().update(&delegation)
        }
    }

    /// Gives back the stake of a delegation whose cooldown is over.
    pub(super) fn process_undelegation(
        &self,
        ctx: &mut Context<'_>,
        pending: Stored<PendingUndelegation>,
    ) -> ActionResult {
        let PendingUndelegation {
            account,
            symbol,
            quantity,
            ..
        } = pending.record.clone();
        let mut holding =
            ledger::balance(ctx, &account, &symbol)?.or_fail("balance does not exist")?;
        let token = ledger::token(ctx, &symbol)?.record;
        let returned = amount::stored(&quantity, &token)?;
        holding.stake = amount::plus(&holding.stake, returned, &token)?;
        holding.pending_undelegations =
            amount::minus(&holding.pending_undelegations, returned, &token)?;
        ctx.rows::<AccountBalance>().update(&holding)?;
        ctx.rows::<PendingUndelegation>().remove(&pending)?;
        ctx.emit("undelegateDone", staked(&account, &symbol, &quantity));
        self.notify_stake_change(ctx, &account, &token, &quantity)
    }
}

/// Makes a delegation, or makes it larger.
fn lend(
    ctx: &mut Context<'_>,
    from: &str,
    to: &str,
    token: &Token,
    quantity: Quantity,
) -> ActionResult {
    let now = ctx.time()?;
    let mut delegations = ctx.rows::<Delegation>();
    match delegations.get(&[from, to, &token.symbol])? {
        Some(mut delegation) => {
            delegation.quantity = amount::plus(&delegation.quantity, quantity, token)?;
            delegation.updated = now;
            delegations.update(&delegation)
        }
        None => {
            delegations.insert(Delegation {
                from: from.to_string(),
                to: to.to_string(),
                symbol: token.symbol.to_string(),
                quantity: quantity.format(amount::precision(token)?),
                created: now,
                updated: now,
            })?;
            Ok(())
        }
    }
}
