//! The rows of the witnesses. Amounts are decimal text, as every reader of the tables expects.

use serde::{Deserialize, Serialize};
use tartan_document::{Decimal128, Value};
use tartan_state::{Index, Record};

const CONTRACT: &str = "witnesses";

/// Where verification stands, and what the owner of the contract may set. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// The sum of the weights of all witnesses.
    pub total_approval_weight: String,
    /// The sum of the weights of those that are enabled.
    pub total_enabled_approval_weight: String,
    /// Witnesses that have any weight, enabled or not.
    pub number_of_approved_witnesses: u64,
    /// The last block of the last round that was accepted.
    pub last_verified_block_number: u64,
    /// The number of the last round that was scheduled.
    pub round: u64,
    /// Its last block.
    pub last_block_round: u64,
    /// Who is to propose it; nobody between rounds.
    pub current_witness: Option<String>,
    /// The block in which somebody else takes over.
    pub block_number_witness_change: u64,
    /// Those who were to propose lately, the last one at the end.
    pub last_witnesses: Vec<String>,
    /// Witnesses that an account may approve.
    pub number_of_approvals_per_account: u64,
    /// Witnesses that are in every round, by their weight.
    pub number_of_top_witnesses: u64,
    /// Witnesses in a round, which is also the number of its blocks: the top ones and one that is drawn.
    pub number_of_witness_slots: u64,
    /// Signatures that a round needs.
    pub witness_signatures_required: u64,
    /// Rounds that a witness may fail to propose in a row: then it is disabled.
    pub max_rounds_missed_in_a_row: u64,
    /// Blocks that a witness has to propose a round.
    pub max_round_proposition_waiting_period: u64,
    /// Blocks after which the approvals of an account that does nothing about them are removed.
    pub witness_approve_expire_blocks: u64,
}

/// A witness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// Its account.
    pub account: String,
    /// The stake of those who approve it.
    pub approval_weight: Decimal128,
    /// The public key of its signatures.
    pub signing_key: String,
    /// Where its node answers JSON-RPC.
    #[serde(rename = "RPCPort")]
    pub rpc_port: u16,
    /// Where its node answers other witnesses.
    #[serde(rename = "P2PPort")]
    pub p2p_port: u16,
    /// Whether it takes part in rounds.
    pub enabled: bool,
    /// Rounds that it did not propose in time.
    pub missed_rounds: u64,
    /// Likewise, since it last proposed one.
    pub missed_rounds_in_a_row: u64,
    /// Rounds that it proposed and that were accepted.
    pub verified_rounds: u64,
    /// The last of these.
    pub last_round_verified: Option<u64>,
    /// The last block of that.
    pub last_block_verified: Option<u64>,
    /// The address of its node, if it has no domain.
    #[serde(rename = "IP", default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The domain of its node, if it gave no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// That an account approves a witness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The account.
    pub from: String,
    /// The witness.
    pub to: String,
}

/// An account that has approved witnesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account.
    pub account: String,
    /// How many it approves.
    pub approvals: u64,
    /// The stake that each of them counts: decimal text; the number 0 of an account that never held the token.
    pub approval_weight: Value,
    /// The block in which it last approved or disapproved.
    pub last_approve_block: u64,
    /// The same while it approves anybody: what expires is found by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approving_since: Option<u64>,
}

/// A place in the round that is to be verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Who has it.
    pub witness: String,
    /// The block that belongs to it.
    pub block_number: u64,
    /// The round.
    pub round: u64,
    /// That a signature of the witness was in a proposal that had too few of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_round: Option<bool>,
}

impl Schedule {
    /// Whether the witness has signed the round.
    pub fn has_signed(&self) -> bool {
        self.verified_round == Some(true)
    }
}

/// How often a proposer was let stay although it had handed in too few signatures. One row at most: the last case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// The round.
    pub round: u64,
    /// Its proposer.
    pub witness: String,
    /// How often.
    pub times: u64,
}

impl Record for Extension {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "extensions";
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Witness {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "witnesses";
    // The first is what the table has always shown. The second is the order of a schedule, the others find whose a key
    // or an address is.
    const INDEXES: &'static [Index] = &[
        Index::Field("approvalWeight"),
        Index::Named("byRank", &[("enabled", false), ("approvalWeight", true)]),
        Index::Named("bySigningKey", &[("signingKey", false)]),
        Index::Named("byAddress", &[("IP", false), ("P2PPort", false)]),
        Index::Named("byDomain", &[("domain", false), ("P2PPort", false)]),
    ];
    const LOOKUP: &'static [&'static str] = &["account"];
}

impl Record for Approval {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "approvals";
    const INDEXES: &'static [Index] = &[Index::Field("from"), Index::Field("to")];
    const LOOKUP: &'static [&'static str] = &["from", "to"];
}

impl Record for Account {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "accounts";
    // The second finds approvals that expire.
    const INDEXES: &'static [Index] = &[Index::Field("account"), Index::Field("approvingSince")];
    const LOOKUP: &'static [&'static str] = &["account"];
}

impl Record for Schedule {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "schedules";
}
