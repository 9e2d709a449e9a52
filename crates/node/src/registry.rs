use std::sync::Arc;

use tartan_chain::Network;
use tartan_contracts::UnknownNative;
use tartan_runtime::Registry;
use tartan_vm::{Engine, Options};

/// All that answers for the contracts of a network: its native ones, and an engine for those in JavaScript.
///
/// # Errors
/// When the network names a native contract that this program does not have.
pub fn registry_for(network: &Network) -> Result<Registry, UnknownNative> {
    if network.code_template_hash.is_some() && network.code_template.is_none() {
        tracing::warn!(
            network = %network.name,
            "contracts get a template of this program's own, so their hashes are not the network's; code_template_file names the right one"
        );
    }
    let engine = Engine::new(Options {
        metered: network.rules.metered,
        budget: network.limits.call_budget,
        ..Options::default()
    });
    Ok(network.registry()?.with_engine(Arc::new(engine)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_runs_native_contracts_and_scripts() {
        for (name, _) in tartan_chain::network::PRESETS {
            let network = Network::preset(name).expect("a preset");
            let registry = registry_for(&network).expect("its natives are known");
            assert!(registry.engine().is_some(), "{name}");
            for native in &network.rules.native {
                assert!(registry.native(native).is_some(), "{name}: {native}");
            }
        }
    }
}
