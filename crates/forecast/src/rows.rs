//! Rows of the contract's tables.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{
    BasisPoints, Claims, CommentPool as Division, Constant, CurationCurve, Emission, Exponent,
    PostCurve, Reduction, Shares, VoteBudget,
};

use crate::ForecastError;

/// A row of `rewardPools`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Its number.
    #[serde(rename = "_id")]
    pub id: u64,
    /// The token.
    pub symbol: String,
    /// Tokens to be paid out.
    pub reward_pool: String,
    /// The end of the last interval for which tokens were added. Times are milliseconds since 1970.
    pub last_reward_timestamp: i64,
    /// The end of the last interval whose posts are all paid.
    pub last_claim_decay_timestamp: i64,
    /// When the pool was made or reset.
    pub created_timestamp: i64,
    /// When the emission was last reduced.
    #[serde(default)]
    pub last_reward_reduction_timestamp: Option<i64>,
    /// What the founder decided.
    pub config: PoolConfig,
    /// What posts have claimed of the pool, decayed over time.
    pub pending_claims: String,
    /// The claims by which the open interval is paid.
    #[serde(default)]
    pub interval_pending_claims: Option<String>,
    /// The tokens of which it is paid.
    #[serde(default)]
    pub interval_reward_pool: Option<String>,
    /// Of native pools, as the next ones: what was taken from the pool and went to nobody. It comes back with the next
    /// interval.
    #[serde(default)]
    pub unclaimed: Option<String>,
    /// How far the claims of the open interval are counted; nothing of it is paid before.
    #[serde(default)]
    pub counting: Option<Value>,
    /// When the pool was activated again; intervals before are dropped.
    #[serde(default)]
    pub resumed_timestamp: Option<i64>,
    /// What replies are paid from, where that is not the same.
    #[serde(default)]
    pub comment_pool: Option<CommentPool>,
    /// Whether posts and votes are taken and rewards are paid.
    pub active: bool,
}

/// The fund of replies.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentPool {
    /// Tokens to be paid out.
    pub reward_pool: String,
    /// What replies have claimed of them.
    pub pending_claims: String,
    /// The claims by which the open interval is paid.
    pub interval_pending_claims: String,
    /// The tokens of which it is paid.
    pub interval_reward_pool: String,
}

/// What the founder of a pool has decided.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolConfig {
    /// The curve of posts.
    pub post_reward_curve: String,
    /// Its exponent.
    pub post_reward_curve_parameter: String,
    /// The curve of curators.
    pub curation_reward_curve: String,
    /// Its exponent.
    pub curation_reward_curve_parameter: String,
    /// The bend of curves that have one.
    #[serde(default)]
    pub content_constant: Option<String>,
    /// Whether powers are computed by integers.
    #[serde(default)]
    pub exact_power: Option<bool>,
    /// Percent of the emission that replies have for themselves.
    #[serde(default)]
    pub comment_pool_percentage: Option<u8>,
    /// Percent of a post's reward that goes to curators.
    pub curation_reward_percentage: u8,
    /// Days in which a post can be voted for.
    pub cashout_window_days: u32,
    /// Tokens that are added in each interval.
    pub reward_per_interval: String,
    /// Length of an interval.
    pub reward_interval_seconds: u32,
    /// Percent of each payment that is staked.
    pub staked_reward_percentage: u8,
    /// A post with one of these is in the pool.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What posts made with other apps pay.
    #[serde(default)]
    pub app_tax_config: Option<AppTax>,
    /// Seconds after which the emission is reduced.
    #[serde(default)]
    pub reward_reduction_interval_seconds: Option<u32>,
    /// Percent by which it is.
    #[serde(default)]
    pub reward_reduction_percentage: Option<String>,
    /// Days in which the power to vote grows from nothing to all.
    #[serde(default)]
    pub vote_regeneration_days: u32,
    /// Days in which the power to vote against does.
    #[serde(default)]
    pub downvote_regeneration_days: u32,
    /// Hundredths of a percent of the power that a full vote at full power uses.
    #[serde(default)]
    pub vote_power_consumption: u32,
    /// The same for votes against.
    #[serde(default)]
    pub downvote_power_consumption: u32,
    /// Votes against count nothing.
    #[serde(default)]
    pub disable_downvote: bool,
    /// Seconds in which an early vote loses part of its share among the curators.
    #[serde(default)]
    pub reverse_auction_seconds: Option<u32>,
    /// Full votes in the time of regeneration, in place of a consumption for each.
    #[serde(default)]
    pub votes_per_regeneration_period: Option<u32>,
    /// Full votes against.
    #[serde(default)]
    pub downvotes_per_regeneration_period: Option<u32>,
}

