//! Amounts of the main chain's assets in all their spellings.

use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    chain::Chain,
    json::{self, Field, JsonError, JsonForm, Style},
    wire::{AssetForm, DecodeError, Reader, Writer, unexpected},
};

/// Which asset an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetKind {
    /// The coin pegged to a dollar: SBD, HBD.
    Dollar,
    /// The liquid coin: STEEM, HIVE.
    Liquid,
    /// Vesting shares.
    Vests,
}

impl AssetKind {
    /// All assets, by their number.
    pub const ALL: [Self; 3] = [Self::Dollar, Self::Liquid, Self::Vests];

    /// Decimals of an amount.
    pub fn precision(self) -> u8 {
        match self {
            Self::Dollar | Self::Liquid => 3,
            Self::Vests => 6,
        }
    }

    /// The numeric asset identifier of the appbase JSON form.
    pub fn nai(self) -> &'static str {
        match self {
            Self::Dollar => "@@000000013",
            Self::Liquid => "@@000000021",
            Self::Vests => "@@000000037",
        }
    }

    /// The asset with this numeric identifier.
    pub fn from_nai(nai: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.nai() == nai)
    }

    /// The number in the HF26 serialization: ((99999999 + k) << 5) + precision, k counting the assets from 1.
    fn number(self) -> u32 {
        let k = match self {
            Self::Dollar => 1,
            Self::Liquid => 2,
            Self::Vests => 3,
        };
        ((99_999_999 + k) << 5) + u32::from(self.precision())
    }
}

/// An amount of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asset {
    /// In the smallest unit: thousandths, or millionths for vesting shares.
    pub amount: i64,
    /// Of what.
    pub kind: AssetKind,
}

/// A text that is no amount.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidAsset {
    /// Not a number, a space and a symbol of this chain.
    #[error("expected an amount like \"1.000 {liquid}\", found {found:?}")]
    Form {
        /// The chain's liquid symbol.
        liquid: String,
        /// The text, shortened.
        found: String,
    },
    /// Nodes take exactly the decimals of the asset.
    #[error("expected {expected} decimals in an amount of {symbol}, found {found}")]
    Precision {
        /// The asset's precision.
        expected: u8,
        /// Its symbol.
        symbol: String,
        /// Decimals in the text.
        found: usize,
    },
    /// More than 64 bits.
    #[error("expected an amount of at most 64 bits, found {0:?}")]
    TooLarge(String),
}

impl Asset {
    /// An amount of the liquid coin, in thousandths.
    pub const fn liquid(amount: i64) -> Self {
        Self {
            amount,
            kind: AssetKind::Liquid,
        }
    }

    /// An amount of the dollar coin, in thousandths.
    pub const fn dollar(amount: i64) -> Self {
        Self {
            amount,
            kind: AssetKind::Dollar,
        }
    }

    /// An amount of vesting shares, in millionths.
    pub const fn vests(amount: i64) -> Self {
        Self {
            amount,
            kind: AssetKind::Vests,
        }
    }

