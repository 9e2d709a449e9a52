//! The rows of the lotteries. Powers are decimals, all other amounts decimal text, as every reader of the tables expects.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use tartan_document::{Decimal128, Object, Value};
use tartan_state::{Index, Record};

const CONTRACT: &str = "mining";

/// Fees and bounds that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by who creates a pool.
    pub pool_creation_fee: String,
    /// Burnt by who updates a pool.
    pub pool_update_fee: String,
    /// Pools that one block draws lots for, and pools that one block counts anew.
    pub max_lotteries_per_block: u64,
    /// Holders that one block counts for a pool.
    pub max_balances_processed_per_block: u64,
    /// Holders that are counted as one page of these.
    pub process_query_limit: u64,
    /// Revision of the tables; appears with the first update of the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_index: Option<u32>,
}

/// A token whose stake mines, and how much a unit of it weighs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenMiner {
    /// Symbol of the token.
    pub symbol: CompactString,
    /// 1 to 100.
    pub multiplier: u32,
}

/// How the values of several NFTs become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Op {
    /// Their sum; of none: 0.
    Add,
    /// Their product; of none: 1.
    Multiply,
}

/// What it costs to change a value of a property by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BurnChange {
    /// Symbol of the token to burn.
    pub symbol: CompactString,
    /// How much of it, text or number, as the creator of the pool has it.
    pub quantity: Value,
}

/// One of the factors that the power of NFTs is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// How the values of an account's NFTs become one.
    pub op: Op,
    /// Its name, for who pays to change a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What a change costs; without it nobody can change values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burn_change: Option<BurnChange>,
}

/// A kind of NFT that mines while it is delegated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NftTokenMiner {
    /// Its symbol.
    pub symbol: CompactString,
    /// The property of the NFT that says of which type an instance is.
    pub type_field: String,
    /// The factors.
    pub properties: Vec<Property>,
    /// For each type its value for each property, text or number.
    pub type_map: Object,
}

/// How far counting a pool anew has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updating {
    /// Whether it is going on.
    pub in_progress: bool,
    /// When it began, in milliseconds since 1970; names this count: it is later than that of the count before.
    pub update_pool_timestamp: i64,
    /// The token that is being counted; as many as the pool has: all are.
    pub token_index: u32,
    /// 1 when the NFTs are counted.
    pub nft_token_index: u32,
    /// The row of the table in question that was counted last.
    pub last_id: u64,
}

/// A lottery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Symbol of the token to win.
    pub mined_token: CompactString,
    /// Prizes of a draw.
    pub lottery_winners: u32,
    /// Hours between draws.
    pub lottery_interval_hours: u32,
    /// What a draw gives, over all its prizes.
    pub lottery_amount: String,
    /// Tokens whose stake mines.
    pub token_miners: Vec<TokenMiner>,
    /// NFTs that mine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nft_token_miner: Option<NftTokenMiner>,
    /// Whether draws are held.
    pub active: bool,
    /// When the next one is due, in milliseconds since 1970.
    pub next_lottery_timestamp: i64,
    /// The sum of the powers of all miners; while it is counted anew, of those counted.
    pub total_power: String,
    /// The contract whose table has the weights, if they are not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_contract: Option<String>,
    /// What these weights are found by in that table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_miners: Option<String>,
    /// Its name.
    pub id: String,
    /// How far counting it anew has come.
    pub updating: Updating,
}

/// An account in a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MiningPower {
    /// The pool.
    pub id: CompactString,
    /// The account.
    pub account: CompactString,
    /// Stake and delegations to the account, by the place of the token in the pool.
    pub balances: Object,
    /// What its NFTs come to, by the place of the property in the pool. A value that no NFT has touched is a number, all
    /// others are text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nft_balances: Option<Object>,
    /// Its weight.
    pub power: Decimal128,
    /// The count of the pool that the row belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_pool_timestamp: Option<i64>,
}

/// A stretch of the miners of a pool that have power, in the order of a draw: so that a draw finds its winners without
/// going past everyone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PowerBlock {
    /// The pool.
    pub id: CompactString,
    /// Where it begins: the place of a miner, as text that sorts as the places do; empty: at the very first.
    pub place: CompactString,
    /// The power of that miner.
    pub power: Decimal128,
    /// The `_id` of that miner's row.
    pub row: u64,
    /// How many miners it has.
    pub count: u32,
    /// The sum of their powers.
    pub sum: CompactString,
}

/// That a pool uses a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenPool {
    /// Symbol of the token.
    pub symbol: CompactString,
    /// The pool.
    pub id: String,
}

/// That an active pool uses a kind of NFT.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NftTokenPool {
    /// Symbol of the NFT.
    pub symbol: CompactString,
    /// The pool.
    pub id: String,
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for Pool {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pools";
    // The first is what the table has always shown. The others find what a tick has to do.
    const INDEXES: &'static [Index] = &[
        Index::Field("id"),
        Index::Named(
            "byUpdate",
            &[
                ("updating.inProgress", false),
                ("updating.updatePoolTimestamp", false),
                ("id", false),
            ],
        ),
        Index::Named(
            "byDraw",
            &[
                ("active", false),
                ("updating.inProgress", false),
                ("nextLotteryTimestamp", false),
                ("id", false),
            ],
        ),
    ];
    const LOOKUP: &'static [&'static str] = &["id"];
}

impl Record for MiningPower {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "miningPower";
    // The first two are what the table has always shown. The third is the order of a draw, the fourth finds rows that a
    // count has not met.
    const INDEXES: &'static [Index] = &[
        Index::Field("id"),
        Index::Field("power"),
        Index::Named("byPoolAndPower", &[("id", false), ("power", true)]),
        Index::Named(
            "byPoolAndUpdate",
            &[("id", false), ("updatePoolTimestamp", false)],
        ),
    ];
    const LOOKUP: &'static [&'static str] = &["id", "account"];
}

impl Record for PowerBlock {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "powerBlocks";
    const INDEXES: &'static [Index] = &[Index::Named(
        "byPoolAndPlace",
        &[("id", false), ("place", false)],
    )];
}

impl Record for TokenPool {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "tokenPools";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
}

impl Record for NftTokenPool {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "nftTokenPools";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
    const LOOKUP: &'static [&'static str] = &["symbol", "id"];
}
