//! The rows of the reward pools. Amounts, rshares and weights are decimal text, as every reader of the tables expects;
//! times are milliseconds since 1970, of main-chain blocks.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize};
use tartan_document::Value;
use tartan_state::{Index, Record};

const CONTRACT: &str = "comments";

/// Fees and bounds of work. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by the creator of a pool, in the utility token.
    pub setup_fee: String,
    /// Burnt by whoever updates a pool.
    pub update_fee: String,
    /// Most pools that one post gets into by its tags.
    pub max_pools_per_post: u32,
    /// Most entries of each of a pool's lists of tags.
    pub max_tags_per_pool: u32,
    /// Most pools that are maintained in one block.
    pub maintenance_tokens_per_block: u32,
    /// The block of the last maintenance: there is one for each block.
    pub last_maintenance_block: u64,
    /// Most posts that one pool pays in one block.
    pub max_posts_processed_per_round: u32,
    /// Votes of a post that are read at once.
    pub vote_query_limit: u32,
    /// After this many votes a pool pays no further post in the block.
    pub max_votes_processed_per_round: u32,
    /// The pool that was maintained last; the next ones follow it by id.
    pub last_processed_pool_id: u64,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

/// A reward pool of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RewardPool {
    /// The token. It has one pool.
    pub symbol: CompactString,
    /// Tokens to be paid out.
    pub reward_pool: CompactString,
    /// The end of the last interval for which tokens were added.
    pub last_reward_timestamp: i64,
    /// The end of the last interval whose posts are all paid.
    pub last_claim_decay_timestamp: i64,
    /// When the pool was made or reset.
    pub created_timestamp: i64,
    /// When the emission was last reduced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reward_reduction_timestamp: Option<i64>,
    /// What the founder decided.
    pub config: PoolConfig,
    /// What posts have claimed of the pool, decayed over time.
    pub pending_claims: CompactString,
    /// Whether posts and votes are taken and rewards are paid.
    pub active: bool,
    /// The claims by which the open interval is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_pending_claims: Option<CompactString>,
    /// The tokens of which the open interval is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_reward_pool: Option<CompactString>,
    /// How far the claims of the open interval are counted; absent when they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counting: Option<Counting>,
    /// Tokens taken from the pool that went to nobody: fractions, shares of muted accounts and of votes that were
    /// changed. They are in the pool again when the next interval opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclaimed: Option<CompactString>,
    /// What curators of the post that is being paid have got so far; it leaves the pool with the rest of the post's
    /// reward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_ahead: Option<CompactString>,
    /// When the pool was activated again; the intervals between are dropped when the next one opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_timestamp: Option<i64>,
    /// The part of the pool that is for replies, where they have one of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_pool: Option<CommentPool>,
}

/// What replies are paid from, in pools where that is another fund than that of root posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentPool {
    /// Tokens to be paid out.
    pub reward_pool: CompactString,
    /// What replies have claimed of them.
    pub pending_claims: CompactString,
    /// The claims by which the open interval is paid.
    pub interval_pending_claims: CompactString,
    /// The tokens of which the open interval is paid.
    pub interval_reward_pool: CompactString,
}

/// What the founder of a pool decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolConfig {
    /// The curve of posts.
    pub post_reward_curve: CompactString,
    /// Its exponent.
    pub post_reward_curve_parameter: CompactString,
    /// The curve of curators.
    pub curation_reward_curve: CompactString,
    /// Its exponent.
    pub curation_reward_curve_parameter: CompactString,
    /// Percent of a post's reward that goes to curators.
    pub curation_reward_percentage: u32,
    /// Days in which a post can be voted for.
    pub cashout_window_days: u32,
    /// Tokens that are added in each interval.
    pub reward_per_interval: CompactString,
    /// Length of an interval.
    pub reward_interval_seconds: u32,
    /// Days in which the power to vote grows from nothing to all.
    pub vote_regeneration_days: u32,
    /// Days in which the power to downvote does.
    pub downvote_regeneration_days: u32,
    /// Percent of each payment that is staked.
    pub staked_reward_percentage: u32,
    /// Hundredths of a percent of the power that a full vote at full power uses.
    pub vote_power_consumption: u32,
    /// The same for downvotes.
    pub downvote_power_consumption: u32,
    /// A post with one of these is in the pool.
    pub tags: Vec<String>,
    /// Downvotes count nothing.
    pub disable_downvote: bool,
    /// Posts whose authors declined payment are paid all the same.
    pub ignore_decline_payout: bool,
    /// What posts made with other apps pay.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub app_tax_config: Optional<AppTax>,
    /// A post with one of these is not in the pool.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub exclude_tags: Optional<Vec<String>>,
    /// Seconds after which the emission is reduced.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub reward_reduction_interval_seconds: Optional<i64>,
    /// Percent by which it is.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub reward_reduction_percentage: Optional<CompactString>,
    /// The bend of the curves that have one, in rshares. This and the following are there on networks with extended
    /// pools only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_constant: Option<CompactString>,
    /// Powers are computed by integers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_power: Option<bool>,
    /// Seconds in which an early vote loses part of its share among the curators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse_auction_seconds: Option<u32>,
    /// Full upvotes in the time of regeneration, in place of a consumption for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_per_regeneration_period: Option<u32>,
    /// Full downvotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downvotes_per_regeneration_period: Option<u32>,
    /// Percent of the emission that replies have for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_pool_percentage: Option<u32>,
}

/// A key that founders may leave out, or set to null: both mean that there is none, and readers see which it was.
pub type Optional<T> = Option<Option<T>>;

