//! The rows of the resource manager. Times are milliseconds since 1970.

use serde::{Deserialize, Serialize};
use tartan_state::Record;

const CONTRACT: &str = "resourcemanager";

/// Limits and fees that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Calls of an account in a block that nothing is asked of.
    pub number_of_free_tx: u64,
    /// Calls of a throttled account in a day.
    pub deny_max_tx: u64,
    /// Burnt for every other call of the market.
    pub multi_transaction_fee: String,
    /// Symbol of the token that is burnt.
    pub burn_symbol: String,
    /// Burnt for 30 days without fees.
    pub allowlist_burn_fee: String,
}

/// What is special about an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its name.
    pub account: String,
    /// Whether it is throttled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_denied: Option<bool>,
    /// Whether it has subscribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_allowed: Option<bool>,
    /// When it last did something while throttled, or was changed by a moderator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_action: Option<i64>,
    /// What it did in the day before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_count: Option<u64>,
    /// When its subscription ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_until: Option<i64>,
}

/// An account that may throttle others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moderator {
    /// Its name.
    pub account: String,
}

impl Account {
    /// Whether it is throttled.
    pub fn is_throttled(&self) -> bool {
        self.is_denied == Some(true)
    }

    /// Whether it has a subscription, be it over or not.
    pub fn has_subscribed(&self) -> bool {
        self.is_allowed == Some(true)
    }

    /// Whether it has a subscription that is not over.
    pub fn is_exempt(&self, now: i64) -> bool {
        self.has_subscribed() && self.allowed_until.is_some_and(|until| now < until)
    }
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Account {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "accountControls";
    const PRIMARY_KEY: &'static [&'static str] = &["account"];
}

impl Record for Moderator {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "moderators";
    const PRIMARY_KEY: &'static [&'static str] = &["account"];
}
