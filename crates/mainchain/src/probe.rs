//! Asking a node who it is before it is used: its chain id, its flavour and which requests it understands.

use serde_json::Value;
use serde_json::value::RawValue;
use tartan_graphene::{Chain, Flavor};
use tokio::time::Instant;

use crate::api::{self, DynamicProperties};
use crate::config::ClientConfig;
use crate::error::NodeError;
use crate::health::{Features, Probe};
use crate::node::{Call, Node, lacks_method, raw};

/// Probes the node and records what was found.
pub(crate) async fn probe(node: &Node, config: &ClientConfig) -> Result<Features, NodeError> {
    let found = inspect(node, config).await;
    let record = |probe| node.health(|health| health.probe = Some((Instant::now(), probe)));
    match &found {
        Ok(features) => {
            tracing::info!(
                node = %node.label,
                block_range = features.block_range,
                block_api = features.block_api,
                batch = features.batch,
                "main-chain node is usable"
            );
            node.health(|health| health.lacks = None);
            record(Probe::Usable(*features));
        }
        Err(error @ (NodeError::ForeignChain { .. } | NodeError::ForeignFlavor { .. })) => {
            tracing::error!(node = %node.label, %error, "main-chain node refused");
            record(Probe::Foreign(error.clone()));
        }
        Err(_) => {}
    }
    found
}

async fn inspect(node: &Node, config: &ClientConfig) -> Result<Features, NodeError> {
    match identity(node, config).await? {
        Some(identity) => identity.check(config)?,
        None => tracing::warn!(node = %node.label, "main-chain node does not tell its chain id"),
    }
    let properties = dynamic_properties(node, config).await?;
    let number = properties.last_irreversible_block_num.max(1);
    Ok(Features {
        block_range: understands(
            node,
            config,
            "block_api.get_block_range",
            &raw(&serde_json::json!({ "starting_block_num": number, "count": 1 })),
        )
        .await?,
        block_api: understands(
            node,
            config,
            "block_api.get_block",
            &raw(&serde_json::json!({ "block_num": number })),
        )
        .await?,
        batch: understands_batches(node, config).await?,
    })
}

pub(crate) async fn dynamic_properties(
    node: &Node,
    config: &ClientConfig,
) -> Result<DynamicProperties, NodeError> {
    let result = node
        .call(
            api::DYNAMIC_PROPERTIES,
            &raw(&[(); 0]),
            config.request_timeout,
        )
        .await?;
    let properties = DynamicProperties::read(&result)?;
    node.health(|health| health.head = Some(properties.seen(Instant::now())));
    Ok(properties)
}

/// What a node says about its chain.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    /// 64 hexadecimal digits.
    chain_id: String,
    flavor: Option<Flavor>,
}

impl Identity {
    /// From the configuration or a version. A Hive node lists `STEEM_CHAIN_ID` (zeros) beside its own, so the order
    /// matters.
    fn read(value: &Value) -> Option<Identity> {
        let names = |key: &str, revision: &str, flavor| {
            let tells = value.get(key).is_some() || value.get(revision).is_some();
            tells.then_some(flavor)
        };
        let chain_id = [
            "HIVE_CHAIN_ID",
            "STEEM_CHAIN_ID",
            "STEEMIT_CHAIN_ID",
            "chain_id",
        ]
        .into_iter()
        .find_map(|key| value.get(key)?.as_str())
        .filter(|id| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))?
        .to_ascii_lowercase();
        let flavor = names("HIVE_CHAIN_ID", "hive_revision", Flavor::Hive)
            .or_else(|| names("STEEM_CHAIN_ID", "steem_revision", Flavor::Steem))
            .or_else(|| {
                let known = [Chain::hive(), Chain::steem()];
                let chain = known
                    .iter()
                    .find(|chain| hex::encode(chain.chain_id) == chain_id);
                chain.map(|chain| chain.flavor)
            });
        Some(Identity { chain_id, flavor })
    }

    /// Whether the node belongs to the configured chain; to the configured family where any chain will do.
    fn check(self, config: &ClientConfig) -> Result<(), NodeError> {
        let expected = hex::encode(config.chain.chain_id);
        if self.chain_id != expected && !config.any_chain {
            return Err(NodeError::ForeignChain {
                expected,
                found: self.chain_id,
            });
        }
        let expected = config.chain.flavor;
        match self.flavor {
            Some(found) if found != expected => Err(NodeError::ForeignFlavor { expected, found }),
            _ => Ok(()),
        }
    }
}

async fn identity(node: &Node, config: &ClientConfig) -> Result<Option<Identity>, NodeError> {
    for (method, params) in [
        ("condenser_api.get_config", raw(&[(); 0])),
        ("condenser_api.get_version", raw(&[(); 0])),
        ("database_api.get_version", raw(&serde_json::json!({}))),
    ] {
        match node.call(method, &params, config.request_timeout).await {
            Ok(result) => {
                let value = serde_json::from_str(result.get()).unwrap_or(Value::Null);
                if let Some(identity) = Identity::read(&value) {
                    return Ok(Some(identity));
                }
            }
            Err(NodeError::Rpc(error)) if !error.is_transient() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

async fn understands(
    node: &Node,
    config: &ClientConfig,
    method: &'static str,
    params: &RawValue,
) -> Result<bool, NodeError> {
    match node.call(method, params, config.request_timeout).await {
        Ok(result) => Ok(result.get().starts_with('{')),
        Err(error) if lacks_method(&error) => Ok(false),
        // Not for us to use, whatever the reason.
        Err(NodeError::Rpc(error)) if !error.is_transient() => Ok(false),
        Err(error) => Err(error),
    }
}

async fn understands_batches(node: &Node, config: &ClientConfig) -> Result<bool, NodeError> {
    let call = Call::new(api::DYNAMIC_PROPERTIES, &[(); 0]);
    match node
        .batch(&[call.clone(), call], config.request_timeout)
        .await
    {
        Ok(results) => Ok(results
            .iter()
            .all(|result| DynamicProperties::read(result).is_ok())),
        Err(error @ (NodeError::Connect(_) | NodeError::Connection(_) | NodeError::Timeout(_))) => {
            Err(error)
        }
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_flavour_is_told_by_names_or_by_a_known_chain_id() {
        let own = "18dcf0a285365fc58b71f18b3d3fec954aa0c141c44e4e5cb4cf777b9eab274e";
        let zeros = "0".repeat(64);
        let hive = hex::encode(Chain::hive().chain_id);
        for (answer, flavor) in [
            (
                json!({ "HIVE_CHAIN_ID": own, "STEEM_CHAIN_ID": zeros }),
                Some(Flavor::Hive),
            ),
            (json!({ "STEEM_CHAIN_ID": own }), Some(Flavor::Steem)),
            (
                json!({ "chain_id": own, "hive_revision": "" }),
                Some(Flavor::Hive),
            ),
            (
                json!({ "chain_id": own, "steem_revision": "" }),
                Some(Flavor::Steem),
            ),
            (json!({ "chain_id": hive }), Some(Flavor::Hive)),
            (json!({ "chain_id": zeros }), Some(Flavor::Steem)),
            (json!({ "chain_id": own }), None),
        ] {
            let identity = Identity::read(&answer).unwrap();
            assert_eq!(identity.flavor, flavor, "{answer}");
        }
        assert_eq!(Identity::read(&json!({ "chain_id": "short" })), None);
        assert_eq!(Identity::read(&json!(null)), None);
    }
}
