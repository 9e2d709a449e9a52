use std::ops::Bound;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::error::StateError;
use crate::position::Position;
use crate::range::{Range, Source};
use crate::read::Read;
use crate::space::Space;
use crate::state::{Shared, Stack};
use crate::store::Snapshot;
use crate::writes::Wanted;

/// Tries of taking a view without holding up the writer.
const TRIES: usize = 16;

/// A reading position: the layers and the store as they were at one moment.
///
/// Can be sent to another thread; for several threads take several views.
pub struct View {
    stack: Arc<Stack>,
    /// `None` in a state without files.
    snapshot: Option<Snapshot>,
}

impl View {
    pub(crate) fn take(shared: &Shared) -> Result<View, StateError> {
        let Some(store) = &shared.store else {
            return Ok(View {
                stack: shared.stack.load_full(),
                snapshot: None,
            });
        };
        // The flush commits to the store first and replaces the stack then. A snapshot that was taken while
        // the stack stayed the same is not older than what the stack stands on, and holds nothing but
        // irreversible blocks that the stack holds too.
        for _ in 0..TRIES {
            let stack = shared.stack.load_full();
            let snapshot = store.snapshot()?;
            if Arc::ptr_eq(&stack, &shared.stack.load()) {
                return Ok(View {
                    stack,
                    snapshot: Some(snapshot),
                });
            }
        }
        shared.while_locked(|| {
            Ok(View {
                stack: shared.stack.load_full(),
                snapshot: Some(store.snapshot()?),
            })
        })
    }

    /// The last block of the view; `None` in a new state.
    pub fn position(&self) -> Option<&Position> {
        self.stack.head.as_ref()
    }

    pub(crate) fn version(&self) -> u64 {
        self.stack.version
    }

    pub(crate) fn shared_catalog(&self) -> &Arc<Catalog> {
        &self.stack.catalog
    }

    /// The sources of a range, newest first.
    pub(crate) fn sources(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<Vec<Source<'_>>, StateError> {
        let runs = self.stack.runs.iter().rev();
        let mut sources: Vec<Source<'_>> = runs
            .filter_map(|run| run.range(space, start, end))
            .map(|range| match reverse {
                true => Source::RunReverse(range.rev()),
                false => Source::Run(range),
            })
            .collect();
        if let Some(snapshot) = &self.snapshot {
            sources.push(Source::Disk(snapshot.range(space, start, end, reverse)?));
        }
        Ok(sources)
    }
}

impl View {
    /// As [`Read::get`], of a key whose hash is known.
    pub(crate) fn look_up(&self, wanted: Wanted<'_>) -> Result<Option<&[u8]>, StateError> {
        let mut runs = self.stack.runs.iter().rev();
        if let Some(value) = runs.find_map(|run| run.find(wanted)) {
            return Ok(value);
        }
        match &self.snapshot {
            Some(snapshot) => snapshot.get(wanted.space, wanted.key),
            None => Ok(None),
        }
    }
}

impl Read for View {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<&[u8]>, StateError> {
        self.look_up(Wanted::new(space, key))
    }

    fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<Range<'_>, StateError> {
        Range::new(self.sources(space, start, end, reverse)?, reverse)
    }

    fn catalog(&self) -> &Catalog {
        &self.stack.catalog
    }

    fn committed_catalog(&self) -> &Catalog {
        &self.stack.catalog
    }

    fn as_read(&self) -> &dyn Read {
        self
    }
}
