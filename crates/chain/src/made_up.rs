//! What only a sandbox does with a chain: its main chain is made up, and it may be meddled with.

use std::sync::Arc;

use tartan_document::Object;
use tartan_state::{Overlay, Position};

use crate::block_input::BlockInput;
use crate::chain::height;
use crate::records::{Block, GivenBlock, encode_block};
use crate::{Chain, ChainError, ledger};

impl Chain {
    /// Makes a block from whatever is given, behind the latest one. The numbers of the input have nothing to do with the
    /// positions of the state, which just count.
    ///
    /// # Errors
    /// When a transaction's id is taken, or the state fails; then nothing has changed.
    pub fn produce(&mut self, input: BlockInput) -> Result<Option<Arc<Block>>, ChainError> {
        let overlay = self.state().begin()?;
        let (block, overlay) = self.execute(input, overlay)?;
        if let Some(block) = block.as_ref().filter(|block| self.is_new(block)) {
            ledger::check_new_ids(overlay.base(), block)?;
        }
        self.settle(overlay)?;
        Ok(self.go_on(block))
    }

    /// Appends the record of a block as it is: nothing runs, nothing is checked but the ids of its transactions.
    ///
    /// # Errors
    /// When a transaction's id is taken, or the state fails; then nothing has changed.
    pub fn append_given(&mut self, record: Object) -> Result<Arc<Block>, ChainError> {
        let mut block = GivenBlock::new(record).into_block();
        block.place = self.latest_block().place + 1;
        let mut overlay = self.state().begin()?;
        ledger::check_new_ids(&overlay, &block)?;
        ledger::index(&mut overlay, &block, &block.transactions)?;
        ledger::append(&mut overlay, block.place, encode_block(&block))?;
        self.settle(overlay)?;
        let block = Arc::new(block);
        self.go_on(Some(block.clone()));
        Ok(block)
    }

    /// Changes the state behind the chain's back: no hash shows it.
    ///
    /// # Errors
    /// What `change` fails with, or when the state fails; then nothing has changed.
    pub fn meddle<T, E: From<ChainError>>(
        &mut self,
        change: impl FnOnce(&mut Overlay) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut overlay = self.state().begin().map_err(ChainError::from)?;
        let outcome = change(&mut overlay)?;
        self.settle(overlay)?;
        Ok(outcome)
    }

    /// Commits writes at the next position. No main chain can take them back.
    fn settle(&self, overlay: Overlay) -> Result<(), ChainError> {
        let number = height(u64::from(self.position().number) + 1)?;
        let position = Position {
            number,
            id: String::new(),
        };
        self.state().commit(overlay, position)?;
        Ok(self.state().finalize(number)?)
    }
}
