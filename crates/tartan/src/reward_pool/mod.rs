//! Reward pools, as a node shows them.
//!
//! ```text
//!   node: tables of `comments` ──rows──▶ tartan_forecast: Pool, Post, Vote ──▶ Situation, Explained
//! ```
//!
//! The rows are read as any client reads them.

mod reading;

pub(crate) use reading::RewardTables;
pub(crate) use tartan_forecast::{CONTRACT, Explained, Pool, Situation, time};
