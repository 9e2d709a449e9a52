//! `tokenfunds`: decentralised funds. The issuer of a token lets a fund issue up to so much of it a day to proposals,
//! ranked by the stake of those who approve them.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `createFund`, `updateFund` | issuer of the token that is paid, for a fee | makes a fund, changes its terms |
//! | `setDtfActive` | creator of the fund | lets it pay and take proposals, or not |
//! | `createProposal` | anyone, for the fee of the fund | asks for an amount a day over some time |
//! | `updateProposal`, `disableProposal` | creator of the proposal | asks for less; ends it |
//! | `approveProposal`, `disapproveProposal` | anyone | gives a proposal the weight of one's stake; takes it back |
//! | `updateProposalApprovals` | the token ledger | tells that a stake has changed |
//! | `checkPendingDtfs` | the node, every block | pays the proposals of the funds whose time has come |
//! | `updateParams` | owner of the contract | sets fees and limits |
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - Payloads of which something is stored are at most 16 KiB (`payload too large: at most 16384 bytes`). More never came
//!   from the main chain.
//! - A contract that is deployed and does not accept a payment (`receiveDtfTokens` fails, or there is no such action) does
//!   not get it: nothing is issued. The script issued first, and the tokens could not be moved again. What goes to a name
//!   under which no contract is deployed waits there, as with the script.
//! - `fundProposals` lists what was paid. The script also listed payments that had failed. An amount below the smallest
//!   unit of the token is passed over in silence.
//! - Contracts that receive payments run with the sender `contract:tokenfunds`, without authority, and where work is
//!   counted with a twentieth of what a transaction may use. In the script they ran as the node.
//! - `disableProposal` asks for the active key, as the script meant to.
//! - The dates of a proposal are dates. The script looked only at the length of the text.
//! - An issuer who makes a proposal whose fee goes to that issuer pays nothing. The script reported an error and went on.
//! - Funds that pay, and their proposals, are found by indexes of their own (`due`, `byRank`), approvals that count by
//!   `pending`. A fund with more proposals than one block looks at ([`Limits::tick_rows`](tartan_runtime::Limits)) goes on in
//!   the next block, with a `fundProposals` of its own; the rows of `rounds` say where. Who is entitled is decided by the
//!   time it began.
//! - A fund pays at most 10,000 proposals in a tick.
//! - A fund that cannot pay at all is logged and passed over until its next tick. It does not keep the others from paying.
//! - An account has a bounded number of approvals that count, whatever `maxAccountApprovals` says
//!   ([`Limits::rows_per_account`](tartan_runtime::Limits)). All of them follow a change of stake, also when
//!   `maxAccountApprovals` was lowered in between.

mod admin;
mod approvals;
mod dates;
mod funds;
mod proposals;
pub mod tables;
#[cfg(test)]
mod tests;
mod ticks;

use std::sync::Arc;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};
use tartan_state::Stored;

use crate::checks::bounded;

use tables::{Account, Approval, Fund, Params, Proposal, Round};

/// The contract.
#[derive(Debug, Clone)]
pub struct TokenFunds {
    utility_token: String,
}

impl TokenFunds {
    /// The contract for a network where fees are paid in this token.
    pub fn new(utility_token: impl Into<String>) -> TokenFunds {
        TokenFunds {
            utility_token: utility_token.into(),
        }
    }
}

impl Contract for TokenFunds {
    fn code(&self) -> &str {
        "native:tokenfunds:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Fund>()? {
            return Ok(());
        }
        ctx.create_table::<Fund>()?;
        ctx.create_table::<Proposal>()?;
        ctx.create_table::<Approval>()?;
        ctx.create_table::<Account>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<Round>()?;
        ctx.rows::<Params>().insert(Params {
            dtf_creation_fee: "1000".to_string(),
            dtf_update_fee: "300".to_string(),
            dtf_tick_hours: "24".to_string(),
            max_dtfs_per_block: 40,
            max_account_approvals: 50,
            process_query_limit: 1000,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if matches!(
            action,
            "updateParams" | "createFund" | "updateFund" | "createProposal" | "updateProposal"
        ) {
            bounded(payload)?;
        }
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "createFund" => self.create_fund(payload, ctx),
            "updateFund" => self.update_fund(payload, ctx),
            "setDtfActive" => self.set_dtf_active(payload, ctx),
            "createProposal" => self.create_proposal(payload, ctx),
            "updateProposal" => self.update_proposal(payload, ctx),
            "disableProposal" => self.disable_proposal(payload, ctx),
            "approveProposal" => self.approve_proposal(payload, ctx),
            "disapproveProposal" => self.disapprove_proposal(payload, ctx),
            "updateProposalApprovals" => self.update_proposal_approvals(payload, ctx),
            "checkPendingDtfs" => self.check_pending_dtfs(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
