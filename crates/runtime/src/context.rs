use std::sync::Arc;

use serde::Serialize;
use tartan_document::{Object, Value, codec, object};
use tartan_state::{Filter, FindOptions, IndexSpec, QueryError, Read, Record, Table};

use crate::executor::{Ended, Frame};
use crate::{
    ACTIVE_KEY_NEEDED, ActionResult, BlockInfo, CallingContract, ContractRecord, Event, Executor,
    Failure, Fatal, Limits, Logs, Rows, Sender, System, ensure, text,
};

/// All that an action may touch: who calls, what is signed, the tables, other contracts, the log.
pub struct Context<'a> {
    pub(crate) executor: &'a mut Executor,
    pub(crate) frame: &'a Frame,
    pub(crate) logs: Logs,
    pub(crate) code_hash: String,
    /// Whether a script noted a failed check of its own.
    pub(crate) failed_check: bool,
}

/// What a nested call that ran to its end leaves for its caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What it logged; the caller's own log has it too.
    pub logs: Logs,
    /// The code it ran, merged with that of its own nested calls.
    pub code_hash: String,
}

impl Context<'_> {
    /// The account that runs the action; in a nested call the same as outside, unless the caller chose another.
    pub fn sender(&self) -> Arc<str> {
        self.frame.sender.clone()
    }

    /// The account that owns the contract.
    pub fn owner(&self) -> Arc<str> {
        self.frame.owner.clone()
    }

    /// Whether the node itself runs the action (a tick, the genesis), or a contract through it (a payout).
    pub fn is_node(&self) -> bool {
        Sender(&self.frame.sender).is_node()
    }

    /// The contract that made this call, if it is a nested one.
    pub fn caller(&self) -> Option<&CallingContract> {
        self.frame.caller.as_ref()
    }

    /// The id of the transaction; a nested call has none.
    pub fn transaction_id(&self) -> Option<&str> {
        self.frame.transaction_id.as_deref()
    }

    /// The id of the transaction, also in a nested call: several calls may see the same one.
    pub fn outer_transaction_id(&self) -> Option<&str> {
        self.executor.transaction_id.as_deref()
    }

    /// The version of the contract.
    pub fn contract_version(&self) -> u32 {
        self.frame.version
    }

    /// The block the action runs in.
    pub fn block(&self) -> &BlockInfo {
        &self.executor.block
    }

    /// The main-chain block number that decides which rules apply; `None` in a sandbox that sets none.
    pub fn main_number(&self) -> Option<u64> {
        self.frame.main_number
    }

    /// The time of the block in milliseconds since 1970.
    ///
    /// # Errors
    /// When the block's timestamp is not a time, as only a sandbox may have it.
    pub fn time(&self) -> ActionResult<i64> {
        let none = || Failure::Exception {
            name: "RangeError".to_string(),
            message: "Invalid time value".to_string(),
        };
        self.executor.block.time.ok_or_else(none)
    }

    /// The network's names.
    pub fn system(&self) -> Arc<System> {
        self.executor.rules.system.clone()
    }

    /// The network's bounds of work.
    pub fn limits(&self) -> Limits {
        self.executor.rules.limits
    }

    /// Units of work that the transaction may still use; `None` where they are not counted.
    pub fn units_left(&self) -> Option<u64> {
        self.executor.budget.left()
    }

    /// Notes how many units of work are left behind what the contract did.
    pub fn set_units_left(&mut self, left: u64) {
        self.executor.budget.set_left(left);
    }

    /// Notes that the contract needed more units than were left: the whole transaction has failed with this.
    pub fn out_of_units(&mut self) -> Failure {
        self.executor.budget.exhaust();
        self.executor.budget.failure().unwrap_or(Failure::Unknown)
    }

    /// Rows that searches have looked at since this was asked last.
    pub fn take_examined(&mut self) -> u64 {
        self.executor.overlay.take_examined()
    }

    /// Whether the transaction was signed with the active key.
    pub fn is_active(&self) -> bool {
        self.frame.active
    }

    /// Refuses a transaction that was signed with a lower authority than the active key.
    ///
    /// # Errors
    /// The message that all contracts have for it.
    pub fn require_active_key(&self) -> ActionResult {
        ensure!(self.is_active(), ACTIVE_KEY_NEEDED);
        Ok(())
    }

    /// Whether this may be the name of an account on the main chain.
    pub fn is_account_name(&self, name: &str) -> bool {
        text::is_account_name(name, self.executor.rules.double_hyphen_names)
    }

    /// Tells the world that something happened.
    pub fn emit(&mut self, event: &str, data: impl Into<Value>) {
        let contract = self.frame.contract.clone();
        self.emit_as(&contract, event, data);
    }

    /// As [`emit`](Self::emit), in the name of a contract whose work this one does without calling it.
    pub fn emit_as(&mut self, contract: &str, event: &str, data: impl Into<Value>) {
        self.logs.events.push(Event {
            contract: contract.into(),
            event: event.into(),
            data: data.into(),
        });
    }

    /// A typed value as a document value.
    ///
    /// # Errors
    /// Only when it has no such form, which is a bug.
    pub fn to_value(&self, data: &impl Serialize) -> ActionResult<Value> {
        let object = codec::to_vec(data).and_then(|bytes| codec::decode(&bytes));
        object.map(Value::Object).map_err(|error| {
            Failure::Fatal(Fatal::Corrupt {
                what: format!("a value of contract {}", self.frame.contract),
                reason: error.to_string(),
            })
        })
    }

    /// Whether a failed action leaves no trace on this network.
    pub fn is_atomic(&self) -> bool {
        self.executor.rules.atomic
    }

    /// Puts the message of a failed check into the log without ending the action.
    pub fn log_error(&mut self, failure: &Failure) {
        match failure {
            Failure::Check(None) => {}
            failure => self.logs.errors.push(failure.to_string()),
        }
    }

    /// The rows of one of the contract's own tables.
    pub fn rows<T: Record>(&mut self) -> Rows<'_, T> {
        Rows::new(self.executor)
    }

    /// Whether a table exists.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn table_exists<T: Record>(&self) -> ActionResult<bool> {
        Ok(self.executor.overlay.table(T::CONTRACT, T::TABLE).is_some())
    }

    /// Makes a table of the contract.
    ///
    /// # Errors
    /// When it exists already, or the state cannot be written.
    pub fn create_table<T: Record>(&mut self) -> ActionResult {
        Table::<T>::create(&mut self.executor.overlay)?;
        Ok(())
    }

    /// Adds an index to a table of the contract, unless there is one of its name.
    ///
    /// # Errors
    /// When there is no such table, or the state cannot be written.
    pub fn add_index<T: Record>(&mut self, index: &IndexSpec) -> ActionResult {
        let indexes = std::slice::from_ref(index);
        self.executor
            .overlay
            .add_indexes(T::CONTRACT, T::TABLE, indexes)?;
        Ok(())
    }

    /// Rows of a table of any contract, native or scripted, which need not be what is expected of them; `None` when
    /// there is no such table, or the query cannot be answered.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn find(
        &mut self,
        contract: &str,
        table: &str,
        query: &Object,
        options: &FindOptions,
    ) -> ActionResult<Option<Vec<Object>>> {
        self.executor.flush_rows()?;
        let overlay = &self.executor.overlay;
        let found = Filter::parse_object(query)
            .and_then(|filter| overlay.find(contract, table, &filter, options));
        match found {
            Ok(rows) => Ok(Some(rows)),
            Err(QueryError::State(error)) => Err(error.into()),
            Err(_) => Ok(None),
        }
    }

    /// Whether a contract is deployed.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn contract_exists(&self, name: &str) -> ActionResult<bool> {
        Ok(ContractRecord::find(&self.executor.overlay, name)?.is_some())
    }

    /// Runs something that may fail without ending the action: what it wrote is undone, its events are dropped, and
    /// its errors stay in the log.
    ///
    /// # Errors
    /// The outer result is for what no contract can live with; the inner one is how the attempt ended.
    pub fn attempt<T>(
        &mut self,
        run: impl FnOnce(&mut Context<'_>) -> ActionResult<T>,
    ) -> ActionResult<ActionResult<T>> {
        let savepoint = self.executor.savepoint();
        let mut inner = Context {
            executor: self.executor,
            frame: self.frame,
            logs: Logs::default(),
            code_hash: std::mem::take(&mut self.code_hash),
            failed_check: false,
        };
        let result = run(&mut inner);
        let Context {
            logs,
            code_hash,
            failed_check,
            ..
        } = inner;
        self.code_hash = code_hash;
        self.failed_check |= failed_check && result.is_ok();
        match result {
            Ok(value) => {
                self.executor.release(savepoint);
                self.logs.append(logs);
                Ok(Ok(value))
            }
            Err(Failure::Fatal(fatal)) => Err(fatal.into()),
            Err(failure) => {
                self.executor.rollback(savepoint)?;
                self.logs.errors.extend(logs.errors);
                Ok(Err(failure))
            }
        }
    }

    /// Calls another contract as the same sender. Its events and errors join this call's log.
    ///
    /// # Errors
    /// When the callee fails. Its errors are in the log by then, so passing the failure on with `?` adds nothing.
    pub fn call(&mut self, contract: &str, action: &str, params: Object) -> ActionResult<Outcome> {
        self.call_as(&self.frame.sender.clone(), contract, action, params)
    }

    /// Calls another contract as its caller's owner, as the node (for payouts), or as the same sender.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn call_as(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        params: Object,
    ) -> ActionResult<Outcome> {
        if self.is_skipped(contract, action) {
            return Ok(Outcome {
                logs: Logs::default(),
                code_hash: String::new(),
            });
        }
        let caller = self.as_caller();
        let info = caller_info(&caller);
        let ended = self.nested(sender, (contract, action), params, caller, info)?;
        self.logs.append(ended.logs.clone());
        match ended.failed {
            true => Err(Failure::silent()),
            false => {
                let merge = self.executor.rules.code_hash;
                merge.merge(&mut self.code_hash, &ended.code_hash);
                Ok(Outcome {
                    logs: ended.logs,
                    code_hash: ended.code_hash,
                })
            }
        }
    }

    /// Whether the network skips such calls without a trace.
    pub(crate) fn is_skipped(&self, contract: &str, action: &str) -> bool {
        let skipped = &self.executor.rules.skipped_calls;
        skipped
            .iter()
            .any(|(of, what)| of == contract && what == action)
    }

    /// How the contracts called from here know this one.
    pub(crate) fn as_caller(&self) -> CallingContract {
        CallingContract {
            name: self.frame.contract.to_string(),
            action: self.frame.action.to_string(),
            version: self.frame.version,
        }
    }

    /// Runs a call of another contract; what it logs is for the caller to merge.
    pub(crate) fn nested(
        &mut self,
        sender: &str,
        (contract, action): (&str, &str),
        params: Object,
        caller: CallingContract,
        info: Object,
    ) -> Result<Ended, Fatal> {
        let payload = self.nested_payload(params, info);
        let asserted = self.executor.rules.contracts_assert_authority;
        let frame = Frame {
            main_number: self.frame.main_number,
            sender: sender.into(),
            owner: Arc::default(),
            contract: contract.into(),
            action: action.into(),
            version: 0,
            caller: Some(caller),
            transaction_id: None,
            active: self.nested_authority(&payload),
            caller_info: payload.get("callingContractInfo").cloned(),
            // where contracts may assert things, what this call passes on is what it was given
            carried: match asserted {
                true => self.executor.carried(&payload),
                false => self.frame.carried.clone(),
            },
            depth: self.frame.depth + 1,
        };
        self.executor.enter(frame, payload)
    }

    /// Tells a contract of something if it is deployed. When it fails, its writes are undone, its error is logged,
    /// and the caller goes on.
    ///
    /// # Errors
    /// Only for what no contract can live with.
    pub fn notify(&mut self, contract: &str, action: &str, params: Object) -> ActionResult {
        if !self.contract_exists(contract)? {
            return Ok(());
        }
        match self.call(contract, action, params) {
            Err(Failure::Fatal(fatal)) => Err(fatal.into()),
            _ => Ok(()),
        }
    }

    /// What a nested call is given: a main-chain payment and the authority of the outer payload take the place of
    /// what the caller passes under these names, and the caller is named.
    fn nested_payload(&self, mut params: Object, info: Object) -> Object {
        for (key, value) in self.frame.carried.iter() {
            params.insert(key.clone(), value.clone());
        }
        if !self.executor.rules.contracts_assert_authority && !self.frame.active {
            params.remove("isSignedWithActiveKey");
        }
        params.insert("callingContractInfo", Value::Object(info));
        params
    }

    fn nested_authority(&self, payload: &Object) -> bool {
        if self.executor.rules.contracts_assert_authority {
            return payload.get("isSignedWithActiveKey") == Some(&Value::Bool(true));
        }
        self.frame.active
    }
}

/// How a callee's payload names its caller.
pub(crate) fn caller_info(caller: &CallingContract) -> Object {
    object! {
        "name": caller.name.as_str(),
        "action": caller.action.as_str(),
        "version": caller.version,
    }
}