/// What stands under a key that is there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Optional<T>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A tax on the author's side of posts made with other apps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppTax {
    /// The app whose posts are exempt.
    pub app: String,
    /// Percent of the author's side.
    pub percent: u32,
    /// Who gets it.
    pub beneficiary: String,
}

/// How far the claims of an interval are counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counting {
    /// The sum so far.
    pub claims: CompactString,
    /// That of replies with a fund of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_claims: Option<CompactString>,
    /// The cash-out time that the last counted post has.
    pub cashout_time: i64,
    /// How many posts with that cash-out time are counted.
    pub posts: u64,
}

impl Record for RewardPool {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "rewardPools";
    const INDEXES: &'static [Index] = &[
        Index::Field("config.tags"),
        Index::Field("lastClaimDecayTimestamp"),
    ];
    const LOOKUP: &'static [&'static str] = &["symbol"];

    fn is_indexed_as(&self, other: &Self) -> bool {
        let of = |pool: &Self| pool.last_claim_decay_timestamp;
        of(self) == of(other)
            && self.symbol == other.symbol
            && self.config.tags == other.config.tags
    }
}

/// A post in a pool, until it is paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Post {
    /// The pool.
    pub reward_pool_id: u64,
    /// Its token.
    pub symbol: CompactString,
    /// `@author/permlink`.
    pub authorperm: CompactString,
    /// Who wrote it.
    pub author: CompactString,
    /// When.
    pub created: i64,
    /// When it is paid.
    pub cashout_time: i64,
    /// The rshares that votes have added; those they took away do not count.
    pub vote_positive_rshare_sum: CompactString,
    /// The rshares of all votes.
    pub vote_rshare_sum: CompactString,
    /// The app it was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Who shares in the author's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Vec<Beneficiary>>,
    /// The author takes no payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline_payout: Option<bool>,
    /// The pool gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute: Option<bool>,
    /// It is a reply that is paid from the fund of replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<bool>,
}

impl Default for Post {
    fn default() -> Post {
        Post {
            reward_pool_id: 0,
            symbol: CompactString::default(),
            authorperm: CompactString::default(),
            author: CompactString::default(),
            created: 0,
            cashout_time: 0,
            vote_positive_rshare_sum: CompactString::const_new("0"),
            vote_rshare_sum: CompactString::const_new("0"),
            app: None,
            beneficiaries: None,
            decline_payout: None,
            mute: None,
            reply: None,
        }
    }
}

/// A share of the author's side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beneficiary {
    /// Who gets it.
    pub account: String,
    /// Hundredths of a percent.
    pub weight: u32,
}

impl Record for Post {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "posts";
    const INDEXES: &'static [Index] = &[
        Index::Field("authorperm"),
        Index::Named(
            BY_CASHOUT_TIME,
            &[("rewardPoolId", false), ("cashoutTime", false)],
        ),
    ];
    const PRIMARY_KEY: &'static [&'static str] = &["authorperm", "rewardPoolId"];
}

/// The index of posts by pool and cash-out time.
pub(super) const BY_CASHOUT_TIME: &str = "byCashoutTime";

/// The pools that a post went into. Stays behind when it is paid: a post is paid once, and replies inherit the pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostMetadata {
    /// `@author/permlink`.
    pub authorperm: CompactString,
    /// The pools, also those that were inactive.
    pub reward_pool_ids: Vec<u64>,
}

impl Record for PostMetadata {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "postMetadata";
    const PRIMARY_KEY: &'static [&'static str] = &["authorperm"];
}

/// A vote for or against a post in a pool, until the post is paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vote {
    /// The pool.
    pub reward_pool_id: u64,
    /// Its token.
    pub symbol: CompactString,
    /// `@author/permlink` of the post.
    pub authorperm: CompactString,
    /// As cast on the main chain: -10000 to 10000.
    pub weight: i32,
    /// What it adds to the post.
    pub rshares: CompactString,
    /// Its share among the curators.
    pub curation_weight: CompactString,
    /// When it was last changed.
    pub timestamp: i64,
    /// Who voted.
    pub voter: CompactString,
}

impl Record for Vote {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "votes";
    const INDEXES: &'static [Index] = &[Index::Named(
        BY_TIMESTAMP,
        &[
            ("rewardPoolId", false),
            ("authorperm", false),
            ("timestamp", false),
        ],
    )];
    const PRIMARY_KEY: &'static [&'static str] = &["rewardPoolId", "authorperm", "voter"];

    fn primary_key(&self) -> Option<Vec<Value>> {
        Some(vec![
            Value::from(self.reward_pool_id as f64),
            Value::from(self.authorperm.as_str()),
            Value::from(self.voter.as_str()),
        ])
    }
}

/// The index of votes by post and time.
pub(super) const BY_TIMESTAMP: &str = "byTimestamp";

/// The power of an account to vote in a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VotingPower {
    /// The pool.
    pub reward_pool_id: u64,
    /// The account.
    pub account: CompactString,
    /// When both powers were last brought up to date.
    pub last_vote_timestamp: i64,
    /// The power to vote, 0 to 10000.
    pub voting_power: i64,
    /// The power to vote against, 0 to 10000.
    pub downvoting_power: i64,
    /// The account's votes count nothing, and it gets nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<bool>,
    /// The power to vote in pools with a number of votes per period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mana: Option<ManaClock>,
    /// The power to vote against in such pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downvote_mana: Option<ManaClock>,
}

/// Power at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManaClock {
    /// 0 to 10^12.
    pub mana: u64,
    /// When it was so much.
    pub timestamp: i64,
}

impl Record for VotingPower {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "votingPower";
    const PRIMARY_KEY: &'static [&'static str] = &["rewardPoolId", "account"];
}
