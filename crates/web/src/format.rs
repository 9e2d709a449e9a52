//! Numbers and times for people. Amounts are decimal texts and stay it: nothing is rounded up, and no float sees them.

use tartan_index::Amount;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// A value, or a reference to one, or to that: templates pass what they loop over by reference.
pub trait Given<T> {
    /// The value.
    fn given(&self) -> T;
}

macro_rules! given {
    ($($kind:ty),*) => {
        $(impl Given<$kind> for $kind {
            fn given(&self) -> $kind {
                *self
            }
        })*
    };
}

given!(
    u64,
    i64,
    usize,
    Option<Amount>,
    crate::ui::Kind,
    crate::ui::Status
);

impl<T, U: Given<T> + ?Sized> Given<T> for &U {
    fn given(&self) -> T {
        (**self).given()
    }
}

/// An amount with its thousands separated: `1234567.8900` is `1,234,567.8900`. What is not a plain decimal stays as it
/// is.
pub fn amount(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if !is_digits(whole) || fraction.is_some_and(|fraction| !is_digits(fraction)) {
        return text.to_owned();
    }
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3);
    grouped.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// The same with at most so many decimals: the others are cut off, and so are zeros at the end.
pub fn amount_cut(text: &str, decimals: usize) -> String {
    let Some((whole, fraction)) = text.split_once('.') else {
        return amount(text);
    };
    if !is_digits(fraction) {
        return text.to_owned();
    }
    let fraction = fraction[..fraction.len().min(decimals)].trim_end_matches('0');
    match fraction.is_empty() {
        // no negative zero
        true if whole.trim_matches(['-', '0']).is_empty() => "0".to_owned(),
        true => amount(whole),
        false => amount(&format!("{whole}.{fraction}")),
    }
}

/// A large amount in a few digits, cut off, for where space is short: `1234567.8` is `1.23M`. Show the whole one beside.
pub fn amount_short(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let whole = digits.split('.').next().unwrap_or_default();
    let whole = whole.trim_start_matches('0');
    if !is_digits(whole) || whole.len() < 5 {
        return amount_cut(text, if whole.is_empty() { 8 } else { 3 });
    }
    const UNITS: [&str; 4] = ["k", "M", "B", "T"];
    let unit = ((whole.len() - 1) / 3).min(UNITS.len());
    let (front, back) = whole.split_at(whole.len() - unit * 3);
    let decimals = 3_usize.saturating_sub(front.len());
    let cut = amount_cut(&format!("{front}.{back}"), decimals);
    format!("{sign}{cut}{}", UNITS[unit - 1])
}

/// An amount of dollars, cut off: `$1,234.56`; below a dollar with as many decimals as it takes to see three digits.
pub fn dollars(worth: Amount) -> String {
    let text = worth.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let zeros = fraction.len() - fraction.trim_start_matches('0').len();
    let decimals = match whole.trim_start_matches('-') {
        "0" if !fraction.is_empty() => (zeros + 3).clamp(4, 8),
        _ => 2,
    };
    let decimals = u8::try_from(decimals).unwrap_or(2);
    let fixed = amount(&worth.fixed(decimals));
    match fixed.strip_prefix('-') {
        Some(fixed) => format!("−${fixed}"),
        None => format!("${fixed}"),
    }
}

/// A count with its thousands separated.
pub fn count(number: impl Given<u64>) -> String {
    amount(&number.given().to_string())
}

