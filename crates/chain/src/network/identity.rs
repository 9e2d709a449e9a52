use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Network;

/// Raised whenever the program's own part of the rules changes in a way that gives other blocks from the same input.
const RULES_VERSION: u32 = 1;

/// What a data directory belongs to: the network's name, for people, and a hash over everything that decides which
/// blocks follow from which input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The network's name. Two networks of different names may be the same.
    pub name: String,
    /// Lower-case hexadecimal SHA-256 over the network's data.
    pub hash: String,
}

impl Identity {
    /// Whether blocks of one are blocks of the other.
    pub fn matches(&self, other: &Identity) -> bool {
        self.hash == other.hash
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({})",
            self.name,
            self.hash.get(..12).unwrap_or(&self.hash)
        )
    }
}

impl Network {
    /// What a data directory of this network belongs to.
    pub fn identity(&self) -> Identity {
        let mut anonymous = Network {
            name: String::new(),
            ..self.clone()
        };
        anonymous.main_chain.explorer = None;
        anonymous.accounts.exchanges = Vec::new();
        // a struct of strings, numbers and ordered maps: its JSON text is one and the same on every machine
        let data = serde_json::to_vec(&(RULES_VERSION, &anonymous, &self.sources))
            .expect("plain data with text keys is JSON");
        Identity {
            name: self.name.clone(),
            hash: hex::encode(Sha256::digest(&data)),
        }
    }
}
