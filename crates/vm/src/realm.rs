//! A realm: one instance of the engine with the prelude in it, for the code of one contract.
//!
//! ```text
//!   runtime, context ─▶ repair.js, wording.js ─▶ (meter/) ─▶ bignumber.js, api.js ─▶ freeze.js ─▶ the contract's function
//!                                                                                        called anew for each execution
//! ```
//!
//! All that code can reach without having made it is frozen before the contract's own text is read, and the text is the
//! body of a function that starts from nothing each time. So one execution leaves nothing behind for the next.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use rquickjs::context::{EvalOptions, intrinsic};
use rquickjs::function::Args;
use rquickjs::{
    Array, CatchResultExt, CaughtError, Context as JsContext, Ctx, Function, Object, Persistent,
    Runtime, Value,
};

use crate::host::{self, Meter, Stop};
use crate::meter;
use crate::prepared::Prepared;

/// What the memory of a realm may grow to, as on the reference (128 MiB).
const MEMORY: usize = 128 << 20;
/// What a metered execution has from the start, and for each unit of its budget: an allocation then fails only where the
/// budget is at its end.
const METERED_MEMORY: usize = 16 << 20;
const BYTES_PER_UNIT: usize = 128;
/// What the engine may use of the native stack; the host sees to it that there is more.
pub(crate) const ENGINE_STACK: usize = 512 << 10;
/// Garbage in cycles is collected when this much has been allocated.
const COLLECT_AT: usize = 4 << 20;

/// See the module.
pub(crate) struct Realm {
    // dropped in this order: values, context, runtime
    furniture: Furniture,
    context: JsContext,
    runtime: Runtime,
    /// How often the engine may still ask whether to go on: about once in 10,000 jumps and calls.
    patience: Rc<Cell<u64>>,
    executions: u32,
}

/// What became of an execution, as the engine saw it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It ran to its end.
    Normal,
    /// Something was thrown that has a name and a message.
    Thrown {
        /// The class of the error.
        name: String,
        /// Its message.
        message: String,
    },
    /// The code threw at its top level, before it came to an action; empty texts for what has none.
    AtLoad {
        /// The class of the error.
        name: String,
        /// Its message.
        message: String,
    },
    /// Something else was thrown, or there is no such action.
    Unknown,
    /// The coarse net stopped it. The realm cannot be used again.
    Stopped,
    /// It used up its units of work. The realm cannot be used again.
    OutOfBudget,
    /// The meter stopped it for another reason. The realm cannot be used again.
    Bound(String),
}

impl Ending {
    /// Whether the realm can be used for another execution.
    pub(crate) fn leaves_usable(&self) -> bool {
        !matches!(
            self,
            Ending::Stopped | Ending::OutOfBudget | Ending::Bound(_)
        )
    }
}

