//! The configuration of a pool as the arithmetic wants it.

use std::str::FromStr;

use tartan_decimal::Quantity;
use tartan_rewards::{
    BasisPoints, Claims, Constant, CurationCurve, DAY, Exponent, ParameterError, Payment,
    PostCurve, Shares,
};
use tartan_runtime::{ActionResult, Failure, Fatal};

use super::money::precision;
use super::tables::{PoolConfig, Post};
use crate::tokens::tables::Token;

impl PoolConfig {
    /// What posts claim.
    pub(super) fn post_curve(&self) -> ActionResult<PostCurve> {
        let exponent = || parameter(Exponent::of_posts(&self.post_reward_curve_parameter));
        Ok(match &*self.post_reward_curve {
            "linear" => PostCurve::Linear,
            "quadratic" => PostCurve::Quadratic(self.constant()?),
            "convergent" => PostCurve::Convergent(self.bend()?),
            _ if self.exact_power == Some(true) => PostCurve::ExactPower(exponent()?),
            _ => PostCurve::Power(exponent()?),
        })
    }

    /// What weight curators have.
    pub(super) fn curation_curve(&self) -> ActionResult<CurationCurve> {
        let exponent = || parameter(Exponent::of_curators(&self.curation_reward_curve_parameter));
        Ok(match &*self.curation_reward_curve {
            "linear" => CurationCurve::Linear,
            "sqrt" => CurationCurve::Sqrt,
            "bounded" => CurationCurve::Bounded(self.bend()?),
            _ if self.exact_power == Some(true) => CurationCurve::ExactPower(exponent()?),
            _ => CurationCurve::Power(exponent()?),
        })
    }

    fn constant(&self) -> ActionResult<Option<Constant>> {
        let constant = self.content_constant.as_deref();
        constant
            .map(|text| parameter(Constant::parse(text)))
            .transpose()
    }

    /// The constant of a curve that cannot be without.
    fn bend(&self) -> ActionResult<Constant> {
        parameter(Constant::parse(
            self.content_constant.as_deref().unwrap_or_default(),
        ))
    }

    /// Whether the pool has options that the reference does not know.
    pub(super) fn is_extended(&self) -> bool {
        self.post_reward_curve != "power"
            || self.curation_reward_curve != "power"
            || self.content_constant.is_some()
            || self.exact_power.is_some()
            || self.reverse_auction_seconds.is_some()
            || self.votes_per_regeneration_period.is_some()
            || self.downvotes_per_regeneration_period.is_some()
            || self.comment_pool_percentage.is_some()
    }

    /// The time from a post to its payment, in milliseconds.
    pub(super) fn cashout_window(&self) -> u64 {
        u64::from(self.cashout_window_days) * DAY
    }

    /// The length of an interval, in milliseconds.
    pub(super) fn interval(&self) -> i64 {
        i64::from(self.reward_interval_seconds) * 1_000
    }

    /// The part of a post's value for curators.
    pub(super) fn curation(&self) -> ActionResult<BasisPoints> {
        percent(self.curation_reward_percentage)
    }

    /// A payment to an account, part of which is staked.
    pub(super) fn payment(&self, quantity: Quantity, token: &Token) -> ActionResult<Payment> {
        let staked = percent(self.staked_reward_percentage)?;
        Ok(Payment::divide(quantity, precision(token)?, staked))
    }

    /// The app tax of a post, and who gets it; none for posts of the app that is exempt.
    pub(super) fn tax(&self, post: &Post) -> ActionResult<Option<(BasisPoints, &str)>> {
        let exempt = |app: &str| post.app.as_deref() == Some(&app.to_lowercase());
        match &self.app_tax_config {
            Some(Some(tax)) if !exempt(&tax.app) => {
                Ok(Some((percent(tax.percent)?, tax.beneficiary.as_str())))
            }
            _ => Ok(None),
        }
    }
}

/// A number of percent that was checked before it was stored.
fn percent(percent: u32) -> ActionResult<BasisPoints> {
    parameter(BasisPoints::from_percent(percent.into()))
}

/// Rshares, weights: a stored number.
pub(super) fn shares(text: &str) -> ActionResult<Shares> {
    parameter(Shares::from_str(text))
}

/// Stored claims.
pub(super) fn claims(text: &str) -> ActionResult<Claims> {
    parameter(Claims::from_str(text))
}

/// A value that this contract has checked before it stored it.
pub(super) fn parameter<T>(parsed: Result<T, ParameterError>) -> ActionResult<T> {
    parsed.map_err(|error| {
        Failure::Fatal(Fatal::Corrupt {
            what: "a reward pool".to_string(),
            reason: error.to_string(),
        })
    })
}
