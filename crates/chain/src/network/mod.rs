//! Everything that differs between sidechains, as data.
//!
//! ```text
//!   preset (steem, hive, dev, dev-hive) ─┐
//!                                        ├─ merge ─ fill in ${…} ─ check ─▶ Network ─▶ identity
//!   file: extends = "dev", overrides ────┘
//! ```
//!
//! A network file is TOML. `extends` names a preset whose values it starts from: tables are merged key by key,
//! everything else (lists too) is replaced. What a key means is said where it is defined below.

mod accounts;
mod code_template;
mod gates;
mod genesis;
mod identity;
mod load;
mod main_chain;
mod naming;
mod patches;
mod rules;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use accounts::{Accounts, Fees, Token, Tokens};
pub use code_template::{DEFAULT_TEMPLATE, PLACEHOLDER};
pub use gates::{Gates, Height};
pub use genesis::{Genesis, GenesisTransaction};
pub use identity::Identity;
pub use load::{NetworkError, PRESETS};
pub use main_chain::{Address, Explorer, Flavor, MainChain, MainChainId};
pub use naming::Naming;
pub use patches::{CodePatch, InsertedTransaction, Patches, RowPatch};
pub use rules::{
    Feed, Limits, PerUserLimit, Periodic, ScriptDialect, Switches, Tick, WriteHashRule,
};

/// A sidechain's constitution: where its blocks come from, how it starts and which rules hold at which height.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// What people call it. Like the main chain's explorer and the exchanges, it has no part in the [identity](Network::identity).
    pub name: String,
    /// Told apart by this: the sidechain reads custom_json operations with the id `ssc-<chain_id>`.
    pub chain_id: String,
    /// The main chain that orders its transactions.
    pub main_chain: MainChain,
    /// How fields of records and answers are called.
    pub naming: Naming,
    /// The accounts with a special part.
    pub accounts: Accounts,
    /// The tokens with a special part.
    pub tokens: Tokens,
    /// What the network charges at its start.
    pub fees: Fees,
    /// The first block.
    pub genesis: Genesis,
    /// What the native contracts need to know, contract by contract.
    pub contracts: tartan_contracts::Settings,
    /// From which height on a rule is in force.
    pub gates: Gates,
    /// Rules that hold at every height.
    pub rules: Switches,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
    /// Actions that run after the transactions of every block.
    #[serde(default)]
    pub ticks: Vec<Tick>,
    /// Actions that run after every so many main-chain blocks.
    #[serde(default)]
    pub periodic: Vec<Periodic>,
    /// What a chain's history contains besides the rules.
    #[serde(default)]
    pub patches: Patches,
    /// What is put around the source of a scripted contract; `###ACTIONS###` marks its place. Absent: the program's
    /// own. It is part of every `codeHash`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_template: Option<String>,
    /// A file with that text, relative to the network file.
    #[serde(default, skip_serializing)]
    pub code_template_file: Option<String>,
    /// The SHA-256, in hexadecimal, that the text must have: that of the chain whose history is to be reproduced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_template_hash: Option<String>,
    /// Sources of scripted contracts by name, read from the folder `genesis.sources`.
    #[serde(skip)]
    pub sources: BTreeMap<String, String>,
}

impl Network {
    /// The id of the custom_json operations that belong to this sidechain.
    pub fn custom_json_id(&self) -> String {
        format!("ssc-{}", self.chain_id)
    }

    /// Whether a contract of that name is answered by native code.
    pub fn is_native(&self, contract: &str) -> bool {
        self.rules.native.iter().any(|name| name == contract)
    }

    /// The native contracts of this network, ready to be given to a [`Chain`](crate::Chain).
    ///
    /// # Errors
    /// When the network names one that this program does not have.
    pub fn registry(&self) -> Result<tartan_runtime::Registry, tartan_contracts::UnknownNative> {
        tartan_contracts::registry(
            self.rules.native.iter().map(String::as_str),
            &self.contracts,
        )
    }

    /// Whether an account may deploy and update contracts.
    pub fn may_deploy(&self, sender: &str) -> bool {
        self.rules.metered || self.is_operator(sender)
    }

    /// Whether an account runs the network: the node itself, the engine account, the peg account.
    pub fn is_operator(&self, sender: &str) -> bool {
        sender == tartan_runtime::NODE
            || sender == self.accounts.engine
            || sender == self.accounts.peg
    }
}

#[cfg(test)]
mod tests;
