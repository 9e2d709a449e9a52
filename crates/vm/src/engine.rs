use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tartan_document::Value;
use tartan_runtime::{
    ActionResult, Context, Contract, ContractRecord, Failure, Fatal, Payload, ScriptEngine,
};

use crate::host::{self, Run};
use crate::library::wording::v8_wording;
use crate::pool;
use crate::prepared::Prepared;
use crate::realm::{ENGINE_STACK, Ending};

/// Prepared contracts that are kept, by the hash of their code.
const KEPT: usize = 256;
/// What an execution has of the native stack: the engine's share, and that of the node's functions below it.
const STACK: usize = ENGINE_STACK + (512 << 10);

/// What the realms of a network are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Contracts are instrumented, and each execution has a budget.
    pub metered: bool,
    /// How many times 10,000 jumps and calls one execution may make before it is stopped: a coarse net, where there is
    /// no metering in place of the reference's wall-clock limit.
    pub patience: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            metered: false,
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
        let patience = self.prepared.options.patience;
        let ending = stacker::maybe_grow(STACK, 2 * STACK, || {
            let mut realm = pool::take(&self.prepared)?;
            let ending = host::activate(ctx, &mut run, || realm.run(patience));
            if ending != Ending::Stopped && run.fatal.is_none() {
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
            ending => Err(failure(ending)),
        }
    }
}

fn failure(ending: Ending) -> Failure {
    match ending {
        Ending::Normal | Ending::Unknown => Failure::Unknown,
        Ending::Thrown { name, message } => Failure::Exception {
            message: v8_wording(&name, &message).into_owned(),
            name,
        },
        Ending::Stopped => Failure::Exception {
            name: "Error".to_string(),
            message: "Script execution timed out.".to_string(),
        },
    }
}
