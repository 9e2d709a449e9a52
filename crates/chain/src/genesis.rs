//! The transactions of block 0.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tartan_document::{Object, Value};
use tartan_runtime::NODE;

use crate::Network;
use crate::block_input::BlockInput;
use crate::ingest::Call;
use crate::records::TransactionId;
use crate::time;

/// The contract that deploys contracts.
pub(crate) const DEPLOYER: &str = "contract";

impl Network {
    /// What block 0 is made from: the network's own first transaction, which calls nothing; the native contracts;
    /// then the transactions that the network's file lists.
    ///
    /// Deployments whose source the network does not have are left out, with a warning: the chain then has other
    /// hashes than the public one.
    pub fn genesis_input(&self) -> BlockInput {
        let mut calls = Vec::new();
        for name in &self.rules.native {
            let payload = fields([("name", name.as_str()), ("params", "")]).stringify();
            calls.push(self.genesis_call(&self.accounts.engine, DEPLOYER, "deploy", payload));
        }
        calls.extend(self.listed_calls());
        self.genesis_of(calls)
    }

    /// What block 0 of a made-up chain is made from: the network's own first transaction, then these calls; or, where
    /// none are given, those that the network's file lists.
    pub fn sandbox_genesis(&self, calls: Option<Vec<Call>>) -> BlockInput {
        self.genesis_of(calls.unwrap_or_else(|| self.listed_calls()))
    }

    fn genesis_of(&self, listed: Vec<Call>) -> BlockInput {
        let mut calls = vec![self.genesis_call(NODE, NODE, NODE, self.genesis_marker())];
        calls.extend(listed);
        BlockInput {
            ref_block: Some(0),
            ref_block_id: String::new(),
            prev_ref_block_id: String::new(),
            timestamp: self.genesis.timestamp.clone(),
            time: time::parse(&self.genesis.timestamp),
            calls,
        }
    }

    fn listed_calls(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        for transaction in &self.genesis.transactions {
            let sender = &transaction.sender;
            match (
                &transaction.deploy,
                &transaction.contract,
                &transaction.action,
                &transaction.payload,
            ) {
                (Some(name), ..) => match self.deployment(name) {
                    Some(payload) => {
                        calls.push(self.genesis_call(sender, DEPLOYER, "deploy", payload))
                    }
                    None => tracing::warn!(
                        contract = %name,
                        network = %self.name,
                        "genesis lacks the source of a contract; hashes will differ from the public chain"
                    ),
                },
                (None, Some(contract), Some(action), Some(payload)) => {
                    calls.push(self.genesis_call(sender, contract, action, payload.clone()));
                }
                // a network that was loaded has no such transaction
                _ => {}
            }
        }
        calls
    }

    fn genesis_call(&self, sender: &str, contract: &str, action: &str, payload: String) -> Call {
        let height = self.main_chain.genesis_block;
        Call::from_text(
            height,
            TransactionId::Number(0),
            sender,
            contract,
            action,
            payload,
        )
    }

    fn genesis_marker(&self) -> String {
        let mut marker = Object::new();
        marker.insert("chainId", self.chain_id.as_str());
        if let Some(block) = self.main_chain.genesis_block {
            marker.insert(
                self.naming.genesis_block.as_str(),
                Value::Number(block as f64),
            );
        }
        Value::Object(marker).stringify()
    }

    fn deployment(&self, name: &str) -> Option<String> {
        let code = match self.sources.get(name) {
            Some(source) => {
                let constants = self.genesis.constants.iter();
                let source = constants.fold(source.clone(), |source, (constant, value)| {
                    source.replace(&format!("'${{{constant}}}$'"), value)
                });
                encode_source(&source)
            }
            // its code is ignored
            None if self.is_native(name) => String::new(),
            None => return None,
        };
        Some(fields([("name", name), ("params", ""), ("code", &code)]).stringify())
    }
}

/// A source as a deployment carries it.
pub(crate) fn encode_source(source: &str) -> String {
    STANDARD.encode(source)
}

pub(crate) fn fields<const N: usize>(fields: [(&str, &str); N]) -> Value {
    let mut object = Object::new();
    for (key, value) in fields {
        object.insert(key, value);
    }
    Value::Object(object)
}
