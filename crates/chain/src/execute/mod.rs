//! From the calls of a main-chain block to the transactions of a sidechain block.
//!
//! ```text
//!   calls ─▶ per-user limit ─▶ history patches ─▶ each call ─▶ filter ─┐
//!                                                                      ├─▶ transactions, writes in the overlay
//!   ticks, periodic actions ───────────────────▶ each action ─▶ filter ┘
//! ```
//!
//! The order is that of the reference (protocol, b.6 and b.7).

mod blocks;
mod deploy;
mod drafter;
mod patches;
mod ticks;
mod user_limit;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use tartan_document::{Object, Value};
use tartan_runtime::{BlockInfo, Executor, LogOrder, Logs, NODE, Receipt, Registry};
use tartan_state::Overlay;

use self::blocks::StoredBlocks;
pub use self::deploy::decode_source;
pub(crate) use self::drafter::Drafter;
use self::drafter::{Done, Drafting};
use crate::block_input::BlockInput;
use crate::genesis::DEPLOYER;
use crate::ingest::Call;
use crate::records::{Draft, HashText, Transaction, TransactionId};
use crate::rules::RulesByHeight;
use crate::{ChainError, Network};

/// The contract that posts, options and votes are fed into.
const COMMENTS: &str = "comments";
/// The log of a call that had nothing to say.
const NOTHING: &str = "{}";

/// What the node says in a payload of the authority it was signed with.
const ACTIVE: &str = "isSignedWithActiveKey";

/// From so many calls in a block on, a second thread hashes their transactions and writes them down.
const DRAFTED_ASIDE: usize = 64;
/// So many transactions at least are handed over to it at once: waking it for each would cost more than its work.
const HANDED_OVER: usize = 32;
/// And this part of those that are left. Where no processor is idle, waking it takes one from execution; the last ones are
/// few, as it is waited for in the end.
const HANDED_OVER_OF: usize = 4;

/// What is said of a payload that only a sandbox can have.
const NOT_JSON: &str = "SyntaxError: the payload is not JSON";

/// What executing a block gives.
pub(crate) struct Executed {
    pub(crate) transactions: Draft,
    pub(crate) virtual_transactions: Draft,
    /// The running database hash behind the last of them.
    pub(crate) database_hash: HashText,
    /// All writes.
    pub(crate) overlay: Overlay,
}

/// A block being executed.
pub(crate) struct Execution<'a> {
    network: &'a Arc<Network>,
    registry: &'a Registry,
    rules: &'a mut RulesByHeight,
    executor: Executor,
    /// The running database hash.
    database_hash: String,
    /// The number of the block being made.
    number: u64,
    /// The main-chain block's number.
    height: Option<u64>,
    /// Block 0: native contracts come into being.
    genesis: bool,
    drafter: &'a mut Drafter,
}

/// The sidechain block that a block comes behind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind {
    /// The new block's number.
    pub(crate) number: u64,
    /// The database hash to start from.
    pub(crate) database_hash: HashText,
}

