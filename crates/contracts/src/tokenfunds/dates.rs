//! The dates of proposals: `YYYY-MM-DDThh:mm:ss.sssZ`.

use tartan_document::Value;
use tartan_runtime::{ActionResult, OrFail, ensure};

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;
const FORMAT: &str = "invalid datetime format: YYYY-MM-DDThh:mm:ss.sssZ";

/// A date as a payload has it.
pub(super) struct Date {
    pub(super) text: String,
    pub(super) time: i64,
}

/// The milliseconds since 1970 of a date that is written in exactly this form, and that there is.
pub(super) fn parse(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 24 {
        return None;
    }
    let separators = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (23, b'Z'),
    ];
    if !separators
        .iter()
        .all(|(at, separator)| bytes[*at] == *separator)
    {
        return None;
    }
    let digits = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0_i64, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let there_is = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = (hour * 60 + minute) * 60 + second;
    there_is.then_some(days_since_1970(year, month, day) * DAY + seconds * 1000 + digits(20, 23)?)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Of the proleptic Gregorian calendar, whose years are counted here from March on, so that the leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days_before_month = (153 * month + 2) / 5;
    year * 365 + leap_days + days_before_month + day - 1 - 719_468
}

fn read(value: Option<&Value>) -> Option<Date> {
    let text = value?.as_str()?;
    Some(Date {
        time: parse(text)?,
        text: text.to_string(),
    })
}

/// The dates of a new proposal.
pub(super) fn range(
    start: Option<&Value>,
    end: Option<&Value>,
    now: i64,
    max_days: i64,
) -> ActionResult<(Date, Date)> {
    let start = read(start).or_fail(FORMAT)?;
    let end = read(end).or_fail(FORMAT)?;
    ensure!(
        start.time < end.time - DAY,
        "dates must be at least 1 day apart"
    );
    ensure!(
        start.time > now + DAY,
        "startDate must be at least 1 day in the future"
    );
    check_length(start.time, end.time, max_days)?;
    Ok((start, end))
}

/// The new end of a proposal.
pub(super) fn earlier_end(
    end: Option<&Value>,
    start: i64,
    present: i64,
    max_days: i64,
) -> ActionResult<Date> {
    let end = read(end).or_fail(FORMAT)?;
    ensure!(start < end.time - DAY, "dates must be at least 1 day apart");
    ensure!(end.time <= present, "date can only be reduced");
    check_length(start, end.time, max_days)?;
    Ok(end)
}

fn check_length(start: i64, end: i64, max_days: i64) -> ActionResult {
    let days = (end - start + DAY - 1) / DAY;
    ensure!(days <= max_days, "date range exceeds DTF maxDays");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_there_are() {
        assert_eq!(parse("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(parse("2021-03-12T00:00:00.000Z"), Some(1_615_507_200_000));
        assert_eq!(parse("2020-02-29T23:59:59.999Z"), Some(1_583_020_799_999));
        assert_eq!(parse("1969-12-31T23:59:59.999Z"), Some(-1));
        assert_eq!(parse("2000-03-01T00:00:00.000Z"), Some(951_868_800_000));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "2021-03-12",
            "2021-02-29T00:00:00.000Z",
            "2100-02-29T00:00:00.000Z",
            "2021-13-01T00:00:00.000Z",
            "2021-00-01T00:00:00.000Z",
            "2021-04-31T00:00:00.000Z",
            "2021-03-12T24:00:00.000Z",
            "2021-03-12T00:60:00.000Z",
            "2021-03-12T00:00:60.000Z",
            "2021-03-12 00:00:00.000Z",
            "2021-03-12T00:00:00.000+",
            "2021-03-1xT00:00:00.000Z",
            "Fri, 12 Mar 2021 00:00:0",
            "2021-03-12T00:00:00.00é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
