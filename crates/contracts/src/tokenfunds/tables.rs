//! The rows of the funds. Amounts are decimal text, as every reader of the tables expects.

use serde::{Deserialize, Serialize};
use tartan_document::{Decimal128, Object, Value};
use tartan_state::{Index, Record};

const CONTRACT: &str = "tokenfunds";

/// Fees and limits that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by the creator of a fund.
    pub dtf_creation_fee: String,
    /// Burnt by whoever updates a fund.
    pub dtf_update_fee: String,
    /// Hours between two payouts of a fund.
    pub dtf_tick_hours: String,
    /// Funds that may pay in one block.
    pub max_dtfs_per_block: u64,
    /// Proposals that an account may approve at the same time.
    pub max_account_approvals: u64,
    /// Proposals that are read at once.
    pub process_query_limit: u64,
}

/// A fund: what it pays in, whose stake decides, how much it may pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fund {
    /// Symbol of the token that is issued to proposals.
    pub pay_token: String,
    /// Symbol of the token whose stake votes.
    pub vote_token: String,
    /// A proposal needs more approval than this.
    pub vote_threshold: String,
    /// The longest that a proposal may be paid, in days.
    pub max_days: String,
    /// The most that is paid in a day.
    pub max_amount_per_day: String,
    /// What a proposal costs: `{method, symbol, amount}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal_fee: Option<Object>,
    /// Whether it pays and takes proposals.
    pub active: bool,
    /// Who made it and administers it.
    pub creator: String,
    /// When it paid last, in milliseconds since 1970; before that, when it was made.
    pub last_tick_time: i64,
    /// `payToken:voteToken`.
    #[serde(rename = "id")]
    pub fund_id: String,
}

/// A proposal: who is to be paid how much a day, and from when to when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// The fund it asks.
    pub fund_id: String,
    /// What it is called.
    pub title: String,
    /// From when it is paid, `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub start_date: String,
    /// Until when it is paid, likewise.
    pub end_date: String,
    /// What it asks for a day.
    pub amount_per_day: String,
    /// Where it is described.
    pub author_permlink: String,
    /// Who is paid: `{type, name, contractPayload}`.
    pub payout: Object,
    /// Who made it.
    pub creator: String,
    /// The stake of those who approve it.
    pub approval_weight: Decimal128,
    /// Whether it was not disabled.
    pub active: bool,
}

/// That an account approves a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// The account.
    pub from: String,
    /// `_id` of the proposal.
    pub to: u64,
    /// Whether the proposal was not over when this was last looked at.
    pub proposal_pending: bool,
}

/// What the approvals of an account count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The account.
    pub account: String,
    /// For each token it has voted with.
    pub weights: Vec<Weight>,
}

/// The stake of an account that its approvals count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Symbol of the token.
    pub symbol: String,
    /// Decimal text; the number 0 of an account that never held the token.
    pub weight: Value,
}

/// A payout of a fund that has more proposals than one block looks at, and goes on in the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// The fund.
    pub fund_id: String,
    /// The time it began, which decides who is paid.
    pub started_at: i64,
    /// What may still be paid; not rounded.
    pub left: String,
    /// How much of what is paid is for a tick: the tick in days.
    pub ratio: String,
    /// The proposal looked at last: its weight.
    pub weight: Decimal128,
    /// And its `_id`.
    pub proposal: u64,
    /// The proposals paid so far: the weight of one that was may have fallen in between.
    pub paid: Vec<u64>,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Fund {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "funds";
    // The third is ours: it finds what is due among those that pay at all.
    const INDEXES: &'static [Index] = &[
        Index::Field("id"),
        Index::Field("lastTickTime"),
        Index::Named("due", &[("active", false), ("lastTickTime", false)]),
    ];
    const LOOKUP: &'static [&'static str] = &["id"];
}

impl Record for Proposal {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "proposals";
    // The third is ours: the order in which a fund pays, so that a payout can be taken up again behind any of them.
    const INDEXES: &'static [Index] = &[
        Index::Field("fundId"),
        Index::Named(
            "byApprovalWeight",
            &[("fundId", false), ("approvalWeight", false)],
        ),
        Index::Named("byRank", &[("fundId", false), ("approvalWeight", true)]),
    ];
}

impl Record for Approval {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "approvals";
    // The third is ours: it finds the approvals of an account that count.
    const INDEXES: &'static [Index] = &[
        Index::Field("from"),
        Index::Field("to"),
        Index::Named("pending", &[("from", false), ("proposalPending", false)]),
    ];
    const LOOKUP: &'static [&'static str] = &["from", "to"];
}

impl Record for Account {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "accounts";
    const PRIMARY_KEY: &'static [&'static str] = &["account"];
}

impl Record for Round {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "rounds";
    const LOOKUP: &'static [&'static str] = &["fundId"];
}
