//! What a lying endpoint shows.

use std::sync::Arc;

use tartan_graphene::{BlockHeader, BlockId, merkle_root};

use super::MainChain;
use super::genesis::witness_key;
use super::store::StoredBlock;
use crate::accounts::witness_name;

/// The branch a lying endpoint shows: empty blocks of other witnesses, in the slots of the real ones.
#[derive(Debug)]
pub(crate) struct FalseBranch {
    from: u32,
    /// Each with the id of the real block in its place.
    blocks: Vec<(BlockId, Arc<StoredBlock>)>,
}

impl FalseBranch {
    pub(crate) fn new(from: u32) -> Self {
        FalseBranch {
            from,
            blocks: Vec::new(),
        }
    }

    /// The false block in place of the real one, if the branches differ there.
    pub(crate) fn get(&mut self, chain: &MainChain, number: u32) -> Option<Arc<StoredBlock>> {
        self.follow(chain);
        let index = number.checked_sub(self.from)? as usize;
        self.blocks.get(index).map(|(_, block)| Arc::clone(block))
    }

    /// Grows along with the real chain, and drops what stands on blocks that are no longer there.
    fn follow(&mut self, chain: &MainChain) {
        let good = self
            .blocks
            .iter()
            .zip(self.from..)
            .take_while(|((real, _), number)| {
                chain
                    .store
                    .get(*number)
                    .is_some_and(|block| block.id == *real)
            })
            .count();
        self.blocks.truncate(good);
        let mut previous = match self.blocks.last() {
            Some((_, block)) => block.id,
            None => chain.id_at(self.from.saturating_sub(1)),
        };
        for number in self.from + u32::try_from(good).unwrap_or(0)..=chain.head_number() {
            let Some(real) = chain.store.get(number) else {
                break;
            };
            let witness = witness_name(chain.slot_at(real.timestamp()) as usize + 10);
            let key = witness_key(&witness, &chain.config.master_password);
            let header = BlockHeader {
                previous,
                timestamp: real.timestamp(),
                witness,
                transaction_merkle_root: merkle_root(&[]),
                extensions: Vec::new(),
            };
            let protocol = Arc::clone(&chain.protocol);
            let block = StoredBlock::new(
                header.sign(&key),
                key.public_key(),
                Vec::new(),
                Vec::new(),
                protocol,
            );
            previous = block.id;
            self.blocks.push((real.id, Arc::new(block)));
        }
    }
}
