//! Asking a node who it is before it is used: its chain id and which requests it understands.

use serde_json::Value;
use serde_json::value::RawValue;
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
        Err(error @ NodeError::ForeignChain { .. }) => {
            tracing::error!(node = %node.label, %error, "main-chain node refused");
            record(Probe::Foreign(error.clone()));
        }
        Err(_) => {}
    }
    found
}

async fn inspect(node: &Node, config: &ClientConfig) -> Result<Features, NodeError> {
    let expected = hex::encode(config.chain.chain_id);
    match chain_id(node, config).await? {
        Some(found) if found != expected && !config.any_chain => {
            return Err(NodeError::ForeignChain { expected, found });
        }
        Some(_) => {}
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

/// The chain id that the node names in its configuration or version, if it does.
async fn chain_id(node: &Node, config: &ClientConfig) -> Result<Option<String>, NodeError> {
    for (method, params) in [
        ("condenser_api.get_config", raw(&[(); 0])),
        ("condenser_api.get_version", raw(&[(); 0])),
        ("database_api.get_version", raw(&serde_json::json!({}))),
    ] {
        match node.call(method, &params, config.request_timeout).await {
            Ok(result) => {
                if let Some(id) = named_chain_id(&result) {
                    return Ok(Some(id));
                }
            }
            Err(NodeError::Rpc(error)) if !error.is_transient() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// A Hive node lists `STEEM_CHAIN_ID` (zeros) beside its own, so the order matters.
fn named_chain_id(result: &RawValue) -> Option<String> {
    let value: Value = serde_json::from_str(result.get()).ok()?;
    [
        "HIVE_CHAIN_ID",
        "STEEM_CHAIN_ID",
        "STEEMIT_CHAIN_ID",
        "chain_id",
    ]
    .into_iter()
    .find_map(|key| value.get(key)?.as_str())
    .filter(|id| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    .map(str::to_ascii_lowercase)
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
