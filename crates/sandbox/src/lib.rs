//! A scriptable sidechain in memory, for contract developers.
//!
//! ```text
//!   a line of JSON ──▶ Request ──▶ a method ──▶ Chain / Reader ──▶ an answer, one line of JSON
//!                                     │
//!                                  `reset`: Config ──▶ Network + Registry ──▶ a new Chain
//! ```
//!
//! In flow requests, one a line; out flow answers, one a line, in the same order. [`Sandbox::handle_line`] is all of
//! it; [`serve()`] connects it with streams.
//!
//! Blocks made here go through the same code as blocks made from a main chain, and records are shown by the same code as
//! in a node's API. The chain follows the rules of the public Hive sidechain, changed by what `reset` is told.
//!
//! # Errors
//!
//! A request that cannot be served is answered with an error and changes nothing; the next one is served normally. What
//! a contract complains about is no error of the request: it is in the transaction's logs.

mod config;
mod failure;
mod given;
mod methods;
mod params;
mod request;
mod sandbox;
mod serve;
#[cfg(test)]
mod tests;

pub use sandbox::Sandbox;
pub use serve::{MAX_LINE, serve};
