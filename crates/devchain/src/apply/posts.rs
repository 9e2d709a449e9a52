//! Posts: writing, editing, deleting, options.

use serde_json::json;
use tartan_graphene::operation::{Comment, CommentOptions, DeleteComment};
use tartan_graphene::{Asset, Flavor, Time};

use super::{Applied, Applier, patch};
use crate::errors::NodeError;
use crate::state::{Post, PostKey};

/// Deepest nesting of replies (HIVE_SOFT_MAX_COMMENT_DEPTH).
const MAX_DEPTH: u32 = 255;
/// Seconds until a post is paid out (HIVE_CASHOUT_WINDOW_SECONDS).
const CASHOUT_SECONDS: u32 = 604_800;
/// Most beneficiaries (HIVE_MAX_COMMENT_BENEFICIARIES).
const MAX_BENEFICIARIES: usize = 8;
/// Seconds between two posts, between two replies (HIVE_MIN_ROOT_COMMENT_INTERVAL, HIVE_MIN_REPLY_INTERVAL).
const POST_INTERVAL: u32 = 300;
const REPLY_INTERVAL: u32 = 3;
/// "No limit" for the accepted payout: a million dollars.
const MAX_PAYOUT: i64 = 1_000_000_000;

impl Applier<'_> {
    pub(super) fn comment(&mut self, op: &Comment) -> Applied {
        self.existing(&op.author)?;
        let key = (op.author.clone(), op.permlink.clone());
        if self.state.posts.contains(&key) {
            self.edit(op, &key)
        } else {
            self.publish(op, key)
        }
    }

    fn publish(&mut self, op: &Comment, key: PostKey) -> Applied {
        let parent_key = (op.parent_author.clone(), op.parent_permlink.clone());
        let parent = if op.parent_author.is_empty() {
            None
        } else {
            Some(
                self.state
                    .posts
                    .get(&parent_key)
                    .cloned()
                    .ok_or_else(|| self.unknown_post(&parent_key))?,
            )
        };
        self.check_interval(op)?;
        let now = self.moment.now;
        let (depth, category, root) = match &parent {
            None => (0, op.parent_permlink.clone(), key.clone()),
            Some(parent) => (
                parent.depth + 1,
                parent.category.clone(),
                parent.root.clone(),
            ),
        };
        if depth >= MAX_DEPTH {
            return Err(NodeError::assert(
                "parent->depth < HIVE_SOFT_MAX_COMMENT_DEPTH",
                "Comment is nested ${x} posts deep, maximum depth is ${y}.",
                json!({ "x": depth, "y": MAX_DEPTH }),
            ));
        }
        let mut id = 0;
        self.state.change_totals(|totals| {
            id = totals.next_post;
            totals.next_post += 1;
        });
        let post = new_post(op, id, depth, category, root, now);
        self.state.posts.put(key.clone(), post);
        let is_root = parent.is_none();
        if !is_root {
            self.state.replies.put((parent_key.clone(), id), key);
            self.count_descendant(parent_key, 1, Some(now));
        }
        self.modify(&op.author, |account| {
            account.post_count += 1;
            account.last_post = now;
            if is_root {
                account.last_root_post = now;
            }
        });
        Ok(())
    }

    fn check_interval(&self, op: &Comment) -> Applied {
        if !self.rules.enforce_intervals {
            return Ok(());
        }
        let author = self.account(&op.author)?;
        let since = |last: Time| self.moment.now.seconds().saturating_sub(last.seconds());
        if op.parent_author.is_empty() && since(author.last_root_post) <= POST_INTERVAL {
            return Err(NodeError::assert(
                "( now - auth.last_root_post ) > HIVE_MIN_ROOT_COMMENT_INTERVAL",
                "You may only post once every 5 minutes.",
                json!({ "now": self.moment.now, "last_root_post": author.last_root_post }),
            ));
        }
        if !op.parent_author.is_empty() && since(author.last_post) < REPLY_INTERVAL {
            return Err(NodeError::assert(
                "( now - auth.last_post ) >= HIVE_MIN_REPLY_INTERVAL_HF20",
                "You may only comment once every 3 seconds.",
                json!({ "now": self.moment.now, "last_post": author.last_post }),
            ));
        }
        Ok(())
    }

    fn edit(&mut self, op: &Comment, key: &PostKey) -> Applied {
        let Some(post) = self.state.posts.get(key) else {
            return Err(self.unknown_post(key));
        };
        if post.parent_author != op.parent_author {
            return Err(NodeError::assert(
                "com.parent_author == o.parent_author",
                "The parent of a comment cannot change.",
                json!({}),
            ));
        }
        if post.parent_permlink != op.parent_permlink {
            return Err(NodeError::assert(
                "equal( com.parent_permlink, o.parent_permlink )",
                "The permlink of a comment cannot change.",
                json!({}),
            ));
        }
        let now = self.moment.now;
        self.state.posts.modify(key, |post| {
            post.last_update = now;
            post.active = now;
            if !op.title.is_empty() {
                post.title.clone_from(&op.title);
            }
            if !op.json_metadata.is_empty() {
                post.json_metadata.clone_from(&op.json_metadata);
            }
            // Clients may send a difference in the format of diff-match-patch instead of the whole text.
            post.body = patch::apply(&post.body, &op.body);
        });
        self.modify(&op.author, |account| account.last_post_edit = now);
        Ok(())
    }

    pub(super) fn delete_comment(&mut self, op: &DeleteComment) -> Applied {
        self.existing(&op.author)?;
        let key = (op.author.clone(), op.permlink.clone());
        let Some(post) = self.state.posts.get(&key).cloned() else {
            return Err(self.unknown_post(&key));
        };
        if post.children > 0 {
            return Err(NodeError::assert(
                "comment.children == 0",
                "Cannot delete a comment with replies.",
                json!({}),
            ));
        }
        if post.net_rshares > 0 {
            return Err(NodeError::assert(
                "comment.net_rshares <= 0",
                "Cannot delete a comment with net positive votes.",
                json!({}),
            ));
        }
        let votes: Vec<_> = self
            .state
            .votes_of(&key)
            .into_iter()
            .map(|(voter, _)| voter.to_owned())
            .collect();
        for voter in votes {
            self.state.votes.remove(&(key.clone(), voter));
        }
        if !post.is_root() {
            self.state.replies.remove(&(post.parent(), post.id));
            self.count_descendant(post.parent(), -1, None);
        }
        self.state.posts.remove(&key);
        Ok(())
    }

    /// Adds to the number of replies below a post and below everything above it.
    fn count_descendant(&mut self, mut at: PostKey, difference: i32, active: Option<Time>) {
        // The depth of nesting bounds the way up.
        while let Some(parent) = self.state.posts.get(&at).map(Post::parent) {
            self.state.posts.modify(&at, |post| {
                post.children = post.children.saturating_add_signed(difference);
                if let Some(active) = active {
                    post.active = active;
                }
            });
            at = parent;
        }
    }

    pub(super) fn comment_options(&mut self, op: &CommentOptions) -> Applied {
        self.existing(&op.author)?;
        let key = (op.author.clone(), op.permlink.clone());
        let Some(post) = self.state.posts.get(&key) else {
            return Err(self.unknown_post(&key));
        };
        self.check_options(op, post)?;
        if !op.beneficiaries.is_empty() {
            self.check_beneficiaries(op, post)?;
        }
        self.state.posts.modify(&key, |post| {
            post.max_accepted_payout = op.max_accepted_payout;
            post.percent_dollars = op.percent_dollar;
            post.allow_votes = op.allow_votes;
            post.allow_curation_rewards = op.allow_curation_rewards;
            if !op.beneficiaries.is_empty() {
                post.beneficiaries = op
                    .beneficiaries
                    .iter()
                    .map(|b| (b.account.clone(), b.weight))
                    .collect();
            }
        });
        Ok(())
    }

    /// Options can only be restricted, and those that weigh on rewards only before the first vote.
    fn check_options(&self, op: &CommentOptions, post: &Post) -> Applied {
        let refuse =
            |condition: &str, text: &str| Err(NodeError::assert(condition, text, json!({})));
        let restricts = !op.allow_curation_rewards
            || !op.allow_votes
            || op.max_accepted_payout.amount < post.max_accepted_payout.amount;
        if restricts && post.abs_rshares != 0 {
            return refuse(
                "comment.abs_rshares == 0",
                "One of the included comment options requires the comment to have no rshares allocated to it.",
            );
        }
        if op.allow_curation_rewards && !post.allow_curation_rewards {
            return refuse(
                "comment.allow_curation_rewards >= o.allow_curation_rewards",
                "Curation rewards cannot be re-enabled.",
            );
        }
        if op.allow_votes && !post.allow_votes {
            return refuse(
                "comment.allow_votes >= o.allow_votes",
                "Voting cannot be re-enabled.",
            );
        }
        if op.max_accepted_payout.amount > post.max_accepted_payout.amount {
            return refuse(
                "comment.max_accepted_payout >= o.max_accepted_payout",
                "A comment cannot accept a greater payout.",
            );
        }
        if op.percent_dollar > post.percent_dollars {
            let symbol = if self.rules.flavor == Flavor::Hive {
                "HBD"
            } else {
                "SBD"
            };
            return refuse(
                "comment.percent_dollars >= o.percent_dollars",
                &format!("A comment cannot accept a greater percent {symbol}."),
            );
        }
        Ok(())
    }

    fn check_beneficiaries(&self, op: &CommentOptions, post: &Post) -> Applied {
        let refuse =
            |condition: &str, text: &str| Err(NodeError::assert(condition, text, json!({})));
        if !post.beneficiaries.is_empty() {
            return refuse(
                "_c.beneficiaries.size() == 0",
                "Comment already has beneficiaries specified.",
            );
        }
        if post.abs_rshares != 0 {
            return refuse(
                "_c.abs_rshares == 0",
                "Comment must not have been voted on before specifying beneficiaries.",
            );
        }
        if op.beneficiaries.len() > MAX_BENEFICIARIES {
            return refuse(
                "cpb.beneficiaries.size() <= HIVE_MAX_COMMENT_BENEFICIARIES",
                "Cannot specify more than 8 beneficiaries.",
            );
        }
        for beneficiary in &op.beneficiaries {
            if !self.state.accounts.contains(beneficiary.account.as_str()) {
                return Err(NodeError::assert(
                    "acc != nullptr",
                    "Beneficiary \"${a}\" must exist.",
                    json!({ "a": beneficiary.account }),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn unknown_post(&self, key: &PostKey) -> NodeError {
        match self.rules.flavor {
            Flavor::Steem => NodeError::unknown_key(&format!("{}/{}", key.0, key.1)),
            Flavor::Hive => NodeError::assert(
                "comment != nullptr",
                "Comment with id/permlink ${acc}/${p} not found",
                json!({ "acc": key.0, "p": key.1 }),
            ),
        }
    }
}

/// A post as it is written first: nobody has voted for it or answered it, and it may earn anything.
fn new_post(op: &Comment, id: u64, depth: u32, category: String, root: PostKey, now: Time) -> Post {
    Post {
        id,
        author: op.author.clone(),
        permlink: op.permlink.clone(),
        parent_author: op.parent_author.clone(),
        parent_permlink: op.parent_permlink.clone(),
        category,
        root,
        title: op.title.clone(),
        body: op.body.clone(),
        json_metadata: op.json_metadata.clone(),
        created: now,
        last_update: now,
        active: now,
        cashout: now.plus(CASHOUT_SECONDS),
        depth,
        children: 0,
        net_rshares: 0,
        abs_rshares: 0,
        net_votes: 0,
        total_vote_weight: 0,
        max_accepted_payout: Asset::dollar(MAX_PAYOUT),
        percent_dollars: 10_000,
        allow_votes: true,
        allow_curation_rewards: true,
        beneficiaries: Vec::new(),
    }
}
