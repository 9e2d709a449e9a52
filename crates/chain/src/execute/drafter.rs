//! Hashing transactions that are done and writing them down while the next are executed, which needs nothing of what comes next;
//! and hashing the block of them while the rest is done for it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tartan_runtime::{HashStep, LogOrder, Receipt};

use super::hash_text;
use crate::ingest::Call;
use crate::records::{Block, Draft, HashText, Hashed, Room, Transaction};
use crate::{ChainError, Network};

/// A call that was carried out, and what is still to be written down of it.
pub(super) struct Done {
    pub(super) call: Call,
    pub(super) receipt: Receipt,
    pub(super) order: LogOrder,
    /// What it changed.
    pub(super) hash_step: HashStep,
    /// Whether it is recorded.
    pub(super) kept: bool,
}

impl Done {
    /// The transaction without its hash; notes the database hash behind it.
    pub(super) fn record(self, database_hash: &mut String) -> Result<Transaction, ChainError> {
        *database_hash = self.hash_step.apply(std::mem::take(database_hash));
        Ok(Transaction {
            ref_block: self.call.ref_block,
            id: self.call.id,
            sender: self.call.sender,
            contract: self.call.contract,
            action: self.call.action,
            payload: self.call.payload,
            executed_code_hash: self.receipt.code_hash,
            hash: HashText::EMPTY,
            database_hash: hash_text(database_hash)?,
            logs: self.receipt.logs.to_json(self.order),
        })
    }
}

/// The transactions of a block being written down.
pub(super) struct Drafting {
    pub(super) draft: Draft,
    /// Behind the last of them.
    pub(super) database_hash: String,
    pub(super) network: Arc<Network>,
}

impl Drafting {
    pub(super) fn add(&mut self, done: Done) -> Result<(), ChainError> {
        let kept = done.kept;
        let transaction = done.record(&mut self.database_hash)?;
        if kept {
            self.draft.add(transaction, &self.network.naming);
        }
        Ok(())
    }
}

/// Bytes of a block's text from which on it is hashed aside: less would take no longer than waking the other thread.
const HASHED_ASIDE: usize = 64 << 10;

/// How much nicer the thread is than who executes, where both want the same processor: it has less to do.
const NICER: i32 = 5;

/// A thread that writes transactions down. It starts with the first block that is large enough, and ends with the chain: one for
/// each block would take longer to end than what it has left to do.
#[derive(Default)]
pub(crate) struct Drafter {
    thread: Option<Thread>,
    /// For the next draft.
    pub(crate) room: Room,
}

struct Thread {
    work: Sender<Work>,
    handle: JoinHandle<()>,
}

enum Work {
    /// Writes a block down: the transactions that come there, up to the last one that anybody can send.
    Draft(Drafting, Receiver<Vec<Done>>, Sender<Drafted>),
    /// Hashes a block.
    Hash(Hashed, Sender<(HashText, Vec<u8>)>),
    /// Lets go of a block. To free its many parts takes a while.
    Drop(Arc<Block>),
}

type Drafted = Result<Drafting, ChainError>;

/// A block that is being written down.
pub(super) struct Begun {
    /// Where its transactions go, in parts.
    pub(super) done: Sender<Vec<Done>>,
    drafted: Receiver<Drafted>,
}

/// A block that is being hashed.
pub(crate) enum Hashing {
    /// It is already: its hash, and its text.
    Done(HashText, Vec<u8>),
    /// By the other thread.
    Aside(Receiver<(HashText, Vec<u8>)>),
}

impl Hashing {
    /// Whether there is time for something else meanwhile.
    pub(crate) fn is_aside(&self) -> bool {
        matches!(self, Hashing::Aside(_))
    }
}

impl Drafter {
    /// Begins to write a block down.
    pub(super) fn begin(&mut self, drafting: Drafting) -> Result<Begun, ChainError> {
        let thread = match &mut self.thread {
            Some(thread) => thread,
            none => none.insert(start()?),
        };
        let (done, rest) = channel();
        let (draft, drafted) = channel();
        // if it does not listen any more it has panicked, as becomes known at the end
        drop(thread.work.send(Work::Draft(drafting, rest, draft)));
        Ok(Begun { done, drafted })
    }

