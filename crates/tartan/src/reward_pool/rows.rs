//! Rows of the contract's tables.

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{
    BasisPoints, Claims, CommentPool as Division, Constant, CurationCurve, Emission, Exponent,
    PostCurve, Reduction, Shares,
};

/// A row of `rewardPools`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pool {
    #[serde(rename = "_id")]
    pub(crate) id: u64,
    pub(crate) symbol: String,
    pub(crate) reward_pool: String,
    pub(crate) last_reward_timestamp: i64,
    pub(crate) last_claim_decay_timestamp: i64,
    pub(crate) created_timestamp: i64,
    #[serde(default)]
    pub(crate) last_reward_reduction_timestamp: Option<i64>,
    pub(crate) config: PoolConfig,
    pub(crate) pending_claims: String,
    #[serde(default)]
    pub(crate) interval_pending_claims: Option<String>,
    #[serde(default)]
    pub(crate) interval_reward_pool: Option<String>,
    /// Of native pools, as the next ones: what was taken from the pool and went to nobody. It comes back with the next
    /// interval.
    #[serde(default)]
    pub(crate) unclaimed: Option<String>,
    /// How far the claims of the open interval are counted; nothing of it is paid before.
    #[serde(default)]
    pub(crate) counting: Option<Value>,
    /// When the pool was activated again; intervals before are dropped.
    #[serde(default)]
    pub(crate) resumed_timestamp: Option<i64>,
    /// What replies are paid from, where that is not the same.
    #[serde(default)]
    pub(crate) comment_pool: Option<CommentPool>,
    pub(crate) active: bool,
}

/// The fund of replies.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentPool {
    pub(crate) reward_pool: String,
    pub(crate) pending_claims: String,
    pub(crate) interval_pending_claims: String,
    pub(crate) interval_reward_pool: String,
}

/// What the founder of a pool has decided.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PoolConfig {
    pub(crate) post_reward_curve: String,
    pub(crate) post_reward_curve_parameter: String,
    pub(crate) curation_reward_curve: String,
    pub(crate) curation_reward_curve_parameter: String,
    /// The bend of curves that have one.
    #[serde(default)]
    pub(crate) content_constant: Option<String>,
    /// Whether powers are computed by integers.
    #[serde(default)]
    pub(crate) exact_power: Option<bool>,
    /// Percent of the emission that replies have for themselves.
    #[serde(default)]
    pub(crate) comment_pool_percentage: Option<u8>,
    pub(crate) curation_reward_percentage: u8,
    pub(crate) cashout_window_days: u32,
    pub(crate) reward_per_interval: String,
    pub(crate) reward_interval_seconds: u32,
    pub(crate) staked_reward_percentage: u8,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) app_tax_config: Option<AppTax>,
    #[serde(default)]
    pub(crate) reward_reduction_interval_seconds: Option<u32>,
    #[serde(default)]
    pub(crate) reward_reduction_percentage: Option<String>,
}

/// A tax on what authors get for posts made with other apps.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AppTax {
    pub(crate) app: String,
    pub(crate) percent: u8,
    pub(crate) beneficiary: String,
}

/// A row of `posts`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Post {
    pub(crate) reward_pool_id: u64,
    pub(crate) authorperm: String,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) cashout_time: i64,
    pub(crate) vote_positive_rshare_sum: String,
    pub(crate) vote_rshare_sum: String,
    #[serde(default)]
    pub(crate) app: Option<String>,
    #[serde(default)]
    pub(crate) beneficiaries: Option<Vec<Beneficiary>>,
    #[serde(default)]
    pub(crate) decline_payout: Option<bool>,
    #[serde(default)]
    pub(crate) mute: Option<bool>,
    /// It is a reply that is paid from the fund of replies.
    #[serde(default)]
    pub(crate) reply: Option<bool>,
}

/// Somebody who shares in the author's side.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Beneficiary {
    pub(crate) account: String,
    /// In hundredths of a percent.
    pub(crate) weight: u16,
}

/// A row of `votes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Vote {
    pub(crate) authorperm: String,
    pub(crate) voter: String,
    pub(crate) weight: i32,
    pub(crate) rshares: String,
    pub(crate) curation_weight: String,
    pub(crate) timestamp: i64,
}

impl Pool {
    /// Reads a row.
    ///
    /// # Errors
    /// When a field that this program needs is not there.
    pub(crate) fn read(row: Value) -> Result<Pool> {
        serde_json::from_value(row).context("unexpected row of the table rewardPools")
    }

    /// What the node has in a field for an amount.
    pub(crate) fn amount(text: &str, precision: Precision) -> Result<Quantity> {
        Quantity::parse_exact(text, precision)
            .with_context(|| format!("expected an amount in the reward pool, found {text:?}"))
    }

