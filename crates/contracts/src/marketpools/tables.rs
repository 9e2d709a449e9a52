//! The rows of the market pools. Amounts are decimal text, as every reader of the tables expects; those of a pool that
//! never had liquidity are the number 0.

use serde::{Deserialize, Serialize};
use tartan_decimal::Precision;
use tartan_document::Value;
use tartan_state::{Index, Record};

use super::NAME as CONTRACT;

/// What the owner of the contract has laid down. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by who creates a pool.
    pub pool_creation_fee: String,
    /// Revision of the tables.
    pub update_index: u32,
    /// The part of what goes into a swap that counts; the rest is the fee.
    pub trade_fee_mul: String,
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Symbols of its two tokens, `BASE:QUOTE`.
    pub token_pair: String,
    /// Reserve of the base token.
    pub base_quantity: Value,
    /// What was swapped of the base token, in both directions.
    pub base_volume: Value,
    /// What one base token costs in quote tokens.
    pub base_price: Value,
    /// Reserve of the quote token.
    pub quote_quantity: Value,
    /// What was swapped of the quote token, in both directions.
    pub quote_volume: Value,
    /// What one quote token costs in base tokens.
    pub quote_price: Value,
    /// The sum of the shares of all positions.
    pub total_shares: Value,
    /// Decimals of its amounts and prices: the higher of its tokens'.
    pub precision: u8,
    /// Who made it.
    pub creator: String,
    /// What rounding has left with the contract beyond the reserves, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remainder: Option<Remainder>,
}

impl Pool {
    /// A pool without liquidity.
    pub(crate) fn empty(token_pair: String, precision: Precision, creator: String) -> Pool {
        let none = || Value::Number(0.0);
        Pool {
            token_pair,
            base_quantity: none(),
            base_volume: none(),
            base_price: none(),
            quote_quantity: none(),
            quote_volume: none(),
            quote_price: none(),
            total_shares: none(),
            precision: precision.decimals(),
            creator,
            remainder: None,
        }
    }
}

/// What a pool holds beyond its reserves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remainder {
    /// Of the base token.
    pub base: String,
    /// Of the quote token.
    pub quote: String,
    /// The sidechain block that left it.
    pub block: u64,
}

/// An account's part of a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiquidityPosition {
    /// The account.
    pub account: String,
    /// The pool.
    pub token_pair: String,
    /// How much of the total is its.
    pub shares: String,
    /// Since when they are held on average, weighted by shares, in milliseconds since 1970.
    pub time_factor: i64,
}

/// A stretch of the positions of a pool in the order of their rows: so that a draw among them finds its winners without
/// going past everyone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareBlock {
    /// The pool.
    pub token_pair: String,
    /// The `_id` that it begins with; it ends before the next one.
    pub first: u64,
    /// How many positions it has.
    pub count: u32,
    /// The sum of their shares.
    pub sum: String,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Pool {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pools";
    const INDEXES: &'static [Index] = &[Index::Field("tokenPair")];
    const LOOKUP: &'static [&'static str] = &["tokenPair"];
}

impl Record for LiquidityPosition {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "liquidityPositions";
    const INDEXES: &'static [Index] = &[Index::Field("account"), Index::Field("tokenPair")];
    const LOOKUP: &'static [&'static str] = &["account", "tokenPair"];
}

impl Record for ShareBlock {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "shareBlocks";
    const INDEXES: &'static [Index] = &[Index::Named(
        "byPairAndFirst",
        &[("tokenPair", false), ("first", false)],
    )];
}
