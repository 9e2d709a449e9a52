//! What the owner of the contract may change.

use tartan_decimal::Decimal;
use tartan_document::object;
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use super::ResourceManager;
use super::accounts::account;
use super::tables::{Moderator, Params};
use crate::checks::{at_least_one, fee, given};
use crate::holdings::{self, fits};

const INVALID_FEE: &str = "invalid multiTransactionFee";
const INVALID_PRICE: &str = "invalid allowlistBurnFee";

impl ResourceManager {
    /// `updateParams {numberOfFreeTx?, multiTransactionFee?, burnSymbol?, denyMaxTx?, allowlistBurnFee?}`: numbers of calls,
    /// texts for the rest.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.sender() == ctx.owner(), "not authorized");
        let mut params = ctx.rows::<Params>().single()?;
        if let Some(free) = at_least_one(payload, "numberOfFreeTx", "invalid numberOfFreeTx")? {
            params.number_of_free_tx = free;
        }
        if let Some(fee) = finite_fee(payload, "multiTransactionFee", INVALID_FEE)? {
            params.multi_transaction_fee = fee;
        }
        if let Some(most) = at_least_one(payload, "denyMaxTx", "invalid denyMaxTx")? {
            params.deny_max_tx = most;
        }
        if let Some(symbol) = given(payload.0, "burnSymbol") {
            let symbol = symbol.as_str().or_fail("invalid burnSymbol")?;
            let token = holdings::token(ctx, symbol)?;
            params.burn_symbol = token.or_fail("burnSymbol not available")?.symbol;
        }
        if let Some(fee) = finite_fee(payload, "allowlistBurnFee", INVALID_PRICE)? {
            params.allowlist_burn_fee = fee;
        }
        check_fees(ctx, &params)?;
        ctx.rows::<Params>().update(&params)
    }

    /// `updateModerator {account, action}`: `add` or `remove`.
    pub(super) fn update_moderator(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.sender() == ctx.owner(), "not authorized");
        let account = account(payload, ctx)?;
        let known = ctx.rows::<Moderator>().get(&[&account])?;
        let mut rows = ctx.rows::<Moderator>();
        let action = match (payload.text("action").as_deref(), known) {
            (Some("add"), None) => {
                rows.insert(Moderator {
                    account: account.clone(),
                })?;
                "add"
            }
            (Some("remove"), Some(moderator)) => {
                rows.remove(&moderator)?;
                "remove"
            }
            _ => return Ok(()),
        };
        let event = object! { "from": &*ctx.sender(), "account": account, "action": action };
        ctx.emit("updateModerator", event);
        Ok(())
    }
}

fn finite_fee(
    payload: Payload<'_>,
    key: &str,
    message: &'static str,
) -> ActionResult<Option<String>> {
    let fee = fee(payload, key, message)?;
    let finite = fee
        .as_ref()
        .is_none_or(|fee| Decimal::parse(fee).is_finite());
    ensure!(finite, message);
    Ok(fee)
}

/// Refuses fees with more decimals than the token has, if there is one.
fn check_fees(ctx: &mut Context<'_>, params: &Params) -> ActionResult {
    let Some(token) = holdings::token(ctx, &params.burn_symbol)? else {
        return Ok(());
    };
    for (fee, message) in [
        (&params.multi_transaction_fee, INVALID_FEE),
        (&params.allowlist_burn_fee, INVALID_PRICE),
    ] {
        ensure!(fits(&Decimal::parse(fee), token.precision), message);
    }
    Ok(())
}
