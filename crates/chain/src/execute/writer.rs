use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use crate::network::Naming;
use crate::records::{Draft, Transaction};

/// From so many transactions on a thread of its own pays off.
const WORTH_A_THREAD: usize = 128;
/// Transactions that are handed over at once.
const BATCH: usize = 32;
/// Batches that may wait.
const WAITING: usize = 64;

/// Makes a draft of the transactions that `produce` gives out, in their order; on another thread if about `expected`
/// of them are many. The result is the same either way.
pub(super) fn collect<E>(
    expected: usize,
    naming: &Naming,
    produce: impl FnOnce(&mut dyn FnMut(Transaction)) -> Result<(), E>,
) -> Result<Draft, E> {
    if expected < WORTH_A_THREAD {
        let mut draft = Draft::default();
        produce(&mut |transaction| draft.add(transaction, naming))?;
        return Ok(draft);
    }
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let writer = scope.spawn(move || write(receiver, naming));
        let mut batch = Vec::with_capacity(BATCH);
        let hand_over = |batch: &mut Vec<Transaction>| {
            let full = std::mem::replace(batch, Vec::with_capacity(BATCH));
            sender
                .send(full)
                .expect("the writer takes all until the sender is gone");
        };
        let produced = produce(&mut |transaction| {
            batch.push(transaction);
            if batch.len() == BATCH {
                hand_over(&mut batch);
            }
        });
        hand_over(&mut batch);
        drop(sender);
        let draft = match writer.join() {
            Ok(draft) => draft,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        produced.map(|()| draft)
    })
}

fn write(batches: Receiver<Vec<Transaction>>, naming: &Naming) -> Draft {
    let mut draft = Draft::default();
    for transaction in batches.into_iter().flatten() {
        draft.add(transaction, naming);
    }
    draft
}
