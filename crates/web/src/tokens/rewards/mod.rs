//! What posts and votes are going to earn, and why.
//!
//! ```text
//!   comments.{rewardPools, posts, votes, votingPower} ──reading──▶ tartan_forecast ─┬▶ /rewards, /rewards/SYMBOL
//!                                                        │ kept for one block       ├▶ /rewards/SYMBOL/@author/permlink
//!                                                     Forecasts                     └▶ /@account/wallet/rewards
//! ```
//!
//! The numbers are those of `tartan rewards pending` and `tartan rewards explain`: the same crate computes them.

mod estimate;
mod kept;
mod list_page;
mod pool_page;
mod post_page;
pub(crate) mod reading;
#[cfg(test)]
mod tests;

pub(crate) use kept::{Forecasts, Kept};

use axum::Router;
use axum::routing::get;

use crate::site::Site;

/// The addresses of rewards.
pub(super) fn router() -> Router<Site> {
    Router::new()
        .route("/rewards", get(list_page::page))
        .route("/rewards/{symbol}", get(pool_page::page))
        .route(
            "/rewards/{symbol}/@{author}/{permlink}",
            get(post_page::page),
        )
        .route(
            "/rewards/{symbol}/@{author}/{permlink}/estimate",
            get(estimate::estimate),
        )
}

/// Author and permlink of `@author/permlink`.
pub(crate) fn parts(authorperm: &str) -> (&str, &str) {
    let name = authorperm.strip_prefix('@').unwrap_or(authorperm);
    name.split_once('/').unwrap_or((name, ""))
}

/// The key of the text for what an account is in a post.
pub(crate) fn role_key(role: &str) -> &'static str {
    match role {
        "author" => "rewards-role-author",
        "curator" => "rewards-role-curator",
        "beneficiary" => "rewards-role-beneficiary",
        _ => "rewards-role-tax",
    }
}
