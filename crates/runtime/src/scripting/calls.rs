use std::sync::Arc;

use tartan_decimal::Config;
use tartan_document::{Object, Value, object};

use super::{Dialect, Documents};
use crate::context::caller_info;
use crate::executor::{CREATE, Ended};
use crate::outside;
use crate::{ActionResult, CallingContract, Context, Failure, Logs, NODE};

/// As whom a script calls another contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// As the sender of its own call.
    Sender,
    /// As the owner of its contract.
    Owner,
    /// As the node, which is how a contract moves tokens of its own.
    Node,
}

impl Context<'_> {
    /// Notes the message of a failed `api.assert`. On networks with [`Rules::atomic`](crate::Rules::atomic) the call
    /// fails with it, however it ends.
    pub fn log_check(&mut self, message: &str) {
        self.logs.errors.push(message.to_string());
        self.failed_check = true;
    }

    /// Notes that a check failed which has no message.
    pub fn fail_check(&mut self) {
        self.failed_check = true;
    }

    /// What this call has logged so far, nested calls included.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// Whether the contract is being deployed or updated (`createSSC`).
    pub fn creating(&self) -> bool {
        &*self.frame.action == CREATE
    }

    /// Whose behaviour scripts get.
    pub fn dialect(&self) -> Dialect {
        self.executor.rules.dialect
    }

    /// How decimals are rounded and bounded here. The Hive lineage has 20 places in deployments at any height.
    pub fn decimals(&self) -> Config {
        let config = self.executor.rules.decimals;
        match self.creating() && self.dialect() == Dialect::Hive {
            true => Config {
                decimal_places: 20,
                ..config
            },
            false => config,
        }
    }

    /// What scripts call the time of the block (`hiveBlockTimestamp`).
    pub fn block_timestamp_name(&self) -> &str {
        &self.executor.rules.system.timestamp_field
    }

    /// What scripts call the main-chain block number (`refHiveBlockNumber`).
    pub fn main_number_name(&self) -> &str {
        &self.executor.rules.system.main_number_field
    }

    /// What the random numbers of this call are drawn from: the ids of the main-chain block before, of this one, and
    /// of the transaction. A nested call has no transaction id, which reads `undefined`.
    pub fn random_seed(&self) -> String {
        let block = self.block();
        let transaction = self.transaction_id().unwrap_or("undefined");
        format!("{}{}{transaction}", block.previous_main_id, block.main_id)
    }

    /// The tables (`api.db`).
    pub fn documents(&mut self) -> Documents<'_> {
        Documents::new(self.executor, self.frame)
    }

    /// The hash of a block of the chain; `None` when there is none with this number, such as the one being made.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn block_hash(&self, number: u64) -> ActionResult<Option<String>> {
        match &self.executor.blocks {
            Some(blocks) => Ok(blocks.hash(&self.executor.overlay, number)?),
            None => Ok(None),
        }
    }

    /// Marks a block as verified (`api.verifyBlock`), which only the contract of the witnesses can; from others it is
    /// passed over.
    ///
    /// # Errors
    /// When the state cannot be read or written.
    pub fn verify_block(&mut self, verification: &Object) -> ActionResult {
        if &*self.frame.contract == "witnesses"
            && let Some(blocks) = self.executor.blocks.clone()
        {
            blocks.verify(&mut self.executor.overlay, verification)?;
        }
        Ok(())
    }

    /// Calls another contract. What it logs joins this call's log; the result says what that was, and which code ran:
    /// `{errors?, events?, executedCodeHash?}`. `None` if the network skips such a call.
    ///
    /// A callee that fails does not fail its caller. On networks with [`Rules::atomic`](crate::Rules::atomic) what the
    /// callee wrote is undone then, its events are dropped, and its code hash is left out.
    ///
    /// # Errors
    /// Only for what no contract can live with.
    pub fn call_from_script(
        &mut self,
        identity: Identity,
        contract: &str,
        action: &str,
        params: Object,
    ) -> ActionResult<Option<Object>> {
        let caller = self.as_caller();
        let info = caller_info(&caller);
        self.script_call(identity, (contract, action), params, caller, info)
    }

    /// Moves tokens that the contract holds, or that the contract does which called it (`api.transferTokens`,
    /// `api.transferTokensFromCallingContract`). The result is that of
    /// [`call_from_script`](Self::call_from_script). An argument that the script left out is `None`.
    ///
    /// # Errors
    /// When there is no calling contract.
    pub fn transfer_tokens(
        &mut self,
        from_calling_contract: bool,
        to: impl Into<Option<Value>>,
        symbol: impl Into<Option<Value>>,
        quantity: impl Into<Option<Value>>,
        kind: impl Into<Option<Value>>,
    ) -> ActionResult<Option<Object>> {
        let caller = self.as_caller();
        let mut info = caller_info(&caller);
        let from = match from_calling_contract {
            false => Some(Value::from(&*self.frame.contract)),
            true => self.calling_contract_name()?,
        };
        if from_calling_contract && self.dialect().is_reference() {
            // The reference leaves out the action here, so that the version takes its place.
            info = object! { "name": caller.name.as_str(), "action": caller.version };
        }
        let params = [
            ("from", from),
            ("to", to.into()),
            ("quantity", quantity.into()),
            ("symbol", symbol.into()),
            ("type", kind.into()),
        ];
        let params = params.into_iter();
        let params = params.filter_map(|(key, value)| Some((key, value?)));
        let target = ("tokens", "transferFromContract");
        self.script_call(Identity::Node, target, params.collect(), caller, info)
    }

    /// The name of the contract that called, as the payload has it.
    fn calling_contract_name(&self) -> ActionResult<Option<Value>> {
        if !self.dialect().is_reference() {
            let none = || Failure::exception("TypeError", "there is no calling contract");
            let caller = self.frame.caller.as_ref().ok_or_else(none)?;
            if *self.frame.sender == *outside::sender(caller) {
                let reason = format!("contract {} trusts nobody with its tokens", caller.name);
                return Err(Failure::exception("TypeError", reason));
            }
            return Ok(Some(Value::from(caller.name.as_str())));
        }
        match &self.frame.caller_info {
            None => Err(Failure::exception(
                "TypeError",
                "Cannot read properties of null (reading 'applySyncPromise')",
            )),
            Some(Value::Null) => Err(Failure::exception(
                "TypeError",
                "Cannot read properties of null (reading 'name')",
            )),
            Some(info) => Ok(info.get("name").cloned()),
        }
    }

    fn script_call(
        &mut self,
        identity: Identity,
        (contract, action): (&str, &str),
        params: Object,
        caller: CallingContract,
        info: Object,
    ) -> ActionResult<Option<Object>> {
        if self.is_skipped(contract, action) {
            return Ok(None);
        }
        let sender: Arc<str> = match identity {
            Identity::Sender => self.frame.sender.clone(),
            Identity::Owner => self.frame.owner.clone(),
            Identity::Node => NODE.into(),
        };
        let ended = self.nested(&sender, (contract, action), params, caller, info)?;
        Ok(Some(
            match self.creating() && self.dialect().is_reference() {
                true => self.merge_defectively(ended),
                false => self.merge(ended),
            },
        ))
    }

    fn merge(&mut self, ended: Ended) -> Object {
        let undone = ended.failed && self.executor.rules.atomic;
        let mut result = ended.logs.to_object();
        self.logs.append(ended.logs);
        if !ended.code_hash.is_empty() && !undone {
            let rule = self.executor.rules.code_hash;
            rule.merge(&mut self.code_hash, &ended.code_hash);
            result.insert("executedCodeHash", ended.code_hash);
        }
        result
    }

    /// What the reference makes of a nested call in `createSSC`, where it hands the merging the log itself instead of
    /// the results around it: an error or event runs into an exception, which takes the place of the errors (as an
    /// object without fields that JSON would show), and the code hash is merged into a new member of the log, behind
    /// the text of a value that is not there.
    fn merge_defectively(&mut self, ended: Ended) -> Object {
        let mut result = Object::new();
        if !ended.logs.is_empty() {
            if ended.logs.errors.is_empty() {
                result.insert("events", Value::Array(Vec::new()));
            }
            result.insert("errors", vec![Value::Object(Object::new())]);
        } else if !ended.code_hash.is_empty() {
            let rule = self.executor.rules.code_hash;
            let stray = self.logs.stray_code_hash.take();
            let mut stray = stray.unwrap_or_else(|| "undefined".to_string());
            rule.merge(&mut stray, &ended.code_hash);
            self.logs.stray_code_hash = Some(stray);
            result.insert("executedCodeHash", ended.code_hash);
        }
        result
    }
}
