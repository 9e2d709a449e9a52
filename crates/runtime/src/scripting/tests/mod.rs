//! Scripts of a test engine, which are closures with a name, on networks of every dialect.

mod calls;
mod creation;
mod hashes;
mod held_back;
mod searches;
mod writes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tartan_decimal::Config;
use tartan_document::{Object, Value, parse};

use crate::testing::{TestChain, reference_rules, rules};
use crate::*;

type Body = dyn Fn(&str, &Object, &mut Context<'_>) -> ActionResult + Send + Sync;

/// A contract whose code is its name, and whose actions are one closure.
struct Script {
    code: String,
    body: Arc<Body>,
}

impl Contract for Script {
    fn code(&self) -> &str {
        &self.code
    }

    fn create(&self, params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        let params = params.as_object().cloned().unwrap_or_default();
        (self.body)("createSSC", &params, ctx)
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        (self.body)(action, payload.0, ctx)
    }
}

#[derive(Default)]
struct Engine(Mutex<BTreeMap<String, Arc<Body>>>);

impl ScriptEngine for Engine {
    fn compile(&self, source: &str) -> ActionResult<Arc<dyn Contract>> {
        let scripts = self.0.lock().unwrap();
        let body = scripts.get(source).ok_or(Failure::Unknown)?.clone();
        let code = source.to_string();
        Ok(Arc::new(Script { code, body }))
    }

    fn load(
        &self,
        _record: &ContractRecord,
        code: &mut dyn FnMut() -> Result<String, Fatal>,
    ) -> ActionResult<Arc<dyn Contract>> {
        self.compile(&code()?)
    }
}

/// A test chain with scripts.
struct World {
    chain: TestChain,
    engine: Arc<Engine>,
}

impl World {
    fn new(dialect: Dialect) -> World {
        let engine = Arc::<Engine>::default();
        let rules = match dialect.is_reference() {
            true => reference_rules(dialect),
            false => rules(),
        };
        let rules = Rules {
            skipped_calls: vec![("mining".into(), "handleNftChange".into())],
            decimals: Config::THREE_PLACES,
            ..rules
        };
        let registry = Registry::new().with_engine(engine.clone());
        World {
            chain: TestChain::new(registry, rules),
            engine,
        }
    }

    /// Gives a script to the engine without deploying it.
    fn script(
        &mut self,
        code: &str,
        body: impl Fn(&str, &Object, &mut Context<'_>) -> ActionResult + Send + Sync + 'static,
    ) {
        let mut scripts = self.engine.0.lock().unwrap();
        scripts.insert(code.to_string(), Arc::new(body));
    }

    /// Deploys a contract whose code is its name.
    fn contract(
        &mut self,
        name: &str,
        body: impl Fn(&str, &Object, &mut Context<'_>) -> ActionResult + Send + Sync + 'static,
    ) -> Receipt {
        self.script(name, body);
        self.deploy(name, name)
    }

    fn deploy(&mut self, name: &str, code: &str) -> Receipt {
        let contract = self.engine.compile(code).unwrap();
        self.chain.deploy(name, contract)
    }

    fn send(&mut self, contract: &str, action: &str, payload: &str) -> Receipt {
        let payload = json(payload).into_object().unwrap();
        self.chain.call("alice", contract, action, payload)
    }

    /// The contract as it is shown.
    fn shown(&self, contract: &str) -> Option<Object> {
        let view = self.chain.state().view().unwrap();
        let record = ContractRecord::find(&view, contract).unwrap()?;
        Some(record.document(&view).unwrap())
    }
}

/// A contract `notes` with a table `notes`, indexed by `n`, and one action, `run`.
fn notes(
    dialect: Dialect,
    run: impl Fn(&Object, &mut Context<'_>) -> ActionResult + Send + Sync + 'static,
) -> World {
    let mut world = World::new(dialect);
    let receipt = world.contract("notes", move |action, payload, ctx| match action {
        "createSSC" => ctx
            .documents()
            .create_table("notes", &json(r#"["n"]"#), &json("{}")),
        "run" => run(payload, ctx),
        _ => Err(Failure::Unknown),
    });
    assert_eq!(receipt.logs, Logs::default());
    world
}

fn json(text: &str) -> Value {
    parse(text).unwrap()
}

fn record(text: &str) -> Object {
    json(text).into_object().unwrap()
}

/// Lets the test see a value: it becomes an event.
fn see(ctx: &mut Context<'_>, value: impl Into<Value>) {
    ctx.emit("seen", value);
}

/// What the test was let see, as JSON, line by line.
fn seen(receipt: &Receipt) -> String {
    let seen = receipt
        .logs
        .events
        .iter()
        .filter(|event| event.event == "seen");
    seen.map(|event| event.data.stringify())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Rows as a value; `None` is null.
fn rows(rows: Option<Vec<Object>>) -> Value {
    Value::from(rows.map(Value::from))
}

/// All rows of one of the contract's own tables.
fn all(ctx: &mut Context<'_>, table: &str) -> ActionResult<Value> {
    let null = Value::Null;
    let found = ctx
        .documents()
        .find(None, table, &json("{}"), &null, &null, &null)?;
    Ok(rows(found))
}
