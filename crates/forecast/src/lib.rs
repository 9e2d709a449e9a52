//! What reward pools are going to pay, to whom and why.
//!
//! ```text
//!   rows of `comments` ──▶ Pool, Post, Vote ──forecast──▶ Due ──explain──▶ Explained
//!            │                                  ▲
//!            └──▶ Voter, a weight ──Ballot──────┘ what the post would get with that vote
//! ```
//!
//! In flow rows as any client reads them: whoever has them (a client of a node, pages on the node itself) passes them in.
//! The arithmetic is that of the contract (crate `rewards`), so that a forecast which nothing disturbs is what is paid.
//! No I/O, no clock.

mod ballot;
mod error;
mod explain;
mod forecast;
mod rows;
#[cfg(test)]
mod tests;

pub use ballot::{Ballot, Clock, Estimate, Voter};
pub use error::ForecastError;
pub use explain::{
    Explained, ExplainedClaims, ExplainedPool, ExplainedVote, Outcome, Share, explain, percentage,
};
pub use forecast::{Due, forecast};
pub use rows::{AppTax, Beneficiary, CommentPool, Pool, PoolConfig, Post, Vote};

use tartan_decimal::Precision;

/// The contract that keeps reward pools.
pub const CONTRACT: &str = "comments";

/// A pool with all that waits to be paid from it.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The pool.
    pub pool: Pool,
    /// The decimals of its token.
    pub precision: Precision,
    /// The posts that wait.
    pub posts: Vec<Post>,
    /// What each of them is going to get, in the same order.
    pub dues: Vec<Due>,
}

impl Situation {
    /// The forecast for all posts of a pool.
    ///
    /// # Errors
    /// When a row does not hold what it should.
    pub fn new(
        pool: Pool,
        precision: Precision,
        posts: Vec<Post>,
    ) -> Result<Situation, ForecastError> {
        let dues = forecast(&pool, precision, &posts)?;
        Ok(Situation {
            pool,
            precision,
            posts,
            dues,
        })
    }
}

/// A time of a row, in milliseconds since 1970, as the main chain writes times.
pub fn time(milliseconds: i64) -> String {
    let seconds = u32::try_from(milliseconds.div_euclid(1000)).unwrap_or(u32::MAX);
    tartan_graphene::Time(seconds).to_string()
}
