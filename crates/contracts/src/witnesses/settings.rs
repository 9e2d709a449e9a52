use serde::{Deserialize, Serialize};

/// What the contract starts with, and what it pays. The defaults are those of the public Hive chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Witnesses that are in every round, by their weight; one more is drawn. At most
    /// [`MOST_TOP_WITNESSES`](super::MOST_TOP_WITNESSES).
    pub top_witnesses: u64,
    /// Signatures that a round needs.
    pub signatures_required: u64,
    /// Rounds that a witness may fail to propose in a row.
    pub rounds_missed: u64,
    /// Blocks that a witness has to propose a round.
    pub proposition_blocks: u64,
    /// Blocks after which approvals expire.
    pub approval_blocks: u64,
    /// Witnesses that an account may approve.
    pub approvals_per_account: u64,
    /// What the proposer of a round gets for each of its blocks, in the utility token, as stake.
    pub reward_per_block: String,
    /// What the contract must hold to pay at all.
    pub reward_minimum: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            top_witnesses: 20,
            signatures_required: 14,
            rounds_missed: 3,
            proposition_blocks: 40,
            approval_blocks: 5_184_000, // half a year of blocks of three seconds
            approvals_per_account: 30,
            reward_per_block: "0.01902586".to_string(),
            reward_minimum: "0.39954306".to_string(),
        }
    }
}
