use std::collections::BTreeMap;
use std::sync::Arc;

use tartan_document::{Object, Value};

use tartan_state::Read;

use crate::{ActionResult, Context, ContractRecord, Failure, Fatal, Payload};

/// A contract: native code or a script, the callers cannot tell.
pub trait Contract: Send + Sync {
    /// What the contract's record shows as its code, and what is hashed into `codeHash`: the source of a scripted
    /// contract, or a short marker that names a native one and its revision.
    fn code(&self) -> &str;

    /// Runs when the contract is deployed or updated (`createSSC`): makes tables, writes first rows.
    fn create(&self, params: &Value, ctx: &mut Context<'_>) -> ActionResult;

    /// Runs an action. [`Failure::Unknown`] if there is none of that name.
    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult;
}

/// Makes contracts of scripts that transactions deploy.
pub trait ScriptEngine: Send + Sync {
    /// Checks and prepares a source text for deployment.
    ///
    /// # Errors
    /// [`Failure::Exception`] when the source does not compile.
    fn compile(&self, source: &str) -> ActionResult<Arc<dyn Contract>>;

    /// The contract that a record describes. The engine asks for the code only when it has not seen this
    /// [`code_hash`](ContractRecord::code_hash) lately.
    ///
    /// # Errors
    /// As for [`compile`](Self::compile); a stored contract has compiled before.
    fn load(
        &self,
        record: &ContractRecord,
        code: &mut dyn FnMut() -> Result<String, Fatal>,
    ) -> ActionResult<Arc<dyn Contract>>;
}

/// Which contract answers for a name: the network's native ones, and whatever the script engine makes of the rest.
#[derive(Clone, Default)]
pub struct Registry {
    natives: BTreeMap<String, Arc<dyn Contract>>,
    engine: Option<Arc<dyn ScriptEngine>>,
}

impl Registry {
    /// A registry without any contract.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Lets a native contract answer for a name.
    #[must_use]
    pub fn with_native(mut self, name: impl Into<String>, contract: Arc<dyn Contract>) -> Registry {
        self.natives.insert(name.into(), contract);
        self
    }

    /// Lets an engine run the contracts that are not native.
    #[must_use]
    pub fn with_engine(mut self, engine: Arc<dyn ScriptEngine>) -> Registry {
        self.engine = Some(engine);
        self
    }

    /// The native contract of that name.
    pub fn native(&self, name: &str) -> Option<&Arc<dyn Contract>> {
        self.natives.get(name)
    }

    /// The names of the native contracts, sorted.
    pub fn native_names(&self) -> impl Iterator<Item = &str> {
        self.natives.keys().map(String::as_str)
    }

    /// The engine for scripted contracts, if this node has one.
    pub fn engine(&self) -> Option<&Arc<dyn ScriptEngine>> {
        self.engine.as_ref()
    }

    /// The contract that answers for a deployed record; `None` when it is a script and there is no engine.
    pub(crate) fn resolve(
        &self,
        record: &ContractRecord,
        state: &impl Read,
    ) -> ActionResult<Option<Arc<dyn Contract>>> {
        if let Some(native) = self.native(&record.name) {
            return Ok(Some(native.clone()));
        }
        match &self.engine {
            Some(engine) => engine.load(record, &mut || record.code(state)).map(Some),
            None => Ok(None),
        }
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("natives", &self.natives.keys().collect::<Vec<_>>())
            .field("engine", &self.engine.is_some())
            .finish()
    }
}

/// A contract to be deployed or updated, after the checks of who may do so.
#[derive(Clone)]
pub struct Deployment<'a> {
    /// Main-chain block number of the transaction.
    pub main_number: Option<u64>,
    /// Id of the transaction.
    pub transaction_id: Option<&'a str>,
    /// Name of the contract.
    pub name: &'a str,
    /// Who owns it.
    pub owner: &'a str,
    /// Whether the transaction was signed with the active key: the authority of what the contract's creation calls.
    pub active: bool,
    /// What [`Contract::create`] is given; null when the deployer passed nothing.
    pub params: Value,
    /// The contract itself.
    pub contract: Arc<dyn Contract>,
    /// What the deployer lets it lock as deposits, as the payload has it ([`MAX_DEPOSIT`](crate::MAX_DEPOSIT)).
    pub max_deposit: Option<Value>,
    /// What the deployer pays for it. Without it there is no deployment, and without a deployment it is not taken.
    pub fee: Option<Payment>,
}

/// A payment: a call of the contract that holds the money.
#[derive(Debug, Clone, PartialEq)]
pub struct Payment {
    /// Name of that contract.
    pub contract: String,
    /// Its action.
    pub action: String,
    /// What the action is given.
    pub params: Object,
    /// What is said, behind the action's own errors, when it fails.
    pub refusal: String,
}

impl Payment {
    pub(crate) fn make(&self, ctx: &mut Context<'_>) -> ActionResult {
        match ctx.call(&self.contract, &self.action, self.params.clone()) {
            Ok(_) => Ok(()),
            Err(Failure::Fatal(fatal)) => Err(fatal.into()),
            Err(_) => Err(Failure::check(self.refusal.clone())),
        }
    }
}
