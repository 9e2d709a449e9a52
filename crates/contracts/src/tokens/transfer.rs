//! Moving tokens: between accounts, into contracts and out of them.

use std::sync::Arc;

use tartan_decimal::Quantity;
use tartan_document::{Object, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, Sender, ensure, text};
use tartan_state::Stored;

use super::amount::{self, Asked};
use super::ledger::{self, credit, debit};
use super::tables::{AccountBalance, ContractBalance, Token};
use super::{NAME, Tokens, params};

/// What the events of all movements tell.
pub(super) fn moved(from: &str, to: &str, symbol: &str, quantity: &str) -> Object {
    object! { "from": from, "to": to, "symbol": symbol, "quantity": quantity }
}

/// `to`, `symbol` and `quantity` of a payload.
pub(super) struct Movement {
    /// As the payload has it, not trimmed.
    pub(super) to: String,
    pub(super) symbol: String,
    pub(super) asked: Asked,
}

impl Movement {
    /// All three non-empty texts, the quantity a number.
    pub(super) fn parse(payload: Payload<'_>) -> Option<Movement> {
        Some(Movement {
            to: payload.text("to")?.into_owned(),
            symbol: payload.text("symbol")?.into_owned(),
            asked: Asked::from_payload(payload)?,
        })
    }

    /// The token, once it exists and the quantity fits it.
    pub(super) fn token(
        &self,
        ctx: &mut Context<'_>,
        positive: &'static str,
    ) -> ActionResult<Arc<Stored<Token>>> {
        let token = ledger::shared_token(ctx, &self.symbol)?;
        self.asked.check_decimals(&token)?;
        self.asked.check_positive(positive)?;
        Ok(token)
    }
}

impl Tokens {
    /// `transfer {to, symbol, quantity}`: from the sender to an account. To `null` is to burn.
    pub(super) fn transfer(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let movement = Movement::parse(payload).or_fail("invalid params")?;
        self.send(ctx, &movement)
    }

    /// A transfer from the sender, after the checks of authority and shape.
    pub(super) fn send(&self, ctx: &mut Context<'_>, movement: &Movement) -> ActionResult {
        let sender = ctx.sender();
        let to = text::trim(&movement.to);
        ensure!(to != &*sender, "cannot transfer to self");
        ensure!(ctx.is_account_name(to), "invalid to");
        ensure!(
            params(ctx)?.blacklist.get(to).is_none(),
            format!("not allowed to send to {to}")
        );
        let token = movement.token(ctx, "must transfer positive quantity")?;
        let quantity = movement.asked.quantity(&token)?;

        debit::<AccountBalance>(ctx, &sender, &token, quantity)?;
        let shown = movement.asked.shown(&token)?;
        credit::<AccountBalance>(ctx, to, &token, quantity, &shown)?;
        ledger::note_burn(ctx, &token, to, quantity)?;
        ctx.emit("transfer", moved(&sender, to, &movement.symbol, &shown));
        Ok(())
    }

    /// `transferToContract {to, symbol, quantity, from?}`: into the hands of a contract. The node may name the payer.
    pub(super) fn transfer_to_contract(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        if !ctx.is_node() {
            ctx.require_active_key()?;
        }
        let movement = Movement::parse(payload).or_fail("invalid params")?;
        let payer = match payload.text("from") {
            Some(from) if ctx.is_node() => from.into_owned(),
            _ => ctx.sender().to_string(),
        };
        let to = text::trim(&movement.to).to_lowercase();
        take_in(ctx, &payer, &to, &movement)
    }

    /// `transferFromContract {from, to, symbol, quantity, type}`: what a contract pays, to a `user` or a `contract`.
    pub(super) fn transfer_from_contract(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(Sender(&ctx.sender()).is_node(), "not authorized");
        let from = payload.text("from").or_fail("invalid params")?;
        let kind = payload.text("type").or_fail("invalid params")?;
        ensure!(kind == "user" || kind == "contract", "invalid params");
        let movement = Movement::parse(payload).or_fail("invalid params")?;
        let to = text::trim(&movement.to);
        let to_account = kind == "user";
        ensure!(to_account || to != from, "cannot transfer to self");
        let known = if to_account {
            ctx.is_account_name(to)
        } else {
            text::is_contract_length(to)
        };
        ensure!(known, "invalid to");
        let token = movement.token(ctx, "must transfer positive quantity")?;
        let quantity = movement.asked.quantity(&token)?;
        pay_out(ctx, &from, (to, to_account), &token, quantity)
    }
}

/// Moves tokens of an account into the hands of a contract, after the checks of authority and shape.
fn take_in(
    ctx: &mut Context<'_>,
    payer: &str,
    contract: &str,
    movement: &Movement,
) -> ActionResult {
    ensure!(contract != payer, "cannot transfer to self");
    ensure!(text::is_contract_length(contract), "invalid to");
    let token = movement.token(ctx, "must transfer positive quantity")?;
    let quantity = movement.asked.quantity(&token)?;
    let shown = quantity.format(amount::precision(&token)?);

    debit::<AccountBalance>(ctx, payer, &token, quantity)?;
    credit::<ContractBalance>(ctx, contract, &token, quantity, &shown)?;
    ledger::note_burn(ctx, &token, contract, quantity)?;
    let event = moved(payer, contract, &movement.symbol, &shown);
    ctx.emit_as(NAME, "transferToContract", event);
    Ok(())
}

/// Moves tokens from the hands of a contract to an account or a contract, after the checks.
fn pay_out(
    ctx: &mut Context<'_>,
    from: &str,
    (to, to_account): (&str, bool),
    token: &Stored<Token>,
    quantity: Quantity,
) -> ActionResult {
    let shown = quantity.format(amount::precision(token)?);
    debit::<ContractBalance>(ctx, from, token, quantity)?;
    match to_account {
        true => credit::<AccountBalance>(ctx, to, token, quantity, &shown)?,
        false => credit::<ContractBalance>(ctx, to, token, quantity, &shown)?,
    }
    ledger::note_burn(ctx, token, to, quantity)?;
    let event = moved(from, to, &token.symbol, &shown);
    ctx.emit_as(NAME, "transferFromContract", event);
    Ok(())
}

/// What `transferToContract` does, for a native contract that takes tokens of its sender, or of anybody where the node
/// runs it, into its own hands: without the detour of a call.
pub(crate) fn deposit(
    ctx: &mut Context<'_>,
    payer: &str,
    contract: &str,
    symbol: &str,
    quantity: &str,
) -> ActionResult {
    if !ctx.is_node() {
        ctx.require_active_key()?;
    }
    let movement = Movement {
        to: contract.to_string(),
        symbol: symbol.to_string(),
        asked: Asked::parse(quantity).or_fail("invalid params")?,
    };
    take_in(ctx, payer, contract, &movement)
}

/// What `transferFromContract` does, for a native contract that pays an account from its own hands.
pub(crate) fn withdraw(
    ctx: &mut Context<'_>,
    contract: &str,
    account: &str,
    symbol: &str,
    quantity: Quantity,
) -> ActionResult {
    ensure!(ctx.is_account_name(account), "invalid to");
    let token = ledger::shared_token(ctx, symbol)?;
    ensure!(quantity.is_positive(), "must transfer positive quantity");
    pay_out(ctx, contract, (account, true), &token, quantity)
}
