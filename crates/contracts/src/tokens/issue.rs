//! Bringing new tokens into being.

use tartan_decimal::Quantity;
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};
use tartan_state::Stored;

use super::Tokens;
use super::amount::{self, Asked};
use super::ledger::{self, BURNT, credit, debit};
use super::tables::{AccountBalance, ContractBalance, Token};
use super::transfer::{Movement, moved};

impl Tokens {
    /// `issue {to, symbol, quantity}`: new tokens for an account. They pass through the hands of the issuer, who so
    /// ends up with a row of their own, be it empty.
    pub(super) fn issue(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let by_contract = self.is_verified_issuer(ctx) || self.is_minting_contract(ctx);
        let movement = self.issue_params(payload, ctx, by_contract)?;
        let (mut token, quantity) = self.check_issue(ctx, &movement, by_contract)?;
        let to = text::trim(&movement.to);
        ensure!(ctx.is_account_name(to), "invalid to");

        let shown = quantity.format(amount::precision(&token)?);
        let issuer = token.issuer.clone();
        credit::<AccountBalance>(ctx, &issuer, &token, quantity, &shown)?;
        if to != issuer {
            debit::<AccountBalance>(ctx, &issuer, &token, quantity)?;
            credit::<AccountBalance>(ctx, to, &token, quantity, &shown)?;
        }
        raise_supply(ctx, &mut token, to, quantity)?;
        ctx.emit(
            "transferFromContract",
            moved("tokens", to, &movement.symbol, &shown),
        );
        Ok(())
    }

    /// `issueToContract {to, symbol, quantity}`: new tokens for a contract.
    pub(super) fn issue_to_contract(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let by_contract = self.is_verified_issuer(ctx);
        let movement = self.issue_params(payload, ctx, by_contract)?;
        let (mut token, quantity) = self.check_issue(ctx, &movement, by_contract)?;
        let to = text::trim(&movement.to);
        ensure!(text::is_contract_length(to), "invalid to");

        let shown = quantity.format(amount::precision(&token)?);
        credit::<ContractBalance>(ctx, to, &token, quantity, &shown)?;
        raise_supply(ctx, &mut token, to, quantity)?;
        ctx.emit(
            "issueToContract",
            moved("tokens", to, &movement.symbol, &shown),
        );
        Ok(())
    }

    fn issue_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
        by_contract: bool,
    ) -> ActionResult<Movement> {
        if !by_contract {
            ctx.require_active_key()?;
        }
        Movement::parse(payload).or_fail("invalid params")
    }

    fn check_issue(
        &self,
        ctx: &mut Context<'_>,
        movement: &Movement,
        by_contract: bool,
    ) -> ActionResult<(Stored<Token>, Quantity)> {
        let token = ledger::token(ctx, &movement.symbol)?;
        ensure!(
            by_contract || token.issuer == *ctx.sender(),
            "not allowed to issue tokens"
        );
        let asked: &Asked = &movement.asked;
        asked.check_decimals(&token)?;
        asked.check_positive("must issue positive quantity")?;
        let quantity = asked.quantity(&token)?;
        let left = amount::stored(&token.max_supply, &token)?
            .checked_sub(amount::stored(&token.supply, &token)?);
        ensure!(
            left.is_some_and(|left| left >= quantity),
            "quantity exceeds available supply"
        );
        Ok((token, quantity))
    }

    /// Whether a contract of the network that issues tokens of its own is calling through the node.
    pub(super) fn is_verified_issuer(&self, ctx: &Context<'_>) -> bool {
        ctx.is_node() && self.caller_is_verified(ctx)
    }

    /// Whether the calling contract is one of those that may create and issue tokens.
    pub(super) fn caller_is_verified(&self, ctx: &Context<'_>) -> bool {
        ctx.caller()
            .is_some_and(|caller| self.settings.verified_issuers.contains(&caller.name))
    }

    fn is_minting_contract(&self, ctx: &Context<'_>) -> bool {
        ctx.caller()
            .is_some_and(|caller| self.settings.minting_contracts.contains(&caller.name))
    }
}

fn raise_supply(
    ctx: &mut Context<'_>,
    token: &mut Stored<Token>,
    to: &str,
    quantity: Quantity,
) -> ActionResult {
    token.supply = amount::plus(&token.supply, quantity, token)?;
    if to != BURNT {
        token.circulating_supply = amount::plus(&token.circulating_supply, quantity, token)?;
    }
    ctx.rows::<Token>().update(token)
}
