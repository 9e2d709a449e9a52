//! Checking what a founder asks of a pool.

use compact_str::CompactString;
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value};
use tartan_rewards::Constant;
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};

use super::Comments;
use super::tables::{AppTax, Optional, PoolConfig};

/// The shortest and the longest interval, in seconds. It is a multiple of the shortest.
const INTERVAL_SECONDS: (i64, i64) = (3, 86_400);

/// `config` of a payload, which must be an object.
pub(super) fn of_payload(payload: Payload<'_>) -> ActionResult<Object> {
    match payload.get("config") {
        Some(Value::Object(config)) => Ok(config.clone()),
        // an object too, without any of the keys
        Some(Value::Array(_)) => Ok(Object::new()),
        _ => Err(Failure::check("config invalid")),
    }
}

/// The curves of posts and of curators; the first of them is the one of the reference.
const POST_CURVES: &[&str] = &["power", "linear", "quadratic", "convergent"];
const CURATION_CURVES: &[&str] = &["power", "linear", "sqrt", "bounded"];

impl Comments {
    /// The checked configuration of a pool for a token of this precision. The first check that fails ends it.
    pub(super) fn config(
        &self,
        config: &Object,
        precision: Precision,
        max_tags: u32,
        ctx: &Context<'_>,
    ) -> ActionResult<PoolConfig> {
        if !self.settings.extended {
            return parse(config, precision, (max_tags, 1), ctx);
        }
        let mut parsed = parse(config, precision, (max_tags, POST_CURVES.len()), ctx)?;
        extend(&mut parsed, Payload(config))?;
        Ok(parsed)
    }
}

/// Checks the keys that are there for extended pools.
fn extend(config: &mut PoolConfig, fields: Payload<'_>) -> ActionResult {
    if present(fields, "contentConstant") {
        let constant = fields
            .text("contentConstant")
            .filter(|text| Constant::parse(text).is_ok());
        let constant = constant.or_fail(
            "contentConstant should be above \"0\" and up to \"1000000000000\" with precision at most 10",
        )?;
        config.content_constant = Some((&*constant).into());
    }
    let bent =
        config.post_reward_curve == "convergent" || config.curation_reward_curve == "bounded";
    ensure!(
        !bent || config.content_constant.is_some(),
        "contentConstant should be given for the curves [convergent,bounded]"
    );
    if present(fields, "exactPower") {
        config.exact_power = Some(flag(fields, "exactPower")?);
    }
    let number = |key: &str, least: i64, most: i64| -> ActionResult<Option<u32>> {
        present(fields, key)
            .then(|| integer(fields, key, least, most))
            .transpose()
    };
    config.reverse_auction_seconds = number("reverseAuctionSeconds", 0, 86_400)?;
    config.votes_per_regeneration_period = number("votesPerRegenerationPeriod", 1, 10_000)?;
    config.downvotes_per_regeneration_period = number("downvotesPerRegenerationPeriod", 1, 10_000)?;
    config.comment_pool_percentage = number("commentPoolPercentage", 0, 100)?;
    Ok(())
}

/// Whether a key has a value.
fn present(fields: Payload<'_>, key: &str) -> bool {
    fields.get(key).is_some_and(|value| *value != Value::Null)
}

