//! Searching tables: parsing, matching, choosing an index, putting in order.
//!
//! ```text
//!  query ──Filter::parse──▶ Filter ──planner──▶ Access (keys, lookup, index ranges, all rows)
//!                             │                   │ walk
//!  sort ──Order::resolve──▶ Order                 ▼
//!                             └──────────────▶ rows that match, in order ──Projection──▶ results
//! ```
//!
//! **Invariant: the plan changes the cost of an answer, never the answer.** An access finds every row that
//! matches; each is compared with the whole filter, and what does not come in order is sorted.

mod arithmetic;
mod execute;
mod expression;
mod filter;
mod matcher;
mod path;
mod planner;
mod project;
mod ranges;
mod results;
mod scan;
mod sort;
#[cfg(test)]
mod tests;
mod walk;

pub use execute::{DEFAULT_LIMIT, FindOptions};
pub(crate) use execute::{Query, with_primary_key};
pub use filter::Filter;
pub(crate) use path::Leaf;
pub use path::Path;
pub use project::Projection;
pub use scan::Scan;
pub(crate) use scan::scan;
pub use sort::{Sort, UnknownIndex};