    /// What came of the block, now that all of its transactions are there.
    ///
    /// # Panics
    /// If the thread did.
    pub(super) fn end(&mut self, Begun { done, drafted }: Begun) -> Drafted {
        drop(done);
        match drafted.recv() {
            Ok(drafted) => drafted,
            Err(_) => self.pass_on_panic(),
        }
    }

    /// Hashes a block, a long one on that thread if there is one.
    pub(crate) fn hash(&self, hashed: Hashed) -> Hashing {
        match &self.thread {
            Some(thread) if hashed.len() >= HASHED_ASIDE => {
                let (done, hash) = channel();
                drop(thread.work.send(Work::Hash(hashed, done)));
                Hashing::Aside(hash)
            }
            _ => {
                let (hash, text) = hashed.finish();
                Hashing::Done(hash, text)
            }
        }
    }

    /// The hash, and the text again.
    ///
    /// # Panics
    /// If the thread did.
    pub(crate) fn hashed(&mut self, hashing: Hashing) -> (HashText, Vec<u8>) {
        match hashing {
            Hashing::Done(hash, text) => (hash, text),
            Hashing::Aside(hash) => match hash.recv() {
                Ok(hashed) => hashed,
                Err(_) => self.pass_on_panic(),
            },
        }
    }

    /// The thread does not answer any more.
    fn pass_on_panic(&mut self) -> ! {
        let panicked = self.thread.take().map(|thread| thread.handle.join());
        match panicked {
            Some(Err(panic)) => resume_unwind(panic),
            _ => unreachable!("all that is asked of it is answered"),
        }
    }

    /// Lets go of a block, on that thread if there is one.
    pub(crate) fn let_go(&self, block: Arc<Block>) {
        if let Some(thread) = &self.thread {
            drop(thread.work.send(Work::Drop(block)));
        }
    }
}

fn start() -> Result<Thread, ChainError> {
    let (work, orders) = channel();
    let run = move || {
        tartan_state::be_nicer(NICER);
        for work in orders {
            match work {
                Work::Draft(mut drafting, rest, drafted) => {
                    let mut rest = rest.into_iter().flatten();
                    let added = rest.try_for_each(|done| drafting.add(done));
                    // who does not listen has panicked
                    drop(drafted.send(added.map(|()| drafting)));
                }
                Work::Hash(hashed, hash) => drop(hash.send(hashed.finish())),
                Work::Drop(block) => drop(block),
            }
        }
    };
    let thread = std::thread::Builder::new().name("draft".into()).spawn(run);
    Ok(Thread {
        work,
        handle: thread.map_err(ChainError::Thread)?,
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// One whose thread panics.
    fn panicking() -> Drafter {
        let (work, orders) = channel();
        let handle = std::thread::spawn(move || {
            let _orders = orders;
            panic!("of the thread");
        });
        Drafter {
            thread: Some(Thread { work, handle }),
            room: Room::default(),
        }
    }

    fn nothing() -> Drafting {
        Drafting {
            draft: Draft::default(),
            database_hash: "behind".to_owned(),
            network: Arc::new(Network::dev(crate::network::Flavor::Steem)),
        }
    }

    #[track_caller]
    fn assert_passed_on(drafter: &mut Drafter, ask: impl FnOnce(&mut Drafter)) {
        let panic = catch_unwind(AssertUnwindSafe(|| ask(drafter))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"of the thread"));
        // the next block has a thread of its own
        let begun = drafter.begin(nothing()).unwrap();
        assert_eq!(drafter.end(begun).unwrap().database_hash, "behind");
    }

    #[test]
    fn a_panic_while_a_block_is_written_down_is_passed_on() {
        assert_passed_on(&mut panicking(), |drafter| {
            let begun = drafter.begin(nothing()).unwrap();
            drop(drafter.end(begun));
        });
    }

    #[test]
    fn a_panic_while_a_block_is_hashed_is_passed_on() {
        assert_passed_on(&mut panicking(), |drafter| {
            let (done, hash) = channel();
            drop(done);
            drop(drafter.hashed(Hashing::Aside(hash)));
        });
    }
}
