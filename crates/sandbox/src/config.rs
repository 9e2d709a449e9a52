use std::sync::Arc;
use std::time::Duration;

use tartan_chain::Network;
use tartan_document::{Object, Value};
use tartan_runtime::{Registry, ScriptEngine};

use crate::failure::Failure;
use crate::params::Params;

/// The network whose rules a sandbox follows where `reset` says nothing else.
const PRESET: &str = "hive";

/// What scripted contracts are run with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOptions {
    /// How long one call may take.
    pub timeout: Duration,
    /// Whether calls have a deterministic budget.
    pub metered: bool,
}

/// What `reset` is told of the chain it makes.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) network: Network,
    pub(crate) scripts: ScriptOptions,
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
        network.rules.atomic = config.optional_bool("atomic")?.unwrap_or(false);
        let timeout = config.optional_count("javascriptVMTimeout")?;
        let metered = config.optional_bool("metered")?.unwrap_or(false);
        if metered {
            return Err(Failure::invalid(
                "config: expected metered to be false: this version of the program cannot do it yet",
            ));
        }
        network.rules.metered = metered;
        Ok(Config {
            network,
            scripts: ScriptOptions {
                timeout: Duration::from_millis(timeout.unwrap_or(10_000)),
                metered,
            },
        })
    }

    /// Who answers for the names of contracts.
    pub(crate) fn registry(
        &self,
        engine: Option<Arc<dyn ScriptEngine>>,
    ) -> Result<Registry, Failure> {
        let natives = self.network.registry();
        let registry =
            natives.map_err(|error| Failure::invalid(format!("config: native: {error}")))?;
        Ok(match engine {
            Some(engine) => registry.with_engine(engine),
            None => registry,
        })
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
