//! The thread that executes blocks, and what feeds it.
//!
//! ```text
//!   Follower ─▶ feed (task): reads the calls of a block ─▶ bounded queue ─▶ run (thread): Chain ─▶ state, notifications
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use tartan_chain::{BlockInput, Chain, ChainError, Network};
use tartan_mainchain::{Event, FollowError, Follower};
use tartan_state::Position;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::NodeError;
use crate::telemetry::Telemetry;

/// What has been executed: written by the executor, read by whoever wants to know.
#[derive(Debug)]
pub(crate) struct Executed {
    blocks: AtomicU64,
    transactions: AtomicU64,
    irreversible: AtomicU64,
    position: Mutex<Option<Position>>,
    /// The same number, to wait for.
    number: watch::Sender<u32>,
}

impl Executed {
    pub(crate) fn new(chain: &Chain) -> Executed {
        let position = chain.position();
        Executed {
            blocks: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
            irreversible: AtomicU64::new(u64::from(chain.state().finalized().unwrap_or(0))),
            number: watch::Sender::new(position.number),
            position: Mutex::new(Some(position).filter(|position| !position.id.is_empty())),
        }
    }

    /// Main-chain blocks executed since the start.
    pub(crate) fn blocks(&self) -> u64 {
        self.blocks.load(Ordering::Relaxed)
    }

    /// Sidechain transactions executed since the start.
    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// The last main-chain block that is executed and irreversible.
    pub(crate) fn irreversible(&self) -> Option<u64> {
        Some(self.irreversible.load(Ordering::Relaxed)).filter(|number| *number > 0)
    }

    /// Number and id of the last main-chain block that was executed.
    pub(crate) fn position(&self) -> (Option<u64>, Option<String>) {
        match &*self.position.lock() {
            Some(position) => (Some(u64::from(position.number)), Some(position.id.clone())),
            None => (None, None),
        }
    }

    /// Follows the number of the last main-chain block that was executed; it goes back when blocks are reverted.
    pub(crate) fn numbers(&self) -> watch::Receiver<u32> {
        self.number.subscribe()
    }

    fn set_position(&self, position: Position) {
        let number = position.number;
        *self.position.lock() = Some(position).filter(|position| !position.id.is_empty());
        self.number.send_replace(number);
    }
}

/// Something to do for the executor.
pub(crate) enum Step {
    /// Execute a block; blocks up to the second number are irreversible.
    Apply(Box<BlockInput>, u32),
    /// Take back the blocks after this one.
    Revert(u32),
}

/// Hands on what the follower brings until it ends or `stop` is set; the calls are read here, ahead of execution.
pub(crate) async fn feed(
    mut follower: Follower,
    network: Arc<Network>,
    steps: mpsc::Sender<Step>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), FollowError> {
    loop {
        let event = tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            event = follower.next() => event,
        };
        let step = match event {
            Some(Ok(Event::Block {
                block,
                irreversible,
            })) => Step::Apply(Box::new(BlockInput::new(&network, &block)), irreversible),
            Some(Ok(Event::Reverted { to })) => Step::Revert(to),
            Some(Err(error)) => return Err(error),
            None => return Ok(()),
        };
        let sent = tokio::select! {
            () = stopped(&mut stop) => return Ok(()),
            sent = steps.send(step) => sent,
        };
        if sent.is_err() {
            return Ok(()); // the executor has ended, and says why itself
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // an error says that the handle is gone
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Starts the thread. How it ended goes to `ended`; a crash drops that without a word.
pub(crate) fn spawn(
    chain: Chain,
    executed: Arc<Executed>,
    steps: mpsc::Receiver<Step>,
    stop: watch::Receiver<bool>,
    ended: oneshot::Sender<Result<(), NodeError>>,
) -> Result<JoinHandle<()>, NodeError> {
    let thread = std::thread::Builder::new().name("execution".to_owned());
    let run = move || {
        let result = run(chain, &executed, steps, &stop);
        // nobody listens if the node was dropped
        let _ = ended.send(result);
    };
    thread.spawn(run).map_err(NodeError::Thread)
}

/// Executes until there is nothing more to come or `stop` is set; what is irreversible then is on disk at the end.
fn run(
    mut chain: Chain,
    executed: &Executed,
    mut steps: mpsc::Receiver<Step>,
    stop: &watch::Receiver<bool>,
) -> Result<(), NodeError> {
    let telemetry = Telemetry::new();
    let result = loop {
        let Some(step) = steps.blocking_recv() else {
            break Ok(());
        };
        if *stop.borrow() {
            break Ok(());
        }
        let done = match step {
            Step::Apply(input, irreversible) => {
                apply(&mut chain, *input, irreversible, executed, &telemetry)
            }
            Step::Revert(to) => revert(&mut chain, to, executed, &telemetry),
        };
        if let Err(error) = done {
            break Err(error);
        }
    };
    // whole blocks only, even after an error
    let flushed = chain.state().flush();
    result?;
    Ok(flushed?)
}

fn apply(
    chain: &mut Chain,
    input: BlockInput,
    irreversible: u32,
    executed: &Executed,
    telemetry: &Telemetry,
) -> Result<(), ChainError> {
    let started = Instant::now();
    let block = chain.apply_input(input)?;
    let position = chain.position();
    let transactions = block.as_ref().map(|block| block.all_transactions().count());
    telemetry.executed(position.number, transactions, started.elapsed());

    let started = Instant::now();
    chain.set_irreversible(irreversible)?;
    telemetry.finalized(chain.state().pending_bytes(), started.elapsed());

    executed.blocks.fetch_add(1, Ordering::Relaxed);
    executed
        .transactions
        .fetch_add(transactions.unwrap_or(0) as u64, Ordering::Relaxed);
    executed.irreversible.fetch_max(
        u64::from(irreversible.min(position.number)),
        Ordering::Relaxed,
    );
    executed.set_position(position);
    Ok(())
}

fn revert(
    chain: &mut Chain,
    to: u32,
    executed: &Executed,
    telemetry: &Telemetry,
) -> Result<(), ChainError> {
    let from = chain.position().number;
    chain.revert_to(to)?;
    tracing::info!(from, to, "the main chain replaced blocks");
    telemetry.reverted(to);
    executed.set_position(chain.position());
    Ok(())
}
