//! How a token is spread among those who hold it.

use tartan_index::{Amount, Index, IndexError, SpreadStep};

use super::facts::percent;

/// How a token is spread among its holders.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// What the ten who have most have of all, in percent.
    pub(super) top_ten: String,
    /// The Gini coefficient: 0 if all have the same, near 1 if one has all.
    pub(super) gini: String,
    /// How many share what: those with most, the next ones, ….
    pub(super) bands: Vec<Band>,
    /// The Lorenz curve, poorest first: shares of all from 0 to 1.
    pub(super) curve: Vec<f64>,
}

/// Holders that are next to each other in the list of the richest.
#[derive(Debug, Clone)]
pub(super) struct Band {
    /// Their places.
    pub(super) from: usize,
    pub(super) until: usize,
    /// What they have together, in percent.
    pub(super) percent: String,
    /// The same in hundredths of a percent, for the length of a bar.
    pub(super) length: i64,
}

/// Accounts, and what they hold together.
#[derive(Debug, Clone, Copy)]
struct Group {
    accounts: u64,
    units: i128,
}

/// The last places of the bands.
const BANDS: [usize; 6] = [1, 10, 50, 100, 1000, usize::MAX];
/// Points of the curve.
const POINTS: usize = 40;
/// How many of the richest are looked at one by one. Of tokens with more holders, those that hold about the same are taken
/// as holding the same: it changes the curve by less than its line is wide.
const RICHEST: i64 = 1000;

impl Spread {
    /// How a token is spread, the one account that burns left out; `None` if nobody has any.
    pub(super) async fn read(
        index: &Index,
        symbol: &str,
        burns: &str,
    ) -> Result<Option<Spread>, IndexError> {
        let richest = index.totals(symbol, &[burns.to_owned()], RICHEST).await?;
        let steps = index.spread(symbol).await?;
        Ok(Spread::of(&richest, &steps))
    }

    /// Of the amounts of the richest, the largest first, and the steps of all, the poorest first.
    fn of(richest: &[Amount], steps: &[SpreadStep]) -> Option<Spread> {
        let accounts = steps.iter().map(|step| step.accounts.unsigned_abs());
        let count = usize::try_from(accounts.sum::<u64>()).unwrap_or(usize::MAX);
        let richest: Vec<i128> = richest.iter().map(|total| total.units().max(0)).collect();
        let groups: Vec<Group> = match count <= richest.len() {
            true => {
                let poorest_first = richest.iter().rev();
                poorest_first
                    .map(|units| Group {
                        accounts: 1,
                        units: *units,
                    })
                    .collect()
            }
            false => steps.iter().map(Group::of).collect(),
        };
        let sum = summed(groups.iter().map(|group| group.units));
        if sum == 0 {
            return None;
        }
        let share = |part: i128| percent(part, sum).unwrap_or_default();
        let among = |from: usize, until: usize| {
            let part = richest.get(from..until.min(richest.len()));
            summed(part.unwrap_or_default().iter().copied())
        };
        let mut bands = Vec::new();
        let mut from = 0;
        for until in BANDS {
            let until = until.min(count);
            if from < until {
                let part = match until <= richest.len() {
                    true => among(from, until),
                    // all that are not among the richest
                    false => sum.saturating_sub(among(0, from)),
                };
                let text = share(part);
                bands.push(Band {
                    from: from + 1,
                    until,
                    length: text.replace('.', "").parse().unwrap_or(0),
                    percent: text,
                });
                from = until;
            }
        }
        let lorenz = Lorenz::of(&groups);
        Some(Spread {
            top_ten: share(among(0, 10)),
            gini: format!("{:.2}", lorenz.gini()),
            bands,
            curve: (0..=POINTS)
                .map(|point| lorenz.at(point as f64 / POINTS as f64))
                .collect(),
        })
    }
}

impl Group {
    fn of(step: &SpreadStep) -> Group {
        Group {
            accounts: step.accounts.unsigned_abs(),
            units: step.total.units().max(0),
        }
    }
}

fn summed(units: impl Iterator<Item = i128>) -> i128 {
    units.fold(0, i128::saturating_add)
}

/// The Lorenz curve: the share of all that the poorest part of the accounts has, both from 0 to 1, corner by corner.
struct Lorenz(Vec<(f64, f64)>);

