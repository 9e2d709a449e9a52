//! What it means to execute an action.
//!
//! ```text
//!   Call ──────────▶ Executor ──▶ Contract::call(action, payload, Context) ──▶ Receipt
//!   (who, what,         │              │        ▲                               (logs,
//!    signed how)        │              ▼        │ nested calls                   code hash)
//!                       │        Context: tables, emit, checks
//!                       ▼
//!                  state::Overlay: every write of the block in progress
//! ```
//!
//! In flows a [`Call`]: a sender, the contract and action it names, a payload and the authority it was
//! signed with. Out flow a [`Receipt`], which is what the transaction's record shows, and writes in the
//! [`Overlay`](tartan_state::Overlay) that the executor carries through one block.
//!
//! The crate knows no particular contract and no JavaScript: a contract is anything that implements
//! [`Contract`], and the [`Registry`] says which one answers for a name. What differs between networks is in
//! [`Rules`].
//!
//! # Errors
//!
//! What a contract refuses is an ordinary result: a [`Failure`] whose message ends up in the logs. On networks
//! with [`Rules::atomic`] a call that fails leaves no trace in the tables and drops its events; elsewhere the
//! writes made before the failure stay, as on the reference. [`Fatal`] is for what no transaction can cause
//! (a broken disk, a corrupt row): it ends the block, and nothing of it is committed.

mod budget;
mod call;
mod code_hash;
mod context;
mod contract;
mod deposits;
mod executor;
mod failure;
mod logs;
mod outside;
mod payload;
mod random;
mod record;
mod rows;
mod rules;
pub mod scripting;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod text;
mod write_hash;

pub use call::{BlockInfo, Call, CallingContract, NODE, Sender};
pub use code_hash::CodeHashRule;
pub use context::{Context, Outcome};
pub use contract::{Contract, Deployment, Payment, Registry, ScriptEngine};
pub use deposits::{MAX_DEPOSIT, SETTLE_DEPOSITS};
pub use executor::{Executor, Receipt};
pub use failure::{ActionResult, Failure, Fatal, OrFail};
pub use logs::{Event, LOST_LOG, LogOrder, Logs};
pub use payload::Payload;
pub use random::Random;
pub use record::{ContractRecord, table_document};
pub use rows::Rows;
pub use rules::{Limits, Rules, System};
pub use scripting::{Blocks, Dialect, Documents, Identity};
pub use write_hash::{HashStep, WriteHash, table_hash};

/// What a contract answers to an action that it does not know, and to nesting beyond [`Rules::max_depth`].
pub const UNKNOWN_ERROR: &str = "unknown error";
/// What a call to a contract that is not deployed answers.
pub const NO_SUCH_CONTRACT: &str = "contract doesn't exist";
/// What a transaction answers that was signed with a lower authority than the action asks for.
pub const ACTIVE_KEY_NEEDED: &str = "you must use a custom_json signed with your active key";
