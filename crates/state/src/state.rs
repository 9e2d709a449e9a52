use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::catalog::Catalog;
use crate::decoded::Decoded;
use crate::error::StateError;
use crate::flush;
use crate::layer::Layer;
use crate::options::StateOptions;
use crate::overlay::Overlay;
use crate::position::Position;
use crate::run::Run;
use crate::store::Store;
use crate::view::View;
use crate::writer::{Block, Job, Writer};

/// The state of a sidechain: a store of what is irreversible and layers of what came after.
///
/// A handle; clones share the same state. There is one writer: [`begin`](State::begin), then
/// [`commit`](State::commit). When the last handle goes, what was not flushed is gone, as in a crash: call
/// [`close`](State::close) to keep it.
#[derive(Clone)]
pub struct State(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    flusher: Option<JoinHandle<()>>,
}

/// What readers take: immutable, replaced as a whole.
pub(crate) struct Stack {
    /// The blocks after the flushed one, oldest first; before them what was flushed, where there is no store.
    pub(crate) runs: Vec<Arc<Run>>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) head: Option<Position>,
    /// Counts commits and reverts, so that writes begun on another head are noticed.
    pub(crate) version: u64,
}

pub(crate) struct Shared {
    pub(crate) stack: ArcSwap<Stack>,
    pub(crate) store: Option<Arc<Store>>,
    pub(crate) options: StateOptions,
    writer: Mutex<Writer>,
    /// There is something to flush, or the state closes.
    wake: Condvar,
    /// A flush ended, well or not.
    done: Condvar,
}

impl State {
    /// Opens the state in a directory, creating it if it is empty.
    ///
    /// # Errors
    /// When the directory is in use, foreign, of another network or format, or damaged.
    pub fn open(path: &Path, options: &StateOptions) -> Result<State, StateError> {
        let store = Arc::new(Store::open(path, options)?);
        let snapshot = store.snapshot()?;
        let flushed = snapshot.position()?;
        let catalog = Arc::new(Catalog::load(&snapshot)?);
        drop(snapshot);
        let shared = Arc::new(Shared::new(Some(store), options.clone(), flushed, catalog));
        let flusher = flush::spawn(shared.clone())?;
        Ok(State(Arc::new(Handle {
            shared,
            flusher: Some(flusher),
        })))
    }

    /// A state without files, with the same behaviour otherwise.
    pub fn memory() -> State {
        State::memory_with(&StateOptions::default())
    }

    /// A state without files, with options.
    pub fn memory_with(options: &StateOptions) -> State {
        let shared = Shared::new(None, options.clone(), None, Arc::default());
        State(Arc::new(Handle {
            shared: Arc::new(shared),
            flusher: None,
        }))
    }

    /// The state after the head, now and for as long as the view lives.
    ///
    /// Keep views short-lived: pages of the store that a view can see are not reused.
    ///
    /// # Errors
    /// When the store cannot be read or too many views are alive.
    pub fn view(&self) -> Result<View, StateError> {
        View::take(&self.0.shared)
    }

    /// Begins the writes of the next block.
    ///
    /// # Errors
    /// When writing to disk has failed, or as [`view`](State::view).
    pub fn begin(&self) -> Result<Overlay, StateError> {
        let (last, (version, decoded)) = {
            let mut writer = self.0.shared.lock_sound()?;
            let last = writer.blocks.back().map_or(0, |block| block.layer.len());
            (last, std::mem::take(&mut writer.decoded))
        };
        let view = self.view()?;
        // of another head it is not true
        let decoded = if version == view.version() {
            decoded
        } else {
            Decoded::default()
        };
        let max_record_bytes = self.0.shared.options.max_record_bytes;
        Ok(Overlay::new(view, max_record_bytes, last, decoded))
    }

    /// Makes the writes of a block the new head. Waits while too much irreversible data is unflushed.
    ///
    /// # Errors
    /// When another block was committed or reverted since [`begin`](State::begin), when the position does
    /// not come after the head, or when writing to disk has failed.
    pub fn commit(&self, overlay: Overlay, position: Position) -> Result<Arc<Layer>, StateError> {
        let version = overlay.version();
        // Without the snapshot, or waiting below would hold back the reuse of pages.
        let (layer, decoded) = overlay.into_layer();
        let layer = Arc::new(layer);
        let shared = &self.0.shared;
        let mut writer = shared.lock_sound()?;
        if writer.version != version {
            return Err(StateError::Stale);
        }
        if let Some(head) = writer.head()
            && position.number <= head.number
        {
            return Err(StateError::OutOfOrder {
                found: position.number,
                head: head.number,
            });
        }
        writer.version += 1;
        writer.decoded = (writer.version, decoded);
        writer.runs.compact();
        writer.runs.push(layer.clone(), position.number);
        writer.blocks.push_back(Block {
            position,
            layer: layer.clone(),
        });
        shared.publish(&writer);
        shared.wait_for_room(&mut writer)?;
        Ok(layer)
    }

    /// Puts the blocks so far together, so that reads look through few runs of them: what the next
    /// [`commit`](State::commit) would begin with. For a writer that has to wait for something else meanwhile.
    pub fn compact(&self) {
        self.0.shared.writer.lock().runs.compact();
    }

    /// Drops all blocks after `number`. Returns the new head.
    ///
    /// # Errors
    /// When one of these blocks is irreversible.
    pub fn revert_to(&self, number: u32) -> Result<Option<Position>, StateError> {
        let mut writer = self.0.shared.lock_sound()?;
        let irreversible = writer
            .finalized
            .or(writer.flushed.as_ref().map(|p| p.number));
        let reverts = writer.head().is_some_and(|head| head.number > number);
        if let Some(irreversible) = irreversible
            && reverts
            && number < irreversible
        {
            return Err(StateError::Irreversible {
                to: number,
                irreversible,
            });
        }
        if reverts {
            writer.drop_blocks_after(number);
            writer.version += 1;
            self.0.shared.publish(&writer);
        }
        Ok(writer.head().cloned())
    }

