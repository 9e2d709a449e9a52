use std::sync::Arc;

use tartan_decimal::Config;
use tartan_document::{Object, Value};
use tartan_runtime::{
    BlockInfo, Call, CodeHashRule, Deployment, Dialect, Executor, Limits, Logs, Receipt, Registry,
    Rules, System, WriteHash,
};
use tartan_state::{Position, State};
use tartan_vm::{Engine, Options};

/// What stands around the source of a contract in these tests: the actions are called and reported as a network's
/// template does.
const BEFORE: &str = "const actions = {};\n";
const AFTER: &str = "
(async () => {
  if (typeof actions[api.action] !== 'function') return done('invalid action');
  try { await actions[api.action](api.payload); done(null); } catch (error) { done(error); }
})();";

/// A chain with one contract in JavaScript (and more, if a test deploys them); every call is a block of its own.
pub(crate) struct Chain {
    state: State,
    registry: Arc<Registry>,
    pub(crate) rules: Rules,
    number: u32,
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
        Chain {
            state: State::memory(),
            registry: Arc::new(Registry::new().with_engine(Arc::new(Engine::new(options)))),
            rules: Rules {
                system: Arc::new(System {
                    engine_account: "engine".into(),
                    peg_account: "peg".into(),
                    amount_field: "amountHIVEHBD".into(),
                    timestamp_field: "hiveBlockTimestamp".into(),
                    main_number_field: "refHiveBlockNumber".into(),
                }),
                atomic: true,
                write_hash: WriteHash::Content,
                code_hash: CodeHashRule::Rehash,
                double_hyphen_names: false,
                contracts_assert_authority: false,
                max_depth: 5,
                skipped_calls: Vec::new(),
                dialect: Dialect::Modern,
                decimals: Config::STANDARD,
                call_budget: None,
                storage_deposits: None,
                limits: Limits::default(),
            },
            number: 0,
        }
    }

    /// Deploys or updates a contract, which may add `createSSC`.
    pub(crate) fn deploy(&mut self, name: &str, source: &str) -> Receipt {
        let source = match source.contains("createSSC") {
            true => source.to_string(),
            false => format!("actions.createSSC = async () => {{}};\n{source}"),
        };
        let code = format!("{BEFORE}{source}{AFTER}");
        self.block(|executor, number| {
            let engine = executor.registry().engine().expect("there is one").clone();
            let contract = match engine.compile(&code) {
                Ok(contract) => contract,
                Err(failure) => {
                    return Receipt {
                        logs: Logs::error(failure.to_string()),
                        code_hash: String::new(),
                        units: 0,
                    };
                }
            };
            let deployment = Deployment {
                main_number: Some(number),
                transaction_id: Some("deploy"),
                name,
                owner: "owner",
                active: true,
                params: Value::Null,
                contract,
                fee: None,
            };
            executor.deploy(deployment).expect("the state works")
        })
    }

    /// Calls an action of the contract `test` with a payload in JSON.
    pub(crate) fn call(&mut self, action: &str, payload: &str) -> Receipt {
        self.call_of("test", action, payload)
    }

    pub(crate) fn call_of(&mut self, contract: &str, action: &str, payload: &str) -> Receipt {
        let payload = tartan_document::parse(payload).expect("the payload is JSON");
        let payload: Object = payload.into_object().expect("the payload is an object");
        let id = format!("tx{}", self.number + 1);
        self.block(|executor, number| {
            let call = Call {
                main_number: Some(number),
                transaction_id: Some(&id),
                sender: "alice",
                contract,
                action,
                payload,
            };
            executor.execute(call).expect("the state works")
        })
    }

    fn block(&mut self, run: impl FnOnce(&mut Executor, u64) -> Receipt) -> Receipt {
        self.number += 1;
        let number = self.number;
        let info = BlockInfo {
            number: u64::from(number),
            main_id: format!("id{number}"),
            previous_main_id: format!("id{}", number - 1),
            timestamp: "2020-09-13T12:26:40".into(),
            time: Some(1_600_000_000_000),
        };
        let overlay = self.state.begin().expect("the state works");
        let mut executor = Executor::new(
            self.registry.clone(),
            Arc::new(self.rules.clone()),
            info,
            overlay,
            String::new(),
        );
        let receipt = run(&mut executor, u64::from(number));
        let position = Position {
            number,
            id: format!("id{number}"),
        };
        self.state
            .commit(executor.into_overlay(), position)
            .expect("the state works");
        receipt
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
