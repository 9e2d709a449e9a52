//! A chain on disk with the token ledger and the contract of a case.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use tartan_contracts::tokens::{Settings, Tokens};
use tartan_document::{Object, Value};
use tartan_runtime::testing::rules;
use tartan_runtime::{
    BlockInfo, Blocks, Call, Contract, Deployment, Executor, Fatal, Receipt, Registry, Rules,
};
use tartan_state::{Overlay, Position, State, StateOptions};
use tartan_vm::{Engine, Options};
use tempfile::TempDir;

use crate::Failure;

/// As on the `dev` networks.
pub(crate) const BUDGET: u64 = 1_000_000;

const BEFORE: &str = "const actions = {};\n";
const AFTER: &str = "
(async () => {
  if (typeof actions[api.action] !== 'function') return done('invalid action');
  try { await actions[api.action](api.payload); done(null); } catch (error) { done(error); }
})();";

/// See the module.
pub(crate) struct Chain {
    state: State,
    registry: Arc<Registry>,
    rules: Arc<Rules>,
    number: u32,
    /// Where the store is; removed in the end.
    _folder: TempDir,
}

/// What a run took.
pub(crate) struct Run {
    pub(crate) units: u64,
    pub(crate) time: Duration,
}

impl Chain {
    pub(crate) fn with(source: &str) -> Result<Chain, Failure> {
        let folder = tempfile::tempdir()?;
        let engine = Engine::new(Options {
            metered: true,
            budget: BUDGET,
            ..Options::default()
        });
        let settings: Settings = serde_json::from_str(r#"{"utility_token":"ENG"}"#)?;
        let tokens: Arc<dyn Contract> = Arc::new(Tokens::new(settings));
        let registry = Registry::new()
            .with_native("tokens", tokens.clone())
            .with_engine(Arc::new(engine));
        let mut chain = Chain {
            state: State::open(folder.path(), &StateOptions::default())?,
            registry: Arc::new(registry),
            rules: Arc::new(Rules {
                call_budget: Some(BUDGET),
                ..rules()
            }),
            number: 0,
            _folder: folder,
        };
        chain.deploy("tokens", tokens)?;
        for (action, payload) in [
            (
                "create",
                r#"{"name":"Engine Token","symbol":"ENG","precision":8,"maxSupply":"1000000"}"#,
            ),
            (
                "issue",
                r#"{"symbol":"ENG","to":"alice","quantity":"1000"}"#,
            ),
            (
                "transferToContract",
                r#"{"symbol":"ENG","to":"test","quantity":"500"}"#,
            ),
        ] {
            let sender = match action {
                "transferToContract" => "alice",
                _ => "null",
            };
            chain.call(sender, "tokens", action, payload)?;
        }
        let engine = chain.registry.engine().ok_or("there is an engine")?.clone();
        let script = engine.compile(&format!("{BEFORE}{source}{AFTER}"));
        chain.deploy("test", script.map_err(|failure| failure.to_string())?)?;
        // rows to look for, more than a budget writes at once
        for from in (0..1_000).step_by(100) {
            let payload = format!(r#"{{"from":{from},"to":{}}}"#, from + 100);
            chain.call("alice", "test", "fill", &payload)?;
        }
        Ok(chain)
    }

    /// Runs so many iterations.
    pub(crate) fn run(&mut self, times: u64) -> Result<Run, Failure> {
        let payload = format!(r#"{{"times":{times}}}"#);
        let start = processor_time()?;
        let receipt = self.call("alice", "test", "run", &payload)?;
        self.state.finalize(self.number)?;
        self.state.flush()?;
        let time = processor_time()?.saturating_sub(start);
        let units = receipt.units;
        Ok(Run { units, time })
    }

    fn call(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: &str,
    ) -> Result<Receipt, Failure> {
        let payload = tartan_document::parse(payload)?;
        let mut payload: Object = payload.into_object().ok_or("a payload is an object")?;
        payload.insert("isSignedWithActiveKey", Value::Bool(true));
        self.block(|executor, number| {
            executor.execute(Call {
                main_number: Some(number),
                transaction_id: Some("transaction"),
                sender,
                contract,
                action,
                payload,
            })
        })
    }

    fn deploy(&mut self, name: &str, contract: Arc<dyn Contract>) -> Result<Receipt, Failure> {
        self.block(|executor, number| {
            executor.deploy(Deployment {
                main_number: Some(number),
                transaction_id: Some("deployment"),
                name,
                owner: "null",
                active: true,
                params: Value::Null,
                contract,
                max_deposit: None,
                fee: None,
            })
        })
    }

    /// A block with one transaction, which must succeed but for the errors that it notes on purpose.
    fn block(
        &mut self,
        run: impl FnOnce(&mut Executor, u64) -> Result<Receipt, Fatal>,
    ) -> Result<Receipt, Failure> {
        self.number += 1;
        let number = self.number;
        let info = BlockInfo {
            number: u64::from(number),
            main_id: format!("id{number}"),
            previous_main_id: format!("id{}", number - 1),
            timestamp: "2026-01-01T00:00:00".into(),
            time: Some(1_767_225_600_000),
        };
        let overlay = self.state.begin()?;
        let (registry, rules) = (self.registry.clone(), self.rules.clone());
        let mut executor = Executor::new(registry, rules, info, overlay, String::new())
            .with_blocks(Arc::new(OneBlock));
        let receipt = run(&mut executor, u64::from(number))?;
        let errors = &receipt.logs.errors;
        if let Some(error) = errors
            .iter()
            .find(|error| *error != "on purpose" && *error != "contract doesn't exist")
        {
            return Err(error.clone().into());
        }
        let position = Position {
            number,
            id: format!("id{number}"),
        };
        self.state.commit(executor.into_overlay(), position)?;
        Ok(receipt)
    }
}

/// What all threads of this process have used: other work on the machine does not count.
fn processor_time() -> Result<Duration, Failure> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let times = fs::read_to_string(thread?.path().join("schedstat"))?;
        let first = times.split(' ').next().unwrap_or_default();
        nanoseconds += first.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The same block under every number, decoded anew as a chain does it: a thousand transactions.
struct OneBlock;

impl Blocks for OneBlock {
    fn block(&self, _: &Overlay, number: u64) -> Result<Option<Value>, Fatal> {
        let transaction = r#"{"refHiveBlockNumber":1,"transactionId":"0123456789012345678901234567890123456789","sender":"alice","contract":"tokens","action":"transfer","payload":"{\"symbol\":\"ENG\"}","logs":"{}"}"#;
        let transactions = vec![transaction; 1_000].join(",");
        let text = format!(r#"{{"blockNumber":{number},"transactions":[{transactions}]}}"#);
        Ok(tartan_document::parse(&text).ok())
    }

    fn verify(&self, _: &mut Overlay, _: &Object) -> Result<(), Fatal> {
        Ok(())
    }
}