/// A tax on what authors get for posts made with other apps.
#[derive(Debug, Clone, Deserialize)]
pub struct AppTax {
    /// The app whose posts are exempt.
    pub app: String,
    /// Percent of the author's side.
    pub percent: u8,
    /// Who gets it.
    pub beneficiary: String,
}

/// A row of `posts`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// The pool.
    pub reward_pool_id: u64,
    /// `@author/permlink`.
    pub authorperm: String,
    /// Who wrote it.
    pub author: String,
    /// When, in milliseconds since 1970.
    pub created: i64,
    /// Until when votes count.
    pub cashout_time: i64,
    /// The rshares that votes have added; those they took away do not count.
    pub vote_positive_rshare_sum: String,
    /// The rshares of all votes.
    pub vote_rshare_sum: String,
    /// The app it was made with.
    #[serde(default)]
    pub app: Option<String>,
    /// Who shares in the author's side.
    #[serde(default)]
    pub beneficiaries: Option<Vec<Beneficiary>>,
    /// The author takes no payment.
    #[serde(default)]
    pub decline_payout: Option<bool>,
    /// The pool gives none.
    #[serde(default)]
    pub mute: Option<bool>,
    /// It is a reply that is paid from the fund of replies.
    #[serde(default)]
    pub reply: Option<bool>,
}

/// Somebody who shares in the author's side.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Beneficiary {
    /// Who gets it.
    pub account: String,
    /// In hundredths of a percent.
    pub weight: u16,
}

/// A row of `votes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vote {
    /// `@author/permlink` of the post.
    pub authorperm: String,
    /// Who voted.
    pub voter: String,
    /// As cast on the main chain: -10000 to 10000.
    pub weight: i32,
    /// What it adds to the post.
    pub rshares: String,
    /// Its share among the curators.
    pub curation_weight: String,
    /// When it was last changed, in milliseconds since 1970.
    pub timestamp: i64,
}

impl Pool {
    /// Reads a row.
    ///
    /// # Errors
    /// When a field that this program needs is not there.
    pub fn read(row: Value) -> Result<Pool, ForecastError> {
        serde_json::from_value(row).map_err(|error| ForecastError::row("rewardPools", &error))
    }

    /// What the node has in a field for an amount.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn amount(text: &str, precision: Precision) -> Result<Quantity, ForecastError> {
        Quantity::parse_exact(text, precision).map_err(|source| ForecastError::Amount {
            found: text.chars().take(80).collect(),
            source,
        })
    }

    /// Tokens and claims of the fund that a post is paid from.
    pub fn fund_of(&self, post: &Post) -> (&str, &str) {
        match &self.comment_pool {
            Some(fund) if post.reply == Some(true) => (&fund.reward_pool, &fund.pending_claims),
            _ => (&self.reward_pool, &self.pending_claims),
        }
    }
}