impl Realm {
    /// A realm for a contract.
    ///
    /// # Errors
    /// What the contract's code threw while it was read: its syntax.
    pub(crate) fn new(prepared: &Arc<Prepared>) -> Result<Realm, Ending> {
        let runtime = Runtime::new().map_err(|_| Ending::Unknown)?;
        runtime.set_memory_limit(match prepared.options.metered {
            false => MEMORY,
            true => METERED_MEMORY + memory_of(prepared.options.budget),
        });
        runtime.set_max_stack_size(ENGINE_STACK);
        runtime.set_gc_threshold(COLLECT_AT);
        let patience = Rc::new(Cell::new(u64::MAX));
        let left = patience.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        })));
        let context = JsContext::builder()
            .with::<intrinsic::Date>()
            .with::<intrinsic::Eval>()
            .with::<intrinsic::RegExpCompiler>()
            .with::<intrinsic::RegExp>()
            .with::<intrinsic::Json>()
            .with::<intrinsic::MapSet>()
            .with::<intrinsic::Promise>()
            .build(&runtime)
            .map_err(|_| Ending::Unknown)?;
        let furniture = context.with(|ctx| {
            furnish(&ctx, prepared)
                .catch(&ctx)
                .map_err(|error| ending_of(&error))
        })?;
        Ok(Realm {
            furniture,
            context,
            runtime,
            patience,
            executions: 0,
        })
    }

    /// What counts the work, where it is counted.
    pub(crate) fn meter(&self) -> Option<&Meter> {
        self.furniture.meter.as_ref()
    }

    /// Runs the contract once with at most so many units of work, handing it texts of at most `longest` bytes; the
    /// execution must have been made the current one (`host::activate`). Gives the units used too.
    pub(crate) fn run_metered(
        &mut self,
        patience: u64,
        budget: u64,
        longest: usize,
    ) -> (Ending, u64) {
        let Some(meter) = self.furniture.meter.clone() else {
            return (self.run(patience), 0);
        };
        // a meter that cannot be asked has no memory left: the budget is gone
        let lost = (Ending::OutOfBudget, budget);
        let begun = self.context.with(|ctx| meter.begin(&ctx, budget, longest));
        if begun.is_err() {
            return lost;
        }
        let ending = self.run(patience);
        let told = self.context.with(|ctx| {
            ctx.catch();
            Ok::<_, rquickjs::Error>((meter.stopped(&ctx)?, meter.used(&ctx)?))
        });
        let Ok((stopped, used)) = told else {
            return lost;
        };
        match stopped {
            None => (ending, used.min(budget)),
            Some(Stop::OutOfBudget) => lost,
            Some(Stop::Bound(reason)) => (Ending::Bound(reason), used.min(budget)),
        }
    }

    /// Runs the contract once; the execution must have been made the current one (`host::activate`).
    fn run(&mut self, patience: u64) -> Ending {
        self.executions += 1;
        self.patience.set(patience.max(1));
        let ending = self.context.with(|ctx| {
            let ended = self.execute(&ctx).catch(&ctx);
            ended.unwrap_or_else(|error| self.thrown(&ctx, &error))
        });
        match self.patience.get() {
            0 => Ending::Stopped,
            _ => ending,
        }
    }

    /// How many executions it has seen.
    pub(crate) fn executions(&self) -> u32 {
        self.executions
    }

    /// Whether nothing is left to run: a realm with unfinished jobs would run them within the next execution.
    pub(crate) fn is_idle(&self) -> bool {
        !self.runtime.is_job_pending()
    }

    fn execute(&self, ctx: &Ctx<'_>) -> rquickjs::Result<Ending> {
        let start = self.furniture.start.clone().restore(ctx)?;
        let contract = self.furniture.contract.clone().restore(ctx)?;
        let mut arguments = Args::new(ctx.clone(), 1);
        arguments.push_arg(contract)?;
        let ending: Function<'_> = start.call_arg(arguments)?;
        self.finish_jobs(ctx)?;
        let thrown: Value<'_> = ending.call(())?;
        described(&thrown)
    }

    /// Runs what was queued, as long as it may.
    fn finish_jobs(&self, ctx: &Ctx<'_>) -> rquickjs::Result<()> {
        loop {
            let paid = match &self.furniture.meter {
                Some(meter) => meter.job(ctx)?,
                None => true,
            };
            if !(paid && self.patience.get() > 0 && ctx.execute_pending_job()) {
                return Ok(());
            }
        }
    }

    /// What was thrown at the contract's top level, before it reported anything.
    fn thrown<'js>(&self, ctx: &Ctx<'js>, error: &CaughtError<'js>) -> Ending {
        let value = match error {
            CaughtError::Exception(exception) => exception.as_object().clone().into_value(),
            CaughtError::Value(value) => value.clone(),
            CaughtError::Error(_) => return Ending::Unknown,
        };
        // jobs that were queued before belong to this execution
        if self.finish_jobs(ctx).is_err() {
            return Ending::Unknown;
        }
        let Ok(describe) = self.furniture.describe.clone().restore(ctx) else {
            return Ending::Unknown;
        };
        let told = describe.call::<_, Value<'_>>((value,));
        let (name, message) = match told.and_then(|told| described(&told)) {
            Ok(Ending::Thrown { name, message }) => (name, message),
            _ => Default::default(),
        };
        Ending::AtLoad { name, message }
    }
}

