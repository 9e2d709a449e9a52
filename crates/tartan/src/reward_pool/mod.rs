//! Reward pools, as a node shows them, and what comes of them.
//!
//! ```text
//!   node: tables of `comments` ──rows──▶ Pool, Post, Vote ──forecast──▶ Due ──explain──▶ Explained
//! ```
//!
//! The rows are read as any client reads them. The arithmetic is that of the contract (crate `rewards`), so that a
//! forecast which nothing disturbs is what is paid.

mod explain;
mod forecast;
mod reading;
mod rows;
#[cfg(test)]
mod tests;

pub(crate) use explain::Explained;
pub(crate) use reading::{RewardTables, Situation};
pub(crate) use rows::Pool;

/// The contract that keeps reward pools.
pub(crate) const CONTRACT: &str = "comments";

/// A time of a row, in milliseconds since 1970, as the main chain writes times.
pub(crate) fn time(milliseconds: i64) -> String {
    let seconds = u32::try_from(milliseconds.div_euclid(1000)).unwrap_or(u32::MAX);
    tartan_graphene::Time(seconds).to_string()
}
