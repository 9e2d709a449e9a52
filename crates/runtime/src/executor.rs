use std::sync::Arc;

use tartan_document::{Object, Value};
use tartan_state::{Overlay, Savepoint};

use crate::budget::Budget;
use crate::scripting::{NewTables, RowCache, TableHashes};
use crate::write_hash::DatabaseHash;
use crate::{
    BlockInfo, Blocks, Call, CallingContract, Context, ContractRecord, Deployment, Dialect,
    Failure, Fatal, HashStep, Logs, MAX_DEPOSIT, NO_SUCH_CONTRACT, NODE, Payload, Registry, Rules,
    SETTLE_DEPOSITS, UNKNOWN_ERROR,
};

/// The action that only a deployment runs.
pub(crate) const CREATE: &str = "createSSC";

/// Runs the calls of one block, one after the other, over the block's overlay.
pub struct Executor {
    pub(crate) registry: Arc<Registry>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) block: BlockInfo,
    pub(crate) overlay: Overlay,
    pub(crate) hash: DatabaseHash,
    /// Tables that scripts have made in executions under way.
    pub(crate) new_tables: NewTables,
    /// Rows that scripts have updated, and that are not written yet.
    pub(crate) row_cache: RowCache,
    /// The chain's blocks, for scripts that ask for them.
    pub(crate) blocks: Option<Arc<dyn Blocks>>,
    /// What the transaction in progress may still do.
    pub(crate) budget: Budget,
    /// The id of the transaction in progress.
    pub(crate) transaction_id: Option<Arc<str>>,
    /// What the sender of the transaction in progress lets it lock as deposits, as the payload has it.
    pub(crate) max_deposit: Option<Value>,
    /// The contract in deployment: its name, the size of its code in bytes, its owner.
    pub(crate) new_code: Option<(String, usize, String)>,
    /// Whether a script took part in the transaction in progress.
    pub(crate) ran_script: bool,
}

/// How a call ended, as its transaction's record shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// Errors and events.
    pub logs: Logs,
    /// The code that ran, merged with that of nested calls; empty when the call was refused or failed by exception.
    pub code_hash: String,
    /// Units of work that were used, nested calls included; 0 where they are not counted. The same on every machine;
    /// not part of a block's record.
    pub units: u64,
}

/// One execution under way.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) main_number: Option<u64>,
    pub(crate) sender: Arc<str>,
    pub(crate) owner: Arc<str>,
    pub(crate) contract: Arc<str>,
    pub(crate) action: Arc<str>,
    pub(crate) version: u32,
    pub(crate) caller: Option<CallingContract>,
    pub(crate) transaction_id: Option<Arc<str>>,
    pub(crate) active: bool,
    /// What the payload has under `callingContractInfo`: set for nested calls, forged by no one, but a sender may
    /// leave something falsy there.
    pub(crate) caller_info: Option<Value>,
    /// What every nested call inherits from the payload: a main-chain payment, and authority.
    pub(crate) carried: Object,
    /// 1 for the outermost execution.
    pub(crate) depth: usize,
}

impl Frame {
    /// A call of the node behind this one, to the contract that holds deposits.
    pub(crate) fn settling(&self, holder: &str) -> Frame {
        Frame {
            main_number: self.main_number,
            sender: NODE.into(),
            owner: Arc::default(),
            contract: holder.into(),
            action: SETTLE_DEPOSITS.into(),
            version: 0,
            caller: None,
            transaction_id: None,
            active: false,
            caller_info: None,
            carried: Object::new(),
            depth: self.depth + 1,
        }
    }
}

/// How an execution ended.
pub(crate) struct Ended {
    pub(crate) logs: Logs,
    pub(crate) code_hash: String,
    pub(crate) failed: bool,
    /// It failed by an exception.
    pub(crate) threw: bool,
}

/// A point to which the writes of a block can be taken back.
pub(crate) struct Mark {
    savepoint: Savepoint,
    hash: DatabaseHash,
    new_tables: usize,
    row_cache: RowCache,
}

impl Executor {
    /// An executor for one block. `database_hash` is the value that the block's first transaction starts from.
    pub fn new(
        registry: Arc<Registry>,
        rules: Arc<Rules>,
        block: BlockInfo,
        mut overlay: Overlay,
        database_hash: String,
    ) -> Executor {
        overlay.limit_record_bytes(rules.limits.record_bytes);
        let hash = DatabaseHash::new(rules.write_hash, database_hash);
        Executor {
            registry,
            rules,
            block,
            overlay,
            hash,
            new_tables: NewTables::default(),
            row_cache: RowCache::default(),
            blocks: None,
            budget: Budget::default(),
            transaction_id: None,
            max_deposit: None,
            new_code: None,
            ran_script: false,
        }
    }

    /// Lets scripts read the blocks of the chain.
    #[must_use]
    pub fn with_blocks(mut self, blocks: Arc<dyn Blocks>) -> Executor {
        self.blocks = Some(blocks);
        self
    }

    /// Lets other rules apply to the calls that follow: a transaction's height decides, not the block's.
    pub fn set_rules(&mut self, rules: Arc<Rules>) {
        self.rules = rules;
    }

