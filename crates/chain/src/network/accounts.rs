use serde::{Deserialize, Serialize};

/// The accounts with a special part, besides `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Owns the core contracts, may deploy and update.
    pub engine: String,
    /// Holds the pegged main-chain funds, may deploy and update.
    pub peg: String,
    /// Exchanges and gateways, whose deposits are told apart by their memos. They have no part in the network's identity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<String>,
}

impl Accounts {
    /// The accounts whose deposits are told apart by their memos: who sends there without one is asked first.
    pub fn needing_memo(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.peg)
            .chain(&self.exchanges)
            .map(String::as_str)
    }
}

/// The tokens with a special part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Fees are paid in it.
    pub utility: Token,
    /// Witnesses are voted for with its stake; the utility token where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governance: Option<Token>,
    /// Stands for the main chain's liquid coin.
    pub pegged: Token,
}

/// A token's symbol and scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its symbol.
    pub symbol: String,
    /// Digits after the decimal point.
    pub precision: u8,
    /// Its smallest unit, where contracts ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
}

/// What the network charges, in the utility token, as decimal texts. Genesis writes them into the contracts'
/// parameters, where the engine account may change them later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// For creating a token.
    pub token_creation: String,
    /// For letting a token be staked.
    pub enable_staking: String,
    /// For letting its stake be delegated.
    pub enable_delegation: String,
    /// For a reward pool of `comments`. Networks without that contract need none, and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_pool_creation: Option<String>,
    /// For another configuration of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_pool_update: Option<String>,
    /// For a pool of `mining`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mining_pool_creation: Option<String>,
    /// For another configuration of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mining_pool_update: Option<String>,
    /// For a fund of `tokenfunds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fund_creation: Option<String>,
    /// For another configuration of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fund_update: Option<String>,
    /// For a distribution of `distribution`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_creation: Option<String>,
    /// For another configuration of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_update: Option<String>,
    /// For a pool of `marketpools`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market_pool_creation: Option<String>,
    /// For deploying a contract where anyone may; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// For a new version of it; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
}
