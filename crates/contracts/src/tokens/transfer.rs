//! Moving tokens: between accounts, into contracts and out of them.

use std::sync::Arc;

use tartan_decimal::Quantity;
use tartan_document::{Object, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, Sender, ensure, text};
use tartan_state::Stored;

use super::amount::{self, Asked};
use super::ledger::{self, credit, debit};
use super::tables::{AccountBalance, ContractBalance, Token};
use super::{Tokens, params};

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
        ledger::note_burn(ctx, &token.symbol, to, quantity)?;
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
        ensure!(to != payer, "cannot transfer to self");
        ensure!(text::is_contract_length(&to), "invalid to");
        let token = movement.token(ctx, "must transfer positive quantity")?;
        let quantity = movement.asked.quantity(&token)?;
        let shown = quantity.format(amount::precision(&token)?);

        debit::<AccountBalance>(ctx, &payer, &token, quantity)?;
        credit::<ContractBalance>(ctx, &to, &token, quantity, &shown)?;
        ledger::note_burn(ctx, &token.symbol, &to, quantity)?;
        ctx.emit(
            "transferToContract",
            moved(&payer, &to, &movement.symbol, &shown),
        );
        Ok(())
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
        let shown = quantity.format(amount::precision(&token)?);

        debit::<ContractBalance>(ctx, &from, &token, quantity)?;
        self.credit_kind(ctx, to, to_account, &token, quantity, &shown)?;
        ledger::note_burn(ctx, &token.symbol, to, quantity)?;
        ctx.emit(
            "transferFromContract",
            moved(&from, to, &movement.symbol, &shown),
        );
        Ok(())
    }

    fn credit_kind(
        &self,
        ctx: &mut Context<'_>,
        to: &str,
        to_account: bool,
        token: &Token,
        quantity: Quantity,
        shown: &str,
    ) -> ActionResult {
        if to_account {
            credit::<AccountBalance>(ctx, to, token, quantity, shown)
        } else {
            credit::<ContractBalance>(ctx, to, token, quantity, shown)
        }
    }
}
