//! Trying a deployment in a chain in memory, under the network's own rules.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tartan_chain::ingest::Call;
use tartan_chain::records::TransactionId;
use tartan_chain::{BlockInput, Chain, Network};
use tartan_node::registry_for;
use tartan_runtime::Registry;

use crate::side_chain::{Contract, Log};

/// Where the main chain stands: behind every height at which a rule begins.
const HEIGHT: u64 = 1_000_000_000;

/// Compiles a contract as the network's nodes do, and gives what they run contracts with.
///
/// # Errors
/// What is wrong with it, in the words of the engine.
pub(super) fn compile(network: &Network, source: &str) -> Result<Registry> {
    let registry = registry_for(network)?;
    let engine = registry.engine().context("this program runs no scripts")?;
    if let Err(failure) = engine.compile(&network.wrap(source)) {
        bail!("it does not compile: {failure}");
    }
    Ok(registry)
}

/// Compiles a contract, deploys it in a chain that has only the network's own genesis, and gives what it became.
///
/// # Errors
/// When it does not compile, or the deployment is refused or logs an error.
pub(super) fn deploy(network: &Network, source: &str, payload: &Value) -> Result<(Contract, Log)> {
    let registry = compile(network, source)?;
    let name = payload["name"].as_str().unwrap_or_default();
    let genesis = network.genesis_input();
    let mut chain = Chain::sandbox(network.clone(), registry, genesis)?;
    chain.produce(block(network, payload)?)?;

    let reader = chain.reader();
    let found = reader.transaction(TRANSACTION)?;
    let found = serde_json::to_value(found.as_ref().map(|found| found.json(reader.naming())))?;
    let log: Log = serde_json::from_str(found["logs"].as_str().unwrap_or("{}"))?;
    if !log.errors.is_empty() {
        bail!("the deployment fails: {}", log.errors.join("; "));
    }
    let contract = reader.contract(name)?;
    let contract = contract.context("the deployment leaves no contract, and no error")?;
    Ok((serde_json::from_value(contract)?, log))
}

const TRANSACTION: &str = "check";

/// A block with the deployment in it, by the account that may deploy on every network.
fn block(network: &Network, payload: &Value) -> Result<BlockInput> {
    let mut payload = payload.clone();
    payload["isSignedWithActiveKey"] = json!(true);
    let payload = payload.to_string();
    let call = Call {
        ref_block: Some(HEIGHT),
        id: TransactionId::Text(TRANSACTION.to_string()),
        sender: Some(network.accounts.engine.clone()),
        contract: Some("contract".to_string()),
        action: Some("deploy".to_string()),
        value: Some(tartan_document::parse(&payload).context("the payload is not JSON")?),
        payload: Some(payload),
    };
    Ok(BlockInput {
        ref_block: Some(HEIGHT),
        ref_block_id: "block".to_string(),
        prev_ref_block_id: "before".to_string(),
        timestamp: "2026-01-01T00:00:00".to_string(),
        time: Some(1_767_225_600_000),
        calls: vec![call],
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const STARTER: &str = include_str!("../../../starter/contract.js");

    fn try_on(network: &str, source: &str) -> Result<(Contract, Log)> {
        let network = Network::preset(network).expect("a preset");
        let payload = json!({ "name": "notebook", "code": STANDARD.encode(source) });
        deploy(&network, source, &payload)
    }

    #[test]
    fn the_starter_can_be_deployed_everywhere() {
        for network in ["dev", "dev-hive", "hive", "steem"] {
            let (contract, _) =
                try_on(network, STARTER).unwrap_or_else(|e| panic!("{network}: {e}"));
            assert_eq!(contract.version, 1);
            let tables: Vec<&str> = contract.own_tables().map(|(name, _)| name).collect();
            assert_eq!(tables, ["notes", "settings"], "{network}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (source, expected) in [
            ("actions.createSSC = (", "it does not compile: SyntaxError"),
            (
                "actions.createSSC = async () => { throw new Error('no luck'); };",
                "the deployment fails: Error: no luck",
            ),
            (
                "actions.add = () => {};",
                "the deployment fails: unknown error",
            ),
        ] {
            let error = try_on("dev", source).expect_err(source).to_string();
            assert!(error.starts_with(expected), "{source}: {error}");
        }
    }
}