    /// The rules that apply at present.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// What became of the database hash since this was asked last, or since the block began.
    pub fn take_hash_step(&mut self) -> HashStep {
        self.hash.take_step()
    }

    /// Who answers for the names of contracts.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The writes so far, to read from.
    pub fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// The writes so far, to add what is not a contract's: the block's own records.
    pub fn overlay_mut(&mut self) -> &mut Overlay {
        &mut self.overlay
    }

    /// Ends the block and hands over its writes.
    pub fn into_overlay(self) -> Overlay {
        self.overlay
    }

    /// Runs an action.
    ///
    /// # Errors
    /// Only for what no transaction can cause; a contract's refusal is in the receipt.
    pub fn execute(&mut self, call: Call<'_>) -> Result<Receipt, Fatal> {
        if call.action == CREATE {
            return Ok(refused("you cannot trigger this action"));
        }
        let transaction_id = call.transaction_id.map(Arc::from);
        let frame = Frame {
            main_number: call.main_number,
            sender: call.sender.into(),
            owner: Arc::default(),
            contract: call.contract.into(),
            action: call.action.into(),
            version: 0,
            caller: None,
            transaction_id: transaction_id.clone(),
            active: call.payload.get("isSignedWithActiveKey") == Some(&Value::Bool(true)),
            caller_info: call.payload.get("callingContractInfo").cloned(),
            carried: self.carried(&call.payload),
            depth: 1,
        };
        self.budget = Budget::of(self.rules.call_budget);
        self.transaction_id = transaction_id;
        self.ran_script = false;
        self.max_deposit = call.payload.get(MAX_DEPOSIT).cloned();
        let ended = self.enter(frame, call.payload)?;
        Ok(Receipt {
            logs: ended.logs,
            code_hash: ended.code_hash,
            units: self.budget.used(),
        })
    }

    /// Deploys a contract, or a new version of it: runs its `create` and writes its record.
    ///
    /// # Errors
    /// Only for what no transaction can cause.
    pub fn deploy(&mut self, deployment: Deployment<'_>) -> Result<Receipt, Fatal> {
        let known = ContractRecord::find(&self.overlay, deployment.name)?;
        let mut record = ContractRecord::new(
            deployment.name,
            deployment.owner,
            deployment.contract.code(),
        );
        let version = known.as_ref().map_or(0, |known| known.version);
        if let Some(known) = &known {
            record.owner = known.owner.clone();
            record.version = known.version + 1;
        }
        let transaction_id = deployment.transaction_id.map(Arc::from);
        let frame = Frame {
            main_number: deployment.main_number,
            sender: deployment.owner.into(),
            owner: record.owner.as_str().into(),
            contract: deployment.name.into(),
            action: CREATE.into(),
            version,
            caller: None,
            transaction_id: transaction_id.clone(),
            active: deployment.active,
            caller_info: None,
            carried: match (&deployment.params, self.rules.contracts_assert_authority) {
                (Value::Object(params), true) => self.carried(params),
                _ => Object::new(),
            },
            depth: 1,
        };
        let hashes = match self.rules.dialect {
            Dialect::Steem => TableHashes::of(&self.overlay, deployment.name)?,
            _ => TableHashes::default(),
        };
        let contract = deployment.contract.clone();
        self.budget = Budget::of(self.rules.call_budget);
        self.transaction_id = transaction_id;
        self.ran_script = false;
        self.max_deposit = deployment.max_deposit.clone();
        let code = deployment.contract.code().len();
        self.new_code = match self.registry.native(deployment.name) {
            Some(_) => None,
            None => Some((record.name.clone(), code, record.owner.clone())),
        };
        let mut ended = self.run(&frame, &record.code_hash, |ctx| {
            if let Some(fee) = &deployment.fee {
                fee.make(ctx)?;
            }
            contract.create(&deployment.params, ctx)
        })?;
        self.new_code = None;
        if ended.threw && self.rules.dialect == Dialect::Steem {
            // the reference hands what was thrown on in the place of the log
            ended.logs = Logs::lost();
        }
        // A failed check does not stop a deployment on the reference, an exception does.
        let refused = ended.failed && self.rules.atomic;
        if !ended.threw && !refused {
            let start = self.overlay.savepoint();
            record.store(&mut self.overlay, deployment.contract.code())?;
            hashes.restore(&mut self.overlay)?;
            self.hash.settle(&self.overlay, &start);
            self.overlay.release(start);
        }
        Ok(Receipt {
            logs: ended.logs,
            code_hash: ended.code_hash,
            units: self.budget.used(),
        })
    }

