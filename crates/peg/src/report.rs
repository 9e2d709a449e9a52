//! What is queued and what becomes of it, for people and programs.

use std::collections::BTreeMap;

use serde::Serialize;
use tartan_graphene::{Time, TransactionId};

use crate::limits::LimitTexts;

/// What becomes of a row of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Standing {
    /// It is paid next.
    Due,
    /// It is paid as soon as something else has happened.
    Waiting {
        /// What it waits for.
        reason: String,
    },
    /// It is paid when the operator approves.
    NeedsApproval {
        /// Why.
        reason: String,
    },
    /// It is not paid unless somebody does something about it.
    Held {
        /// Why.
        reason: String,
    },
    /// It was signed, and is in no irreversible block yet.
    Sent {
        /// The transaction.
        transaction: TransactionId,
        /// When it would be signed anew, by the main chain's time, if it were in no block.
        expires: Time,
    },
    /// It was paid; the row is about to go.
    Paid {
        /// The transaction.
        transaction: TransactionId,
        /// The irreversible block that has it.
        block: u32,
    },
}

impl Standing {
    /// Its name in metrics and texts.
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Due => "due",
            Standing::Waiting { .. } => "waiting",
            Standing::NeedsApproval { .. } => "needs_approval",
            Standing::Held { .. } => "held",
            Standing::Sent { .. } => "sent",
            Standing::Paid { .. } => "paid",
        }
    }

    /// All names.
    pub(crate) const NAMES: [&'static str; 6] =
        ["due", "waiting", "needs_approval", "held", "sent", "paid"];
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowReport {
    /// Its id; `row 5` for one that has none.
    pub id: String,
    /// Whom to pay, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// How much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What becomes of it.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A coin: what there is and what went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoinReport {
    /// What the peg account has.
    pub balance: String,
    /// What is queued and not paid yet.
    pub queued: String,
    /// What was signed within an hour.
    pub hour: String,
    /// What was signed within a day.
    pub day: String,
}

/// Where the service stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The peg account.
    pub account: String,
    /// The contract whose queue is paid.
    pub contract: String,
    /// The main-chain block up to which everything is irreversible and looked through.
    pub main_chain: u32,
    /// The main-chain block that the sidechain node is at.
    pub side_chain: u32,
    /// The most that is paid without approval.
    pub limits: LimitTexts,
    /// By symbol.
    pub coins: BTreeMap<String, CoinReport>,
    /// The queue, the oldest row first.
    pub rows: Vec<RowReport>,
}
