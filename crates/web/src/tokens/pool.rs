//! What a founder decides about a reward pool: fields of a form on one side, the contract's configuration on the other.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tartan_decimal::{Decimal, Precision, Quantity};
use tartan_rewards::{
    BasisPoints, Constant, CurationCurve, Emission, Exponent, PostCurve, Reduction,
};

use super::facts::percent;
use super::svg;

/// Seconds of a day.
pub(super) const DAY: u64 = 86_400;
/// Years that are looked ahead, and the points of the line through them.
const YEARS: u64 = 5;
const POINTS: u64 = 60;
/// The size of the chart.
const CHART: (f64, f64) = (600.0, 180.0);
/// Most tags of a list that the form sends.
const MOST_TAGS: usize = 100;

/// A reward pool as a form has it: all texts, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Pool {
    /// Tokens of each interval.
    pub(super) reward: String,
    /// Its length in seconds.
    pub(super) interval: String,
    /// Days in which a post can be voted for.
    pub(super) cashout: String,
    /// Percent that go to curators.
    pub(super) curation: String,
    /// The exponent of posts.
    pub(super) post_curve: String,
    /// The exponent of curators.
    pub(super) curation_curve: String,
    /// Days in which the power to vote comes back.
    pub(super) regeneration: String,
    /// Percent of it that a full vote uses.
    pub(super) consumption: String,
    /// Percent of each payment that is staked.
    pub(super) staked: String,
    pub(super) tags: String,
    pub(super) exclude: String,
    /// `off`: downvotes count nothing.
    pub(super) downvotes: String,
    /// Percent by which the emission is reduced, and after how many days.
    pub(super) reduction: String,
    pub(super) reduction_days: String,
    /// What the pool has already; keys that the form does not know stay as they are.
    #[serde(skip)]
    pub(super) base: Map<String, Value>,
}

/// A field with what is wrong about it.
pub(super) type Wrong = (&'static str, &'static str);

/// What a founder may begin with.
pub(super) const PRESETS: [(&str, &str, &str); 3] = [
    ("chain", "launch-preset-chain", "launch-preset-chain-hint"),
    ("equal", "launch-preset-equal", "launch-preset-equal-hint"),
    ("hits", "launch-preset-hits", "launch-preset-hits-hint"),
];

impl Pool {
    /// The form filled in as a preset has it. Rewards and tags are the founder's own.
    pub(super) fn preset(&self, name: &str) -> Pool {
        let (post, curators, curation) = match name {
            "equal" => ("1", "1", "50"),
            "hits" => ("1.3", "0.5", "25"),
            _ => ("1", "0.5", "50"),
        };
        let text = str::to_owned;
        let or = |have: &String, other: &str| match have.trim().is_empty() {
            true => text(other),
            false => have.clone(),
        };
        Pool {
            reward: or(&self.reward, "10"),
            interval: or(&self.interval, "3600"),
            cashout: text("7"),
            curation: text(curation),
            post_curve: text(post),
            curation_curve: text(curators),
            regeneration: text("5"),
            consumption: text("2"),
            staked: text(if name == "chain" { "50" } else { "0" }),
            ..self.clone()
        }
    }

    /// The form of a pool that there is.
    pub(super) fn of_config(config: &Value) -> Option<Pool> {
        let base = config.as_object()?.clone();
        let text = |name: &str| match base.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let list = |name: &str| match base.get(name) {
            Some(Value::Array(tags)) => {
                let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
                tags.join(" ")
            }
            _ => String::new(),
        };
        let consumption = text("votePowerConsumption").parse().unwrap_or(200_u32);
        let days = text("rewardReductionIntervalSeconds").parse::<u64>().ok();
        Some(Pool {
            reward: text("rewardPerInterval"),
            interval: text("rewardIntervalSeconds"),
            cashout: text("cashoutWindowDays"),
            curation: text("curationRewardPercentage"),
            post_curve: text("postRewardCurveParameter"),
            curation_curve: text("curationRewardCurveParameter"),
            regeneration: text("voteRegenerationDays"),
            consumption: hundredths(consumption),
            staked: text("stakedRewardPercentage"),
            tags: list("tags"),
            exclude: list("excludeTags"),
            downvotes: match base.get("disableDownvote") {
                Some(Value::Bool(true)) => "off".to_owned(),
                _ => String::new(),
            },
            reduction: text("rewardReductionPercentage"),
            reduction_days: days.map_or(String::new(), |days| (days / DAY).to_string()),
            base,
        })
    }

    /// The same with what a form says.
    pub(super) fn over(self, base: Pool) -> Pool {
        Pool {
            base: base.base,
            ..self
        }
    }

    /// Whether anything has been filled in.
    pub(super) fn is_empty(&self) -> bool {
        self.reward.is_empty() && self.interval.is_empty() && self.tags.is_empty()
    }

