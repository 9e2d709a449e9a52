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
use crate::net::Net;

/// Bytes that the contracts of one transaction may give to the node, all values that cross counted. Where work is
/// counted the budget ends sooner.
const MAX_GIVEN: u64 = 256 << 20;

/// Why it is stopped then.
const GAVE_TOO_MUCH: &str = "more than 256 MiB given to the node";

/// How many calls of other contracts there may be in a transaction where work is not counted. What the contracts of the
/// public chains come to is a tenth of it: a round of payments to posts and those who voted for them.
const MAX_CALLS: u32 = 20_000;

/// Why it is stopped then. The net of each execution alone does not hold contracts that call themselves again and again.
const CALLED_TOO_OFTEN: &str = "more than 20000 calls in one transaction";

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
    /// The coarse net of the realm.
    pub(crate) net: Option<Rc<Net>>,
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
            net: None,
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

/// What contracts asked of the node so far in a transaction.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Bytes that they gave to it: they stay until the transaction's end, in its log and its writes, where the memory
    /// limits of realms do not see them.
    bytes: u64,
    /// Calls of other contracts, where work is not counted.
    calls: u32,
    /// What the coarse net of the caller still allows: all executions of a transaction share it.
    patience: Option<u64>,
}

impl Asked {
    /// Why the transaction has to fail, if it does.
    fn too_much(self) -> Option<&'static str> {
        match self {
            Asked { bytes, .. } if bytes > MAX_GIVEN => Some(GAVE_TOO_MUCH),
            Asked { calls, .. } if calls > MAX_CALLS => Some(CALLED_TOO_OFTEN),
            _ => None,
        }
    }
}

thread_local! {
    /// `None` between transactions.
    static ASKED: Cell<Option<Asked>> = const { Cell::new(None) };
}

/// Counts what is asked anew, unless an execution is under way already.
struct Outermost(bool);

impl Outermost {
    fn begin() -> Outermost {
        let outermost = ASKED.get().is_none();
        if outermost {
            ASKED.set(Some(Asked::default()));
        }
        Outermost(outermost)
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        if self.0 {
            ASKED.set(None);
        }
    }
}

/// Why the transaction has to fail for what it asked of the node, if it does.
pub(crate) fn asked_too_much() -> Option<&'static str> {
    ASKED.get().and_then(Asked::too_much)
}

/// What the coarse net allows an execution that is about to begin: `whole`, or what its caller has left.
pub(crate) fn patience(whole: u64) -> u64 {
    let left = ASKED.get().and_then(|asked| asked.patience);
    left.unwrap_or(whole)
}

/// Notes what an execution left of that, for its caller.
pub(crate) fn set_patience(left: u64) {
    if let Some(asked) = ASKED.get() {
        let patience = Some(left);
        ASKED.set(Some(Asked { patience, ..asked }));
    }
}

/// Notes that so many bytes go to the node.
///
/// # Errors
/// With an exception pending in the realm when it is too much for one transaction.
pub(crate) fn give(ctx: &Ctx<'_>, bytes: u64) -> Result<()> {
    ask(ctx, |asked| asked.bytes = asked.bytes.saturating_add(bytes))
}

/// Notes a call of another contract, where work is not counted.
///
/// # Errors
/// With an exception pending in the realm when there were too many in one transaction.
fn count_call(ctx: &Ctx<'_>) -> Result<()> {
    ask(ctx, |asked| asked.calls = asked.calls.saturating_add(1))
}

fn ask(ctx: &Ctx<'_>, note: impl FnOnce(&mut Asked)) -> Result<()> {
    let Some(mut asked) = ASKED.get() else {
        return Ok(());
    };
    note(&mut asked);
    ASKED.set(Some(asked));
    let Some(reason) = asked.too_much() else {
        return Ok(());
    };
    // whatever the contract makes of the exception, it is stopped soon
    with(ctx, |_, run| {
        if let Some(net) = &run.net {
            net.tighten(1);
        }
    })?;
    Err(Exception::throw_range(ctx, reason))
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