/// What is called from outside a context.
struct Furniture {
    /// The contract, a function of the execution.
    contract: Persistent<Function<'static>>,
    /// Runs it once, and gives the function that says how it ended.
    start: Persistent<Function<'static>>,
    /// Says what something thrown is.
    describe: Persistent<Function<'static>>,
    meter: Option<Meter>,
}

/// Puts the prelude and the contract into a fresh context.
fn furnish<'js>(ctx: &Ctx<'js>, prepared: &Arc<Prepared>) -> rquickjs::Result<Furniture> {
    let functions = host::functions(ctx)?;
    let repair: Function<'js> = evaluate(ctx, include_str!("prelude/repair.js"))?;
    repair.call::<_, ()>((functions.clone(),))?;
    let wording: Function<'js> = evaluate(ctx, include_str!("prelude/wording.js"))?;
    wording.call::<_, ()>((host::wording(ctx, prepared)?,))?;
    let metering = match prepared.options.metered {
        true => Some(install_meter(ctx)?),
        false => None,
    };
    let make_big_number: Function<'js> = evaluate(ctx, include_str!("prelude/bignumber.js"))?;
    let big_number: Value<'js> =
        make_big_number.call((functions.get::<_, Array<'js>>("decimals")?,))?;
    let make_api: Function<'js> = evaluate(ctx, include_str!("prelude/api.js"))?;
    let api: Object<'js> = make_api.call((functions, big_number))?;
    let freeze: Function<'js> = evaluate(ctx, include_str!("prelude/freeze.js"))?;
    freeze.call::<_, ()>((api.get::<_, Array<'js>>("shared")?,))?;
    let contract: Function<'js> = evaluate(ctx, prepared.function.as_str())?;
    let start: Function<'js> = api.get("start")?;
    let (start, meter) = match metering {
        None => (start, None),
        Some((meter, charges)) => (
            api.get::<_, Function<'js>>("starter")?.call((charges,))?,
            Some(meter),
        ),
    };
    Ok(Furniture {
        contract: Persistent::save(ctx, contract),
        start: Persistent::save(ctx, start),
        describe: Persistent::save(ctx, api.get::<_, Function<'js>>("describe")?),
        meter,
    })
}

/// Puts the meter into a context: its host's side, and the arguments that metered code takes.
fn install_meter<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<(Meter, Value<'js>)> {
    let installed: Array<'js> = ctx.eval_with_options(meter::PRELUDE, options())?;
    let host: Object<'js> = installed.get(0)?;
    Ok((Meter::save(ctx, &host)?, installed.get(1)?))
}

/// Memory that a budget pays for.
fn memory_of(budget: u64) -> usize {
    let units = usize::try_from(budget).unwrap_or(usize::MAX);
    units.saturating_mul(BYTES_PER_UNIT).min(usize::MAX / 2)
}

fn options() -> EvalOptions {
    let mut options = EvalOptions::default();
    options.global = true;
    options.strict = false;
    options
}

fn evaluate<'js>(ctx: &Ctx<'js>, source: &str) -> rquickjs::Result<Function<'js>> {
    ctx.eval_with_options(source, options())
}

/// What the prelude's description of something thrown says: nothing, a name and a message, or an empty list.
fn described(told: &Value<'_>) -> rquickjs::Result<Ending> {
    let Some(list) = told.as_array() else {
        return Ok(Ending::Normal);
    };
    if list.len() < 2 {
        return Ok(Ending::Unknown);
    }
    let text = |index: usize| -> rquickjs::Result<String> {
        let text: rquickjs::String<'_> = list.get(index)?;
        let text = crate::marshal::text_from_js(told.ctx(), &text)?;
        Ok(text.to_string_lossy().into_owned())
    };
    Ok(Ending::Thrown {
        name: text(0)?,
        message: text(1)?,
    })
}

/// What stopped the reading of a contract.
fn ending_of(error: &CaughtError<'_>) -> Ending {
    match error {
        CaughtError::Exception(exception) => Ending::Thrown {
            name: exception
                .as_object()
                .get("name")
                .unwrap_or_else(|_| "Error".to_string()),
            message: exception.message().unwrap_or_default(),
        },
        _ => Ending::Unknown,
    }
}