    /// Reads the legacy form, such as `1.000 HIVE`.
    ///
    /// # Errors
    /// When the symbol is none of the chain's, or the decimals are not exactly those of the asset.
    pub fn parse(text: &str, chain: &Chain) -> Result<Self, InvalidAsset> {
        let shown = || text.chars().take(40).collect::<String>();
        let form = || InvalidAsset::Form {
            liquid: chain.symbols.liquid.clone(),
            found: shown(),
        };
        let (number, symbol) = text.split_once(' ').ok_or_else(form)?;
        let kind = chain.asset_kind(symbol).ok_or_else(form)?;
        let (negative, digits) = match number.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, number),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return Err(form());
        }
        let precision = kind.precision();
        if fraction.len() != usize::from(precision) {
            return Err(InvalidAsset::Precision {
                expected: precision,
                symbol: symbol.to_owned(),
                found: fraction.len(),
            });
        }
        let amount = whole
            .bytes()
            .chain(fraction.bytes())
            .try_fold(0_i128, |amount, byte| {
                amount.checked_mul(10)?.checked_add(i128::from(byte - b'0'))
            })
            .and_then(|amount| i64::try_from(if negative { -amount } else { amount }).ok())
            .ok_or_else(|| InvalidAsset::TooLarge(shown()))?;
        Ok(Self { amount, kind })
    }

    /// The legacy form with the chain's symbols, such as `1.000 HIVE`.
    pub fn format(&self, chain: &Chain) -> String {
        let precision = usize::from(self.kind.precision());
        let sign = if self.amount < 0 { "-" } else { "" };
        let digits = format!(
            "{:0width$}",
            self.amount.unsigned_abs(),
            width = precision + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - precision);
        format!("{sign}{whole}.{fraction} {}", chain.symbols.of(self.kind))
    }

    /// The appbase form: `{"amount":"1000","precision":3,"nai":"@@000000021"}`.
    pub fn to_nai(&self) -> Value {
        json!({ "amount": self.amount.to_string(), "precision": self.kind.precision(), "nai": self.kind.nai() })
    }

    /// Reads any of the three JSON spellings: legacy text, object, or the triple of early appbase nodes.
    ///
    /// # Errors
    /// Says what was expected.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        match value {
            Value::String(text) => {
                Self::parse(text, chain).map_err(|error| JsonError::new(spelling(&error), value))
            }
            Value::Object(map) => from_parts(
                map.get("amount"),
                map.get("precision"),
                map.get("nai"),
                value,
            ),
            Value::Array(items) => from_parts(items.first(), items.get(1), items.get(2), value),
            _ => Err(JsonError::new("an amount", value)),
        }
    }

    /// JSON in the given form.
    pub fn to_json(&self, chain: &Chain, form: JsonForm) -> Value {
        match form {
            JsonForm::Legacy => Value::String(self.format(chain)),
            JsonForm::Appbase => self.to_nai(),
        }
    }

    pub(crate) fn write_legacy(&self, out: &mut Writer<'_>) {
        /// Room for the symbol, padded with zeros.
        const SYMBOL: usize = 7;
        out.raw(&self.amount.to_le_bytes());
        out.raw(&[self.kind.precision()]);
        let symbol = out.chain.binary_symbols.of(self.kind).as_bytes();
        let mut padded = [0; SYMBOL];
        let length = symbol.len().min(SYMBOL);
        padded[..length].copy_from_slice(&symbol[..length]);
        out.raw(&padded);
    }

    pub(crate) fn read_legacy(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let amount = i64::from_le_bytes(input.array()?);
        let offset = input.offset();
        let [precision] = input.array()?;
        let symbol: [u8; 7] = input.array()?;
        let end = symbol
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(symbol.len());
        let (name, padding) = symbol.split_at(end);
        let kind = std::str::from_utf8(name)
            .ok()
            .and_then(|name| input.chain.binary_symbols.kind(name))
            .filter(|kind| kind.precision() == precision && padding.iter().all(|byte| *byte == 0))
            .ok_or_else(|| {
                let found = format!(
                    "precision {precision} and {:?}",
                    String::from_utf8_lossy(&symbol)
                );
                unexpected(offset, "precision and symbol of an asset", found)
            })?;
        Ok(Self { amount, kind })
    }
}

fn spelling(error: &InvalidAsset) -> String {
    match error {
        InvalidAsset::Form { liquid, .. } => format!("an amount like \"1.000 {liquid}\""),
        InvalidAsset::Precision {
            expected, symbol, ..
        } => format!("{expected} decimals in an amount of {symbol}"),
        InvalidAsset::TooLarge(_) => "an amount of at most 64 bits".to_owned(),
    }
}

fn from_parts(
    amount: Option<&Value>,
    precision: Option<&Value>,
    nai: Option<&Value>,
    whole: &Value,
) -> Result<Asset, JsonError> {
    let amount = amount
        .and_then(json::integer)
        .and_then(|amount| i64::try_from(amount).ok());
    let precision = precision.and_then(json::integer);
    let kind = nai.and_then(Value::as_str).and_then(AssetKind::from_nai);
    match (amount, kind) {
        (Some(amount), Some(kind)) if precision == Some(i128::from(kind.precision())) => {
            Ok(Asset { amount, kind })
        }
        _ => Err(JsonError::new(
            "an amount, the precision of its asset and its numeric identifier",
            whole,
        )),
    }
}

