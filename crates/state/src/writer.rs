use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::catalog::Catalog;
use crate::decoded::Decoded;
use crate::error::StateError;
use crate::layer::Layer;
use crate::position::Position;
use crate::run::Runs;
use crate::state::Stack;

pub(crate) struct Block {
    pub(crate) position: Position,
    pub(crate) layer: Arc<Layer>,
}

/// What the writer works with: the blocks that are not on disk, and how far they are irreversible.
pub(crate) struct Writer {
    /// The blocks after the flushed one: what reverting and flushing work with.
    pub(crate) blocks: VecDeque<Block>,
    /// The same blocks, put together for reading.
    pub(crate) runs: Runs,
    /// Flushed layers where there is no store.
    pub(crate) base: Runs,
    /// The catalog after the flushed block.
    pub(crate) base_catalog: Arc<Catalog>,
    pub(crate) flushed: Option<Position>,
    /// Number of the last irreversible block.
    pub(crate) finalized: Option<u32>,
    /// Bytes in irreversible blocks that are not flushed.
    pub(crate) pending: usize,
    /// Flush up to this block.
    pub(crate) target: Option<u32>,
    pub(crate) last_flush: Instant,
    pub(crate) version: u64,
    /// What is known of the head in decoded form, and the version that it is true of.
    pub(crate) decoded: (u64, Decoded),
    pub(crate) failed: Option<String>,
    pub(crate) closing: bool,
}

/// Blocks to be written by one flush.
pub(crate) struct Job {
    /// From oldest to newest.
    pub(crate) layers: Vec<Arc<Layer>>,
    pub(crate) position: Position,
}

impl Writer {
    pub(crate) fn new(flushed: Option<Position>, catalog: Arc<Catalog>) -> Writer {
        Writer {
            blocks: VecDeque::new(),
            runs: Runs::default(),
            base: Runs::default(),
            base_catalog: catalog,
            finalized: flushed.as_ref().map(|position| position.number),
            flushed,
            pending: 0,
            target: None,
            last_flush: Instant::now(),
            version: 0,
            decoded: (0, Decoded::default()),
            failed: None,
            closing: false,
        }
    }

    pub(crate) fn sound(&self) -> Result<(), StateError> {
        match &self.failed {
            None => Ok(()),
            Some(reason) => Err(StateError::Failed {
                reason: reason.clone(),
            }),
        }
    }

    pub(crate) fn head(&self) -> Option<&Position> {
        self.blocks
            .back()
            .map(|block| &block.position)
            .or(self.flushed.as_ref())
    }

    pub(crate) fn stack(&self) -> Stack {
        let catalog = self
            .blocks
            .back()
            .map_or(&self.base_catalog, |block| block.layer.catalog());
        Stack {
            runs: self.base.iter().chain(self.runs.iter()).cloned().collect(),
            catalog: catalog.clone(),
            head: self.head().cloned(),
            version: self.version,
        }
    }

    pub(crate) fn has_unflushed(&self, target: u32) -> bool {
        self.blocks
            .front()
            .is_some_and(|block| block.position.number <= target)
    }

    pub(crate) fn finalize(&mut self, number: u32) {
        // A block that does not exist yet cannot be irreversible: it may still turn out another.
        let Some(head) = self.head().map(|head| head.number) else {
            return;
        };
        let number = number.min(head);
        let newly = |block: &&Block| self.finalized.is_none_or(|f| block.position.number > f);
        let bytes: usize = self
            .blocks
            .iter()
            .rev()
            .take_while(newly)
            .filter(|block| block.position.number <= number)
            .map(|block| block.layer.bytes())
            .sum();
        self.pending += bytes;
        self.finalized = self.finalized.max(Some(number));
    }

    /// The blocks up to the target.
    pub(crate) fn job(&self) -> Option<Job> {
        let target = self.target?;
        let due = self
            .blocks
            .iter()
            .take_while(|block| block.position.number <= target);
        let position = due.clone().last()?.position.clone();
        Some(Job {
            layers: due.map(|block| block.layer.clone()).collect(),
            position,
        })
    }

    pub(crate) fn drop_blocks_after(&mut self, number: u32) {
        while self
            .blocks
            .back()
            .is_some_and(|block| block.position.number > number)
        {
            self.blocks.pop_back();
        }
        let dropped = self.runs.pop_while(|run| run.last > number);
        // The oldest of them may hold blocks that stay.
        if let Some(first) = dropped.last().map(|run| run.first) {
            let kept = self
                .blocks
                .iter()
                .skip_while(|block| block.position.number < first);
            for block in kept {
                self.runs.push(block.layer.clone(), block.position.number);
            }
            self.runs.compact();
        }
    }

    pub(crate) fn drop_blocks_to(&mut self, flushed: Position) {
        while self
            .blocks
            .front()
            .is_some_and(|block| block.position.number <= flushed.number)
        {
            let Some(block) = self.blocks.pop_front() else {
                break;
            };
            self.pending = self.pending.saturating_sub(block.layer.bytes());
            self.base_catalog = block.layer.catalog().clone();
        }
        let mut later = self.runs.pop_while(|run| run.first > flushed.number);
        let covered = later.last().map(|run| run.first);
        self.runs = Runs::default();
        // Blocks that stay, out of a run that does not.
        for block in &self.blocks {
            if covered.is_some_and(|first| block.position.number >= first) {
                break;
            }
            self.runs.push(block.layer.clone(), block.position.number);
        }
        self.runs.compact();
        while let Some(run) = later.pop() {
            self.runs.push_run(run);
            self.runs.compact();
        }
        self.flushed = Some(flushed);
        self.last_flush = Instant::now();
        if !self.target.is_some_and(|target| self.has_unflushed(target)) {
            self.target = None;
        }
    }
}
