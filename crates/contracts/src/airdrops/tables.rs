//! The rows of the airdrops. Amounts are decimal text, as every reader of the tables expects.

use serde::{Deserialize, Serialize};
use tartan_state::{Index, Record};

const CONTRACT: &str = "airdrops";

/// Fee and limits that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt for each entry of a list, in the utility token.
    pub fee_per_transaction: String,
    /// Payments of one airdrop in a block.
    pub max_transactions_per_block: u64,
    /// Airdrops that are paid in one block.
    pub max_airdrops_per_block: u64,
}

/// An airdrop that is not paid to its end. Those with a lower `_id` come first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Airdrop {
    /// The transaction that made it; `null` if a contract made it.
    pub airdrop_id: Option<String>,
    /// Symbol of the token.
    pub symbol: String,
    /// How it is paid.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What is not paid yet, in this order.
    pub list: Vec<Payment>,
    /// The sidechain block it was made in; it is paid from the next on.
    pub block_number: u64,
    /// Who pays for it, and has back what cannot be paid.
    pub from: String,
}

/// How an airdrop is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Into liquid balances.
    Transfer,
    /// As stake.
    Stake,
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The account.
    pub to: String,
    /// How much, as the sender wrote it.
    pub quantity: String,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Airdrop {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pendingAirdrops";
    const INDEXES: &'static [Index] = &[Index::Field("airdropId"), Index::Field("symbol")];
}
