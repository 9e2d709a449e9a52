use tartan_document::{Object, Value};
use tartan_runtime::{ContractRecord, Event, Logs, NODE, Receipt};

use super::{Execution, NOT_JSON, NOTHING, refused};
use crate::genesis::DEPLOYER;
use crate::ingest::Call;
use crate::network::Tick;
use crate::records::{Draft, TransactionId};
use crate::{ChainError, ledger};

/// Logs with which a virtual transaction is not recorded.
const UNREMARKABLE: [&str; 3] = [
    NOTHING,
    r#"{"errors":["unknown error"]}"#,
    r#"{"errors":["contract doesn't exist"]}"#,
];

impl Execution<'_> {
    /// Runs what the node runs by itself behind the transactions, and gives those with something to tell.
    pub(super) fn virtual_transactions(&mut self) -> Result<Draft, ChainError> {
        let Some(height) = self.height else {
            return Ok(Draft::default()); // comparisons with a number that is not set are false
        };
        let mut actions = Vec::new();
        for tick in ledger::ticks(self.executor.overlay())? {
            if tick.from <= height && (!tick.if_deployed || self.is_deployed(&tick.contract)?) {
                actions.push((tick.contract, tick.action, String::new()));
            }
        }
        for periodic in self
            .network
            .periodic
            .iter()
            .filter(|periodic| height.is_multiple_of(periodic.every))
        {
            actions.push((
                periodic.contract.clone(),
                periodic.action.clone(),
                periodic.payload.clone(),
            ));
        }
        let mut transactions = Draft::default();
        for (index, (contract, action, payload)) in actions.into_iter().enumerate() {
            let id = TransactionId::Text(format!("{height}-{index}"));
            let call = Call::from_text(self.height, id, NODE, contract, action, payload);
            let transaction = self.transaction(call, 0)?;
            if !UNREMARKABLE.contains(&transaction.logs.as_str()) {
                transactions.add(transaction, &self.network.naming);
            }
        }
        if self
            .network
            .patches
            .double_virtual_transactions
            .contains(&height)
        {
            transactions.double(&self.network.naming);
        }
        Ok(transactions)
    }

    /// `contract.registerTick`: adds an action to those that run in every block.
    pub(super) fn register_tick(
        &mut self,
        call: &Call,
        payload: Option<Object>,
        sender: &str,
    ) -> Result<Receipt, ChainError> {
        let accounts = &self.network.accounts;
        if sender != accounts.engine && sender != accounts.peg {
            return Ok(refused("registerTick unauthorized"));
        }
        let Some(payload) = payload else {
            return Ok(refused(NOT_JSON));
        };
        if let Some(refusal) = self.missing_active_key(sender, &payload) {
            return Ok(refusal);
        }
        let contract = payload.get_str("contractName").unwrap_or_default();
        if !self.is_deployed(contract)? {
            return Ok(refused("contract does not exist"));
        }
        // the action is not looked at: one that is not there is an unknown error every time, which is not recorded
        let action = payload.get_str("tickAction").unwrap_or_default();
        let mut ticks = ledger::ticks(self.executor.overlay())?;
        if ticks
            .iter()
            .any(|tick| tick.contract == contract && tick.action == action)
        {
            return Ok(refused("contract tick already registered"));
        }
        if ticks.len() >= self.network.limits.ticks {
            return Ok(refused(format!(
                "no more than {} ticks can be registered",
                self.network.limits.ticks
            )));
        }
        let tick = Tick {
            contract: contract.to_string(),
            action: action.to_string(),
            from: call.ref_block.unwrap_or_default() + 1,
            if_deployed: false,
        };
        let mut data = Object::new();
        data.insert("contract", contract);
        data.insert("action", action);
        data.insert("startRefBlock", Value::Number(tick.from as f64));
        ticks.push(tick);
        ledger::put_ticks(self.executor.overlay_mut(), &ticks)?;
        let event = Event {
            contract: DEPLOYER.into(),
            event: "registerTick".into(),
            data: Value::Object(data),
        };
        Ok(Receipt {
            logs: Logs {
                errors: Vec::new(),
                events: vec![event],
                ..Logs::default()
            },
            code_hash: String::new(),
            units: 0,
        })
    }

    pub(super) fn is_deployed(&self, contract: &str) -> Result<bool, ChainError> {
        Ok(ContractRecord::find(self.executor.overlay(), contract)?.is_some())
    }
}
