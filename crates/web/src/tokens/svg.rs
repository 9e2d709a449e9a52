//! Lines for charts: numbers become the `points` of an SVG's line. Charts show shapes, so floats will do here; the
//! numbers beside them are exact.

/// The points of a line through these values in a box of this size, oldest left, from the least to the greatest value
/// from the bottom to the top. `None` for fewer than two values.
pub(super) fn line(values: &[f64], (width, height): (f64, f64)) -> Option<String> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| {
        (a.min(value), b.max(value))
    });
    between(values, (least, most), (width, height))
}

/// The same between given bounds.
pub(super) fn between(
    values: &[f64],
    (least, most): (f64, f64),
    (width, height): (f64, f64),
) -> Option<String> {
    if values.len() < 2 || !least.is_finite() || !most.is_finite() {
        return None;
    }
    let step = width / (values.len() - 1) as f64;
    let span = most - least;
    let mut points = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        let share = match span > 0.0 && value.is_finite() {
            true => ((value - least) / span).clamp(0.0, 1.0),
            false => 0.5,
        };
        let (x, y) = (place as f64 * step, height - share * height);
        points.push(format!("{x:.1},{y:.1}"));
    }
    Some(points.join(" "))
}

/// The points of the area under a line.
pub(super) fn area(line: &str, (width, height): (f64, f64)) -> String {
    format!("0,{height:.1} {line} {width:.1},{height:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_from_left_to_right_and_stay_in_their_box() {
        let box_size = (10.0, 4.0);
        assert_eq!(
            line(&[1.0, 3.0, 2.0], box_size).unwrap(),
            "0.0,4.0 5.0,0.0 10.0,2.0"
        );
        assert_eq!(line(&[7.0, 7.0], box_size).unwrap(), "0.0,2.0 10.0,2.0");
        assert_eq!(line(&[1.0], box_size), None);
        assert_eq!(line(&[f64::NAN, f64::NAN], box_size), None);
        assert_eq!(area("0.0,1.0", box_size), "0,4.0 0.0,1.0 10.0,4.0");
    }
}
