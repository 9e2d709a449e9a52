use tartan_document::{Object, Value};
use tartan_runtime::{Blocks, Fatal};
use tartan_state::Overlay;

use crate::network::Naming;
use crate::{ChainError, ledger};

/// The blocks in the state, for scripts.
pub(super) struct StoredBlocks {
    naming: Naming,
}

impl StoredBlocks {
    pub(super) fn new(naming: Naming) -> StoredBlocks {
        StoredBlocks { naming }
    }
}

impl Blocks for StoredBlocks {
    fn block(&self, overlay: &Overlay, number: u64) -> Result<Option<Value>, Fatal> {
        let block = ledger::block(overlay, number).map_err(fatal)?;
        let shown = block.map(|block| serde_json::to_value(block.json(&self.naming)));
        let shown = shown.transpose().map_err(|error| Fatal::Corrupt {
            what: format!("block {number}"),
            reason: error.to_string(),
        })?;
        Ok(shown.map(Value::from))
    }

    fn hash(&self, overlay: &Overlay, number: u64) -> Result<Option<String>, Fatal> {
        let block = ledger::block(overlay, number).map_err(fatal)?;
        Ok(block.map(|block| block.hash.to_string()))
    }

    fn verify(&self, overlay: &mut Overlay, verification: &Object) -> Result<(), Fatal> {
        let number = verification.get("blockNumber").and_then(Value::as_u64);
        let block = match number {
            Some(number) => ledger::block(overlay, number).map_err(fatal)?,
            None => None,
        };
        let Some(block) = block else {
            return Ok(());
        };
        let mut block = (*block).clone();
        block.verify(verification);
        ledger::replace(overlay, &block).map_err(fatal)
    }
}

fn fatal(error: ChainError) -> Fatal {
    match error {
        ChainError::Execution(fatal) => fatal,
        error => Fatal::Corrupt {
            what: "a block".to_string(),
            reason: error.to_string(),
        },
    }
}
