//! `witnesses`: who verifies the blocks of the sidechain. Holders of the governance token approve witnesses; those with
//! the most stake behind them, and one that is drawn, sign a hash over each run of blocks, a round.
//!
//! Blocks do not wait for that: every node derives the same ones from the main chain. A verified round is a checkpoint,
//! and a witness whose node went astray cannot sign it.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `register` | anyone | becomes a witness, or changes where and with which key; `enabled: false` takes a rest |
//! | `approve`, `disapprove` | anyone, with the posting key too | gives a witness all the weight of one's stake; takes it back |
//! | `updateWitnessesApprovals` | the token ledger, owner of the contract | tells that a stake has changed |
//! | `scheduleWitnesses` | the node, every block | removes approvals that expire, makes the next round, replaces who does not propose |
//! | `proposeRound` | the proposer of the round | hands in its hash and the signatures |
//! | `updateParams`, `resetSchedule`, `recalculateApprovals` | owner of the contract | sets sizes and limits; begins the round anew; counts a witness anew |
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - When there is no spare witness for one that does not propose, it changes places with another of its round
//!   (`currentWitnessChanged`). The script meant to do so and failed in every block from then on.
//! - A proposal with too few signatures leaves its marks, which decide who is replaced, and its error, on networks where
//!   a failed action leaves no trace too: it is an action that ran to its end.
//! - Who handed in too few signatures is let stay as often as a witness may miss rounds (table `extensions`), then
//!   leaves the round like one that handed in nothing. In the script a proposer could hold up a round, and throw all others out of
//!   it, for as long as it liked.
//! - A proposal must have a valid signature of its proposer, since the blocks show that one: else `invalid signatures`,
//!   which is also the answer to entries that are not a name and a signature. The script ended with a `TypeError` when
//!   there was none, and did not look whether it was valid.
//! - A round never needs more signatures than it has witnesses.
//! - The sums of weights are those of the witnesses, always: what a witness does not lose because it has no more is not
//!   taken from the sums. An account whose stake changed without a word to this contract is counted anew when it
//!   approves or disapproves. So `resetSchedule` need not add all witnesses up.
//! - A draw walks along an index of enabled witnesses alone, past as many as a tick may look at
//!   ([`Limits::tick_rows`](tartan_runtime::Limits)); if nobody was drawn by then, the last one it met is. The script
//!   mixed in the weights of disabled witnesses behind the first hundred, and could end without a schedule.
//! - Approvals that expire are those that were not renewed for longest. An account that only tried to disapprove leaves
//!   no row behind.
//! - An account has a bounded number of approvals, whatever `numberOfApprovalsPerAccount` says
//!   ([`Limits::rows_per_account`](tartan_runtime::Limits)), all of which follow a change of stake.
//! - `updateParams` saves all or nothing. There are at most 100 top witnesses (`at most 100 top witnesses`), numbers below
//!   1 count as not given, and a witness with more voters than a tick may look at is not counted anew (`too many
//!   approvals`).
//! - The domain of a witness is a name of the DNS in ASCII, other scripts in their `xn--` form, of 253 characters at most;
//!   an IP address has no zone.
//! - `scheduleWitnesses` runs for the node itself, not for contracts that the node runs.

mod admin;
mod approvals;
mod ranking;
mod register;
mod replacement;
mod rounds;
mod schedule;
mod settings;
pub mod tables;
#[cfg(test)]
mod tests;
mod weights;

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};

pub use settings::Settings;
use tables::{Account, Approval, Extension, Params, Schedule, Witness};

/// The most witnesses that can be in every round: a round has one more, and as many blocks, which are all looked at when
/// it is proposed.
pub const MOST_TOP_WITNESSES: u64 = 100;

/// The contract.
#[derive(Debug, Clone)]
pub struct Witnesses {
    settings: Settings,
    /// The token whose stake approves.
    governance_token: String,
    /// The token that rewards are paid in.
    utility_token: String,
}

impl Witnesses {
    /// The contract for a network where stake of one token approves witnesses and another one pays them.
    pub fn new(
        settings: Settings,
        governance_token: impl Into<String>,
        utility_token: impl Into<String>,
    ) -> Witnesses {
        Witnesses {
            settings,
            governance_token: governance_token.into(),
            utility_token: utility_token.into(),
        }
    }

    /// The first row of parameters.
    fn initial_params(&self) -> Params {
        let top = self.settings.top_witnesses.min(MOST_TOP_WITNESSES);
        Params {
            total_approval_weight: "0".to_string(),
            total_enabled_approval_weight: "0".to_string(),
            number_of_approved_witnesses: 0,
            last_verified_block_number: 0,
            round: 0,
            last_block_round: 0,
            current_witness: None,
            block_number_witness_change: 0,
            last_witnesses: Vec::new(),
            number_of_approvals_per_account: self.settings.approvals_per_account,
            number_of_top_witnesses: top,
            number_of_witness_slots: top + 1,
            witness_signatures_required: self.settings.signatures_required,
            max_rounds_missed_in_a_row: self.settings.rounds_missed,
            max_round_proposition_waiting_period: self.settings.proposition_blocks,
            witness_approve_expire_blocks: self.settings.approval_blocks,
        }
    }
}

impl Contract for Witnesses {
    fn code(&self) -> &str {
        "native:witnesses:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Witness>()? {
            return Ok(());
        }
        ctx.create_table::<Witness>()?;
        ctx.create_table::<Approval>()?;
        ctx.create_table::<Account>()?;
        ctx.create_table::<Schedule>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<Extension>()?;
        ctx.rows::<Params>().insert(self.initial_params())?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "register" => self.register(payload, ctx),
            "approve" => self.approve(payload, ctx),
            "disapprove" => self.disapprove(payload, ctx),
            "updateWitnessesApprovals" => self.update_witnesses_approvals(payload, ctx),
            "scheduleWitnesses" => self.schedule_witnesses(ctx),
            "proposeRound" => self.propose_round(payload, ctx),
            "updateParams" => self.update_params(payload, ctx),
            "resetSchedule" => self.reset_schedule(ctx),
            "recalculateApprovals" => self.recalculate_approvals(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The places of the round that is to be verified, in the order in which they were given; none between rounds.
fn scheduled(ctx: &mut Context<'_>) -> ActionResult<Vec<tartan_state::Stored<Schedule>>> {
    ctx.rows::<Schedule>().scan(tartan_state::Scan::of("_id"))
}
