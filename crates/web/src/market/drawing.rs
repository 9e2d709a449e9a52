//! Small drawings, made on the server: points of SVG. The only place where prices become floating-point numbers.

use std::fmt::Write as _;

use tartan_index::Amount;

use super::book::Book;

/// Points of a line through these values in a box of this size, the last one at its right edge.
pub(super) fn line(values: &[Amount], (width, height): (f64, f64)) -> String {
    let values: Vec<f64> = values.iter().map(|value| value.to_f64()).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = high - low;
    let steps = (values.len().max(2) - 1) as f64;
    let mut points = String::new();
    for (place, value) in values.iter().enumerate() {
        let x = width * place as f64 / steps;
        // a flat line lies in the middle
        let up = if span > 0.0 {
            (value - low) / span
        } else {
            0.5
        };
        let y = 1.0 + (height - 2.0) * (1.0 - up);
        let _ = write!(points, "{}{x:.1},{y:.1}", if place > 0 { " " } else { "" });
    }
    points
}

/// The depth of a market: two areas from the middle outwards.
#[derive(Debug, Clone, Default)]
pub(super) struct Depth {
    /// Points of the area of bids.
    pub(super) bids: String,
    /// Points of the area of asks.
    pub(super) asks: String,
    /// The lowest price that is drawn, and the highest.
    pub(super) low: String,
    pub(super) high: String,
}

/// Width and height of the depth's drawing.
const DEPTH: (f64, f64) = (600.0, 200.0);

impl Depth {
    /// Draws prices up to half of the middle one away from it.
    pub(super) fn of(book: &Book) -> Option<Depth> {
        let (bid, ask) = (book.best_bid(), book.best_ask());
        let middle = match (bid, ask) {
            (Some(bid), Some(ask)) => (bid.to_f64() + ask.to_f64()) / 2.0,
            (Some(one), None) | (None, Some(one)) => one.to_f64(),
            (None, None) => return None,
        };
        let (bids, asks) = book.depth();
        let within =
            |level: &&super::book::Level| (level.price.to_f64() - middle).abs() <= middle / 2.0;
        let points = |levels: &[super::book::Level]| -> Vec<(f64, f64)> {
            let near = levels.iter().filter(within);
            near.map(|level| (level.price.to_f64(), level.sum.to_f64()))
                .collect()
        };
        let (bids, asks) = (points(bids), points(asks));
        let reach = bids.iter().chain(&asks);
        let reach = reach.map(|(price, _)| (price - middle).abs());
        let reach = reach.fold(middle / 50.0, f64::max) * 1.05;
        let most = bids.iter().chain(&asks).map(|(_, sum)| *sum);
        let most = most.fold(f64::MIN_POSITIVE, f64::max) * 1.1;
        let (width, height) = DEPTH;
        let x = |price: f64| width / 2.0 + (price - middle) / reach * width / 2.0;
        let y = |sum: f64| height - sum / most * height;
        let area = |points: &[(f64, f64)], edge: f64| {
            let mut text = String::new();
            let (mut sum, mut last) = (0.0, None);
            for (price, more) in points {
                if last.is_none() {
                    let _ = write!(text, "{:.1},{height:.1} ", x(*price));
                }
                let _ = write!(text, "{:.1},{:.1} ", x(*price), y(sum));
                sum = *more;
                last = Some(*price);
                let _ = write!(text, "{:.1},{:.1} ", x(*price), y(sum));
            }
            if last.is_some() {
                let _ = write!(text, "{edge:.1},{:.1} {edge:.1},{height:.1}", y(sum));
            }
            text
        };
        let shown = |price: f64| {
            let decimals = usize::from(book.decimals);
            format!("{price:.decimals$}")
        };
        Some(Depth {
            bids: area(&bids, 0.0),
            asks: area(&asks, width),
            low: shown(middle - reach),
            high: shown(middle + reach),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_their_box() {
        let amounts: Vec<_> = ["1", "3", "2"]
            .iter()
            .map(|text| Amount::parse(text).unwrap())
            .collect();
        assert_eq!(
            line(&amounts, (100.0, 22.0)),
            "0.0,21.0 50.0,1.0 100.0,11.0"
        );
        assert_eq!(line(&amounts[..1], (100.0, 22.0)), "0.0,11.0");
        assert_eq!(line(&[], (100.0, 22.0)), "");
    }

    #[test]
    fn an_empty_book_has_no_depth() {
        assert!(Depth::of(&Book::default()).is_none());
    }
}