    /// Runs a call at whatever depth it is.
    pub(crate) fn enter(&mut self, mut frame: Frame, payload: Object) -> Result<Ended, Fatal> {
        if &*frame.action == CREATE {
            return Ok(ended_with("you cannot trigger this action"));
        }
        let Some(record) = ContractRecord::shared(&mut self.overlay, &frame.contract)? else {
            return Ok(ended_with(NO_SUCH_CONTRACT));
        };
        if let Some(failure) = self.budget.failure() {
            return Ok(ended_with(&failure.to_string()));
        }
        if frame.depth > self.rules.max_depth {
            return Ok(ended_with(UNKNOWN_ERROR));
        }
        let contract = match self.registry.resolve(&record, &self.overlay) {
            Ok(Some(contract)) => contract,
            Ok(None) => return Ok(ended_with(NO_SUCH_CONTRACT)),
            Err(Failure::Fatal(fatal)) => return Err(fatal),
            Err(failure) => return Ok(ended_with(&failure.to_string())),
        };
        self.ran_script |= self.registry.native(&record.name).is_none();
        frame.owner = record.owner.as_str().into();
        frame.version = record.version;
        let action = frame.action.clone();
        self.run(&frame, &record.code_hash, |ctx| {
            contract.call(&action, Payload(&payload), ctx)
        })
    }

    /// Runs code of a contract, and decides what stays of it.
    fn run(
        &mut self,
        frame: &Frame,
        code_hash: &str,
        code: impl FnOnce(&mut Context<'_>) -> crate::ActionResult,
    ) -> Result<Ended, Fatal> {
        let mark = self.savepoint();
        let hashes = match self.rules.dialect {
            Dialect::Steem => TableHashes::of(&self.overlay, &frame.contract)?,
            _ => TableHashes::default(),
        };
        let mut context = Context {
            executor: self,
            frame,
            logs: Logs::default(),
            code_hash: code_hash.to_string(),
            failed_check: false,
        };
        let result = code(&mut context);
        let Context {
            mut logs,
            mut code_hash,
            failed_check,
            ..
        } = context;
        let exhausted = self.budget.failure();
        let undo = self.rules.atomic || exhausted.is_some();
        let result = match (result, exhausted) {
            (Err(Failure::Fatal(fatal)), _) => return Err(fatal),
            (_, Some(failure)) => {
                // nothing that a contract logged or caught stands beside it
                logs = Logs::default();
                Err(failure)
            }
            (result, None) => result,
        };
        let (mut failed, threw) = match result {
            Ok(()) => (failed_check, false),
            Err(Failure::Fatal(fatal)) => return Err(fatal),
            Err(Failure::Check(message)) => {
                logs.errors.extend(message.map(String::from));
                (true, false)
            }
            Err(exception) => {
                if !self.rules.atomic {
                    logs = Logs::default();
                }
                let error = self.exception_text(&exception, &frame.action);
                logs.errors.push(error);
                code_hash.clear();
                (true, true)
            }
        };
        if !failed && frame.depth == 1 {
            let settled = self.settle_deposits(frame, &mark.savepoint)?;
            failed = !settled.errors.is_empty();
            logs.errors.extend(settled.errors);
            logs.events.extend(settled.events);
        }
        if failed && undo {
            self.rollback(mark)?;
            logs.events.clear();
        } else {
            if threw {
                self.drop_new_tables(mark.new_tables)?;
            } else if self.new_tables.publish(mark.new_tables) {
                hashes.restore(&mut self.overlay)?;
            }
            if frame.depth == 1 {
                self.flush_rows()?;
                self.hash.settle(&self.overlay, &mark.savepoint);
            }
            self.release(mark);
        }
        Ok(Ended {
            logs,
            code_hash,
            failed,
            threw,
        })
    }

    /// What the log says of an exception. One without a name or a message says nothing.
    fn exception_text(&self, exception: &Failure, action: &str) -> String {
        match (exception, self.rules.deployment_error) {
            (Failure::AtLoad { .. }, Some(error)) if action == CREATE => error.to_string(),
            (Failure::Exception { name, message } | Failure::AtLoad { name, message }, _)
                if name.is_empty() || message.is_empty() =>
            {
                UNKNOWN_ERROR.to_string()
            }
            (exception, _) => exception.to_string(),
        }
    }

    pub(crate) fn savepoint(&mut self) -> Mark {
        Mark {
            savepoint: self.overlay.savepoint(),
            hash: self.hash.clone(),
            new_tables: self.new_tables.len(),
            row_cache: self.row_cache.clone(),
        }
    }

    pub(crate) fn rollback(&mut self, mark: Mark) -> Result<(), Fatal> {
        self.overlay.rollback(mark.savepoint);
        self.hash = mark.hash;
        self.new_tables.publish(mark.new_tables);
        self.row_cache = mark.row_cache;
        Ok(())
    }

    pub(crate) fn release(&mut self, mark: Mark) {
        self.overlay.release(mark.savepoint);
    }

    pub(crate) fn carried(&self, payload: &Object) -> Object {
        let mut carried = Object::new();
        for key in [
            self.rules.system.amount_field.as_str(),
            "recipient",
            "isSignedWithActiveKey",
        ] {
            if let Some(value) = payload.get(key).filter(|value| value.is_truthy()) {
                carried.insert(key, value.clone());
            }
        }
        carried
    }
}

fn refused(message: &str) -> Receipt {
    Receipt {
        logs: Logs::error(message),
        code_hash: String::new(),
        units: 0,
    }
}

fn ended_with(message: &str) -> Ended {
    Ended {
        logs: Logs::error(message),
        code_hash: String::new(),
        failed: true,
        threw: false,
    }
}