    /// Tokens and claims of the fund that a post is paid from.
    pub(crate) fn fund_of(&self, post: &Post) -> (&str, &str) {
        match &self.comment_pool {
            Some(fund) if post.reply == Some(true) => (&fund.reward_pool, &fund.pending_claims),
            _ => (&self.reward_pool, &self.pending_claims),
        }
    }
}

impl PoolConfig {
    pub(crate) fn post_curve(&self) -> Result<PostCurve> {
        let exponent = || Exponent::of_posts(&self.post_reward_curve_parameter);
        Ok(match self.post_reward_curve.as_str() {
            "linear" => PostCurve::Linear,
            "quadratic" => PostCurve::Quadratic(self.constant()?),
            "convergent" => PostCurve::Convergent(self.bend()?),
            "power" if self.exact_power == Some(true) => PostCurve::ExactPower(exponent()?),
            "power" => PostCurve::Power(exponent()?),
            other => bail!("this program does not know the curve {other:?} of posts"),
        })
    }

    pub(crate) fn curation_curve(&self) -> Result<CurationCurve> {
        let exponent = || Exponent::of_curators(&self.curation_reward_curve_parameter);
        Ok(match self.curation_reward_curve.as_str() {
            "linear" => CurationCurve::Linear,
            "sqrt" => CurationCurve::Sqrt,
            "bounded" => CurationCurve::Bounded(self.bend()?),
            "power" if self.exact_power == Some(true) => CurationCurve::ExactPower(exponent()?),
            "power" => CurationCurve::Power(exponent()?),
            other => bail!("this program does not know the curve {other:?} of curators"),
        })
    }

    /// How a claim comes from rshares, in words.
    pub(crate) fn post_curve_in_words(&self) -> String {
        let bend = self.content_constant.as_deref().unwrap_or("0");
        match self.post_reward_curve.as_str() {
            "power" => format!("to the power of {}", self.post_reward_curve_parameter),
            curve => format!("on the {curve} curve with the constant {bend}"),
        }
    }

    fn constant(&self) -> Result<Option<Constant>> {
        let constant = self.content_constant.as_deref();
        Ok(constant.map(Constant::parse).transpose()?)
    }

    fn bend(&self) -> Result<Constant> {
        self.constant()?
            .context("the pool has a curve with a bend, and no contentConstant")
    }

    /// How new tokens are divided between posts and replies.
    pub(crate) fn division(&self) -> Result<Division> {
        Ok(match self.comment_pool_percentage {
            Some(percent) => Division::Separate(BasisPoints::from_percent(percent.into())?),
            None => Division::Shared,
        })
    }

    pub(crate) fn curation(&self) -> Result<BasisPoints> {
        Ok(BasisPoints::from_percent(
            self.curation_reward_percentage.into(),
        )?)
    }

    pub(crate) fn staked(&self) -> Result<BasisPoints> {
        Ok(BasisPoints::from_percent(
            self.staked_reward_percentage.into(),
        )?)
    }

    /// The tax on posts of this app, and who gets it.
    pub(crate) fn tax(&self, app: Option<&str>) -> Result<Option<(BasisPoints, &str)>> {
        match &self.app_tax_config {
            Some(tax) if app != Some(tax.app.as_str()) => Ok(Some((
                BasisPoints::from_percent(tax.percent.into())?,
                &tax.beneficiary,
            ))),
            _ => Ok(None),
        }
    }

    /// Milliseconds from one payment to the next.
    pub(crate) fn interval(&self) -> u64 {
        u64::from(self.reward_interval_seconds) * 1000
    }

    /// Milliseconds in which posts can be voted for.
    pub(crate) fn window(&self) -> u64 {
        u64::from(self.cashout_window_days) * tartan_rewards::DAY
    }

    /// How new tokens come into the pool.
    pub(crate) fn emission(&self, precision: Precision) -> Result<Emission> {
        if self.reward_interval_seconds == 0 {
            bail!("expected a reward pool with an interval, found rewardIntervalSeconds 0");
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
    pub(crate) fn unpaid(&self) -> Option<&'static str> {
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
    pub(crate) fn rshares(&self) -> Result<Shares> {
        shares(&self.vote_rshare_sum)
    }

    /// What it claims of the pool when it is paid.
    pub(crate) fn claim(&self, curve: PostCurve) -> Result<Claims> {
        Ok(curve.value(self.rshares()?))
    }
}

/// Rshares or the weight of a curator.
pub(crate) fn shares(text: &str) -> Result<Shares> {
    Ok(text.parse::<Shares>()?)
}
