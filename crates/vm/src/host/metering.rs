use rquickjs::{Ctx, Function, Object, Persistent, Result};
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Failure};

use super::outcome::{settle, throw};
use super::price::{self, Extent};
use super::{count_call, give, patience, set_patience, with};

/// What the meter says when there are no units left.
const OUT_OF_BUDGET: &str = "out of budget";

/// The host's side of a realm's meter (`prelude/meter/core.js`).
#[derive(Clone)]
pub(crate) struct Meter {
    begin: Persistent<Function<'static>>,
    job: Persistent<Function<'static>>,
    charge: Persistent<Function<'static>>,
    used: Persistent<Function<'static>>,
    stopped: Persistent<Function<'static>>,
}

/// Why a metered contract was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It needed more units than there were.
    OutOfBudget,
    /// It went beyond another bound, such as the length of a string.
    Bound(String),
}

impl Meter {
    pub(crate) fn save<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<Meter> {
        let function = |name: &str| -> Result<Persistent<Function<'static>>> {
            Ok(Persistent::save(ctx, host.get::<_, Function<'js>>(name)?))
        };
        Ok(Meter {
            begin: function("begin")?,
            job: function("job")?,
            charge: function("charge")?,
            used: function("used")?,
            stopped: function("stopped")?,
        })
    }

    /// Starts an execution with so many units, which is handed strings of at most this length.
    pub(crate) fn begin(&self, ctx: &Ctx<'_>, budget: u64, longest: usize) -> Result<()> {
        let begin = self.begin.clone().restore(ctx)?;
        begin.call((budget as f64, longest as f64))
    }

    /// Pays for the next job; false if the execution ends here.
    pub(crate) fn job(&self, ctx: &Ctx<'_>) -> Result<bool> {
        self.job.clone().restore(ctx)?.call(())
    }

    fn charge(&self, ctx: &Ctx<'_>, units: u64, longest: usize) -> Result<bool> {
        let charge = self.charge.clone().restore(ctx)?;
        charge.call((units as f64, longest as f64))
    }

    /// Units used so far; a fraction counts as a whole one.
    pub(crate) fn used(&self, ctx: &Ctx<'_>) -> Result<u64> {
        let used: f64 = self.used.clone().restore(ctx)?.call(())?;
        Ok(used.ceil() as u64)
    }

    /// Why the execution was stopped, if it was.
    pub(crate) fn stopped(&self, ctx: &Ctx<'_>) -> Result<Option<Stop>> {
        let reason: String = self.stopped.clone().restore(ctx)?.call(())?;
        Ok(match reason.as_str() {
            "" => None,
            OUT_OF_BUDGET => Some(Stop::OutOfBudget),
            _ => Some(Stop::Bound(reason)),
        })
    }
}

/// Takes units for work that is about to be done; nothing where it is not counted.
///
/// # Errors
/// With an exception pending in the realm when there are not as many. Whatever the contract makes of it, it has failed.
pub(crate) fn charge(ctx: &Ctx<'_>, units: u64, longest: usize) -> Result<()> {
    let Some(meter) = meter(ctx)? else {
        return Ok(());
    };
    match meter.charge(ctx, units, longest)? {
        true => Ok(()),
        false => Err(throw(ctx, "Error", OUT_OF_BUDGET)),
    }
}

/// Whether the work of the execution under way is counted.
pub(crate) fn is_metered(ctx: &Ctx<'_>) -> Result<bool> {
    Ok(meter(ctx)?.is_some())
}

fn meter(ctx: &Ctx<'_>) -> Result<Option<Meter>> {
    with(ctx, |_, run| run.meter.clone())
}

/// As [`charge`], for values that go into a realm.
pub(super) fn charge_crossing<'v>(
    ctx: &Ctx<'_>,
    values: impl IntoIterator<Item = &'v Value>,
) -> Result<()> {
    if !is_metered(ctx)? {
        return Ok(());
    }
    let mut extent = Extent::default();
    values.into_iter().for_each(|value| extent.add(value));
    charge(ctx, extent.crossing(), extent.longest)
}

/// As [`charge`], for what is kept in a row or a record, besides a fixed price.
pub(super) fn charge_kept(ctx: &Ctx<'_>, fixed: u64, value: &Value) -> Result<()> {
    if !is_metered(ctx)? {
        return Ok(());
    }
    charge(ctx, fixed + Extent::of(value).kept(), 0)
}

/// Searches tables, and charges for the rows looked at, each of which is held against so many conditions.
pub(super) fn search<'js, T>(
    ctx: &Ctx<'js>,
    conditions: u64,
    act: impl FnOnce(&mut Context<'_>) -> ActionResult<T>,
) -> Result<T> {
    charge(ctx, price::SEARCH, 0)?;
    let (found, examined) = with(ctx, |context, _| {
        context.take_examined();
        let found = act(context);
        (found, context.take_examined())
    })?;
    if !matches!(found, Err(Failure::Fatal(_))) {
        charge(ctx, examined.saturating_mul(price::ROW + conditions), 0)?;
    }
    settle(ctx, found)
}

/// Calls another contract, which has what units this one has left; what it used is taken from them.
pub(super) fn call<'js, T>(
    ctx: &Ctx<'js>,
    act: impl FnOnce(&mut Context<'_>) -> ActionResult<T>,
) -> Result<T> {
    give(ctx, 0)?;
    charge(ctx, price::CALL, 0)?;
    let Some(meter) = meter(ctx)? else {
        count_call(ctx)?;
        let called = with(ctx, |context, run| {
            let Some(net) = &run.net else {
                return act(context);
            };
            set_patience(net.left());
            let called = act(context);
            net.tighten(patience(net.left()));
            called
        })?;
        return settle(ctx, called);
    };
    let used = meter.used(ctx)?;
    let (called, spent) = with(ctx, |context, run| {
        let before = run.budget.saturating_sub(used);
        context.set_units_left(before);
        context.take_examined();
        let called = act(context);
        let after = context.units_left().unwrap_or(before);
        // scripts have paid for their searches themselves
        let searched = context.take_examined().saturating_mul(price::ROW);
        (
            called,
            before.saturating_sub(after).saturating_add(searched),
        )
    })?;
    if !matches!(called, Err(Failure::Fatal(_))) {
        charge(ctx, spent, 0)?;
    }
    settle(ctx, called)
}