/// A percentage with a sign, as `market.ticker` gives it: `3.1` is `+3.1 %`.
pub fn percent(text: &str) -> String {
    let is_zero = text.trim_matches(['-', '0', '.', '%']).is_empty();
    let text = text.trim_end_matches('%');
    match text.starts_with('-') || is_zero {
        true => format!("{} %", text.replace('-', "−")),
        false => format!("+{text} %"),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 of a block's timestamp (`YYYY-MM-DDTHH:MM:SS`, UTC).
pub fn seconds(timestamp: &str) -> Option<i64> {
    const FORMAT: &[time::format_description::BorrowedFormatItem<'_>] =
        time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let timestamp = timestamp.get(..19)?;
    let at = PrimitiveDateTime::parse(timestamp, FORMAT).ok()?;
    Some(at.assume_utc().unix_timestamp())
}

/// A time for `datetime="…"`: `2026-01-01T12:00:00Z`. `None` if there is no such year.
pub fn machine_time(seconds: i64) -> Option<String> {
    let at = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    at.to_offset(UtcOffset::UTC).format(&Rfc3339).ok()
}

/// A time for people, in UTC: `2026-01-01 12:00:00`.
pub fn utc(seconds: i64) -> Option<String> {
    let text = machine_time(seconds)?;
    Some(text.get(..19)?.replace('T', " "))
}

/// The day of a time, in UTC: `2026-01-01`; empty if there is no such year.
pub fn day(seconds: i64) -> String {
    let text = machine_time(seconds).unwrap_or_default();
    text.get(..10).unwrap_or_default().to_owned()
}

/// Bytes in a few digits: `1.4 GiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut left = bytes as f64;
    while left >= 1024.0 && unit + 1 < UNITS.len() {
        left /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{left:.1} {}", UNITS[unit]),
    }
}

/// A hash or id in a few characters: the first eight and the last four.
pub fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= 16 {
        return text.to_owned();
    }
    let front: String = text.chars().take(8).collect();
    let back: String = text.chars().skip(count - 4).collect();
    format!("{front}…{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_nothing_else_changes() {
        for (text, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1234567.8900", "1,234,567.8900"),
            ("-1234.5", "-1,234.5"),
            ("1e21", "1e21"),
            ("NaN", "NaN"),
            ("", ""),
            (".5", ".5"),
            ("1.", "1."),
        ] {
            assert_eq!(amount(text), expected, "{text}");
        }
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn amounts_are_cut_and_never_rounded_up() {
        for (text, decimals, expected) in [
            ("0.99999", 3, "0.999"),
            ("1999.9999", 0, "1,999"),
            ("1.50000", 8, "1.5"),
            ("-0.0001", 2, "0"),
            ("2.000", 2, "2"),
            ("x.y", 2, "x.y"),
        ] {
            assert_eq!(amount_cut(text, decimals), expected, "{text}");
        }
    }

    #[test]
    fn large_amounts_take_little_space() {
        for (text, expected) in [
            ("0.00001234", "0.00001234"),
            ("1234.5678", "1,234.567"),
            ("12345.678", "12.3k"),
            ("999999.9", "999k"),
            ("1234567.8", "1.23M"),
            ("9223372036854775807", "9,223,372T"),
            ("-20000000", "-20M"),
        ] {
            assert_eq!(amount_short(text), expected, "{text}");
        }
    }

    #[test]
    fn percentages_have_a_sign() {
        assert_eq!(percent("3.10"), "+3.10 %");
        assert_eq!(percent("-2.5%"), "−2.5 %");
        assert_eq!(percent("0.00"), "0.00 %");
    }

    #[test]
    fn dollars_show_cents_or_three_digits() {
        for (text, expected) in [
            ("0", "$0.00"),
            ("1234.5678", "$1,234.56"),
            ("1", "$1.00"),
            ("0.5", "$0.5000"),
            ("0.02254", "$0.0225"),
            ("0.000012345", "$0.0000123"),
            ("0.00000001", "$0.00000001"),
            ("-2.5", "−$2.50"),
        ] {
            assert_eq!(dollars(Amount::parse(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn times_are_utc() {
        let at = seconds("2026-01-01T12:00:05").unwrap();
        assert_eq!(machine_time(at).unwrap(), "2026-01-01T12:00:05Z");
        assert_eq!(utc(at).unwrap(), "2026-01-01 12:00:05");
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(seconds("é026-01-01T12:00:05"), None);
        assert_eq!(machine_time(i64::MAX), None);
    }

    #[test]
    fn days_and_bytes() {
        assert_eq!(day(1_767_268_805), "2026-01-01");
        assert_eq!(day(i64::MAX), "");
        for (count, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1536, "1.5 KiB"),
            (3 << 30, "3.0 GiB"),
            (u64::MAX, "16777216.0 TiB"),
        ] {
            assert_eq!(bytes(count), expected);
        }
    }

    #[test]
    fn ids_are_shortened_by_characters() {
        assert_eq!(shortened("abcdef"), "abcdef");
        assert_eq!(shortened("0123456789abcdef01234567"), "01234567…4567");
        assert_eq!(shortened("ééééééééééééééééé"), "éééééééé…éééé");
    }
}
