use std::cell::RefCell;
use std::sync::Arc;

use crate::prepared::Prepared;
use crate::realm::{Ending, Realm};

/// Realms that a thread keeps. One holds about 1 MiB.
const KEPT: usize = 64;
/// A realm is made anew after so many executions, so that what the engine itself gathers (interned names, shapes of
/// objects) cannot grow without end.
const EXECUTIONS: u32 = 20_000;

thread_local! {
    /// Least recently used first. Realms cannot leave their thread; a node executes on one.
    static IDLE: RefCell<Vec<(Arc<Prepared>, Realm)>> = const { RefCell::new(Vec::new()) };
}

/// A realm for a contract, made if there is none at rest: a contract that calls itself has one for each execution.
///
/// # Errors
/// When the contract's code cannot be read.
pub(crate) fn take(prepared: &Arc<Prepared>) -> Result<Realm, Ending> {
    let kept = IDLE.with_borrow_mut(|idle| {
        let at = idle.iter().rposition(|(of, _)| Arc::ptr_eq(of, prepared))?;
        Some(idle.remove(at).1)
    });
    match kept {
        Some(realm) => Ok(realm),
        None => Realm::new(prepared),
    }
}

/// Takes back a realm that may be used again.
pub(crate) fn put(prepared: &Arc<Prepared>, mut realm: Realm) {
    if realm.executions() >= EXECUTIONS || !realm.is_idle() || !realm.is_light() {
        return;
    }
    let dropped = IDLE.with_borrow_mut(|idle| {
        idle.push((prepared.clone(), realm));
        (idle.len() > KEPT).then(|| idle.remove(0))
    });
    // outside of the borrow: its end is the engine's business
    drop(dropped);
}

/// Bytes that each of the realms holds which this thread keeps for later calls, least recently used first.
pub fn memory_at_rest() -> Vec<u64> {
    IDLE.with_borrow(|idle| idle.iter().map(|(_, realm)| realm.memory()).collect())
}