impl Lorenz {
    /// Of groups with something, the poorest first.
    fn of(groups: &[Group]) -> Lorenz {
        let mut corners = vec![(0.0, 0.0)];
        let (mut accounts, mut units) = (0.0, 0.0);
        for group in groups {
            accounts += group.accounts as f64;
            units += group.units as f64;
            corners.push((accounts, units));
        }
        for corner in &mut corners {
            *corner = (corner.0 / accounts, corner.1 / units);
        }
        Lorenz(corners)
    }

    /// The share of the poorest part.
    fn at(&self, part: f64) -> f64 {
        let next = self.0.partition_point(|corner| corner.0 < part);
        match (
            next.checked_sub(1).and_then(|place| self.0.get(place)),
            self.0.get(next),
        ) {
            (Some(left), Some(right)) => {
                let along = (part - left.0) / (right.0 - left.0);
                left.1 + along * (right.1 - left.1)
            }
            (None, _) => 0.0,
            (_, None) => 1.0,
        }
    }

    /// The Gini coefficient: twice the area between the curve and equality.
    fn gini(&self) -> f64 {
        let below = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1);
        (1.0 - self.0.windows(2).map(below).sum::<f64>()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(units: &[i128]) -> Vec<Amount> {
        units.iter().map(|unit| Amount::from_units(*unit)).collect()
    }

    /// Steps of accounts with so much each, the poorest first.
    fn steps(steps: &[(i64, i128)]) -> Vec<SpreadStep> {
        let step = |(place, (accounts, units)): (i64, &(i64, i128))| SpreadStep {
            symbol: "COOL".to_owned(),
            step: place,
            accounts: *accounts,
            total: Amount::from_units(i128::from(*accounts) * units),
        };
        (0..).zip(steps).map(step).collect()
    }

    /// All of some holders, the largest amount first.
    fn spread(units: &[i128]) -> Spread {
        let each: Vec<_> = units.iter().rev().map(|unit| (1, *unit)).collect();
        Spread::of(&amounts(units), &steps(&each)).unwrap()
    }

    #[test]
    fn equal_shares_and_a_single_owner() {
        let equal = spread(&[5; 100]);
        assert_eq!(
            (equal.gini.as_str(), equal.top_ten.as_str()),
            ("0.00", "10.00")
        );
        assert_eq!(equal.bands.len(), 4);
        assert_eq!(equal.bands[1].percent, "9.00");
        assert!((equal.curve[20] - 0.5).abs() < 1e-9);
        // of a thousand, one has nearly all
        let mut units = vec![1; 1000];
        units[0] = 1_000_000_000;
        let one = spread(&units);
        assert_eq!(one.gini, "1.00");
        assert_eq!(one.top_ten, "99.99");
        assert!(Spread::of(&[], &[]).is_none());
        assert!(Spread::of(&[Amount::ZERO], &steps(&[(1, 0)])).is_none());
    }

    #[test]
    fn a_million_holders_are_a_few_steps() {
        // 10 have 1000 each, 1990 have 10, a million has 1
        let richest = amounts(&[[1000; 10].as_slice(), &[10; 990]].concat());
        let steps = steps(&[(1_000_000, 1), (1990, 10), (10, 1000)]);
        let spread = Spread::of(&richest, &steps).unwrap();
        // of 1,029,900
        assert_eq!(spread.top_ten, "0.97");
        let bands: Vec<_> = spread
            .bands
            .iter()
            .map(|band| (band.from, band.until, band.percent.as_str()))
            .collect();
        assert_eq!(
            bands,
            [
                (1, 1, "0.09"),
                (2, 10, "0.87"),
                (11, 50, "0.03"),
                (51, 100, "0.04"),
                (101, 1000, "0.87"),
                (1001, 1_002_000, "98.06"),
            ]
        );
        assert_eq!(spread.gini, "0.03");
        assert!((spread.curve[20] - 0.5 * 1_002_000.0 / 1_029_900.0).abs() < 1e-6);
        assert!((spread.curve[POINTS] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn no_amount_is_too_large() {
        let half = i128::MAX / 2;
        let huge = spread(&[half, half, half, 1]);
        assert_eq!(huge.bands.last().unwrap().until, 4);
    }
}