fn parse(
    config: &Object,
    precision: Precision,
    (max_tags, curves): (u32, usize),
    ctx: &Context<'_>,
) -> ActionResult<PoolConfig> {
    let fields = Payload(config);
    let post_reward_curve = one_of(fields, "postRewardCurve", &POST_CURVES[..curves])?;
    let post_reward_curve_parameter = number(fields, "postRewardCurveParameter", ("1", "2"), 2)
        .or_fail(
            "postRewardCurveParameter should be between \"1\" and \"2\" with precision at most 2",
        )?;
    let curation_reward_curve = one_of(fields, "curationRewardCurve", &CURATION_CURVES[..curves])?;
    let curation_reward_curve_parameter = number(fields, "curationRewardCurveParameter", ("0.5", "1"), 2)
        .or_fail("curationRewardCurveParameter can only be between \"0.5\" and \"1\" with precision at most 2")?;
    let curation_reward_percentage = integer(fields, "curationRewardPercentage", 0, 100)?;
    let cashout_window_days = integer(fields, "cashoutWindowDays", 1, 30)?;
    let reward_per_interval = reward(fields, precision)?;
    let reward_interval_seconds = interval(fields)?;
    let vote_regeneration_days = integer(fields, "voteRegenerationDays", 1, 30)?;
    let downvote_regeneration_days = integer(fields, "downvoteRegenerationDays", 1, 30)?;
    let staked_reward_percentage = integer(fields, "stakedRewardPercentage", 0, 100)?;
    let vote_power_consumption = integer(fields, "votePowerConsumption", 1, 10_000)?;
    let downvote_power_consumption = integer(fields, "downvotePowerConsumption", 1, 10_000)?;
    let tags = tags(fields, "tags", max_tags)?;
    let disable_downvote = flag(fields, "disableDownvote")?;
    let ignore_decline_payout = flag(fields, "ignoreDeclinePayout")?;
    let app_tax_config = optional(fields, "appTaxConfig", || app_tax(fields, ctx))?;
    let exclude_tags = optional(fields, "excludeTags", || {
        self::tags(fields, "excludeTags", max_tags)
    })?;
    let reward_reduction_interval_seconds =
        optional(fields, "rewardReductionIntervalSeconds", || {
            reduction_interval(fields, reward_interval_seconds)
        })?;
    let reward_reduction_percentage = optional(fields, "rewardReductionPercentage", || {
        number(fields, "rewardReductionPercentage", ("0", "100"), 1).or_fail(
            "rewardReductionPercentage should be between \"0\" and \"100\" with precision at most 1",
        )
    })?;
    Ok(PoolConfig {
        post_reward_curve,
        post_reward_curve_parameter,
        curation_reward_curve,
        curation_reward_curve_parameter,
        curation_reward_percentage,
        cashout_window_days,
        reward_per_interval,
        reward_interval_seconds,
        vote_regeneration_days,
        downvote_regeneration_days,
        staked_reward_percentage,
        vote_power_consumption,
        downvote_power_consumption,
        tags,
        disable_downvote,
        ignore_decline_payout,
        app_tax_config,
        exclude_tags,
        reward_reduction_interval_seconds,
        reward_reduction_percentage,
        content_constant: None,
        exact_power: None,
        reverse_auction_seconds: None,
        votes_per_regeneration_period: None,
        downvotes_per_regeneration_period: None,
        comment_pool_percentage: None,
    })
}

/// A key that may be left out: checked unless its value counts as none (`null`, `false`, zero, an empty text).
fn optional<T>(
    fields: Payload<'_>,
    key: &str,
    check: impl FnOnce() -> ActionResult<T>,
) -> ActionResult<Optional<T>> {
    match fields.get(key) {
        None => Ok(None),
        Some(value) if !value.is_truthy() => Ok(Some(None)),
        Some(_) => Ok(Some(Some(check()?))),
    }
}

fn one_of(fields: Payload<'_>, key: &str, known: &[&str]) -> ActionResult<CompactString> {
    let text = fields.text(key).unwrap_or_default();
    ensure!(
        known.contains(&&*text),
        format!("{key} should be one of: [{}]", known.join(","))
    );
    Ok((&*text).into())
}

/// A text with a number within bounds and of so many decimals at most. Other spellings than plain digits become that.
fn number(
    fields: Payload<'_>,
    key: &str,
    (least, most): (&str, &str),
    decimals: u32,
) -> Option<CompactString> {
    let text = fields.text(key)?;
    let number = Decimal::parse(&text);
    let within = number.is_at_least(&Decimal::parse(least))
        && number.is_at_most(&Decimal::parse(most))
        && number.decimals().is_some_and(|found| found <= decimals);
    within.then(|| plain(&text, &number)).flatten()
}

