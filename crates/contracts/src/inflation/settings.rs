//! What a network issues.

use serde::{Deserialize, Deserializer, Serialize};
use tartan_decimal::Decimal;

/// Who gets how much of the new tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// In this order. Where a network says nothing: about 100,000 a year for the engine account and 200,000 for the
    /// contract `witnesses`, if it runs every hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receivers: Option<Vec<Receiver>>,
}

/// A receiver of new tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Account or contract.
    pub to: String,
    /// Which of the two it is.
    #[serde(rename = "type", default)]
    pub kind: Kind,
    /// How much at a time, in the utility token.
    #[serde(deserialize_with = "above_zero")]
    pub quantity: String,
}

/// What a receiver is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An account.
    #[default]
    User,
    /// A contract.
    Contract,
}

impl Settings {
    /// As on the public Hive sidechain, where the engine account is `hive-engine`.
    pub(super) fn usual(engine: &str) -> Vec<Receiver> {
        let receiver = |to: &str, kind, quantity: &str| Receiver {
            to: to.to_string(),
            kind,
            quantity: quantity.to_string(),
        };
        vec![
            receiver(engine, Kind::User, "11.41552511"),
            receiver("witnesses", Kind::Contract, "22.83105022"),
        ]
    }
}

fn above_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let quantity = Decimal::parse(&text);
    match quantity.is_finite() && quantity.is_greater(&Decimal::ZERO) {
        true => Ok(text),
        false => Err(serde::de::Error::custom(format!(
            "expected an amount above zero such as \"11.4\", found {text:?}"
        ))),
    }
}
