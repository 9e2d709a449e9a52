//! What a script may ask of the [`Context`](crate::Context) it runs in.
//!
//! ```text
//!   api.db.find, insert, …  ─▶ Documents ─▶ tables without types, in the overlay; every write counted
//!   api.executeSmartContract ─▶ Context::call_from_script ─▶ another contract ─▶ its results as an object
//!   api.assert, emit, logs  ─▶ the log of the call
//! ```
//!
//! The script engine turns what its scripts pass into [`Value`](tartan_document::Value)s, calls these functions, and
//! hands what they return back: `None` is `null`, a [`Failure`](crate::Failure) an exception in the script (but for
//! [`Failure::Fatal`](crate::Failure::Fatal), which ends everything). Decimals and dates go both ways in their
//! extended forms (`{"$numberDecimal":"1.50"}`), so that the engine sees plain JSON. Defaults of missing arguments are
//! the engine's: here a `null` is one that the script wrote.
//!
//! [`Dialect`] says whose behaviour is meant. Where the reference's node would stop (a duplicate key, a table made
//! twice in a call), the script gets an exception here, the same on every node.

mod arguments;
mod blocks;
mod calls;
mod declaration;
mod dialect;
mod documents;
mod new_tables;
mod row_cache;
mod schema;
#[cfg(test)]
mod tests;

pub use blocks::Blocks;
pub use calls::Identity;
pub use dialect::Dialect;
pub use documents::Documents;
pub(crate) use new_tables::{NewTables, TableHashes};
pub(crate) use row_cache::RowCache;
