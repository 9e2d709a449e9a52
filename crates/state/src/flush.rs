use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use crate::error::StateError;
use crate::position::Position;
use crate::priority;
use crate::run::changes;
use crate::state::Shared;
use crate::writer::Job;

/// How much nicer the thread is than the others: writing to disk can wait, to a bound, but who executes would have to wait for
/// it where processors are few.
const NICER: i32 = 10;

/// Starts the thread that writes irreversible blocks to disk.
pub(crate) fn spawn(shared: Arc<Shared>) -> Result<JoinHandle<()>, StateError> {
    std::thread::Builder::new()
        .name("state-flush".into())
        .spawn(move || {
            priority::be_nicer(NICER);
            while let Some(job) = shared.next_job() {
                // A panic is a bug, but one that the writer must hear of instead of waiting for ever.
                let result = catch_unwind(AssertUnwindSafe(|| write(&shared, job)));
                let panicked = |_| Err(StateError::Store("the flush panicked".into()));
                shared.finished(result.unwrap_or_else(panicked));
            }
        })
        .map_err(|error| StateError::Store(format!("cannot start the flush thread: {error}")))
}

fn write(shared: &Shared, job: Job) -> Result<Position, StateError> {
    let Job { layers, position } = job;
    let Some(store) = &shared.store else {
        return Ok(position);
    };
    let started = Instant::now();
    let entries = store.write(changes(&layers), &position)?;
    metrics::histogram!("tartan_flush_seconds").record(started.elapsed().as_secs_f64());
    metrics::counter!("tartan_flushed_entries_total").increment(entries);
    tracing::debug!(position = position.number, entries, "flushed");
    Ok(position)
}
