use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};

/// An amount or price as an exact count of 0.00000001, the smallest unit that any token has.
///
/// Its text has no more decimals than it needs: `10`, `0.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(Quantity);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(Quantity::ZERO);
    /// The smallest amount.
    pub const UNIT: Amount = Amount(Quantity::from_units(1));

    /// What a text means, in any form of number that contracts take; more than 8 decimals are cut off.
    ///
    /// `None` if it is no finite number, or too large.
    pub fn parse(text: &str) -> Option<Amount> {
        plain(text).or_else(|| Amount::parse_any(text))
    }

    fn parse_any(text: &str) -> Option<Amount> {
        Quantity::parse_rounded(text, Precision::MAX, Rounding::Down)
            .ok()
            .map(Amount)
    }

    /// So many of the smallest unit.
    pub const fn from_units(units: i128) -> Amount {
        Amount(Quantity::from_units(units))
    }

    /// How many of the smallest unit.
    pub const fn units(self) -> i128 {
        self.0.units()
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0.is_positive()
    }

    /// The sum, or the largest amount there is: the texts of contracts are not ours to trust.
    #[must_use]
    pub fn plus(self, other: Amount) -> Amount {
        Amount::from_units(self.units().saturating_add(other.units()))
    }

    /// The difference; below zero where a chain's history has it so.
    #[must_use]
    pub fn minus(self, other: Amount) -> Amount {
        Amount::from_units(self.units().saturating_sub(other.units()))
    }

    /// This many tokens at this price, rounded.
    pub fn times(self, price: Amount, rounding: Rounding) -> Option<Amount> {
        let unit = Precision::MAX.units_per_token();
        self.0.mul_div(price.units(), unit, rounding).map(Amount)
    }

    /// What one token cost when this much was paid for so many; `None` for no tokens at all.
    pub fn per(self, quantity: Amount, rounding: Rounding) -> Option<Amount> {
        if !quantity.is_positive() {
            return None;
        }
        let unit = Precision::MAX.units_per_token();
        self.0.mul_div(unit, quantity.units(), rounding).map(Amount)
    }

    /// The text with exactly so many decimals, at most 8; what does not fit is cut off.
    pub fn fixed(self, decimals: u8) -> String {
        let precision = Precision::new(decimals).unwrap_or(Precision::MAX);
        self.0
            .rescale(Precision::MAX, precision, Rounding::Down)
            .unwrap_or(self.0)
            .format(precision)
    }

    /// One of several equal parts, cut off at so many decimals.
    pub fn part(self, parts: i64, decimals: u32) -> Amount {
        let unit = 10_i128.pow(8_u32.saturating_sub(decimals));
        let part = self.units() / i128::from(parts.max(1));
        Amount::from_units(part / unit * unit)
    }

    /// The number.
    pub fn to_decimal(self) -> Decimal {
        self.0.to_decimal(Precision::MAX)
    }

    /// As a floating-point number, for charts; never to reckon with.
    pub fn to_f64(self) -> f64 {
        self.to_decimal().to_f64()
    }

    /// A whole number that sorts like the amounts, but for differences beyond 15 digits; nothing and less are 0.
    pub fn rank(self) -> i64 {
        let value = self.to_f64().max(0.0);
        // the bits of floating-point numbers from zero on sort as the numbers do
        i64::try_from(value.to_bits()).unwrap_or(0)
    }

    /// Its order of magnitude: 2 from 100 to 999, -1 from 0.1 on. That of the smallest unit for nothing and less.
    pub(crate) fn decade(self) -> i32 {
        let units = self.units().max(1);
        i32::try_from(units.ilog10()).unwrap_or(i32::MAX) - 8
    }

    /// The step of the amounts that differ from this one by a sixteenth at most; steps sort like amounts.
    pub(crate) fn step(self) -> i64 {
        // the exponent and the first 4 bits of the mantissa, which has 52
        self.rank() >> 48
    }
}

/// What `10` or `0.50` means: nearly all texts are digits with a point at most, and charts read thousands of them.
fn plain(text: &str) -> Option<Amount> {
    const MOST_DIGITS: usize = 28;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_plain =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_plain(whole) || !is_plain(part) || whole.len() > MOST_DIGITS || part.len() > 8 {
        return None;
    }
    let digits = whole.bytes().chain(part.bytes());
    let units = digits.fold(0, |units: i128, digit| {
        units * 10 + i128::from(digit - b'0')
    });
    let missing = 8 - u32::try_from(part.len()).ok()?;
    Some(Amount::from_units(units * 10_i128.pow(missing)))
}

/// How many decimals a text shows.
pub(crate) fn decimals_shown(text: &str) -> u32 {
    let shown = text.split_once('.').map_or(0, |(_, after)| after.len());
    u32::try_from(shown).unwrap_or(8).min(8)
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.format(Precision::MAX);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = String::deserialize(deserializer)?;
        Amount::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("expected an amount, found {text:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn texts_are_as_short_as_they_can_be() {
        for (text, shown) in [
            ("10.000", "10"),
            ("0.50000000", "0.5"),
            ("9007199254740991.00000001", "9007199254740991.00000001"),
            ("0", "0"),
            ("1e-8", "0.00000001"),
            ("0x10", "16"),
            ("-1.50", "-1.5"),
            ("0.123456789", "0.12345678"),
        ] {
            assert_eq!(amount(text).to_string(), shown);
        }
        for no in ["", "abc", "Infinity", "NaN", "1e60"] {
            assert_eq!(Amount::parse(no), None, "{no:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn plain_texts_mean_the_same(text in "-?[0-9]{0,30}[.]?[0-9]{0,10}") {
            proptest::prop_assert_eq!(Amount::parse(&text), Amount::parse_any(&text));
        }
    }

    #[test]
    fn prices_and_volumes_agree() {
        let (quantity, price) = (amount("2.277"), amount("0.12345678"));
        let volume = quantity.times(price, Rounding::Up).unwrap();
        assert_eq!(volume.to_string(), "0.28111109");
        assert_eq!(volume.per(quantity, Rounding::Down), Some(price));
        assert_eq!(volume.per(Amount::ZERO, Rounding::Down), None);
        assert_eq!(amount("10").part(3, 3).to_string(), "3.333");
    }

    #[test]
    fn ranks_sort_as_amounts_do() {
        let texts = [
            "-1",
            "0.00000001",
            "0.5",
            "1",
            "92233720368.5",
            "9007199254740991",
        ];
        let ranks: Vec<_> = texts.iter().map(|text| amount(text).rank()).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(ranks[0], 0);
    }
}
