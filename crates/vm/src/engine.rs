use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tartan_document::Value;
use tartan_runtime::{
    ActionResult, Context, Contract, ContractRecord, Failure, Fatal, Payload, ScriptEngine,
};

use crate::host::{self, Extent, Run};
use crate::pool;
use crate::prepared::Prepared;
use crate::realm::{ENGINE_STACK, Ending};

/// Prepared contracts that are kept, by the hash of their code.
const KEPT: usize = 256;
/// What an execution has of the native stack: the engine's share, and that of the node's functions below it.
const STACK: usize = ENGINE_STACK + (512 << 10);

/// Units that an execution has where nothing else is said.
const DEFAULT_BUDGET: u64 = 1_000_000;

/// Far fewer units than the engine can use up between two questions of the coarse net.
const UNITS_PER_ASKING: u64 = 64;

/// What the realms of a network are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Contracts are instrumented, and each execution has a budget.
    pub metered: bool,
    /// The most units of work that the network lets an execution use (`Rules::call_budget`), where contracts are metered:
    /// decides how much memory one may have, so that memory is never what ends it.
    pub budget: u64,
    /// How many times 10,000 jumps and calls one execution may make before it is stopped: a coarse net, where there is
    /// no metering in place of the reference's wall-clock limit.
    pub patience: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            metered: false,
            budget: DEFAULT_BUDGET,
            patience: Options::patience_of(10_000),
        }
    }
}

impl Options {
    /// The coarse net for a limit that is given as a time: about a millisecond for each asking.
    pub fn patience_of(milliseconds: u64) -> u64 {
        milliseconds.max(1)
    }
}

/// Makes contracts of scripts.
///
/// ```
/// let engine = tartan_vm::Engine::new(tartan_vm::Options::default());
/// let registry = tartan_runtime::Registry::new().with_engine(std::sync::Arc::new(engine));
/// assert!(registry.engine().is_some());
/// ```
#[derive(Debug)]
pub struct Engine {
    options: Options,
    prepared: Mutex<HashMap<String, Arc<Prepared>>>,
}

impl Engine {
    /// An engine for a network.
    pub fn new(options: Options) -> Engine {
        Engine {
            options,
            prepared: Mutex::default(),
        }
    }

    /// The contract of a code, made ready unless that has been done lately.
    fn prepare(
        &self,
        code_hash: &str,
        code: impl FnOnce() -> Result<Arc<str>, Fatal>,
    ) -> ActionResult<Arc<Prepared>> {
        let lock = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(code_hash).cloned();
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        let prepared = Arc::new(Prepared::new(code()?, self.options)?);
        let mut kept = lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(code_hash.to_string(), prepared.clone());
        Ok(prepared)
    }
}

impl ScriptEngine for Engine {
    fn compile(&self, source: &str) -> ActionResult<Arc<dyn Contract>> {
        let code_hash = hex::encode(Sha256::digest(source.as_bytes()));
        let prepared = self.prepare(&code_hash, || Ok(source.into()))?;
        // the engine's own reading of it, which the deployment needs right away
        match pool::take(&prepared) {
            Ok(realm) => pool::put(&prepared, realm),
            Err(ending) => return Err(failure(ending)),
        }
        Ok(Arc::new(Script { prepared }))
    }

    fn load(
        &self,
        record: &ContractRecord,
        code: &mut dyn FnMut() -> Result<String, Fatal>,
    ) -> ActionResult<Arc<dyn Contract>> {
        let prepared = self.prepare(&record.code_hash, || Ok(code()?.into()))?;
        Ok(Arc::new(Script { prepared }))
    }
}

/// A contract written in JavaScript.
#[derive(Debug)]
struct Script {
    prepared: Arc<Prepared>,
}

impl Contract for Script {
    fn code(&self) -> &str {
        &self.prepared.code
    }

    fn create(&self, params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        self.run("createSSC", params.clone(), ctx)
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        self.run(action, Value::Object(payload.0.clone()), ctx)
    }
}

impl Script {
    fn run(&self, action: &str, payload: Value, ctx: &mut Context<'_>) -> ActionResult {
        let mut run = Run::new(action, payload, ctx);
        let Options {
            metered,
            patience,
            budget,
        } = self.prepared.options;
        let budget = ctx.units_left().unwrap_or(budget);
        // the meter counts exactly, the net does not: it must never be the one that strikes
        let patience = match metered {
            false => host::patience(patience),
            true => patience.max(budget / UNITS_PER_ASKING),
        };
        let longest = match metered {
            false => 0,
            true => Extent::of(&run.payload)
                .longest
                .max(self.prepared.longest_literal),
        };
        let ending = stacker::maybe_grow(STACK, 2 * STACK, || {
            let mut realm = pool::take(&self.prepared)?;
            (run.meter, run.budget) = (realm.meter().cloned(), budget);
            run.net = Some(realm.net());
            let (ending, used) = host::activate(ctx, &mut run, || {
                let (ending, used) = realm.run_metered(patience, budget, longest);
                host::set_patience(realm.net().left());
                match host::asked_too_much() {
                    Some(reason) if ending != Ending::OutOfBudget => {
                        (Ending::Bound(reason.to_string()), used)
                    }
                    _ => (ending, used),
                }
            });
            run.meter = None; // it belongs to the realm
            let (ending, used) = match metered {
                true => logged(ending, used, budget),
                false => (ending, used),
            };
            if metered {
                ctx.set_units_left(budget - used);
            }
            if ending.leaves_usable() && run.fatal.is_none() {
                pool::put(&self.prepared, realm);
            }
            Ok(ending)
        })
        .unwrap_or_else(|ending| ending);
        if let Some(fatal) = run.fatal {
            return Err(Failure::Fatal(fatal));
        }
        match ending {
            Ending::Normal => Ok(()),
            // on the reference that is as good as success
            Ending::Unsettled if !ctx.is_atomic() => Ok(()),
            Ending::OutOfBudget => Err(ctx.out_of_units()),
            ending => Err(failure(ending)),
        }
    }
}

/// Charges for what the log keeps of an exception, as for every error in it.
fn logged(ending: Ending, used: u64, budget: u64) -> (Ending, u64) {
    let (Ending::Thrown { name, message } | Ending::AtLoad { name, message }) = &ending else {
        return (ending, used);
    };
    let used = used + (name.len() + message.len()) as u64;
    match used > budget {
        true => (Ending::OutOfBudget, budget),
        false => (ending, used),
    }
}

fn failure(ending: Ending) -> Failure {
    match ending {
        Ending::Normal | Ending::Unknown | Ending::OutOfBudget => Failure::Unknown,
        Ending::Unsettled => {
            Failure::exception("Error", "the action waits for a promise that never settles")
        }
        Ending::Bound(reason) => {
            Failure::exception("Error", format!("the contract was stopped: {reason}"))
        }
        Ending::Thrown { name, message } => Failure::Exception { name, message },
        Ending::AtLoad { name, message } => Failure::AtLoad { name, message },
        Ending::Stopped => Failure::Exception {
            name: "Error".to_string(),
            message: "Script execution timed out.".to_string(),
        },
    }
}
