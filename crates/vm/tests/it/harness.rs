use std::ops::{Bound, Deref, DerefMut};
use std::sync::Arc;

use tartan_document::Object;
use tartan_runtime::testing::{TestChain, rules};
use tartan_runtime::{Call, Logs, Receipt, Registry};
use tartan_state::{Read as _, Space};
use tartan_vm::{Engine, Options};

/// What stands around the source of a contract in these tests: the actions are called and reported as a network's
/// template does.
const BEFORE: &str = "const actions = {};\n";
const AFTER: &str = "
(async () => {
  if (typeof actions[api.action] !== 'function') return done('invalid action');
  try { await actions[api.action](api.payload); done(null); } catch (error) { done(error); }
})();";

/// A chain with one contract in JavaScript (and more, if a test deploys them).
pub(crate) struct Chain(TestChain);

impl Deref for Chain {
    type Target = TestChain;

    fn deref(&self) -> &TestChain {
        &self.0
    }
}

impl DerefMut for Chain {
    fn deref_mut(&mut self) -> &mut TestChain {
        &mut self.0
    }
}

impl Chain {
    /// A chain with the contract `test`.
    pub(crate) fn with(source: &str) -> Chain {
        let patience = Options {
            patience: 300,
            ..Options::default()
        };
        let mut chain = Chain::new(patience);
        let receipt = chain.deploy("test", source);
        assert_eq!(receipt.logs, Logs::default(), "deploying");
        chain
    }

    pub(crate) fn new(options: Options) -> Chain {
        let registry = Registry::new().with_engine(Arc::new(Engine::new(options)));
        Chain(TestChain::new(registry, rules()))
    }

    /// Deploys or updates a contract, which may add `createSSC`.
    pub(crate) fn deploy(&mut self, name: &str, source: &str) -> Receipt {
        let source = match source.contains("createSSC") {
            true => source.to_string(),
            false => format!("actions.createSSC = async () => {{}};\n{source}"),
        };
        let engine = self.registry.engine().expect("there is one").clone();
        match engine.compile(&format!("{BEFORE}{source}{AFTER}")) {
            Ok(contract) => self.0.deploy(name, contract),
            Err(failure) => Receipt {
                logs: Logs::error(failure.to_string()),
                code_hash: String::new(),
                units: 0,
            },
        }
    }

    /// Calls an action of the contract `test` with a payload in JSON.
    pub(crate) fn call(&mut self, action: &str, payload: &str) -> Receipt {
        self.call_of("test", action, payload)
    }

    pub(crate) fn call_of(&mut self, contract: &str, action: &str, payload: &str) -> Receipt {
        let payload = tartan_document::parse(payload).expect("the payload is JSON");
        let payload: Object = payload.into_object().expect("the payload is an object");
        self.0.call("alice", contract, action, payload)
    }

    /// Calls of contracts with payloads in JSON, all in one block.
    pub(crate) fn calls(&mut self, calls: &[(&str, &str, String)]) -> Vec<Receipt> {
        let number = self.number() + 1;
        self.0.block(|executor| {
            let receipt = |(index, (contract, action, payload)): (usize, &(&str, &str, String))| {
                let payload = tartan_document::parse(payload).expect("the payload is JSON");
                let call = Call {
                    main_number: Some(u64::from(number)),
                    transaction_id: Some(&format!("tx{number}-{index}")),
                    sender: "alice",
                    contract,
                    action,
                    payload: payload.into_object().expect("the payload is an object"),
                };
                executor.execute(call)
            };
            calls.iter().enumerate().map(receipt).collect()
        })
    }

    /// All rows of all tables, as text.
    pub(crate) fn contents(&self) -> String {
        let view = self.state().view().expect("the state works");
        let mut text = String::new();
        let contracts: Vec<String> = view.catalog().contracts().map(str::to_string).collect();
        for contract in contracts {
            for table in view.catalog().tables(&contract) {
                let all = (Bound::Unbounded, Bound::Unbounded);
                let rows = view
                    .range(Space::Rows(table.id), all.0, all.1, false)
                    .expect("the state works");
                for row in rows {
                    let (key, value) = row.expect("the state works");
                    text += &format!("{contract} {key:?} {value:?}\n");
                }
            }
        }
        text
    }

    /// What the event `out` of the last action says, as JSON.
    pub(crate) fn out(&mut self, action: &str, payload: &str) -> String {
        let receipt = self.call(action, payload);
        let [event] = receipt.logs.events.as_slice() else {
            panic!("expected one event, found {:?}", receipt.logs);
        };
        event.data.stringify()
    }
}

/// What an expression comes to within an action, as JSON.
pub(crate) fn eval(expression: &str) -> String {
    let source =
        format!("actions.run = async (payload) => {{ api.emit('out', {{ v: {expression} }}); }};");
    let out = Chain::with(&source).out("run", "{}");
    let value = out
        .strip_prefix("{\"v\":")
        .and_then(|it| it.strip_suffix('}'));
    value.unwrap_or("undefined").to_string()
}

/// How an action ends that runs these statements: its errors.
pub(crate) fn errors(statements: &str) -> Vec<String> {
    let source = format!("actions.run = async (payload) => {{ {statements} }};");
    Chain::with(&source).call("run", "{}").logs.errors
}
