//! How much is paid without anybody looking.

use serde::Serialize;

/// The most that is paid of a coin without the operator's approval, in thousandths; each of the coins counts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In one payment.
    pub payment: i64,
    /// In an hour.
    pub hour: i64,
    /// In a day.
    pub day: i64,
}

impl Default for Limits {
    /// 1,000 in a payment, 5,000 in an hour, 20,000 in a day.
    fn default() -> Limits {
        Limits {
            payment: 1_000_000,
            hour: 5_000_000,
            day: 20_000_000,
        }
    }
}

/// Limits as amounts, for reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitTexts {
    /// In one payment.
    pub payment: String,
    /// In an hour.
    pub hour: String,
    /// In a day.
    pub day: String,
}

impl Limits {
    /// As amounts.
    pub fn texts(&self) -> LimitTexts {
        LimitTexts {
            payment: thousandths(self.payment),
            hour: thousandths(self.hour),
            day: thousandths(self.day),
        }
    }
}

/// A number of thousandths as an amount.
pub(crate) fn thousandths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{:03}", number / 1000, number % 1000)
}

/// Reads an amount of up to three decimals into thousandths.
///
/// # Errors
/// Says what was expected.
pub fn parse_thousandths(text: &str) -> Result<i64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = match digits(whole) && digits(fraction) && fraction.len() <= 3 {
        true => format!("{whole}{fraction:0<3}").parse().ok(),
        false => None,
    };
    number.ok_or_else(|| {
        format!("expected an amount with up to three decimals such as 1000 or 0.5, found {text:?}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (text, number) in [
            ("1000", 1_000_000),
            ("0.5", 500),
            ("0.001", 1),
            ("12.34", 12_340),
            ("0", 0),
        ] {
            assert_eq!(parse_thousandths(text), Ok(number));
        }
        assert_eq!(thousandths(12_340), "12.340");
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "0.0001",
            "-1",
            "1e3",
            "99999999999999999999",
        ] {
            assert!(parse_thousandths(bad).is_err(), "{bad}");
        }
    }
}
