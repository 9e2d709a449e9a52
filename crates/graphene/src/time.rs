//! Points in time of the main chain: whole seconds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Seconds since 1970-01-01T00:00:00 UTC, as blocks and transactions carry them.
///
/// Its text is `YYYY-MM-DDThh:mm:ss` without a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(pub u32);

/// A text that is not a time the main chain can hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a time like 2026-01-10T12:34:50 between 1970 and 2106, found {0:?}")]
pub struct InvalidTime(String);

/// Nodes print the largest time, which stands for "never", as the second before the epoch.
const NEVER_TEXT: &str = "1969-12-31T23:59:59";
const JULIAN_DAY_OF_EPOCH: i64 = 2_440_588;

impl Time {
    /// The largest time; nodes use it for "never".
    pub const NEVER: Self = Self(u32::MAX);

    /// Seconds since the epoch.
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// This time `seconds` later, at most [`Time::NEVER`].
    pub fn plus(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER {
            return f.write_str(NEVER_TEXT);
        }
        let time = time::OffsetDateTime::from_unix_timestamp(i64::from(self.0))
            .expect("every u32 is within the years the time library knows");
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}

impl FromStr for Time {
    type Err = InvalidTime;

    /// Reads the node's form; also takes fractions of a second (dropped) and a trailing `Z`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| InvalidTime(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Time> {
    let bytes = text.strip_suffix('Z').unwrap_or(text).as_bytes();
    let (whole, fraction) = bytes.split_at_checked(19)?;
    match fraction {
        [] => {}
        [b'.', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {}
        _ => return None,
    }
    if whole == NEVER_TEXT.as_bytes() {
        return Some(Time::NEVER);
    }
    for (index, separator) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if whole[index] != separator {
            return None;
        }
    }
    let number = |range: std::ops::Range<usize>| {
        whole[range].iter().try_fold(0_i64, |value, byte| {
            byte.is_ascii_digit()
                .then(|| value * 10 + i64::from(byte - b'0'))
        })
    };
    let month = time::Month::try_from(u8::try_from(number(5..7)?).ok()?).ok()?;
    let date = time::Date::from_calendar_date(
        i32::try_from(number(0..4)?).ok()?,
        month,
        u8::try_from(number(8..10)?).ok()?,
    )
    .ok()?;
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = i64::from(date.to_julian_day()) - JULIAN_DAY_OF_EPOCH;
    u32::try_from(days * 86_400 + hour * 3600 + minute * 60 + second)
        .ok()
        .map(Time)
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: Option<u32>) {
        assert_eq!(text.parse().ok(), seconds.map(Time), "{text:?}");
    }

    #[test]
    fn texts_of_nodes() {
        check("1970-01-01T00:00:00", Some(0));
        check("2017-07-15T16:51:19", Some(0x596a_4807));
        check("2000-02-29T00:00:00", Some(951_782_400));
        check("2106-02-07T06:28:14", Some(u32::MAX - 1));
    }

    #[test]
    fn texts_of_lenient_clients() {
        check("2017-07-15T16:51:19Z", Some(0x596a_4807));
        check("2017-07-15T16:51:19.250", Some(0x596a_4807));
        check("2017-07-15T16:51:19.250Z", Some(0x596a_4807));
    }

    #[test]
    fn never_reads_and_prints_as_nodes_do() {
        check("1969-12-31T23:59:59", Some(u32::MAX));
        assert_eq!(Time::NEVER.to_string(), "1969-12-31T23:59:59");
    }

    proptest::proptest! {
        #[test]
        fn texts_round_trip(seconds: u32) {
            proptest::prop_assert_eq!(Time(seconds).to_string().parse(), Ok(Time(seconds)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,30}", digits in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.{0,4}") {
            let _ = text.parse::<Time>();
            let _ = digits.parse::<Time>();
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "Z",
            "2017-07-15",
            "2017-07-15 16:51:19",
            "2017-02-29T00:00:00",
            "2017-13-01T00:00:00",
            "2017-07-15T24:00:00",
            "2017-07-15T16:60:19",
            "2017-07-15T16:51:60",
            "2017-07-15T16:51:1x",
            "2017-07-15T16:51:19.",
            "2017-07-15T16:51:19+00:00",
            "1960-01-01T00:00:00",
            "2106-02-07T06:28:16",
            "+017-07-15T16:51:19",
            "2017-07-15T16:51:1é",
        ] {
            check(text, None);
        }
    }
}
