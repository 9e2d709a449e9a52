//! Trying a deployment in a chain in memory, under the network's own rules.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tartan_chain::ingest::Call;
use tartan_chain::records::TransactionId;
use tartan_chain::{BlockInput, Chain, Network, Reader};
use tartan_node::registry_for;
use tartan_runtime::Registry;

use super::costs::{Costs, Deposit};
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

/// A deployment that went well.
pub(super) struct Tried {
    pub(super) contract: Contract,
    pub(super) log: Log,
    pub(super) costs: Option<Costs>,
}

/// Compiles a contract, deploys it in a chain that has only the network's own genesis, and gives what it became. Where
/// anyone may deploy, an account does that has the funds for it; elsewhere one of those who may.
///
/// # Errors
/// When it does not compile, or the deployment is refused or logs an error.
pub(super) fn deploy(
    network: &Network,
    source: &str,
    payload: &Value,
    account: Option<&str>,
) -> Result<Tried> {
    let registry = compile(network, source)?;
    let name = payload["name"].as_str().unwrap_or_default();
    let genesis = network.genesis_input();
    let mut chain = Chain::sandbox(network.clone(), registry, genesis)?;
    let mut payload = payload.clone();
    payload["isSignedWithActiveKey"] = json!(true);
    let account = match network.rules.metered {
        true => account.unwrap_or(AUTHOR),
        false => &network.accounts.engine,
    };
    if let Some(funds) = funds(network, &chain.reader(), account)? {
        let engine = &network.accounts.engine;
        chain.produce(block(1, engine, "tokens", "transfer", &funds)?)?;
    }
    chain.produce(block(2, account, "contract", "deploy", &payload)?)?;

    let reader = chain.reader();
    let found = reader.transaction(&transaction(2))?;
    let found = serde_json::to_value(found.as_ref().map(|found| found.json(reader.naming())))?;
    let log: Log = serde_json::from_str(found["logs"].as_str().unwrap_or("{}"))?;
    if !log.errors.is_empty() {
        bail!("the deployment fails: {}", log.errors.join("; "));
    }
    let contract = reader.contract(name)?;
    let contract = contract.context("the deployment leaves no contract, and no error")?;
    let (holder, table) = Deposit::TABLE;
    let held = reader.find_one(holder, table, &json!({ "contract": name }))?;
    let held: Option<Value> = held.map(serde_json::to_value).transpose()?;
    let deposit = held.and_then(|row| Deposit::of(network, &row));
    Ok(Tried {
        contract: serde_json::from_value(contract)?,
        log,
        costs: Costs::of(network, account, deposit),
    })
}

/// Who deploys where no account is given.
const AUTHOR: &str = "author";

/// What hands the utility token to an account that may need it for fees and deposits: all that the engine account has.
fn funds(network: &Network, reader: &Reader, account: &str) -> Result<Option<Value>> {
    let symbol = &network.tokens.utility.symbol;
    let engine = &network.accounts.engine;
    if !network.rules.metered || account == engine {
        return Ok(None);
    }
    let query = json!({ "account": engine, "symbol": symbol });
    let row = reader.find_one("tokens", "balances", &query)?;
    let row: Option<Value> = row.map(serde_json::to_value).transpose()?;
    Ok(row.map(|row| {
        json!({ "symbol": symbol, "to": account, "quantity": row["balance"], "isSignedWithActiveKey": true })
    }))
}

fn transaction(number: u64) -> String {
    format!("check{number}")
}

/// A block with one call.
fn block(
    number: u64,
    sender: &str,
    contract: &str,
    action: &str,
    payload: &Value,
) -> Result<BlockInput> {
    let payload = payload.to_string();
    let call = Call {
        ref_block: Some(HEIGHT + number),
        id: TransactionId::Text(transaction(number)),
        sender: Some(sender.to_string()),
        contract: Some(contract.to_string()),
        action: Some(action.to_string()),
        value: Some(tartan_document::parse(&payload).context("the payload is not JSON")?),
        payload: Some(payload),
    };
    Ok(BlockInput {
        ref_block: Some(HEIGHT + number),
        ref_block_id: format!("block{number}"),
        prev_ref_block_id: format!("block{}", number - 1),
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

    fn try_on(network: &str, source: &str) -> Result<Tried> {
        let network = Network::preset(network).expect("a preset");
        let payload = json!({ "name": "notebook", "code": STANDARD.encode(source) });
        deploy(&network, source, &payload, None)
    }

    #[test]
    fn the_starter_can_be_deployed_everywhere() {
        for network in ["dev", "dev-hive", "hive", "steem"] {
            let Tried {
                contract, costs, ..
            } = try_on(network, STARTER).unwrap_or_else(|e| panic!("{network}: {e}"));
            assert_eq!(costs.is_some(), network.starts_with("dev"), "{network}");
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
            let error = try_on("dev", source).err().expect(source).to_string();
            assert!(error.starts_with(expected), "{source}: {error}");
        }
    }
}
