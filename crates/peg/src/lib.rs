//! The service of a peg account's owner: pays the withdrawals of a sidechain's peg on the main chain, each exactly once.
//!
//! ```text
//!   sidechain node ── queue of payments ──▶ Surveyor ── what is due ──▶ sign ──▶ journal (fsync) ──▶ main chain
//!   main chain ────── accounts, balance ──▶    ▲                                    │  ▲               │
//!                                              │                                    ▼  │               ▼
//!   operator ──────── approve, hold ───────────┴───────────────────────────────── Ledger ◀── irreversible blocks
//! ```
//!
//! In flow the rows of `withdrawals` and the main chain's irreversible blocks; out flow signed transactions. Between them
//! stands a journal of which every line is on disk before what it says can be seen by others.
//!
//! # Exactly once
//!
//! - A row is paid only when the main-chain block that it comes from is irreversible and has the transaction that it is
//!   named after, and the sidechain node has executed everything that is irreversible.
//! - The payment and `removeWithdrawal` are operations of one transaction: a row that was paid is in the queue no more
//!   wherever the payment's block was executed.
//! - A transaction is recorded, with its signatures, before anybody else sees it. From then on its bytes are sent again
//!   and again until an irreversible block has it, or until it had expired before the last block looked through, and no
//!   block has it. Only then is another one signed for the same row. No answer of a node decides anything.
//! - All irreversible blocks are looked through, without a gap since the journal began, for payments by the account with
//!   the memo of a row. Such a row counts as paid, whoever paid it.
//! - A journal that is new pays nothing until all that an earlier one may have signed has been looked through or has
//!   expired. So even a lost journal leads to no second payment.
//!
//! **Invariant.** For each row there is at most one transaction that may still get into a block.
//! [`Ledger`] refuses everything else, also when it reads a journal.
//!
//! Time is the main chain's: how long a transaction lives, and what counts for limits, does not depend on a clock.

mod assess;
mod config;
mod decisions;
mod journal;
mod ledger;
mod limits;
mod payment;
mod report;
mod scan;
mod service;
mod side_chain;
mod steps;
mod survey;
mod telemetry;

pub use config::{Config, PegError};
pub use decisions::{Decision, Decisions, Verdict, decide};
pub use journal::{Journal, JournalError, Purpose, Record, Signed};
pub use ledger::{Entry, Header, Inconsistent, Ledger, Paid, Spent};
pub use limits::{LimitTexts, Limits, parse_thousandths};
pub use payment::{Payment, Row};
pub use report::{CoinReport, Report, RowReport, Standing};
pub use service::{Service, init, survey};
pub use side_chain::SideChainError;
pub use steps::{Observer, Step, Unobserved};
pub use telemetry::serve;
