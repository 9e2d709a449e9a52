use tartan_document::{Object, Value};
use tartan_state::{IfMissing, Read};

use super::Execution;
use crate::ChainError;
use crate::genesis::{DEPLOYER, encode_source, fields};
use crate::ingest::Call;
use crate::network::RowPatch;
use crate::records::TransactionId;

impl Execution<'_> {
    /// What a public chain's operators did at this height: calls thrown away, rows rewritten, a transaction put in
    /// front, code replaced.
    pub(super) fn patch(&mut self, mut calls: Vec<Call>) -> Result<Vec<Call>, ChainError> {
        let Some(height) = self.height else {
            return Ok(calls);
        };
        let patches = &self.network.patches;
        if patches.discard_transactions.contains(&height) {
            calls.clear();
        }
        for patch in patches.rows.iter().filter(|patch| patch.block == height) {
            self.rewrite(patch)?;
        }
        for patch in patches
            .first_transaction
            .iter()
            .filter(|patch| patch.block == height)
        {
            match self.network.sources.get(&patch.source) {
                Some(source) => {
                    let code = encode_source(source);
                    let payload =
                        fields([("name", &patch.update), ("params", ""), ("code", &code)])
                            .stringify();
                    // the reference gives this one the number of the sidechain block
                    let number = Some(self.number);
                    let id = TransactionId::Text(patch.id.clone());
                    calls.insert(
                        0,
                        Call::from_text(number, id, &patch.sender, DEPLOYER, "update", payload),
                    );
                }
                None => tracing::warn!(
                    source = %patch.source,
                    "the source of a transaction of the chain's history is missing; hashes will differ"
                ),
            }
        }
        for patch in patches
            .replace_code
            .iter()
            .filter(|patch| patch.block == height)
        {
            match self.network.sources.get(&patch.source) {
                Some(source) => self.replace_code(&mut calls, source),
                None => tracing::warn!(
                    source = %patch.source,
                    "the source of a contract update of the chain's history is missing; hashes will differ"
                ),
            }
        }
        Ok(calls)
    }

    fn rewrite(&mut self, patch: &RowPatch) -> Result<(), ChainError> {
        let overlay = self.executor.overlay_mut();
        if overlay.table(&patch.contract, &patch.table).is_none() {
            return Ok(());
        }
        let mut record = Object::new();
        record.insert("_id", Value::Number(patch.id as f64));
        for (field, value) in &patch.set {
            record.insert(field.as_str(), value.as_str());
        }
        overlay.update(
            &patch.contract,
            &patch.table,
            &record,
            &[],
            IfMissing::Ignore,
        )?;
        Ok(())
    }

    /// Puts another code into the engine account's contract updates.
    fn replace_code(&self, calls: &mut [Call], source: &str) {
        for call in calls {
            let update = call.sender.as_deref() == Some(&self.network.accounts.engine)
                && call.contract.as_deref() == Some(DEPLOYER)
                && call.action.as_deref() == Some("update");
            if update && let Some(Value::Object(payload)) = &mut call.value {
                payload.insert("code", encode_source(source));
                call.payload = call.value.as_ref().map(Value::stringify);
            }
        }
    }
}