impl Field for Asset {
    fn write(&self, out: &mut Writer<'_>) {
        match out.form {
            AssetForm::Legacy => self.write_legacy(out),
            AssetForm::Hf26 => {
                out.raw(&self.amount.to_le_bytes());
                out.raw(&self.kind.number().to_le_bytes());
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.form {
            AssetForm::Legacy => Self::read_legacy(input),
            AssetForm::Hf26 => {
                let amount = i64::from_le_bytes(input.array()?);
                let offset = input.offset();
                let number = u32::from_le_bytes(input.array()?);
                let kind = AssetKind::ALL
                    .into_iter()
                    .find(|kind| kind.number() == number);
                let kind = kind.ok_or_else(|| {
                    unexpected(offset, "the number of an asset", number.to_string())
                })?;
                Ok(Self { amount, kind })
            }
        }
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        Some(Asset::to_json(self, style.chain, style.form))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        Asset::from_json(value, chain)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(chain: &Chain, text: &str, asset: Asset) {
        assert_eq!(Asset::parse(text, chain), Ok(asset));
        assert_eq!(asset.format(chain), text);
    }

    #[test]
    fn texts_of_both_chains() {
        check(&Chain::hive(), "1.000 HIVE", Asset::liquid(1000));
        check(&Chain::hive(), "-100.333 HBD", Asset::dollar(-100_333));
        check(&Chain::hive(), "-0.005 HBD", Asset::dollar(-5));
        check(
            &Chain::steem(),
            "123456.789000 VESTS",
            Asset::vests(123_456_789_000),
        );
        check(
            &Chain::steem(),
            "9223372036854775.807 STEEM",
            Asset::liquid(i64::MAX),
        );
        check(
            &Chain::steem(),
            "-9223372036854775.808 SBD",
            Asset::dollar(i64::MIN),
        );
    }

    #[test]
    fn hive_takes_the_old_spelling() {
        assert_eq!(
            Asset::parse("1.000 STEEM", &Chain::hive()),
            Ok(Asset::liquid(1000))
        );
        assert_eq!(
            Asset::parse("1.000 SBD", &Chain::hive()),
            Ok(Asset::dollar(1000))
        );
    }

    #[test]
    fn texts_that_nodes_refuse() {
        for text in [
            "",
            "1.000",
            "1 HIVE",
            "1.00 HIVE",
            "1.0000 HIVE",
            ".000 HIVE",
            "1.000  HIVE",
            "1.000 BEE",
            "+1.000 HIVE",
            "1.000 hive",
            "1.00a HIVE",
            "--1.000 HIVE",
            "9223372036854775.808 HIVE",
            "1.000 HIVE ",
            "1.0.0 HIVE",
        ] {
            assert!(Asset::parse(text, &Chain::hive()).is_err(), "{text:?}");
        }
        assert!(Asset::parse("1.000 HIVE", &Chain::steem()).is_err());
    }

    #[test]
    fn all_json_spellings_are_read() {
        let chain = Chain::hive();
        for value in [
            json!("1.000 HIVE"),
            json!({ "amount": "1000", "precision": 3, "nai": "@@000000021" }),
            json!({ "amount": 1000, "precision": 3, "nai": "@@000000021" }),
            json!(["1000", 3, "@@000000021"]),
        ] {
            assert_eq!(
                Asset::from_json(&value, &chain),
                Ok(Asset::liquid(1000)),
                "{value}"
            );
        }
        for value in [
            json!(null),
            json!(1),
            json!([]),
            json!({ "amount": "1000", "precision": 6, "nai": "@@000000021" }),
            json!({ "amount": "1.0", "precision": 3, "nai": "@@000000021" }),
            json!({ "amount": "1000", "precision": 3, "nai": "@@000000099" }),
        ] {
            assert!(Asset::from_json(&value, &chain).is_err(), "{value}");
        }
    }

    #[test]
    fn asset_numbers() {
        let numbers = AssetKind::ALL.map(AssetKind::number);
        assert_eq!(numbers, [3_200_000_003, 3_200_000_035, 3_200_000_070]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = Asset::parse(&text, &Chain::hive());
        }

        #[test]
        fn what_is_read_is_written_the_same(text in "-?[0-9]{1,17}\\.[0-9]{3} (HIVE|HBD)") {
            let chain = Chain::hive();
            if let Ok(asset) = Asset::parse(&text, &chain) {
                prop_assert_eq!(Asset::parse(&asset.format(&chain), &chain), Ok(asset));
            }
        }
    }
}