    /// What the contract would refuse, field by field.
    pub(super) fn problems(&self, precision: Precision) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let reward = Quantity::parse_exact(self.reward.trim(), precision);
        if !reward.is_ok_and(|reward| reward.is_positive()) {
            wrong.push(("reward", "launch-wrong-reward"));
        }
        let interval = whole(&self.interval, 3, 86_400);
        if interval.is_none_or(|seconds| seconds % 3 != 0) {
            wrong.push(("interval", "launch-wrong-interval"));
        }
        for (name, text, least, most, key) in [
            ("cashout", &self.cashout, 1, 30, "launch-wrong-days"),
            ("curation", &self.curation, 0, 100, "launch-wrong-percent"),
            (
                "regeneration",
                &self.regeneration,
                1,
                30,
                "launch-wrong-days",
            ),
            ("staked", &self.staked, 0, 100, "launch-wrong-percent"),
        ] {
            if whole(text, least, most).is_none() {
                wrong.push((name, key));
            }
        }
        if Exponent::of_posts(self.post_curve.trim()).is_err() {
            wrong.push(("post_curve", "launch-wrong-post-curve"));
        }
        if Exponent::of_curators(self.curation_curve.trim()).is_err() {
            wrong.push(("curation_curve", "launch-wrong-curation-curve"));
        }
        if self.consumption_points().is_none() {
            wrong.push(("consumption", "launch-wrong-consumption"));
        }
        if !(1..=MOST_TAGS).contains(&list(&self.tags).len()) {
            wrong.push(("tags", "launch-wrong-tags"));
        }
        let reduction = self.reduction.trim();
        let days = self.reduction_days.trim();
        if !reduction.is_empty() && Reduction::parse(reduction).is_err() {
            wrong.push(("reduction", "launch-wrong-reduction"));
        }
        if reduction.is_empty() != days.is_empty()
            || (!days.is_empty() && whole(days, 1, 36_500).is_none())
        {
            wrong.push(("reduction_days", "launch-wrong-reduction-days"));
        }
        wrong
    }

    fn consumption_points(&self) -> Option<u32> {
        let units = Decimal::parse(self.consumption.trim()).to_units(2)?;
        u32::try_from(units)
            .ok()
            .filter(|points| (1..=10_000).contains(points))
    }

    /// The contract's configuration; only of a form without problems.
    pub(super) fn config(&self) -> Value {
        let mut config = self.base.clone();
        let number = |text: &str| json!(text.trim().parse::<u64>().unwrap_or_default());
        let text = |text: &str| json!(text.trim());
        for (key, value) in [
            ("postRewardCurveParameter", text(&self.post_curve)),
            ("curationRewardCurveParameter", text(&self.curation_curve)),
            ("curationRewardPercentage", number(&self.curation)),
            ("cashoutWindowDays", number(&self.cashout)),
            ("rewardPerInterval", text(&self.reward)),
            ("rewardIntervalSeconds", number(&self.interval)),
            ("voteRegenerationDays", number(&self.regeneration)),
            ("stakedRewardPercentage", number(&self.staked)),
            (
                "votePowerConsumption",
                json!(self.consumption_points().unwrap_or(200)),
            ),
            ("tags", json!(list(&self.tags))),
            ("disableDownvote", json!(self.downvotes == "off")),
        ] {
            config.insert(key.to_owned(), value);
        }
        for (key, value) in [
            ("postRewardCurve", json!("power")),
            ("curationRewardCurve", json!("power")),
            ("downvoteRegenerationDays", number(&self.regeneration)),
            ("downvotePowerConsumption", json!(2_000)),
            ("ignoreDeclinePayout", json!(false)),
        ] {
            config.entry(key).or_insert(value);
        }
        let exclude = list(&self.exclude);
        match exclude.is_empty() {
            true => config.remove("excludeTags"),
            false => config.insert("excludeTags".to_owned(), json!(exclude)),
        };
        let seconds = whole(&self.reduction_days, 1, 36_500).map(|days| days * DAY);
        let reduction = self.reduction.trim();
        match seconds.filter(|_| !reduction.is_empty()) {
            Some(seconds) => {
                config.insert("rewardReductionIntervalSeconds".to_owned(), json!(seconds));
                config.insert("rewardReductionPercentage".to_owned(), json!(reduction));
            }
            None => {
                config.remove("rewardReductionIntervalSeconds");
                config.remove("rewardReductionPercentage");
            }
        }
        Value::Object(config)
    }

    fn bend(&self) -> Option<Constant> {
        Constant::parse(self.base.get("contentConstant")?.as_str()?).ok()
    }

    fn named(&self, key: &str) -> &str {
        self.base
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or("power")
    }

    fn is_exact(&self) -> bool {
        self.base.get("exactPower").and_then(Value::as_bool) == Some(true)
    }

    /// The curve of posts.
    pub(super) fn post_curve(&self) -> Option<PostCurve> {
        let exponent = Exponent::of_posts(self.post_curve.trim()).ok();
        Some(match self.named("postRewardCurve") {
            "linear" => PostCurve::Linear,
            "quadratic" => PostCurve::Quadratic(self.bend()),
            "convergent" => PostCurve::Convergent(self.bend()?),
            _ if self.is_exact() => PostCurve::ExactPower(exponent?),
            _ => PostCurve::Power(exponent?),
        })
    }

    /// The curve of curators.
    pub(super) fn curators(&self) -> Option<CurationCurve> {
        let exponent = Exponent::of_curators(self.curation_curve.trim()).ok();
        Some(match self.named("curationRewardCurve") {
            "linear" => CurationCurve::Linear,
            "sqrt" => CurationCurve::Sqrt,
            "bounded" => CurationCurve::Bounded(self.bend()?),
            _ if self.is_exact() => CurationCurve::ExactPower(exponent?),
            _ => CurationCurve::Power(exponent?),
        })
    }

    /// Days in which a post can be voted for, as a number.
    pub(super) fn cashout_days(&self) -> u64 {
        self.cashout.trim().parse().unwrap_or_default()
    }

    /// The length of an interval as a number and the key of its unit.
    pub(super) fn interval_words(&self) -> (u64, &'static str) {
        let seconds: u64 = self.interval.trim().parse().unwrap_or_default();
        let units = [
            (DAY, "tokens-pool-reward-days"),
            (3_600, "tokens-pool-reward-hours"),
            (60, "tokens-pool-reward-minutes"),
        ];
        let whole = |(unit, _): &(u64, &str)| seconds >= *unit && seconds.is_multiple_of(*unit);
        match units.into_iter().find(whole) {
            Some((unit, key)) => (seconds / unit, key),
            None => (seconds, "tokens-pool-reward-seconds"),
        }
    }

    /// The part of curators.
    pub(super) fn curation_part(&self) -> Option<BasisPoints> {
        BasisPoints::from_percent(self.curation.trim().parse().ok()?).ok()
    }

    /// The part of payments that is staked.
    pub(super) fn staked_part(&self) -> Option<BasisPoints> {
        BasisPoints::from_percent(self.staked.trim().parse().ok()?).ok()
    }

    /// Hundredths of a percent of the power that a full vote uses.
    pub(super) fn vote_costs(&self) -> u32 {
        self.consumption_points().unwrap_or(200)
    }

    /// How new tokens come into it.
    pub(super) fn emission(&self, precision: Precision) -> Option<Emission> {
        let seconds = whole(&self.interval, 1, 86_400)?;
        let reduction = match self.reduction.trim() {
            "" => None,
            text => {
                let days = whole(&self.reduction_days, 1, 36_500)?;
                Some((Reduction::parse(text).ok()?, days * DAY * 1000))
            }
        };
        Some(Emission {
            per_interval: Quantity::parse_exact(self.reward.trim(), precision).ok()?,
            interval: seconds * 1000,
            reduction,
        })
    }

    /// What it brings in five years, from so many tokens on and up to the most that there may be.
    pub(super) fn forecast(
        &self,
        precision: Precision,
        supply: Quantity,
        most: Quantity,
    ) -> Option<Forecast> {
        let emission = self.emission(precision)?;
        let room = most.checked_sub(supply)?;
        let new = |seconds: u64| {
            let (total, _) = emission.total(seconds * 1000)?;
            Some(total.min(room))
        };
        let year = 365 * DAY;
        let mut supplies = Vec::new();
        let mut full = None;
        for point in 0..=POINTS {
            let seconds = YEARS * year / POINTS * point;
            // what does not fit is as much as there is room for
            let total = new(seconds).unwrap_or(room);
            if total >= room && full.is_none() {
                full = Some(seconds / DAY);
            }
            supplies.push(supply.checked_add(total)?.to_decimal(precision).to_f64());
        }
        let rows = (1..=YEARS).map(|number| {
            let before = new(year * (number - 1)).unwrap_or(room);
            let after = new(year * number).unwrap_or(room);
            let issued = after.checked_sub(before).unwrap_or(Quantity::ZERO);
            let had = supply.checked_add(before).unwrap_or(Quantity::ZERO);
            Year {
                number,
                issued: issued.format(precision),
                supply: supply.checked_add(after).unwrap_or(most).format(precision),
                inflation: percent(issued.units(), had.units()),
            }
        });
        let most_shown = supplies.last().copied().unwrap_or(0.0);
        let line = svg::between(&supplies, (0.0, most_shown.max(f64::MIN_POSITIVE)), CHART)?;
        Some(Forecast {
            years: rows.collect(),
            per_day: emission.per_day()?.format(precision),
            area: svg::area(&line, CHART),
            line,
            full_in_days: full,
        })
    }
}

