//! The native contracts of the network.
//!
//! ```text
//!   Settings (the network's names and lists) ──▶ registry() ──▶ runtime::Registry ──▶ chain
//! ```
//!
//! In flow [`Settings`], which a network file gives; out flows a [`Registry`] in which each native contract answers
//! for its name. A contract looks the same from outside as the script it takes the place of: the same actions,
//! checks in the same order with the same words, the same events, rows and rounding. Where the script loses,
//! creates or strands tokens, blocks a queue or lets someone act who should not, the native one does the right
//! thing, and its docs say so under "Differences".

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_runtime::Registry;

pub mod airdrops;
mod checks;
pub mod comments;
pub mod distribution;
mod holdings;
pub mod inflation;
pub mod interface;
pub mod market;
pub mod marketpools;
pub mod mining;
pub mod pegged;
pub mod resourcemanager;
pub mod sscstore;
#[cfg(test)]
mod testing;
pub mod tokenfunds;
pub mod tokens;
pub mod witnesses;

/// What the native contracts need to know of the network they run on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token ledger.
    pub tokens: tokens::Settings,
    /// The reward pools.
    #[serde(default)]
    pub comments: comments::Settings,
    /// The order books; where a network says nothing, as on the public chain of the Hive lineage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<market::Settings>,
    /// The peg to the main chain's coin; where a network says nothing, as on the public chain of the contract's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pegged: Option<pegged::Settings>,
    /// The issue of new utility tokens; where a network says nothing, as on the public chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflation: Option<inflation::Settings>,
    /// Fees for what users do in one block; where a network says nothing, as on the public chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resourcemanager: Option<resourcemanager::Settings>,
    /// The verification of blocks; where a network says nothing, as on the public Hive chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnesses: Option<witnesses::Settings>,
}

/// The names of all contracts that have a native implementation, sorted.
pub const NATIVE: &[&str] = &[
    "airdrops",
    "comments",
    "distribution",
    "hivepegged",
    "inflation",
    "market",
    "marketpools",
    "mining",
    "resourcemanager",
    "sscstore",
    "steempegged",
    "tokenfunds",
    "tokens",
    "witnesses",
];

/// A name that a network lists as native and that has no native implementation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no native contract is called {name:?}; there are: {}", NATIVE.join(", "))]
pub struct UnknownNative {
    /// The name.
    pub name: String,
}

/// The registry in which these native contracts answer for their names.
///
/// # Errors
/// When a name has no native implementation.
pub fn registry<'a>(
    names: impl IntoIterator<Item = &'a str>,
    settings: &Settings,
) -> Result<Registry, UnknownNative> {
    let names: Vec<&str> = names.into_iter().collect();
    let native_ledger = names.contains(&"tokens");
    let mut registry = Registry::new();
    for name in names {
        registry = match name {
            "airdrops" => {
                let utility = settings.tokens.utility_token.as_str();
                registry.with_native(name, Arc::new(airdrops::Airdrops::new(utility)))
            }
            "comments" => registry.with_native(
                name,
                Arc::new(comments::Comments::new(
                    settings.comments.clone(),
                    settings.tokens.utility_token.clone(),
                )),
            ),
            "market" => {
                let market =
                    market::Market::new(settings.market.clone().unwrap_or_default(), native_ledger);
                registry.with_native(name, Arc::new(market))
            }
            "mining" => {
                let mining = mining::Mining::new(settings.tokens.utility_token.as_str());
                registry.with_native(name, Arc::new(mining))
            }
            "distribution" => {
                let utility = settings.tokens.utility_token.as_str();
                registry.with_native(name, Arc::new(distribution::Distribution::new(utility)))
            }
            "hivepegged" => {
                let peg = settings
                    .pegged
                    .clone()
                    .unwrap_or_else(pegged::Settings::hive);
                registry.with_native(name, Arc::new(pegged::HivePegged::new(peg)))
            }
            "steempegged" => {
                let peg = settings
                    .pegged
                    .clone()
                    .unwrap_or_else(pegged::Settings::steem);
                registry.with_native(name, Arc::new(pegged::SteemPegged::new(peg)))
            }
            "inflation" => {
                let utility = settings.tokens.utility_token.as_str();
                let inflation = settings.inflation.clone().unwrap_or_default();
                registry.with_native(
                    name,
                    Arc::new(inflation::Inflation::new(utility, inflation)),
                )
            }
            "sscstore" => {
                let utility = settings.tokens.utility_token.as_str();
                registry.with_native(name, Arc::new(sscstore::Store::new(utility)))
            }
            "resourcemanager" => {
                let settings = settings.resourcemanager.clone().unwrap_or_default();
                registry.with_native(
                    name,
                    Arc::new(resourcemanager::ResourceManager::new(settings)),
                )
            }
            "marketpools" => {
                let utility = settings.tokens.utility_token.as_str();
                let base = settings.market.clone().unwrap_or_default().base;
                let pools = marketpools::MarketPools::new(utility, base);
                registry.with_native(name, Arc::new(pools))
            }
            "tokenfunds" => {
                let utility = settings.tokens.utility_token.as_str();
                registry.with_native(name, Arc::new(tokenfunds::TokenFunds::new(utility)))
            }
            "tokens" => {
                registry.with_native(name, Arc::new(tokens::Tokens::new(settings.tokens.clone())))
            }
            "witnesses" => {
                let witnesses = witnesses::Witnesses::new(
                    settings.witnesses.clone().unwrap_or_default(),
                    settings.tokens.governance_token(),
                    settings.tokens.utility_token.as_str(),
                );
                registry.with_native(name, Arc::new(witnesses))
            }
            _ => {
                return Err(UnknownNative {
                    name: name.to_string(),
                });
            }
        };
    }
    Ok(registry)
}
