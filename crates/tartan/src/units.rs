//! Times and sizes as people write them.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// Reads `3s`, `0.5s`, `200ms` or `3`: at least 10 milliseconds, at most a day.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    let number = |text: &str, scale: f64| {
        let number: f64 = text.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * scale).ok()
    };
    let found = match text.strip_suffix("ms") {
        Some(millis) => number(millis, 0.001),
        None => number(text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let range = Duration::from_millis(10)..=Duration::from_secs(86_400);
    found.filter(|time| range.contains(time)).ok_or_else(|| {
        format!("expected a time from 10ms to a day, such as 3s or 200ms, found {text:?}")
    })
}

/// A number of bytes, written `64GiB`, `512MiB` or as a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

const UNITS: [(&str, u32); 4] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        let unit = UNITS
            .iter()
            .find_map(|(unit, bits)| Some((text.strip_suffix(unit)?, *bits)));
        let (number, bits) = unit.unwrap_or((text, 0));
        let bytes = number
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_mul(1 << bits));
        bytes
            .map(Size)
            .ok_or_else(|| format!("expected a size such as 64GiB or 512MiB, found {text:?}"))
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Size, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A time in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_time(&text)
            .map(Time)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(parse_time("3s"), Ok(Duration::from_secs(3)));
        assert_eq!(parse_time("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(parse_time("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["", "fast", "-1s", "1ms", "inf", "nan", "2d", "1e9"] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!("64GiB".parse(), Ok(Size(64 << 30)));
        assert_eq!("512 MiB".parse(), Ok(Size(512 << 20)));
        assert_eq!("4096".parse(), Ok(Size(4096)));
        for bad in ["", "GiB", "-1", "64GB", "1e3", "99999999999TiB"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
