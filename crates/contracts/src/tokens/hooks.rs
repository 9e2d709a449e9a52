//! Telling the contracts that watch stakes.

use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context};

use super::Tokens;
use super::tables::Token;

impl Tokens {
    /// Lets `witnesses` count the votes of an account anew, if the token is the one that votes.
    pub(super) fn notify_witnesses(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        symbol: &str,
    ) -> ActionResult {
        if self.settings.governance_token() != symbol {
            return Ok(());
        }
        let mut params = Object::new();
        params.insert("account", Value::from(account));
        ctx.notify("witnesses", "updateWitnessesApprovals", params)
    }

    /// Lets `mining` adjust the power of an account.
    pub(super) fn notify_mining(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        symbol: &str,
        quantity: &str,
        delegated: bool,
    ) -> ActionResult {
        let mut params = Object::new();
        params.insert("account", Value::from(account));
        params.insert("symbol", Value::from(symbol));
        params.insert("quantity", Value::from(quantity));
        if delegated {
            params.insert("delegated", Value::Bool(true));
        }
        ctx.notify("mining", "handleStakeChange", params)
    }

    /// Lets `tokenfunds` count the votes of an account anew.
    pub(super) fn notify_funds(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        token: &Token,
    ) -> ActionResult {
        if !ctx.contract_exists("tokenfunds")? {
            return Ok(());
        }
        let mut params = Object::new();
        params.insert("account", Value::from(account));
        params.insert("token", ctx.to_value(token)?);
        ctx.notify("tokenfunds", "updateProposalApprovals", params)
    }

    /// All three, in the order of a change of one account's own stake.
    pub(super) fn notify_stake_change(
        &self,
        ctx: &mut Context<'_>,
        account: &str,
        token: &Token,
        quantity: &str,
    ) -> ActionResult {
        self.notify_witnesses(ctx, account, &token.symbol)?;
        self.notify_mining(ctx, account, &token.symbol, quantity, false)?;
        self.notify_funds(ctx, account, token)
    }
}
