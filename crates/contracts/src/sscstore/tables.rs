//! The rows of the store.

use serde::{Deserialize, Serialize};
use tartan_document::Value;
use tartan_state::Record;

use super::Coin;
use crate::pegged::tables::Withdrawal;

const CONTRACT: &str = "sscstore";

/// What the owner of the contract sets. One row. Prices and the quantity are numbers or decimal texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Steem: the price of a lot in its dollar, which buys nothing.
    #[serde(rename = "priceSBD", default, skip_serializing_if = "Option::is_none")]
    pub price_sbd: Option<Value>,
    /// Hive: the same.
    #[serde(rename = "priceHBD", default, skip_serializing_if = "Option::is_none")]
    pub price_hbd: Option<Value>,
    /// Steem: coins for a lot.
    #[serde(
        rename = "priceSteem",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub price_steem: Option<Value>,
    /// Hive: coins for a lot.
    #[serde(rename = "priceHive", default, skip_serializing_if = "Option::is_none")]
    pub price_hive: Option<Value>,
    /// Tokens in a lot.
    pub quantity: Value,
    /// Whether the store is closed.
    pub disabled: bool,
}

/// A payment that bought nothing, to be paid back on the main chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refund(pub Withdrawal);

impl Params {
    /// Those of a new store.
    pub(super) fn first(coin: Coin) -> Params {
        let dollar = Some(Value::from("1000000"));
        let price = Some(Value::from("0.001"));
        let none = Params {
            price_sbd: None,
            price_hbd: None,
            price_steem: None,
            price_hive: None,
            quantity: Value::from("0.001"),
            disabled: false,
        };
        match coin {
            Coin::Steem => Params {
                price_sbd: dollar,
                price_steem: price,
                ..none
            },
            Coin::Hive => Params {
                price_hbd: dollar,
                price_hive: price,
                quantity: Value::from("0.00100000"),
                ..none
            },
        }
    }

    /// Coins for a lot.
    pub(super) fn price(&self, coin: Coin) -> Option<&Value> {
        match coin {
            Coin::Steem => self.price_steem.as_ref(),
            Coin::Hive => self.price_hive.as_ref(),
        }
    }
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Refund {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "withdrawals";
    const LOOKUP: &'static [&'static str] = &["id"];
}