/// What a pool brings in the years to come.
#[derive(Debug, Clone)]
pub(super) struct Forecast {
    pub(super) years: Vec<Year>,
    /// New tokens of a day, now.
    pub(super) per_day: String,
    pub(super) line: String,
    pub(super) area: String,
    /// After how many days, about, the most that there may be has been issued, if that is within the forecast.
    pub(super) full_in_days: Option<u64>,
}

/// A year of it.
#[derive(Debug, Clone)]
pub(super) struct Year {
    pub(super) number: u64,
    pub(super) issued: String,
    pub(super) supply: String,
    pub(super) inflation: Option<String>,
}

/// A whole number within bounds.
pub(super) fn whole(text: &str, least: u64, most: u64) -> Option<u64> {
    let number = text.trim().parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

/// The words of a text, each once, in small letters, as tags are.
fn list(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split([' ', ',', '\n', '\r', '\t', '#']) {
        let word = word.to_lowercase();
        if !word.is_empty() && word.len() <= 64 && !words.contains(&word) && words.len() < MOST_TAGS
        {
            words.push(word);
        }
    }
    words
}

fn hundredths(points: u32) -> String {
    let text = format!("{}.{:02}", points / 100, points % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Pool {
        Pool {
            tags: "Cool, art #art".to_owned(),
            ..Pool::default().preset("chain")
        }
    }

    #[test]
    fn a_preset_with_a_tag_has_no_problems_and_comes_back_from_its_configuration() {
        let precision = Precision::new(3).unwrap();
        for (name, _, _) in PRESETS {
            let pool = Pool {
                tags: "cool".to_owned(),
                ..Pool::default().preset(name)
            };
            assert_eq!(pool.problems(precision), [], "{name}");
            let again = Pool::of_config(&pool.config()).unwrap();
            assert_eq!(
                Pool {
                    base: Map::new(),
                    ..again
                },
                pool
            );
        }
        assert_eq!(filled().config()["tags"], json!(["cool", "art"]));
        assert_eq!(filled().config()["votePowerConsumption"], 200);
    }

    #[test]
    fn what_the_contract_would_refuse_is_found() {
        let precision = Precision::new(3).unwrap();
        let wrong = |change: fn(&mut Pool)| {
            let mut pool = filled();
            change(&mut pool);
            let found: Vec<&str> = pool
                .problems(precision)
                .iter()
                .map(|(name, _)| *name)
                .collect();
            found.join(" ")
        };
        assert_eq!(wrong(|pool| pool.reward = "0.0001".to_owned()), "reward");
        assert_eq!(wrong(|pool| pool.reward = "-1".to_owned()), "reward");
        assert_eq!(wrong(|pool| pool.interval = "4".to_owned()), "interval");
        assert_eq!(wrong(|pool| pool.curation = "101".to_owned()), "curation");
        assert_eq!(wrong(|pool| pool.post_curve = "3".to_owned()), "post_curve");
        assert_eq!(wrong(|pool| pool.tags = " , ".to_owned()), "tags");
        assert_eq!(
            wrong(|pool| pool.reduction = "5".to_owned()),
            "reduction_days"
        );
        assert_eq!(
            wrong(|pool| pool.consumption = "0".to_owned()),
            "consumption"
        );
    }

    #[test]
    fn keys_that_the_form_does_not_know_stay() {
        let mut config = filled().config();
        config["appTaxConfig"] = json!({ "app": "cool", "percent": 1, "beneficiary": "bob" });
        config["commentPoolPercentage"] = json!(20);
        let have = Pool::of_config(&config).unwrap();
        let changed = Pool {
            curation: "10".to_owned(),
            ..filled()
        }
        .over(have);
        let config = changed.config();
        assert_eq!(config["curationRewardPercentage"], 10);
        assert_eq!(config["commentPoolPercentage"], 20);
        assert_eq!(config["appTaxConfig"]["beneficiary"], "bob");
    }

    #[test]
    fn a_forecast_ends_at_the_most_that_there_may_be() {
        let precision = Precision::new(3).unwrap();
        let pool = Pool {
            reward: "1".to_owned(),
            interval: "3600".to_owned(),
            ..filled()
        };
        let amount = |text: &str| Quantity::parse_exact(text, precision).unwrap();
        let forecast = pool
            .forecast(precision, amount("1000"), amount("11000"))
            .unwrap();
        assert_eq!(forecast.per_day, "24.000");
        assert_eq!(forecast.years[0].issued, "8760.000");
        assert_eq!(forecast.years[0].inflation.as_deref(), Some("876.00"));
        assert_eq!(forecast.years[1].supply, "11000.000");
        assert!(
            forecast
                .full_in_days
                .is_some_and(|days| (360..=460).contains(&days))
        );
    }
}