impl<'a> Execution<'a> {
    pub(crate) fn new(
        network: &'a Arc<Network>,
        registry: &'a Arc<Registry>,
        rules: &'a mut RulesByHeight,
        overlay: Overlay,
        input: &BlockInput,
        behind: Behind,
        drafter: &'a mut Drafter,
    ) -> Execution<'a> {
        let block = BlockInfo {
            number: behind.number,
            main_id: input.ref_block_id.clone(),
            previous_main_id: input.prev_ref_block_id.clone(),
            timestamp: input.timestamp.clone(),
            time: input.time,
        };
        let blocks = Arc::new(StoredBlocks::new(network.naming.clone()));
        let database_hash = behind.database_hash.to_string();
        let executor = Executor::new(
            registry.clone(),
            rules.at(input.ref_block),
            block,
            overlay,
            database_hash.clone(),
        )
        .with_blocks(blocks);
        Execution {
            network,
            registry,
            rules,
            executor,
            database_hash,
            number: behind.number,
            height: input.ref_block,
            genesis: behind.number == 0,
            drafter,
        }
    }

    /// Runs everything.
    pub(crate) fn run(mut self, calls: Vec<Call>) -> Result<Executed, ChainError> {
        let calls = user_limit::apply(self.network, self.height, calls);
        let calls = self.patch(calls)?;
        let transactions = self.transactions(calls)?;
        let virtual_transactions = self.virtual_transactions()?;
        Ok(Executed {
            transactions,
            virtual_transactions,
            database_hash: hash_text(&self.database_hash)?,
            overlay: self.executor.into_overlay(),
        })
    }

    /// Runs the calls and gives what is to be recorded of them.
    fn transactions(&mut self, calls: Vec<Call>) -> Result<Draft, ChainError> {
        let mut drafting = Drafting {
            draft: Draft::within(std::mem::take(&mut self.drafter.room), calls.len()),
            database_hash: std::mem::take(&mut self.database_hash),
            network: self.network.clone(),
        };
        let drafting = if calls.len() < DRAFTED_ASIDE {
            self.execute_all(calls, |done| drafting.add(done))?;
            drafting
        } else {
            let mut left = calls.len();
            let part = |left: usize| Vec::with_capacity(HANDED_OVER.max(left / HANDED_OVER_OF));
            let mut batch = part(left);
            let begun = self.drafter.begin(drafting)?;
            let executed = self.execute_all(calls, |transaction| {
                batch.push(transaction);
                if batch.len() == batch.capacity() {
                    left -= batch.len();
                    // one that does not listen any more has failed or panicked
                    drop(begun.done.send(std::mem::replace(&mut batch, part(left))));
                }
                Ok(())
            });
            drop(begun.done.send(batch));
            let drafting = self.drafter.end(begun);
            executed.and(drafting)?
        };
        self.database_hash = drafting.database_hash;
        Ok(drafting.draft)
    }

    /// Runs the calls and hands on what came of them, in their order.
    fn execute_all(
        &mut self,
        calls: Vec<Call>,
        mut record: impl FnMut(Done) -> Result<(), ChainError>,
    ) -> Result<(), ChainError> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for call in calls {
            let count = match &call.sender {
                Some(sender) if self.charges() => {
                    let count = counts.entry(sender.clone()).or_default();
                    *count += 1;
                    *count
                }
                _ => 0,
            };
            let done = self.carry_out(call, count)?;
            record(done)?;
        }
        Ok(())
    }

    /// Whether a transaction is recorded that is done.
    fn keeps(&self, call: &Call, logs: &Logs) -> bool {
        call.contract.as_deref() != Some(COMMENTS)
            || self.network.gates.keep_comments.reached(self.height)
            || logs.is_empty()
    }

    /// Whether users pay the resource fee in this block.
    fn charges(&self) -> bool {
        self.network.gates.resource_fee.reached(self.height)
    }

    /// Runs one call; gives the transaction without its hash. `count` says the how manieth of its sender in this block it is.
    fn transaction(&mut self, call: Call, count: u64) -> Result<Transaction, ChainError> {
        let done = self.carry_out(call, count)?;
        done.record(&mut self.database_hash)
    }

    fn carry_out(&mut self, mut call: Call, count: u64) -> Result<Done, ChainError> {
        let rules = self.rules.at(call.ref_block);
        self.executor.set_rules(rules);
        let payload = call.take_object();
        let (receipt, order) = self.dispatch(&call, payload, count)?;
        Ok(Done {
            kept: self.keeps(&call, &receipt.logs),
            call,
            receipt,
            order,
            hash_step: self.executor.take_hash_step(),
        })
    }

    fn dispatch(
        &mut self,
        call: &Call,
        payload: Option<Object>,
        count: u64,
    ) -> Result<(Receipt, LogOrder), ChainError> {
        let (Some(sender), Some(contract), Some(action)) = (
            given(&call.sender),
            given(&call.contract),
            given(&call.action),
        ) else {
            return Ok((
                refused("the parameters sender, contract and action are required"),
                LogOrder::default(),
            ));
        };
        let has_payload = given(&call.payload).is_some();
        let receipt = match (contract, action) {
            (DEPLOYER, "deploy" | "update") if has_payload => self.deploy(call, payload, sender)?,
            (DEPLOYER, "registerTick") if has_payload && self.network.rules.register_tick => {
                self.register_tick(call, payload, sender)?
            }
            ("blockProduction", _) if has_payload && self.network.rules.block_production_notice => {
                refused("blockProduction contract not available")
            }
            _ => match payload {
                Some(payload) if sender != NODE && self.charges() => {
                    let receipt =
                        self.execute_for_fee(call, (sender, contract, action), payload, count)?;
                    return Ok((receipt, LogOrder::EventsFirst));
                }
                Some(payload) => self.execute(call, (sender, contract, action), payload)?,
                None => refused(NOT_JSON),
            },
        };
        Ok((receipt, LogOrder::default()))
    }

    /// Runs a call behind the resource fee, which may refuse it.
    fn execute_for_fee(
        &mut self,
        call: &Call,
        target: Target<'_>,
        payload: Object,
        count: u64,
    ) -> Result<Receipt, ChainError> {
        let (sender, contract, action) = target;
        let mut fee = Object::new();
        fee.insert("userActionCount", Value::Number(count as f64));
        fee.insert("contract", contract);
        fee.insert("action", action);
        fee.insert("payload", payload.clone());
        if !self.network.rules.contracts_assert_authority {
            // the fee may be burnt with the authority of the call; elsewhere the contract claims it has it
            let active = payload.get(ACTIVE).cloned().unwrap_or(Value::Bool(false));
            fee.insert(ACTIVE, active);
        }
        let fee = self.execute(call, (sender, "resourcemanager", "burnFee"), fee)?;
        if !fee.logs.errors.is_empty() {
            return Ok(Receipt {
                logs: fee.logs,
                code_hash: String::new(),
                units: 0,
            });
        }
        let mut receipt = self.execute(call, target, payload)?;
        let mut logs = fee.logs;
        logs.append(receipt.logs);
        receipt.logs = logs;
        Ok(receipt)
    }

    fn execute(
        &mut self,
        call: &Call,
        target: Target<'_>,
        payload: Object,
    ) -> Result<Receipt, ChainError> {
        let (sender, contract, action) = target;
        let id = id_text(&call.id);
        Ok(self.executor.execute(tartan_runtime::Call {
            main_number: call.ref_block,
            transaction_id: Some(&id),
            sender,
            contract,
            action,
            payload,
        })?)
    }
}

fn hash_text(hash: &str) -> Result<HashText, ChainError> {
    hash.parse()
        .map_err(|error: crate::records::NotAHash| ChainError::Damaged {
            what: "database hash".to_string(),
            reason: error.to_string(),
        })
}

/// Sender, contract and action.
type Target<'a> = (&'a str, &'a str, &'a str);

/// A text that is there and not empty.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// The id as contracts see it.
fn id_text(id: &TransactionId) -> Cow<'_, str> {
    match id {
        TransactionId::Text(text) => Cow::Borrowed(text),
        TransactionId::Number(number) => Cow::Owned(number.to_string()),
    }
}

/// A call that was not run.
fn refused(message: impl Into<String>) -> Receipt {
    Receipt {
        logs: Logs::error(message),
        code_hash: String::new(),
        units: 0,
    }
}
