//! Original and instrumented code side by side in the engine itself.

mod attacks;
mod forms;
mod random;
mod rules;
mod snapshots;

use rquickjs::context::EvalOptions;
use rquickjs::function::Args;
use rquickjs::{Array, CatchResultExt, Context, Ctx, Function, Object, Runtime, Value};

use std::rc::Rc;

use super::{PARAMETERS, PRELUDE, instrument};
use crate::Options;
use crate::net::Net;
use crate::prepared::Prepared;

/// What the tests' `log` is made of; runs before the natives are replaced.
const HARNESS: &str = r"(function () {
    const out = [], seen = [];
    const { isArray } = Array, { keys } = Object, { stringify } = JSON;
    const push = out.push.bind(out), join = out.join.bind(out), write = String;
    const show = (value, depth) => {
        if (typeof value === 'string') return stringify(value);
        if (typeof value === 'function') return 'function ' + value.name + '/' + value.length;
        if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : write(value);
        if (value instanceof Error) return value.name + ': ' + value.message;
        if (depth > 3) return '...';
        let text = isArray(value) ? '[' : '{';
        const names = keys(value);
        for (let i = 0; i < names.length; i++) text += (i ? ',' : '') + (isArray(value) ? '' : names[i] + ':') + show(value[names[i]], depth + 1);
        return text + (isArray(value) ? ']' : '}');
    };
    return [(...values) => { for (let i = 0; i < values.length; i++) push(show(values[i], 0)); }, () => join('|')];
})()";

/// What a run left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    log: String,
    units: u64,
    stopped: String,
}

/// The stack an execution has.
const STACK: usize = 512 << 10;
const BUDGET: u64 = 10_000_000;
/// What a unit pays for, and what is there from the start.
const BYTES_PER_UNIT: u64 = 128;
const BASE_MEMORY: u64 = 16 << 20;

fn with_context<T: Send>(memory: u64, work: impl FnOnce(&Ctx<'_>) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(4 * STACK)
            .spawn_scoped(scope, || {
                let runtime = Runtime::new().expect("a runtime");
                runtime.set_max_stack_size(STACK);
                runtime.set_memory_limit(usize::try_from(memory).expect("bytes"));
                let context = Context::full(&runtime).expect("a context");
                context.with(|ctx| work(&ctx))
            });
        thread.expect("a thread").join().expect("no panic")
    })
}

fn call<'js>(
    ctx: &Ctx<'js>,
    code: &str,
    parameters: &[&str],
    given: Vec<Value<'js>>,
    log: &Function<'js>,
) {
    let source = format!("(function ({}) {{{code}\n}})", parameters.join(","));
    let mut options = EvalOptions::default();
    options.strict = false;
    let outcome = ctx
        .eval_with_options::<Function<'js>, _>(source, options)
        .and_then(|function| {
            let mut args = Args::new(ctx.clone(), given.len());
            for value in given {
                args.push_arg(value)?;
            }
            function.call_arg::<Value<'js>>(args)
        });
    if let Err(error) = outcome.catch(ctx) {
        log.call::<_, ()>((format!("thrown {error}").lines().next().unwrap_or_default(),))
            .expect("log");
    }
}

/// Runs the contract as it stands.
fn run_original(source: &str) -> String {
    with_context(1 << 30, |ctx| {
        let [log, read]: [Function<'_>; 2] = pair(ctx);
        call(ctx, source, &["log"], vec![log.clone().into_value()], &log);
        while ctx.execute_pending_job() {}
        read.call(()).expect("the log")
    })
}

fn pair<'js>(ctx: &Ctx<'js>) -> [Function<'js>; 2] {
    let pair: Array<'js> = ctx.eval(HARNESS).expect("the harness");
    [pair.get(0).expect("log"), pair.get(1).expect("read")]
}

/// The realm a contract finds: repaired, metered, frozen.
fn furnish<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Array<'js>> {
    let functions = crate::host::functions(ctx)?;
    let repair: Function<'js> = ctx.eval(include_str!("../../prelude/repair.js"))?;
    repair.call::<_, ()>((functions.clone(),))?;
    let wording: Function<'js> = ctx.eval(include_str!("../../prelude/wording.js"))?;
    let prepared = Prepared::new("".into(), Options::default()).expect("it is a script");
    wording.call::<_, ()>((crate::host::wording(
        ctx,
        &prepared.into(),
        &Rc::new(Net::new()),
    )?,))?;
    let installed: Array<'js> = ctx.eval(PRELUDE)?;
    let make_big_number: Function<'js> = ctx.eval(include_str!("../../prelude/bignumber.js"))?;
    let decimals: Object<'js> = functions.get("decimals")?;
    let big_number: Value<'js> = make_big_number.call((decimals,))?;
    let make_api: Function<'js> = ctx.eval(include_str!("../../prelude/api.js"))?;
    let api: Object<'js> = make_api.call((functions, big_number))?;
    let freeze: Function<'js> = ctx.eval(include_str!("../../prelude/freeze.js"))?;
    freeze.call::<_, ()>((api.get::<_, Array<'js>>("shared")?,))?;
    Ok(installed)
}

/// Runs the contract instrumented.
fn run_metered_with(source: &str, budget: u64) -> Run {
    let instrumented = instrument(source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    with_context(BASE_MEMORY + budget * BYTES_PER_UNIT, move |ctx| {
        let [log, read]: [Function<'_>; 2] = pair(ctx);
        let installed = furnish(ctx)
            .catch(ctx)
            .unwrap_or_else(|error| panic!("{error}"));
        let host: Object<'_> = installed.get(0).expect("the host's side");
        let arguments: Array<'_> = installed.get(1).expect("arguments");
        let mut given = vec![log.clone().into_value()];
        given.extend(
            arguments
                .iter::<Value<'_>>()
                .map(|value| value.expect("an argument")),
        );
        let mut parameters = vec!["log"];
        parameters.extend(PARAMETERS);
        parameters.extend(instrumented.implicit_globals.iter().map(String::as_str));
        let begin: Function<'_> = host.get("begin").expect("begin");
        begin
            .call::<_, ()>((budget as f64, instrumented.longest_literal))
            .expect("begin");
        call(ctx, &instrumented.code, &parameters, given, &log);
        let job: Function<'_> = host.get("job").expect("job");
        while job.call::<_, bool>(()).expect("job") && ctx.execute_pending_job() {}
        let used: Function<'_> = host.get("used").expect("used");
        let stopped: Function<'_> = host.get("stopped").expect("stopped");
        Run {
            log: read.call(()).expect("the log"),
            units: used.call::<_, f64>(()).expect("units") as u64,
            stopped: stopped.call(()).expect("a reason"),
        }
    })
}

fn run_metered(source: &str) -> Run {
    run_metered_with(source, BUDGET)
}

/// Both ways give the same log, and two metered runs the same count.
fn check(source: &str) {
    let original = run_original(source);
    let metered = run_metered(source);
    let code = instrument(source).map(|made| made.code).unwrap_or_default();
    assert_eq!(metered.log, original, "\n{source}\n--- became\n{code}");
    assert_eq!(metered.stopped, "", "{source}");
    assert!(!original.contains("\"thrown Error"), "{source}\n{original}");
    assert_eq!(run_metered(source), metered, "{source}");
}
