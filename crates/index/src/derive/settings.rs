use std::collections::BTreeSet;

use tartan_chain::Network;
use tartan_chain::network::Flavor;

/// What the derivations need to know of the network.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The token that others are traded against.
    pub(crate) base: String,
    /// Whether the market is the native one.
    pub(crate) native_market: bool,
    /// Whether the market says which orders expired.
    pub(crate) tells_expiry: bool,
    /// What histories call an amount of the base token.
    pub(crate) amount_field: &'static str,
    /// Whether a call that fails leaves no trace, so that one with events has not failed.
    pub(crate) atomic: bool,
    /// Whether stake leaves slice by slice, each one period ahead; otherwise all at once when an unstake begins.
    pub(crate) sliced_unstakes: bool,
    /// The names of the contracts that are part of the node.
    pub(crate) native: BTreeSet<String>,
    /// The names of the contracts that exist.
    pub(crate) contracts: BTreeSet<String>,
    /// Whether these are all, not just the native ones.
    pub(crate) knows_contracts: bool,
}

/// How a token is unstaked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Staking {
    /// In how many slices.
    pub(crate) slices: i64,
    /// Over how many days.
    pub(crate) days: i64,
}

impl Settings {
    pub(crate) fn of(network: &Network) -> Settings {
        let is_native = |contract: &str| network.rules.native.iter().any(|name| name == contract);
        let is_hive = network.main_chain.flavor == Flavor::Hive;
        Settings {
            base: network.tokens.pegged.symbol.clone(),
            native_market: is_native("market"),
            tells_expiry: is_native("market") || is_hive,
            amount_field: if is_hive {
                "quantityHive"
            } else {
                "quantitySteem"
            },
            atomic: network.rules.atomic,
            sliced_unstakes: is_native("tokens") || is_hive,
            native: network.rules.native.iter().cloned().collect(),
            contracts: network.rules.native.iter().cloned().collect(),
            knows_contracts: false,
        }
    }
}
