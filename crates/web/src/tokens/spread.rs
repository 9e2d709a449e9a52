//! How a token is spread among those who hold it.

use tartan_index::Amount;

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

/// The last places of the bands.
const BANDS: [usize; 6] = [1, 10, 50, 100, 1000, usize::MAX];
/// Points of the curve.
const POINTS: usize = 40;

impl Spread {
    /// Of these amounts, the largest first; `None` if nobody has any.
    pub(super) fn of(totals: &[Amount]) -> Option<Spread> {
        let units: Vec<i128> = totals.iter().map(|total| total.units().max(0)).collect();
        let sum = units
            .iter()
            .fold(0_i128, |sum, unit| sum.saturating_add(*unit));
        if sum == 0 {
            return None;
        }
        let together = |from: usize, until: usize| {
            let part = units.get(from..until.min(units.len())).unwrap_or_default();
            part.iter()
                .fold(0_i128, |sum, unit| sum.saturating_add(*unit))
        };
        let share = |part: i128| percent(part, sum).unwrap_or_default();
        let mut bands = Vec::new();
        let mut from = 0;
        for until in BANDS {
            let until = until.min(units.len());
            if from < until {
                let text = share(together(from, until));
                bands.push(Band {
                    from: from + 1,
                    until,
                    length: text.replace('.', "").parse().unwrap_or(0),
                    percent: text,
                });
                from = until;
            }
        }
        Some(Spread {
            top_ten: share(together(0, 10)),
            gini: format!("{:.2}", gini(&units)),
            bands,
            curve: curve(&units),
        })
    }
}

/// The Gini coefficient of amounts, the largest first: `(n + 1 - 2 * Σ i-th partial sum from the poorest / sum) / n`.
fn gini(units: &[i128]) -> f64 {
    let count = units.len() as f64;
    let (mut sum, mut partial) = (0.0, 0.0);
    for unit in units.iter().rev() {
        sum += *unit as f64;
        partial += sum;
    }
    ((count + 1.0 - 2.0 * partial / sum) / count).max(0.0)
}

fn curve(units: &[i128]) -> Vec<f64> {
    let sums: Vec<f64> = units
        .iter()
        .rev()
        .scan(0.0, |sum, unit| {
            *sum += *unit as f64;
            Some(*sum)
        })
        .collect();
    let all = sums.last().copied().unwrap_or(1.0);
    let at = |point: usize| match (point * sums.len()) / POINTS {
        0 => 0.0,
        place => sums[place - 1] / all,
    };
    (0..=POINTS).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(units: &[i128]) -> Spread {
        let amounts: Vec<_> = units.iter().map(|unit| Amount::from_units(*unit)).collect();
        Spread::of(&amounts).unwrap()
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
        assert!(Spread::of(&[]).is_none());
        assert!(Spread::of(&[Amount::ZERO]).is_none());
    }

    #[test]
    fn no_amount_is_too_large() {
        let huge = spread(&[i128::MAX, i128::MAX, 1]);
        assert_eq!(huge.bands.last().unwrap().until, 3);
    }
}
