//! The constants of `get_config`. Libraries find out which chain they talk to by counting the prefixes of these names,
//! so there are as many as a real node lists, with the real values.

use serde_json::{Map, Value, json};
use tartan_graphene::{Chain as Protocol, Flavor};

use crate::config::BLOCK_INTERVAL;

/// The constants that are the same on both chains but for HIVE/STEEM and HBD/SBD in their names, as a Hive node of
/// version 1.25 lists them.
const COMMON: &str = include_str!("constants.json");

/// The version each chain's node reports: at least what the libraries ask for.
pub(super) fn version(flavor: Flavor) -> &'static str {
    match flavor {
        Flavor::Hive => "1.27.0",
        Flavor::Steem => "0.23.1",
    }
}

/// All constants, sorted by name.
pub(super) fn all(protocol: &Protocol, init_key: &str) -> Value {
    let flavor = protocol.flavor;
    let rename = |name: &str| match flavor {
        Flavor::Hive => name.to_owned(),
        Flavor::Steem => name.replace("HIVE", "STEEM").replace("HBD", "SBD"),
    };
    let common: Map<String, Value> = serde_json::from_str(COMMON).unwrap_or_default();
    let mut constants: Vec<(String, Value)> = common
        .into_iter()
        .map(|(name, value)| (rename(&name), value))
        .collect();
    let chain_id = hex::encode(protocol.chain_id);
    let time = tartan_graphene::Time(Protocol::GENESIS_TIME);
    for (name, value) in [
        ("HIVE_CHAIN_ID", json!(chain_id)),
        ("HIVE_ADDRESS_PREFIX", json!(protocol.prefix)),
        ("HIVE_BLOCKCHAIN_VERSION", json!(version(flavor))),
        ("HIVE_BLOCKCHAIN_HARDFORK_VERSION", json!(version(flavor))),
        ("HIVE_INIT_PUBLIC_KEY_STR", json!(init_key)),
        ("HIVE_BLOCK_INTERVAL", json!(BLOCK_INTERVAL)),
        ("HIVE_GENESIS_TIME", json!(time)),
        ("HBD_SYMBOL", json!({ "nai": "@@000000013", "decimals": 3 })),
        (
            "HIVE_SYMBOL",
            json!({ "nai": "@@000000021", "decimals": 3 }),
        ),
        (
            "VESTS_SYMBOL",
            json!({ "nai": "@@000000037", "decimals": 6 }),
        ),
        // True would turn the symbols into TESTS and TBD for several libraries.
        ("IS_TEST_NET", json!(false)),
    ] {
        constants.push((rename(name), value));
    }
    if flavor == Flavor::Hive {
        constants.push(("STEEM_CHAIN_ID".to_owned(), json!("0".repeat(64))));
        constants.push(("HIVE_TREASURY_ACCOUNT".to_owned(), json!("hive.fund")));
        constants.push(("NEW_HIVE_TREASURY_ACCOUNT".to_owned(), json!("hive.fund")));
        constants.push(("OBSOLETE_TREASURY_ACCOUNT".to_owned(), json!("steem.dao")));
    } else {
        constants.push(("STEEM_TREASURY_ACCOUNT".to_owned(), json!("steem.dao")));
    }
    constants.sort_by(|a, b| a.0.cmp(&b.0));
    constants.dedup_by(|later, earlier| later.0 == earlier.0);
    Value::Object(constants.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(constants: &Value, prefix: &str) -> usize {
        constants
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| name.starts_with(prefix))
            .count()
    }

    #[test]
    fn the_most_frequent_prefix_names_the_chain() {
        let hive = all(&Protocol::hive(), "STMkey");
        let steem = all(&Protocol::steem(), "STMkey");
        assert!(prefixes(&hive, "HIVE_") > 150 && prefixes(&hive, "STEEM_") == 1);
        assert!(prefixes(&steem, "STEEM_") > 150 && prefixes(&steem, "HIVE_") == 0);
        assert_eq!(
            hive["HIVE_CHAIN_ID"].as_str().map(|id| &id[..8]),
            Some("beeab0de")
        );
        assert_eq!(steem["STEEM_CHAIN_ID"], json!("0".repeat(64)));
        assert_eq!(
            steem["STEEM_SBD_INTEREST_COMPOUND_INTERVAL_SEC"],
            json!(2_592_000)
        );
    }

    #[test]
    fn symbols_are_listed_by_name() {
        let steem = all(&Protocol::steem(), "STMkey");
        let symbols: Vec<_> = steem
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| name.ends_with("SYMBOL"))
            .cloned()
            .collect();
        assert_eq!(symbols, ["SBD_SYMBOL", "STEEM_SYMBOL", "VESTS_SYMBOL"]);
    }
}
