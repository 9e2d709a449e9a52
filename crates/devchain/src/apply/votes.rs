//! Votes: real rules, a simple measure of their weight, no payouts.

use serde_json::json;
use tartan_graphene::Asset;
use tartan_graphene::operation::Vote as VoteOperation;

use super::{Applied, Applier, text};
use crate::chain::VirtualField;
use crate::errors::NodeError;
use crate::state::Vote;

/// Most changes of a vote (HIVE_MAX_VOTE_CHANGES).
const MAX_VOTE_CHANGES: u32 = 5;
/// Seconds between two votes (HIVE_MIN_VOTE_INTERVAL_SEC).
const VOTE_INTERVAL: u32 = 3;
/// Full votes a day (vote_power_reserve_rate) times days of regeneration: a full vote uses 2 % of the power left.
const FULL_VOTE_SHARE: i64 = 50;

impl Applier<'_> {
    pub(super) fn vote(&mut self, op: &VoteOperation) -> Applied {
        let key = (op.author.clone(), op.permlink.clone());
        let Some(post) = self.state.posts.get(&key).cloned() else {
            return Err(self.unknown_post(&key));
        };
        let now = self.moment.now;
        let voter = self.account(&op.voter)?;
        if self.rules.enforce_intervals
            && now.seconds().saturating_sub(voter.last_vote_time.seconds()) < VOTE_INTERVAL
        {
            return Err(NodeError::assert(
                "elapsed_seconds >= HIVE_MIN_VOTE_INTERVAL_SEC",
                "Can only vote once every 3 seconds.",
                json!({}),
            ));
        }
        if op.weight > 0 && !post.allow_votes {
            return Err(NodeError::assert(
                "comment.allow_votes",
                "Votes are not allowed on the comment.",
                json!({}),
            ));
        }
        let vote_key = (key.clone(), op.voter.clone());
        let before = self.state.votes.get(&vote_key).cloned();
        match &before {
            None if op.weight == 0 => {
                return Err(NodeError::assert(
                    "o.weight != 0",
                    "Vote weight cannot be 0.",
                    json!({}),
                ));
            }
            Some(before) if before.changes >= MAX_VOTE_CHANGES => {
                return Err(NodeError::assert(
                    "itr->num_changes < HIVE_MAX_VOTE_CHANGES",
                    "Voter has used the maximum number of vote changes on this comment.",
                    json!({}),
                ));
            }
            Some(before) if before.percent == op.weight => {
                return Err(NodeError::assert(
                    "itr->vote_percent != o.weight",
                    "Your current vote on this comment is identical to this vote.",
                    json!({}),
                ));
            }
            _ => {}
        }
        let power = voter.voting_power_at(now);
        let used =
            i64::from(power) * i64::from(op.weight.unsigned_abs()) / 10_000 / FULL_VOTE_SHARE;
        let strength = i128::from(voter.effective_vests()) * i128::from(used) / 10_000;
        let rshares = i64::try_from(strength).unwrap_or(i64::MAX) * i64::from(op.weight.signum());
        self.record(op, post.total_vote_weight, before.as_ref(), rshares);
        let power_left = power.saturating_sub(u32::try_from(used).unwrap_or(0));
        self.modify(&op.voter, |account| {
            account.voting_power = power_left;
            account.last_vote_time = now;
        });
        Ok(())
    }

    fn record(&mut self, op: &VoteOperation, total: u64, before: Option<&Vote>, rshares: i64) {
        let key = (op.author.clone(), op.permlink.clone());
        let weight = u64::try_from(rshares).unwrap_or(0);
        let vote = Vote {
            percent: op.weight,
            rshares,
            weight,
            time: self.moment.now,
            changes: before.map_or(0, |vote| vote.changes + 1),
        };
        let (old_rshares, old_weight) = before.map_or((0, 0), |vote| (vote.rshares, vote.weight));
        let sign = |number: i64| i32::try_from(number.signum()).unwrap_or(0);
        self.state.posts.modify(&key, |post| {
            post.net_rshares = post
                .net_rshares
                .saturating_add(rshares)
                .saturating_sub(old_rshares);
            post.abs_rshares = post.abs_rshares.saturating_add(rshares.saturating_abs());
            post.total_vote_weight = post
                .total_vote_weight
                .saturating_add(weight)
                .saturating_sub(old_weight);
            post.net_votes += sign(rshares) - sign(old_rshares);
        });
        self.state.votes.put((key, op.voter.clone()), vote);
        self.emit(
            "effective_comment_vote",
            vec![
                ("voter", text(&op.voter)),
                ("author", text(&op.author)),
                ("permlink", text(&op.permlink)),
                ("weight", VirtualField::Number(weight)),
                ("rshares", VirtualField::Signed(rshares)),
                (
                    "total_vote_weight",
                    VirtualField::Number(total.saturating_add(weight).saturating_sub(old_weight)),
                ),
                ("pending_payout", VirtualField::Asset(Asset::dollar(0))),
            ],
        );
    }
}