fn plain(text: &str, number: &Decimal) -> Option<CompactString> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    match is_plain {
        true => Some(text.into()),
        false => number.to_plain().ok().map(CompactString::from),
    }
}

fn integer(fields: Payload<'_>, key: &str, least: i64, most: i64) -> ActionResult<u32> {
    let found = fields
        .integer(key)
        .filter(|number| (least..=most).contains(number));
    found
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| {
            Failure::check(format!(
                "{key} should be an integer between {least} and {most}"
            ))
        })
}

fn reward(fields: Payload<'_>, precision: Precision) -> ActionResult<CompactString> {
    const INVALID: &str = "rewardPerInterval invalid";
    let text = fields.text("rewardPerInterval").or_fail(INVALID)?;
    let reward = Decimal::parse(&text);
    ensure!(
        reward.is_finite() && reward.is_greater(&Decimal::ZERO),
        INVALID
    );
    let decimals = reward.decimals().unwrap_or(u32::MAX);
    ensure!(
        decimals <= u32::from(precision.decimals()),
        "token precision mismatch for rewardPerInterval"
    );
    // no token has as many as do not fit
    ensure!(
        Quantity::from_decimal(&reward, precision, Rounding::Down).is_some(),
        INVALID
    );
    plain(&text, &reward).or_fail(INVALID)
}

fn interval(fields: Payload<'_>) -> ActionResult<u32> {
    let (least, most) = INTERVAL_SECONDS;
    fields
        .integer("rewardIntervalSeconds")
        .filter(|seconds| (least..=most).contains(seconds) && seconds % least == 0)
        .and_then(|seconds| u32::try_from(seconds).ok())
        .ok_or_else(|| {
            Failure::check(format!(
                "rewardIntervalSeconds should be an integer between {least} and {most}, and divisible by {least}"
            ))
        })
}

fn flag(fields: Payload<'_>, key: &str) -> ActionResult<bool> {
    let found = fields.get(key).and_then(Value::as_bool);
    found.ok_or_else(|| Failure::check(format!("{key} should be boolean")))
}

fn tags(fields: Payload<'_>, key: &str, most: u32) -> ActionResult<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.to_string_lossy().into_owned()),
        _ => None,
    };
    let found: Option<Vec<String>> = match fields.get(key) {
        Some(Value::Array(tags)) if (1..=most as usize).contains(&tags.len()) => {
            tags.iter().map(text).collect()
        }
        _ => None,
    };
    found.ok_or_else(|| {
        Failure::check(format!(
            "{key} should be a non-empty array of strings of length at most {most}"
        ))
    })
}

fn app_tax(fields: Payload<'_>, ctx: &Context<'_>) -> ActionResult<AppTax> {
    let nothing = Object::new();
    let tax = match fields.get("appTaxConfig") {
        Some(Value::Object(tax)) => Payload(tax),
        Some(Value::Array(_)) => Payload(&nothing),
        _ => return Err(Failure::check("appTaxConfig invalid")),
    };
    let app = tax.text("app").or_fail("appTaxConfig app invalid")?;
    let percent = tax
        .integer("percent")
        .filter(|percent| (1..=100).contains(percent))
        .and_then(|percent| u32::try_from(percent).ok())
        .or_fail("appTaxConfig percent should be an integer between 1 and 100")?;
    let beneficiary = tax
        .text("beneficiary")
        .filter(|account| ctx.is_account_name(account))
        .or_fail("appTaxConfig beneficiary invalid")?;
    Ok(AppTax {
        app: app.into_owned(),
        percent,
        beneficiary: beneficiary.into_owned(),
    })
}

fn reduction_interval(fields: Payload<'_>, interval: u32) -> ActionResult<i64> {
    fields
        .integer("rewardReductionIntervalSeconds")
        .filter(|seconds| *seconds >= i64::from(interval))
        .or_fail("rewardReductionIntervalSeconds should be an integer greater or equal to rewardIntervalSeconds")
}
