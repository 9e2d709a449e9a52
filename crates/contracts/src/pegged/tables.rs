//! The queue of payments that the peg account owes on the main chain.

use serde::{Deserialize, Serialize};
use tartan_state::Record;

/// A payment to be made on the main chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Names it for good: the id of the transaction it comes from, and what it is for.
    pub id: String,
    /// The main chain's coin that is paid.
    #[serde(rename = "type")]
    pub coin: String,
    /// The main-chain account that is paid.
    pub recipient: String,
    /// What the payment says: `withdrawal tx …`, `fee tx …`, `refund tx …`.
    pub memo: String,
    /// How much, with the coin's three decimals.
    pub quantity: String,
}

/// [`Withdrawal`] as a row of `steempegged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SteemWithdrawal(pub Withdrawal);

/// [`Withdrawal`] as a row of `hivepegged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HiveWithdrawal(pub Withdrawal);

/// The row of one of the two contracts.
pub trait Row: Record + From<Withdrawal> + 'static {}

impl Row for SteemWithdrawal {}
impl Row for HiveWithdrawal {}

impl From<Withdrawal> for SteemWithdrawal {
    fn from(withdrawal: Withdrawal) -> SteemWithdrawal {
        SteemWithdrawal(withdrawal)
    }
}

impl From<Withdrawal> for HiveWithdrawal {
    fn from(withdrawal: Withdrawal) -> HiveWithdrawal {
        HiveWithdrawal(withdrawal)
    }
}

impl Record for SteemWithdrawal {
    const CONTRACT: &'static str = "steempegged";
    const TABLE: &'static str = "withdrawals";
    const LOOKUP: &'static [&'static str] = &["id"];
}

impl Record for HiveWithdrawal {
    const CONTRACT: &'static str = "hivepegged";
    const TABLE: &'static str = "withdrawals";
    const LOOKUP: &'static [&'static str] = &["id"];
}
