use std::sync::mpsc::sync_channel;
use std::thread;

use tartan_graphene::MainBlock;

use crate::block_input::BlockInput;
use crate::{Chain, ChainError};

/// Blocks that are read ahead of execution.
const AHEAD: usize = 64;

/// How much nicer the thread is that reads them: execution waits for it only when it is behind, which nobody is for long who
/// has less to do.
const NICER: i32 = 5;

/// How far a replay has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Main-chain blocks executed.
    pub main_blocks: u64,
    /// Sidechain blocks they made.
    pub blocks: u64,
    /// Transactions in those.
    pub transactions: u64,
    /// Number of the last main-chain block.
    pub last: u32,
}

/// Why a replay ended early.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError<E> {
    /// The next block could not be had.
    #[error("{0}")]
    Source(E),
    /// The chain does not go on.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl Chain {
    /// Executes main-chain blocks one after the other, taking them as irreversible. They are read on another thread,
    /// ahead of execution. Blocks that the chain has already are passed over.
    ///
    /// `watch` is told of the progress after every block, and may end the replay by answering `false`.
    ///
    /// # Errors
    /// The first error of the source or the chain; what was executed before it stays.
    pub fn replay<E: Send>(
        &mut self,
        blocks: impl Iterator<Item = Result<MainBlock, E>> + Send,
        mut watch: impl FnMut(Progress) -> bool,
    ) -> Result<Progress, ReplayError<E>> {
        let network = self.network().clone();
        let known = self.position().number;
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            scope.spawn(move || {
                tartan_state::be_nicer(NICER);
                for block in blocks {
                    let input = block.map(|block| {
                        (block.number > known)
                            .then(|| (block.number, BlockInput::new(&network, &block)))
                    });
                    let failed = input.is_err();
                    // the receiver is gone when execution ended early
                    if sender.send(input).is_err() || failed {
                        return;
                    }
                }
            });
            let mut progress = Progress::default();
            for input in receiver {
                let Some((number, input)) = input.map_err(ReplayError::Source)? else {
                    continue;
                };
                let block = self.apply_input(input)?;
                self.set_irreversible(number)?;
                progress.main_blocks += 1;
                progress.last = number;
                if let Some(block) = block {
                    progress.blocks += 1;
                    progress.transactions += block.transactions.len() as u64;
                }
                if !watch(progress) {
                    break;
                }
            }
            Ok(progress)
        })
    }
}
