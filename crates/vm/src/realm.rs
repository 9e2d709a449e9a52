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
use crate::net::Net;
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
/// What the log keeps of a message that was thrown, in bytes: more than any payload that it may quote.
const LONGEST_MESSAGE: usize = 16 << 10;
/// Where work is not counted garbage in cycles is left until the execution has ended, or so much has been allocated;
/// then it has failed.
const EXHAUSTED_AT: usize = MEMORY - (8 << 20);
/// Room that must be left between two jobs, looked at once in so many: the engine needs little for them.
const ROOM: usize = 4 << 20;
const JOBS_PER_LOOK: u64 = 64;
/// What a realm may hold when an execution has ended and be kept for the next one.
const AT_REST: usize = 8 << 20;

/// See the module.
pub(crate) struct Realm {
    // dropped in this order: values, context, runtime
    furniture: Furniture,
    context: JsContext,
    runtime: Runtime,
    net: Rc<Net>,
    /// What its memory may grow to.
    memory: usize,
    /// Whether there is a [`Sentinel`]. Only where work is not counted.
    watched: Rc<Cell<bool>>,
    executions: u32,
}

/// What became of an execution, as the engine saw it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It ran to its end.
    Normal,
    /// There is nothing left to run, and it never said how it ended: it waits for what never happens.
    Unsettled,
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
        let memory = match prepared.options.metered {
            false => MEMORY,
            true => METERED_MEMORY.saturating_add(memory_of(prepared.options.budget)),
        };
        runtime.set_memory_limit(memory);
        runtime.set_max_stack_size(ENGINE_STACK);
        runtime.set_gc_threshold(COLLECT_AT);
        let net = Rc::new(Net::new());
        let asked = net.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || asked.ask())));
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
            furnish(&ctx, prepared, &net)
                .catch(&ctx)
                .map_err(|error| ending_of(&error))
        })?;
        Ok(Realm {
            furniture,
            context,
            runtime,
            net,
            memory,
            watched: Rc::default(),
            executions: 0,
        })
    }

    /// What counts the work, where it is counted.
    pub(crate) fn meter(&self) -> Option<&Meter> {
        self.furniture.meter.as_ref()
    }

    /// Its coarse net, for who has to pull it tight.
    pub(crate) fn net(&self) -> Rc<Net> {
        self.net.clone()
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
        self.net.spread(patience);
        let watching = self.furniture.meter.is_none();
        if watching && !self.watch() {
            return out_of_memory();
        }
        let begun = self.context.with(|ctx| self.begin(&ctx));
        let finished = self.finish_jobs();
        let ending = match finished {
            Ok(()) => self.context.with(|ctx| self.end(&ctx, begun)),
            Err(ending) => ending,
        };
        match self.net.struck() {
            _ if watching && !self.watched.get() => out_of_memory(),
            true => Ending::Stopped,
            false => ending,
        }
    }

    /// Sees to it that an execution which uses up its memory is found out. False if there is no memory for that.
    fn watch(&self) -> bool {
        self.runtime.set_gc_threshold(EXHAUSTED_AT);
        if !self.watched.get() {
            let sentinel = Sentinel {
                watched: self.watched.clone(),
                net: self.net.clone(),
            };
            let planted = self.context.with(|ctx| {
                let guard = move || sentinel.net.left() as f64;
                let function = Function::new(ctx.clone(), guard)?;
                function.set("self", function.clone())
            });
            self.watched.set(planted.is_ok());
        }
        self.watched.get()
    }

    /// How many executions it has seen.
    pub(crate) fn executions(&self) -> u32 {
        self.executions
    }

    /// Whether nothing is left to run: a realm with unfinished jobs would run them within the next execution.
    pub(crate) fn is_idle(&self) -> bool {
        !self.runtime.is_job_pending()
    }

    /// Whether it holds little enough to be kept. Garbage in cycles would count as the next execution's memory, and a
    /// heap that was large when it was collected would put off the next collection beyond the limit.
    ///
    /// The engine tells its size only by walking through all it has; asking for a little more under a lower limit tells
    /// as much. (The request collects garbage too, beyond [`COLLECT_AT`].)
    pub(crate) fn is_light(&mut self) -> bool {
        self.runtime.set_gc_threshold(COLLECT_AT);
        self.runtime.set_memory_limit(AT_REST);
        let light = self.context.with(|ctx| allocates(&ctx));
        self.runtime.set_memory_limit(self.memory);
        self.runtime.set_gc_threshold(COLLECT_AT);
        light
    }

    /// Bytes that it holds.
    pub(crate) fn memory(&self) -> u64 {
        u64::try_from(self.runtime.memory_usage().malloc_size).unwrap_or_default()
    }

    /// Whether so many bytes are left of its memory.
    fn has_room(&self, bytes: usize) -> bool {
        self.runtime
            .set_memory_limit(self.memory.saturating_sub(bytes));
        let room = self.context.with(|ctx| allocates(&ctx));
        self.runtime.set_memory_limit(self.memory);
        room
    }

    fn begin(&self, ctx: &Ctx<'_>) -> Begun {
        match self.call(ctx).catch(ctx) {
            Ok(ending) => Begun::Running(Persistent::save(ctx, ending)),
            Err(CaughtError::Exception(error)) => {
                Begun::Threw(Persistent::save(ctx, error.into_object().into_value()))
            }
            Err(CaughtError::Value(value)) => Begun::Threw(Persistent::save(ctx, value)),
            Err(CaughtError::Error(_)) => Begun::Lost,
        }
    }

    fn call<'js>(&self, ctx: &Ctx<'js>) -> rquickjs::Result<Function<'js>> {
        let start = self.furniture.start.clone().restore(ctx)?;
        let contract = self.furniture.contract.clone().restore(ctx)?;
        let mut arguments = Args::new(ctx.clone(), 1);
        arguments.push_arg(contract)?;
        start.call_arg(arguments)
    }

    /// Runs what was queued, as long as it may.
    ///
    /// # Errors
    /// When memory is used up between two steps of the contract, where none of its own code hears of it.
    fn finish_jobs(&self) -> Result<(), Ending> {
        for jobs in 1_u64.. {
            let paid = match &self.furniture.meter {
                Some(meter) => self.context.with(|ctx| meter.job(&ctx)),
                None => Ok(true),
            };
            if !paid.map_err(|_| out_of_memory())? || self.net.struck() {
                break;
            }
            if jobs.is_multiple_of(JOBS_PER_LOOK) && !self.has_room(ROOM) {
                return Err(out_of_memory());
            }
            // what a contract throws in a job rejects a promise; the job itself fails for lack of memory only
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) if self.net.struck() => break,
                Err(_) => return Err(out_of_memory()),
            }
        }
        Ok(())
    }

    /// What became of an execution that has no jobs left, as far as it was not stopped.
    fn end(&self, ctx: &Ctx<'_>, begun: Begun) -> Ending {
        let (told, threw) = match begun {
            Begun::Running(ending) => (
                ending.restore(ctx).and_then(|ending| ending.call(())),
                false,
            ),
            // at the contract's top level, before it reported anything
            Begun::Threw(value) => (self.describe(ctx, value), true),
            Begun::Lost => return Ending::Unknown,
        };
        let told = told.and_then(|told| described(&told));
        match (told, threw) {
            (Ok(Ending::Thrown { name, message }), true) => Ending::AtLoad { name, message },
            (_, true) => Ending::AtLoad {
                name: String::new(),
                message: String::new(),
            },
            (Ok(ending), false) => ending,
            (Err(_), false) => {
                ctx.catch();
                Ending::Unknown
            }
        }
    }

    fn describe<'js>(
        &self,
        ctx: &Ctx<'js>,
        value: Persistent<Value<'static>>,
    ) -> rquickjs::Result<Value<'js>> {
        let describe = self.furniture.describe.clone().restore(ctx)?;
        describe.call((value.restore(ctx)?,))
    }
}

