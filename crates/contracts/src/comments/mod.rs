//! `comments`: reward pools, the heart of proof of brain. People post and vote on the main chain; holders of staked
//! tokens so decide who earns the token.
//!
//! ```text
//!   comment, comment_options, vote of the main chain ──▶ posts, votes, powers
//!   time ──▶ maintenance: emission ──▶ pool ──▶ claims of posts that cash out ──▶ curators, beneficiaries, authors
//! ```
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `createRewardPool` | issuer, for a fee | makes the pool of a token |
//! | `updateRewardPool` | issuer, for a fee | decides anew about it |
//! | `setActive`, `resetPool` | issuer, owner of the contract | stops and starts it; begins anew |
//! | `setMute`, `setPostMute` | issuer, owner of the contract | keeps an account, a post from being paid |
//! | `comment` | the node | takes a post into pools |
//! | `commentOptions` | the node | notes declined payment and beneficiaries |
//! | `vote` | the node | lets a vote count |
//! | `maintain` | the node | does a block's maintenance, if no post or vote came first |
//! | `updateParams` | owner of the contract | sets fees and bounds of work |
//!
//! It works with the native token ledger, whose rows each vote reads.
//!
//! # Where the tokens are
//!
//! The contract's balance of a token is `rewardPool + unclaimed - paidAhead` of its pool. `unclaimed` is what payouts
//! took from the pool and nobody got: fractions of the smallest unit, shares of muted accounts and of votes that were
//! changed, payments that could not be made. It is in the pool again when the next interval opens. `paidAhead` is what
//! curators of a post have got whose payment takes several blocks.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - An app tax is taken from the author also when a post has no beneficiaries. The script paid the tax on top of the
//!   whole, with the tokens of others.
//! - The pool grows only by what was issued. Where the supply is exhausted, the script let it grow all the same, and
//!   paid rewards that nobody got.
//! - What nobody gets comes back to the pool, see above. With the script it stayed in the contract's balance for ever.
//! - `resetPool` burns what was in the pool, which the script left behind, and posts that had not been paid are paid
//!   from the new pool, which the script never did.
//! - Of the intervals in which a pool was inactive, none is made up for. The script issued the tokens of all of them.
//! - A post never gets more than is in the pool, even if its curve was changed while an interval is paid.
//! - If intervals become longer while one is paid, that one pays the posts it counted. The script paid others as well, by
//!   claims that did not have theirs.
//! - The claims of an interval's posts are counted so many in a block; a post whose claims are being counted takes no
//!   more votes. The script read all of an interval's posts at once.
//! - The votes of posts that are muted or whose payment was declined are removed like those of others. The script left
//!   them behind for ever.
//! - A post that no pool asks for leaves no row. So an edit that brings a tag of a pool takes the post in, once; the
//!   script wrote a row for each comment of the main chain and ignored all edits.
//! - The weight of a vote is checked before the maintenance, so that a vote that fails does not undo it.
//! - `active` must be a boolean. The exempt app of a tax is compared in lower case, as apps of posts are.
//! - Numbers in a configuration that are not plain decimal digits are stored as such digits; unknown keys of
//!   `appTaxConfig` are dropped, and values that count as none are stored as null.
//! - Nothing is paid to names that cannot be an account's; no error of a payment is logged for that.
//! - An app whose name is longer than 256 bytes counts as none.
//! - Rows of pools have the further fields `counting`, `unclaimed`, `paidAhead` and `resumedTimestamp`.
//!
//! # Extended pools
//!
//! Where the network allows it ([`Settings::extended`]), a configuration may have keys that the reference does not know.
//! A pool with any of them is extended; one without is as ever. The arithmetic and its sources are in `tartan_rewards`.
//!
//! | key | value | what it does |
//! | --- | --- | --- |
//! | `postRewardCurve` | also `linear`, `quadratic`, `convergent` | the curve of posts |
//! | `curationRewardCurve` | also `linear`, `sqrt`, `bounded` | the curve of curators |
//! | `contentConstant` | text, above 0 and up to 10^12 | the bend of quadratic, convergent and bounded curves |
//! | `exactPower` | boolean | powers are computed by integers |
//! | `reverseAuctionSeconds` | 0 to 86400 | a vote that comes earlier keeps only part of its share among the curators |
//! | `votesPerRegenerationPeriod`, `downvotesPerRegenerationPeriod` | 1 to 10000 | full votes in the days of regeneration, in place of a consumption for each; with clocks of their own |
//! | `commentPoolPercentage` | 0 to 100 | the part of the emission that replies have for themselves |
//!
//! In extended pools a changed vote keeps the share among the curators that it still deserves, the sum of positive
//! rshares is that of the votes as they are, and claims of a young pool follow votes down as well.

mod config;
mod curves;
mod funds;
mod maintenance;
mod moderation;
mod money;
mod params;
mod payout;
mod pools;
mod posts;
mod powers;
pub mod tables;
#[cfg(test)]
mod tests;
mod votes;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload, Sender, ensure};
use tartan_state::Stored;

use tables::{Params, Post, PostMetadata, RewardPool, Vote, VotingPower};

/// The name of the contract.
const NAME: &str = "comments";
/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// What the contract needs to know of the network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Pools may be extended.
    pub extended: bool,
}

/// The contract.
#[derive(Debug, Clone)]
pub struct Comments {
    settings: Settings,
    /// The token that fees are paid in.
    utility_token: String,
}

impl Comments {
    /// The contract for a network with these settings, whose fees are paid in this token.
    pub fn new(settings: Settings, utility_token: String) -> Comments {
        Comments {
            settings,
            utility_token,
        }
    }
}

impl Contract for Comments {
    fn code(&self) -> &str {
        "native:comments:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<RewardPool>()? {
            return Ok(());
        }
        ctx.create_table::<Params>()?;
        ctx.create_table::<RewardPool>()?;
        ctx.create_table::<Post>()?;
        ctx.create_table::<PostMetadata>()?;
        ctx.create_table::<Vote>()?;
        ctx.create_table::<VotingPower>()?;
        let last_maintenance_block = ctx.block().number;
        ctx.rows::<Params>().insert(Params {
            setup_fee: "1000".to_string(),
            update_fee: "20".to_string(),
            max_pools_per_post: 20,
            max_tags_per_pool: 5,
            maintenance_tokens_per_block: 2,
            last_maintenance_block,
            max_posts_processed_per_round: 20,
            vote_query_limit: 100,
            max_votes_processed_per_round: 100,
            last_processed_pool_id: 0,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "vote" => votes::vote(payload, ctx),
            "comment" => posts::comment(payload, ctx),
            "commentOptions" => posts::comment_options(payload, ctx),
            "maintain" => maintain(ctx),
            "createRewardPool" => self.create_reward_pool(payload, ctx),
            "updateRewardPool" => self.update_reward_pool(payload, ctx),
            "setActive" => self.set_active(payload, ctx),
            "resetPool" => self.reset_pool(payload, ctx),
            "setMute" => moderation::set_mute(payload, ctx),
            "setPostMute" => moderation::set_post_mute(payload, ctx),
            "updateParams" => params::update_params(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// `maintain {}`: what the node may run in every block, so that a chain without posts pays out as well.
fn maintain(ctx: &mut Context<'_>) -> ActionResult {
    ensure!(Sender(&ctx.sender()).is_node(), "not authorized");
    maintenance::run(ctx)
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}
