//! What a pool's parameters mean for the supply, before anybody signs.

use std::fmt;

use serde::Serialize;
use tartan_decimal::{Precision, Quantity, Rounding};
use tartan_rewards::{Emission, Reduction};

const DAY: u64 = 86_400_000;
const YEAR: u64 = 365 * DAY;
/// How far ahead the end of the supply is looked for.
const HORIZON_YEARS: u64 = 200;
/// The years that are told.
const YEARS: [u64; 4] = [1, 2, 5, 10];

/// How new tokens come into a pool, and what room there is for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prospect {
    pub(super) precision: Precision,
    pub(super) emission: Emission,
    /// What has been issued.
    pub(super) supply: Quantity,
    pub(super) max_supply: Quantity,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inflation {
    /// New tokens in a day, before any reduction.
    per_day: String,
    /// In percent of the present supply; none if nothing was issued yet.
    percent_per_day: Option<String>,
    years: Vec<Year>,
    /// After so many years nothing can be issued any more.
    max_supply_reached_after_years: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Year {
    year: u64,
    /// New tokens in this year, with all reductions.
    issued: String,
    percent_of_supply: Option<String>,
    percent_of_max_supply: String,
}

/// The default amount for an interval of so many seconds: 4 % of the maximum supply in a year. With 5 % less each year,
/// some 80 % of the maximum ever come, until they are too little to be reduced.
pub(super) fn default_per_interval(max_supply: Quantity, interval: u32) -> Quantity {
    let share = max_supply.mul_div(
        i128::from(interval) * 4_000,
        i128::from(YEAR) * 100,
        Rounding::Down,
    );
    share.unwrap_or(Quantity::from_units(0))
}

/// An emission in the words of a pool's config.
///
/// # Errors
/// When the percentage is none.
pub(super) fn emission(
    per_interval: Quantity,
    interval_seconds: u32,
    reduction: Option<(&str, u32)>,
) -> Result<Emission, tartan_rewards::ParameterError> {
    let reduction = match reduction {
        Some((percentage, seconds)) => {
            Some((Reduction::parse(percentage)?, u64::from(seconds) * 1000))
        }
        None => None,
    };
    Ok(Emission {
        per_interval,
        interval: u64::from(interval_seconds) * 1000,
        reduction,
    })
}

impl Prospect {
    /// What this means for the supply.
    pub(super) fn inflation(&self) -> Inflation {
        let text = |units: i128| Quantity::from_units(units).format(self.precision);
        let of = |units: i128, whole: Quantity| {
            (whole.units() > 0).then(|| percent(units, whole.units()))
        };
        let per_day = self.emission.per_day().unwrap_or(self.max_supply).units();
        let year = |year: u64| {
            let issued = self.issued(year * YEAR) - self.issued((year - 1) * YEAR);
            Year {
                year,
                issued: text(issued),
                percent_of_supply: of(issued, self.supply),
                percent_of_max_supply: of(issued, self.max_supply).unwrap_or_default(),
            }
        };
        Inflation {
            per_day: text(per_day),
            percent_per_day: of(per_day, self.supply),
            years: YEARS.into_iter().map(year).collect(),
            max_supply_reached_after_years: self.exhausted().map(|time| {
                let tenths = time.div_ceil(YEAR / 10);
                format!("{}.{}", tenths / 10, tenths % 10)
            }),
        }
    }

    fn room(&self) -> i128 {
        self.max_supply.units() - self.supply.units()
    }

    /// What is wanted within so many milliseconds, whether or not there is room for it; none stands for more than any
    /// token can have.
    fn wanted(&self, time: u64) -> Option<i128> {
        let (total, _) = self.emission.total(time)?;
        Some(total.units())
    }

    /// What is issued within so many milliseconds.
    fn issued(&self, time: u64) -> i128 {
        self.wanted(time).unwrap_or(i128::MAX).min(self.room())
    }

    /// The end of the first interval for which there is no room, if it comes within the horizon.
    fn exhausted(&self) -> Option<u64> {
        let interval = self.emission.interval;
        let too_much = |count: u64| {
            let wanted = self.wanted(count * interval);
            wanted.is_none_or(|wanted| wanted > self.room())
        };
        let (mut fits, mut fails) = (0, (HORIZON_YEARS * YEAR).checked_div(interval)?);
        if !too_much(fails) {
            return None;
        }
        while fails - fits > 1 {
            let middle = fits + (fails - fits) / 2;
            if too_much(middle) {
                fails = middle;
            } else {
                fits = middle;
            }
        }
        Some(fails * interval)
    }
}

/// A part in percent of a whole, with two decimals.
fn percent(part: i128, whole: i128) -> String {
    // hundredths of a percent, rounded half up
    let share = part
        .saturating_mul(10_000)
        .saturating_add(whole / 2)
        .checked_div(whole)
        .unwrap_or(0);
    if share == 0 && part > 0 {
        return "<0.01".to_string();
    }
    format!("{}.{:02}", share / 100, share % 100)
}

impl Inflation {
    /// Writes it as lines of a report about this token.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, symbol: &str) -> fmt::Result {
        let now = |percent: &Option<String>| match percent {
            Some(percent) => format!("{percent} % of the present supply"),
            None => "nothing is issued yet".to_string(),
        };
        writeln!(
            f,
            "a day        {} {symbol}: {}",
            self.per_day,
            now(&self.percent_per_day)
        )?;
        for year in &self.years {
            let of_supply = match &year.percent_of_supply {
                Some(percent) if year.year == 1 => format!("{percent} % of the present supply, "),
                _ => String::new(),
            };
            writeln!(
                f,
                "{:<13}{} {symbol}: {of_supply}{} % of the maximum",
                format!("year {}", year.year),
                year.issued,
                year.percent_of_max_supply
            )?;
        }
        match &self.max_supply_reached_after_years {
            Some(years) => writeln!(
                f,
                "the end      the maximum supply is reached after {years} years; then nothing new comes"
            ),
            None => writeln!(
                f,
                "the end      the maximum supply is not reached by rewards alone within {HORIZON_YEARS} years"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of three decimals with a supply of 100,000 of 1,100,000, and this emission.
    fn prospect(per_interval: i128, interval: u32, reduction: Option<(&str, u32)>) -> Prospect {
        let per_interval = Quantity::from_units(per_interval);
        Prospect {
            precision: Precision::new(3).expect("three decimals"),
            emission: emission(per_interval, interval, reduction).expect("valid"),
            supply: Quantity::from_units(100_000_000),
            max_supply: Quantity::from_units(1_100_000_000),
        }
    }

    /// Interval by interval, as the contract goes.
    fn walk(prospect: &Prospect, time: u64) -> i128 {
        let Emission {
            per_interval,
            interval,
            reduction,
        } = prospect.emission;
        let (mut each, mut last_step, mut end, mut total) = (per_interval, 0, interval, 0);
        while end <= time {
            if let Some((reduction, step)) = reduction
                && end >= last_step + step
            {
                each = reduction.apply(each);
                last_step += step;
            }
            if total + each.units() <= prospect.room() {
                total += each.units();
            }
            end += interval;
        }
        total
    }

    #[test]
    fn forecasts_are_the_walk_of_the_contract() {
        for (per_interval, interval, reduction) in [
            (10_000, 3600, None),
            (10_000, 3600, Some(("5", 86_400 * 365))),
            (10_000, 3600, Some(("0.5", 86_400))),
            (10_000, 3600, Some(("0.5", 3600))),
            (10_000, 3600, Some(("12.5", 5000))),
            (10, 86_400, Some(("0.5", 86_400 * 30))), // too little to be reduced
            (7, 86_400, Some(("50", 86_400 * 30))),
            (7, 86_400, Some(("100", 86_400 * 30))), // nothing left
        ] {
            let prospect = prospect(per_interval, interval, reduction);
            for time in [0, DAY / 24, DAY, DAY + 1, 400 * DAY, 731 * DAY] {
                assert_eq!(
                    prospect.issued(time),
                    walk(&prospect, time),
                    "{prospect:?} {time}"
                );
            }
        }
    }

    #[test]
    fn a_year_with_reductions_in_it() {
        // 10 a day; half of it after 100 days
        let inflation = prospect(10_000, 86_400, Some(("50", 86_400 * 100))).inflation();
        assert_eq!(inflation.per_day, "10.000");
        assert_eq!(inflation.percent_per_day.as_deref(), Some("0.01"));
        // 99 days of 10, 100 of 5, 100 of 2.5, 66 of 1.25
        let first = &inflation.years[0];
        assert_eq!(first.issued, "1822.500");
        assert_eq!(first.percent_of_supply.as_deref(), Some("1.82"));
        assert_eq!(first.percent_of_max_supply, "0.17");
        assert_eq!(inflation.max_supply_reached_after_years, None);
    }

    #[test]
    fn the_maximum_ends_it() {
        let prospect = Prospect {
            max_supply: Quantity::from_units(100_015_000),
            ..prospect(1000, 86_400, None)
        };
        let inflation = prospect.inflation();
        assert_eq!(inflation.years[0].issued, "15.000");
        assert_eq!(inflation.years[1].issued, "0.000");
        assert_eq!(prospect.exhausted(), Some(16 * DAY));
        assert_eq!(
            inflation.max_supply_reached_after_years.as_deref(),
            Some("0.1")
        );
    }

    #[test]
    fn nothing_issued_yet() {
        let prospect = Prospect {
            supply: Quantity::from_units(0),
            ..prospect(1000, 3600, None)
        };
        let inflation = prospect.inflation();
        assert_eq!(inflation.percent_per_day, None);
        assert_eq!(inflation.per_day, "24.000");
    }

    #[test]
    fn the_default_gives_most_of_the_maximum_and_never_all() {
        let max_supply = Quantity::from_units(1_000_000_000);
        let per_interval = default_per_interval(max_supply, 3600);
        assert_eq!(per_interval.units(), 4566);
        let prospect = Prospect {
            supply: Quantity::from_units(0),
            max_supply,
            ..prospect(4566, 3600, Some(("5", 86_400 * 365)))
        };
        let inflation = prospect.inflation();
        assert_eq!(inflation.years[0].percent_of_max_supply, "4.00");
        assert_eq!(inflation.max_supply_reached_after_years, None);
        let all = prospect.issued(HORIZON_YEARS * YEAR);
        assert!((780_000_000..850_000_000).contains(&all), "{all}");
    }

    #[test]
    fn more_than_any_token_can_have_is_told_as_the_maximum() {
        let prospect = prospect(i128::MAX / 4, 3, None);
        assert_eq!(prospect.issued(DAY), 1_000_000_000);
        assert_eq!(prospect.exhausted(), Some(3000));
    }

    #[test]
    fn percentages() {
        assert_eq!(percent(1, 3), "33.33");
        assert_eq!(percent(2, 3), "66.67");
        assert_eq!(percent(1, 1_000_000), "<0.01");
        assert_eq!(percent(0, 5), "0.00");
        assert_eq!(percent(15, 10), "150.00");
    }
}
