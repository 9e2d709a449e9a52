//! Locking tokens.

use tartan_decimal::Quantity;
use tartan_document::{Object, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};
use tartan_state::Stored;

use super::Tokens;
use super::amount;
use super::ledger::{self, add_stake, debit};
use super::tables::{AccountBalance, Balance, ContractBalance, Token};
use super::transfer::Movement;

/// What the events of staking and unstaking tell.
pub(super) fn staked(account: &str, symbol: &str, quantity: &str) -> Object {
    object! { "account": account, "symbol": symbol, "quantity": quantity }
}

impl Tokens {
    /// `stake {to, symbol, quantity}`: locks the sender's tokens as the stake of an account.
    pub(super) fn stake(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let payer = ctx.sender();
        self.lock::<AccountBalance>(payload, ctx, &payer, "stake")
    }

    /// `stakeFromContract {to, symbol, quantity}`: locks what the calling contract holds. Nobody else can call it.
    pub(super) fn stake_from_contract(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let Some(payer) = ctx.caller().map(|caller| caller.name.clone()) else {
            return Ok(());
        };
        self.lock::<ContractBalance>(payload, ctx, &payer, "stakeFromContract")
    }

    fn lock<B: Balance>(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
        payer: &str,
        event: &str,
    ) -> ActionResult {
        let movement = Movement::parse(payload).or_fail("invalid params")?;
        let to = text::trim(&movement.to);
        ensure!(ctx.is_account_name(to), "invalid to");
        let (mut token, quantity) = staking_amount(ctx, &movement)?;
        let shown = quantity.format(amount::precision(&token)?);

        debit::<B>(ctx, payer, &token, quantity)?;
        add_stake(ctx, to, &mut token, quantity)?;
        ctx.emit(event, staked(to, &movement.symbol, &shown));
        self.notify_stake_change(ctx, to, &token, &shown)
    }
}

fn staking_amount(
    ctx: &mut Context<'_>,
    movement: &Movement,
) -> ActionResult<(Stored<Token>, Quantity)> {
    let token = ledger::token(ctx, &movement.symbol)?;
    movement.asked.check_decimals(&token)?;
    ensure!(token.staking_enabled, "staking not enabled");
    movement
        .asked
        .check_positive("must stake positive quantity")?;
    let quantity = movement.asked.quantity(&token)?;
    Ok((token, quantity))
}
