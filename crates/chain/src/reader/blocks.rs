use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tartan_state::{Read, Space};

use crate::ChainError;
use crate::ledger;
use crate::records::{Block, decode_block, decode_head};

/// Bytes of blocks, as they are stored, whose decoded form is kept at most.
const KEPT: u64 = 32 << 20;
/// Blocks that make these about.
const COUNT: usize = 1_000;

/// The blocks that were read last, decoded: readers ask for the same ones over and over, above all for the latest.
#[derive(Clone)]
pub(super) struct Blocks(Arc<Cache<u64, Kept, Bytes>>);

#[derive(Clone)]
struct Kept {
    block: Arc<Block>,
    bytes: u64,
}

/// A block weighs what it takes in the store.
#[derive(Clone)]
struct Bytes;

impl Weighter<u64, Kept> for Bytes {
    fn weight(&self, _: &u64, kept: &Kept) -> u64 {
        kept.bytes.max(1)
    }
}

impl Default for Blocks {
    fn default() -> Blocks {
        Blocks(Arc::new(Cache::with_weighter(COUNT, KEPT, Bytes)))
    }
}

impl Blocks {
    /// A block by its place.
    pub(super) fn get(
        &self,
        state: &impl Read,
        place: u64,
    ) -> Result<Option<Arc<Block>>, ChainError> {
        let Some(bytes) = state.get(Space::Blocks, &place.to_be_bytes())? else {
            return Ok(None);
        };
        // the place may have another block by now, and a block another witness: what is in front of its transactions tells,
        // since it has the hash of all of them
        if let Some(kept) = self.0.get(&place)
            && let Some(head) = decode_head(bytes)?
            && kept.block.has_head(&head)
        {
            return Ok(Some(kept.block));
        }
        let mut block = decode_block(bytes)?;
        block.place = place;
        let block = Arc::new(block);
        let kept = Kept {
            block: block.clone(),
            bytes: bytes.len() as u64,
        };
        self.0.insert(place, kept);
        Ok(Some(block))
    }

    /// The latest block; `None` before genesis.
    pub(super) fn latest(&self, state: &impl Read) -> Result<Option<Arc<Block>>, ChainError> {
        match ledger::latest_place(state)? {
            Some(place) => self.get(state, place),
            None => Ok(None),
        }
    }
}
