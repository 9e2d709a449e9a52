//! The one or two funds of a pool: that of all posts, or those of root posts and of replies.

use compact_str::CompactString;
use tartan_rewards::{BasisPoints, CommentPool as Division, ContentShares};
use tartan_runtime::ActionResult;

use super::curves::{claims, parameter};
use super::money;
use super::tables::{CommentPool, Post, RewardPool};
use crate::tokens::tables::Token;
use tartan_decimal::Quantity;

/// What a post is paid from.
pub(super) struct Fund<'a> {
    /// Tokens to be paid out.
    pub(super) reward_pool: &'a mut CompactString,
    /// What posts have claimed of them.
    pub(super) pending_claims: &'a mut CompactString,
}

impl RewardPool {
    /// Whether a post is paid from the fund of replies.
    pub(super) fn is_apart(&self, post: &Post) -> bool {
        post.reply == Some(true) && self.comment_pool.is_some()
    }

    /// The fund of a post.
    pub(super) fn fund_of(&mut self, post: &Post) -> Fund<'_> {
        match &mut self.comment_pool {
            Some(fund) if post.reply == Some(true) => Fund {
                reward_pool: &mut fund.reward_pool,
                pending_claims: &mut fund.pending_claims,
            },
            _ => Fund {
                reward_pool: &mut self.reward_pool,
                pending_claims: &mut self.pending_claims,
            },
        }
    }

    /// Tokens and claims of the open interval in the fund of a post; `None` before the first interval.
    pub(super) fn interval_of(&self, post: &Post) -> Option<(&str, &str)> {
        match &self.comment_pool {
            Some(fund) if post.reply == Some(true) => {
                Some((&fund.interval_reward_pool, &fund.interval_pending_claims))
            }
            _ => Some((
                self.interval_reward_pool.as_deref()?,
                self.interval_pending_claims.as_deref()?,
            )),
        }
    }

    /// All tokens in the funds.
    pub(super) fn tokens(&self, token: &Token) -> ActionResult<Quantity> {
        let replies = self.comment_pool.as_ref();
        let replies = money::optional(replies.map(|fund| &*fund.reward_pool), token)?;
        money::add(money::amount(&self.reward_pool, token)?, replies)
    }

    /// Adds tokens to the funds, which first become one or two as the configuration has it.
    pub(super) fn grow(&mut self, added: Quantity, token: &Token) -> ActionResult {
        let percentage = self.config.comment_pool_percentage;
        match (percentage, self.comment_pool.take()) {
            (Some(_), None) => self.comment_pool = Some(empty()),
            (Some(_), fund) => self.comment_pool = fund,
            (None, Some(fund)) => self.merge(&fund, token)?,
            (None, None) => {}
        }
        let division = match percentage {
            Some(percent) => {
                Division::Separate(parameter(BasisPoints::from_percent(percent.into()))?)
            }
            None => Division::Shared,
        };
        let ContentShares { posts, comments } = division.divide(added);
        self.reward_pool = plus(&self.reward_pool, posts, token)?;
        if let Some(fund) = &mut self.comment_pool {
            fund.reward_pool = plus(&fund.reward_pool, comments, token)?;
        }
        Ok(())
    }

    fn merge(&mut self, fund: &CommentPool, token: &Token) -> ActionResult {
        let tokens = money::amount(&fund.reward_pool, token)?;
        self.reward_pool = plus(&self.reward_pool, tokens, token)?;
        let pending = claims(&self.pending_claims)?.plus(&claims(&fund.pending_claims)?);
        self.pending_claims = pending.to_string().into();
        Ok(())
    }
}

fn empty() -> CommentPool {
    CommentPool {
        reward_pool: "0".into(),
        pending_claims: "0".into(),
        interval_pending_claims: "0".into(),
        interval_reward_pool: "0".into(),
    }
}

fn plus(text: &str, added: Quantity, token: &Token) -> ActionResult<CompactString> {
    let sum = money::add(money::amount(text, token)?, added)?;
    Ok(money::format(sum, token)?.into())
}
