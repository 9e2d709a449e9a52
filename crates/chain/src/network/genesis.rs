use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a chain starts: a block made of nothing, with transactions that no one signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Timestamp of block 0, `YYYY-MM-DDTHH:MM:SS` in UTC.
    pub timestamp: String,
    /// A folder with the sources of scripted contracts, `<name>.js` each, relative to the network file. If there is
    /// none, their deployments are left out.
    #[serde(default, skip_serializing)]
    pub sources: Option<String>,
    /// What stands in those sources for a value of the network: the text between `'${` and `}$'`, and the value. The
    /// quotation marks go too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// The transactions, in order, after the node's own first one.
    #[serde(default)]
    pub transactions: Vec<GenesisTransaction>,
}

/// A transaction of block 0: a call (`contract`, `action` and `payload`) or a deployment (`deploy`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisTransaction {
    /// Who sends it.
    pub sender: String,
    /// The name of the contract to deploy; its source is one of [`Network::sources`](super::Network::sources).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy: Option<String>,
    /// The contract to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The action to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The payload, as JSON text: it is recorded and hashed as it stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}
