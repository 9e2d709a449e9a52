//! Bars, a day each: shapes only; the numbers are in the tables beside them.

use tartan_index::Amount;

use super::reading::{CallRow, DayRow};
use crate::format;

/// The colours that contracts are told apart by; all others have the last one.
pub(super) const COLOURS: usize = 5;
/// What a chart measures in its own units.
pub(super) const WIDTH: f64 = 600.0;
pub(super) const HEIGHT: f64 = 160.0;

/// A chart of bars.
#[derive(Debug, Clone)]
pub(super) struct Bars {
    pub(super) columns: Vec<Column>,
    /// What the highest bar says, and on which day it is.
    pub(super) most: String,
    pub(super) most_day: String,
    /// The first day and the last.
    pub(super) first: String,
    pub(super) last: String,
}

/// A day's bar.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) day: String,
    /// What it says altogether.
    pub(super) says: String,
    pub(super) x: String,
    pub(super) width: String,
    pub(super) parts: Vec<Part>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) colour: usize,
    pub(super) y: String,
    pub(super) height: String,
}

/// A day before it is drawn: what it says, and how high its parts are.
struct Height {
    says: String,
    parts: Vec<f64>,
}

impl Bars {
    /// One count a day.
    pub(super) fn of_counts(days: &[DayRow], value: fn(&DayRow) -> i64) -> Bars {
        let height = |day: &DayRow| Height {
            says: format::count(value(day).unsigned_abs()),
            parts: vec![value(day) as f64],
        };
        Bars::draw(days, height)
    }

    /// Fees in a token.
    pub(super) fn of_fees(days: &[DayRow], symbol: &str) -> Bars {
        let height = |day: &DayRow| {
            let burnt = day.burnt.get(symbol).map_or("0", String::as_str);
            let amount = Amount::parse(burnt).unwrap_or_default();
            Height {
                says: format!("{} {symbol}", format::amount(burnt)),
                parts: vec![amount.to_f64()],
            }
        };
        Bars::draw(days, height)
    }

    /// Transactions by contract: those that were called most, then all others.
    pub(super) fn of_calls(days: &[DayRow], contracts: &[CallRow]) -> Bars {
        let named = contracts.iter().filter(|row| !row.contract.is_empty());
        let named: Vec<&str> = named
            .take(COLOURS)
            .map(|row| row.contract.as_str())
            .collect();
        let height = |day: &DayRow| {
            let count = |name: &&str| day.calls.get(*name).copied().unwrap_or(0);
            let mut parts: Vec<i64> = named.iter().map(count).collect();
            let others = day.calls.values().sum::<i64>() - parts.iter().sum::<i64>();
            parts.resize(COLOURS, 0);
            parts.push(others);
            Height {
                says: format::count(day.transactions.unsigned_abs()),
                parts: parts.into_iter().map(|count| count as f64).collect(),
            }
        };
        Bars::draw(days, height)
    }

    /// Whether there is no bar at all.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.iter().all(|column| column.parts.is_empty())
    }

    fn draw(days: &[DayRow], height: impl Fn(&DayRow) -> Height) -> Bars {
        let heights: Vec<Height> = days.iter().map(height).collect();
        let sum = |height: &Height| height.parts.iter().sum::<f64>();
        let (mut highest, mut most) = (0.0, None);
        for (day, height) in days.iter().zip(&heights) {
            if most.is_none() || sum(height) > highest {
                (highest, most) = (sum(height), Some((day, height)));
            }
        }
        let step = WIDTH / days.len().max(1) as f64;
        let columns = days.iter().zip(&heights).enumerate();
        let columns = columns.map(|(place, (day, height))| Column {
            day: day.day.clone(),
            says: height.says.clone(),
            x: format!("{:.1}", place as f64 * step),
            width: format!("{:.1}", step * 0.8),
            parts: parts(&height.parts, highest),
        });
        let end = |day: Option<&DayRow>| day.map_or_else(String::new, |day| day.day.clone());
        Bars {
            columns: columns.collect(),
            most: most.map_or_else(String::new, |(_, height)| height.says.clone()),
            most_day: end(most.map(|(day, _)| day)),
            first: end(days.first()),
            last: end(days.last()),
        }
    }
}

/// The parts of a bar, one upon the other; what is nothing is not drawn.
fn parts(heights: &[f64], highest: f64) -> Vec<Part> {
    let mut floor = HEIGHT;
    let mut parts = Vec::new();
    for (colour, height) in heights.iter().enumerate() {
        if *height <= 0.0 || highest <= 0.0 {
            continue;
        }
        // what is there can be seen
        let drawn = (height / highest * HEIGHT).max(1.0).min(floor);
        floor -= drawn;
        parts.push(Part {
            colour,
            y: format!("{floor:.1}"),
            height: format!("{drawn:.1}"),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(colour: usize, y: &str, height: &str) -> Part {
        Part {
            colour,
            y: y.to_owned(),
            height: height.to_owned(),
        }
    }

    #[test]
    fn parts_stand_upon_each_other_and_stay_in_their_box() {
        assert_eq!(
            parts(&[1.0, 0.0, 3.0], 4.0),
            [part(0, "120.0", "40.0"), part(2, "0.0", "120.0")]
        );
        assert_eq!(parts(&[0.0], 0.0), []);
        // a day with little is seen beside one with much
        assert_eq!(parts(&[1.0], 1e9), [part(0, "159.0", "1.0")]);
    }
}
