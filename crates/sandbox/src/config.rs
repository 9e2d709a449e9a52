use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tartan_chain::Network;
use tartan_chain::network::PLACEHOLDER;
use tartan_document::{Object, Value};
use tartan_runtime::{Registry, ScriptEngine};
use tartan_vm::Options;

use crate::failure::Failure;
use crate::params::Params;

/// The network whose rules a sandbox follows where `reset` says nothing else.
const PRESET: &str = "hive";

/// What `reset` is told of the chain it makes.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) network: Network,
    /// What scripted contracts are run with.
    pub(crate) scripts: Options,
}

impl Config {
    /// Reads the `config` of a `reset`; what it does not know it passes over.
    pub(crate) fn read(fields: &Object) -> Result<Config, Failure> {
        let config = Params::new("config", fields);
        let mut network =
            Network::preset(PRESET).map_err(|error| Failure::invalid(error.to_string()))?;
        network.name = "sandbox".to_string();
        network.chain_id = config
            .optional_text("chainId")?
            .unwrap_or("sandbox")
            .to_string();
        network.main_chain.genesis_block = config.optional_count("genesisHiveBlock")?;
        if config.optional_bool("enablePerUserTxLimit")? == Some(false) {
            network.limits.per_user = None;
        }
        network.rules.native = natives(config)?;
        network.rules.deploy_native = true;
        if let Some(settings) = config.optional_object("contracts")? {
            network.contracts = changed(&network.contracts, settings)?;
        }
        network.rules.atomic = config.optional_bool("atomic")?.unwrap_or(false);
        network.code_template = template(config)?;
        network.code_template_hash = None;
        let timeout = config.optional_count("javascriptVMTimeout")?;
        let metered = config.optional_bool("metered")?.unwrap_or(false);
        network.rules.metered = metered;
        let budget = network.limits.call_budget;
        Ok(Config {
            network,
            scripts: Options {
                metered,
                budget,
                patience: Options::patience_of(timeout.unwrap_or(10_000)),
            },
        })
    }

    /// Who answers for the names of contracts.
    pub(crate) fn registry(&self, engine: Arc<dyn ScriptEngine>) -> Result<Registry, Failure> {
        match self.network.registry() {
            Ok(natives) => Ok(natives.with_engine(engine)),
            Err(error) => Err(Failure::invalid(format!("config: native: {error}"))),
        }
    }
}

fn natives(config: Params<'_>) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = Vec::new();
    for name in config.optional_list("native")?.unwrap_or_default() {
        let Value::String(name) = name else {
            return Err(config.wrong("native", "names of contracts", name));
        };
        let name = name.to_string_lossy().into_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The settings of native contracts with some of them changed.
fn changed<T: Serialize + DeserializeOwned>(settings: &T, changes: &Object) -> Result<T, Failure> {
    let invalid =
        |error: serde_json::Error| Failure::invalid(format!("config: contracts: {error}"));
    let mut merged = serde_json::to_value(settings).map_err(invalid)?;
    merge(&mut merged, serde_json::to_value(changes).map_err(invalid)?);
    serde_json::from_value(merged).map_err(invalid)
}

/// Objects are merged key by key, everything else is replaced. No deeper than the JSON reader goes.
fn merge(into: &mut Json, changes: Json) {
    match (into, changes) {
        (Json::Object(fields), Json::Object(changes)) => {
            for (key, change) in changes {
                merge(fields.entry(key).or_insert(Json::Null), change);
            }
        }
        (into, changes) => *into = changes,
    }
}

/// What is put around the code of contracts; `None` for the program's own.
fn template(config: Params<'_>) -> Result<Option<String>, Failure> {
    let name = "codeTemplate";
    let template = config.optional_text(name)?;
    if template.is_some_and(|template| !template.contains(PLACEHOLDER)) {
        return Err(Failure::invalid(format!(
            "config: expected {name} to be a text with {PLACEHOLDER} in it"
        )));
    }
    Ok(template.map(str::to_string))
}
