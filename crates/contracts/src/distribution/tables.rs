//! The rows of the distributions. Amounts are decimal text, as every reader of the tables expects.

use serde::{Deserialize, Serialize};
use tartan_document::Value;
use tartan_state::{Index, Record};

const CONTRACT: &str = "distribution";

/// Fees and limits that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by the creator of a distribution.
    pub dist_creation_fee: String,
    /// Burnt by whoever updates a distribution.
    pub dist_update_fee: String,
    /// Hours between two payouts of a distribution.
    pub dist_tick_hours: String,
    /// Distributions that may pay in one block, and rows of pending payments.
    pub max_distributions_limit: u64,
    /// Payments to liquidity providers that are made at once, and recipients of a fixed distribution.
    pub max_transfer_limit: u64,
    /// Liquidity positions that are read at once.
    pub process_query_limit: u64,
    /// Revision of the tables.
    pub update_index: u32,
}

/// A distribution: what is paid to whom, over how many ticks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// `fixed`: to a list; `pool`: to the liquidity providers of a market pool.
    pub strategy: String,
    /// Ticks over which it pays what it holds.
    pub num_ticks: String,
    /// Of these, how many are left.
    pub num_ticks_left: u32,
    /// Whether it pays and takes deposits.
    pub active: bool,
    /// Who made it and administers it.
    pub creator: String,
    /// When it paid last, in milliseconds since 1970; before that, when it was made.
    pub last_tick_time: i64,
    /// Fixed: the tokens it accepts, and of how much more than this it pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_min_payout: Option<Vec<MinPayout>>,
    /// Fixed: whom it pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_recipients: Option<Vec<Recipient>>,
    /// Pool: the pair of the market pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_pair: Option<String>,
    /// Pool: providers that are not paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_account: Option<Vec<Value>>,
    /// Pool: how much more those are paid who stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bonus_curve: Option<BonusCurve>,
    /// What it holds; absent until the first deposit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_balances: Option<Vec<Amount>>,
}

/// A token that a fixed distribution accepts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MinPayout {
    /// Its symbol.
    pub symbol: String,
    /// It is paid while the distribution holds more than this; a number or decimal text.
    pub quantity: Value,
}

/// A recipient of a fixed distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// Account or contract.
    pub account: String,
    /// `user` or `contract`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Percent of every payout.
    pub pct: u32,
    /// What a contract is told with every payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_payload: Option<Value>,
}

/// How much more those are paid who stay: `periodBonusPct` percent for each of up to `numPeriods` ticks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BonusCurve {
    /// Ticks that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_periods: Option<String>,
    /// Percent for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_bonus_pct: Option<String>,
}

/// An amount of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// Symbol of the token.
    pub symbol: String,
    /// How much.
    pub quantity: String,
}

/// Payments that did not fit into the block of their distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingPayments {
    /// When they were put off, in milliseconds since 1970.
    pub due_time: i64,
    /// What is owed to whom.
    pub accounts: Vec<Owed>,
}

/// A payment that is owed. The distribution's balance is lower by it already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owed {
    /// `_id` of the distribution.
    pub dist_id: u64,
    /// Whom it is owed to.
    pub account: String,
    /// Symbol of the token.
    pub symbol: String,
    /// How much.
    pub quantity: String,
}

/// That a distribution is to pay: it is active, has ticks left, and was given tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scheduled {
    /// `_id` of the distribution.
    pub batch: u64,
    /// Its `lastTickTime`.
    pub last_tick_time: i64,
}

/// A payout to more liquidity providers than one block looks at, which goes on in the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// `_id` of the distribution.
    pub batch: u64,
    /// The pair of the market pool.
    pub token_pair: String,
    /// When it began, in milliseconds since 1970.
    pub started_at: i64,
    /// What the distribution held then.
    pub amounts: Vec<Amount>,
    /// Ticks that were left then.
    pub ticks_left: u32,
    /// The liquidity position looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Whether all positions were looked at.
    pub gathered: bool,
    /// The sum of the effective shares so far.
    pub total: String,
    /// Payments so far, made or put off.
    pub payments: u64,
    /// Whether one was made or put off.
    pub paid: bool,
}

/// The effective shares of a provider in a payout that takes more than one block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// `_id` of the distribution.
    pub batch: u64,
    /// The provider.
    pub account: String,
    /// Effective shares.
    pub shares: String,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Batch {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "batches";
    const INDEXES: &'static [Index] = &[Index::Named("lastTickTime", &[("lastTickTime", false)])];
}

impl Record for PendingPayments {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pendingPayments";
    const INDEXES: &'static [Index] = &[Index::Field("dueTime")];
}

impl Record for Scheduled {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "schedule";
    const INDEXES: &'static [Index] = &[Index::Named(
        "due",
        &[("lastTickTime", false), ("batch", false)],
    )];
    const LOOKUP: &'static [&'static str] = &["batch"];
}

impl Record for Run {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "runs";
    const LOOKUP: &'static [&'static str] = &["batch"];
}

impl Record for Share {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "shares";
    const INDEXES: &'static [Index] = &[Index::Field("batch")];
}