impl PoolConfig {
    /// The curve that makes claims of votes.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn post_curve(&self) -> Result<PostCurve, ForecastError> {
        let exponent = || Exponent::of_posts(&self.post_reward_curve_parameter);
        Ok(match self.post_reward_curve.as_str() {
            "linear" => PostCurve::Linear,
            "quadratic" => PostCurve::Quadratic(self.constant()?),
            "convergent" => PostCurve::Convergent(self.bend()?),
            "power" if self.exact_power == Some(true) => PostCurve::ExactPower(exponent()?),
            "power" => PostCurve::Power(exponent()?),
            other => return Err(ForecastError::curve(other, "posts")),
        })
    }

    /// The curve that makes shares of curators of votes.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn curation_curve(&self) -> Result<CurationCurve, ForecastError> {
        let exponent = || Exponent::of_curators(&self.curation_reward_curve_parameter);
        Ok(match self.curation_reward_curve.as_str() {
            "linear" => CurationCurve::Linear,
            "sqrt" => CurationCurve::Sqrt,
            "bounded" => CurationCurve::Bounded(self.bend()?),
            "power" if self.exact_power == Some(true) => CurationCurve::ExactPower(exponent()?),
            "power" => CurationCurve::Power(exponent()?),
            other => return Err(ForecastError::curve(other, "curators")),
        })
    }

    /// How a claim comes from rshares, in words.
    pub fn post_curve_in_words(&self) -> String {
        let bend = self.content_constant.as_deref().unwrap_or("0");
        match self.post_reward_curve.as_str() {
            "power" => format!("to the power of {}", self.post_reward_curve_parameter),
            curve => format!("on the {curve} curve with the constant {bend}"),
        }
    }

    fn constant(&self) -> Result<Option<Constant>, ForecastError> {
        let constant = self.content_constant.as_deref();
        Ok(constant.map(Constant::parse).transpose()?)
    }

    fn bend(&self) -> Result<Constant, ForecastError> {
        self.constant()?.ok_or(ForecastError::NoConstant)
    }

    /// How new tokens are divided between posts and replies.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn division(&self) -> Result<Division, ForecastError> {
        Ok(match self.comment_pool_percentage {
            Some(percent) => Division::Separate(BasisPoints::from_percent(percent.into())?),
            None => Division::Shared,
        })
    }

    /// The part of curators.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn curation(&self) -> Result<BasisPoints, ForecastError> {
        Ok(BasisPoints::from_percent(
            self.curation_reward_percentage.into(),
        )?)
    }

    /// The part of each payment that is staked.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn staked(&self) -> Result<BasisPoints, ForecastError> {
        Ok(BasisPoints::from_percent(
            self.staked_reward_percentage.into(),
        )?)
    }

    /// The tax on posts of this app, and who gets it.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn tax(&self, app: Option<&str>) -> Result<Option<(BasisPoints, &str)>, ForecastError> {
        match &self.app_tax_config {
            Some(tax) if app != Some(tax.app.as_str()) => Ok(Some((
                BasisPoints::from_percent(tax.percent.into())?,
                &tax.beneficiary,
            ))),
            _ => Ok(None),
        }
    }

    /// Whether the pool has options that the reference does not know: changed votes count otherwise there.
    pub(crate) fn is_extended(&self) -> bool {
        self.post_reward_curve != "power"
            || self.curation_reward_curve != "power"
            || self.content_constant.is_some()
            || self.exact_power.is_some()
            || self.reverse_auction_seconds.is_some()
            || self.votes_per_regeneration_period.is_some()
            || self.downvotes_per_regeneration_period.is_some()
            || self.comment_pool_percentage.is_some()
    }

    /// The number of full votes per period of regeneration, for or against, in pools that have one.
    pub(crate) fn budget(&self, is_upvote: bool) -> Option<VoteBudget> {
        let (votes, days) = match is_upvote {
            true => (
                self.votes_per_regeneration_period,
                self.vote_regeneration_days,
            ),
            false => (
                self.downvotes_per_regeneration_period,
                self.downvote_regeneration_days,
            ),
        };
        votes.map(|votes| VoteBudget {
            votes,
            period_seconds: days * 86_400,
        })
    }

    /// Milliseconds from one payment to the next.
    pub fn interval(&self) -> u64 {
        u64::from(self.reward_interval_seconds) * 1000
    }

    /// Milliseconds in which posts can be voted for.
    pub fn window(&self) -> u64 {
        u64::from(self.cashout_window_days) * tartan_rewards::DAY
    }

    /// How new tokens come into the pool.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn emission(&self, precision: Precision) -> Result<Emission, ForecastError> {
        if self.reward_interval_seconds == 0 {
            return Err(ForecastError::Interval(0));
        }
        let reduction = match (
            &self.reward_reduction_percentage,
            self.reward_reduction_interval_seconds,
        ) {
            (Some(percentage), Some(seconds)) if seconds > 0 => {
                Some((Reduction::parse(percentage)?, u64::from(seconds) * 1000))
            }
            _ => None,
        };
        Ok(Emission {
            per_interval: Pool::amount(&self.reward_per_interval, precision)?,
            interval: self.interval(),
            reduction,
        })
    }
}

impl Post {
    /// Whether nothing is paid for it, and why.
    pub fn unpaid(&self) -> Option<&'static str> {
        match self {
            Post {
                decline_payout: Some(true),
                ..
            } => Some("the author declined payment"),
            Post {
                mute: Some(true), ..
            } => Some("the community has muted this post"),
            _ => None,
        }
    }

    /// The sum of its votes.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn rshares(&self) -> Result<Shares, ForecastError> {
        shares(&self.vote_rshare_sum)
    }

    /// What it claims of the pool when it is paid.
    ///
    /// # Errors
    /// When a field does not hold what it should.
    pub fn claim(&self, curve: PostCurve) -> Result<Claims, ForecastError> {
        Ok(curve.value(self.rshares()?))
    }
}

/// Rshares or the weight of a curator.
pub(crate) fn shares(text: &str) -> Result<Shares, ForecastError> {
    Ok(text.parse::<Shares>()?)
}