    /// Declares the blocks up to `number` irreversible, to be flushed when enough has gathered. Waits while
    /// too much is unflushed.
    ///
    /// # Errors
    /// When writing to disk has failed.
    pub fn finalize(&self, number: u32) -> Result<(), StateError> {
        let shared = &self.0.shared;
        let mut writer = shared.lock_sound()?;
        writer.finalize(number);
        let due = writer.pending >= shared.options.flush_bytes
            || writer.last_flush.elapsed() >= shared.options.flush_interval;
        if due {
            shared.request_flush(&mut writer);
        }
        shared.wait_for_room(&mut writer)
    }

    /// Writes everything irreversible to disk and returns when it is there.
    ///
    /// # Errors
    /// When writing to disk has failed.
    pub fn flush(&self) -> Result<(), StateError> {
        let shared = &self.0.shared;
        let mut writer = shared.lock_sound()?;
        let Some(target) = writer.finalized else {
            return Ok(());
        };
        shared.request_flush(&mut writer);
        while writer.has_unflushed(target) {
            shared.done.wait(&mut writer);
            writer.sound()?;
        }
        Ok(())
    }

    /// Flushes and lets go of this handle.
    ///
    /// # Errors
    /// As [`flush`](State::flush).
    pub fn close(self) -> Result<(), StateError> {
        self.flush()
    }

    /// The last block; `None` in a new state.
    pub fn position(&self) -> Option<Position> {
        self.0.shared.stack.load().head.clone()
    }

    /// The last block that is on disk: where a restart would begin.
    pub fn flushed(&self) -> Option<Position> {
        self.0.shared.writer.lock().flushed.clone()
    }

    /// Number of the last irreversible block.
    pub fn finalized(&self) -> Option<u32> {
        self.0.shared.writer.lock().finalized
    }

    /// Bytes that the store takes on disk; `None` for a state without files.
    pub fn disk_bytes(&self) -> Option<u64> {
        self.0.shared.store.as_ref().map(|store| store.bytes())
    }

    /// Bytes in irreversible blocks that are not on disk yet.
    pub fn pending_bytes(&self) -> usize {
        self.0.shared.writer.lock().pending
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, flushed) = (self.position(), self.flushed());
        f.debug_struct("State")
            .field("head", &head)
            .field("flushed", &flushed)
            .finish_non_exhaustive()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.writer.lock().closing = true;
        self.shared.wake.notify_all();
        if let Some(flusher) = self.flusher.take()
            && flusher.join().is_err()
        {
            tracing::error!("the thread that writes the state to disk panicked");
        }
    }
}

impl Shared {
    fn new(
        store: Option<Arc<Store>>,
        options: StateOptions,
        flushed: Option<Position>,
        catalog: Arc<Catalog>,
    ) -> Shared {
        let writer = Writer::new(flushed, catalog);
        Shared {
            stack: ArcSwap::from_pointee(writer.stack()),
            store,
            options,
            writer: Mutex::new(writer),
            wake: Condvar::new(),
            done: Condvar::new(),
        }
    }

    fn lock_sound(&self) -> Result<MutexGuard<'_, Writer>, StateError> {
        let writer = self.writer.lock();
        writer.sound()?;
        Ok(writer)
    }

    fn publish(&self, writer: &Writer) {
        self.stack.store(Arc::new(writer.stack()));
    }

    /// Runs `action` while nothing can be committed, reverted or flushed.
    pub(crate) fn while_locked<T>(&self, action: impl FnOnce() -> T) -> T {
        let _writer = self.writer.lock();
        action()
    }

    fn request_flush(&self, writer: &mut Writer) {
        writer.target = writer.finalized;
        if self.store.is_some() {
            self.wake.notify_one();
        } else if let Some(job) = writer.job() {
            let position = job.position.clone();
            if let Some(layer) = Layer::merge(&job.layers, false) {
                writer.base.push_for_good(layer, position.number);
            }
            self.finish(writer, Ok(position));
        }
    }

    fn wait_for_room(&self, writer: &mut MutexGuard<'_, Writer>) -> Result<(), StateError> {
        while writer.pending > self.options.max_pending_bytes {
            self.request_flush(writer);
            if self.store.is_some() {
                self.done.wait(writer);
            }
            writer.sound()?;
        }
        Ok(())
    }

    /// What to flush next, for the thread that does; `None` when the state closes.
    pub(crate) fn next_job(&self) -> Option<Job> {
        let mut writer = self.writer.lock();
        loop {
            if writer.closing || writer.failed.is_some() {
                return None;
            }
            if let Some(job) = writer.job() {
                // Later blocks keep their merged layers when the job is done.
                writer.runs.set_fence(job.position.number);
                return Some(job);
            }
            self.wake.wait(&mut writer);
        }
    }

    /// Takes note of the end of a flush.
    pub(crate) fn finished(&self, result: Result<Position, StateError>) {
        self.finish(&mut self.writer.lock(), result);
    }

    fn finish(&self, writer: &mut Writer, result: Result<Position, StateError>) {
        match result {
            Ok(position) => {
                writer.drop_blocks_to(position);
                self.publish(writer);
            }
            Err(error) => {
                tracing::error!(%error, "writing the state to disk failed");
                writer.failed = Some(error.to_string());
            }
        }
        self.done.notify_all();
    }
}
