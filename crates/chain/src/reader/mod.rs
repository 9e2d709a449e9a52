//! Questions about the chain, from any thread.
//!
//! Every question is answered from one consistent view; a block that is being executed meanwhile is not in it.

mod blocks;
mod lookup;
mod query;
mod status;
mod tables;

use std::sync::Arc;

use tartan_runtime::ContractRecord;
use tartan_state::{Position, State, View};

use crate::network::{Naming, Tick};
use crate::notification::{Notifier, Subscription};
use crate::records::Block;
use crate::{Network, ReadError, ledger};

use blocks::Blocks;

pub use lookup::TransactionFound;
pub use query::FindRequest;
pub use status::Status;

/// How many blocks one question may ask for.
pub const MAX_BLOCK_RANGE: u64 = 1000;

/// Reads the chain; clones read the same one.
#[derive(Clone)]
pub struct Reader {
    network: Arc<Network>,
    state: State,
    notifier: Notifier,
    blocks: Blocks,
}

impl Reader {
    pub(crate) fn new(network: Arc<Network>, state: State, notifier: Notifier) -> Reader {
        Reader {
            network,
            state,
            notifier,
            blocks: Blocks::default(),
        }
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// How fields of records are called.
    pub fn naming(&self) -> &Naming {
        &self.network.naming
    }

    /// The state as it is now, to read several things of the same moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn view(&self) -> Result<View, ReadError> {
        Ok(self.state.view()?)
    }

    /// The last main-chain block that was looked at.
    pub fn position(&self) -> Option<Position> {
        self.state.position()
    }

    /// The number of the last main-chain block that cannot be taken back any more.
    pub fn irreversible(&self) -> Option<u32> {
        self.state.finalized()
    }

    /// Bytes that the irreversible state takes on disk; `None` where it is kept in memory only.
    pub fn disk_bytes(&self) -> Option<u64> {
        self.state.disk_bytes()
    }

    /// What happens to the chain from now on.
    pub fn subscribe(&self) -> Subscription {
        self.notifier.subscribe()
    }

    /// The latest block.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn latest_block(&self) -> Result<Option<Arc<Block>>, ReadError> {
        Ok(self.blocks.latest(&self.view()?)?)
    }

    /// A block by its number (in a sandbox: by its [place](Block::place)).
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn block(&self, number: u64) -> Result<Option<Arc<Block>>, ReadError> {
        Ok(self.blocks.get(&self.view()?, number)?)
    }

    /// The block made from a main-chain block.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn block_by_main(&self, main_number: u64) -> Result<Option<Arc<Block>>, ReadError> {
        let view = self.view()?;
        match ledger::place_by_main(&view, main_number)? {
            Some(place) => Ok(self.blocks.get(&view, place)?),
            None => Ok(None),
        }
    }

    /// Blocks from a number on, ascending: `count`, at most [`MAX_BLOCK_RANGE`], or fewer if the chain ends.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn block_range(&self, start: u64, count: u64) -> Result<Vec<Arc<Block>>, ReadError> {
        let view = self.view()?;
        let mut blocks = Vec::new();
        for number in start..start.saturating_add(count.min(MAX_BLOCK_RANGE)) {
            match self.blocks.get(&view, number)? {
                Some(block) => blocks.push(block),
                None => break,
            }
        }
        Ok(blocks)
    }

    /// A contract as it is shown: `{_id, owner, code, codeHash, tables, version}`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn contract(&self, name: &str) -> Result<Option<serde_json::Value>, ReadError> {
        let view = self.view()?;
        let Some(record) = ContractRecord::find(&view, name).map_err(crate::ChainError::from)?
        else {
            return Ok(None);
        };
        let document = record.document(&view).map_err(crate::ChainError::from)?;
        Ok(Some(serde_json::Value::Object(document.into())))
    }

    /// The actions that run after every block.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn ticks(&self) -> Result<Vec<Tick>, ReadError> {
        Ok(ledger::ticks(&self.view()?)?)
    }

    /// The state of the node, for people and programs.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn status(&self) -> Result<Status, ReadError> {
        let view = self.view()?;
        let latest = self.blocks.latest(&view)?;
        Ok(Status {
            chain_id: self.network.chain_id.clone(),
            last_block_number: latest.as_ref().map(|block| block.number),
            last_ref_block: latest.as_ref().and_then(|block| block.ref_block),
            last_hash: latest.map(|block| block.hash),
            last_parsed_block: view.position().map(|position| position.number),
            irreversible_block: self.irreversible(),
        })
    }
}
