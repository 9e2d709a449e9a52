//! The functions that a realm calls, and how they reach the execution they belong to.
//!
//! A realm outlives many executions, so its functions cannot hold on to the context of one. While a contract runs, its
//! activation is in a scoped thread-local; a nested execution takes its place until it has ended.

mod calls;
mod database;
mod decimals;
mod metering;
mod outcome;
mod price;
mod values;
mod wording;

use std::cell::Cell;
use std::rc::Rc;

use rquickjs::{Ctx, Exception, Object, Result};
use scoped_tls_hkt::scoped_thread_local;
use tartan_decimal::Config;
use tartan_document::Value;
use tartan_runtime::{Context, Fatal, Random};

pub(crate) use self::metering::{Meter, Stop, charge, is_metered};
pub(crate) use self::price::Extent;
pub(crate) use self::wording::wording;

/// Bytes that the contracts of one transaction may give to the node, all values that cross counted. Where work is
/// counted the budget ends sooner.
const MAX_GIVEN: u64 = 256 << 20;

/// Why it is stopped then.
pub(crate) const GAVE_TOO_MUCH: &str = "more than 256 MiB given to the node";

/// What an execution needs besides its context.
pub(crate) struct Run {
    /// `createSSC` or any other action.
    pub(crate) action: String,
    /// What the contract gets as `api.payload`.
    pub(crate) payload: Value,
    /// The settings of `api.BigNumber`.
    pub(crate) decimals: Config,
    /// Made when it is first asked.
    pub(crate) random: Option<Random>,
    /// What ended the execution behind the contract's back: nothing it does afterwards counts.
    pub(crate) fatal: Option<Fatal>,
    /// The meter of the realm, where work is counted.
    pub(crate) meter: Option<Meter>,
    /// The units it began with.
    pub(crate) budget: u64,
    /// The coarse net of the realm: how often the engine may still ask.
    pub(crate) patience: Option<Rc<Cell<u64>>>,
}

impl Run {
    pub(crate) fn new(action: &str, payload: Value, context: &Context<'_>) -> Run {
        Run {
            action: action.to_string(),
            payload,
            decimals: context.decimals(),
            random: None,
            fatal: None,
            meter: None,
            budget: 0,
            patience: None,
        }
    }
}

/// An execution under way.
struct Activation<'a, 'b> {
    context: &'a mut Context<'b>,
    run: &'a mut Run,
}

/// What is done with the execution under way.
type Use<'u> = &'u mut dyn FnMut(&mut Context<'_>, &mut Run);

/// Hides the lifetimes of an activation, which the thread-local cannot name.
trait Access {
    fn reach(&mut self, use_it: Use<'_>);
}

impl Access for Activation<'_, '_> {
    fn reach(&mut self, use_it: Use<'_>) {
        use_it(self.context, self.run);
    }
}

scoped_thread_local!(static mut CURRENT: for<'a> &'a mut (dyn Access + 'a));

/// Lets host functions called within `body` act on this execution.
pub(crate) fn activate<T>(context: &mut Context<'_>, run: &mut Run, body: impl FnOnce() -> T) -> T {
    let _outermost = Outermost::begin();
    let mut activation = Activation { context, run };
    CURRENT.set(&mut activation, body)
}

thread_local! {
    /// Bytes that contracts gave to the node so far in the transaction: they stay until its end, in its log and its
    /// writes, where the memory limits of realms do not see them. `None` between transactions.
    static GIVEN: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Counts what is given anew, unless an execution is under way already.
struct Outermost(bool);

impl Outermost {
    fn begin() -> Outermost {
        let outermost = GIVEN.get().is_none();
        if outermost {
            GIVEN.set(Some(0));
        }
        Outermost(outermost)
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        if self.0 {
            GIVEN.set(None);
        }
    }
}

/// Whether the transaction has to fail for what it gave to the node.
pub(crate) fn gave_too_much() -> bool {
    GIVEN.get().is_some_and(|given| given > MAX_GIVEN)
}

/// Notes that so many bytes go to the node.
///
/// # Errors
/// With an exception pending in the realm when it is too much for one transaction.
pub(crate) fn give(ctx: &Ctx<'_>, bytes: u64) -> Result<()> {
    let Some(given) = GIVEN.get() else {
        return Ok(());
    };
    GIVEN.set(Some(given.saturating_add(bytes)));
    if !gave_too_much() {
        return Ok(());
    }
    // whatever the contract makes of the exception, it is stopped soon
    with(ctx, |_, run| {
        if let Some(patience) = &run.patience {
            patience.set(1);
        }
    })?;
    Err(Exception::throw_range(ctx, GAVE_TOO_MUCH))
}

/// Acts on the execution under way.
///
/// # Errors
/// With an exception pending in the realm when there is none: a contract's code cannot run outside an execution.
fn with<'js, T>(ctx: &Ctx<'js>, act: impl FnOnce(&mut Context<'_>, &mut Run) -> T) -> Result<T> {
    let mut result = None;
    if CURRENT.is_set() {
        CURRENT.with(|access| {
            let mut act = Some(act);
            access.reach(&mut |context, run| {
                if let Some(act) = act.take() {
                    result = Some(act(context, run));
                }
            });
        });
    }
    result.ok_or_else(|| Exception::throw_internal(ctx, "the node cannot be reached now"))
}

/// All functions of the node, for the prelude.
///
/// # Errors
/// With an exception pending in the realm, when memory is short.
pub(crate) fn functions<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    values::add(ctx, &host)?;
    database::add(ctx, &host)?;
    calls::add(ctx, &host)?;
    host.set("decimals", decimals::operations(ctx)?)?;
    Ok(host)
}
