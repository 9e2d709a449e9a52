//! What a peg needs to know of its network.

use serde::{Deserialize, Deserializer, Serialize};
use tartan_decimal::Decimal;

/// What is pegged to what, and what it costs. The account that holds the main chain's coins is the network's peg account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token that stands for the coin. All of it is issued to the peg account at first.
    pub symbol: String,
    /// The main chain's coin, as its amounts name it.
    pub unit: String,
    /// The part of each deposit and withdrawal that is its fee, such as `0.01`; it is rounded to three decimals, and 0.001
    /// at least.
    #[serde(deserialize_with = "part")]
    pub fee_rate: String,
    /// The main-chain account that fees are paid to; the network's engine account where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_receiver: Option<String>,
}

impl Settings {
    /// As on the public Steem sidechain.
    pub fn steem() -> Settings {
        Settings {
            symbol: "STEEMP".to_string(),
            unit: "STEEM".to_string(),
            fee_rate: "0.01".to_string(),
            fee_receiver: None,
        }
    }

    /// As on the public Hive sidechain.
    pub fn hive() -> Settings {
        Settings {
            symbol: "SWAP.HIVE".to_string(),
            unit: "HIVE".to_string(),
            fee_rate: "0.0075".to_string(),
            fee_receiver: None,
        }
    }
}

/// A number from 0 up to, but not, 1.
fn part<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let rate = Decimal::parse(&text);
    match rate.is_at_least(&Decimal::ZERO) && rate.is_less(&Decimal::ONE) {
        true => Ok(text),
        false => Err(serde::de::Error::custom(format!(
            "expected a rate from 0 up to 1 such as \"0.01\", found {text:?}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rate_is_a_part_of_the_whole() {
        let settings = |rate: &str| {
            let json = json!({ "symbol": "STEEMP", "unit": "STEEM", "fee_rate": rate });
            serde_json::from_value::<Settings>(json)
        };
        assert_eq!(settings("0.01").expect("a rate"), Settings::steem());
        assert!(settings("0").is_ok());
        for bad in ["1", "-0.1", "1.5", "much", ""] {
            let error = settings(bad).expect_err("no rate").to_string();
            assert!(error.contains("expected a rate from 0 up to 1"), "{error}");
        }
    }
}
