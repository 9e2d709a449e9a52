//! Rows about posts, replies and votes.

use tartan_graphene::{Asset, Time};

/// Author and permlink.
pub(crate) type PostKey = (String, String);

/// Somebody who gets a share of a post's reward.
pub(crate) type Beneficiary = (String, u16);

/// A post or a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Post {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) permlink: String,
    pub(crate) parent_author: String,
    pub(crate) parent_permlink: String,
    /// Permlink of the root's parent: the first tag.
    pub(crate) category: String,
    pub(crate) root: PostKey,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) json_metadata: String,
    pub(crate) created: Time,
    pub(crate) last_update: Time,
    pub(crate) active: Time,
    pub(crate) cashout: Time,
    pub(crate) depth: u32,
    pub(crate) children: u32,
    pub(crate) net_rshares: i64,
    pub(crate) abs_rshares: i64,
    pub(crate) net_votes: i32,
    pub(crate) total_vote_weight: u64,
    pub(crate) max_accepted_payout: Asset,
    pub(crate) percent_dollars: u16,
    pub(crate) allow_votes: bool,
    pub(crate) allow_curation_rewards: bool,
    pub(crate) beneficiaries: Vec<Beneficiary>,
}

impl Default for Post {
    /// What nodes show for a post that does not exist.
    fn default() -> Self {
        Post {
            id: 0,
            author: String::new(),
            permlink: String::new(),
            parent_author: String::new(),
            parent_permlink: String::new(),
            category: String::new(),
            root: PostKey::default(),
            title: String::new(),
            body: String::new(),
            json_metadata: String::new(),
            created: Time(0),
            last_update: Time(0),
            active: Time(0),
            cashout: Time(0),
            depth: 0,
            children: 0,
            net_rshares: 0,
            abs_rshares: 0,
            net_votes: 0,
            total_vote_weight: 0,
            max_accepted_payout: Asset::dollar(0),
            percent_dollars: 0,
            allow_votes: false,
            allow_curation_rewards: false,
            beneficiaries: Vec::new(),
        }
    }
}

impl Post {
    pub(crate) fn key(&self) -> PostKey {
        (self.author.clone(), self.permlink.clone())
    }

    pub(crate) fn parent(&self) -> PostKey {
        (self.parent_author.clone(), self.parent_permlink.clone())
    }

    /// Whether this is no reply.
    pub(crate) fn is_root(&self) -> bool {
        self.parent_author.is_empty()
    }
}

/// A vote on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vote {
    /// −10000 to 10000.
    pub(crate) percent: i16,
    pub(crate) rshares: i64,
    pub(crate) weight: u64,
    pub(crate) time: Time,
    /// How often it was changed.
    pub(crate) changes: u32,
}