/// Garbage in a cycle, which goes when the engine collects garbage: that is how we learn of it.
///
/// Memory at its end is no matter for a contract. Where exactly that is depends on the allocator and on what earlier
/// executions left; and when there is none left for an error, the engine throws `null`, which ends an action well. But
/// it collects garbage before it makes the error, as before any object that is made beyond [`EXHAUSTED_AT`].
struct Sentinel {
    watched: Rc<Cell<bool>>,
    net: Rc<Net>,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        self.watched.set(false);
        self.net.tighten(1);
    }
}

fn out_of_memory() -> Ending {
    Ending::Bound("out of memory".to_string())
}

/// What the contract's function did when it was called: it returned how to learn of the end, or threw.
enum Begun {
    Running(Persistent<Function<'static>>),
    Threw(Persistent<Value<'static>>),
    Lost,
}

/// Whether an object can be made. Leaves no exception.
fn allocates(ctx: &Ctx<'_>) -> bool {
    let object = Object::new(ctx.clone());
    object.map_err(|_| drop(ctx.catch())).is_ok()
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
fn furnish<'js>(
    ctx: &Ctx<'js>,
    prepared: &Arc<Prepared>,
    net: &Rc<Net>,
) -> rquickjs::Result<Furniture> {
    let functions = host::functions(ctx)?;
    let repair: Function<'js> = evaluate(ctx, include_str!("prelude/repair.js"))?;
    repair.call::<_, ()>((functions.clone(),))?;
    let wording: Function<'js> = evaluate(ctx, include_str!("prelude/wording.js"))?;
    wording.call::<_, ()>((host::wording(ctx, prepared, net)?,))?;
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
    if told.as_bool() == Some(false) {
        return Ok(Ending::Unsettled);
    }
    let Some(list) = told.as_array() else {
        return Ok(Ending::Normal);
    };
    if list.len() < 2 {
        return Ok(Ending::Unknown);
    }
    let text = |index: usize| -> rquickjs::Result<String> {
        let text: rquickjs::String<'_> = list.get(index)?;
        let text = crate::marshal::text_from_js(told.ctx(), &text)?;
        Ok(shortened(text.to_string_lossy().into_owned()))
    };
    Ok(Ending::Thrown {
        name: text(0)?,
        message: text(1)?,
    })
}

/// A name or a message, without what is beyond [`LONGEST_MESSAGE`].
fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST_MESSAGE));
    text
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
